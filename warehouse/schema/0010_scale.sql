-- message anew, for a hundred million of them: months of a tool stand together, so that a roll-up reads its months and no
-- others; every column is packed as suits it; reply_key, which is always one of two other columns, is not stored. Every
-- statement may be repeated: what was copied twice is one row, and what was dropped too early is made again, empty.

-- Size: about 35 bytes a row. A statement that bounds sent_at bounds toYYYYMM(sent_at) too, or reads whole years.
CREATE TABLE IF NOT EXISTS message_next
(
    tool             LowCardinality(String),
    workspace        LowCardinality(String),
    conversation_id  UInt64 CODEC(ZSTD),
    message_id       UInt64 CODEC(NONE),
    fingerprint      UInt64 COMMENT 'the same for every copy of the message in any archive' CODEC(NONE),
    names_copy       Bool COMMENT 'a reply names the fingerprint, as with mail, and not the message id' CODEC(ZSTD),
    reply_key        UInt64 ALIAS if(names_copy, fingerprint, message_id) COMMENT 'what a reply names',
    sent_at          DateTime64(3, 'UTC') CODEC(T64, ZSTD),
    offset_minutes   Int16 COMMENT 'the sender''s clock against UTC; -32768 is unknown' CODEC(ZSTD),
    time_precision   Enum8('millisecond' = 0, 'second' = 1, 'minute' = 2, 'day' = 3, 'inherited' = 4) CODEC(ZSTD),
    is_zone_assumed  Bool CODEC(ZSTD),
    kind             Enum8('message' = 1, 'reaction' = 2, 'call' = 3, 'system' = 4) CODEC(ZSTD),
    place            Enum8('other' = 0, 'direct' = 1, 'group' = 2, 'channel' = 3, 'private_channel' = 4, 'feed' = 5, 'mail_thread' = 6, 'mail_list' = 7, 'meeting_chat' = 8) COMMENT 'kind of the conversation' CODEC(ZSTD),
    sender_id        UInt64 COMMENT 'account; 0 is missing' CODEC(ZSTD),
    sender_kind      Enum8('unknown' = 0, 'human' = 1, 'bot' = 2, 'shared' = 3, 'guest' = 4, 'system' = 5) CODEC(ZSTD),
    recipient_ids    Array(UInt64) COMMENT 'accounts, without the sender, each once' CODEC(ZSTD),
    recipient_source Enum8('unknown' = 0, 'listed' = 1, 'membership' = 2, 'seen' = 3) CODEC(ZSTD),
    audience         UInt32 COMMENT 'how many could receive it; 0 is unknown' CODEC(ZSTD),
    parent_key       UInt64 COMMENT 'reply_key of the message this one refers to; 0 is none' CODEC(ZSTD),
    relation         Enum8('none' = 0, 'reply' = 1, 'quote' = 2, 'thread' = 3, 'mark' = 4) CODEC(ZSTD),
    mention_ids      Array(UInt64) CODEC(ZSTD),
    attachments      UInt16 CODEC(ZSTD),
    size_bytes       UInt32 CODEC(T64, ZSTD),
    quantity         UInt32 COMMENT 'reactions this row stands for; otherwise 1' CODEC(ZSTD),
    edited_at        DateTime64(3, 'UTC') COMMENT '1970-01-01 is never' CODEC(ZSTD),
    is_deleted       Bool CODEC(ZSTD),
    run_id           UInt64 CODEC(ZSTD),
    version          UInt64 COMMENT 'deleted (1 bit), edit time (seconds, 32 bits), hash of the content (31 bits)' CODEC(T64, ZSTD),
    INDEX fingerprint_index fingerprint TYPE bloom_filter(0.03) GRANULARITY 4,
    INDEX parent_key_index parent_key TYPE bloom_filter(0.03) GRANULARITY 4
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(sent_at)
ORDER BY (tool, toYYYYMM(sent_at), conversation_id, sent_at, message_id);

CREATE TABLE IF NOT EXISTS message AS message_next;

INSERT INTO message_next (tool, workspace, conversation_id, message_id, fingerprint, names_copy, sent_at, offset_minutes, time_precision, is_zone_assumed, kind,
    place, sender_id, sender_kind, recipient_ids, recipient_source, audience, parent_key, relation, mention_ids, attachments, size_bytes, quantity, edited_at,
    is_deleted, run_id, version)
SELECT tool, workspace, conversation_id, message_id, fingerprint, reply_key != message_id, sent_at, offset_minutes, time_precision, is_zone_assumed, kind,
    place, sender_id, sender_kind, recipient_ids, recipient_source, audience, parent_key, relation, mention_ids, attachments, size_bytes, quantity, edited_at,
    is_deleted, run_id, version
FROM message;

DROP TABLE IF EXISTS message SYNC;

RENAME TABLE message_next TO message;

-- The stage of messages, whose rows stay for one run: packed quickly, without indexes.
CREATE TABLE IF NOT EXISTS message_stage_next
(
    tool             LowCardinality(String),
    workspace        LowCardinality(String),
    conversation_id  UInt64,
    message_id       UInt64 CODEC(NONE),
    fingerprint      UInt64 CODEC(NONE),
    names_copy       Bool,
    reply_key        UInt64 ALIAS if(names_copy, fingerprint, message_id),
    sent_at          DateTime64(3, 'UTC'),
    offset_minutes   Int16,
    time_precision   Enum8('millisecond' = 0, 'second' = 1, 'minute' = 2, 'day' = 3, 'inherited' = 4),
    is_zone_assumed  Bool,
    kind             Enum8('message' = 1, 'reaction' = 2, 'call' = 3, 'system' = 4),
    place            Enum8('other' = 0, 'direct' = 1, 'group' = 2, 'channel' = 3, 'private_channel' = 4, 'feed' = 5, 'mail_thread' = 6, 'mail_list' = 7, 'meeting_chat' = 8),
    sender_id        UInt64,
    sender_kind      Enum8('unknown' = 0, 'human' = 1, 'bot' = 2, 'shared' = 3, 'guest' = 4, 'system' = 5),
    recipient_ids    Array(UInt64),
    recipient_source Enum8('unknown' = 0, 'listed' = 1, 'membership' = 2, 'seen' = 3),
    audience         UInt32,
    parent_key       UInt64,
    relation         Enum8('none' = 0, 'reply' = 1, 'quote' = 2, 'thread' = 3, 'mark' = 4),
    mention_ids      Array(UInt64),
    attachments      UInt16,
    size_bytes       UInt32,
    quantity         UInt32,
    edited_at        DateTime64(3, 'UTC'),
    is_deleted       Bool,
    run_id           UInt64,
    version          UInt64
)
ENGINE = MergeTree
PARTITION BY run_id
ORDER BY (tool, toYYYYMM(sent_at), conversation_id, sent_at, message_id);

CREATE TABLE IF NOT EXISTS message_stage AS message_stage_next;

INSERT INTO message_stage_next (tool, workspace, conversation_id, message_id, fingerprint, names_copy, sent_at, offset_minutes, time_precision, is_zone_assumed, kind,
    place, sender_id, sender_kind, recipient_ids, recipient_source, audience, parent_key, relation, mention_ids, attachments, size_bytes, quantity, edited_at,
    is_deleted, run_id, version)
SELECT tool, workspace, conversation_id, message_id, fingerprint, reply_key != message_id, sent_at, offset_minutes, time_precision, is_zone_assumed, kind,
    place, sender_id, sender_kind, recipient_ids, recipient_source, audience, parent_key, relation, mention_ids, attachments, size_bytes, quantity, edited_at,
    is_deleted, run_id, version
FROM message_stage;

DROP TABLE IF EXISTS message_stage SYNC;

RENAME TABLE message_stage_next TO message_stage;

-- From which day on a run changes a slice: what is before is taken over from the slice that held until then.
ALTER TABLE run_slice ADD COLUMN IF NOT EXISTS since Date COMMENT 'of what an account did or said to whom; after the month: nothing changes';

ALTER TABLE run_slice ADD COLUMN IF NOT EXISTS opened_since Date COMMENT 'of openings; after the month: nothing changes';

-- The openings of a publication in the making, of which opening_day and reach_day are counted; then they are dropped. See sql/opening_part.sql.
CREATE TABLE IF NOT EXISTS opening_part
(
    publication_id UInt64,
    tool           LowCardinality(String),
    rule           LowCardinality(String) COMMENT 'as in opening_day',
    opened_on      Date,
    at             Int64 COMMENT 'milliseconds since 1970',
    sender_id      UInt64,
    other_ids      Array(UInt64) COMMENT 'who was addressed',
    answers        Array(Tuple(UInt64, Int64)) COMMENT 'who answered, and when'
)
ENGINE = MergeTree
PARTITION BY publication_id
ORDER BY (tool, rule, opened_on);

-- Roll-ups are packed closer; what is there already is as the next merge or import leaves it.
ALTER TABLE account_day
    MODIFY COLUMN publication_id CODEC(ZSTD), MODIFY COLUMN slice_id CODEC(ZSTD), MODIFY COLUMN account_id CODEC(ZSTD),
    MODIFY COLUMN hours CODEC(ZSTD), MODIFY COLUMN messages CODEC(ZSTD), MODIFY COLUMN messages_direct CODEC(ZSTD),
    MODIFY COLUMN messages_room CODEC(ZSTD), MODIFY COLUMN messages_mail CODEC(ZSTD), MODIFY COLUMN replies CODEC(ZSTD),
    MODIFY COLUMN automatic CODEC(ZSTD), MODIFY COLUMN turns CODEC(ZSTD), MODIFY COLUMN reactions CODEC(ZSTD),
    MODIFY COLUMN calls CODEC(ZSTD), MODIFY COLUMN attachments CODEC(ZSTD), MODIFY COLUMN size_bytes CODEC(ZSTD),
    MODIFY COLUMN received CODEC(ZSTD), MODIFY COLUMN received_wide CODEC(ZSTD);

ALTER TABLE tie_day
    MODIFY COLUMN publication_id CODEC(ZSTD), MODIFY COLUMN slice_id CODEC(ZSTD), MODIFY COLUMN a_id CODEC(ZSTD),
    MODIFY COLUMN b_id CODEC(ZSTD), MODIFY COLUMN a_to_b CODEC(ZSTD), MODIFY COLUMN b_to_a CODEC(ZSTD),
    MODIFY COLUMN replies CODEC(ZSTD), MODIFY COLUMN mentions CODEC(ZSTD);

ALTER TABLE minute_day
    MODIFY COLUMN publication_id CODEC(ZSTD), MODIFY COLUMN slice_id CODEC(ZSTD), MODIFY COLUMN account_id CODEC(ZSTD),
    MODIFY COLUMN minutes CODEC(ZSTD);

ALTER TABLE opening_day
    MODIFY COLUMN publication_id CODEC(ZSTD), MODIFY COLUMN slice_id CODEC(ZSTD), MODIFY COLUMN account_id CODEC(ZSTD),
    MODIFY COLUMN openings CODEC(ZSTD), MODIFY COLUMN answered CODEC(ZSTD), MODIFY COLUMN censored CODEC(ZSTD),
    MODIFY COLUMN gap_bins CODEC(ZSTD), MODIFY COLUMN working_gap_bins CODEC(ZSTD), MODIFY COLUMN followed_bins CODEC(ZSTD),
    MODIFY COLUMN working_followed_bins CODEC(ZSTD);

ALTER TABLE reach_day
    MODIFY COLUMN publication_id CODEC(ZSTD), MODIFY COLUMN slice_id CODEC(ZSTD), MODIFY COLUMN account_id CODEC(ZSTD),
    MODIFY COLUMN addressed CODEC(ZSTD), MODIFY COLUMN answered CODEC(ZSTD), MODIFY COLUMN censored CODEC(ZSTD),
    MODIFY COLUMN gap_bins CODEC(ZSTD), MODIFY COLUMN working_gap_bins CODEC(ZSTD), MODIFY COLUMN followed_bins CODEC(ZSTD),
    MODIFY COLUMN working_followed_bins CODEC(ZSTD);

ALTER TABLE conversation
    MODIFY COLUMN run_id CODEC(ZSTD), MODIFY COLUMN version CODEC(ZSTD), MODIFY COLUMN parent_id CODEC(ZSTD);
