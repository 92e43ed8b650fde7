/* hashes: a set of numbers that are hashes already, so that they need not be mixed. 0 is in none. */
#ifndef CRIER_EXPORT_HASHES_H
#define CRIER_EXPORT_HASHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hashes { /* zeroed: empty */
	uint64_t *at;
	size_t count, room;
};

bool hashes_add(struct hashes *hashes, uint64_t hash); /* false: it was there */
bool hashes_has(const struct hashes *hashes, uint64_t hash);
void hashes_finish(struct hashes *hashes);

#endif
