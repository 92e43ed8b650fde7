/* Labels, site texts, menus and redirects: from the store's rows to public.db's. */
#include "publish/projector_inside.h"

#include "store/redirect.h"
#include "store/site.h"
#include "store/taxonomy.h"

static struct labels labels_from(const struct taxonomy_text_vec *texts, struct arena *arena)
{
	struct label *labels = arena_array(arena, struct label, texts->len + 1);
	for (size_t i = 0; i < texts->len; i++)
		labels[i] = (struct label){.language = texts->at[i].language,
					   .name = texts->at[i].label,
					   .plural = texts->at[i].label_plural,
					   .slug = texts->at[i].slug,
					   .intro = texts->at[i].introduction,
					   .sort_key = texts->at[i].sort_key};
	return (struct labels){labels, texts->len};
}

static int write_kinds(struct db *db, const struct taxonomy *taxonomy, struct arena *arena, struct err *err)
{
	int rc = 0;
	for (size_t i = 0; !rc && i < taxonomy->kinds.len; i++) {
		const struct kind *kind = &taxonomy->kinds.at[i];
		struct named_kind named = {kind->id, kind->key, kind->icon, kind->in_feeds,
					   labels_from(&kind->texts, arena)};
		rc = public_write_kind(db, &named, kind->position, err);
	}
	return rc;
}

static int write_terms(struct db *db, const struct taxonomy *taxonomy, struct arena *arena, struct err *err)
{
	int rc = 0;
	for (size_t i = 0; !rc && i < taxonomy->terms.len; i++) {
		const struct term *term = &taxonomy->terms.at[i];
		struct named_term named = {.id = term->id,
					   .vocabulary = str_from(vocabulary_name(term->vocabulary)),
					   .labels = labels_from(&term->texts, arena)};
		rc = public_write_term(db, &named, term->parent_id, err);
	}
	return rc;
}

static int write_places(struct db *db, const struct taxonomy *taxonomy, struct arena *arena, struct err *err)
{
	static const struct str levels[] = {[PLACE_REGION] = STR_INIT("region"),
					    [PLACE_SUBREGION] = STR_INIT("subregion"),
					    [PLACE_COUNTRY] = STR_INIT("country"),
					    [PLACE_LOCALITY] = STR_INIT("locality")};
	int rc = 0;
	for (size_t i = 0; !rc && i < taxonomy->places.len; i++) {
		const struct place *place = &taxonomy->places.at[i];
		struct named_place named = {.id = place->id,
					    .level = levels[place->kind],
					    .code = place->code,
					    .labels = labels_from(&place->texts, arena)};
		rc = public_write_place(db, &named, place->parent_id, err);
	}
	return rc;
}

static int write_contributors(struct db *db, const struct taxonomy *taxonomy, struct arena *arena, struct err *err)
{
	int rc = 0;
	for (size_t i = 0; !rc && i < taxonomy->contributors.len; i++) {
		const struct contributor *person = &taxonomy->contributors.at[i];
		if (!person->is_public)
			continue;
		struct label *labels = arena_array(arena, struct label, person->texts.len + 1);
		for (size_t k = 0; k < person->texts.len; k++)
			labels[k] = (struct label){.language = person->texts.at[k].language,
						   .name = person->name,
						   .slug = person->slug,
						   .intro = person->texts.at[k].biography,
						   .position = person->texts.at[k].position};
		struct named_contributor named = {
			person->id, person->name, person->slug, person->unit, {labels, person->texts.len}};
		rc = public_write_contributor(db, &named, err);
	}
	return rc;
}

int projector_write_names(struct projector *projector, struct store *store, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct taxonomy taxonomy = {0};
	struct db *db = projector->db;
	int rc = taxonomy_read(store, arena, &taxonomy, err);
	rc = rc ? rc : public_clear_names(db, err);
	for (size_t i = 0; !rc && i < projector->options.language_count; i++)
		rc = public_write_language(db, projector->options.languages[i], (int64_t)i, err);
	rc = rc ? rc : write_kinds(db, &taxonomy, arena, err);
	rc = rc ? rc : write_terms(db, &taxonomy, arena, err);
	rc = rc ? rc : write_places(db, &taxonomy, arena, err);
	return rc ? rc : write_contributors(db, &taxonomy, arena, err);
}

