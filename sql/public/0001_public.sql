-- public.db, first version: what readers may be shown, now or later, ready to be shown. Made from the store by
-- the projector and made anew from it whenever in doubt. Times are seconds since 1970 in UTC, columns that end
-- in _s. Numbers are the store's. Lists of numbers are texts with one space between: "12 7 40".
-- An entry is one item in one language. Whoever gives one out asks the catalogue first (src/publish/public.h).

CREATE TABLE position (
	id {{i64}} PRIMARY KEY CHECK (id = 1),  -- there is one row
	number {{i64}} NOT NULL,                -- of the last row of the store's outbox that is in here
	outbox_id {{text}} NOT NULL,            -- the random id of that row
	recipe {{text}} NOT NULL                -- settings this was rendered with; others ask for a new build
) {{strict}};

CREATE TABLE entry (
	id {{i64}} PRIMARY KEY,                 -- the entry's number
	item_id {{i64}} NOT NULL,               -- translations share it
	language {{text}} NOT NULL,             -- BCP 47
	page {{i64}} NOT NULL,                  -- 1: a static page, in no list
	path {{text}} NOT NULL,                 -- the whole address below the site
	from_s {{i64}} NOT NULL,                -- visible from this second on
	until_s {{i64}} NOT NULL,               -- and no more from this one on
	date_s {{i64}} NOT NULL,                -- the public date: what lists are ordered by
	month {{i64}} NOT NULL,                 -- year * 100 + month of it in the site's zone
	pinned_until_s {{i64}} NOT NULL,        -- first on the front page before this; 0: not pinned
	kind_id {{i64}} NOT NULL,               -- 0: no kind
	terms {{text}} NOT NULL,                -- numbers of terms, in order
	places {{text}} NOT NULL,               -- numbers of places, in order
	contributors {{text}} NOT NULL,         -- number:role of people who may be named; role a, p, s (spokesperson)
	search_key {{i64}} NOT NULL             -- row of the search index: grows with the date, unique
) {{strict}};
CREATE INDEX entry_path ON entry (path);
CREATE INDEX entry_item ON entry (item_id);
CREATE UNIQUE INDEX entry_search_key ON entry (search_key);

CREATE TABLE card (
	entry_id {{i64}} PRIMARY KEY,           -- whose card this is
	guid {{text}} NOT NULL,                 -- never changes; for feeds
	reference {{text}} NOT NULL,            -- the organisation's number, or empty
	modified_s {{i64}} NOT NULL,            -- when what is shown last changed
	breaking_until_s {{i64}} NOT NULL,      -- marked as breaking before this; 0: not
	in_feeds {{i64}} NOT NULL,              -- 0: its kind keeps out of the main feeds
	title {{text}} NOT NULL,                -- plain text, as the texts below
	subtitle {{text}} NOT NULL,             -- or empty
	dateline {{text}} NOT NULL,             -- or empty
	excerpt {{text}} NOT NULL,              -- written, or cut from the body
	excerpt_written {{i64}} NOT NULL,       -- 1: by a person
	picture_id {{i64}} NOT NULL,            -- number of the picture's media; 0: none
	picture_alt {{text}} NOT NULL,          -- in the entry's language, as the two below
	picture_caption {{text}} NOT NULL,      -- or empty
	picture_credit {{text}} NOT NULL        -- or empty
) {{strict}};

CREATE TABLE body (
	entry_id {{i64}} PRIMARY KEY,           -- whose body this is
	html {{text}} NOT NULL,                 -- the public form that the markup serialiser wrote, pictures resolved
	plain {{text}} NOT NULL                 -- the same as plain text
) {{strict}};

CREATE TABLE correction (
	entry_id {{i64}} NOT NULL,              -- what was corrected
	seq {{i64}} NOT NULL,                   -- 1, 2 … in order of time
	kind {{text}} NOT NULL,                 -- correction, clarification, update
	note {{text}} NOT NULL,                 -- what the reader is told
	at_s {{i64}} NOT NULL,                  -- when
	PRIMARY KEY (entry_id, seq)
) {{clustered}};

CREATE TABLE relation (
	entry_id {{i64}} NOT NULL,              -- the entry that shows the other
	position {{i64}} NOT NULL,              -- in this order
	other_item_id {{i64}} NOT NULL,         -- the item that was named
	relation {{text}} NOT NULL,             -- updates, replaces, report_of, see_also
	inverse {{i64}} NOT NULL,               -- 1: the other one named this one
	PRIMARY KEY (entry_id, position)
) {{clustered}};

CREATE TABLE media (
	id {{i64}} PRIMARY KEY,                 -- the media's number
	public_id {{text}} NOT NULL UNIQUE,     -- in its address: /media/{public_id}/…
	name {{text}} NOT NULL,                 -- file name in its address, without width and extension
	mime {{text}} NOT NULL,                 -- of the original
	width {{i64}} NOT NULL,                 -- of the original; 0: not known
	height {{i64}} NOT NULL,                -- the same
	decorative {{i64}} NOT NULL             -- 1: says nothing to those who listen
) {{strict}};

