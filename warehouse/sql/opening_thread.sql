    -- In a room, or a group of more than 8: a message that is no reply itself and mentions somebody. Its answers are the replies that name
    -- it. Where nobody replies to anything in that way within 28 days, people answer otherwise or not at all: nothing is inferred there.
    room AS
    (
        SELECT
            *,
            relation IN ('reply', 'quote', 'thread') AS is_reply,
            minIf(at, is_reply) OVER (PARTITION BY tool, conversation_id ORDER BY at DESC, message_id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS next_reply_at
        FROM heard
        WHERE place NOT IN ('direct', 'mail_thread', 'mail_list') AND NOT (place = 'group' AND greatest(audience, length(recipient_ids)) <= 7)
          AND (is_reply OR parent_key = 0 AND notEmpty(mention_ids))
    ),
    opening AS
    (
        SELECT tool, first.1 AS at, first.2 AS sender_id, first.3 AS other_ids, answers
        FROM
        (
            SELECT
                tool,
                argMinIf((at, sender_id, mention_ids), (at, message_id), parent_key = 0 AND next_reply_at BETWEEN at AND at + 2419200000) AS first,
                groupArrayIf((sender_id, at), is_reply) AS answers
            FROM room
            GROUP BY tool, if(parent_key = 0, reply_key, parent_key)
        )
        WHERE notEmpty(other_ids)
    )
