/* The catalogue against the oracle, and its promises about time, change and hostile input. */
#include "oracle.h"

#include "publish/catalogue_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START_S 1700000000

static const struct str languages[] = {STR_INIT("en"), STR_INIT("fr"), STR_INIT("ar")};

static struct catalogue *make(bool background)
{
	struct catalogue *catalogue = NULL;
	struct err err = {0};
	struct catalogue_options options = {languages, ORACLE_LANGUAGES, background};
	assert_int_equal(catalogue_create(&options, &catalogue, &err), 0);
	return catalogue;
}

static void apply(struct catalogue *catalogue, const struct catalogue_entry *put, size_t put_count,
		  const int64_t *removed, size_t removed_count, int64_t sequence, int64_t now_s)
{
	struct err err = {0};
	struct catalogue_change change = {put, put_count, removed, removed_count, sequence};
	int result = catalogue_apply(catalogue, &change, now_s, &err);
	if (result)
		fail_msg("%s", err.text);
}

/* Random steps ------------------------------------------------------------------------------------ */

struct run {
	struct oracle oracle;
	struct catalogue *catalogue;
	int64_t sequence;
};

static void step_change(struct run *run, size_t count)
{
	struct catalogue_entry put[ORACLE_ENTRIES];
	int64_t removed[ORACLE_ENTRIES];
	size_t put_count = 0, removed_count = 0;
	for (size_t i = 0; i < count; i++) {
		int64_t id = 1 + (int64_t)oracle_random(&run->oracle, ORACLE_ENTRIES);
		bool twice = false;
		for (size_t k = 0; k < put_count; k++)
			twice |= put[k].entry_id == id;
		for (size_t k = 0; k < removed_count; k++)
			twice |= removed[k] == id;
		if (twice)
			continue;
		if (oracle_random(&run->oracle, 10) == 0) {
			run->oracle.entries[id].there = false;
			removed[removed_count++] = id;
		} else {
			oracle_change_entry(&run->oracle, id);
			put[put_count++] = run->oracle.entries[id].entry;
		}
	}
	apply(run->catalogue, put, put_count, removed, removed_count, ++run->sequence, run->oracle.now_s);
}

static void step_parents(struct run *run)
{
	struct catalogue_parent parents[ORACLE_TERMS + ORACLE_PLACES];
	oracle_move_parents(&run->oracle);
	catalogue_set_parents(run->catalogue, parents, oracle_parents(&run->oracle, parents), run->oracle.now_s);
}

static void step_load(struct run *run)
{
	struct catalogue_parent parents[ORACLE_TERMS + ORACLE_PLACES];
	struct err err = {0};
	struct catalogue_load *load =
		catalogue_load_begin(run->catalogue, parents, oracle_parents(&run->oracle, parents));
	for (int64_t id = ORACLE_ENTRIES; id >= 1; id--)
		if (run->oracle.entries[id].there)
			assert_int_equal(catalogue_load_add(load, &run->oracle.entries[id].entry, &err), 0);
	catalogue_load_commit(load, ++run->sequence, run->oracle.now_s);
}

static void step(struct run *run)
{
	uint64_t what = oracle_random(&run->oracle, 1000);
	if (what < 600)
		step_change(run, 1 + oracle_random(&run->oracle, 4));
	else if (what < 640)
		step_change(run, 200 + oracle_random(&run->oracle, 600));
	else if (what < 900)
		run->oracle.now_s += (int64_t)oracle_random(&run->oracle, 300);
	else if (what < 950)
		run->oracle.now_s += (int64_t)oracle_random(&run->oracle, 9000);
	else if (what < 980)
		run->oracle.now_s -= (int64_t)oracle_random(&run->oracle, 400);
	else if (what < 995)
		step_parents(run);
	else
		step_load(run);
}

static void random_steps(uint64_t seed, bool background, int steps)
{
	struct run *run = calloc(1, sizeof *run);
	oracle_init(&run->oracle, seed, START_S);
	run->catalogue = make(background);
	step_parents(run);
	for (int i = 0; i < steps; i++) {
		step(run);
		CATALOGUE_SCOPED snapshot = catalogue_acquire(run->catalogue, run->oracle.now_s);
		assert_int_equal(catalogue_sequence(snapshot), run->sequence);
		assert_true(catalogue_valid_until_s(snapshot) > run->oracle.now_s);
		oracle_compare(&run->oracle, snapshot);
	}
	catalogue_destroy(run->catalogue);
	free(run);
}

