/* Where a field may stand: each place of a page once with what is allowed and once with what is not. */
#include "fixture.h"

#include <string.h>

static const struct view row_view = {
	"row", (const struct view_field[]){{"t", VIEW_TEXT}, {"u", VIEW_URL}, {"n", VIEW_NUMBER}}, 3};

static const struct view view = {
	"page",
	(const struct view_field[]){{"t", VIEW_TEXT},
				    {"h", VIEW_HTML},
				    {"n", VIEW_NUMBER},
				    {"u", VIEW_URL},
				    {"f", VIEW_FLAG},
				    {"l", VIEW_LIST, &row_view}},
	6,
};

static const struct value row_values[] = {{.text = STR_INIT("T")}, {.text = STR_INIT("/u")}, {.number = 3}};

static const char *say(struct arena *arena, const char *source, const char *text, const char *url)
{
	struct value record[6] = {0};
	record[0].text = str_from(text);
	record[1].html.text = STR("<i>h</i>");
	record[2].number = 5;
	record[3].text = str_from(url);
	record[4].flag = true;
	record[5].list.rows = row_values;
	record[5].list.count = 1;
	return fixture_one(arena, source, &view, record);
}

static void allows(const char *source, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	assert_string_equal(say(arena, source, "\"'<>&", "/a?b=1&c"), expected);
}

/* The message begins with the file and line, and holds said. */
static void refuses(const char *source, const char *said)
{
	ARENA_SCOPED arena = arena_create(0);
	const char *result = say(arena, source, "t", "/u");
	if (strncmp(result, "main.mustache:", 14) != 0 || !strstr(result, said))
		fail_msg("%s\ngave: %s\nwanted: %s", source, result, said);
}

static void content_takes_every_type(void **state)
{
	(void)state;
	allows("<p>{{t}}{{h}}{{n}}{{u}}</p>", "<p>&quot;&#39;&lt;&gt;&amp;<i>h</i>5/a?b=1&amp;c</p>");
	allows("1 < 2 {{t}}", "1 < 2 &quot;&#39;&lt;&gt;&amp;");
	allows("<br/>{{n}}<hr />{{n}}<!doctype html>{{n}}<!-- a - b -- c -->{{n}}<!---->{{n}}",
	       "<br/>5<hr />5<!doctype html>5<!-- a - b -- c -->5<!---->5");
	allows("<title>{{t}}</title><textarea>\n{{n}}</textarea>{{h}}",
	       "<title>&quot;&#39;&lt;&gt;&amp;</title><textarea>\n5</textarea><i>h</i>");
}

static void code_takes_nothing(void **state)
{
	(void)state;
	refuses("<script>var x = {{n}};</script>", "n: a field in an element that holds code");
	refuses("<SCRIPT type=\"module\">{{t}}</SCRIPT>", "a field in an element that holds code");
	refuses("<style>a { color: {{t}} }</style>", "a field in an element that holds code");
	refuses("<iframe>{{t}}</iframe>", "a field in an element that holds code");
	refuses("<script></scripty>{{t}}", "a field in an element that holds code");
	refuses("<script></script x=\"{{h}}\">", "markup in an attribute");
	refuses("<script>'<!--'</script>", "<!-- in an element that holds plain text");
	refuses("<a onclick=\"f('{{t}}')\">", "a field in an attribute that holds code");
	refuses("<a ONfocus='{{n}}'>", "a field in an attribute that holds code");
	refuses("<a style=\"width: {{n}}%\">", "a field in an attribute that holds code");
	refuses("<iframe srcdoc=\"{{t}}\">", "a field in an attribute that holds code");
	refuses("<plaintext>{{t}}", "a field in an element that holds code");
	allows("<script src=\"{{u}}\"></script><style>a{}</style>{{n}}",
	       "<script src=\"/a?b=1&amp;c\"></script><style>a{}</style>5");
}

