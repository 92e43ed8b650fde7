/* Zones against the C library's, which reads the system's own tables: offsets through the years, clocks that jump and
 * repeat, months and years whose ends meet; dates in words at the ends of years. */
#include "i18n/collate.h"
#include "i18n/date.h"
#include "mo_writer.h"

#include "base/random.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Ten whose clocks change in different ways, and some of odd offsets. */
static const char *const zones[] = {
	"Europe/Madrid",      "America/New_York", "Australia/Lord_Howe",
	"America/Sao_Paulo",  "Asia/Beirut",      "Africa/Casablanca",
	"America/Santiago",   "Pacific/Auckland", "Asia/Tehran",
	"Europe/Dublin",      "Asia/Kathmandu",   "Asia/Kolkata",
	"Australia/Eucla",    "Pacific/Chatham",  "America/St_Johns",
	"Pacific/Kiritimati", "Asia/Pyongyang",   "UTC",
};
#define ZONES (sizeof zones / sizeof *zones)

static bool has_tables(void)
{
	struct tm tm;
	time_t june = 1528968600;
	setenv("TZ", "Asia/Kathmandu", 1);
	tzset();
	return localtime_r(&june, &tm) && tm.tm_gmtoff == 20700;
}

static void offsets_are_those_of_the_system(void **state)
{
	struct date_formats *formats = date_formats_create();
	struct random_fixed random;
	(void)state;
	if (!has_tables())
		skip();
	random_fixed_init(&random, 81);
	for (size_t z = 0; z < ZONES; z++) {
		setenv("TZ", zones[z], 1);
		tzset();
		for (int i = 0; i < 3000; i++) {
			/* 2000 to 2019: of older and newer times the two may hold different editions */
			int64_t time_s = 946684800 + (int64_t)(random_u64(&random.random) % 631152000);
			time_t t = (time_t)time_s;
			struct tm tm;
			assert_non_null(localtime_r(&t, &tm));
			int offset = date_offset_s(formats, str_from(zones[z]), time_s);
			if (offset != tm.tm_gmtoff)
				fail_msg("%s at %" PRId64 ": %d, by the system %ld", zones[z], time_s, offset,
					 tm.tm_gmtoff);
			struct civil parts = date_parts(formats, str_from(zones[z]), time_s);
			assert_int_equal(parts.hour, tm.tm_hour);
			assert_int_equal(parts.day, tm.tm_mday);
			assert_int_equal(parts.weekday, tm.tm_wday);
		}
	}
	date_formats_destroy(formats);
	unsetenv("TZ");
	tzset();
}

/* Around each change of offset in twenty years: local times before it, in the gap or the repetition, behind it. */
static unsigned edges_of(struct date_formats *formats, const char *name)
{
	struct str zone = str_from(name);
	unsigned changes = 0;
	for (int64_t day = 946684800; day < 1577836800; day += 86400) {
		int before = date_offset_s(formats, zone, day), behind = date_offset_s(formats, zone, day + 86400);
		int64_t low = day, high = day + 86400; /* the change lies in (low, high] */
		if (before == behind)
			continue;
		while (high - low > 1) {
			int64_t middle = low + (high - low) / 2;
			if (date_offset_s(formats, zone, middle) == before)
				low = middle;
			else
				high = middle;
		}
		changes++;
		for (int64_t local_s = high + before - 7200; local_s <= high + before + 7200; local_s += 600) {
			struct civil local = civil_from_s(local_s);
			int64_t found = 0;
			enum date_local kind = DATE_LOCAL_ONCE, expected = DATE_LOCAL_ONCE;
			assert_true(date_from_local(formats, zone, &local, &found, &kind));
			bool as_before = local_s - before < high, as_behind = local_s - behind >= high;
			if (as_before && as_behind)
				expected = DATE_LOCAL_TWICE;
			else if (!as_before && !as_behind)
				expected = DATE_LOCAL_SKIPPED;
			assert_int_equal(kind, expected);
			int64_t right = as_before || !as_behind ? local_s - before : local_s - behind;
			if (found != right)
				fail_msg("%s, local %" PRId64 ": %" PRId64 ", not %" PRId64, name, local_s, found,
					 right);
		}
	}
	return changes;
}

