#include "base/clock.h"

#include "check.h"

#include <time.h>

static void the_system_clock_is_the_machines(void **state)
{
	(void)state;
	int64_t before = (int64_t)time(NULL);
	int64_t now = clock_now_s(clock_system());
	int64_t us = clock_now_us(clock_system());
	assert_in_range(now, before - 2, before + 5);
	assert_in_range(us / 1000000, before - 2, before + 5);
}

static void the_steady_clock_never_goes_back(void **state)
{
	(void)state;
	int64_t last = clock_steady_us();
	for (int i = 0; i < 10000; i++) {
		int64_t now = clock_steady_us();
		assert_true(now >= last);
		last = now;
	}
}

static void a_fixed_clock_stands_where_it_was_set(void **state)
{
	(void)state;
	struct clock_fixed fixed;
	clock_fixed_init(&fixed, 1528968600);
	assert_int_equal(clock_now_s(&fixed.clock), 1528968600);
	assert_int_equal(clock_now_us(&fixed.clock), 1528968600000000);
	clock_fixed_set_s(&fixed, -5);
	assert_int_equal(clock_now_s(&fixed.clock), -5);
	atomic_store(&fixed.time_us, -1);
	assert_int_equal(clock_now_s(&fixed.clock), -1);
	atomic_store(&fixed.time_us, 1999999);
	assert_int_equal(clock_now_s(&fixed.clock), 1);
}

static void assert_civil(int64_t time_s, int year, int month, int day, int second_of_day, int weekday)
{
	struct civil c = civil_from_s(time_s);
	int64_t back = 0;
	assert_int_equal(c.year, year);
	assert_int_equal(c.month, month);
	assert_int_equal(c.day, day);
	assert_int_equal(c.hour * 3600 + c.minute * 60 + c.second, second_of_day);
	assert_int_equal(c.weekday, weekday);
	assert_true(civil_to_s(&c, &back));
	assert_int_equal(back, time_s);
}

static void known_days(void **state)
{
	(void)state;
	assert_civil(0, 1970, 1, 1, 0, 4);
	assert_civil(-1, 1969, 12, 31, 86399, 3);
	assert_civil(1528968600, 2018, 6, 14, 34200, 4);
	assert_civil(951782400, 2000, 2, 29, 0, 2);
	assert_civil(1709164800, 2024, 2, 29, 0, 4);
	assert_civil(-2203891200, 1900, 3, 1, 0, 4); /* 1900 had no 29 February */
	assert_civil(-2203977600, 1900, 2, 28, 0, 3);
	assert_civil(2147483648, 2038, 1, 19, 11648, 2);
	assert_civil(4107542400, 2100, 3, 1, 0, 1);
	assert_civil(-62167219200, 0, 1, 1, 0, 6);
	assert_civil(-62162035200, 0, 3, 1, 0, 3); /* the year 0 was a leap year */
	assert_civil(253402300799, 9999, 12, 31, 86399, 5);
	assert_civil(-11644473600, 1601, 1, 1, 0, 1);
}

