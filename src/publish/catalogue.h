/* catalogue: what the public may see now, in order, with counts for every filter.
 *
 * In memory. Built by the projector from public.db at start and kept by it afterwards; asked by every
 * list, feed, sitemap, search and item page. A snapshot never changes: acquire one at the start of
 * a request with the request's time, release it at the end, keep nothing from it.
 *
 * Order: date descending, then entry id descending. An entry is one (item, language) pair. The
 * catalogue also knows entries whose window (visible.h) has not opened yet; they are in no answer
 * until their second comes, and then they are in all of them without anyone being told: acquiring
 * makes the next snapshot when the current one has run out.
 *
 * How: a *base*, an array in order with one Roaring bitmap of positions for each kind, term, place,
 * contributor, year, month and language, is rebuilt in the background; a small *delta* holds what was
 * added or changed since, and a snapshot adds the bitmap of what is live. A term's list includes the
 * entries of all terms below it, a place's list those of all places below it.
 *
 * Cost: acquire and release are one atomic addition each; readers never lock and never wait. A
 * select, count, page at any depth or facet is a few bitmap operations and one walk over the delta
 * (at most CATALOGUE_DELTA_MAX entries unless a bulk change is on its way), whatever the archive's
 * size. A change costs a copy of the live bitmaps (about 0.1 ms at a million). Memory about 125
 * bytes an entry, twice that while the base is rebuilt.
 *
 * Threads: any number may acquire and ask; apply, parents and load may be called by any one thread
 * at a time (they lock each other out).
 *
 * Never: an entry for which visible_in(window, now) is false, in any answer, count or neighbour.
 */
#ifndef CRIER_PUBLISH_CATALOGUE_H
#define CRIER_PUBLISH_CATALOGUE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "publish/visible.h"

#define CATALOGUE_LANGUAGES_MAX  64
#define CATALOGUE_KEY_MAX        ((INT64_C(1) << 28) - 1) /* ids of kinds, terms, places, contributors: 1 to this */
#define CATALOGUE_ENTRY_KEYS_MAX 200                      /* terms, places and contributors of one entry */
#define CATALOGUE_DELTA_MAX      512
#define CATALOGUE_PINNED_MAX     50 /* pinned at a time in one language: the newest of them count */
#define CATALOGUE_RELATED_KEYS   8  /* see catalogue_related */

struct catalogue;
struct catalogue_snapshot;

/* What lists are kept for. */
enum catalogue_dimension {
	CATALOGUE_LANGUAGE, /* key: index of the language */
	CATALOGUE_KIND,
	CATALOGUE_TERM,
	CATALOGUE_PLACE,
	CATALOGUE_CONTRIBUTOR,
	CATALOGUE_YEAR,  /* key: year */
	CATALOGUE_MONTH, /* key: year * 100 + month */
};

struct catalogue_key {
	enum catalogue_dimension dimension; /* CATALOGUE_TERM, _PLACE or _CONTRIBUTOR */
	int64_t id;
};

/* One entry as the projector gives it. The catalogue copies what it keeps. */
struct catalogue_entry {
	int64_t entry_id;
	struct visible_window window;
	int64_t date_s;
	int64_t changed_s;      /* when what it shows last changed: for catalogue_changed_s */
	int64_t pinned_until_s; /* first on the front page before this; 0: not pinned */
	uint32_t language;      /* catalogue_language() */
	bool page;              /* a static page: contained, in no list */
	int64_t kind;           /* 0: none */
	int month;              /* year * 100 + month of the date in the site's zone; 0 for none */
	const struct catalogue_key *keys;
	size_t key_count;
};

/* A term or place and the one above it. */
struct catalogue_parent {
	enum catalogue_dimension dimension;
	int64_t id, parent_id;
};

struct catalogue_options {
	const struct str *languages; /* codes, the site's first one first; copied */
	size_t language_count;
	bool background; /* rebuild the base on a thread of its own; false: inside apply (tests, tools) */
};

