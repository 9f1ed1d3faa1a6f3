-- Which months does an erasure change?
-- A row per tool and month of the organisation's days that holds a message which names an account of the erasure, or a version or
-- copy of one, or a row of a roll-up which does.
WITH (SELECT groupUniqArray(id) FROM erasure_target WHERE erasure_id = {erasure:UInt64} AND what = 'account') AS ids
SELECT DISTINCT tool, month
FROM
(
    SELECT tool, toYYYYMM(toTimeZone(sent_at, {zone:String})) AS month
    FROM message
    WHERE has(ids, sender_id) OR hasAny(recipient_ids, ids) OR hasAny(mention_ids, ids)
    UNION ALL
    SELECT tool, toYYYYMM(toTimeZone(sent_at, {zone:String})) AS month
    FROM message_stage
    WHERE run_id = {erasure:UInt64}
    UNION ALL
    SELECT tool, toYYYYMM(day) AS month
    FROM account_day
    WHERE has(ids, account_id)
    UNION ALL
    SELECT tool, toYYYYMM(day) AS month
    FROM tie_day
    WHERE has(ids, a_id) OR has(ids, b_id)
)
ORDER BY tool, month
