/* catalogue_inside: the catalogue's own parts, for its files and nobody else.
 *
 *   tree      who stands above whom: terms and places
 *   base      entries in order, their facts, a bitmap of positions for each list; never changes
 *   delta     what was put or removed since the base was built; never changes
 *   snapshot  a base, a delta and what of them is live at one time; never changes
 *
 * Base and delta are shared by the snapshots that stand on them and counted (part_hold, part_drop).
 *
 * A *list key* is 32 bits: the dimension above, the id below. An entry's *facts* are the list keys it
 * was given; its *lists* are those and what follows from them (ancestors, the month's year).
 */
#ifndef CRIER_PUBLISH_CATALOGUE_INSIDE_H
#define CRIER_PUBLISH_CATALOGUE_INSIDE_H

#include "publish/catalogue.h"
#include "publish/held.h"

#include <pthread.h>
#include <roaring/roaring.h>

#define KEY_SHIFT      28
#define KEY_PAGE       (UINT32_C(15) << KEY_SHIFT) /* the list of static pages */
#define DAY_S          86400
#define DELTA_BULK_MAX 16384 /* past this a change waits for the rebuild */

static inline uint32_t list_key(enum catalogue_dimension dimension, int64_t id)
{
	return (uint32_t)dimension << KEY_SHIFT | (uint32_t)id;
}

static inline enum catalogue_dimension key_dimension(uint32_t key)
{
	return (enum catalogue_dimension)(key >> KEY_SHIFT);
}

static inline int64_t key_id(uint32_t key)
{
	return key & ((UINT32_C(1) << KEY_SHIFT) - 1);
}

/* malloc and realloc that end the process when there is no memory; count * each is checked. */
void *heap_array(size_t count, size_t each_bytes);
void *heap_grow(void *at, size_t count, size_t each_bytes);

/* keys: a growing list of list keys ------------------------------------------------------------- */

struct keys {
	uint32_t *at;
	size_t len, cap;
};
void keys_add(struct keys *keys, uint32_t key);
void keys_add_new(struct keys *keys, uint32_t key); /* unless it is there */
void keys_finish(struct keys *keys);

/* tree ------------------------------------------------------------------------------------------ */

struct tree_link {
	uint32_t key, parent;
};
struct tree {
	struct tree_link *at; /* by key */
	size_t len;
};
void tree_init(struct tree *tree, const struct catalogue_parent *parents, size_t count);
void tree_init_copy(struct tree *tree, const struct tree *from);
void tree_finish(struct tree *tree);
/* Adds the lists that follow from facts to lists, each once. */
void tree_expand(const struct tree *tree, const uint32_t *facts, size_t fact_count, struct keys *lists);

/* base ------------------------------------------------------------------------------------------ */

struct base_list {
	uint32_t key;
	roaring_bitmap_t *positions;
	uint64_t *words; /* the same as plain bits, for the longest lists of a large base; else NULL */
};
struct base_span { /* an entry whose window opens after the floor or ends */
	uint32_t position;
	struct visible_window window;
};
struct base_pin {
	uint32_t position;
	int64_t until_s;
};
struct base_event { /* at time_s the entry opens or ends */
	int64_t time_s;
	uint32_t position;
	bool opens;
};

struct base {
	_Atomic int64_t held;
	uint32_t count;
	int64_t *ids;            /* by position */
	int64_t *dates;          /* by position */
	int64_t *changed;        /* by position */
	uint32_t *by_id;         /* positions, ids ascending */
	uint32_t *rows_at;       /* count + 1 offsets into rows */
	uint32_t *rows;          /* by position: the numbers of its lists, see ROW_FOLLOWS */
	struct base_span *spans; /* by position */
	size_t span_count;
	struct base_pin *pins; /* by position */
	size_t pin_count;
	struct base_event *events; /* by time */
	size_t event_count;
	int64_t floor_s;              /* events start behind this time */
	roaring_bitmap_t *floor_live; /* live at the floor */
	struct base_list *lists;      /* by key */
	size_t list_count;
	struct base_pairs *pairs; /* of a large one; else NULL */
	int64_t made_s;
	roaring_bitmap_t *made_live; /* live when it was made: what the pairs count */
	struct tree tree;
	roaring_bitmap_t *nothing;
};

#define NO_POSITION UINT32_MAX

/* A list's number is its index in lists. An entry's row has its facts first, then what follows from them, marked. */
#define NO_LIST     UINT32_MAX
#define ROW_FOLLOWS (UINT32_C(1) << 31)
#define ROW_LIST(n) ((n) & ~ROW_FOLLOWS)

