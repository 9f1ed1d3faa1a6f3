-- How often does everybody change from one tool to another? In the ISO weeks asked for, each by itself.
-- A row: a person, with the weeks in which something was sent, one by one: how many weeks after the first of those asked for, the
-- changes (a minute on another tool than the one before, at most 10 minutes later; several tools in a minute count in the order of their
-- names), the hours of the clock in which something was sent, and the tools, as bits; bit 0 is the first of {all_tools}. Lists are given
-- as text, which is read many times faster than an array.
-- Left out: tools that are not asked for, accounts that are no person's, messages without a sender, people of another side.
WITH
    {weeks:Array(Date)} AS weeks,
    arrayMin(weeks) AS first
SELECT
    person,
    toString(groupArray(week)) AS in_weeks,
    toString(groupArray(arrayCount((a, b) -> a % 64 != b % 64 AND intDiv(b, 64) - intDiv(a, 64) <= 10, arrayPopBack(moments), arrayPopFront(moments)))) AS changes,
    toString(groupArray(length(arrayCompact(arrayMap(m -> intDiv(m, 64 * 60), moments))))) AS hours,
    toString(groupArray(arrayReduce('groupBitOr', arrayMap(m -> bitShiftLeft(toUInt64(1), m % 64), moments)))) AS on_tools
FROM
(
    SELECT
        who.person_id AS person,
        toUInt16(intDiv(day - first, 7)) AS week,
        -- minutes of the week, each with the number of a tool; an account more on the same tool makes no other moment
        arrayCompact(arraySort(groupArrayArray(arrayMap(m -> toUInt32((((day - first) % 7) * 1440 + m) * 64 + indexOf({all_tools:Array(String)}, tool) - 1), minutes)))) AS moments
    FROM minute_day
    INNER JOIN
    (
        SELECT account_id, person_id
        FROM account_person
        WHERE slice_id = {people:UInt64} AND is_person
            AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
    ) AS who ON who.account_id = minute_day.account_id
    WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(weeks) + 7 AND toMonday(day) IN {weeks:Array(Date)}
        AND tool IN {tools:Array(String)}
    GROUP BY person, week
)
WHERE notEmpty(moments)
GROUP BY person
ORDER BY person
