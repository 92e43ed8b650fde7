#include "web/page.h"

#include "base/limits.h"

#include <brotli/decode.h>
#include <libdeflate.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct page *make_page(struct str body, const char *type)
{
	struct arena *arena = arena_create(0);
	RESPONSE_SCOPED response;
	response_init(&response, arena);
	response.content_type = str_from(type);
	buf_put(&response.body, body);
	struct page *page = page_create(&response, NULL);
	arena_destroy(arena);
	return page;
}

/* Text that repeats a little: words of a small vocabulary. */
static void put_words(struct buf *out, size_t bytes)
{
	static const char *const words[] = {"arrest ", "court ",   "letter ", "of ",
					    "the ",    "release ", "now ",    "witness "};
	uint32_t state = 7;
	while (out->len < bytes) {
		state = state * 1664525 + 1013904223;
		buf_put_cstr(out, words[state >> 29]);
	}
}

static void assert_decodes(const struct page *page, enum coding coding)
{
	struct str plain = page_form(page, CODING_IDENTITY)->body, packed = page_form(page, coding)->body;
	unsigned char *out = malloc(plain.len + 1);
	size_t length = plain.len + 1;
	assert_non_null(out);
	if (coding == CODING_GZIP) {
		struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
		assert_int_equal(
			libdeflate_gzip_decompress(decompressor, packed.ptr, packed.len, out, plain.len + 1, &length),
			LIBDEFLATE_SUCCESS);
		libdeflate_free_decompressor(decompressor);
	} else {
		assert_int_equal(BrotliDecoderDecompress(packed.len, (const unsigned char *)packed.ptr, &length, out),
				 BROTLI_DECODER_RESULT_SUCCESS);
	}
	assert_int_equal(length, plain.len);
	assert_memory_equal(out, plain.ptr, plain.len);
	free(out);
}

static void forms_decode_to_the_page(void **state)
{
	BUF_SCOPED text = BUF_INIT(100000);
	(void)state;
	put_words(&text, 60000);
	struct page *page = make_page(buf_str(&text), "text/html");
	for (int best = 0; best < 2; best++) {
		size_t before[] = {page_form(page, CODING_GZIP) ? page_form(page, CODING_GZIP)->body.len : SIZE_MAX,
				   page_form(page, CODING_BROTLI) ? page_form(page, CODING_BROTLI)->body.len
								  : SIZE_MAX};
		page_make_form(page, CODING_GZIP, best);
		page_make_form(page, CODING_BROTLI, best);
		assert_decodes(page, CODING_GZIP);
		assert_decodes(page, CODING_BROTLI);
		assert_true(page_form(page, CODING_GZIP)->body.len < before[0]);
		assert_true(page_form(page, CODING_BROTLI)->body.len < before[1]);
	}
	const struct form *form = page_form(page, CODING_GZIP);
	page_make_form(page, CODING_GZIP, true);
	page_make_form(page, CODING_GZIP, false);
	assert_ptr_equal(form, page_form(page, CODING_GZIP));
	page_release(page);
}

static void memory_is_accounted(void **state)
{
	BUF_SCOPED text = BUF_INIT(100000);
	(void)state;
	put_words(&text, 10000);
	struct page *page = make_page(buf_str(&text), "text/html");
	size_t before = page->bytes;
	assert_true(before >= 10000);
	page_make_form(page, CODING_GZIP, false);
	assert_true(page->bytes >= before + page_form(page, CODING_GZIP)->body.len);
	page_release(page);
}

static void what_does_not_shrink_is_left(void **state)
{
	char noise[1000];
	uint32_t random = 3;
	(void)state;
	for (size_t i = 0; i < sizeof noise; i++) {
		random = random * 1664525 + 1013904223;
		noise[i] = (char)(random >> 24);
	}
	struct page *page = make_page(str_of(noise, sizeof noise), "text/plain");
	assert_true(page_can(page, CODING_GZIP));
	page_make_form(page, CODING_GZIP, false);
	assert_null(page_form(page, CODING_GZIP));
	assert_false(page_can(page, CODING_GZIP));
	page_make_form(page, CODING_GZIP, true);
	assert_null(page_form(page, CODING_GZIP));
	page_release(page);
}

/* Without its plain form, in the coding that was asked for; the others are the same as ever when somebody wants them.
 */
