#include "site/list.h"

#define FACET_LINKS 30 /* the most frequent of them; the rest is found on the pages of all topics, places … */

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

static enum catalogue_dimension dimension(enum filter filter)
{
	static const enum catalogue_dimension dimensions[FILTERS] = {
		[FILTER_KIND] = CATALOGUE_KIND,   [FILTER_TOPIC] = CATALOGUE_TERM,
		[FILTER_PLACE] = CATALOGUE_PLACE, [FILTER_CAMPAIGN] = CATALOGUE_TERM,
		[FILTER_TAG] = CATALOGUE_TERM,    [FILTER_PERSON] = CATALOGUE_CONTRIBUTOR,
		[FILTER_YEAR] = CATALOGUE_YEAR,   [FILTER_MONTH] = CATALOGUE_MONTH,
	};

	return dimensions[filter];
}

static struct value facet_links(struct visit *visit, const struct list *list, const struct catalogue_set *set,
				enum filter filter)
{
	struct catalogue_facets facets = catalogue_facets(set, dimension(filter), NULL, 0, visit->arena);
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

struct value list_facets(struct visit *visit, const struct list *list, const struct catalogue_set *set)
{
	struct value *groups = arena_array(visit->arena, struct value, (size_t)FILTERS * GROUP_COUNT);
	size_t count = 0;

	for (enum filter filter = 0; filter < FILTERS; filter++) {
		struct value *group = &groups[count * GROUP_COUNT];
		struct value links;

		if (!is_offered(list, filter))
			continue;
		links = facet_links(visit, list, set, filter);
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
