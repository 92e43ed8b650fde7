#include "web/body.h"

#include "base/buf.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MOST 100

/* Reads text in pieces of step bytes; *ret_left: what stands behind the body, where it ended. */
static int read_in_pieces(struct body *body, struct str text, size_t step, struct buf *out, struct str *ret_left)
{
	int status = BODY_MORE;
	buf_clear(out);
	for (size_t at = 0; status == BODY_MORE && at < text.len; at += step) {
		struct str input = str_sub(text, at, step), piece;
		while ((status = body_read(body, &input, &piece)) == BODY_PIECE) {
			assert_true(piece.len > 0);
			buf_put(out, piece);
		}
		assert_true(status != BODY_MORE || input.len == 0);
		*ret_left = str_of(input.ptr, (size_t)(text.ptr + text.len - input.ptr));
	}
	return status;
}

static const struct {
	const char *name;
	struct str text;
	int status;
	const char *content; /* where status is 0 */
} cases[] = {
	{"nothing", STR_INIT("0\r\n\r\nGET"), 0, ""},
	{"one", STR_INIT("5\r\nhello\r\n0\r\n\r\nGET"), 0, "hello"},
	{"two", STR_INIT("3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\nGET"), 0, "hello"},
	{"line ends inside", STR_INIT("4\r\n\r\n\r\n\r\n0\r\n\r\nGET"), 0, "\r\n\r\n"},
	{"hexadecimal", STR_INIT("A\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\nGET"), 0, "01234567890123456789a"},
	{"zeros before the size", STR_INIT("0005\r\nhello\r\n000\r\n\r\nGET"), 0, "hello"},
	{"sixteen digits", STR_INIT("0000000000000005\r\nhello\r\n0\r\n\r\nGET"), 0, "hello"},
	{"an extension", STR_INIT("5;a=b;c=\"d e\"\r\nhello\r\n0;x\r\n\r\nGET"), 0, "hello"},
	{"quotes in quotes", STR_INIT("5;a=\"\\\"\\\\\";b\r\nhello\r\n0;\"\"\r\n\r\nGET"), 0, "hello"},
	{"a trailer", STR_INIT("5\r\nhello\r\n0\r\nX-A: b\r\nC:\r\n\r\nGET"), 0, "hello"},
	{"as much as may be",
	 STR_INIT("64\r\n0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123"
		  "456789\r\n0\r\n\r\nGET"),
	 0, "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"},

	{"no size", STR_INIT("\r\n"), 400, NULL},
	{"no digits", STR_INIT("x\r\n"), 400, NULL},
	{"a prefix", STR_INIT("0x5\r\n"), 400, NULL},
	{"a plus", STR_INIT("+5\r\n"), 400, NULL},
	{"a minus", STR_INIT("-5\r\n"), 400, NULL},
	{"an underscore", STR_INIT("0_5\r\n"), 400, NULL},
	{"a blank before", STR_INIT(" 5\r\n"), 400, NULL},
	{"a blank behind", STR_INIT("5 \r\n"), 400, NULL},
	{"a tab behind", STR_INIT("5\t\r\n"), 400, NULL},
	{"seventeen digits", STR_INIT("00000000000000005"), 400, NULL},
	{"a bare LF behind the size", STR_INIT("5\n"), 400, NULL},
	{"a bare CR behind the size", STR_INIT("5\rh"), 400, NULL},
	{"a bare LF in an extension", STR_INIT("5;a\n"), 400, NULL},
	{"a bare CR in an extension", STR_INIT("5;a\rb"), 400, NULL},
	{"NUL in an extension", STR_INIT("5;a\0"), 400, NULL},
	{"a line that ends within quotes", STR_INIT("5;a=\"b\r"), 400, NULL},
	{"a line that ends within quotes, behind a quote", STR_INIT("5;a=\"b\\\"\r"), 400, NULL},
	{"a line that ends behind a backslash in quotes", STR_INIT("5;a=\"b\\\r"), 400, NULL},
	{"a bare LF in quotes", STR_INIT("5;a=\"\n"), 400, NULL},
	{"a chunk longer than told", STR_INIT("5\r\nhello!"), 400, NULL},
	{"a bare LF behind a chunk", STR_INIT("5\r\nhello\n"), 400, NULL},
	{"a bare CR behind a chunk", STR_INIT("5\r\nhello\r0"), 400, NULL},
	{"two line ends behind a chunk", STR_INIT("5\r\nhello\r\n\r\n"), 400, NULL},
	{"a bare LF at the end", STR_INIT("0\r\n\n"), 400, NULL},
	{"a bare CR at the end", STR_INIT("0\r\n\rG"), 400, NULL},
	{"a folded trailer", STR_INIT("0\r\nX: a\r\n b"), 400, NULL},
	{"a trailer without a colon", STR_INIT("0\r\nX\r\n"), 400, NULL},
	{"a trailer without a name", STR_INIT("0\r\n:"), 400, NULL},
	{"a request in the trailer's place", STR_INIT("0\r\nGET /"), 400, NULL},
	{"a blank before the colon of a trailer", STR_INIT("0\r\nX :"), 400, NULL},
	{"a bare LF in a trailer", STR_INIT("0\r\nX: a\n"), 400, NULL},
	{"NUL in a trailer", STR_INIT("0\r\nX: a\0"), 400, NULL},
	{"one byte too many", STR_INIT("65\r\n"), 413, NULL},
	{"one byte too many, in two", STR_INIT("5\r\nhello\r\n60\r\n"), 413, NULL},
	{"more than can be counted", STR_INIT("ffffffffffffffff"), 413, NULL},
	{"as much as can be counted", STR_INIT("7fffffffffffffff"), 413, NULL},
	{"a size that would wrap around", STR_INIT("8000000000000001"), 413, NULL},
};

