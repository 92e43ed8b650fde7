/* i18n/date: times as people of a place and language write them, and calendar questions in a zone.
 *
 * A struct date_formats holds ICU's formatters for one thread: one per worker, created at its start. It keeps a
 * bounded number and forgets those longest unused. Zones are IANA names ("Europe/Madrid", "UTC"); languages BCP 47.
 * The calendar is the Gregorian one in every language, so that archives by year and month mean the same everywhere;
 * digits, order and names are CLDR's for the language. Times are UTC seconds.
 * A zone or language that was not checked before counts as UTC or the root locale; no call fails after that.
 * Cost: a format seen before 1–3 µs, a new one some hundred µs; date_parts and date_put_machine under 1 µs.
 */
#ifndef CRIER_I18N_DATE_H
#define CRIER_I18N_DATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

struct date_formats;
struct date_formats *date_formats_create(void);
void date_formats_destroy(struct date_formats *formats); /* NULL is fine */

bool date_zone_valid(struct str zone); /* a zone ICU knows by this exact name */

enum date_form {
	DATE_LONG,       /* 14 June 2018 in "en-GB", June 14, 2018 in "en" */
	DATE_TIME,       /* 14 June 2018 at 11:30 CEST: the zone is named since readers may be elsewhere */
	DATE_SHORT,      /* 14 Jun 2018 */
	DATE_WEEKDAY,    /* Thursday, 14 June 2018 */
	DATE_MONTH_YEAR, /* June 2018: an archive's heading */
	DATE_MONTH,      /* June, standing alone */
	DATE_YEAR,       /* 2018 */
};
#define DATE_FORM_COUNT 7

void date_put(struct date_formats *formats, struct str language, struct str zone, enum date_form form, int64_t time_s,
	      struct buf *out);
struct str date_str(struct date_formats *formats, struct str language, struct str zone, enum date_form form,
		    int64_t time_s, struct arena *arena);

/* The month (1–12) of a year by itself, for archives: no zone is involved. */
void date_put_month(struct date_formats *formats, struct str language, enum date_form form, int year, int month,
		    struct buf *out);

/* For <time datetime="">: 2018-06-14T11:30:00+02:00 (RFC 3339; offsets with seconds, before about 1940, are rounded
 * to the minute with the time shifted to match, so the instant stays true). */
void date_put_machine(struct date_formats *formats, struct str zone, int64_t time_s, struct buf *out);

/* The wall clock of the zone at that time, and how far it is ahead of UTC. */
struct civil date_parts(struct date_formats *formats, struct str zone, int64_t time_s);
int date_offset_s(struct date_formats *formats, struct str zone, int64_t time_s);

/* A wall clock time to UTC. One that the clocks skipped is read with the offset before the change (02:30 becomes
 * 03:30); of one that came twice the first is taken: as PHP, and so WordPress, does. False for a date that does not
 * exist. ret_kind may be NULL. */
enum date_local { DATE_LOCAL_ONCE, DATE_LOCAL_SKIPPED, DATE_LOCAL_TWICE };
bool date_from_local(struct date_formats *formats, struct str zone, const struct civil *local, int64_t *ret_time_s,
		     enum date_local *ret_kind);

/* First second of a year or month (month 0: the year) in the zone and of the next: [from, until). */
bool date_range(struct date_formats *formats, struct str zone, int year, int month, int64_t *ret_from_s,
		int64_t *ret_until_s);

#endif
