/* oracle: a catalogue as anybody would write it: look at every entry, ask visible(), sort. The real one must
 * agree with it in everything. Random but repeatable: all from one seed. */
#ifndef CRIER_TESTS_ORACLE_H
#define CRIER_TESTS_ORACLE_H

#include "publish/catalogue.h"

#define ORACLE_ENTRIES    1500
#define ORACLE_LANGUAGES  3
#define ORACLE_TERMS      30
#define ORACLE_PLACES     20
#define ORACLE_PEOPLE     8
#define ORACLE_KINDS      5
#define ORACLE_ENTRY_KEYS 14

struct oracle_entry {
	bool there;
	struct visible_facts facts;
	struct catalogue_entry entry;
	struct catalogue_key keys[ORACLE_ENTRY_KEYS];
};

struct oracle {
	uint64_t seed;
	int64_t now_s;
	struct oracle_entry entries[ORACLE_ENTRIES + 1]; /* by id */
	int64_t term_parent[ORACLE_TERMS + 1], place_parent[ORACLE_PLACES + 1];
};

uint64_t oracle_random(struct oracle *oracle, uint64_t below);
void oracle_init(struct oracle *oracle, uint64_t seed, int64_t now_s);
void oracle_move_parents(struct oracle *oracle);
size_t oracle_parents(const struct oracle *oracle, struct catalogue_parent *ret_parents);
void oracle_change_entry(struct oracle *oracle, int64_t id);
void oracle_random_filter(struct oracle *oracle, struct catalogue_filter *ret_filter);

bool oracle_visible(const struct oracle *oracle, int64_t id);
bool oracle_carries(const struct oracle *oracle, int64_t id, enum catalogue_dimension dimension, int64_t key);
/* Ids in order; how many. */
size_t oracle_select(const struct oracle *oracle, const struct catalogue_filter *filter, int64_t *ret_ids);
size_t oracle_front(const struct oracle *oracle, uint32_t language, int64_t *ret_ids);
size_t oracle_related(const struct oracle *oracle, int64_t id, int64_t *ret_ids);

/* Compares every answer of the snapshot for random filters; fails the test where they differ. */
void oracle_compare(struct oracle *oracle, const struct catalogue_snapshot *snapshot);

#endif
