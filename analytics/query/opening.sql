-- How did what people opened go? In each window of days asked for, by tool and rule.
-- A row: one window (from 0, in the order of starts and ends), tool and rule (see opening_day), with the people who opened, one by one: their
-- openings, those answered at all, those of days since which the data go on long enough (until {followed_until}, by {tools}), and of
-- these those answered within the working time before bin {limit}. Lists are given as text, which is read many times faster than an array.
-- Left out: accounts that are no person's, people of another side.
WITH
    {starts:Array(Date)} AS starts,
    {ends:Array(Date)} AS ends,
    arrayMin(starts) AS first,
    -- for each day from the first on, the windows that hold it
    arrayMap(d -> arrayFilter(w -> starts[w + 1] <= first + d AND first + d < ends[w + 1], range(toUInt16(length(ends)))),
        range(toUInt64(arrayMax(ends) - first))) AS windows_of_day,
    opened AS
    (
        SELECT arrayJoin(windows_of_day[1 + (day - first)]) AS window, tool, by_rule, account_id,
            sum(n) AS opened, sum(n_replied) AS replied, sum(if(is_followed, n, 0)) AS followed, sum(n_in_time) AS in_time
        FROM
        (
            SELECT day, tool, opening_day.rule AS by_rule, account_id, openings AS n, answered AS n_replied,
                day <= {followed_until:Array(Date)}[indexOf({tools:Array(String)}, tool)] AS is_followed,
                if(is_followed, arrayCount(bin -> bin < {limit:UInt8}, working_gap_bins), 0) AS n_in_time
            FROM opening_day
            WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends)
        )
        GROUP BY window, tool, by_rule, account_id
    ),
    person AS
    (
        SELECT window, tool, by_rule, person_id, sum(opened) AS opened, sum(replied) AS replied, sum(followed) AS followed, sum(in_time) AS in_time
        FROM opened
        INNER JOIN
        (
            SELECT account_id, person_id
            FROM account_person
            WHERE slice_id = {people:UInt64} AND is_person
                AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
        ) AS who ON who.account_id = opened.account_id
        GROUP BY window, tool, by_rule, person_id
    )
SELECT
    window,
    tool,
    toString(by_rule) AS rule,
    toString(groupArray(person_id)) AS people,
    toString(groupArray(opened)) AS openings,
    toString(groupArray(replied)) AS replied_openings,
    toString(groupArray(followed)) AS followed_openings,
    toString(groupArray(in_time)) AS answered_openings
FROM (SELECT * FROM person ORDER BY window, tool, by_rule, person_id)
GROUP BY window, tool, by_rule
ORDER BY window, tool, rule
