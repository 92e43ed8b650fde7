#include "support.h"

#include "base/utf8.h"
#include "text/excerpt.h"
#include "text/plain.h"

#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

static void cut(const char *language, size_t target, const char *text, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	assert_str(excerpt_cut(str_from(text), str_from(language), target, arena), expected);
}

static void test_words(void **state)
{
	(void)state;
	cut("en", 100, "Short enough.", "Short enough.");
	cut("en", 12, "Short enough", "Short enough");
	cut("en", 14, "The quick brown fox", "The quick…");
	cut("en", 15, "The quick brown fox", "The quick brown…");
	cut("en", 17, "The quick, brown, fox jumps", "The quick, brown…");
	cut("en", 12, "A few words \xE2\x80\x93 and more of them", "A few words…");
	cut("en", 16, "He went (and did not return)", "He went (and did…");
	cut("en", 9, "He went (and did not return)", "He went…");
	cut("en", 14, "It is over. It was long.", "It is over. It…");
	cut("en", 11, "It is over. It was long.", "It is over…");
	cut("en", 5, "Donaudampfschiff", "Donau…");
	cut("en", 20, "  white \n\n space\t goes  away entirely ", "white space goes…");
	cut("en", 10, "", "");
	cut("fr", 22, "L\xE2\x80\x99organisation a d\xC3\xA9nonc\xC3\xA9 les faits", "L\xE2\x80\x99organisation a…");
	cut("en", 0, "x", "x");
}

static void test_quotations(void **state)
{
	(void)state;
	cut("en", 50, "The court freed them. The minister said: \xE2\x80\x9CWe are sorry for it all.\xE2\x80\x9D",
	    "The court freed them…");
	cut("en", 41, "The court freed them. The minister said: \xE2\x80\x9CWe are sorry for it all.\xE2\x80\x9D",
	    "The court freed them…");
	cut("en", 32, "After a year, the minister said: \"We are sorry for all of it\"", "After a year…");
	cut("en", 20, "The minister said: \"We are sorry for all of it\"", "The minister said…");
	cut("en", 38, "Officials called the prison “a place of hope” yesterday",
	    "Officials called the prison “a place…");
	cut("en", 29, "Officials called the prison “a place of hope”", "Officials called the prison…");
	cut("en", 60, "He said: stop. Then, a year on, three others left the country too.",
	    "He said: stop. Then, a year on, three others left the…");
	cut("zh", 12,
	    "\xE5\xA5\xB9\xE5\xAF\xB9\xE8\xAE\xB0\xE8\x80\x85\xE8\xAF\xB4\xEF\xBC\x9A\xE2\x80\x9C\xE6\x88\x91\xE4\xBB"
	    "\xAC\xE4\xB8\x8D\xE4\xBC\x9A\xE6\x94\xBE\xE5\xBC\x83\xE5\xB8\x8C\xE6\x9C\x9B\xE3\x80\x82\xE2\x80\x9D",
	    "\xE5\xA5\xB9\xE5\xAF\xB9\xE8\xAE\xB0\xE8\x80\x85\xE8\xAF\xB4…");
}

#define ARABIC                                                                                                         \
	"\xD8\xA3\xD9\x83\xD8\xAF\xD8\xAA \xD8\xA7\xD9\x84\xD9\x85\xD9\x86\xD8\xB8\xD9\x85\xD8\xA9\xD8\x8C "           \
	"\xD8\xA3\xD9\x85\xD8\xB3 \xD8\xA7\xD9\x84\xD8\xA3\xD8\xAD\xD8\xAF"
#define THAI                                                                                                           \
	"\xE0\xB8\x9C\xE0\xB8\xB9\xE0\xB9\x89\xE0\xB8\xAB\xE0\xB8\x8D\xE0\xB8\xB4\xE0\xB8\x87\xE0\xB9\x84\xE0\xB8\x94" \
	"\xE0\xB9\x89\xE0\xB8\xA3\xE0\xB8\xB1\xE0\xB8\x9A\xE0\xB8\x81\xE0\xB8\xB2\xE0\xB8\xA3\xE0\xB8\x9B\xE0\xB8\xA5" \
	"\xE0\xB9\x88\xE0\xB8\xAD\xE0\xB8\xA2\xE0\xB8\x95\xE0\xB8\xB1\xE0\xB8\xA7"

