/* The guard by itself: it comes to the same place however its text is cut, and where two ways meet it allows only what
 * both of them allow. Pieces of pages by chance, from fixed seeds; and each place by name. */
#include "template/guard.h"

#include "base/random.h"
#include "fixture.h"

#include <stdio.h>
#include <string.h>

static const char *const pieces[] = {
	"<",
	">",
	"/",
	"=",
	"\"",
	"'",
	" ",
	"\n",
	"!",
	"-",
	"--",
	"<!--",
	"-->",
	"<b",
	"</b>",
	"<i>",
	"<br/>",
	"<a href=\"",
	"<a href='/",
	"https:",
	"javascript:",
	"?",
	"#",
	"&",
	"x",
	"y=",
	"title=\"",
	" onclick='",
	" style=\"",
	"<script",
	"<script>",
	"</script>",
	" type=\"application/ld+json\">",
	"{\"a\":\"",
	"\\",
	"\"}",
	"<title>",
	"</title>",
	"<style>",
	"</style>",
	"<svg>",
	"</svg>",
	"<math>",
	"<textarea>",
	"</textarea",
	"<svg href='/",
	"<meta href='",
	"'><meta href='/",
	"' content='",
	"' http-equiv=x ",
	"'/>",
	"<p href='/",
	"'><p href='",
	"<img srcset=\"",
	" 2x, ",
	",",
	"<meta ",
	"http-equiv=\"refresh\" ",
	"content=\"",
	"<!doctype html>",
	"<plaintext>",
	"<p class=\"a\">",
	"</p>",
	"<script type='text/json'>",
	"\t",
	"word",
};
#define PIECES (sizeof pieces / sizeof *pieces)

static struct str make(struct random *random, struct buf *out)
{
	buf_clear(out);
	for (uint64_t count = 1 + random_u64(random) % 8; count > 0; count--)
		buf_put_cstr(out, pieces[random_u64(random) % PIECES]);
	return buf_str(out);
}

static const enum view_type types[] = {VIEW_TEXT, VIEW_HTML, VIEW_NUMBER, VIEW_URL};

static bool takes(const struct guard *guard, enum view_type type, struct guard *ret_after)
{
	enum guard_escape escape;
	*ret_after = *guard;
	return guard_field(ret_after, type, &escape) == NULL;
}

/* Whole, byte by byte, and in two at every place: the same place, and the same complaint. */
static void cuts_change_nothing(void **state)
{
	struct random_fixed fixed;
	BUF_SCOPED out = BUF_INIT(10000);
	int fine = 0, refused = 0;
	(void)state;
	random_fixed_init(&fixed, 5);
	for (int round = 0; round < 3000; round++) {
		struct str text = make(&fixed.random, &out);
		struct guard whole = {0};
		const char *problem = guard_text(&whole, text);
		fine += !problem;
		refused += problem != NULL;
		for (size_t cut = 0; cut <= text.len; cut++) {
			struct guard two = {0};
			const char *said = guard_text(&two, str_sub(text, 0, cut));
			if (!said)
				said = guard_text(&two, str_skip(text, cut));
			assert_ptr_equal(said, problem);
			if (!problem)
				assert_true(guard_same(&whole, &two));
		}
		struct guard bytes = {0};
		const char *said = NULL;
		for (size_t i = 0; i < text.len && !said; i++)
			said = guard_text(&bytes, str_sub(text, i, 1));
		assert_ptr_equal(said, problem);
		if (!problem)
			assert_true(guard_same(&whole, &bytes));
	}
	assert_true(fine > 300 && refused > 300);
}

/* Two ways, and what holds for both of them. */
struct crossing {
	struct guard a, b, met;
};

