/* public_inside: what the files that read and write public.db share, and the rows that the projector writes.
 * For publish/ only. The writing functions run inside a db_transaction of the projector. */
#ifndef CRIER_PUBLISH_PUBLIC_INSIDE_H
#define CRIER_PUBLISH_PUBLIC_INSIDE_H

#include "base/buf.h"
#include "base/vec.h"
#include "db/db.h"
#include "publish/names.h"
#include "publish/public.h"
#include "store/store.h"

extern const struct db_migrations public_migrations;

struct public
{
	struct db *db;
};

/* ERR_DATA where the file is of another version than this program reads. */
int public_check_version(struct db *db, const char *path, struct err *err);
/* The same for a connection of its own. */
int public_open_file(const char *path, const struct db_options *options, struct db **ret_db, struct err *err);

/* What is left for the caches in front (purges.h). owe: inside the transaction of a change; put: after the change is
 * shown, one row for each cache, and nothing is owed any more. Without keys that is all it does. */
struct public_purge {
	struct str keys;
	bool urgent;
	int64_t at_s;
};
int public_owe_purges(struct db *db, struct err *err);
int public_put_purge(struct db *db, const struct public_purge *purge, struct err *err);
/* The caches as configured: others are forgotten, new ones are purged whole, and those that are owed something. */
int public_meet_caches(struct db *db, const struct str *urls, size_t count, struct str program, int64_t now_s,
		       struct err *err);

/* "12 7 40" and back. What is no number ends the list. */
void public_put_ids(struct buf *out, const int64_t *ids, size_t count);
int64_t *public_parse_ids(struct str text, struct arena *arena, size_t *ret_count);
struct card_contributor *public_parse_contributors(struct str text, struct arena *arena, size_t *ret_count);

struct str public_mime(struct str extension);
/* The address of a file: width 0 leaves it out. */
struct str public_media_path(struct str public_id, struct str name, int64_t width, struct str extension,
			     struct arena *arena);
/* Of the largest file of a media that the snapshot shows, else PUBLIC_NOTHING. */
int public_media_address(struct db *db, const struct catalogue_snapshot *snapshot, int64_t media_id,
			 struct arena *arena, struct str *ret_path, struct err *err);

/* Words for the index: runs of scripts without spaces become pairs of characters with spaces between, and the last
 * character alone. */
void public_put_pairs(struct buf *out, struct str text);
/* What a person typed as phrases of an FTS5 query that cannot be misread, the first PUBLIC_SEARCH_WORDS_MAX of them;
 * beginning: the last one may be the beginning of a word, if it is long enough. False where there is no word in it. */
bool public_put_query(struct buf *out, struct str words, bool beginning);
/* A language as one word of the index: "zh-Hant" as "zhhant". */
void public_put_language(struct buf *out, struct str language);

/* Writing ---------------------------------------------------------------------------------------- */

struct public_file_row {
	int64_t width, height, bytes;
	struct str extension, sha256_hex;
};

struct public_media_row {
	int64_t id;
	struct str public_id, name, mime;
	int64_t width, height;
	bool decorative;
	const struct public_file_row *files;
	size_t file_count;
};

struct public_relation_row {
	int64_t other_item_id;
	struct str relation;
	bool inverse;
};

/* One entry, rendered. */
struct public_row {
	int64_t entry_id, item_id;
	struct str language;
	bool page;
	struct str path;
	struct visible_window window;
	int64_t date_s;
	int month;
	int64_t pinned_until_s;
	int64_t kind_id;
	const int64_t *terms, *places;
	size_t term_count, place_count;
	const struct card_contributor *contributors;
	size_t contributor_count;
	struct str guid, reference;
	int64_t modified_s, breaking_until_s;
	bool in_feeds;
	struct str title, subtitle, dateline, excerpt;
	bool excerpt_written;
	int64_t picture_id;
	struct str picture_alt, picture_caption, picture_credit;
	struct str picture_alt_language, picture_caption_language, picture_credit_language; /* empty: the entry's */
	struct str html, plain;
	const struct correction *corrections;
	size_t correction_count;
	const struct public_relation_row *relations;
	size_t relation_count;
	const int64_t *media; /* ids of what it uses and may show */
	size_t media_count;
};

