/* Search: what a word finds in every kind of script, what hostile queries do (nothing), totals and pages. */
#include "newsroom.h"

#include "publish/public_inside.h"

/* ---- what is found ---- */

struct title {
	const char *language, *title, *excerpt;
};

static const struct title titles[] = {
	/* 0 */ {"en", "Candles for the river", "Hundreds stood in silence."},
	/* 1 */ {"en", "Candle makers on strike", "Wages and wax."},
	/* 2 */
	{"fr", "\u00c9t\u00e9 : la libert\u00e9 d\u2019expression", "Apr\u00e8s la gr\u00e8ve \u00e0 Gen\u00e8ve"},
	/* 3 */ {"fr", "\u65e5\u672c\u306e\u72ac", "\u6771\u4eac\u3067\u96e8"},
	/* 4 */
	{"ar", "\u0627\u0644\u062d\u0631\u064a\u0629 \u0644\u0644\u062c\u0645\u064a\u0639",
	 "\u062e\u0628\u0631 \u0639\u0627\u062c\u0644"},
	/* 5 */ {"en", "AND OR NOT NEAR", "title: operators are words"},
	/* 6 */ {"en", "Prison no. 9, cell 12a", "A/B testing of e-mail"},
	/* 7 */ {"en", "\u0e2a\u0e34\u0e17\u0e18\u0e34\u0e21\u0e19\u0e38\u0e29\u0e22\u0e0a\u0e19", "Thai"},
	/* 8 */
	{"en", "\u0440\u0443\u0441\u0441\u043a\u0438\u0435 \u0431\u0443\u043a\u0432\u044b", "\u0401\u043b\u043a\u0430"},
	/* 9 */ {"en", "Stra\u00dfe und \u041a\u0438\u0457\u0432", "na\u00efve co\u00f6peration"},
};
#define TITLES (sizeof titles / sizeof *titles)

static void fill(struct newsroom *room, struct item_ids ids[TITLES])
{
	for (size_t i = 0; i < TITLES; i++) {
		struct item_content content = newsroom_content(room, (int)i, titles[i].language);
		content.revision.title = str_from(titles[i].title);
		content.revision.excerpt = str_from(titles[i].excerpt);
		content.revision.has_excerpt = true;
		ids[i] = newsroom_create(room, &content);
	}
	newsroom_step(room);
}

static struct search_result find(struct newsroom *room, struct str words, size_t offset, size_t limit)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	CATALOGUE_SET_SCOPED set = newsroom_everything(snapshot);
	struct search_result result = {0};
	struct err err = {0};
	const struct search_question question = {words, {0}, offset, limit};
	int rc = public_search(room->public, set, &question, room->arena, &result, &err);
	if (rc != 0)
		fail_msg("'%.*s': %d: %s", STR_ARG(words), rc, err.text);
	return result;
}

/* Which titles, as bits. */
static unsigned found(struct newsroom *room, const struct item_ids ids[TITLES], const char *words)
{
	struct search_result result = find(room, str_from(words), 0, 50);
	unsigned bits = 0;
	for (size_t i = 0; i < result.count; i++)
		for (size_t k = 0; k < TITLES; k++)
			bits |= (unsigned)(ids[k].entry_id == result.entry_ids[i]) << k;
	assert_int_equal(result.total, result.count);
	assert_false(result.more);
	return bits;
}

struct row {
	const char *words;
	unsigned titles; /* a bit for each that is found */
};

static void each_finds(const struct row *rows, size_t count)
{
	struct newsroom room;
	struct item_ids ids[TITLES];
	newsroom_init(&room);
	fill(&room, ids);
	for (size_t i = 0; i < count; i++) {
		unsigned bits = found(&room, ids, rows[i].words);
		if (bits != rows[i].titles)
			fail_msg("'%s': found %x, expected %x", rows[i].words, bits, rows[i].titles);
	}
	newsroom_finish(&room);
}

#define T(n) (1u << (n))

