/* Forms that people and programs write, made here in every variation by hand of the standard and then read: dates of
 * feeds and of requests, and lines of the log. What is made wrong on purpose must be refused. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/utf8.h"
#include "check.h"

#include <fcntl.h>
#include <stdlib.h>

static uint64_t below(struct random *random, uint64_t count)
{
	return random_u64(random) % count;
}

/* ---- dates ---- */

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

/* A moment between the years 1 and 9998, so that no zone leads out of them. */
static struct civil any_civil(struct random *random, int64_t *ret_time_s)
{
	int64_t first = -62135596800, last = 253370764799;
	*ret_time_s = first + (int64_t)below(random, (uint64_t)(last - first));
	return civil_from_s(*ret_time_s);
}

/* In capitals, in small letters, or as it is. */
static void put_word(struct random *random, struct buf *out, const char *word)
{
	int how = (int)below(random, 3);
	for (; *word; word++) {
		bool letter = (*word | 0x20) >= 'a' && (*word | 0x20) <= 'z';
		buf_put_byte(out, !letter || how == 0 ? *word : (char)(how == 1 ? *word | 0x20 : *word & ~0x20));
	}
}

static void put_blanks(struct random *random, struct buf *out, int least)
{
	for (int count = least + (int)below(random, 3); count > 0; count--)
		buf_put_byte(out, below(random, 4) ? ' ' : '\t');
}

/* A zone of RFC 822 section 5, and how many seconds it lies east. */
static int put_zone(struct random *random, struct buf *out)
{
	static const struct {
		const char *name;
		int hours;
	} zones[] = {{"UT", 0},   {"GMT", 0},  {"UTC", 0},  {"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5},
		     {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}, {"Z", 0},    {"A", 0},    {"N", 0}};
	if (below(random, 2)) {
		size_t i = below(random, sizeof zones / sizeof *zones);
		put_word(random, out, zones[i].name);
		return zones[i].hours * 3600;
	}
	int hours = (int)below(random, 24), minutes = (int)below(random, 60);
	bool west = below(random, 2);
	buf_printf(out, "%c%02d%02d", west ? '-' : '+', hours, minutes);
	return (west ? -1 : 1) * (hours * 3600 + minutes * 60);
}

static void rfc822_in_every_variation(void **state)
{
	struct random_fixed fixed;
	struct random *random = &fixed.random;
	(void)state;
	random_fixed_init(&fixed, 822);
	for (int round = 0; round < 20000; round++) {
		int64_t time_s, found = -1;
		struct civil c = any_civil(random, &time_s);
		BUF_SCOPED out = BUF_INIT(300);
		bool seconds = c.second != 0 || below(random, 2);
		put_blanks(random, &out, 0);
		if (below(random, 3)) {
			put_word(random, &out, days[below(random, 2) ? (size_t)c.weekday : below(random, 7)]);
			buf_put_byte(&out, ',');
			put_blanks(random, &out, 0);
		}
		buf_printf(&out, below(random, 2) ? "%02d" : "%d", c.day);
		put_blanks(random, &out, 1);
		put_word(random, &out, months[c.month - 1]);
		put_blanks(random, &out, 1);
		buf_printf(&out, "%04d", c.year);
		put_blanks(random, &out, 1);
		buf_printf(&out, seconds ? "%02d:%02d:%02d" : "%02d:%02d", c.hour, c.minute, c.second);
		put_blanks(random, &out, 1);
		int east_s = put_zone(random, &out);
		put_blanks(random, &out, 0);
		if (!clock_parse_rfc822(buf_str(&out), &found) || found != time_s - east_s)
			fail_msg("'%.*s' is read as %lld, not %lld", STR_ARG(buf_str(&out)), (long long)found,
				 (long long)(time_s - east_s));
	}
}

static void rfc3339_in_every_variation(void **state)
{
	struct random_fixed fixed;
	struct random *random = &fixed.random;
	(void)state;
	random_fixed_init(&fixed, 3339);
	for (int round = 0; round < 20000; round++) {
		int64_t time_s, found = -1;
		struct civil c = any_civil(random, &time_s);
		BUF_SCOPED out = BUF_INIT(300);
		int east_s = 0;
		buf_printf(&out, "%04d-%02d-%02d%c%02d:%02d:%02d", c.year, c.month, c.day, below(random, 4) ? 'T' : 't',
			   c.hour, c.minute, c.second);
		if (below(random, 2)) {
			buf_put_byte(&out, '.');
			for (uint64_t count = 1 + below(random, 9); count > 0; count--)
				buf_put_byte(&out, (char)('0' + below(random, 10)));
		}
		if (below(random, 2)) {
			buf_put_byte(&out, below(random, 4) ? 'Z' : 'z');
		} else {
			int hours = (int)below(random, 24), minutes = (int)below(random, 60);
			bool west = below(random, 2);
			buf_printf(&out, "%c%02d:%02d", west ? '-' : '+', hours, minutes);
			east_s = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
		}
		if (!clock_parse_rfc3339(buf_str(&out), &found) || found != time_s - east_s)
			fail_msg("'%.*s' is read as %lld, not %lld", STR_ARG(buf_str(&out)), (long long)found,
				 (long long)(time_s - east_s));
	}
}

/* The three forms of RFC 9110 section 5.6.7. */
static void http_dates_in_every_variation(void **state)
{
	static const char *const long_days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
						"Thursday", "Friday", "Saturday"};
	struct random_fixed fixed;
	(void)state;
	random_fixed_init(&fixed, 9110);
	for (int round = 0; round < 20000; round++) {
		int64_t time_s, found = -1;
		struct civil c = any_civil(&fixed.random, &time_s);
		BUF_SCOPED out = BUF_INIT(300);
		int form = round % 3;
		if (form == 0)
			buf_printf(&out, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[c.weekday], c.day,
				   months[c.month - 1], c.year, c.hour, c.minute, c.second);
		if (form == 2)
			buf_printf(&out, "%s %s %2d %02d:%02d:%02d %04d", days[c.weekday], months[c.month - 1], c.day,
				   c.hour, c.minute, c.second, c.year);
		if (form == 1) { /* with two digits of a year, from 1970 to 2069 */
			time_s = (int64_t)below(&fixed.random, UINT64_C(3155760000));
			c = civil_from_s(time_s);
			buf_printf(&out, "%s, %02d-%s-%02d %02d:%02d:%02d GMT", long_days[c.weekday], c.day,
				   months[c.month - 1], c.year % 100, c.hour, c.minute, c.second);
		}
		if (!clock_parse_http(buf_str(&out), &found) || found != time_s)
			fail_msg("'%.*s' is read as %lld, not %lld", STR_ARG(buf_str(&out)), (long long)found,
				 (long long)time_s);
	}
}