static void agrees_with_the_oracle(void **state)
{
	(void)state;
	random_steps(1, false, 1200);
	random_steps(2, false, 500);
}

static void agrees_while_rebuilding_in_the_background(void **state)
{
	(void)state;
	random_steps(3, true, 800);
}

/* Time -------------------------------------------------------------------------------------------- */

static struct catalogue_entry plain(int64_t id, int64_t from_s, int64_t until_s)
{
	return (struct catalogue_entry){
		.entry_id = id, .window = {from_s, until_s}, .date_s = START_S + id, .month = 202311, .kind = 1};
}

static void nothing_leaks_before_its_second(void **state)
{
	(void)state;
	for (int in_base = 0; in_base < 2; in_base++) {
		struct catalogue *catalogue = make(false);
		struct catalogue_entry entries[] = {plain(1, VISIBLE_NO_TIME, VISIBLE_NO_END),
						    plain(2, START_S + 100, START_S + 200)};
		struct catalogue_key key = {CATALOGUE_TERM, 9};
		entries[1].keys = &key;
		entries[1].key_count = 1;
		apply(catalogue, entries, 2, NULL, 0, 1, START_S);
		if (in_base)
			catalogue_set_parents(catalogue, NULL, 0, START_S);
		for (int64_t now = START_S + 98; now < START_S + 203; now++) {
			ARENA_SCOPED arena = arena_create(0);
			CATALOGUE_SCOPED snapshot = catalogue_acquire(catalogue, now);
			bool open = now >= START_S + 100 && now < START_S + 200;
			struct catalogue_filter filter = {0};
			CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
			assert_int_equal(catalogue_contains(snapshot, 2), open);
			assert_int_equal(catalogue_count(set), 1 + open);
			assert_int_equal(catalogue_facets(set, CATALOGUE_TERM, NULL, 0, arena).len, open);
			int64_t expected = now < START_S + 100   ? START_S + 100
					   : now < START_S + 200 ? START_S + 200
								 : VISIBLE_NO_END;
			assert_int_equal(catalogue_valid_until_s(snapshot), expected);
		}
		catalogue_destroy(catalogue);
	}
}

static void a_snapshot_never_changes(void **state)
{
	(void)state;
	struct catalogue *catalogue = make(false);
	struct catalogue_entry entry = plain(1, START_S + 10, VISIBLE_NO_END);
	apply(catalogue, &entry, 1, NULL, 0, 1, START_S);
	CATALOGUE_SCOPED before = catalogue_acquire(catalogue, START_S);
	CATALOGUE_SCOPED after = catalogue_acquire(catalogue, START_S + 10);
	int64_t id = 1;
	apply(catalogue, NULL, 0, &id, 1, 2, START_S + 11);
	CATALOGUE_SCOPED gone = catalogue_acquire(catalogue, START_S + 11);
	assert_false(catalogue_contains(before, 1));
	assert_true(catalogue_contains(after, 1));
	assert_false(catalogue_contains(gone, 1));
	assert_int_equal(catalogue_sequence(after), 1);
	assert_int_equal(catalogue_sequence(gone), 2);
	catalogue_release(before);
	catalogue_release(after);
	catalogue_release(gone);
	before = after = gone = NULL;
	catalogue_destroy(catalogue);
}

static void a_clock_that_goes_back_hides_again(void **state)
{
	(void)state;
	struct catalogue *catalogue = make(false);
	struct catalogue_entry entry = plain(1, START_S + 1000, VISIBLE_NO_END);
	apply(catalogue, &entry, 1, NULL, 0, 1, START_S);
	catalogue_set_parents(catalogue, NULL, 0, START_S);
	const int64_t times[] = {START_S, START_S + 1000, START_S + 999, START_S + 1000, START_S + 500, START_S + 1001};
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		CATALOGUE_SCOPED snapshot = catalogue_acquire(catalogue, times[i]);
		assert_int_equal(catalogue_contains(snapshot, 1), times[i] >= START_S + 1000);
	}
	catalogue_destroy(catalogue);
}

