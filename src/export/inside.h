/* inside: what the files of src/export share: one run, and what a thread of it has. */
#ifndef CRIER_EXPORT_INSIDE_H
#define CRIER_EXPORT_INSIDE_H

#include "base/vec.h"
#include "export/errands.h"
#include "export/export.h"
#include "export/hashes.h"
#include "export/manifest.h"
#include "export/state.h"
#include "export/tree.h"

#include <pthread.h>
#include <stdatomic.h>

/* Those of the page cache. */
#define GZIP_LEVEL   6
#define BROTLI_LEVEL 5

struct moved {
	struct str from, to;
};
VEC_TYPE(moved_vec, struct moved);

struct run {
	const struct export_options *options;
	struct web_settings web_settings;
	struct web *web;
	struct tree *tree;
	struct manifest *manifest;
	struct errands *errands;
	bool same_forms; /* compressed as before */

	struct state *state;
	bool anew; /* a second try */
	char whole[ERR_TEXT_BYTES];
	bool keeps;               /* pages of the run before that hold need not be rendered */
	bool notes;               /* what this run knows is for the next one */
	struct str_vec addresses; /* that the site names by itself */
	struct hashes listed;     /* those, and the theme's, by state_hash; unchanged once the threads run */

	/* Asked for while it is set: what was listed before and is no longer. Where it is there all the same, some page
	 * that was kept may lead to it, so nothing can be kept (again). */
	_Atomic bool probing, again;

	/* Addresses of before come when every page has its name: a page goes before what only leads to one. */
	_Atomic bool second;
	_Atomic bool broken; /* something could not be rendered: nothing is removed */
	_Atomic int64_t pages, rendered, changed, lost, bytes, left_out, done;

	pthread_mutex_t lock; /* what follows */
	struct arena *arena;
	struct moved_vec later; /* from: met while the pages were written */
	struct moved_vec moved; /* for the maps */
	struct str_vec told;    /* waits for the caller's thread */
};

struct hand { /* one thread's */
	struct run *run;
	unsigned number;
	pthread_t thread;
	void *worker; /* of the site */
	struct walker *walker;
	struct arena *arena;
	struct compressor *compressors[CODING_COUNT];
	struct buf room; /* for compressed forms */
	uint64_t *known; /* hashes of links of this page, mixed with its number */
	uint64_t page_number;
	struct str_vec links; /* of this page, to what is not listed */
	struct err err;       /* why it could not begin */
	int rc;
};

/* work.c: one address, from the errands to its files. */
void work_at(struct hand *hand, struct str target);
/* A page under a name of its own. alone: that another address has the name already is told. */
bool work_file(struct hand *hand, struct str name, const struct page *page, bool alone); /* true: it stands there */
void tell(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An address, or a file, that is not written as it should be. */
void leave_out(struct run *run, struct str address, const char *why);

/* moved.c: what an old address becomes. page: the answer with its Location. */
void moved_met(struct hand *hand, struct str target, const struct page *page);
int moved_maps(struct run *run, struct err *err);

#endif
