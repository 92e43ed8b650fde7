/* No word is lost, doubled, moved, run together with the next or torn apart, however the tags around it cross: the
 * words that a browser would show are the words of our text. */
#include "support.h"

#include <gumbo.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* Elements that stand in a line of text; those of foreign content, players and speakers are not part of this. */
static const char *const in_line[] = {"a",   "abbr", "b",    "bdi",    "code",  "del",   "em",   "font",   "i",
				      "ins", "kbd",  "mark", "q",      "s",     "small", "span", "strong", "sub",
				      "sup", "u",    "var",  "x-none", "label", "time",  "dfn",  "big"};
static const char *const blocks[] = {"p",          "div",     "ul",         "ol",     "li",      "dl",
				     "dt",         "dd",      "h1",         "h2",     "h3",      "table",
				     "caption",    "thead",   "tbody",      "tr",     "td",      "th",
				     "section",    "aside",   "blockquote", "figure", "pre",     "details",
				     "figcaption", "summary", "article",    "header", "address", "center"};

static bool is_one_of(const char *name, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

static void collect(const GumboNode *node, struct buf *out)
{
	if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE)
		buf_put_cstr(out, node->v.text.text);
	if (node->type != GUMBO_NODE_ELEMENT)
		return;
	const GumboElement *element = &node->v.element;
	const char *name = gumbo_normalized_tagname(element->tag);
	bool divides = is_one_of(name, blocks, COUNT(blocks)) || element->tag == GUMBO_TAG_BR ||
		       element->tag == GUMBO_TAG_HR || element->tag == GUMBO_TAG_IMG;
	if (divides)
		buf_put_byte(out, ' ');
	for (unsigned i = 0; i < element->children.length; i++)
		collect(element->children.data[i], out);
	if (divides)
		buf_put_byte(out, ' ');
}

/* Words with one space between them. */
static struct str words(struct str text, struct arena *arena)
{
	BUF_SCOPED out = BUF_INIT(text.len + 1);
	bool space = false;
	for (size_t i = 0; i < text.len; i++) {
		bool white = text.ptr[i] == ' ' || text.ptr[i] == '\n' || text.ptr[i] == '\t';
		if (!white && space && out.len)
			buf_put_byte(&out, ' ');
		if (!white)
			buf_put_byte(&out, text.ptr[i]);
		space = white;
	}
	return buf_copy(&out, arena);
}

/* In the parser's own tree, as a browser has it. */
static struct str shown_words(struct str html, struct arena *arena)
{
	BUF_SCOPED out = BUF_INIT(1 << 20);
	GumboOptions options = kGumboDefaultOptions;
	options.fragment_context = GUMBO_TAG_DIV;
	options.max_errors = 0;
	GumboOutput *output = gumbo_parse_with_options(&options, html.ptr, html.len);
	collect(output->root, &out);
	gumbo_destroy_output(&options, output);
	return words(buf_str(&out), arena);
}

static struct str our_words(const struct markup *tree, struct arena *arena)
{
	BUF_SCOPED out = BUF_INIT(1 << 20);
	markup_to_text(tree, MARKUP_TEXT_ALL, &out);
	return words(buf_str(&out), arena);
}

static void put_tag(struct mutator *mutator, struct buf *html, const char *const *names, size_t count, bool always_open)
{
	const char *name = names[mutator_next(mutator) % count];
	bool end = !always_open && mutator_next(mutator) % 5 < 2;
	buf_printf(html, "<%s%s%s>", end ? "/" : "", name,
		   !end && strcmp(name, "a") == 0 ? (mutator_next(mutator) % 3 ? " href=/x" : "") : "");
}

static struct str soup(struct mutator *mutator, struct arena *arena)
{
	BUF_SCOPED html = BUF_INIT(1 << 16);
	static const char *const voids[] = {"<br>", "<hr>", " <img src=/a.jpg> ", " ", "\n", "<!-- x -->"};
	size_t steps = 3 + mutator_next(mutator) % 25;
	for (size_t i = 0; i < steps; i++) {
		switch (mutator_next(mutator) % 8) {
		case 0:
		case 1:
			put_tag(mutator, &html, in_line, COUNT(in_line), false);
			break;
		case 2:
		case 3:
			put_tag(mutator, &html, blocks, COUNT(blocks), false);
			break;
		case 4:
			buf_put_cstr(&html, voids[mutator_next(mutator) % COUNT(voids)]);
			break;
		default:
			buf_printf(&html, "w%zu%s", i, mutator_next(mutator) % 2 ? " " : "");
			break;
		}
	}
	return buf_copy(&html, arena);
}

/* The same words. White space that is misplaced in a table goes before it where the parser gets it in one piece with a
 * word, and stays where a tag or comment that we leave out stood between: there ours may have a space more. */
static bool same_words(struct str html, struct str shown, struct str ours)
{
	bool table = str_find(html, STR("<table")) != SIZE_MAX;
	size_t at = 0;
	for (size_t i = 0; i < ours.len; i++) {
		if (at < shown.len && shown.ptr[at] == ours.ptr[i])
			at++;
		else if (!table || ours.ptr[i] != ' ')
			return false;
	}
	return at == shown.len;
}

static void hold(struct str html, struct arena *arena)
{
	struct str shown = shown_words(html, arena);
	struct str ours = our_words(markup_from_html(NULL, html, arena, NULL), arena);
	if (!same_words(html, shown, ours))
		fail_msg("in:    %.*s\nshown: %.*s\nours:  %.*s", STR_ARG(html), STR_ARG(shown), STR_ARG(ours));
}

static void test_no_word_is_lost(void **state)
{
	(void)state;
	struct mutator mutator = {.state = 41};
	ARENA_SCOPED arena = arena_create(0);
	for (int i = 0; i < 30000; i++) {
		struct arena_mark mark = arena_mark(arena);
		hold(soup(&mutator, arena), arena);
		arena_release(arena, mark);
	}
}

/* The same in the form to store and in that for readers. */
static void test_nor_when_written(void **state)
{
	(void)state;
	struct mutator mutator = {.state = 42};
	ARENA_SCOPED arena = arena_create(0);
	for (int i = 0; i < 5000; i++) {
		struct arena_mark mark = arena_mark(arena);
		struct str html = soup(&mutator, arena), shown = shown_words(html, arena);
		struct str stored = canonical(html, arena);
		struct str again = shown_words(arena_concat(arena, (struct str[]){stored, STR(" ")}, 2), arena);
		if (!same_words(html, shown, again))
			fail_msg("in:     %.*s\nshown:  %.*s\nstored: %.*s", STR_ARG(html), STR_ARG(shown),
				 STR_ARG(stored));
		arena_release(arena, mark);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_word_is_lost),
		cmocka_unit_test(test_nor_when_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
