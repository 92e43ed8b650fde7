#include "i18n/date.h"
#include "i18n/icu.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uloc.h>

#define FORMATS_KEPT 64
#define ZONES_KEPT   16
#define ZONE_BYTES   64

struct format_entry {
	char language[LANGUAGE_CODE_BYTES];
	char zone[ZONE_BYTES];
	enum date_form form;
	UDateFormat *format;
	uint64_t used;
};

struct zone_entry {
	char zone[ZONE_BYTES];
	UCalendar *calendar;
	uint64_t used;
};

struct date_formats {
	struct format_entry formats[FORMATS_KEPT];
	struct zone_entry zones[ZONES_KEPT];
	uint64_t clock;
};

/* CLDR skeletons; the language decides order and words. */
static const UChar *const skeletons[DATE_FORM_COUNT] = {
	[DATE_LONG] = u"yMMMMd",      [DATE_TIME] = u"yMMMMdjmz",
	[DATE_SHORT] = u"yMMMd",      [DATE_WEEKDAY] = u"yMMMMEEEEd",
	[DATE_MONTH_YEAR] = u"yMMMM", [DATE_MONTH] = u"LLLL",
	[DATE_YEAR] = u"y",
};

struct date_formats *date_formats_create(void)
{
	struct date_formats *formats = calloc(1, sizeof *formats);
	if (!formats)
		abort();
	return formats;
}

void date_formats_destroy(struct date_formats *formats)
{
	if (!formats)
		return;
	for (size_t i = 0; i < FORMATS_KEPT; i++)
		udat_close(formats->formats[i].format);
	for (size_t i = 0; i < ZONES_KEPT; i++)
		ucal_close(formats->zones[i].calendar);
	free(formats);
}

static void copy_text(char *to, size_t capacity, struct str s)
{
	size_t length = s.len < capacity ? s.len : 0;
	memcpy(to, s.ptr ? s.ptr : "", length);
	to[length] = 0;
}

bool date_zone_valid(struct str zone)
{
	struct icu_text id;
	UChar canonical[ZONE_BYTES];
	UBool system = false;
	UErrorCode status = U_ZERO_ERROR;
	if (zone.len == 0 || zone.len >= ZONE_BYTES)
		return false;
	icu_from_str(&id, zone);
	ucal_getCanonicalTimeZoneID(id.units, id.length, canonical, ZONE_BYTES, &system, &status);
	return U_SUCCESS(status) && system && !str_eq(zone, STR("Etc/Unknown"));
}

static void zone_id(struct str zone, struct icu_text *ret_id)
{
	icu_from_str(ret_id, date_zone_valid(zone) ? zone : STR("Etc/UTC"));
}

static UCalendar *open_calendar(struct str zone)
{
	struct icu_text id;
	UErrorCode status = U_ZERO_ERROR;
	zone_id(zone, &id);
	UCalendar *calendar = ucal_open(id.units, id.length, "en", UCAL_GREGORIAN, &status);
	if (U_FAILURE(status))
		abort();                                      /* ICU's own data are missing */
	ucal_setGregorianChange(calendar, -8.64e15, &status); /* proleptic, as struct civil */
	return calendar;
}

static UCalendar *get_calendar(struct date_formats *formats, struct str zone)
{
	struct zone_entry *oldest = &formats->zones[0];
	for (size_t i = 0; i < ZONES_KEPT; i++) {
		struct zone_entry *entry = &formats->zones[i];
		if (entry->calendar && str_eq(zone, str_from(entry->zone))) {
			entry->used = ++formats->clock;
			return entry->calendar;
		}
		if (entry->used < oldest->used)
			oldest = entry;
	}
	ucal_close(oldest->calendar);
	oldest->calendar = open_calendar(zone);
	oldest->used = ++formats->clock;
	copy_text(oldest->zone, sizeof oldest->zone, zone);
	return oldest->calendar;
}

static UDateFormat *open_format(struct str language, struct str zone, enum date_form form)
{
	char locale[LANGUAGE_CODE_BYTES + 32];
	struct icu_text id;
	UChar pattern[128];
	UErrorCode status = U_ZERO_ERROR;
	icu_locale(language, locale);
	uloc_setKeywordValue("calendar", "gregorian", locale, sizeof locale, &status);
	zone_id(zone, &id);
	UDateTimePatternGenerator *generator = udatpg_open(locale, &status);
	int32_t length = udatpg_getBestPatternWithOptions(generator, skeletons[form], -1, UDATPG_MATCH_NO_OPTIONS,
							  pattern, 128, &status);
	UDateFormat *format =
		udat_open(UDAT_PATTERN, UDAT_PATTERN, locale, id.units, id.length, pattern, length, &status);
	udatpg_close(generator);
	if (U_FAILURE(status)) {
		udat_close(format);
		return NULL;
	}
	UCalendar *calendar = ucal_clone(udat_getCalendar(format), &status);
	ucal_setGregorianChange(calendar, -8.64e15, &status);
	udat_setCalendar(format, calendar);
	ucal_close(calendar);
	return format;
}

