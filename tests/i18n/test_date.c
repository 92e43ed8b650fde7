/* Dates in eight languages; zones whose clocks jump, repeat an hour, lose a day
 * or changed their offset for good. */
#include "i18n/date.h"
#include "mo_writer.h"

#define JUNE_2018 1528968600 /* 2018-06-14T09:30:00Z */

static void is_written(const char *language, const char *zone, enum date_form form, int64_t time_s,
		       const char *expected)
{
	struct date_formats *formats = date_formats_create();
	ARENA_SCOPED arena = arena_create(0);
	assert_string_equal(date_str(formats, str_from(language), str_from(zone), form, time_s, arena).ptr, expected);
	date_formats_destroy(formats);
}

static void languages_write_dates(void **state)
{
	static const struct {
		const char *language, *forms[DATE_FORM_COUNT]; /* long, time, short, weekday, month-year,
								  month, year */
	} cases[] = {
		{"en-GB",
		 {"14 June 2018", "14 June 2018 at 11:30 CEST", "14 Jun 2018", "Thursday, 14 June 2018", "June 2018",
		  "June", "2018"}},
		{"fr",
		 {"14 juin 2018", "14 juin 2018 à 11:30 UTC+2", "14 juin 2018", "jeudi 14 juin 2018", "juin 2018",
		  "juin", "2018"}},
		{"es",
		 {"14 de junio de 2018", "14 de junio de 2018, 11:30 CEST", "14 jun 2018",
		  "jueves, 14 de junio de 2018", "junio de 2018", "junio", "2018"}},
		{"ar",
		 {"١٤ يونيو ٢٠١٨", "١٤ يونيو ٢٠١٨ في ١١:٣٠ ص غرينتش+٢", "١٤ يونيو ٢٠١٨", "الخميس، ١٤ يونيو ٢٠١٨",
		  "يونيو ٢٠١٨", "يونيو", "٢٠١٨"}},
		{"de",
		 {"14. Juni 2018", "14. Juni 2018 um 11:30 MESZ", "14. Juni 2018", "Donnerstag, 14. Juni 2018",
		  "Juni 2018", "Juni", "2018"}},
		{"ru",
		 {"14 июня 2018\u202fг.", "14 июня 2018\u202fг. в 11:30 GMT+2", "14 июн. 2018\u202fг.",
		  "четверг, 14 июня 2018\u202fг.", "июнь 2018\u202fг.", "июнь", "2018"}},
		{"zh",
		 {"2018年6月14日", "2018年6月14日 GMT+2 11:30", "2018年6月14日", "2018年6月14日星期四", "2018年6月",
		  "六月", "2018年"}},
		{"hi",
		 {"14 जून 2018", "14 जून 2018 को 11:30 am GMT+2 बजे", "14 जून 2018", "गुरुवार, 14 जून 2018", "जून 2018", "जून",
		  "2018"}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (int form = 0; form < DATE_FORM_COUNT; form++)
			is_written(cases[i].language, "Europe/Madrid", (enum date_form)form, JUNE_2018,
				   cases[i].forms[form]);
}

static void digits_and_calendar_are_chosen(void **state)
{
	(void)state;
	is_written("ar-MA", "UTC", DATE_LONG, JUNE_2018, "14 يونيو 2018");
	is_written("fa", "UTC", DATE_LONG, JUNE_2018, "۱۴ ژوئن ۲۰۱۸"); /* not the Persian calendar */
	is_written("th", "UTC", DATE_YEAR, JUNE_2018, "2018");         /* nor the Buddhist year */
	is_written("en-u-ca-buddhist", "UTC", DATE_YEAR, JUNE_2018, "2018");
	is_written("en", "UTC", DATE_LONG, JUNE_2018, "June 14, 2018");
	is_written("no such language", "UTC", DATE_YEAR, JUNE_2018, "2018");
}

static void the_zone_decides_the_day(void **state)
{
	(void)state;
	is_written("en", "Pacific/Auckland", DATE_LONG, 1514714400, "December 31, 2017"); /* 2017-12-31T10:00Z */
	is_written("en", "Pacific/Auckland", DATE_LONG, 1514719200, "January 1, 2018");   /* 11:20Z */
	is_written("en", "America/Los_Angeles", DATE_MONTH_YEAR, 1514764800, "December 2017");
	is_written("en", "Nowhere/Town", DATE_LONG, JUNE_2018, "June 14, 2018");
	is_written("en", "UTC", DATE_LONG, 0, "January 1, 1970");
	is_written("en", "UTC", DATE_LONG, -12219292801, "October 14, 1582"); /* no Julian calendar before */
}

static void months_stand_alone(void **state)
{
	struct date_formats *formats = date_formats_create();
	BUF_SCOPED out = BUF_INIT(4096);
	(void)state;
	date_put_month(formats, STR("ru"), DATE_MONTH_YEAR, 2018, 3, &out);
	buf_put_byte(&out, '|');
	date_put_month(formats, STR("de"), DATE_MONTH, 2018, 1, &out);
	buf_put_byte(&out, '|');
	date_put_month(formats, STR("de"), DATE_MONTH, 2018, 13, &out);
	assert_true(str_eq(buf_str(&out), STR("март 2018\u202fг.|Januar|")));
	date_formats_destroy(formats);
}

static void zones_are_checked(void **state)
{
	static const char *const good[] = {"Europe/Madrid", "UTC",           "Etc/GMT-2",
					   "Asia/Kolkata",  "Asia/Calcutta", "America/Argentina/Ushuaia"};
	static const char *const bad[] = {"",
					  "europe/madrid",
					  "GMT+2",
					  "Mars/Olympus",
					  "Europe/Madrid ",
					  "+02:00",
					  "A/name/longer/than/any/zone/of/this/world/has/or/will/have/again"};
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_true(date_zone_valid(str_from(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(date_zone_valid(str_from(bad[i])));
}

static void is_machine(struct date_formats *formats, const char *zone, int64_t time_s, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED out = BUF_INIT(100);
	int64_t again;
	date_put_machine(formats, str_from(zone), time_s, &out);
	assert_string_equal(buf_copy(&out, arena).ptr, expected);
	assert_true(clock_parse_rfc3339(buf_str(&out), &again));
	assert_int_equal(again, time_s);
}

static void machine_dates_name_the_same_instant(void **state)
{
	struct date_formats *formats = date_formats_create();
	(void)state;
	is_machine(formats, "Europe/Madrid", JUNE_2018, "2018-06-14T11:30:00+02:00");
	is_machine(formats, "UTC", JUNE_2018, "2018-06-14T09:30:00+00:00");
	is_machine(formats, "Asia/Kolkata", JUNE_2018, "2018-06-14T15:00:00+05:30");
	is_machine(formats, "America/St_Johns", JUNE_2018, "2018-06-14T07:00:00-02:30");
	is_machine(formats, "Asia/Kathmandu", JUNE_2018, "2018-06-14T15:15:00+05:45");
	is_machine(formats, "Africa/Monrovia", -1000000000, "1938-04-24T21:28:20-00:45"); /* -0:44:30 */
	is_machine(formats, "Nowhere", JUNE_2018, "2018-06-14T09:30:00+00:00");
	date_formats_destroy(formats);
}

/* Offsets that changed for good. */
static void zones_have_a_history(void **state)
{
	static const struct {
		const char *zone;
		int year, month, hours4; /* at noon of the 15th; quarters of an hour */
	} cases[] = {
		{"Europe/Moscow", 2010, 1, 12},    {"Europe/Moscow", 2010, 7, 16},    {"Europe/Moscow", 2012, 1, 16},
		{"Europe/Moscow", 2015, 1, 12},    {"America/Caracas", 2007, 6, -16}, {"America/Caracas", 2010, 6, -18},
		{"America/Caracas", 2017, 6, -16}, {"Asia/Pyongyang", 2014, 6, 36},   {"Asia/Pyongyang", 2016, 6, 34},
		{"Asia/Pyongyang", 2019, 6, 36},   {"Europe/Istanbul", 2015, 1, 8},   {"Europe/Istanbul", 2017, 1, 12},
		{"Pacific/Apia", 2011, 6, -44},    {"Pacific/Apia", 2012, 6, 52},     {"Africa/Cairo", 2014, 1, 8},
	};
	struct date_formats *formats = date_formats_create();
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct civil noon = {.year = cases[i].year, .month = cases[i].month, .day = 15, .hour = 12};
		int64_t time_s = 0;
		enum date_local kind = DATE_LOCAL_TWICE;
		assert_true(date_from_local(formats, str_from(cases[i].zone), &noon, &time_s, &kind));
		assert_int_equal(kind, DATE_LOCAL_ONCE);
		assert_int_equal(date_offset_s(formats, str_from(cases[i].zone), time_s), cases[i].hours4 * 900);
	}
	date_formats_destroy(formats);
}

static void is_local(struct date_formats *formats, const char *zone, const char *local, const char *utc,
		     enum date_local kind)
{
	int64_t local_s, utc_s, time_s = 0;
	enum date_local found;
	assert_true(clock_parse_sql(str_from(local), &local_s));
	assert_true(clock_parse_sql(str_from(utc), &utc_s));
	struct civil civil = civil_from_s(local_s);
	assert_true(date_from_local(formats, str_from(zone), &civil, &time_s, &found));
	assert_int_equal(time_s, utc_s);
	assert_int_equal(found, kind);
	if (kind != DATE_LOCAL_SKIPPED) {
		struct civil back = date_parts(formats, str_from(zone), time_s);
		int64_t back_s = 0;
		assert_true(civil_to_s(&back, &back_s));
		assert_int_equal(back_s, local_s);
	}
}

static void clocks_skip_and_repeat(void **state)
{
	struct date_formats *formats = date_formats_create();
	(void)state;
	is_local(formats, "Europe/Madrid", "2018-03-25 01:59:59", "2018-03-25 00:59:59", DATE_LOCAL_ONCE);
	is_local(formats, "Europe/Madrid", "2018-03-25 02:30:00", "2018-03-25 01:30:00", DATE_LOCAL_SKIPPED);
	is_local(formats, "Europe/Madrid", "2018-03-25 03:00:00", "2018-03-25 01:00:00", DATE_LOCAL_ONCE);
	is_local(formats, "Europe/Madrid", "2018-10-28 02:30:00", "2018-10-28 00:30:00", DATE_LOCAL_TWICE);
	is_local(formats, "Europe/Madrid", "2018-10-28 03:00:00", "2018-10-28 02:00:00", DATE_LOCAL_ONCE);
	is_local(formats, "America/New_York", "2018-11-04 01:30:00", "2018-11-04 05:30:00", DATE_LOCAL_TWICE);
	is_local(formats, "America/New_York", "2018-03-11 02:30:00", "2018-03-11 07:30:00", DATE_LOCAL_SKIPPED);
	is_local(formats, "Australia/Lord_Howe", "2018-10-07 02:15:00", "2018-10-06 15:45:00", DATE_LOCAL_SKIPPED);
	is_local(formats, "Australia/Lord_Howe", "2018-04-01 01:45:00", "2018-03-31 14:45:00", DATE_LOCAL_TWICE);
	is_local(formats, "Europe/Dublin", "2018-10-28 01:30:00", "2018-10-28 00:30:00", DATE_LOCAL_TWICE);
	is_local(formats, "Pacific/Apia", "2011-12-30 12:00:00", "2011-12-30 22:00:00", DATE_LOCAL_SKIPPED);
	is_local(formats, "Asia/Tehran", "2018-03-22 00:30:00", "2018-03-21 21:00:00", DATE_LOCAL_SKIPPED);
	is_local(formats, "UTC", "2018-03-25 02:30:00", "2018-03-25 02:30:00", DATE_LOCAL_ONCE);
	date_formats_destroy(formats);
}

static void impossible_dates_are_refused(void **state)
{
	struct date_formats *formats = date_formats_create();
	int64_t time_s = 7, until_s = 7;
	struct civil leap = {.year = 2018, .month = 2, .day = 29};
	struct civil zero = {0}; /* 0000-00-00, as WordPress writes drafts */
	(void)state;
	assert_false(date_from_local(formats, STR("UTC"), &leap, &time_s, NULL));
	assert_false(date_from_local(formats, STR("UTC"), &zero, &time_s, NULL));
	assert_false(date_range(formats, STR("UTC"), 2018, 13, &time_s, &until_s));
	assert_int_equal(time_s, 7);
	assert_int_equal(until_s, 7);
	date_formats_destroy(formats);
}

static void ranges_are_local(void **state)
{
	struct date_formats *formats = date_formats_create();
	int64_t from_s = 0, until_s = 0;
	(void)state;
	assert_true(date_range(formats, STR("Europe/Madrid"), 2018, 3, &from_s, &until_s));
	assert_int_equal(until_s - from_s, 31 * 86400 - 3600);
	assert_true(date_range(formats, STR("Europe/Madrid"), 2018, 0, &from_s, &until_s));
	assert_int_equal(from_s, 1514761200); /* 2017-12-31T23:00Z */
	assert_int_equal(until_s - from_s, 365 * 86400);
	assert_true(date_range(formats, STR("UTC"), 2018, 12, &from_s, &until_s));
	assert_int_equal(until_s, 1546300800);
	date_formats_destroy(formats);
}

/* More languages and zones than are kept: each is right when it comes back. */
static void forgotten_formats_come_back(void **state)
{
	static const char *const languages[] = {"en", "fr", "es", "ar", "de", "ru", "zh", "hi", "it", "pt"};
	static const char *const zones[] = {
		"UTC",          "Europe/Madrid", "Asia/Tokyo",     "Asia/Kolkata",   "America/Lima",
		"Africa/Cairo", "Europe/London", "Asia/Tehran",    "Asia/Dhaka",     "Asia/Kabul",
		"Asia/Karachi", "Europe/Kyiv",   "America/Bogota", "America/Havana", "Africa/Harare",
		"Africa/Lagos", "Asia/Manila",   "Asia/Seoul"};
	struct date_formats *formats = date_formats_create();
	(void)state;
	for (int round = 0; round < 2; round++) {
		for (size_t l = 0; l < 10; l++) {
			for (size_t z = 0; z < 18; z++) {
				ARENA_SCOPED arena = arena_create(0);
				struct date_formats *fresh = date_formats_create();
				struct str kept = date_str(formats, str_from(languages[l]), str_from(zones[z]),
							   DATE_TIME, JUNE_2018, arena);
				struct str new = round ? kept
						       : date_str(fresh, str_from(languages[l]), str_from(zones[z]),
								  DATE_TIME, JUNE_2018, arena);
				assert_true(str_eq(kept, new));
				assert_int_equal(date_offset_s(formats, str_from(zones[z]), JUNE_2018),
						 date_offset_s(fresh, str_from(zones[z]), JUNE_2018));
				date_formats_destroy(fresh);
			}
		}
	}
	date_formats_destroy(formats);
	date_formats_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages_write_dates),
		cmocka_unit_test(digits_and_calendar_are_chosen),
		cmocka_unit_test(the_zone_decides_the_day),
		cmocka_unit_test(months_stand_alone),
		cmocka_unit_test(zones_are_checked),
		cmocka_unit_test(machine_dates_name_the_same_instant),
		cmocka_unit_test(zones_have_a_history),
		cmocka_unit_test(clocks_skip_and_repeat),
		cmocka_unit_test(impossible_dates_are_refused),
		cmocka_unit_test(ranges_are_local),
		cmocka_unit_test(forgotten_formats_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
