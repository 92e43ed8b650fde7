#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t system_now_us(const struct clock *clock)
{
	(void)clock;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

const struct clock *clock_system(void)
{
	static const struct clock system = {.now_us = system_now_us};
	return &system;
}

int64_t clock_now_us(const struct clock *clock)
{
	return clock->now_us(clock);
}

static int64_t floor_div(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

int64_t clock_now_s(const struct clock *clock)
{
	return floor_div(clock->now_us(clock), 1000000);
}

int64_t clock_steady_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t fixed_now_us(const struct clock *clock)
{
	const struct clock_fixed *fixed = (const struct clock_fixed *)clock;
	return atomic_load(&fixed->time_us);
}

void clock_fixed_init(struct clock_fixed *fixed, int64_t now_s)
{
	fixed->clock.now_us = fixed_now_us;
	atomic_init(&fixed->time_us, now_s * 1000000);
}

void clock_fixed_set_s(struct clock_fixed *fixed, int64_t now_s)
{
	atomic_store(&fixed->time_us, now_s * 1000000);
}

#define FIRST_S (-62167219200) /* 0000-01-01T00:00:00Z */
#define LAST_S  253402300799   /* 9999-12-31T23:59:59Z */
#define DAY_S   86400

/* Days are counted in years that begin on the first of March, so that the leap day is a year's last; 400 years
 * are 146,097 days, and month m of such a year begins (153 * m + 2) / 5 days into it. */
static int64_t days_from_civil(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t of_era = y - era * 400;
	int64_t m = (month + 9) % 12;
	int64_t of_year = (153 * m + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void civil_from_days(int64_t days, struct civil *civil)
{
	int64_t shifted = days + 719468;
	int64_t era = floor_div(shifted, 146097);
	int64_t of_era = shifted - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t m = (5 * of_year + 2) / 153;
	civil->day = (int)(of_year - (153 * m + 2) / 5) + 1;
	civil->month = (int)(m < 10 ? m + 3 : m - 9);
	civil->year = (int)(year + era * 400 + (civil->month <= 2));
	civil->weekday = (int)((days + 4) - floor_div(days + 4, 7) * 7);
}

struct civil civil_from_s(int64_t time_s)
{
	struct civil civil;
	if (time_s < FIRST_S)
		time_s = FIRST_S;
	if (time_s > LAST_S)
		time_s = LAST_S;
	int64_t days = floor_div(time_s, DAY_S);
	int second = (int)(time_s - days * DAY_S);
	civil_from_days(days, &civil);
	civil.hour = second / 3600;
	civil.minute = second / 60 % 60;
	civil.second = second % 60;
	return civil;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

static bool within(int value, int low, int high)
{
	return value >= low && value <= high;
}

bool civil_to_s(const struct civil *civil, int64_t *ret_time_s)
{
	if (!within(civil->year, 0, 9999) || !within(civil->month, 1, 12) ||
	    !within(civil->day, 1, days_in_month(civil->year, civil->month)) || !within(civil->hour, 0, 23) ||
	    !within(civil->minute, 0, 59) || !within(civil->second, 0, 59))
		return false;
	*ret_time_s = days_from_civil(civil->year, civil->month, civil->day) * DAY_S + civil->hour * 3600 +
		      civil->minute * 60 + civil->second;
	return true;
}

static const char *const day_names[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void clock_rfc3339(int64_t time_s, char ret_text[CLOCK_TEXT_BYTES])
{
	struct civil c = civil_from_s(time_s);
	snprintf(ret_text, CLOCK_TEXT_BYTES, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)c.year % 10000,
		 (unsigned)c.month % 100, (unsigned)c.day % 100, (unsigned)c.hour % 100, (unsigned)c.minute % 100,
		 (unsigned)c.second % 100);
}

static void day_and_time(int64_t time_s, const char *zone, char ret_text[CLOCK_TEXT_BYTES])
{
	struct civil c = civil_from_s(time_s);
	snprintf(ret_text, CLOCK_TEXT_BYTES, "%.3s, %02u %s %04u %02u:%02u:%02u %s", day_names[c.weekday],
		 (unsigned)c.day % 100, month_names[c.month - 1], (unsigned)c.year % 10000, (unsigned)c.hour % 100,
		 (unsigned)c.minute % 100, (unsigned)c.second % 100, zone);
}

void clock_http(int64_t time_s, char ret_text[CLOCK_TEXT_BYTES])
{
	day_and_time(time_s, "GMT", ret_text);
}

void clock_rfc822(int64_t time_s, char ret_text[CLOCK_TEXT_BYTES])
{
	day_and_time(time_s, "+0000", ret_text);
}

/* A reader of dates takes one part after another; once a part did not fit, `ok` stays false. */
struct reader {
	struct str rest;
	bool ok;
};

static int take_digits(struct reader *r, size_t least, size_t most)
{
	int value = 0;
	size_t count = 0;
	while (count < most && count < r->rest.len && r->rest.ptr[count] >= '0' && r->rest.ptr[count] <= '9')
		value = value * 10 + (r->rest.ptr[count++] - '0');
	r->ok = r->ok && count >= least;
	r->rest = str_skip(r->rest, count);
	return value;
}

static bool take(struct reader *r, struct str expected)
{
	bool there = str_starts_nocase(r->rest, expected);
	if (there)
		r->rest = str_skip(r->rest, expected.len);
	return there;
}

static void expect(struct reader *r, struct str expected)
{
	r->ok = take(r, expected) && r->ok;
}

static void take_month(struct reader *r, struct civil *civil)
{
	for (int i = 0; i < 12; i++) {
		if (take(r, str_from(month_names[i]))) {
			civil->month = i + 1;
			return;
		}
	}
	r->ok = false;
}

/* letters: 3 for "Sun", SIZE_MAX for "Sunday". */
static bool take_weekday(struct reader *r, size_t letters)
{
	for (size_t i = 0; i < 7; i++) {
		if (take(r, str_sub(str_from(day_names[i]), 0, letters)))
			return true;
	}
	return false;
}

static void take_time(struct reader *r, struct civil *civil)
{
	civil->hour = take_digits(r, 2, 2);
	expect(r, STR(":"));
	civil->minute = take_digits(r, 2, 2);
	expect(r, STR(":"));
	civil->second = take_digits(r, 2, 2);
}

/* What every reader ends with: nothing may be left, the date must exist, and a 60th second be a leap second. */
static bool finish(const struct reader *r, struct civil *civil, int offset_s, int64_t *ret_time_s)
{
	int64_t time_s;
	int leap = civil->second == 60;
	civil->second -= leap;
	if (!r->ok || r->rest.len || !civil_to_s(civil, &time_s))
		return false;
	time_s += leap - offset_s;
	if (leap && time_s % DAY_S != 0)
		return false;
	*ret_time_s = time_s;
	return true;
}

static bool parse_imf_fixdate(struct str text, int64_t *ret_time_s)
{
	struct reader r = {text, true};
	struct civil civil = {0};
	r.ok = take_weekday(&r, 3);
	expect(&r, STR(", "));
	civil.day = take_digits(&r, 2, 2);
	expect(&r, STR(" "));
	take_month(&r, &civil);
	expect(&r, STR(" "));
	civil.year = take_digits(&r, 4, 4);
	expect(&r, STR(" "));
	take_time(&r, &civil);
	expect(&r, STR(" GMT"));
	return finish(&r, &civil, 0, ret_time_s);
}

static bool parse_rfc850(struct str text, int64_t *ret_time_s)
{
	struct reader r = {text, true};
	struct civil civil = {0};
	r.ok = take_weekday(&r, SIZE_MAX);
	expect(&r, STR(", "));
	civil.day = take_digits(&r, 2, 2);
	expect(&r, STR("-"));
	take_month(&r, &civil);
	expect(&r, STR("-"));
	civil.year = take_digits(&r, 2, 2);
	civil.year += civil.year < 70 ? 2000 : 1900;
	expect(&r, STR(" "));
	take_time(&r, &civil);
	expect(&r, STR(" GMT"));
	return finish(&r, &civil, 0, ret_time_s);
}

static bool parse_asctime(struct str text, int64_t *ret_time_s)
{
	struct reader r = {text, true};
	struct civil civil = {0};
	r.ok = take_weekday(&r, 3);
	expect(&r, STR(" "));
	take_month(&r, &civil);
	expect(&r, STR(" "));
	civil.day = take(&r, STR(" ")) ? take_digits(&r, 1, 1) : take_digits(&r, 2, 2);
	expect(&r, STR(" "));
	take_time(&r, &civil);
	expect(&r, STR(" "));
	civil.year = take_digits(&r, 4, 4);
	return finish(&r, &civil, 0, ret_time_s);
}

bool clock_parse_http(struct str text, int64_t *ret_time_s)
{
	return parse_imf_fixdate(text, ret_time_s) || parse_rfc850(text, ret_time_s) || parse_asctime(text, ret_time_s);
}

static void take_date(struct reader *r, struct civil *civil)
{
	civil->year = take_digits(r, 4, 4);
	expect(r, STR("-"));
	civil->month = take_digits(r, 2, 2);
	expect(r, STR("-"));
	civil->day = take_digits(r, 2, 2);
}

/* +hh:mm, or +hhmm when separator is empty, in seconds east of Greenwich. */
static int take_offset(struct reader *r, struct str separator)
{
	int sign = take(r, STR("-")) ? -1 : 1;
	if (sign > 0)
		expect(r, STR("+"));
	int hours = take_digits(r, 2, 2);
	expect(r, separator);
	int minutes = take_digits(r, 2, 2);
	r->ok = r->ok && hours <= 23 && minutes <= 59;
	return sign * (hours * 3600 + minutes * 60);
}

bool clock_parse_rfc3339(struct str text, int64_t *ret_time_s)
{
	struct reader r = {text, true};
	struct civil civil = {0};
	take_date(&r, &civil);
	expect(&r, STR("T"));
	take_time(&r, &civil);
	if (take(&r, STR(".")))
		take_digits(&r, 1, 9);
	int offset_s = take(&r, STR("Z")) ? 0 : take_offset(&r, STR(":"));
	return finish(&r, &civil, offset_s, ret_time_s);
}

static int take_zone(struct reader *r)
{
	static const struct {
		struct str name;
		int hours;
	} zones[] = {{STR_INIT("GMT"), 0},  {STR_INIT("UTC"), 0},  {STR_INIT("UT"), 0},   {STR_INIT("EST"), -5},
		     {STR_INIT("EDT"), -4}, {STR_INIT("CST"), -6}, {STR_INIT("CDT"), -5}, {STR_INIT("MST"), -7},
		     {STR_INIT("MDT"), -6}, {STR_INIT("PST"), -8}, {STR_INIT("PDT"), -7}};
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		if (take(r, zones[i].name))
			return zones[i].hours * 3600;
	}
	char letter = r->rest.len == 1 ? (char)(r->rest.ptr[0] | 0x20) : 0;
	if (letter >= 'a' && letter <= 'z' && letter != 'j') {
		r->rest = str_skip(r->rest, 1);
		return 0;
	}
	return take_offset(r, STR(""));
}

static void take_spaces(struct reader *r, bool needed)
{
	size_t before = r->rest.len;
	while (r->rest.len && (r->rest.ptr[0] == ' ' || r->rest.ptr[0] == '\t'))
		r->rest = str_skip(r->rest, 1);
	r->ok = r->ok && (!needed || r->rest.len < before);
}

bool clock_parse_rfc822(struct str text, int64_t *ret_time_s)
{
	struct reader r = {str_trim(text), true};
	struct civil civil = {0};
	if (take_weekday(&r, 3)) {
		expect(&r, STR(","));
		take_spaces(&r, false);
	}
	civil.day = take_digits(&r, 1, 2);
	take_spaces(&r, true);
	take_month(&r, &civil);
	take_spaces(&r, true);
	civil.year = take_digits(&r, 4, 4);
	take_spaces(&r, true);
	civil.hour = take_digits(&r, 2, 2);
	expect(&r, STR(":"));
	civil.minute = take_digits(&r, 2, 2);
	if (take(&r, STR(":")))
		civil.second = take_digits(&r, 2, 2);
	take_spaces(&r, true);
	return finish(&r, &civil, take_zone(&r), ret_time_s);
}

bool clock_parse_sql(struct str text, int64_t *ret_time_s)
{
	struct reader r = {text, true};
	struct civil civil = {0};
	take_date(&r, &civil);
	expect(&r, STR(" "));
	take_time(&r, &civil);
	return finish(&r, &civil, 0, ret_time_s);
}
