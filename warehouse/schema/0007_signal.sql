-- Signals that add up. A row of the former table was replaced by that of a later import of the same day, so of a day in several
-- slices only the last remained.

-- Evidence that an account used a tool on a day; never a message. Rows of one key are joined, in any order and however often: the
-- minutes of all, each once; the greatest certainty and hits. How often a tool was used is the number of minutes, or the hits
-- where there are none. Read it with FINAL. Size: about 40 bytes a row and 1 a minute; a row per account, tool, source and day.
CREATE TABLE IF NOT EXISTS signal_day
(
    tool       LowCardinality(String),
    workspace  LowCardinality(String),
    account_id UInt64,
    day        Date,
    source     LowCardinality(String),
    certainty  SimpleAggregateFunction(max, Float32),
    hits       SimpleAggregateFunction(max, UInt32) COMMENT 'what the source counts for the day as a whole; 0 where it tells minutes',
    minutes    SimpleAggregateFunction(groupUniqArrayArray, Array(UInt16)) COMMENT 'of the day in UTC, in no order',
    run_id     SimpleAggregateFunction(max, UInt64)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYear(day)
ORDER BY (tool, workspace, account_id, day, source);

-- What is there keeps its hits until its log is imported again, whose minutes then count.
INSERT INTO signal_day SELECT tool, workspace, account_id, day, source, certainty, hits, [], run_id FROM signal FINAL;

-- And what an unfinished run staged.
INSERT INTO signal_day_stage SELECT tool, workspace, account_id, day, source, certainty, hits, [], run_id FROM signal_stage;
