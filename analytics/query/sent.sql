-- What did every person send, on which tools and days? In the ISO weeks asked for.
-- A row: an account and its person's use of one tool, with the days on which something was sent, one by one: how many days after
-- the first of the weeks, the messages, and the turns. Lists are given as text, which is read many times faster than an array.
-- Left out: accounts that are no person's, messages without a sender, people of another side.
WITH
    {weeks:Array(Date)} AS weeks,
    arrayMin(weeks) AS first
SELECT
    sent.tool AS tool,
    who.person_id AS person,
    {side:String} = 'all' AND NOT who.is_internal AS is_outside,
    sent.on_days AS days,
    sent.messages_of_days AS messages,
    sent.turns_of_days AS turns
FROM
(
    SELECT
        tool,
        account_id,
        toString(groupArray(toUInt16(day - first))) AS on_days,
        toString(groupArray(account_day.messages)) AS messages_of_days,
        toString(groupArray(account_day.turns)) AS turns_of_days
    FROM account_day
    WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(weeks) + 7 AND toMonday(day) IN {weeks:Array(Date)}
        AND account_day.messages > 0
    GROUP BY tool, account_id
) AS sent
INNER JOIN
(
    SELECT account_id, person_id, is_internal
    FROM account_person
    WHERE slice_id = {people:UInt64} AND is_person
        AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
) AS who ON who.account_id = sent.account_id
ORDER BY tool, person, sent.account_id
