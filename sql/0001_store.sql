-- The shared store, first version. {{id}}, {{i64}}, {{text}}, {{blob}}, {{strict}} and {{clustered}} are what
-- differs between SQLite and PostgreSQL (src/db/db.h). Times are seconds since 1970 in UTC, columns that end
-- in _s. An "entry" is one item in one language: a row of item_language. Lists of more than two words are
-- checked by OR, for SQLite builds a table to look in at each IN, for each row.

CREATE TABLE language (
	code {{text}} PRIMARY KEY,              -- BCP 47, such as "en" or "zh-Hant"
	position {{i64}} NOT NULL,              -- 0 is the first language, whose addresses have no prefix
	label {{text}} NOT NULL                 -- its name in itself
) {{strict}};

CREATE TABLE kind (
	id {{id}},                              -- internal number
	key {{text}} NOT NULL UNIQUE,           -- stable name for configuration and mapping, such as "press_release"
	icon {{text}} NOT NULL DEFAULT '',      -- name of an icon in the theme, or empty
	position {{i64}} NOT NULL DEFAULT 0,    -- order in menus and filters
	needs_picture {{i64}} NOT NULL DEFAULT 0,   -- 1: release is refused without a featured picture
	needs_reference {{i64}} NOT NULL DEFAULT 0, -- 1: release is refused without a reference number
	in_feeds {{i64}} NOT NULL DEFAULT 1     -- 0: kept out of the main feeds
) {{strict}};

CREATE TABLE kind_text (
	kind_id {{i64}} NOT NULL REFERENCES kind (id),  -- the kind
	language {{text}} NOT NULL REFERENCES language (code), -- of these texts
	label {{text}} NOT NULL,                -- one item of it: "Press release"
	label_plural {{text}} NOT NULL,         -- the list: "Press releases"
	slug {{text}} NOT NULL,                 -- address of the list: "press-releases"
	introduction {{text}} NOT NULL DEFAULT '', -- plain text above the list
	PRIMARY KEY (kind_id, language)
) {{clustered}};
CREATE UNIQUE INDEX kind_text_slug ON kind_text (language, slug);

CREATE TABLE batch (
	id {{id}},                              -- internal number
	source {{text}} NOT NULL,               -- what it came from, for people: a file name or site address
	started_s {{i64}} NOT NULL,             -- when the import began
	flipped_s {{i64}},                      -- when its items became public; null before
	abandoned_s {{i64}}                     -- when it was given up; null otherwise
) {{strict}};

CREATE TABLE item (
	id {{id}},                              -- internal number
	guid {{text}} NOT NULL UNIQUE,          -- urn:uuid:…; never changes
	type {{text}} NOT NULL CHECK (type IN ('item', 'page')), -- page: static, in no list and no feed
	reference {{text}} UNIQUE,              -- the organisation's own number, or null
	kind_id {{i64}} REFERENCES kind (id),   -- null: no kind
	breaking_until_s {{i64}},               -- marked as breaking until then
	pinned_until_s {{i64}},                 -- stands first in lists until then
	event_s {{i64}},                        -- when what it tells of took place
	event_precision {{text}} CHECK (event_precision = 'day' OR event_precision = 'month' OR event_precision = 'year'), -- how exactly that is known
	created_s {{i64}} NOT NULL              -- when it was made here
) {{strict}};
CREATE INDEX item_kind ON item (kind_id);

