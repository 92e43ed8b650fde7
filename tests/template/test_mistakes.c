/* Every mistake a theme's author can make, with the whole message: which file and line, what was found, what to do. */
#include "fixture.h"

#include <string.h>

static const struct view person_view = {
	"person", (const struct view_field[]){{"name", VIEW_TEXT}, {"home", VIEW_URL}, {"age", VIEW_NUMBER}}, 3};
static const struct view word_view = {"word", (const struct view_field[]){{".", VIEW_TEXT}}, 1};
static const struct view team_view = {
	"team", (const struct view_field[]){{"lead", VIEW_OBJECT, &person_view}, {"all", VIEW_LIST, &person_view}}, 2};
static const struct view page_view = {
	"page",
	(const struct view_field[]){{"title", VIEW_TEXT},
				    {"body", VIEW_HTML},
				    {"address", VIEW_URL},
				    {"total", VIEW_NUMBER},
				    {"open", VIEW_FLAG},
				    {"team", VIEW_OBJECT, &team_view},
				    {"people", VIEW_LIST, &person_view},
				    {"tags", VIEW_LIST, &word_view}},
	8,
};
#define PAGE_FIELDS "page: title, body, address, total, open, team, people, tags"

/* The code that compiling main answers with, and the message. */
static int compile(struct arena *arena, const struct fixture_file *files, struct err *err)
{
	struct template_source source = fixture_source(files);
	const struct template *compiled = NULL;
	int rc = template_compile(template_set_create(arena, &source), STR("main"), &page_view, &compiled, err);
	assert_true(rc != 0 || compiled != NULL);
	return rc;
}

static void fails(const struct fixture_file *files, int code, const char *said)
{
	ARENA_SCOPED arena = arena_create(0);
	struct err err = {0};
	int rc = compile(arena, files, &err);
	if (rc != code || strcmp(err.text, said) != 0)
		fail_msg("%.*s\ngave %d: %s\nwanted %d: %s", STR_ARG(files[0].source), rc, err.text, code, said);
	assert_int_equal(err.code, code);
}

struct row {
	const char *source, *said;
};

static void all_fail(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct fixture_file files[] = {{"main", str_from(rows[i].source)}, {0}};
		fails(files, ERR_INPUT, rows[i].said);
	}
}
#define ALL_FAIL(rows) all_fail((rows), sizeof(rows) / sizeof *(rows))

static void tags_are_written_wrongly(void **state)
{
	static const struct row rows[] = {
		{"{{", "main.mustache:1: the tag {{ is not ended by }}"},
		{"\n\n{{", "main.mustache:3: the tag {{ is not ended by }}"},
		{"{{title}", "main.mustache:1: the tag {{title} is not ended by }}"},
		{"{{title\n}\n}", "main.mustache:1: the tag {{title\n}\n} is not ended by }}"},
		{"{{a name much longer than what is shown",
		 "main.mustache:1: the tag {{a name much longer t is not ended by }}"},
		{"{{{body}}", "main.mustache:1: the tag {{{body}} is not ended by }}}"},
		{"{{{body} }}", "main.mustache:1: the tag {{{body} }} is not ended by }}}"},
		{"{{! never ended }", "main.mustache:1: the tag {{! never ended } is not ended by }}"},
		{"{{=<% %>}}", "main.mustache:1: the tag {{=<% %>}} is not ended by =}}"},
		{"{{=<% %>=}}<%title}}", "main.mustache:1: the tag <%title}} is not ended by %>"},
		{"{{=<% %>=}}\n<%={{ }}=}}", "main.mustache:2: the tag <%={{ }}=}} is not ended by =%>"},
		{"{{}}", "main.mustache:1: a tag without a name"},
		{"{{ }}", "main.mustache:1: a tag without a name"},
		{"{{&}}", "main.mustache:1: a tag without a name"},
		{"{{{}}}", "main.mustache:1: a tag without a name"},
		{"{{#}}{{/}}", "main.mustache:1: a tag without a name"},
		{"{{^ }}", "main.mustache:1: a tag without a name"},
		{"{{>}}", "main.mustache:1: a tag without a name"},
		{"{{<}}", "main.mustache:1: a tag without a name"},
		{"{{$\n}}", "main.mustache:1: a tag without a name"},
	};
	(void)state;
	ALL_FAIL(rows);
}