/* What happens to entries while a rebuild is under way: then is what it started from, now is what stands there
 * when it ends. */

static struct base *base_of(const int64_t *ids, size_t count)
{
	struct tree none = {0};
	struct base_builder *builder = base_builder_create(&none, START_S, count);
	uint32_t facts[] = {list_key(CATALOGUE_LANGUAGE, 0)};
	for (size_t i = 0; i < count; i++) {
		struct base_entry entry = {.id = ids[i],
					   .date_s = START_S + ids[i],
					   .window = {0, VISIBLE_NO_END},
					   .facts = facts,
					   .fact_count = 1};
		base_builder_add(builder, &entry);
	}
	return base_builder_finish(builder);
}

static void changes_during_a_rebuild_are_kept(void **state)
{
	(void)state;
	const int64_t old_ids[] = {11, 10}, new_ids[] = {11, 10, 3, 2, 1}, removed[] = {2, 10};
	struct base *old_base = base_of(old_ids, 2), *new_base = base_of(new_ids, 5);
	struct catalogue_entry first[] = {plain(1, 0, VISIBLE_NO_END), plain(2, 0, VISIBLE_NO_END),
					  plain(3, 0, VISIBLE_NO_END)};
	struct catalogue_entry later[] = {plain(1, 0, VISIBLE_NO_END), plain(4, 0, VISIBLE_NO_END)};
	struct catalogue_change before = {first, 3, NULL, 0, 1}, meanwhile = {later, 2, removed, 2, 2};
	struct delta *empty = delta_create_empty();
	struct delta *then = delta_derive(empty, old_base, &before);
	struct delta *now = delta_derive(then, old_base, &meanwhile);
	struct delta *made = delta_transplant(then, now, old_base, new_base);
	assert_int_equal(made->len, 2); /* 4 is new, 1 was put again; 3 is the base's now */
	assert_int_equal(made->at[0]->id, 4);
	assert_int_equal(made->at[1]->id, 1);
	assert_int_equal(made->position[0], 2); /* behind 11 and 10 */
	assert_int_equal(roaring_bitmap_get_cardinality(made->superseded), 3);
	assert_true(roaring_bitmap_contains(made->superseded, 1)); /* 10 */
	assert_true(roaring_bitmap_contains(made->superseded, 3)); /* 2 */
	assert_true(roaring_bitmap_contains(made->superseded, 4)); /* 1 */
	delta_drop(empty);
	delta_drop(then);
	delta_drop(now);
	delta_drop(made);
	base_drop(old_base);
	base_drop(new_base);
}

/* Size: the three ways of counting facets must agree, each met by sets of another size. */

static void large_bases_count_the_same(void **state)
{
	(void)state;
	struct catalogue *catalogue = make(false);
	struct err err = {0};
	struct catalogue_load *load = catalogue_load_begin(catalogue, NULL, 0);
	size_t expected[3][4] = {{0}};
	for (int64_t id = 1; id <= 80000; id++) {
		struct catalogue_key keys[] = {{CATALOGUE_TERM, 1 + id % 3}, {CATALOGUE_TERM, 10 + id % 1000}};
		struct catalogue_entry entry = plain(id, 0, VISIBLE_NO_END);
		entry.kind = id % 2 ? 1 : id % 20 ? 2 : 3; /* half, about half, one in twenty */
		entry.keys = keys;
		entry.key_count = 2;
		expected[entry.kind - 1][id % 3]++;
		expected[entry.kind - 1][3] += id % 1000 == 60;
		assert_int_equal(catalogue_load_add(load, &entry, &err), 0);
	}
	catalogue_load_commit(load, 1, START_S);
	CATALOGUE_SCOPED snapshot = catalogue_acquire(catalogue, START_S);
	for (int64_t kind = 1; kind <= 3; kind++) {
		ARENA_SCOPED arena = arena_create(0);
		struct catalogue_filter filter = {.kind = kind};
		CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
		int64_t candidates[] = {1, 2, 3, 70};
		struct catalogue_facets facets = catalogue_facets(set, CATALOGUE_TERM, candidates, 4, arena);
		for (size_t i = 0; i < facets.len; i++) {
			size_t column = facets.at[i].key == 70 ? 3 : (size_t)facets.at[i].key - 1;
			assert_int_equal(facets.at[i].count, expected[kind - 1][column]);
		}
		assert_int_equal(facets.len, 3 + (expected[kind - 1][3] > 0));
	}
	catalogue_release(snapshot);
	snapshot = NULL;
	catalogue_destroy(catalogue);
}

