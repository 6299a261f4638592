-- Answers that somebody has to follow up. The answer's id is the case's: an answer has one case at most, however often its
-- visitor sends it, and no case outlives its answer.
CREATE TABLE cases (
    survey      TEXT    NOT NULL,
    id          BLOB    NOT NULL CHECK (length(id) = 16),
    reason      TEXT    NOT NULL CHECK (reason IN ('complaint', 'detractor')),
    status      TEXT    NOT NULL CHECK (status IN ('open', 'in_progress', 'resolved', 'reopened')),
    assignee    TEXT, -- the name of an account; it may outlive that
    opened_ms   INTEGER NOT NULL,
    due_ms      INTEGER NOT NULL,
    first_ms    INTEGER, -- when somebody first did something about it
    resolved_ms INTEGER CHECK ((resolved_ms IS NOT NULL) = (status = 'resolved')),
    reopened    INTEGER NOT NULL DEFAULT 0,
    revision    INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (survey, id),
    FOREIGN KEY (id) REFERENCES answers (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX cases_by_answer ON cases (id);
CREATE INDEX cases_unresolved ON cases (survey, due_ms) WHERE status <> 'resolved';
CREATE INDEX cases_in_time ON cases (survey, opened_ms);

-- What was done and said about a case.
CREATE TABLE case_entries (
    survey TEXT    NOT NULL,
    id     BLOB    NOT NULL,
    number INTEGER NOT NULL,
    at_ms  INTEGER NOT NULL,
    who    TEXT    NOT NULL,
    what   TEXT    NOT NULL CHECK (what IN ('note', 'status', 'assignee', 'due')),
    text   TEXT    NOT NULL,
    PRIMARY KEY (survey, id, number),
    FOREIGN KEY (survey, id) REFERENCES cases (survey, id) ON DELETE CASCADE
) STRICT;
