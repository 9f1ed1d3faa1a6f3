-- How long do the people whom openings address take to answer themselves? In each window of days asked for, by tool.
-- A row: one window (from 0, in the order of starts and ends) and tool, with codes, one by one, and how often each: bin of the gap to somebody's own
-- answer, 64 + bin on the working clock, 128 + bin of how long an opening was followed that they did not answer while the data go on, 192 + bin of
-- that on the working clock. Person is 0 for everybody together, or {by_person}, whoever was addressed. Lists are given as text.
-- Left out: accounts that are no person's, people of another side.
WITH
    {starts:Array(Date)} AS starts,
    {ends:Array(Date)} AS ends,
    arrayMin(starts) AS first,
    -- for each day from the first on, the windows that hold it
    arrayMap(d -> arrayFilter(w -> starts[w + 1] <= first + d AND first + d < ends[w + 1], range(toUInt16(length(ends)))),
        range(toUInt64(arrayMax(ends) - first))) AS windows_of_day,
    -- day by day first: a day may be in several windows
    gap AS
    (
        SELECT day, tool, if({by_person:Bool}, person_id, 0) AS of_person, code, count() AS times
        FROM
        (
            SELECT
                day,
                tool,
                account_id,
                arrayJoin(arrayConcat(gap_bins, arrayMap(bin -> toUInt8(64 + bin), working_gap_bins), arrayMap(bin -> toUInt8(128 + bin), followed_bins),
                    arrayMap(bin -> toUInt8(192 + bin), working_followed_bins))) AS code
            FROM reach_day
            WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends)
        ) AS waited
        INNER JOIN
        (
            SELECT account_id, person_id
            FROM account_person
            WHERE slice_id = {people:UInt64} AND is_person
                AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
        ) AS who ON who.account_id = waited.account_id
        GROUP BY day, tool, of_person, code
    ),
    held AS
    (
        SELECT arrayJoin(windows_of_day[1 + (day - first)]) AS window, tool, of_person, code, sum(times) AS counted
        FROM gap
        GROUP BY window, tool, of_person, code
    )
SELECT
    window,
    tool,
    of_person AS person,
    toString(groupArray(code)) AS codes,
    toString(groupArray(counted)) AS counts
FROM (SELECT * FROM held ORDER BY window, tool, of_person, code)
GROUP BY window, tool, person
ORDER BY window, tool, person
