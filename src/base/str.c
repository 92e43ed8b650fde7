#include "base/str.h"

#define SHORT_NEEDLE 16

static unsigned char fold(char byte)
{
	unsigned char c = (unsigned char)byte;
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static bool same_nocase(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (fold(a[i]) != fold(b[i]))
			return false;
	}
	return true;
}

bool str_eq_nocase(struct str a, struct str b)
{
	return a.len == b.len && same_nocase(a.ptr, b.ptr, a.len);
}

int str_cmp(struct str a, struct str b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;
	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_starts_nocase(struct str s, struct str prefix)
{
	return s.len >= prefix.len && same_nocase(s.ptr, prefix.ptr, prefix.len);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_eq(str_skip(s, s.len - suffix.len), suffix);
}

size_t str_find(struct str s, struct str needle)
{
	if (!needle.len)
		return 0;
	if (s.len < needle.len)
		return SIZE_MAX;
	if (needle.len > SHORT_NEEDLE) {
		const char *found = memmem(s.ptr, s.len, needle.ptr, needle.len);
		return found ? (size_t)(found - s.ptr) : SIZE_MAX;
	}
	/* Of the short ones the first byte is rare enough; memchr goes from one to the next by many bytes at once. */
	const char *at = s.ptr, *end = s.ptr + s.len - needle.len + 1;
	while (at < end && (at = memchr(at, needle.ptr[0], (size_t)(end - at)))) {
		if (memcmp(at, needle.ptr, needle.len) == 0)
			return (size_t)(at - s.ptr);
		at++;
	}
	return SIZE_MAX;
}

size_t str_find_nocase(struct str s, struct str needle)
{
	for (size_t at = 0; at + needle.len <= s.len; at++) {
		if (same_nocase(s.ptr + at, needle.ptr, needle.len))
			return at;
	}
	return SIZE_MAX;
}

size_t str_find_byte(struct str s, char byte)
{
	const char *found = s.len ? memchr(s.ptr, byte, s.len) : NULL;
	return found ? (size_t)(found - s.ptr) : SIZE_MAX;
}

size_t str_rfind_byte(struct str s, char byte)
{
	const char *found = s.len ? memrchr(s.ptr, byte, s.len) : NULL;
	return found ? (size_t)(found - s.ptr) : SIZE_MAX;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len && is_space(s.ptr[0]))
		s = str_skip(s, 1);
	while (s.len && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool str_cut(struct str s, char separator, struct str *ret_before, struct str *ret_after)
{
	size_t at = str_find_byte(s, separator);
	bool found = at != SIZE_MAX;
	*ret_before = found ? str_sub(s, 0, at) : s;
	*ret_after = found ? str_skip(s, at + 1) : str_skip(s, s.len);
	return found;
}

/* "a," has two pieces, the second empty: what is left then is empty with a NULL pointer only at the end,
 * so a consumed text is told from one whose last piece is empty. */
bool str_next(struct str *rest, char separator, struct str *ret_piece)
{
	static const char last_empty[1] = "";
	if (!rest->len && rest->ptr != last_empty)
		return false;
	struct str after;
	bool more = str_cut(*rest, separator, ret_piece, &after);
	if (!more)
		*rest = (struct str){0};
	else if (!after.len)
		*rest = (struct str){last_empty, 0};
	else
		*rest = after;
	return true;
}

bool str_to_u64(struct str s, uint64_t *ret_value)
{
	uint64_t value = 0;
	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(s.ptr[i] - '0'), &value))
			return false;
	}
	*ret_value = value;
	return true;
}

bool str_to_i64(struct str s, int64_t *ret_value)
{
	bool negative = s.len && s.ptr[0] == '-';
	uint64_t magnitude;
	if (s.len && (negative || s.ptr[0] == '+'))
		s = str_skip(s, 1);
	if (!str_to_u64(s, &magnitude) || magnitude > (uint64_t)INT64_MAX + negative)
		return false;
	*ret_value = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return true;
}

/* SipHash-1-3: keyed, so that colliding names cannot be chosen by who does not know the seed. */
struct sip {
	uint64_t v[4];
};

static uint64_t rotated(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static void sip_round(struct sip *s)
{
	uint64_t *v = s->v;
	v[0] += v[1];
	v[1] = rotated(v[1], 13) ^ v[0];
	v[0] = rotated(v[0], 32);
	v[2] += v[3];
	v[3] = rotated(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotated(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotated(v[1], 17) ^ v[2];
	v[2] = rotated(v[2], 32);
}

static void sip_word(struct sip *s, uint64_t word)
{
	s->v[3] ^= word;
	sip_round(s);
	s->v[0] ^= word;
}

uint64_t str_hash(struct str s, uint64_t seed)
{
	uint64_t other = seed * 0x9E3779B97F4A7C15u;
	struct sip sip = {{seed ^ 0x736f6d6570736575u, other ^ 0x646f72616e646f6du, seed ^ 0x6c7967656e657261u,
			   other ^ 0x7465646279746573u}};
	size_t at = 0;
	uint64_t word;
	for (; at + 8 <= s.len; at += 8) {
		memcpy(&word, s.ptr + at, 8);
		sip_word(&sip, word);
	}
	word = (uint64_t)s.len << 56;
	for (size_t i = at; i < s.len; i++)
		word |= (uint64_t)(unsigned char)s.ptr[i] << (8 * (i - at));
	sip_word(&sip, word);
	sip.v[2] ^= 0xff;
	sip_round(&sip);
	sip_round(&sip);
	sip_round(&sip);
	return sip.v[0] ^ sip.v[1] ^ sip.v[2] ^ sip.v[3];
}
