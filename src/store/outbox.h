/* outbox: what changed, in the order of commits.
 *
 * Each writing transaction ends by taking numbers from the one row of outbox_head, so numbers become visible in
 * order and without gaps on both engines. A reader keeps (number, id) of the last row it has applied. When
 * that row is not there with the same id (restored backup, failover, trimmed), it rebuilds from entry_page
 * and starts at outbox_head. Poll, or listen where the engine can wake you: each
 * transaction that writes here notifies.
 *
 * What to do for each kind is written beside it. Rows say where to look, never what is there: read the rows again.
 */
#ifndef CRIER_STORE_OUTBOX_H
#define CRIER_STORE_OUTBOX_H

#include "store/store.h"

#define OUTBOX_REBUILD 30 /* the position is unknown: build anew */

enum outbox_kind {
	OUTBOX_ENTRY,    /* subject: the entry; entry_get it (its translations get rows of their own) */
	OUTBOX_MEDIA,    /* subject: the media; entry_ids_of_media */
	OUTBOX_TAXONOMY, /* kinds, terms, places, people, languages: taxonomy_read */
	OUTBOX_SITE,     /* texts or menus: site_read */
	OUTBOX_REDIRECT, /* detail: the path; redirect_get (STORE_NOT_FOUND: it is gone) */
	OUTBOX_CHUNK,    /* subject: a batch not yet flipped; nothing public changed */
	OUTBOX_BATCH, /* subject: the batch that flipped; taxonomy, site, redirect_page and entry_page of the batch */
};

struct outbox_position {
	int64_t number; /* 0: at the very beginning */
	char id[24];    /* of that row; empty at number 0 */
};

struct outbox_row {
	struct outbox_position position;
	enum outbox_kind kind;
	int64_t subject_id;
	struct str detail;
	int64_t at_s;
};
VEC_TYPE(outbox_vec, struct outbox_row);

/* Rows after the position, at most limit. OUTBOX_REBUILD as said above. */
int outbox_read(struct store *store, const struct outbox_position *after, int limit, struct arena *arena,
		struct outbox_vec *ret_rows, struct err *err);

/* Where the outbox stands now. Take it before a rebuild (in the same store_read), start from it afterwards. */
int outbox_head(struct store *store, struct outbox_position *ret_position, struct err *err);

/* From now on this store hears of commits that wrote here; DB_CANNOT where nothing can tell. outbox_noticed says
 * whether it heard of any since it was last asked; *ret_fd as of db_noticed. SOON: somebody writes to the file, here or
 * elsewhere in it, and some milliseconds from now it can be read. */
enum outbox_news { OUTBOX_NO_NEWS, OUTBOX_NEWS, OUTBOX_NEWS_SOON };
int outbox_listen(struct store *store, struct err *err);
enum outbox_news outbox_noticed(struct store *store, int *ret_fd);

/* Forgets rows and operation ids older than before_s; the newest row stays. Nothing while the store is moved. */
int outbox_trim(struct store *store, int64_t before_s, struct err *err);

/* For functions of the store: the transaction changed this. Doubles are dropped. */
void outbox_note(struct store_tx *tx, enum outbox_kind kind, int64_t subject_id, struct str detail);

#endif