#define LARGE 80000

static int64_t large_kind(int64_t id)
{
	return id % 2 ? 1 : id % 20 ? 2 : 3;
}

static bool large_carries(int64_t id, int64_t term)
{
	return term < 10 ? 1 + id % 3 == term : 10 + id % 1000 == term;
}

static void compare_large(const struct catalogue_set *set, const struct catalogue_filter *filter)
{
	ARENA_SCOPED arena = arena_create(0);
	int64_t terms[] = {1, 2, 3, 70, 71}, people[] = {1, 2, 3, 4, 5, 6, 7};
	size_t by_term[5] = {0}, by_person[7] = {0};
	for (int64_t id = 1; id <= LARGE; id++) {
		if (large_kind(id) != filter->kind || !large_carries(id, filter->keys[0].id))
			continue;
		for (size_t i = 0; i < 5; i++)
			by_term[i] += large_carries(id, terms[i]);
		by_person[id % 7]++;
	}
	struct catalogue_facets facets = catalogue_facets(set, CATALOGUE_TERM, terms, 5, arena);
	for (size_t i = 0; i < 5; i++) {
		size_t found = 0;
		for (size_t k = 0; k < facets.len; k++)
			found += facets.at[k].key == terms[i] ? facets.at[k].count : 0;
		assert_int_equal(found, by_term[i]);
	}
	const struct set_counted counted = *set->counted;
	facets = catalogue_facets(set, CATALOGUE_CONTRIBUTOR, people, 7, arena);
	for (size_t i = 0; i < facets.len; i++)
		assert_int_equal(facets.at[i].count, by_person[facets.at[i].key - 1]);
	assert_int_equal(catalogue_facets(set, CATALOGUE_YEAR, NULL, 0, arena).at[0].count, catalogue_count(set));
	assert_ptr_equal(counted.of_list, set->counted->of_list);
	assert_ptr_equal(counted.words, set->counted->words);
}

/* Two filters are met once: few entries are looked at one by one, more become bits, and what is found is kept for the
 * facets that are asked for next. */
static void two_filters_are_counted_once(void **state)
{
	(void)state;
	struct catalogue *catalogue = make(false);
	struct err err = {0};
	struct catalogue_load *load = catalogue_load_begin(catalogue, NULL, 0);
	for (int64_t id = 1; id <= LARGE; id++) {
		struct catalogue_key keys[] = {{CATALOGUE_TERM, 1 + id % 3},
					       {CATALOGUE_TERM, 10 + id % 1000},
					       {CATALOGUE_CONTRIBUTOR, 1 + id % 7}};
		struct catalogue_entry entry = plain(id, 0, VISIBLE_NO_END);
		entry.kind = large_kind(id);
		entry.month = 202001;
		entry.keys = keys;
		entry.key_count = 3;
		assert_int_equal(catalogue_load_add(load, &entry, &err), 0);
	}
	catalogue_load_commit(load, 1, START_S);
	CATALOGUE_SCOPED snapshot = catalogue_acquire(catalogue, START_S);
	const struct {
		int64_t kind, term;
		bool walked, bits;
	} cases[] = {{3, 70, true, false}, {3, 1, false, true}, {1, 1, false, false}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct catalogue_filter filter = {
			.kind = cases[i].kind, .keys = {{CATALOGUE_TERM, cases[i].term}}, .key_count = 1};
		CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
		compare_large(set, &filter);
		assert_int_equal(set->counted->of_list != NULL, cases[i].walked);
		assert_int_equal(set->counted->words != NULL, cases[i].bits);
	}
	catalogue_release(snapshot);
	snapshot = NULL;
	catalogue_destroy(catalogue);
}

/* Input ------------------------------------------------------------------------------------------- */

