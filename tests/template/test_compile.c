/* What a strict set refuses, and in which words; inheritance and recursion beyond the specification's cases. */
#include "base/limits.h"
#include "fixture.h"

#include <string.h>

static const struct view topic_view = {
	"topic",
	(const struct view_field[]){{"name", VIEW_TEXT}, {"url", VIEW_URL}},
	2,
};

static const struct view word_view = {"word", (const struct view_field[]){{".", VIEW_TEXT}}, 1};

static const struct view item_view = {
	"item",
	(const struct view_field[]){{"title", VIEW_TEXT},
				    {"url", VIEW_URL},
				    {"body", VIEW_HTML},
				    {"count", VIEW_NUMBER},
				    {"is_new", VIEW_FLAG},
				    {"topic", VIEW_OBJECT, &topic_view},
				    {"topics", VIEW_LIST, &topic_view},
				    {"words", VIEW_LIST, &word_view}},
	8,
};

enum { TITLE, URL, BODY, COUNT, IS_NEW, TOPIC, TOPICS, WORDS, ITEM_FIELDS };

/* A comment without its answers, which are comments. */
static const struct view comment_view;
static const struct view_field comment_fields[] = {{"text", VIEW_TEXT}, {"answers", VIEW_LIST, &comment_view}};
static const struct view comment_view = {"comment", comment_fields, 2};

static const struct view page_view = {
	"page",
	(const struct view_field[]){{"site", VIEW_TEXT}, {"comments", VIEW_LIST, &comment_view}},
	2,
};

static struct value *sample(struct arena *arena)
{
	struct value *record = arena_array(arena, struct value, ITEM_FIELDS);
	struct value *topics = arena_array(arena, struct value, 4);
	struct value *words = arena_array(arena, struct value, 2);
	topics[0].text = STR("Water");
	topics[1].text = STR("/topic/water/");
	topics[2].text = STR("Work & pay");
	topics[3].text = STR("/topic/pay/");
	words[0].text = STR("one");
	words[1].text = STR("two");
	record[TITLE].text = STR("A <b> \"title\"");
	record[URL].text = STR("/2018/06/a/");
	record[BODY].html.text = STR("<p>Body</p>");
	record[COUNT].number = -7;
	record[IS_NEW].flag = true;
	record[TOPIC].object = topics;
	record[TOPICS].list.rows = topics;
	record[TOPICS].list.count = 2;
	record[WORDS].list.rows = words;
	record[WORDS].list.count = 2;
	return record;
}

static void is_said(const char *source, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	assert_string_equal(fixture_one(arena, source, &item_view, sample(arena)), expected);
}

static void files_say(const struct fixture_file *files, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	assert_string_equal(fixture_render(arena, files, &item_view, sample(arena)), expected);
}

static void every_type_is_written(void **state)
{
	(void)state;
	is_said("{{title}}|{{{body}}}|{{body}}|{{&body}}|{{count}}|{{url}}",
		"A &lt;b&gt; &quot;title&quot;|<p>Body</p>|<p>Body</p>|<p>Body</p>|-7|/2018/06/a/");
	is_said("{{topic.name}} {{#topics}}[{{name}} {{title}}]{{/topics}}",
		"Water [Water A &lt;b&gt; &quot;title&quot;][Work &amp; pay A &lt;b&gt; &quot;title&quot;]");
	is_said("{{#words}}{{.}} {{/words}}{{#title}}({{.}}){{/title}}{{#count}}{{.}}{{/count}}",
		"one two (A &lt;b&gt; &quot;title&quot;)-7");
	is_said("{{#is_new}}new{{/is_new}}{{^is_new}}old{{/is_new}}{{^topics}}none{{/topics}}{{^topic}}none{{/topic}}",
		"new");
	is_said("{{#url}}<a href=\"{{.}}\">{{/url}}{{#body}}{{{.}}}{{/body}}", "<a href=\"/2018/06/a/\"><p>Body</p>");
}

