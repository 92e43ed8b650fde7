/* route: the addresses of a surface as one table; what is not declared does not exist.
 *
 *     static const struct route_param list_params[] = {{"kind", PARAM_SLUG}, {"page", PARAM_PAGE}, {0}};
 *     static const struct route routes[] = {
 *             {"front", ROUTE_GET, "/", list_params, show_front},
 *             {"topic", ROUTE_GET, "/topic/{slug}/", list_params, show_topic},
 *             {"item", ROUTE_GET, "/{year}/{month}/{slug}/", NULL, show_item},
 *             {"old", ROUTE_GET, "/{rest}", NULL, show_imported},
 *     };
 *
 * The first route that fits wins, so literal ones stand before captures; {rest} (one or more segments,
 * with or without ending slash; its capture is the normal form of the whole local path) is tried last
 * wherever it stands. Where nothing fits an address without ending slash but a route fits with it, the
 * client is redirected there: at once, or, where there is a {rest}, when its handler answers
 * WEB_NOT_FOUND. Patterns: segments are literal text or one capture {name} or {name:type};
 * a type stands for itself as a name. Literals are written decoded.
 *
 *     slug    letters, digits, - _ . ~ and what is not ASCII; at most LIMIT_SLUG_BYTES; not . or ..
 *     year    1000–9999     month 01–12     day 01–31     number 1–999999999, no leading zero
 *     file    ASCII letters, digits, . _ -; at most 200; does not start with a dot
 *     id      a–z 0–9 and -; at most 64
 *     rest    everything that is left
 *
 * A feed below a list is a route of its own: "/topic/{slug}/feed.rss".
 *
 * Query parameters: unknown ones, empty or repeated ones, ones that fail their type and ones in
 * another order than declared lead to a redirect to the normal form, so that one page has one
 * address and the cache cannot be filled with spellings. PARAM_PAGE drops "1".
 *
 * Languages: the first has no prefix; the others live below /{code}/. A prefix of the first
 * redirects to the address without. Codes compare without regard to case, redirecting to the
 * listed spelling.
 */
#ifndef CRIER_WEB_ROUTE_H
#define CRIER_WEB_ROUTE_H

#include "web/request.h"
#include "web/response.h"

enum param_type {
	PARAM_SLUG,
	PARAM_YEAR,
	PARAM_MONTH,
	PARAM_NUMBER,
	PARAM_PAGE, /* a number from 2 to 99999999; 1 is the address without it */
	PARAM_TEXT, /* UTF-8, white space trimmed and collapsed, at most LIMIT_SEARCH_BYTES (cut at a code point) */
	PARAM_ID,
};

struct route_param {
	const char *name; /* NULL ends a list */
	enum param_type type;
};

enum route_methods { ROUTE_GET = 1, ROUTE_POST = 2 }; /* GET answers HEAD too */
enum route_who { WHO_ANYONE };                        /* further roles come with the desk */

/* Fills response and returns 0; or WEB_NOT_FOUND, WEB_GONE (the app's error page with that status);
 * or a negative code: 503 for ERR_DB_AWAY, ERR_DB_AGAIN and ERR_STOPPED, else 500, logged once by the server.
 * sequence, fresh_until_s and tags that the handler had set hold for the error page too (set them before it
 * answers WEB_NOT_FOUND, so that the page goes when something appears). Every change drops older "not there" pages
 * and redirects.
 * app and worker are what web/app.h was given. */
#define WEB_NOT_FOUND 404
#define WEB_GONE      410
typedef int (*route_handler)(void *app, void *worker, const struct request *request, struct response *response,
			     struct err *err);

struct route {
	const char *name; /* for metrics and tests: a-z and _ */
	unsigned methods; /* of enum route_methods */
	const char *pattern;
	const struct route_param *params; /* NULL: none */
	route_handler handler;
	enum route_who who;
};

struct route_table {
	const struct route *routes;
	size_t count;
	const struct str *languages; /* BCP 47, as written in addresses; the first has no prefix */
	size_t language_count;       /* at least 1 */
};

/* Checks the table itself: patterns, counts, names. ERR_INPUT names the route. Call once at start. */
int route_table_check(const struct route_table *table, struct err *err);

/* Fills language, local_path, route, captures, params, key. */
#define ROUTE_MOVED      1 /* *ret_location has the address to redirect to */
#define ROUTE_NOT_FOUND  2 /* language is filled, key is the normal path */
#define ROUTE_BAD_METHOD 3 /* *ret_location has the value for Allow */
int route_match(const struct route_table *table, struct request *request, struct str *ret_location);

/* Whether its page is one that few others will ask for, so that making it is lost work but for this reader: free words,
 * or two filters and more. After route_match. */
bool request_is_rare(const struct request *request);

/* Whether text is a value of the type that a capture names, such as "slug"; for tests and importers. */
bool route_value_ok(const char *type, struct str text);

#endif
