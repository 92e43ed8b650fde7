/* Templates by chance that are in order, rendered here and by the reference: they must say the same. From fixed seeds;
 * a failure shows every file. First, the reference itself against what was worked out by hand. */
#include "reference.h"

#include "base/random.h"

#include <stdio.h>
#include <string.h>

/* ---- what templates may name ---- */

static const struct view leaf_view = {
	"leaf", (const struct view_field[]){{"t", VIEW_TEXT}, {"s", VIEW_TEXT}, {"n", VIEW_NUMBER}}, 3};
static const struct view word_view = {"word", (const struct view_field[]){{".", VIEW_TEXT}}, 1};
static const struct view row_view = {
	"row",
	(const struct view_field[]){{"m", VIEW_NUMBER},
				    {"t", VIEW_TEXT}, /* hides the page's */
				    {"leaf", VIEW_OBJECT, &leaf_view},
				    {"leaves", VIEW_LIST, &leaf_view},
				    {"k", VIEW_FLAG}},
	5,
};
static const struct view page_view = {
	"page",
	(const struct view_field[]){{"t", VIEW_TEXT},
				    {"e", VIEW_TEXT}, /* empty */
				    {"u", VIEW_URL},
				    {"bad", VIEW_URL},
				    {"h", VIEW_HTML},
				    {"n", VIEW_NUMBER},
				    {"f", VIEW_FLAG},
				    {"g", VIEW_FLAG},
				    {"o", VIEW_OBJECT, &row_view},
				    {"none", VIEW_OBJECT, &row_view},
				    {"l", VIEW_LIST, &row_view},
				    {"z", VIEW_LIST, &row_view},
				    {"w", VIEW_LIST, &word_view}},
	13,
};

static const struct value leaves[] = {
	{.text = STR_INIT("leaf<1>")}, {.text = STR_INIT("s1")}, {.number = -7},
	{.text = STR_INIT("leaf&2")},  {.text = STR_INIT("")},   {.number = 0},
	{.text = STR_INIT("")},        {.text = STR_INIT("s3")}, {.number = INT64_MIN},
};
static const struct value words[] = {{.text = STR_INIT("'one'")}, {.text = STR_INIT("")}, {.text = STR_INIT("\"3\"")}};
static const struct value rows[] = {
	{.number = 1}, {.text = STR_INIT("row 1")}, {.object = leaves},     {.list = {leaves, 3}}, {.flag = true},
	{.number = 2}, {.text = STR_INIT("")},      {.object = NULL},       {.list = {NULL, 0}},   {.flag = false},
	{.number = 3}, {.text = STR_INIT("r\n3")},  {.object = leaves + 3}, {.list = {leaves, 1}}, {.flag = true},
};
static const struct value page[] = {
	{.text = STR_INIT("Text & <so on>")},
	{.text = STR_INIT("")},
	{.text = STR_INIT("/a?b=\"c\"&d")},
	{.text = STR_INIT("javascript:x")},
	{.html = {STR_INIT("<b>h</b>")}},
	{.number = 42},
	{.flag = true},
	{.flag = false},
	{.object = rows + 10},
	{.object = NULL},
	{.list = {rows, 3}},
	{.list = {NULL, 0}},
	{.list = {words, 3}},
};

/* ---- by hand ---- */

static void both_say(const struct fixture_file *files, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED out = BUF_INIT(1u << 20);
	reference_render(files, &page_view, page, &out);
	if (!str_eq(buf_str(&out), str_from(expected)))
		fail_msg("the reference said [%.*s] for %.*s", STR_ARG(buf_str(&out)), STR_ARG(files[0].source));
	const char *said = fixture_render(arena, files, &page_view, page);
	if (strcmp(said, expected) != 0)
		fail_msg("[%s] for %.*s", said, STR_ARG(files[0].source));
}