static void zeroed_values_are_empty(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct value record[ITEM_FIELDS] = {0};
	(void)state;
	const char *said = fixture_one(
		arena,
		"{{title}}{{body}}{{url}}{{count}}{{topic.name}}{{#topic}}t{{/topic}}{{#topics}}t{{/topics}}"
		"{{#is_new}}n{{/is_new}}{{#title}}t{{/title}}{{^topic.name}} none{{/topic.name}}",
		&item_view, record);
	assert_string_equal(said, "0 none");
}

static void unknown_names_are_refused(void **state)
{
	(void)state;
	is_said("a\nb {{titel}}",
		"main.mustache:2: there is no \"titel\" here; did you mean \"title\"? (item: title, url, body, count, "
		"is_new, topic, topics, words)");
	is_said("{{#topics}}\n\n{{nmae}}{{/topics}}", "main.mustache:3: there is no \"nmae\" here; did you mean "
						      "\"name\"? (topic: name, url; item: title, url, "
						      "body, count, is_new, topic, topics, words)");
	is_said("{{topic.colour}}", "main.mustache:1: topic has no field \"colour\" (name, url)");
	is_said("{{topic.nam}}", "main.mustache:1: topic has no field \"nam\"; did you mean \"name\"? (name, url)");
	is_said("{{topics.name}}",
		"main.mustache:1: topics is a list; only an object has fields (open a section on the list first)");
	is_said("{{title.x}}", "main.mustache:1: title is a text; only an object has fields");
	is_said("{{.}}", "main.mustache:1: {{.}} is only for lists of texts and sections on a text");
	is_said("{{#words}}{{#topic}}{{.}}{{/topic}}{{/words}}",
		"main.mustache:1: {{.}} is only for lists of texts and sections on a text");
}

static void wrong_uses_are_refused(void **state)
{
	(void)state;
	is_said("{{is_new}}",
		"main.mustache:1: is_new is a flag and cannot be written; open a section {{#is_new}} on it");
	is_said("{{topics}}",
		"main.mustache:1: topics is a list and cannot be written; open a section {{#topics}} on it");
	is_said("{{topic}}",
		"main.mustache:1: topic is an object and cannot be written; open a section {{#topic}} on it");
	is_said("\n{{{title}}}",
		"main.mustache:2: title is a text; the unescaped form is for markup alone: write {{title}}");
	is_said("{{&url}}", "main.mustache:1: url is a URL; the unescaped form is for markup alone: write {{url}}");
}

static void broken_tags_are_refused(void **state)
{
	(void)state;
	is_said("\n\n{{#topics}}\n", "main.mustache:3: {{#topics}} is never closed");
	is_said("{{#topics}}\n{{/topic}}",
		"main.mustache:2: found {{/topic}} where {{#topics}} of line 1 must be closed first");
	is_said("x{{/topics}}", "main.mustache:1: {{/topics}} closes nothing");
	is_said("\n{{title", "main.mustache:2: the tag {{title is not ended by }}");
	is_said("{{{body}}", "main.mustache:1: the tag {{{body}} is not ended by }}}");
	is_said("{{}}", "main.mustache:1: a tag without a name");
	is_said("{{# }}", "main.mustache:1: a tag without a name");
	is_said("{{a b}}", "main.mustache:1: \"a b\" cannot be a name: letters, digits, _ and - with . between steps");
	is_said("{{a..b}}",
		"main.mustache:1: \"a..b\" cannot be a name: letters, digits, _ and - with . between steps");
	is_said("{{a.}}", "main.mustache:1: \"a.\" cannot be a name: letters, digits, _ and - with . between steps");
	is_said("{{>../x}}",
		"main.mustache:1: \"../x\" cannot be a name: letters, digits, _ and - with / between folders");
	is_said("{{>/etc}}",
		"main.mustache:1: \"/etc\" cannot be a name: letters, digits, _ and - with / between folders");
	is_said("{{=| =}}", "main.mustache:1: new delimiters are two, with a blank between: {{=<% %>=}}");
	is_said("{{=a==}}", "main.mustache:1: new delimiters are two, with a blank between: {{=<% %>=}}");
	is_said("{{=a =b=}}", "main.mustache:1: delimiters cannot hold = or blanks");
}

