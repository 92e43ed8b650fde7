/* Dates: what a parser takes is a time that can be written and read again. */
#include "base/clock.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool (*parse)(struct str text, int64_t *ret_time_s), struct str text)
{
	char written[CLOCK_TEXT_BYTES];
	int64_t time_s, again;
	if (!parse(text, &time_s))
		return;
	struct civil civil = civil_from_s(time_s);
	if (civil.year < 0 || civil.year > 9999 || civil.weekday < 0 || civil.weekday > 6)
		abort();
	clock_rfc3339(time_s, written);
	if (!clock_parse_rfc3339(str_from(written), &again))
		abort();
	/* A zone can move a date past the ends of what can be written; then it stands at the end. */
	if (again != time_s && civil.year != 0 && civil.year != 9999)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_of((const char *)data, size);
	check(clock_parse_http, text);
	check(clock_parse_rfc3339, text);
	check(clock_parse_rfc822, text);
	check(clock_parse_sql, text);
	return 0;
}
