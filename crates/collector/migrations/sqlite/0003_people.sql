-- Roles, invitations, tokens for programs, and the record of what was done with them.

ALTER TABLE accounts ADD COLUMN role INTEGER NOT NULL DEFAULT 2 CHECK (role BETWEEN 0 AND 2); -- viewer, analyst, owner

CREATE TABLE invitations (
    id         INTEGER NOT NULL PRIMARY KEY,
    token_sha  BLOB    NOT NULL UNIQUE CHECK (length(token_sha) = 32),
    email      TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    role       INTEGER NOT NULL CHECK (role BETWEEN 0 AND 2),
    expires_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE tokens (
    id         INTEGER NOT NULL PRIMARY KEY,
    token_sha  BLOB    NOT NULL UNIQUE CHECK (length(token_sha) = 32),
    name       TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    role       INTEGER NOT NULL CHECK (role BETWEEN 0 AND 1), -- a program decides about nobody
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT;

-- Names are written out, because they outlive their accounts here.
CREATE TABLE deeds (
    id    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    who   TEXT    NOT NULL,
    what  TEXT    NOT NULL,
    about TEXT    NOT NULL
) STRICT;
