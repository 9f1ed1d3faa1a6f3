-- How many people use each tool, and how often? What every person sent on every tool, in each window of at most 28 days.
-- A row: one window (from 0, in the order of starts and ends) and tool, with the people who sent something, one by one: their
-- messages in the window, in its last 7 days and on its last day, and the days on which they sent something, as bits: bit 0
-- is the last day of the window.
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
    tool,
    groupArray(person) AS people,
    groupArray(sent_28) AS messages,
    groupArray(sent_7) AS messages_7,
    groupArray(sent_1) AS messages_1,
    groupArray(days) AS days,
    groupArrayIf(person, {side:String} = 'all' AND NOT is_inside) AS outsiders
FROM
(
    SELECT
        window,
        tool,
        who.person_id AS person,
        any(who.is_internal) AS is_inside,
        toUInt32(sum(messages)) AS sent_28,
        toUInt32(sumIf(messages, days_ago < 7)) AS sent_7,
        toUInt32(sumIf(messages, days_ago = 0)) AS sent_1,
        groupBitOr(bitShiftLeft(toUInt32(1), days_ago)) AS days
    FROM
    (
        SELECT account_id, tool, messages, arrayJoin(windows_of_day[1 + (day - first)]) AS window, toUInt8(ends[1 + window] - 1 - day) AS days_ago
        FROM account_day
        WHERE slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends) AND messages > 0
    ) AS sent
    INNER JOIN
    (
        SELECT account_id, person_id, is_internal
        FROM account_person
        WHERE slice_id = {people:UInt64} AND is_person
            AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
    ) AS who ON who.account_id = sent.account_id
    GROUP BY window, tool, person
)
GROUP BY window, tool
ORDER BY window, tool
