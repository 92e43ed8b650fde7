#include "site/list.h"

#include "base/map.h"
#include "i18n/language.h"
#include "publish/indexes.h"

#include <string.h>

#define MENU_DEPTH      3
#define TOP_PAGES_READ  24
#define TOP_PAGES_SHOWN 8

struct value *links_add(const struct visit *visit, struct value_vec *links)
{
	struct value *first = NULL;

	for (int i = 0; i < LINK_COUNT; i++)
		(void)vec_add(links, visit->arena);
	first = &links->at[links->len - LINK_COUNT];
	memset(first, 0, LINK_COUNT * sizeof *first);
	return first;
}

struct value *links_add_label(const struct visit *visit, struct value_vec *links, struct str url,
			      const struct label *label, int64_t count)
{
	struct value *link = links_add(visit, links);

	link[LINK_url].text = url;
	link[LINK_label].text = label->name;
	language_mark(visit, label->language, &link[LINK_code].text, &link[LINK_dir].text);
	if (count >= 0)
		link[LINK_count].text = words_count(visit, count);
	return link;
}

struct value links_value(const struct value_vec *links)
{
	if (links->len > 0)
		links->at[links->len - LINK_COUNT + LINK_last].flag = true;
	return value_list(links->at, links->len / LINK_COUNT);
}

struct str site_name(const struct visit *visit)
{
	struct str name = names_text(visit->names, STR("name"), visit->language->code);

	return str_empty(name) ? visit->site->options.name : name;
}

const struct value *passage(const struct visit *visit, struct str text, struct str language)
{
	struct value *record;

	if (str_empty(text))
		return NULL;
	record = arena_array(visit->arena, struct value, PASSAGE_COUNT);
	record[PASSAGE_text].text = text;
	language_mark(visit, language, &record[PASSAGE_code].text, &record[PASSAGE_dir].text);
	return record;
}

/* Where the language has no text of its own the first one's is given, the same bytes. */
const struct value *site_passage(const struct visit *visit, struct str key)
{
	struct str first = visit->site->languages[0].code;
	struct str text = names_text(visit->names, key, visit->language->code);
	bool borrowed = text.ptr == names_text(visit->names, key, first).ptr;

	return passage(visit, text, borrowed ? first : visit->language->code);
}

/* Other languages have other numbers of pages: their first one is named. */
struct str page_address(const struct visit *visit, const struct site_language *language, const struct page_facts *facts)
{
	int64_t page = language == visit->language ? facts->page : 1;

	if (facts->list) {
		const struct list home = list_home(facts->list);

		return address_list(visit, language, &home, page);
	}
	if (!str_empty(facts->query))
		return address_search(visit, language, facts->query, page);
	return address_fixed(visit, language, facts->fixed ? facts->fixed : "/");
}

static void fill_languages(const struct visit *visit, const struct page_facts *facts, struct value *record)
{
	struct value_vec switcher = {0}, alternates = {0};

	for (size_t i = 0; i < visit->site->options.language_count; i++) {
		const struct site_language *language = &visit->site->languages[i];
		struct value *link = links_add(visit, &switcher);

		link[LINK_url].text = page_address(visit, language, facts);
		link[LINK_label].text = language->autonym;
		link[LINK_code].text = language->code;
		link[LINK_dir].text = language->dir;
		link[LINK_current].flag = language == visit->language;
		if (!facts->no_index && ((facts->list && facts->page < 2) || facts->fixed)) {
			struct value *alternate = links_add(visit, &alternates);

			alternate[LINK_url].text = address_absolute(visit, link[LINK_url].text);
			alternate[LINK_code].text = language->code;
		}
	}
	record[PAGE_languages] = links_value(&switcher);
	record[PAGE_has_languages].flag = visit->site->options.language_count > 1;
	if (record[PAGE_has_languages].flag)
		record[PAGE_alternates] = links_value(&alternates);
}

static void fill_feeds(const struct visit *visit, const struct page_facts *facts, struct value *record)
{
	static const struct list everything = {.primary = FILTER_NONE};
	const struct list home = facts->list ? list_home(facts->list) : everything;
	const struct list *list = facts->list && list_filter_count(facts->list) <= 2 ? &home : &everything;
	struct value *feeds = arena_array(visit->arena, struct value, (size_t)FEED_FORMATS * FEED_COUNT);

	for (enum feed_format format = 0; format < FEED_FORMATS; format++) {
		struct value *feed = &feeds[format * FEED_COUNT];

		feed[FEED_url].text = address_feed(visit, visit->language, list, format);
		feed[FEED_type].text = feed_media_type(format);
		feed[FEED_label].text = feed_name(format);
		feed[FEED_title].text =
			arena_printf(visit->arena, "%.*s (%.*s)",
				     STR_ARG(list == &everything ? site_name(visit) : record[PAGE_full_title].text),
				     STR_ARG(feed_name(format)));
	}
	record[PAGE_feeds] = value_list(feeds, FEED_FORMATS);
	record[PAGE_has_feeds].flag = true;
}

