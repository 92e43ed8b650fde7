/* answer: what is sent for a page to one who asks, by the rules of HTTP. Pure: no socket, no clock.
 *
 * answer_choose decides: the coding (RFC 9110 section 12.5.3), whether the client has it already
 * (sections 13.1.2 and 13.1.3), whether a part is wanted (section 14, single ranges of the identity
 * coding, section 13.1.5 for If-Range). answer_headers writes the header fields that belong to it, all but
 * Date, Content-Length and Connection, which are the transport's.
 *
 * Every answer carries the security headers. Cache-Control tells shared caches to keep a public
 * page to the end of the running minute, whatever is scheduled; browsers are told to ask again.
 */
#ifndef CRIER_WEB_ANSWER_H
#define CRIER_WEB_ANSWER_H

#include "web/page.h"

/* The headers that matter here, as sent; empty where absent. */
struct ask {
	bool head;
	bool http10;
	struct str accept_encoding, if_none_match, if_modified_since, range, if_range;
};

struct ask ask_from(const struct request *request);

struct answer {
	int status; /* 200 …, 206, 304, 416 */
	enum coding coding;
	const struct form *form; /* NULL for a file */
	char etag[ETAG_BYTES];   /* empty: none */
	int64_t offset, bytes;   /* the part of the body that is sent; bytes 0 with 304 and 416 */
	int64_t total_bytes;     /* of the whole representation */
	bool plain;              /* nothing of the request but coding shaped it: it may be kept ready */
};

/* The coding that the client prefers among those the page can be sent in. */
enum coding answer_coding(const struct page *page, const struct ask *ask);

/* Uses the form of that coding; where it is not made yet, the identity form, which is made where a large page was kept
 * without it: have it made by a worker before. */
void answer_choose(struct page *page, const struct ask *ask, struct answer *ret_answer);

struct answer_settings {
	const char *tag_header; /* NULL: none */
};

typedef void (*answer_put)(void *context, const char *name, struct str value);
void answer_headers(const struct page *page, const struct answer *answer, const struct answer_settings *settings,
		    int64_t now_s, answer_put put, void *context);

/* The seconds that shared caches are told: to the next full minute, 1–60. */
int64_t answer_shared_age_s(int64_t now_s);

#endif
