-- Which slices (tool, month of the organisation's days) does a run change?
-- A row per tool and month that holds a new row of the stage, a row within the hour after one (a turn may join), an older
-- version or a copy of one, or a reply to one; or an opening (opening.sql) that such a row may answer, make or unmake: what it
-- replies to; in rooms those of the 28 days before; in small conversations also those of months that begin within 56 days.
-- When a tool's data grow at the end, the openings of its last 28 days are followed for longer. Months before and after all
-- data are left out. Rows that the warehouse already holds change nothing.
WITH
    moment -> toYYYYMM(toTimeZone(moment, {zone:String})) AS month_of,
    fresh AS
    (
        SELECT tool, message_id, fingerprint, reply_key, parent_key, sent_at, place, kind
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
    ),
    changed AS
    (
        SELECT tool, reply_key, parent_key, sent_at, place, kind
        FROM fresh
        UNION ALL
        SELECT tool, reply_key, parent_key, sent_at, place, kind
        FROM message
        WHERE message_id IN (SELECT message_id FROM fresh)
           OR fingerprint IN (SELECT fingerprint FROM fresh)
    ),
    span AS
    (
        SELECT min(sent_at) AS first_at, max(sent_at) AS last_at
        FROM message
        HAVING count() > 0
        UNION ALL
        SELECT min(sent_at), max(sent_at)
        FROM fresh
        HAVING count() > 0
    )
SELECT DISTINCT tool, month
FROM
(
    SELECT
        tool,
        arrayJoin(arrayConcat(
            [month_of(sent_at), month_of(sent_at + INTERVAL 1 HOUR)],
            -- a day more for the gap of a session and for changes of clocks
            arrayMap(days -> month_of(sent_at + toIntervalDay(days)), multiIf(
                kind != 'message', [],
                place IN ('direct', 'group'), [-29, -14, 14, 28, 42, 57],
                parent_key != 0 AND place NOT IN ('mail_thread', 'mail_list'), [-29, -14],
                [])))) AS month
    FROM changed
    UNION ALL
    SELECT tool, month_of(sent_at)
    FROM message
    WHERE parent_key IN (SELECT reply_key FROM changed)
       OR reply_key IN (SELECT parent_key FROM changed WHERE parent_key != 0)
    UNION ALL
    SELECT tool, arrayJoin([month_of(end), month_of(end - INTERVAL 14 DAY), month_of(end - INTERVAL 28 DAY)])
    FROM
    (
        SELECT tool, max(sent_at) AS end
        FROM message
        WHERE kind = 'message' AND tool IN (SELECT tool FROM fresh)
        GROUP BY tool
    ) AS held
    INNER JOIN (SELECT tool, max(sent_at) AS fresh_end FROM fresh WHERE kind = 'message' GROUP BY tool) AS grown USING (tool)
    WHERE fresh_end > end
)
WHERE month BETWEEN (SELECT month_of(min(first_at)) FROM span) AND (SELECT month_of(max(last_at)) FROM span)
ORDER BY tool, month
