/* server: the web layer on sockets, by HTTP/1.1 (RFC 9112).
 *
 * HTTP threads (http/loop.h: epoll, one for each core) answer cached pages, redirects and refusals at once. All else
 * goes into a bounded queue of worker threads, each with what the app's worker_create made, while its connection
 * rests; a full queue answers 503. Those who ask for a page that is being rendered wait for it.
 *
 * Strict: what other programs on the way might read otherwise is refused and the connection closed (web/head.h,
 * web/body.h, web/strict.h). Patient with nobody: heads, bodies and answers have a time by which they must be through,
 * whatever trickles. Every answer is a page of the web layer with all its fields, refusals and metrics included.
 *
 * http_run is called on the main thread after http_start, with the signals blocked since
 * before any thread started (http_block_signals): SIGTERM and SIGINT drain (no new connections, what
 * was asked is answered; clients are waited for so long and no longer, a worker to the end of its job),
 * SIGHUP reloads, SIGUSR2 lets another process take over. systemd is told READY, RELOADING, STOPPING and WATCHDOG where
 * it asks.
 *
 * Patient with many readers behind one address, and with none that wants all (http/readers.h): who asks for more than
 * its allowance is answered 429. Behind a trusted proxy the readers that it names are counted, and the proxy is not.
 *
 * Readers' addresses are neither logged nor kept: what is counted is counted under a hash, in memory.
 */
#ifndef CRIER_HTTP_SERVER_H
#define CRIER_HTTP_SERVER_H

#include "http/readers.h"
#include "web/app.h"
#include "web/forwarded.h"

struct http_server;

/* What /metrics tells besides the server's own counts; sequence and lag of the snapshot in use. */
struct http_gauges {
	int64_t sequence;
	int64_t lag;      /* outbox rows not yet applied */
	int64_t left_out; /* entries that cannot be shown */
	bool store_reachable;
	bool stuck;      /* it can be reached, and what changes cannot be shown */
	bool has_purges; /* there are caches in front; the next four are of purges */
	int64_t purges, purges_failed, purges_waiting, purges_since_s;
	int64_t store_answer_us; /* to what is asked all the time */
	int64_t store_seen_s;    /* when all that the store had was last shown; 0: never since the start */
	bool has_clock;          /* the store's could be asked */
	int64_t clock_ahead_us;  /* this machine's less the store's */
};

/* Zero stands for the default in brackets. */
struct http_settings {
	struct web *web;
	const struct log *log;
	const char *address;   /* numeric IPv4 or IPv6 ["127.0.0.1"] */
	int port;              /* 0: any free one */
	int listen_fd;         /* a listening socket handed over (0 or -1: none); then address and port are not used */
	int metrics_listen_fd; /* the same for metrics */
	bool listen_alone;     /* nobody else has the sockets any longer: what waits in them is served before the end */
	const char *metrics_address; /* ["127.0.0.1"] */
	int metrics_port;            /* 0: any free one; -1: no metrics */
	unsigned threads;            /* [cores] */
	unsigned workers;            /* [cores + 1] */
	unsigned queue_most;         /* requests waiting for a worker [512] */
	unsigned connections_most;   /* [10,000]; some more are answered 503 */
	size_t header_bytes;         /* all field names and values [8,192] */
	int64_t body_bytes;          /* [LIMIT_REQUEST_BODY_BYTES] */
	int64_t header_ms; /* from the connection, or the first byte after an answer, to the end of the head [20,000] */
	int64_t body_ms;   /* for a whole body [60,000] */
	int64_t write_ms;  /* for an answer, besides the time of its bytes [30,000] */
	int64_t slowest_bytes_s;            /* what a client must read at least, in bytes a second [4,096] */
	unsigned idle_s;                    /* between an answer and the next request [15] */
	int64_t drain_ms;                   /* the longest that a stop waits [10,000] */
	struct reader_limits reader_limits; /* [none] */
	struct proxies proxies;             /* believed when they name a reader [none] */
	unsigned log_every;                 /* a line for every Nth request; 0: only for failures (500 and above) */
	void (*gauges)(void *context, struct http_gauges *ret_gauges); /* NULL: none */
	int (*reload)(void *context, struct err *err);                 /* NULL: SIGHUP does nothing */
	/* SIGUSR2. 0: another process serves on the same sockets, so that this one drains and http_run returns; an
	 * error: it goes on as before. Feeds the watchdog where it takes long. NULL: SIGUSR2 does nothing. */
	int (*hand_over)(void *context, struct err *err);
	void *context;
};

void http_block_signals(void); /* first thing in main */

/* ERR_INPUT for an address that is none, ERR_SYSTEM where it cannot listen. */
int http_start(const struct http_settings *settings, struct http_server **ret_server, struct err *err);
int http_port(const struct http_server *server);
int http_metrics_port(const struct http_server *server); /* -1 without */
/* The listening sockets, for who takes over; -1 without. */
int http_listen_fd(const struct http_server *server);
int http_metrics_fd(const struct http_server *server);

/* Until SIGTERM or SIGINT, or until another process has taken over; then drains and returns. */
int http_run(struct http_server *server, struct err *err);

/* No new connections; waits for what is under way. http_stop does it where nobody has. */
void http_drain(struct http_server *server);
void http_stop(struct http_server *server); /* NULL is fine; frees all */

#endif
