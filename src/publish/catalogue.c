#include "publish/catalogue_inside.h"

#include <stdlib.h>
#include <string.h>

#define CLOCK_SWING_S 60 /* a snapshot for a time this little in the past is nobody else's business */

static struct catalogue_snapshot *current(struct catalogue *catalogue)
{
	return (struct catalogue_snapshot *)holder_acquire(&catalogue->holder);
}

const struct catalogue_snapshot *catalogue_acquire(struct catalogue *catalogue, int64_t now_s)
{
	for (;;) {
		struct catalogue_snapshot *found = current(catalogue);
		int64_t asked_s = now_s < found->base->floor_s ? found->base->floor_s : now_s;
		if (snapshot_valid_at(found, asked_s))
			return found;
		struct catalogue_snapshot *next = snapshot_derive(found, found->delta, asked_s);
		bool past = asked_s < found->at_s && found->at_s - asked_s < CLOCK_SWING_S;
		bool done = past || holder_install(&catalogue->holder, &found->held, &next->held);
		held_release(&found->held);
		if (done)
			return next;
		held_release(&next->held);
	}
}

void catalogue_release(const struct catalogue_snapshot *snapshot)
{
	union {
		const struct catalogue_snapshot *given;
		struct catalogue_snapshot *own;
	} pointer = {snapshot};
	if (snapshot)
		held_release(&pointer.own->held);
}

void catalogue_releasep(const struct catalogue_snapshot **snapshot)
{
	catalogue_release(*snapshot);
	*snapshot = NULL;
}

int64_t catalogue_sequence(const struct catalogue_snapshot *snapshot)
{
	return snapshot->sequence;
}

int64_t catalogue_at_s(const struct catalogue_snapshot *snapshot)
{
	return snapshot->at_s;
}

int64_t catalogue_valid_until_s(const struct catalogue_snapshot *snapshot)
{
	return snapshot->valid_until_s;
}

bool catalogue_contains(const struct catalogue_snapshot *snapshot, int64_t entry_id)
{
	uint32_t index = delta_find(snapshot->delta, entry_id);
	if (index != NO_INDEX)
		return delta_live(snapshot, snapshot->delta->at[index]);
	uint32_t position = base_find(snapshot->base, entry_id);
	return position != NO_POSITION && roaring_bitmap_contains(snapshot->live, position);
}

size_t catalogue_visible_count(const struct catalogue_snapshot *snapshot)
{
	size_t count = roaring_bitmap_get_cardinality(snapshot->live);
	for (uint32_t i = 0; i < snapshot->delta->len; i++)
		count += delta_live(snapshot, snapshot->delta->at[i]);
	return count;
}

uint32_t catalogue_language(const struct catalogue *catalogue, struct str code)
{
	for (uint32_t i = 0; i < catalogue->language_count; i++)
		if (str_eq_nocase(catalogue->languages[i], code))
			return i;
	return CATALOGUE_NO_LANGUAGE;
}

/* Changing ---------------------------------------------------------------------------------------- */

static bool entry_key_good(const struct catalogue_key *key)
{
	bool listed = key->dimension == CATALOGUE_TERM || key->dimension == CATALOGUE_PLACE ||
		      key->dimension == CATALOGUE_CONTRIBUTOR;
	return listed && key->id > 0 && key->id <= CATALOGUE_KEY_MAX;
}

int catalogue_entry_check(const struct catalogue *catalogue, const struct catalogue_entry *entry, struct err *err)
{
	long long id = entry->entry_id;
	if (entry->entry_id <= 0)
		return err_set(err, ERR_INPUT, "catalogue: an entry's id must be above 0, found %lld", id);
	if (entry->language >= catalogue->language_count)
		return err_set(err, ERR_INPUT, "catalogue: entry %lld is in a language that is not configured", id);
	if (entry->kind < 0 || entry->kind > CATALOGUE_KEY_MAX)
		return err_set(err, ERR_INPUT, "catalogue: entry %lld has the kind %lld, out of range", id,
			       (long long)entry->kind);
	if (entry->month < 0 || entry->month > 999912 ||
	    (entry->month && (entry->month % 100 < 1 || entry->month % 100 > 12)))
		return err_set(err, ERR_INPUT, "catalogue: entry %lld has the month %d, which is none", id,
			       entry->month);
	if (entry->key_count > CATALOGUE_ENTRY_KEYS_MAX)
		return err_set(err, ERR_LIMIT,
			       "catalogue: entry %lld has %zu terms, places and contributors; at most %d", id,
			       entry->key_count, CATALOGUE_ENTRY_KEYS_MAX);
	for (size_t i = 0; i < entry->key_count; i++)
		if (!entry_key_good(&entry->keys[i]))
			return err_set(err, ERR_INPUT, "catalogue: entry %lld has the id %lld in a list, out of range",
				       id, (long long)entry->keys[i].id);
	return 0;
}

