/* The worst inputs cost no more than their share: counted in nodes, bytes and depth, not in time. */
#include "support.h"

#include "base/limits.h"
#include "text/markup_scan.h"
#include "text/markup_tree.h"

#include <gumbo.h>
#include <string.h>

#define BOMB_BYTES (1u << 20)

/* Pieces repeated to a megabyte; %d counts. */
static const char *const bombs[] = {
	"<div>",
	"<span>",
	"<b>",
	"<a>",
	"<a href=#%d id=%d>x",
	"<p><b id=i%d>",
	"<p><b id=i%d>x</p>",
	"<i id=%d><div>",
	"<table>",
	"<table><tr><td>",
	"<table><b>x",
	"<table><tr><td><b title=%d>",
	"<table>x<tr>",
	"<td>x",
	"<tr>x",
	"<caption>x",
	"<ul><li>",
	"<li>",
	"<dl><dt>",
	"<dd>x",
	"<blockquote>",
	"<blockquote><p>x",
	"<figure>",
	"<figure><img src=a>",
	"<figcaption>",
	"<h2>",
	"<h2><b>",
	"<p>",
	"</p>",
	"<br>",
	"<br><br>x",
	"<pre>",
	"<details><summary>",
	"<svg>",
	"<svg><p>",
	"<math>",
	"<template>",
	"<select>",
	"<option>",
	"<!--",
	"<![CDATA[",
	"<?x",
	"</",
	"<",
	"&",
	"&amp;",
	"&#x41;",
	"&notanentity",
	"\"",
	"<a href=\"",
	"<x ",
	"<html a%d=1>",
	"<body b%d=1>",
	"<b></i>",
	"<b><i></b></i>",
	"<b><p></b>",
	"<a><p></a>",
	"<span><div></span></div>",
	"<p><table></p>",
	"<div><table><tr></div>",
	"<table><div></table>",
	"<b><table></b>",
	"<table><td></b><b>",
	"<ul><b></ul>",
	"<a><table><a>",
	"<font><p>",
	"<em><strong><p>x",
	"<sup><a href=#n%d>1</a></sup>",
	"<li id=n%d><a href=#n0>1</a>",
	"<a href=#z>x</a>",
	"<p id=p%d>",
	"<img src=a>",
	"<p><img src=a>",
	"<iframe src=https://e.org/>",
	"<video>",
	"<object>",
	"<q>",
	"<span lang=a%d>",
	"<abbr title=%d>",
	"<bdi>",
	"<ins><del>",
	"word ",
	" ",
	"\n",
	"\xC2\x92",
	"\xFF",
	"<cite>",
	"<center>",
	"<blockquote><cite>",
	"<div lang=ar>",
	"<table><caption>",
	"<tbody><tr><th>",
	"<s><p><u><p>",
	"<code><pre>",
	"<h1><h2>",
	"<h2></h3>",
};

static struct str bomb(const char *piece, size_t bytes, struct arena *arena)
{
	BUF_SCOPED out = BUF_INIT(bytes + 100);
	for (int i = 0; out.len < bytes; i++)
		for (const char *c = piece; *c; c++) {
			if (*c == '%' && c[1] == 'd') {
				buf_printf(&out, "%d", i);
				c++;
			} else {
				buf_put_byte(&out, *c);
			}
		}
	return buf_copy(&out, arena);
}

struct counted {
	struct arena *arena;
	size_t bytes, pieces;
};

static void *counting_alloc(void *context, size_t bytes)
{
	struct counted *counted = context;
	counted->bytes += bytes;
	counted->pieces++;
	return arena_alloc(counted->arena, bytes);
}

static void counting_free(void *context, void *piece)
{
	(void)context;
	(void)piece;
}