static void refused(const struct catalogue_entry *entry)
{
	struct catalogue *catalogue = make(false);
	struct err err = {0};
	struct catalogue_entry good = plain(5, VISIBLE_NO_TIME, VISIBLE_NO_END);
	struct catalogue_entry both[] = {good, *entry};
	struct catalogue_change change = {both, 2, NULL, 0, 1};
	assert_true(catalogue_apply(catalogue, &change, START_S, &err) < 0);
	assert_true(err.text[0] != 0);
	CATALOGUE_SCOPED snapshot = catalogue_acquire(catalogue, START_S);
	assert_int_equal(catalogue_visible_count(snapshot), 0);
	catalogue_release(snapshot);
	snapshot = NULL;
	struct catalogue_load *load = catalogue_load_begin(catalogue, NULL, 0);
	assert_true(catalogue_load_add(load, entry, &err) < 0);
	catalogue_load_abort(load);
	catalogue_destroy(catalogue);
}

static void bad_entries_are_refused_whole(void **state)
{
	(void)state;
	struct catalogue_key keys[CATALOGUE_ENTRY_KEYS_MAX + 1];
	for (size_t i = 0; i < CATALOGUE_ENTRY_KEYS_MAX + 1; i++)
		keys[i] = (struct catalogue_key){CATALOGUE_TERM, (int64_t)i + 1};
	struct catalogue_key bad_keys[] = {{CATALOGUE_TERM, 0},
					   {CATALOGUE_TERM, -1},
					   {CATALOGUE_PLACE, CATALOGUE_KEY_MAX + 1},
					   {CATALOGUE_KIND, 1},
					   {CATALOGUE_MONTH, 201801}};
	for (size_t i = 0; i < sizeof bad_keys / sizeof *bad_keys; i++) {
		struct catalogue_entry entry = plain(1, 0, VISIBLE_NO_END);
		entry.keys = &bad_keys[i];
		entry.key_count = 1;
		refused(&entry);
	}
	struct catalogue_entry entry = plain(1, 0, VISIBLE_NO_END);
	entry.keys = keys;
	entry.key_count = CATALOGUE_ENTRY_KEYS_MAX + 1;
	refused(&entry);
	entry = plain(0, 0, VISIBLE_NO_END);
	refused(&entry);
	entry = plain(1, 0, VISIBLE_NO_END);
	entry.language = ORACLE_LANGUAGES;
	refused(&entry);
	entry = plain(1, 0, VISIBLE_NO_END);
	entry.kind = CATALOGUE_KEY_MAX + 1;
	refused(&entry);
	entry = plain(1, 0, VISIBLE_NO_END);
	entry.month = 201813;
	refused(&entry);
}

static void most_keys_are_taken(void **state)
{
	(void)state;
	struct catalogue *catalogue = make(false);
	struct catalogue_key keys[CATALOGUE_ENTRY_KEYS_MAX];
	for (size_t i = 0; i < CATALOGUE_ENTRY_KEYS_MAX; i++)
		keys[i] = (struct catalogue_key){CATALOGUE_TERM, CATALOGUE_KEY_MAX - (int64_t)i};
	struct catalogue_entry entry = plain(1, 0, VISIBLE_NO_END), other = plain(2, 0, VISIBLE_NO_END);
	entry.keys = other.keys = keys;
	entry.key_count = CATALOGUE_ENTRY_KEYS_MAX;
	other.key_count = 1;
	struct catalogue_entry both[] = {entry, other};
	apply(catalogue, both, 2, NULL, 0, 1, START_S);
	for (int in_base = 0; in_base < 2; in_base++) {
		CATALOGUE_SCOPED snapshot = catalogue_acquire(catalogue, START_S);
		struct catalogue_filter filter = {.keys = {{CATALOGUE_TERM, CATALOGUE_KEY_MAX}}, .key_count = 1};
		CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
		assert_int_equal(catalogue_count(set), 2);
		int64_t found[4];
		/* what the two share is not among the shortest lists of the first, but all that the other has */
		assert_int_equal(catalogue_related(snapshot, 1, 4, found), 0);
		assert_int_equal(catalogue_related(snapshot, 2, 4, found), 1);
		catalogue_set_parents(catalogue, NULL, 0, START_S);
	}
	catalogue_destroy(catalogue);
}

