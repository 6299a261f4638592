-- Append only: a released file is never changed, the next one mends it.

-- Every version that was ever published: an answer is checked against the very version that it names.
CREATE TABLE surveys (
    id         TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    definition TEXT    NOT NULL, -- JSON in the wire format
    PRIMARY KEY (id, version)
) STRICT;

-- One row an asking, its highest snapshot. The checks repeat what the code has checked already.
CREATE TABLE answers (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    survey      TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    snapshot    INTEGER NOT NULL CHECK (snapshot BETWEEN 1 AND 1000),
    stage       INTEGER NOT NULL CHECK (stage BETWEEN 0 AND 3), -- shown, dismissed, partial, complete
    at_ms       INTEGER NOT NULL, -- by the visitor's clock where that can be true
    received_ms INTEGER NOT NULL,
    score       INTEGER          CHECK (score BETWEEN 0 AND 10),
    comment     TEXT             CHECK (comment <> ''),
    locale      TEXT    NOT NULL,
    page        TEXT    NOT NULL,
    given       TEXT    NOT NULL, -- JSON: each question in the visitor's words, with what was answered
    body_sha    BLOB    NOT NULL CHECK (length(body_sha) = 32),
    change      INTEGER NOT NULL, -- rises within the survey with each write, so that readers can ask for what is new
    FOREIGN KEY (survey, version) REFERENCES surveys (id, version)
) STRICT;

-- Covers the columns that the admin view draws everything from.
CREATE INDEX answers_in_time ON answers (survey, at_ms, stage, score);
CREATE INDEX answers_with_comment ON answers (survey, at_ms) WHERE comment IS NOT NULL;
CREATE UNIQUE INDEX answers_by_change ON answers (survey, change);

-- The highest change of each survey, also of those whose row is gone.
CREATE TABLE changes (
    survey TEXT    NOT NULL PRIMARY KEY,
    change INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
    id         INTEGER NOT NULL PRIMARY KEY,
    email      TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    password   TEXT    NOT NULL, -- Argon2id in the PHC notation
    created_ms INTEGER NOT NULL
) STRICT;

-- Only the SHA-256 of a token is kept: whoever reads the file cannot sign in with it.
CREATE TABLE sessions (
    token_sha  BLOB    NOT NULL PRIMARY KEY CHECK (length(token_sha) = 32),
    account    INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL
) STRICT;
