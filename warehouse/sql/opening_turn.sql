    -- In a direct conversation, or a group of at most 8 people: the first turn of a session (a gap of more than 30 minutes
    -- before it), unless that is the reply to an opening: the first turn of another member after it. Its answers are the next
    -- turns of the others. Whether a turn is a reply can hang on the step before it, and so on; this is followed back to 56 days
    -- before the first day of the turn's month, as though nothing had been said earlier.
    -- A step is a message that begins a session or follows somebody else's.
    step AS
    (
        SELECT
            tool, conversation_id, message_id, at, sender_id, recipient_ids,
            sender_id != earlier_id AS is_change,
            at - earlier_at > 1800000 AS begins_session
        FROM
        (
            SELECT *, any(sender_id) OVER earlier AS earlier_id, any(at) OVER earlier AS earlier_at
            FROM heard
            WHERE place = 'direct' OR place = 'group' AND greatest(audience, length(recipient_ids)) BETWEEN 1 AND 7
            WINDOW earlier AS (PARTITION BY tool, conversation_id ORDER BY at, message_id ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)
        )
        WHERE is_change OR begins_session
    ),
    numbered AS
    (
        SELECT
            *,
            arrayMap(moment -> toYYYYMM(fromUnixTimestamp64Milli(moment, {zone:String})), [at, at + 1209600000, at + 2419200000, at + 3628800000, at + 4838400000]) AS months_on,
            row_number() OVER in_order AS n,
            any(at) OVER (in_order ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS before_at,
            any(months_on) OVER (in_order ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS before_months,
            -- the next moment of each sender; between two it is the next change, which is soon found
            minMapIf([sender_id], [at], senders > 2) OVER later AS next,
            minIf((at, message_id, sender_id), is_change) OVER later AS next_change
        FROM (SELECT *, uniqExact(sender_id) OVER (PARTITION BY tool, conversation_id) AS senders FROM step)
        WINDOW
            in_order AS (PARTITION BY tool, conversation_id ORDER BY at, message_id),
            later AS (PARTITION BY tool, conversation_id ORDER BY at DESC, message_id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    ),
    -- A step that begins a session and follows somebody else's is an opening exactly if the step before is none: that was
    -- an opening's reply, or within a session. Of other steps it is known at once. The last known one, as 2n or
    -- 2n + 1 for an opening, and the distance from it settle the rest. Each month that looks back at a step settles it for itself.
    settled AS
    (
        SELECT
            *,
            max(multiIf(
                NOT begins_session, 2 * n,
                NOT is_change OR at - before_at > 2419200000 OR NOT has(before_months, month), 2 * n + 1,
                0)) OVER (PARTITION BY tool, conversation_id, month ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS known
        FROM (SELECT *, arrayJoin(arrayIntersect({months:Array(UInt32)}, months_on)) AS month FROM numbered)
    ),
    opening AS
    (
        SELECT tool, at, sender_id, recipient_ids AS other_ids, if(senders > 2, arrayZip(next.1, next.2), if(next_change.1 = 0, [], [(next_change.3, next_change.1)])) AS answers
        FROM settled
        WHERE month = months_on[1] AND (known + n - intDiv(known, 2)) % 2 = 1
    )
