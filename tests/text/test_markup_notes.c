/* Footnotes in the shapes that WordPress, its plug-ins and pasted word processors leave. */
#include "support.h"

static void hold(const char *in, const char *out)
{
	ARENA_SCOPED arena = arena_create(0);
	assert_str(sound(str_from(in), arena), out);
}

#define ONE_NOTE                                                                                                       \
	"<p>Text<sup><a href=\"#note-1\" id=\"mark-1\">1</a></sup>.</p>"                                               \
	"<ol class=\"notes\"><li id=\"note-1\">The source. <a href=\"#mark-1\">\xE2\x86\xA9</a></li></ol>"

static void test_block_editor(void **state)
{
	(void)state;
	hold("<p>Text<sup data-fn=u1 class=fn><a href=#u1 id=u1-link>1</a></sup>.</p>"
	     "<ol class=wp-block-footnotes><li id=u1>The source. <a "
	     "href=#u1-link>\xE2\x86\xA9\xEF\xB8\x8E</a></li></ol>",
	     ONE_NOTE);
}

static void test_markdown(void **state)
{
	(void)state;
	hold("<p>Text<sup id='fnref:1'><a href='#fn:1' rel=footnote>1</a></sup>.</p><div class=footnotes><hr/><ol>"
	     "<li id='fn:1'><p>The source.&nbsp;<a href='#fnref:1' rev=footnote>\xE2\x86\xA9</a></p></li></ol></div>",
	     ONE_NOTE);
}

static void test_word_processor(void **state)
{
	(void)state;
	hold("<p>Text<a href=#_ftn1 name=_ftnref1>[1]</a>.</p><p><a href=#_ftnref1 name=_ftn1>[1]</a> The source.</p>",
	     ONE_NOTE);
	hold("<p>Text<sup><a href=#a name=b>[1]</a></sup>.</p><p id=a>1. The source.</p>", ONE_NOTE);
}

static void test_order_and_repetition(void **state)
{
	(void)state;
	hold("<p>A<sup><a href=#y>2</a></sup> b<sup><a href=#x>1</a></sup> c<sup><a href=#y>2</a></sup></p>"
	     "<ol><li id=x>X</li><li id=y>Y</li></ol>",
	     "<p>A<sup><a href=\"#note-1\" id=\"mark-1\">1</a></sup> b<sup><a href=\"#note-2\" "
	     "id=\"mark-2\">2</a></sup>"
	     " c<sup><a href=\"#note-1\" id=\"mark-1-2\">1</a></sup></p><ol class=\"notes\">"
	     "<li id=\"note-1\">Y <a href=\"#mark-1\">\xE2\x86\xA9</a></li>"
	     "<li id=\"note-2\">X <a href=\"#mark-2\">\xE2\x86\xA9</a></li></ol>");
}

static void test_what_is_none(void **state)
{
	(void)state;
	hold("<p><a href=#s1>Section one</a></p><h2 id=s1>One</h2>",
	     "<p><a href=\"#t-s1\">Section one</a></p><h2 id=\"t-s1\">One</h2>");
	hold("<p>10<sup>2</sup> and <a href=#p2>2</a></p><p id=p2>Page</p>",
	     "<p>10<sup>2</sup> and <a href=\"#t-p2\">2</a></p><p id=\"t-p2\">Page</p>");
	hold("<p>x<sup><a href=#gone>1</a></sup></p>", "<p>x<sup>1</sup></p>");
}

static void test_links_follow(void **state)
{
	(void)state;
	hold("<p>A<sup><a href=#n>1</a></sup>, <a href=#n>as the note says</a></p><ul><li>kept</li><li "
	     "id=n>N</li></ul><p>end</p>",
	     "<p>A<sup><a href=\"#note-1\" id=\"mark-1\">1</a></sup>, <a href=\"#note-1\">as the note says</a></p>"
	     "<ul><li>kept</li></ul><p>end</p><ol class=\"notes\"><li id=\"note-1\">N <a "
	     "href=\"#mark-1\">\xE2\x86\xA9</a></li></ol>");
}

static void test_ids_are_ours(void **state)
{
	(void)state;
	hold("<a href='#a b'>x</a><p id='a b'>1</p>", "<p><a href=\"#t-a_20b\">x</a></p><p id=\"t-a_20b\">1</p>");
	hold("<a href='#x'>x</a><a href='#t-x'>y</a><p id=x>1</p><p id=t-x>2</p>",
	     "<p><a href=\"#t-x\">x</a><a href=\"#t-x-2\">y</a></p><p id=\"t-x\">1</p><p id=\"t-x-2\">2</p>");
	hold("<a href=#note-1>x</a><p id=note-1>1</p>", "<p><a href=\"#t-note-1\">x</a></p><p id=\"t-note-1\">1</p>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_block_editor),   cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_word_processor), cmocka_unit_test(test_order_and_repetition),
		cmocka_unit_test(test_what_is_none),   cmocka_unit_test(test_links_follow),
		cmocka_unit_test(test_ids_are_ours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