/* Kinds that have items in this language. A page depends on all of them: on the first item of one, and on the last. */
static void fill_sections(struct visit *visit, const struct page_facts *facts, struct value *record)
{
	const struct catalogue_filter all = {.language = visit->language->key};
	CATALOGUE_SET_SCOPED set = catalogue_select(visit->snapshot, &all);
	struct catalogue_facets facets = catalogue_facets(set, CATALOGUE_KIND, NULL, 0, visit->arena);
	const struct named_kind *kinds;
	size_t count = names_kinds(visit->names, &kinds);
	struct value_vec links = {0};

	for (size_t i = 0; i < count; i++) {
		struct value *link;
		size_t at = 0;

		while (at < facets.len && facets.at[at].key != kinds[i].id)
			at++;
		response_tag(visit->response, "nk%lld", (long long)kinds[i].id);
		if (at == facets.len)
			continue;
		link = links_add(visit, &links);
		kind_link(visit, &kinds[i], true, link);
		link[LINK_current].flag =
			facts->list && facts->list->primary == FILTER_KIND && facts->list->kind == &kinds[i];
	}
	record[PAGE_sections] = links_value(&links);
}

/* Pages that lead to lists in this language; which ones do, follows from what can be seen. */
static void fill_browse(struct visit *visit, struct value *record)
{
	static const struct {
		struct str word;
		const char *path;
	} pages[INDEX_PAGES + 1] = {
		[INDEX_TOPICS] = {STR_INIT("topics"), "/topic/"},
		[INDEX_PLACES] = {STR_INIT("places"), "/place/"},
		[INDEX_CAMPAIGNS] = {STR_INIT("campaigns"), "/campaign/"},
		[INDEX_TAGS] = {STR_INIT("tags"), "/tag/"},
		[INDEX_PEOPLE] = {STR_INIT("people"), "/person/"},
		[INDEX_PAGES] = {STR_INIT("archive"), "/archive/"},
	};
	unsigned filled = indexes_filled(visit->snapshot, visit->names, visit->language->key) | 1u << INDEX_PAGES;
	struct value_vec links = {0};

	response_tag(visit->response, "i%.*s", STR_ARG(visit->language->code));
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		struct value *link;

		if (!(filled & 1u << i))
			continue;
		link = links_add(visit, &links);
		link[LINK_url].text = address_fixed(visit, visit->language, pages[i].path);
		link[LINK_label].text = words(visit, pages[i].word);
	}
	record[PAGE_browse] = links_value(&links);
}

/* A page without the line must learn of the first item that fills the list, one with it of the last that leaves. */
static bool list_may_show(struct visit *visit, const struct list *list, char letter, int64_t id)
{
	response_tag(visit->response, "n%c%lld", letter, (long long)id);
	return list_has(list, list->primary) && list_is_known(visit, list);
}

static bool term_target(struct visit *visit, const struct named_term *term, struct str *ret_url)
{
	struct list list = {.primary = filter_of_vocabulary(term->vocabulary)};

	if (list.primary == FILTER_NONE)
		return false;
	list.terms[list.primary] = term;
	*ret_url = address_list(visit, visit->language, &list, 0);
	return list_may_show(visit, &list, 't', term->id);
}

static bool place_target(struct visit *visit, const struct named_place *place, struct str *ret_url)
{
	const struct list list = {.primary = FILTER_PLACE, .place = place};

	*ret_url = address_list(visit, visit->language, &list, 0);
	return list_may_show(visit, &list, 'p', place->id);
}

/* Where a menu line leads and what that is called. False where it leads nowhere that may be seen. */
static bool menu_target(struct visit *visit, const struct named_link *line, struct str *ret_url,
			const struct label **ret_label, struct err *err)
{
	const struct named_kind *kind = line->kind_id ? names_kind(visit->names, line->kind_id) : NULL;
	const struct named_term *term = line->term_id ? names_term(visit->names, line->term_id) : NULL;
	const struct named_place *place = line->place_id ? names_place(visit->names, line->place_id) : NULL;
	struct label *label = arena_new(visit->arena, struct label);
	struct card card;

	*ret_label = label;
	if (kind) {
		*label = kind_label(visit, kind);
		*ret_url = address_kind(visit, kind);
	} else if (term) {
		*ret_label = labels_find(visit->names, term->labels, visit->language->code);
		return term_target(visit, term, ret_url);
	} else if (place) {
		*ret_label = labels_find(visit->names, place->labels, visit->language->code);
		return place_target(visit, place, ret_url);
	} else if (line->entry_id) {
		visit_tag(visit, 'e', line->entry_id);
		if (public_card(visit->worker->public, visit->snapshot, line->entry_id, visit->arena, &card, err))
			return false;
		label->name = card.title;
		label->language = card.language;
		*ret_url = address_path(visit, card.path);
	} else {
		*ret_url = line->url;
	}
	return !str_empty(*ret_url);
}