static void too_much_is_refused(void **state)
{
	BUF_SCOPED deep = BUF_INIT(1u << 20);
	BUF_SCOPED large = BUF_INIT(1u << 20);
	(void)state;
	for (int i = 0; i < 65; i++)
		buf_put(&deep, STR("{{#is_new}}"));
	struct fixture_file files[] = {{"main", buf_str(&deep)}, {0}};
	files_say(files, "main.mustache:1: more than 64 sections inside each other");
	for (size_t i = 0; i <= LIMIT_TEMPLATE_BYTES; i++)
		buf_put_byte(&large, 'a');
	files[0].source = buf_str(&large);
	files_say(files, "main.mustache: 262145 bytes; a template may have 262144");
	is_said("{{a.b.c.d.e.f.g.h.i}}",
		"main.mustache:1: there is no \"a\" here (item: title, url, body, count, is_new, "
		"topic, topics, words)");
}

/* 25 partials that each include the next twice: 33 million copies, of something or of nothing, were it not bounded. */
static void doubling_partials_are_refused(void **state)
{
	static const char *const leaves[] = {"a piece of text that is copied again {{count}}", ""};
	(void)state;
	for (int leaf = 0; leaf < 2; leaf++) {
		ARENA_SCOPED arena = arena_create(0);
		struct fixture_file files[27] = {{"main", STR_INIT("{{>p0}}")}};
		for (int i = 0; i < 25; i++) {
			files[i + 1].name = arena_printf(arena, "p%d", i).ptr;
			files[i + 1].source = i == 24 ? str_from(leaves[leaf])
						      : arena_printf(arena, "{{>p%d}}{{>p%d}}", i + 1, i + 1);
		}
		const char *said = fixture_render(arena, files, &item_view, sample(arena));
		assert_non_null(strstr(said, "with all that it includes the template is too large"));
	}
}

static void missing_partials_are_refused(void **state)
{
	const struct fixture_file files[] = {
		{"main", STR_INIT("a\n{{>card}}")}, {"card", STR_INIT("\n\n{{>crad}}")}, {0}};
	(void)state;
	files_say(files, "card.mustache:3: there is no template \"crad\" (in card, included by main.mustache:2)");
	is_said("{{<page}}{{/page}}", "main.mustache:1: there is no template \"page\"");
}

static void partials_see_the_views_around_them(void **state)
{
	const struct fixture_file files[] = {{"main", STR_INIT("{{>label}} {{#topic}}{{>label}}{{/topic}}")},
					     {"label", STR_INIT("<a href=\"{{url}}\">")},
					     {0}};
	(void)state;
	files_say(files, "<a href=\"/2018/06/a/\"> <a href=\"/topic/water/\">");
}

static void errors_in_partials_name_both_files(void **state)
{
	const struct fixture_file files[] = {{"main", STR_INIT("\n{{#topic}}{{>cards/small}}{{/topic}}")},
					     {"cards/small", STR_INIT("{{name}}\n{{names}}")},
					     {0}};
	(void)state;
	files_say(
		files,
		"cards/small.mustache:2: there is no \"names\" here; did you mean \"name\"? (topic: name, url; item: "
		"title, url, body, count, is_new, topic, topics, words) (in cards/small, included by main.mustache:2)");
}

