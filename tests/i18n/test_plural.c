/* Plurals of nine languages against ICU's own rules, and against what their grammars say; select and offset beside a
 * plain function; every mistake in a pattern with its words. */
#include "i18n/icu.h"
#include "i18n/message.h"
#include "mo_writer.h"

#include "base/random.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unicode/upluralrules.h>

static const char *const languages[] = {"ar", "ru", "pl", "fr", "es", "en", "ja", "cy", "lt"};
#define LANGUAGES (sizeof languages / sizeof *languages)

static const int64_t large[] = {201,     211,     222,     1000,    1001,       1002,       1011,          1021,
				9999,    10000,   10001,   99999,   100000,     100001,     999999,        1000000,
				1000001, 2000000, 2000001, 9000000, 1000000000, 1000000001, 1000000000000, -1,
				-2,      -5,      -11,     -21,     -1000000};

static const char all_categories[] = "{n, plural, zero {zero} one {one} two {two} few {few} many {many} other {other}}";
static const char all_ordinals[] =
	"{n, selectordinal, zero {zero} one {one} two {two} few {few} many {many} other {other}}";

struct pattern {
	struct arena *arena;
	const struct message_part *parts;
	struct str_vec arguments;
};

static struct pattern parse(struct arena *arena, const char *text)
{
	struct pattern pattern = {.arena = arena};
	struct str problem;
	if (!message_parse(arena, str_from(text), &pattern.parts, &pattern.arguments, &problem))
		fail_msg("%s: %s", text, problem.ptr);
	return pattern;
}

static const char *say(struct arena *arena, const struct pattern *pattern, const struct message_rules *rules,
		       int64_t number)
{
	BUF_SCOPED out = BUF_INIT(4096);
	const struct message_arg args[] = {MESSAGE_NUMBER("n", number), MESSAGE_TEXT("who", STR("she"))};
	message_format(pattern->parts, rules, args, 2, &out);
	return buf_copy(&out, arena).ptr;
}

static void agree(const char *language, UPluralType type, const char *text)
{
	ARENA_SCOPED arena = arena_create(0);
	UErrorCode status = U_ZERO_ERROR;
	UPluralRules *icu = uplrules_openForType(language, type, &status);
	struct message_rules *rules = message_rules_create(str_from(language));
	struct pattern pattern = parse(arena, text);
	assert_true(U_SUCCESS(status));
	assert_non_null(rules);
	for (int64_t i = 0; i < 201 + (int64_t)(sizeof large / sizeof *large); i++) {
		int64_t number = i < 201 ? i : large[i - 201];
		UChar word[16];
		char expected[16];
		int32_t length = uplrules_select(icu, (double)number, word, 16, &status);
		assert_true(U_SUCCESS(status) && length < 16);
		for (int32_t k = 0; k <= length; k++)
			expected[k] = k < length ? (char)word[k] : 0;
		const char *said = say(arena, &pattern, rules, number);
		if (strcmp(said, expected) != 0)
			fail_msg("%s %" PRId64 ": %s, by ICU %s", language, number, said, expected);
	}
	message_rules_destroy(rules);
	uplrules_close(icu);
}

static void categories_are_those_of_icu(void **state)
{
	(void)state;
	for (size_t i = 0; i < LANGUAGES; i++) {
		agree(languages[i], UPLURAL_TYPE_CARDINAL, all_categories);
		agree(languages[i], UPLURAL_TYPE_ORDINAL, all_ordinals);
	}
}

/* The rules as their grammars have them, said again here. */
static const char *in_arabic(int64_t n)
{
	int64_t hundred = n % 100;
	if (n < 3)
		return n == 0 ? "zero" : n == 1 ? "one" : "two";
	return hundred < 3 ? "other" : hundred <= 10 ? "few" : "many";
}

static bool few_in_slavonic(int64_t n)
{
	return n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14);
}

static const char *in_russian(int64_t n)
{
	return n % 10 == 1 && n % 100 != 11 ? "one" : few_in_slavonic(n) ? "few" : "many";
}

static const char *in_polish(int64_t n)
{
	return n == 1 ? "one" : few_in_slavonic(n) ? "few" : "many";
}

