-- Version 2: what a crawl has still to do, what it knows of pages, and how sources stand. docs/schema.md.

ALTER TABLE page ADD COLUMN run    INTEGER;
ALTER TABLE page ADD COLUMN covers INTEGER;
ALTER TABLE page ADD COLUMN leads  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE page ADD COLUMN mark   TEXT;
ALTER TABLE page ADD COLUMN resume TEXT;

-- What earlier versions read of a page was less: a page is read once more before it is taken for unchanged.
UPDATE page SET etag = NULL, last_modified = NULL, body_hash = NULL;

CREATE TABLE todo (
  seq    INTEGER PRIMARY KEY,
  source TEXT NOT NULL REFERENCES source (name),
  url    TEXT NOT NULL,
  role   TEXT NOT NULL,
  depth  INTEGER NOT NULL,
  head   TEXT,
  mark   TEXT,
  told   TEXT,
  guess  INTEGER NOT NULL DEFAULT 0,
  stands INTEGER NOT NULL DEFAULT 0,
  tries  INTEGER NOT NULL DEFAULT 0,
  UNIQUE (source, url)
) STRICT;

CREATE TABLE alias (
  id       TEXT PRIMARY KEY,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE host (
  origin    TEXT PRIMARY KEY,
  asked     INTEGER NOT NULL,
  locations TEXT NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE source ADD COLUMN found         TEXT;
ALTER TABLE source ADD COLUMN weight        REAL NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN weight_before REAL NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN rests_until   INTEGER;
ALTER TABLE source ADD COLUMN interval      INTEGER;
ALTER TABLE source ADD COLUMN known_share   REAL;
ALTER TABLE source ADD COLUMN missed_at     INTEGER;
ALTER TABLE source ADD COLUMN zone_offset   INTEGER;
ALTER TABLE source ADD COLUMN deaths        INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN exempt        TEXT;
ALTER TABLE source ADD COLUMN covers        INTEGER;
ALTER TABLE source ADD COLUMN covers_run    INTEGER;
