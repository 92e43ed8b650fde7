/* Message patterns: plural rules by language, apostrophes, and ICU's own
 * formatter as the judge. */
#include "i18n/icu.h"
#include "i18n/message.h"
#include "mo_writer.h"

#include <string.h>
#include <unicode/umsg.h>

static struct str format(struct arena *arena, const char *language, const char *pattern, const struct message_arg *args,
			 size_t count)
{
	const struct message_part *parts;
	struct str_vec arguments = {0};
	struct str problem;
	BUF_SCOPED out = BUF_INIT(1u << 16);
	if (!message_parse(arena, str_from(pattern), &parts, &arguments, &problem))
		return problem;
	struct message_rules *rules = message_rules_create(str_from(language));
	assert_non_null(rules);
	message_format(parts, rules, args, count, &out);
	message_rules_destroy(rules);
	return buf_copy(&out, arena);
}

static void is_counted(const char *language, int64_t count, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct message_arg args[] = {MESSAGE_NUMBER("n", count)};
	struct str said =
		format(arena, language,
		       "{n, plural, zero {zero} one {one} two {two} few {few} many {many} other {other}}", args, 1);
	assert_string_equal(said.ptr, expected);
}

/* CLDR 42, cardinal rules. */
static void languages_count_in_their_ways(void **state)
{
	static const struct {
		const char *language;
		int64_t count;
		const char *category;
	} cases[] = {
		{"en", 0, "other"},  {"en", 1, "one"},    {"en", 2, "other"},      {"fr", 0, "one"},
		{"fr", 1, "one"},    {"fr", 2, "other"},  {"fr", 1000000, "many"}, {"es", 1, "one"},
		{"es", 21, "other"}, {"de", 1, "one"},    {"de", 101, "other"},    {"ar", 0, "zero"},
		{"ar", 1, "one"},    {"ar", 2, "two"},    {"ar", 3, "few"},        {"ar", 10, "few"},
		{"ar", 11, "many"},  {"ar", 99, "many"},  {"ar", 100, "other"},    {"ar", 102, "other"},
		{"ar", 103, "few"},  {"ar", 111, "many"}, {"ru", 1, "one"},        {"ru", 2, "few"},
		{"ru", 4, "few"},    {"ru", 5, "many"},   {"ru", 11, "many"},      {"ru", 14, "many"},
		{"ru", 21, "one"},   {"ru", 22, "few"},   {"ru", 111, "many"},     {"ru", 121, "one"},
		{"zh", 0, "other"},  {"zh", 1, "other"},  {"zh", 2, "other"},      {"hi", 0, "one"},
		{"hi", 1, "one"},    {"hi", 2, "other"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		is_counted(cases[i].language, cases[i].count, cases[i].category);
}

static void is_said(const char *pattern, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct message_arg args[] = {MESSAGE_NUMBER("n", 3), MESSAGE_TEXT("who", STR("she")),
					   MESSAGE_TEXT("brace", STR("{n}'"))};
	assert_string_equal(format(arena, "en", pattern, args, 3).ptr, expected);
}

static void patterns_are_read(void **state)
{
	(void)state;
	is_said("", "");
	is_said("plain", "plain");
	is_said("{n}{ who }{brace}", "3she{n}'");
	is_said("it's '{n}' and '{'' don''t", "it's {n} and {' don't");
	is_said("a # b", "a # b");
	is_said("{n, number} {n,number}", "3 3");
	is_said("{n, plural, offset:1 =0{none}=1{one}other{{who} and # others}}", "she and 2 others");
	is_said("{n, plural, =3 {three '#' #} other {x}}", "three # 3");
	is_said("{n, plural, other {{who, select, she {her # {n}} other {their}}}}", "her # 3");
	is_said("{who, select, he {his} other {their}}", "their");
	is_said("{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}", "3rd");
	is_said("{missing} {m2, plural, one {1} other {# left}}", "{missing} 0 left");
}

static void broken_patterns_are_refused(void **state)
{
	(void)state;
	is_said("{", "expected an argument's name behind {, at byte 1");
	is_said("{n", "{n is never closed");
	is_said("a } b", "a } without its {, at byte 2");
	is_said("{n!}", "{n is never closed");
	is_said("{n, date}", "{n, date}: types are number, plural, selectordinal, select");
	is_said("{n, plural}", "expected , and cases behind {n, plural");
	is_said("{n, plural, }", "{n, …} needs a case other {…}");
	is_said("{n, plural, some {x} other {y}}",
		"\"some\" is no plural category (zero, one, two, few, many, other, =N), at byte 16");
	is_said("{n, plural, =x {x} other {y}}", "= must be followed by a number, at byte 14");
	is_said("{n, plural, offset:x other {y}}", "offset: must be followed by a number, at byte 20");
	is_said("{n, plural, one {x} one {y} other {z}}", "the same case stands twice in {n, …}");
	is_said("{n, plural, other y}", "expected { with the text of a case, at byte 18");
	is_said("{n, plural, other {y}", "{n, …} is never closed");
	is_said("{n, plural, other {y", "a case of {n, …} is never closed");
	is_said("{a,select,other{{a,select,other{{a,select,other{{a,select,other{{a,"
		"select,other{{a,select,other{{a,select,"
		"other{{a,select,other{{a}}}}}}}}}}}}}}}}}",
		"more than 8 arguments inside each other");
}

/* Each pattern with n as {0} and who as {1}, formatted by ICU. Not with 1,000:
 * there ICU's message formatter overlooks that Spanish groups from five digits
 * on, which its number formatter, and ours, follows. */
static void icu_agrees(void **state)
{
	static const char *const languages[] = {"en", "fr", "es", "ar", "de", "ru", "zh", "hi"};
	static const struct {
		const char *ours, *icu;
	} patterns[] = {
		{"{n, plural, one {# a} two {# b} few {# c} many {# d} other {# e}}",
		 "{0, plural, one {# a} two {# b} few {# c} many {# d} other {# e}}"},
		{"'{'{n, number}'}' it''s {who}'s", "'{'{0, number}'}' it''s {1}'s"},
		{"{n, plural, offset:2 =1 {x} one {{who} #} other {'#' # {who}}}",
		 "{0, plural, offset:2 =1 {x} one {{1} #} other {'#' # {1}}}"},
		{"{n, selectordinal, one {#st} two {#nd} few {#rd} many {#m} other {#th}}",
		 "{0, selectordinal, one {#st} two {#nd} few {#rd} many {#m} other {#th}}"},
		{"{who, select, she {a {n, plural, one {o} other {#}}} other {b}}",
		 "{1, select, she {a {0, plural, one {o} other {#}}} other {b}}"},
	};
	static const int64_t counts[] = {0,  1,  2,  3,   4,   5,   10,  11,    12,      19,     20,
					 21, 22, 25, 100, 101, 103, 111, 20000, 1234567, 1000000};
	(void)state;
	for (size_t l = 0; l < 8; l++) {
		for (size_t p = 0; p < sizeof patterns / sizeof patterns[0]; p++) {
			for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
				ARENA_SCOPED arena = arena_create(0);
				BUF_SCOPED expected = BUF_INIT(4096);
				struct icu_text pattern;
				UChar text[512];
				UErrorCode status = U_ZERO_ERROR;
				icu_from_str(&pattern, str_from(patterns[p].icu));
				int32_t length = u_formatMessage(languages[l], pattern.units, pattern.length, text, 512,
								 &status, (double)counts[i], u"she");
				assert_true(U_SUCCESS(status));
				icu_put(text, length, &expected);
				const struct message_arg args[] = {MESSAGE_NUMBER("n", counts[i]),
								   MESSAGE_TEXT("who", STR("she"))};
				struct str said = format(arena, languages[l], patterns[p].ours, args, 2);
				if (!str_eq(said, buf_str(&expected)))
					fail_msg("%s, %s, %lld: %s, by ICU %.*s", languages[l], patterns[p].ours,
						 (long long)counts[i], said.ptr, STR_ARG(buf_str(&expected)));
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages_count_in_their_ways),
		cmocka_unit_test(patterns_are_read),
		cmocka_unit_test(broken_patterns_are_refused),
		cmocka_unit_test(icu_agrees),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
