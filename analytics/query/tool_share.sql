-- Which tool carries how much, hour by hour? What every person sent on every tool, in each window of days asked for.
-- A row: one window (from 0, in the order of starts and ends), hour and tool, with the people who sent something and their
-- messages, one by one.
-- Left out: accounts that are no person's, messages without a sender, people of another side.
WITH
    {starts:Array(Date)} AS starts,
    {ends:Array(Date)} AS ends,
    arrayMin(starts) AS first,
    -- for each day from the first on, the windows that hold it
    arrayMap(d -> arrayFilter(w -> starts[w + 1] <= first + d AND first + d < ends[w + 1], range(toUInt16(length(ends)))),
        range(toUInt64(arrayMax(ends) - first))) AS windows_of_day
SELECT
    window,
    hour,
    tool,
    groupArray(person) AS people,
    groupArray(sent) AS messages,
    groupArrayIf(person, {side:String} = 'all' AND NOT is_inside) AS outsiders
FROM
(
    SELECT
        arrayJoin(windows_of_day[1 + (day - first)]) AS window,
        hour_sent.1 AS hour,
        tool,
        who.person_id AS person,
        any(who.is_internal) AS is_inside,
        toUInt32(sum(hour_sent.2)) AS sent
    FROM account_day
    ARRAY JOIN arrayZip(range(toUInt8(length(hours))), hours) AS hour_sent
    INNER JOIN
    (
        SELECT account_id, person_id, is_internal
        FROM account_person
        WHERE slice_id = {people:UInt64} AND is_person
            AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
    ) AS who ON who.account_id = account_day.account_id
    WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends) AND messages > 0 AND hour_sent.2 > 0
    GROUP BY window, hour, tool, person
)
GROUP BY window, hour, tool
ORDER BY window, hour, tool
