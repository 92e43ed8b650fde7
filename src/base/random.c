#include "base/random.h"

#include "base/err.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static void fill_system(struct random *random, void *ret_bytes, size_t count)
{
	(void)random;
	unsigned char *at = ret_bytes;
	while (count) {
		ssize_t got = getrandom(at, count, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			err_die("the kernel gives no random bytes (getrandom): is this system call filtered?");
		at += got;
		count -= (size_t)got;
	}
}

struct random *random_system(void)
{
	/* Only a random_fixed is ever written to; the pointer is not const because both share the type. */
	static const struct random system = {.fill = fill_system};
	return (struct random *)(uintptr_t)&system;
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t split_mix(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15u;
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

static void fill_fixed(struct random *random, void *ret_bytes, size_t count)
{
	struct random_fixed *fixed = (struct random_fixed *)random;
	unsigned char *at = ret_bytes;
	while (count) {
		uint64_t word = split_mix(&fixed->state);
		size_t part = count < sizeof word ? count : sizeof word;
		memcpy(at, &word, part);
		at += part;
		count -= part;
	}
}

void random_fixed_init(struct random_fixed *fixed, uint64_t seed)
{
	*fixed = (struct random_fixed){.random = {.fill = fill_fixed}, .state = seed};
}

uint64_t random_u64(struct random *random)
{
	uint64_t value;
	random->fill(random, &value, sizeof value);
	return value;
}

void random_name(struct random *random, char *ret_text, size_t length)
{
	static const char alphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
	random->fill(random, ret_text, length);
	for (size_t i = 0; i < length; i++)
		ret_text[i] = alphabet[(unsigned char)ret_text[i] & 31];
	ret_text[length] = 0;
}

void random_uuid(struct random *random, char ret_text[37])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char bytes[16];
	random->fill(random, bytes, sizeof bytes);
	bytes[6] = (unsigned char)(0x40 | (bytes[6] & 0x0F));
	bytes[8] = (unsigned char)(0x80 | (bytes[8] & 0x3F));
	char *to = ret_text;
	for (size_t i = 0; i < sizeof bytes; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = hex[bytes[i] >> 4];
		*to++ = hex[bytes[i] & 15];
	}
	*to = 0;
}
