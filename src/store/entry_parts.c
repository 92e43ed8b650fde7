#include "store/entry_parts.h"

#include "store/inside.h"
#include "store/media_rows.h"

/* The page's entries once more, as a table to join: all between $1 and $2, or those of batch $3. */
#define PAGE                                                                                                           \
	"(SELECT id, item_id, released_revision_id FROM item_language"                                                 \
	" WHERE CAST($3 AS BIGINT) = 0 AND id BETWEEN $1 AND $2"                                                       \
	" UNION ALL SELECT id, item_id, released_revision_id FROM item_language"                                       \
	" WHERE batch_id = $3 AND id BETWEEN $1 AND $2) e"

struct span {
	int64_t first_id, last_id, batch_id;
};
#define SPAN(span) DB_I64((span)->first_id), DB_I64((span)->last_id), DB_I64((span)->batch_id)

/* Rows come by entry id, as the entries stand: one walk over both. */
static struct entry *entry_of(struct entry_vec *entries, size_t *at, int64_t id)
{
	while (*at < entries->len && entries->at[*at].id < id)
		(*at)++;
	return *at < entries->len && entries->at[*at].id == id ? &entries->at[*at] : NULL;
}

static int read_terms(struct store *store, const struct span *span, struct arena *arena, struct entry_vec *entries,
		      struct err *err)
{
	DB_ROWS rows = {0};
	size_t at = 0;
	int rc = db_select(store->db, &rows, err,
			   "SELECT e.id, t.term_id FROM " PAGE " JOIN item_term t ON t.entry_id = e.id"
			   " ORDER BY e.id, t.position, t.term_id",
			   SPAN(span));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct entry *entry = entry_of(entries, &at, db_i64(&rows, 0));
		if (entry)
			*vec_add(&entry->terms, arena) = db_i64(&rows, 1);
	}
	return rc;
}

static int read_places(struct store *store, const struct span *span, struct arena *arena, struct entry_vec *entries,
		       struct err *err)
{
	DB_ROWS rows = {0};
	size_t at = 0;
	int rc = db_select(store->db, &rows, err,
			   "SELECT e.id, p.place_id FROM " PAGE " JOIN item_place p ON p.entry_id = e.id"
			   " ORDER BY e.id, p.position, p.place_id",
			   SPAN(span));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct entry *entry = entry_of(entries, &at, db_i64(&rows, 0));
		if (entry)
			*vec_add(&entry->places, arena) = db_i64(&rows, 1);
	}
	return rc;
}

static int read_contributors(struct store *store, const struct span *span, struct arena *arena,
			     struct entry_vec *entries, struct err *err)
{
	DB_ROWS rows = {0};
	size_t at = 0;
	int rc = db_select(store->db, &rows, err,
			   "SELECT e.id, c.contributor_id, c.role FROM " PAGE
			   " JOIN item_contributor c ON c.entry_id = e.id ORDER BY e.id, c.position, c.contributor_id",
			   SPAN(span));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct entry *entry = entry_of(entries, &at, db_i64(&rows, 0));
		if (entry)
			*vec_add(&entry->contributors, arena) = (struct item_contributor){
				db_i64(&rows, 1), (enum item_role)word_index(item_role_words, db_text(&rows, 2))};
	}
	return rc;
}

static void add_stood_in(const struct db_rows *rows, struct arena *arena, struct entry_lists *stood_in)
{
	struct str list = db_text(rows, 1);
	int64_t id = db_i64(rows, 2);
	if (str_eq(list, STR("kind")))
		stood_in->kind_id = id;
	else if (str_eq(list, STR("term")))
		*vec_add(&stood_in->terms, arena) = id;
	else if (str_eq(list, STR("place")))
		*vec_add(&stood_in->places, arena) = id;
	else
		*vec_add(&stood_in->contributors, arena) =
			(struct item_contributor){id, (enum item_role)word_index(item_role_words, db_text(rows, 3))};
}

static int read_stood_in(struct store *store, const struct span *span, struct arena *arena, struct entry_vec *entries,
			 struct err *err)
{
	DB_ROWS rows = {0};
	size_t at = 0;
	int rc = db_select(store->db, &rows, err,
			   "SELECT e.id, s.list, s.target_id, s.role FROM " PAGE
			   " JOIN stood_in s ON s.entry_id = e.id ORDER BY e.id, s.list, s.target_id, s.role",
			   SPAN(span));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct entry *entry = entry_of(entries, &at, db_i64(&rows, 0));
		if (entry)
			add_stood_in(&rows, arena, &entry->stood_in);
	}
	return rc;
}

static int read_uses(struct store *store, const struct span *span, struct arena *arena, struct entry_vec *entries,
		     struct err *err)
{
	DB_ROWS rows = {0};
	size_t at = 0;
	int rc = db_select(store->db, &rows, err,
			   "SELECT e.id, u.role, u.position, u.media_id FROM " PAGE
			   " JOIN media_use u ON u.revision_id = e.released_revision_id ORDER BY e.id,"
			   " CASE u.role WHEN 'featured' THEN 0 WHEN 'body' THEN 1 WHEN 'gallery' THEN 2 ELSE 3 END,"
			   " u.position",
			   SPAN(span));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct entry *entry = entry_of(entries, &at, db_i64(&rows, 0));
		if (entry)
			*vec_add(&entry->media, arena) =
				(struct entry_media){(enum media_role)word_index(media_role_words, db_text(&rows, 1)),
						     (int)db_i64(&rows, 2), db_i64(&rows, 3)};
	}
	return rc;
}

