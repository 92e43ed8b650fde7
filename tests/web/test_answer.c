#include "web/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW_S      1528968645 /* 2018-06-14T09:30:45Z: 15 seconds before the minute */
#define MODIFIED_S 1528963200 /* Thu, 14 Jun 2018 08:00:00 GMT */

static const char digits[] = "0123456789";

/* A text page of 1,000 bytes: "0123456789" again and again. */
static struct page *make_page(int status, const char *type)
{
	struct arena *arena = arena_create(0);
	RESPONSE_SCOPED response;
	response_init(&response, arena);
	response.status = status;
	response.content_type = str_from(type);
	response.last_modified_s = MODIFIED_S;
	response_tag(&response, "e%d", 12);
	response_tag(&response, "len");
	for (int i = 0; i < 100; i++)
		buf_put_cstr(&response.body, digits);
	struct page *page = page_create(&response, NULL);
	arena_destroy(arena);
	page_make_form(page, CODING_GZIP, false);
	page_make_form(page, CODING_BROTLI, false);
	return page;
}

static struct page *text_page(void)
{
	return make_page(200, "text/html; charset=utf-8");
}

static void codings(void **state)
{
	static const struct {
		const char *header;
		enum coding coding;
	} cases[] = {
		{"", CODING_IDENTITY},
		{"gzip", CODING_GZIP},
		{"x-gzip", CODING_GZIP},
		{"GZip", CODING_GZIP},
		{"br", CODING_BROTLI},
		{"gzip, deflate, br", CODING_BROTLI},
		{"gzip, deflate, br, zstd", CODING_BROTLI},
		{"deflate", CODING_IDENTITY},
		{"identity", CODING_IDENTITY},
		{"*", CODING_BROTLI},
		{"*;q=0", CODING_IDENTITY},
		{"gzip;q=0", CODING_IDENTITY},
		{"gzip;q=0.0", CODING_IDENTITY},
		{"gzip;q=0.001", CODING_GZIP},
		{"gzip;q=1.0, br;q=0.5", CODING_GZIP},
		{"gzip;q=0.5, br;q=1.0", CODING_BROTLI},
		{"br;q=0, *", CODING_GZIP},
		{"gzip ; q=0.8 , br ; q=0.2", CODING_GZIP},
		{"identity;q=1, gzip;q=0.5", CODING_IDENTITY},
		{"identity;q=0.5, gzip;q=0.5", CODING_GZIP},
		{"identity;q=0, gzip", CODING_GZIP},
		{"gzip;q=2", CODING_IDENTITY},
		{"gzip;q=x", CODING_IDENTITY},
		{"gzip;q=1.5", CODING_IDENTITY},
		{"gzip;q=0.5x", CODING_IDENTITY},
		{"gzip;level=9", CODING_IDENTITY},
		{",,gzip,,", CODING_GZIP},
		{"gzip;q=", CODING_IDENTITY},
	};
	struct page *page = text_page();
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ask ask = {.accept_encoding = str_from(cases[i].header)};
		print_message("%s\n", cases[i].header ? cases[i].header : "no field");
		assert_int_equal(answer_coding(page, &ask), cases[i].coding);
	}
	page_release(page);
}

static void pictures_are_not_compressed(void **state)
{
	struct page *page = make_page(200, "image/webp");
	struct ask ask = {.accept_encoding = STR("gzip, br")};
	struct answer answer;
	(void)state;
	answer_choose(page, &ask, &answer);
	assert_int_equal(answer.coding, CODING_IDENTITY);
	assert_null(page_form(page, CODING_GZIP));
	page_release(page);
}

static void a_form_not_made_yet_is_answered_plain(void **state)
{
	struct arena *arena = arena_create(0);
	RESPONSE_SCOPED response;
	struct answer answer;
	struct ask ask = {.accept_encoding = STR("br")};
	(void)state;
	response_init(&response, arena);
	for (int i = 0; i < 100; i++)
		buf_put_cstr(&response.body, digits);
	struct page *page = page_create(&response, NULL);
	assert_int_equal(answer_coding(page, &ask), CODING_BROTLI);
	answer_choose(page, &ask, &answer);
	assert_int_equal(answer.coding, CODING_IDENTITY);
	assert_int_equal(answer.bytes, 1000);
	page_release(page);
	arena_destroy(arena);
}

