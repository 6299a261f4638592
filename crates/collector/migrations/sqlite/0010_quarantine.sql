-- What was sent as an answer and could not be taken. Never part of a score, never an address; the oldest go first.
CREATE TABLE quarantine (
    id       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    survey   TEXT    NOT NULL, -- as the body names it; empty where that cannot be read
    ground   TEXT    NOT NULL,
    body_sha BLOB    NOT NULL CHECK (length(body_sha) = 32),
    first_ms INTEGER NOT NULL,
    last_ms  INTEGER NOT NULL,
    times    INTEGER NOT NULL,
    size     INTEGER NOT NULL, -- bytes of the body here
    whole    INTEGER NOT NULL CHECK (whole BETWEEN 0 AND 1),
    error    TEXT    NOT NULL,
    body     BLOB    NOT NULL
) STRICT;

-- What is sent again and again is one row.
CREATE UNIQUE INDEX quarantine_once ON quarantine (survey, ground, body_sha);
-- Counting rows and bytes reads this and no body.
CREATE INDEX quarantine_sizes ON quarantine (id, size);
