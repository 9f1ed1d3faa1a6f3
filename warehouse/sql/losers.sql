-- Which rows count nowhere, now that a run's rows are in?
-- A row per loser among everything that shares a message id or a fingerprint with the run's rows: versions that a higher
-- one of the same message beats, and copies of a fingerprint in other conversations than that of the smallest message id. A mailbox
-- knows the thread of a mail, a server's log does not: its copies come first. One statement looks at the {pass}th of {passes} shares of the
-- ids and fingerprints, which have to fit into memory.
INSERT INTO message_loser (tool, day, message_id, version, reason)
WITH
    of_message AS
    (
        SELECT tool, conversation_id, message_id, sent_at, version
        FROM message
        WHERE message_id IN (SELECT message_id FROM message_stage WHERE run_id = {run:UInt64} AND message_id % {passes:UInt64} = {pass:UInt64})
    ),
    of_fingerprint AS
    (
        SELECT tool, conversation_id, message_id, fingerprint, sent_at, version, place IN ('mail_thread', 'mail_list') AS is_threaded
        FROM message
        WHERE fingerprint IN (SELECT fingerprint FROM message_stage WHERE run_id = {run:UInt64} AND fingerprint % {passes:UInt64} = {pass:UInt64})
    )
SELECT tool, toDate(sent_at), message_id, version, 'version'
FROM of_message
WHERE (tool, conversation_id, message_id) IN
      (SELECT tool, conversation_id, message_id FROM of_message GROUP BY tool, conversation_id, message_id HAVING uniqExact(sent_at) > 1)
  AND (tool, conversation_id, message_id, version) NOT IN
      (SELECT tool, conversation_id, message_id, max(version) FROM of_message GROUP BY tool, conversation_id, message_id HAVING uniqExact(sent_at) > 1)
UNION ALL
SELECT copy.tool, toDate(copy.sent_at), copy.message_id, copy.version, 'copy'
FROM of_fingerprint AS copy
INNER JOIN
(
    SELECT fingerprint, argMin(conversation_id, (NOT is_threaded, message_id)) AS canonical
    FROM of_fingerprint
    GROUP BY fingerprint
    HAVING uniqExact(conversation_id) > 1
) AS winner ON copy.fingerprint = winner.fingerprint
WHERE copy.conversation_id != winner.canonical
