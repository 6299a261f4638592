-- Answers that were erased. Kept are the random id and the survey, so that neither a browser that still holds the answer nor
-- an older backup brings it back.
CREATE TABLE erased (
    survey TEXT   NOT NULL,
    id     BYTEA  NOT NULL CHECK (length(id) = 16),
    at_ms  BIGINT NOT NULL,
    PRIMARY KEY (survey, id)
);

-- What is done once a day, by whichever collector comes first.
CREATE TABLE leases (
    name TEXT   NOT NULL PRIMARY KEY,
    day  BIGINT NOT NULL -- since 1970, UTC
);