/* ---- conditions ---- */

static int status_for(struct page *page, struct ask ask)
{
	struct answer answer;
	answer_choose(page, &ask, &answer);
	if (answer.status == 304)
		assert_int_equal(answer.bytes, 0);
	return answer.status;
}

static void if_none_match(void **state)
{
	struct page *page = text_page();
	char weak[ETAG_BYTES + 2], list[3 * ETAG_BYTES];
	struct str etag = str_from(page_form(page, CODING_IDENTITY)->etag);
	snprintf(weak, sizeof weak, "W/%s", etag.ptr);
	snprintf(list, sizeof list, "\"a\", W/\"b,\" ,%s", etag.ptr);
	(void)state;
	assert_int_equal(status_for(page, (struct ask){.if_none_match = etag}), 304);
	assert_int_equal(status_for(page, (struct ask){.if_none_match = str_from(weak)}), 304);
	assert_int_equal(status_for(page, (struct ask){.if_none_match = str_from(list)}), 304);
	assert_int_equal(status_for(page, (struct ask){.if_none_match = STR("*")}), 304);
	assert_int_equal(status_for(page, (struct ask){.if_none_match = STR(" * ")}), 304);
	assert_int_equal(status_for(page, (struct ask){.head = true, .if_none_match = etag}), 304);
	assert_int_equal(status_for(page, (struct ask){.if_none_match = STR("\"other\"")}), 200);
	assert_int_equal(status_for(page, (struct ask){.if_none_match = STR("nonsense")}), 200);
	assert_int_equal(status_for(page, (struct ask){.if_none_match = STR("\"unclosed")}), 200);
	assert_int_equal(status_for(page, (struct ask){.if_none_match = STR("\"\"")}), 200);
	/* it goes before If-Modified-Since, whatever that says */
	assert_int_equal(status_for(page, (struct ask){.if_none_match = STR("\"other\""),
						       .if_modified_since = STR("Fri, 15 Jun 2018 08:00:00 GMT")}),
			 200);
	page_release(page);
}

static void each_coding_has_its_tag(void **state)
{
	struct page *page = text_page();
	struct str plain = str_from(page_form(page, CODING_IDENTITY)->etag);
	struct str gzip = str_from(page_form(page, CODING_GZIP)->etag);
	struct str brotli = str_from(page_form(page, CODING_BROTLI)->etag);
	(void)state;
	assert_false(str_eq(plain, gzip));
	assert_false(str_eq(gzip, brotli));
	assert_int_equal(status_for(page, (struct ask){.accept_encoding = STR("gzip"), .if_none_match = gzip}), 304);
	assert_int_equal(status_for(page, (struct ask){.accept_encoding = STR("gzip"), .if_none_match = plain}), 200);
	assert_int_equal(status_for(page, (struct ask){.accept_encoding = STR("br"), .if_none_match = gzip}), 200);
	assert_int_equal(status_for(page, (struct ask){.if_none_match = gzip}), 200);
	page_release(page);
}

/* Who has the first compressed form is not sent the better one; the tag in the 304 is the client's. */
static void better_forms_do_not_change_what_is_known(void **state)
{
	struct page *page = text_page();
	struct answer answer;
	char before[ETAG_BYTES];
	memcpy(before, page_form(page, CODING_GZIP)->etag, sizeof before);
	page_make_form(page, CODING_GZIP, true);
	(void)state;
	assert_string_not_equal(before, page_form(page, CODING_GZIP)->etag);
	answer_choose(page, &(struct ask){.accept_encoding = STR("gzip"), .if_none_match = str_from(before)}, &answer);
	assert_int_equal(answer.status, 304);
	assert_string_equal(answer.etag, before);
	assert_false(answer.plain);
	page_release(page);
}

