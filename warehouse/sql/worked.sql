                -- What was worked up to a moment follows from its day, numbered from the Monday before 1970, and the clock on the wall; of {work_week} the
                -- n-th entry is how many working days of a week come before its n-th day.
                {work_length:Int64} * (intDiv(day, 7) * {work_week:Array(Int64)}[8] + {work_week:Array(Int64)}[1 + day % 7] - arrayCount(h -> h < day, {holidays:Array(Int64)}))
                + if(has({holidays:Array(Int64)}, day), 0, {work_week:Array(Int64)}[2 + day % 7] - {work_week:Array(Int64)}[1 + day % 7])
                * least(greatest(clock - {work_from:Int64}, 0), {work_length:Int64})
