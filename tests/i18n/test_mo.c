/* Reading .mo files that nobody wrote: cut anywhere, with any byte changed, with offsets outside, shared and unsorted.
 * Each is refused with the file's name, or all that is read of it lies inside it. */
#include "base/random.h"
#include "i18n/catalogue.h"
#include "i18n/mo.h"
#include "mo_writer.h"

#include <stdlib.h>
#include <string.h>

static const struct mo_message messages[] = {
	MO_MESSAGE("", "Content-Type: text/plain; charset=UTF-8\n"),
	MO_MESSAGE("alpha", "one"),
	MO_MESSAGE("beta", "{n, plural, one {# b} other {# bs}}"),
	MO_MESSAGE("gamma", "drei – 3"),
};
#define MESSAGES 4

/* In memory that ends where the file ends. 0, or the code it is refused with. */
static int read_whole(struct str file, struct err *err)
{
	char *bytes = malloc(file.len ? file.len : 1);
	struct mo mo;
	assert_non_null(bytes);
	if (file.len)
		memcpy(bytes, file.ptr, file.len);
	int rc = mo_open(str_of(bytes, file.len), "x.mo", &mo, err);
	for (uint32_t i = 0; rc == 0 && i < mo.count && i < 100000; i++) {
		struct str texts[2];
		rc = mo_entry(&mo, i, "x.mo", &texts[0], &texts[1], err);
		for (int k = 0; rc == 0 && k < 2; k++)
			assert_true(texts[k].ptr >= bytes && texts[k].ptr + texts[k].len < bytes + file.len &&
				    texts[k].ptr[texts[k].len] == 0);
	}
	free(bytes);
	return rc;
}

static void is_refused(struct str file, int code, const char *said)
{
	struct err err = {0};
	assert_int_equal(read_whole(file, &err), code);
	if (strcmp(err.text, said) != 0)
		fail_msg("said %s\nwanted %s", err.text, said);
}

/* The file with a word changed. */
static struct str with_word(struct arena *arena, struct str file, size_t offset, uint32_t word)
{
	struct str copy = arena_str(arena, file);
	memcpy((char *)(uintptr_t)copy.ptr + offset, &word, 4);
	return copy;
}

static void headers_are_checked(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str file = mo_write(arena, messages, MESSAGES, false);
	(void)state;
	is_refused((struct str){0}, ERR_INPUT, "x.mo: too short for a .mo file (0 bytes); make it with msgfmt");
	is_refused(str_sub(file, 0, 19), ERR_INPUT, "x.mo: too short for a .mo file (19 bytes); make it with msgfmt");
	is_refused(with_word(arena, file, 0, 0x950412DF), ERR_INPUT,
		   "x.mo: not a .mo file (it starts with 950412df); make it with msgfmt");
	is_refused(STR("msgid \"\"\nmsgstr \"a .po file\"\n"), ERR_INPUT,
		   "x.mo: not a .mo file (it starts with 6967736d); make it with msgfmt");
	is_refused(with_word(arena, file, 4, 2u << 16), ERR_INPUT, "x.mo: .mo revision 2; 0 and 1 are known");
	is_refused(with_word(arena, file, 4, 0xFFFFu << 16), ERR_INPUT, "x.mo: .mo revision 65535; 0 and 1 are known");
	assert_int_equal(read_whole(with_word(arena, file, 4, 1u << 16 | 9), NULL), 0);
	char *large = calloc(1, MO_BYTES_MAX + 1);
	assert_non_null(large);
	is_refused(str_of(large, MO_BYTES_MAX + 1), ERR_LIMIT, "x.mo: 16777217 bytes; a catalogue may have 16777216");
	free(large);
}

static void counts_and_offsets_stay_inside(void **state)
{
	static const uint32_t huge[] = {5,          100,        0x1FFFFFFF, 0x20000000, 0x20000001,
					0x7FFFFFFF, 0x80000000, 0xFFFFFFF8, 0xFFFFFFFF};
	ARENA_SCOPED arena = arena_create(0);
	struct str file = mo_write(arena, messages, MESSAGES, false);
	struct err err = {0};
	(void)state;
	for (size_t i = 0; i < sizeof huge / sizeof *huge; i++) {
		assert_int_equal(huge[i] == 5 ? ERR_INPUT : read_whole(with_word(arena, file, 8, huge[i]), &err),
				 ERR_INPUT);
		for (size_t offset = 12; huge[i] > 100 && offset <= 16; offset += 4) {
			assert_int_equal(read_whole(with_word(arena, file, offset, huge[i]), &err), ERR_INPUT);
			assert_non_null(strstr(err.text, "x.mo: the file is cut: 4 messages do not fit"));
		}
		for (size_t row = 28; row < 28 + 64; row += 4) /* each length and offset of a string */
			assert_int_equal(read_whole(with_word(arena, file, row, huge[i]), &err) != 0 || huge[i] < 101,
					 1);
	}
	assert_int_equal(read_whole(with_word(arena, file, 8, 0), &err), 0); /* no messages are fine */
	assert_int_equal(read_whole(with_word(arena, file, 12, (uint32_t)file.len), &err), ERR_INPUT);
	assert_int_equal(read_whole(with_word(arena, file, 12, (uint32_t)file.len - 32), &err) <= 0, 1);
}