/* The writer's turn: what stands there follows from a snapshot that readers may have moved on in time. */
static void install_derived(struct catalogue *catalogue, struct delta *delta, int64_t now_s, int64_t sequence)
{
	for (;;) {
		struct catalogue_snapshot *found = current(catalogue);
		struct catalogue_snapshot *next = snapshot_derive(found, delta, now_s);
		next->sequence = sequence;
		bool done = holder_install(&catalogue->holder, &found->held, &next->held);
		held_release(&found->held);
		held_release(&next->held);
		if (done)
			return;
	}
}

void catalogue_install_fresh(struct catalogue *catalogue, struct base *base, struct delta *delta, int64_t now_s,
			     int64_t sequence)
{
	struct catalogue_snapshot *next = snapshot_fresh(base, delta, catalogue->language_count, now_s, sequence);
	for (bool done = false; !done;) {
		struct catalogue_snapshot *found = current(catalogue);
		done = holder_install(&catalogue->holder, found ? &found->held : NULL, &next->held);
		if (found)
			held_release(&found->held);
	}
	held_release(&next->held);
}

int catalogue_apply(struct catalogue *catalogue, const struct catalogue_change *change, int64_t now_s, struct err *err)
{
	for (size_t i = 0; i < change->put_count; i++) {
		int result = catalogue_entry_check(catalogue, &change->put[i], err);
		if (result)
			return result;
	}
	pthread_mutex_lock(&catalogue->writing);
	struct catalogue_snapshot *found = current(catalogue);
	struct delta *delta = delta_derive(found->delta, found->base, change);
	held_release(&found->held);
	install_derived(catalogue, delta, now_s, change->sequence);
	uint32_t len = delta->len;
	delta_drop(delta);
	catalogue_rebuild_if_due(catalogue, len, now_s);
	pthread_mutex_unlock(&catalogue->writing);
	return 0;
}

int catalogue_create(const struct catalogue_options *options, struct catalogue **ret_catalogue, struct err *err)
{
	if (!options->language_count || options->language_count > CATALOGUE_LANGUAGES_MAX)
		return err_set(err, ERR_INPUT, "catalogue: found %zu languages; accepted: 1 to %d",
			       options->language_count, CATALOGUE_LANGUAGES_MAX);
	struct catalogue *catalogue = heap_array(1, sizeof *catalogue);
	memset(catalogue, 0, sizeof *catalogue);
	catalogue->arena = arena_create(0);
	catalogue->language_count = (uint32_t)options->language_count;
	for (size_t i = 0; i < options->language_count; i++)
		catalogue->languages[i] = arena_str(catalogue->arena, options->languages[i]);
	pthread_mutex_init(&catalogue->writing, NULL);
	pthread_cond_init(&catalogue->changed, NULL);
	struct tree none = {0};
	struct base *base = base_builder_finish(base_builder_create(&none, 0, 0));
	struct delta *delta = delta_create_empty();
	catalogue_install_fresh(catalogue, base, delta, 0, 0);
	base_drop(base);
	delta_drop(delta);
	int result = options->background ? catalogue_rebuild_start(catalogue, err) : 0;
	if (result) {
		catalogue_destroy(catalogue);
		return result;
	}
	*ret_catalogue = catalogue;
	return 0;
}

void catalogue_destroy(struct catalogue *catalogue)
{
	if (!catalogue)
		return;
	catalogue_rebuild_stop(catalogue);
	holder_clear(&catalogue->holder);
	pthread_cond_destroy(&catalogue->changed);
	pthread_mutex_destroy(&catalogue->writing);
	arena_destroy(catalogue->arena);
	free(catalogue);
}