/* A line without an address above others that have one. */
static bool is_heading(const struct named_link *line)
{
	bool aims = line->entry_id || line->term_id || line->place_id || line->kind_id || !str_empty(line->url);

	return !aims && line->child_count > 0 && !str_empty(line->label);
}

/* shown: addresses that stand there already, of an earlier menu. */
static void add_menu_lines(struct visit *visit, const struct named_link *lines, size_t count, int depth,
			   const struct map *shown, struct value_vec *links)
{
	for (size_t i = 0; i < count; i++) {
		const struct label *label;
		struct str url = {0};
		size_t before = links->len;
		bool heading = is_heading(&lines[i]);

		if (heading)
			links_add(visit, links)[LINK_label].text = lines[i].label;
		else if (menu_target(visit, &lines[i], &url, &label, NULL) && !map_get(shown, url)) {
			struct value *link = links_add(visit, links);

			link[LINK_url].text = url;
			link[LINK_label].text = str_empty(lines[i].label) ? label->name : lines[i].label;
			if (str_empty(lines[i].label))
				language_mark(visit, label->language, &link[LINK_code].text, &link[LINK_dir].text);
			link[LINK_current].flag = str_eq(url, visit->request->path);
		}
		if (depth < MENU_DEPTH)
			add_menu_lines(visit, lines[i].children, lines[i].child_count, depth + 1, shown, links);
		if (heading && links->len == before + LINK_COUNT)
			links->len = before; /* nothing below it may be seen */
	}
}

static struct str page_title(const void *card)
{
	return ((const struct card *)card)->title;
}

/* "/about/" or "/fr/about/": not what stands below another page. */
static bool is_at_top(const struct visit *visit, struct str path)
{
	struct str name = str_skip(path, visit->language->prefix.len + 1);

	return str_find_byte(name, '/') + 1 == name.len;
}

/* Where no menu came: the static pages at the top, by title. Of very many, those that are there longest. */
static void add_top_pages(struct visit *visit, struct value_vec *links)
{
	const struct catalogue_filter filter = {.language = visit->language->key, .scope = CATALOGUE_PAGES};
	CATALOGUE_SET_SCOPED set = catalogue_select(visit->snapshot, &filter);
	size_t all = catalogue_count(set), count, shown = 0;
	int64_t ids[TOP_PAGES_READ];
	struct card *cards;

	response_tag(visit->response, "a%.*s", STR_ARG(visit->language->code));
	count = catalogue_page(set, all > TOP_PAGES_READ ? all - TOP_PAGES_READ : 0, TOP_PAGES_READ, ids);
	if (public_cards(visit->worker->public, visit->snapshot, ids, count, visit->arena, &cards, &count, NULL))
		return;
	collator_sort(visit->worker->collators[visit->language - visit->site->languages], cards, count, sizeof *cards,
		      page_title);
	for (size_t i = 0; i < count && shown < TOP_PAGES_SHOWN; i++) {
		struct value *link;

		if (!is_at_top(visit, cards[i].path))
			continue;
		shown++;
		link = links_add(visit, links);
		link[LINK_url].text = address_path(visit, cards[i].path);
		link[LINK_label].text = cards[i].title;
		link[LINK_current].flag = str_eq(cards[i].path, visit->request->path);
	}
}

/* The main menu, and of the footer's what it does not say already. */
static void fill_menu(struct visit *visit, struct value *record)
{
	static const struct str keys[] = {STR_INIT("main"), STR_INIT("footer")};
	struct map *shown = map_create(visit->arena);
	struct value_vec links = {0};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct named_menu *menu = names_menu(visit->names, keys[i], visit->language->code);

		if (menu)
			add_menu_lines(visit, menu->links, menu->link_count, 1, shown, &links);
		for (size_t at = 0; i == 0 && at < links.len; at += LINK_COUNT)
			map_put(shown, links.at[at + LINK_url].text, shown);
	}
	if (links.len == 0)
		add_top_pages(visit, &links);
	record[PAGE_menu] = links_value(&links);
	record[PAGE_has_menu].flag = links.len > 0;
}

