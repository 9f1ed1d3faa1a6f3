-- Who is on the roster, and when? The people of the directory.
-- A row: a stay of a person, from the first day to the first day no longer there.
-- Left out: who is no longer in the directory and has no last day, since such a person is of no known roster.
SELECT person_id AS person, start_on, end_on
FROM person FINAL
WHERE origin = 'directory' AND (NOT is_gone OR end_on < '2299-12-31')
ORDER BY person, start_on, end_on
