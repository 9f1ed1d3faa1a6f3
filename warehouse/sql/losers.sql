-- Which rows count nowhere, now that a run's rows are in?
-- A row per loser among everything that shares a message id or a fingerprint with the run's rows: versions that a higher
-- one of the same message beats, and copies of a fingerprint in other conversations than that of the smallest message id. A mailbox
-- knows the thread of a mail, a server's log does not: its copies come first.
INSERT INTO message_loser (tool, day, message_id, version, reason)
WITH near AS
(
    SELECT tool, conversation_id, message_id, fingerprint, sent_at, version, place IN ('mail_thread', 'mail_list') AS is_threaded
    FROM message
    WHERE message_id IN (SELECT message_id FROM message_stage WHERE run_id = {run:UInt64})
       OR fingerprint IN (SELECT fingerprint FROM message_stage WHERE run_id = {run:UInt64})
)
SELECT tool, toDate(sent_at), message_id, version, 'version'
FROM near
WHERE (tool, conversation_id, message_id) IN
      (SELECT tool, conversation_id, message_id FROM near GROUP BY tool, conversation_id, message_id HAVING uniqExact(sent_at) > 1)
  AND (tool, conversation_id, message_id, version) NOT IN
      (SELECT tool, conversation_id, message_id, max(version) FROM near GROUP BY tool, conversation_id, message_id)
UNION ALL
SELECT copy.tool, toDate(copy.sent_at), copy.message_id, copy.version, 'copy'
FROM near AS copy
INNER JOIN
(
    SELECT fingerprint, argMin(conversation_id, (NOT is_threaded, message_id)) AS canonical
    FROM near
    GROUP BY fingerprint
    HAVING uniqExact(conversation_id) > 1
) AS winner ON copy.fingerprint = winner.fingerprint
WHERE copy.conversation_id != winner.canonical
