/* import: a WordPress export into the store.
 *
 * What it does. A first pass reads the whole set of files and writes nothing: what is broken is refused here, and the
 * newsroom is as it was. Then, in chunks that are each one transaction: languages, kinds, terms, places and people;
 * attachments; items and pages; old addresses and menus. Nothing of it is public until one transaction flips the batch.
 * Labels of terms and names of people that were public before change with it, the texts of their pictures right after
 * it. Each chunk says how far it came, so the same call after a crash goes on there.
 *
 * Again. The same files once more change nothing. An export that has changed updates those items whose newest
 * revision is still the imported one; the others are left and listed as conflicts. So with terms' labels, people's
 * names and menus: what both the export and the newsroom have changed stays as it is here, and is noted.
 *
 * Who calls it. main/ for `crier import wordpress`; tests. The store is the caller's and is used by this thread alone;
 * parsing runs on others, which end before import_wordpress returns.
 *
 * Never: an item public before the flip; half a chunk; a second item for the same id of the same site.
 * Memory: that of the site's terms, people and menus, and of a bounded number of items under way (wpset.h).
 */
#ifndef CRIER_INGEST_IMPORT_H
#define CRIER_INGEST_IMPORT_H

#include "ingest/mapping.h"
#include "ingest/report.h"
#include "store/store.h"

#include <stdatomic.h>

enum import_phase { IMPORT_CHECK, IMPORT_TERMS, IMPORT_MEDIA, IMPORT_ITEMS, IMPORT_LINKS, IMPORT_FLIP, IMPORT_TEXTS };
const char *import_phase_name(enum import_phase phase);

struct import_state {
	enum import_phase phase;
	int64_t bytes_done, bytes_all; /* over all passes */
	int64_t items_done, items_all; /* items_all 0 while checking */
};

struct import_options {
	const char *const *files;
	int file_count;
	const char *mapping_path; /* NULL: the defaults */
	struct str_vec languages; /* the newsroom's, first one first */
	struct str time_zone;     /* the newsroom's */
	bool dry_run;             /* says what would be done; writes nothing */
	int threads;              /* 0: one a core */
	int chunk_items;          /* 0: 250 */
	/* May be NULL. Called often; on this thread. */
	void (*progress)(void *context, const struct import_state *state);
	void *context;
	long scratch_fault;      /* for tests: the statement on what is kept of the items that fails; 0: none */
	const atomic_bool *stop; /* may be NULL: true ends the import after the chunk under way, with ERR_STOPPED */
};

/* ret_report is made in every case and belongs to the caller. Broken files: ERR_INPUT with file, line and byte. */
int import_wordpress(struct store *store, const struct import_options *options, struct import_report **ret_report,
		     struct err *err);

/* Reads the files and proposes a mapping file, with comments that say why. Nothing is written to any store. */
int import_suggest(const struct import_options *options, struct buf *out, struct err *err);

#endif
