#include "site/list.h"
#include "text/url.h"

#define RECENTLY_S 60 /* a change this soon after publishing is not an update worth telling */

/* Item and static page ------------------------------------------------------------------------- */

static void fill_dates(struct visit *visit, const struct card *card, struct value *record)
{
	char text[CLOCK_TEXT_BYTES];

	record[ITEM_date].text = words_date(visit, DATE_TIME, card->date_s);
	record[ITEM_datetime].text = words_machine_date(visit, card->date_s);
	if (card->modified_s > card->date_s + RECENTLY_S) {
		record[ITEM_updated].text = words_date(visit, DATE_TIME, card->modified_s);
		record[ITEM_updated_datetime].text = words_machine_date(visit, card->modified_s);
	}
	if (card->page)
		return;
	clock_rfc3339(card->date_s, text);
	record[PAGE_published].text = arena_str(visit->arena, str_from(text));
	clock_rfc3339(card->modified_s, text);
	record[PAGE_modified].text = arena_str(visit->arena, str_from(text));
}

static void fill_authors(const struct visit *visit, const struct card *card, struct value *record)
{
	struct value_vec links = {0};

	for (size_t i = 0; i < card->contributor_count; i++) {
		const struct named_contributor *person = names_contributor(visit->names, card->contributors[i].id);
		struct value *link;

		if (!person || card->contributors[i].role != CONTRIBUTOR_AUTHOR)
			continue;
		link = links_add(visit, &links);
		link[LINK_url].text = address_person(visit, person);
		link[LINK_label].text = person->name;
	}
	record[ITEM_authors] = links_value(&links);
	record[ITEM_has_authors].flag = links.len > 0;
}

/* Links to itself and its translations, in the head, the language switcher and the text. */
static int fill_translations(struct visit *visit, const struct card *card, struct value *record, struct err *err)
{
	struct value_vec shown = {0}, alternates = {0};
	struct translation *at;
	size_t count;
	struct value *switcher, *link;
	int rc = public_translations(visit->worker->public, visit->snapshot, card->entry_id, visit->arena, &at, &count,
				     err);

	if (rc)
		return rc;
	link = links_add(visit, &alternates);
	link[LINK_url].text = record[PAGE_canonical].text;
	link[LINK_code].text = card->language;
	switcher = (struct value *)(uintptr_t)record[PAGE_languages].list.rows;
	for (size_t i = 0; i < count; i++) {
		const struct site_language *language = site_language(visit->site, at[i].language);
		struct str path = address_path(visit, at[i].path);

		visit_tag(visit, 'e', at[i].entry_id);
		if (!language)
			continue;
		switcher[(size_t)(language - visit->site->languages) * LINK_COUNT + LINK_url].text = path;
		link = links_add(visit, &alternates);
		link[LINK_url].text = address_absolute(visit, path);
		link[LINK_code].text = language->code;
		link = links_add(visit, &shown);
		link[LINK_url].text = path;
		link[LINK_label].text = language->autonym;
		link[LINK_code].text = language->code;
		link[LINK_dir].text = language->dir;
	}
	switcher[(size_t)(visit->language - visit->site->languages) * LINK_COUNT + LINK_url].text =
		address_path(visit, card->path);
	record[ITEM_translations] = links_value(&shown);
	record[ITEM_has_translations].flag = shown.len > 0;
	if (count > 0)
		record[PAGE_alternates] = links_value(&alternates);
	return 0;
}

static void add_terms(const struct visit *visit, const struct card *card, enum filter filter, struct value_vec *links)
{
	for (size_t i = 0; i < card->term_count; i++) {
		const struct named_term *term = names_term(visit->names, card->terms[i]);

		if (term && str_eq(term->vocabulary, filter_vocabulary(filter)))
			links_add_label(visit, links, address_term(visit, term),
					labels_find(visit->names, term->labels, visit->language->code), -1);
	}
}

static void add_places(const struct visit *visit, const struct card *card, struct value_vec *links)
{
	for (size_t i = 0; i < card->place_count; i++) {
		const struct named_place *place = names_place(visit->names, card->places[i]);

		if (place)
			links_add_label(visit, links, address_place(visit, place),
					labels_find(visit->names, place->labels, visit->language->code), -1);
	}
}

