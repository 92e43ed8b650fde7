#include "site/theme.h"

#include "base/file.h"
#include "i18n/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct str languages[] = {STR_INIT("en"), STR_INIT("fr"), STR_INIT("es"), STR_INIT("ar"), STR_INIT("de")};

static int create(const char *own, struct theme **ret_theme, struct err *err)
{
	const char *folders[] = {CRIER_SOURCE_DIR "/theme", CRIER_BUILD_DIR "/theme", own};
	const struct theme_source source = {folders, own ? 3 : 2, languages, sizeof languages / sizeof *languages};

	return theme_create(&source, ret_theme, err);
}

static void the_default_theme_compiles(void **state)
{
	struct theme *theme;
	struct err err = {0};

	(void)state;
	assert_int_equal(create(NULL, &theme, &err), 0);
	for (enum site_page page = 0; page < SITE_PAGES; page++)
		assert_non_null(theme_template(theme, page));
	theme_release(theme);
}

static void every_language_says_all_words(void **state)
{
	struct theme *theme;
	struct err err = {0};
	const struct messages *english;

	(void)state;
	assert_int_equal(create(NULL, &theme, &err), 0);
	english = theme_messages(theme, STR("en"));
	for (size_t i = 1; i < 4; i++) {
		const struct messages *other = theme_messages(theme, languages[i]);

		assert_true(other != english);
		assert_false(str_eq(messages_text(other, STR("more_news")), messages_text(english, STR("more_news"))));
	}
	/* A language without translations speaks English. */
	assert_true(str_eq(messages_text(theme_messages(theme, STR("de")), STR("more_news")), STR("More news")));
	theme_release(theme);
}

static void plurals_follow_the_language(void **state)
{
	static const struct {
		struct str language;
		int64_t count;
		struct str expected;
	} cases[] = {
		{STR_INIT("en"), 0, STR_INIT("No items")},       {STR_INIT("en"), 1, STR_INIT("1 item")},
		{STR_INIT("en"), 1234, STR_INIT("1,234 items")}, {STR_INIT("fr"), 1, STR_INIT("1 article")},
		{STR_INIT("fr"), 2, STR_INIT("2 articles")},     {STR_INIT("ar"), 2, STR_INIT("مادتان")},
	};
	ARENA_SCOPED arena = arena_create(0);
	struct theme *theme;
	struct err err = {0};

	(void)state;
	assert_int_equal(create(NULL, &theme, &err), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct message_arg args[] = {MESSAGE_NUMBER("count", cases[i].count)};
		struct str text =
			messages_format_str(theme_messages(theme, cases[i].language), STR("tally"), args, 1, arena);

		assert_true(str_eq(text, cases[i].expected));
	}
	theme_release(theme);
}

struct own_theme {
	char folder[64], file[96];
};

static void own_theme(struct own_theme *own, const char *name, const char *content)
{
	struct err err = {0};

	(void)snprintf(own->folder, sizeof own->folder, "/tmp/crier-theme-XXXXXX");
	assert_non_null(mkdtemp(own->folder));
	(void)snprintf(own->file, sizeof own->file, "%s/%s", own->folder, name);
	assert_int_equal(file_write(own->file, str_from(content), 0644, &err), 0);
}

static void own_theme_remove(const struct own_theme *own)
{
	assert_int_equal(unlink(own->file), 0);
	assert_int_equal(rmdir(own->folder), 0);
}

static void a_newsroom_may_replace_one_file(void **state)
{
	struct own_theme own;
	struct theme *theme;
	struct err err = {0};

	(void)state;
	own_theme(&own, "foot.mustache", "</main><p>{{t.about}} {{site_name}}</p></body></html>\n");
	assert_int_equal(create(own.folder, &theme, &err), 0);
	theme_release(theme);
	own_theme_remove(&own);
}

static void an_unknown_name_is_told_with_file_and_line(void **state)
{
	struct own_theme own;
	struct theme *theme;
	struct err err = {0};

	(void)state;
	own_theme(&own, "card.mustache", "<p>{{title}}</p>\n<p>{{draft_title}}</p>\n");
	assert_int_equal(create(own.folder, &theme, &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "card.mustache:2"));
	assert_non_null(strstr(err.text, "draft_title"));
	own_theme_remove(&own);
}

static void an_unknown_word_is_told(void **state)
{
	struct own_theme own;
	struct theme *theme;
	struct err err = {0};

	(void)state;
	own_theme(&own, "pager.mustache", "{{t.no_such_word}}");
	assert_int_equal(create(own.folder, &theme, &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "no_such_word"));
	own_theme_remove(&own);
}

static void the_style_sheet_keeps_its_budget(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str css;
	struct err err = {0};

	(void)state;
	assert_int_equal(file_read(CRIER_SOURCE_DIR "/theme/crier.css", 20 * 1024, arena, &css, &err), 0);
	assert_int_equal(str_find(css, STR("@import")), SIZE_MAX);
	assert_int_equal(str_find(css, STR("http")), str_find(css, STR("http\"]"))); /* the selector for print alone */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_theme_compiles),
		cmocka_unit_test(every_language_says_all_words),
		cmocka_unit_test(plurals_follow_the_language),
		cmocka_unit_test(a_newsroom_may_replace_one_file),
		cmocka_unit_test(an_unknown_name_is_told_with_file_and_line),
		cmocka_unit_test(an_unknown_word_is_told),
		cmocka_unit_test(the_style_sheet_keeps_its_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
