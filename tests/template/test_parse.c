/* A source as a tree, written out: a line a node, indented by depth. What stands at a line's start, alone on it, and in
 * which line it began, is what indentation and messages are made of later. */
#include "template/parse.h"

#include "base/buf.h"
#include "fixture.h"

#include <stdio.h>
#include <string.h>

static void put_node(struct buf *out, const struct node *node, int depth)
{
	static const char *const kinds[] = {
		[NODE_TEXT] = "text",       [NODE_VARIABLE] = "name",     [NODE_RAW] = "raw",
		[NODE_SECTION] = "section", [NODE_INVERTED] = "inverted", [NODE_PARTIAL] = "partial",
		[NODE_PARENT] = "parent",   [NODE_BLOCK] = "block"};
	for (; node; node = node->next) {
		buf_printf(out, "%*s%u %s [", 2 * depth, "", node->line, kinds[node->kind]);
		for (size_t i = 0; i < node->text.len; i++)
			if (node->text.ptr[i] == '\n')
				buf_put_cstr(out, "\\n");
			else
				buf_put_byte(out, node->text.ptr[i]);
		buf_printf(out, "]%s%s%s", node->line_start ? " start" : "", node->alone ? " alone" : "",
			   node->own_lines ? " own" : "");
		if (node->indent.len)
			buf_printf(out, " (%.*s)", STR_ARG(node->indent));
		buf_put_byte(out, '\n');
		put_node(out, node->first, depth + 1);
	}
}

static void trees_of_sources(void **state)
{
	static const struct {
		const char *source, *tree;
	} rows[] = {
		{"", ""},
		{"a", "1 text [a] start\n"},
		{"a\nb\n", "1 text [a\\n] start\n2 text [b\\n] start\n"},
		{"{{a}}", "1 text [] start\n1 name [a]\n"},
		{"{{{a}}}{{&b}}", "1 text [] start\n1 raw [a]\n1 raw [b]\n"},
		{"x{{a}}y", "1 text [x] start\n1 name [a]\n1 text [y]\n"},
		{"x\n{{a}}\ny", "1 text [x\\n] start\n2 text [] start\n2 name [a]\n2 text [\\n]\n3 text [y] start\n"},
		{"{{#a}}x{{/a}}", "1 text [] start\n1 section [a] start\n  1 text [x]\n"},
		{"{{^a}}{{#b}}{{/b}}{{/a}}", "1 text [] start\n1 inverted [a] start\n  1 section [b]\n"},
		{"{{#a}}\nx\n{{/a}}\ny", "1 section [a] start alone\n  2 text [x\\n] start\n4 text [y] start\n"},
		{"  {{#a}}  \n  {{/a}}\t\ny", "1 section [a] start alone (  )\n3 text [y] start\n"},
		{"{{! c }}x", "1 text [] start\n1 text [x]\n"},
		{"  {{! c }}  \nx", "2 text [x] start\n"},
		{"{{!\n\n}}{{a}}", "1 text [] start\n3 name [a]\n"},
		{"{{>p}}", "1 partial [p] start alone\n"},
		{"  {{>p}}\n", "1 partial [p] start alone (  )\n"},
		{"  {{>p}} x", "1 text [  ] start\n1 partial [p] start\n1 text [ x]\n"},
		{"x {{>p}}", "1 text [x ] start\n1 partial [p]\n"},
		{"{{>a/b}}", "1 partial [a/b] start alone\n"},
		{"{{<p}}{{/p}}", "1 parent [p] start alone\n"},
		{" {{<p}}\n  {{$a}}1{{/a}}\n{{/p}}\n",
		 "1 parent [p] start alone ( )\n  1 text [\\n]\n  2 block [a] (  )\n    2 text [1]\n  2 text [\\n]\n"},
		{"{{$a}}\n1\n{{/a}}\n", "1 block [a] start alone own\n  2 text [1\\n] start\n"},
		{"{{$a}}1{{/a}}", "1 block [a] start\n  1 text [1]\n"},
		{"x{{$a}}1{{/a}}", "1 text [x] start\n1 block [a]\n  1 text [1]\n"},
		{"{{=<% %>=}}<%a%>{{a}}", "1 text [] start\n1 name [a]\n1 text [{{a}}]\n"},
		{"{{=| |=}}|#a|x|/a|", "1 text [] start\n1 section [a]\n  1 text [x]\n"},
		{"{{ a }}{{\ta\n}}{{a}}", "1 text [] start\n1 name [a]\n1 name [a]\n2 name [a]\n"},
		{"{{a.b.c}}", "1 text [] start\n1 name [a.b.c]\n"},
		{"{{.}}", "1 text [] start\n1 name [.]\n"},
		{"\n\n{{#a}}\n\n{{b}}{{/a}}", "1 text [\\n] start\n2 text [\\n] start\n3 section [a] start alone\n  4 "
					      "text [\\n] start\n  5 text [] start\n  5 name [b]\n"},
		{"\r\n{{#a}}\r\n{{/a}}\r\n", "1 text [\r\\n] start\n2 section [a] start alone\n"},
		{"{ {a}}", "1 text [{ {a}}] start\n"},
		{"}}", "1 text [}}] start\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ARENA_SCOPED arena = arena_create(0);
		BUF_SCOPED out = BUF_INIT(10000);
		struct node *first = NULL;
		struct err err = {0};
		int rc = template_parse(arena, STR("f"), str_from(rows[i].source), &first, &err);
		if (rc != 0)
			fail_msg("%s: answered %d: %s", rows[i].source, rc, err.text);
		put_node(&out, first, 0);
		if (!str_eq(buf_str(&out), str_from(rows[i].tree)))
			fail_msg("%s\nis\n%.*swanted\n%s", rows[i].source, STR_ARG(buf_str(&out)), rows[i].tree);
	}
}

/* A mistake in the static text is told with its own line, however far behind it the next tag stands. */
static void a_text_knows_its_line(void **state)
{
	static const struct view view = {"v", NULL, 0};
	static const char *const sources[] = {"a\n<b =x>\n\n\n", "a\n<b =x>\n\n{{! c }}\n",
					      "{{! c }}\n<b =x>\n {{! c }}", "{{!\n}}<b =x>\n\n{{! c }}",
					      "a\r\n<b =x>\r\n{{! c }}\r\n"};
	(void)state;
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
		ARENA_SCOPED arena = arena_create(0);
		const char *said = fixture_one(arena, sources[i], &view, NULL);
		if (strncmp(said, "main.mustache:2: a tag holds ", 29) != 0)
			fail_msg("%s: said %s", sources[i], said);
	}
}

