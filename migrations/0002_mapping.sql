-- The mapping by which the ledger was filled: a JSON object of its parts and their hashes. NULL until a run has told.
ALTER TABLE book ADD COLUMN mapping TEXT;
