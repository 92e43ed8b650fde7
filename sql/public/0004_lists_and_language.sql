-- What was withdrawn keeps the lists it stood in, for their feeds; an entry when it last changed, for the catalogue; the
-- search index the language. Filled by the new build that this version asks for anyway (src/publish/projector.c).
ALTER TABLE entry ADD COLUMN modified_s {{i64}} NOT NULL DEFAULT 0;      -- when what is shown last changed
ALTER TABLE gone ADD COLUMN page {{i64}} NOT NULL DEFAULT 0;             -- 1: a static page, in no list
ALTER TABLE gone ADD COLUMN date_s {{i64}} NOT NULL DEFAULT 0;           -- the public date that it had
ALTER TABLE gone ADD COLUMN month {{i64}} NOT NULL DEFAULT 0;            -- year * 100 + month of it
ALTER TABLE gone ADD COLUMN kind_id {{i64}} NOT NULL DEFAULT 0;          -- 0: no kind
ALTER TABLE gone ADD COLUMN terms {{text}} NOT NULL DEFAULT '';          -- numbers of terms, those above included
ALTER TABLE gone ADD COLUMN places {{text}} NOT NULL DEFAULT '';         -- numbers of places, those above included
ALTER TABLE gone ADD COLUMN contributors {{text}} NOT NULL DEFAULT '';   -- number:role of people

-- Words of titles and excerpts as before, and the entry's language as one word.
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5 (title, excerpt, language, tokenize = "unicode61 remove_diacritics 2");