/* Facets of a set with few entries in each of Roaring's containers meet lists as plain bits: 15 times faster. */
#define BITS_BASE_MIN 65536 /* entries of a base that is worth it */
#define BITS_LIST_MIN 64    /* a list has its bits when one entry in so many is in it */
#define BITS_SET_MIN  16    /* and a set is met by them when fewer than one in so many are in it */

static inline size_t base_word_count(const struct base *base)
{
	return (size_t)base->count / 64 + 1;
}
uint64_t *base_bits_of(const struct base *base, const roaring_bitmap_t *positions);
size_t base_bits_count(const struct base *base, const uint64_t *a, const uint64_t *b);
/* How many positions are among the bits. */
size_t base_bits_meet(const uint64_t *bits, const roaring_bitmap_t *positions);

/* Pairs of lists: how many items of a language were in both when the base was made. A list has a number when it is long
 * enough.
 */
#define NO_PAIR UINT32_MAX
void base_make_pairs(struct base *base);
void base_drop_pairs(struct base *base);
uint32_t pairs_number(const struct base *base, uint32_t list); /* NO_PAIR; list: its number, or NO_LIST */
/* With itself: how many are in the list. language may be CATALOGUE_EVERY_LANGUAGE. */
size_t pairs_count(const struct base *base, uint32_t language, uint32_t a, uint32_t b);

struct base *base_hold(struct base *base);
void base_drop(struct base *base);
const roaring_bitmap_t *base_list(const struct base *base, uint32_t key); /* empty where there is none */
size_t base_list_index(const struct base *base, uint32_t key);            /* of the first key not below */
uint32_t base_list_number(const struct base *base, uint32_t key);         /* NO_LIST */
void base_facts(const struct base *base, uint32_t position, struct keys *facts);
uint32_t base_find(const struct base *base, int64_t entry_id); /* NO_POSITION */
uint32_t base_language(const struct base *base, uint32_t position);
bool base_is_page(const struct base *base, uint32_t position);
uint32_t base_position(const struct base *base, int64_t date_s, int64_t entry_id); /* how many stand before */
struct visible_window base_window(const struct base *base, uint32_t position);
int64_t base_pinned_until_s(const struct base *base, uint32_t position);

/* One entry on its way into a base. */
struct base_entry {
	int64_t id, date_s, changed_s;
	struct visible_window window;
	int64_t pinned_until_s;
	const uint32_t *facts;
	size_t fact_count;
};

/* Entries come in order; then finish makes the lists. What ended before now less a day is left out. */
struct base_builder;
struct base_builder *base_builder_create(const struct tree *tree, int64_t now_s, size_t expected);
void base_builder_add(struct base_builder *builder, const struct base_entry *entry);
struct base *base_builder_finish(struct base_builder *builder);

/* For the builder. A rows_maker gives each entry that is added its row, and tallies the lists; they are numbered when
 * it is finished. How many there are, by key. */
struct rows_maker;
struct tallied {
	uint32_t key, entries;
};
struct rows_maker *rows_maker_create(struct base *base, size_t expected);
void rows_maker_add(struct rows_maker *maker, struct base *base, const uint32_t *facts, size_t fact_count);
size_t rows_maker_finish(struct rows_maker *maker, struct base *base, struct tallied **ret_tallied);
void base_make_lists(struct base *base, const struct tallied *tallied, size_t count);

/* delta ----------------------------------------------------------------------------------------- */

struct delta_entry {
	_Atomic int64_t held;
	int64_t id, date_s, changed_s;
	struct visible_window window;
	int64_t pinned_until_s;
	bool page;
	size_t fact_count, list_count;
	uint32_t keys[]; /* the facts, then the lists in ascending order */
};

struct delta {
	_Atomic int64_t held;
	struct delta_entry **at; /* in order */
	uint32_t *position;      /* for each: how many of the base stand before it */
	uint32_t *by_id;         /* indexes, ids ascending */
	uint32_t len;
	roaring_bitmap_t *superseded; /* positions of the base that do not count any more */
};

#define NO_INDEX UINT32_MAX

struct delta *delta_create_empty(void);
struct delta *delta_hold(struct delta *delta);
void delta_drop(struct delta *delta);
uint32_t delta_find(const struct delta *delta, int64_t entry_id);
bool delta_entry_in(const struct delta_entry *entry, uint32_t key);
/* The entry's facts, the language first. Adds to what is in facts; none twice. */
void entry_facts(const struct catalogue_entry *entry, struct keys *facts);
struct delta_entry *delta_entry_create(const struct catalogue_entry *entry, const struct tree *tree);
struct delta_entry *delta_entry_hold(struct delta_entry *entry);
void delta_entry_drop(struct delta_entry *entry);
/* What follows when the change is applied. */
struct delta *delta_derive(const struct delta *delta, const struct base *base, const struct catalogue_change *change);
/* The same content as then→now added, standing on another base that holds what then held. */
struct delta *delta_transplant(const struct delta *then, const struct delta *now, const struct base *old_base,
			       const struct base *new_base);

