/* scratch: a map that one run keeps for itself and that may outgrow memory.
 *
 * From a kind, a key and a part to bytes. It lies in a temporary database (db.h) that nobody else can open: 16 MiB of
 * it in memory, the rest in a file without a name that goes with the process. So a small run touches no disk, and a
 * large one needs no more memory than a small one.
 *
 * Any thread. Bytes lie in the caller's arena. Once anything failed (the disk is full, say) every function finds
 * nothing and keeps nothing, and scratch_result tells why: ask it before anything that was decided by an answer is
 * committed.
 *
 * Cost. 3 to 6 microseconds a call.
 */
#ifndef CRIER_STORE_SCRATCH_H
#define CRIER_STORE_SCRATCH_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

struct scratch;

int scratch_create(struct scratch **ret_scratch, struct err *err);
void scratch_destroy(struct scratch *scratch); /* NULL is fine */
void scratch_destroyp(struct scratch **scratch);
#define SCRATCH_SCOPED __attribute__((cleanup(scratch_destroyp))) struct scratch *

struct scratch_key {
	int kind; /* the caller's; each is a map of its own */
	int64_t key, part;
};

bool scratch_get(struct scratch *scratch, struct scratch_key key, struct arena *arena, struct str *ret_bytes);
void scratch_put(struct scratch *scratch, struct scratch_key key, struct str bytes);
/* False where there is one; that stays as it is. */
bool scratch_add(struct scratch *scratch, struct scratch_key key, struct str bytes);

struct scratch_part {
	int64_t part;
	struct str bytes;
};
VEC_TYPE(scratch_part_vec, struct scratch_part);
/* What stands behind key.part under the same kind and key, by part; fewer than limit: the end. */
void scratch_page(struct scratch *scratch, struct scratch_key key, int limit, struct arena *arena,
		  struct scratch_part_vec *ret_parts);

/* 0 while all is well. */
int scratch_result(struct scratch *scratch, struct err *err);
/* The countdown-th statement from now on fails, for tests. */
void scratch_fault(struct scratch *scratch, long countdown);

#endif
