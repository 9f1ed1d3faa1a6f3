-- Which turns of the asked months could be answered, and who answered when? This begins opening_part.sql; then comes
-- opening_turn.sql, opening_mail.sql or opening_thread.sql, which gives a row of `opening` for each. Only the highest version of a message counts, only the canonical copy, and no
-- automatic ones; an answer dated before its opening, or more than 28 days after it, is none. Moments are milliseconds since 1970 (`at`). {places} and {lookback} are what the rule needs.
WITH
    heard AS
    (
        SELECT tool, conversation_id, message_id, toUnixTimestamp64Milli(sent_at) AS at, place, sender_id, recipient_ids, audience, reply_key,
            parent_key, relation, mention_ids
        FROM message FINAL
        WHERE tool IN {tools:Array(String)}
          AND sent_at >= toDateTime64({from:String}, 3, 'UTC') - toIntervalMinute({lookback:UInt32})
          AND sent_at < toDateTime64({to:String}, 3, 'UTC') + INTERVAL 28 DAY
          AND toYYYYMM(sent_at) BETWEEN toYYYYMM(toDateTime64({from:String}, 3, 'UTC') - toIntervalMinute({lookback:UInt32})) AND toYYYYMM(toDateTime64({to:String}, 3, 'UTC') + INTERVAL 28 DAY)
          AND CAST(place, 'Int8') IN {places:Array(Int8)}
          AND kind = 'message' AND sender_id != 0 AND sender_kind NOT IN ('bot', 'system')
          AND (message_id, version) NOT IN (SELECT message_id, version FROM message_loser WHERE tool IN {tools:Array(String)})
    ),