static void if_modified_since(void **state)
{
	struct page *page = text_page();
	(void)state;
	static const struct {
		const char *date;
		int status;
	} cases[] = {
		{"Thu, 14 Jun 2018 08:00:00 GMT", 304}, {"Thu, 14 Jun 2018 08:00:01 GMT", 304},
		{"Thu, 14 Jun 2018 07:59:59 GMT", 200}, {"Thursday, 14-Jun-18 08:00:00 GMT", 304},
		{"Thu Jun 14 08:00:00 2018", 304},      {"yesterday", 200},
		{"2018-06-14T08:00:00Z", 200},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("%s\n", cases[i].date);
		assert_int_equal(status_for(page, (struct ask){.if_modified_since = str_from(cases[i].date)}),
				 cases[i].status);
	}
	page_release(page);
}

static void conditions_are_for_200(void **state)
{
	struct page *page = make_page(404, "text/html");
	(void)state;
	assert_int_equal(status_for(page, (struct ask){.if_none_match = STR("*")}), 404);
	assert_int_equal(status_for(page, (struct ask){.range = STR("bytes=0-1")}), 404);
	page_release(page);
}

/* ---- ranges ---- */

static void ranges(void **state)
{
	static const struct {
		const char *range;
		int status;
		int64_t offset, bytes;
	} cases[] = {
		{"bytes=0-0", 206, 0, 1},
		{"bytes=0-499", 206, 0, 500},
		{"bytes=500-999", 206, 500, 500},
		{"bytes=500-", 206, 500, 500},
		{"bytes=-1", 206, 999, 1},
		{"bytes=-1000", 206, 0, 1000},
		{"bytes=-5000", 206, 0, 1000},
		{"bytes=0-5000", 206, 0, 1000},
		{"bytes=999-", 206, 999, 1},
		{"BYTES=1-2", 206, 1, 2},
		{"bytes=1000-", 416, 0, 0},
		{"bytes=1000-2000", 416, 0, 0},
		{"bytes=-0", 416, 0, 0},
		{"bytes=5-4", 200, 0, 1000},
		{"bytes=2000-1000", 200, 0, 1000},
		{"bytes=", 200, 0, 1000},
		{"bytes=-", 200, 0, 1000},
		{"bytes=a-b", 200, 0, 1000},
		{"bytes=1", 200, 0, 1000},
		{"lines=1-2", 200, 0, 1000},
		{"bytes=0-1,3-4", 200, 0, 1000},
		{"bytes=--1", 200, 0, 1000},
		{"bytes=0-0x", 200, 0, 1000},
		{"bytes=+1-2", 200, 0, 1000},
		{"bytes=99999999999999999999-", 200, 0, 1000},
	};
	struct page *page = text_page();
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct answer answer;
		print_message("%s\n", cases[i].range);
		answer_choose(page, &(struct ask){.range = str_from(cases[i].range)}, &answer);
		assert_int_equal(answer.status, cases[i].status);
		assert_int_equal(answer.offset, cases[i].offset);
		assert_int_equal(answer.bytes, cases[i].bytes);
	}
	page_release(page);
}

static void ranges_are_of_the_identity_coding(void **state)
{
	struct page *page = text_page();
	struct answer answer;
	(void)state;
	answer_choose(page, &(struct ask){.accept_encoding = STR("gzip, br"), .range = STR("bytes=0-9")}, &answer);
	assert_int_equal(answer.status, 206);
	assert_int_equal(answer.coding, CODING_IDENTITY);
	answer_choose(page, &(struct ask){.head = true, .range = STR("bytes=0-9")}, &answer);
	assert_int_equal(answer.status, 200);
	page_release(page);
}

