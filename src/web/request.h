/* request: what a client asks, as plain values; no library, no socket.
 *
 * request_parse makes one from method, target and headers and answers what is wrong with them;
 * route_match (web/route.h) then fills language, route, captures and query. Handlers read it and
 * never change it. Everything in it lives in the request's arena or in memory of the connection
 * that outlives the request; keep nothing from it.
 *
 * The scheme and the host that a client names are not here: they are not to be trusted. Absolute
 * addresses are built from the configured address of the site.
 *
 * Paths are taken strictly: each percent sign starts an escape, the decoded bytes are UTF-8 in
 * shortest form without control characters, slash and backslash cannot be written as escapes. Two
 * spellings that RFC 3986 section 6.2.2 calls equivalent give the same normal form at once; dot
 * segments and doubled slashes are answered with a redirect to the normal form.
 */
#ifndef CRIER_WEB_REQUEST_H
#define CRIER_WEB_REQUEST_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum web_method { WEB_GET, WEB_HEAD, WEB_POST, WEB_PUT, WEB_DELETE, WEB_OTHER_METHOD };

#define REQUEST_SEGMENTS 32 /* more path segments than this: 400 */
#define REQUEST_CAPTURES 6  /* captures of one route */
#define REQUEST_PARAMS   16 /* declared query parameters of one route */

struct header {
	struct str name, value;
};

struct route;

struct request {
	enum web_method method;
	struct str method_name; /* as sent */
	struct str target;      /* as sent: path and query */
	struct str raw_query;   /* as sent, behind the question mark */
	const struct header *headers;
	size_t header_count;
	struct str body;
	int64_t now_s; /* the one time of this request: ask no clock */
	struct arena *arena;

	/* from request_parse */
	struct str path;      /* normal form of the whole path, percent-encoded, language prefix included */
	bool moved;           /* the client wrote it otherwise (dot segments, doubled slashes): redirect to path */
	struct str *segments; /* decoded; an ending slash adds none; "/" has none */
	size_t segment_count;
	bool folder; /* the path ends with a slash */

	/* from route_match */
	size_t language;       /* index into the list of languages */
	struct str local_path; /* normal form without the language prefix; begins with a slash */
	const struct route *route;
	struct str captures[REQUEST_CAPTURES]; /* in the order of the pattern */
	struct str params[REQUEST_PARAMS];     /* in the order of route->params; empty where absent */
	bool slash_fits;                       /* {rest} matched, but so would the address with an ending slash */
	struct str key;                        /* path and query in normal form: the page's name in the cache */
};

/* What request_parse answers besides 0: the HTTP status that fits. */
#define REQUEST_BAD             400
#define REQUEST_TARGET_TOO_LONG 414

/* The first value of a header, name without regard to case; empty where absent. */
struct str request_header(const struct request *request, struct str name);

/* A capture or query parameter by its name in the route; asserts that the route declares it. */
struct str request_capture(const struct request *request, const char *name);
struct str request_param(const struct request *request, const char *name);
int64_t request_param_number(const struct request *request, const char *name, int64_t absent);

/* Fills path, segments, folder, moved, raw_query from target; method_name, target, arena are set by
 * the caller. An absolute-form target ("http://host/path") is read for its path. */
int request_parse(struct request *request);
enum web_method request_method(struct str name);

/* Appends segments in normal form: "/a/b" and, for a folder, a slash. */
void request_put_path(struct buf *out, const struct str *segments, size_t count, bool folder);

/* Decodes percent escapes (and, for queries, + as space) into ret_text, at most raw.len bytes.
 * False for broken escapes, control characters and text that is not UTF-8. */
bool request_unescape(struct str raw, bool query, struct arena *arena, struct str *ret_text);

#endif
