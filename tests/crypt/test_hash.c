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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_values),
	    cmocka_unit_test(pieces_give_the_same),
	    cmocka_unit_test(base64url),
	    cmocka_unit_test(hash_as_base64url),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
