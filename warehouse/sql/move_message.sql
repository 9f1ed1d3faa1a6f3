-- Move a run's messages of some tools and months from the stage to their table; versions that are there already are left out. They are told by message id
-- and version, which come from the content, the time among it.
INSERT INTO message
SELECT *
FROM message_stage
WHERE run_id = {run:UInt64} AND tool IN {tools:Array(String)} AND toYYYYMM(sent_at) BETWEEN {first_month:UInt32} AND {last_month:UInt32}
  AND (message_id, version) NOT IN
      (
          SELECT message_id, version
          FROM message
          WHERE tool IN {tools:Array(String)} AND toYYYYMM(sent_at) BETWEEN {first_month:UInt32} AND {last_month:UInt32}
            AND message_id IN (SELECT message_id FROM message_stage WHERE run_id = {run:UInt64} AND tool IN {tools:Array(String)} AND toYYYYMM(sent_at) BETWEEN {first_month:UInt32} AND {last_month:UInt32})
      )
ORDER BY tool, toYYYYMM(sent_at), conversation_id, sent_at, message_id
