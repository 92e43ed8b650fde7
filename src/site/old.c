/* Addresses that sites of other make have everywhere: what readers and feed readers keep of them leads on to ours.
 * Asked only where nothing stands; what nobody may see is as if it were not. */
#include "site/list.h"

#include "text/url.h"

#define NAME_PARTS 4 /* of the longest address of a list, with a language */

/* What is asked of a list: a page, or the feed. */
struct wanted {
	bool is_feed;
	enum feed_format format;
	int64_t page;
};

static bool find_format(struct str name, enum feed_format *ret_format)
{
	if (str_eq(name, STR("rss2")) || str_eq(name, STR("rss")))
		*ret_format = FEED_RSS;
	else if (str_eq(name, STR("atom")))
		*ret_format = FEED_ATOM;
	else
		return false;
	return true;
}

/* ".../feed/", ".../feed/atom/", ".../page/3/": takes the end off. */
static bool read_end(const struct str *parts, size_t *count, struct wanted *wanted)
{
	size_t last = *count - 1;

	if (str_eq(parts[last], STR("feed"))) {
		*wanted = (struct wanted){.is_feed = true, .format = FEED_RSS};
		*count = last;
		return true;
	}
	if (last == 0)
		return false;
	if (str_eq(parts[last - 1], STR("feed")) && find_format(parts[last], &wanted->format))
		wanted->is_feed = true;
	else if (!str_eq(parts[last - 1], STR("page")) || parts[last].len > 8 ||
		 !route_value_ok("number", parts[last]) || !str_to_i64(parts[last], &wanted->page))
		return false;
	*count = last - 1;
	return true;
}

static bool read_date(struct visit *visit, const struct str *parts, size_t count, struct list *list)
{
	if (count < 1 || count > 2 || !route_value_ok("year", parts[0]) ||
	    (count == 2 && !route_value_ok("month", parts[1])))
		return false;
	list->primary = count == 2 ? FILTER_MONTH : FILTER_YEAR;
	return list_set(visit, FILTER_YEAR, parts[0], list) &&
	       (count == 1 || list_set(visit, FILTER_MONTH, parts[1], list));
}

/* The list that has this address here, or had it as a list of dates. */
static bool read_list(struct visit *visit, const struct str *parts, size_t count, struct list *ret_list)
{
	struct list list = {.primary = FILTER_NONE};
	bool found = count == 0;

	if (count == 1 && list_set(visit, FILTER_KIND, parts[0], &list)) {
		list.primary = FILTER_KIND;
		found = true;
	}
	for (enum filter filter = FILTER_TOPIC; filter <= FILTER_PERSON && count == 2 && !found; filter++) {
		if (str_eq(parts[0], str_from(filter_name(filter))) && list_set(visit, filter, parts[1], &list)) {
			list.primary = filter;
			found = true;
		}
	}
	if (!found && count > 0) {
		size_t skip = str_eq(parts[0], STR("archive"));

		found = read_date(visit, parts + skip, count - skip, &list);
	}
	if (found)
		list_tags(visit, &list);
	if (!found || !list_is_known(visit, &list))
		return false;
	*ret_list = list;
	return true;
}

/* "/fr/topic/prisons/", that an imported address leads to. */
static bool read_target(struct visit *visit, struct str target, struct list *ret_list)
{
	const struct site_language *language = NULL;
	struct str parts[NAME_PARTS], part;
	size_t count = 0, skip;

	if (!str_starts(target, STR("/")) || !str_ends(target, STR("/")))
		return false;
	while (str_next(&target, '/', &part)) {
		if (str_empty(part))
			continue;
		if (count == NAME_PARTS)
			return false;
		parts[count++] = part;
	}
	if (count > 0)
		language = site_language(visit->site, parts[0]);
	skip = language ? 1 : 0;
	visit_speak(visit, language ? language : &visit->site->languages[0]);
	return read_list(visit, parts + skip, count - skip, ret_list);
}