static bool make_crossing(struct random *random, struct buf *out, struct crossing *ret_crossing)
{
	struct guard before = {0};
	if (guard_text(&before, make(random, out)))
		return false;
	struct crossing c = {before, before, before};
	for (int way = 0; way < 2; way++) {
		struct guard *guard = way ? &c.b : &c.a;
		struct guard after;
		if (random_u64(random) % 2 && guard_text(guard, make(random, out)))
			return false;
		if (random_u64(random) % 3 == 0 && takes(guard, types[random_u64(random) % 4], &after))
			*guard = after;
	}
	c.met = c.a;
	*ret_crossing = c;
	return guard_meet(&c.met, &c.b) == NULL ? (*ret_crossing = c, true) : false;
}

static void what_is_allowed_behind_a_meeting_is_allowed_on_both_ways(void **state)
{
	struct random_fixed fixed;
	BUF_SCOPED out = BUF_INIT(10000);
	int meetings = 0, different = 0;
	(void)state;
	random_fixed_init(&fixed, 6);
	for (int round = 0; round < 60000; round++) {
		struct crossing c;
		if (!make_crossing(&fixed.random, &out, &c))
			continue;
		meetings++;
		different += !guard_same(&c.a, &c.b);
		for (size_t i = 0; i < 4; i++) {
			struct guard after;
			if (takes(&c.met, types[i], &after)) {
				assert_true(takes(&c.a, types[i], &after));
				assert_true(takes(&c.b, types[i], &after));
			}
		}
		/* And further on, behind one more piece. */
		for (size_t i = 0; i < PIECES; i++) {
			struct guard met = c.met, a = c.a, b = c.b, after;
			if (guard_text(&met, str_from(pieces[i])))
				continue;
			assert_null(guard_text(&a, str_from(pieces[i])));
			assert_null(guard_text(&b, str_from(pieces[i])));
			for (size_t k = 0; k < 4; k++)
				if (takes(&met, types[k], &after) &&
				    (!takes(&a, types[k], &after) || !takes(&b, types[k], &after)))
					fail_msg("behind %s a %d is taken: %s; on one way it is not", pieces[i],
						 (int)types[k], guard_place(&met));
		}
	}
	assert_true(meetings > 3000 && different > 100);
}

static void a_meeting_has_no_direction(void **state)
{
	struct random_fixed fixed;
	BUF_SCOPED out = BUF_INIT(10000);
	int met_both = 0;
	(void)state;
	random_fixed_init(&fixed, 7);
	for (int round = 0; round < 20000; round++) {
		struct crossing c;
		if (!make_crossing(&fixed.random, &out, &c))
			continue;
		struct guard other = c.b, same = c.a;
		assert_null(guard_meet(&other, &c.a));
		assert_true(guard_same(&other, &c.met));
		assert_null(guard_meet(&same, &c.a)); /* with itself it stays */
		assert_true(guard_same(&same, &c.a));
		struct guard again = c.met;
		assert_null(guard_meet(&again, &c.a)); /* nothing is learnt twice */
		assert_true(guard_same(&again, &c.met));
		met_both++;
	}
	assert_true(met_both > 1000);
}