static void words_find_what_they_stand_in(void **state)
{
	static const struct row rows[] = {
		{"candles", T(0)},
		{"CANDLES", T(0)},
		{"candle", T(0) | T(1)},  /* the last word may be a beginning */
		{"candle ", T(0) | T(1)}, /* with a space behind it too */
		{"candle strike", T(1)},  /* but not the others */
		{"strike candle", T(1)},  /* in any order */
		{"cand river", 0},
		{"river silence", T(0)},    /* one in the title, one in the excerpt */
		{"river\tsilence\n", T(0)}, /* any space parts words */
		{"river\u3000silence", T(0)},
		{"river\u00a0silence", T(0)},
		{"river \u2013 silence", T(0)}, /* a dash alone is no word */
		{"\u00ab river \u00bb", T(0)},
		{"liberte", T(2)}, /* accents do not matter */
		{"LIBERT\u00c9", T(2)},
		{"liberte\u0301", T(2)}, /* composed or not */
		{"expression", T(2)},
		{"d\u2019expression", T(2)},
		{"ete geneve", T(2)},
		{"\u65e5\u672c", T(3)},
		{"\u672c", T(3)}, /* one character, wherever it stands in the run */
		{"\u65e5", T(3)},
		{"\u72ac", T(3)},
		{"\u96e8", T(3)},
		{"\u65e5\u72ac", 0}, /* not beside each other */
		{"\u65e5\u672c \u6771\u4eac", T(3)},
		{"\u65e5\u672c\u3000\u6771\u4eac", T(3)},
		{"\u72ac \u96e8", T(3)},
		{"\u672c\u306e\u72ac", T(3)},
		{"\u0627\u0644\u062d\u0631\u064a\u0629", T(4)},
		{"\u0639\u0627\u062c\u0644", T(4)},
		{"\u0e21\u0e19\u0e38\u0e29\u0e22", T(7)}, /* in the midst of a run */
		{"\u0420\u0423\u0421\u0421\u041a\u0418\u0415", T(8)},
		{"\u0431\u0443\u043a", T(8)},
		{"\u043a\u0438\u0457\u0432", T(9)},
		{"naive cooperation", T(9)},
		{"9 12a", T(6)},
		{"e-mail", T(6)},
		{"a/b", T(6)},
		{"nothing", 0},
		{"", 0},
		{"   ", 0},
		{"!?.,;:", 0},
		{"\u2026", 0},
	};
	(void)state;
	each_finds(rows, sizeof rows / sizeof *rows);
}

/* FTS5 has a language of its own; nothing of it may be reached. */
static void operators_are_words_or_nothing(void **state)
{
	static const struct row rows[] = {
		{"candles NOT river", 0}, /* "not" would have to occur */
		{"NOT", T(5)},
		{"not near", T(5)},
		{"AND", T(1) | T(5)}, /* wages and wax */
		{"candles OR strike", 0},
		{"NEAR(candles river)", 0},
		{"NEAR(candles river, 5)", 0},
		{"candles AND river", 0},
		{"\"candles", T(0)},
		{"\"candles\"", T(0)},
		{"candles\"\"river", 0}, /* one piece: the two are not side by side */
		{"\"\" OR \"\"", T(5)},
		{"cand*", T(0) | T(1)},
		{"*", 0},
		{"**candles**", T(0)},
		{"^candles", T(0)},
		{"^ river", T(0)},
		{"title:candles", 0},
		{"title : candles", 0},
		{"{title excerpt}:candles", 0},
		{"-title:river", 0},
		{"candles + river", T(0)},
		{"(candles", T(0)},
		{"candles)", T(0)},
		{"candles;river", 0},
		{"'candles'", T(0)},
		{"candles -- river", T(0)},
		{"candles\\", T(0)},
		{"%candles_", T(0)},
		{"rank:1", 0},
		{"$1", 0},
		{"?1", 0}, /* too short to be a beginning */
		{"?12", T(6)},
		{"?12a", T(6)},
		{"en", 0}, /* the index knows the language; words do not ask for it */
		{"language:en", 0},
		{"candles\") OR language : \"en", 0},
		{"candles) NOT (strike", 0},
	};
	(void)state;
	each_finds(rows, sizeof rows / sizeof *rows);
}

