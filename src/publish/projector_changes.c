#include "publish/indexes.h"
#include "publish/projector_inside.h"

#include <stdio.h>

void changes_init(struct changes *changes)
{
	*changes = (struct changes){.arena = arena_create(0)};
	changes->seen = map_create(changes->arena);
}

void changes_clear(struct changes *changes)
{
	struct arena *arena = changes->arena;
	arena_clear(arena);
	*changes = (struct changes){.arena = arena};
	changes->seen = map_create(arena);
}

void changes_finish(struct changes *changes)
{
	arena_destroy(changes->arena);
	*changes = (struct changes){0};
}

static void add_tag(struct changes *changes, struct str tag)
{
	if (changes->everything || map_get(changes->seen, tag))
		return;
	if (changes->tags.len == CHANGES_TAGS_MAX) {
		changes->everything = true;
		return;
	}
	struct str kept = arena_str(changes->arena, tag);
	map_put(changes->seen, kept, changes);
	*vec_add(&changes->tags, changes->arena) = kept;
}

void changes_tag(struct changes *changes, const char *prefix, int64_t id)
{
	char text[40];
	int len = snprintf(text, sizeof text, "%s%lld", prefix, (long long)id);
	add_tag(changes, str_of(text, (size_t)len));
}

void changes_tag_text(struct changes *changes, const char *prefix, struct str text)
{
	struct arena_mark mark = arena_mark(changes->arena);
	struct str tag = arena_printf(changes->arena, "%s%.*s", prefix, STR_ARG(text));
	if (changes->everything || map_get(changes->seen, tag))
		arena_release(changes->arena, mark);
	else
		add_tag(changes, tag);
}

/* A term or place and all above it, as the catalogue knows them. */
static void tag_upwards(struct changes *changes, const struct projector *projector, enum catalogue_dimension dimension,
			int64_t id)
{
	for (int depth = 0; depth < 64 && id; depth++) {
		changes_tag(changes, dimension == CATALOGUE_TERM ? "t" : "p", id);
		int64_t parent = 0;
		for (size_t i = 0; i < projector->parent_count && !parent; i++)
			if (projector->parents[i].dimension == dimension && projector->parents[i].id == id)
				parent = projector->parents[i].parent_id;
		id = parent;
	}
}

void changes_tag_facts(struct changes *changes, const struct projector *projector, int64_t entry_id,
		       const struct public_facts *facts)
{
	if (changes->everything)
		return;
	changes_tag(changes, "e", entry_id);
	changes_tag_text(changes, "l", facts->language); /* pages too: sitemaps list them */
	if (facts->page) {
		changes_tag_text(changes, "a", facts->language);
		return;
	}
	if (facts->kind_id)
		changes_tag(changes, "k", facts->kind_id);
	for (size_t i = 0; i < facts->term_count; i++)
		tag_upwards(changes, projector, CATALOGUE_TERM, facts->terms[i]);
	for (size_t i = 0; i < facts->place_count; i++)
		tag_upwards(changes, projector, CATALOGUE_PLACE, facts->places[i]);
	for (size_t i = 0; i < facts->contributor_count; i++)
		changes_tag(changes, "c", facts->contributors[i].id);
	if (facts->month) {
		changes_tag(changes, "y", facts->month / 100);
		changes_tag(changes, "m", facts->month);
	}
}

/* Kinds by language, since each has its own sections; terms and places in all of them. A bit for each that has items.
 */
static uint64_t filled_by_name(const struct projector *projector, const struct catalogue_snapshot *snapshot,
			       struct str tag)
{
	size_t languages = tag.ptr[0] == 'k' ? projector->options.language_count : 1;
	uint64_t bits = 0;
	int64_t id;
	if (!str_to_i64(str_skip(tag, 1), &id))
		return 0;
	for (uint32_t i = 0; i < languages && i < 64; i++) {
		struct catalogue_filter filter = {.language = tag.ptr[0] == 'k' ? i : CATALOGUE_EVERY_LANGUAGE};
		if (tag.ptr[0] == 'k')
			filter.kind = id;
		else
			filter.keys[filter.key_count++] =
				(struct catalogue_key){tag.ptr[0] == 't' ? CATALOGUE_TERM : CATALOGUE_PLACE, id};
		CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
		bits |= (uint64_t)(catalogue_count(set) > 0) << i;
	}
	return bits;
}

