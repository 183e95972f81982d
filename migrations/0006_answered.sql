-- The fields that a client's rows answered for when it was last brought to the server, as JSON: what other people change
-- is compared in these alone. NULL until a run has told; so that the next one does, it looks closer at every client once.
ALTER TABLE detail ADD COLUMN answered TEXT;
UPDATE client SET fingerprint = NULL;