CREATE TABLE media_file (
	media_id {{i64}} NOT NULL,              -- whose file this is
	width {{i64}} NOT NULL,                 -- of this form; 0 for what is no picture
	extension {{text}} NOT NULL,            -- jpg, webp, pdf …
	height {{i64}} NOT NULL,                -- of this form
	bytes {{i64}} NOT NULL,                 -- size
	sha256 {{text}} NOT NULL,               -- hex: the name in the blob store
	PRIMARY KEY (media_id, width, extension)
) {{clustered}};

CREATE TABLE media_use (
	media_id {{i64}} NOT NULL,              -- a file is public while a visible entry uses it
	entry_id {{i64}} NOT NULL,              -- the entry that uses it
	PRIMARY KEY (media_id, entry_id)
) {{clustered}};
CREATE INDEX media_use_entry ON media_use (entry_id);

CREATE TABLE gone (
	entry_id {{i64}} PRIMARY KEY,           -- the entry that was withdrawn
	path {{text}} NOT NULL,                 -- where it stood
	language {{text}} NOT NULL,             -- of the entry
	guid {{text}} NOT NULL,                 -- for feeds, which say that it is gone
	note {{text}} NOT NULL,                 -- what the public is told; may be empty
	gone_s {{i64}} NOT NULL                 -- when it was withdrawn
) {{strict}};
CREATE INDEX gone_path ON gone (path);
CREATE INDEX gone_when ON gone (gone_s);

CREATE TABLE redirect (
	path {{text}} PRIMARY KEY,              -- an address of before, its query included where it has one
	target {{text}} NOT NULL,               -- entry, term, place, contributor, kind, media, path, gone
	target_id {{i64}} NOT NULL,             -- number of the target; 0 for path and gone
	to_path {{text}} NOT NULL,              -- for path
	language {{text}} NOT NULL,             -- of the list to lead to; empty: the first
	note {{text}} NOT NULL                  -- for gone: what the public is told
) {{strict}};

CREATE TABLE kind (
	id {{i64}} PRIMARY KEY,                 -- the kind's number
	key {{text}} NOT NULL,                  -- stable name
	icon {{text}} NOT NULL,                 -- name of an icon in the theme, or empty
	in_feeds {{i64}} NOT NULL,              -- 0: kept out of the main feeds
	position {{i64}} NOT NULL               -- order in menus and filters
) {{strict}};

CREATE TABLE term (
	id {{i64}} PRIMARY KEY,                 -- the term's number
	vocabulary {{text}} NOT NULL,           -- topic, campaign, right, tag
	parent_id {{i64}} NOT NULL              -- 0: none
) {{strict}};

CREATE TABLE place (
	id {{i64}} PRIMARY KEY,                 -- the place's number
	level {{text}} NOT NULL,                -- region, subregion, country, locality
	code {{text}} NOT NULL,                 -- ISO 3166-1 alpha-2, UN M49 for regions, or empty
	parent_id {{i64}} NOT NULL              -- 0: none
) {{strict}};

CREATE TABLE contributor (
	id {{i64}} PRIMARY KEY,                 -- the person's number; only those who may be named
	name {{text}} NOT NULL,                 -- as shown
	slug {{text}} NOT NULL,                 -- last part of the address
	unit {{text}} NOT NULL                  -- or empty
) {{strict}};

CREATE TABLE label (
	owner {{text}} NOT NULL,                -- kind, term, place, contributor
	owner_id {{i64}} NOT NULL,              -- its number
	language {{text}} NOT NULL,             -- BCP 47
	name {{text}} NOT NULL,                 -- empty for contributors: theirs is the same everywhere
	plural {{text}} NOT NULL,               -- for kinds
	slug {{text}} NOT NULL,                 -- empty for contributors
	intro {{text}} NOT NULL,                -- or biography
	sort_key {{text}} NOT NULL,             -- for places
	position {{text}} NOT NULL,             -- for contributors
	PRIMARY KEY (owner, owner_id, language)
) {{clustered}};
CREATE INDEX label_slug ON label (slug);

CREATE TABLE language (
	code {{text}} PRIMARY KEY,              -- BCP 47
	position {{i64}} NOT NULL               -- 0: the first, that others fall back to
) {{strict}};

CREATE TABLE site_text (
	key {{text}} NOT NULL,                  -- name, line, introduction, press, footer
	language {{text}} NOT NULL,             -- BCP 47
	content {{text}} NOT NULL,              -- plain; empty lines part paragraphs
	PRIMARY KEY (key, language)
) {{clustered}};

CREATE TABLE menu_link (
	id {{i64}} PRIMARY KEY,                 -- the link's number
	menu {{text}} NOT NULL,                 -- main, footer
	language {{text}} NOT NULL,             -- BCP 47
	parent_id {{i64}} NOT NULL,             -- 0: at the top
	position {{i64}} NOT NULL,              -- order beside its siblings
	label {{text}} NOT NULL,                -- empty: that of what it leads to
	entry_id {{i64}} NOT NULL,              -- where it leads: one of these four, or url; 0 otherwise
	term_id {{i64}} NOT NULL,               -- the same
	place_id {{i64}} NOT NULL,              -- the same
	kind_id {{i64}} NOT NULL,               -- the same
	url {{text}} NOT NULL                   -- the same; empty otherwise
) {{strict}};

-- Words of titles and excerpts; scripts without spaces as pairs of characters (src/publish/public_search.c).
CREATE VIRTUAL TABLE search USING fts5 (title, excerpt, tokenize = "unicode61 remove_diacritics 2");