static void tags_take_fields_between_quotes_only(void **state)
{
	(void)state;
	refuses("<{{t}}>", "a field in a tag's name");
	refuses("<a{{t}}>", "a field in a tag's name");
	refuses("</{{t}}>", "a field in a tag's name");
	refuses("<a {{t}}>", "a field where an attribute's name stands");
	refuses("<a data-{{t}}=\"x\">", "a field where an attribute's name stands");
	refuses("<a title={{t}}>", "a field in an attribute's value without quotes");
	refuses("<a title=x{{t}}>", "a field in an attribute's value without quotes");
	refuses("<a title=\"x\"{{t}}>", "a field where an attribute's name stands");
	refuses("<!-- {{t}} -->", "a field in a comment or declaration");
	refuses("<!doctype {{t}}>", "a field in a comment or declaration");
	refuses("<?x {{t}}>", "a field in a comment or declaration");
	refuses("<a title=\"{{h}}\">", "markup in an attribute's value");
	refuses("<title>{{h}}</title>", "markup in an element that holds plain text");
	refuses("<textarea>{{{h}}}</textarea>", "markup in an element that holds plain text");
	refuses("<title></tit{{t}}", "a field behind <");
	allows("<a title=\"{{t}}\" alt='{{t}} {{n}}'>",
	       "<a title=\"&quot;&#39;&lt;&gt;&amp;\" alt='&quot;&#39;&lt;&gt;&amp; 5'>");
}

static void addresses_begin_with_urls(void **state)
{
	(void)state;
	refuses("<a href=\"{{t}}\">", "t: a text at the start of an address; it must be a field of type URL");
	refuses("<img SRC='{{t}}'>", "a text at the start of an address");
	refuses("<form action=\"{{t}}\">", "a text at the start of an address");
	refuses("<button formaction=\"{{t}}\">", "a text at the start of an address");
	refuses("<video poster=\"{{t}}\">", "a text at the start of an address");
	refuses("<object data=\"{{t}}\">", "a text at the start of an address");
	refuses("<use xlink:href=\"{{t}}\">", "a text at the start of an address");
	refuses("<a href=\"java{{t}}\">", "a text at the start of an address");
	refuses("<a href=\"javascript:{{n}}\">", "a scheme other than http, https, mailto or tel");
	refuses("<a href=\"data:text/html,x\">", "a scheme other than");
	refuses("<a href=\"x{{u}}\">", "an address behind the start of another");
	refuses("<a href=\"{{#f}}/x{{/f}}{{t}}\">", "a text at the start of an address");
	refuses("<a href=\"{{#f}}x{{/f}}{{u}}\">", "an address behind the start of another");
	refuses("<img srcset=\"/a 1x, {{t}} 2x\">", "a text at the start of an address");
	allows("<a href=\"{{u}}\">", "<a href=\"/a?b=1&amp;c\">");
	allows("<a href=\"{{u}}?q={{t}}\">", "<a href=\"/a?b=1&amp;c?q=&quot;&#39;&lt;&gt;&amp;\">");
	allows("<a href=\"/x/{{t}}\"><a href=\"?{{n}}\"><a href='#{{t}}'>",
	       "<a href=\"/x/&quot;&#39;&lt;&gt;&amp;\"><a href=\"?5\"><a href='#&quot;&#39;&lt;&gt;&amp;'>");
	allows("<a href=\"https://x.example/{{n}}\"><a href=\"mailto:{{n}}\"><a href=x>",
	       "<a href=\"https://x.example/5\"><a href=\"mailto:5\"><a href=x>");
	allows("<img srcset=\"{{#l}}{{u}} {{n}}w, {{/l}}\">", "<img srcset=\"/u 3w, \">");
	allows("<a href=\"{{#f}}/x{{/f}}{{u}}\">", "<a href=\"/x/a?b=1&amp;c\">");
}

