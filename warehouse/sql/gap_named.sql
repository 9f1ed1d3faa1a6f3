    -- The first message of another account that names a message, for each message that is named.
    named AS
    (
        SELECT argMin(answer.message_id, (answer.at, answer.message_id)) AS message_id
        FROM heard AS parent
        INNER JOIN (SELECT message_id, at, sender_id, named_key FROM heard WHERE named_key != 0) AS answer ON parent.reply_key = answer.named_key
        WHERE answer.sender_id != parent.sender_id AND answer.at BETWEEN parent.at AND parent.at + 2419200000
        GROUP BY answer.named_key
    ),
