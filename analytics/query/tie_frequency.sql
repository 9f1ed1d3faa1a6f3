-- How many colleagues are people in exchange with, and how much do they say? What every person did in each ISO week asked
-- for.
-- A row: one week (from 0, in the order of weeks), with the people of whom anything is known in it, one by one: their weekly
-- reciprocal ties (pairs who both sent to each other in the week), their turns, whether they sent a message, and whether they
-- are on the week's roster: in the directory, or without one active in the 28 days to the end of the week.
-- A tool filter applies to ties, turns and messages, not to the roster. Pairs of accounts that are one person's drop out.
-- Left out: accounts that are no person's, people of another side and the ties of which one end is.
WITH
    {weeks:Array(Date)} AS weeks,
    arrayMin(weeks) AS first,
    -- for each day from four weeks before the first week on, the weeks whose 28 days hold it
    arrayMap(d -> arrayFilter(w -> first - 28 + d >= weeks[w] - 21 AND first - 28 + d < weeks[w] + 7, arrayEnumerate(weeks)),
        range(toUInt64(arrayMax(weeks) + 35 - first))) AS weeks_of_day,
    who AS
    (
        SELECT account_id, person_id, is_internal
        FROM account_person
        WHERE slice_id = {people:UInt64} AND is_person
            AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
    ),
    tie AS
    (
        SELECT
            toMonday(day) AS week,
            least(one.person_id, other.person_id) AS a,
            greatest(one.person_id, other.person_id) AS b
        FROM tie_day
        INNER JOIN who AS one ON one.account_id = tie_day.a_id
        INNER JOIN who AS other ON other.account_id = tie_day.b_id
        WHERE slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(weeks) + 7 AND toMonday(day) IN {weeks:Array(Date)}
            AND tool IN {tools:Array(String)} AND one.person_id != other.person_id
        GROUP BY week, a, b
        HAVING sum(if(one.person_id < other.person_id, a_to_b, b_to_a)) > 0
            AND sum(if(one.person_id < other.person_id, b_to_a, a_to_b)) > 0
    ),
    known AS
    (
        SELECT toUInt32(indexOf(weeks, week)) AS week_number, arrayJoin([a, b]) AS person, count() AS ties, 0 AS turns, false AS is_active, false AS is_listed
        FROM tie
        GROUP BY week_number, person
        UNION ALL
        SELECT toUInt32(indexOf(weeks, toMonday(day))), who.person_id, 0, sum(account_day.turns), true, false
        FROM account_day
        INNER JOIN who ON who.account_id = account_day.account_id
        WHERE slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(weeks) + 7 AND toMonday(day) IN {weeks:Array(Date)}
            AND tool IN {tools:Array(String)} AND messages > 0
        GROUP BY 1, 2
        UNION ALL
        SELECT arrayJoin(weeks_of_day[1 + (day - (first - 28))]), who.person_id, 0, 0, false, true
        FROM account_day
        INNER JOIN who ON who.account_id = account_day.account_id
        WHERE NOT {by_directory:Bool} AND slice_id IN {live:Array(UInt64)} AND day >= first - 21 AND day < arrayMax(weeks) + 7 AND messages > 0
        GROUP BY 1, 2
        UNION ALL
        SELECT arrayJoin(arrayFilter(w -> start_on < weeks[w] + 7 AND end_on > weeks[w], arrayEnumerate(weeks))), person_id, 0, 0, false, true
        FROM person FINAL
        -- who is no longer in the directory and has no last day is of no known roster
        WHERE {by_directory:Bool} AND origin = 'directory' AND (NOT is_gone OR end_on < '2299-12-31')
    )
SELECT
    toUInt32(week_number - 1) AS week,
    groupArray(person) AS people,
    groupArray(toUInt32(ties_of_person)) AS ties,
    groupArray(toUInt32(turns_of_person)) AS turns,
    groupArray(was_active) AS is_active,
    groupArray(was_listed) AS is_listed,
    groupArrayIf(person, {side:String} = 'all' AND person NOT IN (SELECT person_id FROM who WHERE is_internal)) AS outsiders
FROM
(
    SELECT
        week_number,
        person,
        sum(ties) AS ties_of_person,
        sum(turns) AS turns_of_person,
        toUInt8(max(is_active)) AS was_active,
        toUInt8(max(is_listed)) AS was_listed
    FROM known
    GROUP BY week_number, person
)
GROUP BY week
ORDER BY week
