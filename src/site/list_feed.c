#include "site/list.h"
#include "text/markup.h"

#define FEED_FILTERS 2
#define LOOKS        8 /* pages of a list that are looked through for one feed */

static struct feed_picture feed_picture(const struct visit *visit, const struct picture *picture)
{
	struct feed_picture feed = {0};
	const struct picture_form *form;

	if (!picture_has_file(picture))
		return feed;
	form = &picture->forms[picture->form_count - 1];
	for (size_t i = picture->form_count; i > 0; i--) { /* the largest that every reader understands */
		if (str_eq(picture->forms[i - 1].mime, STR("image/jpeg"))) {
			form = &picture->forms[i - 1];
			break;
		}
	}
	feed.url = address_absolute(visit, address_picture(visit, picture, form));
	feed.mime = form->mime;
	feed.width = form->width;
	feed.height = form->height;
	feed.credit = picture->credit;
	if (!picture->decorative)
		feed.alt = picture->alt;
	return feed;
}

static void fill_names(const struct visit *visit, const struct card *card, struct feed_entry *entry)
{
	struct str *authors = arena_array(visit->arena, struct str, card->contributor_count);
	struct str *categories = arena_array(visit->arena, struct str, card->term_count + card->place_count + 1);
	const struct named_kind *kind = card->kind ? names_kind(visit->names, card->kind) : NULL;

	for (size_t i = 0; i < card->contributor_count; i++) {
		const struct named_contributor *person = names_contributor(visit->names, card->contributors[i].id);

		if (person && card->contributors[i].role == CONTRIBUTOR_AUTHOR)
			authors[entry->author_count++] = person->name;
	}
	if (kind)
		categories[entry->category_count++] = kind_label(visit, kind).name;
	for (size_t i = 0; i < card->term_count; i++) {
		const struct named_term *term = names_term(visit->names, card->terms[i]);

		if (term)
			categories[entry->category_count++] =
				labels_find(visit->names, term->labels, visit->language->code)->name;
	}
	for (size_t i = 0; i < card->place_count; i++) {
		const struct named_place *place = names_place(visit->names, card->places[i]);

		if (place)
			categories[entry->category_count++] =
				labels_find(visit->names, place->labels, visit->language->code)->name;
	}
	entry->authors = authors;
	entry->categories = categories;
}

static int fill_entry(struct visit *visit, const struct card *card, struct feed_entry *entry, struct err *err)
{
	struct body body;
	int rc;

	visit_tag(visit, 'e', card->entry_id);
	entry->guid = list_guid(visit, card->guid, card->language);
	entry->url = address_absolute(visit, address_path(visit, card->path));
	entry->title = card->title;
	entry->summary = card->excerpt;
	if (!str_eq(card->language, visit->language->code))
		entry->language = card->language;
	entry->published_s = card->date_s;
	entry->updated_s = card->modified_s;
	fill_names(visit, card, entry);
	entry->picture = feed_picture(visit, &card->picture);
	if (!visit->site->options.feed_full_text)
		return 0;
	rc = public_body(visit->worker->public, visit->snapshot, card->entry_id, visit->arena, &body, err);
	if (rc == 0)
		entry->content = markup_absolute(body.html, entry->url, visit->arena);
	return rc < 0 ? rc : 0;
}

struct str list_guid(const struct visit *visit, struct str guid, struct str language)
{
	if (str_eq(language, visit->site->languages[0].code))
		return guid;
	return arena_printf(visit->arena, "%.*s#%.*s", STR_ARG(guid), STR_ARG(language));
}

/* As the kind is now: a card says how it was when its entry was projected. */
static bool in_feeds(const struct visit *visit, const struct card *card)
{
	const struct named_kind *kind = card->kind ? names_kind(visit->names, card->kind) : NULL;

	return kind ? kind->in_feeds : card->in_feeds;
}

/* Kinds that keep out of feeds are skipped, so more may have to be looked at than are taken. */
static int take_cards(struct visit *visit, const struct catalogue_set *set, bool every_kind, size_t offset,
		      struct card *taken, size_t *count, struct err *err)
{
	size_t limit = visit->site->options.feed_items, found;
	int64_t *ids = arena_array(visit->arena, int64_t, limit);
	struct card *cards;
	int rc;

