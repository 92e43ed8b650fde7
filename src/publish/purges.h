/* purges: what the caches in front of this server have yet to be told.
 *
 * What it is. A queue in public.db for each cache (projector_options.caches). With each change the projector puts one
 * row into each queue: the tags of the change (projector_listener), which every answer names in a field of its head.
 * It does so after public.db and the catalogue show the change, and marks in the transaction of the change itself that
 * rows are owed: where a process ends in between, the next start owes everything. A row goes when the cache has
 * answered twice: an answer that was under way to the cache when the first purge came is stored behind it.
 *
 * Two keys stand beside the tags. PURGE_EVERY_PAGE is on every answer; it stands for a change that has too many tags or
 * none to name, for a cache that is new, or was not told by this version of the program, and for a queue past
 * PURGES_MOST rows. PURGE_EVERY_CHANGE comes with each change, for answers that any change may touch: what was not
 * there, what leads elsewhere, and pages with more tags than fit into a head.
 *
 * Who calls it. The projector writes; jobs/purge.h reads, each thread with a connection of its own, and tells what was
 * answered. `crier check` looks.
 *
 * Never: a row before its change can be read; a row gone before its cache has answered.
 */
#ifndef CRIER_PUBLISH_PURGES_H
#define CRIER_PUBLISH_PURGES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

#define PURGE_EVERY_PAGE   "every-page"
#define PURGE_EVERY_CHANGE "every-change"
#define PURGES_MOST        1000 /* rows that wait for one cache */

struct purges;
struct public;

/* public.db as a projector has made it; ERR_DATA for one of another version. For one thread. */
int purges_open(const char *public_path, struct purges **ret_purges, struct err *err);
void purges_close(struct purges *purges); /* NULL is fine */

struct purge {
	int64_t id;
	struct str keys; /* one space between */
	bool told;       /* answered once already */
};
VEC_TYPE(purge_vec, struct purge);

/* What is to be sent to a cache now, at most limit rows: first what was withdrawn, then in the order of the changes. A
 * second time is again_s behind the first. *ret_next_s, where there is nothing: when there will be; 0: not known. */
int purges_due(struct purges *purges, struct str url, int64_t now_s, int64_t again_s, int limit, struct arena *arena,
	       struct purge_vec *ret_purges, int64_t *ret_next_s, struct err *err);
/* The cache has answered these. */
int purges_answered(struct purges *purges, const struct purge_vec *answered, int64_t again_at_s, struct err *err);
/* Why the cache does not answer; empty: it does. Only the first of several reasons keeps its time. */
int purges_note(struct purges *purges, struct str url, struct str reason, int64_t now_s, struct err *err);
/* Everything, to every cache: the theme is another. */
int purges_put_all(struct purges *purges, int64_t now_s, struct err *err);

struct purge_target {
	struct str url;
	int64_t waiting;         /* rows not answered yet */
	int64_t waiting_since_s; /* the oldest of them; 0: there are none */
	int64_t failing_since_s; /* 0: it answers */
	struct str reason;
};
VEC_TYPE(purge_target_vec, struct purge_target);
int purges_targets(struct purges *purges, struct arena *arena, struct purge_target_vec *ret_targets, struct err *err);
int public_purge_targets(struct public *public, struct arena *arena, struct purge_target_vec *ret_targets,
			 struct err *err);

#endif