/* The list that an imported address leads to. 0 and *ret_found false: none. */
static int find_imported(struct visit *visit, const struct str *parts, size_t count, struct list *ret_list,
			 bool *ret_found, struct err *err)
{
	BUF_SCOPED out = BUF_INIT(LIMIT_PATH_BYTES * 4);
	struct found found = {0};
	struct str path;
	int rc;

	buf_put(&out, visit->language->prefix);
	request_put_path(&out, parts, count, true);
	path = url_path_normalise(buf_copy(&out, visit->arena), visit->arena);
	rc = public_find(visit->worker->public, visit->snapshot, path, visit->arena, &found, err);
	if (rc < 0)
		return rc;
	*ret_found = rc == PUBLIC_REDIRECT && (str_empty(found.target) ? list_of_found(visit, &found, ret_list)
								       : read_target(visit, found.target, ret_list));
	return 0;
}

static void lead_to(struct visit *visit, const struct list *list, const struct wanted *wanted)
{
	response_redirect(visit->response, 301,
			  wanted->is_feed ? address_feed(visit, visit->language, list, wanted->format)
					  : address_list(visit, visit->language, list, wanted->page));
}

static bool is_sitemap(const struct request *request)
{
	return str_eq(request->local_path, STR("/wp-sitemap.xml")) ||
	       str_eq(request->local_path, STR("/sitemap_index.xml"));
}

/* Of a site that is written as files: a further page of a list stands there. */
static bool is_file_of_list(const struct visit *visit, const struct list *list, const struct wanted *wanted)
{
	return visit->site->options.as_files && !wanted->is_feed && wanted->page > 1 &&
	       str_eq(visit->request->path, address_list(visit, visit->language, list, wanted->page));
}

int show_old(struct visit *visit, struct err *err)
{
	const struct str *parts = visit->request->segments;
	size_t count = visit->request->segment_count;
	struct wanted wanted = {.page = 1};
	struct list list;
	bool found, ended;
	int rc = 0;

	if (is_sitemap(visit->request)) {
		response_redirect(visit->response, 301, STR("/sitemap.xml"));
		return 0;
	}
	if (count == 0)
		return WEB_NOT_FOUND;
	ended = read_end(parts, &count, &wanted);
	if (!ended && !route_value_ok("year", parts[0])) {
		/* "/topic/none": to be told so at once, not to be led to "/topic/none/" first */
		visit->response->no_folder = visit->request->slash_fits && !read_list(visit, parts, count, &list);
		return WEB_NOT_FOUND;
	}
	found = read_list(visit, parts, count, &list);
	if (!found && ended && count > 0)
		rc = find_imported(visit, parts, count, &list, &found, err);
	if (rc)
		return rc;
	if (!found)
		return WEB_NOT_FOUND;
	if (is_file_of_list(visit, &list, &wanted))
		return list_show(visit, &list, wanted.page, err);
	lead_to(visit, &list, &wanted);
	return 0;
}

int show_old_query(struct visit *visit)
{
	const struct list front = {.primary = FILTER_NONE};
	struct str query = request_param(visit->request, "s");
	struct wanted wanted = {.page = 1};

	if (!str_empty(query)) {
		response_redirect(visit->response, 301, address_search(visit, visit->language, query, 1));
		return 0;
	}
	wanted.is_feed = find_format(request_param(visit->request, "feed"), &wanted.format);
	lead_to(visit, &front, &wanted);
	return 0;
}

/* "/search/?q=…": pages that stand there come first. */
int show_old_search(struct visit *visit, struct err *err)
{
	int rc = show_path(visit, err);

	if (rc != WEB_NOT_FOUND || visit->site->options.as_files)
		return rc;
	response_redirect(visit->response, 301,
			  address_search(visit, visit->language, request_param(visit->request, "q"), 1));
	return 0;
}
