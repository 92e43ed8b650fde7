#include "oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

uint64_t oracle_random(struct oracle *oracle, uint64_t below)
{
	oracle->seed += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = oracle->seed;
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (z ^ (z >> 31)) % below;
}

static bool chance(struct oracle *oracle, uint64_t in_hundred)
{
	return oracle_random(oracle, 100) < in_hundred;
}

void oracle_move_parents(struct oracle *oracle)
{
	for (int64_t i = 1; i <= ORACLE_TERMS; i++)
		oracle->term_parent[i] =
			i > 4 && chance(oracle, 60) ? 1 + (int64_t)oracle_random(oracle, (uint64_t)i - 1) : 0;
	for (int64_t i = 1; i <= ORACLE_PLACES; i++)
		oracle->place_parent[i] = i > 3 ? 1 + (int64_t)oracle_random(oracle, 3) : 0;
}

void oracle_init(struct oracle *oracle, uint64_t seed, int64_t now_s)
{
	memset(oracle, 0, sizeof *oracle);
	oracle->seed = seed;
	oracle->now_s = now_s;
	oracle_move_parents(oracle);
}

size_t oracle_parents(const struct oracle *oracle, struct catalogue_parent *ret_parents)
{
	size_t count = 0;
	for (int64_t i = 1; i <= ORACLE_TERMS; i++)
		if (oracle->term_parent[i])
			ret_parents[count++] = (struct catalogue_parent){CATALOGUE_TERM, i, oracle->term_parent[i]};
	for (int64_t i = 1; i <= ORACLE_PLACES; i++)
		if (oracle->place_parent[i])
			ret_parents[count++] = (struct catalogue_parent){CATALOGUE_PLACE, i, oracle->place_parent[i]};
	return count;
}

/* Mostly in the past, sometimes a few hours around now, where things happen. */
static int64_t near_time(struct oracle *oracle)
{
	return oracle->now_s - 20000 + (int64_t)oracle_random(oracle, 60000);
}

static void random_facts(struct oracle *oracle, struct visible_facts *facts)
{
	*facts = (struct visible_facts){.state = VISIBLE_RELEASED,
					.released_revision = 1,
					.release_at_s = VISIBLE_NO_TIME,
					.embargo_until_s = VISIBLE_NO_TIME,
					.expires_at_s = VISIBLE_NO_TIME,
					.withdrawn_at_s = VISIBLE_NO_TIME,
					.batch_flipped_s = VISIBLE_NO_TIME};
	if (chance(oracle, 30))
		facts->release_at_s = near_time(oracle);
	if (chance(oracle, 15))
		facts->embargo_until_s = near_time(oracle);
	if (chance(oracle, 15))
		facts->expires_at_s = near_time(oracle);
	if (chance(oracle, 10)) {
		facts->in_batch = true;
		if (chance(oracle, 70))
			facts->batch_flipped_s = near_time(oracle);
	}
	if (chance(oracle, 10))
		facts->state = (enum visible_state)oracle_random(oracle, 4);
	if (chance(oracle, 4))
		facts->never_public = true;
}

static void random_keys(struct oracle *oracle, struct oracle_entry *entry)
{
	size_t count = oracle_random(oracle, ORACLE_ENTRY_KEYS + 1);
	if (chance(oracle, 60))
		count = count % 5;
	for (size_t i = 0; i < count; i++) {
		switch (oracle_random(oracle, 3)) {
		case 0:
			entry->keys[i] = (struct catalogue_key){CATALOGUE_TERM,
								1 + (int64_t)oracle_random(oracle, ORACLE_TERMS)};
			break;
		case 1:
			entry->keys[i] = (struct catalogue_key){CATALOGUE_PLACE,
								1 + (int64_t)oracle_random(oracle, ORACLE_PLACES)};
			break;
		default:
			entry->keys[i] = (struct catalogue_key){CATALOGUE_CONTRIBUTOR,
								1 + (int64_t)oracle_random(oracle, ORACLE_PEOPLE)};
		}
	}
	entry->entry.keys = entry->keys;
	entry->entry.key_count = count;
}