int catalogue_create(const struct catalogue_options *options, struct catalogue **ret_catalogue, struct err *err);
void catalogue_destroy(struct catalogue *catalogue); /* after all snapshots were released; NULL is fine */

#define CATALOGUE_NO_LANGUAGE UINT32_MAX
uint32_t catalogue_language(const struct catalogue *catalogue, struct str code);

/* For the projector ---------------------------------------------------------------------------- */

/* Fills a whole new base: begin, add every entry once, in any order, then commit (all at once visible) or abort.
 * ERR_INPUT for an id out of range, too many keys, an unknown language; ERR_LIMIT past 2^31 entries. */
struct catalogue_load;
struct catalogue_load *catalogue_load_begin(struct catalogue *catalogue, const struct catalogue_parent *parents,
					    size_t parent_count);
int catalogue_load_add(struct catalogue_load *load, const struct catalogue_entry *entry, struct err *err);
void catalogue_load_commit(struct catalogue_load *load, int64_t sequence, int64_t now_s);
void catalogue_load_abort(struct catalogue_load *load); /* NULL is fine */

/* One step of the outbox: entries put (new or changed) and taken away, all visible in one moment. Unknown
 * removed ids are nothing. An entry whose window is empty is as good as removed. */
struct catalogue_change {
	const struct catalogue_entry *put;
	size_t put_count;
	const int64_t *removed;
	size_t removed_count;
	int64_t sequence; /* of the outbox, never smaller than the last */
};
int catalogue_apply(struct catalogue *catalogue, const struct catalogue_change *change, int64_t now_s, struct err *err);
/* Whether the catalogue takes this entry: 0, ERR_INPUT or ERR_LIMIT. One that it does not fails the whole change. */
int catalogue_entry_check(const struct catalogue *catalogue, const struct catalogue_entry *entry, struct err *err);

/* Terms or places moved in their trees: rebuilds the base with the new ones, here and now. */
void catalogue_set_parents(struct catalogue *catalogue, const struct catalogue_parent *parents, size_t parent_count,
			   int64_t now_s);

/* Waits for a rebuild that is under way. For tests and orderly ends. */
void catalogue_settle(struct catalogue *catalogue);

/* Snapshots ------------------------------------------------------------------------------------- */

/* The state of the public at now_s. Never NULL. A clock that goes back is followed for a day. */
const struct catalogue_snapshot *catalogue_acquire(struct catalogue *catalogue, int64_t now_s);
void catalogue_release(const struct catalogue_snapshot *snapshot); /* NULL is fine */
void catalogue_releasep(const struct catalogue_snapshot **snapshot);
#define CATALOGUE_SCOPED __attribute__((cleanup(catalogue_releasep))) const struct catalogue_snapshot *

int64_t catalogue_sequence(const struct catalogue_snapshot *snapshot);
int64_t catalogue_at_s(const struct catalogue_snapshot *snapshot); /* made for this second; true for later ones too */
/* Until when every answer of this snapshot stays true, if nothing is published: VISIBLE_NO_END or
 * the next second at which something opens, ends or is no longer pinned. Never tell a reader. */
int64_t catalogue_valid_until_s(const struct catalogue_snapshot *snapshot);

/* Whether the public may see this entry, item or page. Every path that gives one out asks this. */
bool catalogue_contains(const struct catalogue_snapshot *snapshot, int64_t entry_id);
size_t catalogue_visible_count(const struct catalogue_snapshot *snapshot); /* items and pages, all languages */

/* Filters and sets ------------------------------------------------------------------------------ */

enum catalogue_scope {
	CATALOGUE_ITEMS, /* what stands in lists and feeds */
	CATALOGUE_PAGES, /* static pages */
	CATALOGUE_ALL,   /* both: for sitemaps */
};

#define CATALOGUE_EVERY_LANGUAGE UINT32_MAX