static bool is_name_tag(struct str tag)
{
	return tag.len > 1 && (tag.ptr[0] == 'k' || tag.ptr[0] == 't' || tag.ptr[0] == 'p') && tag.ptr[1] >= '0' &&
	       tag.ptr[1] <= '9';
}

/* Only of languages in which something changed. */
static unsigned *filled_indexes(const struct changes *changes, struct projector *projector,
				const struct catalogue_snapshot *snapshot)
{
	size_t count = projector->options.language_count;
	unsigned *bits = arena_array(changes->arena, unsigned, count + 1);
	NAMES_SCOPED names = names_acquire(&projector->names);
	for (size_t i = 0; i < count; i++) {
		struct str code = projector->options.languages[i];
		if (map_get(changes->seen, arena_printf(changes->arena, "l%.*s", STR_ARG(code))))
			bits[i] = indexes_filled(snapshot, names, catalogue_language(projector->catalogue, code));
	}
	return bits;
}

struct filled changes_filled(const struct changes *changes, struct projector *projector)
{
	if (changes->everything)
		return (struct filled){0};
	CATALOGUE_SCOPED snapshot = catalogue_acquire(projector->catalogue, clock_now_s(projector->options.clock));
	uint64_t *bits = arena_array(changes->arena, uint64_t, changes->tags.len + 1);
	for (size_t i = 0; i < changes->tags.len; i++)
		if (is_name_tag(changes->tags.at[i]))
			bits[i] = filled_by_name(projector, snapshot, changes->tags.at[i]);
	return (struct filled){bits, filled_indexes(changes, projector, snapshot)};
}

void changes_tag_filled(struct changes *changes, struct projector *projector, const struct filled *before)
{
	if (changes->everything)
		return;
	CATALOGUE_SCOPED snapshot = catalogue_acquire(projector->catalogue, clock_now_s(projector->options.clock));
	unsigned *indexes = filled_indexes(changes, projector, snapshot);
	size_t count = changes->tags.len;
	for (size_t i = 0; i < count && !changes->everything; i++) {
		struct str tag = changes->tags.at[i];
		if (is_name_tag(tag) && filled_by_name(projector, snapshot, tag) != before->names[i])
			changes_tag_text(changes, "n", tag);
	}
	for (size_t i = 0; i < projector->options.language_count; i++)
		if (indexes[i] != before->indexes[i])
			changes_tag_text(changes, "i", projector->options.languages[i]);
}

void projector_clear_left_out(struct projector *projector)
{
	arena_clear(projector->left_out_arena);
	projector->left_out = (struct left_out_vec){0};
}

void projector_tell_left_out(struct projector *projector)
{
	const struct projector_listener *listener = &projector->options.listener;
	for (size_t i = 0; listener->left_out && i < projector->left_out.len; i++)
		listener->left_out(listener->context, &projector->left_out.at[i]);
	projector_clear_left_out(projector);
}

static void tell_listener(const struct projector_listener *listener, const struct changes *changes, int64_t sequence)
{
	struct str all = STR("*");
	if (!listener->changed)
		return;
	if (changes->everything)
		listener->changed(listener->context, &all, 1, sequence);
	else if (changes->tags.len || changes->redirects)
		listener->changed(listener->context, changes->tags.at, changes->tags.len, sequence);
}

/* Our own pages first: who asks because a cache was purged gets the new one. */
void projector_tell(struct projector *projector, const struct changes *changes)
{
	tell_listener(&projector->options.listener, changes, projector->sequence);
	projector_queue_purges(projector, changes);
}