static void test_scripts(void **state)
{
	(void)state;
	/* the Arabic comma goes before the ellipsis */
	cut("ar", 16, ARABIC,
	    "\xD8\xA3\xD9\x83\xD8\xAF\xD8\xAA \xD8\xA7\xD9\x84\xD9\x85\xD9\x86\xD8\xB8\xD9\x85\xD8\xA9…");
	/* Thai words are found by a dictionary: "woman", "received" */
	cut("th", 9, THAI,
	    "\xE0\xB8\x9C\xE0\xB8\xB9\xE0\xB9\x89\xE0\xB8\xAB\xE0\xB8\x8D\xE0\xB8\xB4\xE0\xB8\x87\xE0\xB9\x84\xE0\xB8"
	    "\x94\xE0\xB9\x89\xE0\xB8\xA3\xE0\xB8\xB1\xE0\xB8\x9A…");
	cut("zh", 4,
	    "\xE4\xBA\xBA\xE6\x9D\x83\xE7\xBB\x84\xE7\xBB\x87\xE5\xB7\xB2\xE5\x8F\x91\xE8\xA1\xA8\xE5\xA3\xB0\xE6\x98"
	    "\x8E",
	    "\xE4\xBA\xBA\xE6\x9D\x83\xE7\xBB\x84\xE7\xBB\x87…");
	/* a family of four is one grapheme, a letter with its mark too */
	cut("en", 1,
	    "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7\xE2\x80\x8D\xF0\x9F\x91\xA6 "
	    "family",
	    "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7\xE2\x80\x8D\xF0\x9F\x91\xA6…");
	cut("en", 2,
	    "e\xCC\x81"
	    "e\xCC\x81"
	    "e\xCC\x81",
	    "e\xCC\x81"
	    "e\xCC\x81…");
}

static void test_of_body(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct markup *body =
		markup_from_html(NULL,
				 STR("<h2>Head</h2><figure><img src=/a><figcaption>Cap</figcaption></figure><p>First "
				     "part.</p><p>Second part here.</p>"),
				 arena, NULL);
	assert_str(excerpt_of(STR("  Written  by hand "), body, STR("en"), 5, arena), "Written by hand");
	assert_str(excerpt_of(STR(" "), body, STR("en"), 18, arena), "First part. Second…");
	assert_str(excerpt_of(STR(""), body, STR("en"), 200, arena), "First part. Second part here.");
	body = markup_from_html(NULL, STR("<h2>Only a heading</h2>"), arena, NULL);
	assert_str(excerpt_of(STR(""), body, STR("en"), 6, arena), "Only a…");
	assert_str(excerpt_of(STR(""), NULL, STR("en"), 6, arena), "");
}

/* Whatever the text and the length: valid, not empty, no longer, no ellipsis where nothing was cut. */
static void test_always(void **state)
{
	(void)state;
	static const char *const words[] = {"said:",
					    "\"Yes\"",
					    "\xE2\x80\x9CNo\xE2\x80\x9D",
					    "word",
					    "a,",
					    "\xE2\x80\x94",
					    "(b)",
					    "c.",
					    "\xC2\xAB d \xC2\xBB",
					    "\xE4\xBA\xBA\xE6\x9D\x83",
					    "\xD8\xA3\xD9\x85\xD8\xB3",
					    THAI,
					    "e\xCC\x81",
					    "\xFF",
					    "\n",
					    "\xF0\x9F\x87\xAB\xF0\x9F\x87\xB7",
					    ":",
					    "\xE2\x80\xA6"};
	static const char *const languages[] = {"en", "ar", "zh-Hant", "th", "", "not a language at all, surely"};
	struct mutator mutator = {.state = 9};
	ARENA_SCOPED arena = arena_create(0);
	for (int i = 0; i < 3000; i++) {
		struct arena_mark mark = arena_mark(arena);
		BUF_SCOPED text = BUF_INIT(10000);
		for (uint64_t n = mutator_next(&mutator) % 30; n > 0; n--) {
			buf_put_cstr(&text, words[mutator_next(&mutator) % (sizeof words / sizeof *words)]);
			buf_put(&text, mutator_next(&mutator) % 4 ? STR(" ") : STR(""));
		}
		size_t target = 1 + mutator_next(&mutator) % 60;
		struct str language = str_from(languages[mutator_next(&mutator) % 6]);
		struct str found = excerpt_cut(buf_str(&text), language, target, arena);
		struct str whole = excerpt_cut(buf_str(&text), language, 100000, arena);
		assert_true(utf8_valid(found));
		assert_int_equal(str_empty(found), str_empty(whole));
		if (!str_eq(found, whole)) {
			assert_true(str_ends(found, STR("…")));
			struct str kept = str_sub(found, 0, found.len - 3);
			assert_true(str_starts(whole, kept) || str_starts(whole, found));
			assert_true(utf8_count(kept) <= target * 12);
		}
		arena_release(arena, mark);
	}
}

/* Whatever stands far behind the excerpt, and however far its own words lie apart, it is the same. */
static void test_long_texts(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED text = BUF_INIT(1u << 20);
	for (int i = 0; i < 5000; i++)
		buf_put(&text, STR("river "));
	cut("en", 13, buf_copy(&text, arena).ptr, "river river…");
	buf_clear(&text);
	for (int word = 0; word < 3; word++) {
		buf_put(&text, STR("river"));
		for (int i = 0; i < 20000; i++)
			buf_put_byte(&text, i % 40 ? ' ' : '\n');
	}
	cut("en", 13, buf_copy(&text, arena).ptr, "river river…");
	cut("en", 17, buf_copy(&text, arena).ptr, "river river river");
	buf_clear(&text);
	for (int i = 0; i < 300; i++) /* one grapheme of 25 bytes each: four people tied together */
		buf_put(&text, STR("\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D"
				   "\xF0\x9F\x91\xA7\xE2\x80\x8D\xF0\x9F\x91\xA6"));
	struct str found = excerpt_cut(buf_str(&text), STR("en"), 240, arena);
	assert_int_equal(found.len, 240 * 25 + 3);
	assert_true(str_ends(found, STR("…")));
}