/* Whatever bytes come, the query is answered without an error. */
static void any_bytes_are_answered(void **state)
{
	static const char alphabet[] =
		"\"*^:(){}-+,. \t\n\\'aAeE19NEAROT\xc3\xa9\xe6\x97\xa5\xff\x80\xf0\x9f\x98\x80;%_$?/";
	(void)state;
	struct newsroom room;
	struct item_ids ids[TITLES];
	struct random_fixed random;
	newsroom_init(&room);
	fill(&room, ids);
	random_fixed_init(&random, 5);
	for (int i = 0; i < 3000; i++) {
		char words[300];
		size_t length = random_u64(&random.random) % (i % 50 ? 24 : sizeof words);
		for (size_t k = 0; k < length; k++) {
			uint64_t pick = random_u64(&random.random);
			words[k] = alphabet[pick % (sizeof alphabet)]; /* the zero at its end too */
		}
		struct search_result result = find(&room, str_of(words, length), 0, 5);
		assert_true(result.count <= result.total && result.count <= 5);
	}
	char one[2] = {0};
	for (int c = 0; c < 256; c++) {
		one[0] = (char)c;
		find(&room, str_of(one, 1), 0, 1);
	}
	newsroom_finish(&room);
}

static void long_queries_are_cut_at_a_character(void **state)
{
	(void)state;
	struct newsroom room;
	struct item_ids ids[TITLES];
	newsroom_init(&room);
	fill(&room, ids);
	char words[1200];
	for (size_t i = 0; i + 3 <= sizeof words; i += 3)
		memcpy(words + i, "\u65e5", 3);
	assert_int_equal(find(&room, str_of(words, sizeof words), 0, 5).total, 0);
	memset(words, 'a', sizeof words);
	memcpy(words, "candles ", 8);
	assert_int_equal(find(&room, str_of(words, sizeof words), 0, 5).total, 0);
	memset(words + 8, ' ', sizeof words - 8);
	memcpy(words + 900, "strike", 6); /* beyond what is read */
	assert_int_equal(find(&room, str_of(words, sizeof words), 0, 5).total, 1);
	newsroom_finish(&room);
}

static void the_query_is_phrases_only(void **state)
{
	static const struct {
		const char *words, *exact, *wide;
	} rows[] = {
		{"lamp", "\"lamp\"", "\"lamp\"*"},
		{"la", "\"la\"", "\"la\""},                                   /* the beginning of too much */
		{"\u00e9t\u00e9", "\"\u00e9t\u00e9\"", "\"\u00e9t\u00e9\"*"}, /* characters, not bytes */
		{"\u00e9t", "\"\u00e9t\"", "\"\u00e9t\""},
		{"lamp post", "\"lamp\" \"post\"", "\"lamp\" \"post\"*"},
		{"lamp po", "\"lamp\" \"po\"", "\"lamp\" \"po\""},
		{"a \"bcd", "\"a\" \" bcd\"", "\"a\" \" bcd\"*"},
		{"\u65e5", "\"\u65e5\"*", "\"\u65e5\"*"},
		{"\u65e5 bcd", "\"\u65e5\"* \"bcd\"", "\"\u65e5\"* \"bcd\"*"},
		{"\u65e5\u672c bcd", "\"\u65e5\u672c\" \"bcd\"", "\"\u65e5\u672c\" \"bcd\"*"},
		{"lamp NOT", "\"lamp\" \"NOT\"", "\"lamp\" \"NOT\"*"},
		{"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18",
		 "\"1\" \"2\" \"3\" \"4\" \"5\" \"6\" \"7\" \"8\" \"9\" \"10\" \"11\" \"12\" \"13\" \"14\" \"15\" "
		 "\"16\"",
		 "\"1\" \"2\" \"3\" \"4\" \"5\" \"6\" \"7\" \"8\" \"9\" \"10\" \"11\" \"12\" \"13\" \"14\" \"15\" "
		 "\"16\""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		BUF_SCOPED out = BUF_INIT(1000);
		assert_true(public_put_query(&out, str_from(rows[i].words), false));
		assert_text(buf_str(&out), rows[i].exact);
		buf_clear(&out);
		assert_true(public_put_query(&out, str_from(rows[i].words), true));
		assert_text(buf_str(&out), rows[i].wide);
	}
	BUF_SCOPED out = BUF_INIT(100);
	assert_false(public_put_query(&out, STR(" \" * ^ "), true));
	assert_int_equal(out.len, 0);
	public_put_language(&out, STR("zh-Hant"));
	assert_text(buf_str(&out), "zhHant");
	buf_clear(&out);
	public_put_language(&out, STR("x\" OR \"\xc3\xa9"));
	assert_text(buf_str(&out), "xOR");
}

static struct search_result ask(struct newsroom *room, const char *words, const char *language, size_t offset,
				size_t limit)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	CATALOGUE_SET_SCOPED set = newsroom_everything(snapshot);
	const struct search_question question = {str_from(words), str_from(language), offset, limit};
	struct search_result result = {0};
	assert_ok(public_search(room->public, set, &question, room->arena, &result, &err));
	return result;
}

