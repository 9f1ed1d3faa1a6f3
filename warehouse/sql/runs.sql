-- Which runs were there, and what did each read?
-- A row per run and workspace it read, newest first. Runs that read nothing have one row.
SELECT
    run_id,
    ['', 'begun', 'loaded', 'published', 'undone'][last_state + 1] AS state_name,
    command_name,
    collector, tool, workspace,
    began,
    ended,
    files, messages, rejected
FROM
(
    SELECT run_id, max(state) AS last_state, argMin(command, state) AS command_name, argMin(began_at, state) AS began, max(changed_at) AS ended
    FROM run
    GROUP BY run_id
    ORDER BY began DESC, run_id
    LIMIT {limit:UInt32}
) AS state
LEFT JOIN (SELECT run_id, collector, tool, workspace, files, messages, rejected FROM run_source FINAL) AS source USING (run_id)
ORDER BY began DESC, run_id, tool, workspace
