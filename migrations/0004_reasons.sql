-- Why something is not in sync, as data: it is put into words when it is shown, in the language of the reader. Lines of
-- older versions have only their English message.
ALTER TABLE failure ADD COLUMN reason TEXT;