void oracle_change_entry(struct oracle *oracle, int64_t id)
{
	struct oracle_entry *entry = &oracle->entries[id];
	memset(entry, 0, sizeof *entry);
	entry->there = true;
	random_facts(oracle, &entry->facts);
	entry->entry.entry_id = id;
	entry->entry.window = visible_window(&entry->facts);
	/* few different dates, so that many are equal and the id decides */
	entry->entry.date_s = 1000000 + (int64_t)oracle_random(oracle, 400) * 86400;
	entry->entry.language = (uint32_t)oracle_random(oracle, ORACLE_LANGUAGES);
	entry->entry.page = chance(oracle, 8);
	entry->entry.kind = (int64_t)oracle_random(oracle, ORACLE_KINDS + 1);
	entry->entry.month =
		chance(oracle, 95) ? 201001 + (int)oracle_random(oracle, 4) * 100 + (int)oracle_random(oracle, 12) : 0;
	if (chance(oracle, 3))
		entry->entry.pinned_until_s = chance(oracle, 30) ? INT64_MAX : near_time(oracle);
	random_keys(oracle, entry);
	entry->entry.changed_s = 2000000 + (int64_t)oracle_random(oracle, 100000);
}

void oracle_random_filter(struct oracle *oracle, struct catalogue_filter *ret_filter)
{
	struct catalogue_filter filter = {.language = (uint32_t)oracle_random(oracle, ORACLE_LANGUAGES)};
	if (chance(oracle, 15))
		filter.language = CATALOGUE_EVERY_LANGUAGE;
	if (chance(oracle, 20))
		filter.scope = chance(oracle, 50) ? CATALOGUE_PAGES : CATALOGUE_ALL;
	if (chance(oracle, 30))
		filter.kind = 1 + (int64_t)oracle_random(oracle, ORACLE_KINDS + 1);
	filter.key_count = chance(oracle, 70) ? oracle_random(oracle, 3) : oracle_random(oracle, LIMIT_FILTERS + 1);
	for (size_t i = 0; i < filter.key_count; i++) {
		const enum catalogue_dimension dimensions[] = {CATALOGUE_TERM, CATALOGUE_PLACE, CATALOGUE_CONTRIBUTOR};
		filter.keys[i] = (struct catalogue_key){dimensions[oracle_random(oracle, 3)],
							1 + (int64_t)oracle_random(oracle, 10)};
	}
	if (chance(oracle, 25)) {
		filter.year = 2010 + (int)oracle_random(oracle, 4);
		filter.month = chance(oracle, 50) ? 1 + (int)oracle_random(oracle, 12) : 0;
	}
	*ret_filter = filter;
}

/* The naive answers ------------------------------------------------------------------------------- */

bool oracle_visible(const struct oracle *oracle, int64_t id)
{
	return oracle->entries[id].there && visible(&oracle->entries[id].facts, oracle->now_s);
}

static bool below(const int64_t *parents, int64_t key, int64_t wanted)
{
	for (; key; key = parents[key])
		if (key == wanted)
			return true;
	return false;
}

bool oracle_carries(const struct oracle *oracle, int64_t id, enum catalogue_dimension dimension, int64_t key)
{
	const struct catalogue_entry *entry = &oracle->entries[id].entry;
	switch (dimension) {
	case CATALOGUE_LANGUAGE:
		return entry->language == key;
	case CATALOGUE_KIND:
		return entry->kind == key && key;
	case CATALOGUE_YEAR:
		return entry->month && entry->month / 100 == key;
	case CATALOGUE_MONTH:
		return entry->month && entry->month == key;
	case CATALOGUE_TERM:
	case CATALOGUE_PLACE:
	case CATALOGUE_CONTRIBUTOR:
		break;
	}
	for (size_t i = 0; i < entry->key_count; i++) {
		if (entry->keys[i].dimension != dimension)
			continue;
		if (entry->keys[i].id == key ||
		    (dimension == CATALOGUE_TERM && below(oracle->term_parent, entry->keys[i].id, key)) ||
		    (dimension == CATALOGUE_PLACE && below(oracle->place_parent, entry->keys[i].id, key)))
			return true;
	}
	return false;
}