static void worked_out_by_hand(void **state)
{
	static const struct {
		const char *source, *expected;
	} cases[] = {
		{"{{t}}|{{h}}|{{{h}}}|{{&h}}|{{n}}", "Text &amp; &lt;so on&gt;|<b>h</b>|<b>h</b>|<b>h</b>|42"},
		{"{{u}}|{{bad}}|{{e}}|", "/a?b=&quot;c&quot;&amp;d|#||"},
		{"{{o.t}},{{o.leaf.t}},{{none.t}},{{none.leaf.n}}", "r\n3,leaf&amp;2,,"},
		{"{{#f}}a{{/f}}{{^f}}b{{/f}}{{#g}}c{{/g}}{{^g}}d{{/g}}", "ad"},
		{"{{#t}}{{.}}{{/t}}{{#e}}x{{/e}}{{^e}}y{{/e}}", "Text &amp; &lt;so on&gt;y"},
		{"{{#n}}[{{.}}]{{/n}}{{^n}}never{{/n}}", "[42]"},
		{"{{#w}}({{.}}){{/w}}", "(&#39;one&#39;)()(&quot;3&quot;)"},
		{"{{#l}}{{m}}:{{t}}{{#k}}!{{/k}};{{/l}}", "1:row 1!;2:;3:r\n3!;"},
		{"{{#l}}{{#leaves}}{{n}}/{{m}} {{/leaves}}{{^leaves}}- {{/leaves}}{{/l}}",
		 "-7/1 0/1 -9223372036854775808/1 - "
		 "-7/3 "},
		{"{{#l}}{{leaf.s}}.{{/l}}", "s1..."},
		{"{{#z}}x{{/z}}{{^z}}y{{/z}}{{#none}}x{{/none}}{{^none}}z{{/none}}", "yz"},
		{"{{#o}}{{m}}{{t}}{{n}}{{/o}}", "3r\n342"},
		{"{{! not said }}a{{!\n nor this }}b", "ab"},
		{"a\n{{#f}}\nb\n{{/f}}\nc", "a\nb\nc"},
		{"  {{#w}}  \n  - {{.}}\n  {{/w}}\nend", "  - &#39;one&#39;\n  - \n  - &quot;3&quot;\nend"},
		{"{{#f}}\n{{#f}}\nx\n{{/f}}\n{{/f}}\n", "x\n"},
		{"a {{#f}} b {{/f}} c\n", "a  b  c\n"},
		{"{{! alone }}\n  {{! alone }}  \nx {{! not }}\n", "x \n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture_file files[] = {{"main", str_from(cases[i].source)}, {0}};
		both_say(files, cases[i].expected);
	}
}

static void worked_out_by_hand_with_files(void **state)
{
	static const struct {
		const char *main, *part, *base, *expected;
	} cases[] = {
		{"[{{>part}}]", "{{t}}", "", "[Text &amp; &lt;so on&gt;]"},
		{"{{#l}}{{>part}}{{/l}}", "{{m}}{{n}},", "", "142,242,342,"},
		{"a\n  {{>part}}\nb", "1\n2\n", "", "a\n  1\n  2\nb"},
		{"a\n  {{>part}}\nb", "1\n {{>base}}\n3\n", "x\ny\n", "a\n  1\n   x\n   y\n  3\nb"},
		{" {{>part}} x", "1\n2\n", "", " 1\n2\n x"},
		{"\t{{>part}}\n", "{{#w}}\n{{.}}\n{{/w}}\n", "", "\t&#39;one&#39;\n\t\n\t&quot;3&quot;\n"},
		{"{{>part}}{{>part}}", "{{>base}}{{>base}}", "x", "xxxx"},
		{"{{<base}}{{/base}}", "", "a{{$b}}1{{/b}}c", "a1c"},
		{"{{<base}}{{$b}}{{n}}{{/b}}{{/base}}", "", "a{{$b}}1{{/b}}c", "a42c"},
		{"{{<base}}{{$b}}2{{/b}}{{/base}}{{<base}}{{/base}}", "", "a{{$b}}1{{/b}}c", "a2ca1c"},
		{"{{<part}}{{$b}}3{{/b}}{{/part}}", "{{<base}}{{$b}}2{{/b}}{{$d}}D{{/d}}{{/base}}",
		 "a{{$b}}1{{/b}}c{{$d}}{{/d}}", "a3cD"},
		{"{{<base}}{{$b}}{{m}}{{/b}}{{/base}}", "", "{{#l}}{{$b}}{{/b}};{{/l}}", "1;2;3;"},
		{"{{#o}}{{<base}}{{$b}}{{t}}{{/b}}{{/base}}{{/o}}", "", "{{$b}}{{/b}}{{n}}", "r\n342"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture_file files[] = {{"main", str_from(cases[i].main)},
					       {"part", str_from(cases[i].part)},
					       {"base", str_from(cases[i].base)},
					       {0}};
		both_say(files, cases[i].expected);
	}
}

/* ---- by chance ---- */

#define FILES     5 /* main, p1 … p4; a file includes only those behind it */
#define SCOPE_MAX 30

struct maker {
	struct random *random;
	struct buf *out;
	const struct view *scope[SCOPE_MAX]; /* views around, NULL for {{.}} alone */
	size_t scope_count;
	size_t file;
	bool lines;   /* with line ends and indents; without, there is inheritance */
	bool at_line; /* nothing stands on the line yet */
	int left;
};

static uint64_t below(struct maker *m, uint64_t count)
{
	return random_u64(m->random) % count;
}

static void put(struct maker *m, const char *text)
{
	buf_put_cstr(m->out, text);
	m->at_line = false;
}

static void end_line(struct maker *m)
{
	if (!m->lines)
		return;
	buf_put_byte(m->out, '\n');
	m->at_line = true;
}

/* Every word is followed by a line end only sometimes, so tags meet all kinds of neighbours. */
static void make_text(struct maker *m)
{
	static const char *const words_of_it[] = {"a", "b c", ".", " ", "x}", "{ y", "\xc3\xa9", "  z"};
	put(m, words_of_it[below(m, sizeof words_of_it / sizeof *words_of_it)]);
	if (below(m, 3) == 0)
		end_line(m);
}

static const struct view *pick_view(struct maker *m)
{
	return m->scope[below(m, m->scope_count)];
}

/* The name of a field that is seen from here; it may belong to an inner view that hides the one picked. */
static const struct view_field *seen_field(const struct maker *m, const char *name)
{
	for (size_t i = m->scope_count; i-- > 0;)
		for (size_t k = 0; m->scope[i] && k < m->scope[i]->field_count; k++)
			if (strcmp(m->scope[i]->fields[k].name, name) == 0)
				return &m->scope[i]->fields[k];
	return NULL;
}

static const struct view_field *pick_field(struct maker *m)
{
	const struct view *view = pick_view(m);
	return seen_field(m, view->fields[below(m, view->field_count)].name);
}

static void make_variable(struct maker *m)
{
	const struct view_field *field = pick_field(m);
	if (strcmp(field->name, ".") == 0 && strcmp(m->scope[m->scope_count - 1]->fields[0].name, ".") != 0)
		return; /* {{.}} is the innermost alone */
	char name[60];
	snprintf(name, sizeof name, "%s", field->name);
	while (field->type == VIEW_OBJECT) { /* down to something that can be said */
		const struct view_field *inner = &field->view->fields[below(m, field->view->field_count)];
		snprintf(name + strlen(name), sizeof name - strlen(name), ".%s", inner->name);
		field = inner;
	}
	if (field->type == VIEW_FLAG || field->type == VIEW_LIST)
		return;
	static const char *const plain[] = {"{{%s}}", "{{ %s }}", "{{%s\t}}"};
	static const char *const raw[] = {"{{{%s}}}", "{{&%s}}", "{{{ %s }}}", "{{& %s}}"};
	const char *form = field->type == VIEW_HTML && below(m, 2) ? raw[below(m, 4)] : plain[below(m, 3)];
	const char *at = strstr(form, "%s");
	buf_printf(m->out, "%.*s%s%s", (int)(at - form), form, name, at + 2);
	m->at_line = false;
}

static void make_pieces(struct maker *m, int count);

static void make_section(struct maker *m)
{
	const struct view_field *field = pick_field(m);
	bool inverted = below(m, 4) == 0;
	if (strcmp(field->name, ".") == 0 || m->scope_count == SCOPE_MAX)
		return;
	buf_printf(m->out, "{{%c%s}}", inverted ? '^' : '#', field->name);
	m->at_line = false;
	if (below(m, 2))
		end_line(m);
	bool opens = !inverted && field->type != VIEW_FLAG;
	if (opens)
		m->scope[m->scope_count++] = field->view ? field->view : &reference_dots[field->type];
	make_pieces(m, 1 + (int)below(m, 4));
	m->scope_count -= opens;
	if (below(m, 3) == 0)
		make_text(m);
	buf_printf(m->out, "{{/%s}}", field->name);
	m->at_line = false;
	if (below(m, 2))
		end_line(m);
}

static void make_partial(struct maker *m)
{
	if (m->file + 1 >= FILES || m->scope_count > 1) /* the files are made for the page's view */
		return;
	if (m->at_line && below(m, 2))
		put(m, below(m, 2) ? "  " : "\t");
	buf_printf(m->out, "{{>p%d}}", (int)(m->file + 1 + below(m, FILES - m->file - 1)));
	m->at_line = false;
	if (below(m, 2))
		end_line(m);
}

/* Blocks have the names b0 and b1 in every file that has them; a parent is the next file. */
static void make_parent(struct maker *m)
{
	if (m->file + 1 >= FILES || m->scope_count > 1)
		return;
	buf_printf(m->out, "{{<p%d}}", (int)(m->file + 1));
	for (int i = 0; i < 2; i++) {
		if (below(m, 2))
			continue;
		buf_printf(m->out, "{{$b%d}}", i);
		make_text(m);
		make_variable(m);
		buf_printf(m->out, "{{/b%d}}", i);
	}
	buf_printf(m->out, "{{/p%d}}", (int)(m->file + 1));
}

static void make_blocks(struct maker *m)
{
	for (int i = 0; i < 2; i++) {
		buf_printf(m->out, "{{$b%d}}", i);
		make_text(m);
		make_variable(m);
		buf_printf(m->out, "{{/b%d}}", i);
	}
}

static void make_pieces(struct maker *m, int count)
{
	for (; count > 0 && m->left > 0; count--, m->left--) {
		switch (below(m, 10)) {
		case 0:
		case 1:
		case 2:
			make_text(m);
			break;
		case 3:
		case 4:
		case 5:
			make_variable(m);
			break;
		case 6:
			make_partial(m);
			break;
		case 7:
			put(m, "{{! nothing }}");
			end_line(m);
			break;
		default:
			make_section(m);
		}
	}
}

static struct str make_file(struct random *random, struct arena *arena, size_t file, bool lines)
{
	BUF_SCOPED out = BUF_INIT(1u << 20);
	struct maker m = {.random = random, .out = &out, .file = file, .lines = lines, .at_line = true, .left = 30};
	m.scope[m.scope_count++] = &page_view;
	make_pieces(&m, 2 + (int)below(&m, 8));
	if (!lines) {
		make_blocks(&m);
		make_parent(&m);
	}
	if (lines && file > 0)
		end_line(&m); /* a partial's last line ends */
	return buf_copy(&out, arena);
}

static void compare(const struct fixture_file *files, struct arena *arena)
{
	BUF_SCOPED out = BUF_INIT(1u << 20);
	reference_render(files, &page_view, page, &out);
	const char *said = fixture_render(arena, files, &page_view, page);
	if (str_eq(buf_str(&out), str_from(said)))
		return;
	for (const struct fixture_file *file = files; file->name; file++)
		print_error("---- %s\n%.*s\n", file->name, STR_ARG(file->source));
	fail_msg("said     [%s]\nexpected [%.*s]", said, STR_ARG(buf_str(&out)));
}

static void by_chance(uint64_t seed, int rounds, bool lines)
{
	struct random_fixed fixed;
	random_fixed_init(&fixed, seed);
	for (int i = 0; i < rounds; i++) {
		ARENA_SCOPED arena = arena_create(0);
		static const char *const names[FILES] = {"main", "p1", "p2", "p3", "p4"};
		struct fixture_file files[FILES + 1] = {0};
		for (size_t k = 0; k < FILES; k++)
			files[k] = (struct fixture_file){names[k], make_file(&fixed.random, arena, k, lines)};
		compare(files, arena);
	}
}

static void sections_lines_and_partials(void **state)
{
	(void)state;
	by_chance(1, 1500, true);
}

static void sections_and_inheritance(void **state)
{
	(void)state;
	by_chance(2, 1500, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worked_out_by_hand),
		cmocka_unit_test(worked_out_by_hand_with_files),
		cmocka_unit_test(sections_lines_and_partials),
		cmocka_unit_test(sections_and_inheritance),
	};
	return cmocka_run_group_tests_name("template: reference", tests, NULL, NULL);
}
