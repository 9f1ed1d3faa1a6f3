-- What is there to know of a run's stage as a whole?
-- One row. Something is to be settled when a message id does not stand for one fingerprint, time and sender, or a fingerprint for one
-- message id. Counting needs care then, and when reactions repeat.
SELECT
    count() AS rows,
    uniqExact(message_id) AS ids,
    ids != uniqExact(fingerprint) OR ids != uniqExact(cityHash64(message_id, fingerprint, sent_at, sender_id, kind, quantity)) AS is_unsettled,
    is_unsettled OR countIf(kind = 'reaction') != uniqExactIf(message_id, kind = 'reaction') AS is_repeated,
    min(sent_at) AS earliest,
    max(sent_at) AS latest,
    (SELECT count() FROM message) AS held
FROM message_stage
WHERE run_id = {run:UInt64}
