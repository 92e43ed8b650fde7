/* Pages that lead to lists: topics, places by region, campaigns, tags, authors; the archive by years and months. */
#include "base/map.h"
#include "i18n/language.h"
#include "site/list.h"

#include <stdlib.h>

struct index_line {
	struct list list;
	struct label label;
	size_t count;
	struct str url;
	const struct label *parent; /* where another line has the same name */
};

VEC_TYPE(line_vec, struct index_line);

static struct str line_name(const void *item)
{
	return ((const struct index_line *)item)->label.name;
}

static void sort_lines(const struct visit *visit, struct line_vec *lines)
{
	size_t language = (size_t)(visit->language - visit->site->languages);

	collator_sort(visit->worker->collators[language], lines->at, lines->len, sizeof *lines->at, line_name);
}

static struct catalogue_set *everything(const struct visit *visit)
{
	return catalogue_select(visit->snapshot, &(struct catalogue_filter){.language = visit->language->key});
}

/* What stands above a line's list; NULL for what stands at the top or alone. */
static const struct label *line_parent(const struct visit *visit, const struct list *list)
{
	const struct named_term *term = list->primary < FILTERS ? list->terms[list->primary] : NULL;

	if (term && term->parent)
		return labels_find(visit->names, term->parent->labels, visit->language->code);
	if (list->place && list->place->parent)
		return labels_find(visit->names, list->place->parent->labels, visit->language->code);
	return NULL;
}

/* "Reports" below Asia and "Reports" below Europe are told apart. */
static void part_equal_names(const struct visit *visit, struct line_vec *lines)
{
	struct map *by_name = map_create(visit->arena);

	for (size_t i = 0; i < lines->len; i++) {
		struct index_line *line = &lines->at[i], *other = map_get(by_name, line->label.name);

		if (!other) {
			map_put(by_name, line->label.name, line);
			continue;
		}
		other->parent = line_parent(visit, &other->list);
		line->parent = line_parent(visit, &line->list);
	}
}

/* Every value of a filter that has items in this language, by name. */
static struct line_vec index_lines(const struct visit *visit, const struct catalogue_set *set, enum filter filter)
{
	size_t count;
	int64_t *ids = filter_values(visit, filter, &count);
	struct catalogue_facets facets = {0};
	struct line_vec lines = {0};

	if (count > 0)
		facets = catalogue_facets(set, filter_dimension(filter), ids, count, visit->arena);

	for (size_t i = 0; i < facets.len; i++) {
		struct index_line line = {.list = {.primary = filter}, .count = facets.at[i].count};

		if (filter == FILTER_PLACE)
			line.list.place = names_place(visit->names, facets.at[i].key);
		else if (filter == FILTER_PERSON)
			line.list.person = names_contributor(visit->names, facets.at[i].key);
		else
			line.list.terms[filter] = names_term(visit->names, facets.at[i].key);
		if (!list_has(&line.list, filter))
			continue;
		line.label = list_label(visit, &line.list, filter);
		line.url = address_list(visit, visit->language, &line.list, 1);
		*(struct index_line *)vec_add(&lines, visit->arena) = line;
	}
	part_equal_names(visit, &lines);
	sort_lines(visit, &lines);
	return lines;
}

static void add_line(const struct visit *visit, const struct index_line *line, struct value_vec *links)
{
	struct value *link = links_add_label(visit, links, line->url, &line->label, (int64_t)line->count);

	if (!line->parent)
		return;
	link[LINK_parent].text = line->parent->name;
	if (str_eq(line->parent->language, line->label.language))
		return;
	link[LINK_parent_code].text = line->parent->language;
	link[LINK_parent_dir].text = str_from(language_direction_name(language_direction(line->parent->language)));
}

static struct value one_group(const struct visit *visit, const struct line_vec *lines)
{
	struct value *group = arena_array(visit->arena, struct value, GROUP_COUNT);
	struct value_vec links = {0};

	for (size_t i = 0; i < lines->len; i++)
		add_line(visit, &lines->at[i], &links);
	group[GROUP_links] = links_value(&links);
	return value_list(group, lines->len > 0 ? 1 : 0);
}

#define DEPTH_MAX 4 /* region, subregion, country, locality */

/* Each place below parent with what lies below it again, by name. */
static void add_below(const struct visit *visit, const struct line_vec *lines, const struct named_place *parent,
		      int depth, struct value_vec *links)
{
	for (size_t i = 0; depth < DEPTH_MAX && i < lines->len; i++) {
		const struct named_place *place = lines->at[i].list.place;

		if (place->parent != parent)
			continue;
		add_line(visit, &lines->at[i], links);
		links->at[links->len - LINK_COUNT + LINK_inner].flag = depth > 0;
		add_below(visit, lines, place, depth + 1, links);
	}
}

/* A group for each place at the top that has places below it, then those without; in order of names. */
static struct value place_groups(const struct visit *visit, const struct line_vec *lines)
{
	struct value *groups = arena_array(visit->arena, struct value, (lines->len + 1) * GROUP_COUNT);
	struct value_vec alone = {0};
	size_t count = 0;

