#include "hostile.h"

#include "page_shape.h"

#include <string.h>

static const struct view row_view = {
	"row", (const struct view_field[]){{"t", VIEW_TEXT}, {"u", VIEW_URL}, {"n", VIEW_NUMBER}}, 3};
static const struct view word_view = {"word", (const struct view_field[]){{".", VIEW_TEXT}}, 1};

const struct view hostile_view = {
	"page",
	(const struct view_field[]){{"t", VIEW_TEXT},
				    {"e", VIEW_TEXT},
				    {"u", VIEW_URL},
				    {"v", VIEW_URL},
				    {"h", VIEW_HTML},
				    {"n", VIEW_NUMBER},
				    {"f", VIEW_FLAG},
				    {"g", VIEW_FLAG},
				    {"o", VIEW_OBJECT, &row_view},
				    {"l", VIEW_LIST, &row_view},
				    {"w", VIEW_LIST, &word_view}},
	11,
};

/* None is empty or blank: whether any text stands somewhere may change a tree by right. */
static const struct {
	struct str text, url;
	int64_t number;
} pairs[] = {
	{STR_INIT("word"), STR_INIT("/path"), 5},
	{STR_INIT("<b>x</b>"), STR_INIT("javascript:alert(1)"), -1},
	{STR_INIT("\" onclick=\"x"), STR_INIT("\" onclick=\"x"), 0},
	{STR_INIT("' onclick='x"), STR_INIT("' onclick='x"), INT64_MIN},
	{STR_INIT("><script>x</script>"), STR_INIT("/><script>x</script>"), INT64_MAX},
	{STR_INIT("</title><b id=x>"), STR_INIT("</title><b id=x>"), 1},
	{STR_INIT("</textarea><b id=x>"), STR_INIT("https://x/</textarea><b>"), 1},
	{STR_INIT("</script><b id=x>"), STR_INIT("http://x/</script><b>"), 1},
	{STR_INIT("</style><b id=x>"), STR_INIT("JaVaScRiPt:x"), 1},
	{STR_INIT("--><b id=x>"), STR_INIT("java\tscript:x"), 1},
	{STR_INIT("<!-- "), STR_INIT(" javascript:x"), 1},
	{STR_INIT("]]><b id=x>"), STR_INIT("\x01javascript:x"), 1},
	{STR_INIT("javascript:alert(1)"), STR_INIT("java"), 1},
	{STR_INIT("script:alert(1)"), STR_INIT("javascript"), 1},
	{STR_INIT(":alert(1)"), STR_INIT("data"), 1},
	{STR_INIT("\\\"},{\"x\":\""), STR_INIT("data:text/html,<b>"), 1},
	{STR_INIT("\\"), STR_INIT("\\\\x"), 1},
	{STR_INIT("&lt;b&gt;&quot;"), STR_INIT("&#106;avascript:x"), 1},
	{STR_INIT("&#34; onclick=&#34;x"), STR_INIT("java&#9;script:x"), 1},
	{STR_INIT("{{t}}{{{h}}}{{#f}}"), STR_INIT("{{u}}"), 1},
	{STR_INIT("\n<b id=x>\r\n\t"), STR_INIT("vbscript:x"), 1},
	{STR_INIT("x\0<b>\0"), STR_INIT("/\0<b>"), 1},
	{STR_INIT("\xC3<b id=x>"), STR_INIT("/\xE2\x80<b>"), 1},
	{STR_INIT("\xE2\x80\xA8</p><p x=y>"), STR_INIT("//host/?a=\"b"), 1},
	{STR_INIT("<svg><style><b id=x>"), STR_INIT("blob:x"), 1},
	{STR_INIT("0;url=javascript:x"), STR_INIT("mailto:\"><b>"), 1},
	{STR_INIT("<plaintext>"), STR_INIT("a, javascript:x 2x"), 1},
	{STR_INIT("`${x}`"), STR_INIT("`"), 1},
};

bool hostile_values(struct arena *arena, size_t index, const struct value **ret_record)
{
	if (index >= sizeof pairs / sizeof pairs[0])
		return false;
	struct value *record = arena_array(arena, struct value, 11);
	struct value *rows = arena_array(arena, struct value, 6);
	struct value *words = arena_array(arena, struct value, 2);
	for (size_t i = 0; i < 2; i++) {
		rows[3 * i].text = words[i].text = pairs[index].text;
		rows[3 * i + 1].text = pairs[index].url;
		rows[3 * i + 2].number = pairs[index].number;
	}
	record[0].text = pairs[index].text;
	record[2].text = pairs[index].url;
	record[4].html.text = STR("<i class=\"h\">h</i>");
	record[5].number = pairs[index].number;
	record[6].flag = true;
	record[8].object = rows;
	record[9].list.rows = rows;
	record[9].list.count = 2;
	record[10].list.rows = words;
	record[10].list.count = 2;
	*ret_record = record;
	return true;
}

/* Code in the page must be the template's: scripts of JSON aside, whose strings are values. */
static bool same_shape(struct str a, struct str b)
{
	struct str left, right;
	for (;;) {
		bool more = str_next(&a, '\n', &left), also = str_next(&b, '\n', &right);
		if (!more || !also)
			return more == also;
		bool code = str_ends(left, STR("of code]")) && str_ends(right, STR("of code]"));
		if (!code && !str_eq(left, right))
			return false;
	}
}

struct shapes {
	struct str tokens, tree;
};

static struct shapes shapes_of(struct arena *arena, struct str page)
{
	return (struct shapes){shape_by_tokens(arena, page), shape_by_gumbo(arena, page)};
}

static void compare(struct arena *arena, struct str source, struct str page, const struct shapes *harmless)
{
	struct shapes found = shapes_of(arena, page);
	const char *bad = shape_bad_address(arena, page);
	if (bad)
		fail_msg("%.*s\ngave the address %s in\n%.*s", STR_ARG(source), bad, STR_ARG(page));
	if (!same_shape(found.tokens, harmless->tokens))
		fail_msg("%.*s\ngave %.*s\nas tokens\n%.*s", STR_ARG(source), STR_ARG(page), STR_ARG(found.tokens));
	if (!str_eq(found.tree, harmless->tree))
		fail_msg("%.*s\ngave %.*s\nas tree\n%.*s\nnot\n%.*s", STR_ARG(source), STR_ARG(page),
			 STR_ARG(found.tree), STR_ARG(harmless->tree));
}

bool hostile_holds(const struct fixture_file *files, char ret_error[512])
{
	ARENA_SCOPED arena = arena_create(0);
	struct template_source source = fixture_source(files);
	const struct template *compiled;
	const struct value *record;
	struct err err = {0};
	BUF_SCOPED harmless = BUF_INIT(1u << 20);
	BUF_SCOPED page = BUF_INIT(1u << 20);
	if (template_compile(template_set_create(arena, &source), STR("main"), &hostile_view, &compiled, &err) != 0) {
		memcpy(ret_error, err.text, sizeof err.text);
		return false;
	}
	assert_true(hostile_values(arena, 0, &record));
	template_render(compiled, record, &harmless);
	struct shapes shapes = shapes_of(arena, buf_str(&harmless));
	for (size_t i = 1; hostile_values(arena, i, &record); i++) {
		buf_clear(&page);
		template_render(compiled, record, &page);
		assert_false(page.over);
		struct arena_mark mark = arena_mark(arena);
		compare(arena, files[0].source, buf_str(&page), &shapes);
		arena_release(arena, mark);
	}
	return true;
}
