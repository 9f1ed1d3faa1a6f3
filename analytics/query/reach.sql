-- Whom do openings reach? In each window of days asked for, by tool.
-- A row: one window (from 0, in the order of starts and ends) and tool, with the people who were addressed, one by one: the openings that addressed
-- them, those they answered at all, those of days since which the data go on long enough (until {followed_until}, by {tools}), and of
-- these those they answered within the working time before bin {limit}. Lists are given as text, which is read many times faster than an array.
-- Left out: accounts that are no person's, people of another side.
WITH
    {starts:Array(Date)} AS starts,
    {ends:Array(Date)} AS ends,
    arrayMin(starts) AS first,
    -- for each day from the first on, the windows that hold it
    arrayMap(d -> arrayFilter(w -> starts[w + 1] <= first + d AND first + d < ends[w + 1], range(toUInt16(length(ends)))),
        range(toUInt64(arrayMax(ends) - first))) AS windows_of_day,
    turned_to AS
    (
        SELECT arrayJoin(windows_of_day[1 + (day - first)]) AS window, tool, account_id,
            sum(n) AS turned, sum(n_replied) AS replied, sum(if(is_followed, n, 0)) AS followed, sum(n_in_time) AS in_time
        FROM
        (
            SELECT day, tool, account_id, addressed AS n, answered AS n_replied,
                day <= {followed_until:Array(Date)}[indexOf({tools:Array(String)}, tool)] AS is_followed,
                if(is_followed, arrayCount(bin -> bin < {limit:UInt8}, working_gap_bins), 0) AS n_in_time
            FROM reach_day
            WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends)
        )
        GROUP BY window, tool, account_id
    ),
    person AS
    (
        SELECT window, tool, person_id, sum(turned) AS turned, sum(replied) AS replied, sum(followed) AS followed, sum(in_time) AS in_time
        FROM turned_to
        INNER JOIN
        (
            SELECT account_id, person_id
            FROM account_person
            WHERE slice_id = {people:UInt64} AND is_person
                AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
        ) AS who ON who.account_id = turned_to.account_id
        GROUP BY window, tool, person_id
    )
SELECT
    window,
    tool,
    '' AS rule,
    toString(groupArray(person_id)) AS people,
    toString(groupArray(turned)) AS openings,
    toString(groupArray(replied)) AS replied_openings,
    toString(groupArray(followed)) AS followed_openings,
    toString(groupArray(in_time)) AS answered_openings
FROM (SELECT * FROM person ORDER BY window, tool, person_id)
GROUP BY window, tool
ORDER BY window, tool