CREATE TABLE item_language (
	id {{id}},                              -- the entry's number: what lists, feeds and pages speak of
	item_id {{i64}} NOT NULL REFERENCES item (id), -- translations share the item
	language {{text}} NOT NULL REFERENCES language (code), -- of this entry
	guid {{text}} NOT NULL UNIQUE,          -- in feeds: the imported one or urn:uuid:…; never changes
	slug {{text}} NOT NULL,                 -- last part of the address
	path {{text}} NOT NULL UNIQUE,          -- the whole address below the site, such as /2018/06/x/
	state {{text}} NOT NULL CHECK (state = 'unreleased' OR state = 'released' OR state = 'withdrawn' OR state = 'spiked'), -- the stored state; scheduled, published and expired are computed
	access {{text}} NOT NULL DEFAULT 'public' CHECK (access = 'public' OR access = 'password' OR access = 'private'), -- only public ones are ever shown
	released_revision_id {{i64}},           -- the revision that goes out; a row of revision (checked by store_check)
	newest_revision_id {{i64}},             -- the last one written; a row of revision (checked by store_check)
	date_s {{i64}} NOT NULL,                -- the public date, by which lists are ordered
	modified_s {{i64}} NOT NULL,            -- last change of what the public sees
	release_at_s {{i64}},                   -- not before; null: at once
	embargo_until_s {{i64}},                -- not before, whatever else is set
	expires_at_s {{i64}},                   -- not from then on
	first_published_s {{i64}},              -- first release or imported date
	last_published_s {{i64}},               -- last release
	withdrawn_s {{i64}},                    -- when it was withdrawn
	withdrawn_kind {{text}} CHECK (withdrawn_kind IN ('kill', 'takedown')), -- an error of ours, or an order from outside
	withdrawn_note {{text}},                -- what the public is told in its place
	source_language {{text}} REFERENCES language (code), -- translated from
	source_revision_id {{i64}} ,            -- translated from this revision, so that "out of date" can be computed
	batch_id {{i64}} REFERENCES batch (id)  -- the batch that last changed it; public only when that has flipped
) {{strict}};
CREATE UNIQUE INDEX item_language_item ON item_language (item_id, language);
CREATE INDEX item_language_batch ON item_language (batch_id, id);

CREATE TABLE revision (
	id {{id}},                              -- internal number
	entry_id {{i64}} NOT NULL REFERENCES item_language (id), -- of this entry
	seq {{i64}} NOT NULL,                   -- 1, 2, 3 … within the entry
	state {{text}} NOT NULL CHECK (state = 'draft' OR state = 'review' OR state = 'approved'), -- how far it got
	title {{text}} NOT NULL,                -- plain text
	subtitle {{text}} NOT NULL,             -- plain text, or empty
	excerpt {{text}},                       -- plain text as written; null: cut from the body
	body {{text}} NOT NULL,                 -- canonical HTML of our serialiser
	dateline {{text}} NOT NULL,             -- "London", or empty
	author {{text}} NOT NULL,               -- who wrote this revision, for the record
	at_s {{i64}} NOT NULL,                  -- when it was written
	sha256 {{blob}} NOT NULL                -- of title, subtitle, excerpt and body as the writer hashed them
) {{strict}};
CREATE UNIQUE INDEX revision_entry ON revision (entry_id, seq);

CREATE TABLE waiver (
	revision_id {{i64}} PRIMARY KEY REFERENCES revision (id), -- passed the gate of release without meeting it
	reason {{text}} NOT NULL CHECK (reason IN ('import_released')), -- why it was let through
	batch_id {{i64}} REFERENCES batch (id), -- by which import
	at_s {{i64}} NOT NULL                   -- when
) {{strict}};

CREATE TABLE correction (
	id {{id}},                              -- internal number
	entry_id {{i64}} NOT NULL REFERENCES item_language (id), -- what was corrected
	seq {{i64}} NOT NULL,                   -- 1, 2, 3 … within the entry
	kind {{text}} NOT NULL CHECK (kind = 'correction' OR kind = 'clarification' OR kind = 'update'), -- how it is named
	text {{text}} NOT NULL,                 -- what readers are told, plain
	at_s {{i64}} NOT NULL,                  -- when
	from_revision_id {{i64}} REFERENCES revision (id), -- the text before
	to_revision_id {{i64}} REFERENCES revision (id)  -- the text after
) {{strict}};
CREATE UNIQUE INDEX correction_entry ON correction (entry_id, seq);

CREATE TABLE term (
	id {{id}},                              -- internal number
	vocabulary {{text}} NOT NULL CHECK (vocabulary = 'topic' OR vocabulary = 'campaign' OR vocabulary = 'right' OR vocabulary = 'tag'), -- which list of terms
	parent_id {{i64}} REFERENCES term (id), -- the wider term, or null
	media_topic {{text}}                    -- IPTC media topic code, or null
) {{strict}};
CREATE INDEX term_parent ON term (parent_id);