/* Whole words first, newest first; then longer ones that begin so, newest first again. Languages apart. */
static void whole_words_come_first(void **state)
{
	static const struct {
		const char *language, *title;
	} rows[] = {{"en", "Lamplight on the river"}, {"en", "A lamp"},           {"en", "Lamps"},
		    {"en", "Lamp and lamplight"},     {"fr", "Lamp, lampadaire"}, {"en", "Clamp"}};
	static const struct {
		const char *words, *language;
		int expected[6]; /* rows; -1 ends */
	} cases[] = {
		{"lamp", "en", {3, 1, 2, 0, -1}},  {"lamp", "fr", {4, -1}},
		{"lamp", "", {4, 3, 1, 2, 0, -1}}, {"lamps", "en", {2, -1}},
		{"lam", "en", {3, 2, 1, 0, -1}},   {"la", "en", {-1}},
		{"lamp river", "en", {-1}}, /* only the last word may be a beginning */
		{"river lamp", "en", {0, -1}},     {"lamp", "ar", {-1}},
	};
	(void)state;
	struct newsroom room;
	struct item_ids ids[6];
	newsroom_init(&room);
	for (int i = 0; i < 6; i++) {
		struct item_content content = newsroom_content(&room, i, rows[i].language);
		content.revision.title = str_from(rows[i].title);
		content.revision.body = STR("<p>Nothing.</p>");
		ids[i] = newsroom_create(&room, &content);
	}
	newsroom_step(&room);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct search_result result = ask(&room, cases[i].words, cases[i].language, 0, 10);
		size_t count = 0;
		for (; cases[i].expected[count] >= 0; count++)
			if (count >= result.count || result.entry_ids[count] != ids[cases[i].expected[count]].entry_id)
				fail_msg("%s (%s): not row %d at %zu", cases[i].words, cases[i].language,
					 cases[i].expected[count], count);
		assert_int_equal(result.count, count);
		assert_int_equal(result.total, count);
		for (size_t at = 0; at < count; at++) { /* pages cut across both halves */
			struct search_result one = ask(&room, cases[i].words, cases[i].language, at, 1);
			assert_int_equal(one.count, 1);
			assert_int_equal(one.entry_ids[0], result.entry_ids[at]);
			assert_int_equal(one.total, count);
		}
	}
	newsroom_finish(&room);
}

/* ---- the work, in rows ---- */

#define CROWD 40000

