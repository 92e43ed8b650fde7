#include "publish/public_inside.h"

static int read_forms(struct db *db, int64_t media_id, struct arena *arena, struct picture *picture, struct err *err)
{
	VEC_TYPE(form_vec, struct picture_form) forms = {0};
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err,
			   "SELECT width, height, extension FROM media_file WHERE media_id = $1 AND width > 0"
			   " ORDER BY width, extension",
			   DB_I64(media_id));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct str extension = db_text_copy(&rows, 2, arena);
		*vec_add(&forms, arena) =
			(struct picture_form){db_i64(&rows, 0), db_i64(&rows, 1), public_mime(extension), extension};
	}
	picture->forms = forms.at;
	picture->form_count = forms.len;
	return rc;
}

static int read_picture(struct db *db, int64_t media_id, struct arena *arena, struct picture *picture, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(db, &rows, err,
			"SELECT public_id, name, mime, width, height, decorative FROM media WHERE id = $1",
			DB_I64(media_id));
	if (rc != DB_ROW)
		return rc < 0 ? rc : 0;
	picture->media_id = db_text_copy(&rows, 0, arena);
	picture->name = db_text_copy(&rows, 1, arena);
	picture->mime = db_text_copy(&rows, 2, arena);
	picture->width = db_i64(&rows, 3);
	picture->height = db_i64(&rows, 4);
	picture->decorative = db_i64(&rows, 5);
	return read_forms(db, media_id, arena, picture, err);
}

/* People who are not, or no longer, to be named are left out. */
static int drop_unnamed(struct db *db, struct card_contributor *people, size_t *count, struct err *err)
{
	size_t kept = 0;
	for (size_t i = 0; i < *count; i++) {
		DB_ROWS rows = {0};
		int rc = db_one(db, &rows, err, "SELECT 1 FROM contributor WHERE id = $1", DB_I64(people[i].id));
		if (rc < 0)
			return rc;
		if (rc == DB_ROW)
			people[kept++] = people[i];
	}
	*count = kept;
	return 0;
}

static int read_lists(struct db *db, const struct db_rows *rows, struct arena *arena, struct card *card,
		      struct err *err)
{
	card->terms = public_parse_ids(db_text(rows, 7), arena, &card->term_count);
	card->places = public_parse_ids(db_text(rows, 8), arena, &card->place_count);
	struct card_contributor *people = public_parse_contributors(db_text(rows, 9), arena, &card->contributor_count);
	card->contributors = people;
	return drop_unnamed(db, people, &card->contributor_count, err);
}

static void read_texts(const struct db_rows *rows, struct arena *arena, struct card *card)
{
	card->guid = db_text_copy(rows, 10, arena);
	card->number = db_text_copy(rows, 11, arena);
	card->modified_s = db_i64(rows, 12);
	card->breaking_until_s = db_i64(rows, 13);
	card->in_feeds = db_i64(rows, 14);
	card->title = db_text_copy(rows, 15, arena);
	card->subtitle = db_text_copy(rows, 16, arena);
	card->dateline = db_text_copy(rows, 17, arena);
	card->excerpt = db_text_copy(rows, 18, arena);
	card->excerpt_written = db_i64(rows, 19);
	card->picture.alt = db_text_copy(rows, 21, arena);
	card->picture.caption = db_text_copy(rows, 22, arena);
	card->picture.credit = db_text_copy(rows, 23, arena);
	card->picture.alt_language = db_text_copy(rows, 24, arena);
	card->picture.caption_language = db_text_copy(rows, 25, arena);
	card->picture.credit_language = db_text_copy(rows, 26, arena);
}

int public_card(struct public *public, const struct catalogue_snapshot *snapshot, int64_t entry_id, struct arena *arena,
		struct card *ret_card, struct err *err)
{
	if (!catalogue_contains(snapshot, entry_id))
		return PUBLIC_NOTHING;
	DB_ROWS rows = {0};
	int rc = db_one(public->db, &rows, err,
			"SELECT e.id, e.item_id, e.language, e.page, e.path, e.date_s, e.kind_id, e.terms, e.places,"
			" e.contributors, c.guid, c.reference, c.modified_s, c.breaking_until_s, c.in_feeds, c.title,"
			" c.subtitle, c.dateline, c.excerpt, c.excerpt_written, c.picture_id, c.picture_alt,"
			" c.picture_caption, c.picture_credit, c.picture_alt_language, c.picture_caption_language,"
			" c.picture_credit_language"
			" FROM entry e JOIN card c ON c.entry_id = e.id WHERE e.id = $1",
			DB_I64(entry_id));
	if (rc != DB_ROW)
		return rc == DB_NONE ? PUBLIC_NOTHING : rc;
	struct card card = {.entry_id = db_i64(&rows, 0),
			    .item_id = db_i64(&rows, 1),
			    .language = db_text_copy(&rows, 2, arena),
			    .page = db_i64(&rows, 3),
			    .path = db_text_copy(&rows, 4, arena),
			    .date_s = db_i64(&rows, 5),
			    .kind = db_i64(&rows, 6)};
	read_texts(&rows, arena, &card);
	rc = read_lists(public->db, &rows, arena, &card, err);
	int64_t picture_id = db_i64(&rows, 20);
	if (!rc)
		rc = picture_id ? read_picture(public->db, picture_id, arena, &card.picture, err) : 0;
	if (!rc)
		*ret_card = card;
	return rc;
}

