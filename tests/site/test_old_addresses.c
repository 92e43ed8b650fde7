/* Addresses of sites of other make lead to ours, and tell nothing of what nobody may see. */
#include "newsroom.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

NEWSROOM_FOR_ALL

struct lead {
	const char *target, *location; /* NULL: 404 */
};

static void expect_all(const struct lead *leads, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct answer_text answer = newsroom_get(&newsroom, leads[i].target, NULL);
		struct str place = answer_header(&answer, "Location");
		int status = leads[i].location ? 301 : 404;

		if (answer.status != status || (leads[i].location && !str_eq(place, str_from(leads[i].location))))
			fail_msg("%s gives %d %.*s instead of %d %s", leads[i].target, answer.status, STR_ARG(place),
				 status, leads[i].location ? leads[i].location : "");
	}
}
#define EXPECT(leads) expect_all(leads, sizeof(leads) / sizeof *(leads))

static void feeds_of_the_front(void **state)
{
	static const struct lead leads[] = {
		{"/feed/", "/feed.rss"},
		{"/feed", "/feed.rss"},
		{"/feed/rss/", "/feed.rss"},
		{"/feed/rss2/", "/feed.rss"},
		{"/feed/atom/", "/feed.atom"},
		{"/fr/feed/", "/fr/feed.rss"},
		{"/fr/feed/atom/", "/fr/feed.atom"},
		{"/?feed=rss2", "/feed.rss"},
		{"/?feed=rss", "/feed.rss"},
		{"/?feed=atom", "/feed.atom"},
		{"/fr/?feed=atom", "/fr/feed.atom"},
		{"/?feed=other", "/"},
		{"/feed/other/", NULL},
		{"/feed/feed/", NULL},
		{"/rss/", NULL},
		{"/atom/", NULL},
	};

	(void)state;
	EXPECT(leads);
}

static void feeds_of_lists(void **state)
{
	static const struct lead leads[] = {
		{"/topic/prisons/feed/", "/topic/prisons/feed.rss"},
		{"/topic/prisons/feed/atom/", "/topic/prisons/feed.atom"},
		{"/topic/prisons-fr/feed/", "/topic/prisons/feed.rss"},
		{"/fr/topic/prisons/feed/", "/fr/topic/prisons-fr/feed.rss"},
		{"/place/italy/feed", "/place/italy/feed.rss"},
		{"/person/jon-petri/feed/", "/person/jon-petri/feed.rss"},
		{"/press-releases/feed/", "/press-releases/feed.rss"},
		{"/archive/2026/feed/", "/archive/2026/feed.rss"},
		{"/2026/06/feed/", "/archive/2026/06/feed.rss"},
		{"/category/prisons/feed/", "/topic/prisons/feed.rss"},
		{"/category/prisons/feed/atom/", "/topic/prisons/feed.atom"},
		{"/about/feed/", NULL},
		{"/2026/06/court-orders-release/feed/", NULL},
		{"/old/court.html/feed/", NULL},
		{"/topic/feed/", NULL},
	};

	(void)state;
	EXPECT(leads);
}

static void further_pages(void **state)
{
	static const struct lead leads[] = {
		{"/page/1/", "/"},
		{"/page/2/", "/?page=2"},
		{"/page/2", "/?page=2"},
		{"/fr/page/3/", "/fr/?page=3"},
		{"/topic/prisons/page/2/", "/topic/prisons/?page=2"},
		{"/press-releases/page/1/", "/press-releases/"},
		{"/category/prisons/page/4/", "/topic/prisons/?page=4"},
		{"/2026/page/2/", "/archive/2026/?page=2"},
		{"/page/0/", NULL},
		{"/page/02/", NULL},
		{"/page/x/", NULL},
		{"/page/999999999/", NULL},
		{"/page/2/beyond/", NULL},
		{"/about/page/2/", NULL},
	};

	(void)state;
	EXPECT(leads);
}

