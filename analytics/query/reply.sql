-- How much of what people sent are replies, and by which rule? In each window of days asked for, by tool.
-- A row: one window (from 0, in the order of starts and ends) and tool, with the people, one by one: their messages, and their replies: those
-- that name what they answer, and those inferred in direct conversations and in groups of at most 8 (see gap_day). Lists are given as text, which
-- is read many times faster than an array.
-- Left out: accounts that are no person's, people of another side.
WITH
    {starts:Array(Date)} AS starts,
    {ends:Array(Date)} AS ends,
    arrayMin(starts) AS first,
    -- for each day from the first on, the windows that hold it
    arrayMap(d -> arrayFilter(w -> starts[w + 1] <= first + d AND first + d < ends[w + 1], range(toUInt16(length(ends)))),
        range(toUInt64(arrayMax(ends) - first))) AS windows_of_day,
    wrote AS
    (
        SELECT arrayJoin(windows_of_day[1 + (day - first)]) AS window, tool, account_id, sum(messages) AS n, 0 AS n_named, 0 AS n_direct, 0 AS n_group
        FROM account_day
        WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends)
        GROUP BY window, tool, account_id
        UNION ALL
        SELECT arrayJoin(windows_of_day[1 + (day - first)]) AS window, tool, account_id, 0, sum(replies_named),
            sumIf(replies_inferred, place = 'direct'), sumIf(replies_inferred, place = 'group')
        FROM gap_day
        WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends)
        GROUP BY window, tool, account_id
    ),
    person AS
    (
        SELECT window, tool, person_id, sum(n) AS messages, sum(n_named) AS named, sum(n_direct) AS in_direct, sum(n_group) AS in_group
        FROM wrote
        INNER JOIN
        (
            SELECT account_id, person_id
            FROM account_person
            WHERE slice_id = {people:UInt64} AND is_person
                AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
        ) AS who ON who.account_id = wrote.account_id
        GROUP BY window, tool, person_id
        HAVING messages > 0
    )
SELECT
    window,
    tool,
    toString(groupArray(person_id)) AS people,
    toString(groupArray(person.messages)) AS messages,
    toString(groupArray(person.named)) AS named,
    toString(groupArray(person.in_direct)) AS in_direct,
    toString(groupArray(person.in_group)) AS in_group
FROM (SELECT * FROM person ORDER BY window, tool, person_id) AS person
GROUP BY window, tool
ORDER BY window, tool
