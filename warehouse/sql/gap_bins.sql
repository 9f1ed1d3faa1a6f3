        -- The day of the opening, and the bins of the gap to its answer, or to the end of the data, on both clocks. What was worked up to a
        -- moment follows from its day, numbered from the Monday before 1970, and the time of that day; of {work_week} the n-th entry is how many
        -- working days of a week come before its n-th day.
        toDate(intDiv(walls[1], 86400000)) AS day,
        toUInt8(arrayCount(edge -> edge * 1000 <= span[2] - span[1], {edges:Array(UInt32)})) AS gap_bin,
        arraySum((sign, day, clock) -> sign * (
                {work_length:Int64} * (intDiv(day, 7) * {work_week:Array(Int64)}[8] + {work_week:Array(Int64)}[1 + day % 7] - arrayCount(h -> h < day, {holidays:Array(Int64)}))
                + if(has({holidays:Array(Int64)}, day), 0, {work_week:Array(Int64)}[2 + day % 7] - {work_week:Array(Int64)}[1 + day % 7])
                * least(greatest(clock - {work_from:Int64}, 0), {work_length:Int64})),
            [-1, 1], arrayMap(wall -> 3 + intDiv(wall, 86400000), walls), arrayMap(wall -> wall % 86400000, walls)) AS working_gap,
        toUInt8(arrayCount(edge -> edge * 1000 <= working_gap, {edges:Array(UInt32)})) AS working_gap_bin
