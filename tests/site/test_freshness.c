/* Time alone: what a page says of its freshness, against what it becomes. At each second around what is scheduled,
 * every page is made again: one that is another than before must have said so in time, and no header may tell of it. */
#include "newsroom.h"
#include "walk.h"

#include "site/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOUR_S 3600
#define DAY_S  (24 * HOUR_S)

NEWSROOM_FOR_ALL

struct seen {
	struct str body;
	int answer;
	int64_t fresh_until_s;
};

struct look {
	struct arena *arena;
	struct map *seen;
};

static struct seen *see(struct look *look, struct str target)
{
	struct seen *seen = arena_new(look->arena, struct seen);
	RESPONSE_SCOPED response;

	seen->answer = newsroom_handle(&newsroom, target, look->arena, &response);
	if (response.file_fd < 0)
		seen->body = buf_copy(&response.body, look->arena);
	seen->fresh_until_s = response.fresh_until_s;
	return seen;
}

static int ask(void *context, struct str target, struct str *ret_body, struct str *ret_location, struct err *err)
{
	struct look *look = context;
	struct seen *seen;

	(void)err;
	(void)ret_location;
	if (str_starts(target, STR("/theme/")))
		return 0;
	seen = see(look, target);
	map_put(look->seen, target, seen);
	*ret_body = seen->body;
	return 0;
}

static const char *const hidden[] = {
	"/2026/06/hidden-scheduled/", "/2026/06/hidden-embargo/", "/topic/secret/",
	"/fr/topic/secret-fr/",       "/?topic=secret",           "/topic/secret/feed.json",
	"/category/secret/"};

static struct look look_around(struct arena *arena)
{
	static const char *const starts[] = {"/",
					     "/fr/",
					     "/ar/",
					     "/sitemap.xml",
					     "/news-sitemap.xml",
					     "/robots.txt",
					     "/search?q=hidden",
					     "/.well-known/security.txt"};
	struct look look = {arena, map_create(arena)};
	struct walk walk;
	struct err err = {0};

	walk_init(&walk, arena);
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		walk_meet(&walk, str_from(starts[i]));
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		walk_meet(&walk, str_from(hidden[i]));
	assert_int_equal(walk_all(&walk, ask, &look, &err), 0);
	return look;
}

/* Seconds after NEWSROOM_NOW: around the scheduled item, the embargo, the end of the banner, midnights, and the 48
 * hours of the items of yesterday. */
static const int64_t moments[] = {0,           1,         599,   600,       601,       899,
				  900,         901,       7199,  7200,      7201,      12 * HOUR_S - 1,
				  12 * HOUR_S, DAY_S - 1, DAY_S, DAY_S + 1, DAY_S + 2, 2 * DAY_S + 601,
				  10 * DAY_S};
#define MOMENTS (sizeof moments / sizeof *moments)

static void set_moment(size_t at)
{
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + moments[at]);
}

static void pages_stay_true_as_long_as_they_say(void **state)
{
	size_t changed = 0, wrong = 0;

	(void)state;
	for (size_t at = 0; at + 1 < MOMENTS; at++) {
		ARENA_SCOPED arena = arena_create(0);
		struct look look;
		struct str target;
		void *value;

		set_moment(at);
		look = look_around(arena);
		for (size_t i = 0; map_at(look.seen, i, &target, &value); i++)
			assert_true(((struct seen *)value)->fresh_until_s > NEWSROOM_NOW + moments[at]);
		set_moment(at + 1);
		for (size_t i = 0; map_at(look.seen, i, &target, &value); i++) {
			const struct seen *old = value, *fresh = see(&look, target);

			if (fresh->answer == old->answer && str_eq(fresh->body, old->body))
				continue;
			changed++;
			if (old->fresh_until_s <= NEWSROOM_NOW + moments[at + 1])
				continue;
			if (wrong++ < 5)
				fprintf(stderr, "%.*s is another at +%lld, but said it would be true until +%lld\n",
					STR_ARG(target), (long long)moments[at + 1],
					(long long)(old->fresh_until_s - NEWSROOM_NOW));
		}
	}
	assert_int_equal(wrong, 0);
	assert_true(changed > 100);
	set_moment(0);
}

