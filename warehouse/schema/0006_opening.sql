-- More roll-ups, in slices like those of 0004. What an opening, its answer and its gap are is said in sql/opening.sql; the
-- follow-up of an opening is the 28 days after it, on the wall clock, and nothing later counts.
--
-- Gaps are kept as numbers of bins, ascending, one for each gap: bin n holds the gaps from the n-th edge up to but not
-- including the next. Bin 0 is under a second, the last is bin 63, from 24 to 28 days; the edges are GapEdges in opening.go.
-- The wall clock counts all seconds, the working clock those in the organisation's working hours, on its working days, holidays
-- left out: hours as a clock on its wall shows them, so that a day on which clocks are changed has as many as another.

-- How the openings of an account on a day went. Size: about 30 bytes a row; a row per account, day and rule with an opening.
CREATE TABLE IF NOT EXISTS opening_day
(
    publication_id        UInt64,
    slice_id              UInt64,
    tool                  LowCardinality(String),
    day                   Date COMMENT 'of the openings',
    account_id            UInt64 COMMENT 'who opened',
    rule                  Enum8('turn' = 1, 'mail' = 2, 'thread' = 3) COMMENT 'turn: a conversation of at most 8, where the answer is inferred from the order of turns; mail and thread: the answer names what it answers',
    openings              UInt32,
    answered              UInt32 COMMENT 'by anybody else, within the follow-up',
    censored              UInt32 COMMENT 'not answered, and the data of the tool end within the follow-up',
    gap_bins              Array(UInt8) COMMENT 'of the answered, wall clock',
    working_gap_bins      Array(UInt8) COMMENT 'of the answered, working clock',
    followed_bins         Array(UInt8) COMMENT 'of the censored: from the opening to the end of the data, wall clock',
    working_followed_bins Array(UInt8) COMMENT 'the same on the working clock'
)
ENGINE = MergeTree
PARTITION BY publication_id
ORDER BY (tool, day, account_id, rule);

-- How an account answered the openings that were addressed to it: as another member, a recipient or somebody mentioned.
-- Size: as opening_day, times the number of people addressed.
CREATE TABLE IF NOT EXISTS reach_day
(
    publication_id        UInt64,
    slice_id              UInt64,
    tool                  LowCardinality(String),
    day                   Date COMMENT 'of the openings',
    account_id            UInt64 COMMENT 'who was addressed',
    rule                  Enum8('turn' = 1, 'mail' = 2, 'thread' = 3) COMMENT 'as in opening_day',
    addressed             UInt32 COMMENT 'openings by others that addressed this account',
    answered              UInt32 COMMENT 'by this account itself, within the follow-up, whoever else did',
    censored              UInt32 COMMENT 'not answered by it, and the data of the tool end within the follow-up',
    gap_bins              Array(UInt8) COMMENT 'from the opening to its own first answer, wall clock',
    working_gap_bins      Array(UInt8) COMMENT 'the same on the working clock',
    followed_bins         Array(UInt8) COMMENT 'of the censored: from the opening to the end of the data, wall clock',
    working_followed_bins Array(UInt8) COMMENT 'the same on the working clock'
)
ENGINE = MergeTree
PARTITION BY publication_id
ORDER BY (tool, day, account_id, rule);