static void clocks_that_change(void **state)
{
	static const unsigned least[] = {40, 40, 40, 35, 40, 20, 38, 40, 20, 40, 0, 0, 4, 40, 40, 0, 2, 0};
	struct date_formats *formats = date_formats_create();
	(void)state;
	for (size_t z = 0; z < ZONES; z++) {
		unsigned changes = edges_of(formats, zones[z]);
		if (changes < least[z] || changes > least[z] + 24)
			fail_msg("%s changed %u times", zones[z], changes);
	}
	date_formats_destroy(formats);
}

/* Months follow each other without a gap and make the year; each second is in the month that its parts say. */
static void months_make_years(void **state)
{
	struct date_formats *formats = date_formats_create();
	(void)state;
	for (size_t z = 0; z < ZONES; z++) {
		struct str zone = str_from(zones[z]);
		for (int year = 1970; year < 2030; year++) {
			int64_t from_s = 0, until_s = 0, year_from_s = 0, year_until_s = 0, at = 0;
			assert_true(date_range(formats, zone, year, 0, &year_from_s, &year_until_s));
			at = year_from_s;
			for (int month = 1; month <= 12; month++) {
				assert_true(date_range(formats, zone, year, month, &from_s, &until_s));
				assert_int_equal(from_s, at);
				assert_in_range(until_s - from_s, 27 * 86400, 32 * 86400);
				struct civil first = date_parts(formats, zone, from_s);
				assert_true(first.year == year && first.month == month && first.day == 1);
				struct civil last = date_parts(formats, zone, until_s - 1);
				bool newfoundland =
					strcmp(zones[z], "America/St_Johns") == 0; /* fell back over midnight */
				assert_true(newfoundland || (last.year == year && last.month == month));
				at = until_s;
			}
			assert_int_equal(at, year_until_s);
		}
	}
	int64_t from_s = 7, until_s = 7;
	static const int wrong[][2] = {{2018, -1}, {2018, 13}, {-1, 0}, {10000, 1}, {9999, 12}, {INT32_MAX, 0}};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(date_range(formats, STR("UTC"), wrong[i][0], wrong[i][1], &from_s, &until_s));
	assert_true(from_s == 7 && until_s == 7);
	date_formats_destroy(formats);
}

static void machine_forms_come_back(void **state)
{
	struct date_formats *formats = date_formats_create();
	struct random_fixed random;
	(void)state;
	random_fixed_init(&random, 82);
	for (int i = 0; i < 20000; i++) {
		BUF_SCOPED out = BUF_INIT(100);
		int64_t time_s = (int64_t)(random_u64(&random.random) % 8000000000u) - 4000000000, again = 0;
		date_put_machine(formats, str_from(zones[random_u64(&random.random) % ZONES]), time_s, &out);
		assert_int_equal(out.len, 25);
		assert_true(clock_parse_rfc3339(buf_str(&out), &again));
		assert_int_equal(again, time_s);
	}
	date_formats_destroy(formats);
}

/* The last second of 2018 in Auckland is still the morning of the 31st in London. */
static void years_end_where_readers_are(void **state)
{
	static const struct {
		const char *language, *zone;
		int64_t time_s;
		enum date_form form;
		const char *expected;
	} cases[] = {
		{"en-GB", "Pacific/Auckland", 1546253999, DATE_LONG, "31 December 2018"},
		{"en-GB", "Pacific/Auckland", 1546254000, DATE_LONG, "1 January 2019"},
		{"en-GB", "Europe/London", 1546254000, DATE_LONG, "31 December 2018"},
		{"fr", "Europe/Paris", 1546297200, DATE_LONG, "1 janvier 2019"},
		{"fr", "Europe/Paris", 1546297199, DATE_WEEKDAY, "lundi 31 décembre 2018"},
		{"es", "America/Bogota", 1546318799, DATE_LONG, "31 de diciembre de 2018"},
		{"es", "America/Bogota", 1546318800, DATE_MONTH_YEAR, "enero de 2019"},
		{"de", "Europe/Berlin", 1546297200, DATE_SHORT, "1. Jan. 2019"},
		{"ru", "Europe/Moscow", 1546290000, DATE_LONG, "1 января 2019\u202fг."},
		{"ru", "Europe/Moscow", 1546289999, DATE_MONTH, "декабрь"},
		{"zh", "Asia/Shanghai", 1546272000, DATE_LONG, "2019年1月1日"},
		{"ar", "Africa/Cairo", 1546293600, DATE_LONG, "١ يناير ٢٠١٩"},
		{"hi", "Asia/Kolkata", 1546281000, DATE_LONG, "1 जनवरी 2019"},
		{"en", "Pacific/Kiritimati", 1546250400, DATE_YEAR, "2019"},
		{"en", "Pacific/Pago_Pago", 1546340399, DATE_YEAR, "2018"},
		{"en", "UTC", 951782400, DATE_LONG, "February 29, 2000"},
		{"en", "UTC", 4107542400, DATE_LONG, "March 1, 2100"},
	};
	struct date_formats *formats = date_formats_create();
	ARENA_SCOPED arena = arena_create(0);
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(date_str(formats, str_from(cases[i].language), str_from(cases[i].zone),
					     cases[i].form, cases[i].time_s, arena)
					    .ptr,
				    cases[i].expected);
	date_formats_destroy(formats);
}

