-- What stays of the messages that name somebody who is being erased?
-- A row per message to be staged: each that names an account of the erasure and may stay, and each that shares a message id or a
-- fingerprint with one that names it, since of versions and copies another may count afterwards. Not among them, and so to be removed:
-- messages the accounts sent, and those that were written to nobody else.
WITH
    (SELECT groupUniqArray(id) FROM erasure_target WHERE erasure_id = {erasure:UInt64} AND what = 'account') AS ids,
    named AS
    (
        SELECT message_id, fingerprint
        FROM message
        WHERE has(ids, sender_id) OR hasAny(recipient_ids, ids) OR hasAny(mention_ids, ids)
    )
SELECT
    tool, workspace, conversation_id, message_id, fingerprint, reply_key, toUnixTimestamp64Milli(sent_at) AS sent, offset_minutes,
    CAST(time_precision, 'Int8') AS precision, is_zone_assumed, CAST(kind, 'Int8') AS kind_number, CAST(place, 'Int8') AS place_number, sender_id,
    CAST(sender_kind, 'Int8') AS sender_kind_number, arrayFilter(id -> NOT has(ids, id), recipient_ids) AS recipients,
    CAST(recipient_source, 'Int8') AS source_number, audience, parent_key, CAST(relation, 'Int8') AS relation_number,
    arrayFilter(id -> NOT has(ids, id), mention_ids) AS mentions, attachments, size_bytes, quantity, toUnixTimestamp64Milli(edited_at) AS edited,
    is_deleted, version, length(recipients) + length(mentions) != length(recipient_ids) + length(mention_ids) AS is_changed
FROM message
WHERE (message_id IN (SELECT message_id FROM named) OR fingerprint IN (SELECT fingerprint FROM named))
  AND NOT has(ids, sender_id) AND NOT (notEmpty(recipient_ids) AND empty(recipients))
ORDER BY tool, conversation_id, sent_at, message_id, version
