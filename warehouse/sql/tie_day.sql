-- Who turned to whom?
-- A row per tool, pair of accounts and day of the asked months. An interaction is one directed act: a message in a
-- conversation of at most 8 people (7 others) or a mail with at most 8 listed recipients towards each of the others, a reply towards
-- the author of what it answers, a mention; one message makes at most one towards each account. Automatic messages make none.
INSERT INTO tie_day (publication_id, slice_id, tool, day, a_id, b_id, a_to_b, b_to_a, replies, mentions)
WITH
    winner AS
    (
        SELECT tool, conversation_id, message_id, sent_at, sender_id, if(length(recipient_ids) <= if(place IN ('mail_thread', 'mail_list'), 8, 7), recipient_ids, []) AS near_ids, parent_key, relation, mention_ids
        FROM message FINAL
        WHERE tool IN {tools:Array(String)}
          AND sent_at >= toDateTime64({from:String}, 3, 'UTC') AND sent_at < toDateTime64({to:String}, 3, 'UTC')
          AND toYYYYMM(sent_at) BETWEEN toYYYYMM(toDateTime64({from:String}, 3, 'UTC') - INTERVAL 0 DAY) AND toYYYYMM(toDateTime64({to:String}, 3, 'UTC') + INTERVAL 0 DAY)
          AND kind = 'message' AND sender_id != 0 AND sender_kind NOT IN ('bot', 'system')
          AND (message_id, version) NOT IN (SELECT message_id, version FROM message_loser WHERE tool IN {tools:Array(String)})
    ),
    parent AS
    (
        SELECT tool, reply_key, argMin(sender_id, message_id) AS author_id
        FROM message
        WHERE tool IN {tools:Array(String)}
          AND reply_key IN (SELECT parent_key FROM winner WHERE parent_key != 0)
          AND kind IN ('message', 'call') AND sender_kind NOT IN ('bot', 'system')
        GROUP BY tool, reply_key
    ),
    act AS
    (
        SELECT
            winner.tool AS tool,
            toDate(toTimeZone(sent_at, {zone:String})) AS day,
            sender_id,
            parent.author_id AS author_id,
            near_ids,
            arrayJoin(arrayDistinct(arrayFilter(id -> id != 0 AND id != sender_id, arrayConcat(near_ids, [parent.author_id], mention_ids)))) AS other_id
        FROM winner
        LEFT JOIN parent ON winner.tool = parent.tool AND winner.parent_key = parent.reply_key
    )
SELECT
    {publication:UInt64},
    transform(toString(tool), {tools:Array(String)}, {bases:Array(UInt64)}, toUInt64(0)) + toYYYYMM(day),
    tool,
    day,
    least(sender_id, other_id) AS a_id,
    greatest(sender_id, other_id) AS b_id,
    countIf(sender_id < other_id),
    countIf(sender_id > other_id),
    countIf(other_id = author_id),
    countIf(other_id != author_id AND NOT has(near_ids, other_id))
FROM act
WHERE toYYYYMM(day) IN {months:Array(UInt32)} AND day >= {since:Date}
GROUP BY tool, day, a_id, b_id