static bool passes(const struct oracle *oracle, int64_t id, const struct catalogue_filter *filter)
{
	const struct catalogue_entry *entry = &oracle->entries[id].entry;
	if (!oracle_visible(oracle, id))
		return false;
	if (filter->language != CATALOGUE_EVERY_LANGUAGE && entry->language != filter->language)
		return false;
	if (filter->scope != CATALOGUE_ALL && entry->page != (filter->scope == CATALOGUE_PAGES))
		return false;
	if (filter->kind && entry->kind != filter->kind)
		return false;
	if (filter->year && (!entry->month || entry->month / 100 != filter->year))
		return false;
	if (filter->year && filter->month && entry->month % 100 != filter->month)
		return false;
	for (size_t i = 0; i < filter->key_count; i++)
		if (!oracle_carries(oracle, id, filter->keys[i].dimension, filter->keys[i].id))
			return false;
	return true;
}

struct ranked {
	int64_t id, date_s;
	size_t weight;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;
	if (left->weight != right->weight)
		return left->weight > right->weight ? -1 : 1;
	if (left->date_s != right->date_s)
		return left->date_s > right->date_s ? -1 : 1;
	return left->id > right->id ? -1 : 1;
}

static size_t sorted(struct ranked *ranked, size_t count, int64_t *ret_ids)
{
	qsort(ranked, count, sizeof *ranked, by_rank);
	for (size_t i = 0; i < count; i++)
		ret_ids[i] = ranked[i].id;
	return count;
}

size_t oracle_select(const struct oracle *oracle, const struct catalogue_filter *filter, int64_t *ret_ids)
{
	struct ranked ranked[ORACLE_ENTRIES];
	size_t count = 0;
	for (int64_t id = 1; id <= ORACLE_ENTRIES; id++)
		if (passes(oracle, id, filter))
			ranked[count++] = (struct ranked){id, oracle->entries[id].entry.date_s, 0};
	return sorted(ranked, count, ret_ids);
}

size_t oracle_front(const struct oracle *oracle, uint32_t language, int64_t *ret_ids)
{
	struct ranked ranked[ORACLE_ENTRIES];
	int64_t plain[ORACLE_ENTRIES];
	size_t count = oracle_select(oracle, &(struct catalogue_filter){.language = language}, plain);
	size_t pinned = 0;
	for (size_t i = 0; i < count; i++) {
		const struct catalogue_entry *entry = &oracle->entries[plain[i]].entry;
		bool pin = entry->pinned_until_s > oracle->now_s && pinned < CATALOGUE_PINNED_MAX;
		pinned += pin;
		ranked[i] = (struct ranked){plain[i], entry->date_s, pin};
	}
	return sorted(ranked, count, ret_ids);
}

/* The keys that an entry is compared by: its own terms and places, or the ones with the shortest lists. */
static size_t related_keys(const struct oracle *oracle, int64_t id, struct catalogue_key *ret_keys)
{
	const struct catalogue_entry *entry = &oracle->entries[id].entry;
	struct ranked ranked[ORACLE_ENTRY_KEYS];
	size_t count = 0;
	for (size_t i = 0; i < entry->key_count; i++) {
		bool again = entry->keys[i].dimension == CATALOGUE_CONTRIBUTOR;
		for (size_t k = 0; k < i && !again; k++)
			again = entry->keys[k].dimension == entry->keys[i].dimension &&
				entry->keys[k].id == entry->keys[i].id;
		if (again)
			continue;
		size_t size = 0;
		for (int64_t other = 1; other <= ORACLE_ENTRIES; other++)
			size += oracle_visible(oracle, other) &&
				oracle_carries(oracle, other, entry->keys[i].dimension, entry->keys[i].id);
		/* shortest first, then smallest dimension and id: by_rank puts the largest first */
		ranked[count++] =
			(struct ranked){(int64_t)i, -((int64_t)entry->keys[i].dimension * 1000 + entry->keys[i].id),
					ORACLE_ENTRIES - size};
	}
	if (count > CATALOGUE_RELATED_KEYS) {
		qsort(ranked, count, sizeof *ranked, by_rank);
		count = CATALOGUE_RELATED_KEYS;
	}
	for (size_t i = 0; i < count; i++)
		ret_keys[i] = entry->keys[ranked[i].id];
	return count;
}

