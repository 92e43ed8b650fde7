/* clock: the time, injected. Seconds and microseconds since 1970-01-01T00:00:00Z, leap seconds as
 * POSIX counts them. clock_system() asks the machine; a test sets its own. A test clock may be
 * moved by another thread than the one that reads it. */
#ifndef CRIER_BASE_CLOCK_H
#define CRIER_BASE_CLOCK_H

#include "base/str.h"

#include <stdatomic.h>

struct clock {
	int64_t (*now_us)(const struct clock *clock);
};

const struct clock *clock_system(void);
int64_t clock_now_us(const struct clock *clock);
int64_t clock_now_s(const struct clock *clock);
int64_t clock_steady_us(void); /* for durations: never jumps; no calendar meaning */

struct clock_fixed {
	struct clock clock; /* pass &fixed.clock */
	_Atomic int64_t time_us;
};
void clock_fixed_init(struct clock_fixed *fixed, int64_t now_s);
void clock_fixed_set_s(struct clock_fixed *fixed, int64_t now_s);

/* The calendar in UTC (proleptic Gregorian), years 0 to 9999: what lies outside is taken as the first or
 * last second of that span. Months and days count from 1. */
struct civil {
	int year, month, day, hour, minute, second;
	int weekday; /* 0 Sunday */
};
struct civil civil_from_s(int64_t time_s);
bool civil_to_s(const struct civil *civil, int64_t *ret_time_s); /* false for a date that does not exist */

/* Text forms. Each writes with a closing zero. Parsers take the whole text or nothing; a leap second
 * (23:59:60 UTC) is the second after it; the name of the weekday need not be the right one. Years of two
 * digits (RFC 9110's second form) are 1970 to 2069. Zones of RFC 822: +hhmm, GMT, UT, UTC, the North
 * American names, and single letters, which say nothing (RFC 5322 section 4.3) and are read as UTC. */
#define CLOCK_TEXT_BYTES 40
void clock_rfc3339(int64_t time_s, char ret_text[CLOCK_TEXT_BYTES]);  /* 2018-06-14T09:30:00Z */
void clock_http(int64_t time_s, char ret_text[CLOCK_TEXT_BYTES]);     /* RFC 9110 section 5.6.7, IMF-fixdate */
void clock_rfc822(int64_t time_s, char ret_text[CLOCK_TEXT_BYTES]);   /* Thu, 14 Jun 2018 09:30:00 +0000 */
bool clock_parse_http(struct str text, int64_t *ret_time_s);	      /* the three forms of RFC 9110 5.6.7 */
bool clock_parse_rfc3339(struct str text, int64_t *ret_time_s);
bool clock_parse_rfc822(struct str text, int64_t *ret_time_s);	      /* RFC 822 section 5 with four-digit years */
bool clock_parse_sql(struct str text, int64_t *ret_time_s);	      /* 2018-06-14 09:30:00, taken as UTC */

#endif
