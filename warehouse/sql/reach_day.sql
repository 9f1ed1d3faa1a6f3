-- How did each account answer the openings addressed to it?
-- A row per tool, addressed account, day of the opening (of the asked months) and rule. Addressed are the other members of a small
-- conversation, the recipients of a mail, those mentioned in a room; what the account says itself is its answer, whoever else
-- answered. The openings are those of opening_part.sql.
INSERT INTO reach_day (publication_id, slice_id, tool, day, account_id, rule, addressed, answered, censored,
    gap_bins, working_gap_bins, followed_bins, working_followed_bins)
SELECT
    {publication:UInt64},
    transform(toString(tool), {tools:Array(String)}, {bases:Array(UInt64)}, toUInt64(0)) + toYYYYMM(day),
    tool,
    day,
    other_id,
    any(rule),
    count(),
    countIf(is_answered),
    countIf(is_censored),
    arraySort(groupArrayIf(gap_bin, is_answered)),
    arraySort(groupArrayIf(working_gap_bin, is_answered)),
    arraySort(groupArrayIf(gap_bin, is_censored)),
    arraySort(groupArrayIf(working_gap_bin, is_censored))
FROM
(
    SELECT
        tool, rule, other_id, is_answered, is_censored,
-- gap_bins.sql
    FROM
    (
        SELECT
            tool, rule, at, other_id,
            arrayMin(arrayMap(a -> a.2, arrayFilter(a -> a.1 = other_id, answers))) AS answered_at,
            answered_at > 0 AS is_answered,
            transform(toString(tool), {tools:Array(String)}, {untils:Array(Int64)}, toInt64(0)) AS until,
            NOT is_answered AND at + 2419200000 > until AS is_censored,
            [at, if(is_answered, answered_at, until)] AS span,
            arrayMap(moment -> moment + 1000 * timezoneOffset(fromUnixTimestamp64Milli(moment, {zone:String})), span) AS walls
        FROM
        (
            SELECT *, arrayJoin(arrayFilter(id -> id NOT IN (0, sender_id), other_ids)) AS other_id
            FROM opening_part
            WHERE publication_id = {publication:UInt64} AND tool IN {tools:Array(String)} AND rule = {rule:String}
              AND toYYYYMM(opened_on) IN {months:Array(UInt32)} AND opened_on >= {since:Date}
        )
    )
)
GROUP BY tool, day, other_id
