/* What the catalogue's questions cost at a size: measure_catalogue ENTRIES QUESTION TIMES.
 *
 * Run under callgrind with two TIMES and take the difference: the instructions of one question, without the
 * building. QUESTION: front, page (kind, deep), filters (kind, topic, country, deep), facets (20 topics of a
 * kind), months, narrowed and broad (all facets of a page of two filters; few pass, or many), related, change (one
 * entry published), memory (prints bytes an entry). */
#include "publish/catalogue.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW_S 1700000000

static uint64_t seed = 7;

static uint64_t next(uint64_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (seed >> 33) % below;
}

/* Topics and tags as archives have them: a few large ones, many small ones. */
static int64_t skewed(int64_t count)
{
	uint64_t a = next((uint64_t)count), b = next((uint64_t)count);
	return 1 + (int64_t)(a * b / (uint64_t)count);
}

static struct catalogue_entry make_entry(int64_t id, struct catalogue_key keys[8])
{
	size_t count = 0;
	keys[count++] = (struct catalogue_key){CATALOGUE_TERM, skewed(40)};
	keys[count++] = (struct catalogue_key){CATALOGUE_TERM, 1000 + skewed(5000)};
	keys[count++] = (struct catalogue_key){CATALOGUE_TERM, 1000 + skewed(5000)};
	keys[count++] = (struct catalogue_key){CATALOGUE_PLACE, 30 + skewed(200)};
	if (next(3) == 0)
		keys[count++] = (struct catalogue_key){CATALOGUE_PLACE, 30 + skewed(200)};
	keys[count++] = (struct catalogue_key){CATALOGUE_CONTRIBUTOR, skewed(300)};
	int64_t date_s = NOW_S - (int64_t)next(20 * 365) * 86400;
	return (struct catalogue_entry){.entry_id = id,
					.window = {date_s, VISIBLE_NO_END},
					.date_s = date_s,
					.language = (uint32_t)next(3),
					.kind = (int64_t)next(8),
					.month = 200301 + (int)((date_s - NOW_S) / 31536000 + 20) * 100 + (int)next(12),
					.keys = keys,
					.key_count = count};
}

static struct catalogue *build(int64_t count)
{
	const struct str languages[] = {STR("en"), STR("fr"), STR("ar")};
	struct catalogue_options options = {languages, 3, false};
	struct catalogue *catalogue = NULL;
	struct err err = {0};
	struct catalogue_parent parents[200];
	for (int64_t i = 0; i < 200; i++)
		parents[i] = (struct catalogue_parent){CATALOGUE_PLACE, 31 + i, 1 + i % 22};
	if (catalogue_create(&options, &catalogue, &err))
		exit(1);
	struct catalogue_load *load = catalogue_load_begin(catalogue, parents, 200);
	for (int64_t id = 1; id <= count; id++) {
		struct catalogue_key keys[8];
		struct catalogue_entry entry = make_entry(id, keys);
		if (catalogue_load_add(load, &entry, &err))
			exit(1);
	}
	catalogue_load_commit(load, 1, NOW_S);
	return catalogue;
}

static size_t ask_list(const struct catalogue_snapshot *snapshot, const struct catalogue_filter *filter)
{
	int64_t ids[20];
	CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, filter);
	size_t count = catalogue_count(set);
	return count + catalogue_page(set, count / 2, 20, ids);
}

static size_t ask_facets(const struct catalogue_snapshot *snapshot, bool months)
{
	ARENA_SCOPED arena = arena_create(0);
	struct catalogue_filter filter = {.kind = 3};
	int64_t topics[20];
	for (int64_t i = 0; i < 20; i++)
		topics[i] = i + 1;
	CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
	if (months)
		return catalogue_facets(set, CATALOGUE_MONTH, NULL, 0, arena).len;
	return catalogue_facets(set, CATALOGUE_TERM, topics, 20, arena).len;
}

/* A group of links each, as a page of a list shows them. */
static size_t ask_groups(const struct catalogue_snapshot *snapshot, const struct catalogue_filter *filter)
{
	ARENA_SCOPED arena = arena_create(0);
	static const struct {
		enum catalogue_dimension dimension;
		int64_t first, count;
	} groups[] = {{CATALOGUE_TERM, 1, 40},
		      {CATALOGUE_PLACE, 1, 230},
		      {CATALOGUE_TERM, 1001, 60},
		      {CATALOGUE_CONTRIBUTOR, 1, 100}};
	int64_t ids[230];
	CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, filter);
	size_t answer = catalogue_count(set);
	answer += catalogue_facets(set, CATALOGUE_KIND, NULL, 0, arena).len;
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		for (int64_t k = 0; k < groups[i].count; k++)
			ids[k] = groups[i].first + k;
		answer += catalogue_facets(set, groups[i].dimension, ids, (size_t)groups[i].count, arena).len;
	}
	return answer + catalogue_facets(set, CATALOGUE_YEAR, NULL, 0, arena).len;
}

static size_t publish(struct catalogue *catalogue, int64_t id)
{
	struct catalogue_key keys[8];
	struct catalogue_entry entry = make_entry(id, keys);
	struct catalogue_change change = {.put = &entry, .put_count = 1, .sequence = id};
	return (size_t)catalogue_apply(catalogue, &change, NOW_S, NULL);
}

__attribute__((noinline)) static size_t ask(struct catalogue *catalogue, const char *question, int64_t count,
					    int64_t time)
{
	CATALOGUE_SCOPED snapshot = catalogue_acquire(catalogue, NOW_S);
	struct catalogue_filter kind = {.kind = 3};
	struct catalogue_filter narrow = {
		.kind = 3, .keys = {{CATALOGUE_TERM, 2}, {CATALOGUE_PLACE, 32}}, .key_count = 2};
	int64_t ids[20];
	if (!strcmp(question, "front")) {
		CATALOGUE_SET_SCOPED set = catalogue_select_front(snapshot, 0);
		return catalogue_page(set, 0, 20, ids);
	}
	if (!strcmp(question, "page"))
		return ask_list(snapshot, &kind);
	if (!strcmp(question, "filters"))
		return ask_list(snapshot, &narrow);
	if (!strcmp(question, "facets") || !strcmp(question, "months"))
		return ask_facets(snapshot, !strcmp(question, "months"));
	if (!strcmp(question, "narrowed") || !strcmp(question, "broad")) {
		struct catalogue_filter two = {.keys = {{CATALOGUE_TERM, 9}, {CATALOGUE_PLACE, 60}}, .key_count = 2};
		if (!strcmp(question, "broad"))
			two.keys[1].id = 2;
		return ask_groups(snapshot, &two);
	}
	if (!strcmp(question, "related"))
		return catalogue_related(snapshot, 1 + time * 31 % count, 5, ids);
	return publish(catalogue, count + 1 + time % 400);
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: measure_catalogue ENTRIES QUESTION TIMES\n");
		return 2;
	}
	int64_t count = strtoll(argv[1], NULL, 10), times = strtoll(argv[3], NULL, 10);
	struct catalogue *catalogue = build(count);
	size_t answer = 0;
	if (!strcmp(argv[2], "memory")) {
		malloc_trim(0);
		struct mallinfo2 memory = mallinfo2();
		printf("%zu bytes, %.1f an entry\n", memory.uordblks + memory.hblkhd,
		       (double)(memory.uordblks + memory.hblkhd) / (double)count);
		times = 0;
	}
	for (int64_t i = 0; i < times; i++)
		answer += ask(catalogue, argv[2], count, i);
	printf("%zu\n", answer);
	catalogue_destroy(catalogue);
	return 0;
}
