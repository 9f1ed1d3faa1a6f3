-- What was read: messages with their conversations and accounts, one row per version.
-- Each of these tables has a twin `<table>_stage`, made by the migration from the same
-- definition, in which a run collects its rows until it is complete.

-- One version of one message; the highest version of a message id counts. Size: about 46 bytes a row.
-- Partition by year: an import of one day touches one or two, an import of ten years ten.
CREATE TABLE IF NOT EXISTS message
(
    tool             LowCardinality(String),
    workspace        LowCardinality(String),
    conversation_id  UInt64,
    message_id       UInt64,
    fingerprint      UInt64 COMMENT 'the same for every copy of the message in any archive',
    reply_key        UInt64 COMMENT 'what a reply names: the fingerprint of a mail, else the message id',
    sent_at          DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD),
    offset_minutes   Int16 COMMENT 'the sender''s clock against UTC; -32768 is unknown',
    time_precision   Enum8('millisecond' = 0, 'second' = 1, 'minute' = 2, 'day' = 3, 'inherited' = 4),
    is_zone_assumed  Bool,
    kind             Enum8('message' = 1, 'reaction' = 2, 'call' = 3, 'system' = 4),
    place            Enum8('other' = 0, 'direct' = 1, 'group' = 2, 'channel' = 3, 'private_channel' = 4, 'feed' = 5, 'mail_thread' = 6, 'mail_list' = 7, 'meeting_chat' = 8) COMMENT 'kind of the conversation',
    sender_id        UInt64 COMMENT 'account; 0 is missing',
    sender_kind      Enum8('unknown' = 0, 'human' = 1, 'bot' = 2, 'shared' = 3, 'guest' = 4, 'system' = 5),
    recipient_ids    Array(UInt64) COMMENT 'accounts, without the sender, each once',
    recipient_source Enum8('unknown' = 0, 'listed' = 1, 'membership' = 2, 'seen' = 3),
    audience         UInt32 COMMENT 'how many could receive it; 0 is unknown',
    parent_key       UInt64 COMMENT 'reply_key of the message this one refers to; 0 is none',
    relation         Enum8('none' = 0, 'reply' = 1, 'quote' = 2, 'thread' = 3, 'mark' = 4),
    mention_ids      Array(UInt64),
    attachments      UInt16,
    size_bytes       UInt32,
    quantity         UInt32 COMMENT 'reactions this row stands for; otherwise 1',
    edited_at        DateTime64(3, 'UTC') COMMENT '1970-01-01 is never',
    is_deleted       Bool,
    run_id           UInt64,
    version          UInt64 COMMENT 'deleted (1 bit), edit time (seconds, 32 bits), hash of the content (31 bits)',
    INDEX fingerprint_index fingerprint TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX reply_key_index reply_key TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX parent_key_index parent_key TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(sent_at)
ORDER BY (tool, conversation_id, sent_at, message_id);

-- Versions and copies that count nowhere: an older version of a message whose newer one has another
-- time, and every copy of a fingerprint but that with the smallest message id. Grows only.
CREATE TABLE IF NOT EXISTS message_loser
(
    tool       LowCardinality(String),
    day        Date COMMENT 'UTC day of sent_at',
    message_id UInt64,
    version    UInt64,
    reason     Enum8('version' = 1, 'copy' = 2)
)
ENGINE = ReplacingMergeTree
PARTITION BY toYear(day)
ORDER BY (tool, day, message_id, version);

-- A place where messages go. Its name is not kept. Size: one row a conversation.
CREATE TABLE IF NOT EXISTS conversation
(
    tool            LowCardinality(String),
    workspace       LowCardinality(String),
    conversation_id UInt64,
    parent_id       UInt64 COMMENT '0 is none',
    kind            Enum8('other' = 0, 'direct' = 1, 'group' = 2, 'channel' = 3, 'private_channel' = 4, 'feed' = 5, 'mail_thread' = 6, 'mail_list' = 7, 'meeting_chat' = 8),
    coverage        Enum8('unknown' = 0, 'whole' = 1, 'own' = 2, 'member' = 3, 'truncated' = 4),
    run_id          UInt64,
    version         UInt64 COMMENT 'how much the row says, then a hash of its content'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tool, conversation_id);

CREATE TABLE IF NOT EXISTS conversation_member
(
    tool            LowCardinality(String),
    conversation_id UInt64,
    account_id      UInt64,
    from_at         DateTime64(3, 'UTC') COMMENT '1970-01-01 is unknown',
    to_at           DateTime64(3, 'UTC') COMMENT '1970-01-01 is open or unknown',
    run_id          UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (tool, conversation_id, account_id, from_at, to_at);

-- The account map: random id, keyed hash of what the tool calls the account, and what helps to match it to a
-- person, sealed with the privacy key. Size: one row an account.
CREATE TABLE IF NOT EXISTS account
(
    map_key    UInt64 COMMENT 'keyed hash of (tool, workspace, key kind, scope, value) under the privacy key',
    account_id UInt64,
    tool       LowCardinality(String),
    workspace  LowCardinality(String),
    key_kind   Enum8('none' = 0, 'email' = 1, 'phone' = 2, 'tool_id' = 3, 'handle' = 4, 'display_name' = 5),
    kind       Enum8('unknown' = 0, 'human' = 1, 'bot' = 2, 'shared' = 3, 'guest' = 4, 'system' = 5),
    is_deleted Bool,
    sealed     String COMMENT 'key value, scope, name, address, handle, phone; AES-256-GCM under the privacy key',
    run_id     UInt64,
    version    UInt64 COMMENT 'how much the row says, then a hash of its content'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (map_key, account_id);

-- Counts over a span, as call records and reports state them; never added to messages.
CREATE TABLE IF NOT EXISTS activity
(
    tool            LowCardinality(String),
    workspace       LowCardinality(String),
    activity_id     UInt64,
    account_id      UInt64,
    counterpart_id  UInt64 COMMENT '0 is none',
    conversation_id UInt64 COMMENT '0 is none',
    from_at         DateTime64(3, 'UTC'),
    to_at           DateTime64(3, 'UTC'),
    what            LowCardinality(String),
    activities      UInt32 COMMENT 'the count the source states',
    run_id          UInt64
)
ENGINE = ReplacingMergeTree
PARTITION BY toYear(from_at)
ORDER BY (tool, account_id, from_at, activity_id);

-- Evidence that an account used a tool on a day; never a message.
CREATE TABLE IF NOT EXISTS signal
(
    tool       LowCardinality(String),
    workspace  LowCardinality(String),
    account_id UInt64,
    day        Date,
    source     LowCardinality(String),
    certainty  Float32,
    hits       UInt32,
    run_id     UInt64
)
ENGINE = ReplacingMergeTree
PARTITION BY toYear(day)
ORDER BY (tool, workspace, account_id, day, source);
