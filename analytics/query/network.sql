-- Who exchanged how much with whom, on which tool? In each window of days asked for.
-- A row: one window (from 0, in the order of starts and ends) and one person of each pair, with the others, one by one; a pair stands
-- once for every tool on which one of them turned to the other. {tools} are numbered from 0; given are the interactions of the
-- person towards the other, and of the other towards the person. Lists are given as text, which is read many times faster than
-- an array.
-- Pairs of accounts that are one person's drop out.
-- Left out: accounts that are no person's, people of another side and the interactions of which one end is.
WITH
    {starts:Array(Date)} AS starts,
    {ends:Array(Date)} AS ends,
    arrayMin(starts) AS first,
    -- for each day from the first on, the windows that hold it
    arrayMap(d -> arrayFilter(w -> starts[w + 1] <= first + d AND first + d < ends[w + 1], range(toUInt16(length(ends)))),
        range(toUInt64(arrayMax(ends) - first))) AS windows_of_day,
    who AS
    (
        SELECT account_id, person_id
        FROM account_person
        WHERE slice_id = {people:UInt64} AND is_person
            AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
    ),
    -- accounts are joined to people late: there are far fewer pairs than days of pairs
    exchange AS
    (
        SELECT arrayJoin(windows_of_day[1 + (day - first)]) AS window, tool, a_id, b_id, sum(a_to_b) AS forward, sum(b_to_a) AS back
        FROM tie_day
        WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends)
        GROUP BY window, tool, a_id, b_id
    ),
    pair AS
    (
        SELECT
            window,
            least(one.person_id, other.person_id) AS a,
            greatest(one.person_id, other.person_id) AS b,
            toUInt8(indexOf({tools:Array(String)}, tool) - 1) AS on_tool,
            sum(if(one.person_id < other.person_id, forward, back)) AS sent,
            sum(if(one.person_id < other.person_id, back, forward)) AS got
        FROM exchange
        INNER JOIN who AS one ON one.account_id = exchange.a_id
        INNER JOIN who AS other ON other.account_id = exchange.b_id
        WHERE one.person_id != other.person_id
        GROUP BY window, a, b, on_tool
    )
SELECT
    window,
    a AS person,
    toString(groupArray(b)) AS others,
    toString(groupArray(on_tool)) AS on_tools,
    toString(groupArray(sent)) AS sent_to_others,
    toString(groupArray(got)) AS got_from_others
FROM (SELECT * FROM pair ORDER BY window, a, b, on_tool)
GROUP BY window, person
ORDER BY window, person