/* Of these forms each byte counts: without it, or with another in its place, the text is none of them. */
static void each_byte_of_a_fixed_form_counts(void **state)
{
	static const struct {
		const char *text;
		bool (*parse)(struct str text, int64_t *ret_time_s);
	} forms[] = {
		{"2018-06-14 09:30:00", clock_parse_sql},
		{"2018-06-14T09:30:00Z", clock_parse_rfc3339},
		{"2018-06-14T09:30:00+01:00", clock_parse_rfc3339},
		{"Thu, 14 Jun 2018 09:30:00 GMT", clock_parse_http},
		{"Thursday, 14-Jun-18 09:30:00 GMT", clock_parse_http},
		{"Thu Jun 14 09:30:00 2018", clock_parse_http},
	};
	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		size_t length = strlen(forms[i].text);
		int64_t good = 0, found = 77;
		assert_true(forms[i].parse(str_from(forms[i].text), &good));
		for (size_t at = 0; at < length; at++) {
			char other[60];
			memcpy(other, forms[i].text, length + 1);
			other[at] = '_';
			assert_false(forms[i].parse(str_of(other, length), &found));
			memmove(other + at, forms[i].text + at + 1, length - at);
			if (forms[i].parse(str_of(other, length - 1), &found))
				fail_msg("'%s' is read as %lld", other, (long long)found);
		}
		for (size_t cut = 0; cut < length; cut++)
			assert_false(forms[i].parse(str_of(forms[i].text, cut), &found));
		char longer[60];
		snprintf(longer, sizeof longer, "%s ", forms[i].text);
		assert_false(forms[i].parse(str_of(longer, length + 1), &found));
		assert_int_equal(found, 77);
	}
}

/* One of the numbers of a good date is one too many: the day of a month that has fewer, the 24th hour … */
static void dates_with_one_number_too_large(void **state)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct random_fixed fixed;
	(void)state;
	random_fixed_init(&fixed, 99);
	for (int round = 0; round < 5000; round++) {
		int64_t time_s, found = 77;
		char text[100];
		struct civil c = any_civil(&fixed.random, &time_s);
		bool leap = (c.year % 4 == 0 && c.year % 100 != 0) || c.year % 400 == 0;
		int length = lengths[c.month - 1] + (c.month == 2 && leap);
		switch (below(&fixed.random, 5)) {
		case 0:
			c.day = below(&fixed.random, 2) ? length + 1 : 0;
			break;
		case 1:
			c.hour = 24 + (int)below(&fixed.random, 70);
			break;
		case 2:
			c.minute = 60 + (int)below(&fixed.random, 40);
			break;
		case 3:
			c.second = 61 + (int)below(&fixed.random, 39);
			break;
		default: /* a leap second that is none */
			c.second = 60;
			c.minute = c.minute == 59 ? 58 : c.minute;
		}
		snprintf(text, sizeof text, "%02d %s %04d %02d:%02d:%02d GMT", c.day, months[c.month - 1], c.year,
			 c.hour, c.minute, c.second);
		if (clock_parse_rfc822(str_from(text), &found))
			fail_msg("'%s' is read as %lld", text, (long long)found);
		snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour, c.minute,
			 c.second);
		if (clock_parse_rfc3339(str_from(text), &found))
			fail_msg("'%s' is read as %lld", text, (long long)found);
		assert_int_equal(found, 77);
	}
}

