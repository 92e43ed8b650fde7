/* Catalogues: what is loaded, what falls back on what, what is refused by name,
 * sharing among threads. */
#include "i18n/catalogue.h"
#include "mo_writer.h"

#include <pthread.h>
#include <string.h>

static const struct mo_message english[] = {
	MO_MESSAGE("", "Content-Type: text/plain; charset=UTF-8\n"),
	MO_MESSAGE("more", "More news"),
	MO_MESSAGE("empty_list", "There is nothing here, it's empty"),
	MO_MESSAGE("items", "{count, plural, =0 {No items} one {# item} other {# items}} in {place}"),
	MO_MESSAGE("only_english", "Only {count}"),
};

static const struct mo_message french[] = {
	MO_MESSAGE("more", "Plus d'actualités"),
	MO_MESSAGE("items", "{count, plural, one {# élément} many {# d’éléments} other {# éléments}} : {place}"),
};

static const struct mo_message chinese[] = {MO_MESSAGE("more", "更多新闻")};
static const struct mo_message traditional[] = {MO_MESSAGE("empty_list", "這裡什麼也沒有")};

#define ADD(catalogue, arena, language, messages)                                                                      \
	assert_int_equal(                                                                                              \
		message_catalogue_add((catalogue), STR(language),                                                      \
				      mo_write((arena), (messages), sizeof(messages) / sizeof(messages)[0], false),    \
				      "test.mo", NULL),                                                                \
		0)

static struct message_catalogue *load(struct arena *arena)
{
	struct message_catalogue *catalogue = message_catalogue_create(arena);
	ADD(catalogue, arena, "en", english);
	ADD(catalogue, arena, "fr", french);
	ADD(catalogue, arena, "zh", chinese);
	ADD(catalogue, arena, "zh-Hant", traditional);
	return catalogue;
}

static void is_text(const struct message_catalogue *catalogue, const char *language, const char *id,
		    const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	const struct messages *messages = message_catalogue_language(catalogue, str_from(language));
	assert_string_equal(arena_cstr(arena, messages_text(messages, str_from(id))), expected);
}

static void texts_come_from_the_nearest_language(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct message_catalogue *catalogue = load(arena);
	(void)state;
	is_text(catalogue, "en", "more", "More news");
	is_text(catalogue, "en-GB", "more", "More news");
	is_text(catalogue, "fr-CA", "more", "Plus d'actualités");
	is_text(catalogue, "FR", "more", "Plus d'actualités");
	is_text(catalogue, "fr", "empty_list", "There is nothing here, it's empty");
	is_text(catalogue, "zh-Hant-TW", "empty_list", "這裡什麼也沒有");
	is_text(catalogue, "zh-Hant-TW", "more", "更多新闻");
	is_text(catalogue, "zh", "empty_list", "There is nothing here, it's empty");
	is_text(catalogue, "sw", "more", "More news");
	is_text(catalogue, "not a code", "more", "More news");
	is_text(catalogue, "fr", "no_such_id", "no_such_id");
	is_text(catalogue, "fr", "items", "items");
	assert_true(messages_has(message_catalogue_language(catalogue, STR("fr")), STR("only_english")));
	assert_false(messages_has(message_catalogue_language(catalogue, STR("fr")), STR("no_such_id")));
	message_catalogue_destroy(catalogue);
}