size_t oracle_related(const struct oracle *oracle, int64_t id, int64_t *ret_ids)
{
	struct ranked ranked[ORACLE_ENTRIES];
	struct catalogue_key keys[ORACLE_ENTRY_KEYS];
	size_t count = 0;
	if (!oracle_visible(oracle, id))
		return 0;
	size_t key_count = related_keys(oracle, id, keys);
	struct catalogue_filter filter = {.language = oracle->entries[id].entry.language};
	for (int64_t other = 1; other <= ORACLE_ENTRIES; other++) {
		if (other == id || !passes(oracle, other, &filter))
			continue;
		size_t shared = 0;
		for (size_t i = 0; i < key_count; i++)
			shared += oracle_carries(oracle, other, keys[i].dimension, keys[i].id);
		if (shared)
			ranked[count++] = (struct ranked){other, oracle->entries[other].entry.date_s, shared};
	}
	return sorted(ranked, count, ret_ids);
}

/* Comparing --------------------------------------------------------------------------------------- */

static void compare_list(struct oracle *oracle, const struct catalogue_set *set, const int64_t *expected, size_t count)
{
	int64_t found[ORACLE_ENTRIES + 10];
	assert_int_equal(catalogue_count(set), count);
	assert_int_equal(catalogue_page(set, 0, ORACLE_ENTRIES + 10, found), count);
	assert_memory_equal(found, expected, count * sizeof *found);
	for (int i = 0; i < 3; i++) {
		size_t offset = oracle_random(oracle, count + 5), limit = oracle_random(oracle, 30);
		size_t left = offset < count ? count - offset : 0;
		size_t got = catalogue_page(set, offset, limit, found);
		assert_int_equal(got, left < limit ? left : limit);
		assert_memory_equal(found, expected + offset, got * sizeof *found);
	}
}

static void compare_neighbours(struct oracle *oracle, const struct catalogue_set *set, const int64_t *ids, size_t count)
{
	int64_t id = 1 + (int64_t)oracle_random(oracle, ORACLE_ENTRIES);
	if (count && chance(oracle, 70))
		id = ids[oracle_random(oracle, count)];
	int64_t newer = 0, older = 0, found_newer, found_older;
	const struct catalogue_entry *own = &oracle->entries[id].entry;
	bool within = false;
	for (size_t i = 0; i < count; i++) {
		const struct catalogue_entry *other = &oracle->entries[ids[i]].entry;
		within |= ids[i] == id;
		if (ids[i] == id)
			continue;
		bool before = other->date_s > own->date_s || (other->date_s == own->date_s && other->entry_id > id);
		if (before)
			newer = ids[i];
		else if (!older)
			older = ids[i];
	}
	if (!oracle_visible(oracle, id))
		newer = older = 0;
	catalogue_neighbours(set, id, &found_newer, &found_older);
	assert_int_equal(found_newer, newer);
	assert_int_equal(found_older, older);
	assert_int_equal(catalogue_set_contains(set, id), within);
}

/* The filter that one more click on a key of this dimension would use, but for the key itself. */
static struct catalogue_filter widened(const struct catalogue_filter *filter, enum catalogue_dimension dimension)
{
	struct catalogue_filter wider = *filter;
	if (dimension == CATALOGUE_LANGUAGE)
		wider.language = CATALOGUE_EVERY_LANGUAGE;
	if (dimension == CATALOGUE_KIND)
		wider.kind = 0;
	if (dimension == CATALOGUE_YEAR)
		wider.year = 0;
	if (dimension == CATALOGUE_YEAR || dimension == CATALOGUE_MONTH)
		wider.month = 0;
	return wider;
}

static size_t facet_count(const struct catalogue_facets *facets, int64_t key)
{
	for (size_t i = 0; i < facets->len; i++)
		if (facets->at[i].key == key)
			return facets->at[i].count;
	return 0;
}

static size_t naive_count(const struct oracle *oracle, const struct catalogue_filter *filter,
			  enum catalogue_dimension dimension, int64_t key)
{
	size_t count = 0;
	for (int64_t id = 1; id <= ORACLE_ENTRIES; id++)
		count += oracle->entries[id].there && oracle_carries(oracle, id, dimension, key) &&
			 passes(oracle, id, filter);
	return count;
}

