/* What waits for its second shows nowhere, not even by its absence: the site's own links to topics, places, campaigns,
 * tags and people follow from what can be seen. A language that had nothing of all this gets one item of each. */
#include "newsroom.h"

#include "site/site.h"
#include "store/item.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

NEWSROOM_FOR_ALL

#define WAITS_S 600

static const char *const links[] = {"href=\"/ar/topic/\"", "href=\"/ar/place/\"", "href=\"/ar/campaign/\"",
				    "href=\"/ar/tag/\"", "href=\"/ar/person/\""};
#define LINKS (sizeof links / sizeof *links)

static const char *const pages[] = {"/ar/", "/ar/archive/", "/ar/2026/05/letter/", "/ar/search?q=x", "/ar/none/"};
#define PAGES (sizeof pages / sizeof *pages)

static struct item_ids letter;

static int write_letter(struct store_tx *tx, void *context, struct err *err)
{
	const int64_t terms[] = {newsroom.topics[2], newsroom.campaign, newsroom.tag}, places[] = {newsroom.places[3]};
	const struct item_contributor people[] = {{newsroom.people[1], ITEM_AUTHOR}};
	const struct item_content content = {
		.language = STR("ar"),
		.slug = STR("second-letter"),
		.path = STR("/ar/2026/06/second-letter/"),
		.state = ITEM_RELEASED,
		.date_s = NEWSROOM_NOW,
		.release_at_s = NEWSROOM_NOW + WAITS_S,
		.term_ids = terms,
		.term_count = 3,
		.place_ids = places,
		.place_count = 1,
		.contributors = people,
		.contributor_count = 1,
		.revision = {.title = STR("A second letter"),
			     .body = STR("<p>To the minister.</p>"),
			     .sha256 = STR("0123456789abcdef0123456789abcdef")},
	};

	(void)context;
	return item_create(tx, &content, &letter, err);
}

static int withdraw_letter(struct store_tx *tx, void *context, struct err *err)
{
	(void)context;
	return item_withdraw(tx, letter.item_id, STR(""), WITHDRAW_KILL, STR("Not so."), err);
}

static int release_letter(struct store_tx *tx, void *context, struct err *err)
{
	const struct item_release release = {.keep_date = true};
	unsigned lacks;

	(void)context;
	return item_release(tx, letter.entry_id, &release, &lacks, err);
}

static void act(int (*work)(struct store_tx *tx, void *context, struct err *err))
{
	struct err err = {0};

	newsroom_forget(&newsroom);
	if (store_write(newsroom.store, work, NULL, &err) != 0 || newsroom_step(&newsroom, &err) != 0)
		fail_msg("%s", err.text);
}

static size_t links_on(const char *page)
{
	struct str body = newsroom_get(&newsroom, page, NULL).body;
	size_t count = 0;

	for (size_t i = 0; i < LINKS; i++)
		count += holds(body, links[i]);
	return count;
}

static bool was_told(const char *tag)
{
	for (size_t i = 0; i < newsroom.told.len; i++) {
		if (str_eq(newsroom.told.at[i], str_from(tag)))
			return true;
	}
	return false;
}

static void links_come_at_the_second_of_release(void **state)
{
	struct str before[PAGES];

	(void)state;
	for (size_t i = 0; i < PAGES; i++)
		before[i] = newsroom_get(&newsroom, pages[i], NULL).body;
	act(write_letter);
	for (size_t i = 0; i < PAGES; i++) {
		if (!str_eq(newsroom_get(&newsroom, pages[i], NULL).body, before[i]))
			fail_msg("%s is another than before", pages[i]);
		assert_int_equal(links_on(pages[i]), 0);
	}
	assert_false(was_told("iar"));
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + WAITS_S - 1);
	for (size_t i = 0; i < PAGES; i++)
		assert_int_equal(links_on(pages[i]), 0);
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + WAITS_S);
	for (size_t i = 0; i < PAGES; i++)
		if (links_on(pages[i]) != LINKS)
			fail_msg("%s has %zu of the links", pages[i], links_on(pages[i]));
}

/* Through the cache: each page is asked for before and after. */
static void links_go_with_the_last_and_come_with_the_first(void **state)
{
	(void)state;
	act(withdraw_letter);
	assert_true(was_told("iar"));
	assert_false(was_told("ien"));
	for (size_t i = 0; i < PAGES; i++)
		assert_int_equal(links_on(pages[i]), 0);
	act(release_letter);
	assert_true(was_told("iar"));
	for (size_t i = 0; i < PAGES; i++)
		assert_int_equal(links_on(pages[i]), LINKS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_come_at_the_second_of_release),
		cmocka_unit_test(links_go_with_the_last_and_come_with_the_first),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
