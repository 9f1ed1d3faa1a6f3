-- Do two tools serve the same ties? In each window of days asked for, which tools carry every tie.
-- A row: one window (from 0, in the order of starts and ends) and person, with the person's ties, one by one: the tools that carry
-- the tie, as bits; bit 0 is the first of {tools}. Lists are given as text, which is read many times faster than an array.
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
    -- accounts are joined to people late: there are far fewer pairs than days of pairs
    exchange AS
    (
        SELECT arrayJoin(windows_of_day[1 + (day - first)]) AS window, tool, a_id, b_id, sum(a_to_b + b_to_a) AS interactions
        FROM tie_day
        WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends) AND tool IN {tools:Array(String)}
        GROUP BY window, tool, a_id, b_id
    ),
    tie_on_tool AS
    (
        SELECT
            window,
            tool,
            least(one.person_id, other.person_id) AS a,
            greatest(one.person_id, other.person_id) AS b
        FROM exchange
        INNER JOIN who AS one ON one.account_id = exchange.a_id
        INNER JOIN who AS other ON other.account_id = exchange.b_id
        WHERE one.person_id != other.person_id
        GROUP BY window, tool, a, b
        HAVING sum(interactions) >= 2
    ),
    tie AS
    (
        SELECT window, a, b, groupBitOr(bitShiftLeft(toUInt64(1), toUInt8(indexOf({tools:Array(String)}, tool) - 1))) AS on_tools
        FROM tie_on_tool
        GROUP BY window, a, b
    )
SELECT
    window,
    arrayJoin([a, b]) AS person,
    {side:String} = 'all' AND person NOT IN (SELECT person_id FROM who WHERE is_internal) AS is_outside,
    toString(groupArray(on_tools)) AS ties
FROM tie
GROUP BY window, person
ORDER BY window, person
