-- At which hours of the day did everybody send something? In the ISO weeks asked for.
-- A row: a person, with the weeks in which something was sent, one by one: how many weeks after the first of those asked for, the
-- messages by hour of the organisation's day on all tools and on {tools}, 24 numbers a week each (the latter are left out when they are
-- the same), and, on {tools}, the messages on days off and those in the office's hours of other days. Lists are given as text, which
-- is read many times faster than an array.
-- Left out: accounts that are no person's, messages without a sender, people of another side.
WITH
    {weeks:Array(Date)} AS weeks,
    arrayMin(weeks) AS first
SELECT
    person,
    toString(groupArray(week)) AS in_weeks,
    toString(arrayFlatten(groupArray(on_all))) AS hours,
    if({is_all:Bool}, '[]', toString(arrayFlatten(groupArray(on_asked)))) AS asked_hours,
    toString(groupArray(off)) AS off_days,
    toString(groupArray(office)) AS in_office
FROM
(
    SELECT
        who.person_id AS person,
        week,
        arrayResize(sumForEach(hours_all), 24) AS on_all,
        arrayResize(sumForEach(hours_asked), 24) AS on_asked,
        sum(messages_off) AS off,
        sum(messages_office) AS office
    FROM
    (
        SELECT
            account_id,
            toUInt16(intDiv(day - first, 7)) AS week,
            sumForEach(account_day.hours) AS hours_all,
            sumForEachIf(account_day.hours, tool IN {tools:Array(String)}) AS hours_asked,
            sumIf(account_day.messages, tool IN {tools:Array(String)} AND day IN {days_off:Array(Date)}) AS messages_off,
            sumIf(arraySum(arraySlice(account_day.hours, toUInt8({office_from:String}) + 1, toUInt8({office_to:String}) - toUInt8({office_from:String}))),
                tool IN {tools:Array(String)} AND day NOT IN {days_off:Array(Date)}) AS messages_office
        FROM account_day
        WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(weeks) + 7 AND toMonday(day) IN {weeks:Array(Date)}
            AND account_day.messages > 0
        GROUP BY account_id, week
    ) AS hourly
    INNER JOIN
    (
        SELECT account_id, person_id
        FROM account_person
        WHERE slice_id = {people:UInt64} AND is_person
            AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
    ) AS who ON who.account_id = hourly.account_id
    GROUP BY person, week
)
GROUP BY person
ORDER BY person