/* ---- lines of the log ---- */

/* Reads a value off the line, bare or in quotes, by what log.h says of lines. */
static bool read_value(struct str *rest, struct buf *out)
{
	if (!str_starts(*rest, STR("\""))) {
		size_t end = str_find_byte(*rest, ' ');
		struct str bare = str_sub(*rest, 0, end == SIZE_MAX ? rest->len : end);
		buf_put(out, bare);
		*rest = str_skip(*rest, bare.len);
		return bare.len > 0;
	}
	for (size_t i = 1; i < rest->len; i++) {
		char c = rest->ptr[i];
		if (c == '"') {
			*rest = str_skip(*rest, i + 1);
			return true;
		}
		if (c != '\\') {
			buf_put_byte(out, c);
			continue;
		}
		c = rest->ptr[++i];
		if (c == 'u') {
			char digits[5] = {0};
			memcpy(digits, rest->ptr + i + 1, 4);
			utf8_put(out, (uint32_t)strtoul(digits, NULL, 16));
			i += 4;
		} else {
			buf_put_byte(out, c == 'n' ? '\n' : c);
		}
	}
	return false;
}

static struct str any_value(struct random *random, struct buf *out)
{
	static const uint32_t picks[] = {'a',    'Z',    '0',    '-',     '.',  '/',  ' ',  '=',
					 '"',    '\\',   '\n',   '\t',    0x1B, 0x7F, 0x85, 0xE9,
					 0x202E, 0x2028, 0x2066, 0x1F54A, '\'', '{',  ',',  0};
	bool plain = below(random, 3) == 0;
	buf_clear(out);
	for (uint64_t count = below(random, 12); count > 0; count--)
		utf8_put(out, picks[below(random, plain ? 6 : sizeof picks / sizeof *picks)]);
	return buf_str(out);
}

/* One write to a file, read back whole. */
static struct str written(const struct log_field *fields, char *bytes, size_t size)
{
	struct clock_fixed clock;
	char name[] = "/tmp/crier-forms-XXXXXX";
	int fd = mkstemp(name);
	assert_true(fd >= 0);
	unlink(name);
	clock_fixed_init(&clock, 1528968600);
	const struct log log = {.fd = fd, .least = LOG_INFO, .format = LOG_KEY_VALUE, .clock = &clock.clock};
	log_write(&log, LOG_WARN, "an.event", fields);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	ssize_t got = read(fd, bytes, size);
	close(fd);
	assert_true(got > 0);
	return str_of(bytes, (size_t)got);
}

static void lines_of_the_log_are_read_back(void **state)
{
	static const char head[] = "time=2018-06-14T09:30:00.000Z level=warn event=an.event";
	struct random_fixed fixed;
	(void)state;
	random_fixed_init(&fixed, 41);
	for (int round = 0; round < 2000; round++) {
		char bytes[4000];
		struct buf values[3] = {BUF_INIT(1000), BUF_INIT(1000), BUF_INIT(1000)};
		int64_t number = (int64_t)random_u64(&fixed.random) >> below(&fixed.random, 64);
		struct log_field fields[5] = {{0}};
		static const char *const keys[] = {"one", "two", "three"};
		for (size_t i = 0; i < 3; i++)
			fields[i] = LOG_STR(keys[i], any_value(&fixed.random, &values[i]));
		fields[3] = LOG_I64("number", number);
		struct str line = written(fields, bytes, sizeof bytes);
		/* One line, whatever the values hold, and no byte in it that steers a terminal. */
		assert_int_equal(str_find_byte(line, '\n'), line.len - 1);
		for (size_t i = 0; i + 1 < line.len; i++)
			assert_true((unsigned char)line.ptr[i] >= 0x20 && line.ptr[i] != 0x7F);
		assert_true(utf8_valid(line));
		assert_true(str_starts(line, STR("time=2018-06-14T09:30:00.000Z level=warn event=an.event")));
		struct str rest = str_sub(line, sizeof head - 1, line.len - sizeof head);
		for (size_t i = 0; i < 4; i++) {
			BUF_SCOPED expected = BUF_INIT(100);
			BUF_SCOPED found = BUF_INIT(1000);
			buf_printf(&expected, " %s=", fields[i].key);
			assert_true(str_starts(rest, buf_str(&expected)));
			rest = str_skip(rest, expected.len);
			assert_true(read_value(&rest, &found));
			buf_clear(&expected);
			buf_put_i64(&expected, number);
			assert_true(str_eq(buf_str(&found), i < 3 ? fields[i].text : buf_str(&expected)));
		}
		assert_int_equal(rest.len, 0);
		for (size_t i = 0; i < 3; i++)
			buf_finish(&values[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc822_in_every_variation),       cmocka_unit_test(rfc3339_in_every_variation),
		cmocka_unit_test(http_dates_in_every_variation),   cmocka_unit_test(each_byte_of_a_fixed_form_counts),
		cmocka_unit_test(dates_with_one_number_too_large), cmocka_unit_test(lines_of_the_log_are_read_back),
	};
	return cmocka_run_group_tests_name("forms", tests, NULL, NULL);
}