/* ---- whatever the text and the length ---- */

static const char *const pieces[] = {
	"word",
	"a",
	"Donaudampfschifffahrt",
	",",
	".",
	":",
	";",
	"!",
	"?",
	"\"",
	"'",
	"(",
	")",
	"[",
	"]",
	"%",
	"10",
	"3.5",
	"2018-06-14",
	"\xE2\x80\x9C",
	"\xE2\x80\x9D",
	"\xC2\xAB",
	"\xC2\xBB",
	"\xE2\x80\x94",
	"\xE2\x80\xA6",
	"\xC2\xA0",
	"\xE2\x80\x89",
	"e\xCC\x81",
	"\xF0\x9F\x98\x80",
	"\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9",
	"\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA",
	ARABIC,
	THAI,
	"\xE4\xBA\xBA\xE6\x9D\x83",
	"\xE3\x80\x82",
	"\xEF\xBC\x9A",
	"said",
	" said: ",
	"\n",
	" ",
	" ",
	" ",
	" ",
};

static struct str some_text(struct mutator *mutator, struct arena *arena)
{
	BUF_SCOPED text = BUF_INIT(1 << 16);
	size_t count = 1 + mutator_next(mutator) % 30;
	for (size_t i = 0; i < count; i++) {
		buf_put_cstr(&text, pieces[mutator_next(mutator) % (sizeof pieces / sizeof *pieces)]);
		buf_put_cstr(&text, mutator_next(mutator) % 2 ? " " : "");
	}
	return buf_copy(&text, arena);
}

static bool is_whole_grapheme(struct str text, size_t at)
{
	UErrorCode status = U_ZERO_ERROR;
	UText utext = UTEXT_INITIALIZER;
	UBreakIterator *breaks = ubrk_open(UBRK_CHARACTER, "en", NULL, 0, &status);
	utext_openUTF8(&utext, text.ptr, (int64_t)text.len, &status);
	ubrk_setUText(breaks, &utext, &status);
	assert_true(U_SUCCESS(status));
	bool whole = at == text.len || ubrk_isBoundary(breaks, (int32_t)at);
	ubrk_close(breaks);
	utext_close(&utext);
	return whole;
}

/* The whole text, or its beginning up to the end of a grapheme and an ellipsis; never longer than was asked for, and
 * never without a word while the text has one. */
static void hold_excerpt(struct str text, size_t target, struct arena *arena)
{
	struct str whole = plain_collapse(text, arena), found = excerpt_cut(text, STR("en"), target, arena);
	while (str_starts(whole, STR("\xE2\x80\x89")))
		whole = plain_collapse(str_skip(whole, 3), arena);
	assert_true(utf8_valid(found));
	if (str_eq(found, whole))
		return;
	if (str_starts(whole, found) && str_ends(found, STR("\xE2\x80\xA6")))
		return; /* it was cut behind an ellipsis of its own */
	struct str kept = str_ends(found, STR("\xE2\x80\xA6")) ? str_sub(found, 0, found.len - 3) : found;
	if (kept.len != found.len && !str_starts(whole, kept))
		fail_msg("not its beginning: %.*s of %.*s", STR_ARG(found), STR_ARG(whole));
	if (kept.len == found.len)
		fail_msg("cut without a word of it: %.*s of %.*s", STR_ARG(found), STR_ARG(whole));
	if (!kept.len || kept.len >= whole.len || kept.ptr[kept.len - 1] == ' ')
		fail_msg("%zu: %.*s of %.*s", target, STR_ARG(found), STR_ARG(whole));
	if (!is_whole_grapheme(whole, kept.len))
		fail_msg("inside of a grapheme: %.*s of %.*s", STR_ARG(found), STR_ARG(whole));
	size_t graphemes = 0;
	for (size_t at = 1; at <= kept.len; at++)
		graphemes += is_whole_grapheme(whole, at);
	if (graphemes > target)
		fail_msg("%zu graphemes, not %zu: %.*s", graphemes, target, STR_ARG(found));
}

static void test_any_text_at_any_length(void **state)
{
	(void)state;
	struct mutator mutator = {.state = 51};
	ARENA_SCOPED arena = arena_create(0);
	for (int i = 0; i < 1500; i++) {
		struct arena_mark mark = arena_mark(arena);
		hold_excerpt(some_text(&mutator, arena), 1 + mutator_next(&mutator) % 60, arena);
		arena_release(arena, mark);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_quotations),
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_of_body),
		cmocka_unit_test(test_always),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_any_text_at_any_length),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
