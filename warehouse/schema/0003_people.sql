-- A human. The directory's key, name and address are sealed with the privacy key.
CREATE TABLE IF NOT EXISTS person
(
    person_id UInt64,
    map_key   UInt64 COMMENT 'keyed hash of the directory''s key, or of what joined the accounts',
    origin    Enum8('directory' = 1, 'accounts' = 2),
    sealed    String,
    start_on  Date32 COMMENT '1900-01-01 is open',
    end_on    Date32 COMMENT 'first day no longer there; 2299-12-31 is open',
    is_gone   Bool COMMENT 'no longer in the directory',
    version   UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (map_key, person_id);

-- What the directory says of a person, with dates: department, team, manager, location, time_zone, level, and others.
CREATE TABLE IF NOT EXISTS person_attribute
(
    person_id UInt64,
    attribute LowCardinality(String),
    from_on   Date32,
    to_on     Date32 COMMENT 'first day it no longer holds; 2299-12-31 is open',
    value     LowCardinality(String),
    version   UInt64,
    is_gone   Bool
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (person_id, attribute, from_on);

-- Why an account is held to be a person's.
CREATE TABLE IF NOT EXISTS account_link
(
    account_id UInt64,
    person_id  UInt64,
    method     LowCardinality(String) COMMENT 'email, handle, ...',
    confidence Float32,
    linked_by  LowCardinality(String) COMMENT 'rule or a user''s name',
    linked_at  DateTime64(3, 'UTC'),
    is_undone  Bool,
    version    UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (account_id, person_id);
