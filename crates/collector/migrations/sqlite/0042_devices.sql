-- Browsers that somebody has signed in with: what strangers try does not slow these down.
CREATE TABLE devices (
    token_sha  BLOB    NOT NULL PRIMARY KEY CHECK (length(token_sha) = 32),
    account    INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX devices_of_account ON devices (account, created_ms);
