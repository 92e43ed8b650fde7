/* A hundred thousand entries: what must hold among the catalogue's answers whatever is in it, a snapshot held through
 * everything, and a start from a public.db of that size. */
#include "newsroom.h"

#include "base/clock.h"

#include <stdlib.h>

#define ENTRIES INT64_C(100000)
#define TERMS   40 /* in chains of four: each stands below the one before */
#define KINDS   7

static const struct str languages[] = {STR_INIT("en"), STR_INIT("fr")};

static uint64_t mix(int64_t id, uint64_t salt)
{
	uint64_t x = (uint64_t)id * UINT64_C(0x9E3779B97F4A7C15) + salt * UINT64_C(0xD1B54A32D192ED03);
	x ^= x >> 29;
	return x * UINT64_C(0xBF58476D1CE4E5B9) >> 20;
}

static struct catalogue_entry entry_of(int64_t id, struct catalogue_key keys[3])
{
	int64_t date_s = NEWSROOM_START_S - (int64_t)(mix(id, 1) % 200000000);
	struct civil civil = civil_from_s(date_s);
	keys[0] = (struct catalogue_key){CATALOGUE_TERM, 1 + (int64_t)(mix(id, 2) % TERMS)};
	keys[1] = (struct catalogue_key){CATALOGUE_PLACE, 1 + (int64_t)(mix(id, 3) % 200)};
	keys[2] = (struct catalogue_key){CATALOGUE_CONTRIBUTOR, 1 + (int64_t)(mix(id, 4) % 30)};
	struct catalogue_entry entry = {.entry_id = id,
					.window = {VISIBLE_NO_TIME, VISIBLE_NO_END},
					.date_s = date_s,
					.language = mix(id, 5) % 4 == 0,
					.page = mix(id, 6) % 50 == 0,
					.kind = 1 + (int64_t)(mix(id, 7) % KINDS),
					.month = civil.year * 100 + civil.month,
					.keys = keys,
					.key_count = 3};
	if (mix(id, 8) % 100 == 0)
		entry.window.from_s = NEWSROOM_START_S + (int64_t)(mix(id, 9) % 1000);
	if (mix(id, 10) % 100 == 0)
		entry.window.until_s = NEWSROOM_START_S + (int64_t)(mix(id, 11) % 1000);
	if (mix(id, 12) % 5000 == 0)
		entry.pinned_until_s = NEWSROOM_START_S + 500;
	return entry;
}

static struct catalogue *make(void)
{
	struct catalogue *catalogue = NULL;
	struct catalogue_options options = {languages, 2, true};
	struct catalogue_parent parents[TERMS];
	size_t count = 0;
	for (int64_t id = 1; id <= TERMS; id++)
		if ((id - 1) % 4)
			parents[count++] = (struct catalogue_parent){CATALOGUE_TERM, id, id - 1};
	assert_ok(catalogue_create(&options, &catalogue, &err));
	struct catalogue_load *load = catalogue_load_begin(catalogue, parents, count);
	for (int64_t id = 1; id <= ENTRIES; id++) {
		struct catalogue_key keys[3];
		struct catalogue_entry entry = entry_of(id, keys);
		assert_ok(catalogue_load_add(load, &entry, &err));
	}
	catalogue_load_commit(load, 1, NEWSROOM_START_S);
	return catalogue;
}

static size_t count_of(const struct catalogue_snapshot *snapshot, struct catalogue_filter filter)
{
	CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
	return catalogue_count(set);
}

static void visible_counts_follow_the_clock(void **state)
{
	(void)state;
	struct catalogue *catalogue = make();
	for (int64_t now = NEWSROOM_START_S - 1; now <= NEWSROOM_START_S + 1001; now += 167) {
		CATALOGUE_SCOPED snapshot = catalogue_acquire(catalogue, now);
		size_t expected = 0;
		for (int64_t id = 1; id <= ENTRIES; id++) {
			struct catalogue_key keys[3];
			bool should = visible_in(entry_of(id, keys).window, now);
			expected += should;
			if (id % 97 == 0)
				assert_int_equal(catalogue_contains(snapshot, id), should);
		}
		assert_int_equal(catalogue_visible_count(snapshot), expected);
		assert_true(catalogue_valid_until_s(snapshot) > now);
	}
	catalogue_destroy(catalogue);
}

