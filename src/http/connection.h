/* connection: one client's socket and the request under way on it. Inside src/http only.
 *
 * Made when libmicrohttpd accepts, freed when it closes; its threads:
 * - the HTTP thread of the connection runs the callbacks below;
 * - while the connection is suspended, a worker (or the leader of a flight) owns request and page;
 * - the sweeper reads phase and deadline and cuts, under the list's lock.
 *
 * Going on after a suspension: the HTTP thread suspends and the other side delivers, in either
 * order; the second of the two at the gate resumes. So nothing is resumed that is not suspended.
 */
#ifndef CRIER_HTTP_CONNECTION_H
#define CRIER_HTTP_CONNECTION_H

#include "http/metrics.h"
#include "http/queue.h"
#include "http/server.h"
#include "web/strict.h"

#include <microhttpd.h>

#define FIELDS_MOST 64

/* PHASE_HEAD: nothing, or not the whole head, has come. PHASE_CUT: the sweeper has shut the socket down. */
enum phase { PHASE_HEAD, PHASE_BODY, PHASE_WORK, PHASE_SEND, PHASE_CUT };

struct connection {
	struct http_server *server;
	struct MHD_Connection *mhd;
	int fd;
	struct connection *next, *previous; /* in the server's list */
	_Atomic int phase;
	_Atomic int64_t deadline_us, since_us; /* since_us: of the phase */

	/* the request under way */
	struct buf target;
	int64_t started_us;
	_Atomic bool asking; /* the request line has come */
	bool begun, is_get;
	struct str method; /* in libmicrohttpd's memory */
	struct strict strict;
	struct ask ask;
	struct page *page;
	enum outcome outcome;
	int status;
	int64_t sent_bytes;

	/* what only a miss or a body needs */
	struct arena *arena;
	struct request request;
	struct buf body;
	struct flight *flight;
	struct cache_waiter waiter;
	struct job job;
	_Atomic int gate;
	enum coding wanted;
};

struct http_server {
	struct http_settings settings;
	struct strict_limits limits;
	struct MHD_Daemon *daemon, *metrics_daemon;
	int listen_fd;
	struct queue *queue;
	struct metrics metrics;
	_Atomic bool draining, improving;

	pthread_mutex_t lock; /* the list and the sweeper */
	struct connection *connections;
	pthread_t sweeper;
	pthread_cond_t sweeper_wakes;
	bool sweeper_runs, sweeper_ends;
	bool drained;
};

/* callbacks of libmicrohttpd */
void connection_notify(void *cls, struct MHD_Connection *mhd, void **socket_context,
		       enum MHD_ConnectionNotificationCode code);
void *connection_target(void *cls, const char *target, struct MHD_Connection *mhd);
enum MHD_Result connection_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
				   const char *version, const char *body, size_t *body_bytes, void **request_context);
void connection_completed(void *cls, struct MHD_Connection *mhd, void **request_context,
			  enum MHD_RequestTerminationCode code);

void connection_set_phase(struct connection *connection, enum phase phase, int64_t deadline_us);

/* Sends connection->page by what the client asked (http/send.c). */
enum MHD_Result connection_send(struct connection *connection);

/* The better forms for a page that is asked for often, one page at a time (http/improve.c). */
void improve_maybe(struct http_server *server, struct page *page);

/* Cuts what is past its deadline (http/sweep.c). */
int sweep_start(struct http_server *server, struct err *err);
void sweep_stop(struct http_server *server);
void sweep_idle(struct http_server *server, int64_t idle_us); /* while draining: shuts what asks for nothing */

#endif
