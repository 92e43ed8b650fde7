/* The addresses of the public site. */
#include "site/routes.h"

#include "site/list.h"

/* Lists: the page, and a feed in each format. Parameters are those filters that the path does not set. */

static int show_list(struct visit *visit, enum filter primary, struct err *err)
{
	struct list list;
	int rc = list_read(visit, primary, &list);

	if (rc)
		return rc == LIST_MOVED ? 0 : rc;
	return list_show(visit, &list, request_param_number(visit->request, "page", 1), err);
}

static int show_feed(struct visit *visit, enum filter primary, enum feed_format format, struct err *err)
{
	struct list list;
	int rc = list_read(visit, primary, &list);

	if (rc == LIST_MOVED) {
		response_redirect(visit->response, 301, address_feed(visit, visit->language, &list, format));
		return 0;
	}
	return rc ? rc : list_feed(visit, &list, format, err);
}

/* A word at the top is a kind or an imported page; kinds come first, pages that clash keep other addresses. */
int show_kind_or_path(struct visit *visit, struct err *err)
{
	struct str slug = request_capture(visit->request, "slug");

	if (names_kind_slug(visit->names, visit->language->code, slug))
		return show_list(visit, FILTER_KIND, err);
	return show_path(visit, err);
}

/* Whether a page of ours stands at the top under that name, with a slash behind it. */
static bool is_folder(const struct visit *visit, struct str name)
{
	for (enum filter filter = FILTER_TOPIC; filter <= FILTER_PERSON; filter++)
		if (str_eq(name, str_from(filter_name(filter))))
			return true;
	return str_eq(name, STR("archive")) || names_kind_slug(visit->names, visit->language->code, name);
}

/* A name at the top without a slash behind it: a part of the sitemap, an imported address, or a slip. */
int show_name(struct visit *visit, struct err *err)
{
	struct str name = request_capture(visit->request, "name"), begin = STR("sitemap-"), end = STR(".xml");
	int64_t part;
	int rc;

	if (str_starts(name, begin) && str_ends(name, end) && visit->language == &visit->site->languages[0] &&
	    name.len > begin.len + end.len && name.ptr[begin.len] >= '1' && name.ptr[begin.len] <= '9' &&
	    str_to_i64(str_sub(name, begin.len, name.len - begin.len - end.len), &part))
		return show_sitemap(visit, part, err);
	rc = show_path(visit, err);
	if (rc != WEB_NOT_FOUND || !is_folder(visit, name))
		return rc;
	response_redirect(visit->response, 301, arena_printf(visit->arena, "%.*s/", STR_ARG(visit->request->path)));
	return 0;
}

/* What belongs to the whole house stands once, below no language. */
static int show_once(struct visit *visit, visit_handler show, struct err *err)
{
	return visit->language == &visit->site->languages[0] ? show(visit, err) : WEB_NOT_FOUND;
}

