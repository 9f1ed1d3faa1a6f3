-- What did each account do on each day?
-- A row per tool, account and day of the asked months. Only the highest version of a message counts, and only the canonical
-- copy. A turn is a run of messages of one sender in a conversation with nobody between and gaps of at most 5 minutes.
INSERT INTO account_day (publication_id, slice_id, tool, day, account_id, hours, messages, messages_direct, messages_room,
    messages_mail, replies, automatic, turns, reactions, calls, attachments, size_bytes, received, received_wide)
WITH
    winner AS
    (
        SELECT conversation_id, message_id, sent_at, kind, place, sender_id, sender_kind, recipient_ids, relation, quantity, attachments, size_bytes
        FROM message
        WHERE tool = {tool:String}
          AND sent_at >= toDateTime64({from:String}, 3, 'UTC') - INTERVAL 1 HOUR AND sent_at < toDateTime64({to:String}, 3, 'UTC')
          AND kind != 'system'
          AND (message_id, version) NOT IN (SELECT message_id, version FROM message_loser WHERE tool = {tool:String})
        ORDER BY version DESC
        LIMIT 1 BY conversation_id, message_id
    ),
    placed AS
    (
        SELECT
            toDate(toTimeZone(sent_at, {zone:String})) AS day,
            toHour(toTimeZone(sent_at, {zone:String})) AS hour,
            kind = 'message' AND sender_kind NOT IN ('bot', 'system') AS is_sent,
            kind = 'message' AND sender_kind IN ('bot', 'system') AS is_automatic,
            kind = 'message' AND (any(sender_id) OVER earlier != sender_id OR dateDiff('millisecond', any(sent_at) OVER earlier, sent_at) > 300000) AS is_turn,
            kind, place, sender_id, recipient_ids, relation, quantity, attachments, size_bytes
        FROM winner
        WINDOW earlier AS (PARTITION BY conversation_id, kind = 'message' ORDER BY sent_at, message_id ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)
    )
SELECT
    {publication:UInt64},
    {base:UInt64} + toYYYYMM(day),
    {tool:String},
    day,
    account_id,
    sumForEach(hours) AS hours,
    sum(messages), sum(messages_direct), sum(messages_room), sum(messages_mail), sum(replies), sum(automatic), sum(turns),
    sum(reactions), sum(calls), sum(attachments), sum(size_bytes), sum(received), sum(received_wide)
FROM
(
    SELECT
        day,
        sender_id AS account_id,
        arrayMap(h -> toUInt32(h = hour AND is_sent), range(24)) AS hours,
        toUInt32(is_sent) AS messages,
        toUInt32(is_sent AND place IN ('direct', 'group')) AS messages_direct,
        toUInt32(is_sent AND place IN ('channel', 'private_channel', 'feed', 'meeting_chat', 'other')) AS messages_room,
        toUInt32(is_sent AND place IN ('mail_thread', 'mail_list')) AS messages_mail,
        toUInt32(is_sent AND relation IN ('reply', 'quote', 'thread')) AS replies,
        toUInt32(is_automatic) AS automatic,
        toUInt32(is_sent AND is_turn) AS turns,
        if(kind = 'reaction', quantity, 0) AS reactions,
        toUInt32(kind = 'call') AS calls,
        if(is_sent, attachments, 0) AS attachments,
        if(is_sent, size_bytes, 0) AS size_bytes,
        0 AS received,
        0 AS received_wide
    FROM placed
    UNION ALL
    SELECT
        day,
        arrayJoin(recipient_ids) AS account_id,
        arrayMap(h -> toUInt32(0), range(24)), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        toUInt32(length(recipient_ids) <= 8),
        toUInt32(length(recipient_ids) > 8)
    FROM placed
    WHERE is_sent
)
WHERE toYYYYMM(day) IN {months:Array(UInt32)}
GROUP BY day, account_id
