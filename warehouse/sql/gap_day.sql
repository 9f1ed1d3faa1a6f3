-- What did the messages of each account follow, and after how long?
-- A row per tool, account, day of the asked months and kind of conversation. Gaps, and when a message is a reply, are defined in
-- schema/0008_session.sql. Moments are milliseconds since 1970 (`at`). Before `told` go gap_named.sql, where a tool has messages that name what
-- they answer, and gap_timed.sql, where it has direct or group conversations; else something empty of the same name.
INSERT INTO gap_day (publication_id, slice_id, tool, day, account_id, place, gaps, gap_bins, gap_seconds, squared_seconds, replies_named, replies_inferred)
WITH
    heard AS
    (
        SELECT
            conversation_id, message_id, toUnixTimestamp64Milli(sent_at) AS at, sender_id, reply_key,
            if(relation IN ('reply', 'quote', 'thread'), parent_key, 0) AS named_key,
            multiIf(message.place = 'direct', 1, message.place = 'group' AND greatest(audience, length(recipient_ids)) BETWEEN 1 AND 7, 2, message.place IN ('mail_thread', 'mail_list'), 4, 3) AS place
        FROM message FINAL
        WHERE tool = {tool:String}
          AND sent_at >= toDateTime64({from:String}, 3, 'UTC') - INTERVAL 28 DAY AND sent_at < toDateTime64({to:String}, 3, 'UTC')
          AND kind = 'message' AND sender_id != 0 AND sender_kind NOT IN ('bot', 'system')
          AND (message_id, version) NOT IN (SELECT message_id, version FROM message_loser WHERE tool = {tool:String})
    ),
-- gap_named.sql
-- gap_timed.sql
    told AS
    (
        SELECT
            toDate(fromUnixTimestamp64Milli(at, {zone:String})) AS day, sender_id, place,
            at - any(at) OVER earlier AS gap, gap <= 2419200000 AS is_gap, intDiv(gap, 1000) AS seconds,
            toUInt8(transform(roundDown(seconds, arrayConcat([0], {edges:Array(UInt32)})), arrayConcat([0], {edges:Array(UInt32)}), range(64))) AS gap_bin,
            message_id IN (SELECT message_id FROM named) AS is_named,
            NOT is_named AND is_gap AND any(sender_id) OVER earlier != sender_id AND (place = 1 OR place = 2 AND worked - any(worked) OVER earlier <= 86400000) AS is_inferred
        FROM timed
        WINDOW earlier AS (PARTITION BY conversation_id ORDER BY at, message_id ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)
    )
SELECT
    {publication:UInt64},
    {base:UInt64} + toYYYYMM(day),
    {tool:String},
    day,
    sender_id,
    place,
    countIf(is_gap) AS gaps,
    arraySort(groupArrayIf(gap_bin, is_gap)),
    sumIf(seconds, is_gap),
    sumIf(seconds * seconds, is_gap),
    countIf(is_named) AS named,
    countIf(is_inferred) AS inferred
FROM told
WHERE toYYYYMM(day) IN {months:Array(UInt32)}
GROUP BY day, sender_id, place
HAVING gaps + named + inferred > 0
