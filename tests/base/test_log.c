#include "base/log.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "check.h"

#include <fcntl.h>

/* A log into a pipe; taken() reads what was written since. */
struct recorded {
	struct clock_fixed clock;
	struct log log;
	int read_fd;
	char bytes[65536];
};

static void start(struct recorded *r, enum log_format format)
{
	int fds[2];
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	clock_fixed_init(&r->clock, 1528968600);
	r->read_fd = fds[0];
	r->log = (struct log){.fd = fds[1], .least = LOG_INFO, .format = format, .clock = &r->clock.clock};
}

static struct str taken(struct recorded *r)
{
	ssize_t got = read(r->read_fd, r->bytes, sizeof r->bytes);
	return str_of(r->bytes, got > 0 ? (size_t)got : 0);
}

static void stop(struct recorded *r)
{
	close(r->read_fd);
	close(r->log.fd);
}

static void a_line_of_keys_and_values(void **state)
{
	(void)state;
	struct recorded r;
	start(&r, LOG_KEY_VALUE);
	log_event(&r.log, LOG_INFO, "import.done", LOG_I64("items", -12), LOG_CSTR("file", "a-b_c/d.xml"),
		  LOG_US_AS_MS("took_ms", 1234567));
	assert_str(taken(&r), "time=2018-06-14T09:30:00.000Z level=info event=import.done items=-12 "
			      "file=a-b_c/d.xml took_ms=1234.567\n");
	log_event(&r.log, LOG_ERROR, "bare");
	assert_str(taken(&r), "time=2018-06-14T09:30:00.000Z level=error event=bare\n");
	stop(&r);
}

static void a_line_of_json(void **state)
{
	(void)state;
	struct recorded r;
	start(&r, LOG_JSON);
	log_event(&r.log, LOG_WARN, "import.done", LOG_I64("items", INT64_MIN), LOG_CSTR("file", "a b"),
		  LOG_US_AS_MS("took_ms", 5));
	assert_str(taken(&r), "{\"time\":\"2018-06-14T09:30:00.000Z\",\"level\":\"warn\",\"event\":\"import.done\","
			      "\"items\":-9223372036854775808,\"file\":\"a b\",\"took_ms\":0.005}\n");
	stop(&r);
}

static void time_has_milliseconds_even_before_1970(void **state)
{
	(void)state;
	struct recorded r;
	start(&r, LOG_KEY_VALUE);
	atomic_store(&r.clock.time_us, 1528968600123999);
	log_event(&r.log, LOG_INFO, "e");
	assert_str(taken(&r), "time=2018-06-14T09:30:00.123Z level=info event=e\n");
	atomic_store(&r.clock.time_us, -1);
	log_event(&r.log, LOG_INFO, "e");
	assert_str(taken(&r), "time=1969-12-31T23:59:59.999Z level=info event=e\n");
	stop(&r);
}

static void milliseconds_keep_their_sign(void **state)
{
	(void)state;
	struct recorded r;
	start(&r, LOG_KEY_VALUE);
	log_event(&r.log, LOG_INFO, "e", LOG_US_AS_MS("a", -5), LOG_US_AS_MS("b", -1500), LOG_US_AS_MS("c", 0),
		  LOG_US_AS_MS("d", INT64_MIN), LOG_US_AS_MS("e", INT64_MAX));
	assert_str(str_skip(taken(&r), strlen("time=2018-06-14T09:30:00.000Z level=info event=e ")),
		   "a=-0.005 b=-1.500 c=0.000 d=-9223372036854775.808 e=9223372036854775.807\n");
	stop(&r);
}

static void levels_below_the_least_are_silent(void **state)
{
	(void)state;
	struct recorded r;
	start(&r, LOG_KEY_VALUE);
	log_event(&r.log, LOG_DEBUG, "e");
	assert_str(taken(&r), "");
	r.log.least = LOG_ERROR;
	log_event(&r.log, LOG_WARN, "e");
	assert_str(taken(&r), "");
	r.log.least = LOG_DEBUG;
	log_event(&r.log, LOG_DEBUG, "e");
	assert_true(taken(&r).len > 0);
	int fd = r.log.fd;
	r.log.fd = -1;
	log_event(&r.log, LOG_ERROR, "e");
	assert_str(taken(&r), "");
	r.log.fd = fd;
	stop(&r);
}

static void only_plain_words_stand_without_quotes(void **state)
{
	(void)state;
	static const struct {
		const char *value, *written;
	} cases[] = {
	    {"word", "word"},       {"/a/b?c", "\"/a/b?c\""}, {"", "\"\""},
	    {"a b", "\"a b\""},     {"a=b", "\"a=b\""},       {"a\"b", "\"a\\\"b\""},
	    {"a\\b", "\"a\\\\b\""}, {"é", "\"é\""},           {"50%", "50%"},
	    {"a'b", "\"a'b\""},     {"{x}", "\"{x}\""},       {"2018-06-14T09:30:00Z", "2018-06-14T09:30:00Z"},
	};
	struct recorded r;
	ARENA_SCOPED arena = arena_create(0);
	start(&r, LOG_KEY_VALUE);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		log_event(&r.log, LOG_INFO, "e", LOG_CSTR("k", cases[i].value));
		struct str expected = arena_printf(arena, " k=%s\n", cases[i].written);
		struct str found = taken(&r);
		if (!str_ends(found, expected))
			fail_msg("%s gave %.*s", cases[i].value, STR_ARG(found));
	}
	stop(&r);
}