#define STEPS " cannot be a name: letters, digits, _ and - with . between steps"
#define PATHS " cannot be a name: letters, digits, _ and - with / between folders"

static void names_are_written_wrongly(void **state)
{
	static const struct row rows[] = {
		{"{{a b}}", "main.mustache:1: \"a b\"" STEPS},
		{"{{title }} {{tit le}}", "main.mustache:1: \"tit le\"" STEPS},
		{"\n{{*title}}", "main.mustache:2: \"*title\"" STEPS},
		{"{{@title}}", "main.mustache:1: \"@title\"" STEPS},
		{"{{title|upper}}", "main.mustache:1: \"title|upper\"" STEPS},
		{"{{else}}{{..}}", "main.mustache:1: \"..\"" STEPS},
		{"{{.title}}", "main.mustache:1: \".title\"" STEPS},
		{"{{title.}}", "main.mustache:1: \"title.\"" STEPS},
		{"{{team..lead}}", "main.mustache:1: \"team..lead\"" STEPS},
		{"{{#team lead}}{{/team lead}}", "main.mustache:1: \"team lead\"" STEPS},
		{"{{a/b}}", "main.mustache:1: \"a/b\"" STEPS},
		{"{{t\xC3\xA9}}", "main.mustache:1: \"t\xC3\xA9\"" STEPS},
		{"{{\"title\"}}", "main.mustache:1: \"\"title\"\"" STEPS},
		{"{{$a.b c}}", "main.mustache:1: \"a.b c\"" STEPS},
		{"{{>../head}}", "main.mustache:1: \"../head\"" PATHS},
		{"{{>a/../b}}", "main.mustache:1: \"a/../b\"" PATHS},
		{"{{>/head}}", "main.mustache:1: \"/head\"" PATHS},
		{"{{>head/}}", "main.mustache:1: \"head/\"" PATHS},
		{"{{>a//b}}", "main.mustache:1: \"a//b\"" PATHS},
		{"{{>head.mustache}}", "main.mustache:1: \"head.mustache\"" PATHS},
		{"{{>*dynamic}}", "main.mustache:1: \"*dynamic\"" PATHS},
		{"{{<.}}{{/.}}", "main.mustache:1: \".\"" PATHS},
		{"{{>.}}", "main.mustache:1: \".\"" PATHS},
	};
	(void)state;
	ALL_FAIL(rows);
}

static void delimiters_are_written_wrongly(void **state)
{
	static const char two[] = "main.mustache:1: new delimiters are two, with a blank between: {{=<% %>=}}";
	static const char bad[] = "main.mustache:1: delimiters cannot hold = or blanks";
	static const struct row rows[] = {
		{"{{=<%=}}", two},     {"{{==}}", two},       {"{{= =}}", two},
		{"{{=<% =}}", two},    {"{{=a= b=}}", bad},   {"{{=a b c=}}", bad},
		{"{{=a b\tc=}}", bad}, {"{{=a\tx b=}}", bad}, {"{{=a b=c=}}", bad},
	};
	(void)state;
	ALL_FAIL(rows);
}

