/* exchange: what a connection has only while a request is under way, and that request. Inside src/http only.
 *
 * A connection that waits for its next request has none, so it costs little more than its socket. Each thread keeps
 * some that were used, so that a request costs no allocation.
 */
#ifndef CRIER_HTTP_EXCHANGE_H
#define CRIER_HTTP_EXCHANGE_H

#include "http/metrics.h"
#include "http/queue.h"
#include "http/server.h"
#include "web/body.h"
#include "web/head.h"

#define FIELDS_MOST 64

struct exchange {
	struct exchange *next; /* among those that are spare */
	struct connection *connection;

	/* what was read: the request's first byte, the first that was not used, the end */
	size_t from, used, end, room;

	struct head head;
	struct ask ask;
	bool is_get;
	bool close;  /* after this answer */
	bool drops;  /* bytes may come that nobody will read: linger before closing */
	bool silent; /* neither counted nor logged */
	int64_t started_us;
	struct page *page;
	enum outcome outcome;
	enum coding wanted;

	/* the answer on its way; offset and left are of the body */
	struct answer answer;
	struct buf out; /* its head */
	size_t out_sent;
	int64_t offset, left;

	/* what only a miss or a body needs */
	struct arena *arena;
	struct request request;
	struct body body;
	struct buf content;
	struct flight *flight;
	struct cache_waiter waiter;
	struct job job;

	struct header fields[FIELDS_MOST];
	char bytes[];
};

struct exchange *exchange_create(const struct http_settings *settings, const struct strict_limits *limits);
void exchange_destroy(struct exchange *exchange); /* NULL is fine */

/* For the next request: what was read and not used stays. */
void exchange_begin(struct exchange *exchange, const struct strict_limits *limits);
void exchange_end(struct exchange *exchange); /* gives back all that the request held */

#endif
