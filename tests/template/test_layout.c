/* White space: which tags take their line with them, what partials and blocks are indented by, line ends of both kinds.
 */
#include "fixture.h"

#include <string.h>

static const struct view row_view = {"row", (const struct view_field[]){{"t", VIEW_TEXT}}, 1};
static const struct view view = {
	"page",
	(const struct view_field[]){
		{"t", VIEW_TEXT}, {"f", VIEW_FLAG}, {"g", VIEW_FLAG}, {"l", VIEW_LIST, &row_view}, {"h", VIEW_HTML}},
	5,
};

static const struct value rows[] = {{.text = STR_INIT("1")}, {.text = STR_INIT("2\n3")}};

static void gives(const struct fixture_file *files, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	struct value record[5] = {{.text = STR("T")}, {.flag = true}};
	record[3].list.rows = rows;
	record[3].list.count = 2;
	record[4].html.text = STR("<i>\n h</i>");
	const char *said = fixture_render(arena, files, &view, record);
	if (strcmp(said, expected) != 0)
		fail_msg("%.*s\ngave:   [%s]\nwanted: [%s]", STR_ARG(files[0].source), said, expected);
}

static void tags_alone_take_their_lines(void **state)
{
	static const struct {
		const char *source, *expected;
	} cases[] = {
		{"{{#f}}\na\n{{/f}}\n", "a\n"},
		{"  {{#f}}  \n  a\n\t{{/f}}\t\nb", "  a\nb"},
		{"{{#f}}\n{{/f}}\n", ""},
		{"{{#f}}\n\n{{/f}}\n", "\n"},
		{"x{{#f}}\na\n{{/f}}\n", "x\na\n"},
		{"{{#f}}a\n{{/f}}\n", "a\n"},
		{"{{#f}}\na{{/f}}\n", "a\n"},
		{"{{#f}} {{/f}}\n", " \n"},
		{"{{#f}}{{/f}}\n", "\n"},
		{" {{#f}}a{{/f}} \n", " a \n"},
		{"{{#f}}\n{{#g}}\nx\n{{/g}}\n{{^g}}\ny\n{{/g}}\n{{/f}}\n", "y\n"},
		{"{{#l}}\n- {{t}}\n{{/l}}\nend", "- 1\n- 2\n3\nend"},
		{"{{#l}}- {{t}}\n{{/l}}\nend", "- 1\n- 2\n3\nend"},
		{"{{! a }}\nb", "b"},
		{"  {{! a\n b }}  \nc", "c"},
		{"a {{! b }}\nc", "a \nc"},
		{"{{! a }} b\n", " b\n"},
		{"a{{! x }}b", "ab"},
		{"{{=<% %>=}}\n<%t%>\n<%={{ }}=%>\n{{t}}", "T\nT"},
		{"{{=| |=}}{{t}}|t|", "{{t}}T"},
		{"a\n  {{=| |=}}  \n|t|", "a\nT"},
		{"{{=@@ @@=}}@@#f@@ x @@/f@@", " x "},
		{"{{=[ ]=}}[#f][t][/f][^f]n[/f][! c ][&h]", "T<i>\n h</i>"},
		{"\r\n{{#f}}\r\na\r\n{{/f}}\r\nb", "\r\na\r\nb"},
		{"{{#f}}\r\n{{/f}}", ""},
		{"a\n{{#f}}", "main.mustache:2: {{#f}} is never closed"},
		{"{{#f}}\n{{/f}}", ""},
		{"  {{#f}}\n  {{/f}}", ""},
		{"{{t}}\n", "T\n"},
		{"  {{t}}  \n", "  T  \n"},
		{"{{h}}\n", "<i>\n h</i>\n"},
		{"{{t}}{{! c }}\n{{t}}", "T\nT"},
		{"{{#f}}{{! c }}\n{{/f}}", "\n"},
		{"\f{{#f}}\n{{/f}}", "\f\n"},
		{"\xC2\xA0{{#f}}\n{{/f}}", "\xC2\xA0\n"},
		{"{ {t} } {t} }} {{t}}}", "{ {t} } {t} }} T}"},
		{"{{{h}}}}", "<i>\n h</i>}"},
		{"{{ t }}{{\nt\n}}{{#\tf }}x{{/ f\n}}", "TTx"},
		{"", ""},
		{"\n", "\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct fixture_file files[] = {{"main", str_from(cases[i].source)}, {0}};
		gives(files, cases[i].expected);
	}
}

static void partials_are_indented(void **state)
{
	static const struct {
		const char *main, *part, *expected;
	} cases[] = {
		{"{{>p}}\nend", "a\nb\n", "a\nb\nend"},
		{"  {{>p}}\nend", "a\nb\n", "  a\n  b\nend"},
		{"\t{{>p}}\nend", "a\n\nb", "\ta\n\t\n\tbend"},
		{"  {{>p}}  \nend", "a\n", "  a\nend"},
		{"x {{>p}}\nend", "a\nb\n", "x a\nb\n\nend"},
		{"  {{>p}} x\n", "a\nb", "  a\nb x\n"},
		{"  {{>p}}", "a\nb\n", "  a\n  b\n"},
		{"  {{>p}}\n", "{{t}}\n{{h}}\n", "  T\n  <i>\n h</i>\n"},
		{"  {{>p}}\n", "{{#f}}\na\n{{/f}}\nb\n", "  a\n  b\n"},
		{"  {{>p}}\n", "{{#l}}\n- {{t}}\n{{/l}}\n", "  - 1\n  - 2\n3\n"},
		{"  {{>p}}\n", "  {{#f}}\n  a\n  {{/f}}\n", "    a\n"},
		{"  {{>p}}\n", "{{! gone }}\na\n", "  a\n"},
		{"  {{>p}}\n", "", ""},
		{"  {{>p}}\r\nend", "a\r\nb\r\n", "  a\r\n  b\r\nend"},
		{"{{#l}}\n  {{>p}}\n{{/l}}\n", "{{t}};\n", "  1;\n  2\n3;\n"},
		{"<b title='{{>p}}'>", "a {{t}}", "<b title='a T'>"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct fixture_file files[] = {
			{"main", str_from(cases[i].main)}, {"p", str_from(cases[i].part)}, {0}};
		gives(files, cases[i].expected);
	}
}

static void indentation_adds_up(void **state)
{
	const struct fixture_file files[] = {{"main", STR_INIT("<ul>\n  {{>a}}\n</ul>\n")},
					     {"a", STR_INIT("<li>\n  {{>b}}\n</li>\n")},
					     {"b", STR_INIT("<p>\n\t{{>c}}\n</p>\n")},
					     {"c", STR_INIT("{{t}}\nx\n")},
					     {0}};
	(void)state;
	gives(files, "<ul>\n  <li>\n    <p>\n    \tT\n    \tx\n    </p>\n  </li>\n</ul>\n");
}

/* main, base → page: blocks keep the indentation of their place and lose that of their source. */
static void blocks_take_the_place_of_blocks(void **state)
{
	static const struct {
		const char *main, *base, *expected;
	} cases[] = {
		{"{{<base}}{{/base}}", "a{{$x}}b{{/x}}c", "abc"},
		{"{{<base}}{{$x}}{{/x}}{{/base}}", "a{{$x}}b{{/x}}c", "ac"},
		{"{{<base}}{{$x}}1{{/x}}{{/base}}", "a{{$x}}b{{/x}}c{{$x}}d{{/x}}", "a1c1"},
		{"{{<base}}{{$x}}{{t}}{{/x}}{{/base}}", "{{#l}}{{$x}}{{/x}},{{/l}}", "1,2\n3,"},
		{"{{<base}}{{$x}}{{t}}{{/x}}{{/base}}", "{{#f}}{{$x}}{{/x}}{{/f}}{{#g}}{{$x}}{{/x}}{{/g}}", "T"},
		{"{{<base}}\n{{$x}}\none\n{{/x}}\n{{/base}}\nend", "<\n  {{$x}}\n  d\n  {{/x}}\n>\n",
		 "<\n  one\n>\nend"},
		{"{{<base}}\n{{$x}}\n    one\n      two\n{{/x}}\n{{/base}}\n", "<\n  {{$x}}\n  d\n  {{/x}}\n>\n",
		 "<\n  one\n    two\n>\n"},
		{"{{<base}}\n{{$x}}1{{/x}}\n{{$y}}2{{/y}}\n{{/base}}\n", "{{$x}}{{/x}}-{{$y}}{{/y}}\n", "1-2\n"},
		{"{{<base}}{{$y}}2{{/y}}{{$x}}1{{/x}}{{/base}}", "{{$x}}{{/x}}-{{$y}}{{/y}}", "1-2"},
		{"{{#l}}{{<base}}{{$x}}[{{t}}]{{/x}}{{/base}}{{/l}}", "{{$x}}{{/x}};", "[1];[2\n3];"},
		{"{{<base}}{{$x}}{{<base}}{{$x}}in{{/x}}{{/base}}{{/x}}{{/base}}", "({{$x}}{{/x}})", "((in))"},
		{"{{<base}}{{$x}}{{$y}}d{{/y}}{{/x}}{{/base}}", "({{$x}}{{/x}})", "(d)"},
		{"{{<base}}{{! nothing }}{{/base}}", "({{$x}}d{{/x}})", "(d)"},
		{"{{<base}}{{$x}}a{{/x}} {{! c }}\n{{/base}}", "({{$x}}d{{/x}})", "(a)"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct fixture_file files[] = {
			{"main", str_from(cases[i].main)}, {"base", str_from(cases[i].base)}, {0}};
		gives(files, cases[i].expected);
	}
}

static void the_outermost_block_wins(void **state)
{
	const struct fixture_file files[] = {
		{"main", STR_INIT("{{<mid}}{{$a}}main{{/a}}{{/mid}}")},
		{"mid", STR_INIT("{{<base}}{{$a}}mid a{{/a}}{{$b}}mid b{{/b}}{{/base}}")},
		{"base", STR_INIT("{{$a}}base a{{/a}}|{{$b}}base b{{/b}}|{{$c}}base c{{/c}}")},
		{0}};
	const struct fixture_file through[] = {
		{"main", STR_INIT("{{<mid}}{{$inner}}main{{/inner}}{{/mid}}")},
		{"mid", STR_INIT("{{<base}}{{$a}}[{{$inner}}mid{{/inner}}]{{/a}}{{/base}}")},
		{"base", STR_INIT("{{$a}}base{{/a}}")},
		{0}};
	const struct fixture_file partial[] = {{"main", STR_INIT("{{<base}}{{$a}}main{{/a}}{{/base}}")},
					       {"base", STR_INIT("{{>p}}-{{$a}}base{{/a}}")},
					       {"p", STR_INIT("{{$a}}p{{/a}}")},
					       {0}};
	(void)state;
	gives(files, "main|mid b|base c");
	gives(through, "[main]");
	gives(partial, "main-main");
}

/* Each of many ways to break lines around one section gives what a naive reading of the rule gives. */
static void the_rule_of_lines_holds_everywhere(void **state)
{
	static const char *const before[] = {"", " ", "\t ", "x", "x ", "x\n", "x\n ", "\r\n", "x\r\n\t"};
	static const char *const behind[] = {"", " ", "\n", " \n", "\r\n", "\t\r\n", "y", " y", "\ny", " \n y", "\r"};
	(void)state;
	for (size_t b = 0; b < sizeof before / sizeof *before; b++) {
		for (size_t a = 0; a < sizeof behind / sizeof *behind; a++) {
			ARENA_SCOPED arena = arena_create(0);
			struct str left = str_from(before[b]), right = str_from(behind[a]);
			const char *tag = arena_printf(arena, "%s{{! c }}%s", before[b], behind[a]).ptr;
			size_t blanks = left.len, skipped = 0;
			while (blanks > 0 && (left.ptr[blanks - 1] == ' ' || left.ptr[blanks - 1] == '\t'))
				blanks--;
			while (skipped < right.len && (right.ptr[skipped] == ' ' || right.ptr[skipped] == '\t'))
				skipped++;
			bool first = blanks == 0 || left.ptr[blanks - 1] == '\n';
			struct str rest = str_skip(right, skipped);
			size_t end = str_empty(rest)                 ? 0
				     : rest.ptr[0] == '\n'           ? 1
				     : str_starts(rest, STR("\r\n")) ? 2
								     : SIZE_MAX;
			bool vanishes = first && end != SIZE_MAX;
			struct str kept = vanishes ? str_sub(left, 0, blanks) : left;
			struct str after = vanishes ? str_skip(rest, end) : right;
			const struct fixture_file files[] = {{"main", str_from(tag)}, {0}};
			gives(files, arena_concat(arena, (struct str[]){kept, after}, 2).ptr);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_alone_take_their_lines), cmocka_unit_test(partials_are_indented),
		cmocka_unit_test(indentation_adds_up),         cmocka_unit_test(blocks_take_the_place_of_blocks),
		cmocka_unit_test(the_outermost_block_wins),    cmocka_unit_test(the_rule_of_lines_holds_everywhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
