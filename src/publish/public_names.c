#include "publish/names_inside.h"
#include "publish/public_inside.h"

/* Writing ----------------------------------------------------------------------------------------- */

int public_clear_names(struct db *db, struct err *err)
{
	int rc = db_run(db, err, "DELETE FROM kind");
	rc = rc ? rc : db_run(db, err, "DELETE FROM term");
	rc = rc ? rc : db_run(db, err, "DELETE FROM place");
	rc = rc ? rc : db_run(db, err, "DELETE FROM contributor");
	rc = rc ? rc : db_run(db, err, "DELETE FROM label");
	return rc ? rc : db_run(db, err, "DELETE FROM language");
}

int public_clear_site(struct db *db, struct err *err)
{
	int rc = db_run(db, err, "DELETE FROM site_text");
	return rc ? rc : db_run(db, err, "DELETE FROM menu_link");
}

int public_write_language(struct db *db, struct str code, int64_t position, struct err *err)
{
	return db_run(db, err, "INSERT INTO language (code, position) VALUES ($1, $2) ON CONFLICT DO NOTHING",
		      DB_TEXT(code), DB_I64(position));
}

static int write_labels(struct db *db, struct str owner, int64_t owner_id, struct labels labels, struct err *err)
{
	int rc = 0;
	for (size_t i = 0; !rc && i < labels.len; i++) {
		const struct label *label = &labels.at[i];
		rc = db_run(
			db, err,
			"INSERT INTO label (owner, owner_id, language, name, plural, slug, intro, sort_key, position)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
			DB_TEXT(owner), DB_I64(owner_id), DB_TEXT(label->language), DB_TEXT(label->name),
			DB_TEXT(label->plural), DB_TEXT(label->slug), DB_TEXT(label->intro), DB_TEXT(label->sort_key),
			DB_TEXT(label->position));
	}
	return rc;
}

int public_write_kind(struct db *db, const struct named_kind *kind, int64_t position, struct err *err)
{
	int rc = db_run(db, err, "INSERT INTO kind (id, key, icon, in_feeds, position) VALUES ($1, $2, $3, $4, $5)",
			DB_I64(kind->id), DB_TEXT(kind->key), DB_TEXT(kind->icon), DB_I64(kind->in_feeds),
			DB_I64(position));
	return rc ? rc : write_labels(db, STR("kind"), kind->id, kind->labels, err);
}

int public_write_term(struct db *db, const struct named_term *term, int64_t parent_id, struct err *err)
{
	int rc = db_run(db, err, "INSERT INTO term (id, vocabulary, parent_id) VALUES ($1, $2, $3)", DB_I64(term->id),
			DB_TEXT(term->vocabulary), DB_I64(parent_id));
	return rc ? rc : write_labels(db, STR("term"), term->id, term->labels, err);
}

int public_write_place(struct db *db, const struct named_place *place, int64_t parent_id, struct err *err)
{
	int rc = db_run(db, err, "INSERT INTO place (id, level, code, parent_id) VALUES ($1, $2, $3, $4)",
			DB_I64(place->id), DB_TEXT(place->level), DB_TEXT(place->code), DB_I64(parent_id));
	return rc ? rc : write_labels(db, STR("place"), place->id, place->labels, err);
}

int public_write_contributor(struct db *db, const struct named_contributor *contributor, struct err *err)
{
	int rc = db_run(db, err, "INSERT INTO contributor (id, name, slug, unit) VALUES ($1, $2, $3, $4)",
			DB_I64(contributor->id), DB_TEXT(contributor->name), DB_TEXT(contributor->slug),
			DB_TEXT(contributor->unit));
	return rc ? rc : write_labels(db, STR("contributor"), contributor->id, contributor->labels, err);
}

int public_write_text(struct db *db, struct str key, struct str language, struct str text, struct err *err)
{
	return db_run(db, err, "INSERT INTO site_text (key, language, content) VALUES ($1, $2, $3)", DB_TEXT(key),
		      DB_TEXT(language), DB_TEXT(text));
}

int public_write_link(struct db *db, struct str menu, struct str language, int64_t id, int64_t parent_id,
		      int64_t position, const struct named_link *link, struct err *err)
{
	return db_run(
		db, err,
		"INSERT INTO menu_link (id, menu, language, parent_id, position, label, entry_id, term_id, place_id,"
		" kind_id, url) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
		DB_I64(id), DB_TEXT(menu), DB_TEXT(language), DB_I64(parent_id), DB_I64(position), DB_TEXT(link->label),
		DB_I64(link->entry_id), DB_I64(link->term_id), DB_I64(link->place_id), DB_I64(link->kind_id),
		DB_TEXT(link->url));
}

/* Loading ----------------------------------------------------------------------------------------- */

VEC_TYPE(label_vec, struct label);
VEC_TYPE(named_kind_vec, struct named_kind);
VEC_TYPE(named_term_vec, struct named_term);
VEC_TYPE(named_place_vec, struct named_place);
VEC_TYPE(named_contributor_vec, struct named_contributor);
VEC_TYPE(site_line_vec, struct site_line);

