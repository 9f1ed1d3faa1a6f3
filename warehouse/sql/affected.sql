-- Which slices (tool, month of the organisation's days) does a run change, and from which of their days on?
-- A row per tool and month. since is for what accounts did: the day of a new row of the stage and the one before it (a session may begin there), of an
-- older version or a copy of one, of a reply to one; and what follows within 28 days. What a new row replies to stays what it was. opened_since is for openings (opening.sql) that such a
-- row may answer, make or unmake: what it replies to; in rooms those of the 28 days before; in small conversations also those of
-- months that begin within 56 days. When a tool's data grow at the end, the openings of its last 28 days are followed for longer. Rows that the
-- warehouse already holds change nothing. {first} and {last} (milliseconds since 1970) bound the stage of {tools}; without {known}
-- the warehouse holds no version and no copy of any of its rows. One statement looks at the {pass}th of {passes} shares of the stage, which has to fit into memory.
WITH
    fresh AS
    (
        SELECT tool, message_id, fingerprint, reply_key, parent_key, sent_at, place, kind
        FROM message_stage
        WHERE run_id = {run:UInt64} AND message_id % {passes:UInt64} = {pass:UInt64}
          AND (NOT {known:Bool} OR (message_id, version) NOT IN
              (
                  SELECT message_id, version
                  FROM message
                  WHERE {known:Bool} AND tool IN {tools:Array(String)} AND message_id % {passes:UInt64} = {pass:UInt64}
                    AND sent_at BETWEEN fromUnixTimestamp64Milli({first:Int64}, 'UTC') AND fromUnixTimestamp64Milli({last:Int64}, 'UTC')
                    AND toYYYYMM(sent_at) BETWEEN toYYYYMM(fromUnixTimestamp64Milli({first:Int64}, 'UTC')) AND toYYYYMM(fromUnixTimestamp64Milli({last:Int64}, 'UTC'))
              ))
    ),
    -- a day more for the gap of a session and for changes of clocks
    touched AS
    (
        SELECT DISTINCT
            tool,
            toDate(toTimeZone(sent_at, {zone:String})) AS day,
            if(is_answered, toDate('2149-01-01'), day - 1) AS since, if(is_answered, toDate('1970-01-01'), day + if(kind = 'message', 29, 1)) AS until,
            multiIf(
                kind != 'message', CAST((toDate('2149-01-01'), toDate('1970-01-01')), 'Tuple(Date, Date)'),
                place IN ('direct', 'group'), (day - 29, day + 57),
                parent_key != 0 AND place NOT IN ('mail_thread', 'mail_list'), (day - 29, day + 1),
                (day - 1, day + 1)) AS opened
        FROM
        (
            SELECT tool, sent_at, place, kind, parent_key, false AS is_answered
            FROM fresh
            UNION ALL
            SELECT tool, sent_at, place, kind, parent_key, false
            FROM message
            WHERE {known:Bool} AND (message_id IN (SELECT message_id FROM fresh) OR fingerprint IN (SELECT fingerprint FROM fresh))
               OR parent_key IN (SELECT reply_key FROM fresh)
            UNION ALL
            SELECT tool, sent_at, place, kind, parent_key, true
            FROM message
            WHERE reply_key IN (SELECT parent_key FROM fresh WHERE parent_key != 0)
               OR {known:Bool} AND reply_key IN (SELECT parent_key FROM message WHERE parent_key != 0 AND (message_id IN (SELECT message_id FROM fresh) OR fingerprint IN (SELECT fingerprint FROM fresh)))
        )
        UNION ALL
        SELECT tool, toDate(toTimeZone(end, {zone:String})) AS day, toDate('2149-01-01'), toDate('1970-01-01'), (day - 29, day + 1)
        FROM
        (
            SELECT subject AS tool, max(until) AS end
            FROM (SELECT subject, month, argMax(data_until, publication_id) AS until FROM publication WHERE subject IN {tools:Array(String)} GROUP BY subject, month)
            GROUP BY tool
        ) AS held
        INNER JOIN (SELECT tool, max(sent_at) AS staged_end FROM message_stage WHERE run_id = {run:UInt64} AND kind = 'message' GROUP BY tool) AS staged USING (tool)
        WHERE staged_end > end
    ),
    (SELECT toDate(toTimeZone(least((SELECT min(sent_at) FROM message), fromUnixTimestamp64Milli({first:Int64}, 'UTC')), {zone:String}))) AS earliest,
    (SELECT toDate(toTimeZone(greatest((SELECT max(sent_at) FROM message), fromUnixTimestamp64Milli({last:Int64}, 'UTC')), {zone:String}))) AS latest
SELECT tool, month, min(first_day) AS since, min(first_opened) AS opened_since
FROM
(
    SELECT
        tool,
        arrayJoin(arrayMap(n -> addMonths(toStartOfMonth(low), n), range(toUInt32(dateDiff('month', low, high) + 1)))) AS month_start,
        toYYYYMM(month_start) AS month,
        if(is_opened, toDate('2149-01-01'), greatest(low, month_start)) AS first_day,
        if(is_opened, greatest(low, month_start), toDate('2149-01-01')) AS first_opened
    FROM
    (
        SELECT tool, 0 AS is_opened, greatest(since, earliest) AS low, least(until, latest) AS high FROM touched
        UNION ALL
        SELECT tool, 1, greatest(opened.1, earliest), least(opened.2, latest) FROM touched
    )
    WHERE low <= high
)
GROUP BY tool, month
ORDER BY tool, month
