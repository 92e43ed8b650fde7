/* arena: memory that is given out piece by piece and taken back at once.
 *
 * A request, job or import owns one. Nothing inside is freed singly; a loop that allocates takes a
 * mark first and releases back to it. Pieces are aligned for any type and zeroed.
 *
 * Out of memory ends the process: what is large is bounded before it comes here, and the store
 * survives a process that ends anywhere. Under AddressSanitizer free space is poisoned; with
 * CRIER_ARENA_EACH set at build time each piece is a malloc of its own.
 */
#ifndef CRIER_BASE_ARENA_H
#define CRIER_BASE_ARENA_H

#include "base/str.h"

#include <stdarg.h>

struct arena;

struct arena *arena_create(size_t block_bytes); /* 0: a default that suits a request */
void arena_destroy(struct arena *arena);	/* NULL is fine */
void arena_clear(struct arena *arena);		/* forgets all pieces, keeps the first block */
size_t arena_used_bytes(const struct arena *arena);

void *arena_alloc(struct arena *arena, size_t bytes);
void *arena_alloc_array(struct arena *arena, size_t count, size_t each_bytes); /* overflow ends the process */
#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_alloc_array((arena), (count), sizeof(type)))

struct str arena_str(struct arena *arena, struct str s);	/* a copy, with a zero behind it */
const char *arena_cstr(struct arena *arena, struct str s);	/* a copy ended by zero */
struct str arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str arena_concat(struct arena *arena, const struct str *pieces, size_t count);

struct arena_mark {
	void *block;
	size_t used;
};
struct arena_mark arena_mark(struct arena *arena);
void arena_release(struct arena *arena, struct arena_mark mark);

void arena_destroyp(struct arena **arena);
#define ARENA_SCOPED __attribute__((cleanup(arena_destroyp))) struct arena *

#endif
