#include "site/address.h"

#include "text/url.h"

#include <assert.h>

static const struct {
	const char *name;
	struct str vocabulary;
} filters[FILTERS] = {
	[FILTER_KIND] = {"kind", STR_INIT("")},   [FILTER_TOPIC] = {"topic", STR_INIT("topic")},
	[FILTER_PLACE] = {"place", STR_INIT("")}, [FILTER_CAMPAIGN] = {"campaign", STR_INIT("campaign")},
	[FILTER_TAG] = {"tag", STR_INIT("tag")},  [FILTER_PERSON] = {"person", STR_INIT("")},
	[FILTER_YEAR] = {"year", STR_INIT("")},   [FILTER_MONTH] = {"month", STR_INIT("")},
};

const char *filter_name(enum filter filter)
{
	assert(filter < FILTERS);
	return filters[filter].name;
}

struct str filter_vocabulary(enum filter filter)
{
	assert(filter < FILTERS);
	return filters[filter].vocabulary;
}

enum filter filter_of_vocabulary(struct str vocabulary)
{
	for (enum filter filter = 0; filter < FILTERS; filter++) {
		if (!str_empty(filters[filter].vocabulary) && str_eq(filters[filter].vocabulary, vocabulary))
			return filter;
	}
	return FILTER_NONE;
}

bool list_has(const struct list *list, enum filter filter)
{
	switch (filter) {
	case FILTER_KIND:
		return list->kind;
	case FILTER_TOPIC:
	case FILTER_CAMPAIGN:
	case FILTER_TAG:
		return list->terms[filter];
	case FILTER_PLACE:
		return list->place;
	case FILTER_PERSON:
		return list->person;
	case FILTER_YEAR:
		return list->year != 0;
	case FILTER_MONTH:
		return list->month != 0;
	case FILTERS:
	default:
		return false;
	}
}

size_t list_filter_count(const struct list *list)
{
	size_t count = 0;

	for (enum filter filter = 0; filter < FILTER_MONTH; filter++)
		count += list_has(list, filter);
	return count;
}

struct list list_home(const struct list *list)
{
	struct list home = *list;

	if (list_filter_count(list) != 1)
		return home;
	for (enum filter filter = 0; filter < FILTERS; filter++) { /* the month stands behind its year */
		if (list_has(list, filter))
			home.primary = filter;
	}
	return home;
}

struct list list_without(const struct list *list, enum filter filter)
{
	struct list less = *list;

	if (filter == FILTER_KIND)
		less.kind = NULL;
	else if (filter == FILTER_PLACE)
		less.place = NULL;
	else if (filter == FILTER_PERSON)
		less.person = NULL;
	else if (filter == FILTER_YEAR || filter == FILTER_MONTH)
		less.month = 0;
	else
		less.terms[filter] = NULL;
	if (filter == FILTER_YEAR)
		less.year = 0;
	return less;
}

struct str filter_slug(const struct visit *visit, const struct site_language *language, const struct list *list,
		       enum filter filter)
{
	struct labels labels;

	if (filter == FILTER_PERSON)
		return list->person->slug;
	if (filter == FILTER_KIND)
		labels = list->kind->labels;
	else if (filter == FILTER_PLACE)
		labels = list->place->labels;
	else
		labels = list->terms[filter]->labels;
	return labels_find(visit->names, labels, language->code)->slug;
}

static void put_filter(const struct visit *visit, const struct site_language *language, const struct list *list,
		       enum filter filter, struct buf *out)
{
	if (filter == FILTER_YEAR)
		buf_printf(out, "%04d", list->year);
	else if (filter == FILTER_MONTH)
		buf_printf(out, "%02d", list->month);
	else
		buf_put_url(out, filter_slug(visit, language, list, filter));
}

static void put_folder(const struct visit *visit, const struct site_language *language, const struct list *list,
		       struct buf *out)
{
	struct str segment;

	if (list->primary == FILTER_NONE) {
		buf_put_byte(out, '/');
		return;
	}
	if (list->primary == FILTER_YEAR || list->primary == FILTER_MONTH) {
		buf_printf(out, "/archive/%04d/", list->year);
		if (list->primary == FILTER_MONTH)
			buf_printf(out, "%02d/", list->month);
		return;
	}
	if (list->primary != FILTER_KIND)
		buf_printf(out, "/%s", filter_name(list->primary));
	segment = filter_slug(visit, language, list, list->primary);
	request_put_path(out, &segment, 1, true);
}

