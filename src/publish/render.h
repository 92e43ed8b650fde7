/* render: one entry of the store becomes the row of public.db that readers are shown.
 *
 * Pure but for the store's rows given: markup to public HTML with its pictures, plain text, excerpt, the window by
 * visible.h, what media it may show. The pool does many at once on several threads. For the projector only.
 *
 * A picture's texts are in the entry's language, each for itself: one that it lacks is given in another, and says so.
 * A picture is shown when its files are here. One without a credit in an entry that was released by the
 * import's waiver is hidden with its caption, and its files are nobody's: it is not among the media used.
 */
#ifndef CRIER_PUBLISH_RENDER_H
#define CRIER_PUBLISH_RENDER_H

#include "publish/public_inside.h"
#include "store/entry.h"

struct render_options {
	const struct str *languages; /* as configured: what is in another is not public */
	size_t language_count;
	int (*month)(void *context, int64_t time_s); /* NULL: UTC */
	void *month_context;
	size_t excerpt_characters;
	int (*fault)(void *context, int64_t entry_id, struct err *err); /* NULL but in tests */
	void *fault_context;
};

struct rendered {
	int64_t entry_id;
	struct str path;          /* where it stands, or would */
	const struct err *failed; /* why it cannot be rendered and is nothing; NULL: it can */
	enum rendered_as { RENDERED_NOTHING, RENDERED_ENTRY, RENDERED_GONE } as;
	struct public_row row;       /* RENDERED_ENTRY */
	struct public_gone_row gone; /* RENDERED_GONE */
};

struct visible_facts render_facts(const struct entry *entry);
/* Always ends: what is wrong with an entry is a result, since those behind it go on. */
void render_entry(const struct render_options *options, const struct entry_page *page, const struct entry *entry,
		  struct arena *arena, struct rendered *ret_rendered);
/* The media's row for public.db; only files that readers may have. */
void render_media(const struct media *media, struct arena *arena, struct public_media_row *ret_row);

/* Many at once ----------------------------------------------------------------------------------- */

#define RENDER_THREADS_MAX 64

struct render_pool;
struct render_batch {
	struct arena *arena; /* for the page, by its maker */
	struct entry_page page;
	struct rendered *rendered; /* one for each entry, after the wait */
	/* the pool's own */
	struct arena *work[RENDER_THREADS_MAX];
	size_t next, done;
	struct render_batch *behind;
};

/* threads 0: rendering takes place in the wait. */
int render_pool_create(const struct render_options *options, unsigned threads, struct render_pool **ret_pool,
		       struct err *err);
void render_pool_destroy(struct render_pool *pool); /* NULL is fine; nothing may be under way */

void render_batch_init(struct render_batch *batch);
void render_batch_clear(struct render_batch *batch); /* for the next page */
void render_batch_finish(struct render_batch *batch);

void render_pool_submit(struct render_pool *pool, struct render_batch *batch);
void render_pool_wait(struct render_pool *pool, struct render_batch *batch);

#endif
