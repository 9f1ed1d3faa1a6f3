-- Which sessions did people begin, and how many gaps did they end? In each window of days asked for, by tool; in direct conversations and groups
-- of at most 8 people.
-- A row: one window (from 0, in the order of starts and ends) and tool, with the people, one by one: the sessions they began, and of those the
-- answered ones, messages, turns, participants and seconds; and the gaps that they ended with a message. Lists are given as text, which is read
-- many times faster than an array.
-- Left out: accounts that are no person's, people of another side.
WITH
    {starts:Array(Date)} AS starts,
    {ends:Array(Date)} AS ends,
    arrayMin(starts) AS first,
    -- for each day from the first on, the windows that hold it
    arrayMap(d -> arrayFilter(w -> starts[w + 1] <= first + d AND first + d < ends[w + 1], range(toUInt16(length(ends)))),
        range(toUInt64(arrayMax(ends) - first))) AS windows_of_day,
    began AS
    (
        SELECT arrayJoin(windows_of_day[1 + (day - first)]) AS window, tool, account_id, sum(sessions) AS n, sum(answered) AS n_answered,
            sum(messages) AS n_messages, sum(turns) AS n_turns, sum(participants) AS n_participants, sum(duration_seconds) AS n_seconds, 0 AS n_gaps
        FROM session_day
        WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends)
        GROUP BY window, tool, account_id
        UNION ALL
        SELECT arrayJoin(windows_of_day[1 + (day - first)]) AS window, tool, account_id, 0, 0, 0, 0, 0, 0, sum(gaps)
        FROM gap_day
        WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND day >= first AND day < arrayMax(ends)
            AND place IN ('direct', 'group')
        GROUP BY window, tool, account_id
    ),
    person AS
    (
        SELECT window, tool, person_id, sum(n) AS sessions, sum(n_answered) AS answered, sum(n_messages) AS messages, sum(n_turns) AS turns,
            sum(n_participants) AS participants, sum(n_seconds) AS seconds, sum(n_gaps) AS gaps
        FROM began
        INNER JOIN
        (
            SELECT account_id, person_id
            FROM account_person
            WHERE slice_id = {people:UInt64} AND is_person
                AND ({side:String} = 'all' OR is_internal = ({side:String} = 'internal'))
        ) AS who ON who.account_id = began.account_id
        GROUP BY window, tool, person_id
    )
SELECT
    window,
    tool,
    toString(groupArray(person_id)) AS people,
    toString(groupArray(person.sessions)) AS sessions,
    toString(groupArray(person.answered)) AS answered,
    toString(groupArray(person.messages)) AS messages,
    toString(groupArray(person.turns)) AS turns,
    toString(groupArray(person.participants)) AS participants,
    toString(groupArray(person.seconds)) AS seconds,
    toString(groupArray(person.gaps)) AS gaps
FROM (SELECT * FROM person ORDER BY window, tool, person_id) AS person
GROUP BY window, tool
ORDER BY window, tool
