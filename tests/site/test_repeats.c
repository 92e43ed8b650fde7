/* What would stand twice: lists of one name are told apart by what they stand below, and a line of the footer's menu
 * that leads where one of the main menu leads is left out. */
#include "newsroom.h"

#include "store/item.h"
#include "store/site.h"
#include "store/taxonomy.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

NEWSROOM_FOR_ALL

static struct str get(const char *target)
{
	struct answer_text answer = newsroom_get(&newsroom, target, NULL);

	assert_int_equal(answer.status, 200);
	return answer.body;
}

static void change(int (*write)(struct store_tx *tx, void *context, struct err *err))
{
	struct err err = {0};

	if (store_write(newsroom.store, write, NULL, &err) != 0 || newsroom_step(&newsroom, &err) != 0)
		fail_msg("%s", err.text);
}

static size_t times(struct str text, const char *piece)
{
	size_t count = 0, at;

	for (; (at = str_find(text, str_from(piece))) != SIZE_MAX; count++)
		text = str_skip(text, at + 1);
	return count;
}

/* By the row of the table below, whose number is given where it says parent. */
static const struct {
	const char *english, *french, *slug;
	int parent;
} topics[] = {
	{"Asia", "Asie", "asia", -1},
	{"Pacific", "Pacifique", "pacific", -1},
	{NULL, "Océanie", "oceanie", -1},
	{"Field notes", "Carnets d'Asie", "notes-asia", 0},
	{"Field notes", "Carnets du Pacifique", "notes-pacific", 1},
	{"Field notes", "Carnets d'Océanie", "notes-oceania", 2},
	{"Field notes", "Carnets", "notes", -1},
	{"Testimony", "Témoignages", "testimony", 0},
};
#define TOPICS (sizeof topics / sizeof *topics)

static int add_topic(struct store_tx *tx, size_t at, int64_t *ids, struct err *err)
{
	struct taxonomy_text texts[] = {
		{.language = STR("fr"),
		 .label = str_from(topics[at].french),
		 .slug = arena_printf(tx_arena(tx), "%s-fr", topics[at].slug)},
		{.language = STR("en"), .label = str_from(topics[at].english), .slug = str_from(topics[at].slug)},
	};
	struct term term = {.vocabulary = VOCABULARY_TOPIC,
			    .parent_id = topics[at].parent < 0 ? 0 : ids[topics[at].parent],
			    .texts = {.at = texts, .len = topics[at].english ? 2 : 1}};

	return term_create(tx, &term, &ids[at], err);
}

static int add_topics(struct store_tx *tx, void *context, struct err *err)
{
	int64_t terms[TOPICS];
	struct item_content content = {
		.language = STR("en"),
		.slug = STR("notes"),
		.path = STR("/2026/06/notes/"),
		.state = ITEM_RELEASED,
		.date_s = NEWSROOM_NOW - 60,
		.term_ids = terms,
		.term_count = TOPICS,
		.revision = {.title = STR("Notes"),
			     .body = STR("<p>Words.</p>"),
			     .sha256 = STR("0123456789abcdef0123456789abcdef")},
	};
	struct item_content french = content;
	struct item_ids item, ids;
	int rc = 0;

	(void)context;
	for (size_t i = 0; i < TOPICS && rc == 0; i++)
		rc = add_topic(tx, i, terms, err);
	rc = rc ? rc : item_create(tx, &content, &item, err);
	french.language = STR("fr");
	french.path = STR("/fr/2026/06/carnets/");
	return rc ? rc : item_add_language(tx, item.item_id, &french, &ids, err);
}

static void equal_names_show_what_they_stand_below(void **state)
{
	struct str page;

	(void)state;
	change(add_topics);
	page = get("/topic/");
	assert_true(
		holds(page, "<a href=\"/topic/notes-asia/\">Field notes <span class=\"parent\">(Asia)</span> <span"));
	assert_true(
		holds(page, "<a href=\"/topic/notes-pacific/\">Field notes <span class=\"parent\">(Pacific)</span>"));
	assert_true(holds(page, "<a href=\"/topic/notes-oceania/\">Field notes <span class=\"parent\" lang=\"fr\" "
				"dir=\"ltr\">(Océanie)</span>"));
	assert_true(holds(page, "<a href=\"/topic/notes/\">Field notes <span class=\"count\">1</span></a>"));
	assert_true(holds(page, "<a href=\"/topic/testimony/\">Testimony <span class=\"count\">1</span></a>"));
	assert_int_equal(times(page, "class=\"parent\""), 3);
	page = get("/fr/topic/");
	assert_true(holds(page, "Carnets d&#39;Asie") || holds(page, "Carnets d'Asie"));
	assert_int_equal(times(page, "class=\"parent\""), 0); /* there each has a name of its own */
}

static int add_footer(struct store_tx *tx, void *context, struct err *err)
{
	struct menu_item about = {.menu = STR("footer"),
				  .language = STR("en"),
				  .position = 1,
				  .label = STR("About us"),
				  .url = STR("/about/")};
	struct menu_item below = {.menu = STR("footer"),
				  .language = STR("en"),
				  .position = 1,
				  .label = STR("Our people"),
				  .url = STR("/about/people/")};
	struct menu_item prisons = {.menu = STR("footer"), .language = STR("en"), .position = 2};
	struct menu_item legal = {.menu = STR("footer"),
				  .language = STR("en"),
				  .position = 3,
				  .label = STR("Legal"),
				  .url = STR("/legal/")};
	int rc;

	(void)context;
	prisons.term_id = newsroom.topics[0];
	rc = menu_add(tx, &about, &below.parent_id, err);
	rc = rc ? rc : menu_add(tx, &below, &below.id, err);
	rc = rc ? rc : menu_add(tx, &prisons, &prisons.id, err);
	return rc ? rc : menu_add(tx, &legal, &legal.id, err);
}

static struct str foot_menu(void)
{
	struct str page = get("/archive/");

	page = str_skip(page, str_find(page, STR("foot-about")));
	return str_sub(page, 0, str_find(page, STR("</nav>")));
}

static void a_line_of_both_menus_stands_once(void **state)
{
	struct str foot = foot_menu();

	(void)state;
	assert_int_equal(times(foot, "<li>"), 4);
	change(add_footer);
	foot = foot_menu();
	assert_int_equal(times(foot, "href=\"/about/\""), 1);
	assert_int_equal(times(foot, "href=\"/topic/prisons/\""), 1);
	assert_false(holds(foot, "About us")); /* the main menu's words stay */
	assert_true(holds(foot, "<a href=\"/about/people/\">Our people</a>"));
	assert_true(holds(foot, "<a href=\"/legal/\">Legal</a>"));
	assert_int_equal(times(foot, "<li>"), 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_names_show_what_they_stand_below),
		cmocka_unit_test(a_line_of_both_menus_stands_once),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
