-- How many messages did every person send a week, on which tools? In the ISO weeks asked for.
-- A row: a person's use of one tool, with the weeks in which something was sent, one by one: how many weeks after the first of those
-- asked for, and the messages. Lists are given as text, which is read many times faster than an array.
-- Left out: accounts that are no person's, messages without a sender, people of another side.
WITH
    {weeks:Array(Date)} AS weeks,
    arrayMin(weeks) AS first
SELECT
    tool,
    who.person_id AS person,
    toString(groupArray(week)) AS in_weeks,
    toString(groupArray(sent)) AS messages
FROM
(
    SELECT tool, account_id, toUInt16(intDiv(day - first, 7)) AS week, sum(account_day.messages) AS sent
    FROM account_day
    WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(weeks) + 7 AND toMonday(day) IN {weeks:Array(Date)}
        AND account_day.messages > 0
    GROUP BY tool, account_id, week
) AS weekly
INNER JOIN
(
    SELECT account_id, person_id
    FROM account_person
    WHERE slice_id = {people:UInt64} AND is_person
        AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
) AS who ON who.account_id = weekly.account_id
GROUP BY tool, person
ORDER BY tool, person