/* Whatever a value holds, one event is one line, and only the keys that the program wrote are keys. */
static void a_value_cannot_make_a_line_or_a_key(void **state)
{
	(void)state;
	static const struct str hostile[] = {
	    STR_INIT("x\ntime=2020-01-01T00:00:00.000Z level=error event=forged"),
	    STR_INIT("x\r\nevent=forged"),
	    STR_INIT("x\" event=\"forged"),
	    STR_INIT("x\\\" event=\\\"forged"),
	    STR_INIT("x\0y event=forged"),
	    STR_INIT("\x1b[2J event=forged"),
	    STR_INIT("x\u2028event=forged\xC2\x85"
		     "event=forged\u202Eevent=forged\u2066x"),
	    STR_INIT("x\xC2\n\xE2\x80\" event=forged"),
	    STR_INIT("x event=forged\\"),
	    STR_INIT("\"},{\"event\":\"forged\""),
	};
	for (int format = LOG_KEY_VALUE; format <= LOG_JSON; format++) {
		struct recorded r;
		start(&r, (enum log_format)format);
		for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
			log_event(&r.log, LOG_INFO, "real", LOG_STR("k", hostile[i]), LOG_I64("after", 1));
			struct str line = taken(&r);
			assert_true(utf8_valid(line));
			assert_int_equal(str_find_byte(line, '\n'), line.len - 1);
			uint32_t c;
			bool quoted = false;
			size_t equals = 0;
			for (struct str rest = str_sub(line, 0, line.len - 1); utf8_next(&rest, &c);) {
				assert_true(c >= 0x20 && !(c >= 0x7F && c < 0xA0));
				assert_true(c != 0x2028 && c != 0x202E && c != 0x2066);
				if (c == '\\')
					assert_true(utf8_next(&rest, &c));
				else if (c == '"')
					quoted = !quoted;
				else if (!quoted && c == (format == LOG_JSON ? ':' : '='))
					equals++;
			}
			assert_false(quoted);
			assert_int_equal(equals, 5);
		}
		stop(&r);
	}
}

static void escapes_are_those_of_json(void **state)
{
	(void)state;
	struct recorded r;
	start(&r, LOG_JSON);
	log_event(&r.log, LOG_INFO, "e", LOG_STR("k", STR("\n\r\t\x01\x7f\xff\u2028")));
	assert_true(str_ends(taken(&r), STR("\"k\":\"\\n\\u000d\\u0009\\u0001\\u007f\uFFFD\\u2028\"}\n")));
	stop(&r);
}

static void long_values_are_cut_and_say_so(void **state)
{
	(void)state;
	struct recorded r;
	char value[5000];
	memset(value, 'v', sizeof value);
	memcpy(value + 999, "é", 2); /* the limit falls into it */
	start(&r, LOG_KEY_VALUE);
	log_event(&r.log, LOG_INFO, "e", LOG_STR("k", str_of(value, sizeof value)), LOG_I64("after", 1));
	struct str line = taken(&r);
	assert_true(str_ends(line, STR("v…\" after=1\n")));
	assert_true(utf8_valid(line));
	assert_in_range(line.len, 1000, 1100);
	log_event(&r.log, LOG_INFO, "e", LOG_STR("k", str_of(value, 999)));
	assert_true(str_ends(taken(&r), STR("vvv\n")));
	stop(&r);
}

static void fields_beyond_the_line_are_left_out_and_it_says_so(void **state)
{
	(void)state;
	char value[1000];
	memset(value, '\x01', sizeof value); /* six bytes each when escaped */
	struct str s = str_of(value, sizeof value);
	for (int format = LOG_KEY_VALUE; format <= LOG_JSON; format++) {
		struct recorded r;
		start(&r, (enum log_format)format);
		log_event(&r.log, LOG_INFO, "e", LOG_STR("a", s), LOG_STR("b", s), LOG_STR("c", s), LOG_I64("d", 7));
		struct str line = taken(&r);
		assert_true(line.len < 8100);
		assert_true(str_ends(line, format == LOG_JSON ? STR(",\"d\":7,\"cut\":1}\n") : STR(" d=7 cut=1\n")));
		assert_int_equal(str_find(line, format == LOG_JSON ? STR("\"b\":") : STR(" b=")), SIZE_MAX);
		stop(&r);
	}
}

static void a_log_that_cannot_be_written_harms_nobody(void **state)
{
	(void)state;
	struct clock_fixed clock;
	clock_fixed_init(&clock, 0);
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	signal(SIGPIPE, SIG_IGN);
	struct log log = {.fd = fds[1], .least = LOG_INFO, .format = LOG_JSON, .clock = &clock.clock};
	log_event(&log, LOG_INFO, "e");
	assert_int_equal(write(fds[1], "x", 1), -1);
	close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_line_of_keys_and_values),
	    cmocka_unit_test(a_line_of_json),
	    cmocka_unit_test(time_has_milliseconds_even_before_1970),
	    cmocka_unit_test(milliseconds_keep_their_sign),
	    cmocka_unit_test(levels_below_the_least_are_silent),
	    cmocka_unit_test(only_plain_words_stand_without_quotes),
	    cmocka_unit_test(a_value_cannot_make_a_line_or_a_key),
	    cmocka_unit_test(escapes_are_those_of_json),
	    cmocka_unit_test(long_values_are_cut_and_say_so),
	    cmocka_unit_test(fields_beyond_the_line_are_left_out_and_it_says_so),
	    cmocka_unit_test(a_log_that_cannot_be_written_harms_nobody),
	};
	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
