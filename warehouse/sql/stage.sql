-- What did a run stage, as long as no row is another version or a copy of another (stage_total.sql)?
-- A row per tool and workspace of the run's stage.
SELECT
    tool,
    workspace,
    countIf(kind = 'message') AS messages,
    toUInt64(0) AS duplicates,
    sumIf(quantity, kind = 'reaction') AS reactions,
    countIf(kind = 'call') AS calls,
    countIf(kind = 'system') AS system,
    uniqExactIf(sender_id, kind = 'message' AND sender_id != 0) AS senders,
    minIf(sent_at, kind = 'message') AS first_at,
    maxIf(sent_at, kind = 'message') AS last_at,
    groupUniqArray(toYYYYMM(toTimeZone(sent_at, {zone:String}))) AS months
FROM message_stage
WHERE run_id = {run:UInt64}
GROUP BY tool, workspace
ORDER BY tool, workspace
