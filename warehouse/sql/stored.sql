-- How many messages name some accounts?
-- One row. Every version and copy counts; messages that were written to nobody else count as theirs.
SELECT countIf(is_theirs) AS messages, countIf(NOT is_theirs) AS named
FROM
(
    SELECT has({ids:Array(UInt64)}, sender_id) OR notEmpty(recipient_ids) AND hasAll({ids:Array(UInt64)}, recipient_ids) AS is_theirs
    FROM message
    WHERE has({ids:Array(UInt64)}, sender_id) OR hasAny(recipient_ids, {ids:Array(UInt64)}) OR hasAny(mention_ids, {ids:Array(UInt64)})
)