static void fill_titles(const struct visit *visit, const struct page_facts *facts, struct value *record)
{
	struct str name = site_name(visit);
	struct str line = names_text(visit->names, STR("line"), visit->language->code);

	record[PAGE_title].text = str_empty(facts->title) ? name : facts->title;
	record[PAGE_full_title].text = record[PAGE_title].text;
	if (!str_empty(facts->title) || !str_empty(line)) {
		const struct message_arg args[] = {
			MESSAGE_TEXT("title", str_empty(facts->title) ? name : facts->title),
			MESSAGE_TEXT("site", str_empty(facts->title) ? line : name),
		};

		record[PAGE_full_title].text =
			messages_format_str(visit->words, STR("title_site"), args, 2, visit->arena);
	}
	record[PAGE_description].text = facts->description;
	if (facts->no_index)
		record[PAGE_robots].text = STR("noindex, follow");
	if (facts->list || facts->fixed || !str_empty(facts->query))
		record[PAGE_canonical].text = address_absolute(visit, page_address(visit, visit->language, facts));
}

static void fill_addresses(const struct visit *visit, struct value *record)
{
	const struct static_set *statics = visit->site->statics;

	record[PAGE_site_url].text = address_absolute(visit, address_fixed(visit, visit->language, "/"));
	record[PAGE_home_url].text = address_fixed(visit, visit->language, "/");
	if (!visit->site->options.as_files) {
		record[PAGE_opensearch_url].text = address_fixed(visit, visit->language, "/opensearch.xml");
		record[PAGE_search_url].text = address_fixed(visit, visit->language, "/search");
	}
	record[PAGE_archive_url].text = address_fixed(visit, visit->language, "/archive/");
	record[PAGE_favicon_url].text = static_address(statics, STR("favicon.svg"));
	record[PAGE_css_url].text = static_address(statics, STR("crier.css"));
}

struct value *page_base(struct visit *visit, size_t count, const struct page_facts *facts)
{
	struct value *record = arena_array(visit->arena, struct value, count);
	struct str language = visit->language->code;

	record[PAGE_t].object = theme_words(visit->theme, language);
	record[PAGE_lang].text = language;
	record[PAGE_dir].text = visit->language->dir;
	record[PAGE_site_name].text = site_name(visit);
	record[PAGE_og_type].text = STR("website");
	record[PAGE_press].object = site_passage(visit, STR("press"));
	record[PAGE_footer].object = site_passage(visit, STR("footer"));
	fill_addresses(visit, record);
	fill_titles(visit, facts, record);
	fill_languages(visit, facts, record);
	fill_feeds(visit, facts, record);
	fill_sections(visit, facts, record);
	fill_browse(visit, record);
	fill_menu(visit, record);
	return record;
}

struct value_vec crumbs_begin(const struct visit *visit)
{
	struct value_vec crumbs = {0};
	struct value *link = links_add(visit, &crumbs);

	link[LINK_url].text = address_fixed(visit, visit->language, "/");
	link[LINK_label].text = words(visit, STR("front_page"));
	return crumbs;
}

void page_crumbs(struct value *record, const struct value_vec *crumbs)
{
	record[PAGE_crumbs] = links_value(crumbs);
	record[PAGE_has_crumbs].flag = true;
}

static void add_step(const struct visit *visit, struct value_vec *steps, int64_t number, int64_t page,
		     pager_address address_of, const void *context)
{
	const struct message_arg args[] = {MESSAGE_NUMBER("page", number)};
	struct value *step;

	for (int i = 0; i < STEP_COUNT; i++)
		(void)vec_add(steps, visit->arena);
	step = &steps->at[steps->len - STEP_COUNT];
	if (number == 0) {
		step[STEP_gap].flag = true;
		return;
	}
	step[STEP_current].flag = number == page;
	step[STEP_label].text = words_count(visit, number);
	step[STEP_name].text = messages_format_str(visit->words, STR("page_name"), args, 1, visit->arena);
	step[STEP_url].text = address_of(visit, context, number);
}

/* First, last, and two on each side: 1 … 4 5 [6] 7 8 … 48 */
void page_pager(struct visit *visit, struct value *record, int64_t page, int64_t pages, pager_address address_of,
		const void *context)
{
	struct value_vec steps = {0};
	struct value *pager = arena_array(visit->arena, struct value, PAGER_COUNT);
	int64_t last = 0;

	if (pages < 2)
		return;
	for (int64_t number = 1; number <= pages; number = number == 1 && page > 4 ? page - 2 : number + 1) {
		if (number > page + 2 && number < pages)
			number = pages;
		if (number > last + 1)
			add_step(visit, &steps, 0, page, address_of, context);
		add_step(visit, &steps, number, page, address_of, context);
		last = number;
	}
	pager[PAGER_pages] = value_list(steps.at, steps.len / STEP_COUNT);
	record[PAGE_pager].object = pager;
	if (page > 1)
		record[PAGE_previous_url].text = address_of(visit, context, page - 1);
	if (page < pages)
		record[PAGE_next_url].text = address_of(visit, context, page + 1);
}

int page_render(struct visit *visit, enum site_page page, const struct value *record)
{
	template_render(theme_template(visit->theme, page), record, &visit->response->body);
	return 0;
}