static void messages_follow_their_own_language(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct message_catalogue *catalogue = load(arena);
	const struct messages *en = message_catalogue_language(catalogue, STR("en"));
	const struct messages *fr = message_catalogue_language(catalogue, STR("fr"));
	const struct message_arg none[] = {MESSAGE_NUMBER("count", 0), MESSAGE_TEXT("place", STR("Peru <&>"))};
	const struct message_arg many[] = {MESSAGE_NUMBER("count", 12345), MESSAGE_TEXT("place", STR("Peru"))};
	(void)state;
	assert_string_equal(messages_format_str(en, STR("items"), none, 2, arena).ptr, "No items in Peru <&>");
	assert_string_equal(messages_format_str(en, STR("items"), many, 2, arena).ptr, "12,345 items in Peru");
	assert_string_equal(messages_format_str(fr, STR("items"), none, 2, arena).ptr, "0 élément : Peru <&>");
	assert_string_equal(messages_format_str(fr, STR("items"), many, 2, arena).ptr, "12\u202f345 éléments : Peru");
	/* a message of the first language is counted as that language counts */
	assert_string_equal(messages_format_str(fr, STR("only_english"), many, 1, arena).ptr, "Only 12,345");
	assert_string_equal(messages_format_str(fr, STR("more"), NULL, 0, arena).ptr, "Plus d'actualités");
	assert_string_equal(messages_format_str(fr, STR("nothing"), NULL, 0, arena).ptr, "nothing");
	assert_string_equal(messages_format_str(en, STR("only_english"), NULL, 0, arena).ptr, "Only {count}");
	message_catalogue_destroy(catalogue);
}

static void ids_are_listed_in_order(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct message_catalogue *catalogue = load(arena);
	static const char *const expected[] = {"empty_list", "items", "more", "only_english"};
	struct str id;
	bool takes;
	(void)state;
	assert_int_equal(message_catalogue_count(catalogue), 4);
	for (size_t i = 0; i < 4; i++) {
		assert_true(message_catalogue_id_at(catalogue, i, &id, &takes));
		assert_true(str_eq(id, str_from(expected[i])));
		assert_int_equal(takes, i == 1 || i == 3);
	}
	assert_false(message_catalogue_id_at(catalogue, 4, &id, &takes));
	message_catalogue_destroy(catalogue);
}

static void either_byte_order_is_read(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct message_catalogue *catalogue = message_catalogue_create(arena);
	(void)state;
	assert_int_equal(message_catalogue_add(catalogue, STR("en"), mo_write(arena, english, 5, true), "en.mo", NULL),
			 0);
	is_text(catalogue, "en", "more", "More news");
	message_catalogue_destroy(catalogue);
}

/* Adds messages as a language beside English and expects the error. */
static void is_refused(const struct mo_message *messages, uint32_t count, const char *language, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	struct message_catalogue *catalogue = load(arena);
	struct err err = {0};
	int rc = message_catalogue_add(catalogue, str_from(language), mo_write(arena, messages, count, false), "de.mo",
				       &err);
	assert_int_equal(rc, ERR_INPUT);
	assert_string_equal(err.text, expected);
	message_catalogue_destroy(catalogue);
}

static void mistakes_name_language_and_message(void **state)
{
	const struct mo_message open[] = {MO_MESSAGE("items", "{count, plural, one {# Eintrag}")};
	const struct mo_message other[] = {MO_MESSAGE("items", "{count, plural, one {# Eintrag}}")};
	const struct mo_message unknown[] = {MO_MESSAGE("moer", "Mehr")};
	const struct mo_message argument[] = {MO_MESSAGE("items", "{cuont} in {place}")};
	const struct mo_message twice[] = {MO_MESSAGE("more", "Mehr"), MO_MESSAGE("more", "Noch mehr")};
	const struct mo_message plural[] = {MO_MESSAGE("items\0%d items", "ein\0viele")};
	const struct mo_message bytes[] = {MO_MESSAGE("more", "M\xFFhr")};
	(void)state;
	is_refused(open, 1, "de", "de.mo: language de, message \"items\": {count, …} is never closed");
	is_refused(other, 1, "de", "de.mo: language de, message \"items\": {count, …} needs a case other {…}");
	is_refused(unknown, 1, "de", "de.mo: language de has the message \"moer\", which en has not");
	is_refused(argument, 1, "de", "de.mo: language de, message \"items\": there is no argument {cuont}");
	is_refused(twice, 2, "de", "de.mo: language de has the message \"more\" twice");
	is_refused(plural, 1, "de",
		   "de.mo: language de, message \"items\": msgid_plural is not used; write {count, plural, one {…} "
		   "other {…}}");
	is_refused(bytes, 1, "de", "de.mo: message 0 is not UTF-8; set charset=UTF-8 in the .po file");
	is_refused(french, 2, "fr", "de.mo: the language fr has its messages already");
	is_refused(french, 2, "german", "de.mo: \"german\" is no language code (BCP 47), such as en or pt-BR");
}

