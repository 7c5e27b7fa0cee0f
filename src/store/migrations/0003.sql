-- Version 3: what was covered of sources, and what probably was not. docs/schema.md.

ALTER TABLE source ADD COLUMN feed_window INTEGER;
ALTER TABLE source ADD COLUMN missed_low  INTEGER;
ALTER TABLE source ADD COLUMN missed_high INTEGER;

-- All that coverage is counted from stands in the index, so that no text is read for it.
DROP INDEX document_source;
CREATE INDEX document_source ON document (source, published, first_seen, language, run);