/* A large page that is kept compressed is sent plain all the same, to whom nothing else can be sent. */
static void plain_from_what_is_kept(void **state)
{
	(void)state;
	struct arena *arena = arena_create(0);
	RESPONSE_SCOPED response;
	response_init(&response, arena);
	response.content_type = STR("text/html");
	while (response.body.len < PAGE_SLIM_BYTES)
		buf_put_cstr(&response.body, digits);
	size_t bytes = response.body.len;
	struct page *page = page_create(&response, NULL);
	arena_destroy(arena);
	const struct ask asks[] = {
		{.accept_encoding = STR("gzip")}, {.range = STR("bytes=10-19")}, {.accept_encoding = STR("br")}};
	page_make_form(page, CODING_BROTLI, false);
	page_slim(page, CODING_BROTLI);
	for (size_t i = 0; i < 3; i++) {
		struct answer answer;
		answer_choose(page, &asks[i], &answer);
		assert_int_equal(answer.coding, i < 2 ? CODING_IDENTITY : CODING_BROTLI);
		assert_int_equal(answer.status, i == 1 ? 206 : 200);
		assert_int_equal(answer.bytes, i == 1 ? 10 : i == 0 ? (int64_t)bytes : answer.bytes);
		if (i < 2)
			assert_memory_equal(answer.form->body.ptr + answer.offset, digits, 10);
	}
	page_release(page);
}

static void if_range(void **state)
{
	struct page *page = text_page();
	char weak[ETAG_BYTES + 2];
	struct str etag = str_from(page_form(page, CODING_IDENTITY)->etag);
	snprintf(weak, sizeof weak, "W/%s", etag.ptr);
	(void)state;
	assert_int_equal(status_for(page, (struct ask){.range = STR("bytes=0-9"), .if_range = etag}), 206);
	assert_int_equal(status_for(page, (struct ask){.range = STR("bytes=0-9"), .if_range = str_from(weak)}), 200);
	assert_int_equal(status_for(page, (struct ask){.range = STR("bytes=0-9"), .if_range = STR("\"old\"")}), 200);
	assert_int_equal(status_for(page, (struct ask){.range = STR("bytes=0-9"),
						       .if_range = STR("Thu, 14 Jun 2018 08:00:00 GMT")}),
			 200);
	assert_int_equal(status_for(page, (struct ask){.range = STR("bytes=0-9"), .if_none_match = etag}), 304);
	page_release(page);
}

static void files(void **state)
{
	struct arena *arena = arena_create(0);
	RESPONSE_SCOPED response;
	struct answer answer;
	FILE *file = tmpfile();
	(void)state;
	assert_non_null(file);
	response_init(&response, arena);
	response_file(&response, dup(fileno(file)), 100, 5000, STR("application/pdf"));
	response.last_modified_s = MODIFIED_S;
	struct page *page = page_create(&response, NULL);
	assert_int_equal(page_body_bytes(page), 5000);
	answer_choose(page, &(struct ask){.range = STR("bytes=-100"), .accept_encoding = STR("gzip")}, &answer);
	assert_int_equal(answer.status, 206);
	assert_int_equal(answer.offset, 4900);
	assert_null(answer.form);
	assert_int_equal(status_for(page, (struct ask){.if_modified_since = STR("Thu, 14 Jun 2018 08:00:00 GMT")}),
			 304);
	page_release(page);
	fclose(file);
	arena_destroy(arena);
}

