/* What was withdrawn of late from a list, for its feeds: each entry emptied under its guid, so that feed readers let go
 * of what they kept of it. Its address is not repeated: the words in it may be what had to go. */
#include "site/list.h"

static bool is_among(int64_t id, const int64_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (ids[i] == id)
			return true;
	}
	return false;
}

static bool stood_under(const struct gone *gone, const struct list *list, enum filter filter)
{
	switch (filter) {
	case FILTER_KIND:
		return gone->kind == list->kind->id;
	case FILTER_TOPIC:
	case FILTER_CAMPAIGN:
	case FILTER_TAG:
		return is_among(list->terms[filter]->id, gone->terms, gone->term_count);
	case FILTER_PLACE:
		return is_among(list->place->id, gone->places, gone->place_count);
	case FILTER_PERSON:
		for (size_t i = 0; i < gone->contributor_count; i++) {
			if (gone->contributors[i].id == list->person->id)
				return true;
		}
		return false;
	case FILTER_YEAR:
		return gone->month / 100 == list->year;
	case FILTER_MONTH:
		return gone->month % 100 == list->month;
	case FILTERS:
	default:
		return false;
	}
}

static bool stood_in_feed(const struct visit *visit, const struct gone *gone, const struct list *list)
{
	const struct named_kind *kind = gone->kind ? names_kind(visit->names, gone->kind) : NULL;

	if (gone->page || (!list->kind && kind && !kind->in_feeds))
		return false;
	for (enum filter filter = 0; filter < FILTERS; filter++) {
		if (list_has(list, filter) && !stood_under(gone, list, filter))
			return false;
	}
	return true;
}

static struct feed_entry emptied(struct visit *visit, const struct gone *gone)
{
	visit_tag(visit, 'e', gone->entry_id);
	visit_fresh_until(visit, gone->gone_s + LIST_GONE_S + 1);
	return (struct feed_entry){
		.guid = list_guid(visit, gone->guid, gone->language),
		.title = words(visit, STR("gone_heading")),
		.summary = str_empty(gone->note) ? words(visit, STR("gone_text")) : gone->note,
		.published_s = gone->date_s,
		.updated_s = gone->gone_s > gone->date_s ? gone->gone_s : gone->date_s,
	};
}

int list_gone(struct visit *visit, const struct list *list, struct feed_entry *ret_entries, size_t limit,
	      size_t *ret_count, struct err *err)
{
	struct gone *gone;
	size_t found, count = 0;
	int rc = public_gone_recent(visit->worker->public, visit->snapshot, visit->language->code,
				    visit->request->now_s - LIST_GONE_S, LIST_GONE_LOOKED, visit->arena, &gone, &found,
				    err);

	for (size_t i = 0; i < found && rc == 0 && count < limit; i++) {
		if (stood_in_feed(visit, &gone[i], list))
			ret_entries[count++] = emptied(visit, &gone[i]);
	}
	*ret_count = count;
	return rc;
}