/* One language's list in pages of any size is one list in order, and neighbours are its neighbours. */
static void pages_and_neighbours_agree(void **state)
{
	(void)state;
	struct catalogue *catalogue = make();
	const struct catalogue_snapshot *snapshot = catalogue_acquire(catalogue, NEWSROOM_START_S);
	struct catalogue_filter filter = {.language = 0, .kind = 3};
	struct catalogue_set *set = catalogue_select(snapshot, &filter);
	size_t count = catalogue_count(set);
	int64_t *ids = calloc(count + 1, sizeof *ids), page[333];
	assert_int_equal(catalogue_page(set, 0, count + 1, ids), count);
	for (size_t i = 0; i < count; i++) {
		struct catalogue_key keys[3];
		struct catalogue_entry entry = entry_of(ids[i], keys), next = entry_of(ids[i + 1], keys);
		assert_true(entry.kind == 3 && entry.language == 0 && !entry.page);
		if (i + 1 < count)
			assert_true(entry.date_s > next.date_s || (entry.date_s == next.date_s && ids[i] > ids[i + 1]));
		if (i % 101)
			continue;
		int64_t newer = -1, older = -1;
		catalogue_neighbours(set, ids[i], &newer, &older);
		assert_int_equal(newer, i ? ids[i - 1] : 0);
		assert_int_equal(older, i + 1 < count ? ids[i + 1] : 0);
	}
	for (size_t offset = 0; offset <= count; offset += 333) {
		size_t got = catalogue_page(set, offset, 333, page);
		assert_int_equal(got, count - offset < 333 ? count - offset : 333);
		assert_memory_equal(page, ids + offset, got * sizeof *page);
	}
	assert_int_equal(catalogue_page(set, count, 10, page), 0);
	assert_int_equal(catalogue_page(set, SIZE_MAX, 10, page), 0);
	assert_int_equal(catalogue_page(set, 0, 0, page), 0);
	free(ids);
	catalogue_set_destroy(set);
	catalogue_release(snapshot);
	catalogue_destroy(catalogue);
}

/* ---- facets ---- */

static const enum catalogue_dimension dimensions[] = {CATALOGUE_LANGUAGE, CATALOGUE_KIND,        CATALOGUE_TERM,
						      CATALOGUE_PLACE,    CATALOGUE_CONTRIBUTOR, CATALOGUE_YEAR,
						      CATALOGUE_MONTH};
#define DIMENSIONS (sizeof dimensions / sizeof *dimensions)

static struct catalogue_filter clicked(struct catalogue_filter filter, enum catalogue_dimension dimension, int64_t key)
{
	if (dimension == CATALOGUE_LANGUAGE)
		filter.language = (uint32_t)key;
	else if (dimension == CATALOGUE_KIND)
		filter.kind = key;
	else if (dimension == CATALOGUE_YEAR)
		filter.year = (int)key, filter.month = 0;
	else if (dimension == CATALOGUE_MONTH)
		filter.year = (int)key / 100, filter.month = (int)key % 100;
	else
		filter.keys[filter.key_count++] = (struct catalogue_key){dimension, key};
	return filter;
}

static void in_order(const struct catalogue_facets *facets)
{
	for (size_t k = 1; k < facets->len; k++)
		assert_true(
			facets->at[k - 1].count > facets->at[k].count ||
			(facets->at[k - 1].count == facets->at[k].count && facets->at[k - 1].key < facets->at[k].key));
}

/* Each count that a facet promises is the count of the list behind the click. */
static void promises_of(const struct catalogue_snapshot *snapshot, const struct catalogue_filter *filter)
{
	ARENA_SCOPED arena = arena_create(0);
	CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, filter);
	for (size_t d = 0; d < DIMENSIONS; d++) {
		struct catalogue_facets facets = catalogue_facets(set, dimensions[d], NULL, 0, arena);
		size_t sum = 0;
		in_order(&facets);
		assert_true(facets.len > 0);
		for (size_t k = 0; k < facets.len; k++) {
			sum += facets.at[k].count;
			if (k % 13 == 0 || k + 1 == facets.len)
				assert_int_equal(count_of(snapshot, clicked(*filter, dimensions[d], facets.at[k].key)),
						 facets.at[k].count);
		}
		bool one_each = dimensions[d] == CATALOGUE_KIND || dimensions[d] == CATALOGUE_YEAR;
		if (one_each && filter->key_count == 0 && !filter->kind && !filter->year) /* together they are all */
			assert_int_equal(sum, catalogue_count(set));
	}
}

/* By none, by one list of each kind, and by several. */
static void promises_kept(const struct catalogue_snapshot *snapshot)
{
	const struct catalogue_filter filters[] = {
		{.language = 0},
		{.language = CATALOGUE_EVERY_LANGUAGE},
		{.language = 1, .kind = 2},
		{.language = CATALOGUE_EVERY_LANGUAGE, .kind = 5},
		{.language = 0, .keys = {{CATALOGUE_TERM, 1}}, .key_count = 1},
		{.language = 1, .keys = {{CATALOGUE_TERM, 8}}, .key_count = 1},
		{.language = 0, .keys = {{CATALOGUE_PLACE, 7}}, .key_count = 1},
		{.language = 0, .keys = {{CATALOGUE_CONTRIBUTOR, 30}}, .key_count = 1},
		{.language = 0, .year = 2020},
		{.language = 0, .year = 2021, .month = 2},
		{.language = 0, .keys = {{CATALOGUE_TERM, 2}}, .key_count = 1, .year = 2020},
		{.language = 0, .keys = {{CATALOGUE_PLACE, 7}, {CATALOGUE_TERM, 9}}, .key_count = 2},
		{.language = 0, .kind = 4, .year = 2019, .month = 5},
		{.language = 0, .scope = CATALOGUE_ALL, .kind = 4},
	};
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
		promises_of(snapshot, &filters[i]);
}

