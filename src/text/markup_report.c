#include "base/map.h"
#include "base/vec.h"
#include "text/markup.h"

#define NAMES_MAX  400 /* distinct names of each sort */
#define NAME_BYTES 32

struct counted {
	struct str name;
	int64_t count;
	enum markup_dropped what;
};

struct markup_report {
	struct arena *arena;
	struct map *names[MARKUP_DROPPED_CUT + 1];
	VEC(struct counted *) order;
};

struct markup_report *markup_report_create(struct arena *arena)
{
	struct markup_report *report = arena_new(arena, struct markup_report);
	report->arena = arena;
	for (size_t i = 0; i <= MARKUP_DROPPED_CUT; i++)
		report->names[i] = map_create(arena);
	return report;
}

/* Names are shown to people and written to files: short and printable, or not at all. */
static struct str presentable(struct str name)
{
	if (!name.len || name.len > NAME_BYTES)
		return STR("(odd)");
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] < ' ' || name.ptr[i] > '~')
			return STR("(odd)");
	return name;
}

void markup_report_add(struct markup_report *report, enum markup_dropped what, struct str name, int64_t count)
{
	if (!report)
		return;
	name = presentable(name);
	struct counted *found = map_get(report->names[what], name);
	if (!found && map_count(report->names[what]) >= NAMES_MAX) {
		name = STR("(other)");
		found = map_get(report->names[what], name);
	}
	if (!found) {
		found = arena_new(report->arena, struct counted);
		*found = (struct counted){arena_str(report->arena, name), 0, what};
		map_put(report->names[what], found->name, found);
		*vec_add(&report->order, report->arena) = found;
	}
	found->count += count;
}

void markup_report_merge(struct markup_report *into, const struct markup_report *from)
{
	for (size_t i = 0; i < from->order.len; i++)
		markup_report_add(into, from->order.at[i]->what, from->order.at[i]->name, from->order.at[i]->count);
}

bool markup_report_at(const struct markup_report *report, size_t index, enum markup_dropped *ret_what,
		      struct str *ret_name, int64_t *ret_count)
{
	if (index >= report->order.len)
		return false;
	*ret_what = report->order.at[index]->what;
	*ret_name = report->order.at[index]->name;
	*ret_count = report->order.at[index]->count;
	return true;
}

int64_t markup_report_count(const struct markup_report *report, enum markup_dropped what, struct str name)
{
	const struct counted *found = map_get(report->names[what], name);
	return found ? found->count : 0;
}
