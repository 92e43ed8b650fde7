#include "base/map.h"
#include "publish/public_inside.h"
#include "publish/state.h"

/* Hashes: each is the seed of the next, so order and borders count. */

static uint64_t add_text(uint64_t hash, struct str text)
{
	return str_hash(text, hash);
}

static uint64_t add_number(uint64_t hash, int64_t number)
{
	return str_hash(str_of((const char *)&number, sizeof number), hash);
}

/* Columns of a row by their kinds: i for numbers, t for texts. */
static uint64_t add_columns(uint64_t hash, const struct db_rows *rows, int first, const char *kinds)
{
	for (int i = 0; kinds[i]; i++)
		hash = kinds[i] == 'i' ? add_number(hash, db_i64(rows, first + i))
				       : add_text(hash, db_text(rows, first + i));
	return hash;
}

/* Media ------------------------------------------------------------------------------------------- */

static int read_files(struct db *db, const struct map *media, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err,
			   "SELECT media_id, width, extension, height, bytes, sha256 FROM media_file"
			   " ORDER BY media_id, width, extension");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct state_media *one = map_get_i64(media, db_i64(&rows, 0));
		if (one)
			one->hash = add_columns(one->hash, &rows, 1, "itiit");
	}
	return rc;
}

static int read_media(struct db *db, struct arena *arena, struct map **ret_media, struct err *err)
{
	struct map *media = map_create(arena);
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err,
			   "SELECT id, public_id, name, mime, width, height, decorative FROM media ORDER BY id");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct state_media *one = arena_new(arena, struct state_media);
		*one = (struct state_media){db_text_copy(&rows, 1, arena), add_columns(1, &rows, 1, "tttiii")};
		map_put_i64(media, db_i64(&rows, 0), one);
	}
	*ret_media = media;
	return rc ? rc : read_files(db, media, err);
}

/* Rows that belong to an entry, read beside the entries in the same order. */

struct beside {
	struct db_rows rows;
	int rc; /* DB_ROW while there is one that was not used */
};

/* Whether the next row is this entry's; those of entries that were passed over go. */
static bool beside_at(struct beside *beside, int64_t entry_id, struct err *err)
{
	while (beside->rc == DB_ROW && db_i64(&beside->rows, 0) < entry_id)
		beside->rc = db_next(&beside->rows, err);
	return beside->rc == DB_ROW && db_i64(&beside->rows, 0) == entry_id;
}

static void beside_next(struct beside *beside, struct err *err)
{
	beside->rc = db_next(&beside->rows, err);
}

static int beside_begin(struct beside *beside, int rc, struct err *err)
{
	beside->rc = rc < 0 ? rc : db_next(&beside->rows, err);
	return beside->rc < 0 ? beside->rc : 0;
}

/* Entries ----------------------------------------------------------------------------------------- */

VEC_TYPE(number_vec, int64_t);
VEC_TYPE(media_vec, const struct state_media *);

struct scan {
	const struct catalogue_snapshot *snapshot;
	int64_t now_s;
	struct arena *arena; /* of one entry */
	const struct map *media;
	struct db_rows entries;
	struct beside corrections, relations, uses;
};

static int scan_begin(struct scan *scan, struct db *db, struct err *err)
{
	int rc = db_select(db, &scan->uses.rows, err,
			   "SELECT entry_id, media_id FROM media_use ORDER BY entry_id, media_id");
	rc = beside_begin(&scan->uses, rc, err);
	if (!rc)
		rc = beside_begin(&scan->corrections,
				  db_select(db, &scan->corrections.rows, err,
					    "SELECT entry_id, seq, at_s, kind, note FROM correction"
					    " ORDER BY entry_id, seq"),
				  err);
	if (!rc)
		rc = beside_begin(&scan->relations,
				  db_select(db, &scan->relations.rows, err,
					    "SELECT entry_id, other_item_id, inverse, relation FROM relation"
					    " ORDER BY entry_id, position"),
				  err);
	if (rc)
		return rc;
	return db_select(
		db, &scan->entries, err,
		"SELECT e.id, e.item_id, e.language, e.page, e.path, e.date_s, e.month, e.kind_id, e.terms, e.places,"
		" e.contributors, e.modified_s, e.pinned_until_s, c.breaking_until_s, c.guid, c.reference, "
		"c.modified_s,"
		" c.in_feeds, c.title, c.subtitle, c.dateline, c.excerpt, c.excerpt_written, c.picture_id, "
		"c.picture_alt,"
		" c.picture_caption, c.picture_credit, c.picture_alt_language, c.picture_caption_language,"
		" c.picture_credit_language, b.html"
		" FROM entry e LEFT JOIN card c ON c.entry_id = e.id LEFT JOIN body b ON b.entry_id = e.id"
		" ORDER BY e.id");
}

