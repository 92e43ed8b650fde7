#include "site/list.h"

#define FACET_LINKS 30  /* the most frequent of them; the rest is found on the pages of all topics, places … */
#define COUNTED     250 /* values that are counted for one group */

static void add_facet(const struct visit *visit, const struct list *narrowed, enum filter filter, size_t count,
		      struct value_vec *links)
{
	struct label label = list_label(visit, narrowed, filter);

	links_add_label(visit, links, address_list(visit, visit->language, narrowed, 1), &label, (int64_t)count);
}

static bool narrow(const struct visit *visit, const struct list *list, enum filter filter, int64_t key,
		   struct list *ret_narrowed)
{
	struct list narrowed = *list;

	switch (filter) {
	case FILTER_KIND:
		narrowed.kind = names_kind(visit->names, key);
		break;
	case FILTER_TOPIC:
	case FILTER_CAMPAIGN:
	case FILTER_TAG:
		narrowed.terms[filter] = names_term(visit->names, key);
		if (narrowed.terms[filter] && !str_eq(narrowed.terms[filter]->vocabulary, filter_vocabulary(filter)))
			return false;
		break;
	case FILTER_PLACE:
		narrowed.place = names_place(visit->names, key);
		break;
	case FILTER_PERSON:
		narrowed.person = names_contributor(visit->names, key);
		break;
	case FILTER_YEAR:
		narrowed.year = (int)key;
		break;
	case FILTER_MONTH:
		if (key / 100 != list->year)
			return false;
		narrowed.month = (int)(key % 100);
		break;
	case FILTERS:
	default:
		return false;
	}
	*ret_narrowed = narrowed;
	return list_has(&narrowed, filter);
}

enum catalogue_dimension filter_dimension(enum filter filter)
{
	static const enum catalogue_dimension dimensions[FILTERS] = {
		[FILTER_KIND] = CATALOGUE_KIND,   [FILTER_TOPIC] = CATALOGUE_TERM,
		[FILTER_PLACE] = CATALOGUE_PLACE, [FILTER_CAMPAIGN] = CATALOGUE_TERM,
		[FILTER_TAG] = CATALOGUE_TERM,    [FILTER_PERSON] = CATALOGUE_CONTRIBUTOR,
		[FILTER_YEAR] = CATALOGUE_YEAR,   [FILTER_MONTH] = CATALOGUE_MONTH,
	};

	return dimensions[filter];
}

int64_t *filter_values(const struct visit *visit, enum filter filter, size_t *ret_count)
{
	const struct named_term *terms;
	const struct named_place *places;
	const struct named_contributor *people;
	size_t term_count = names_terms(visit->names, &terms), place_count = names_places(visit->names, &places);
	size_t people_count = names_contributors(visit->names, &people), count = 0;
	int64_t *ids = arena_array(visit->arena, int64_t, term_count + place_count + people_count);

	for (size_t i = 0; filter == FILTER_PLACE && i < place_count; i++)
		ids[count++] = places[i].id;
	for (size_t i = 0; filter == FILTER_PERSON && i < people_count; i++)
		ids[count++] = people[i].id;
	for (size_t i = 0; !str_empty(filter_vocabulary(filter)) && i < term_count; i++) {
		if (str_eq(terms[i].vocabulary, filter_vocabulary(filter)))
			ids[count++] = terms[i].id;
	}
	*ret_count = count;
	return ids;
}

static void add_once(int64_t *ids, size_t *count, int64_t id)
{
	for (size_t i = 0; i < *count; i++) {
		if (ids[i] == id)
			return;
	}
	if (*count < COUNTED)
		ids[(*count)++] = id;
}

/* What the cards on the page carry. */
static int64_t *shown_values(const struct visit *visit, enum filter filter, const struct shown *shown,
			     size_t *ret_count)
{
	int64_t *ids = arena_array(visit->arena, int64_t, COUNTED);
	size_t count = 0;

	for (size_t i = 0; i < shown->count; i++) {
		const struct card *card = &shown->cards[i];

		for (size_t k = 0; filter == FILTER_PERSON && k < card->contributor_count; k++)
			add_once(ids, &count, card->contributors[k].id);
		for (size_t k = 0; filter == FILTER_PLACE && k < card->place_count; k++)
			add_once(ids, &count, card->places[k]);
		for (size_t k = 0; !str_empty(filter_vocabulary(filter)) && k < card->term_count; k++)
			add_once(ids, &count, card->terms[k]);
	}
	*ret_count = count;
	return ids;
}

static struct catalogue_facets count_values(const struct visit *visit, const struct catalogue_set *set,
					    enum filter filter, const struct shown *shown)
{
	int64_t *ids;
	size_t count;

	if (filter == FILTER_KIND || filter == FILTER_YEAR || filter == FILTER_MONTH)
		return catalogue_facets(set, filter_dimension(filter), NULL, 0, visit->arena);
	ids = filter_values(visit, filter, &count);
	if (count > COUNTED)
		ids = shown_values(visit, filter, shown, &count);
	if (count == 0)
		return (struct catalogue_facets){0};
	return catalogue_facets(set, filter_dimension(filter), ids, count, visit->arena);
}

static struct value facet_links(struct visit *visit, const struct list *list, const struct catalogue_set *set,
				enum filter filter, const struct shown *shown)
{
	struct catalogue_facets facets = count_values(visit, set, filter, shown);
	struct value_vec links = {0};

	for (size_t i = 0; i < facets.len && links.len < (size_t)FACET_LINKS * LINK_COUNT; i++) {
		struct list narrowed;

		if (narrow(visit, list, filter, facets.at[i].key, &narrowed))
			add_facet(visit, &narrowed, filter, facets.at[i].count, &links);
	}
	return links_value(&links);
}

/* Months are offered inside a year only; a filter that is set is offered no more: its link takes it away. */
static bool is_offered(const struct list *list, enum filter filter)
{
	size_t keys = 0;

	for (enum filter i = FILTER_TOPIC; i <= FILTER_PERSON; i++)
		keys += list_has(list, i);
	if (keys >= LIMIT_FILTERS && filter >= FILTER_TOPIC && filter <= FILTER_PERSON)
		return false;
	return !list_has(list, filter) && (filter != FILTER_MONTH || list->year != 0);
}

struct value list_facets(struct visit *visit, const struct list *list, const struct catalogue_set *set,
			 const struct shown *shown)
{
	struct value *groups = arena_array(visit->arena, struct value, (size_t)FILTERS * GROUP_COUNT);
	size_t count = 0;

	for (enum filter filter = 0; filter < FILTERS; filter++) {
		struct value *group = &groups[count * GROUP_COUNT];
		struct value links;

		if (!is_offered(list, filter))
			continue;
		links = facet_links(visit, list, set, filter, shown);
		if (links.list.count == 0)
			continue;
		group[GROUP_key].text = str_from(filter_name(filter));
		group[GROUP_label].text = words(visit, str_from(filter_name(filter)));
		group[GROUP_links] = links;
		count++;
	}
	groups[GROUP_open].flag = count == 1; /* the only one is shown at once */
	return value_list(groups, count);
}