int projector_write_site(struct projector *projector, struct store *store, struct err *err)
{
	static const struct str keys[] = {[SITE_NAME] = STR_INIT("name"),
					  [SITE_LINE] = STR_INIT("line"),
					  [SITE_INTRODUCTION] = STR_INIT("introduction"),
					  [SITE_PRESS] = STR_INIT("press"),
					  [SITE_FOOTER] = STR_INIT("footer")};
	ARENA_SCOPED arena = arena_create(0);
	struct site_content site = {0};
	struct db *db = projector->db;
	int rc = site_read(store, arena, &site, err);
	rc = rc ? rc : public_clear_site(db, err);
	for (size_t i = 0; !rc && i < site.texts.len; i++)
		rc = public_write_text(db, keys[site.texts.at[i].key], site.texts.at[i].language, site.texts.at[i].text,
				       err);
	for (size_t i = 0; !rc && i < site.menu.len; i++) {
		const struct menu_item *item = &site.menu.at[i];
		struct named_link link = {.label = item->label,
					  .entry_id = item->entry_id,
					  .term_id = item->term_id,
					  .place_id = item->place_id,
					  .kind_id = item->kind_id,
					  .url = item->url};
		rc = public_write_link(db, item->menu, item->language, item->id, item->parent_id, item->position, &link,
				       err);
	}
	return rc;
}

/* Redirects --------------------------------------------------------------------------------------- */

static int put_redirect(struct db *db, const struct redirect *redirect, struct err *err)
{
	static const struct str targets[] = {
		[REDIRECT_ENTRY] = STR_INIT("entry"), [REDIRECT_TERM] = STR_INIT("term"),
		[REDIRECT_PLACE] = STR_INIT("place"), [REDIRECT_CONTRIBUTOR] = STR_INIT("contributor"),
		[REDIRECT_KIND] = STR_INIT("kind"),   [REDIRECT_MEDIA] = STR_INIT("media"),
		[REDIRECT_PATH] = STR_INIT("path"),   [REDIRECT_GONE] = STR_INIT("gone"),
	};
	if (!redirect->in_force)
		return public_remove_redirect(db, redirect->path, err);
	struct public_redirect_row row = {redirect->path,    targets[redirect->target],
					  redirect->to_path, redirect->language,
					  redirect->note,    redirect->target_id};
	return public_write_redirect(db, &row, err);
}

int projector_write_redirect(struct projector *projector, struct store *store, struct str path, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct redirect redirect = {0};
	int rc = redirect_get(store, path, arena, &redirect, err);
	if (rc == STORE_NOT_FOUND)
		return public_remove_redirect(projector->db, path, err);
	return rc ? rc : put_redirect(projector->db, &redirect, err);
}

#define REDIRECT_PAGE 1000

static int write_redirect_pages(struct projector *projector, struct store *store, bool gone, int64_t batch_id,
				struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED after = BUF_INIT(LIMIT_PATH_BYTES * 2);
	for (;;) {
		struct redirect_vec found = {0};
		arena_clear(arena);
		int rc = redirect_page(store, gone, batch_id, buf_str(&after), REDIRECT_PAGE, arena, &found, err);
		for (size_t i = 0; !rc && i < found.len; i++)
			rc = put_redirect(projector->db, &found.at[i], err);
		if (rc || found.len < REDIRECT_PAGE)
			return rc;
		buf_clear(&after);
		buf_put(&after, vec_last(&found)->path);
		if (after.over)
			return err_set(err, ERR_LIMIT, "redirect %.100s…: the path is longer than %d bytes",
				       vec_last(&found)->path.ptr, LIMIT_PATH_BYTES * 2);
	}
}

int projector_write_redirects(struct projector *projector, struct store *store, int64_t batch_id, struct err *err)
{
	int rc = write_redirect_pages(projector, store, false, batch_id, err);
	return rc ? rc : write_redirect_pages(projector, store, true, batch_id, err);
}
