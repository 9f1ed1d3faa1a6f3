-- What did a run read from each workspace of each tool?
-- A row per tool and workspace of the run's stage. messages counts distinct messages, by id and then by fingerprint;
-- duplicates are those of them that another run, or the canonical copy in another workspace of this one, already holds.
-- Not counted: rows of the stage that are another version of one already counted.
WITH
    row AS
    (
        SELECT tool, workspace, conversation_id, message_id, fingerprint, kind, sender_id, quantity, sent_at
        FROM message_stage
        WHERE run_id = {run:UInt64}
        ORDER BY version DESC
        LIMIT 1 BY tool, conversation_id, message_id
    ),
    -- fingerprints that stand in more than one conversation of the run, with their canonical copy
    copied AS
    (
        SELECT fingerprint, argMin(workspace, message_id) AS holder
        FROM row
        WHERE kind = 'message'
        GROUP BY fingerprint
        HAVING uniqExact(conversation_id) > 1
    ),
    known AS
    (
        SELECT DISTINCT fingerprint
        FROM message
        WHERE fingerprint IN (SELECT fingerprint FROM row WHERE kind = 'message')
    )
SELECT
    tool,
    workspace,
    uniqExactIf(if(fingerprint IN (SELECT fingerprint FROM copied), fingerprint, message_id), kind = 'message') AS messages,
    uniqExactIf(
        if(fingerprint IN (SELECT fingerprint FROM copied), fingerprint, message_id),
        kind = 'message' AND (fingerprint IN (SELECT fingerprint FROM known) OR (fingerprint, workspace) IN
            (SELECT fingerprint, workspace FROM row INNER JOIN copied USING (fingerprint) WHERE workspace != holder))) AS duplicates,
    sumIf(quantity, kind = 'reaction') AS reactions,
    countIf(kind = 'call') AS calls,
    countIf(kind = 'system') AS system,
    uniqExactIf(sender_id, kind = 'message' AND sender_id != 0) AS senders,
    minIf(sent_at, kind = 'message') AS first_at,
    maxIf(sent_at, kind = 'message') AS last_at
FROM row
GROUP BY tool, workspace
ORDER BY tool, workspace
