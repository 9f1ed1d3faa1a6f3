-- What are tools used for, and by whom? In each window of days asked for.
-- A row: one window (from 0, in the order of starts and ends) and tool, with the people who did something, one by one, how often each
-- did, and what was done how often, by the codes of account_day: 10 * place + 2 * act + 1 within the organisation's working hours.
-- Lists are given as text, which is read many times faster than an array.
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
    toString(groupArray(person)) AS people,
    toString(groupArray(toUInt8({side:String} = 'all' AND NOT is_inside))) AS is_outside,
    toString(groupArray(arraySum(uses.2))) AS acts,
    toString((sumMap(uses.1, uses.2) AS total).1) AS codes,
    toString(total.2) AS amounts
FROM
(
    SELECT window, tool, who.person_id AS person, any(who.is_internal) AS is_inside, sumMap(account_uses.1, account_uses.2) AS uses
    FROM
    (
        SELECT arrayJoin(windows_of_day[1 + (day - first)]) AS window, tool, account_id, sumMap(use_codes, use_amounts) AS account_uses
        FROM account_day
        WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends) AND notEmpty(use_codes)
        GROUP BY window, tool, account_id
    ) AS used
    INNER JOIN
    (
        SELECT account_id, person_id, is_internal
        FROM account_person
        WHERE slice_id = {people:UInt64} AND is_person
            AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
    ) AS who ON who.account_id = used.account_id
    GROUP BY window, tool, person
)
GROUP BY window, tool
ORDER BY window, tool
