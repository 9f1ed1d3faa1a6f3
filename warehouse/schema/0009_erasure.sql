-- People who were erased. What the tables hold of somebody goes; what stays is a keyed hash of each name by which an old
-- export could bring them back, made with the id key, which is never rotated.

-- One hash of one name: an account's key, an address, a number, a handle, a directory's key. Size: a few rows a person erased.
CREATE TABLE IF NOT EXISTS suppression
(
    hash       UInt64 COMMENT 'keyed hash under the id key',
    erasure_id UInt64,
    at         DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY hash;

-- One erasure, without a word about whom. The highest state counts.
CREATE TABLE IF NOT EXISTS erasure
(
    erasure_id UInt64,
    state      UInt8 COMMENT '1 begun, 2 what stays of messages is staged, 3 done',
    changed_at DateTime64(3, 'UTC'),
    accounts   UInt32,
    messages   UInt64 COMMENT 'rows removed',
    rewritten  UInt64 COMMENT 'rows of which a recipient or a mention was removed'
)
ENGINE = ReplacingMergeTree(state)
ORDER BY erasure_id;

-- What an erasure that goes on has to remove, so that the next command can complete one that was cut short. Dropped when it is done.
CREATE TABLE IF NOT EXISTS erasure_target
(
    erasure_id UInt64,
    what       Enum8('account' = 1, 'person' = 2, 'conversation' = 3, 'slice' = 4),
    id         UInt64 COMMENT '0 for a slice',
    tool       LowCardinality(String) COMMENT 'of a slice or conversation',
    month      UInt32 COMMENT 'of a slice, yyyymm; else 0'
)
ENGINE = MergeTree
PARTITION BY erasure_id
ORDER BY (what, id, tool, month);