static void ends_are_missing_or_crossed(void **state)
{
	static const struct row rows[] = {
		{"{{#open}}", "main.mustache:1: {{#open}} is never closed"},
		{"\n{{^open}}\n\n", "main.mustache:2: {{^open}} is never closed"},
		{"{{#open}}\n{{#team}}\n{{/team}}\n", "main.mustache:1: {{#open}} is never closed"},
		{"{{#open}}\n{{#team}}\n", "main.mustache:2: {{#team}} is never closed"},
		{"{{$a}}", "main.mustache:1: {{$a}} is never closed"},
		{"x\n{{<a}}", "main.mustache:2: {{<a}} is never closed"},
		{"{{/open}}", "main.mustache:1: {{/open}} closes nothing"},
		{"{{#open}}{{/open}}\n{{/open}}", "main.mustache:2: {{/open}} closes nothing"},
		{"{{/}}", "main.mustache:1: {{/}} closes nothing"},
		{"{{#open}}\n{{/close}}",
		 "main.mustache:2: found {{/close}} where {{#open}} of line 1 must be closed first"},
		{"{{#open}}\n{{#team}}\n\n{{/open}}{{/team}}",
		 "main.mustache:4: found {{/open}} where {{#team}} of line 2 must be closed first"},
		{"{{^open}}{{/OPEN}}",
		 "main.mustache:1: found {{/OPEN}} where {{^open}} of line 1 must be closed first"},
		{"\n{{<a}}\n{{$b}}\n{{/a}}",
		 "main.mustache:4: found {{/a}} where {{$b}} of line 3 must be closed first"},
		{"{{<a}}{{/b}}", "main.mustache:1: found {{/b}} where {{<a}} of line 1 must be closed first"},
		{"{{#team.lead}}{{/team}}",
		 "main.mustache:1: found {{/team}} where {{#team.lead}} of line 1 must be closed first"},
	};
	(void)state;
	ALL_FAIL(rows);
}

static void names_mean_nothing(void **state)
{
	static const struct row rows[] = {
		{"{{x}}", "main.mustache:1: there is no \"x\" here (" PAGE_FIELDS ")"},
		{"a\r\nb\r\n{{titel}}",
		 "main.mustache:3: there is no \"titel\" here; did you mean \"title\"? (" PAGE_FIELDS ")"},
		{"{{itle}}", "main.mustache:1: there is no \"itle\" here; did you mean \"title\"? (" PAGE_FIELDS ")"},
		{"{{ttile}}", "main.mustache:1: there is no \"ttile\" here; did you mean \"title\"? (" PAGE_FIELDS ")"},
		{"{{Title}}", "main.mustache:1: there is no \"Title\" here; did you mean \"title\"? (" PAGE_FIELDS ")"},
		{"{{{bodyy}}}",
		 "main.mustache:1: there is no \"bodyy\" here; did you mean \"body\"? (" PAGE_FIELDS ")"},
		{"{{#poeple}}\n{{/poeple}}",
		 "main.mustache:1: there is no \"poeple\" here; did you mean \"people\"? (" PAGE_FIELDS ")"},
		{"{{^opne}}{{/opne}}",
		 "main.mustache:1: there is no \"opne\" here; did you mean \"open\"? (" PAGE_FIELDS ")"},
		{"{{name}}", "main.mustache:1: there is no \"name\" here (" PAGE_FIELDS ")"},
		{"{{#people}}\n{{nam}}{{/people}}", "main.mustache:2: there is no \"nam\" here; did you mean "
						    "\"name\"? (person: name, home, age; " PAGE_FIELDS ")"},
		{"{{^people}}{{name}}{{/people}}", "main.mustache:1: there is no \"name\" here (" PAGE_FIELDS ")"},
		{"{{#people}}{{/people}}{{name}}", "main.mustache:1: there is no \"name\" here (" PAGE_FIELDS ")"},
		{"{{#team}}{{#lead}}{{colour}}{{/lead}}{{/team}}",
		 "main.mustache:1: there is no \"colour\" here (person: name, home, age; team: lead, all; " PAGE_FIELDS
		 ")"},
		{"{{team.boss}}", "main.mustache:1: team has no field \"boss\" (lead, all)"},
		{"{{team.led}}", "main.mustache:1: team has no field \"led\"; did you mean \"lead\"? (lead, all)"},
		{"{{team.lead.nmae}}", "main.mustache:1: team.lead has no field \"nmae\"; did you mean \"name\"? "
				       "(name, home, age)"},
		{"{{#team}}{{lead.x}}{{/team}}", "main.mustache:1: lead has no field \"x\" (name, home, age)"},
		{"{{team.all.name}}", "main.mustache:1: team.all is a list; only an object has fields (open a section "
				      "on the list first)"},
		{"{{title.length}}", "main.mustache:1: title is a text; only an object has fields"},
		{"{{body.x}}", "main.mustache:1: body is markup; only an object has fields"},
		{"{{address.x}}", "main.mustache:1: address is a URL; only an object has fields"},
		{"{{total.x}}", "main.mustache:1: total is a number; only an object has fields"},
		{"{{open.x}}", "main.mustache:1: open is a flag; only an object has fields"},
		{"{{.}}", "main.mustache:1: {{.}} is only for lists of texts and sections on a text"},
		{"{{#team}}{{.}}{{/team}}", "main.mustache:1: {{.}} is only for lists of texts and sections on a text"},
		{"{{#open}}{{.}}{{/open}}", "main.mustache:1: {{.}} is only for lists of texts and sections on a text"},
		{"{{#title}}{{^title}}{{.}}{{/title}}{{#team}}{{.}}{{/team}}{{/title}}",
		 "main.mustache:1: {{.}} is only for lists of texts and sections on a text"},
		{"{{team.lead.name.x}}", "main.mustache:1: team.lead.name is a text; only an object has fields"},
	};
	(void)state;
	ALL_FAIL(rows);
}