static void large_pages_are_kept_as_asked_for(void **state)
{
	BUF_SCOPED text = BUF_INIT(200000);
	(void)state;
	put_words(&text, 100000);
	for (int coding = CODING_GZIP; coding < CODING_COUNT; coding++) {
		enum coding asked = (enum coding)coding, other = asked == CODING_GZIP ? CODING_BROTLI : CODING_GZIP;
		struct page *page = make_page(buf_str(&text), "text/html");
		char etag[ETAG_BYTES];
		memcpy(etag, page_form(page, CODING_IDENTITY)->etag, sizeof etag);
		size_t whole = page->bytes;
		page_slim(page, asked); /* not there in this coding: nothing to keep instead */
		assert_non_null(page_form(page, CODING_IDENTITY));
		page_make_form(page, asked, false);
		page_slim(page, CODING_IDENTITY); /* asked for as it is */
		assert_non_null(page_form(page, CODING_IDENTITY));
		page_slim(page, asked);
		assert_null(page_form(page, CODING_IDENTITY));
		assert_true(page->bytes < whole - 100000 + page_form(page, asked)->body.len + 1000);
		assert_true(page_can(page, CODING_IDENTITY));
		assert_int_equal(page_body_bytes(page), text.len);
		page_make_form(page, other, false);
		page_make_form(page, asked, true);
		assert_null(page_form(page, CODING_IDENTITY)); /* nobody asked for it */
		page_make_form(page, CODING_IDENTITY, false);
		assert_true(str_eq(page_form(page, CODING_IDENTITY)->body, buf_str(&text)));
		assert_string_equal(page_form(page, CODING_IDENTITY)->etag, etag);
		assert_true(page->bytes > whole);
		assert_decodes(page, CODING_GZIP);
		assert_decodes(page, CODING_BROTLI);
		page_release(page);
	}
}

static void smaller_pages_are_kept_whole(void **state)
{
	BUF_SCOPED text = BUF_INIT(200000);
	(void)state;
	put_words(&text, PAGE_SLIM_BYTES - 100);
	struct page *page = make_page(buf_str(&text), "text/html");
	page_make_form(page, CODING_BROTLI, false);
	page_slim(page, CODING_BROTLI);
	assert_non_null(page_form(page, CODING_IDENTITY));
	page_release(page);
}

static void which_types_are_compressed(void **state)
{
	static const struct {
		const char *type;
		bool compressed;
	} cases[] = {
		{"text/html; charset=utf-8", true},
		{"TEXT/css", true},
		{"application/rss+xml", true},
		{"application/feed+json; charset=utf-8", true},
		{"application/json", true},
		{"image/svg+xml", true},
		{"application/xml", true},
		{"image/png", false},
		{"font/woff2", false},
		{"application/pdf", false},
		{"application/octet-stream", false},
		{"", false},
	};
	BUF_SCOPED text = BUF_INIT(1000);
	(void)state;
	put_words(&text, 500);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct page *page = make_page(buf_str(&text), cases[i].type);
		assert_int_equal(page->compressible, cases[i].compressed);
		page_release(page);
	}
	struct page *small = make_page(STR("small"), "text/html");
	assert_false(small->compressible);
	page_release(small);
}

static void the_tag_is_the_content(void **state)
{
	struct page *one = make_page(STR("a"), "text/html"), *same = make_page(STR("a"), "text/html"),
		    *other = make_page(STR("b"), "text/html");
	(void)state;
	assert_string_equal(page_form(one, CODING_IDENTITY)->etag, page_form(same, CODING_IDENTITY)->etag);
	assert_string_not_equal(page_form(one, CODING_IDENTITY)->etag, page_form(other, CODING_IDENTITY)->etag);
	page_release(one);
	page_release(same);
	page_release(other);
}

static void too_large_is_a_500(void **state)
{
	struct arena *arena = arena_create(0);
	RESPONSE_SCOPED response;
	(void)state;
	response_init(&response, arena);
	for (size_t i = 0; i <= LIMIT_PAGE_BYTES / 8; i++)
		buf_put_cstr(&response.body, "12345678");
	struct page *page = page_create(&response, NULL);
	assert_int_equal(page->status, 500);
	assert_int_equal(page->policy, CACHE_NO_STORE);
	page_release(page);
	arena_destroy(arena);
}

static void count_destroyed(void *value)
{
	*(int *)value += 1;
}

static void slots_are_destroyed_once(void **state)
{
	int count = 0;
	(void)state;
	struct page *page = make_page(STR("a"), "text/html");
	page->slots[0] = (struct page_slot){.value = &count, .destroy = count_destroyed};
	page_release(page_keep(page));
	assert_int_equal(count, 0);
	page_release(page);
	assert_int_equal(count, 1);
	page_release(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_decode_to_the_page),     cmocka_unit_test(memory_is_accounted),
		cmocka_unit_test(what_does_not_shrink_is_left), cmocka_unit_test(which_types_are_compressed),
		cmocka_unit_test(the_tag_is_the_content),       cmocka_unit_test(too_large_is_a_500),
		cmocka_unit_test(slots_are_destroyed_once),     cmocka_unit_test(large_pages_are_kept_as_asked_for),
		cmocka_unit_test(smaller_pages_are_kept_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