	found = catalogue_page(set, offset, limit, ids);
	rc = public_cards(visit->worker->public, visit->snapshot, ids, found, visit->arena, &cards, &found, err);
	for (size_t i = 0; i < found && rc == 0 && *count < limit; i++) {
		if (every_kind || in_feeds(visit, &cards[i]))
			taken[(*count)++] = cards[i];
	}
	return rc;
}

static int fill_entries(struct visit *visit, const struct catalogue_set *set, bool every_kind, struct feed *feed,
			struct err *err)
{
	size_t limit = visit->site->options.feed_items, total = catalogue_count(set), count = 0;
	struct card *cards = arena_array(visit->arena, struct card, limit);
	struct feed_entry *entries = arena_array(visit->arena, struct feed_entry, limit);
	int rc = 0;

	for (size_t look = 0; look < LOOKS && look * limit < total && count < limit && rc == 0; look++)
		rc = take_cards(visit, set, every_kind, look * limit, cards, &count, err);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = fill_entry(visit, &cards[i], &entries[i], err);
	feed->entries = entries;
	feed->entry_count = count;
	return rc;
}

/* Both come in their own order; what was withdrawn stands where its date puts it. */
static void merge(struct visit *visit, const struct feed_entry *gone, size_t gone_count, struct feed *feed)
{
	struct feed_entry *all = arena_array(visit->arena, struct feed_entry, feed->entry_count + gone_count);
	size_t count = feed->entry_count;

	for (size_t i = 0; i < count; i++)
		all[i] = feed->entries[i];
	for (size_t i = 0; i < gone_count; i++, count++) {
		size_t at = count;

		while (at > 0 && all[at - 1].published_s < gone[i].published_s) {
			all[at] = all[at - 1];
			at--;
		}
		all[at] = gone[i];
	}
	feed->entries = all;
	feed->entry_count = count;
}

int list_feed(struct visit *visit, const struct list *list, enum feed_format format, struct err *err)
{
	const struct message_arg args[] = {MESSAGE_TEXT("title", list_title(visit, list)),
					   MESSAGE_TEXT("site", site_name(visit))};
	bool everything = list_filter_count(list) == 0;
	struct catalogue_filter filter;
	CATALOGUE_SET_SCOPED set = NULL;
	struct feed feed = {.language = visit->language->code, .site_name = site_name(visit)};
	const struct list home = list_home(list);
	size_t limit = visit->site->options.feed_items, gone_count = 0;
	struct feed_entry *gone = arena_array(visit->arena, struct feed_entry, limit);
	int rc;

	if (list_filter_count(list) > FEED_FILTERS)
		return WEB_NOT_FOUND;
	list_tags(visit, list);
	list_filter(visit, list, &filter);
	set = catalogue_select(visit->snapshot, &filter);
	rc = list_gone(visit, list, gone, limit, &gone_count, err);
	if (rc)
		return rc;
	if (catalogue_count(set) == 0 && gone_count == 0 && !list_is_known(visit, list))
		return WEB_NOT_FOUND;
	feed.title = everything ? feed.site_name
				: messages_format_str(visit->words, STR("title_site"), args, 2, visit->arena);
	feed.description = everything ? names_text(visit->names, STR("line"), visit->language->code)
				      : list_introduction(visit, list);
	feed.page_url = address_absolute(visit, address_list(visit, visit->language, &home, 1));
	feed.self_url = address_absolute(visit, address_feed(visit, visit->language, list, format));
	feed.site_url = address_absolute(visit, STR("/"));
	feed.icon_url = address_absolute(visit, static_address(visit->site->statics, STR("favicon.svg")));
	rc = fill_entries(visit, set, list->kind, &feed, err);
	if (rc)
		return rc;
	merge(visit, gone, gone_count, &feed);
	visit->response->content_type = feed_content_type(format);
	feed_put(&feed, format, &visit->response->body);
	return 0;
}