/* Whatever is cut off at the end: a tree, or a mistake with its line; never an end in the middle of nowhere. */
static void every_cut_of_a_source_is_answered(void **state)
{
	static const char source[] = "a {{b}}\n{{#c}}\n  {{>d}}\n{{/c}}{{=<% %>=}}<%{e}%>\n<%<f%><%$g%>h<%/g%><%/f%>";
	int trees = 0, mistakes = 0;
	(void)state;
	for (size_t cut = 0; cut < sizeof source; cut++) {
		ARENA_SCOPED arena = arena_create(0);
		struct node *first = NULL;
		struct err err = {0};
		int rc = template_parse(arena, STR("f"), str_of(source, cut), &first, &err);
		if (rc == 0) {
			trees++;
			assert_int_equal(err.text[0], 0);
			continue;
		}
		mistakes++;
		assert_int_equal(rc, ERR_INPUT);
		assert_null(first);
		unsigned line = 0;
		assert_int_equal(sscanf(err.text, "f:%u: ", &line), 1);
		unsigned last = 1;
		for (size_t i = 0; i < cut; i++)
			last += source[i] == '\n';
		assert_true(line >= 1 && line <= last);
	}
	assert_true(trees > 10 && mistakes > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trees_of_sources),
		cmocka_unit_test(a_text_knows_its_line),
		cmocka_unit_test(every_cut_of_a_source_is_answered),
	};
	return cmocka_run_group_tests_name("template: parse", tests, NULL, NULL);
}
