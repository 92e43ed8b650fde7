/* redirect: addresses that were, and addresses that are gone for good.
 *
 * A redirect leads to a thing rather than to a path, so it survives later renames. A path that an entry has
 * now wins over a redirect from it. */
#ifndef CRIER_STORE_REDIRECT_H
#define CRIER_STORE_REDIRECT_H

#include "store/store.h"

enum redirect_target {
	REDIRECT_ENTRY,
	REDIRECT_TERM,
	REDIRECT_PLACE,
	REDIRECT_CONTRIBUTOR,
	REDIRECT_KIND,
	REDIRECT_MEDIA,
	REDIRECT_PATH,
	REDIRECT_GONE, /* a tombstone: 410 with note */
};

struct redirect {
	struct str path; /* "/old/", or "/?p=12" with the query that belongs to it */
	enum redirect_target target;
	int64_t target_id;   /* not for PATH and GONE */
	struct str to_path;  /* REDIRECT_PATH */
	struct str note;     /* REDIRECT_GONE: what the public is told; may be empty */
	struct str language; /* for lists; empty: the first */
	int64_t batch_id;    /* filled by the store: in force only when batch_flipped or 0 */
	bool in_force;       /* filled by the store */
};
VEC_TYPE(redirect_vec, struct redirect);

/* New or changed. In a chunk it is in force from the flip on, and a redirect that is in force already is left alone. */
int redirect_put(struct store_tx *tx, const struct redirect *redirect, struct err *err);

int redirect_get(struct store *store, struct str path, struct arena *arena, struct redirect *ret_redirect,
		 struct err *err); /* STORE_NOT_FOUND */
/* By path after after_path (empty at first); batch_id 0: all. Fewer than limit: the end. Redirects first, then
 * tombstones: call again with gone = true. */
int redirect_page(struct store *store, bool gone, int64_t batch_id, struct str after_path, int limit,
		  struct arena *arena, struct redirect_vec *ret_redirects, struct err *err);

#endif
