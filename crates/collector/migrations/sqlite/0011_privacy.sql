-- Answers that were erased. Kept are the random id and the survey, so that neither a browser that still holds the answer nor
-- an older backup brings it back.
CREATE TABLE erased (
    id     BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    survey TEXT    NOT NULL,
    at_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What is done once a day, by whichever collector comes first.
CREATE TABLE leases (
    name TEXT    NOT NULL PRIMARY KEY,
    day  INTEGER NOT NULL -- since 1970, UTC
) STRICT;