static void chunks(void **state)
{
	BUF_SCOPED out = BUF_INIT(1000);
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("%s\n", cases[i].name);
		for (size_t step = 1; step <= cases[i].text.len; step++) {
			struct body body;
			struct str left = {0};
			body_init_chunked(&body, MOST);
			assert_int_equal(read_in_pieces(&body, cases[i].text, step, &out, &left), cases[i].status);
			if (cases[i].status)
				continue;
			assert_true(str_eq(buf_str(&out), str_from(cases[i].content)));
			assert_true(str_eq(left, STR("GET")));
		}
	}
}

static void half_a_body_is_more(void **state)
{
	BUF_SCOPED out = BUF_INIT(1000);
	struct str text = STR("5;a\r\nhello\r\n0\r\nX: a\r\n\r\n"), left;
	(void)state;
	for (size_t length = 1; length <= text.len; length++) {
		struct body body;
		body_init_chunked(&body, MOST);
		assert_int_equal(read_in_pieces(&body, str_sub(text, 0, length), length, &out, &left),
				 length < text.len ? BODY_MORE : 0);
	}
}

static int read_all(const struct buf *text)
{
	BUF_SCOPED out = BUF_INIT(1000);
	struct body body;
	struct str left;
	body_init_chunked(&body, MOST);
	return read_in_pieces(&body, buf_str(text), text->len, &out, &left);
}

static void what_is_passed_over_is_bounded(void **state)
{
	BUF_SCOPED text = BUF_INIT(100000);
	(void)state;
	for (unsigned extra = 0; extra < 2; extra++) {
		/* the digit counts; the semicolon does not */
		buf_clear(&text);
		buf_put_cstr(&text, "0;");
		for (unsigned i = 1; i < LIMIT_CHUNK_LINE_BYTES + extra; i++)
			buf_put_byte(&text, 'x');
		buf_put_cstr(&text, "\r\n\r\n");
		assert_int_equal(read_all(&text), extra ? 400 : 0);
		/* CR counts in each line, LF in none */
		buf_clear(&text);
		buf_put_cstr(&text, "0\r\n");
		for (unsigned i = 0; i < LIMIT_TRAILER_BYTES / 4 - 1; i++)
			buf_put_cstr(&text, "X:y\r\n");
		buf_put_cstr(&text, extra ? "X:y\r\n\r\n" : "\r\n");
		assert_int_equal(read_all(&text), extra ? 431 : 0);
	}
}

static void lengths(void **state)
{
	BUF_SCOPED out = BUF_INIT(1000);
	struct str text = STR("hello GET"), left = {0};
	struct body body;
	(void)state;
	for (size_t step = 1; step <= text.len; step++) {
		body_init_length(&body, 6);
		assert_int_equal(read_in_pieces(&body, text, step, &out, &left), 0);
		assert_true(str_eq(buf_str(&out), STR("hello ")) && str_eq(left, STR("GET")));
	}
	body_init_length(&body, 10);
	assert_int_equal(read_in_pieces(&body, text, text.len, &out, &left), BODY_MORE);
	struct str input = text, piece;
	body_init_length(&body, 0);
	assert_int_equal(body_read(&body, &input, &piece), 0);
	assert_true(str_eq(input, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks),
		cmocka_unit_test(half_a_body_is_more),
		cmocka_unit_test(what_is_passed_over_is_bounded),
		cmocka_unit_test(lengths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