CREATE TABLE term_text (
	term_id {{i64}} NOT NULL REFERENCES term (id), -- the term
	language {{text}} NOT NULL REFERENCES language (code), -- of these texts
	vocabulary {{text}} NOT NULL,           -- as in term, here for the uniqueness of slugs
	label {{text}} NOT NULL,                -- its name; may be the same under another parent
	slug {{text}} NOT NULL,                 -- last part of its address
	introduction {{text}} NOT NULL DEFAULT '', -- plain text above the list
	PRIMARY KEY (term_id, language)
) {{clustered}};
CREATE UNIQUE INDEX term_text_slug ON term_text (vocabulary, language, slug);

CREATE TABLE place (
	id {{id}},                              -- internal number
	kind {{text}} NOT NULL CHECK (kind = 'region' OR kind = 'subregion' OR kind = 'country' OR kind = 'locality'), -- how wide
	parent_id {{i64}} REFERENCES place (id), -- the wider place, or null
	code {{text}} UNIQUE                    -- ISO 3166 (countries: two letters), UN M49 for regions, or null
) {{strict}};
CREATE INDEX place_parent ON place (parent_id);

CREATE TABLE place_text (
	place_id {{i64}} NOT NULL REFERENCES place (id), -- the place
	language {{text}} NOT NULL REFERENCES language (code), -- of these texts
	label {{text}} NOT NULL,                -- its name
	slug {{text}} NOT NULL,                 -- last part of its address
	sort_key {{text}} NOT NULL DEFAULT '',  -- by which lists of places are ordered; empty: the label
	introduction {{text}} NOT NULL DEFAULT '', -- plain text above the list
	PRIMARY KEY (place_id, language)
) {{clustered}};
CREATE UNIQUE INDEX place_text_slug ON place_text (language, slug);

CREATE TABLE contributor (
	id {{id}},                              -- internal number
	name {{text}} NOT NULL,                 -- as printed
	slug {{text}} NOT NULL UNIQUE,          -- last part of the address /person/…/
	unit {{text}} NOT NULL DEFAULT '',      -- office or organisation
	is_public {{i64}} NOT NULL DEFAULT 1    -- 0: no page and no byline
) {{strict}};

CREATE TABLE contributor_text (
	contributor_id {{i64}} NOT NULL REFERENCES contributor (id), -- the person
	language {{text}} NOT NULL REFERENCES language (code), -- of these texts
	position {{text}} NOT NULL DEFAULT '',  -- what they are: "Researcher on the Sahel"
	biography {{text}} NOT NULL DEFAULT '', -- plain text
	PRIMARY KEY (contributor_id, language)
) {{clustered}};

CREATE TABLE item_term (
	entry_id {{i64}} NOT NULL REFERENCES item_language (id), -- filed for each language, as imported translations are
	term_id {{i64}} NOT NULL REFERENCES term (id), -- under this term
	position {{i64}} NOT NULL,              -- order as written
	PRIMARY KEY (entry_id, term_id)
) {{clustered}};
CREATE INDEX item_term_term ON item_term (term_id);

CREATE TABLE item_place (
	entry_id {{i64}} NOT NULL REFERENCES item_language (id), -- filed for each language
	place_id {{i64}} NOT NULL REFERENCES place (id), -- about this place
	position {{i64}} NOT NULL,              -- order as written
	PRIMARY KEY (entry_id, place_id)
) {{clustered}};
CREATE INDEX item_place_place ON item_place (place_id);

CREATE TABLE item_contributor (
	entry_id {{i64}} NOT NULL REFERENCES item_language (id), -- named for each language
	contributor_id {{i64}} NOT NULL REFERENCES contributor (id), -- this person
	role {{text}} NOT NULL CHECK (role = 'author' OR role = 'photographer' OR role = 'spokesperson'), -- as this
	position {{i64}} NOT NULL,              -- order as written
	PRIMARY KEY (entry_id, contributor_id, role)
) {{clustered}};
CREATE INDEX item_contributor_contributor ON item_contributor (contributor_id);