/* An entry passes when it passes every part. Zeroed with a language: all items of the first language. */
struct catalogue_filter {
	uint32_t language; /* or CATALOGUE_EVERY_LANGUAGE */
	enum catalogue_scope scope;
	int64_t kind; /* 0: any */
	struct catalogue_key keys[LIMIT_FILTERS];
	size_t key_count;
	int year;  /* 0: any */
	int month; /* 1 to 12, with year; 0: any */
};

/* The entries that pass, in order. Belongs to its snapshot, which must outlive it. Entries beyond
 * any id that exists make an empty set, not an error. */
struct catalogue_set;
struct catalogue_set *catalogue_select(const struct catalogue_snapshot *snapshot,
				       const struct catalogue_filter *filter);
/* The front page's list: every item of a language, those pinned first. */
struct catalogue_set *catalogue_select_front(const struct catalogue_snapshot *snapshot, uint32_t language);
void catalogue_set_destroy(struct catalogue_set *set); /* NULL is fine */
void catalogue_set_destroyp(struct catalogue_set **set);
#define CATALOGUE_SET_SCOPED __attribute__((cleanup(catalogue_set_destroyp))) struct catalogue_set *

size_t catalogue_count(const struct catalogue_set *set);
/* Up to limit ids from offset on; how many there were. Any depth costs the same. */
size_t catalogue_page(const struct catalogue_set *set, size_t offset, size_t limit, int64_t *ret_ids);
bool catalogue_set_contains(const struct catalogue_set *set, int64_t entry_id);
/* When one of up to limit entries from offset on last changed; VISIBLE_NO_TIME where there is none. Cost: a look at
 * each of them, about 0.1 us, in memory. */
int64_t catalogue_changed_s(const struct catalogue_set *set, size_t offset, size_t limit);
/* Date of the newest; VISIBLE_NO_TIME for an empty set. */
int64_t catalogue_newest_s(const struct catalogue_set *set);

/* The entries before (newer) and behind (older) one in this list, 0 where there is none. Works for
 * an entry that is not in the list too (where it would stand); both 0 for one that is not visible. */
void catalogue_neighbours(const struct catalogue_set *set, int64_t entry_id, int64_t *ret_newer, int64_t *ret_older);

/* Facets: exactly what one more click would give.
 * TERM, PLACE, CONTRIBUTOR narrow: the count of filter and key together; a key that is already in the
 * filter gets the count of the filter itself. KIND, MONTH, LANGUAGE replace: the count of the filter
 * with its own value of that dimension changed to key. YEAR replaces year and month.
 * Only keys with a count above 0, largest count first, then smallest id.
 * What is counted for the first dimension that is asked of a set serves the others: ask a set from one thread. */
struct catalogue_facet {
	int64_t key;
	size_t count;
};
struct catalogue_facets {
	struct catalogue_facet *at;
	size_t len;
};
/* candidates: the keys that the page would show (all topics, say), or NULL for every key there is. */
struct catalogue_facets catalogue_facets(const struct catalogue_set *set, enum catalogue_dimension dimension,
					 const int64_t *candidates, size_t candidate_count, struct arena *arena);

/* A key of the dimension that is wanted and under which an item of the language can be seen; 0 where there is none.
 * wanted is asked for keys that have a list, in no order that matters. Cost: an intersection, which ends at its first
 * member, for each key that is wanted in vain. */
typedef bool catalogue_wanted(const void *context, int64_t key);
int64_t catalogue_find_key(const struct catalogue_snapshot *snapshot, uint32_t language,
			   enum catalogue_dimension dimension, catalogue_wanted *wanted, const void *context);

/* Items of the entry's language that share the most of its terms and places, then the newest; never
 * itself. Sharing one counts 1 whatever it is; an entry with more than CATALOGUE_RELATED_KEYS of them is compared by
 * those with the shortest lists (then smallest dimension and id). A term is shared when the other carries it or one
 * below it. Returns how many. */
size_t catalogue_related(const struct catalogue_snapshot *snapshot, int64_t entry_id, size_t limit, int64_t *ret_ids);

#endif