static void partials_may_include_themselves_deeper(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct fixture_file files[] = {
		{"main", STR_INIT("{{#comments}}{{>comment}}{{/comments}}")},
		{"comment",
		 STR_INIT("<li>{{text}}@{{site}}{{#answers}}<ul>{{>comment}}</ul>{{/answers}}{{text}}</li>")},
		{0}};
	struct value leaf[] = {{.text = STR("c")}, {.list = {0}}};
	struct value middle[] = {{.text = STR("b")}, {.list = {leaf, 1}}, {.text = STR("d")}, {.list = {0}}};
	struct value top[] = {{.text = STR("a")}, {.list = {middle, 2}}, {.text = STR("e")}, {.list = {0}}};
	struct value page[] = {{.text = STR("S")}, {.list = {top, 2}}};
	(void)state;
	assert_string_equal(
		fixture_render(arena, files, &page_view, page),
		"<li>a@S<ul><li>b@S<ul><li>c@Sc</li></ul>b</li></ul><ul><li>d@Sd</li></ul>a</li><li>e@Se</li>");
}

static const struct view even;
static const struct view_field odd_fields[] = {{"name", VIEW_TEXT}, {"even", VIEW_OBJECT, &even}};
static const struct view odd = {"odd", odd_fields, 2};
static const struct view_field even_fields[] = {{"label", VIEW_TEXT}, {"odd", VIEW_OBJECT, &odd}};
static const struct view even = {"even", even_fields, 2};

/* Two views take turns: a repeats only after both. */
static void recursion_may_go_through_another_view(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct fixture_file files[] = {
		{"main", STR_INIT("{{>step}}")},
		{"step", STR_INIT("{{name}}{{#even}}({{name}}{{label}}{{#odd}}{{>step}}{{/odd}}){{/even}}")},
		{0}};
	(void)state;
	struct value odd3[] = {{.text = STR("5")}, {.object = NULL}};
	struct value even2[] = {{.text = STR("4")}, {.object = odd3}};
	struct value odd2[] = {{.text = STR("3")}, {.object = even2}};
	struct value even1[] = {{.text = STR("2")}, {.object = odd2}};
	struct value odd1[] = {{.text = STR("1")}, {.object = even1}};
	assert_string_equal(fixture_render(arena, files, &odd, odd1), "1(123(345))");
}

static void endless_partials_are_refused(void **state)
{
	const struct fixture_file files[] = {
		{"main", STR_INIT("{{>a}}")}, {"a", STR_INIT("x{{>b}}")}, {"b", STR_INIT("\n{{>a}}")}, {0}};
	const struct fixture_file flag[] = {{"main", STR_INIT("{{#is_new}}{{>main}}{{/is_new}}")}, {0}};
	(void)state;
	files_say(
		files,
		"b.mustache:2: a includes itself without end; it may do so only inside a list or object that it opens");
	files_say(flag, "main.mustache:1: main includes itself without end; it may do so only inside a list or object "
			"that it opens");
}

static void recursion_must_stay_in_its_place(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct fixture_file files[] = {{"main", STR_INIT("{{#comments}}{{>c}}{{/comments}}")},
					     {"c", STR_INIT("{{text}}{{#answers}}<p title=\"{{>c}}\">{{/answers}}")},
					     {0}};
	struct value page[2] = {0};
	(void)state;
	assert_string_equal(
		fixture_render(arena, files, &page_view, page),
		"c.mustache:1: c includes itself in another place (in an attribute's value) than where it was begun "
		"(in an element's content) (in c, included by main.mustache:1)");
}

static void records_without_end_stop_at_the_limit(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct fixture_file files[] = {{"main", STR_INIT("{{#answers}}{{>main}}{{/answers}}x")}, {0}};
	struct template_source source = fixture_source(files);
	const struct template *compiled;
	struct err err;
	BUF_SCOPED out = BUF_INIT(1u << 20);
	struct value rows[4] = {0};
	(void)state;
	for (int i = 0; i < 2; i++) {
		rows[i * 2 + 1].list.rows = rows;
		rows[i * 2 + 1].list.count = 2;
	}
	assert_int_equal(
		template_compile(template_set_create(arena, &source), STR("main"), &comment_view, &compiled, &err), 0);
	template_render(compiled, rows, &out);
	assert_true(out.over);
}