CREATE TABLE related (
	item_id {{i64}} NOT NULL REFERENCES item (id), -- from
	other_id {{i64}} NOT NULL REFERENCES item (id), -- to
	relation {{text}} NOT NULL CHECK (relation = 'updates' OR relation = 'replaces' OR relation = 'report_of' OR relation = 'see_also'), -- how they belong together
	position {{i64}} NOT NULL,              -- order as written
	PRIMARY KEY (item_id, other_id, relation)
) {{clustered}};
CREATE INDEX related_other ON related (other_id);

CREATE TABLE media (
	id {{id}},                              -- internal number
	public_id {{text}} NOT NULL UNIQUE,     -- random; in the address /media/{public_id}/…
	guid {{text}} NOT NULL UNIQUE,          -- what bodies name it by; never changes
	old_url {{text}},                       -- where it was before the import, or null
	mime {{text}} NOT NULL,                 -- type of the original
	name {{text}} NOT NULL,                 -- file name without extension, for addresses
	width {{i64}} NOT NULL DEFAULT 0,       -- pixels; 0: not known
	height {{i64}} NOT NULL DEFAULT 0,      -- pixels; 0: not known
	bytes {{i64}} NOT NULL DEFAULT 0,       -- size of the original; 0: not known
	sha256 {{blob}},                        -- the original in the blob store; null while there is none
	has_file {{i64}} NOT NULL DEFAULT 0,    -- 1: renditions may be served
	decorative {{i64}} NOT NULL DEFAULT 0,  -- 1: says nothing, so it needs no alt text
	created_s {{i64}} NOT NULL              -- when it came in
) {{strict}};
CREATE INDEX media_old_url ON media (old_url);

CREATE TABLE media_text (
	media_id {{i64}} NOT NULL REFERENCES media (id), -- the picture or document
	language {{text}} NOT NULL REFERENCES language (code), -- of these texts
	title {{text}} NOT NULL DEFAULT '',     -- for lists of documents and staff
	caption {{text}} NOT NULL DEFAULT '',   -- what is seen, for all
	credit {{text}} NOT NULL DEFAULT '',    -- who made it; required at release
	alt {{text}} NOT NULL DEFAULT '',       -- in the place of the picture; required at release unless decorative
	description {{text}} NOT NULL DEFAULT '', -- longer, for those who cannot see it
	PRIMARY KEY (media_id, language)
) {{clustered}};

CREATE TABLE rendition (
	media_id {{i64}} NOT NULL REFERENCES media (id), -- made from
	format {{text}} NOT NULL,               -- file extension: jpg, webp, avif, png, pdf
	width {{i64}} NOT NULL,                 -- pixels; 0 for what has none
	height {{i64}} NOT NULL,                -- pixels; 0 for what has none
	bytes {{i64}} NOT NULL,                 -- size
	sha256 {{blob}} NOT NULL,               -- in the blob store
	PRIMARY KEY (media_id, format, width)
) {{clustered}};

CREATE TABLE media_use (
	revision_id {{i64}} NOT NULL REFERENCES revision (id), -- a revision
	position {{i64}} NOT NULL,              -- order within the role
	role {{text}} NOT NULL CHECK (role = 'featured' OR role = 'body' OR role = 'gallery' OR role = 'document'), -- shows it as
	media_id {{i64}} NOT NULL REFERENCES media (id), -- this
	PRIMARY KEY (revision_id, role, position)
) {{clustered}};
CREATE INDEX media_use_media ON media_use (media_id);

CREATE TABLE redirect (
	path {{text}} PRIMARY KEY,              -- an address that was; with its query where it had one
	entry_id {{i64}} REFERENCES item_language (id), -- leads to this entry
	term_id {{i64}} REFERENCES term (id),   -- or the list of this term
	place_id {{i64}} REFERENCES place (id), -- or of this place
	contributor_id {{i64}} REFERENCES contributor (id), -- or of this person
	kind_id {{i64}} REFERENCES kind (id),   -- or of this kind
	media_id {{i64}} REFERENCES media (id), -- or to this file
	to_path {{text}},                       -- or to this path
	language {{text}} REFERENCES language (code), -- in this language, for lists
	batch_id {{i64}} REFERENCES batch (id), -- in force when that has flipped; null: at once
	at_s {{i64}} NOT NULL                   -- since when
) {{clustered}};
CREATE INDEX redirect_entry ON redirect (entry_id);
CREATE INDEX redirect_batch ON redirect (batch_id);