static unsigned depth_of(const GumboNode *node)
{
	unsigned deepest = 0;
	if (node->type != GUMBO_NODE_ELEMENT)
		return 0;
	for (unsigned i = 0; i < node->v.element.children.length; i++) {
		unsigned depth = depth_of(node->v.element.children.data[i]);
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest + 1;
}

/* What the parser is made to do by what the scan hands on. */
static void measure(struct str html, unsigned *ret_depth, struct counted *counted, struct markup_scanned *scanned)
{
	GumboOptions options = kGumboDefaultOptions;
	markup_scan(html, counted->arena, NULL, scanned);
	options.allocator = counting_alloc;
	options.deallocator = counting_free;
	options.userdata = counted;
	options.max_errors = 0;
	options.fragment_context = GUMBO_TAG_DIV;
	const GumboOutput *output =
		gumbo_parse_with_options(&options, scanned->html.ptr ? scanned->html.ptr : "", scanned->html.len);
	*ret_depth = depth_of(output->root);
}

static void test_parser_is_bounded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
		ARENA_SCOPED arena = arena_create(1 << 20);
		struct counted counted = {.arena = arena};
		struct markup_scanned scanned;
		unsigned depth;
		measure(bomb(bombs[i], BOMB_BYTES, arena), &depth, &counted, &scanned);
		if (depth > LIMIT_MARKUP_DEPTH + LEDGER_FORMATTING + 5)
			fail_msg("%s: depth %u", bombs[i], depth);
		/* a node is 4 to 6 pieces and some 300 bytes; the shortest tag that makes one has 3 bytes */
		if (counted.pieces > 3 * BOMB_BYTES || counted.bytes > 200 * (size_t)BOMB_BYTES)
			fail_msg("%s: %zu pieces, %zu bytes", bombs[i], counted.pieces, counted.bytes);
		buf_finish(&scanned.html);
	}
}

/* The ledger never counts less than what the parser then nests. */
static void never_less(void *context, struct str html)
{
	struct arena *arena = context;
	struct arena_mark mark = arena_mark(arena);
	struct counted counted = {.arena = arena};
	struct markup_scanned scanned;
	unsigned depth;
	measure(html, &depth, &counted, &scanned);
	if (depth > scanned.deepest + 2) /* the root, and a void element or the parser's own <p> */
		fail_msg("depth %u but %zu counted in %.*s", depth, scanned.deepest, STR_ARG(html));
	buf_finish(&scanned.html);
	arena_release(arena, mark);
}

static void test_ledger_is_no_less(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	ARENA_SCOPED names = arena_create(0);
	struct mutator mutator = {.state = 5};
	each_html5lib(never_less, arena, names);
	for (int i = 0; i < 20000; i++) {
		struct arena_mark mark = arena_mark(names);
		struct str html = mutator_case(&mutator, names);
		never_less(arena, html);
		never_less(arena, mutator_disturb(&mutator, html, names));
		arena_release(names, mark);
	}
}

/* Random tags alone: the stack is all there is. */
static void test_ledger_on_tag_soup(void **state)
{
	(void)state;
	static const char *const names[] = {"p",      "b",  "i",    "a",     "div",     "ul",         "li",
					    "table",  "tr", "td",   "tbody", "caption", "h2",         "h3",
					    "span",   "em", "dl",   "dt",    "dd",      "blockquote", "pre",
					    "figure", "th", "code", "q",     "hr",      "ol"};
	ARENA_SCOPED arena = arena_create(0);
	struct mutator mutator = {.state = 6};
	for (int i = 0; i < 20000; i++) {
		struct arena_mark mark = arena_mark(arena);
		BUF_SCOPED soup = BUF_INIT(100000);
		size_t steps = 5 + mutator_next(&mutator) % 60, kinds = 3 + mutator_next(&mutator) % 8;
		const char *some[10];
		for (size_t k = 0; k < kinds; k++)
			some[k] = names[mutator_next(&mutator) % (sizeof names / sizeof *names)];
		for (size_t k = 0; k < steps; k++)
			buf_printf(&soup, "<%s%s>%s", mutator_next(&mutator) % 5 < 2 ? "/" : "",
				   some[mutator_next(&mutator) % kinds], mutator_next(&mutator) % 3 ? "" : "x");
		never_less(arena, buf_copy(&soup, arena));
		arena_release(arena, mark);
	}
}

