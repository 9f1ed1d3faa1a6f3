-- Which groups does the directory know, and who is in them, when?
-- A row: one value of one attribute (department, team, location or level) and one stay in it, from a day to the first day no longer
-- there, with the people who share it, in no order that means anything. Lists are given as text.
-- Left out: what is no longer in the directory.
SELECT attribute, value, from_on, to_on, toString(groupArray(person_id)) AS people
FROM person_attribute FINAL
WHERE NOT is_gone AND attribute IN ('department', 'team', 'location', 'level') AND value != ''
GROUP BY attribute, value, from_on, to_on
ORDER BY attribute, value, from_on, to_on
