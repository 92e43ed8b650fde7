/* Walks the newsroom of the tests by its links, from the front page, and writes every answer into a folder, with a
 * list of them: write_site FOLDER [hostile]. For test_check_pages.py, and for looking at pages in a browser. */
#include "newsroom.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"

#include <stdio.h>
#include <string.h>

#define ANSWERS_MAX 5000
#define FILTERS_MAX 1

struct walk {
	struct newsroom newsroom;
	struct arena *arena;
	struct map *seen;
	struct str_vec targets;
};

/* Facets lead from each list to narrower ones: how far they are followed. */
static size_t filters(struct str target)
{
	size_t count = 0;

	for (size_t i = 0; i < target.len; i++)
		count += target.ptr[i] == '=';
	return count;
}

static void meet(struct walk *walk, struct str target)
{
	struct str site = STR("https://news.example.org"), fragment;

	if (str_starts(target, site))
		target = str_skip(target, site.len);
	str_cut(target, '#', &target, &fragment);
	if (!str_starts(target, STR("/")) || map_get(walk->seen, target) || filters(target) > FILTERS_MAX)
		return;
	target = arena_str(walk->arena, target);
	map_put(walk->seen, target, walk);
	*(struct str *)vec_add(&walk->targets, walk->arena) = target;
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
			meet(walk, unescape(walk, str_sub(rest, 0, str_find_byte(rest, places[i].end))));
		}
	}
}

/* Nothing here need outlive a crash: no fsync, unlike file_write. */
static int write_plain(const char *path, struct str content, struct err *err)
{
	FILE *file = fopen(path, "we");
	bool whole = file && fwrite(content.ptr, 1, content.len, file) == content.len;

	if (file && fclose(file) != 0)
		whole = false;
	return whole ? 0 : err_set(err, ERR_SYSTEM, "%s cannot be written", path);
}

static int write_answer(struct walk *walk, const char *folder, size_t number, struct buf *list, struct err *err)
{
	struct str target = walk->targets.at[number];
	struct answer_text answer = newsroom_get(&walk->newsroom, arena_cstr(walk->arena, target), NULL);
	struct str type = answer_header(&answer, "Content-Type"), location = answer_header(&answer, "Location");

	if (!str_empty(location))
		meet(walk, location);
	if (!str_starts(type, STR("image/")))
		meet_all(walk, answer.body);
	buf_printf(list, "%zu\t%d\t%.*s\t%.*s\n", number, answer.status, STR_ARG(type), STR_ARG(target));
	return write_plain(arena_printf(walk->arena, "%s/%zu", folder, number).ptr, answer.body, err);
}

static int walk_all(struct walk *walk, const char *folder, struct err *err)
{
	static const char *const starts[] = {"/",
					     "/sitemap.xml",
					     "/news-sitemap.xml",
					     "/robots.txt",
					     "/.well-known/security.txt",
					     "/search?q=court",
					     "/gone/",
					     "/nothing/"};
	BUF_SCOPED list = BUF_INIT(64u << 20);
	int rc = 0;

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		meet(walk, str_from(starts[i]));
	for (size_t i = 0; i < walk->targets.len && i < ANSWERS_MAX && rc == 0; i++)
		rc = write_answer(walk, folder, i, &list, err);
	if (rc == 0)
		rc = write_plain(arena_printf(walk->arena, "%s/list.tsv", folder).ptr, buf_str(&list), err);
	return rc;
}

int main(int argc, char **argv)
{
	struct walk walk = {.arena = arena_create(0)};
	struct err err = {0};
	int rc;

	if (argc < 2) {
		fprintf(stderr, "usage: write_site FOLDER [hostile]\n");
		return 2;
	}
	walk.seen = map_create(walk.arena);
	rc = newsroom_open(&walk.newsroom, argc > 2 && strcmp(argv[2], "hostile") == 0, &err);
	if (rc == 0)
		rc = walk_all(&walk, argv[1], &err);
	if (rc)
		fprintf(stderr, "%s\n", err.text);
	newsroom_close(&walk.newsroom);
	arena_destroy(walk.arena);
	return rc ? 1 : 0;
}