/* A file is known by the hash that is given for it, and by no other text. */
static void files_are_known_by_their_hash(void **state)
{
	static const struct {
		const char *hash, *etag;
	} cases[] = {
		{"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		 "\"00112233445566778899aabbccddeeff\""},
		{"00112233445566778899aabbccddeeff", "\"00112233445566778899aabbccddeeff\""},
		{"00112233445566778899aabbccddeef", ""},    /* too short */
		{"00112233445566778899AABBCCDDEEFF00", ""}, /* not as it is written */
		{"00112233445566778899aabbccd\"\r\nX: 1aabbccdd", ""},
		{"", ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct arena *arena = arena_create(0);
		RESPONSE_SCOPED response;
		FILE *file = tmpfile();
		assert_non_null(file);
		response_init(&response, arena);
		response_file(&response, dup(fileno(file)), 0, 5000, STR("image/jpeg"));
		response_file_hash(&response, str_from(cases[i].hash));
		struct page *page = page_create(&response, NULL);
		struct answer answer;
		answer_choose(page, &(struct ask){0}, &answer);
		assert_string_equal(answer.etag, cases[i].etag);
		bool known = cases[i].etag[0] != 0;
		struct str etag = str_from(cases[i].etag), other = STR("\"10112233445566778899aabbccddeeff\"");
		assert_int_equal(status_for(page, (struct ask){.if_none_match = etag}), known ? 304 : 200);
		assert_int_equal(status_for(page, (struct ask){.if_none_match = other}), 200);
		/* strong: a part may be asked for under it */
		struct ask part = {.range = STR("bytes=10-19"), .if_range = etag};
		assert_int_equal(status_for(page, part), 206); /* without a tag there is no condition */
		part.if_range = other;
		assert_int_equal(status_for(page, part), 200);
		page_release(page);
		fclose(file);
		arena_destroy(arena);
	}
}

static void another_file_has_not_the_hash_of_the_first(void **state)
{
	struct arena *arena = arena_create(0);
	RESPONSE_SCOPED response;
	FILE *file = tmpfile();
	(void)state;
	assert_non_null(file);
	response_init(&response, arena);
	response_file(&response, dup(fileno(file)), 0, 10, STR("image/jpeg"));
	response_file_hash(&response, STR("00112233445566778899aabbccddeeff"));
	response_file(&response, dup(fileno(file)), 0, 20, STR("image/jpeg"));
	assert_int_equal(response.file_sha256.len, 0);
	fclose(file);
	arena_destroy(arena);
}

/* ---- header fields ---- */

static void put(void *context, const char *name, struct str value)
{
	buf_printf(context, "%s: %.*s\n", name, STR_ARG(value));
}

static bool has(const struct buf *out, const char *line)
{
	return str_find(buf_str(out), str_from(line)) != SIZE_MAX;
}

static void head_of(struct page *page, struct ask ask, int64_t now_s, const char *tag_header, struct buf *ret_out)
{
	struct answer answer;
	answer_choose(page, &ask, &answer);
	buf_clear(ret_out);
	answer_headers(page, &answer, &(struct answer_settings){tag_header}, now_s, put, ret_out);
}

static void fields_of_a_page(void **state)
{
	struct page *page = text_page();
	BUF_SCOPED out = BUF_INIT(10000);
	(void)state;
	head_of(page, (struct ask){.accept_encoding = STR("br")}, NOW_S, "xkey", &out);
	assert_true(has(&out, "Content-Type: text/html; charset=utf-8\n"));
	assert_true(has(&out, "Content-Encoding: br\n"));
	assert_true(has(&out, "Vary: Accept-Encoding\n"));
	assert_true(has(&out, "Last-Modified: Thu, 14 Jun 2018 08:00:00 GMT\n"));
	assert_true(has(&out, "Cache-Control: public, max-age=0, must-revalidate, s-maxage=15\n"));
	assert_true(has(&out, "xkey: every-page e12 len\n"));
	assert_true(has(&out, page_form(page, CODING_BROTLI)->etag));
	head_of(page, (struct ask){.range = STR("bytes=10-19")}, NOW_S, NULL, &out);
	assert_true(has(&out, "Content-Range: bytes 10-19/1000\n"));
	assert_false(has(&out, "e12"));
	assert_false(has(&out, "Content-Encoding"));
	assert_true(has(&out, "Vary: Accept-Encoding\n"));
	head_of(page, (struct ask){.range = STR("bytes=1000-")}, NOW_S, NULL, &out);
	assert_true(has(&out, "Content-Range: bytes */1000\n"));
	head_of(page, (struct ask){.if_none_match = STR("*")}, NOW_S, NULL, &out);
	assert_true(has(&out, "ETag: "));
	assert_true(has(&out, "Vary: Accept-Encoding\n"));
	assert_true(has(&out, "Cache-Control: public"));
	assert_false(has(&out, "text/html"));
	page_release(page);
}

static void security_fields_always(void **state)
{
	static const char *const fields[] = {
		"Content-Security-Policy: default-src 'none';",
		"X-Content-Type-Options: nosniff\n",
		"Referrer-Policy: strict-origin-when-cross-origin\n",
		"frame-ancestors 'none'",
		"Permissions-Policy: ",
		"camera=()",
		"Cross-Origin-Opener-Policy: same-origin\n",
		"Cross-Origin-Resource-Policy: ",
	};
	static const int statuses[] = {200, 301, 404, 410, 500, 503};
	BUF_SCOPED out = BUF_INIT(10000);
	(void)state;
	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
		struct page *page = make_page(statuses[i], "text/html");
		for (size_t j = 0; j < 2 * (sizeof fields / sizeof fields[0]); j++) {
			struct ask ask = {.if_none_match = j % 2 ? STR("*") : (struct str){0}};
			head_of(page, ask, NOW_S, NULL, &out);
			assert_true(has(&out, fields[j / 2]));
			assert_false(has(&out, "unsafe"));
			assert_false(has(&out, "Set-Cookie"));
		}
		page_release(page);
	}
}