/* A tombstone instead. Of row: where and in which lists it stood; no word of what it said. */
struct public_gone_row {
	struct public_row row;
	struct str note;
	int64_t gone_s;
};

/* What lists an entry is in: enough to say which pages a change touches. */
struct public_facts {
	int64_t item_id;
	struct str language;
	bool page;
	int month;
	int64_t kind_id;
	int64_t *terms, *places;
	size_t term_count, place_count;
	struct card_contributor *contributors;
	size_t contributor_count;
	int64_t *media; /* what it uses */
	size_t media_count;
};
#define PUBLIC_NO_ENTRY 1
int public_read_facts(struct db *db, int64_t entry_id, struct arena *arena, struct public_facts *ret_facts,
		      struct err *err);

/* The item's entries that are in public.db. */
int public_item_entries(struct db *db, int64_t item_id, struct arena *arena, int64_t **ret_ids, size_t *ret_count,
			struct err *err);

int public_write_entry(struct db *db, const struct public_row *row, struct err *err); /* new or in place of the old */
int public_write_media(struct db *db, const struct public_media_row *row, struct err *err);
int public_write_gone(struct db *db, const struct public_gone_row *gone, struct err *err);
/* Entry, tombstone or what says that it is left out; unknown: nothing. */
int public_remove_entry(struct db *db, int64_t entry_id, struct err *err);
/* In place of all else that stands there of it. program: the version that could not show it. */
int public_write_left_out(struct db *db, const struct left_out *left, struct str program, struct err *err);
int public_count_left_out(struct db *db, int64_t *ret_count, struct err *err);
int public_left_out_by_others(struct db *db, struct str program, struct arena *arena, struct id_vec *ret_ids,
			      struct err *err);
int public_remove_media_unless_used(struct db *db, int64_t media_id, struct err *err);
int public_remove_all(struct db *db, struct err *err); /* for a new build */

struct public_redirect_row {
	struct str path, target, to_path, language, note;
	int64_t target_id;
};
int public_write_redirect(struct db *db, const struct public_redirect_row *row, struct err *err);
int public_remove_redirect(struct db *db, struct str path, struct err *err);

struct public_position {
	int64_t number;
	char id[24];
};
/* PUBLIC_NOTHING: a build has never ended here, or was made by another recipe. */
int public_read_position(struct db *db, struct str recipe, struct public_position *ret_position, struct err *err);
int public_write_position(struct db *db, const struct public_position *position, struct str recipe, struct err *err);

/* Names: cleared, then written whole. */
int public_clear_names(struct db *db, struct err *err);
int public_write_language(struct db *db, struct str code, int64_t position, struct err *err);
int public_write_kind(struct db *db, const struct named_kind *kind, int64_t position, struct err *err);
int public_write_term(struct db *db, const struct named_term *term, int64_t parent_id, struct err *err);
int public_write_place(struct db *db, const struct named_place *place, int64_t parent_id, struct err *err);
int public_write_contributor(struct db *db, const struct named_contributor *contributor, struct err *err);
int public_clear_site(struct db *db, struct err *err);
int public_write_text(struct db *db, struct str key, struct str language, struct str text, struct err *err);
int public_write_link(struct db *db, struct str menu, struct str language, int64_t id, int64_t parent_id,
		      int64_t position, const struct named_link *link, struct err *err);

/* Loading ---------------------------------------------------------------------------------------- */

/* Calls each for every entry, in any order; what it gets is good until it returns. */
typedef int public_each_entry(void *context, const struct catalogue_entry *entry, struct str language, struct err *err);
int public_load_entries(struct db *db, public_each_entry *each, void *context, struct err *err);
int public_load_parents(struct db *db, struct arena *arena, struct catalogue_parent **ret_parents, size_t *ret_count,
			struct err *err);
/* Terms, places and contributors of an entry as the catalogue wants them; the first ones where there are too many. */
size_t public_catalogue_keys(const int64_t *terms, size_t term_count, const int64_t *places, size_t place_count,
			     const struct card_contributor *contributors, size_t contributor_count,
			     struct catalogue_key ret_keys[CATALOGUE_ENTRY_KEYS_MAX]);
/* All names, with their look-ups. */
int public_load_names(struct db *db, struct names *names, struct err *err);

#endif
