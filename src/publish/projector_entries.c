/* Entries from the store to public.db, one or page by page. */
#include "publish/projector_inside.h"

#include <unistd.h>

#define PAGE_ENTRIES 400

static unsigned core_count(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	return cores < 1 ? 1 : cores > RENDER_THREADS_MAX - 1 ? RENDER_THREADS_MAX - 1 : (unsigned)cores;
}

/* Changes ----------------------------------------------------------------------------------------- */

/* Pages in other languages link to this one, and those of items beside which an editor named it. */
static int tag_siblings(struct projector *projector, int64_t item_id, struct changes *changes, struct err *err)
{
	int64_t *ids = NULL;
	size_t count = 0;
	if (changes->everything)
		return 0;
	int rc = public_item_entries(projector->db, item_id, changes->arena, &ids, &count, err);
	for (size_t i = 0; i < count; i++)
		changes_tag(changes, "e", ids[i]);
	return rc;
}

static int note_old(struct projector *projector, int64_t entry_id, struct changes *changes,
		    struct public_facts *ret_facts, struct err *err)
{
	int rc = public_read_facts(projector->db, entry_id, changes->arena, ret_facts, err);
	if (rc)
		return rc == PUBLIC_NO_ENTRY ? 0 : rc;
	changes_tag_facts(changes, projector, entry_id, ret_facts);
	return tag_siblings(projector, ret_facts->item_id, changes, err);
}

static int64_t *copy_ids(const int64_t *ids, size_t count, struct arena *arena)
{
	int64_t *copy = arena_array(arena, int64_t, count + 1);
	for (size_t i = 0; i < count; i++)
		copy[i] = ids[i];
	return copy;
}

/* keys: room for them. */
static struct catalogue_entry entry_of(const struct projector *projector, const struct public_row *row,
				       struct catalogue_key keys[CATALOGUE_ENTRY_KEYS_MAX])
{
	return (struct catalogue_entry){
		.entry_id = row->entry_id,
		.window = row->window,
		.date_s = row->date_s,
		.changed_s = row->modified_s,
		.pinned_until_s = row->pinned_until_s,
		.language = catalogue_language(projector->catalogue, row->language),
		.page = row->page,
		.kind = row->kind_id,
		.month = row->month,
		.keys = keys,
		.key_count = public_catalogue_keys(row->terms, row->term_count, row->places, row->place_count,
						   row->contributors, row->contributor_count, keys),
	};
}

static void put_entry(const struct catalogue_entry *entry, struct changes *changes)
{
	struct catalogue_key *kept = arena_array(changes->arena, struct catalogue_key, entry->key_count + 1);
	for (size_t i = 0; i < entry->key_count; i++)
		kept[i] = entry->keys[i];
	struct catalogue_entry *put = vec_add(&changes->put, changes->arena);
	*put = *entry;
	put->keys = kept;
}

/* The lists that it is in now, or was in when it was withdrawn. */
static int tag_row(struct projector *projector, const struct public_row *row, struct changes *changes, struct err *err)
{
	struct public_facts facts = {
		.language = row->language,
		.page = row->page,
		.month = row->month,
		.kind_id = row->kind_id,
		.terms = copy_ids(row->terms, row->term_count, changes->arena),
		.term_count = row->term_count,
		.places = copy_ids(row->places, row->place_count, changes->arena),
		.place_count = row->place_count,
		.contributors = arena_array(changes->arena, struct card_contributor, row->contributor_count + 1),
		.contributor_count = row->contributor_count,
	};
	for (size_t i = 0; i < row->contributor_count; i++)
		facts.contributors[i] = row->contributors[i];
	changes_tag_facts(changes, projector, row->entry_id, &facts);
	return tag_siblings(projector, row->item_id, changes, err);
}

/* Writing ----------------------------------------------------------------------------------------- */

static int write_shown(struct projector *projector, const struct public_row *row, struct changes *changes,
		       struct err *err)
{
	struct catalogue_key keys[CATALOGUE_ENTRY_KEYS_MAX];
	struct catalogue_entry entry = entry_of(projector, row, keys);
	int rc = catalogue_entry_check(projector->catalogue, &entry, err);
	rc = rc ? rc : public_write_entry(projector->db, row, err);
	if (rc || !changes)
		return rc;
	rc = tag_row(projector, row, changes, err);
	if (!rc)
		put_entry(&entry, changes);
	return rc;
}

static int write_form(struct projector *projector, const struct rendered *rendered, struct changes *changes,
		      struct err *err)
{
	int rc = 0;
	switch (rendered->as) {
	case RENDERED_ENTRY:
		return write_shown(projector, &rendered->row, changes, err);
	case RENDERED_GONE:
		rc = public_write_gone(projector->db, &rendered->gone, err);
		if (changes)
			*vec_add(&changes->withdrawn, changes->arena) = rendered->entry_id;
		return rc || !changes ? rc : tag_row(projector, &rendered->gone.row, changes, err);
	case RENDERED_NOTHING:
		return public_remove_entry(projector->db, rendered->entry_id, err);
	}
	return 0;
}

/* It would fail in the same way until the entry is changed; what fails for want of a disk or a database is tried again
 * and holds up all others meanwhile. */
static bool is_its_own_fault(int rc)
{
	return rc == ERR_LIMIT || rc == ERR_INPUT || rc == ERR_DATA;
}