CREATE TABLE tombstone (
	path {{text}} PRIMARY KEY,              -- an address that is gone for good and has no entry any more
	language {{text}} REFERENCES language (code), -- of the page that says so, or null
	note {{text}} NOT NULL DEFAULT '',      -- what the public is told
	batch_id {{i64}} REFERENCES batch (id), -- in force when that has flipped; null: at once
	at_s {{i64}} NOT NULL                   -- since when
) {{clustered}};

CREATE TABLE site_text (
	language {{text}} NOT NULL REFERENCES language (code), -- of the text
	key {{text}} NOT NULL CHECK (key = 'name' OR key = 'line' OR key = 'introduction' OR key = 'press' OR key = 'footer'), -- which text
	text {{text}} NOT NULL,                 -- plain; empty lines part paragraphs
	PRIMARY KEY (language, key)
) {{clustered}};

CREATE TABLE menu_item (
	id {{id}},                              -- internal number
	menu {{text}} NOT NULL,                 -- where it stands: "main", "footer"
	language {{text}} NOT NULL REFERENCES language (code), -- of the menu
	position {{i64}} NOT NULL,              -- order among its siblings
	parent_id {{i64}} REFERENCES menu_item (id), -- stands below this one, or null
	label {{text}} NOT NULL,                -- plain text; empty: the label of what it leads to
	entry_id {{i64}} REFERENCES item_language (id), -- leads to this entry
	term_id {{i64}} REFERENCES term (id),   -- or the list of this term
	place_id {{i64}} REFERENCES place (id), -- or of this place
	kind_id {{i64}} REFERENCES kind (id),   -- or of this kind
	url {{text}},                           -- or to this path or address
	batch_id {{i64}} REFERENCES batch (id)  -- in force when that has flipped; null: at once
) {{strict}};
CREATE INDEX menu_item_menu ON menu_item (menu, language, position);

-- What an import changes in entries that exist already waits here until its batch flips.
CREATE TABLE staged_entry (
	batch_id {{i64}} NOT NULL REFERENCES batch (id), -- applied when this flips
	entry_id {{i64}} NOT NULL REFERENCES item_language (id), -- to this entry
	revision_id {{i64}} NOT NULL REFERENCES revision (id), -- its new text
	before_revision_id {{i64}} NOT NULL REFERENCES revision (id), -- its newest before, to be it again if this is not applied
	kind_id {{i64}} REFERENCES kind (id),   -- its new kind, null: none
	reference {{text}},                     -- its new reference number, null: as it was
	slug {{text}} NOT NULL,                 -- its new slug
	path {{text}} NOT NULL,                 -- its new address; the old one gets a redirect
	state {{text}} NOT NULL,                -- as in item_language
	access {{text}} NOT NULL,               -- as in item_language
	date_s {{i64}} NOT NULL,                -- as in item_language
	modified_s {{i64}} NOT NULL,            -- as in item_language
	release_at_s {{i64}},                   -- as in item_language
	embargo_until_s {{i64}},                -- as in item_language
	expires_at_s {{i64}},                   -- as in item_language
	pinned_until_s {{i64}},                 -- as in item
	PRIMARY KEY (batch_id, entry_id)
) {{clustered}};
CREATE INDEX staged_entry_path ON staged_entry (path);

CREATE TABLE staged_link (
	batch_id {{i64}} NOT NULL REFERENCES batch (id), -- applied when this flips
	entry_id {{i64}} NOT NULL REFERENCES item_language (id), -- to this entry
	link {{text}} NOT NULL CHECK (link = 'term' OR link = 'place' OR link = 'contributor'), -- which table
	target_id {{i64}} NOT NULL,             -- id there
	role {{text}} NOT NULL DEFAULT '',      -- for contributors
	position {{i64}} NOT NULL,              -- order as written
	PRIMARY KEY (batch_id, entry_id, link, target_id, role)
) {{clustered}};

