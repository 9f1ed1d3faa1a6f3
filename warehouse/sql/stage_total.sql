-- What is there to know of a run's stage as a whole?
-- One row for the {pass}th of {passes} shares of it, by message id and by fingerprint: what is distinct has to fit into memory. When ids, fingerprints and
-- facts are as many, each message id stands for one fingerprint, time and sender, and each fingerprint for one message id.
SELECT
    count() AS rows,
    uniqExactIf(message_id, message_id % {passes:UInt64} = {pass:UInt64}) AS ids,
    uniqExactIf(fingerprint, fingerprint % {passes:UInt64} = {pass:UInt64}) AS fingerprints,
    uniqExactIf(cityHash64(message_id, fingerprint, sent_at, sender_id, kind, quantity), message_id % {passes:UInt64} = {pass:UInt64} AND {facts:Bool}) AS facts,
    min(sent_at) AS earliest,
    max(sent_at) AS latest,
    (SELECT count() FROM message) AS held
FROM message_stage
WHERE run_id = {run:UInt64}
