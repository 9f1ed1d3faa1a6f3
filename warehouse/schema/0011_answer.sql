-- What was answered, as it may be shown: answers that took long to compute, kept so that nobody waits for them again. The newest publication of a
-- key counts. Size: some kilobytes a row; a few hundred rows a publication.
CREATE TABLE IF NOT EXISTS answer
(
    publication_id UInt64,
    key            String COMMENT 'hash of the metric, the filter and the rules by which it was answered',
    answer         String CODEC(ZSTD)
)
ENGINE = ReplacingMergeTree
PARTITION BY publication_id
ORDER BY key;
