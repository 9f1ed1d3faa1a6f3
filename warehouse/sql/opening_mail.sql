    -- A mail with 1 to 8 recipients that is no reply itself. Its answers are the mails that name it, in any workspace.
    opening AS
    (
        SELECT tool, first.1 AS at, first.2 AS sender_id, first.3 AS other_ids, answers
        FROM
        (
            SELECT
                tool,
                argMinIf((at, sender_id, recipient_ids), (at, message_id), parent_key = 0) AS first,
                groupArrayIf((sender_id, at), relation IN ('reply', 'quote', 'thread')) AS answers
            FROM heard
            WHERE place IN ('mail_thread', 'mail_list')
            GROUP BY tool, if(parent_key = 0, reply_key, parent_key)
        )
        WHERE length(other_ids) BETWEEN 1 AND 8
    )
