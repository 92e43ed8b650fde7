#include "fixture.h"

static const struct view word_view = {"word", (const struct view_field[]){{".", VIEW_TEXT}}, 1};
static const struct view topic_view;
static const struct view_field topic_fields[] = {{"name", VIEW_TEXT, NULL, "as readers see it"},
						 {"parent", VIEW_OBJECT, &topic_view}};
static const struct view topic_view = {"topic", topic_fields, 2};
static const struct view page_view = {
	"page",
	(const struct view_field[]){{"url", VIEW_URL, NULL, "the page's own address"},
				    {"body", VIEW_HTML},
				    {"count", VIEW_NUMBER},
				    {"is_new", VIEW_FLAG},
				    {"topics", VIEW_LIST, &topic_view},
				    {"words", VIEW_LIST, &word_view}},
	6,
};

/* Each view once, though topic holds itself; a list of plain texts is no view of its own. */
static void views_become_tables(void **state)
{
	BUF_SCOPED out = BUF_INIT(1u << 16);
	(void)state;
	template_describe(&page_view, &out);
	buf_put_byte(&out, 0);
	assert_string_equal(out.ptr, "### page\n\n"
				     "| name | type | meaning |\n| --- | --- | --- |\n"
				     "| `url` | URL | the page's own address |\n"
				     "| `body` | markup |  |\n"
				     "| `count` | number |  |\n"
				     "| `is_new` | flag |  |\n"
				     "| `topics` | list of [topic](#topic) |  |\n"
				     "| `words` | list of text |  |\n\n"
				     "### topic\n\n"
				     "| name | type | meaning |\n| --- | --- | --- |\n"
				     "| `name` | text | as readers see it |\n"
				     "| `parent` | [topic](#topic) |  |\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(views_become_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
