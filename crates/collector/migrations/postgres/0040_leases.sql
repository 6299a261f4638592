-- Whoever does what is done once a day holds it until a time, which they put off as long as they work; `day` is the last one
-- on which it was done to its end. So what a collector that died had begun is taken over by another.
ALTER TABLE leases ADD COLUMN holder TEXT NOT NULL DEFAULT '';
ALTER TABLE leases ADD COLUMN until_ms BIGINT NOT NULL DEFAULT 0;
