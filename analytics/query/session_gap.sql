-- How long are the gaps between messages, in direct conversations and groups of at most 8 people? In each window of days asked for, by tool.
-- A row: one window (from 0, in the order of starts and ends) and tool, with the gaps: how many, their seconds and the squares of these; and
-- bins, one by one, with how many are in each. Person is 0 for everybody together, or {by_person}, whoever ended the gap. Lists are given as text.
-- Left out: accounts that are no person's, people of another side; gaps in rooms and mail.
WITH
    {starts:Array(Date)} AS starts,
    {ends:Array(Date)} AS ends,
    arrayMin(starts) AS first,
    -- for each day from the first on, the windows that hold it
    arrayMap(d -> arrayFilter(w -> starts[w + 1] <= first + d AND first + d < ends[w + 1], range(toUInt16(length(ends)))),
        range(toUInt64(arrayMax(ends) - first))) AS windows_of_day,
    gap AS
    (
        SELECT
            window,
            tool,
            if({by_person:Bool}, person_id, 0) AS of_person,
            sum(n) AS gaps,
            sum(n_seconds) AS seconds,
            sum(n_squared) AS squares,
            sumMap(gap_bins, times) AS histogram
        FROM
        (
            SELECT
                arrayJoin(windows_of_day[1 + (day - first)]) AS window,
                tool,
                account_id,
                toFloat64(gap_day.gaps) AS n,
                toFloat64(gap_seconds) AS n_seconds,
                toFloat64(squared_seconds) AS n_squared,
                gap_bins,
                arrayWithConstant(length(gap_bins), toUInt64(1)) AS times
            FROM gap_day
            WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends)
                AND place IN ('direct', 'group')
        ) AS followed
        INNER JOIN
        (
            SELECT account_id, person_id
            FROM account_person
            WHERE slice_id = {people:UInt64} AND is_person
                AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
        ) AS who ON who.account_id = followed.account_id
        GROUP BY window, tool, of_person
    )
SELECT
    window,
    tool,
    of_person AS person,
    gaps,
    seconds,
    squares,
    toString(histogram.1) AS bins,
    toString(histogram.2) AS counts
FROM gap
ORDER BY window, tool, person
