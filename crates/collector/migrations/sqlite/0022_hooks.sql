-- Who is told of what, and what is still to be told: written in one transaction with what it tells of.

CREATE TABLE hooks (
    id           TEXT    NOT NULL PRIMARY KEY,
    url          TEXT    NOT NULL,
    survey       TEXT    NOT NULL, -- empty for all
    events       TEXT    NOT NULL, -- each between two commas
    format       TEXT    NOT NULL CHECK (format IN ('standard', 'slack')),
    secret       TEXT    NOT NULL, -- in clear, because it signs
    old_secret   TEXT, -- signs beside the new one
    old_until_ms INTEGER,
    is_on        INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    created_ms   INTEGER NOT NULL
) STRICT;

-- A delivery is waiting until its time, delivered, or dead. Whoever works on it holds it until the lease is over.
CREATE TABLE deliveries (
    survey     TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    hook       TEXT    NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
    event      TEXT    NOT NULL,
    answer     BLOB, -- the answer whose words are in it, so that they go with it
    data       TEXT    NOT NULL, -- JSON
    at_ms      INTEGER NOT NULL, -- when it happened
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_ms    INTEGER NOT NULL,
    lease      TEXT    NOT NULL DEFAULT '',
    lease_ms   INTEGER NOT NULL DEFAULT 0,
    status     INTEGER, -- of the last attempt
    outcome    TEXT    NOT NULL DEFAULT '', -- of the last attempt, in a sentence
    done_ms    INTEGER, -- of the last attempt
    PRIMARY KEY (survey, id, hook),
    FOREIGN KEY (answer) REFERENCES answers (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX deliveries_by_answer ON deliveries (answer);
CREATE INDEX deliveries_waiting ON deliveries (next_ms) WHERE state = 'waiting';
CREATE INDEX deliveries_of_hook ON deliveries (hook, at_ms);
CREATE INDEX deliveries_leased ON deliveries (lease) WHERE lease <> '';
