#include "site/addresses.h"

#include "feeds/sitemap.h"
#include "site/list.h"

#define AT_ONCE 500 /* entries, old addresses */

/* A visit without a request: its own stands first, so that the handler finds the rest. */
struct walk {
	struct request request;
	site_address_found *found;
	void *context;
};

static int emit(const struct visit *visit, struct str address, struct err *err)
{
	const struct walk *walk = (const struct walk *)visit->request;

	return walk->found(walk->context, address, err);
}

/* Lists ------------------------------------------------------------------------------------------- */

static int64_t count_pages(const struct visit *visit, const struct list *list)
{
	struct catalogue_filter filter;
	CATALOGUE_SET_SCOPED set = NULL;
	size_t each = visit->site->options.page_items, pages;

	list_filter(visit, list, &filter);
	set = catalogue_select(visit->snapshot, &filter);
	pages = (catalogue_count(set) + each - 1) / each;
	return pages > 1 ? (int64_t)pages : 1;
}

static int emit_list(struct visit *visit, const struct list *list, struct err *err)
{
	struct arena_mark mark = arena_mark(visit->arena);
	int64_t pages = count_pages(visit, list);
	int rc = 0;

	for (int64_t page = 1; page <= pages && rc == 0; page++) {
		rc = emit(visit, address_list(visit, visit->language, list, page), err);
		if (page > 1)
			arena_release(visit->arena, mark);
	}
	for (enum feed_format format = 0; format < FEED_FORMATS && rc == 0; format++)
		rc = emit(visit, address_feed(visit, visit->language, list, format), err);
	arena_release(visit->arena, mark);
	return rc;
}

/* A list that is known in one language has a page in all of them. */
static int emit_known(struct visit *visit, const struct list *list, struct err *err)
{
	int rc = 0;

	if (!list_is_known(visit, list))
		return 0;
	for (size_t i = 0; i < visit->site->options.language_count && rc == 0; i++) {
		const struct site_language *language = &visit->site->languages[i];

		visit_speak(visit, language);
		if (list->primary != FILTER_YEAR && list->primary != FILTER_MONTH &&
		    str_empty(filter_slug(visit, language, list, list->primary)))
			continue;
		rc = emit_list(visit, list, err);
	}
	return rc;
}

static int emit_terms(struct visit *visit, struct err *err)
{
	const struct named_term *terms;
	size_t count = names_terms(visit->names, &terms);
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++) {
		struct list list = {.primary = filter_of_vocabulary(terms[i].vocabulary)};

		if (list.primary == FILTER_NONE)
			continue;
		list.terms[list.primary] = &terms[i];
		rc = emit_known(visit, &list, err);
	}
	return rc;
}

static int emit_named(struct visit *visit, struct err *err)
{
	const struct named_kind *kinds;
	const struct named_place *places;
	const struct named_contributor *people;
	size_t count = names_kinds(visit->names, &kinds);
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = emit_known(visit, &(struct list){.primary = FILTER_KIND, .kind = &kinds[i]}, err);
	count = names_places(visit->names, &places);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = emit_known(visit, &(struct list){.primary = FILTER_PLACE, .place = &places[i]}, err);
	count = names_contributors(visit->names, &people);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = emit_known(visit, &(struct list){.primary = FILTER_PERSON, .person = &people[i]}, err);
	return rc ? rc : emit_terms(visit, err);
}

static int emit_dates(struct visit *visit, struct err *err)
{
	CATALOGUE_SET_SCOPED set =
		catalogue_select(visit->snapshot, &(struct catalogue_filter){.language = CATALOGUE_EVERY_LANGUAGE});
	struct catalogue_facets years = catalogue_facets(set, CATALOGUE_YEAR, NULL, 0, visit->arena);
	struct catalogue_facets months = catalogue_facets(set, CATALOGUE_MONTH, NULL, 0, visit->arena);
	int rc = 0;

	for (size_t i = 0; i < years.len && rc == 0; i++)
		rc = emit_known(visit, &(struct list){.primary = FILTER_YEAR, .year = (int)years.at[i].key}, err);
	for (size_t i = 0; i < months.len && rc == 0; i++)
		rc = emit_known(visit,
				&(struct list){.primary = FILTER_MONTH,
					       .year = (int)(months.at[i].key / 100),
					       .month = (int)(months.at[i].key % 100)},
				err);
	return rc;
}

/* The rest ---------------------------------------------------------------------------------------- */