static void dates(void **state)
{
	static const struct lead leads[] = {
		{"/2026/", "/archive/2026/"},
		{"/2026/06/", "/archive/2026/06/"},
		{"/2026/06", "/archive/2026/06/"},
		{"/fr/2026/06/", "/fr/archive/2026/06/"},
		{"/2024/", NULL},
		{"/2026/07/", NULL},
		{"/2026/13/", NULL},
		{"/2026/6/", NULL},
		{"/0999/", NULL},
	};

	(void)state;
	EXPECT(leads);
}

static void words_that_are_sought(void **state)
{
	static const struct lead leads[] = {
		{"/?s=prison", "/search?q=prison"},
		{"/?s=two+words", "/search?q=two%20words"},
		{"/fr/?s=libert%C3%A9", "/fr/search?q=libert%C3%A9"},
		{"/search/?q=prison", "/search?q=prison"},
		{"/search/?q=prison&page=2", "/search?q=prison"},
		{"/search/", "/search"},
		{"/fr/search/?q=prison", "/fr/search?q=prison"},
	};

	(void)state;
	EXPECT(leads);
}

/* Line ends in the words stay words. */
static void words_break_no_header(void **state)
{
	struct answer_text answer = newsroom_get(&newsroom, "/?s=a%26b%0D%0AX-Y:z", NULL);

	(void)state;
	assert_int_equal(str_find(answer.head, STR("\nX-Y")), SIZE_MAX);
}

static void files_and_doors(void **state)
{
	static const struct lead leads[] = {
		{"/wp-sitemap.xml", "/sitemap.xml"},
		{"/sitemap_index.xml", "/sitemap.xml"},
		{"/fr/wp-sitemap.xml", "/sitemap.xml"},
		{"/favicon.ico", NULL},
		{"/wp-login.php", NULL},
		{"/wp-admin/", NULL},
	};

	(void)state;
	EXPECT(leads);
}

/* What nobody may see answers as what never was, also by these ways. */
static void what_is_hidden_stays_hidden(void **state)
{
	static const struct lead leads[] = {
		{"/topic/secret/feed/", NULL},
		{"/topic/secret/page/2/", NULL},
		{"/topic/secret-fr/feed/", NULL},
		{"/category/secret/feed/", NULL},
		{"/category/secret/page/2/", NULL},
		{"/old/secret/", NULL}, /* leads to the list by its path: the name is as hidden */
		{"/old/secret", NULL},
		{"/tag/tag-7/feed/", NULL},
		{"/2026/06/hidden-embargo", NULL},
		{"/2026/06/hidden-embargo/", NULL},
		{"/2026/06/hidden-embargo/feed/", NULL},
		{"/2026/06/hidden-scheduled", NULL},
		{"/2026/06/never-was", NULL},
		{"/2026/06/never-was/feed/", NULL},
	};

	(void)state;
	EXPECT(leads);
}

static void what_stands_comes_first(void **state)
{
	static const struct lead leads[] = {
		{"/2026/06/court-orders-release", "/2026/06/court-orders-release/"},
		{"/fr/2026/06/liberation", "/fr/2026/06/liberation/"},
		{"/category/prisons", "/topic/prisons/"},
		{"/?p=12", "/2026/06/court-orders-release/"},
	};

	(void)state;
	EXPECT(leads);
	assert_int_equal(newsroom_get(&newsroom, "/about/", NULL).status, 200);
	assert_int_equal(newsroom_get(&newsroom, "/gone/", NULL).status, 410);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(feeds_of_the_front),      cmocka_unit_test(feeds_of_lists),
		cmocka_unit_test(further_pages),           cmocka_unit_test(dates),
		cmocka_unit_test(words_that_are_sought),   cmocka_unit_test(words_break_no_header),
		cmocka_unit_test(files_and_doors),         cmocka_unit_test(what_is_hidden_stays_hidden),
		cmocka_unit_test(what_stands_comes_first),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