/* Every prefix of a good file, and every byte of it changed: loaded or refused,
 * and never read outside. */
static void damaged_files_are_refused_or_read(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str good = mo_write(arena, english, 5, false);
	size_t refused = 0;
	(void)state;
	for (size_t length = 0; length < good.len; length++) {
		ARENA_SCOPED scratch = arena_create(0);
		struct err err = {0};
		struct message_catalogue *catalogue = message_catalogue_create(scratch);
		char *copy = test_malloc(length + 1);
		memcpy(copy, good.ptr, length);
		assert_int_equal(message_catalogue_add(catalogue, STR("en"), str_of(copy, length), "x.mo", &err),
				 ERR_INPUT);
		assert_memory_equal(err.text, "x.mo: ", 6);
		message_catalogue_destroy(catalogue);
		test_free(copy);
	}
	for (size_t at = 0; at < good.len; at++) {
		ARENA_SCOPED scratch = arena_create(0);
		struct message_catalogue *catalogue = message_catalogue_create(scratch);
		char *copy = test_malloc(good.len);
		memcpy(copy, good.ptr, good.len);
		copy[at] = (char)(copy[at] ^ 0x80);
		refused += message_catalogue_add(catalogue, STR("en"), str_of(copy, good.len), "x.mo", NULL) != 0;
		message_catalogue_destroy(catalogue);
		test_free(copy);
	}
	assert_in_range(refused, good.len / 2, good.len);
}

static void other_files_are_refused(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct message_catalogue *catalogue = message_catalogue_create(arena);
	struct err err = {0};
	char revision[28] = {(char)0xDE, 0x12, 0x04, (char)0x95, 0, 0, 2, 0};
	(void)state;
	assert_int_equal(message_catalogue_add(catalogue, STR("en"), STR("msgid \"a\" msgstr \"b\"\n"), "en.po", &err),
			 ERR_INPUT);
	assert_string_equal(err.text, "en.po: not a .mo file (it starts with 6967736d); make it with msgfmt");
	assert_int_equal(message_catalogue_add(catalogue, STR("en"), str_of(revision, 28), "en.mo", &err), ERR_INPUT);
	assert_string_equal(err.text, "en.mo: .mo revision 2; 0 and 1 are known");
	assert_null(message_catalogue_language(catalogue, STR("en")));
	message_catalogue_destroy(catalogue);
}

struct job {
	const struct message_catalogue *catalogue;
	bool right;
};

static void *format_often(void *context)
{
	struct job *job = context;
	const struct message_arg args[] = {MESSAGE_NUMBER("count", 12345), MESSAGE_TEXT("place", STR("Peru"))};
	job->right = true;
	for (int i = 0; i < 300; i++) {
		ARENA_SCOPED arena = arena_create(0);
		const struct messages *messages =
			message_catalogue_language(job->catalogue, i % 2 ? STR("fr") : STR("en"));
		struct str text = messages_format_str(messages, STR("items"), args, 2, arena);
		job->right = job->right &&
			     str_eq(text, i % 2 ? STR("12\u202f345 éléments : Peru") : STR("12,345 items in Peru"));
	}
	return NULL;
}

static void threads_share_a_catalogue(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct message_catalogue *catalogue = load(arena);
	pthread_t threads[4];
	struct job jobs[4];
	(void)state;
	for (int i = 0; i < 4; i++) {
		jobs[i] = (struct job){catalogue, false};
		assert_int_equal(pthread_create(&threads[i], NULL, format_often, &jobs[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_true(jobs[i].right);
	}
	message_catalogue_destroy(catalogue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_come_from_the_nearest_language),
		cmocka_unit_test(messages_follow_their_own_language),
		cmocka_unit_test(ids_are_listed_in_order),
		cmocka_unit_test(either_byte_order_is_read),
		cmocka_unit_test(mistakes_name_language_and_message),
		cmocka_unit_test(damaged_files_are_refused_or_read),
		cmocka_unit_test(other_files_are_refused),
		cmocka_unit_test(threads_share_a_catalogue),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