CREATE TABLE import_source (
	id {{id}},                              -- internal number
	kind {{text}} NOT NULL,                 -- "wordpress"
	key {{text}} NOT NULL,                  -- what tells sources apart: the address of the old site
	created_s {{i64}} NOT NULL,             -- when it was first imported
	UNIQUE (kind, key)
) {{strict}};

CREATE TABLE import_map (
	source_id {{i64}} NOT NULL REFERENCES import_source (id), -- where it came from
	object {{text}} NOT NULL,               -- what it was there: post, term, author, attachment, menu_item …
	old_id {{text}} NOT NULL,               -- its number or name there
	old_url {{text}},                       -- its address there, or null
	hash {{blob}} NOT NULL,                 -- of everything imported from it, so that nothing new is known as such
	target_id {{i64}} NOT NULL,             -- what it is here: entry, term, place, kind, contributor or media, by object
	target {{text}} NOT NULL,               -- which of these
	revision_id {{i64}},                    -- for entries: the revision it became; another newest one is a conflict
	batch_id {{i64}} REFERENCES batch (id), -- the batch that last wrote it
	PRIMARY KEY (source_id, object, old_id)
) {{clustered}};
CREATE INDEX import_map_url ON import_map (source_id, old_url);
CREATE INDEX import_map_target ON import_map (target, target_id);

CREATE TABLE import_progress (
	set_hash {{text}} PRIMARY KEY,          -- of the files of one import and its mapping
	source_id {{i64}} NOT NULL REFERENCES import_source (id), -- where they come from
	batch_id {{i64}} NOT NULL REFERENCES batch (id), -- what they fill
	phase {{text}} NOT NULL,                -- which pass is under way, as the importer names it
	file {{i64}} NOT NULL,                  -- index of the file in the set
	byte_offset {{i64}} NOT NULL,           -- all before this is in the store
	chunk {{i64}} NOT NULL,                 -- chunks committed so far
	at_s {{i64}} NOT NULL,                  -- when the last one was
	counts {{text}} NOT NULL                -- the report so far, as the importer writes it
) {{strict}};

CREATE TABLE import_conflict (
	batch_id {{i64}} NOT NULL REFERENCES batch (id), -- found by this import
	source_id {{i64}} NOT NULL REFERENCES import_source (id), -- in this source
	object {{text}} NOT NULL,               -- as in import_map
	old_id {{text}} NOT NULL,               -- as in import_map
	entry_id {{i64}} NOT NULL REFERENCES item_language (id), -- changed here as well, so left alone
	newest_revision_id {{i64}} NOT NULL REFERENCES revision (id), -- what stands here
	at_s {{i64}} NOT NULL,                  -- when it was found
	PRIMARY KEY (batch_id, source_id, object, old_id)
) {{clustered}};

CREATE TABLE operation (
	id {{text}} PRIMARY KEY,                -- random; written first in each transaction, so an uncertain commit can be looked up
	at_s {{i64}} NOT NULL                   -- when
) {{clustered}};
CREATE INDEX operation_at ON operation (at_s);

CREATE TABLE outbox_head (
	one {{i64}} PRIMARY KEY CHECK (one = 1), -- there is one row
	number {{i64}} NOT NULL                 -- the last number given out
) {{strict}};
INSERT INTO outbox_head (one, number) VALUES (1, 0);

CREATE TABLE outbox (
	number {{i64}} PRIMARY KEY,             -- 1, 2, 3 … in the order of commits, without gaps
	id {{text}} NOT NULL,                   -- random: a reader that misses its last one rebuilds
	at_s {{i64}} NOT NULL,                  -- when
	kind {{text}} NOT NULL CHECK (kind = 'entry' OR kind = 'media' OR kind = 'taxonomy' OR kind = 'site' OR kind = 'redirect' OR kind = 'chunk' OR kind = 'batch'), -- what changed
	subject_id {{i64}} NOT NULL,            -- entry, media or batch; 0 otherwise
	detail {{text}} NOT NULL                -- redirect: its path; empty otherwise
) {{strict}};
