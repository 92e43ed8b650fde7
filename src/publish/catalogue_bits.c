/* Positions as plain bits, for counting how many two lists share. */
#include "publish/catalogue_inside.h"

#include <string.h>

#define READ 1024 /* positions at a time */

uint64_t *base_bits_of(const struct base *base, const roaring_bitmap_t *positions)
{
	size_t count = base_word_count(base);
	uint64_t *words = heap_array(count, sizeof *words);
	memset(words, 0, count * sizeof *words);
	uint32_t read[READ];
	roaring_uint32_iterator_t at;
	roaring_init_iterator(positions, &at);
	for (uint32_t got; (got = roaring_read_uint32_iterator(&at, read, READ));)
		for (uint32_t i = 0; i < got; i++)
			words[read[i] / 64] |= UINT64_C(1) << (read[i] % 64);
	return words;
}

size_t base_bits_meet(const uint64_t *bits, const roaring_bitmap_t *positions)
{
	size_t count = 0;
	uint32_t read[READ];
	roaring_uint32_iterator_t at;
	roaring_init_iterator(positions, &at);
	for (uint32_t got; (got = roaring_read_uint32_iterator(&at, read, READ));)
		for (uint32_t i = 0; i < got; i++)
			count += bits[read[i] / 64] >> (read[i] % 64) & 1;
	return count;
}

static size_t count_plain(const uint64_t *a, const uint64_t *b, size_t words)
{
	size_t count = 0;
	for (size_t i = 0; i < words; i++)
		count += (size_t)__builtin_popcountll(a[i] & b[i]);
	return count;
}

#if defined(__x86_64__)
/* The instruction has been in every processor since 2008, yet is not in the baseline we compile for. */
__attribute__((target("popcnt"))) static size_t count_popcnt(const uint64_t *a, const uint64_t *b, size_t words)
{
	size_t count = 0;
	for (size_t i = 0; i < words; i++)
		count += (size_t)__builtin_popcountll(a[i] & b[i]);
	return count;
}
#endif

size_t base_bits_count(const struct base *base, const uint64_t *a, const uint64_t *b)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("popcnt"))
		return count_popcnt(a, b, base_word_count(base));
#endif
	return count_plain(a, b, base_word_count(base));
}
