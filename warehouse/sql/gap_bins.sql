        -- The day of the opening, and the bins of the gap to its answer, or to the end of the data, on both clocks.
        toDate(intDiv(walls[1], 86400000)) AS day,
        toUInt8(arrayCount(edge -> edge * 1000 <= span[2] - span[1], {edges:Array(UInt32)})) AS gap_bin,
        arraySum((sign, day, clock) -> sign * (
-- worked.sql
            ), [-1, 1], arrayMap(wall -> 3 + intDiv(wall, 86400000), walls), arrayMap(wall -> wall % 86400000, walls)) AS working_gap,
        toUInt8(arrayCount(edge -> edge * 1000 <= working_gap, {edges:Array(UInt32)})) AS working_gap_bin
