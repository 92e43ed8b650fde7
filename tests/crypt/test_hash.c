#include "crypt/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* FIPS 180-4's examples and the empty message. */
static void known_values(void **state)
{
	static const struct {
		struct str text;
		const char *hex;
	} cases[] = {
		{STR_INIT(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{STR_INIT("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{STR_INIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char hex[65];
		struct sha256 hash = sha256_of(cases[i].text);
		sha256_hex(&hash, hex);
		assert_string_equal(hex, cases[i].hex);
	}
}

static void pieces_give_the_same(void **state)
{
	struct str text = STR("a text that is hashed in pieces of every length, including none");
	struct sha256 whole = sha256_of(text);
	(void)state;
	for (size_t piece = 1; piece <= text.len; piece++) {
		struct sha256_run *run = sha256_begin();
		for (size_t at = 0; at < text.len; at += piece)
			sha256_add(run, str_sub(text, at, piece));
		sha256_add(run, (struct str){0});
		struct sha256 hash = sha256_end(run);
		assert_memory_equal(&hash, &whole, sizeof hash);
	}
	sha256_abandon(sha256_begin());
	sha256_abandon(NULL);
}

/* RFC 4648 section 10, in the alphabet of section 5 and without padding. */
static void base64url(void **state)
{
	static const struct {
		struct str bytes, text;
	} cases[] = {
		{STR_INIT(""), STR_INIT("")},
		{STR_INIT("f"), STR_INIT("Zg")},
		{STR_INIT("fo"), STR_INIT("Zm8")},
		{STR_INIT("foo"), STR_INIT("Zm9v")},
		{STR_INIT("foob"), STR_INIT("Zm9vYg")},
		{STR_INIT("fooba"), STR_INIT("Zm9vYmE")},
		{STR_INIT("\xfb\xff"), STR_INIT("-_8")},
		{STR_INIT("\xff\xff\xfe"), STR_INIT("___-")},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		BUF_SCOPED out = BUF_INIT(100);
		base64url_put(&out, cases[i].bytes.ptr, cases[i].bytes.len);
		assert_true(str_eq(buf_str(&out), cases[i].text));
	}
}

static void hash_as_base64url(void **state)
{
	char text[44];
	struct sha256 hash = sha256_of(STR("abc"));
	BUF_SCOPED out = BUF_INIT(100);
	(void)state;
	sha256_base64url(&hash, text);
	base64url_put(&out, hash.bytes, sizeof hash.bytes);
	assert_string_equal(text, "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
	assert_true(str_eq(buf_str(&out), str_from(text)));
}

/* FIPS 180-4 section 5.1.1 pads to blocks of 64 bytes: the lengths around the places where another block begins. The
 * values are those of the reference in section 6.2, written out below. */
static uint32_t turned(uint32_t x, int bits)
{
	return x >> bits | x << (32 - bits);
}

__extension__ typedef unsigned __int128 wide;

/* The constants of section 4.2.2: the first 32 bits of the fractions of the cube roots of the first 64 primes, found by
 * whole numbers alone: the root of p * 2^96 is the root of p, times 2^32. */
static uint32_t root_fraction(unsigned prime)
{
	uint64_t root = 0;
	for (int bit = 34; bit >= 0; bit--) {
		uint64_t tried = root | UINT64_C(1) << bit;
		wide square = (wide)tried * tried;
		if (square * tried <= (wide)prime << 96)
			root = tried;
	}
	return (uint32_t)root;
}

static void block_of(uint32_t h[8], const uint32_t k[64], const unsigned char *bytes)
{
	uint32_t w[64], v[8];
	for (int t = 0; t < 64; t++) {
		if (t < 16) {
			w[t] = (uint32_t)bytes[4 * t] << 24 | (uint32_t)bytes[4 * t + 1] << 16 |
			       (uint32_t)bytes[4 * t + 2] << 8 | bytes[4 * t + 3];
			continue;
		}
		uint32_t a = w[t - 15], b = w[t - 2];
		w[t] = (turned(b, 17) ^ turned(b, 19) ^ b >> 10) + w[t - 7] + (turned(a, 7) ^ turned(a, 18) ^ a >> 3) +
		       w[t - 16];
	}
	memcpy(v, h, sizeof v);
	for (int t = 0; t < 64; t++) {
		uint32_t one = v[7] + (turned(v[4], 6) ^ turned(v[4], 11) ^ turned(v[4], 25)) +
			       ((v[4] & v[5]) ^ (~v[4] & v[6])) + k[t] + w[t];
		uint32_t two = (turned(v[0], 2) ^ turned(v[0], 13) ^ turned(v[0], 22)) +
			       ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
		memmove(v + 1, v, 7 * sizeof *v);
		v[4] += one;
		v[0] = one + two;
	}
	for (int i = 0; i < 8; i++)
		h[i] += v[i];
}

static void reference(struct str text, const uint32_t k[64], unsigned char ret_bytes[32])
{
	uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
			 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	unsigned char padded[512] = {0};
	size_t blocks = (text.len + 9 + 63) / 64;
	memcpy(padded, text.ptr, text.len);
	padded[text.len] = 0x80;
	for (int i = 0; i < 8; i++)
		padded[64 * blocks - 1 - (size_t)i] = (unsigned char)((uint64_t)text.len * 8 >> 8 * i);
	for (size_t i = 0; i < blocks; i++)
		block_of(h, k, padded + 64 * i);
	for (int i = 0; i < 32; i++)
		ret_bytes[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
}

static void every_length_as_the_standard_says(void **state)
{
	uint32_t k[64];
	char text[260];
	(void)state;
	for (unsigned prime = 2, count = 0; count < 64; prime++) {
		bool divided = false;
		for (unsigned by = 2; by < prime; by++)
			divided |= prime % by == 0;
		if (!divided)
			k[count++] = root_fraction(prime);
	}
	assert_int_equal(k[0], 0x428a2f98);
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 37 + 11);
	for (size_t length = 0; length <= sizeof text; length++) {
		unsigned char bytes[32];
		struct sha256 hash = sha256_of(str_of(text, length));
		reference(str_of(text, length), k, bytes);
		assert_memory_equal(hash.bytes, bytes, sizeof bytes);
	}
}

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* Read back by the standard's words: six bits a character, the rest of the last group zero. */
static void base64url_is_read_back(void **state)
{
	unsigned char bytes[100];
	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(255 - 7 * i);
	for (size_t count = 0; count <= sizeof bytes; count++) {
		BUF_SCOPED out = BUF_INIT(1000);
		base64url_put(&out, bytes, count);
		assert_int_equal(out.len, (count * 8 + 5) / 6);
		uint32_t bits = 0;
		size_t held = 0, at = 0;
		for (size_t i = 0; i < out.len; i++) {
			assert_true(value_of(out.ptr[i]) >= 0);
			bits = bits << 6 | (uint32_t)value_of(out.ptr[i]);
			held += 6;
			if (held >= 8) {
				held -= 8;
				assert_int_equal(bits >> held & 255, bytes[at++]);
			}
		}
		assert_int_equal(at, count);
		assert_int_equal(bits & ((1u << held) - 1), 0);
	}
}

static void a_full_buffer_stays_as_it_was(void **state)
{
	(void)state;
	BUF_SCOPED out = BUF_INIT(6);
	base64url_put(&out, "abcdef", 6);
	assert_true(out.over);
	assert_true(out.len <= 6);
	assert_true(str_starts(STR("YWJjZGVm"), buf_str(&out)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_values),
		cmocka_unit_test(pieces_give_the_same),
		cmocka_unit_test(base64url),
		cmocka_unit_test(hash_as_base64url),
		cmocka_unit_test(every_length_as_the_standard_says),
		cmocka_unit_test(base64url_is_read_back),
		cmocka_unit_test(a_full_buffer_stays_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
