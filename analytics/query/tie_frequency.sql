-- Who is in exchange with how many colleagues? The reciprocal ties: pairs who both sent to each other within an ISO week, in the
-- weeks asked for.
-- A row: one person of each pair and a stretch of 64 weeks (from 0, counted from the first of the weeks), with the others, one by
-- one, and the weeks of the stretch in which the tie was reciprocal, as bits; bit 0 is the first. Lists are given as text, which is
-- read many times faster than an array.
-- Pairs of accounts that are one person's drop out.
-- Left out: accounts that are no person's, people of another side and the ties of which one end is.
WITH
    {weeks:Array(Date)} AS weeks,
    arrayMin(weeks) AS first,
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
        SELECT
            a_id,
            b_id,
            intDiv(day - first, 7 * 64) AS stretch,
            groupBitOr(if(a_to_b > 0, bitShiftLeft(toUInt64(1), toUInt8(intDiv(day - first, 7) % 64)), 0)) AS a_wrote,
            groupBitOr(if(b_to_a > 0, bitShiftLeft(toUInt64(1), toUInt8(intDiv(day - first, 7) % 64)), 0)) AS b_wrote
        FROM tie_day
        WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(weeks) + 7 AND toMonday(day) IN {weeks:Array(Date)}
            AND tool IN {tools:Array(String)}
        GROUP BY a_id, b_id, stretch
    ),
    tie AS
    (
        SELECT
            stretch,
            least(one.person_id, other.person_id) AS a,
            greatest(one.person_id, other.person_id) AS b,
            bitAnd(
                groupBitOr(if(one.person_id < other.person_id, a_wrote, b_wrote)),
                groupBitOr(if(one.person_id < other.person_id, b_wrote, a_wrote))) AS reciprocal
        FROM exchange
        INNER JOIN who AS one ON one.account_id = exchange.a_id
        INNER JOIN who AS other ON other.account_id = exchange.b_id
        WHERE one.person_id != other.person_id
        GROUP BY stretch, a, b
        HAVING reciprocal != 0
    )
SELECT
    toUInt32(stretch) AS stretch,
    a AS person,
    toString(groupArray(b)) AS others,
    toString(groupArray(reciprocal)) AS ties
FROM tie
GROUP BY stretch, person
ORDER BY stretch, person