static void what_lies_outside_is_the_nearest_second(void **state)
{
	(void)state;
	char text[CLOCK_TEXT_BYTES];
	clock_rfc3339(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59Z");
	clock_rfc3339(INT64_MIN, text);
	assert_string_equal(text, "0000-01-01T00:00:00Z");
	assert_int_equal(civil_from_s(253402300800).year, 9999);
}

/* Against the C library, over days that include every kind of year. */
static void every_day_of_five_centuries_agrees_with_gmtime(void **state)
{
	(void)state;
	for (int64_t day = -135140; day < 47482; day++) { /* 1600 to 2100 */
		int64_t time_s = day * 86400 + (day * 7919) % 43200 + 43200;
		time_t given = (time_t)time_s;
		struct tm tm;
		gmtime_r(&given, &tm);
		struct civil c = civil_from_s(time_s);
		int64_t back;
		if (c.year != tm.tm_year + 1900 || c.month != tm.tm_mon + 1 || c.day != tm.tm_mday ||
		    c.hour != tm.tm_hour || c.minute != tm.tm_min || c.second != tm.tm_sec || c.weekday != tm.tm_wday)
			fail_msg("day %lld differs", (long long)day);
		assert_true(civil_to_s(&c, &back) && back == time_s);
	}
}

static void dates_that_do_not_exist(void **state)
{
	(void)state;
	static const struct civil refused[] = {
	    {.year = 2023, .month = 2, .day = 29},
	    {.year = 1900, .month = 2, .day = 29},
	    {.year = 2100, .month = 2, .day = 29},
	    {.year = 2024, .month = 2, .day = 30},
	    {.year = 2024, .month = 4, .day = 31},
	    {.year = 2024, .month = 0, .day = 1},
	    {.year = 2024, .month = 13, .day = 1},
	    {.year = 2024, .month = -1, .day = 1},
	    {.year = 2024, .month = 1, .day = 0},
	    {.year = 2024, .month = 1, .day = 32},
	    {.year = 2024, .month = 1, .day = 1, .hour = 24},
	    {.year = 2024, .month = 1, .day = 1, .hour = -1},
	    {.year = 2024, .month = 1, .day = 1, .minute = 60},
	    {.year = 2024, .month = 1, .day = 1, .second = 60},
	    {.year = 2024, .month = 1, .day = 1, .second = -1},
	    {.year = -1, .month = 1, .day = 1},
	    {.year = 10000, .month = 1, .day = 1},
	    {0},
	};
	int64_t time_s = 42;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		assert_false(civil_to_s(&refused[i], &time_s));
	assert_int_equal(time_s, 42);
	assert_true(civil_to_s(&(struct civil){.year = 2000, .month = 2, .day = 29}, &time_s));
	assert_int_equal(time_s, 951782400);
}

static void text_forms(void **state)
{
	(void)state;
	char text[CLOCK_TEXT_BYTES];
	clock_rfc3339(1528968600, text);
	assert_string_equal(text, "2018-06-14T09:30:00Z");
	clock_http(784111777, text);
	assert_string_equal(text, "Sun, 06 Nov 1994 08:49:37 GMT");
	clock_rfc822(1528968600, text);
	assert_string_equal(text, "Thu, 14 Jun 2018 09:30:00 +0000");
	clock_http(-1, text);
	assert_string_equal(text, "Wed, 31 Dec 1969 23:59:59 GMT");
	clock_rfc822(INT64_MAX, text);
	assert_string_equal(text, "Fri, 31 Dec 9999 23:59:59 +0000");
}

typedef bool parser(struct str text, int64_t *ret_time_s);

struct accepted {
	const char *text;
	int64_t time_s;
};

static void assert_accepts(parser *parse, const struct accepted *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t time_s = 0;
		bool ok = parse(str_from(cases[i].text), &time_s);
		if (!ok || time_s != cases[i].time_s)
			fail_msg("\"%s\" gave %d %lld", cases[i].text, ok, (long long)time_s);
	}
}

