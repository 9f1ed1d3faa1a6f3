-- Which departments and teams does today's directory have?
-- A row per node: a department, or department/team.
WITH today AS
(
    SELECT person_id, argMax(value, from_on) AS value, attribute
    FROM (SELECT * FROM person_attribute FINAL)
    WHERE attribute IN ('department', 'team') AND NOT is_gone AND from_on <= today() AND to_on > today()
    GROUP BY person_id, attribute
)
SELECT DISTINCT arrayJoin([department, if(team = '', department, concat(department, '/', team))]) AS node
FROM
(
    SELECT person_id, anyIf(value, attribute = 'department') AS department, anyIf(value, attribute = 'team') AS team
    FROM today
    GROUP BY person_id
)
WHERE department != ''
ORDER BY node
