/* random: unpredictable bytes from the kernel, injected so that tests can repeat. */
#ifndef CRIER_BASE_RANDOM_H
#define CRIER_BASE_RANDOM_H

#include "base/str.h"

struct random {
	void (*fill)(struct random *random, void *ret_bytes, size_t count);
};

struct random *random_system(void); /* getrandom(2); thread-safe; ends the process if the kernel refuses */

struct random_fixed {
	struct random random;
	uint64_t state;
};
void random_fixed_init(struct random_fixed *fixed, uint64_t seed); /* one thread only */

uint64_t random_u64(struct random *random);
/* ret_text gets length characters from a-z and 2-9 without l, o: about 5 bits each, and a zero. */
void random_name(struct random *random, char *ret_text, size_t length);
/* A version 4 UUID (RFC 9562 section 5.4), 36 characters and a zero. */
void random_uuid(struct random *random, char ret_text[37]);

#endif
