/* map: from a str or a number to a pointer, in an arena.
 *
 * Open addressing; the hash is seeded for each map, so that names from outside cannot be chosen to
 * collide. Keys are copied into the arena. Values belong to the caller; NULL is no value.
 * Iteration follows the order of insertion. Nothing is ever removed: put NULL to forget.
 * A map has keys of one kind; a number is kept as its eight bytes, which map_at hands out.
 */
#ifndef CRIER_BASE_MAP_H
#define CRIER_BASE_MAP_H

#include "base/arena.h"

struct map;

struct map *map_create(struct arena *arena);
void *map_get(const struct map *map, struct str key); /* NULL where absent */
void map_put(struct map *map, struct str key, void *value);
size_t map_count(const struct map *map); /* keys, those with NULL included */

/* The index-th key by insertion. False past the end. */
bool map_at(const struct map *map, size_t index, struct str *ret_key, void **ret_value);

void *map_get_i64(const struct map *map, int64_t key);
void map_put_i64(struct map *map, int64_t key, void *value);

#endif
