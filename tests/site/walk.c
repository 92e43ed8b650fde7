#include "walk.h"

#include "base/buf.h"

#define TARGETS_MAX 5000
#define FILTERS_MAX 1

void walk_init(struct walk *walk, struct arena *arena)
{
	*walk = (struct walk){.arena = arena, .seen = map_create(arena)};
}

/* Facets lead from each list to narrower ones: how far they are followed. */
static size_t filters(struct str target)
{
	size_t count = 0;

	for (size_t i = 0; i < target.len; i++)
		count += target.ptr[i] == '=';
	return count;
}

void walk_meet(struct walk *walk, struct str target)
{
	struct str site = STR("https://news.example.org"), fragment;

	if (str_starts(target, site))
		target = str_skip(target, site.len);
	str_cut(target, '#', &target, &fragment);
	if (!str_starts(target, STR("/")) || map_get(walk->seen, target) || filters(target) > FILTERS_MAX ||
	    walk->targets.len == TARGETS_MAX)
		return;
	target = arena_str(walk->arena, target);
	map_put(walk->seen, target, walk);
	*vec_add(&walk->targets, walk->arena) = target;
}

static struct str unescape(struct walk *walk, struct str text)
{
	BUF_SCOPED out = BUF_INIT(1 << 20);
	const struct str amp = STR("&amp;");

	for (size_t i = 0; i < text.len;) {
		bool is_amp = str_starts(str_skip(text, i), amp);

		buf_put_byte(&out, text.ptr[i]);
		i += is_amp ? amp.len : 1;
	}
	return buf_copy(&out, walk->arena);
}

/* Every address between quotes or, in sitemaps, between tags. */
static void meet_all(struct walk *walk, struct str body)
{
	static const struct {
		struct str begin;
		char end;
	} places[] = {{STR_INIT(" href=\""), '"'}, {STR_INIT(" src=\""), '"'},   {STR_INIT(" action=\""), '"'},
		      {STR_INIT("<loc>"), '<'},    {STR_INIT("<link>"), '<'},    {STR_INIT(" srcset=\""), ' '},
		      {STR_INIT("w, "), ' '},      {STR_INIT("\"url\":\""), '"'}};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct str rest = body;
		size_t at;

		while ((at = str_find(rest, places[i].begin)) != SIZE_MAX) {
			rest = str_skip(rest, at + places[i].begin.len);
			walk_meet(walk, unescape(walk, str_sub(rest, 0, str_find_byte(rest, places[i].end))));
		}
	}
}

int walk_all(struct walk *walk, walk_ask ask, void *context, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < walk->targets.len && rc == 0; i++) {
		struct str body = {0}, location = {0};

		rc = ask(context, walk->targets.at[i], &body, &location, err);
		walk_meet(walk, location);
		meet_all(walk, body);
	}
	return rc;
}
