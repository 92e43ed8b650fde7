#include "ingest/import_run.h"

#include "base/limits.h"
#include "store/redirect.h"
#include "text/url.h"

struct links_work {
	struct import *import;
	struct wp_post_vec posts; /* attachments */
};

/* The page of an attachment led to its picture; now to the entry that shows it, or to the picture. */
static int link_attachment(struct import *import, struct store_tx *tx, const struct wp_post *post, struct err *err)
{
	const struct wp_post *parent =
		post->parent_id > 0 ? wpset_post_by_id(import->set, post->parent_id, tx_arena(tx)) : NULL;
	bool has_parent = parent && parent->class != WP_MEDIA && parent->target_id;
	struct redirect redirect = {
		.target = has_parent ? REDIRECT_ENTRY : REDIRECT_MEDIA,
		.target_id = has_parent ? parent->target_id : post->target_id,
	};
	int result = 0;
	if (post->target_id == 0)
		return 0;
	if (post->id > 0) {
		redirect.path = arena_printf(tx_arena(tx), "/?attachment_id=%lld", (long long)post->id);
		result = redirect_put(tx, &redirect, err);
	}
	redirect.path = post->path;
	return result == 0 && !str_empty(post->path) ? redirect_put(tx, &redirect, err) : result;
}

static int link_posts(struct store_tx *tx, void *context, struct err *err)
{
	struct links_work *work = context;
	int result = 0;
	for (size_t i = 0; i < work->posts.len && result == 0; i++)
		result = link_attachment(work->import, tx, work->posts.at[i], err);
	if (result == 0)
		result = wpset_result(work->import->set, err);
	return result == 0 ? import_save(work->import, tx, -1, -1, err) : result;
}

/* "/category/parent/child/", "/tag/x/", "/taxonomy/x/": where WordPress answers unless told otherwise. */
static struct str term_path(const struct import *import, const struct wp_term *term, int depth, struct arena *arena)
{
	struct wxr_category parent = {.domain = term->taxonomy, .nicename = term->parent_slug};
	const struct wp_term *above = str_empty(term->parent_slug) ? NULL : wpset_term(import->set, &parent);
	BUF_SCOPED path = BUF_INIT(LIMIT_PATH_BYTES);
	if (above && above != term && depth < 10) {
		buf_put(&path, term_path(import, above, depth + 1, arena));
	} else {
		buf_put_byte(&path, '/');
		buf_put(&path, str_eq(term->taxonomy, STR("post_tag")) ? STR("tag") : term->taxonomy);
		buf_put_byte(&path, '/');
	}
	buf_put(&path, term->slug);
	buf_put_byte(&path, '/');
	return url_path_normalise(buf_str(&path), arena);
}

static int link_term(struct import *import, struct store_tx *tx, const struct wp_term *term, struct err *err)
{
	static const enum redirect_target targets[] = {
		[MAPPING_KIND] = REDIRECT_KIND,  [MAPPING_TOPIC] = REDIRECT_TERM, [MAPPING_CAMPAIGN] = REDIRECT_TERM,
		[MAPPING_RIGHT] = REDIRECT_TERM, [MAPPING_TAG] = REDIRECT_TERM,   [MAPPING_PLACE] = REDIRECT_PLACE,
	};
	if (term->becomes == MAPPING_LEAVE || term->target_id == 0)
		return 0;
	struct redirect redirect = {.path = term_path(import, term, 0, tx_arena(tx)),
				    .target = targets[term->becomes],
				    .target_id = term->target_id,
				    .language = term->language};
	bool same = term->becomes == MAPPING_TAG && str_eq(term->taxonomy, STR("post_tag"));
	return same ? 0 : redirect_put(tx, &redirect, err);
}

static int link_author(struct store_tx *tx, const struct wp_author *author, struct err *err)
{
	struct redirect redirect = {
		.path = arena_printf(tx_arena(tx), "/author/%.*s/", STR_ARG(author->slug)),
		.target = REDIRECT_CONTRIBUTOR,
		.target_id = author->contributor_id,
	};
	return author->contributor_id ? redirect_put(tx, &redirect, err) : 0;
}

static int link_rest(struct store_tx *tx, void *context, struct err *err)
{
	struct links_work *work = context;
	struct import *import = work->import;
	int result = 0;
	for (size_t i = 0; i < import->set->terms.len && result == 0; i++)
		result = link_term(import, tx, import->set->terms.at[i], err);
	for (size_t i = 0; i < import->set->authors.len && result == 0; i++)
		result = link_author(tx, import->set->authors.at[i], err);
	if (result == 0)
		result = import_write_menus(import, tx, err);
	if (result == 0)
		result = wpset_result(import->set, err);
	return result == 0 ? import_save(import, tx, -1, -1, err) : result;
}

int import_write_links(struct import *import, struct err *err)
{
	struct links_work work = {.import = import};
	int result = import_read_menus(import, err);
	if (result == 0 && !import->options->dry_run && import_menus_wait(import))
		result = import_need_batch(import, err);
	if (result != 0 || import->batch_id == 0 || import->options->dry_run)
		return result;
	ARENA_SCOPED arena = arena_create(0);
	int64_t after = 0;
	do {
		arena_clear(arena);
		wpset_page(import->set, WPSET_ALL_MEDIA, &after, arena, &work.posts);
		if (work.posts.len > 0)
			result = store_write_chunk(import->store, import->batch_id, link_posts, &work, err);
		if (result == 0)
			result = import_tell(import, 0, 0, err);
	} while (work.posts.len > 0 && result == 0);
	if (result == 0)
		result = wpset_result(import->set, err);
	return result == 0 ? store_write_chunk(import->store, import->batch_id, link_rest, &work, err) : result;
}