/* Takes away and puts a number of them, with other lists than they had. */
static void change_many(struct catalogue *catalogue, int64_t from, int64_t count, int64_t sequence)
{
	struct catalogue_entry *put = calloc((size_t)count, sizeof *put);
	struct catalogue_key(*keys)[3] = calloc((size_t)count, sizeof *keys);
	int64_t *removed = calloc((size_t)count, sizeof *removed);
	for (int64_t i = 0; i < count; i++) {
		put[i] = entry_of(from + i + 7, keys[i]);
		put[i].entry_id = from + i;
		removed[i] = from + count + i;
	}
	struct catalogue_change change = {put, (size_t)count, removed, (size_t)count, sequence};
	assert_ok(catalogue_apply(catalogue, &change, NEWSROOM_START_S + sequence, &err));
	free(removed);
	free(keys);
	free(put);
}

static void facets_keep_their_promise(void **state)
{
	static const int64_t later_s[] = {-1, 0, 300, 999, 2000};
	(void)state;
	struct catalogue *catalogue = make();
	for (size_t i = 0; i < sizeof later_s / sizeof *later_s; i++) {
		CATALOGUE_SCOPED snapshot = catalogue_acquire(catalogue, NEWSROOM_START_S + later_s[i]);
		promises_kept(snapshot);
	}
	for (int64_t round = 0; round < 3; round++) { /* a few changes, then so many that a base is made anew */
		change_many(catalogue, 1 + round * 20000, round == 2 ? 6000 : 400, round + 2);
		if (round == 2)
			catalogue_settle(catalogue);
		CATALOGUE_SCOPED snapshot = catalogue_acquire(catalogue, NEWSROOM_START_S + 10 + 400 * round);
		promises_kept(snapshot);
	}
	catalogue_destroy(catalogue);
}

static void a_list_contains_those_below_it(void **state)
{
	(void)state;
	struct catalogue *catalogue = make();
	const struct catalogue_snapshot *snapshot = catalogue_acquire(catalogue, NEWSROOM_START_S);
	for (int64_t term = 2; term <= TERMS; term++) {
		struct catalogue_filter below = {.keys = {{CATALOGUE_TERM, term}}, .key_count = 1},
					above = {.keys = {{CATALOGUE_TERM, term - 1}}, .key_count = 1};
		if ((term - 1) % 4)
			assert_true(count_of(snapshot, below) < count_of(snapshot, above));
	}
	catalogue_release(snapshot);
	catalogue_destroy(catalogue);
}

static uint64_t answers(const struct catalogue_snapshot *snapshot)
{
	uint64_t sum = catalogue_visible_count(snapshot);
	for (int64_t term = 1; term <= TERMS; term++) {
		struct catalogue_filter filter = {.keys = {{CATALOGUE_TERM, term}}, .key_count = 1};
		CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
		int64_t ids[50];
		size_t count = catalogue_page(set, (size_t)term * 7, 50, ids);
		sum = sum * 31 + catalogue_count(set);
		sum = str_hash(str_of((const char *)ids, count * sizeof *ids), sum);
	}
	CATALOGUE_SET_SCOPED front = catalogue_select_front(snapshot, 0);
	int64_t first[20];
	size_t count = catalogue_page(front, 0, 20, first);
	return str_hash(str_of((const char *)first, count * sizeof *first), sum);
}

