/* projector: brings what the store says into public.db and the catalogue, and tells who caches.
 *
 * One for each node, in its own thread (or stepped by hand in tests). It reads the outbox in order, renders
 * each changed entry once, writes public.db in one transaction together with the position reached, then
 * applies the same to the catalogue, then reports the tags that changed. So a reader's snapshot is never
 * ahead of the rows, and a process that ends anywhere goes on where public.db says it was.
 *
 * It builds public.db anew when the file is missing, of another version, broken or rendered with other
 * settings, or when the outbox no longer holds the row that was applied last (a restore, a failover,
 * trimming) – unless the store has not one entry and readers have some: that is another store, and to be away
 * (ERR_DB_AWAY). While the server runs, that is one transaction: readers keep what they have until the new content
 * stands whole. So is the flip of a batch, however large.
 *
 * An entry that cannot be rendered, or that the catalogue does not take, must not hold up those behind it: it is left
 * out. Nothing of it is shown, whatever stood there before (a withdrawal is never missed for it), and public.db, the
 * listener and the status say so. It is tried again with its next outbox row, in each build, and once when the
 * program is of another version. What fails for want of a disk or a database is no such thing: that step is repeated.
 *
 * Cost: a change about 1 ms; a build renders on all cores, above 5,000 entries a second.
 *
 * Never: a decision about visibility (visible.h makes it); a write to the store.
 */
#ifndef CRIER_PUBLISH_PROJECTOR_H
#define CRIER_PUBLISH_PROJECTOR_H

#include "base/clock.h"
#include "base/err.h"
#include "publish/catalogue.h"
#include "publish/names.h"

struct db;
struct store;
struct left_out; /* public.h */
struct projector;

/* What changed, after it can be seen: tags, and the sequence of the catalogue from which on snapshots show
 * it. Called on the projector's thread.
 *
 *     e{entry}   what an entry shows or says: itself, and its item's other languages (they link to it)
 *     k t p c    lists of a kind, term, place, contributor that an entry came into, left or changed in,
 *                with all lists above them
 *     y m        lists of a year, a month (m201806)          l{language}  every list of a language, sitemaps
 *     a{language}  the static pages of a language: one came, went or changed
 *     nk nt np   a kind (in some language), term or place got its first item or lost its last: nk3
 *     i{language}  one of the indexes of a language (indexes.h) got its first item or lost its last
 *     s          site texts, menus, labels                   *            everything
 *
 * Without tags: an address leads elsewhere. What was "not there", or led on, is asked for again after every change.
 * A step that public.db has and the catalogue could not follow tells "*" at once: what was withdrawn must not stay in a
 * cache until it can.
 */
struct projector_listener {
	void (*changed)(void *context, const struct str *tags, size_t tag_count, int64_t sequence);
	/* Between the commit to public.db and the change of the catalogue; NULL but in tests of crashes. */
	void (*committed)(void *context);
	void *context;
	/* An entry could not be shown: once for each try, after the commit; may be NULL. */
	void (*left_out)(void *context, const struct left_out *left_out);
	/* There is something to tell the caches in front, after changed; err not NULL: it could not be queued, and is
	 * owed until a later step has queued it. May be NULL. */
	void (*queued)(void *context, const struct err *err);
};

struct projector_options {
	const char *public_path; /* public.db */
	const char *store_url;   /* as in the configuration: sqlite:… or postgres://… */
	int store_silence_ms;    /* after which the store is away (db.h); 0: it is waited for */
	/* Whether a store may be used, which may bring it up to date: asked on the thread that steps, of each new
	 * connection before anything is read. What it refuses is away. NULL: any may. */
	int (*store_ready)(void *context, struct store *store, struct err *err);
	void *store_ready_context;
	const struct str *languages; /* as configured, first one first */
	size_t language_count;
	/* The month (year * 100 + month, 0 for none) of a time in the site's zone. From several threads. NULL: UTC. */
	int (*month)(void *context, int64_t time_s);
	void *month_context;
	struct str zone;           /* its name: another one asks for a new build */
	size_t excerpt_characters; /* 0: as text/excerpt.h says */
	unsigned threads;          /* for rendering in builds; 0: one for each core */
	bool background;           /* base rebuilds on a thread of their own (catalogue.h) */
	struct str program;        /* its version: another one tries again what this one leaves out */
	const struct str *caches;  /* addresses of caches in front, for which purges are kept (purges.h) */
	size_t cache_count;
	/* Whether an entry may be rendered, asked on several threads; NULL but in tests of faults. */
	int (*fault)(void *context, int64_t entry_id, struct err *err);
	void *fault_context;
	bool shared; /* another process reads public.db: it is never made anew, which is ERR_DATA */
	bool follow; /* only reads what another projector wrote: neither store nor steps; ERR_DATA where
			public.db was not made with these settings */
	const struct clock *clock;
	struct projector_listener listener;
};

