/* The calendar against the C library's, and each date that is written read again by its reader; what is near a date and
 * is none is refused, or read as another reader reads it. */
#include "base/clock.h"
#include "base/random.h"
#include "check.h"

#include <stdlib.h>
#include <time.h>

#define FIRST_S INT64_C(-62167219200)
#define LAST_S  INT64_C(253402300799)

static int64_t any_time(struct random *random)
{
	uint64_t span = (uint64_t)(LAST_S - FIRST_S) + 1;
	return FIRST_S + (int64_t)(random_u64(random) % span);
}

static void is_gmtime(int64_t time_s)
{
	time_t t = (time_t)time_s;
	struct tm tm;
	struct civil c = civil_from_s(time_s);
	int64_t again = 0;
	assert_non_null(gmtime_r(&t, &tm));
	assert_int_equal(c.year, tm.tm_year + 1900);
	assert_int_equal(c.month, tm.tm_mon + 1);
	assert_int_equal(c.day, tm.tm_mday);
	assert_int_equal(c.hour, tm.tm_hour);
	assert_int_equal(c.minute, tm.tm_min);
	assert_int_equal(c.second, tm.tm_sec);
	assert_int_equal(c.weekday, tm.tm_wday);
	assert_true(civil_to_s(&c, &again));
	assert_int_equal(again, time_s);
	assert_int_equal(timegm(&tm), time_s);
}

static void every_day_of_ten_thousand_years(void **state)
{
	(void)state;
	for (int64_t day = FIRST_S; day <= LAST_S; day += 86400) {
		is_gmtime(day);
		if (day % (86400 * 97) == 0)
			is_gmtime(day + 86399);
	}
}

static void any_second(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 41);
	for (int i = 0; i < 300000; i++)
		is_gmtime(any_time(&random.random));
}

/* All days that a calendar could be asked for: those that timegm moves elsewhere do not exist. */
static void days_exist_or_not(void **state)
{
	static const int years[] = {0,    4,    100,  200,  300,  400,  1582, 1600, 1700, 1800, 1900, 1999,
				    2000, 2001, 2004, 2100, 2200, 2300, 2400, 2600, 9900, 9996, 9999};
	(void)state;
	for (size_t y = 0; y < sizeof years / sizeof *years; y++) {
		for (int month = -1; month <= 14; month++) {
			for (int day = -1; day <= 33; day++) {
				struct civil c = {.year = years[y], .month = month, .day = day};
				struct tm tm = {.tm_year = years[y] - 1900, .tm_mon = month - 1, .tm_mday = day};
				int64_t time_s = 1;
				time_t expected = timegm(&tm);
				bool exists =
					tm.tm_mon == month - 1 && tm.tm_mday == day && tm.tm_year == years[y] - 1900;
				assert_int_equal(civil_to_s(&c, &time_s), exists);
				assert_int_equal(time_s, exists ? expected : 1);
			}
		}
	}
}

static void clocks_show_possible_times_only(void **state)
{
	static const int values[] = {INT32_MIN, -1, 0, 1, 23, 24, 59, 60, 61, INT32_MAX};
	(void)state;
	for (size_t h = 0; h < 10; h++) {
		for (size_t m = 0; m < 10; m++) {
			for (size_t s = 0; s < 10; s++) {
				struct civil c = {2018, 6, 14, values[h], values[m], values[s], 0};
				int64_t time_s = 1;
				bool good = values[h] >= 0 && values[h] < 24 && values[m] >= 0 && values[m] < 60 &&
					    values[s] >= 0 && values[s] < 60;
				assert_int_equal(civil_to_s(&c, &time_s), good);
				if (good)
					assert_int_equal(time_s,
							 1528934400 + values[h] * 3600 + values[m] * 60 + values[s]);
			}
		}
	}
}

typedef bool parser(struct str text, int64_t *ret_time_s);

static void reads(parser *parse, const char *text, int64_t expected)
{
	int64_t time_s = expected + 1;
	if (!parse(str_from(text), &time_s) || time_s != expected)
		fail_msg("%s is read as %lld, not %lld", text, (long long)time_s, (long long)expected);
}

/* The C library writes the same instant in the forms that are read but never written. */
static void all_forms_say_the_same(void **state)
{
	static const char *const zones[] = {"GMT", "UT", "UTC", "Z", "+0000", "-0000"};
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 42);
	for (int i = 0; i < 40000; i++) {
		int64_t time_s = any_time(&random.random);
		time_t t = (time_t)time_s;
		struct tm tm;
		char text[120], body[60], day[20], clock[20];
		gmtime_r(&t, &tm);
		clock_rfc3339(time_s, text);
		reads(clock_parse_rfc3339, text, time_s);
		clock_http(time_s, text);
		reads(clock_parse_http, text, time_s);
		reads(clock_parse_rfc822, text, time_s);
		clock_rfc822(time_s, text);
		reads(clock_parse_rfc822, text, time_s);
		snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1,
			 tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
		reads(clock_parse_sql, text, time_s);
		strftime(body, sizeof body, "%a %b %e %H:%M:%S", &tm); /* asctime */
		snprintf(text, sizeof text, "%s %04d", body, tm.tm_year + 1900);
		reads(clock_parse_http, text, time_s);
		strftime(day, sizeof day, "%d %b", &tm);
		strftime(clock, sizeof clock, "%H:%M:%S", &tm);
		snprintf(text, sizeof text, "%s %04d %s %s", day, tm.tm_year + 1900, clock,
			 zones[random_u64(&random.random) % 6]);
		reads(clock_parse_rfc822, text, time_s);
		if (tm.tm_year >= 70 && tm.tm_year < 170) {
			strftime(body, sizeof body, "%A, %d-%b", &tm);
			snprintf(text, sizeof text, "%s-%02d %s GMT", body, tm.tm_year % 100, clock);
			reads(clock_parse_http, text, time_s);
		}
	}
}

