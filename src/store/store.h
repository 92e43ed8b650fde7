/* store: the shared store, and the only SQL on it.
 *
 * What it is. Short functions, one operation each, its statement beside it: item_*.c term_*.c media_*.c …
 * This header holds the handle and the transaction that every writing operation runs in; the others
 * hold one subject each:
 *
 *     item.h      create, revise, release, withdraw, rename          entry.h    read what a projection needs
 *     taxonomy.h  languages, kinds, terms, places, contributors      media.h    media, texts, renditions
 *     batch.h     what one import brings, hidden until it flips      import.h   map, progress, conflicts
 *     site.h      texts and menus    redirect.h  old addresses       outbox.h   what changed, in order
 *
 * Who calls it. ingest/ writes, publish/ reads, desk and main write by the same functions. Readers of the
 * public site never reach it.
 *
 * Writing. store_write runs a callback in one transaction. Inside, functions take the struct store_tx. They say what
 * they changed to the transaction; its last statements number these changes into the outbox. A callback
 * may run more than once, so it keeps results in its context and starts from nothing each time.
 *
 *     static int put(struct store_tx *tx, void *context, struct err *err)
 *     {
 *             struct job *job = context;
 *             return item_create(tx, &job->content, &job->ids, err);
 *     }
 *     rc = store_write(store, put, &job, err);
 *
 * What it answers. 0; the positive answers of each header (then nothing was written: the transaction is
 * rolled back); negative codes of db.h. An uncertain COMMIT is looked up by the operation id that each
 * transaction writes first: it is tried again under the same id, and only when the database stays away does
 * the caller see ERR_DB_UNKNOWN.
 *
 * Who owns what. A store owns its connection; one thread at a time. Results lie in the caller's arena.
 *
 * Never: a change without its outbox row; half an operation.
 */
#ifndef CRIER_STORE_STORE_H
#define CRIER_STORE_STORE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/random.h"
#include "base/vec.h"
#include "db/db.h"

#define STORE_NOT_FOUND 20 /* no such row */
#define STORE_TAKEN     21 /* the address, slug, key or guid belongs to another */
#define STORE_REFUSED   22 /* the gate of release says no; reasons are told */

struct store;
struct store_tx;

/* clock NULL: the database's where it has one of its own, so that all who write to it from several machines agree what
 * came before what, else the machine's. random NULL: the kernel's. The store does not own db until it is open. */
int store_open(const char *url, const struct db_options *options, const struct clock *clock, struct random *random,
	       struct store **ret_store, struct err *err);
void store_close(struct store *store);
void store_closep(struct store **store);
#define STORE_SCOPED __attribute__((cleanup(store_closep))) struct store *

int store_migrate(struct store *store, struct err *err); /* DB_NEWER as db_migrate */
int store_version(struct store *store, int *ret_number, struct err *err);
int store_version_known(void);            /* the newest this program knows */
struct db *store_db(struct store *store); /* for db_backup, db_check, faults in tests */

typedef int store_work(struct store_tx *tx, void *context, struct err *err);
int store_write(struct store *store, store_work *work, void *context, struct err *err);

/* One chunk of an import into a batch that has not flipped. The same, but for the projections one row says
 * it all (OUTBOX_CHUNK), since nothing of it is public before the flip. */
int store_write_chunk(struct store *store, int64_t batch_id, store_work *work, void *context, struct err *err);

/* Several reads from one unmoving view. Reading functions take a struct store and may be called alone too. */
typedef int store_read_work(struct store *store, void *context, struct err *err);
int store_read(struct store *store, store_read_work *work, void *context, struct err *err);

/* Inside a transaction. */
struct db *tx_db(struct store_tx *tx);
struct store *tx_store(struct store_tx *tx); /* to call reading functions inside */
struct arena *tx_arena(struct store_tx *tx); /* lives until the transaction's end */
int64_t tx_now_s(const struct store_tx *tx);
int64_t tx_batch_id(const struct store_tx *tx);          /* 0 outside store_write_chunk */
void tx_guid(struct store_tx *tx, char ret_guid[46]);    /* urn:uuid:… and a zero */
void tx_public_id(struct store_tx *tx, char ret_id[17]); /* 16 characters for addresses and a zero */

VEC_TYPE(id_vec, int64_t);

/* What the schema cannot say of itself: released and newest revisions exist and belong to their entries,
 * the outbox ends at its head. Each finding is told. Answers 0 or DB_DAMAGED. */
int store_check(struct store *store, void (*tell)(void *context, const char *finding), void *context, struct err *err);

/* For `crier check` and tests. */
struct store_counts {
	int64_t items, entries, revisions, terms, places, contributors, media, redirects, batches_open, outbox;
};
int store_count(struct store *store, struct store_counts *ret_counts, struct err *err);

#endif