static const char *in_french(int64_t n)
{
	return n < 2 ? "one" : n % 1000000 == 0 ? "many" : "other";
}

static const char *in_spanish(int64_t n)
{
	return n == 1 ? "one" : n && n % 1000000 == 0 ? "many" : "other";
}

static const char *in_english(int64_t n)
{
	return n == 1 ? "one" : "other";
}

static const char *in_japanese(int64_t n)
{
	(void)n;
	return "other";
}

static const char *in_welsh(int64_t n)
{
	static const char *const first[] = {"zero", "one", "two", "few", "other", "other", "many"};
	return n < 7 ? first[n] : "other";
}

static const char *in_lithuanian(int64_t n)
{
	bool teen = n % 100 >= 11 && n % 100 <= 19;
	return n % 10 == 0 || teen ? "other" : n % 10 == 1 ? "one" : "few";
}

static const char *(*const grammars[LANGUAGES])(int64_t n) = {
	in_arabic, in_russian, in_polish, in_french, in_spanish, in_english, in_japanese, in_welsh, in_lithuanian};

static void categories_are_those_of_the_grammars(void **state)
{
	(void)state;
	for (size_t i = 0; i < LANGUAGES; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct message_rules *rules = message_rules_create(str_from(languages[i]));
		struct pattern pattern = parse(arena, all_categories);
		for (int64_t n = 0; n < 3000000; n += n < 1200 || n > 999998 ? (n > 1000200 ? 99999 : 1) : 997)
			assert_string_equal(say(arena, &pattern, rules, n), grammars[i](n));
		message_rules_destroy(rules);
	}
}

/* offset, =N and other beside a function that says the same. */
static void offsets_are_taken_off_behind_exact_numbers(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct message_rules *rules = message_rules_create(STR("en"));
	struct pattern pattern = parse(
		arena, "{n, plural, offset:2 =0 {nobody} =2 {two {who}} =-3 {debt} one {{who} and #} other {#!}}");
	(void)state;
	for (int64_t n = -10; n < 30; n++) {
		char expected[60];
		if (n == 0 || n == 2 || n == -3)
			snprintf(expected, sizeof expected, "%s", n == 0 ? "nobody" : n == 2 ? "two she" : "debt");
		else if (n - 2 == 1 || n - 2 == -1)
			snprintf(expected, sizeof expected, "she and %" PRId64, n - 2);
		else
			snprintf(expected, sizeof expected, "%" PRId64 "!", n - 2);
		assert_string_equal(say(arena, &pattern, rules, n), expected);
	}
	assert_string_equal(say(arena, &pattern, rules, INT64_MAX), "9,223,372,036,854,775,805!");
	/* there is no number below the least: it stays */
	assert_string_equal(say(arena, &pattern, rules, INT64_MIN), "-9,223,372,036,854,775,808!");
	message_rules_destroy(rules);
}

static void is_said(const char *text, int64_t number, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	struct message_rules *rules = message_rules_create(STR("en"));
	struct pattern pattern = parse(arena, text);
	assert_string_equal(say(arena, &pattern, rules, number), expected);
	message_rules_destroy(rules);
}

