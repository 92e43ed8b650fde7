/* connection: one client's socket, as a state machine on its event thread. Inside src/http only.
 *
 *     HEAD ──▶ (BODY) ──▶ (WORK) ──▶ SEND ──▶ IDLE ──▶ HEAD …
 *       │         │          │         └────▶ (LINGER) ──▶ freed
 *       └─────────┴──────────┴─ refused: SEND, LINGER
 *
 * HEAD begins with the connection, or with the first byte after an answer; it, BODY and SEND have deadlines that do
 * not move when a byte trickles. In WORK a worker (or the leader of a flight) owns the exchange and hands the
 * connection back by loop_mail. LINGER: the answer is out and our side shut down; what still comes is read and dropped
 * for a moment, since closing on unread bytes would reset the connection and take the answer from the client.
 */
#ifndef CRIER_HTTP_CONNECTION_H
#define CRIER_HTTP_CONNECTION_H

#include "http/loop.h"

#include <sys/socket.h>

enum phase { PHASE_NEW, PHASE_HEAD, PHASE_BODY, PHASE_WORK, PHASE_SEND, PHASE_IDLE, PHASE_LINGER, PHASE_GONE };

struct connection {
	struct watch watch; /* first */
	struct timer timer;
	struct loop *loop;
	struct connection *next, *previous; /* in the loop's list */
	struct connection *next_mail, *next_again;
	struct exchange *exchange; /* NULL while idle */
	int fd;                    /* -1 once gone */
	unsigned lingered;         /* bytes */
	unsigned asked;            /* requests that were not looked at yet (http/limit.c) */
	uint64_t reader;           /* who it is, among readers; 0: nobody who is counted */
	unsigned short over;       /* 503: above the most connections; 429: above the most of its address; else 0 */
	unsigned char phase;
	bool readable, writable; /* until the kernel says otherwise */
	bool ended;              /* the client sends no more */
	bool held;               /* by a worker or flight */
	bool waits_again;        /* in the loop's list of those */
	bool for_metrics;
	bool by_proxy; /* whose requests are those of others */
};

_Static_assert(sizeof(struct connection) <= 256, "what each idle connection costs");

struct http_server {
	struct http_settings settings;
	struct strict_limits limits;
	int listen_fd, metrics_fd;
	struct queue *queue;
	struct metrics metrics;
	struct readers *readers; /* NULL: without limits */
	struct page *too_many;   /* 429 */
	_Atomic bool draining, ending, improving, hinted;
	_Atomic int metrics_connections;
	_Atomic unsigned deaf; /* loops that have not heard of draining: they may still accept */
	bool drained;
	bool shared;      /* others have the listening sockets too: what waits in them is theirs */
	bool handed_over; /* they serve instead of this one */
	int64_t room;     /* connections for which there are descriptors */
	unsigned loop_count;
	struct loop *loops;

	pthread_mutex_t lock; /* for the end of the last connection, and of deafness, while draining */
	pthread_cond_t emptied;
};

/* What a step of the machine leads to. */
enum step { STEP_ON, STEP_WAIT, STEP_CLOSE };

struct connection *connection_create(struct loop *loop, int fd, bool for_metrics);
void connection_mailed(struct connection *connection); /* it is new, or comes back from a worker */
void connection_run(struct connection *connection);
void connection_expire(struct connection *connection); /* its deadline has passed */
void connection_drain(struct connection *connection);  /* the server stops: idle ones get a short deadline */
void connection_close(struct connection *connection);

void connection_phase(struct connection *connection, enum phase phase, int64_t due_us);

/* From the head to the answer (http/work.c). */
enum step work_begin(struct connection *connection); /* the head is whole */
enum step work_go_on(struct connection *connection); /* so is the body; or a page was delivered, or NULL: try again */
enum step work_refuse(struct connection *connection, int status);

/* Allowances (http/limit.c). False: there is nothing left of it. */
void limit_meet(struct connection *connection, const struct sockaddr_storage *from); /* it is new */
bool limit_request(struct connection *connection);
bool limit_page(struct connection *connection); /* the request was routed, and its page must be made */
void limit_part(struct connection *connection); /* it is gone */

/* The answer (http/send.c). */
enum step send_page(struct connection *connection); /* exchange->page, by what the client asked */
enum step send_more(struct connection *connection); /* STEP_ON at its end: the exchange is to be ended */
bool send_continue(const struct connection *connection);

/* What /metrics answers (http/metrics_page.c): a page of the caller's. */
struct page *metrics_page(struct http_server *server, struct str method, struct str target);

/* The better forms for a page that is asked for often, one page at a time (http/improve.c). */
void improve_maybe(struct http_server *server, struct page *page);

#endif
