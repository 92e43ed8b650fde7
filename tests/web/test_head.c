#include "web/head.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIELDS 8

static const struct strict_limits limits = {.header_bytes = 300, .header_fields = FIELDS, .body_bytes = 100};

#define LINE "GET / HTTP/1.1\r\n"
#define HOST "Host: a\r\n"

/* What a head is refused with, as soon as its last byte here is read; 0: taken whole. */
static const struct {
	const char *name;
	struct str text;
	int status;
} cases[] = {
	{"plain", STR_INIT(LINE HOST "\r\n"), 0},
	{"HTTP/1.0 without a host", STR_INIT("GET / HTTP/1.0\r\n\r\n"), 0},
	{"no blank after the colon", STR_INIT(LINE "Host:a\r\n\r\n"), 0},
	{"blanks around a value", STR_INIT(LINE "Host:\t a \t\r\n\r\n"), 0},
	{"an empty value", STR_INIT(LINE "Host:\r\nX:\r\n\r\n"), 0},
	{"a value above ASCII", STR_INIT(LINE HOST "X: \xc3\xa9\xff\r\n\r\n"), 0},
	{"a colon in a value", STR_INIT(LINE "Host: a:80\r\n\r\n"), 0},
	{"one empty line before", STR_INIT("\r\n" LINE HOST "\r\n"), 0},
	{"a method of one's own", STR_INIT("M-SEARCH / HTTP/1.1\r\n" HOST "\r\n"), 0},
	{"a method of 24", STR_INIT("ABCDEFGHIJKLMNOPQRSTUVWX / HTTP/1.1\r\n" HOST "\r\n"), 0},
	{"a target above ASCII", STR_INIT("GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n"), 0},
	{"an address with a host", STR_INIT("GET http://a.example/b?c HTTP/1.1\r\n" HOST "\r\n"), 0},
	{"an address of IPv6", STR_INIT("GET HTTPS://[::1]:8080/ HTTP/1.1\r\n" HOST "\r\n"), 0},
	{"an address without a path", STR_INIT("GET http://a.example HTTP/1.1\r\n" HOST "\r\n"), 0},
	{"a body to come", STR_INIT("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n"), 0},
	{"as many fields as may be", STR_INIT(LINE HOST "A:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\nG:\r\n\r\n"), 0},

	/* the request line, RFC 9112 section 3 */
	{"two empty lines before", STR_INIT("\r\n\r"), 400},
	{"a bare LF before", STR_INIT("\n"), 400},
	{"CR and something else before", STR_INIT("\rG"), 400},
	{"a blank before the method", STR_INIT(" "), 400},
	{"no method", STR_INIT("\r\n "), 400},
	{"a method that is no token", STR_INIT("G("), 400},
	{"TLS", STR_INIT("\x16"), 400},
	{"NUL first", STR_INIT("\0"), 400},
	{"a method of 25", STR_INIT("ABCDEFGHIJKLMNOPQRSTUVWXY"), 501},
	{"a tab behind the method", STR_INIT("GET\t"), 400},
	{"two blanks behind the method", STR_INIT("GET  "), 400},
	{"a method alone", STR_INIT("GET\r"), 400},
	{"a control character in the target", STR_INIT("GET /a\x01"), 400},
	{"NUL in the target", STR_INIT("GET /a\0"), 400},
	{"DEL in the target", STR_INIT("GET /a\x7f"), 400},
	{"a tab in the target", STR_INIT("GET /a\t"), 400},
	{"HTTP/0.9", STR_INIT("GET /\r"), 400},
	{"HTTP/0.9 with a bare LF", STR_INIT("GET /\n"), 400},
	{"two blanks behind the target", STR_INIT("GET /  "), 400},
	{"a blank in the target", STR_INIT("GET /a b"), 400},
	{"another protocol", STR_INIT("GET / HTTQ"), 400},
	{"the protocol in small letters", STR_INIT("GET / h"), 400},
	{"a version of three digits", STR_INIT("GET / HTTP/1.11"), 400},
	{"a version without a dot", STR_INIT("GET / HTTP/1,"), 400},
	{"a version with a sign", STR_INIT("GET / HTTP/+"), 400},
	{"a version with nothing behind the dot", STR_INIT("GET / HTTP/1.\r"), 400},
	{"a blank behind the version", STR_INIT("GET / HTTP/1.1 "), 400},
	{"a bare LF behind the version", STR_INIT("GET / HTTP/1.1\n"), 400},
	{"a bare CR behind the version", STR_INIT("GET / HTTP/1.1\rH"), 400},
	{"HTTP/1.2", STR_INIT("GET / HTTP/1.2\r\n" HOST "\r\n"), 505},
	{"the preface of HTTP/2", STR_INIT("PRI * HTTP/2.0\r\n\r\n"), 505},

	/* targets, section 3.2; decided at the end, where the version is known to be ours */
	{"no path", STR_INIT("GET page HTTP/1.1\r\n" HOST "\r\n"), 400},
	{"a query alone", STR_INIT("GET ?a HTTP/1.1\r\n" HOST "\r\n"), 400},
	{"an asterisk", STR_INIT("GET * HTTP/1.1\r\n" HOST "\r\n"), 400},
	{"a host alone", STR_INIT("GET a.example:80 HTTP/1.1\r\n" HOST "\r\n"), 400},
	{"another scheme", STR_INIT("GET ftp://a.example/ HTTP/1.1\r\n" HOST "\r\n"), 400},
	{"a scheme with one slash", STR_INIT("GET http:/a.example/ HTTP/1.1\r\n" HOST "\r\n"), 400},
	{"a scheme without a host", STR_INIT("GET http:///b HTTP/1.1\r\n" HOST "\r\n"), 400},
	{"a scheme and a query", STR_INIT("GET http://?b HTTP/1.1\r\n" HOST "\r\n"), 400},
	{"a port without a host", STR_INIT("GET http://:80/b HTTP/1.1\r\n" HOST "\r\n"), 400},
	{"a user before the host", STR_INIT("GET http://a@b.example/ HTTP/1.1\r\n" HOST "\r\n"), 400},
	{"all of the server", STR_INIT("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), 501},
	{"a tunnel", STR_INIT("CONNECT a.example:80 HTTP/1.1\r\n" HOST "\r\n"), 501},
	{"a tunnel to a path", STR_INIT("CONNECT / HTTP/1.1\r\n" HOST "\r\n"), 501},

	/* fields, section 5 */
	{"a bare LF behind a field", STR_INIT(LINE "Host: a\n"), 400},
	{"a bare LF at the end", STR_INIT(LINE HOST "\n"), 400},
	{"a bare CR in a value", STR_INIT(LINE "Host: a\rb\r\n"), 400},
	{"CR CR LF", STR_INIT(LINE "Host: a\r\r\n"), 400},
	{"NUL in a value", STR_INIT(LINE "Host: a\r\nX: a\0b\r\n"), 400},
	{"NUL in a name", STR_INIT(LINE "Ho\0st: a\r\n"), 400},
	{"a folded field", STR_INIT(LINE "Host: a\r\nX: a\r\n b\r\n"), 400},
	{"folded by a tab", STR_INIT(LINE "Host: a\r\nX: a\r\n\tb\r\n"), 400},
	{"a blank line that is not empty", STR_INIT(LINE HOST " \r\n"), 400},
	{"a first field that is folded", STR_INIT(LINE " Host: a\r\n"), 400},
	{"a blank before the colon", STR_INIT(LINE "Host : a\r\n"), 400},
	{"a tab before the colon", STR_INIT(LINE "Host\t: a\r\n"), 400},
	{"no name", STR_INIT(LINE ": a\r\n"), 400},
	{"no colon", STR_INIT(LINE "Host\r\n"), 400},
	{"a blank in a name", STR_INIT(LINE "A Host: a\r\n"), 400},
	{"a name above ASCII", STR_INIT(LINE "H\xc3\xb6st: a\r\n"), 400},
	{"a bracket in a name", STR_INIT(LINE "X[]: a\r\n"), 400},
	{"one field too many", STR_INIT(LINE HOST "A:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\nG:\r\nH:\r\n"), 431},

	/* what the fields mean is asked too */
	{"no host", STR_INIT(LINE "\r\n"), 400},
	{"two hosts", STR_INIT(LINE HOST HOST "\r\n"), 400},
	{"a length and chunks",
	 STR_INIT("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"), 400},
	{"a body too large", STR_INIT("POST / HTTP/1.1\r\n" HOST "Content-Length: 101\r\n\r\n"), 413},
	{"an odd expectation", STR_INIT("POST / HTTP/1.1\r\n" HOST "Expect: tea\r\n\r\n"), 417},
};

/* Reads text in pieces that end at `cut`, then at every `step`. */
static int read_in_pieces(struct head *head, struct header *fields, struct str text, size_t cut, size_t step)
{
	int status = HEAD_MORE;
	head_init(head, fields, &limits);
	for (size_t count = cut; status == HEAD_MORE; count += step) {
		if (count > text.len)
			count = text.len;
		status = head_read(head, text.ptr, count);
		/* it goes on where it was: nothing is looked for twice */
		assert_true(status != HEAD_MORE || head->at == count);
		if (count == text.len)
			break;
	}
	return status;
}

static void assert_same(const struct head *a, const struct head *b)
{
	assert_true(str_eq(a->method, b->method) && str_eq(a->target, b->target) && str_eq(a->version, b->version));
	assert_int_equal(a->strict.fields, b->strict.fields);
	assert_int_equal(a->keep_alive, b->keep_alive);
	assert_int_equal(a->bytes, b->bytes);
	for (unsigned i = 0; i < a->strict.fields; i++) {
		assert_true(str_eq(a->fields[i].name, b->fields[i].name));
		assert_true(str_eq(a->fields[i].value, b->fields[i].value));
	}
}

static void heads(void **state)
{
	struct header fields[FIELDS];
	struct head head;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("%s\n", cases[i].name);
		assert_int_equal(read_in_pieces(&head, fields, cases[i].text, cases[i].text.len, 1), cases[i].status);
		/* and nothing is said before the byte that decides */
		assert_int_equal(read_in_pieces(&head, fields, cases[i].text, cases[i].text.len - 1, SIZE_MAX / 2),
				 cases[i].status);
		head_init(&head, fields, &limits);
		assert_int_equal(head_read(&head, cases[i].text.ptr, cases[i].text.len - 1), HEAD_MORE);
		if (cases[i].status == 0)
			continue;
		/* what follows what is refused changes nothing */
		char more[400];
		memcpy(more, cases[i].text.ptr, cases[i].text.len);
		memcpy(more + cases[i].text.len, "\r\n" LINE HOST "\r\n", sizeof(LINE HOST) + 3);
		head_init(&head, fields, &limits);
		assert_int_equal(head_read(&head, more, cases[i].text.len + sizeof(LINE HOST) + 3), cases[i].status);
	}
}

static void any_cut_gives_the_same(void **state)
{
	struct header fields[FIELDS], others[FIELDS];
	struct head whole, cut;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str text = cases[i].text;
		read_in_pieces(&whole, fields, text, text.len, 1);
		for (size_t at = 0; at <= text.len; at++) {
			assert_int_equal(read_in_pieces(&cut, others, text, at, SIZE_MAX / 2), cases[i].status);
			assert_same(&whole, &cut);
		}
		assert_int_equal(read_in_pieces(&cut, others, text, 1, 1), cases[i].status);
		assert_same(&whole, &cut);
	}
}

