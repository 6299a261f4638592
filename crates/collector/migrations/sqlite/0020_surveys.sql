-- Surveys as their owner works on them: a draft before each version, and what holds for all versions of one.

ALTER TABLE surveys ADD COLUMN published_ms INTEGER; -- none for those that came with Suara

-- A survey without a row here has been published and nothing was set: it is live, with every default.
CREATE TABLE survey_settings (
    survey     TEXT    NOT NULL PRIMARY KEY,
    state      TEXT    NOT NULL CHECK (state IN ('draft', 'live', 'paused', 'archived')),
    settings   TEXT    NOT NULL, -- JSON
    changed_ms INTEGER NOT NULL
) STRICT;

-- At most one a survey. The time is also what tells one state of a draft from the next, so it always rises.
CREATE TABLE drafts (
    survey     TEXT    NOT NULL PRIMARY KEY,
    definition TEXT    NOT NULL, -- JSON in the wire format, with the version that it will be
    changed_ms INTEGER NOT NULL,
    changed_by TEXT    NOT NULL
) STRICT;