static void scan_end(struct scan *scan)
{
	db_rows_finish(&scan->entries);
	db_rows_finish(&scan->corrections.rows);
	db_rows_finish(&scan->relations.rows);
	db_rows_finish(&scan->uses.rows);
}

static void read_entry(const struct scan *scan, struct state_entry *entry)
{
	const struct db_rows *rows = &scan->entries;
	*entry = (struct state_entry){
		.entry_id = db_i64(rows, 0),
		.item_id = db_i64(rows, 1),
		.language = db_text(rows, 2),
		.page = db_i64(rows, 3),
		.month = (int)db_i64(rows, 6),
		.kind = db_i64(rows, 7),
	};
	entry->terms = public_parse_ids(db_text(rows, 8), scan->arena, &entry->term_count);
	entry->places = public_parse_ids(db_text(rows, 9), scan->arena, &entry->place_count);
	entry->contributors = public_parse_contributors(db_text(rows, 10), scan->arena, &entry->contributor_count);
	entry->hash = add_columns(2, rows, 1, "ititiiitttiiittiittttiittttttt");
}

static int read_beside(struct scan *scan, struct state_entry *entry, struct err *err)
{
	struct number_vec named = {0};
	struct media_vec media = {0};
	for (; beside_at(&scan->corrections, entry->entry_id, err); beside_next(&scan->corrections, err))
		entry->hash = add_columns(entry->hash, &scan->corrections.rows, 1, "iitt");
	entry->hash = add_number(entry->hash, -1);
	for (; beside_at(&scan->relations, entry->entry_id, err); beside_next(&scan->relations, err)) {
		entry->hash = add_columns(entry->hash, &scan->relations.rows, 1, "iit");
		*vec_add(&named, scan->arena) = db_i64(&scan->relations.rows, 1);
	}
	entry->hash = add_number(entry->hash, -2);
	for (; beside_at(&scan->uses, entry->entry_id, err); beside_next(&scan->uses, err)) {
		int64_t id = db_i64(&scan->uses.rows, 1);
		const struct state_media *one = map_get_i64(scan->media, id);
		entry->hash = add_number(add_number(entry->hash, id), one ? (int64_t)one->hash : 0);
		if (one)
			*vec_add(&media, scan->arena) = one;
	}
	entry->named = named.at;
	entry->named_count = named.len;
	entry->media = media.at;
	entry->media_count = media.len;
	if (scan->corrections.rc < 0 || scan->relations.rc < 0)
		return scan->corrections.rc < 0 ? scan->corrections.rc : scan->relations.rc;
	return scan->uses.rc < 0 ? scan->uses.rc : 0;
}

static int read_entries(struct scan *scan, state_entry_found *found, void *context, struct err *err)
{
	int rc = 0;
	while (rc >= 0 && (rc = db_next(&scan->entries, err)) == DB_ROW) {
		const struct db_rows *rows = &scan->entries;
		struct arena_mark mark = arena_mark(scan->arena);
		struct state_entry entry;
		if (!catalogue_contains(scan->snapshot, db_i64(rows, 0)))
			continue;
		read_entry(scan, &entry);
		entry.hash = add_number(entry.hash, scan->now_s < db_i64(rows, 12));
		entry.hash = add_number(entry.hash, scan->now_s < db_i64(rows, 13));
		rc = read_beside(scan, &entry, err);
		rc = rc ? rc : found(context, &entry, err);
		arena_release(scan->arena, mark);
		if (rc)
			return rc;
	}
	return rc;
}

int public_state_entries(struct public *public, const struct catalogue_snapshot *snapshot, int64_t now_s,
			 state_entry_found *found, void *context, struct err *err)
{
	ARENA_SCOPED kept = arena_create(0);
	ARENA_SCOPED arena = arena_create(0);
	struct map *media = NULL;
	int rc = read_media(public->db, kept, &media, err);
	if (rc)
		return rc;
	struct scan scan = {.snapshot = snapshot, .now_s = now_s, .arena = arena, .media = media};
	rc = scan_begin(&scan, public->db, err);
	rc = rc < 0 ? rc : read_entries(&scan, found, context, err);
	scan_end(&scan);
	return rc;
}

/* Names ------------------------------------------------------------------------------------------- */

struct name_state {
	char letter;
	int64_t id;
	uint64_t hash;
};

struct names_scan {
	struct arena *arena;
	struct map *by_key; /* "t5" → name_state, in the order of reading */
	uint64_t everywhere;
};