static void blocks_are_checked(void **state)
{
	const struct fixture_file unknown[] = {{"main", STR_INIT("{{<page}}\n{{$mian}}x{{/mian}}\n{{/page}}")},
					       {"page", STR_INIT("{{$head}}{{/head}}{{$main}}{{/main}}")},
					       {0}};
	const struct fixture_file stray[] = {{"main", STR_INIT("{{<page}}\n\n{{$main}}x{{/main}} lost{{/page}}")},
					     {"page", STR_INIT("{{$main}}{{/main}}")},
					     {0}};
	const struct fixture_file twice[] = {
		{"main", STR_INIT("{{<page}}{{$main}}x{{/main}}\n{{$main}}y{{/main}}{{/page}}")},
		{"page", STR_INIT("{{$main}}{{/main}}")},
		{0}};
	const struct fixture_file none[] = {
		{"main", STR_INIT("{{<page}}{{$main}}x{{/main}}{{/page}}")}, {"page", STR_INIT("page")}, {0}};
	(void)state;
	files_say(none, "main.mustache:1: page has no block \"main\"");
	files_say(unknown, "main.mustache:2: page has no block \"mian\"; did you mean \"main\"?");
	files_say(stray,
		  "main.mustache:3: only blocks {{$name}}…{{/name}} count inside {{<page}}; this would never be shown");
	files_say(twice, "main.mustache:2: the block \"main\" stands here twice");
}

static void a_block_within_its_own_argument_is_the_default(void **state)
{
	const struct fixture_file files[] = {
		{"main", STR_INIT("{{<page}}{{$main}}[{{$main}}inner{{/main}}]{{/main}}{{/page}}")},
		{"page", STR_INIT("p {{$main}}default{{/main}} q")},
		{0}};
	(void)state;
	files_say(files, "p [inner] q");
}

static void errors_in_arguments_name_their_own_file(void **state)
{
	const struct fixture_file files[] = {{"main", STR_INIT("{{<page}}\n{{$main}}\n{{nope}}\n{{/main}}\n{{/page}}")},
					     {"page", STR_INIT("\n\n\n\n\n{{$main}}{{/main}}")},
					     {0}};
	ARENA_SCOPED arena = arena_create(0);
	(void)state;
	const char *said = fixture_render(arena, files, &topic_view, (struct value[2]){{.text = STR("")}});
	assert_non_null(strstr(said, "main.mustache:3: there is no \"nope\" here"));
}

static void lenient_sets_are_empty_where_strict_ones_refuse(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct fixture_file files[] = {
		{"main", STR_INIT("[{{nope}}{{#nope}}x{{/nope}}{{^nope}}y{{/nope}}{{>nope}}{{<nope}}{{/"
				  "nope}}{{{title}}}{{is_new}}]")},
		{0}};
	(void)state;
	assert_string_equal(fixture_render_lenient(arena, files, &item_view, sample(arena)), "[yA <b> \"title\"]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_written),
		cmocka_unit_test(zeroed_values_are_empty),
		cmocka_unit_test(unknown_names_are_refused),
		cmocka_unit_test(wrong_uses_are_refused),
		cmocka_unit_test(broken_tags_are_refused),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(doubling_partials_are_refused),
		cmocka_unit_test(missing_partials_are_refused),
		cmocka_unit_test(partials_see_the_views_around_them),
		cmocka_unit_test(errors_in_partials_name_both_files),
		cmocka_unit_test(partials_may_include_themselves_deeper),
		cmocka_unit_test(recursion_may_go_through_another_view),
		cmocka_unit_test(endless_partials_are_refused),
		cmocka_unit_test(recursion_must_stay_in_its_place),
		cmocka_unit_test(records_without_end_stop_at_the_limit),
		cmocka_unit_test(blocks_are_checked),
		cmocka_unit_test(a_block_within_its_own_argument_is_the_default),
		cmocka_unit_test(errors_in_arguments_name_their_own_file),
		cmocka_unit_test(lenient_sets_are_empty_where_strict_ones_refuse),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
