-- Who may look, and what was done. Passwords, sessions and tokens stand here as hashes only.
CREATE TABLE IF NOT EXISTS access_user
(
    name       String,
    content    String COMMENT 'JSON: role, password hash (argon2id), dates',
    is_removed Bool,
    version    UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY name;

CREATE TABLE IF NOT EXISTS access_token
(
    hash       String COMMENT 'SHA-256, hex',
    content    String,
    is_removed Bool,
    version    UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY hash;

CREATE TABLE IF NOT EXISTS access_session
(
    hash       String COMMENT 'SHA-256, hex',
    content    String,
    is_removed Bool,
    version    UInt64,
    expires_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(version)
ORDER BY hash
TTL toDateTime(expires_at) + INTERVAL 7 DAY;

CREATE TABLE IF NOT EXISTS audit
(
    at      DateTime64(3, 'UTC'),
    actor   String,
    kind    LowCardinality(String),
    action  LowCardinality(String),
    target  String,
    outcome LowCardinality(String),
    address String
)
ENGINE = MergeTree
ORDER BY at;
