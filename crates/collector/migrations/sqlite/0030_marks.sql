-- What is odd about an answer, a bit a mark, and who gave it where the owner's backend has signed that: a pseudonym, which
-- only the key below leads to.
ALTER TABLE answers ADD COLUMN marks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE answers ADD COLUMN person BLOB CHECK (length(person) = 16);

CREATE INDEX answers_by_person ON answers (survey, person) WHERE person IS NOT NULL;
-- Still covers the columns that the admin view draws everything from.
DROP INDEX answers_in_time;
CREATE INDEX answers_in_time ON answers (survey, at_ms, stage, score, marks);

-- With what the owner's backend signs who a visitor is; two at most, so that one can follow another without a gap.
CREATE TABLE identity_secrets (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    secret     TEXT    NOT NULL, -- in clear, because it proves signatures
    created_ms INTEGER NOT NULL
) STRICT;

-- Of this installation, made when they are first needed and never changed: with another one nobody's answers are found.
CREATE TABLE installation_keys (
    name TEXT NOT NULL PRIMARY KEY,
    key  BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;