/* snapshot -------------------------------------------------------------------------------------- */

struct catalogue_snapshot {
	struct held held;
	struct base *base;
	struct delta *delta;
	uint32_t language_count;
	roaring_bitmap_t *live;  /* of the base, pages too */
	roaring_bitmap_t **lang; /* the items of each language among them */
	roaring_bitmap_t
		*moved;    /* items of the base that are live and were not when it was made, or the other way round */
	size_t event_next; /* events before this one have happened */
	int64_t at_s;
	int64_t valid_from_s, valid_until_s;
	int64_t sequence;
};

struct catalogue_snapshot *snapshot_fresh(struct base *base, struct delta *delta, uint32_t language_count, int64_t at_s,
					  int64_t sequence);
/* From an older one on the same base, with a delta that follows its own (or its own) and another time. */
struct catalogue_snapshot *snapshot_derive(const struct catalogue_snapshot *from, struct delta *delta, int64_t at_s);

static inline bool snapshot_valid_at(const struct catalogue_snapshot *snapshot, int64_t now_s)
{
	return snapshot->valid_from_s <= now_s && now_s < snapshot->valid_until_s;
}

static inline bool delta_live(const struct catalogue_snapshot *snapshot, const struct delta_entry *entry)
{
	return visible_in(entry->window, snapshot->at_s);
}

/* set ------------------------------------------------------------------------------------------- */

struct catalogue_set {
	const struct catalogue_snapshot *snapshot;
	struct catalogue_filter filter;
	const roaring_bitmap_t *bits; /* of the base; NULL before set_fill */
	roaring_bitmap_t *own;        /* when they are the set's own; else NULL */
	size_t bit_count;
	uint32_t *delta; /* indexes, ascending */
	uint32_t delta_len;
	int64_t pinned[CATALOGUE_PINNED_MAX]; /* ids in order, for the front */
	size_t pinned_rank[CATALOGUE_PINNED_MAX];
	size_t pinned_len;
	struct set_counted *counted;
};

/* What is counted once for all facets of a set, when the first of them asks. */
struct set_counted {
	uint32_t *of_list; /* by list number: how many of the bits; NULL before */
	uint64_t *words;   /* the bits as plain ones; NULL before */
};
/* catalogue_select in two steps: what of the delta passes, then what of the base does. */
struct catalogue_set *set_create(const struct catalogue_snapshot *snapshot, const struct catalogue_filter *filter);
void set_fill(struct catalogue_set *set);
/* The lists that an entry must be in to pass; language and scope apart. */
#define FILTER_LISTS_MAX (LIMIT_FILTERS + 4)
size_t filter_lists(const struct catalogue_filter *filter, uint32_t ret_keys[FILTER_LISTS_MAX]);
/* Where the entry stands or would stand in order, pins apart. */
size_t set_rank(const struct catalogue_set *set, int64_t date_s, int64_t entry_id);
size_t set_page(const struct catalogue_set *set, size_t offset, size_t limit, int64_t *ret_ids);
bool filter_passes(const struct catalogue_filter *filter, const struct delta_entry *entry);

/* catalogue ------------------------------------------------------------------------------------- */

struct rebuild_job {
	struct base *base; /* NULL: none */
	struct delta *delta;
	int64_t now_s;
};

struct catalogue {
	struct holder holder;
	struct arena *arena;
	struct str languages[CATALOGUE_LANGUAGES_MAX];
	uint32_t language_count;
	pthread_mutex_t writing; /* apply, load, parents and the end of a rebuild */
	pthread_cond_t changed;  /* job taken, job done, stopping */
	struct rebuild_job job;  /* waits to be taken */
	bool building;
	bool stopping;
	bool background;
	pthread_t thread;
};

/* Locked, all of them but start and stop. */
void catalogue_install_fresh(struct catalogue *catalogue, struct base *base, struct delta *delta, int64_t now_s,
			     int64_t sequence);
void catalogue_rebuild_if_due(struct catalogue *catalogue, size_t delta_len, int64_t now_s);
int catalogue_rebuild_start(struct catalogue *catalogue, struct err *err);
void catalogue_rebuild_stop(struct catalogue *catalogue);

#endif