/* Held while thousands of changes, rebuilds and moves in the tree take place, it says what it said. */
static void a_held_snapshot_says_what_it_said(void **state)
{
	(void)state;
	struct catalogue *catalogue = make();
	const struct catalogue_snapshot *held = catalogue_acquire(catalogue, NEWSROOM_START_S);
	uint64_t before = answers(held);
	for (int64_t step = 0; step < 30; step++) {
		struct catalogue_entry put[100];
		struct catalogue_key keys[100][3];
		int64_t removed[100];
		for (int64_t i = 0; i < 100; i++) {
			int64_t id = 1 + (int64_t)(mix(step * 100 + i, 20) % (uint64_t)ENTRIES);
			put[i] = entry_of(id ^ 1, keys[i]);
			put[i].entry_id = ENTRIES + step * 100 + i + 1;
			removed[i] = id;
		}
		struct catalogue_change change = {put, 100, removed, 100, step + 2};
		assert_ok(catalogue_apply(catalogue, &change, NEWSROOM_START_S + step, &err));
		if (step % 10 == 9) {
			catalogue_settle(catalogue);
			catalogue_set_parents(catalogue, NULL, 0, NEWSROOM_START_S + step);
		}
		assert_true(answers(held) == before);
	}
	const struct catalogue_snapshot *now = catalogue_acquire(catalogue, NEWSROOM_START_S + 30);
	assert_true(answers(now) != before);
	for (int64_t i = 1; i <= 3000; i++) /* a change later may have taken one of these away; none is listed twice */
		assert_true(catalogue_contains(now, ENTRIES + i) ==
			    visible_in(
				    (struct visible_window){
					    entry_of((1 + (int64_t)(mix(i - 1, 20) % (uint64_t)ENTRIES)) ^ 1,
						     (struct catalogue_key[3]){{0}})
						    .window.from_s,
					    entry_of((1 + (int64_t)(mix(i - 1, 20) % (uint64_t)ENTRIES)) ^ 1,
						     (struct catalogue_key[3]){{0}})
						    .window.until_s},
				    NEWSROOM_START_S + 30));
	catalogue_release(now);
	catalogue_release(held);
	catalogue_destroy(catalogue);
}

/* ---- a start from the file ---- */

static void add_rows(struct newsroom *room)
{
	DB_SCOPED db = NULL;
	char url[200];
	snprintf(url, sizeof url, "sqlite:%s", room->public_path);
	assert_ok(db_open(url, &(struct db_options){.sync_normal = true}, &db, &err));
	assert_ok(db_run(db, &err,
			 "WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 100999)"
			 " INSERT INTO entry (id, item_id, language, page, path, from_s, until_s, date_s, month,"
			 " pinned_until_s, kind_id, terms, places, contributors, search_key)"
			 " SELECT i, i, CASE WHEN i % 3 = 0 THEN 'fr' ELSE 'en' END, 0, '/x/' || i || '/', $1, $2,"
			 " 1500000000 + i, 201707, 0, 1 + i % 2, CAST(1 + i % 4 AS TEXT), '', '', i FROM n",
			 DB_I64(VISIBLE_NO_TIME), DB_I64(VISIBLE_NO_END)));
	assert_ok(
		db_run(db, &err,
		       "INSERT INTO card (entry_id, guid, reference, modified_s, breaking_until_s, in_feeds, title,"
		       " subtitle, dateline, excerpt, excerpt_written, picture_id, picture_alt, picture_caption,"
		       " picture_credit) SELECT id, 'g' || id, '', date_s, 0, 1, 'Title ' || id, '', '', '', 0, 0, '',"
		       " '', '' FROM entry WHERE id >= 1000"));
}

static void a_large_file_is_read_at_the_start(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	newsroom_close(&room);
	add_rows(&room);
	newsroom_open(&room);
	assert_int_equal(projector_status(room.projector).rebuilds, 0);
	const struct catalogue_snapshot *snapshot = newsroom_snapshot(&room);
	assert_int_equal(catalogue_visible_count(snapshot), ENTRIES);
	assert_int_equal(count_of(snapshot, (struct catalogue_filter){.language = 1}), 33333);
	assert_int_equal(count_of(snapshot, (struct catalogue_filter){.language = 0}), 66667);
	/* Topic 2 stands below topic 1: its entries are in both lists. */
	struct catalogue_filter topic = {
		.language = CATALOGUE_EVERY_LANGUAGE, .keys = {{CATALOGUE_TERM, room.topics[0]}}, .key_count = 1};
	assert_int_equal(count_of(snapshot, topic), ENTRIES / 2);
	struct card card = {0};
	struct found found = {0};
	assert_ok(public_card(room.public, snapshot, 77777, room.arena, &card, &err));
	assert_text(card.title, "Title 77777");
	assert_ok(public_find(room.public, snapshot, STR("/x/100999/"), room.arena, &found, &err));
	assert_int_equal(found.entry_id, 100999);
	catalogue_release(snapshot);
	/* What changes next is put beside them. */
	struct item_content content = newsroom_content(&room, 1, "en");
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_step(&room);
	snapshot = newsroom_snapshot(&room);
	assert_int_equal(catalogue_visible_count(snapshot), ENTRIES + 1);
	assert_true(catalogue_contains(snapshot, ids.entry_id));
	catalogue_release(snapshot);
	newsroom_finish(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(visible_counts_follow_the_clock),
		cmocka_unit_test(pages_and_neighbours_agree),
		cmocka_unit_test(facets_keep_their_promise),
		cmocka_unit_test(a_list_contains_those_below_it),
		cmocka_unit_test(a_held_snapshot_says_what_it_said),
		cmocka_unit_test(a_large_file_is_read_at_the_start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