static void circles_in_the_tree_end(void **state)
{
	(void)state;
	struct catalogue *catalogue = make(false);
	struct catalogue_parent parents[] = {{CATALOGUE_TERM, 1, 2},
					     {CATALOGUE_TERM, 2, 3},
					     {CATALOGUE_TERM, 3, 1},
					     {CATALOGUE_TERM, -5, 3},
					     {CATALOGUE_PLACE, 1, CATALOGUE_KEY_MAX + 1}};
	catalogue_set_parents(catalogue, parents, 5, START_S);
	struct catalogue_key key = {CATALOGUE_TERM, 2};
	struct catalogue_entry entry = plain(1, 0, VISIBLE_NO_END);
	entry.keys = &key;
	entry.key_count = 1;
	apply(catalogue, &entry, 1, NULL, 0, 1, START_S);
	CATALOGUE_SCOPED snapshot = catalogue_acquire(catalogue, START_S);
	for (int64_t id = 1; id <= 3; id++) {
		struct catalogue_filter filter = {.keys = {{CATALOGUE_TERM, id}}, .key_count = 1};
		CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
		assert_int_equal(catalogue_count(set), 1);
	}
	catalogue_release(snapshot);
	snapshot = NULL;
	catalogue_destroy(catalogue);
}

static void impossible_filters_find_nothing(void **state)
{
	(void)state;
	struct catalogue *catalogue = make(false);
	struct catalogue_entry entry = plain(1, 0, VISIBLE_NO_END);
	apply(catalogue, &entry, 1, NULL, 0, 1, START_S);
	CATALOGUE_SCOPED snapshot = catalogue_acquire(catalogue, START_S);
	const struct catalogue_filter filters[] = {
		{.language = 7},
		{.language = CATALOGUE_NO_LANGUAGE - 1},
		{.kind = -1},
		{.kind = INT64_MAX},
		{.kind = (INT64_C(1) << 32) + 1},
		{.keys = {{CATALOGUE_TERM, INT64_C(1) << 28}}, .key_count = 1},
		{.keys = {{CATALOGUE_TERM, 0}}, .key_count = 1},
		{.key_count = LIMIT_FILTERS + 1},
		{.year = -3},
		{.year = 2023, .month = 13},
		{.year = 100000},
	};
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
		ARENA_SCOPED arena = arena_create(0);
		CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filters[i]);
		int64_t id;
		assert_int_equal(catalogue_count(set), 0);
		assert_int_equal(catalogue_page(set, 0, 1, &id), 0);
		assert_int_equal(catalogue_facets(set, CATALOGUE_TERM, NULL, 0, arena).len, 0);
		assert_false(catalogue_set_contains(set, 1));
	}
	struct catalogue_filter all = {0};
	CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &all);
	assert_int_equal(catalogue_count(set), 1);
	catalogue_set_destroy(set);
	set = NULL;
	catalogue_release(snapshot);
	snapshot = NULL;
	catalogue_destroy(catalogue);
}

static void languages_are_found(void **state)
{
	(void)state;
	struct catalogue *catalogue = make(false);
	assert_int_equal(catalogue_language(catalogue, STR("en")), 0);
	assert_int_equal(catalogue_language(catalogue, STR("AR")), 2);
	assert_int_equal(catalogue_language(catalogue, STR("de")), CATALOGUE_NO_LANGUAGE);
	catalogue_destroy(catalogue);
	struct err err = {0};
	struct catalogue_options none = {languages, 0, false};
	assert_true(catalogue_create(&none, &catalogue, &err) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_oracle),
		cmocka_unit_test(agrees_while_rebuilding_in_the_background),
		cmocka_unit_test(nothing_leaks_before_its_second),
		cmocka_unit_test(a_snapshot_never_changes),
		cmocka_unit_test(a_clock_that_goes_back_hides_again),
		cmocka_unit_test(changes_during_a_rebuild_are_kept),
		cmocka_unit_test(large_bases_count_the_same),
		cmocka_unit_test(two_filters_are_counted_once),
		cmocka_unit_test(bad_entries_are_refused_whole),
		cmocka_unit_test(most_keys_are_taken),
		cmocka_unit_test(circles_in_the_tree_end),
		cmocka_unit_test(impossible_filters_find_nothing),
		cmocka_unit_test(languages_are_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