/* All labels of one owner, ids ascending: each thing's are neighbours. */
struct owned_labels {
	struct label_vec labels;
	struct {
		int64_t *at;
		size_t len, cap;
	} owners;
};

static int load_labels(struct db *db, struct str owner, struct arena *arena, struct owned_labels *owned,
		       struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err,
			   "SELECT owner_id, language, name, plural, slug, intro, sort_key, position FROM label"
			   " WHERE owner = $1 ORDER BY owner_id, language",
			   DB_TEXT(owner));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		*vec_add(&owned->owners, arena) = db_i64(&rows, 0);
		*vec_add(&owned->labels, arena) = (struct label){
			.language = db_text_copy(&rows, 1, arena),
			.name = db_text_copy(&rows, 2, arena),
			.plural = db_text_copy(&rows, 3, arena),
			.slug = db_text_copy(&rows, 4, arena),
			.intro = db_text_copy(&rows, 5, arena),
			.sort_key = db_text_copy(&rows, 6, arena),
			.position = db_text_copy(&rows, 7, arena),
		};
	}
	return rc;
}

static struct labels labels_of(const struct owned_labels *owned, int64_t id)
{
	size_t low = 0, high = owned->owners.len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (owned->owners.at[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	size_t end = low;
	while (end < owned->owners.len && owned->owners.at[end] == id)
		end++;
	return (struct labels){end > low ? &owned->labels.at[low] : NULL, end - low};
}

static int load_kinds(struct db *db, struct names *names, struct err *err)
{
	struct arena *arena = names->arena;
	struct owned_labels owned = {0};
	struct named_kind_vec kinds = {0};
	DB_ROWS rows = {0};
	int rc = load_labels(db, STR("kind"), arena, &owned, err);
	if (!rc)
		rc = db_select(db, &rows, err, "SELECT id, key, icon, in_feeds FROM kind ORDER BY position, id");
	while (rows.db && rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&kinds, arena) = (struct named_kind){db_i64(&rows, 0), db_text_copy(&rows, 1, arena),
							      db_text_copy(&rows, 2, arena), db_i64(&rows, 3) != 0,
							      labels_of(&owned, db_i64(&rows, 0))};
	names->kinds = kinds.at;
	names->kind_count = kinds.len;
	return rc;
}

static struct named_term *term_by_id(struct named_term_vec *terms, int64_t id)
{
	size_t low = 0, high = terms->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (terms->at[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < terms->len && terms->at[low].id == id ? &terms->at[low] : NULL;
}

static struct named_place *place_by_id(struct named_place_vec *places, int64_t id)
{
	size_t low = 0, high = places->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (places->at[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < places->len && places->at[low].id == id ? &places->at[low] : NULL;
}

VEC_TYPE(parent_id_vec, int64_t);

static int load_terms(struct db *db, struct names *names, struct err *err)
{
	struct arena *arena = names->arena;
	struct owned_labels owned = {0};
	struct named_term_vec terms = {0};
	struct parent_id_vec parents = {0};
	DB_ROWS rows = {0};
	int rc = load_labels(db, STR("term"), arena, &owned, err);
	if (!rc)
		rc = db_select(db, &rows, err, "SELECT id, vocabulary, parent_id FROM term ORDER BY id");
	while (rows.db && rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct named_term *term = vec_add(&terms, arena);
		term->id = db_i64(&rows, 0);
		term->vocabulary = db_text_copy(&rows, 1, arena);
		term->labels = labels_of(&owned, term->id);
		*vec_add(&parents, arena) = db_i64(&rows, 2);
	}
	for (size_t i = 0; i < terms.len; i++)
		terms.at[i].parent = parents.at[i] ? term_by_id(&terms, parents.at[i]) : NULL;
	names->terms = terms.at;
	names->term_count = terms.len;
	return rc;
}

static int load_places(struct db *db, struct names *names, struct err *err)
{
	struct arena *arena = names->arena;
	struct owned_labels owned = {0};
	struct named_place_vec places = {0};
	struct parent_id_vec parents = {0};
	DB_ROWS rows = {0};
	int rc = load_labels(db, STR("place"), arena, &owned, err);
	if (!rc)
		rc = db_select(db, &rows, err, "SELECT id, level, code, parent_id FROM place ORDER BY id");
	while (rows.db && rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct named_place *place = vec_add(&places, arena);
		place->id = db_i64(&rows, 0);
		place->level = db_text_copy(&rows, 1, arena);
		place->code = db_text_copy(&rows, 2, arena);
		place->labels = labels_of(&owned, place->id);
		*vec_add(&parents, arena) = db_i64(&rows, 3);
	}
	for (size_t i = 0; i < places.len; i++)
		places.at[i].parent = parents.at[i] ? place_by_id(&places, parents.at[i]) : NULL;
	names->places = places.at;
	names->place_count = places.len;
	return rc;
}

static int load_contributors(struct db *db, struct names *names, struct err *err)
{
	struct arena *arena = names->arena;
	struct owned_labels owned = {0};
	struct named_contributor_vec people = {0};
	DB_ROWS rows = {0};
	int rc = load_labels(db, STR("contributor"), arena, &owned, err);
	if (!rc)
		rc = db_select(db, &rows, err, "SELECT id, name, slug, unit FROM contributor ORDER BY id");
	while (rows.db && rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&people, arena) = (struct named_contributor){
			db_i64(&rows, 0), db_text_copy(&rows, 1, arena), db_text_copy(&rows, 2, arena),
			db_text_copy(&rows, 3, arena), labels_of(&owned, db_i64(&rows, 0))};
	names->contributors = people.at;
	names->contributor_count = people.len;
	return rc;
}

static int load_languages(struct db *db, struct names *names, struct err *err)
{
	struct str_vec codes = {0};
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err, "SELECT code FROM language ORDER BY position, code");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&codes, names->arena) = db_text_copy(&rows, 0, names->arena);
	names->languages = codes.at;
	names->language_count = codes.len;
	return rc;
}

static int load_lines(struct db *db, struct names *names, struct err *err)
{
	struct arena *arena = names->arena;
	struct site_line_vec lines = {0};
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err, "SELECT key, language, content FROM site_text ORDER BY key, language");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&lines, arena) = (struct site_line){
			db_text_copy(&rows, 0, arena), db_text_copy(&rows, 1, arena), db_text_copy(&rows, 2, arena)};
	names->lines = lines.at;
	names->line_count = lines.len;
	return rc;
}

/* Menus: all links are read flat, then gathered below their parents. -------------------------------- */

struct flat_link {
	int64_t id, parent_id;
	struct str menu, language;
	struct named_link link;
};
VEC_TYPE(flat_link_vec, struct flat_link);
VEC_TYPE(named_menu_vec, struct named_menu);

#define MENU_DEPTH_MAX 4

static const struct named_link *gather(const struct flat_link_vec *flat, const struct flat_link *of, int64_t parent_id,
				       int depth, struct arena *arena, size_t *ret_count)
{
	size_t count = 0;
	for (size_t i = 0; i < flat->len; i++)
		count += flat->at[i].parent_id == parent_id && str_eq(flat->at[i].menu, of->menu) &&
			 str_eq(flat->at[i].language, of->language);
	if (!count || depth == MENU_DEPTH_MAX)
		return NULL;
	struct named_link *links = arena_array(arena, struct named_link, count);
	size_t at = 0;
	for (size_t i = 0; i < flat->len; i++) {
		const struct flat_link *row = &flat->at[i];
		if (row->parent_id != parent_id || !str_eq(row->menu, of->menu) || !str_eq(row->language, of->language))
			continue;
		links[at] = row->link;
		links[at].children = gather(flat, of, row->id, depth + 1, arena, &links[at].child_count);
		at++;
	}
	*ret_count = at;
	return links;
}

static int load_menus(struct db *db, struct names *names, struct err *err)
{
	struct arena *arena = names->arena;
	struct flat_link_vec flat = {0};
	struct named_menu_vec menus = {0};
	DB_ROWS rows = {0};
	int rc = db_select(
		db, &rows, err,
		"SELECT id, parent_id, menu, language, label, entry_id, term_id, place_id, kind_id, url FROM menu_link"
		" ORDER BY menu, language, position, id");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&flat, arena) = (struct flat_link){db_i64(&rows, 0),
							    db_i64(&rows, 1),
							    db_text_copy(&rows, 2, arena),
							    db_text_copy(&rows, 3, arena),
							    {.label = db_text_copy(&rows, 4, arena),
							     .entry_id = db_i64(&rows, 5),
							     .term_id = db_i64(&rows, 6),
							     .place_id = db_i64(&rows, 7),
							     .kind_id = db_i64(&rows, 8),
							     .url = db_text_copy(&rows, 9, arena)}};
	for (size_t i = 0; i < flat.len; i++) {
		if (menus.len && str_eq(vec_last(&menus)->key, flat.at[i].menu) &&
		    str_eq(vec_last(&menus)->language, flat.at[i].language))
			continue;
		struct named_menu *menu = vec_add(&menus, arena);
		menu->key = flat.at[i].menu;
		menu->language = flat.at[i].language;
		menu->links = gather(&flat, &flat.at[i], 0, 0, arena, &menu->link_count);
	}
	names->menus = menus.at;
	names->menu_count = menus.len;
	return rc;
}

int public_load_names(struct db *db, struct names *names, struct err *err)
{
	int rc = load_languages(db, names, err);
	rc = rc ? rc : load_kinds(db, names, err);
	rc = rc ? rc : load_terms(db, names, err);
	rc = rc ? rc : load_places(db, names, err);
	rc = rc ? rc : load_contributors(db, names, err);
	rc = rc ? rc : load_lines(db, names, err);
	rc = rc ? rc : load_menus(db, names, err);
	if (!rc)
		names_finish_loading(names);
	return rc;
}