/* Besides the listed texts, nothing before or after an accepted one, nor any part of it, may be accepted. */
static void assert_refuses(parser *parse, const char *good, const char *const *cases, size_t count)
{
	int64_t time_s = 42;
	char text[100];
	for (size_t i = 0; i < count; i++) {
		if (parse(str_from(cases[i]), &time_s))
			fail_msg("\"%s\" was taken", cases[i]);
	}
	for (size_t len = 0; len < strlen(good); len++) {
		if (parse(str_of(good, len), &time_s))
			fail_msg("\"%.*s\" was taken", (int)len, good);
	}
	snprintf(text, sizeof text, "%sx", good);
	assert_false(parse(str_from(text), &time_s));
	snprintf(text, sizeof text, "x%s", good);
	assert_false(parse(str_from(text), &time_s));
	assert_false(parse(str_of(good, strlen(good) + 1), &time_s));
	assert_false(parse((struct str){0}, &time_s));
	assert_int_equal(time_s, 42);
}

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void http_dates(void **state)
{
	(void)state;
	static const struct accepted good[] = {
	    {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},  {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
	    {"Sun Nov  6 08:49:37 1994", 784111777},       {"Wed Nov 16 08:49:37 1994", 784975777},
	    {"Mon, 06 Nov 1994 08:49:37 GMT", 784111777}, /* not a Monday: told apart by nobody */
	    {"Thursday, 01-Jan-70 00:00:00 GMT", 0},       {"Tuesday, 31-Dec-69 23:59:59 GMT", 3155759999},
	    {"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800}, {"Thu, 29 Feb 2024 00:00:00 GMT", 1709164800},
	};
	static const char *const bad[] = {
	    "Sun, 6 Nov 1994 08:49:37 GMT",  "Sun, 06 Nov 94 08:49:37 GMT",   "Sun, 06 Nov 1994 08:49:37",
	    "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 8:49:37 GMT",  "Sun, 06 Nov 1994 24:00:00 GMT",
	    "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
	    "Sun, 06 Nox 1994 08:49:37 GMT", "Xxx, 06 Nov 1994 08:49:37 GMT", "Sun, 29 Feb 2023 08:49:37 GMT",
	    "Sun 06 Nov 1994 08:49:37 GMT",  "Sun, 06-Nov-94 08:49:37 GMT",   "Sunday, 06-Nov-1994 08:49:37 GMT",
	    "Sun Nov 6 08:49:37 1994",       "Sun Nov  6 08:49:37 94",        "Sun Nov  6 08:49:37 1994 GMT",
	    "Sun, 06 Nov 1994 08:49:60 GMT", "1994-11-06T08:49:37Z",          "784111777",
	    "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov -994 08:49:37 GMT",
	};
	assert_accepts(clock_parse_http, good, COUNT(good));
	assert_refuses(clock_parse_http, good[0].text, bad, COUNT(bad));
	assert_refuses(clock_parse_http, good[1].text, bad, COUNT(bad));
	assert_refuses(clock_parse_http, good[2].text, bad, COUNT(bad));
}

static void rfc3339_dates(void **state)
{
	(void)state;
	static const struct accepted good[] = {
	    {"2018-06-14T09:30:00Z", 1528968600},
	    {"2018-06-14t09:30:00z", 1528968600},
	    {"2018-06-14T09:30:00.5Z", 1528968600},
	    {"2018-06-14T09:30:00.123456789Z", 1528968600},
	    {"2018-06-14T11:30:00+02:00", 1528968600},
	    {"2018-06-14T04:00:00-05:30", 1528968600},
	    {"1969-12-31T23:59:59Z", -1},
	    {"1937-01-01T12:00:27.87+00:20", -1041337173},
	    {"1990-12-31T23:59:60Z", 662688000},
	    {"1990-12-31T15:59:60-08:00", 662688000},
	    {"2018-06-14T09:30:00-00:00", 1528968600},
	    {"0000-01-01T00:00:00Z", -62167219200},
	};
	static const char *const bad[] = {
	    "2018-06-14 09:30:00Z",
	    "2018-06-14T09:30Z",
	    "2018-6-14T09:30:00Z",
	    "2018-06-14T09:30:00",
	    "2018-06-14T09:30:00.Z",
	    "2018-06-14T09:30:00,5Z",
	    "2018-06-14T09:30:00+0200",
	    "2018-06-14T09:30:00+24:00",
	    "2018-06-14T09:30:00+02:60",
	    "2018-06-14T24:00:00Z",
	    "2018-02-29T00:00:00Z",
	    "2018-13-01T00:00:00Z",
	    "2018-06-14T09:30:60Z",
	    "20180614T093000Z",
	    "+2018-06-14T09:30:00Z",
	    "2018-06-14T09:30:00 +02:00",
	    "2018-06-14T09:30:00.1234567890Z",
	};
	assert_accepts(clock_parse_rfc3339, good, COUNT(good));
	assert_refuses(clock_parse_rfc3339, good[0].text, bad, COUNT(bad));
}

static void rfc822_dates(void **state)
{
	(void)state;
	static const struct accepted good[] = {
	    {"Thu, 14 Jun 2018 09:30:00 +0000", 1528968600}, {"14 Jun 2018 09:30:00 +0000", 1528968600},
	    {"Thu, 14 Jun 2018 09:30 GMT", 1528968600},      {"Thu, 14 Jun 2018 11:30:00 +0200", 1528968600},
	    {"Thu, 14 Jun 2018 04:00:00 -0530", 1528968600}, {"thu, 14 jun 2018 09:30:00 gmt", 1528968600},
	    {"Thu,14 Jun 2018 09:30:00 UT", 1528968600},     {"Thu, 14 Jun 2018 09:30:00 UTC", 1528968600},
	    {"Thu, 14 Jun 2018 09:30:00 Z", 1528968600},     {"Thu, 14 Jun 2018 09:30:00 A", 1528968600},
	    {"Thu, 14 Jun 2018 04:30:00 EST", 1528968600},   {"Thu, 14 Jun 2018 05:30:00 EDT", 1528968600},
	    {"Thu, 14 Jun 2018 03:30:00 CST", 1528968600},   {"Thu, 14 Jun 2018 04:30:00 CDT", 1528968600},
	    {"Thu, 14 Jun 2018 02:30:00 MST", 1528968600},   {"Thu, 14 Jun 2018 03:30:00 MDT", 1528968600},
	    {"Thu, 14 Jun 2018 01:30:00 PST", 1528968600},   {"Thu, 14 Jun 2018 02:30:00 PDT", 1528968600},
	    {"Wed, 6 Jun 2018 00:00:00 +0000", 1528243200},  {"  Thu,  14  Jun\t2018 09:30:00  +0000 ", 1528968600},
	    {"Sun, 31 Dec 1989 23:59:60 +0000", 631152000},
	};
	static const char *const bad[] = {
	    "Thu, 14 Jun 18 09:30:00 +0000",   "Thu 14 Jun 2018 09:30:00 +0000", "Thu, 14 Jun 2018 09:30:00",
	    "Thu, 14 Jun 2018 9:30:00 +0000",  "Thu, 32 Jun 2018 09:30:00 GMT",  "Thu, 14 June 2018 09:30:00 GMT",
	    "Thu, 14 Jun 2018 09:30:00 J",     "Thu, 14 Jun 2018 09:30:00 CET",  "Thu, 14 Jun 2018 09:30:00 +00:00",
	    "Thu, 14 Jun 2018 09:30:00 +2400", "Thu, 14 Jun 2018 25:30:00 GMT",  "Thu, 14 Jun 2018 09:30:00+0000",
	    "Thu, 14Jun 2018 09:30:00 +0000",  "Thu, 0 Jun 2018 09:30:00 +0000", "Thursday, 14 Jun 2018 09:30:00 GMT",
	    "Mon, -0001 00:00:00 +0000",       "Thu, 14 Jun 201809:30:00 +0000", "Thu, 14 Jun2018 09:30:00 +0000",
	};
	assert_accepts(clock_parse_rfc822, good, COUNT(good));
	assert_refuses(clock_parse_rfc822, good[0].text, bad, COUNT(bad));
}

static void sql_dates(void **state)
{
	(void)state;
	static const struct accepted good[] = {
	    {"2018-06-14 09:30:00", 1528968600}, {"1970-01-01 00:00:00", 0}, {"0000-01-01 00:00:00", -62167219200}};
	static const char *const bad[] = {
	    "0000-00-00 00:00:00",   "2018-06-14T09:30:00",  "2018-06-14",          "2018-06-14 09:30",
	    "2018-06-14 09:30:00.0", "2018-06-14 09:30:00Z", "2018-02-30 09:30:00", "2018-06-14  09:30:00",
	};
	assert_accepts(clock_parse_sql, good, COUNT(good));
	assert_refuses(clock_parse_sql, good[0].text, bad, COUNT(bad));
}

static void what_is_written_can_be_read(void **state)
{
	(void)state;
	for (int64_t time_s = -62167219200; time_s <= 253402300799; time_s += 12345678901 / 7) {
		char text[CLOCK_TEXT_BYTES];
		int64_t back;
		clock_rfc3339(time_s, text);
		assert_true(clock_parse_rfc3339(str_from(text), &back) && back == time_s);
		clock_http(time_s, text);
		assert_true(clock_parse_http(str_from(text), &back) && back == time_s);
		clock_rfc822(time_s, text);
		assert_true(clock_parse_rfc822(str_from(text), &back) && back == time_s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_system_clock_is_the_machines),
	    cmocka_unit_test(the_steady_clock_never_goes_back),
	    cmocka_unit_test(a_fixed_clock_stands_where_it_was_set),
	    cmocka_unit_test(known_days),
	    cmocka_unit_test(what_lies_outside_is_the_nearest_second),
	    cmocka_unit_test(every_day_of_five_centuries_agrees_with_gmtime),
	    cmocka_unit_test(dates_that_do_not_exist),
	    cmocka_unit_test(text_forms),
	    cmocka_unit_test(http_dates),
	    cmocka_unit_test(rfc3339_dates),
	    cmocka_unit_test(rfc822_dates),
	    cmocka_unit_test(sql_dates),
	    cmocka_unit_test(what_is_written_can_be_read),
	};
	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