static void test_tree_is_bounded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
		ARENA_SCOPED arena = arena_create(1 << 20);
		struct str html = bomb(bombs[i], BOMB_BYTES / 4, arena);
		struct markup *tree = markup_from_html(NULL, html, arena, NULL);
		if (tree->nodes > html.len * 2)
			fail_msg("%s: %zu nodes", bombs[i], tree->nodes);
		unsigned depth = 0, deepest = 0;
		for (const struct markup_node *node = tree->root; node; node = markup_next(node, tree->root)) {
			depth = 0;
			for (const struct markup_node *up = node; up; up = up->parent)
				depth++;
			deepest = depth > deepest ? depth : deepest;
		}
		if (deepest > LIMIT_MARKUP_DEPTH)
			fail_msg("%s: %u deep", bombs[i], deepest);
		sound(html, arena);
	}
}

static void test_cuts_are_said(void **state)
{
	(void)state;
	static const struct {
		const char *piece, *cut;
		size_t bytes;
	} cases[] = {
		{"<div>", "depth", 5000},
		{"<b><i><u><s><em><strong><code><small>", "formatting", 5000},
		{"word ", "size", LIMIT_BODY_BYTES + 10},
		{"&amp;<i>&", "output", LIMIT_BODY_BYTES},
		{"<p><b title='&&&&&&&&&&&&'>&&x</b> &&&&&&&", "output", LIMIT_BODY_BYTES},
		{"<i id=%d><b><u><em><p>x", "work", 3u << 20},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ARENA_SCOPED arena = arena_create(1 << 20);
		struct markup_report *report = markup_report_create(arena);
		struct safe_html html;
		struct markup *tree =
			markup_from_html(NULL, bomb(cases[i].piece, cases[i].bytes, arena), arena, report);
		if (!markup_report_count(report, MARKUP_DROPPED_CUT, str_from(cases[i].cut)))
			fail_msg("%s: no word of %s", cases[i].piece, cases[i].cut);
		assert_int_equal(markup_canonical(tree, arena, &html, NULL), 0);
		if (!str_eq(canonical(html.text, arena), html.text))
			fail_msg("%s: no fixed point", cases[i].piece);
	}
	ARENA_SCOPED arena = arena_create(1 << 20);
	struct markup_report *report = markup_report_create(arena);
	BUF_SCOPED tag = BUF_INIT(1 << 20);
	buf_put(&tag, STR("<a href=/x"));
	for (int i = 0; i < 50000; i++)
		buf_printf(&tag, " n%d=v", i);
	buf_put(&tag, STR(" title=late>text</a>"));
	markup_from_html(NULL, buf_str(&tag), arena, report);
	assert_int_equal(markup_report_count(report, MARKUP_DROPPED_ATTRIBUTE, STR("(other)")) > 40000, 1);
}

/* What is merely long is not cut. */
static void test_long_is_fine(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(1 << 20);
	struct markup_report *report = markup_report_create(arena);
	static const char *const pieces[] = {"<p>An ordinary paragraph with <b>bold</b> and <a href=/x>a link</a>.",
					     "<li>item",
					     "<tr><td>a<td>b",
					     "<h2>t</h2><p>x<ul><li>a<li>b</ul>",
					     "<blockquote><p>q</blockquote>",
					     "<div><p>x</div>"};
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct str start = str_starts(str_from(pieces[i]), STR("<tr>")) ? STR("<table>") : STR("");
		struct str long_text = bomb(pieces[i], 1 << 20, arena);
		markup_from_html(NULL, arena_concat(arena, (struct str[]){start, long_text}, 2), arena, report);
		/* a table that nobody closed, before an article of a usual length */
		start = STR("<table><tr><td>x</td></tr>");
		long_text = str_sub(long_text, 0, 100000);
		markup_from_html(NULL, arena_concat(arena, (struct str[]){start, long_text}, 2), arena, report);
	}
	static const char *const cuts[] = {"size", "depth", "formatting", "work", "output", "attributes"};
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
		if (markup_report_count(report, MARKUP_DROPPED_CUT, str_from(cuts[i])))
			fail_msg("cut for %s", cuts[i]);
}