static void what_is_read(void **state)
{
	struct header fields[FIELDS];
	struct head head;
	struct str text = STR("\r\nPOST /a?b=c HTTP/1.1\r\nHost:  x \t\r\nCONTENT-length:7\r\n\r\nthe body");
	(void)state;
	head_init(&head, fields, &limits);
	assert_int_equal(head_read(&head, text.ptr, text.len), 0);
	assert_true(str_eq(head.method, STR("POST")) && str_eq(head.target, STR("/a?b=c")));
	assert_true(str_eq(head.version, STR("HTTP/1.1")));
	assert_int_equal(head.strict.fields, 2);
	assert_true(str_eq(fields[0].name, STR("Host")) && str_eq(fields[0].value, STR("x")));
	assert_true(str_eq(fields[1].name, STR("CONTENT-length")) && str_eq(fields[1].value, STR("7")));
	assert_int_equal(head.strict.body_bytes, 7);
	assert_true(str_eq(str_skip(text, head.bytes), STR("the body")));
}

static void who_stays(void **state)
{
	static const struct {
		const char *version, *fields;
		bool stays;
	} rows[] = {
		{"1.1", "", true},
		{"1.1", "Connection: close\r\n", false},
		{"1.1", "connection: Close\r\n", false},
		{"1.1", "Connection: x, close ,y\r\n", false},
		{"1.1", "Connection: x\r\nConnection: close\r\n", false},
		{"1.1", "Connection: closed\r\n", true},
		{"1.1", "Connection: keep-alive\r\n", true},
		{"1.1", "Connection: keep-alive, close\r\n", false},
		{"1.0", "", false},
		{"1.0", "Connection: keep-alive\r\n", true},
		{"1.0", "Connection: Keep-Alive, x\r\n", true},
		{"1.0", "Connection: keep-alive, close\r\n", false},
		{"1.0", "Connection: x\r\n", false},
	};
	struct header fields[FIELDS];
	struct head head;
	ARENA_SCOPED arena = arena_create(0);
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct str text =
			arena_printf(arena, "GET / HTTP/%s\r\n" HOST "%s\r\n", rows[i].version, rows[i].fields);
		head_init(&head, fields, &limits);
		assert_int_equal(head_read(&head, text.ptr, text.len), 0);
		assert_int_equal(head.keep_alive, rows[i].stays);
	}
}

