/* A call that goes out: what the server gets, what is answered, and what is never sent. */
#include "ear.h"

#include "net/call.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LONG_MS 600000

static int call(const struct net_call *call, int *ret_status, struct err *err)
{
	struct net_caller *caller = net_caller_create();
	int rc = net_send(caller, call, ret_status, err);
	net_caller_destroy(caller);
	return rc;
}

static void the_request_arrives_as_said(void **state)
{
	(void)state;
	static struct ear ear;
	const struct str fields[] = {STR("Xkey: e1 e2"), STR("Authorization: Bearer word")};
	int status = 0;
	struct err err = {0};
	ear_start(&ear, 0, (int[]){200, 410}, 2);
	struct net_call purge = {
		.method = "PURGE", .url = ear.address, .fields = fields, .field_count = 2, .timeout_ms = LONG_MS};
	assert_int_equal(call(&purge, &status, &err), 0);
	assert_int_equal(status, 200);
	const char *request = ear_wait(&ear, 1);
	assert_memory_equal(request, "PURGE /in HTTP/1.1\r\n", 20);
	assert_true(str_eq(ear_field(request, "Xkey"), STR("e1 e2")));
	assert_true(str_eq(ear_field(request, "Authorization"), STR("Bearer word")));
	assert_int_equal(ear_field(request, "Content-Length").len, 0);
	purge.method = "POST";
	purge.body = STR("{\"keys\":[]}");
	assert_int_equal(call(&purge, &status, &err), 0);
	assert_int_equal(status, 410); /* an answer like another */
	request = ear_wait(&ear, 2);
	assert_memory_equal(request, "POST /in HTTP/1.1\r\n", 19);
	assert_true(str_ends(str_from(request), STR("\r\n\r\n{\"keys\":[]}")));
	ear_stop(&ear);
}

/* The environment may name a proxy for others; it would see what is withdrawn. */
static void nobody_stands_between_and_nobody_sends_on(void **state)
{
	(void)state;
	static struct ear ear, proxy;
	int status = 0;
	struct err err = {0};
	ear_start(&ear, 0, (int[]){301}, 1);
	ear_start(&proxy, 0, NULL, 0);
	setenv("http_proxy", proxy.address, 1);
	const struct net_call purge = {.method = "PURGE", .url = ear.address, .timeout_ms = LONG_MS};
	assert_int_equal(call(&purge, &status, &err), 0);
	unsetenv("http_proxy");
	assert_int_equal(status, 301);
	assert_int_equal(ear_count(&ear), 1);
	assert_int_equal(ear_count(&proxy), 0);
	ear_stop(&proxy);
	ear_stop(&ear);
}

static void no_answer_is_an_error_that_names_the_address(void **state)
{
	(void)state;
	static struct ear ear;
	int status = 7;
	struct err err = {0};
	ear_start(&ear, 0, (int[]){EAR_SILENT}, 1);
	struct net_call purge = {.method = "PURGE", .url = ear.address, .timeout_ms = 20};
	assert_int_equal(call(&purge, &status, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, ear.address));
	ear_stop(&ear);
	purge.timeout_ms = LONG_MS; /* nobody listens there now */
	assert_int_equal(call(&purge, &status, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, ear.address));
	assert_int_equal(status, 7);
}

static void a_call_can_be_broken_off(void **state)
{
	(void)state;
	static struct ear ear;
	_Atomic bool stop = true;
	int status = 0;
	struct err err = {0};
	ear_start(&ear, 0, (int[]){EAR_SILENT}, 1);
	const struct net_call purge = {.method = "PURGE", .url = ear.address, .timeout_ms = LONG_MS, .stop = &stop};
	assert_int_equal(call(&purge, &status, &err), ERR_STOPPED);
	ear_stop(&ear);
}

static void a_field_cannot_smuggle_another(void **state)
{
	(void)state;
	static struct ear ear;
	const struct str bad[] = {STR("a: b\r\nc: d"), STR("a: b\nc: d"), STR("a: b\rc: d"), STR("a: b\0c"), STR("")};
	int status = 0;
	ear_start(&ear, 0, NULL, 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err err = {0};
		const struct net_call purge = {.method = "PURGE",
					       .url = ear.address,
					       .fields = &bad[i],
					       .field_count = 1,
					       .timeout_ms = LONG_MS};
		assert_int_equal(call(&purge, &status, &err), ERR_INPUT);
	}
	assert_int_equal(ear_count(&ear), 0);
	ear_stop(&ear);
}

static void only_addresses_of_the_web_are_called(void **state)
{
	(void)state;
	static const char *const good[] = {"http://h/", "https://h:8/x?y=z", "http://[::1]:80/", "http://h"};
	static const char *const bad[] = {"",
					  "h",
					  "//h/",
					  "file:///etc/passwd",
					  "ftp://h/",
					  "http://",
					  "http:///x",
					  "http://:80/",
					  "http://u@h/",
					  "http://h/a b",
					  "http://h/#f",
					  "http://h\xc3\xa9/",
					  "http://h/\r\nx: y"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(net_is_address(str_from(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err err = {0};
		int status = 0;
		const struct net_call purge = {.method = "PURGE", .url = bad[i], .timeout_ms = LONG_MS};
		assert_false(net_is_address(str_from(bad[i])));
		assert_int_equal(call(&purge, &status, &err), ERR_INPUT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_request_arrives_as_said),
		cmocka_unit_test(nobody_stands_between_and_nobody_sends_on),
		cmocka_unit_test(no_answer_is_an_error_that_names_the_address),
		cmocka_unit_test(a_call_can_be_broken_off),
		cmocka_unit_test(a_field_cannot_smuggle_another),
		cmocka_unit_test(only_addresses_of_the_web_are_called),
	};
	return cmocka_run_group_tests_name("net: calls", tests, NULL, NULL);
}