/* The same instant on any clock of the world. */
static void offsets_are_taken_off(void **state)
{
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 43);
	for (int i = 0; i < 40000; i++) {
		int64_t time_s = any_time(&random.random) / 2;
		int minutes = (int)(random_u64(&random.random) % 2879) - 1439;
		struct civil c = civil_from_s(time_s + minutes * 60);
		static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
						     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
		char text[120];
		int away = minutes < 0 ? -minutes : minutes;
		snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%0*d%c%02d:%02d", c.year, c.month, c.day,
			 c.hour, c.minute, c.second, 1 + i % 9, 7, minutes < 0 ? '-' : '+', away / 60, away % 60);
		reads(clock_parse_rfc3339, text, time_s);
		snprintf(text, sizeof text, "%d %s %04d %02d:%02d:%02d %c%02d%02d", c.day, months[c.month - 1], c.year,
			 c.hour, c.minute, c.second, minutes < 0 ? '-' : '+', away / 60, away % 60);
		reads(clock_parse_rfc822, text, time_s);
	}
}

/* One byte changed, left out or put in: then the text is refused, or what is read is written differently. */
static void texts_near_a_date_do_not_pass_for_it(void **state)
{
	static const char bytes[] = "0123456789:-+ TZ.GMTJa,\t\0x";
	struct random_fixed random;
	unsigned refused = 0;
	(void)state;
	random_fixed_init(&random, 44);
	for (int i = 0; i < 60000; i++) {
		char text[CLOCK_TEXT_BYTES + 2], again[CLOCK_TEXT_BYTES];
		int64_t time_s = any_time(&random.random), found = 0;
		clock_rfc3339(time_s, text);
		size_t len = strlen(text), at = random_u64(&random.random) % len;
		char byte = bytes[random_u64(&random.random) % sizeof bytes];
		uint64_t kind = random_u64(&random.random) % 3;
		if (kind == 0) {
			text[at] = byte;
		} else if (kind == 1) {
			memmove(text + at, text + at + 1, len - at);
			len--;
		} else {
			memmove(text + at + 1, text + at, len - at + 1);
			text[at] = byte;
			len++;
		}
		if (!clock_parse_rfc3339(str_of(text, len), &found)) {
			refused++;
			continue;
		}
		clock_rfc3339(found, again);
		bool fraction = str_find_byte(str_of(text, len), '.') != SIZE_MAX;
		bool leap = str_ends(str_of(text, len), STR(":60Z"));
		assert_true(fraction || leap || str_eq_nocase(str_of(text, len), str_from(again)));
	}
	assert_in_range(refused, 30000, 59000);
}

/* Readers look at what they were given and no further, whatever it is. */
static void any_bytes_are_read_or_refused(void **state)
{
	static parser *const parsers[] = {clock_parse_http, clock_parse_rfc3339, clock_parse_rfc822, clock_parse_sql};
	static const char *const pieces[] = {"Mon, ", "Monday, ", "Jan", " ",   "2018", "06", "-",  "T", ":", "Z",
					     "+02",   "00",       "GMT", "EST", "14",   "1",  "99", ".", "",  "60"};
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 45);
	for (int i = 0; i < 200000; i++) {
		char built[100];
		size_t len = 0;
		for (uint64_t count = random_u64(&random.random) % 14; count > 0; count--)
			len += (size_t)snprintf(built + len, 10, "%s", pieces[random_u64(&random.random) % 20]);
		char *text = malloc(len ? len : 1);
		assert_non_null(text);
		memcpy(text, built, len);
		for (size_t k = 0; k < 4; k++) {
			int64_t time_s = 7;
			bool read = parsers[k](str_of(text, len), &time_s);
			assert_true(read ? time_s >= FIRST_S - 86400 && time_s <= LAST_S + 86400 : time_s == 7);
		}
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_of_ten_thousand_years),
		cmocka_unit_test(any_second),
		cmocka_unit_test(days_exist_or_not),
		cmocka_unit_test(clocks_show_possible_times_only),
		cmocka_unit_test(all_forms_say_the_same),
		cmocka_unit_test(offsets_are_taken_off),
		cmocka_unit_test(texts_near_a_date_do_not_pass_for_it),
		cmocka_unit_test(any_bytes_are_read_or_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