/* All say "water"; what says "rare" is the oldest of all; each tenth is French; the newest 20,000 are hidden. */
static void crowd(struct newsroom *room)
{
	DB_SCOPED db = NULL;
	char url[200];
	newsroom_close(room);
	snprintf(url, sizeof url, "sqlite:%s", room->public_path);
	assert_ok(db_open(url, &(struct db_options){.sync_normal = true}, &db, &err));
	assert_ok(db_run(db, &err,
			 "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)"
			 " INSERT INTO entry (id, item_id, language, page, path, from_s, until_s, date_s, month,"
			 " pinned_until_s, kind_id, terms, places, contributors, search_key)"
			 " SELECT i, i, CASE WHEN i % 10 = 0 THEN 'fr' ELSE 'en' END, 0, '/x/' || i || '/',"
			 " CASE WHEN i > 20000 THEN $1 ELSE 0 END, $2, i, 197001, 0, 0, '', '', '', i FROM n",
			 DB_I64(NEWSROOM_START_S + 1000), DB_I64(VISIBLE_NO_END)));
	assert_ok(db_run(db, &err,
			 "INSERT INTO search (rowid, title, excerpt, language) SELECT id, 'Water ' ||"
			 " CASE WHEN id <= 3 THEN 'rare' ELSE 'often' END, 'waterfall', language FROM entry"));
	db_close(db);
	db = NULL;
	newsroom_open(room);
}

static void the_work_is_bounded(void **state)
{
	static const char *const common[] = {"water", "wat", "water often", "often water wate",
					     "water water water water water water water water water water often"};
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	crowd(&room);
	/* The newest 20,000 that have the word may not be seen: no more than the bound is looked at, and nothing is
	 * promised of the rest. */
	struct search_result result = ask(&room, "water", "", 0, 24);
	assert_int_equal(result.looked, PUBLIC_SEARCH_ROWS_MAX);
	assert_int_equal(result.total, 0);
	assert_true(result.more);
	/* Nor for the last page of what many have, nor for a beginning, nor for any number of words. */
	for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
		result = ask(&room, common[i], "en", 99999, 24);
		assert_int_equal(result.looked, PUBLIC_SEARCH_ROWS_MAX);
		assert_true(result.more);
		assert_int_equal(result.count, 0);
	}
	/* What few have costs what few cost, however old it is. */
	result = ask(&room, "rare", "", 0, 24);
	assert_int_equal(result.total, 3);
	assert_int_equal(result.looked, 3);
	assert_false(result.more);
	/* When all may be seen, the first thousand and one are enough. */
	clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 1000);
	result = ask(&room, "water", "", 0, 24);
	assert_int_equal(result.total, PUBLIC_SEARCH_COUNT_MAX);
	assert_int_equal(result.looked, PUBLIC_SEARCH_COUNT_MAX + 1);
	assert_true(result.more);
	assert_int_equal(result.entry_ids[0], CROWD);
	/* A small language is not found by way of the large one. */
	assert_int_equal(ask(&room, "rare water", "fr", 0, 24).looked, 0);
	result = ask(&room, "often", "fr", 0, 24);
	assert_int_equal(result.entry_ids[0], CROWD);
	assert_int_equal(result.entry_ids[1], CROWD - 10);
	newsroom_finish(&room);
}

/* ---- totals, pages, order, visibility ---- */

#define MANY 1030

static void create_many(struct newsroom *room)
{
	for (int i = 0; i < MANY; i++) {
		struct item_content content = newsroom_content(room, i, "en");
		content.revision.title = i % 2 ? STR("Odd water") : STR("Even water");
		content.date_s = NEWSROOM_START_S - 100000 + (i * 7919) % 100000;
		newsroom_create(room, &content);
	}
	newsroom_step(room);
}

