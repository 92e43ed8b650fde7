/* Runs the case files in tests/text/cases (the format: case_file.h). Every case that does not hold is named with file
 * and line; the test fails once all have run. */
#include "support.h"

#include "base/file.h"
#include "case_file.h"
#include "safe_check.h"
#include "text/excerpt.h"
#include "text/plain.h"
#include "text/slug.h"
#include "text/url.h"

#include <string.h>

static void expect(struct case_run *run, const char *what, struct str found, struct str expected)
{
	if (!str_eq(found, expected))
		case_wrong(run, "%s\n  expected: %.*s\n  found:    %.*s", what, STR_ARG(expected), STR_ARG(found));
}

/* ---- blocks: markup ---- */

static struct str written(const struct markup *tree, struct arena *arena)
{
	struct err err = {0};
	struct safe_html html = {0};
	if (markup_canonical(tree, arena, &html, &err) != 0)
		fail_msg("%s", err.text);
	return html.text;
}

/* "address javascript 2", a line each, in the order of their first appearance. */
static struct str noted(const struct markup_report *report, struct arena *arena)
{
	static const char *const sorts[] = {"element", "attribute", "address", "cut"};
	BUF_SCOPED out = BUF_INIT(1 << 16);
	enum markup_dropped what;
	struct str name;
	int64_t count;
	for (size_t i = 0; markup_report_at(report, i, &what, &name, &count); i++)
		buf_printf(&out, "%s%s %.*s %lld", i ? "\n" : "", sorts[what], STR_ARG(name), (long long)count);
	return buf_copy(&out, arena);
}

static int show_as_is(void *context, const struct markup_media *media, struct markup_picture *ret_picture)
{
	(void)context;
	if (!media->address.len)
		return MARKUP_HIDE;
	ret_picture->src = media->address;
	ret_picture->width = media->width;
	ret_picture->height = media->height;
	return MARKUP_SHOW;
}

static void run_public(struct case_run *run, const struct markup *tree, struct str base, struct str expected)
{
	const struct markup_public options = {
		.picture = show_as_is, .base = base, .plain_pictures = true, .eager_first = true};
	struct err err = {0};
	struct safe_html html = {0};
	if (markup_public(tree, &options, run->arena, &html, &err) != 0)
		case_wrong(run, "%s", err.text);
	expect(run, "public", html.text, expected);
	const char *wrong = safe_check(html.text, run->arena, NULL);
	if (wrong)
		case_wrong(run, "%s in the public form %.*s", wrong, STR_ARG(html.text));
}

static void run_text(struct case_run *run, const struct markup *tree, enum markup_text_use use, struct str expected)
{
	BUF_SCOPED text = BUF_INIT(1 << 22);
	markup_to_text(tree, use, &text);
	expect(run, use == MARKUP_TEXT_ALL ? "text" : "running", buf_str(&text), expected);
}

static void run_markup(struct case_run *run, const struct case_block *block)
{
	const struct case_part *title = case_part(block, "title"), *own = case_part(block, "own"),
			       *in = title ? title : case_part(block, "in"), *out = case_part(block, "out");
	const struct markup_options options = {.inline_only = title != NULL, .own_host = own ? own->text : STR("")};
	struct markup_report *report = markup_report_create(run->arena);
	if (!in || !out) {
		case_wrong(run, "a case needs -- in (or -- title) and -- out");
		return;
	}
	struct markup *tree = markup_from_html(&options, in->text, run->arena, report);
	struct str once = written(tree, run->arena);
	expect(run, "out", once, out->text);
	expect(run, "noted", noted(report, run->arena),
	       case_part(block, "noted") ? case_part(block, "noted")->text : STR(""));
	struct str twice = written(markup_from_html(&options, once, run->arena, NULL), run->arena);
	if (!str_eq(once, twice))
		case_wrong(run, "no fixed point\n  once:  %.*s\n  twice: %.*s", STR_ARG(once), STR_ARG(twice));
	const char *wrong = safe_check(once, run->arena, NULL);
	if (wrong)
		case_wrong(run, "%s survived in %.*s", wrong, STR_ARG(once));
	for (size_t i = 0; i < block->part_count; i++) {
		const struct case_part *part = &block->parts[i];
		if (str_eq(part->name, STR("text")))
			run_text(run, tree, MARKUP_TEXT_ALL, part->text);
		else if (str_eq(part->name, STR("running")))
			run_text(run, tree, MARKUP_TEXT_RUNNING, part->text);
		else if (str_eq(part->name, STR("public")))
			run_public(run, tree, STR(""), part->text);
		else if (str_eq(part->name, STR("feed")))
			run_public(run, tree, STR("https://news.example.org/a/b"), part->text);
		else if (case_part_unknown(part))
			case_wrong(run, "no such part: %.*s", STR_ARG(part->name));
	}
}

