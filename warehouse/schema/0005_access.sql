-- Who may look, and what was done. Passwords, sessions and tokens stand here as hashes only. Of the rows with one key the
-- highest version holds; removing is a row too.
CREATE TABLE IF NOT EXISTS access_user
(
    name          String,
    role          LowCardinality(String),
    password_hash String COMMENT 'argon2id in PHC form; empty once removed',
    stamp         UInt64 COMMENT 'sessions that carry another do not count',
    created_at    DateTime64(3, 'UTC'),
    changed_at    DateTime64(3, 'UTC'),
    is_removed    Bool,
    version       UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY name;

CREATE TABLE IF NOT EXISTS access_token
(
    hash       String COMMENT 'SHA-256, hex',
    token_id   String COMMENT 'for people to name it by',
    name       String COMMENT 'may be empty',
    role       LowCardinality(String),
    created_by String,
    created_at DateTime64(3, 'UTC'),
    expires_at DateTime64(3, 'UTC') COMMENT '1970-01-01 is never',
    is_removed Bool,
    version    UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY hash;

-- Sessions are forgotten some days after their end.
CREATE TABLE IF NOT EXISTS access_session
(
    hash       String COMMENT 'SHA-256, hex',
    user_name  String,
    stamp      UInt64,
    created_at DateTime64(3, 'UTC'),
    seen_at    DateTime64(3, 'UTC'),
    expires_at DateTime64(3, 'UTC'),
    is_removed Bool,
    version    UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY hash
TTL toDateTime(expires_at) + INTERVAL 7 DAY;

CREATE TABLE IF NOT EXISTS audit
(
    at         DateTime64(3, 'UTC'),
    actor      String,
    kind       LowCardinality(String),
    action     LowCardinality(String),
    target     String,
    outcome    LowCardinality(String),
    address    String,
    repeats    UInt64 COMMENT 'equal events that are not written themselves',
    written_at DateTime64(6, 'UTC') DEFAULT now64(6) COMMENT 'the order of events of one instant'
)
ENGINE = MergeTree
ORDER BY at;