static int emit_front(struct visit *visit, const struct site_language *language, struct err *err)
{
	static const char *const fixed[] = {"/topic/", "/place/", "/campaign/", "/tag/", "/person/", "/archive/"};
	int rc;

	visit_speak(visit, language);
	rc = emit_list(visit, &(struct list){.primary = FILTER_NONE}, err);
	for (size_t i = 0; i < sizeof fixed / sizeof *fixed && rc == 0; i++)
		rc = emit(visit, address_fixed(visit, language, fixed[i]), err);
	if (rc == 0 && !visit->site->options.as_files)
		rc = emit(visit, address_fixed(visit, language, "/opensearch.xml"), err);
	return rc;
}

static int emit_entries(struct visit *visit, const struct catalogue_set *set, struct err *err)
{
	int64_t ids[AT_ONCE];
	size_t offset = 0, count, found = 0;
	int rc = 0;

	while (rc == 0 && (count = catalogue_page(set, offset, AT_ONCE, ids)) > 0) {
		struct arena_mark mark = arena_mark(visit->arena);
		struct address *at = NULL;

		rc = public_addresses(visit->worker->public, visit->snapshot, ids, count, visit->arena, &at, &found,
				      err);
		for (size_t i = 0; i < found && rc == 0; i++)
			rc = emit(visit, address_path(visit, at[i].path), err);
		arena_release(visit->arena, mark);
		offset += count;
	}
	return rc;
}

static int emit_machine(struct visit *visit, const struct catalogue_set *set, struct err *err)
{
	size_t parts = sitemap_parts(catalogue_count(set));
	int rc = emit(visit, STR("/sitemap.xml"), err);

	for (size_t part = 1; part <= parts && part <= SITEMAP_PARTS_MAX && rc == 0; part++)
		rc = emit(visit, arena_printf(visit->arena, "/sitemap-%zu.xml", part), err);
	if (rc == 0)
		rc = emit(visit, STR("/news-sitemap.xml"), err);
	if (rc == 0)
		rc = emit(visit, STR("/robots.txt"), err);
	if (rc == 0 && !str_empty(visit->site->options.security_contact))
		rc = emit(visit, STR("/.well-known/security.txt"), err);
	return rc;
}

static int walk_all(struct visit *visit, struct err *err)
{
	CATALOGUE_SET_SCOPED set =
		catalogue_select(visit->snapshot, &(struct catalogue_filter){.language = CATALOGUE_EVERY_LANGUAGE,
									     .scope = CATALOGUE_ALL});
	int rc = 0;

	for (size_t i = 0; i < visit->site->options.language_count && rc == 0; i++)
		rc = emit_front(visit, &visit->site->languages[i], err);
	if (rc == 0)
		rc = emit_machine(visit, set, err);
	if (rc == 0)
		rc = emit_named(visit, err);
	if (rc == 0)
		rc = emit_dates(visit, err);
	return rc ? rc : emit_entries(visit, set, err);
}

static int walk_old(struct visit *visit, struct err *err)
{
	ARENA_SCOPED last = arena_create(0);
	struct str after = STR("");
	size_t count = AT_ONCE;
	int rc = 0;

	while (rc == 0 && count == AT_ONCE) {
		struct arena_mark mark = arena_mark(visit->arena);
		struct str *paths = NULL;

		rc = public_old_paths(visit->worker->public, after, AT_ONCE, visit->arena, &paths, &count, err);
		for (size_t i = 0; i < count && rc == 0; i++)
			rc = emit(visit, paths[i], err);
		if (rc == 0 && count > 0) {
			arena_clear(last);
			after = arena_str(last, paths[count - 1]);
		}
		arena_release(visit->arena, mark);
	}
	return rc;
}

static int run(struct site *site, void *worker, struct walk *walk, visit_handler handler, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	RESPONSE_SCOPED response;

	response_init(&response, arena);
	walk->request.arena = arena;
	return visit(site, worker, &walk->request, &response, handler, err);
}

int site_addresses(struct site *site, void *worker, int64_t now_s, site_address_found *found, void *context,
		   struct err *err)
{
	struct walk walk = {{.now_s = now_s}, found, context};

	return run(site, worker, &walk, walk_all, err);
}

int site_old_addresses(struct site *site, void *worker, int64_t now_s, site_address_found *found, void *context,
		       struct err *err)
{
	struct walk walk = {{.now_s = now_s}, found, context};

	return run(site, worker, &walk, walk_old, err);
}

int site_worker_hold(void *worker, public_work *work, void *context, struct err *err)
{
	struct site_worker *mine = worker;

	return public_hold(mine->public, work, context, err);
}