static int read_text(const struct buf *text)
{
	struct header fields[FIELDS];
	struct head head;
	head_init(&head, fields, &limits);
	return head_read(&head, text->ptr, text->len);
}

static void fill(struct buf *text, const char *before, size_t count, const char *after)
{
	buf_clear(text);
	buf_put_cstr(text, before);
	for (size_t i = 0; i < count; i++)
		buf_put_byte(text, 'x');
	buf_put_cstr(text, after);
}

static void too_long(void **state)
{
	BUF_SCOPED text = BUF_INIT(100000);
	(void)state;
	fill(&text, "GET /", LIMIT_TARGET_BYTES - 1, " HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(read_text(&text), 0);
	fill(&text, "GET /", LIMIT_TARGET_BYTES - 1, "");
	assert_int_equal(read_text(&text), HEAD_MORE);
	fill(&text, "GET /", LIMIT_TARGET_BYTES, "");
	assert_int_equal(read_text(&text), 414);
	/* Host and a are 5, X is 1 */
	fill(&text, LINE HOST "X: ", limits.header_bytes - 6, "\r\n\r\n");
	assert_int_equal(read_text(&text), 0);
	fill(&text, LINE HOST "X: ", limits.header_bytes - 5, "\r\n");
	assert_int_equal(read_text(&text), 431);
	/* a line without an end, and one of blanks, which no limit of names and values counts */
	fill(&text, LINE HOST, 3000, "");
	assert_int_equal(read_text(&text), 431);
	buf_clear(&text);
	buf_printf(&text, LINE HOST "X:%3000s\r\n\r\n", "");
	assert_int_equal(read_text(&text), 431);
}

/* Whatever comes, the longest head decides: a buffer of that size is never full in vain. */
static void the_longest_head_decides(void **state)
{
	static const char *const begins[] = {"", "\r\n", "GET /", LINE, LINE HOST, LINE "X: "};
	BUF_SCOPED text = BUF_INIT(100000);
	(void)state;
	for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
		fill(&text, begins[i], head_most_bytes(&limits) - strlen(begins[i]), "");
		assert_int_equal(text.len, head_most_bytes(&limits));
		assert_int_not_equal(read_text(&text), HEAD_MORE);
	}
	/* the longest that is taken is one byte less, at most */
	buf_clear(&text);
	buf_put_cstr(&text, "\r\nABCDEFGHIJKLMNOPQRSTUVWX /");
	for (size_t i = 1; i < LIMIT_TARGET_BYTES; i++)
		buf_put_byte(&text, 'x');
	buf_put_cstr(&text, " HTTP/1.1\r\n" HOST "X:");
	size_t room = limits.header_bytes + (size_t)FIELDS * 8 + 2 - strlen(HOST "X:\r\n\r\n");
	for (size_t i = 0; i < room; i++)
		buf_put_byte(&text, ' ');
	buf_put_cstr(&text, "\r\n\r\n");
	assert_int_equal(text.len, head_most_bytes(&limits) - 1);
	assert_int_equal(read_text(&text), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads),        cmocka_unit_test(any_cut_gives_the_same),
		cmocka_unit_test(what_is_read), cmocka_unit_test(who_stays),
		cmocka_unit_test(too_long),     cmocka_unit_test(the_longest_head_decides),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