static void fill_groups(const struct visit *visit, const struct card *card, struct value *record)
{
	static const struct {
		enum filter filter;
		struct str word;
	} kinds[] = {
		{FILTER_TOPIC, STR_INIT("topics")},
		{FILTER_PLACE, STR_INIT("places")},
		{FILTER_CAMPAIGN, STR_INIT("campaigns")},
		{FILTER_TAG, STR_INIT("tags")},
	};
	const size_t each = sizeof kinds / sizeof *kinds;
	struct value *groups = arena_array(visit->arena, struct value, each * GROUP_COUNT);
	size_t count = 0;

	for (size_t i = 0; i < each; i++) {
		struct value_vec links = {0};

		if (kinds[i].filter == FILTER_PLACE)
			add_places(visit, card, &links);
		else
			add_terms(visit, card, kinds[i].filter, &links);
		if (links.len == 0)
			continue;
		groups[count * GROUP_COUNT + GROUP_label].text = words(visit, kinds[i].word);
		groups[count * GROUP_COUNT + GROUP_links] = links_value(&links);
		count++;
	}
	record[ITEM_groups] = value_list(groups, count);
	record[ITEM_has_groups].flag = count > 0;
}

/* New items of the same topics may come in between. Files are compared with what would stand there now (parts.h). */
static void tag_related(struct visit *visit, const struct card *card)
{
	if (visit->site->options.as_files) {
		visit_tag(visit, 'r', card->entry_id);
		return;
	}
	for (size_t i = 0; i < card->term_count; i++)
		visit_tag(visit, 't', card->terms[i]);
	for (size_t i = 0; i < card->place_count; i++)
		visit_tag(visit, 'p', card->places[i]);
}

/* What an editor named first, then what shares most. */
static int fill_related(struct visit *visit, const struct card *card, struct value *record, struct err *err)
{
	struct relation *named;
	int64_t ids[SITE_RELATED], live[SITE_RELATED];
	size_t named_count, count = 0, found;
	int rc = public_relations(visit->worker->public, visit->snapshot, card->entry_id, visit->arena, &named,
				  &named_count, err);

	if (rc)
		return rc;
	tag_related(visit, card);
	for (size_t i = 0; i < named_count && count < SITE_RELATED; i++)
		ids[count++] = named[i].entry_id;
	found = catalogue_related(visit->snapshot, card->entry_id, SITE_RELATED, live);
	for (size_t i = 0; i < found && count < SITE_RELATED; i++) {
		size_t at = 0;

		while (at < count && ids[at] != live[i])
			at++;
		if (at == count)
			ids[count++] = live[i];
	}
	rc = card_list(visit, ids, count, &record[ITEM_related], err);
	record[ITEM_has_related].flag = rc == 0 && record[ITEM_related].list.count > 0;
	return rc;
}

static void fill_corrections(const struct visit *visit, const struct body *body, struct value *record)
{
	struct value *rows = arena_array(visit->arena, struct value, body->correction_count * CORRECTION_COUNT);

	for (size_t i = 0; i < body->correction_count; i++) {
		struct value *row = &rows[i * CORRECTION_COUNT];

		row[CORRECTION_label].text = words(visit, body->corrections[i].kind);
		row[CORRECTION_text].text = body->corrections[i].text;
		row[CORRECTION_date].text = words_date(visit, DATE_LONG, body->corrections[i].at_s);
		row[CORRECTION_datetime].text = words_machine_date(visit, body->corrections[i].at_s);
	}
	record[ITEM_corrections] = value_list(rows, body->correction_count);
	record[ITEM_has_corrections].flag = body->correction_count > 0;
}

static void fill_head(const struct visit *visit, const struct card *card, struct value *record)
{
	const struct named_kind *kind = card->kind ? names_kind(visit->names, card->kind) : NULL;
	struct value_vec crumbs = crumbs_begin(visit);

	record[ITEM_heading].text = record[PAGE_title].text;
	record[ITEM_subtitle].text = card->subtitle;
	record[ITEM_dateline].text = card->dateline;
	record[ITEM_number].text = card->number;
	record[ITEM_schema_type].text = STR("NewsArticle");
	record[PAGE_og_type].text = STR("article");
	if (kind) {
		struct value *link = arena_array(visit->arena, struct value, LINK_COUNT);
		struct value *crumb = links_add(visit, &crumbs);

		kind_link(visit, kind, false, link);
		record[ITEM_kind].object = link;
		kind_link(visit, kind, true, crumb);
		if (str_eq(kind->key, STR("report")))
			record[ITEM_schema_type].text = STR("Report");
	}
	page_crumbs(record, &crumbs);
	if (picture_has_file(&card->picture)) {
		record[ITEM_picture].object = picture_record(visit, &card->picture, false);
		record[PAGE_og_image].object = picture_record(visit, &card->picture, true);
	}
}

static struct value *item_record(struct visit *visit, const struct card *card)
{
	struct page_facts facts = {.title = card->title, .description = card->excerpt};
	struct value *record;

