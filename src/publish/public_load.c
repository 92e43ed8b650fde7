#include "publish/public_inside.h"

#include <string.h>

size_t public_catalogue_keys(const int64_t *terms, size_t term_count, const int64_t *places, size_t place_count,
			     const struct card_contributor *contributors, size_t contributor_count,
			     struct catalogue_key ret_keys[CATALOGUE_ENTRY_KEYS_MAX])
{
	size_t count = 0;
	for (size_t i = 0; i < term_count && count < CATALOGUE_ENTRY_KEYS_MAX; i++)
		ret_keys[count++] = (struct catalogue_key){CATALOGUE_TERM, terms[i]};
	for (size_t i = 0; i < place_count && count < CATALOGUE_ENTRY_KEYS_MAX; i++)
		ret_keys[count++] = (struct catalogue_key){CATALOGUE_PLACE, places[i]};
	for (size_t i = 0; i < contributor_count && count < CATALOGUE_ENTRY_KEYS_MAX; i++)
		ret_keys[count++] = (struct catalogue_key){CATALOGUE_CONTRIBUTOR, contributors[i].id};
	return count;
}

static void read_lists(const struct db_rows *rows, int column, struct arena *arena, struct public_facts *facts)
{
	facts->terms = public_parse_ids(db_text(rows, column), arena, &facts->term_count);
	facts->places = public_parse_ids(db_text(rows, column + 1), arena, &facts->place_count);
	facts->contributors = public_parse_contributors(db_text(rows, column + 2), arena, &facts->contributor_count);
}

int public_load_entries(struct db *db, public_each_entry *each, void *context, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct catalogue_key keys[CATALOGUE_ENTRY_KEYS_MAX];
	DB_ROWS rows = {0};
	int rc = db_select(
		db, &rows, err,
		"SELECT id, language, page, from_s, until_s, date_s, month, pinned_until_s, kind_id, terms, places,"
		" contributors, modified_s FROM entry");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct arena_mark mark = arena_mark(arena);
		struct public_facts facts = {0};
		read_lists(&rows, 9, arena, &facts);
		struct catalogue_entry entry = {
			.entry_id = db_i64(&rows, 0),
			.page = db_i64(&rows, 2),
			.window = {db_i64(&rows, 3), db_i64(&rows, 4)},
			.date_s = db_i64(&rows, 5),
			.month = (int)db_i64(&rows, 6),
			.pinned_until_s = db_i64(&rows, 7),
			.kind = db_i64(&rows, 8),
			.changed_s = db_i64(&rows, 12),
			.keys = keys,
			.key_count =
				public_catalogue_keys(facts.terms, facts.term_count, facts.places, facts.place_count,
						      facts.contributors, facts.contributor_count, keys),
		};
		rc = each(context, &entry, db_text(&rows, 1), err);
		arena_release(arena, mark);
		if (rc)
			return rc;
	}
	return rc;
}

static int read_media_used(struct db *db, int64_t entry_id, struct arena *arena, struct public_facts *facts,
			   struct err *err)
{
	VEC_TYPE(media_id_vec, int64_t) ids = {0};
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err, "SELECT media_id FROM media_use WHERE entry_id = $1", DB_I64(entry_id));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&ids, arena) = db_i64(&rows, 0);
	facts->media = ids.at;
	facts->media_count = ids.len;
	return rc;
}

int public_read_facts(struct db *db, int64_t entry_id, struct arena *arena, struct public_facts *ret_facts,
		      struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(
		db, &rows, err,
		"SELECT language, page, month, kind_id, terms, places, contributors, item_id FROM entry WHERE id = $1",
		DB_I64(entry_id));
	if (rc != DB_ROW)
		return rc == DB_NONE ? PUBLIC_NO_ENTRY : rc;
	struct public_facts facts = {.language = db_text_copy(&rows, 0, arena),
				     .page = db_i64(&rows, 1),
				     .month = (int)db_i64(&rows, 2),
				     .kind_id = db_i64(&rows, 3),
				     .item_id = db_i64(&rows, 7)};
	read_lists(&rows, 4, arena, &facts);
	rc = read_media_used(db, entry_id, arena, &facts, err);
	if (!rc)
		*ret_facts = facts;
	return rc;
}

int public_load_parents(struct db *db, struct arena *arena, struct catalogue_parent **ret_parents, size_t *ret_count,
			struct err *err)
{
	VEC_TYPE(parent_vec, struct catalogue_parent) parents = {0};
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err,
			   "SELECT 0, id, parent_id FROM term WHERE parent_id <> 0"
			   " UNION ALL SELECT 1, id, parent_id FROM place WHERE parent_id <> 0 ORDER BY 1, 2");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&parents, arena) = (struct catalogue_parent){
			db_i64(&rows, 0) ? CATALOGUE_PLACE : CATALOGUE_TERM, db_i64(&rows, 1), db_i64(&rows, 2)};
	*ret_parents = parents.at;
	*ret_count = parents.len;
	return rc;
}

int public_item_entries(struct db *db, int64_t item_id, struct arena *arena, int64_t **ret_ids, size_t *ret_count,
			struct err *err)
{
	VEC_TYPE(sibling_vec, int64_t) ids = {0};
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err,
			   "SELECT id FROM entry WHERE item_id = $1"
			   " UNION SELECT entry_id FROM relation WHERE other_item_id = $1",
			   DB_I64(item_id));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&ids, arena) = db_i64(&rows, 0);
	*ret_ids = ids.at;
	*ret_count = ids.len;
	return rc;
}

/* One view --------------------------------------------------------------------------------------- */

struct hold {
	public_work *work;
	void *context;
};

static int run_held(struct db *db, void *context, struct err *err)
{
	const struct hold *hold = context;
	int64_t number = 0;
	DB_ROWS rows = {0};
	int rc = db_one(db, &rows, err, "SELECT number FROM position WHERE id = 1");

	if (rc == DB_ROW)
		number = db_i64(&rows, 0);
	return rc < 0 ? rc : hold->work(hold->context, number, err);
}

int public_hold(struct public *public, public_work *work, void *context, struct err *err)
{
	struct hold hold = {work, context};

	return db_snapshot(public->db, run_held, &hold, err);
}
