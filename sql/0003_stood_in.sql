-- Feeds tell of what was withdrawn only where readers saw it. So the lists that an entry stood in are kept from the moment
-- it is over, that is withdrawn or expired, whatever it is filed under afterwards (src/store/item_over.c).

ALTER TABLE item_language ADD COLUMN
	stood_s {{i64}};                        -- when the rows of stood_in were written; null: what it is filed under counts

CREATE TABLE stood_in (
	entry_id {{i64}} NOT NULL REFERENCES item_language (id), -- this entry, which is over
	list {{text}} NOT NULL CHECK (list = 'kind' OR list = 'term' OR list = 'place' OR list = 'contributor'), -- stood in the list of one of these
	target_id {{i64}} NOT NULL,             -- id there; of terms and places those above them as well
	role {{text}} NOT NULL DEFAULT '',      -- for contributors
	PRIMARY KEY (entry_id, list, target_id, role)
) {{clustered}};

-- For what was withdrawn before this version nothing better is known than what it is filed under now.
UPDATE item_language SET stood_s = withdrawn_s WHERE state = 'withdrawn';
INSERT INTO stood_in (entry_id, list, target_id)
	SELECT e.id, 'kind', i.kind_id FROM item_language e JOIN item i ON i.id = e.item_id
	WHERE e.state = 'withdrawn' AND i.kind_id IS NOT NULL;
INSERT INTO stood_in (entry_id, list, target_id)
	WITH RECURSIVE up (entry_id, id) AS (
		SELECT e.id, t.term_id FROM item_language e JOIN item_term t ON t.entry_id = e.id WHERE e.state = 'withdrawn'
		UNION SELECT up.entry_id, t.parent_id FROM up JOIN term t ON t.id = up.id WHERE t.parent_id IS NOT NULL)
	SELECT entry_id, 'term', id FROM up;
INSERT INTO stood_in (entry_id, list, target_id)
	WITH RECURSIVE up (entry_id, id) AS (
		SELECT e.id, p.place_id FROM item_language e JOIN item_place p ON p.entry_id = e.id WHERE e.state = 'withdrawn'
		UNION SELECT up.entry_id, p.parent_id FROM up JOIN place p ON p.id = up.id WHERE p.parent_id IS NOT NULL)
	SELECT entry_id, 'place', id FROM up;
INSERT INTO stood_in (entry_id, list, target_id, role)
	SELECT e.id, 'contributor', c.contributor_id, c.role FROM item_language e
	JOIN item_contributor c ON c.entry_id = e.id JOIN contributor p ON p.id = c.contributor_id
	WHERE e.state = 'withdrawn' AND p.is_public = 1;