	for (size_t i = 0; i < lines->len; i++) {
		const struct index_line *top = &lines->at[i];
		struct value *group = &groups[count * GROUP_COUNT];
		struct value_vec links = {0};

		if (top->list.place->parent)
			continue;
		add_below(visit, lines, top->list.place, 0, &links);
		if (links.len == 0) {
			add_line(visit, top, &alone);
			continue;
		}
		group[GROUP_label].text = top->label.name;
		group[GROUP_url].text = top->url;
		language_mark(visit, top->label.language, &group[GROUP_code].text, &group[GROUP_dir].text);
		group[GROUP_count].text = words_count(visit, (int64_t)top->count);
		group[GROUP_links] = links_value(&links);
		count++;
	}
	if (alone.len > 0) {
		if (count > 0)
			groups[count * GROUP_COUNT + GROUP_label].text = words(visit, STR("other_places"));
		groups[count * GROUP_COUNT + GROUP_links] = links_value(&alone);
		count++;
	}
	return value_list(groups, count);
}

static struct value *index_record(struct visit *visit, struct str word, const char *path,
				  const struct catalogue_set *set)
{
	const struct message_arg args[] = {MESSAGE_NUMBER("count", (int64_t)catalogue_count(set))};
	struct page_facts facts = {.title = words(visit, word), .fixed = path};
	struct value_vec crumbs = crumbs_begin(visit);
	struct value *record;

	response_tag(visit->response, "l%.*s", STR_ARG(visit->language->code));
	record = page_base(visit, ARCHIVE_COUNT, &facts);
	page_crumbs(record, &crumbs);
	record[ARCHIVE_heading].text = facts.title;
	record[ARCHIVE_tally].text = messages_format_str(visit->words, STR("tally"), args, 1, visit->arena);
	return record;
}

static int show_index(struct visit *visit, enum filter filter, struct str word, const char *path)
{
	CATALOGUE_SET_SCOPED set = everything(visit);
	struct value *record = index_record(visit, word, path, set);
	struct line_vec lines = index_lines(visit, set, filter);

	record[ARCHIVE_groups] = filter == FILTER_PLACE ? place_groups(visit, &lines) : one_group(visit, &lines);
	record[ARCHIVE_has_groups].flag = record[ARCHIVE_groups].list.count > 0;
	return page_render(visit, SITE_INDEX, record);
}

int show_topics(struct visit *visit, struct err *err)
{
	(void)err;
	return show_index(visit, FILTER_TOPIC, STR("topics"), "/topic/");
}

int show_places(struct visit *visit, struct err *err)
{
	(void)err;
	return show_index(visit, FILTER_PLACE, STR("places"), "/place/");
}

int show_campaigns(struct visit *visit, struct err *err)
{
	(void)err;
	return show_index(visit, FILTER_CAMPAIGN, STR("campaigns"), "/campaign/");
}

int show_tags(struct visit *visit, struct err *err)
{
	(void)err;
	return show_index(visit, FILTER_TAG, STR("tags"), "/tag/");
}

int show_people(struct visit *visit, struct err *err)
{
	(void)err;
	return show_index(visit, FILTER_PERSON, STR("people"), "/person/");
}

/* Archive ---------------------------------------------------------------------------------------- */

static int newest_first(const void *a, const void *b)
{
	int64_t left = ((const struct catalogue_facet *)a)->key, right = ((const struct catalogue_facet *)b)->key;

	return (left < right) - (left > right);
}

static struct catalogue_facets dated(const struct visit *visit, const struct catalogue_set *set,
				     enum catalogue_dimension dimension)
{
	struct catalogue_facets facets = catalogue_facets(set, dimension, NULL, 0, visit->arena);

	if (facets.len > 0)
		qsort(facets.at, facets.len, sizeof *facets.at, newest_first);
	return facets;
}

static void fill_months(const struct visit *visit, const struct catalogue_facets *months, int year, struct value *group)
{
	struct value_vec links = {0};

	for (size_t i = 0; i < months->len; i++) {
		struct list list = {.primary = FILTER_MONTH, .year = year, .month = (int)(months->at[i].key % 100)};
		BUF_SCOPED name = BUF_INIT(256);
		struct label label = {.language = visit->language->code};

		if (months->at[i].key / 100 != year)
			continue;
		date_put_month(visit->worker->dates, visit->language->code, DATE_MONTH, year, list.month, &name);
		label.name = buf_copy(&name, visit->arena);
		links_add_label(visit, &links, address_list(visit, visit->language, &list, 1), &label,
				(int64_t)months->at[i].count);
	}
	group[GROUP_links] = links_value(&links);
}

int show_archive(struct visit *visit, struct err *err)
{
	CATALOGUE_SET_SCOPED set = everything(visit);
	struct catalogue_facets years = dated(visit, set, CATALOGUE_YEAR);
	struct catalogue_facets months = dated(visit, set, CATALOGUE_MONTH);
	struct value *record = index_record(visit, STR("archive"), "/archive/", set);
	struct value *groups = arena_array(visit->arena, struct value, years.len * GROUP_COUNT);

	(void)err;
	for (size_t i = 0; i < years.len; i++) {
		struct list list = {.primary = FILTER_YEAR, .year = (int)years.at[i].key};
		struct value *group = &groups[i * GROUP_COUNT];

		group[GROUP_key].text = arena_printf(visit->arena, "%d", list.year);
		group[GROUP_label].text = list_label(visit, &list, FILTER_YEAR).name;
		group[GROUP_url].text = address_list(visit, visit->language, &list, 1);
		group[GROUP_count].text = words_count(visit, (int64_t)years.at[i].count);
		fill_months(visit, &months, list.year, group);
	}
	record[ARCHIVE_groups] = value_list(groups, years.len);
	record[ARCHIVE_has_groups].flag = years.len > 0;
	return page_render(visit, SITE_ARCHIVE, record);
}
