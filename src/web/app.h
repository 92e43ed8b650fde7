/* app: the seam between the web layer and what answers (src/site, src/feeds).
 *
 * An app is a route table, makers of what a worker thread owns (its connection to public.db, its
 * compiled views), and pages for errors. `struct web` puts router, cache, static files and app
 * together; the HTTP server and the tests drive the same three calls:
 *
 *     web_begin   no blocking, microseconds: an answer at once, or "render", or "wait"
 *     web_render  on a worker thread: runs the handler, makes the page, puts it into the cache
 *     page_make_form   on a worker thread: the compressed form that a client prefers, where it is missing
 *
 * web_perform runs a whole request from text to text without a socket.
 */
#ifndef CRIER_WEB_APP_H
#define CRIER_WEB_APP_H

#include "base/clock.h"
#include "base/log.h"
#include "web/answer.h"
#include "web/cache.h"
#include "web/page.h"
#include "web/request.h"
#include "web/response.h"
#include "web/route.h"
#include "web/static.h"

struct web_app {
	void *context; /* `app` in the handlers */
	struct route_table table;

	/* What one worker thread owns; called on that thread. ret_worker may stay NULL where there is nothing. */
	int (*worker_create)(void *context, void **ret_worker, struct err *err);
	void (*worker_destroy)(void *context, void *worker);

	/* A page for status (400, 404, 405, 410, 500, 503) in the language of the request. May be NULL, and may
	 * fail: a plain page stands in. request->route may be NULL. worker may be NULL. */
	int (*error_page)(void *context, void *worker, const struct request *request, int status,
			  struct response *response, struct err *err);
};

/* What /health tells. writable: the store can be reached, so writers are not refused for its sake. degraded: changes
 * cannot be shown though it is, as on a full disk: what is withdrawn now stays up here. ok: pages can be answered, also
 * while the store is away. */
struct web_health {
	bool ok, writable, degraded;
	int64_t since_s;        /* not writable, or degraded: since when; 0: not known */
	int64_t sequence;       /* of the snapshot in use */
	int64_t behind;         /* changes known of and not yet shown */
	int64_t purges_waiting; /* changes of which a cache in front has not been told */
	int64_t purges_since_s; /* the oldest of them */
	int64_t clock_ahead_s;  /* this machine's clock less the database's, where that is too much; 0: it is not */
	int64_t seen_s;         /* when all that the store had was last shown; 0: never since the start */
	struct str version;
};

struct web_settings {
	const struct clock *clock;
	const struct log *log;
	struct cache_settings cache;
	const struct static_set *statics; /* NULL: none */
	const char *tag_header;           /* "xkey" or "Surrogate-Key" for a cache in front; NULL: tags stay inside */
	void (*health)(void *context, struct web_health *ret_health); /* NULL: ok, no version */
	void *health_context;
};

struct web;

/* Keeps pointers into app and settings: both live longer than web. ERR_INPUT for a table that is not right. */
int web_create(const struct web_settings *settings, const struct web_app *app, struct web **ret_web, struct err *err);
void web_destroy(struct web *web);        /* NULL is fine; no request may be under way */
struct cache *web_cache(struct web *web); /* for invalidation */
const struct web_app *web_app_of(const struct web *web);
const struct clock *web_clock(const struct web *web);
const struct answer_settings *web_answer_settings(const struct web *web);

/* Static files and cached pages by their exact target, for GET and HEAD: the fast way, no parsing. A page of the
 * caller's own, or NULL. */
struct page *web_find(struct web *web, struct str target, int64_t now_s);

/* request has method_name, target, headers, now_s, arena. */
enum web_next {
	WEB_ANSWER, /* *ret_page is the caller's */
	WEB_RENDER, /* call web_render on a worker, once, with *ret_flight (NULL for what is not cached) */
	WEB_WAIT,   /* waiter->done will be called, once, from another thread */
};
enum web_next web_begin(struct web *web, struct request *request, struct cache_waiter *waiter, struct page **ret_page,
			struct flight **ret_flight);

/* Always gives a page: an error page where the handler failed. */
struct page *web_render(struct web *web, void *worker, struct request *request, struct flight *flight);

/* In place of web_render, where nobody can render now: gives up the flight and answers 503 to all. */
struct page *web_refuse(struct web *web, struct request *request, struct flight *flight, int status);

/* In place of web_render, where this request is not to be served but others may be: who waits begins again. */
void web_give_up(struct web *web, const struct request *request, struct flight *flight);

/* A page of the plain kind, without the app: for requests that never get as far as a route. */
struct page *web_plain(int status);

/* One HTTP/1.1 request as text in, the whole answer as text out (both in arena): head, empty line, body.
 * Renders on this thread with worker. ERR_INPUT where the text ends within the head; chunks are not decoded. */
int web_perform(struct web *web, void *worker, struct str request_text, struct arena *arena, struct str *ret_answer,
		struct err *err);

#endif
