-- What was read from each workspace of each tool, over all runs that were published?
-- A row per tool and workspace. messages counts what the runs brought that was not known before.
WITH
    read AS
    (
        SELECT
            tool,
            workspace,
            argMax(source.collector, source.finished_at) AS collector,
            minIf(source.first_at, source.first_at > toDateTime64(0, 3)) AS first_at,
            max(source.last_at) AS last_at,
            max(source.finished_at) AS read_at,
            toUInt64(sum(source.messages) - sum(source.duplicates)) AS messages,
            sum(source.duplicates) AS duplicates,
            argMax(source.reactions, source.finished_at) AS reactions,
            argMax(source.system, source.finished_at) AS system,
            sum(source.excluded) AS excluded,
            argMax(source.reasons, source.finished_at) AS rejected
        FROM (SELECT * FROM run_source FINAL) AS source
        WHERE run_id IN (SELECT run_id FROM run GROUP BY run_id HAVING max(state) = 3)
        GROUP BY tool, workspace
    ),
    whose AS
    (
        SELECT tool, workspace, uniqExact(map_key) AS accounts, uniqExactIf(map_key, is_matched) AS matched
        FROM account
        INNER JOIN (SELECT account_id, is_matched FROM account_person WHERE slice_id = {people:UInt64}) AS person USING (account_id)
        GROUP BY tool, workspace
    ),
    homes AS
    (
        SELECT tool, groupUniqArray(workspace) AS workspaces
        FROM account
        GROUP BY tool
    ),
    -- Whose workspace an account is of is only asked where a tool has several.
    busy AS
    (
        SELECT day_of.tool AS tool, workspaces[1] AS workspace, days
        FROM
        (
            SELECT tool, arraySort(groupUniqArray(day)) AS days
            FROM account_day
            WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND account_id != 0 AND messages + automatic > 0
              AND tool IN (SELECT tool FROM homes WHERE length(workspaces) = 1)
            GROUP BY tool
        ) AS day_of
        INNER JOIN homes ON day_of.tool = homes.tool
        UNION ALL
        SELECT account_day.tool AS tool, workspace, arraySort(groupUniqArray(day)) AS days
        FROM account_day
        INNER JOIN (SELECT DISTINCT account_id, workspace FROM account) AS account USING (account_id)
        WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND messages + automatic > 0
          AND tool IN (SELECT tool FROM homes WHERE length(workspaces) > 1)
        GROUP BY tool, workspace
    ),
    places AS
    (
        SELECT tool, workspace, arraySort(arrayMap(c -> toString(c), groupUniqArray(coverage))) AS coverages
        FROM conversation
        GROUP BY tool, workspace
    )
SELECT
    read.tool AS tool, read.workspace AS workspace, collector, first_at, last_at, read_at, messages, duplicates, reactions, system, excluded,
    CAST(rejected, 'Map(String, UInt64)') AS rejected, accounts, matched, coverages, days
FROM read
LEFT JOIN whose ON read.tool = whose.tool AND read.workspace = whose.workspace
LEFT JOIN busy ON read.tool = busy.tool AND read.workspace = busy.workspace
LEFT JOIN places ON read.tool = places.tool AND read.workspace = places.workspace
ORDER BY tool, workspace
