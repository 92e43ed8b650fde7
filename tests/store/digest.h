/* digest: a number that stands for everything in a store, for tests that something was not written. */
#ifndef CRIER_TESTS_STORE_DIGEST_H
#define CRIER_TESTS_STORE_DIGEST_H

#include "fixture.h"

enum digest_part {
	DIGEST_CONTENT = 1 << 0, /* items, entries, revisions and what hangs on them */
	DIGEST_NAMES = 1 << 1,   /* taxonomy, site texts, menus, media */
	DIGEST_IMPORT = 1 << 2,  /* maps, progress, conflicts, what is staged */
	DIGEST_BATCH = 1 << 3,   /* the rows of batches themselves */
	DIGEST_RECORD = 1 << 4,  /* outbox and operations */
	DIGEST_ALL = (1 << 5) - 1,
};

/* Of the tables of these parts. Equal content gives equal numbers on one engine. Sequences of ids are not in it. */
uint64_t digest_of(struct fixture *fixture, unsigned parts);

#endif