/* Where a text has come to, and which fields it takes there: t(ext) h(tml) n(umber) u(rl). */
static const struct {
	const char *text;
	enum guard_state place;
	const char *takes;
} places[] = {
	{"", GUARD_TEXT, "thnu"},
	{"a < b", GUARD_TEXT, "thnu"},
	{"<p>", GUARD_TEXT, "thnu"},
	{"<", GUARD_LT, ""},
	{"a <", GUARD_LT, ""},
	{"</", GUARD_LT_SLASH, ""},
	{"<!", GUARD_BANG, ""},
	{"<!-", GUARD_BANG, ""},
	{"<!d", GUARD_DECLARATION, ""},
	{"<!doctype html", GUARD_DECLARATION, ""},
	{"<?xml", GUARD_DECLARATION, ""},
	{"<!--", GUARD_COMMENT, ""},
	{"<!-- a > b --", GUARD_COMMENT, ""},
	{"<!-- a -->", GUARD_TEXT, "thnu"},
	{"<p", GUARD_TAG_NAME, ""},
	{"</p", GUARD_TAG_NAME, ""},
	{"<p ", GUARD_IN_TAG, ""},
	{"<p/", GUARD_IN_TAG, ""},
	{"<p a", GUARD_ATTR_NAME, ""},
	{"<p a ", GUARD_ATTR_AFTER, ""},
	{"<p a=", GUARD_VALUE_BEFORE, ""},
	{"<p a= ", GUARD_VALUE_BEFORE, ""},
	{"<p a=b", GUARD_VALUE_BARE, ""},
	{"<p a=\"", GUARD_VALUE, "tnu"},
	{"<p a='", GUARD_VALUE, "tnu"},
	{"<p a=\"'", GUARD_VALUE, "tnu"},
	{"<p a=\"b\"", GUARD_VALUE_END, ""},
	{"<p a=\"b\" ", GUARD_IN_TAG, ""},
	{"<p a=\"b\">", GUARD_TEXT, "thnu"},
	{"<a href=\"", GUARD_VALUE, "nu"},
	{"<a HREF='", GUARD_VALUE, "nu"},
	{"<a href=\"/", GUARD_VALUE, "tnu"},
	{"<a href=\"https:", GUARD_VALUE, "tnu"},
	{"<a href=\"x", GUARD_VALUE, "n"},
	{"<a href=\"?", GUARD_VALUE, "tnu"},
	{"<img srcset=\"", GUARD_VALUE, "nu"},
	{"<img srcset=\"/a 2x, ", GUARD_VALUE, "nu"},
	{"<img srcset=\"/a ", GUARD_VALUE, "tnu"},
	{"<p onclick=\"", GUARD_VALUE, ""},
	{"<p ONX='", GUARD_VALUE, ""},
	{"<p style=\"", GUARD_VALUE, ""},
	{"<iframe srcdoc=\"", GUARD_VALUE, ""},
	{"<meta http-equiv=\"", GUARD_VALUE, ""},
	{"<meta http-equiv=\"refresh\" content=\"", GUARD_VALUE, ""},
	{"<meta name=\"a\" content=\"", GUARD_VALUE, "tnu"},
	{"<p content=\"", GUARD_VALUE, "tnu"},
	{"<script type=\"", GUARD_VALUE, ""},
	{"<p type=\"", GUARD_VALUE, "tnu"},
	{"<title>", GUARD_RAW, "tnu"},
	{"<TITLE>a", GUARD_RAW, "tnu"},
	{"<title><", GUARD_RAW, ""},
	{"<title></titl", GUARD_RAW, ""},
	{"<title></title", GUARD_RAW, ""},
	{"<title></title ", GUARD_IN_TAG, ""},
	{"<title></title>", GUARD_TEXT, "thnu"},
	{"<title></titles>", GUARD_RAW, "tnu"},
	{"<textarea>", GUARD_RAW, "tnu"},
	{"<script>", GUARD_RAW, ""},
	{"<script></script>", GUARD_TEXT, "thnu"},
	{"<style>", GUARD_RAW, ""},
	{"<xmp>", GUARD_RAW, ""},
	{"<iframe>", GUARD_RAW, ""},
	{"<noembed>", GUARD_RAW, ""},
	{"<noframes>", GUARD_RAW, ""},
	{"<plaintext>", GUARD_RAW, ""},
	{"<script type=\"application/json\">", GUARD_RAW, "n"},
	{"<script type=\"application/ld+json\">{\"", GUARD_RAW, "tnu"},
	{"<script type='a/JSON'>\"\\", GUARD_RAW, ""},
	{"<script type='a/json'>\"\\\"", GUARD_RAW, "tnu"},
	{"<script type='a/json'>\"\\\\\"", GUARD_RAW, "n"},
	{"<script type='a/json'></script>", GUARD_TEXT, "thnu"},
	{"<script type='a/json'></script><script>", GUARD_RAW, ""},
	{"<svg>", GUARD_TEXT, "tnu"},
	{"<svg/>", GUARD_TEXT, "thnu"},
	{"<svg></svg>", GUARD_TEXT, "thnu"},
	{"<svg><svg></svg>", GUARD_TEXT, "tnu"},
	{"<math><title>", GUARD_TEXT, "tnu"},
	{"</title>", GUARD_TEXT, "thnu"},
};

