-- What is there of some tools?
-- A row per tool and month of the organisation's days: how many messages in all their versions, the last of them, whether some name what they
-- answer, and which rules of openings (opening_turn.sql, opening_mail.sql, opening_thread.sql) can hold for them.
SELECT
    tool,
    toYYYYMM(toTimeZone(sent_at, {zone:String})) AS month,
    count() AS rows,
    max(sent_at) AS last,
    countIf(relation IN ('reply', 'quote', 'thread')) > 0 AS is_named,
    arrayFilter(rule -> rule != '', [
        if(countIf(place IN ('direct', 'group')) > 0, 'turn', ''),
        if(countIf(place IN ('mail_thread', 'mail_list')) > 0, 'mail', ''),
        if(countIf(place NOT IN ('direct', 'mail_thread', 'mail_list') AND relation IN ('reply', 'quote', 'thread')) > 0, 'thread', '')]) AS rules
FROM message
WHERE tool IN {tools:Array(String)} AND kind = 'message'
GROUP BY tool, month
ORDER BY tool, month
