-- How did the sessions go that each account began?
-- A row per tool, account that began them, day of their beginning (of the asked months) and kind of conversation. What a session is, and what
-- is counted of it, is said in schema/0008_session.sql. Moments are milliseconds since 1970 (`at`).
INSERT INTO session_day (publication_id, slice_id, tool, day, account_id, place, sessions, answered, messages, turns, participants, duration_seconds)
WITH
    heard AS
    (
        SELECT conversation_id, message_id, toUnixTimestamp64Milli(sent_at) AS at, sender_id, place
        FROM message FINAL
        WHERE tool = {tool:String}
          AND sent_at >= toDateTime64({from:String}, 3, 'UTC') - INTERVAL 30 MINUTE AND sent_at < toDateTime64({to:String}, 3, 'UTC') + INTERVAL 1 DAY
          AND kind = 'message' AND sender_id != 0 AND sender_kind NOT IN ('bot', 'system')
          AND (place = 'direct' OR place = 'group' AND greatest(audience, length(recipient_ids)) BETWEEN 1 AND 7)
          AND (message_id, version) NOT IN (SELECT message_id, version FROM message_loser WHERE tool = {tool:String})
    ),
    told AS
    (
        SELECT *, at - any(at) OVER earlier AS gap, gap > 300000 OR any(sender_id) OVER earlier != sender_id AS is_turn
        FROM heard
        WINDOW earlier AS (PARTITION BY conversation_id ORDER BY at, message_id ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)
    ),
    session AS
    (
        SELECT
            began_at, argMin((sender_id, toString(place)), (at, message_id)) AS first,
            uniqExact(sender_id) AS participants, count() AS messages, countIf(is_turn) AS turns, intDiv(max(at) - began_at, 1000) AS seconds
        FROM
        (
            SELECT *, max(if(gap > 1800000, at, 0)) OVER (PARTITION BY conversation_id ORDER BY at, message_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS began_at
            FROM told
        )
        WHERE at - began_at <= 86400000
        GROUP BY conversation_id, began_at
    )
SELECT
    {publication:UInt64},
    {base:UInt64} + toYYYYMM(day),
    {tool:String},
    toDate(fromUnixTimestamp64Milli(began_at, {zone:String})) AS day,
    first.1,
    first.2,
    count(),
    countIf(participants > 1),
    sum(messages),
    sum(turns),
    sum(participants),
    sum(seconds)
FROM session
WHERE toYYYYMM(day) IN {months:Array(UInt32)}
GROUP BY day, first