/* The other way round: nobody renders anew before anything happens. */
static void pages_do_not_end_early(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct look look;
	struct str target;
	void *value;

	(void)state;
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 10 * DAY_S);
	look = look_around(arena);
	for (size_t i = 0; map_at(look.seen, i, &target, &value); i++) {
		if (!str_ends(target, STR("security.txt")))
			assert_true(((struct seen *)value)->fresh_until_s == INT64_MAX);
	}
	set_moment(0);
}

static bool shows(const char *target, const char *piece)
{
	struct answer_text answer = newsroom_get(&newsroom, target, NULL);

	return answer.status == 200 && str_find(answer.body, str_from(piece)) != SIZE_MAX;
}

static void each_second_shows_what_it_should(void **state)
{
	static const struct {
		int64_t after_s;
		const char *target, *piece;
		bool there;
	} cases[] = {
		{599, "/", "hidden-scheduled", false},
		{600, "/", "hidden-scheduled", true},
		{599, "/2026/06/hidden-scheduled/", "<h1>Hidden", false},
		{600, "/2026/06/hidden-scheduled/", "<h1>Hidden", true},
		{599, "/feed.rss", "hidden-scheduled", false},
		{600, "/feed.rss", "hidden-scheduled", true},
		{599, "/topic/secret/", "hidden-scheduled", false},
		{600, "/topic/secret/", "hidden-scheduled", true},
		{599, "/sitemap-1.xml", "hidden-scheduled", false},
		{600, "/sitemap-1.xml", "hidden-scheduled", true},
		{599, "/search?q=hidden", "hidden-scheduled", false},
		{600, "/search?q=hidden", "hidden-scheduled", true},
		{600, "/search?q=hidden", "hidden-embargo", false},
		{899, "/archive/2026/06/", "hidden-embargo", false},
		{900, "/archive/2026/06/", "hidden-embargo", true},
		{899, "/2026/06/hidden-embargo/", "<h1>Hidden", false},
		{900, "/2026/06/hidden-embargo/", "<h1>Hidden", true},
		{10 * DAY_S, "/2026/06/hidden-expired/", "<h1>Hidden", false},
		{10 * DAY_S, "/2026/06/hidden-private/", "<h1>Hidden", false},
		{10 * DAY_S, "/2026/06/hidden-password/", "<h1>Hidden", false},
		{10 * DAY_S, "/2026/06/hidden-draft/", "<h1>Hidden", false},
		{7199, "/", "aside class=\"breaking\"", true},
		{7200, "/", "aside class=\"breaking\"", false},
		{DAY_S, "/news-sitemap.xml", "court-orders-release", true},
		{DAY_S + 1, "/news-sitemap.xml", "court-orders-release", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + cases[i].after_s);
		if (shows(cases[i].target, cases[i].piece) != cases[i].there)
			fail_msg("%s at +%lld: \"%s\" is %s", cases[i].target, (long long)cases[i].after_s,
				 cases[i].piece, cases[i].there ? "missing" : "there");
	}
	set_moment(0);
}

/* An address under which something waits answers in every byte as one under which nothing ever was. */
static void what_waits_is_as_what_never_was(void **state)
{
	static const char *const names[] = {"Cache-Control", "Content-Type", "Last-Modified", "Expires",
					    "Age",           "Location",     "Vary",          "Retry-After"};
	struct answer_text never = newsroom_get(&newsroom, "/2026/06/never-there-at-all/", NULL);

	(void)state;
	assert_int_equal(never.status, 404);
	for (size_t i = 0; i < 2; i++) {
		struct answer_text waits = newsroom_get(&newsroom, hidden[i], NULL);

		assert_int_equal(waits.status, 404);
		assert_true(str_eq(waits.body, never.body));
		for (size_t k = 0; k < sizeof names / sizeof *names; k++)
			assert_true(str_eq(answer_header(&waits, names[k]), answer_header(&never, names[k])));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_stay_true_as_long_as_they_say),
		cmocka_unit_test(pages_do_not_end_early),
		cmocka_unit_test(each_second_shows_what_it_should),
		cmocka_unit_test(what_waits_is_as_what_never_was),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