	if (str_empty(facts.title)) /* some items have none: their words, or their day */
		facts.title = str_empty(card->excerpt) ? words_date(visit, DATE_LONG, card->date_s) : card->excerpt;
	record = page_base(visit, ITEM_COUNT, &facts);
	record[PAGE_canonical].text = address_absolute(visit, address_path(visit, card->path));
	return record;
}

static int show_entry(struct visit *visit, int64_t entry_id, struct err *err)
{
	const struct site_language *language;
	struct card card;
	struct body body;
	struct value *record;
	int rc = public_card(visit->worker->public, visit->snapshot, entry_id, visit->arena, &card, err);

	if (rc == 0)
		rc = public_body(visit->worker->public, visit->snapshot, entry_id, visit->arena, &body, err);
	if (rc)
		return rc > 0 ? WEB_NOT_FOUND : rc;
	language = site_language(visit->site, card.language);
	if (language)
		visit_speak(visit, language);
	visit_tag(visit, 'e', entry_id);
	visit->response->last_modified_s = card.modified_s;
	record = item_record(visit, &card);
	record[ITEM_body].html = body.html;
	fill_head(visit, &card, record);
	fill_dates(visit, &card, record);
	fill_authors(visit, &card, record);
	fill_groups(visit, &card, record);
	fill_corrections(visit, &body, record);
	rc = fill_translations(visit, &card, record, err);
	if (rc == 0 && !card.page)
		rc = fill_related(visit, &card, record, err);
	return rc ? rc : page_render(visit, card.page ? SITE_STATIC : SITE_ITEM, record);
}

/* Any address ------------------------------------------------------------------------------------ */

bool list_of_found(struct visit *visit, const struct found *found, struct list *ret_list)
{
	const struct site_language *language =
		str_empty(found->list_language) ? NULL : site_language(visit->site, found->list_language);
	struct list list = {.primary = FILTER_NONE};

	visit_speak(visit, language ? language : &visit->site->languages[0]);
	if (found->list.dimension == CATALOGUE_KIND) {
		list.kind = names_kind(visit->names, found->list.id);
		list.primary = FILTER_KIND;
	} else if (found->list.dimension == CATALOGUE_PLACE) {
		list.place = names_place(visit->names, found->list.id);
		list.primary = FILTER_PLACE;
	} else if (found->list.dimension == CATALOGUE_CONTRIBUTOR) {
		list.person = names_contributor(visit->names, found->list.id);
		list.primary = FILTER_PERSON;
	} else {
		const struct named_term *term = names_term(visit->names, found->list.id);

		list.primary = term ? filter_of_vocabulary(term->vocabulary) : FILTER_NONE;
		if (list.primary != FILTER_NONE)
			list.terms[list.primary] = term;
	}
	if (!list_has(&list, list.primary) || !list_is_known(visit, &list))
		return false;
	*ret_list = list;
	return true;
}

static int redirect(struct visit *visit, const struct found *found)
{
	struct str target = found->target;
	struct list list;

	if (str_empty(target) && list_of_found(visit, found, &list))
		target = address_list(visit, visit->language, &list, 1);
	else if (str_starts(target, STR("/")) && str_find_byte(target, '?') == SIZE_MAX &&
		 str_find_byte(target, '#') == SIZE_MAX)
		target = address_path(visit, target);
	if (str_empty(target))
		return WEB_NOT_FOUND;
	response_redirect(visit->response, 301, target);
	return 0;
}

/* Links are written without the last slash, too: what stands with it is meant. */
static int find_folder(struct visit *visit, struct str path, struct found *ret_found, struct err *err)
{
	struct str folder = arena_printf(visit->arena, "%.*s/", STR_ARG(path));
	int rc = public_find(visit->worker->public, visit->snapshot, folder, visit->arena, ret_found, err);

	if (rc)
		return rc;
	*ret_found = (struct found){.target = folder};
	return PUBLIC_REDIRECT;
}

int show_path(struct visit *visit, struct err *err)
{
	struct str path = url_path_normalise(visit->request->path, visit->arena);
	struct found found = {0};
	int rc;

	if (!str_empty(visit->request->raw_query) && str_eq(visit->request->local_path, STR("/")))
		path = arena_printf(visit->arena, "%.*s?%.*s", STR_ARG(path), STR_ARG(visit->request->raw_query));
	rc = public_find(visit->worker->public, visit->snapshot, path, visit->arena, &found, err);
	if (rc == PUBLIC_NOTHING && !visit->request->folder)
		rc = find_folder(visit, path, &found, err);
	if (rc == 0)
		return show_entry(visit, found.entry_id, err);
	if (rc == PUBLIC_REDIRECT)
		return redirect(visit, &found);
	if (rc == PUBLIC_GONE)
		return notice_gone(visit, &found, err);
	return rc < 0 ? rc : show_old(visit, err);
}