static void compare_facets(struct oracle *oracle, const struct catalogue_set *set,
			   const struct catalogue_filter *filter, enum catalogue_dimension dimension,
			   struct arena *arena)
{
	struct catalogue_facets facets = catalogue_facets(set, dimension, NULL, 0, arena);
	struct catalogue_filter wider = widened(filter, dimension);
	int64_t first = dimension == CATALOGUE_MONTH ? 201001 : dimension == CATALOGUE_YEAR ? 2010 : 0;
	int64_t last = first + (dimension == CATALOGUE_MONTH ? 400 : ORACLE_TERMS + 2);
	size_t seen = 0;
	for (int64_t key = first; key < last; key++) {
		size_t expected = naive_count(oracle, &wider, dimension, key);
		assert_int_equal(facet_count(&facets, key), expected);
		seen += expected > 0;
	}
	assert_int_equal(facets.len, seen);
	for (size_t i = 1; i < facets.len; i++)
		assert_true(facets.at[i - 1].count > facets.at[i].count ||
			    (facets.at[i - 1].count == facets.at[i].count && facets.at[i - 1].key < facets.at[i].key));
	int64_t candidates[] = {1, 3, 3, 999, -4};
	struct catalogue_facets chosen = catalogue_facets(set, dimension, candidates, 5, arena);
	size_t wanted = (facet_count(&facets, 1) > 0) + (facet_count(&facets, 3) > 0);
	assert_int_equal(chosen.len, wanted);
	for (size_t i = 0; i < chosen.len; i++)
		assert_int_equal(chosen.at[i].count, facet_count(&facets, chosen.at[i].key));
}

static void compare_related(struct oracle *oracle, const struct catalogue_snapshot *snapshot)
{
	int64_t expected[ORACLE_ENTRIES], found[20], id = 1 + (int64_t)oracle_random(oracle, ORACLE_ENTRIES);
	size_t count = oracle_related(oracle, id, expected);
	size_t limit = 1 + oracle_random(oracle, 20);
	size_t got = catalogue_related(snapshot, id, limit, found);
	assert_int_equal(got, count < limit ? count : limit);
	assert_memory_equal(found, expected, got * sizeof *found);
}

/* When something of a part of the list last changed, for any part; expected holds the list. */
static void compare_changed(struct oracle *oracle, const struct catalogue_set *set, const int64_t *expected,
			    size_t count)
{
	size_t offset = oracle_random(oracle, count + 3), limit = oracle_random(oracle, count + 3);
	int64_t newest_s = VISIBLE_NO_TIME;
	for (size_t i = offset; i < count && i - offset < limit; i++)
		if (oracle->entries[expected[i]].entry.changed_s > newest_s)
			newest_s = oracle->entries[expected[i]].entry.changed_s;
	assert_int_equal(catalogue_changed_s(set, offset, limit), newest_s);
}

void oracle_compare(struct oracle *oracle, const struct catalogue_snapshot *snapshot)
{
	int64_t expected[ORACLE_ENTRIES];
	size_t visible_now = 0;
	for (int64_t id = 1; id <= ORACLE_ENTRIES; id++) {
		bool seen = oracle_visible(oracle, id);
		visible_now += seen;
		assert_int_equal(catalogue_contains(snapshot, id), seen);
	}
	assert_int_equal(catalogue_visible_count(snapshot), visible_now);
	for (int i = 0; i < 3; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct catalogue_filter filter;
		oracle_random_filter(oracle, &filter);
		CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
		size_t count = oracle_select(oracle, &filter, expected);
		compare_list(oracle, set, expected, count);
		assert_int_equal(catalogue_newest_s(set),
				 count ? oracle->entries[expected[0]].entry.date_s : VISIBLE_NO_TIME);
		compare_neighbours(oracle, set, expected, count);
		compare_changed(oracle, set, expected, count);
		for (int asked = 0; asked < 2; asked++) /* of the same set, which counts some things once */
			compare_facets(oracle, set, &filter, (enum catalogue_dimension)oracle_random(oracle, 7), arena);
	}
	uint32_t language = (uint32_t)oracle_random(oracle, ORACLE_LANGUAGES);
	CATALOGUE_SET_SCOPED front = catalogue_select_front(snapshot, language);
	size_t count = oracle_front(oracle, language, expected);
	compare_list(oracle, front, expected, count);
	compare_related(oracle, snapshot);
}