/* ---- lines: one case each, fields apart by " | ", the result behind " => " ---- */

static void clean_address(struct case_run *run, const struct case_line *line)
{
	static const char *const answers[] = {"ok", "!empty", "!scheme", "!credentials", "!broken"};
	struct str address = {0}, scheme = {0}, again = {0};
	enum url_clean answer = url_clean(line->fields[0], run->arena, &address, &scheme);
	struct str found = address;
	if (answer == URL_SCHEME)
		found = arena_printf(run->arena, "!scheme %.*s", STR_ARG(scheme));
	else if (answer != URL_OK)
		found = str_from(answers[answer]);
	expect(run, "clean", found, line->result);
	if (answer == URL_OK && (url_clean(address, run->arena, &again, NULL) != URL_OK || !str_eq(again, address)))
		case_wrong(run, "not the same cleaned twice: %.*s", STR_ARG(again));
}

static void parse_address(struct case_run *run, const struct case_line *line)
{
	struct url url;
	BUF_SCOPED out = BUF_INIT(1 << 16), again = BUF_INIT(1 << 16);
	if (!url_parse(line->fields[0], &url)) {
		expect(run, "parse", STR("!none"), line->result);
		return;
	}
	buf_printf(&out, "scheme=%.*s", STR_ARG(url.scheme));
	if (url.has_userinfo)
		buf_printf(&out, " user=%.*s", STR_ARG(url.userinfo));
	if (url.has_authority)
		buf_printf(&out, " host=%.*s", STR_ARG(url.host));
	if (url.port.len)
		buf_printf(&out, " port=%.*s", STR_ARG(url.port));
	buf_printf(&out, " path=%.*s", STR_ARG(url.path));
	if (url.has_query)
		buf_printf(&out, " query=%.*s", STR_ARG(url.query));
	if (url.has_fragment)
		buf_printf(&out, " fragment=%.*s", STR_ARG(url.fragment));
	expect(run, "parse", buf_str(&out), line->result);
	url_put(&url, &again);
	expect(run, "put together again", buf_str(&again), line->fields[0]);
}

static void resolve_address(struct case_run *run, const struct case_line *line)
{
	struct str found = STR("!none");
	url_resolve(line->fields[0], line->fields[1], run->arena, &found);
	expect(run, "resolve", found, line->result);
}

static void normalise_path(struct case_run *run, const struct case_line *line)
{
	struct str found = url_path_normalise(line->fields[0], run->arena);
	expect(run, "path", found, line->result);
	expect(run, "path, normalised twice", url_path_normalise(found, run->arena), found);
}

static void decode(struct case_run *run, const struct case_line *line)
{
	struct str found = STR("!none");
	url_decode(line->fields[0], run->arena, &found);
	expect(run, "decode", found, line->result);
}

static void split_query(struct case_run *run, const struct case_line *line)
{
	BUF_SCOPED out = BUF_INIT(1 << 16);
	struct str rest = line->fields[0], name, value;
	while (url_query_next(&rest, run->arena, &name, &value))
		buf_printf(&out, "%s%.*s: %.*s", out.len ? ", " : "", STR_ARG(name), STR_ARG(value));
	expect(run, "query", buf_str(&out), line->result);
}

static void make_slug(struct case_run *run, const struct case_line *line)
{
	struct str found = slug_from_title(line->fields[0], run->arena);
	expect(run, "slug", found, line->result);
	expect(run, "slug of the slug", slug_from_title(found, run->arena), found);
	expect(run, "stored form of the slug", slug_normalise(found, run->arena), found);
}