static void totals_are_exact_up_to_their_bound(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	create_many(&room);
	struct search_result result = find(&room, STR("odd"), 0, 10);
	assert_int_equal(result.total, MANY / 2);
	assert_int_equal(result.count, 10);
	assert_false(result.more);
	result = find(&room, STR("water"), 0, 10);
	assert_int_equal(result.total, PUBLIC_SEARCH_COUNT_MAX);
	assert_true(result.more);
	/* Pages put together are the whole, newest first, each once. */
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(&room);
	struct catalogue_filter filter = {0};
	CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
	int64_t expected[MANY];
	assert_int_equal(catalogue_page(set, 0, MANY, expected), MANY);
	size_t at = 0;
	for (size_t offset = 0; offset < PUBLIC_SEARCH_COUNT_MAX; offset += 77) {
		result = find(&room, STR("water"), offset, 77);
		for (size_t i = 0; i < result.count; i++)
			assert_int_equal(result.entry_ids[i], expected[at++]);
	}
	assert_int_equal(at, PUBLIC_SEARCH_COUNT_MAX);
	result = find(&room, STR("odd"), MANY / 2 - 3, 10);
	assert_int_equal(result.count, 3);
	result = find(&room, STR("odd"), MANY, 10);
	assert_int_equal(result.count, 0);
	assert_int_equal(result.total, MANY / 2);
	result = find(&room, STR("odd"), 0, 0);
	assert_int_equal(result.count, 0);
	assert_int_equal(result.total, MANY / 2);
	catalogue_set_destroyp(&set);
	catalogue_releasep(&snapshot);
	newsroom_finish(&room);
}

static void only_the_set_is_searched(void **state)
{
	(void)state;
	struct newsroom room;
	struct item_ids ids[TITLES];
	newsroom_init(&room);
	fill(&room, ids);
	struct item_content content = newsroom_content(&room, 50, "en");
	content.revision.title = STR("Candles tomorrow");
	content.release_at_s = NEWSROOM_START_S + 100;
	struct item_ids later = newsroom_create(&room, &content);
	content = newsroom_content(&room, 51, "en");
	content.revision.title = STR("Candles until tomorrow");
	content.expires_at_s = NEWSROOM_START_S + 100;
	struct item_ids sooner = newsroom_create(&room, &content);
	newsroom_step(&room);
	struct search_result result = find(&room, STR("tomorrow"), 0, 9);
	assert_int_equal(result.total, 1);
	assert_int_equal(result.entry_ids[0], sooner.entry_id);
	clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 100);
	result = find(&room, STR("tomorrow"), 0, 9);
	assert_int_equal(result.total, 1);
	assert_int_equal(result.entry_ids[0], later.entry_id);
	/* In one language, in one kind. */
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(&room);
	struct catalogue_filter filter = {.language = 1};
	CATALOGUE_SET_SCOPED french = catalogue_select(snapshot, &filter);
	struct search_question question = {STR("candles"), {0}, 0, 9};
	assert_ok(public_search(room.public, french, &question, room.arena, &result, &err));
	assert_int_equal(result.total, 0);
	assert_true(result.looked > 0); /* all were looked at, none was of the set */
	question.language = STR("fr");
	assert_ok(public_search(room.public, french, &question, room.arena, &result, &err));
	assert_int_equal(result.total, 0);
	assert_int_equal(result.looked, 0); /* the index knows the language */
	question.words = STR("liberte");
	assert_ok(public_search(room.public, french, &question, room.arena, &result, &err));
	assert_int_equal(result.total, 1);
	catalogue_set_destroyp(&french);
	catalogue_releasep(&snapshot);
	newsroom_finish(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_find_what_they_stand_in), cmocka_unit_test(operators_are_words_or_nothing),
		cmocka_unit_test(any_bytes_are_answered),        cmocka_unit_test(long_queries_are_cut_at_a_character),
		cmocka_unit_test(the_query_is_phrases_only),     cmocka_unit_test(whole_words_come_first),
		cmocka_unit_test(the_work_is_bounded),           cmocka_unit_test(totals_are_exact_up_to_their_bound),
		cmocka_unit_test(only_the_set_is_searched),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
