/* batch: what one import brings. Nothing of it is public until its one row flips; entries that existed before
 * keep what they were until then (staged_entry). */
#ifndef CRIER_STORE_BATCH_H
#define CRIER_STORE_BATCH_H

#include "store/store.h"

struct batch {
	int64_t id;
	struct str source;
	int64_t started_s;
	int64_t flipped_s;   /* 0: not */
	int64_t abandoned_s; /* 0: not */
};
VEC_TYPE(batch_vec, struct batch);

int batch_begin(struct store_tx *tx, struct str source, int64_t *ret_batch_id, struct err *err);

/* Everything of it becomes public, in one transaction of its own; staged changes are applied. Its outbox row is
 * OUTBOX_BATCH, after one for each entry outside the batch whose item it changed. STORE_NOT_FOUND; STORE_REFUSED when it has flipped or was abandoned. */
int batch_flip(struct store_tx *tx, int64_t batch_id, struct err *err);

/* Gives it up: what it brought and nobody saw goes, what it staged is dropped, its import_map rows are as if it had
 * never run. Terms, places, people and media that it made stay: nothing shows them. STORE_REFUSED when it has flipped.
 */
int batch_abandon(struct store_tx *tx, int64_t batch_id, struct err *err);

int batch_get(struct store *store, int64_t batch_id, struct arena *arena, struct batch *ret_batch, struct err *err);
int batch_list_open(struct store *store, struct arena *arena, struct batch_vec *ret_batches, struct err *err);

#endif
