-- What is due is looked for webhook by webhook, so that a long queue of one is not read on the way to another's.
DROP INDEX deliveries_waiting;
CREATE INDEX deliveries_waiting ON deliveries (hook, next_ms) WHERE state = 'waiting';
