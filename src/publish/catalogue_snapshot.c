#include "publish/catalogue_inside.h"

#include <stdlib.h>
#include <string.h>

static void snapshot_destroy(struct held *held)
{
	struct catalogue_snapshot *snapshot = (struct catalogue_snapshot *)held;
	for (uint32_t i = 0; i < snapshot->language_count; i++)
		roaring_bitmap_free(snapshot->lang[i]);
	free(snapshot->lang);
	roaring_bitmap_free(snapshot->moved);
	roaring_bitmap_free(snapshot->live);
	delta_drop(snapshot->delta);
	base_drop(snapshot->base);
	free(snapshot);
}

static void live_set(struct catalogue_snapshot *snapshot, uint32_t position, bool live)
{
	roaring_bitmap_t *lang = snapshot->lang[base_language(snapshot->base, position)];
	bool changes = live ? roaring_bitmap_add_checked(snapshot->live, position)
			    : roaring_bitmap_remove_checked(snapshot->live, position);
	if (!changes || base_is_page(snapshot->base, position))
		return;
	if (live)
		roaring_bitmap_add(lang, position);
	else
		roaring_bitmap_remove(lang, position);
	if (!roaring_bitmap_remove_checked(snapshot->moved, position))
		roaring_bitmap_add(snapshot->moved, position);
}

/* Forward and backward along the events, until just those at or before at_s have happened. */
static void live_move(struct catalogue_snapshot *snapshot)
{
	const struct base *base = snapshot->base;
	const roaring_bitmap_t *superseded = snapshot->delta->superseded;
	while (snapshot->event_next < base->event_count &&
	       base->events[snapshot->event_next].time_s <= snapshot->at_s) {
		const struct base_event *event = &base->events[snapshot->event_next++];
		if (!roaring_bitmap_contains(superseded, event->position))
			live_set(snapshot, event->position, event->opens);
	}
	while (snapshot->event_next && base->events[snapshot->event_next - 1].time_s > snapshot->at_s) {
		const struct base_event *event = &base->events[--snapshot->event_next];
		if (!roaring_bitmap_contains(superseded, event->position))
			live_set(snapshot, event->position, !event->opens);
	}
}

static void bound(struct catalogue_snapshot *snapshot, int64_t time_s)
{
	if (time_s <= snapshot->at_s) {
		if (time_s > snapshot->valid_from_s)
			snapshot->valid_from_s = time_s;
	} else if (time_s < snapshot->valid_until_s) {
		snapshot->valid_until_s = time_s;
	}
}

/* Nothing changes between the last thing that happened and the next one that will. Times before the
 * base's floor are not known to it: it answers for them as for the floor. */
static void bound_all(struct catalogue_snapshot *snapshot)
{
	const struct base *base = snapshot->base;
	const struct delta *delta = snapshot->delta;
	snapshot->valid_from_s = VISIBLE_NO_TIME;
	snapshot->valid_until_s = VISIBLE_NO_END;
	if (snapshot->event_next)
		bound(snapshot, base->events[snapshot->event_next - 1].time_s);
	for (size_t i = snapshot->event_next; i < base->event_count; i++) {
		if (roaring_bitmap_contains(delta->superseded, base->events[i].position))
			continue;
		bound(snapshot, base->events[i].time_s);
		break;
	}
	for (size_t i = 0; i < base->pin_count; i++)
		if (!roaring_bitmap_contains(delta->superseded, base->pins[i].position))
			bound(snapshot, base->pins[i].until_s);
	for (uint32_t i = 0; i < delta->len; i++) {
		bound(snapshot, delta->at[i]->window.from_s);
		bound(snapshot, delta->at[i]->window.until_s);
		if (delta->at[i]->pinned_until_s > 0)
			bound(snapshot, delta->at[i]->pinned_until_s);
	}
}

static struct catalogue_snapshot *snapshot_create(struct base *base, struct delta *delta, uint32_t language_count,
						  int64_t at_s, int64_t sequence)
{
	struct catalogue_snapshot *snapshot = heap_array(1, sizeof *snapshot);
	memset(snapshot, 0, sizeof *snapshot);
	held_init(&snapshot->held, snapshot_destroy);
	snapshot->base = base_hold(base);
	snapshot->delta = delta_hold(delta);
	snapshot->language_count = language_count;
	snapshot->lang = heap_array(language_count, sizeof(roaring_bitmap_t *));
	snapshot->at_s = at_s < base->floor_s ? base->floor_s : at_s;
	snapshot->sequence = sequence;
	return snapshot;
}

struct catalogue_snapshot *snapshot_fresh(struct base *base, struct delta *delta, uint32_t language_count, int64_t at_s,
					  int64_t sequence)
{
	struct catalogue_snapshot *snapshot = snapshot_create(base, delta, language_count, at_s, sequence);
	snapshot->live = roaring_bitmap_andnot(base->floor_live, delta->superseded);
	const roaring_bitmap_t *pages = base_list(base, KEY_PAGE);
	snapshot->moved = roaring_bitmap_create();
	for (uint32_t i = 0; i < language_count; i++) {
		snapshot->lang[i] =
			roaring_bitmap_and(snapshot->live, base_list(base, list_key(CATALOGUE_LANGUAGE, i)));
		roaring_bitmap_andnot_inplace(snapshot->lang[i], pages);
		roaring_bitmap_run_optimize(snapshot->lang[i]);
	}
	live_move(snapshot);
	roaring_bitmap_free(snapshot->moved);
	snapshot->moved = roaring_bitmap_xor(snapshot->live, base->made_live);
	roaring_bitmap_andnot_inplace(snapshot->moved, pages);
	bound_all(snapshot);
	return snapshot;
}

struct catalogue_snapshot *snapshot_derive(const struct catalogue_snapshot *from, struct delta *delta, int64_t at_s)
{
	struct catalogue_snapshot *snapshot =
		snapshot_create(from->base, delta, from->language_count, at_s, from->sequence);
	snapshot->live = roaring_bitmap_copy(from->live);
	snapshot->moved = roaring_bitmap_copy(from->moved);
	for (uint32_t i = 0; i < from->language_count; i++)
		snapshot->lang[i] = roaring_bitmap_copy(from->lang[i]);
	snapshot->event_next = from->event_next;
	if (delta != from->delta) {
		roaring_bitmap_t *newly = roaring_bitmap_andnot(delta->superseded, from->delta->superseded);
		roaring_uint32_iterator_t at;
		for (roaring_init_iterator(newly, &at); at.has_value; roaring_advance_uint32_iterator(&at))
			live_set(snapshot, at.current_value, false);
		roaring_bitmap_free(newly);
	}
	live_move(snapshot);
	bound_all(snapshot);
	return snapshot;
}
