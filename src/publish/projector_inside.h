/* projector_inside: the projector's own parts, for its files alone. */
#ifndef CRIER_PUBLISH_PROJECTOR_INSIDE_H
#define CRIER_PUBLISH_PROJECTOR_INSIDE_H

#include "publish/names_inside.h"
#include "publish/projector.h"
#include "publish/render.h"
#include "store/outbox.h"

#include "base/map.h"
#include "base/vec.h"

#include <pthread.h>

VEC_TYPE(put_vec, struct catalogue_entry);

/* What one step does, gathered while it writes, told when it has been committed. */
struct changes {
	struct arena *arena;
	struct put_vec put;
	struct id_vec removed, withdrawn;
	struct map *seen; /* tags */
	struct str_vec tags;
	bool everything; /* too many tags to name, or no way to name them */
	bool names;      /* labels, site texts or menus were written */
	bool redirects;  /* addresses lead elsewhere: no tag, but what was not there may be there now */
};

#define CHANGES_TAGS_MAX 2000

struct projector {
	struct projector_options options;
	struct arena *arena;
	struct str recipe;
	struct render_options render;
	struct store *store; /* NULL while it is away, and after a step that failed */
	bool refused;        /* the last try to open it failed */
	int looks;           /* how often to look again soon, since somebody writes to it */
	struct db *db;       /* public.db */
	struct public_position position;
	struct catalogue *catalogue;
	struct names_holder names;
	struct catalogue_parent *parents; /* as the catalogue has them */
	size_t parent_count;
	int64_t sequence;
	int64_t head; /* of the outbox, as last read */
	struct arena *left_out_arena;
	struct left_out_vec left_out; /* by what is written now; told when it has been committed */
	int64_t left_out_count;       /* in all */
	bool tried_again;             /* what another version of the program left out */
	int64_t clock_asked_us;       /* when the store was asked what time it is; 0: not on this connection */
	bool owes_purges;             /* they could not be queued */
	bool stale; /* public.db went ahead and the catalogue could not follow: load it before anything else */

	int wake_fd; /* an eventfd: there is something to do, or it is time to stop */
	int stop_fd; /* an eventfd: the store is not waited for any more */

	pthread_mutex_t lock; /* what follows */
	bool stopping, running;
	pthread_t thread;
	struct projector_thread_options thread_options;
	struct projector_status status;
	int64_t asked_us; /* when the question began to which the store has not answered; 0: there is none */
};

/* changes */
void changes_init(struct changes *changes);
void changes_clear(struct changes *changes);
void changes_finish(struct changes *changes);
void changes_tag(struct changes *changes, const char *prefix, int64_t id);
void changes_tag_text(struct changes *changes, const char *prefix, struct str text);
void changes_tag_facts(struct changes *changes, const struct projector *projector, int64_t entry_id,
		       const struct public_facts *facts);
/* Of each kind, term and place among the tags, whether it has items, and of each language whether its indexes lead
 * somewhere; then a tag for each where that is another than before. */
struct filled {
	uint64_t *names;   /* for each tag */
	unsigned *indexes; /* for each language */
};
struct filled changes_filled(const struct changes *changes, struct projector *projector);
void changes_tag_filled(struct changes *changes, struct projector *projector, const struct filled *before);

/* writing to public.db what the store says; changes NULL while everything is built anew */
int projector_write_names(struct projector *projector, struct store *store, struct err *err);
int projector_write_site(struct projector *projector, struct store *store, struct err *err);
int projector_write_redirects(struct projector *projector, struct store *store, int64_t batch_id, struct err *err);
int projector_write_redirect(struct projector *projector, struct store *store, struct str path, struct err *err);
int projector_write_entry(struct projector *projector, struct store *store, int64_t entry_id, struct changes *changes,
			  struct err *err);
/* All entries (batch_id 0) or those of a batch, page by page, rendered on threads, written page by page. */
int projector_write_entries(struct projector *projector, struct store *store, int64_t batch_id, struct changes *changes,
			    struct err *err);

/* public.db → memory */
int projector_load(struct projector *projector, struct err *err);
int projector_load_names(struct projector *projector, struct err *err);
/* Gives the catalogue the trees of terms and places if they changed. */
int projector_reload_trees(struct projector *projector, struct changes *changes, struct err *err);
void projector_tell(struct projector *projector, const struct changes *changes);

/* What is left for the caches in front: at the start; what failed before; after a change was shown. */
int projector_meet_caches(struct projector *projector, struct err *err);
int projector_queue_owed(struct projector *projector, struct err *err);
void projector_queue_purges(struct projector *projector, const struct changes *changes);

/* At the beginning of each transaction, and after its commit. */
void projector_clear_left_out(struct projector *projector);
void projector_tell_left_out(struct projector *projector);

/* All of public.db into the catalogue, and everyone told. */
int projector_show_all(struct projector *projector, struct err *err);

/* The store, opened when it was not. ERR_DB_AWAY and others when it cannot be. */
int projector_open_store(struct projector *projector, struct err *err);

/* Whether the store is away, in the status; locked, or before there are threads. */
void projector_note_away(struct projector *projector, bool away);

/* Builds everything. fresh: nobody reads yet, so page by page; else in one transaction. */
int projector_build(struct projector *projector, bool fresh, struct err *err);

#endif