static void files_cut_anywhere_are_refused(void **state)
{
	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		ARENA_SCOPED arena = arena_create(0);
		struct str file = mo_write(arena, messages, MESSAGES, swapped);
		struct err err;
		assert_int_equal(read_whole(file, &err), 0);
		for (size_t len = 0; len < file.len; len++) {
			err_clear(&err);
			assert_int_equal(read_whole(str_sub(file, 0, len), &err), ERR_INPUT);
			assert_true(str_starts(str_from(err.text), STR("x.mo: ")));
		}
		for (size_t more = 1; more < 9; more++) /* what follows harms nobody */
			assert_int_equal(
				read_whole(arena_concat(arena, (struct str[]){file, str_of("12345678", more)}, 2),
					   &err),
				0);
	}
}

/* Every byte with every value: read inside, or refused. */
static void any_byte_may_be_any_other(void **state)
{
	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		ARENA_SCOPED arena = arena_create(0);
		struct str file = mo_write(arena, messages, MESSAGES, swapped);
		char *bytes = (char *)(uintptr_t)file.ptr;
		unsigned refused = 0;
		for (size_t at = 0; at < file.len; at++) {
			char kept = bytes[at];
			for (int value = 0; value < 256; value++) {
				struct err err = {0};
				bytes[at] = (char)value;
				int rc = read_whole(file, &err);
				assert_true(rc == 0 || (rc == ERR_INPUT && strstr(err.text, "x.mo")));
				refused += rc != 0;
			}
			bytes[at] = kept;
		}
		assert_in_range(refused, file.len * 100, file.len * 250);
	}
}

/* Strings may share their bytes and stand in any order. */
static void strings_may_overlap(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str file = mo_write(arena, messages, MESSAGES, false);
	struct err err;
	struct mo mo;
	struct str id, text, other, same;
	uint32_t word;
	(void)state;
	memcpy(&word, file.ptr + 28 + 8 + 4, 4); /* where "alpha" stands */
	file = with_word(arena, file, 28 + 16, 4);
	file = with_word(arena, file, 28 + 16 + 4, word + 1);
	assert_int_equal(mo_open(file, "x.mo", &mo, &err), 0);
	assert_int_equal(mo_entry(&mo, 1, "x.mo", &id, &text, &err), 0);
	assert_int_equal(mo_entry(&mo, 2, "x.mo", &other, &same, &err), 0);
	assert_true(str_eq(id, STR("alpha")) && str_eq(other, STR("lpha")));
	file = with_word(arena, file, 28 + 16, 3);
	assert_int_equal(read_whole(file, &err), ERR_INPUT); /* not ended by zero */
	assert_string_equal(err.text, "x.mo: message 2 lies outside of the file or is not ended");
}

static void other_encodings_are_refused(void **state)
{
	static const char *const bad[] = {"\xE9", "caf\xE9", "\xED\xA0\x80", "\xC0\x80", "a\xFF", "\xF5\x80\x80\x80"};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct mo_message texts[] = {MO_MESSAGE("a", "b"), {STR_INIT("c"), str_from(bad[i])}};
		struct mo_message ids[] = {{str_from(bad[i]), STR_INIT("b")}};
		is_refused(mo_write(arena, texts, 2, false), ERR_INPUT,
			   "x.mo: message 1 is not UTF-8; set charset=UTF-8 in the .po file");
		is_refused(mo_write(arena, ids, 1, true), ERR_INPUT,
			   "x.mo: message 0 is not UTF-8; set charset=UTF-8 in the .po file");
	}
}

/* Random files behind a good header; catalogues of them are made or refused, and never leave half a language. */
static void catalogues_of_rubbish(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 71);
	for (int i = 0; i < 3000; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct message_catalogue *catalogue = message_catalogue_create(arena);
		struct err err = {0};
		struct str file = mo_write(arena, messages, MESSAGES, i % 2);
		assert_int_equal(message_catalogue_add(catalogue, STR("en"), file, "en.mo", &err), 0);
		struct str bad = arena_str(arena, file);
		for (uint64_t count = 1 + random_u64(&random.random) % 3; count > 0; count--)
			((char *)(uintptr_t)bad.ptr)[random_u64(&random.random) % bad.len] =
				(char)random_u64(&random.random);
		int rc = message_catalogue_add(catalogue, STR("fr"), bad, "fr.mo", &err);
		const struct messages *found = message_catalogue_language(catalogue, STR("fr"));
		const struct messages *english = message_catalogue_language(catalogue, STR("en"));
		assert_int_equal(found == english, rc != 0);
		assert_true(rc == 0 || strstr(err.text, "fr.mo: ") == err.text);
		assert_true(str_eq(messages_text(english, STR("alpha")), STR("one")));
		assert_true(messages_has(found, STR("beta")));
		message_catalogue_destroy(catalogue);
	}
}