/* Whatever stood there goes: better nothing than what may have been withdrawn. */
static int leave_out(struct projector *projector, const struct rendered *rendered, const struct err *reason,
		     struct err *err)
{
	struct arena *arena = projector->left_out_arena;
	struct left_out left = {.entry_id = rendered->entry_id,
				.path = arena_str(arena, rendered->path),
				.reason = arena_str(arena, str_from(reason->text)),
				.tried_s = clock_now_s(projector->options.clock)};
	*vec_add(&projector->left_out, arena) = left;
	return public_write_left_out(projector->db, &left, projector->options.program, err);
}

static int write_one(struct projector *projector, const struct rendered *rendered, struct changes *changes,
		     struct err *err)
{
	struct public_facts old = {0};
	struct err reason = {0};
	bool shown = rendered->as == RENDERED_ENTRY;
	int rc = changes ? note_old(projector, rendered->entry_id, changes, &old, err) : 0;
	if (rc)
		return rc;
	if (rendered->failed)
		reason = *rendered->failed;
	rc = rendered->failed ? reason.code : write_form(projector, rendered, changes, &reason);
	if (is_its_own_fault(rc)) {
		shown = false;
		rc = leave_out(projector, rendered, &reason, err);
	} else if (rc) {
		*err = reason;
	}
	if (!rc && changes && !shown) {
		changes_tag(changes, "e", rendered->entry_id);
		*vec_add(&changes->removed, changes->arena) = rendered->entry_id;
	}
	for (size_t i = 0; !rc && i < old.media_count; i++)
		rc = public_remove_media_unless_used(projector->db, old.media[i], err);
	return rc;
}

/* The records of the media that this page's entries show, each once. */
static int write_media(struct projector *projector, struct render_batch *batch, struct err *err)
{
	struct map *written = map_create(batch->arena);
	int rc = 0;
	for (size_t i = 0; i < batch->page.entries.len; i++) {
		const struct rendered *rendered = &batch->rendered[i];
		if (rendered->as != RENDERED_ENTRY)
			continue;
		for (size_t k = 0; !rc && k < rendered->row.media_count; k++) {
			int64_t id = rendered->row.media[k];
			const struct media *media = entry_page_media(&batch->page, id);
			if (!media || map_get_i64(written, id))
				continue;
			struct public_media_row row;
			render_media(media, batch->arena, &row);
			map_put_i64(written, id, batch);
			rc = public_write_media(projector->db, &row, err);
		}
	}
	return rc;
}

struct page_job {
	struct projector *projector;
	struct render_batch *batch;
	struct changes *changes;
};

static int write_page(struct db *db, void *context, struct err *err)
{
	struct page_job *job = context;
	(void)db;
	int rc = write_media(job->projector, job->batch, err);
	for (size_t i = 0; !rc && i < job->batch->page.entries.len; i++)
		rc = write_one(job->projector, &job->batch->rendered[i], job->changes, err);
	return rc;
}

static int wait_and_write(struct projector *projector, struct render_pool *pool, struct render_batch *batch,
			  struct changes *changes, struct err *err)
{
	struct page_job job = {projector, batch, changes};
	render_pool_wait(pool, batch);
	return db_transaction(projector->db, write_page, &job, err);
}

/* While one page is rendered, the next is read and the last is written. */
static int pump(struct projector *projector, struct store *store, int64_t batch_id, struct render_pool *pool,
		struct render_batch batches[2], struct changes *changes, struct err *err)
{
	int64_t after_id = 0;
	bool more = true, waiting = false;
	int rc = 0;
	size_t at = 0;
	for (; !rc && more; at = 1 - at) {
		struct render_batch *batch = &batches[at];
		render_batch_clear(batch);
		rc = entry_page(store, batch_id, after_id, PAGE_ENTRIES, batch->arena, &batch->page, err);
		if (rc)
			break;
		after_id = batch->page.last_id;
		more = batch->page.more;
		render_pool_submit(pool, batch);
		if (waiting)
			rc = wait_and_write(projector, pool, &batches[1 - at], changes, err);
		waiting = true;
	}
	/* The one that is still under way is waited for even after a failure: its memory is ours. */
	if (waiting) {
		struct render_batch *last = &batches[1 - at];
		if (rc)
			render_pool_wait(pool, last);
		else
			rc = wait_and_write(projector, pool, last, changes, err);
	}
	return rc;
}

int projector_write_entries(struct projector *projector, struct store *store, int64_t batch_id, struct changes *changes,
			    struct err *err)
{
	struct render_pool *pool = NULL;
	unsigned threads = projector->options.threads ? projector->options.threads : core_count();
	int rc = render_pool_create(&projector->render, threads, &pool, err);
	if (rc)
		return rc;
	struct render_batch batches[2];
	render_batch_init(&batches[0]);
	render_batch_init(&batches[1]);
	rc = pump(projector, store, batch_id, pool, batches, changes, err);
	render_pool_destroy(pool);
	render_batch_finish(&batches[0]);
	render_batch_finish(&batches[1]);
	return rc;
}

int projector_write_entry(struct projector *projector, struct store *store, int64_t entry_id, struct changes *changes,
			  struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct render_batch batch = {.arena = arena};
	int rc = entry_get(store, entry_id, arena, &batch.page, err);
	struct rendered rendered = {.entry_id = entry_id};
	if (rc == STORE_NOT_FOUND)
		return write_one(projector, &rendered, changes, err);
	if (rc)
		return rc;
	batch.rendered = &rendered;
	render_entry(&projector->render, &batch.page, &batch.page.entries.at[0], arena, &rendered);
	rc = write_media(projector, &batch, err);
	return rc ? rc : write_one(projector, &rendered, changes, err);
}
