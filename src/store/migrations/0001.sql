-- Version 1 of the store; docs/schema.md says what each column means. Never edited once released: a change is a new file.

CREATE TABLE scorer (
  id     INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE run (
  id       INTEGER PRIMARY KEY,
  command  TEXT NOT NULL,
  scorer   INTEGER REFERENCES scorer (id),
  started  INTEGER NOT NULL,
  ended    INTEGER,
  reported INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE source (
  name            TEXT PRIMARY KEY,
  kind            TEXT NOT NULL,
  place           TEXT NOT NULL,
  audience        INTEGER,
  last_attempt    INTEGER,
  last_success    INTEGER,
  failures        INTEGER NOT NULL DEFAULT 0,
  failures_before INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE failure (
  at     INTEGER NOT NULL,
  source TEXT NOT NULL REFERENCES source (name),
  PRIMARY KEY (at, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE page (
  source        TEXT NOT NULL REFERENCES source (name),
  url           TEXT NOT NULL,
  etag          TEXT,
  last_modified TEXT,
  body_hash     TEXT,
  fetched       INTEGER,
  retry_at      INTEGER,
  PRIMARY KEY (source, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
  key                 INTEGER PRIMARY KEY,
  id                  TEXT NOT NULL UNIQUE,
  run                 INTEGER NOT NULL REFERENCES run (id),
  scored_with         INTEGER REFERENCES scorer (id),
  observed            INTEGER NOT NULL,
  base                INTEGER,
  dated               INTEGER,
  url                 TEXT,
  thread_url          TEXT,
  parent_url          TEXT,
  source              TEXT NOT NULL,
  source_kind         TEXT NOT NULL,
  kind                TEXT NOT NULL,
  title               TEXT,
  author              TEXT,
  published           INTEGER,
  updated             INTEGER,
  published_precision TEXT,
  date_suspect        INTEGER NOT NULL,
  first_seen          INTEGER NOT NULL,
  language            TEXT NOT NULL,
  is_reply            INTEGER NOT NULL,
  replies             INTEGER,
  views               INTEGER,
  likes               INTEGER,
  shares              INTEGER,
  rating              REAL,
  thread_replies      INTEGER,
  thread_views        INTEGER,
  tags                TEXT,
  signature           TEXT,
  quoted              TEXT,
  code                TEXT,
  text                TEXT NOT NULL
) STRICT;

CREATE INDEX document_url ON document (url);
CREATE INDEX document_run ON document (run);
CREATE INDEX document_source ON document (source, published);
CREATE INDEX document_scored ON document (scored_with);

CREATE TABLE revision (
  document INTEGER NOT NULL REFERENCES document (key) ON DELETE CASCADE,
  replaced INTEGER NOT NULL,
  run      INTEGER NOT NULL REFERENCES run (id),
  title    TEXT,
  text     TEXT NOT NULL,
  PRIMARY KEY (document, replaced)
) STRICT;

CREATE INDEX revision_run ON revision (run);

CREATE TABLE mention (
  key                 INTEGER PRIMARY KEY,
  id                  TEXT NOT NULL,
  document            INTEGER NOT NULL REFERENCES document (key) ON DELETE CASCADE,
  run                 INTEGER NOT NULL REFERENCES run (id),
  brand               TEXT NOT NULL,
  published           INTEGER,
  alias               TEXT NOT NULL,
  matched             TEXT NOT NULL,
  start_char          INTEGER NOT NULL,
  end_char            INTEGER NOT NULL,
  field               TEXT NOT NULL,
  hit_sentence        TEXT NOT NULL,
  probability         REAL,
  doubtful            INTEGER,
  sentiment           REAL,
  tone                TEXT NOT NULL,
  document_tone       TEXT NOT NULL,
  reputation_polarity REAL,
  language            TEXT NOT NULL,
  intent              TEXT,
  reach_low           REAL,
  reach               REAL,
  reach_high          REAL,
  reach_basis         TEXT NOT NULL,
  prominence          REAL NOT NULL,
  evidence            TEXT,
  UNIQUE (document, brand)
) STRICT;

CREATE INDEX mention_order ON mention (published DESC, brand, id);
CREATE INDEX mention_run ON mention (run);
CREATE INDEX mention_brand ON mention (brand, published DESC, id);

CREATE TABLE incident (
  run     INTEGER NOT NULL REFERENCES run (id),
  source  TEXT NOT NULL,
  url     TEXT NOT NULL,
  code    TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (run, source, url, code, message)
) STRICT, WITHOUT ROWID;

CREATE INDEX incident_source ON incident (source, run);