/* pt-BR → pt → the first language, for texts and for plurals, each by the rules of where it was found. */
static void chains_fall_back_step_by_step(void **state)
{
	static const struct mo_message english[] = {MO_MESSAGE("a", "en a"), MO_MESSAGE("b", "en b"),
						    MO_MESSAGE("c", "{n, plural, one {en one} other {en #}}"),
						    MO_MESSAGE("d", "en d")};
	static const struct mo_message chinese[] = {MO_MESSAGE("a", "zh a"), MO_MESSAGE("b", "zh b"),
						    MO_MESSAGE("c", "{n, plural, other {zh #}}")};
	static const struct mo_message traditional[] = {MO_MESSAGE("a", "zh-Hant a"), MO_MESSAGE("b", "zh-Hant b")};
	static const struct mo_message taiwan[] = {MO_MESSAGE("a", "zh-Hant-TW a")};
	static const struct {
		const char *language, *a, *b, *c, *d;
	} cases[] = {
		{"zh-Hant-TW", "zh-Hant-TW a", "zh-Hant b", "zh 1", "en d"},
		{"ZH-HANT-tw", "zh-Hant-TW a", "zh-Hant b", "zh 1", "en d"},
		{"zh-Hant-HK", "zh-Hant a", "zh-Hant b", "zh 1", "en d"},
		{"zh-Hant", "zh-Hant a", "zh-Hant b", "zh 1", "en d"},
		{"zh-Hans-CN", "zh a", "zh b", "zh 1", "en d"},
		{"zh-CN", "zh a", "zh b", "zh 1", "en d"},
		{"zh", "zh a", "zh b", "zh 1", "en d"},
		{"zh-u-nu-hant", "zh a", "zh b", "zh 1", "en d"},
		{"en-GB", "en a", "en b", "en one", "en d"},
		{"fr", "en a", "en b", "en one", "en d"},
		{"", "en a", "en b", "en one", "en d"},
		{"no language at all", "en a", "en b", "en one", "en d"},
	};
	ARENA_SCOPED arena = arena_create(0);
	struct message_catalogue *catalogue = message_catalogue_create(arena);
	struct err err;
	(void)state;
	assert_null(message_catalogue_language(catalogue, STR("en")));
	assert_int_equal(message_catalogue_add(catalogue, STR("en"), mo_write(arena, english, 4, 0), "en", &err), 0);
	assert_int_equal(message_catalogue_add(catalogue, STR("zh-hant-tw"), mo_write(arena, taiwan, 1, 0), "t", &err),
			 0);
	assert_int_equal(message_catalogue_add(catalogue, STR("zh"), mo_write(arena, chinese, 3, 1), "z", &err), 0);
	assert_int_equal(
		message_catalogue_add(catalogue, STR("zh-Hant"), mo_write(arena, traditional, 2, 0), "h", &err), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct messages *found = message_catalogue_language(catalogue, str_from(cases[i].language));
		const struct message_arg one = MESSAGE_NUMBER("n", 1);
		assert_non_null(found);
		assert_true(str_eq(messages_text(found, STR("a")), str_from(cases[i].a)));
		assert_true(str_eq(messages_text(found, STR("b")), str_from(cases[i].b)));
		assert_true(str_eq(messages_format_str(found, STR("c"), &one, 1, arena), str_from(cases[i].c)));
		assert_true(str_eq(messages_text(found, STR("d")), str_from(cases[i].d)));
		assert_true(str_eq(messages_text(found, STR("e")), STR("e")));
		assert_true(str_eq(messages_text(found, STR("c")), STR("c"))); /* it takes an argument */
		assert_false(messages_has(found, STR("e")) || messages_has(found, STR("")));
	}
	message_catalogue_destroy(catalogue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_checked),
		cmocka_unit_test(counts_and_offsets_stay_inside),
		cmocka_unit_test(files_cut_anywhere_are_refused),
		cmocka_unit_test(any_byte_may_be_any_other),
		cmocka_unit_test(strings_may_overlap),
		cmocka_unit_test(other_encodings_are_refused),
		cmocka_unit_test(catalogues_of_rubbish),
		cmocka_unit_test(chains_fall_back_step_by_step),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
