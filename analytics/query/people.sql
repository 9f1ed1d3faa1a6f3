-- Who are the people, and who of them is of the other side?
-- A row: all people of a side, by their ids in no order that means anything, and whether each is of the company, one by one.
-- Lists are given as text, which is read many times faster than an array.
-- Left out: accounts that are no person's, people of another side.
SELECT toString(groupArray(person)) AS people, toString(groupArray(toUInt8(is_inside))) AS is_inside
FROM
(
    SELECT person_id AS person, max(is_internal) AS is_inside
    FROM account_person
    WHERE slice_id = {people:UInt64} AND is_person
        AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
    GROUP BY person
)
ORDER BY people