int public_cards(struct public *public, const struct catalogue_snapshot *snapshot, const int64_t *entry_ids,
		 size_t count, struct arena *arena, struct card **ret_cards, size_t *ret_count, struct err *err)
{
	struct card *cards = arena_array(arena, struct card, count + 1);
	size_t found = 0;
	for (size_t i = 0; i < count; i++) {
		int rc = public_card(public, snapshot, entry_ids[i], arena, &cards[found], err);
		if (rc < 0)
			return rc;
		found += rc == 0;
	}
	*ret_cards = cards;
	*ret_count = found;
	return 0;
}

int public_addresses(struct public *public, const struct catalogue_snapshot *snapshot, const int64_t *entry_ids,
		     size_t count, struct arena *arena, struct address **ret_at, size_t *ret_count, struct err *err)
{
	struct address *at = arena_array(arena, struct address, count + 1);
	size_t found = 0;
	for (size_t i = 0; i < count; i++) {
		if (!catalogue_contains(snapshot, entry_ids[i]))
			continue;
		DB_ROWS rows = {0};
		int rc = db_one(public->db, &rows, err, "SELECT path, language, modified_s FROM entry WHERE id = $1",
				DB_I64(entry_ids[i]));
		if (rc == DB_ROW)
			at[found++] = (struct address){entry_ids[i], db_text_copy(&rows, 0, arena),
						       db_text_copy(&rows, 1, arena), db_i64(&rows, 2)};
		if (rc < 0)
			return rc;
	}
	*ret_at = at;
	*ret_count = found;
	return 0;
}

static int read_corrections(struct db *db, int64_t entry_id, struct arena *arena, struct body *body, struct err *err)
{
	VEC_TYPE(correction_vec, struct correction) corrections = {0};
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err,
			   "SELECT seq, at_s, kind, note FROM correction WHERE entry_id = $1 ORDER BY seq",
			   DB_I64(entry_id));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&corrections, arena) =
			(struct correction){db_i64(&rows, 0), db_i64(&rows, 1), db_text_copy(&rows, 2, arena),
					    db_text_copy(&rows, 3, arena)};
	body->corrections = corrections.at;
	body->correction_count = corrections.len;
	return rc;
}

int public_body(struct public *public, const struct catalogue_snapshot *snapshot, int64_t entry_id, struct arena *arena,
		struct body *ret_body, struct err *err)
{
	if (!catalogue_contains(snapshot, entry_id))
		return PUBLIC_NOTHING;
	DB_ROWS rows = {0};
	int rc = db_one(public->db, &rows, err, "SELECT html, plain FROM body WHERE entry_id = $1", DB_I64(entry_id));
	if (rc != DB_ROW)
		return rc == DB_NONE ? PUBLIC_NOTHING : rc;
	struct body body = {.text = db_text_copy(&rows, 1, arena)};
	body.html = (struct safe_html){db_text_copy(&rows, 0, arena)};
	rc = read_corrections(public->db, entry_id, arena, &body, err);
	if (!rc)
		*ret_body = body;
	return rc;
}

int public_translations(struct public *public, const struct catalogue_snapshot *snapshot, int64_t entry_id,
			struct arena *arena, struct translation **ret_at, size_t *ret_count, struct err *err)
{
	VEC_TYPE(translation_vec, struct translation) found = {0};
	DB_ROWS rows = {0};
	int rc = 0;
	if (catalogue_contains(snapshot, entry_id))
		rc = db_select(
			public->db, &rows, err,
			"SELECT o.id, o.language, o.path, c.title FROM entry e JOIN entry o ON o.item_id = e.item_id"
			" JOIN card c ON c.entry_id = o.id LEFT JOIN language l ON l.code = o.language"
			" WHERE e.id = $1 AND o.id <> e.id ORDER BY l.position IS NULL, l.position, o.language",
			DB_I64(entry_id));
	while (rows.db && rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		if (catalogue_contains(snapshot, db_i64(&rows, 0)))
			*vec_add(&found, arena) =
				(struct translation){db_i64(&rows, 0), db_text_copy(&rows, 1, arena),
						     db_text_copy(&rows, 2, arena), db_text_copy(&rows, 3, arena)};
	*ret_at = found.at;
	*ret_count = found.len;
	return rc;
}

int public_relations(struct public *public, const struct catalogue_snapshot *snapshot, int64_t entry_id,
		     struct arena *arena, struct relation **ret_at, size_t *ret_count, struct err *err)
{
	VEC_TYPE(relation_vec, struct relation) found = {0};
	DB_ROWS rows = {0};
	int rc = 0;
	if (catalogue_contains(snapshot, entry_id))
		rc = db_select(public->db, &rows, err,
			       "SELECT o.id, r.relation, r.inverse FROM relation r JOIN entry e ON e.id = r.entry_id"
			       " JOIN entry o ON o.item_id = r.other_item_id AND o.language = e.language"
			       " WHERE r.entry_id = $1 ORDER BY r.position",
			       DB_I64(entry_id));
	while (rows.db && rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		if (!catalogue_contains(snapshot, db_i64(&rows, 0)))
			continue;
		struct str name = db_text(&rows, 1);
		struct relation *relation = vec_add(&found, arena);
		relation->entry_id = db_i64(&rows, 0);
		relation->inverse = db_i64(&rows, 2);
		relation->relation = str_eq(name, STR("updates"))     ? RELATION_UPDATES
				     : str_eq(name, STR("replaces"))  ? RELATION_REPLACES
				     : str_eq(name, STR("report_of")) ? RELATION_REPORT_OF
								      : RELATION_SEE_ALSO;
	}
	*ret_at = found.at;
	*ret_count = found.len;
	return rc;
}