static void put_query(const struct visit *visit, const struct site_language *language, const struct list *list,
		      int64_t page, struct buf *out)
{
	char separator = '?';

	if (page > 1 && visit->site->options.as_files) {
		buf_printf(out, "page/%lld/", (long long)page);
		page = 1;
	}
	for (enum filter filter = 0; filter < FILTERS; filter++) {
		if (!list_has(list, filter) || filter == list->primary ||
		    (filter == FILTER_YEAR && list->primary == FILTER_MONTH))
			continue;
		buf_printf(out, "%c%s=", separator, filter_name(filter));
		put_filter(visit, language, list, filter, out);
		separator = '&';
	}
	if (page > 1)
		buf_printf(out, "%cpage=%lld", separator, (long long)page);
}

struct str address_list(const struct visit *visit, const struct site_language *language, const struct list *list,
			int64_t page)
{
	BUF_SCOPED out = BUF_INIT(LIMIT_PATH_BYTES * 4);

	buf_put(&out, language->prefix);
	put_folder(visit, language, list, &out);
	put_query(visit, language, list, page, &out);
	return buf_copy(&out, visit->arena);
}

struct str address_feed(const struct visit *visit, const struct site_language *language, const struct list *list,
			enum feed_format format)
{
	BUF_SCOPED out = BUF_INIT(LIMIT_PATH_BYTES * 4);

	buf_put(&out, language->prefix);
	put_folder(visit, language, list, &out);
	buf_put(&out, feed_file(format));
	put_query(visit, language, list, 0, &out);
	return buf_copy(&out, visit->arena);
}

struct str address_kind(const struct visit *visit, const struct named_kind *kind)
{
	return address_list(visit, visit->language, &(struct list){.primary = FILTER_KIND, .kind = kind}, 0);
}

struct str address_term(const struct visit *visit, const struct named_term *term)
{
	struct list list = {.primary = filter_of_vocabulary(term->vocabulary)};

	if (list.primary == FILTER_NONE)
		return (struct str){0};
	list.terms[list.primary] = term;
	return address_list(visit, visit->language, &list, 0);
}

struct str address_place(const struct visit *visit, const struct named_place *place)
{
	return address_list(visit, visit->language, &(struct list){.primary = FILTER_PLACE, .place = place}, 0);
}

struct str address_person(const struct visit *visit, const struct named_contributor *person)
{
	return address_list(visit, visit->language, &(struct list){.primary = FILTER_PERSON, .person = person}, 0);
}

struct str address_fixed(const struct visit *visit, const struct site_language *language, const char *fixed)
{
	return arena_printf(visit->arena, "%.*s%s", STR_ARG(language->prefix), fixed);
}

struct str address_search(const struct visit *visit, const struct site_language *language, struct str query,
			  int64_t page)
{
	BUF_SCOPED out = BUF_INIT(LIMIT_QUERY_BYTES * 4);
	char separator = '?';

	buf_printf(&out, "%.*s/search", STR_ARG(language->prefix));
	if (!str_empty(query)) {
		buf_put(&out, STR("?q="));
		buf_put_url(&out, query);
		separator = '&';
	}
	if (page > 1)
		buf_printf(&out, "%cpage=%lld", separator, (long long)page);
	return buf_copy(&out, visit->arena);
}

struct str address_path(const struct visit *visit, struct str path)
{
	BUF_SCOPED out = BUF_INIT(LIMIT_PATH_BYTES * 4);
	struct str decoded = path, rest;
	struct str segments[REQUEST_SEGMENTS];
	size_t count = 0;
	bool folder = str_ends(path, STR("/"));

	(void)url_decode(path, visit->arena, &decoded);
	rest = str_starts(decoded, STR("/")) ? str_skip(decoded, 1) : decoded;
	if (folder && !str_empty(rest))
		rest = str_sub(rest, 0, rest.len - 1);
	while (count < REQUEST_SEGMENTS && str_next(&rest, '/', &segments[count]))
		count++;
	request_put_path(&out, segments, count, folder);
	return buf_copy(&out, visit->arena);
}

struct str address_absolute(const struct visit *visit, struct str address)
{
	return arena_concat(visit->arena, (struct str[]){visit->site->options.url, address}, 2);
}

struct str address_picture(const struct visit *visit, const struct picture *picture, const struct picture_form *form)
{
	BUF_SCOPED out = BUF_INIT(LIMIT_PATH_BYTES);

	buf_put_cstr(&out, "/media/");
	buf_put_url(&out, picture->media_id);
	buf_put_byte(&out, '/');
	buf_put_url(&out, picture->name);
	if (form->width > 0)
		buf_printf(&out, "-%lld", (long long)form->width);
	buf_put_byte(&out, '.');
	buf_put_url(&out, form->extension);
	return buf_copy(&out, visit->arena);
}