static void fields_are_used_wrongly(void **state)
{
	static const struct row rows[] = {
		{"{{open}}", "main.mustache:1: open is a flag and cannot be written; open a section {{#open}} on it"},
		{"{{{open}}}", "main.mustache:1: open is a flag and cannot be written; open a section {{#open}} on it"},
		{"{{team}}",
		 "main.mustache:1: team is an object and cannot be written; open a section {{#team}} on it"},
		{"{{team.lead}}",
		 "main.mustache:1: team.lead is an object and cannot be written; open a section {{#team.lead}} on it"},
		{"{{people}}",
		 "main.mustache:1: people is a list and cannot be written; open a section {{#people}} on it"},
		{"{{&tags}}", "main.mustache:1: tags is a list and cannot be written; open a section {{#tags}} on it"},
		{"{{{title}}}",
		 "main.mustache:1: title is a text; the unescaped form is for markup alone: write {{title}}"},
		{"{{&title}}",
		 "main.mustache:1: title is a text; the unescaped form is for markup alone: write {{title}}"},
		{"{{{address}}}",
		 "main.mustache:1: address is a URL; the unescaped form is for markup alone: write {{address}}"},
		{"{{#tags}}{{{.}}}{{/tags}}",
		 "main.mustache:1: . is a text; the unescaped form is for markup alone: write {{.}}"},
		{"{{#address}}\n{{&.}}{{/address}}",
		 "main.mustache:2: . is a URL; the unescaped form is for markup alone: write {{.}}"},
		{"{{=<% %>=}}<%&title%>",
		 "main.mustache:1: title is a text; the unescaped form is for markup alone: write {{title}}"},
	};
	(void)state;
	ALL_FAIL(rows);
}

/* The line is that of the tag or of the text where the place is left, not of the file's start. */
static void places_name_their_lines(void **state)
{
	static const struct row rows[] = {
		{"<p>\n<b\n{{title}}>",
		 "main.mustache:3: title: a field where an attribute's name stands; use a section around "
		 "name=\"{{value}}\""},
		{"\n\n<b title={{total}}>",
		 "main.mustache:3: total: a field in an attribute's value without quotes; put quotes around it"},
		{"<b>\n<b =\n>", "main.mustache:2: a tag holds \", ', = or < where an attribute's name should begin"},
		{"<!--\n\n--!>", "main.mustache:3: --! in a comment, which may end it"},
		{"{{#open}}\n<b\n{{/open}}",
		 "main.mustache:1: a section must end in the place where it starts: {{#open}} starts in an element's "
		 "content and ends in a tag"},
		{"<b\n{{^open}}\n>\n{{/open}}",
		 "main.mustache:2: a section must end in the place where it starts: {{#open}} starts in a tag and ends "
		 "in an element's content"},
		{"<b{{#people}} x{{/people}}>",
		 "main.mustache:1: a list must end in the place where it starts: {{#people}} starts in a tag and ends "
		 "in a tag"},
		{"<title>\n{{body}}",
		 "main.mustache:2: body: markup in an element that holds plain text; use a text field"},
		{"<script>\n\nx = {{total}}", "main.mustache:3: total: a field in an element that holds code or no "
					      "fields (script, style, iframe …)"},
		{"<b>\n<b title=\"", "main.mustache: the template ends in an attribute's value"},
		{"<b>\n<b ", "main.mustache: the template ends in a tag"},
		{"<style>", "main.mustache: the template ends in an element that holds plain text"},
		{"<!--", "main.mustache: the template ends in a comment or declaration"},
	};
	(void)state;
	ALL_FAIL(rows);
}