/* Keys and comparisons are one order, of which each language has its own. */
static void keys_order_as_comparisons_do(void **state)
{
	static const char *const words[] = {
		"",     "a",      "A",       "ä",     "b",   "z",  "Z",   "ö",  "o", "åre", "are", "cote", "côte",
		"coté", "item 2", "item 10", "llama", "luz", "ñu", "nz",  "č",  "c", "d",   "ß",   "ss",   "яблоко",
		"ёж",   "еж",     "مصر",     "中",    "a b", "ab", "a-b", "ch", "h", "i",   "ı",   "\xFF"};
	static const char *const tried[] = {"en", "de", "sv", "es", "fr-CA", "cs",
					    "lt", "tr", "ru", "ar", "zh",    "none"};
	(void)state;
	for (size_t l = 0; l < sizeof tried / sizeof *tried; l++) {
		ARENA_SCOPED arena = arena_create(0);
		struct collator *collator;
		struct err err;
		assert_int_equal(collator_create(str_from(tried[l]), &collator, &err), 0);
		for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
			for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
				struct str a = str_from(words[i]), b = str_from(words[k]);
				int order = collator_compare(collator, a, b);
				int keys = str_cmp(collator_key(collator, a, arena), collator_key(collator, b, arena));
				assert_int_equal(order, (keys > 0) - (keys < 0));
				assert_int_equal(collator_compare(collator, b, a), -order);
				assert_true(i != k || order == 0);
			}
		}
		collator_destroy(collator);
	}
}

static void orders_of_languages(void **state)
{
	static const struct {
		const char *language, *lower, *higher;
	} cases[] = {
		{"sv", "z", "å"},
		{"sv", "å", "ä"},
		{"sv", "ä", "ö"},
		{"de", "ä", "b"},
		{"de", "z", "zä"},
		{"es", "n", "ñ"},
		{"es", "ñ", "o"},
		{"es", "nz", "ñ"},
		{"en", "ñ", "nz"},
		{"cs", "h", "ch"},
		{"cs", "c", "č"},
		{"en", "ch", "h"},
		{"lt", "i", "y"},
		{"lt", "y", "j"},
		{"da", "z", "æ"},
		{"da", "ø", "å"},
		{"tr", "ı", "i"},
		{"tr", "h", "ı"},
		{"fr-CA", "côte", "coté"},
		{"fr", "coté", "côte"},
		{"ru", "д", "е"},
		{"ru", "е", "ж"},
		{"en", "item 2", "item 10"},
		{"en", "a", "A"},
		{"en", "A", "b"},
		{"en", "cafe", "café"},
		{"pl", "l", "ł"},
		{"pl", "ł", "m"},
		{"cy", "c", "ch"},
		{"cy", "ch", "d"},
		{"et", "s", "z"},
		{"et", "z", "t"},
		{"hu", "cz", "cs"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct collator *collator;
		struct err err;
		assert_int_equal(collator_create(str_from(cases[i].language), &collator, &err), 0);
		int order = collator_compare(collator, str_from(cases[i].lower), str_from(cases[i].higher));
		collator_destroy(collator);
		if (order >= 0)
			fail_msg("%s: %s should come before %s", cases[i].language, cases[i].lower, cases[i].higher);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets_are_those_of_the_system),
		cmocka_unit_test(clocks_that_change),
		cmocka_unit_test(months_make_years),
		cmocka_unit_test(machine_forms_come_back),
		cmocka_unit_test(years_end_where_readers_are),
		cmocka_unit_test(keys_order_as_comparisons_do),
		cmocka_unit_test(orders_of_languages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
