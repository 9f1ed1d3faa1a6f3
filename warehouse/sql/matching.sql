-- How many accounts of people were joined to a person, and by what?
-- One row.
SELECT
    (SELECT uniqExact(account_id) FROM account_person WHERE slice_id = {people:UInt64} AND is_person) AS accounts,
    (SELECT uniqExact(account_id) FROM account_person WHERE slice_id = {people:UInt64} AND is_person AND is_matched) AS matched,
    (
        SELECT CAST((groupArray(method), groupArray(links)), 'Map(String, UInt64)')
        FROM (SELECT toString(method) AS method, count() AS links FROM account_link FINAL WHERE NOT is_undone GROUP BY method ORDER BY method)
    ) AS by_method,
    (SELECT uniqExact(person_id) FROM person FINAL WHERE origin = 'directory' AND NOT is_gone) AS people
