-- What the page said of itself or of the visitor, as far as the survey lists it: a JSON object, if there was anything.
ALTER TABLE answers ADD COLUMN fields TEXT;

-- Notes that an answer was given up on its way. Never part of a score; one whose answer is there after all counts no more.
CREATE TABLE losses (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    survey      TEXT    NOT NULL,
    reason      TEXT    NOT NULL CHECK (reason <> ''),
    at_ms       INTEGER NOT NULL, -- by the visitor's clock where that can be true
    received_ms INTEGER NOT NULL
) STRICT;