static void quotes_and_nesting(void **state)
{
	static const struct {
		const char *pattern;
		int64_t number;
		const char *expected;
	} cases[] = {
		{"", 1, ""},
		{"'", 1, "'"},
		{"''", 1, "'"},
		{"'''", 1, "''"},
		{"''''", 1, "''"},
		{"'a'", 1, "'a'"},
		{"it's", 1, "it's"},
		{"'{'", 1, "{"},
		{"'{a}'", 1, "{a}"},
		{"'{a''b}'", 1, "{a'b}"},
		{"'{", 1, "{"},
		{"'}'", 1, "}"},
		{"a'{'b'}'c", 1, "a{b}c"},
		{"'{'''{n}", 1, "{'1"},
		{"'{'{n}'}'", 7, "{7}"},
		{"''{n}''", 7, "'7'"},
		{"'#'", 1, "'#'"},
		{"#", 1, "#"},
		{"{n, plural, other {'#'}}", 7, "#"},
		{"{n, plural, other {'#' #}}", 7, "# 7"},
		{"{n, plural, other {''#''}}", 7, "'7'"},
		{"{n, plural, other {'a' #}}", 7, "'a' 7"},
		{"{n, plural, other {{who, select, other {#}}}}", 7, "#"},
		{"{n, plural, other {a {n, plural, offset:1 other {#}} #}}", 7, "a 6 7"},
		{"{n, plural, other {{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}}}", 103, "103rd"},
		{"{who, select, she {{n, plural, one {# of hers} other {# of her}}} other {x}}", 1, "1 of hers"},
		{"{who, select, he {a} other {b}}", 1, "b"},
		{"{who,select,she{}other{b}}", 1, ""},
		{"{ n , plural , one { # } other { ## } }", 2, " 22 "},
		{"{\tn\n,\rplural\t,offset:\n1 other{#}}", 2, "1"},
		{"{n}{n}{who}{who}", 5, "55sheshe"},
		{"{n, number} {n,number} {n , number }", 12345, "12,345 12,345 12,345"},
		{"{n, plural, =1 {exact} one {category} other {o}}", 1, "exact"},
		{"{n, plural, one {category} =1 {exact} other {o}}", 1, "exact"},
		{"{n, plural, two {t} few {f} other {o}}", 2, "o"},
		{"{n, plural, =1000 {k} other {#}}", 1000, "k"},
		{"{gone}", 1, "{gone}"},
		{"{gone, number}", 1, "{gone}"},
		{"{gone, select, a {x} other {y}}", 1, "y"},
		{"“{who}” – {n}", 1, "“she” – 1"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		is_said(cases[i].pattern, cases[i].number, cases[i].expected);
}

static void mistakes_in_patterns(void **state)
{
	static const struct {
		const char *pattern, *problem;
	} cases[] = {
		{"{", "expected an argument's name behind {, at byte 1"},
		{"{}", "expected an argument's name behind {, at byte 1"},
		{"a {  }", "expected an argument's name behind {, at byte 5"},
		{"{é}", "expected an argument's name behind {, at byte 1"},
		{"{n", "{n is never closed"},
		{"{n ", "{n is never closed"},
		{"{n m}", "{n is never closed"},
		{"{n.m}", "{n is never closed"},
		{"{n,", "{n, }: types are number, plural, selectordinal, select"},
		{"{n,}", "{n, }: types are number, plural, selectordinal, select"},
		{"{n, Plural, other {}}", "{n, Plural}: types are number, plural, selectordinal, select"},
		{"{n, choice, 0#a}", "{n, choice}: types are number, plural, selectordinal, select"},
		{"{n, spellout}", "{n, spellout}: types are number, plural, selectordinal, select"},
		{"{n, number, percent}", "{n is never closed"},
		{"{n, number", "{n is never closed"},
		{"{n, plural", "expected , and cases behind {n, plural"},
		{"{n, select}", "expected , and cases behind {n, select"},
		{"{n, plural,", "{n, …} is never closed"},
		{"{n, plural,}", "{n, …} needs a case other {…}"},
		{"{n, plural, one {a}}", "{n, …} needs a case other {…}"},
		{"{n, select, a {a}}", "{n, …} needs a case other {…}"},
		{"{n, plural, =1 {a}}", "{n, …} needs a case other {…}"},
		{"{n, plural, other}", "expected { with the text of a case, at byte 17"},
		{"{n, plural, other [x]}", "expected { with the text of a case, at byte 18"},
		{"{n, plural, other {x}", "{n, …} is never closed"},
		{"{n, plural, other {x} ", "{n, …} is never closed"},
		{"{n, plural, other {x", "a case of {n, …} is never closed"},
		{"{n, plural, other {x'}'}", "{n, …} is never closed"},
		{"{n, plural, other {x'}}", "a case of {n, …} is never closed"},
		{"{n, plural, other {{m}", "a case of {n, …} is never closed"},
		{"{n, plural, other {{m}}", "{n, …} is never closed"},
		{"{n, plural, other {x}}}", "a } without its {, at byte 22"},
		{"}", "a } without its {, at byte 0"},
		{"'{'}", "a } without its {, at byte 3"},
		{"{n, plural, = {x} other {y}}", "= must be followed by a number, at byte 13"},
		{"{n, plural, =1.5 {x} other {y}}", "expected { with the text of a case, at byte 14"},
		{"{n, plural, =99999999999999999999 {x} other {y}}", "= must be followed by a number, at byte 33"},
		{"{n, plural, ones {x} other {y}}",
		 "\"ones\" is no plural category (zero, one, two, few, many, other, =N), at byte 16"},
		{"{n, plural, 1 {x} other {y}}",
		 "\"1\" is no plural category (zero, one, two, few, many, other, =N), at byte 13"},
		{"{n, select, =1 {x} other {y}}", "expected a case such as other {…}, at byte 12"},
		{"{n, select, {x}}", "expected a case such as other {…}, at byte 12"},
		{"{n, plural, other {x} other {y}}", "the same case stands twice in {n, …}"},
		{"{n, plural, =1 {x} =01 {y} other {z}}", "the same case stands twice in {n, …}"},
		{"{n, select, a {x} b {y} a {z} other {o}}", "the same case stands twice in {n, …}"},
		{"{n, plural, offset: other {x}}", "offset: must be followed by a number, at byte 25"},
		{"{n, plural, offset:-1 other {x}}", "offset: must be followed by a number, at byte 21"},
		{"{n, plural, offset:1000001 other {x}}", "offset: must be followed by a number, at byte 26"},
		{"{n, plural, offset:1}", "{n, …} needs a case other {…}"},
		{"{n, select, offset:1 other {x}}", "expected { with the text of a case, at byte 18"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ARENA_SCOPED arena = arena_create(0);
		const struct message_part *parts = NULL;
		struct str_vec arguments = {0};
		struct str problem = STR("none");
		bool good = message_parse(arena, str_from(cases[i].pattern), &parts, &arguments, &problem);
		if (good || !str_eq(problem, str_from(cases[i].problem)))
			fail_msg("%s\nsaid   %.*s\nwanted %s", cases[i].pattern, STR_ARG(problem), cases[i].problem);
	}
}

/* Patterns of loose pieces: read or refused with words; what is read can be written for any number. */
static void patterns_by_chance(void **state)
{
	static const char *const pieces[] = {"{",
					     "}",
					     "'",
					     "''",
					     "#",
					     "n",
					     "{n}",
					     ", ",
					     "plural",
					     ",",
					     "one {",
					     "other {",
					     "=1 {",
					     "select",
					     "offset:",
					     "1",
					     "{n, plural, ",
					     "other {#}}",
					     "x",
					     " ",
					     "{who, select, ",
					     "she {",
					     "é"};
	struct message_rules *rules = message_rules_create(STR("ru"));
	struct random_fixed random;
	unsigned read = 0;
	(void)state;
	random_fixed_init(&random, 61);
	for (int i = 0; i < 40000; i++) {
		ARENA_SCOPED arena = arena_create(0);
		BUF_SCOPED text = BUF_INIT(2000);
		const struct message_part *parts = NULL;
		struct str_vec arguments = {0};
		struct str problem = {0};
		for (uint64_t count = random_u64(&random.random) % 9; count > 0; count--)
			buf_put_cstr(&text, pieces[random_u64(&random.random) % (sizeof pieces / sizeof *pieces)]);
		if (!message_parse(arena, buf_str(&text), &parts, &arguments, &problem)) {
			assert_true(problem.len > 0);
			continue;
		}
		struct pattern pattern = {arena, parts, arguments};
		read++;
		assert_true(strlen(say(arena, &pattern, rules, (int64_t)random_u64(&random.random))) < 4000);
	}
	assert_in_range(read, 2000, 30000);
	message_rules_destroy(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(categories_are_those_of_icu),
		cmocka_unit_test(categories_are_those_of_the_grammars),
		cmocka_unit_test(offsets_are_taken_off_behind_exact_numbers),
		cmocka_unit_test(quotes_and_nesting),
		cmocka_unit_test(mistakes_in_patterns),
		cmocka_unit_test(patterns_by_chance),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
