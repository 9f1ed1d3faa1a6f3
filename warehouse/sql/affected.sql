-- Which slices (tool, month of the organisation's days) does a run change?
-- A row per tool and month that holds a new row of the stage, a row within the hour after one (a turn may join), an older
-- version or a copy of one, or a reply to one; or an opening (opening.sql) that such a row may answer, make or unmake: what it
-- replies to; in rooms those of the 28 days before; in small conversations also those of months that begin within 56 days;
-- or what follows such a row within 28 days (gap_day.sql).
-- When a tool's data grow at the end, the openings of its last 28 days are followed for longer. Rows that the warehouse
-- already holds change nothing. {tools}, {first} and {last} (milliseconds since 1970) bound the stage.
WITH
    fresh AS
    (
        SELECT tool, message_id, fingerprint, reply_key, parent_key, sent_at, place, kind
        FROM message_stage
        WHERE run_id = {run:UInt64}
          AND (message_id, version) NOT IN
              (
                  SELECT message_id, version
                  FROM message
                  WHERE tool IN {tools:Array(String)}
                    AND sent_at BETWEEN fromUnixTimestamp64Milli({first:Int64}, 'UTC') AND fromUnixTimestamp64Milli({last:Int64}, 'UTC')
              )
    )
SELECT DISTINCT tool, toYYYYMM(toTimeZone(touched_at, {zone:String})) AS month
FROM
(
    SELECT
        tool,
        arrayJoin(arrayMap(days -> sent_at + toIntervalDay(days), multiIf(
            kind != 'message', [0],
            -- a day more for the gap of a session and for changes of clocks
            place IN ('direct', 'group'), [-29, -14, 0, 14, 28, 42, 57],
            parent_key != 0 AND place NOT IN ('mail_thread', 'mail_list'), [-29, -14, 0, 14, 28],
            [0, 14, 28]))) AS touched_at
    FROM
    (
        SELECT tool, sent_at, place, kind, parent_key
        FROM fresh
        UNION ALL
        SELECT tool, sent_at, place, kind, parent_key
        FROM message
        WHERE message_id IN (SELECT message_id FROM fresh)
           OR fingerprint IN (SELECT fingerprint FROM fresh)
           OR parent_key IN (SELECT reply_key FROM fresh)
           OR reply_key IN (SELECT parent_key FROM fresh WHERE parent_key != 0)
           OR reply_key IN (SELECT parent_key FROM message WHERE parent_key != 0 AND (message_id IN (SELECT message_id FROM fresh) OR fingerprint IN (SELECT fingerprint FROM fresh)))
    )
    UNION ALL
    SELECT tool, sent_at + INTERVAL 1 HOUR
    FROM fresh
    UNION ALL
    SELECT tool, arrayJoin([end - INTERVAL 28 DAY, end - INTERVAL 14 DAY, end])
    FROM
    (
        SELECT tool, max(sent_at) AS end
        FROM message
        WHERE kind = 'message' AND tool IN {tools:Array(String)}
        GROUP BY tool
    ) AS held
    INNER JOIN (SELECT tool, max(sent_at) AS staged_end FROM message_stage WHERE run_id = {run:UInt64} AND kind = 'message' GROUP BY tool) AS staged USING (tool)
    WHERE staged_end > end
)
WHERE month BETWEEN toYYYYMM(toTimeZone(least((SELECT min(sent_at) FROM message), fromUnixTimestamp64Milli({first:Int64}, 'UTC')), {zone:String}))
    AND toYYYYMM(toTimeZone(greatest((SELECT max(sent_at) FROM message), fromUnixTimestamp64Milli({last:Int64}, 'UTC')), {zone:String}))
ORDER BY tool, month
