-- The account of a run, from which its report is written again: a JSON object, forgotten with the run. NULL until the run
-- has ended.
ALTER TABLE run ADD COLUMN report TEXT;
