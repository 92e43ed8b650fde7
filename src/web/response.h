/* response: what a handler answers, as plain values.
 *
 * A handler gets one that is initialised (status 200, HTML, public, empty), fills it and returns;
 * the server makes a page of it (web/page.h), which takes the body and the file over. Strings may
 * live in the request's arena: the page copies them.
 *
 * What must never be in one: a header that names when something scheduled will appear. Freshness is
 * given by fresh_until_s and stays inside the server.
 */
#ifndef CRIER_WEB_RESPONSE_H
#define CRIER_WEB_RESPONSE_H

#include "base/buf.h"
#include "base/vec.h"
#include "web/request.h"

enum cache_policy {
	CACHE_PUBLIC,    /* page cache; shared caches to the next full minute; browsers ask again */
	CACHE_NO_STORE,  /* nowhere */
	CACHE_IMMUTABLE, /* a year everywhere: addresses that name their content (not put in the page cache) */
};

struct response {
	int status;
	struct str content_type; /* "text/html; charset=utf-8" from the start */
	struct buf body;         /* born with LIMIT_PAGE_BYTES; going over is a 500 */

	int file_fd; /* -1, or an open file that is sent instead of body; taken over by the server */
	int64_t file_offset, file_bytes;
	struct str file_sha256; /* hex, of the file's whole content: its entity tag; empty: it has none */

	bool no_folder;      /* of a handler that finds nothing: with an ending slash there would be nothing either */
	struct str location; /* redirects: a path of this site, or an absolute address that the store holds */
	VEC(struct header) headers; /* further ones; never the names that web/answer.h writes itself */
	struct str_vec tags;        /* what this answer depends on: "e12", "t7", "len", "s" … */

	enum cache_policy policy;
	int64_t fresh_until_s;   /* valid while now < this; INT64_MAX (from the start): nothing is pending */
	int64_t last_modified_s; /* 0: not told */
	int64_t sequence;        /* of the projection it was rendered from */
	struct arena *arena;
};

void response_init(struct response *response, struct arena *arena);
void response_finish(struct response *response); /* frees the body, closes the file */
#define RESPONSE_SCOPED __attribute__((cleanup(response_finish))) struct response

void response_add_header(struct response *response, struct str name, struct str value);
void response_tag(struct response *response, const char *format, ...) __attribute__((format(printf, 2, 3)));
void response_redirect(struct response *response, int status, struct str location); /* 301, 302, 303, 307 or 308 */
void response_file(struct response *response, int fd, int64_t offset, int64_t bytes, struct str content_type);
/* After response_file: the hash of its content, in hex, makes a strong entity tag. */
void response_file_hash(struct response *response, struct str sha256);

/* A page that needs nothing: the status and its name in plain HTML. For when the app cannot answer. */
void response_plain(struct response *response, int status);

const char *status_phrase(int status); /* RFC 9110 section 15; "" for others */

#endif
