/* The search page: whatever is asked, an answer, and nothing of the question but text. */
#include "newsroom.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

NEWSROOM_FOR_ALL

/* The normal address of a question: every byte an escape, so that the router leads to it once. */
static struct answer_text search(const char *prefix, struct str query)
{
	BUF_SCOPED target = BUF_INIT(1 << 16);
	struct answer_text answer;

	buf_printf(&target, "%s/search?q=", prefix);
	for (size_t i = 0; i < query.len; i++)
		buf_printf(&target, "%%%02X", (unsigned char)query.ptr[i]);
	answer = newsroom_get(&newsroom, buf_copy(&target, newsroom.arena).ptr, NULL);
	if (answer.status == 301) {
		struct str place = answer_header(&answer, "Location");

		answer = newsroom_get(&newsroom, arena_cstr(newsroom.arena, place), NULL);
	}
	return answer;
}

static void questions_are_answered_whatever_they_hold(void **state)
{
	static const struct str questions[] = {
		STR_INIT("\""),
		STR_INIT("\"\""),
		STR_INIT("\"court"),
		STR_INIT("court\""),
		STR_INIT("'"),
		STR_INIT("*"),
		STR_INIT("**"),
		STR_INIT("court*"),
		STR_INIT("^court"),
		STR_INIT("title:court"),
		STR_INIT("{title body}:court"),
		STR_INIT("court AND"),
		STR_INIT("AND"),
		STR_INIT("OR OR"),
		STR_INIT("NOT court"),
		STR_INIT("NEAR(court orders, 2)"),
		STR_INIT("(court"),
		STR_INIT("court)"),
		STR_INIT("-court"),
		STR_INIT("--"),
		STR_INIT(";DROP TABLE card;"),
		STR_INIT("' OR 1=1 --"),
		STR_INIT("%"),
		STR_INIT("_"),
		STR_INIT("\\"),
		STR_INIT("$1"),
		STR_INIT("{{x}}"),
		STR_INIT("{count, plural, other {x}}"),
		STR_INIT("{"),
		STR_INIT("<script>alert(1)</script>"),
		STR_INIT("\"><img src=x onerror=alert(1)>"),
		STR_INIT("&amp;"),
		STR_INIT("]]>"),
		STR_INIT("\xe2\x80\xae"
			 "court"),
		STR_INIT("\xe2\x80\x8b"),
		STR_INIT("\xef\xbf\xbf"),
		STR_INIT("ＣＯＵＲＴ"),
		STR_INIT("رسالة"),
		STR_INIT("法院"),
		STR_INIT("😀"),
		STR_INIT("e\xcc\x81"),
		STR_INIT("a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s t"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		struct answer_text answer = search(i % 2 ? "/fr" : "", questions[i]);

		if (answer.status != 200)
			fail_msg("%.*s gives %d", STR_ARG(questions[i]), answer.status);
		assert_false(holds(answer.body, "<script>alert"));
		assert_false(holds(answer.body, "<img src=x"));
		assert_true(holds(answer.body, "noindex"));
		assert_true(holds(answer.body, "</html>"));
	}
}

/* What stands in the field again is what was asked, escaped once. */
static void the_question_stands_in_the_field(void **state)
{
	static const struct {
		struct str question;
		const char *field;
	} cases[] = {
		{STR_INIT("court"), "value=\"court\""},         {STR_INIT("  two   words "), "value=\"two words\""},
		{STR_INIT("a&b"), "value=\"a&amp;b\""},         {STR_INIT("\"x\""), "value=\"&quot;x&quot;\""},
		{STR_INIT("<b>"), "value=\"&lt;b&gt;\""},       {STR_INIT("a+b"), "value=\"a+b\""},
		{STR_INIT("100%"), "value=\"100%\""},           {STR_INIT("&lt;"), "value=\"&amp;lt;\""},
		{STR_INIT("{{title}}"), "value=\"{{title}}\""}, {STR_INIT("رسالة"), "value=\"رسالة\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer_text answer = search("", cases[i].question);

		assert_int_equal(answer.status, 200);
		if (!holds(answer.body, cases[i].field))
			fail_msg("%.*s: no %s", STR_ARG(cases[i].question), cases[i].field);
	}
}

static void what_cannot_be_text_is_no_question(void **state)
{
	static const char *const targets[] = {"/search?q=%00", "/search?q=%ff", "/search?q=%C0%AF", "/search?q=%",
					      "/search?q=a%0Ab"};

	(void)state;
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		struct answer_text answer = newsroom_get(&newsroom, targets[i], NULL);

		assert_int_equal(answer.status, 301);
		assert_true(str_eq(answer_header(&answer, "Location"), STR("/search")));
	}
}

/* Long questions are cut between characters, never inside one. */
static void long_questions_are_cut(void **state)
{
	BUF_SCOPED long_one = BUF_INIT(4096);
	struct answer_text answer;

	(void)state;
	for (int i = 0; i < 130; i++)
		buf_put_cstr(&long_one, i == 0 ? "a" : "é");
	answer = search("", buf_str(&long_one));
	assert_int_equal(answer.status, 200);
	assert_false(holds(answer.body, "\xef\xbf\xbd"));
	assert_false(holds(answer.body, "\xc3\""));
}

static void pages_of_what_was_found(void **state)
{
	struct answer_text first = search("", STR("monthly note")), next;

	(void)state;
	assert_int_equal(first.status, 200);
	assert_true(holds(first.body, "rel=\"next\" href=\"/search?q=monthly%20note&amp;page=2\""));
	assert_false(holds(first.body, "rel=\"prev\""));
	next = newsroom_get(&newsroom, "/search?q=monthly%20note&page=4", NULL);
	assert_int_equal(next.status, 200);
	assert_true(holds(next.body, "rel=\"prev\" href=\"/search?q=monthly%20note&amp;page=3\""));
	assert_false(holds(next.body, "rel=\"next\""));
	assert_int_equal(newsroom_get(&newsroom, "/search?q=monthly%20note&page=5", NULL).status, 404);
	assert_int_equal(newsroom_get(&newsroom, "/search?q=monthly%20note&page=99999999", NULL).status, 404);
}

/* Counts are said in the language of the page; only its own items are found. */
static void each_language_searches_its_own(void **state)
{
	struct answer_text french = search("/fr", STR("cour")), arabic = search("/ar", STR("رسالة"));

	(void)state;
	assert_true(holds(french.body, "/fr/2026/06/liberation/"));
	assert_false(holds(french.body, "href=\"/2026/06/court-orders-release/\""));
	assert_true(holds(arabic.body, "/ar/2026/05/letter/"));
	assert_true(holds(arabic.body, "dir=\"rtl\""));
	assert_false(holds(search("", STR("libération")).body, "/fr/2026/06/liberation/\">"));
}

/* Another language is asked the same; search engines keep no answer and hear of no other language. */
static void the_question_goes_along_with_the_language(void **state)
{
	struct answer_text answer = newsroom_get(&newsroom, "/search?q=monthly%20note&page=2", NULL);

	(void)state;
	assert_int_equal(answer.status, 200);
	assert_true(holds(answer.body, "href=\"/fr/search?q=monthly%20note\""));
	assert_true(holds(answer.body, "href=\"/ar/search?q=monthly%20note\""));
	assert_true(holds(answer.body, "href=\"https://news.example.org/search?q=monthly%20note&amp;page=2\""));
	assert_true(holds(answer.body, "noindex"));
	assert_false(holds(answer.body, "rel=\"alternate\" hreflang"));
	answer = newsroom_get(&newsroom, "/fr/search?q=%26%22%3D", NULL);
	assert_int_equal(answer.status, 200);
	assert_true(holds(answer.body, "href=\"/search?q=%26%22%3D\"") ||
		    holds(answer.body, "href=\"/search?q=%26%22=\""));
	answer = newsroom_get(&newsroom, "/search", NULL);
	assert_true(holds(answer.body, "href=\"/fr/search\""));
	assert_false(holds(answer.body, "rel=\"alternate\" hreflang"));
}

/* Ten thousand characters are no question: too long for an address, and cut where they come as one that is not. */
static void endless_questions_end(void **state)
{
	BUF_SCOPED target = BUF_INIT(1 << 16);
	struct answer_text answer;

	(void)state;
	buf_put_cstr(&target, "/search?q=");
	for (int i = 0; i < 10000; i++)
		buf_put_byte(&target, 'a');
	answer = newsroom_get(&newsroom, buf_copy(&target, newsroom.arena).ptr, NULL);
	assert_int_equal(answer.status, 414);
	buf_truncate(&target, 10 + 1500);
	answer = newsroom_get(&newsroom, buf_copy(&target, newsroom.arena).ptr, NULL);
	assert_int_equal(answer.status, 301); /* to as much of it as is asked for */
	assert_true(answer_header(&answer, "Location").len < 250);
}

static void without_a_question_there_is_no_answer(void **state)
{
	struct answer_text answer = newsroom_get(&newsroom, "/search", NULL);

	(void)state;
	assert_int_equal(answer.status, 200);
	assert_false(holds(answer.body, "class=\"tally\""));
	assert_false(holds(answer.body, "class=\"empty\""));
	assert_true(holds(search("", STR("zyzzyva")).body, "class=\"empty\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(questions_are_answered_whatever_they_hold),
		cmocka_unit_test(the_question_stands_in_the_field),
		cmocka_unit_test(what_cannot_be_text_is_no_question),
		cmocka_unit_test(long_questions_are_cut),
		cmocka_unit_test(pages_of_what_was_found),
		cmocka_unit_test(each_language_searches_its_own),
		cmocka_unit_test(the_question_goes_along_with_the_language),
		cmocka_unit_test(endless_questions_end),
		cmocka_unit_test(without_a_question_there_is_no_answer),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
