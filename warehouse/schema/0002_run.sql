-- One import or collection. The highest state counts.
CREATE TABLE IF NOT EXISTS run
(
    run_id     UInt64,
    state      UInt8 COMMENT '1 begun, 2 loaded, 3 published, 4 undone',
    command    LowCardinality(String),
    began_at   DateTime64(3, 'UTC'),
    changed_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(state)
ORDER BY run_id;

-- What a run read from one workspace of one tool, as `import --json` tells it.
CREATE TABLE IF NOT EXISTS run_source
(
    run_id        UInt64,
    tool          LowCardinality(String),
    workspace     LowCardinality(String),
    collector     LowCardinality(String),
    files         UInt64,
    messages      UInt64 COMMENT 'distinct by id and fingerprint, known before or not',
    duplicates    UInt64 COMMENT 'of those, known from other runs or other copies',
    reactions     UInt64,
    calls         UInt64,
    system        UInt64,
    activities    UInt64,
    signals       UInt64,
    accounts      UInt64,
    senders       UInt64,
    conversations UInt64,
    rejected      UInt64,
    reasons       Map(LowCardinality(String), UInt64),
    excluded      UInt64,
    first_at      DateTime64(3, 'UTC') COMMENT '1970-01-01 is none',
    last_at       DateTime64(3, 'UTC') COMMENT '1970-01-01 is none',
    seconds       Float64,
    finished_at   DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(finished_at)
ORDER BY (run_id, tool, workspace, collector);

-- The slices of the roll-ups that a loaded run changes: noted before its rows move, so that a run that was cut short
-- can still be completed.
CREATE TABLE IF NOT EXISTS run_slice
(
    run_id UInt64,
    tool   LowCardinality(String),
    month  UInt32 COMMENT 'yyyymm of the organisation''s days'
)
ENGINE = ReplacingMergeTree
ORDER BY (run_id, tool, month);

-- The files a run read, by content. Names are not kept: they can say what was written about.
CREATE TABLE IF NOT EXISTS run_file
(
    run_id UInt64,
    digest FixedString(32) COMMENT 'SHA-256 of the file as it lay on disk',
    bytes  UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (run_id, digest);

-- Records that could not be read: place and reason, at most 1,000 a run and reason.
CREATE TABLE IF NOT EXISTS reject
(
    run_id UInt64,
    tool   LowCardinality(String),
    reason LowCardinality(String),
    entry  UInt64 COMMENT 'keyed hash of the entry''s path',
    record Int64 COMMENT 'ordinal of the record in its entry, from 1; 0 is the whole entry'
)
ENGINE = ReplacingMergeTree
ORDER BY (run_id, reason, entry, record);

-- Where each live source goes on, and when it last went well.
CREATE TABLE IF NOT EXISTS live_source
(
    source       String COMMENT 'collector and workspace',
    cursor       String,
    run_id       UInt64,
    tried_at     DateTime64(3, 'UTC'),
    succeeded_at DateTime64(3, 'UTC') COMMENT '1970-01-01 is never',
    failures     UInt32 COMMENT 'in a row',
    version      UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY source;

-- Facts about the warehouse itself, such as the time zone its days were made in.
CREATE TABLE IF NOT EXISTS setting
(
    name    String,
    value   String,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY name;
