-- Roll-ups, by account and day of the organisation's time zone. They are made per slice (one tool, one month) and
-- never changed: a later publication makes the slice anew under another slice id, and a face reads only the slice ids
-- that were live at the publication it looks at (`slice_id IN {live:Array(UInt64)}`; `publication_id IN {publications:Array(UInt64)}` spares it the others).

-- Which slices are live: for each (subject, month) the row with the highest publication. One publication is one insert,
-- so a face sees all of it or nothing. subject is a tool, or '' for the resolution of accounts to people.
CREATE TABLE IF NOT EXISTS publication
(
    publication_id UInt64,
    subject        LowCardinality(String),
    month          UInt32 COMMENT 'yyyymm; 0 for the resolution of accounts',
    slice_id       UInt64,
    published_at   DateTime64(3, 'UTC'),
    data_until     DateTime64(3, 'UTC') COMMENT 'last message of the slice'
)
ENGINE = MergeTree
ORDER BY (publication_id, subject, month);

-- Who each account is, as of a publication. An account without a link is a person of its own.
CREATE TABLE IF NOT EXISTS account_person
(
    publication_id UInt64,
    slice_id       UInt64,
    account_id     UInt64,
    person_id      UInt64,
    is_person      Bool COMMENT 'human or guest: not a bot, a shared mailbox or the system',
    is_internal    Bool,
    is_matched     Bool COMMENT 'a link joins it to a person of the directory'
)
ENGINE = MergeTree
PARTITION BY publication_id
ORDER BY account_id;

-- What an account did on a day. account_id 0 holds messages whose sender is missing.
CREATE TABLE IF NOT EXISTS account_day
(
    publication_id  UInt64,
    slice_id        UInt64,
    tool            LowCardinality(String),
    day             Date,
    account_id      UInt64,
    hours           Array(UInt32) COMMENT 'messages by hour of the organisation''s day, 24 of them',
    messages        UInt32 COMMENT 'sent, as somebody: not automatic',
    messages_direct UInt32 COMMENT 'of those, in direct and group conversations',
    messages_room   UInt32 COMMENT 'in channels, private channels, feeds and meetings',
    messages_mail   UInt32 COMMENT 'in mail threads and lists',
    replies         UInt32 COMMENT 'of the messages, those with a parent',
    automatic       UInt32 COMMENT 'messages sent by an automaton in this account''s name',
    turns           UInt32,
    reactions       UInt32,
    calls           UInt32,
    attachments     UInt32,
    size_bytes      UInt64,
    received        UInt32 COMMENT 'messages that list this account among at most 8 recipients',
    received_wide   UInt32 COMMENT 'messages that list it among more'
)
ENGINE = MergeTree
PARTITION BY publication_id
ORDER BY (tool, day, account_id);

-- Interactions between two accounts of a tool on a day; a_id < b_id.
CREATE TABLE IF NOT EXISTS tie_day
(
    publication_id UInt64,
    slice_id       UInt64,
    tool           LowCardinality(String),
    day            Date,
    a_id           UInt64,
    b_id           UInt64,
    a_to_b         UInt32,
    b_to_a         UInt32,
    replies        UInt32 COMMENT 'of both, those that answer a message of the other',
    mentions       UInt32 COMMENT 'of both, those that only mention the other in a larger room'
)
ENGINE = MergeTree
PARTITION BY publication_id
ORDER BY (tool, day, a_id, b_id);

-- The minutes in which an account sent something.
CREATE TABLE IF NOT EXISTS minute_day
(
    publication_id UInt64,
    slice_id       UInt64,
    tool           LowCardinality(String),
    day            Date,
    account_id     UInt64,
    minutes        Array(UInt16) COMMENT 'of the organisation''s day, 0 to 1439, ascending'
)
ENGINE = MergeTree
PARTITION BY publication_id
ORDER BY (tool, day, account_id);