static UDateFormat *get_format(struct date_formats *formats, struct str language, struct str zone, enum date_form form)
{
	struct format_entry *oldest = &formats->formats[0];
	for (size_t i = 0; i < FORMATS_KEPT; i++) {
		struct format_entry *entry = &formats->formats[i];
		if (entry->format && entry->form == form && str_eq(language, str_from(entry->language)) &&
		    str_eq(zone, str_from(entry->zone))) {
			entry->used = ++formats->clock;
			return entry->format;
		}
		if (entry->used < oldest->used)
			oldest = entry;
	}
	UDateFormat *format = open_format(language, zone, form);
	if (format == NULL)
		return NULL;
	udat_close(oldest->format);
	oldest->format = format;
	oldest->form = form;
	oldest->used = ++formats->clock;
	copy_text(oldest->language, sizeof oldest->language, language);
	copy_text(oldest->zone, sizeof oldest->zone, zone);
	return format;
}

void date_put(struct date_formats *formats, struct str language, struct str zone, enum date_form form, int64_t time_s,
	      struct buf *out)
{
	UChar text[256];
	UErrorCode status = U_ZERO_ERROR;
	UDateFormat *format = get_format(formats, language, zone, form);
	int32_t length = 0;
	if (format)
		length = udat_format(format, (UDate)time_s * 1000, text, 256, NULL, &status);
	if (format && U_SUCCESS(status))
		icu_put(text, length, out);
	else
		date_put_machine(formats, zone, time_s, out);
}

struct str date_str(struct date_formats *formats, struct str language, struct str zone, enum date_form form,
		    int64_t time_s, struct arena *arena)
{
	BUF_SCOPED out = BUF_INIT(2048);
	date_put(formats, language, zone, form, time_s, &out);
	return buf_copy(&out, arena);
}

void date_put_month(struct date_formats *formats, struct str language, enum date_form form, int year, int month,
		    struct buf *out)
{
	struct civil middle = {.year = year, .month = month, .day = 15, .hour = 12};
	int64_t time_s = 0;
	if (civil_to_s(&middle, &time_s))
		date_put(formats, language, STR("UTC"), form, time_s, out);
}

int date_offset_s(struct date_formats *formats, struct str zone, int64_t time_s)
{
	UErrorCode status = U_ZERO_ERROR;
	UCalendar *calendar = get_calendar(formats, zone);
	ucal_setMillis(calendar, (UDate)time_s * 1000, &status);
	int32_t offset_ms =
		ucal_get(calendar, UCAL_ZONE_OFFSET, &status) + ucal_get(calendar, UCAL_DST_OFFSET, &status);
	return U_SUCCESS(status) ? offset_ms / 1000 : 0;
}

struct civil date_parts(struct date_formats *formats, struct str zone, int64_t time_s)
{
	return civil_from_s(time_s + date_offset_s(formats, zone, time_s));
}

void date_put_machine(struct date_formats *formats, struct str zone, int64_t time_s, struct buf *out)
{
	int offset = date_offset_s(formats, zone, time_s);
	int minutes = (offset + (offset < 0 ? -30 : 30)) / 60;
	struct civil local = civil_from_s(time_s + (int64_t)minutes * 60);
	unsigned away = (unsigned)(minutes < 0 ? -minutes : minutes);
	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d", local.year, local.month, local.day, local.hour, local.minute,
		   local.second);
	buf_printf(out, "%c%02u:%02u", minutes < 0 ? '-' : '+', away / 60, away % 60);
}

static int local_offset_s(UCalendar *calendar, int64_t local_s, UTimeZoneLocalOption option)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t raw = 0, dst = 0;
	ucal_setMillis(calendar, (UDate)local_s * 1000, &status);
	ucal_getTimeZoneOffsetFromLocal(calendar, option, option, &raw, &dst, &status);
	return U_SUCCESS(status) ? (raw + dst) / 1000 : 0;
}

bool date_from_local(struct date_formats *formats, struct str zone, const struct civil *local, int64_t *ret_time_s,
		     enum date_local *ret_kind)
{
	int64_t local_s;
	if (!civil_to_s(local, &local_s))
		return false;
	UCalendar *calendar = get_calendar(formats, zone);
	int former = local_offset_s(calendar, local_s, UCAL_TZ_LOCAL_FORMER);
	int latter = local_offset_s(calendar, local_s, UCAL_TZ_LOCAL_LATTER);
	*ret_time_s = local_s - former;
	if (ret_kind)
		*ret_kind = former == latter  ? DATE_LOCAL_ONCE
			    : former < latter ? DATE_LOCAL_SKIPPED
					      : DATE_LOCAL_TWICE;
	return true;
}

bool date_range(struct date_formats *formats, struct str zone, int year, int month, int64_t *ret_from_s,
		int64_t *ret_until_s)
{
	struct civil first = {.year = year, .month = month ? month : 1, .day = 1};
	struct civil next = {.year = year, .month = month + 1, .day = 1};
	int64_t from_s, until_s;
	if (month == 0 || month == 12) {
		next.year = year + 1;
		next.month = 1;
	}
	if (!date_from_local(formats, zone, &first, &from_s, NULL) ||
	    !date_from_local(formats, zone, &next, &until_s, NULL))
		return false;
	*ret_from_s = from_s;
	*ret_until_s = until_s;
	return true;
}