static void each_place_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct guard guard = {0}, after;
		char found[5] = "";
		const char *problem = guard_text(&guard, str_from(places[i].text));
		if (problem)
			fail_msg("%s: %s", places[i].text, problem);
		if (guard.state != places[i].place)
			fail_msg("%s: found the place %s", places[i].text, guard_place(&guard));
		for (size_t k = 0, at = 0; k < 4; k++)
			if (takes(&guard, types[k], &after))
				found[at++] = "thnu"[k];
		if (strcmp(found, places[i].takes) != 0)
			fail_msg("%s: takes '%s', not '%s'", places[i].text, found, places[i].takes);
	}
}

static void each_place_has_its_words(void **state)
{
	static const char *const texts[] = {"",       "<",        "</",      "<!",       "<!d",    "<!--",
					    "<p",     "<p ",      "<p a",    "<p a ",    "<p a=",  "<p a=b",
					    "<p a='", "<p a='b'", "<title>", "<script>", "<style>"};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct guard guard = {0};
		assert_null(guard_text(&guard, str_from(texts[i])));
		const char *place = guard_place(&guard);
		assert_true(place && strlen(place) > 3);
		assert_true(strncmp(place, "in ", 3) == 0 || strncmp(place, "behind ", 7) == 0 || strchr(place, ' '));
	}
}

static const struct view page_view = {
	"page",
	(const struct view_field[]){
		{"t", VIEW_TEXT}, {"u", VIEW_URL}, {"h", VIEW_HTML}, {"n", VIEW_NUMBER}, {"f", VIEW_FLAG}},
	5};

/* One way through a section opens what the other does not: the fields behind it are judged by the stricter. */
static void what_a_section_may_leave_out(void **state)
{
	static const struct {
		const char *source, *said; /* NULL: taken */
	} rows[] = {
		{"<img srcset=\"{{#f}}x{{/f}} {{t}}\">", "t: a text at the start of an address"},
		{"<img srcset=\"{{u}} {{t}}\">", "t: a text at the start of an address"}, /* u may be empty */
		{"<img srcset=\"{{u}} {{u}} {{t}}\">", "t: a text at the start of an address"},
		{"<img srcset=\"{{#f}}/x{{/f}} {{t}}\">", "t: a text at the start of an address"},
		{"<img srcset=\"{{u}} {{n}}w, /{{t}} 2x\">", NULL},
		{"<img srcset=\"/a {{t}}\">", NULL},
		{"<meta content='{{t}}' href='/{{#f}}'><meta href='{{/f}}' http-equiv='refresh'>",
		 "a field in the content of a meta with http-equiv"},
		{"<meta href='/{{#f}}' content='{{t}}' href='{{/f}}' http-equiv='refresh'>",
		 "a field in the content of a meta with http-equiv"},
		{"<p href='{{#f}}'><svg href='{{/f}}'>{{h}}", "a section must end in the place where it starts"},
		{"<svg href='{{#f}}'><p href='{{/f}}'>{{h}}", "a section must end in the place where it starts"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ARENA_SCOPED arena = arena_create(0);
		const struct value record[5] = {{.text = STR_INIT("T")}};
		const char *said = fixture_one(arena, rows[i].source, &page_view, record);
		bool refused = strncmp(said, "main.mustache:1: ", 17) == 0;
		if (refused != (rows[i].said != NULL) || (refused && !strstr(said, rows[i].said)))
			fail_msg("%s: said %s", rows[i].source, said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_change_nothing),
		cmocka_unit_test(what_is_allowed_behind_a_meeting_is_allowed_on_both_ways),
		cmocka_unit_test(a_meeting_has_no_direction),
		cmocka_unit_test(what_a_section_may_leave_out),
		cmocka_unit_test(each_place_by_name),
		cmocka_unit_test(each_place_has_its_words),
	};
	return cmocka_run_group_tests_name("template: steps", tests, NULL, NULL);
}
