-- What did each account do on each day?
-- A row per tool, account and day of the asked months. Only the highest version of a message counts, and only the canonical
-- copy. A turn is a run of messages of one sender in a conversation with nobody between and gaps of at most 5 minutes. The codes of uses are
-- those of schema/0008_session.sql; of {work_week} the n-th entry is how many working days of a week come before its n-th day.
INSERT INTO account_day (publication_id, slice_id, tool, day, account_id, hours, messages, messages_direct, messages_room,
    messages_mail, replies, automatic, turns, reactions, calls, attachments, size_bytes, received, received_wide, use_codes, use_amounts)
WITH
    winner AS
    (
        SELECT conversation_id, message_id, sent_at, kind, place, sender_id, sender_kind, recipient_ids, relation, quantity, attachments, size_bytes,
            toUnixTimestamp64Milli(sent_at) + 1000 * timezoneOffset(toTimeZone(sent_at, {zone:String})) AS wall
        FROM message FINAL
        WHERE tool = {tool:String}
          AND sent_at >= toDateTime64({from:String}, 3, 'UTC') - INTERVAL 1 HOUR AND sent_at < toDateTime64({to:String}, 3, 'UTC')
          AND kind != 'system'
          AND (message_id, version) NOT IN (SELECT message_id, version FROM message_loser WHERE tool = {tool:String})
    ),
    placed AS
    (
        SELECT
            toDate(toTimeZone(sent_at, {zone:String})) AS day,
            toHour(toTimeZone(sent_at, {zone:String})) AS hour,
            3 + intDiv(wall, 86400000) AS day_number, -- from the Monday before 1970
            wall % 86400000 - {work_from:Int64} BETWEEN 0 AND {work_length:Int64} - 1
                AND {work_week:Array(Int64)}[2 + day_number % 7] > {work_week:Array(Int64)}[1 + day_number % 7] AND NOT has({holidays:Array(Int64)}, day_number) AS is_inside,
            toUInt8(10 * multiIf(place = 'direct', 0, place = 'group', 1, place IN ('mail_thread', 'mail_list'), 3, place = 'other', 4, 2)
                + multiIf(kind = 'reaction', 4, kind = 'call', 6, relation IN ('reply', 'quote', 'thread'), 2, 0) + is_inside) AS code,
            kind = 'message' AND sender_kind NOT IN ('bot', 'system') AS is_sent,
            kind = 'message' AND sender_kind IN ('bot', 'system') AS is_automatic,
            any(sender_id) OVER earlier != sender_id OR dateDiff('millisecond', any(sent_at) OVER earlier, sent_at) > 300000 AS is_turn,
            kind, place, if(is_sent, arrayConcat([sender_id], recipient_ids), [sender_id]) AS account_ids, length(recipient_ids) > 8 AS is_wide, relation, quantity, attachments, size_bytes
        FROM winner
        WINDOW earlier AS (PARTITION BY conversation_id, kind = 'message' ORDER BY sent_at, message_id ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)
    )
SELECT
    {publication:UInt64},
    {base:UInt64} + toYYYYMM(day),
    {tool:String},
    day,
    account_id,
    arrayMap(h -> toUInt32(countEqual(sent_hours, h)), range(24)),
    length(sent_hours) AS messages,
    direct, room, mail, replies, automatic, turns, reactions, calls, attachments, size_bytes, received, received_wide,
    arraySort(arrayDistinct(codes)), arrayMap(code -> toUInt32(countEqual(codes, code)), arraySort(arrayDistinct(codes)))
FROM
(
    SELECT
        day,
        account_id,
        groupArrayIf(hour, n = 1 AND is_sent) AS sent_hours,
        countIf(n = 1 AND is_sent AND place IN ('direct', 'group')) AS direct,
        countIf(n = 1 AND is_sent AND place IN ('channel', 'private_channel', 'feed', 'meeting_chat', 'other')) AS room,
        countIf(n = 1 AND is_sent AND place IN ('mail_thread', 'mail_list')) AS mail,
        countIf(n = 1 AND is_sent AND relation IN ('reply', 'quote', 'thread')) AS replies,
        countIf(n = 1 AND is_automatic) AS automatic,
        countIf(n = 1 AND is_sent AND is_turn) AS turns,
        sumIf(quantity, n = 1 AND kind = 'reaction') AS reactions,
        countIf(n = 1 AND kind = 'call') AS calls,
        sumIf(attachments, n = 1 AND is_sent) AS attachments,
        sumIf(size_bytes, n = 1 AND is_sent) AS size_bytes,
        countIf(n > 1 AND NOT is_wide) AS received,
        countIf(n > 1 AND is_wide) AS received_wide,
        arrayConcat(groupArrayIf(code, n = 1 AND NOT is_automatic), groupArrayIf(toUInt8(code - code % 10 + code % 2 + 8), n = 1 AND is_sent AND placed.attachments > 0)) AS codes
    FROM placed
    ARRAY JOIN account_ids AS account_id, arrayEnumerate(account_ids) AS n
    WHERE toYYYYMM(day) IN {months:Array(UInt32)}
    GROUP BY day, account_id
)
