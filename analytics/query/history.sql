-- In which ISO weeks did everybody send something, on which tools, and since when is it known that they have an account there?
-- A row: one tool and a stretch of 64 weeks (from 0, counted from the week {first}), with the people seen on the tool in it, one by one:
-- whether they are of the other side, the first week of the stretch in which an account of theirs did or got anything, and the weeks in
-- which they sent something, as bits; bit 0 is the first. Lists are given as text, which is read many times faster than an array.
-- Left out: accounts that are no person's, messages without a sender, people of another side.
SELECT
    tool,
    toUInt32(stretch) AS stretch,
    toString(groupArray(person)) AS people,
    toString(groupArray(outside)) AS is_outside,
    toString(groupArray(first_seen)) AS seen,
    toString(groupArray(sent_weeks)) AS sent
FROM
(
    SELECT
        tool,
        stretch,
        who.person_id AS person,
        toUInt8(max({side:String} = 'all' AND NOT who.is_internal)) AS outside,
        min(account_seen) AS first_seen,
        groupBitOr(account_sent) AS sent_weeks
    FROM
    (
        SELECT
            tool,
            account_id,
            intDiv(day - {first:Date}, 7 * 64) AS stretch,
            toUInt8(min(intDiv(day - {first:Date}, 7) % 64)) AS account_seen,
            groupBitOr(if(messages > 0, bitShiftLeft(toUInt64(1), toUInt8(intDiv(day - {first:Date}, 7) % 64)), 0)) AS account_sent
        FROM account_day
        WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= {first:Date}
        GROUP BY tool, account_id, stretch
    ) AS seen
    INNER JOIN
    (
        SELECT account_id, person_id, is_internal
        FROM account_person
        WHERE slice_id = {people:UInt64} AND is_person
            AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
    ) AS who ON who.account_id = seen.account_id
    GROUP BY tool, stretch, person
)
GROUP BY tool, stretch
ORDER BY tool, stretch