static void unsafe_urls_become_a_number_sign(void **state)
{
	static const char *const unsafe[] = {"javascript:alert(1)", "JaVaScRiPt:x", " javascript:x", "java\nscript:x",
					     "data:text/html,x",    "vbscript:x",   "x:y",           ":",
					     "\x01javascript:x",    "/a\r\n",       "/a ",           "blob:x"};
	static const char *const safe[] = {"/",        "/a b",     "a",         "a/b:c",      "?x:y",   "#x:y",
					   "//host/x", "http://x", "HTTPS://x", "mailto:a@b", "tel:+1", "./x:y"};
	(void)state;
	for (size_t i = 0; i < sizeof unsafe / sizeof unsafe[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		assert_false(template_url_safe(str_from(unsafe[i])));
		assert_string_equal(say(arena, "<a href=\"{{u}}\">", "", unsafe[i]), "<a href=\"#\">");
	}
	for (size_t i = 0; i < sizeof safe / sizeof safe[0]; i++)
		assert_true(template_url_safe(str_from(safe[i])));
	ARENA_SCOPED arena = arena_create(0);
	assert_string_equal(say(arena, "<img src=\"{{u}}\">", "", ""), "<img src=\"\">");
}

static void json_takes_texts_between_its_quotes(void **state)
{
	(void)state;
	allows("<script type=\"application/ld+json\">{\"a\": \"{{t}}\", \"n\": {{n}}, \"u\": \"{{u}}\"}</script>{{n}}",
	       "<script type=\"application/ld+json\">{\"a\": \"\\\"'\\u003c\\u003e\\u0026\", \"n\": 5, \"u\": "
	       "\"/a?b=1\\u0026c\"}</script>5");
	allows("<script type='application/json' id=\"x\">[{{#l}}\"{{t}}\",{{/l}}\"\\\"{{n}}\"]</script>",
	       "<script type='application/json' id=\"x\">[\"T\",\"\\\"5\"]</script>");
	refuses("<script type=\"application/json\">{{t}}</script>", "a text in JSON outside of quotes");
	refuses("<script type=\"application/json\">\"{{h}}\"</script>", "markup in JSON");
	refuses("<script type=\"application/json\">\"\\{{t}}\"</script>", "a field behind a backslash");
	refuses("<script type=\"application/json\">\"</scr{{t}}\"</script>", "a field behind <");
	refuses("<script type=\"text/javascript\" type=\"application/json\">\"{{t}}\"</script>",
		"a field in an element that holds code");
	refuses("<script {{#f}}type=\"application/json\"{{/f}}>\"{{t}}\"</script>",
		"a field in an element that holds code");
	refuses("<script type=\"application/{{t}}json\">", "a field in a script's type");
	refuses("<script type=\"application/json\">\"x</script>\"{{t}}\" <a {{t}}",
		"a field where an attribute's name stands");
}

static void sections_end_where_they_start(void **state)
{
	(void)state;
	refuses("<p>{{#f}}<b{{/f}}>", "a section must end in the place where it starts: {{#f}} starts in an element's "
				      "content and ends in a tag");
	refuses("<p {{#f}}title=\"{{/f}}x\">", "a section must end in the place where it starts");
	refuses("{{#f}}<script>{{/f}}", "a section must end in the place where it starts");
	refuses("<{{#f}}a{{/f}}{{^f}}b{{/f}} href=\"{{t}}\">", "");
	refuses("<p title=\"{{#f}}'{{/f}}\"{{t}}>", "a field where an attribute's name stands");
	refuses("<a {{#f}}hr{{/f}}ef=\"{{t}}\">", "a blank, / or > must stand here");
	refuses("<scr{{#f}} a{{/f}}ipt>{{t}}", "a blank, / or > must stand here");
	refuses("<p{{#l}} class=\"x\"{{/l}}>", "a list must end in the place where it starts");
	refuses("<p title=\"a\"b=\"c\">", "a blank, / or > must stand here, behind an attribute");
	allows("<p{{#f}} class=\"x\"{{/f}}>{{n}}", "<p class=\"x\">5");
	allows("<p {{#f}}class=\"x\" {{/f}}{{^f}}hidden {{/f}}id=\"y\">{{n}}", "<p class=\"x\" id=\"y\">5");
	allows("<input disabled {{#f}}checked {{/f}}name=\"x\">", "<input disabled checked name=\"x\">");
	allows("<script{{#f}} async{{/f}}></script>{{n}}", "<script async></script>5");
	allows("<p class=\"a{{#f}} b{{/f}}{{#l}} {{t}}{{/l}}\">{{n}}", "<p class=\"a b T\">5");
	allows("{{#f}}<a href=\"{{u}}\">{{/f}}{{n}}{{#f}}</a>{{/f}}", "<a href=\"/a?b=1&amp;c\">5</a>");
}

static void markup_that_is_not_followed_is_refused(void **state)
{
	(void)state;
	refuses("<![CDATA[ x ]]>", "<! must begin a comment");
	refuses("<!-x>", "<! must begin a comment");
	refuses("<!-->", "a comment cannot begin with >");
	refuses("<!--->", "a comment cannot begin with >");
	refuses("<!-- --!>", "--! in a comment");
	refuses("</ p>", "</ must be followed by an element's name");
	refuses("<a =x>", "a tag holds");
	refuses("<a \"x\">", "a tag holds");
	refuses("<a href=>", "an attribute without a value behind =");
}

static void templates_end_in_content(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	(void)state;
	assert_string_equal(say(arena, "<a href=\"x", "", ""),
			    "main.mustache: the template ends in an attribute's value");
	assert_string_equal(say(arena, "x <", "", ""), "main.mustache: the template ends in a tag");
	assert_string_equal(say(arena, "<script>x", "", ""),
			    "main.mustache: the template ends in an element that holds plain text");
	assert_string_equal(say(arena, "<!-- x", "", ""),
			    "main.mustache: the template ends in a comment or declaration");
}

static void the_place_is_followed_through_files(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct fixture_file good[] = {{"main", STR_INIT("{{<p}}{{$v}}{{t}}{{/v}}{{/p}}<i {{>cls}}>")},
					    {"p", STR_INIT("<b title=\"{{$v}}{{/v}}\">")},
					    {"cls", STR_INIT("class=\"{{t}}\"")},
					    {0}};
	const struct fixture_file bad[] = {{"main", STR_INIT("{{<p}}\n{{$v}}\n{{t}}{{/v}}{{/p}}")},
					   {"p", STR_INIT("<script>{{$v}}{{/v}}</script>")},
					   {0}};
	struct value record[6] = {{.text = STR("T\"")}};
	(void)state;
	assert_string_equal(fixture_render(arena, good, &view, record), "<b title=\"T&quot;\"><i class=\"T&quot;\">");
	const char *said = fixture_render(arena, bad, &view, record);
	assert_non_null(strstr(said, "main.mustache:3: t: a field in an element that holds code"));
}

/* Every text field of a page with every kind of place, filled with what would break out of each. */
static void hostile_texts_stay_text(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const char *hostile = "</title></textarea></script><script>x</script>\"'><b onload=x>{{t}}\\&lt;";
	(void)state;
	const char *page = say(arena,
			       "<title>{{t}}</title><p title=\"{{t}}\" lang='{{t}}'>{{t}}</p><a href=\"/{{t}}\">"
			       "<script type=\"application/ld+json\">\"{{t}}\"</script><textarea>{{t}}</textarea>",
			       hostile, "/");
	size_t tags = 0;
	for (const char *c = page; *c; c++)
		tags += *c == '<';
	assert_int_equal(tags, 9);
	assert_null(strstr(page, "<b"));
	assert_non_null(strstr(page, "{{t}}"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_takes_every_type),
		cmocka_unit_test(code_takes_nothing),
		cmocka_unit_test(tags_take_fields_between_quotes_only),
		cmocka_unit_test(addresses_begin_with_urls),
		cmocka_unit_test(unsafe_urls_become_a_number_sign),
		cmocka_unit_test(json_takes_texts_between_its_quotes),
		cmocka_unit_test(sections_end_where_they_start),
		cmocka_unit_test(markup_that_is_not_followed_is_refused),
		cmocka_unit_test(templates_end_in_content),
		cmocka_unit_test(the_place_is_followed_through_files),
		cmocka_unit_test(hostile_texts_stay_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