#define HANDLER(name, call)                                                                                            \
	static int name##_visit(struct visit *visit, struct err *err)                                                  \
	{                                                                                                              \
		return call;                                                                                           \
	}                                                                                                              \
	static int name##_route(void *app, void *worker, const struct request *request, struct response *response,     \
				struct err *err)                                                                       \
	{                                                                                                              \
		return visit(app, worker, request, response, name##_visit, err);                                       \
	}

#define LIST_HANDLERS(name, primary)                                                                                   \
	HANDLER(name##_rss, show_feed(visit, primary, FEED_RSS, err))                                                  \
	HANDLER(name##_atom, show_feed(visit, primary, FEED_ATOM, err))                                                \
	HANDLER(name##_json, show_feed(visit, primary, FEED_JSON, err))

/* Without page: feeds. */
#define FEED_PARAMS(...)                                                                                               \
	{                                                                                                              \
		__VA_ARGS__                                                                                            \
		{                                                                                                      \
			NULL, PARAM_SLUG                                                                               \
		}                                                                                                      \
	}
#define PAGE_PARAMS(...)                                                                                               \
	{                                                                                                              \
		__VA_ARGS__{"page", PARAM_PAGE},                                                                       \
		{                                                                                                      \
			NULL, PARAM_SLUG                                                                               \
		}                                                                                                      \
	}

#define P_KIND     {"kind", PARAM_SLUG},
#define P_TOPIC    {"topic", PARAM_SLUG},
#define P_PLACE    {"place", PARAM_SLUG},
#define P_CAMPAIGN {"campaign", PARAM_SLUG},
#define P_TAG      {"tag", PARAM_SLUG},
#define P_PERSON   {"person", PARAM_SLUG},
#define P_YEAR     {"year", PARAM_YEAR},
#define P_MONTH    {"month", PARAM_MONTH},
#define P_OLD                                                                                                          \
	{"p", PARAM_NUMBER}, {"page_id", PARAM_NUMBER}, {"attachment_id", PARAM_NUMBER}, {"s", PARAM_TEXT},            \
		{"feed", PARAM_SLUG},

#define ALL_PARAMS      P_KIND P_TOPIC P_PLACE P_CAMPAIGN P_TAG P_PERSON P_YEAR P_MONTH
#define KIND_PARAMS     P_TOPIC P_PLACE P_CAMPAIGN P_TAG P_PERSON P_YEAR P_MONTH
#define TOPIC_PARAMS    P_KIND P_PLACE P_CAMPAIGN P_TAG P_PERSON P_YEAR P_MONTH
#define PLACE_PARAMS    P_KIND P_TOPIC P_CAMPAIGN P_TAG P_PERSON P_YEAR P_MONTH
#define CAMPAIGN_PARAMS P_KIND P_TOPIC P_PLACE P_TAG P_PERSON P_YEAR P_MONTH
#define TAG_PARAMS      P_KIND P_TOPIC P_PLACE P_CAMPAIGN P_PERSON P_YEAR P_MONTH
#define PERSON_PARAMS   P_KIND P_TOPIC P_PLACE P_CAMPAIGN P_TAG P_YEAR P_MONTH
#define YEAR_PARAMS     P_KIND P_TOPIC P_PLACE P_CAMPAIGN P_TAG P_PERSON P_MONTH
#define MONTH_PARAMS    P_KIND P_TOPIC P_PLACE P_CAMPAIGN P_TAG P_PERSON

/* LIST(name, filter, pattern, parameters, parameters of the page alone) */
#define LISTS(LIST)                                                                                                    \
	LIST(front, FILTER_NONE, "/", ALL_PARAMS, P_OLD)                                                               \
	LIST(topic, FILTER_TOPIC, "/topic/{slug}/", TOPIC_PARAMS, )                                                    \
	LIST(place, FILTER_PLACE, "/place/{slug}/", PLACE_PARAMS, )                                                    \
	LIST(campaign, FILTER_CAMPAIGN, "/campaign/{slug}/", CAMPAIGN_PARAMS, )                                        \
	LIST(tag, FILTER_TAG, "/tag/{slug}/", TAG_PARAMS, )                                                            \
	LIST(person, FILTER_PERSON, "/person/{slug}/", PERSON_PARAMS, )                                                \
	LIST(year, FILTER_YEAR, "/archive/{year}/", YEAR_PARAMS, )                                                     \
	LIST(month, FILTER_MONTH, "/archive/{year}/{month}/", MONTH_PARAMS, )                                          \
	LIST(kind, FILTER_KIND, "/{slug}/", KIND_PARAMS, )

#define DECLARE_LIST(name, filter, pattern, params, more)                                                              \
	LIST_HANDLERS(name, filter)                                                                                    \
	static const struct route_param name##_params[] = PAGE_PARAMS(params more);                                    \
	static const struct route_param name##_feed_params[] = FEED_PARAMS(params);

LISTS(DECLARE_LIST)
HANDLER(front, show_front(visit, err))
HANDLER(topic, show_list(visit, FILTER_TOPIC, err))
HANDLER(place, show_list(visit, FILTER_PLACE, err))
HANDLER(campaign, show_list(visit, FILTER_CAMPAIGN, err))
HANDLER(tag, show_list(visit, FILTER_TAG, err))
HANDLER(person, show_list(visit, FILTER_PERSON, err))
HANDLER(year, show_list(visit, FILTER_YEAR, err))
HANDLER(month, show_list(visit, FILTER_MONTH, err))
HANDLER(kind, show_kind_or_path(visit, err))

/* SINGLE(name, pattern, parameters, handler); ONCE: for the whole house */
#define SINGLES(SINGLE, ONCE)                                                                                          \
	SINGLE(topics, "/topic/", NULL, show_topics)                                                                   \
	SINGLE(places, "/place/", NULL, show_places)                                                                   \
	SINGLE(campaigns, "/campaign/", NULL, show_campaigns)                                                          \
	SINGLE(tags, "/tag/", NULL, show_tags)                                                                         \
	SINGLE(people, "/person/", NULL, show_people)                                                                  \
	SINGLE(archive, "/archive/", NULL, show_archive)                                                               \
	SINGLE(search, "/search", search_params, show_search)                                                          \
	SINGLE(search_folder, "/search/", search_params, show_old_search)                                              \
	ONCE(media, "/media/{id}/{file}", NULL, show_media)                                                            \
	ONCE(sitemap, "/sitemap.xml", NULL, show_sitemap_index)                                                        \
	ONCE(news_sitemap, "/news-sitemap.xml", NULL, show_news_sitemap)                                               \
	ONCE(robots, "/robots.txt", NULL, show_robots)                                                                 \
	SINGLE(opensearch, "/opensearch.xml", NULL, show_opensearch)                                                   \
	ONCE(security, "/.well-known/security.txt", NULL, show_security)

static const struct route_param search_params[] = {{"q", PARAM_TEXT}, {"page", PARAM_PAGE}, {NULL, PARAM_TEXT}};

#define DECLARE_SINGLE(name, pattern, params, handler) HANDLER(name, handler(visit, err))
#define DECLARE_ONCE(name, pattern, params, handler)   HANDLER(name, show_once(visit, handler, err))
SINGLES(DECLARE_SINGLE, DECLARE_ONCE)
HANDLER(name, show_name(visit, err))
HANDLER(path, show_path(visit, err))

#define ROUTE_SINGLE(title, path, query, function) {#title, ROUTE_GET, path, query, title##_route, WHO_ANYONE},
#define ROUTE_LIST(title, filter, path, query, more)                                                                   \
	{#title, ROUTE_GET, path, title##_params, title##_route, WHO_ANYONE},                                          \
		{#title "_rss", ROUTE_GET, path "feed.rss", title##_feed_params, title##_rss_route, WHO_ANYONE},       \
		{#title "_atom", ROUTE_GET, path "feed.atom", title##_feed_params, title##_atom_route, WHO_ANYONE},    \
		{#title "_json", ROUTE_GET, path "feed.json", title##_feed_params, title##_json_route, WHO_ANYONE},

static const struct route routes[] = {
	SINGLES(ROUTE_SINGLE, ROUTE_SINGLE)
		LISTS(ROUTE_LIST){"name", ROUTE_GET, "/{name:file}", NULL, name_route, WHO_ANYONE},
	{"path", ROUTE_GET, "/{rest}", NULL, path_route, WHO_ANYONE},
};

struct route_table site_routes(const struct str *languages, size_t language_count)
{
	return (struct route_table){routes, sizeof routes / sizeof *routes, languages, language_count};
}