static struct name_state *name_at(struct names_scan *scan, char letter, int64_t id, bool make)
{
	struct str key = arena_printf(scan->arena, "%c%lld", letter, (long long)id);
	struct name_state *name = map_get(scan->by_key, key);
	if (!name && make) {
		name = arena_new(scan->arena, struct name_state);
		*name = (struct name_state){letter, id, 3};
		map_put(scan->by_key, key, name);
	}
	return name;
}

static int read_names(struct names_scan *scan, int rc, struct db_rows *rows, char letter, const char *kinds,
		      struct err *err)
{
	while (rc >= 0 && (rc = db_next(rows, err)) == DB_ROW) {
		struct name_state *name = name_at(scan, letter, db_i64(rows, 0), true);
		name->hash = add_columns(name->hash, rows, 1, kinds);
	}
	return rc;
}

static int read_things(struct names_scan *scan, struct db *db, struct err *err)
{
	DB_ROWS terms = {0};
	DB_ROWS places = {0};
	DB_ROWS people = {0};
	int rc = db_select(db, &terms, err, "SELECT id, vocabulary, parent_id FROM term ORDER BY id");
	rc = read_names(scan, rc, &terms, 't', "ti", err);
	if (rc)
		return rc;
	rc = db_select(db, &places, err, "SELECT id, level, code, parent_id FROM place ORDER BY id");
	rc = read_names(scan, rc, &places, 'p', "tti", err);
	if (rc)
		return rc;
	rc = db_select(db, &people, err, "SELECT id, name, slug, unit FROM contributor ORDER BY id");
	return read_names(scan, rc, &people, 'c', "ttt", err);
}

/* Those of kinds, and of what is no longer there, stand for everything. */
static int read_labels(struct names_scan *scan, struct db *db, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err,
			   "SELECT owner, owner_id, language, name, plural, slug, intro, sort_key, position FROM label"
			   " ORDER BY owner, owner_id, language");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct str owner = db_text(&rows, 0);
		char letter = str_eq(owner, STR("term"))          ? 't'
			      : str_eq(owner, STR("place"))       ? 'p'
			      : str_eq(owner, STR("contributor")) ? 'c'
								  : 0;
		struct name_state *name = letter ? name_at(scan, letter, db_i64(&rows, 1), false) : NULL;
		uint64_t *hash = name ? &name->hash : &scan->everywhere;
		*hash = add_columns(*hash, &rows, 0, "tittttttt");
	}
	return rc;
}

static int add_rows(struct names_scan *scan, int rc, struct db_rows *rows, const char *kinds, struct err *err)
{
	while (rc >= 0 && (rc = db_next(rows, err)) == DB_ROW)
		scan->everywhere = add_columns(scan->everywhere, rows, 0, kinds);
	scan->everywhere = add_number(scan->everywhere, -1);
	return rc;
}

static int read_everywhere(struct names_scan *scan, struct db *db, struct err *err)
{
	DB_ROWS kinds = {0};
	DB_ROWS languages = {0};
	DB_ROWS texts = {0};
	DB_ROWS links = {0};
	int rc = db_select(db, &kinds, err, "SELECT id, key, icon, in_feeds, position FROM kind ORDER BY id");
	rc = add_rows(scan, rc, &kinds, "ittii", err);
	if (rc)
		return rc;
	rc = db_select(db, &languages, err, "SELECT code, position FROM language ORDER BY code");
	rc = add_rows(scan, rc, &languages, "ti", err);
	if (rc)
		return rc;
	rc = db_select(db, &texts, err, "SELECT key, language, content FROM site_text ORDER BY key, language");
	rc = add_rows(scan, rc, &texts, "ttt", err);
	if (rc)
		return rc;
	rc = db_select(
		db, &links, err,
		"SELECT id, menu, language, parent_id, position, label, entry_id, term_id, place_id, kind_id, url"
		" FROM menu_link ORDER BY id");
	return add_rows(scan, rc, &links, "ittiitiiiit", err);
}

int public_state_names(struct public *public, state_name_found *found, void *context, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct names_scan scan = {arena, map_create(arena), 4};
	struct str key;
	void *value;
	int rc = read_things(&scan, public->db, err);
	rc = rc ? rc : read_labels(&scan, public->db, err);
	rc = rc ? rc : read_everywhere(&scan, public->db, err);
	rc = rc ? rc : found(context, '*', 0, scan.everywhere, err);
	for (size_t i = 0; !rc && map_at(scan.by_key, i, &key, &value); i++) {
		const struct name_state *name = value;
		rc = found(context, name->letter, name->id, name->hash, err);
	}
	return rc;
}
