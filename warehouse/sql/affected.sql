-- Which slices (tool, month of the organisation's days) does a run change?
-- A row per tool and month that holds a new row of the stage, a row within the hour after one (a turn may join), an older
-- version or a copy of one, or a reply to one. Rows that the warehouse already holds change nothing.
WITH
    fresh AS
    (
        SELECT tool, message_id, fingerprint, reply_key, sent_at
        FROM message_stage
        WHERE run_id = {run:UInt64}
          AND (message_id, version) NOT IN
              (
                  SELECT message_id, version
                  FROM message
                  WHERE tool IN (SELECT DISTINCT tool FROM message_stage WHERE run_id = {run:UInt64})
                    AND sent_at >= (SELECT min(sent_at) FROM message_stage WHERE run_id = {run:UInt64})
                    AND sent_at <= (SELECT max(sent_at) FROM message_stage WHERE run_id = {run:UInt64})
              )
    )
SELECT DISTINCT tool, month
FROM
(
    SELECT tool, arrayJoin([toYYYYMM(toTimeZone(sent_at, {zone:String})), toYYYYMM(toTimeZone(sent_at + INTERVAL 1 HOUR, {zone:String}))]) AS month
    FROM fresh
    UNION ALL
    SELECT tool, toYYYYMM(toTimeZone(sent_at, {zone:String})) AS month
    FROM message
    WHERE message_id IN (SELECT message_id FROM fresh)
       OR fingerprint IN (SELECT fingerprint FROM fresh)
       OR parent_key IN (SELECT reply_key FROM fresh)
)
ORDER BY tool, month
