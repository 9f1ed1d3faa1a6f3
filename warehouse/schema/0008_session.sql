-- More roll-ups, in slices like those of 0004: how conversations go, and what accounts use a tool for. Of each message only the highest
-- version and the canonical copy count, as everywhere; automatons and messages without a sender are left out of session_day and gap_day as
-- though they were not there. All of it adds up over days, accounts and places, and is between accounts: who is one person is known when
-- pages ask. Gaps are binned by GapEdges (opening.go), as in 0006.

-- The sessions that an account began on a day, in direct conversations and groups of at most 8 people. A session is a run of
-- messages of a conversation with gaps of at most 30 minutes; it is its first message's: sender, day and place. It may go on past
-- midnight and into another month; of one that lasts longer than a day, the first 24 hours are counted.
-- Size: about 15 bytes a row; a row per account, day and place with a session.
CREATE TABLE IF NOT EXISTS session_day
(
    publication_id   UInt64,
    slice_id         UInt64,
    tool             LowCardinality(String),
    day              Date COMMENT 'on which the sessions began',
    account_id       UInt64 COMMENT 'who began them',
    place            Enum8('direct' = 1, 'group' = 2) COMMENT 'direct: the source calls it so; group: other groups of at most 8',
    sessions         UInt32,
    answered         UInt32 COMMENT 'of those, in which somebody else wrote too',
    messages         UInt32 COMMENT 'in the sessions, of everybody',
    turns            UInt32 COMMENT 'in the sessions, of everybody: runs of messages of one sender with gaps of at most 5 minutes',
    participants     UInt32 COMMENT 'who wrote, added up over the sessions: at least 1 each',
    duration_seconds UInt64 COMMENT 'from first to last message, in whole seconds each, added up'
)
ENGINE = MergeTree
PARTITION BY publication_id
ORDER BY (tool, day, account_id, place);

-- What an account's messages of a day followed. A gap is the time from the message before it in the conversation, whoever wrote that, on
-- the wall clock in whole seconds; after more than 28 days of silence there is none. A message is a reply at most once, by the first of these rules:
-- (a) named: it names the message it answers (reply, quote or thread), which somebody else wrote, and is the first of all but that one's author
--     to do so, within 28 days, wherever it stands;
-- (b) inferred, place direct: the message before it, at most 28 days ago, is somebody else's: the first turn after another's;
-- (c) inferred, place group: the same, if no more than 24 working hours lie between, and 28 days;
-- (d) in rooms and mail nothing is inferred.
-- Size: about 15 bytes a row and one a gap; a row per account, day and place with a gap or a reply.
CREATE TABLE IF NOT EXISTS gap_day
(
    publication_id   UInt64,
    slice_id         UInt64,
    tool             LowCardinality(String),
    day              Date,
    account_id       UInt64 COMMENT 'who wrote after the gap',
    place            Enum8('direct' = 1, 'group' = 2, 'room' = 3, 'mail' = 4) COMMENT 'direct: the source calls it so; group: other groups of at most 8; mail: threads and lists; room: all else',
    gaps             UInt32,
    gap_bins         Array(UInt8) COMMENT 'number of the bin of each gap, ascending',
    gap_seconds      UInt64 COMMENT 'of all gaps',
    squared_seconds  UInt64 COMMENT 'sum of their squares; to be added up as Float64',
    replies_named    UInt32,
    replies_inferred UInt32
)
ENGINE = MergeTree
PARTITION BY publication_id
ORDER BY (tool, day, account_id, place);

-- What the account used the tool for: code and how often, codes ascending. A code is 10 * place + 2 * act + inside.
-- place:  0 direct, 1 group, 2 room (channel, private channel, feed, meeting), 3 mail, 4 other; as the source calls it, whatever the size
-- act:    0 new message, 1 reply (as `replies`), 2 reaction (once, whatever its quantity: that is 1 where the account is known), 3 call,
--         4 message with attachments (besides being 0 or 1)
-- inside: 1 within the organisation's working hours on one of its working days, 0 outside
ALTER TABLE account_day
    ADD COLUMN IF NOT EXISTS use_codes Array(UInt8) COMMENT '10 * place + 2 * act + inside: see 0008_session.sql',
    ADD COLUMN IF NOT EXISTS use_amounts Array(UInt32) COMMENT 'how often, one for each code';
