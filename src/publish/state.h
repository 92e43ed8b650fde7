/* state: all that pages are made of, as it can be seen at one moment, thing by thing with a hash of what it says.
 *
 * Who has made files of pages asks twice and compares: what came, went or is another since tells which pages are out of
 * date, however it came about: a change in the store, a build of public.db, the clock, a database put back. Nothing
 * hidden is told.
 *
 * The hashes are of 64 bits, for comparing alone. Cost: each row that can be seen is read once, about 10 us an entry.
 */
#ifndef CRIER_PUBLISH_STATE_H
#define CRIER_PUBLISH_STATE_H

#include "publish/public.h"

struct state_media {
	struct str public_id;
	uint64_t hash; /* of its files and what describes them */
};

struct state_entry {
	int64_t entry_id, item_id;
	struct str language;
	bool page;
	int month; /* year * 100 + month; 0: none */
	int64_t kind;
	const int64_t *terms, *places; /* as assigned */
	size_t term_count, place_count;
	const struct card_contributor *contributors;
	size_t contributor_count;
	const int64_t *named; /* items that an editor named beside it */
	size_t named_count;
	const struct state_media *const *media; /* that it uses */
	size_t media_count;
	/* of all that is shown of it but names, its media, and whether it is breaking or pinned at now_s */
	uint64_t hash;
};

/* Every entry that the snapshot contains, by its number; what each gets is good until it returns. */
typedef int state_entry_found(void *context, const struct state_entry *entry, struct err *err);
int public_state_entries(struct public *public, const struct catalogue_snapshot *snapshot, int64_t now_s,
			 state_entry_found *found, void *context, struct err *err);

/* Names: of a term ('t'), place ('p') and contributor ('c'), labels included; and one hash ('*', 0) for what stands
 * everywhere: kinds, languages, site texts, menus. */
typedef int state_name_found(void *context, char letter, int64_t id, uint64_t hash, struct err *err);
int public_state_names(struct public *public, state_name_found *found, void *context, struct err *err);

#endif