/* Opens or builds public.db, loads the catalogue, catches up with the outbox. When the store cannot be
 * reached but public.db is there, starts from that (projector_step tries again). Where store_ready refuses it with
 * anything but ERR_DB_AWAY, that is handed on. */
int projector_create(const struct projector_options *options, struct projector **ret_projector, struct err *err);
void projector_destroy(struct projector *projector); /* stops the thread too; NULL is fine */

/* Whether public.db is there and of the form that these options ask for, so that it need not be made anew. It may
 * belong to another process. */
bool projector_fits(const struct projector_options *options);

struct catalogue *projector_catalogue(struct projector *projector);
struct names_holder *projector_names(struct projector *projector);

/* Applies what the outbox holds now. *ret_applied: how many of its rows. After a step that failed the store is opened
 * anew: what comes back after an outage may be another one. */
int projector_step(struct projector *projector, size_t *ret_applied, struct err *err);
/* Builds everything anew from the store. */
int projector_rebuild(struct projector *projector, struct err *err);

/* The thread: steps when woken, by projector_wake or by the database, and every poll_ms without. After a failure it
 * tries again after 0.1 s, and then each time after twice as long, up to 3.2 s. failed is told about each failed step
 * (and NULL when it works again), slow when the store begins to take PROJECTOR_SLOW_US to say what is new, and when it
 * no longer does, clock_off when this machine's clock begins to differ from the store's by more than
 * PROJECTOR_CLOCK_OFF_US, and when it no longer does. */
#define PROJECTOR_SLOW_US      1000000
#define PROJECTOR_CLOCK_OFF_US 5000000
struct projector_thread_options {
	int poll_ms; /* 0: 1000 where the database wakes us, 50 where not */
	void (*failed)(void *context, const struct err *err);
	void (*slow)(void *context, bool slow, int64_t answer_us);
	void (*clock_off)(void *context, bool off, int64_t ahead_us);
	void *context;
};
int projector_start(struct projector *projector, const struct projector_thread_options *options, struct err *err);
void projector_wake(struct projector *projector); /* after a local commit; from any thread */
/* Does not wait for a database that says nothing. NULL, or one that was not started, is fine. */
void projector_stop(struct projector *projector);

struct db *projector_public_db(struct projector *projector); /* for faults in tests and `crier check` */

/* For health and metrics; from any thread. */
struct projector_status {
	int64_t sequence; /* applied */
	int64_t behind;   /* rows that the outbox held when it was last read and that are not applied yet */
	int64_t rebuilds;
	int64_t last_step_s; /* when the last step that worked ended */
	int64_t left_out;    /* entries that cannot be shown, of all that public.db has */
	bool store_away;
	int64_t away_since_s; /* since when, as this process knows */
	bool stuck; /* the store is there, and steps fail: public.db cannot be written (a full disk), or worse */
	int64_t stuck_since_s;
	int64_t answer_us; /* how long the store took to say what is new; so far, where that is longer already */
	bool clock_known;  /* the store has a clock of its own, and was asked: every few seconds */
	bool clock_off;    /* it and this machine's differ by more than PROJECTOR_CLOCK_OFF_US */
	int64_t ahead_us;  /* this machine's less the store's, give or take half of what the answer took */
};
struct projector_status projector_status(struct projector *projector);

#endif
