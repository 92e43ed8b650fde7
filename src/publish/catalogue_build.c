/* Making a base: entries are added in order, then the order by id, the events and the lists follow. */
#include "publish/catalogue_inside.h"

#include <stdlib.h>
#include <string.h>

struct base_builder {
	struct base *base;
	struct rows_maker *rows;
	size_t cap, span_cap, pin_cap;
};

struct base_builder *base_builder_create(const struct tree *tree, int64_t now_s, size_t expected)
{
	struct base_builder *builder = heap_array(1, sizeof *builder);
	struct base *base = heap_array(1, sizeof *base);
	*builder = (struct base_builder){.base = base, .cap = expected + 1};
	memset(base, 0, sizeof *base);
	atomic_init(&base->held, 1);
	base->floor_s = now_s > VISIBLE_NO_TIME + DAY_S ? now_s - DAY_S : now_s;
	base->made_s = now_s;
	tree_init_copy(&base->tree, tree);
	base->nothing = roaring_bitmap_create();
	base->floor_live = roaring_bitmap_create();
	base->ids = heap_array(builder->cap, sizeof *base->ids);
	base->dates = heap_array(builder->cap, sizeof *base->dates);
	base->changed = heap_array(builder->cap, sizeof *base->changed);
	base->rows_at = heap_array(builder->cap + 1, sizeof *base->rows_at);
	builder->rows = rows_maker_create(base, expected);
	return builder;
}

static void builder_grow(struct base_builder *builder)
{
	struct base *base = builder->base;
	builder->cap += builder->cap / 2 + 16;
	base->ids = heap_grow(base->ids, builder->cap, sizeof *base->ids);
	base->dates = heap_grow(base->dates, builder->cap, sizeof *base->dates);
	base->changed = heap_grow(base->changed, builder->cap, sizeof *base->changed);
	base->rows_at = heap_grow(base->rows_at, builder->cap + 1, sizeof *base->rows_at);
}

static void builder_add_span(struct base_builder *builder, struct visible_window window)
{
	struct base *base = builder->base;
	if (base->span_count == builder->span_cap) {
		builder->span_cap = builder->span_cap * 2 + 16;
		base->spans = heap_grow(base->spans, builder->span_cap, sizeof *base->spans);
	}
	base->spans[base->span_count++] = (struct base_span){base->count, window};
}

static void builder_add_pin(struct base_builder *builder, int64_t until_s)
{
	struct base *base = builder->base;
	if (base->pin_count == builder->pin_cap) {
		builder->pin_cap = builder->pin_cap * 2 + 16;
		base->pins = heap_grow(base->pins, builder->pin_cap, sizeof *base->pins);
	}
	base->pins[base->pin_count++] = (struct base_pin){base->count, until_s};
}

void base_builder_add(struct base_builder *builder, const struct base_entry *entry)
{
	struct base *base = builder->base;
	if (visible_window_empty(entry->window) || entry->window.until_s <= base->floor_s)
		return;
	if (base->count + 1 >= builder->cap)
		builder_grow(builder);
	base->ids[base->count] = entry->id;
	base->dates[base->count] = entry->date_s;
	base->changed[base->count] = entry->changed_s;
	rows_maker_add(builder->rows, base, entry->facts, entry->fact_count);
	if (entry->window.from_s > base->floor_s || entry->window.until_s != VISIBLE_NO_END)
		builder_add_span(builder, entry->window);
	if (entry->pinned_until_s > base->floor_s)
		builder_add_pin(builder, entry->pinned_until_s);
	base->count++;
}

static int by_id(const void *a, const void *b, void *context)
{
	const int64_t *ids = context;
	int64_t left = ids[*(const uint32_t *)a], right = ids[*(const uint32_t *)b];
	return (left > right) - (left < right);
}

static void make_order_by_id(struct base *base)
{
	base->by_id = heap_array(base->count, sizeof *base->by_id);
	for (uint32_t i = 0; i < base->count; i++)
		base->by_id[i] = i;
	qsort_r(base->by_id, base->count, sizeof *base->by_id, by_id, base->ids);
}

static int by_time(const void *a, const void *b)
{
	const struct base_event *left = a, *right = b;
	if (left->time_s != right->time_s)
		return left->time_s < right->time_s ? -1 : 1;
	return (left->position > right->position) - (left->position < right->position);
}

/* Everything is live at the floor but what opens later; then come the events. */
static void make_events(struct base *base)
{
	roaring_bitmap_add_range(base->floor_live, 0, base->count);
	base->events = heap_array(base->span_count * 2, sizeof *base->events);
	for (size_t i = 0; i < base->span_count; i++) {
		const struct base_span *span = &base->spans[i];
		if (span->window.from_s > base->floor_s) {
			roaring_bitmap_remove(base->floor_live, span->position);
			base->events[base->event_count++] =
				(struct base_event){span->window.from_s, span->position, true};
		}
		if (span->window.until_s != VISIBLE_NO_END)
			base->events[base->event_count++] =
				(struct base_event){span->window.until_s, span->position, false};
	}
	qsort(base->events, base->event_count, sizeof *base->events, by_time);
	roaring_bitmap_run_optimize(base->floor_live);
	base->made_live = roaring_bitmap_copy(base->floor_live);
	for (size_t i = 0; i < base->event_count && base->events[i].time_s <= base->made_s; i++)
		if (base->events[i].opens)
			roaring_bitmap_add(base->made_live, base->events[i].position);
		else
			roaring_bitmap_remove(base->made_live, base->events[i].position);
	roaring_bitmap_run_optimize(base->made_live);
}

struct base *base_builder_finish(struct base_builder *builder)
{
	struct base *base = builder->base;
	struct tallied *tallied;
	size_t lists = rows_maker_finish(builder->rows, base, &tallied);
	free(builder);
	make_order_by_id(base);
	make_events(base);
	base_make_lists(base, tallied, lists);
	free(tallied);
	base_make_pairs(base);
	return base;
}