/* A figure's caption is read once, however deep figures stand in captions. */
static void test_captions_are_read_once(void **state)
{
	(void)state;
	static const char *const pieces[] = {"<figure>t<figcaption>", "<figure class=wp-block-embed>t<figcaption>",
					     "<figure class=gallery><img src=data:><figcaption>",
					     "<figure><blockquote>q</blockquote><figcaption>", "<blockquote><footer>"};
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		ARENA_SCOPED arena = arena_create(1 << 20);
		struct markup_report *report = markup_report_create(arena);
		struct str html = bomb(pieces[i], 30 * strlen(pieces[i]), arena);
		struct markup *tree = markup_from_html(NULL, html, arena, report);
		if (tree->nodes > 30000)
			fail_msg("%s: %zu nodes", pieces[i], tree->nodes);
		assert_int_equal(markup_report_count(report, MARKUP_DROPPED_CUT, STR("output")), 0);
		sound(html, arena);
	}
}

/* Ids that are written alike get numbers; the search for a free one does not begin anew with each. */
static void test_equal_ids_are_cheap(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(1 << 20);
	BUF_SCOPED html = BUF_INIT(4 << 20);
	enum { IDS = 4096 };
	for (unsigned i = 0; i < IDS; i++) {
		char id[60] = "", *end = id;
		for (unsigned bit = 0; bit < 12; bit++) /* both are written _20 */
			end += snprintf(end, sizeof id - (size_t)(end - id), i >> bit & 1 ? " " : "_20");
		buf_printf(&html, "<p id=\"%s.\">x<a href=\"#%s.\">y</a></p>", id, id);
	}
	size_t before = arena_used_bytes(arena);
	struct str once = sound(buf_copy(&html, arena), arena);
	assert_in_range(arena_used_bytes(arena) - before, 1, 40000000);
	size_t links = 0;
	for (size_t at = 0; at != SIZE_MAX && at < once.len; links++) {
		size_t found = str_find(str_skip(once, at), STR("<a href=\"#t-"));
		at = found == SIZE_MAX ? found : at + found + 1;
	}
	assert_int_equal(links - 1, IDS);
}

/* With work for each tag or note that grows with the text, these would not end within the test's time. */
static void test_long_texts_end(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(1 << 20);
	BUF_SCOPED html = BUF_INIT(LIMIT_MARKUP_OUTPUT_BYTES);
	struct str start = STR("<p>t<a href=#n id=a>1</a></p><ol class=\"notes\"><li id=n>");
	struct str notes = bomb("x<a href=#a>1</a>", LIMIT_BODY_BYTES - 1000, arena);
	struct str once = canonical(arena_concat(arena, (struct str[]){start, notes}, 2), arena);
	assert_int_equal(str_find(once, STR("<li id=\"note-1\">xxx")) != SIZE_MAX, 1);
	while (html.len < LIMIT_MARKUP_OUTPUT_BYTES - 100)
		buf_put(&html, STR("<b>x</b>"));
	buf_put(&html, STR("\"<a href=\"/x\">"));
	struct str absolute = markup_absolute((struct safe_html){buf_str(&html)}, STR("https://e.org/"), arena).text;
	assert_true(str_ends(absolute, STR("\"<a href=\"https://e.org/x\">")));
}

static void test_marks_without_end(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(1 << 20);
	struct str signs[] = {STR("<h2 id=a>t "), bomb("<a href=#a>#</a>", LIMIT_BODY_BYTES - 1000, arena)};
	assert_str(canonical(arena_concat(arena, signs, 2), arena), "<h2>t</h2>");
	struct str ways[] = {STR("<p id=a>t<a href=#n>1</a></p><ol class=\"notes\"><li id=n>"),
			     bomb("^ <b>,</b><a href=#a>1</a>", LIMIT_BODY_BYTES / 2, arena), STR("x")};
	assert_str(canonical(arena_concat(arena, ways, 3), arena),
		   "<p>t<sup><a href=\"#note-1\" id=\"mark-1\">1</a></sup></p>"
		   "<ol class=\"notes\"><li id=\"note-1\">x <a href=\"#mark-1\">\xE2\x86\xA9</a></li></ol>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parser_is_bounded),      cmocka_unit_test(test_ledger_is_no_less),
		cmocka_unit_test(test_ledger_on_tag_soup),     cmocka_unit_test(test_tree_is_bounded),
		cmocka_unit_test(test_cuts_are_said),          cmocka_unit_test(test_long_is_fine),
		cmocka_unit_test(test_captions_are_read_once), cmocka_unit_test(test_equal_ids_are_cheap),
		cmocka_unit_test(test_long_texts_end),         cmocka_unit_test(test_marks_without_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
