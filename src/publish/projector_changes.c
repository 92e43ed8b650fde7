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
	if (facts->page)
		return;
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

void projector_tell(struct projector *projector, const struct changes *changes)
{
	if (!projector->options.listener.changed)
		return;
	struct str all = STR("*");
	if (changes->everything)
		projector->options.listener.changed(projector->options.listener.context, &all, 1, projector->sequence);
	else if (changes->tags.len || changes->redirects)
		projector->options.listener.changed(projector->options.listener.context, changes->tags.at,
						    changes->tags.len, projector->sequence);
}