static void policies(void **state)
{
	struct page *page = text_page();
	BUF_SCOPED out = BUF_INIT(10000);
	(void)state;
	page->policy = CACHE_NO_STORE;
	head_of(page, (struct ask){0}, NOW_S, NULL, &out);
	assert_true(has(&out, "Cache-Control: no-store\n"));
	assert_false(has(&out, "ETag"));
	page->policy = CACHE_IMMUTABLE;
	head_of(page, (struct ask){0}, NOW_S, NULL, &out);
	assert_true(has(&out, "Cache-Control: public, max-age=31536000, immutable\n"));
	page_release(page);
}

/* What is scheduled must not be read from the head: two pages that differ only in when they end look alike. */
static void freshness_stays_inside(void **state)
{
	BUF_SCOPED with = BUF_INIT(10000);
	BUF_SCOPED without = BUF_INIT(10000);
	struct page *page = text_page();
	(void)state;
	for (int64_t now_s = NOW_S; now_s < NOW_S + 60; now_s++) {
		page->fresh_until_s = INT64_MAX;
		head_of(page, (struct ask){0}, now_s, NULL, &without);
		page->fresh_until_s = NOW_S + 20;
		head_of(page, (struct ask){0}, now_s, NULL, &with);
		assert_true(str_eq(buf_str(&with), buf_str(&without)));
		int64_t age_s = answer_shared_age_s(now_s);
		assert_true(age_s >= 1 && age_s <= 60);
		assert_int_equal((now_s + age_s) % 60, 0);
	}
	page_release(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codings),
		cmocka_unit_test(pictures_are_not_compressed),
		cmocka_unit_test(a_form_not_made_yet_is_answered_plain),
		cmocka_unit_test(if_none_match),
		cmocka_unit_test(each_coding_has_its_tag),
		cmocka_unit_test(better_forms_do_not_change_what_is_known),
		cmocka_unit_test(if_modified_since),
		cmocka_unit_test(conditions_are_for_200),
		cmocka_unit_test(ranges),
		cmocka_unit_test(ranges_are_of_the_identity_coding),
		cmocka_unit_test(if_range),
		cmocka_unit_test(plain_from_what_is_kept),
		cmocka_unit_test(files),
		cmocka_unit_test(files_are_known_by_their_hash),
		cmocka_unit_test(another_file_has_not_the_hash_of_the_first),
		cmocka_unit_test(fields_of_a_page),
		cmocka_unit_test(security_fields_always),
		cmocka_unit_test(policies),
		cmocka_unit_test(freshness_stays_inside),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