static void store_slug(struct case_run *run, const struct case_line *line)
{
	struct str found = slug_normalise(line->fields[0], run->arena);
	expect(run, "stored slug", found, line->result);
}

static void strip_html(struct case_run *run, const struct case_line *line)
{
	expect(run, "plain", plain_from_html(line->fields[0], run->arena), line->result);
}

static void collapse(struct case_run *run, const struct case_line *line)
{
	struct str found = plain_collapse(line->fields[0], run->arena);
	expect(run, "collapsed", found, line->result);
	expect(run, "collapsed twice", plain_collapse(found, run->arena), found);
}

static void cut_excerpt(struct case_run *run, const struct case_line *line)
{
	int64_t target = 0;
	if (!str_to_i64(line->fields[1], &target))
		case_wrong(run, "no length: %.*s", STR_ARG(line->fields[1]));
	expect(run, "excerpt", excerpt_cut(line->fields[2], line->fields[0], (size_t)target, run->arena), line->result);
}

static void read_text(struct case_run *run, const struct case_line *line)
{
	struct str found = written(markup_from_text(line->fields[0], run->arena), run->arena);
	expect(run, "from text", found, line->result);
	expect(run, "read back", written(markup_from_html(NULL, found, run->arena, NULL), run->arena), found);
}

static const struct case_kind kinds[] = {
	{"markup", 0, run_markup, NULL},       {"clean", 1, NULL, clean_address}, {"parse", 1, NULL, parse_address},
	{"resolve", 2, NULL, resolve_address}, {"path", 1, NULL, normalise_path}, {"decode", 1, NULL, decode},
	{"query", 1, NULL, split_query},       {"slug", 1, NULL, make_slug},      {"stored", 1, NULL, store_slug},
	{"plain", 1, NULL, strip_html},        {"collapse", 1, NULL, collapse},   {"excerpt", 3, NULL, cut_excerpt},
	{"from_text", 1, NULL, read_text},
};

static void test_every_case_holds(void **state)
{
	(void)state;
	struct case_run run = {.kinds = kinds, .kind_count = sizeof kinds / sizeof *kinds};
	case_run_folder(&run, CRIER_SOURCE_DIR "/tests/text/cases");
	printf("%zu cases in %zu files\n", run.cases, run.files);
	assert_int_equal(run.wrong, 0);
	assert_true(run.cases > 0);
}

/* The format itself: what it reads, and that what does not hold is found. */

static void test_what_does_not_hold_is_found(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		size_t wrong;
	} files[] = {
		{"%markup\n# a\n-- in\nx\n-- out\n<p>x</p>\n", 0},
		{"%markup\n# a\n-- in\nx\n-- out\n<p>y</p>\n", 1},
		{"%markup\n# a\n-- in\n<x>y\n-- out\n<p>y</p>\n", 1},
		{"%markup\n# a\n-- in\n<x>y\n-- out\n<p>y</p>\n-- noted\nelement x 1\n", 0},
		{"%markup\n# a\n-- in\n\\*3{<b>\\{}\n-- out\n<p><b>{{{</b></p>\n", 0},
		{"%markup\n# a\n-- in\nx\n-- out\n<p>x</p>\n-- odd\n", 1},
		{"%markup\n# a\n-- in\nx\n", 1},
		{"%markup\n# a\n-- in\nx\n-- out\n<p>x</p>\n-- text\nz\n# b\n-- in\n-- out\nq\n", 2},
		{"%slug\nA b => a-b\n# a remark\n\nC => d\n", 1},
		{"%slug\nno result\n", 1},
		{"%resolve\nonly one => x\n", 1},
		{"%nothing\n", 1},
	};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct case_run run = {.kinds = kinds, .kind_count = sizeof kinds / sizeof *kinds, .quiet = true};
		case_run_text(&run, "here.txt", str_from(files[i].file));
		if (run.wrong != files[i].wrong)
			fail_msg("%s: %zu wrong, expected %zu", files[i].file, run.wrong, files[i].wrong);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_does_not_hold_is_found),
		cmocka_unit_test(test_every_case_holds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
