#include "web/response.h"

#include "base/limits.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void as_it_begins(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	RESPONSE_SCOPED response;
	(void)state;
	response_init(&response, arena);
	assert_int_equal(response.status, 200);
	assert_int_equal(response.policy, CACHE_PUBLIC);
	assert_int_equal(response.file_fd, -1);
	assert_true(response.fresh_until_s == INT64_MAX);
	assert_true(str_eq(response.content_type, STR("text/html; charset=utf-8")));
	assert_int_equal(response.body.max_bytes, LIMIT_PAGE_BYTES);
}

static void tags_and_headers_in_order(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	RESPONSE_SCOPED response;
	(void)state;
	response_init(&response, arena);
	for (int i = 0; i < 50; i++) {
		response_tag(&response, "e%d", i);
		response_add_header(&response, STR("Link"), arena_printf(arena, "<%d>", i));
	}
	assert_int_equal(response.tags.len, 50);
	assert_true(str_eq(response.tags.at[49], STR("e49")));
	assert_int_equal(response.headers.len, 50);
	assert_true(str_eq(response.headers.at[7].value, STR("<7>")));
}

static void redirects_escape_their_address(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	RESPONSE_SCOPED response;
	(void)state;
	response_init(&response, arena);
	buf_put_cstr(&response.body, "what was there before");
	response_redirect(&response, 301, STR("/a\"><script>&"));
	struct str body = buf_str(&response.body);
	assert_int_equal(response.status, 301);
	assert_true(str_eq(response.location, STR("/a\"><script>&")));
	assert_true(str_find(body, STR("<script>")) == SIZE_MAX);
	assert_true(str_find(body, STR("before")) == SIZE_MAX);
	assert_true(str_find(body, STR("href=\"/a&")) != SIZE_MAX);
}

static void files_are_closed_once(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct response response;
	(void)state;
	response_init(&response, arena);
	int first = open("/dev/null", O_RDONLY | O_CLOEXEC), second = open("/dev/null", O_RDONLY | O_CLOEXEC);
	response_file(&response, first, 0, 10, STR("image/png"));
	response_file(&response, second, 5, 10, STR("image/png"));
	assert_int_equal(fcntl(first, F_GETFD), -1);
	assert_true(fcntl(second, F_GETFD) >= 0);
	response_plain(&response, 500);
	assert_int_equal(fcntl(second, F_GETFD), -1);
	assert_int_equal(response.file_fd, -1);
	response_finish(&response);
}

static void plain_pages(void **state)
{
	static const int statuses[] = {400, 404, 405, 408, 410, 413, 414, 417, 431, 500, 503, 505};
	ARENA_SCOPED arena = arena_create(0);
	(void)state;
	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
		RESPONSE_SCOPED response;
		response_init(&response, arena);
		response_plain(&response, statuses[i]);
		assert_int_equal(response.status, statuses[i]);
		assert_int_equal(response.policy, CACHE_NO_STORE);
		assert_true(strlen(status_phrase(statuses[i])) > 3);
		assert_true(str_find(buf_str(&response.body), str_from(status_phrase(statuses[i]))) != SIZE_MAX);
	}
	assert_string_equal(status_phrase(299), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_it_begins),
		cmocka_unit_test(tags_and_headers_in_order),
		cmocka_unit_test(redirects_escape_their_address),
		cmocka_unit_test(files_are_closed_once),
		cmocka_unit_test(plain_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