static int read_related(struct store *store, const struct span *span, struct arena *arena, struct entry_vec *entries,
			struct err *err)
{
	DB_ROWS rows = {0};
	size_t at = 0;
	int rc = db_select(store->db, &rows, err,
			   "SELECT e.id, r.other_id, r.relation, 0 AS inverse, r.position FROM " PAGE
			   " JOIN related r ON r.item_id = e.item_id"
			   " UNION ALL SELECT e.id, r.item_id, r.relation, 1 AS inverse, r.position FROM " PAGE
			   " JOIN related r ON r.other_id = e.item_id ORDER BY 1, 4, 5, 2",
			   SPAN(span));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct entry *entry = entry_of(entries, &at, db_i64(&rows, 0));
		if (entry)
			*vec_add(&entry->related, arena) = (struct entry_related){
				db_i64(&rows, 1),
				(enum item_relation)word_index(item_relation_words, db_text(&rows, 2)),
				db_i64(&rows, 3) == 1};
	}
	return rc;
}

static int read_translations(struct store *store, const struct span *span, struct arena *arena,
			     struct entry_vec *entries, struct err *err)
{
	DB_ROWS rows = {0};
	size_t at = 0;
	int rc = db_select(store->db, &rows, err,
			   "SELECT e.id, o.id, o.language, o.path FROM " PAGE
			   " JOIN item_language o ON o.item_id = e.item_id AND o.id <> e.id"
			   " JOIN language l ON l.code = o.language ORDER BY e.id, l.position, o.id",
			   SPAN(span));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct entry *entry = entry_of(entries, &at, db_i64(&rows, 0));
		if (entry)
			*vec_add(&entry->translations, arena) = (struct entry_translation){
				db_i64(&rows, 1), db_text_copy(&rows, 2, arena), db_text_copy(&rows, 3, arena)};
	}
	return rc;
}

static int read_corrections(struct store *store, const struct span *span, struct arena *arena,
			    struct entry_vec *entries, struct err *err)
{
	DB_ROWS rows = {0};
	size_t at = 0;
	int rc = db_select(store->db, &rows, err,
			   "SELECT e.id, c.seq, c.kind, c.text, c.at_s FROM " PAGE
			   " JOIN correction c ON c.entry_id = e.id ORDER BY e.id, c.seq",
			   SPAN(span));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct entry *entry = entry_of(entries, &at, db_i64(&rows, 0));
		if (entry)
			*vec_add(&entry->corrections, arena) =
				(struct entry_correction){(int)db_i64(&rows, 1), db_text_copy(&rows, 2, arena),
							  db_text_copy(&rows, 3, arena), db_i64(&rows, 4)};
	}
	return rc;
}

static int read_media(struct store *store, const struct span *span, struct arena *arena, struct media_vec *ret_media,
		      struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(store->db, &rows, err,
			   "SELECT " MEDIA_COLUMNS " FROM media m WHERE m.id IN (SELECT u.media_id FROM " PAGE
			   " JOIN media_use u ON u.revision_id = e.released_revision_id) ORDER BY m.id",
			   SPAN(span));
	rc = media_rows(rc, &rows, arena, ret_media, err);
	if (rc != 0 || ret_media->len == 0)
		return rc;
	rc = db_select(store->db, &rows, err,
		       "SELECT " MEDIA_TEXT_COLUMNS
		       " FROM media_text t WHERE t.media_id IN (SELECT u.media_id FROM " PAGE
		       " JOIN media_use u ON u.revision_id = e.released_revision_id) ORDER BY t.media_id, t.language",
		       SPAN(span));
	rc = media_text_rows(rc, &rows, arena, ret_media, err);
	if (rc != 0)
		return rc;
	rc = db_select(store->db, &rows, err,
		       "SELECT " RENDITION_COLUMNS " FROM rendition r WHERE r.media_id IN (SELECT u.media_id FROM " PAGE
		       " JOIN media_use u ON u.revision_id = e.released_revision_id)"
		       " ORDER BY r.media_id, r.format, r.width",
		       SPAN(span));
	return rendition_rows(rc, &rows, arena, ret_media, err);
}

int entry_parts(struct store *store, int64_t batch_id, struct arena *arena, struct entry_page *page, struct err *err)
{
	static int (*const parts[])(struct store *, const struct span *, struct arena *, struct entry_vec *,
				    struct err *) = {
		read_terms,   read_places,       read_contributors, read_uses,
		read_related, read_translations, read_corrections,  read_stood_in,
	};
	struct span span = {page->entries.at[0].id, page->last_id, batch_id};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof parts / sizeof *parts; i++)
		rc = parts[i](store, &span, arena, &page->entries, err);
	return rc == 0 ? read_media(store, &span, arena, &page->media, err) : rc;
}
