#include "ingest/prepare_inside.h"

#define HOUR_S 3600
#define DAY_S  86400

/* "2018-06-14 18:00", with T or a space and with or without seconds: a time on the clock of the set's zone. */
static bool parse_clock(struct preparer *preparer, struct str text, int64_t *ret_time_s)
{
	int64_t wall_s;
	char whole[20];
	struct buf buf = {whole, 0, sizeof whole, sizeof whole, false};
	if (text.len != 16 && text.len != 19)
		return false;
	buf_put(&buf, str_sub(text, 0, 10));
	buf_put_byte(&buf, text.ptr[10] == 'T' ? ' ' : text.ptr[10]);
	buf_put(&buf, str_skip(text, 11));
	if (text.len == 16)
		buf_put_cstr(&buf, ":00");
	if (!clock_parse_sql(buf_str(&buf), &wall_s))
		return false;
	struct civil civil = civil_from_s(wall_s);
	return date_from_local(preparer->formats, preparer->set->time_zone, &civil, ret_time_s, NULL);
}

/* "2018-06-14", "20180614": its first second, or that of a day after it. */
static bool parse_day(struct preparer *preparer, struct str text, int days_later, int64_t *ret_time_s)
{
	char spaced[20];
	struct buf buf = {spaced, 0, sizeof spaced, sizeof spaced, false};
	int64_t wall_s;
	if (text.len == 8)
		buf_printf(&buf, "%.*s-%.*s-%.*s 00:00:00", STR_ARG(str_sub(text, 0, 4)), STR_ARG(str_sub(text, 4, 2)),
			   STR_ARG(str_sub(text, 6, 2)));
	else
		buf_printf(&buf, "%.*s 00:00:00", STR_ARG(str_sub(text, 0, 10)));
	if ((text.len != 8 && text.len != 10) || !clock_parse_sql(buf_str(&buf), &wall_s))
		return false;
	struct civil civil = civil_from_s(wall_s + (int64_t)days_later * DAY_S);
	return date_from_local(preparer->formats, preparer->set->time_zone, &civil, ret_time_s, NULL);
}

bool prepare_seconds(struct str text, int64_t *ret_time_s)
{
	return text.len >= 9 && text.len <= 11 && str_to_i64(text, ret_time_s) && *ret_time_s > 0;
}

bool prepare_moment(struct preparer *preparer, struct str text, int days_later, int64_t *ret_time_s)
{
	return prepare_seconds(text, ret_time_s) || clock_parse_rfc3339(text, ret_time_s) ||
	       parse_clock(preparer, text, ret_time_s) || parse_day(preparer, text, days_later, ret_time_s);
}

static int64_t hours_of_kind(const struct wpset *set, int64_t kind_id)
{
	for (size_t i = 0; i < set->mapping->kinds.len; i++)
		if (kind_id && set->kind_ids[i] == kind_id)
			return set->mapping->kinds.at[i].breaking_hours;
	return 0;
}

void prepare_breaking(struct preparer *preparer, const struct wxr_item *item, struct arena *arena,
		      struct prepared *prepared)
{
	struct item_content *content = &prepared->content;
	int64_t hours = hours_of_kind(preparer->set, content->kind_id);
	struct str until = str_trim(wpset_field(preparer->set, item, MAPPING_FIELD_BREAKING_UNTIL));
	if (!str_empty(until) && prepare_moment(preparer, until, 1, &content->breaking_until_s))
		return;
	if (!str_empty(until))
		*vec_add(&prepared->problems, arena) =
			arena_printf(arena, "until when it is breaking news cannot be read: \"%.*s\"",
				     STR_ARG(str_sub(until, 0, 60)));
	content->breaking_until_s = hours > 0 ? content->date_s + hours * HOUR_S : 0;
}
