-- In which minutes did each account send something?
-- A row per tool, account and day of the asked months, with the minutes of the organisation's day, ascending.
INSERT INTO minute_day (publication_id, slice_id, tool, day, account_id, minutes)
SELECT
    {publication:UInt64},
    transform(toString(tool), {tools:Array(String)}, {bases:Array(UInt64)}, toUInt64(0)) + toYYYYMM(day),
    tool,
    day,
    sender_id,
    arraySort(groupUniqArray(minute))
FROM
(
    SELECT
        tool,
        toDate(toTimeZone(sent_at, {zone:String})) AS day,
        sender_id,
        toUInt16(toHour(toTimeZone(sent_at, {zone:String})) * 60 + toMinute(toTimeZone(sent_at, {zone:String}))) AS minute
    FROM
    (
        SELECT tool, sent_at, sender_id
        FROM message FINAL
        WHERE tool IN {tools:Array(String)}
          AND sent_at >= toDateTime64({from:String}, 3, 'UTC') AND sent_at < toDateTime64({to:String}, 3, 'UTC')
          AND toYYYYMM(sent_at) BETWEEN toYYYYMM(toDateTime64({from:String}, 3, 'UTC') - INTERVAL 0 DAY) AND toYYYYMM(toDateTime64({to:String}, 3, 'UTC') + INTERVAL 0 DAY)
          AND kind = 'message' AND sender_id != 0 AND sender_kind NOT IN ('bot', 'system')
          AND (message_id, version) NOT IN (SELECT message_id, version FROM message_loser WHERE tool IN {tools:Array(String)})
    )
)
WHERE toYYYYMM(day) IN {months:Array(UInt32)} AND day >= {since:Date}
GROUP BY tool, day, sender_id
