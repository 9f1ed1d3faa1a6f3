-- What is needed of each opening of the asked days, kept until opening_day.sql and reach_day.sql have counted it.
-- A row per opening, with the answers within the 28 days after it. See opening.sql, which goes before SELECT.
INSERT INTO opening_part (publication_id, tool, rule, opened_on, at, sender_id, other_ids, answers)
-- opening.sql
SELECT
    {publication:UInt64},
    tool,
    {rule:String},
    toDate(fromUnixTimestamp64Milli(at, {zone:String})) AS opened_on,
    at,
    sender_id,
    other_ids,
    arrayFilter(a -> a.2 BETWEEN at AND at + 2419200000, answers)
FROM opening
WHERE toYYYYMM(opened_on) IN {months:Array(UInt32)} AND opened_on >= {since:Date}