static void files_include_wrongly(void **state)
{
	static const struct {
		struct fixture_file files[5];
		const char *said;
	} cases[] = {
		{{{"main", STR_INIT("\n{{>nothing}}")}}, "main.mustache:2: there is no template \"nothing\""},
		{{{"main", STR_INIT("{{>a/b}}")}, {"a", STR_INIT("")}},
		 "main.mustache:1: there is no template \"a/b\""},
		{{{"main", STR_INIT("{{<nothing}}{{/nothing}}")}}, "main.mustache:1: there is no template \"nothing\""},
		{{{"main", STR_INIT("\n\n{{>a}}")}, {"a", STR_INIT("\n{{>b}}")}, {"b", STR_INIT("{{x}}")}},
		 "b.mustache:1: there is no \"x\" here (" PAGE_FIELDS ") (in b, included by a.mustache:2)"},
		{{{"main", STR_INIT("{{>a}}")}, {"a", STR_INIT("{{#open}}")}},
		 "a.mustache:1: {{#open}} is never closed"},
		{{{"main", STR_INIT("<b {{>a}}>")}, {"a", STR_INIT("{{title}}")}},
		 "a.mustache:1: title: a field where an attribute's name stands; use a section around "
		 "name=\"{{value}}\" (in a, included by main.mustache:1)"},
		{{{"main", STR_INIT("{{>main}}")}},
		 "main.mustache:1: main includes itself without end; it may do so only inside a list or object that it "
		 "opens"},
		{{{"main", STR_INIT("{{#total}}\n{{>main}}{{/total}}")}},
		 "main.mustache:2: main includes itself without end; it may do so only inside a list or object that it "
		 "opens"},
		{{{"main", STR_INIT("{{#title}}{{>main}}{{/title}}")}},
		 "main.mustache:1: main includes itself without end; it may do so only inside a list or object that it "
		 "opens"},
		{{{"main", STR_INIT("{{#tags}}{{>main}}{{/tags}}")}},
		 "main.mustache:1: main includes itself without end; it may do so only inside a list or object that it "
		 "opens"},
		{{{"main", STR_INIT("{{<main}}{{/main}}")}},
		 "main.mustache:1: main includes itself without end; it may do so only inside a list or object that it "
		 "opens"},
		{{{"main", STR_INIT("{{<p}}\n{{$a}}1{{/a}}\n\n{{$a}}2{{/a}}{{/p}}")}, {"p", STR_INIT("{{$a}}{{/a}}")}},
		 "main.mustache:4: the block \"a\" stands here twice"},
		{{{"main", STR_INIT("{{<p}}\n{{$b}}1{{/b}}{{/p}}")}, {"p", STR_INIT("{{$a}}{{/a}}")}},
		 "main.mustache:2: p has no block \"b\""},
		{{{"main", STR_INIT("{{<p}}{{$main}}1{{/main}}{{/p}}")}, {"p", STR_INIT("{{$head}}{{/head}}")}},
		 "main.mustache:1: p has no block \"main\""},
		{{{"main", STR_INIT("{{<p}}text{{/p}}")}, {"p", STR_INIT("")}},
		 "main.mustache:1: only blocks {{$name}}…{{/name}} count inside {{<p}}; this would never be shown"},
		{{{"main", STR_INIT("{{<p}}\n{{title}}{{/p}}")}, {"p", STR_INIT("")}},
		 "main.mustache:2: only blocks {{$name}}…{{/name}} count inside {{<p}}; this would never be shown"},
		{{{"main", STR_INIT("{{<p}}{{#open}}{{$a}}{{/a}}{{/open}}{{/p}}")}, {"p", STR_INIT("{{$a}}{{/a}}")}},
		 "main.mustache:1: only blocks {{$name}}…{{/name}} count inside {{<p}}; this would never be shown"},
		{{{"main", STR_INIT("{{<p}}{{$a}}\n\n{{x}}{{/a}}{{/p}}")}, {"p", STR_INIT("\n{{$a}}{{/a}}")}},
		 "main.mustache:3: there is no \"x\" here (" PAGE_FIELDS ") (in p, included by main.mustache:1)"},
		{{{"main", STR_INIT("{{<p}}{{$a}}{{/a}}{{/p}}")}, {"p", STR_INIT("{{$a}}{{/a}}\n{{x}}")}},
		 "p.mustache:2: there is no \"x\" here (" PAGE_FIELDS ") (in p, included by main.mustache:1)"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		fails(cases[i].files, ERR_INPUT, cases[i].said);
}

/* What compiles well must not be refused for a neighbour's mistake: the set goes on after an error. */
static void a_set_survives_a_mistake(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct fixture_file files[] = {{"bad", STR_INIT("{{>part}}{{x}}")},
					     {"good", STR_INIT("{{>part}}{{title}}")},
					     {"part", STR_INIT("p ")},
					     {"broken", STR_INIT("{{#open}}")},
					     {0}};
	struct template_source source = fixture_source(files);
	struct template_set *set = template_set_create(arena, &source);
	const struct template *compiled = NULL;
	struct err err = {0};
	struct value record[8] = {{.text = STR("T")}};
	BUF_SCOPED out = BUF_INIT(100);
	(void)state;
	assert_int_equal(template_compile(set, STR("bad"), &page_view, &compiled, &err), ERR_INPUT);
	assert_int_equal(template_compile(set, STR("broken"), &page_view, &compiled, &err), ERR_INPUT);
	assert_int_equal(template_compile(set, STR("none"), &page_view, &compiled, &err), TEMPLATE_MISSING);
	assert_null(compiled);
	assert_int_equal(template_compile(set, STR("good"), &page_view, &compiled, &err), 0);
	template_render(compiled, record, &out);
	assert_true(str_eq(buf_str(&out), STR("p T")));
	assert_int_equal(template_compile(set, STR("broken"), &page_view, &compiled, &err), ERR_INPUT);
	assert_string_equal(err.text, "broken.mustache:1: {{#open}} is never closed");
}

static int refuse_to_read(void *context, struct str name, struct arena *arena, struct str *ret_source,
			  struct str *ret_file, struct err *err)
{
	(void)arena;
	if (!str_eq(name, STR("part")))
		return (int)(*ret_source = STR("{{>part}}"), *ret_file = STR("f"), 0);
	*(int *)context += 1;
	return err_set(err, ERR_SYSTEM, "the disk is gone");
}

static void a_source_that_fails_is_handed_on(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	int asked = 0;
	struct template_source source = {refuse_to_read, &asked};
	const struct template *compiled = NULL;
	struct err err = {0};
	(void)state;
	assert_int_equal(
		template_compile(template_set_create(arena, &source), STR("main"), &page_view, &compiled, &err),
		ERR_SYSTEM);
	assert_string_equal(err.text, "the disk is gone");
	assert_int_equal(asked, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_are_written_wrongly),
		cmocka_unit_test(names_are_written_wrongly),
		cmocka_unit_test(delimiters_are_written_wrongly),
		cmocka_unit_test(ends_are_missing_or_crossed),
		cmocka_unit_test(names_mean_nothing),
		cmocka_unit_test(fields_are_used_wrongly),
		cmocka_unit_test(places_name_their_lines),
		cmocka_unit_test(files_include_wrongly),
		cmocka_unit_test(a_set_survives_a_mistake),
		cmocka_unit_test(a_source_that_fails_is_handed_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
