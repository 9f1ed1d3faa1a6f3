-- Do two tools serve the same people and the same ties? In each window of days asked for, which tools every person uses,
-- and which tools carry every tie.
-- A row: one window (from 0, in the order of starts and ends), what is counted (people or ties) and set of tools (bit 0 is the
-- first of {tools}), with the people behind it, one by one: 1 for themselves, or the number of their ties.
-- A tie on a tool is a pair of people with at least two interactions on it in the window. Pairs of accounts that are one
-- person's drop out.
-- Left out: accounts that are no person's, people of another side and the ties of which one end is.
WITH
    {starts:Array(Date)} AS starts,
    {ends:Array(Date)} AS ends,
    arrayMin(starts) AS first,
    -- for each day from the first on, the windows that hold it
    arrayMap(d -> arrayFilter(w -> starts[w + 1] <= first + d AND first + d < ends[w + 1], range(toUInt16(length(ends)))),
        range(toUInt64(arrayMax(ends) - first))) AS windows_of_day,
    who AS
    (
        SELECT account_id, person_id, is_internal
        FROM account_person
        WHERE slice_id = {people:UInt64} AND is_person
            AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
    ),
    sender AS
    (
        SELECT
            arrayJoin(windows_of_day[1 + (day - first)]) AS window,
            who.person_id AS person,
            groupBitOr(bitShiftLeft(toUInt64(1), toUInt8(indexOf({tools:Array(String)}, tool) - 1))) AS on_tools
        FROM account_day
        INNER JOIN who ON who.account_id = account_day.account_id
        WHERE slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends) AND messages > 0
            AND tool IN {tools:Array(String)}
        GROUP BY window, person
    ),
    tie_on_tool AS
    (
        SELECT
            arrayJoin(windows_of_day[1 + (day - first)]) AS window,
            tool,
            least(one.person_id, other.person_id) AS a,
            greatest(one.person_id, other.person_id) AS b
        FROM tie_day
        INNER JOIN who AS one ON one.account_id = tie_day.a_id
        INNER JOIN who AS other ON other.account_id = tie_day.b_id
        WHERE slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends)
            AND tool IN {tools:Array(String)} AND one.person_id != other.person_id
        GROUP BY window, tool, a, b
        HAVING sum(a_to_b + b_to_a) >= 2
    ),
    tie AS
    (
        SELECT window, a, b, groupBitOr(bitShiftLeft(toUInt64(1), toUInt8(indexOf({tools:Array(String)}, tool) - 1))) AS on_tools
        FROM tie_on_tool
        GROUP BY window, a, b
    )
SELECT
    window,
    of,
    on_tools,
    groupArray(person) AS people,
    groupArray(amount) AS amounts,
    groupArrayIf(person, {side:String} = 'all' AND person NOT IN (SELECT person_id FROM who WHERE is_internal)) AS outsiders
FROM
(
    SELECT window, 'people' AS of, on_tools, person, toUInt32(1) AS amount
    FROM sender
    UNION ALL
    SELECT window, 'ties' AS of, on_tools, arrayJoin([a, b]) AS person, toUInt32(count()) AS amount
    FROM tie
    GROUP BY window, on_tools, person
)
GROUP BY window, of, on_tools
ORDER BY window, of, on_tools
