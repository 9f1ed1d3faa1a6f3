-- Move a run's messages from the stage to their table; versions that are there already are left out.
INSERT INTO message
SELECT *
FROM message_stage
WHERE run_id = {run:UInt64}
  AND (message_id, version) NOT IN
      (
          SELECT message_id, version
          FROM message
          WHERE tool IN (SELECT DISTINCT tool FROM message_stage WHERE run_id = {run:UInt64})
            AND sent_at >= (SELECT min(sent_at) FROM message_stage WHERE run_id = {run:UInt64})
            AND sent_at <= (SELECT max(sent_at) FROM message_stage WHERE run_id = {run:UInt64})
      )
