-- What did a run read from each workspace of each tool?
-- A row per tool and workspace of the run's stage. messages counts distinct messages, by id and then by fingerprint;
-- duplicates are those of them that another run, or the canonical copy in another workspace of this one, already holds.
-- Not counted: rows of the stage that are another version of one already counted.
WITH
    row AS
    (
        SELECT tool, workspace, conversation_id, message_id, fingerprint, kind, place, sender_id, quantity, sent_at
        FROM message_stage
        WHERE run_id = {run:UInt64}
        ORDER BY version DESC
        LIMIT 1 BY tool, conversation_id, message_id
    ),
    -- fingerprints that stand in more than one conversation of the run, with their canonical copy
    copied AS
    (
        SELECT fingerprint, uniqExact(conversation_id) AS places, argMin(workspace, (place NOT IN ('mail_thread', 'mail_list'), message_id)) AS holder
        FROM row
        WHERE kind = 'message'
        GROUP BY fingerprint
        HAVING places > 1
    ),
    known AS
    (
        SELECT fingerprint, message_id
        FROM message
        WHERE fingerprint IN (SELECT fingerprint FROM message_stage WHERE run_id = {run:UInt64} AND kind = 'message')
           OR message_id IN (SELECT message_id FROM message_stage WHERE run_id = {run:UInt64} AND kind = 'message')
    )
SELECT
    tool,
    workspace,
    uniqExactIf(key, kind = 'message') AS messages,
    uniqExactIf(key, kind = 'message' AND is_known) AS duplicates,
    sumIf(quantity, kind = 'reaction') AS reactions,
    countIf(kind = 'call') AS calls,
    countIf(kind = 'system') AS system,
    uniqExactIf(sender_id, kind = 'message' AND sender_id != 0) AS senders,
    minIf(sent_at, kind = 'message') AS first_at,
    maxIf(sent_at, kind = 'message') AS last_at
FROM
(
    SELECT
        row.tool AS tool, row.workspace AS workspace, kind, quantity, sender_id, sent_at,
        if(copied.places > 1, row.fingerprint, message_id) AS key,
        row.fingerprint IN (SELECT fingerprint FROM known) OR message_id IN (SELECT message_id FROM known) OR copied.places > 1 AND row.workspace != copied.holder AS is_known
    FROM row
    LEFT JOIN copied ON row.fingerprint = copied.fingerprint
)
GROUP BY tool, workspace
ORDER BY tool, workspace
