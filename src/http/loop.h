/* loop: an event thread with its epoll, the connections that belong to it for life, and their deadlines.
 * Inside src/http only.
 *
 * Only its own thread touches a loop and its connections. Others hand it a connection by loop_mail, under the
 * one lock there is: who accepted it, or the worker or flight that has its page. A connection whose client is gone
 * while a worker holds it is freed when the worker hands it back.
 *
 * Sockets are watched edge-triggered for all events at once, so a request costs no epoll_ctl: what was told stays
 * in connection->readable and writable until the kernel says EAGAIN. Listening sockets are watched by all loops
 * (EPOLLEXCLUSIVE) and level-triggered; who accepts gives the connection to the loop that has the fewest.
 */
#ifndef CRIER_HTTP_LOOP_H
#define CRIER_HTTP_LOOP_H

#include "http/exchange.h"
#include "http/timers.h"

struct connection;
struct loop;

/* What epoll tells of; first member of what owns the descriptor. */
struct watch {
	void (*ready)(struct loop *loop, struct watch *watch, unsigned events);
};

struct listener {
	struct watch watch;
	int fd; /* -1: none */
	bool watched, for_metrics;
	struct timer pause; /* out of descriptors: until they are tried again */
};

enum listening { LISTEN_READERS, LISTEN_METRICS, LISTEN_COUNT };

struct loop {
	struct http_server *server;
	pthread_t thread;
	bool runs, drains; /* drains: what it heard of server->draining */
	int epoll_fd, wake_fd;
	struct watch wake;
	struct listener listeners[LISTEN_COUNT];
	struct timers timers;
	int64_t now_us;            /* when it last woke */
	unsigned look_every;       /* that request is looked at for all before it */
	int64_t calm_us;           /* until then each one is */
	unsigned asked_by_proxies; /* requests that were not looked at yet, on all their connections */
	struct connection *connections;
	struct connection *again_first, *again_last; /* had their turn and are not through */
	struct exchange *spare;
	unsigned spare_count;
	_Atomic unsigned load; /* connections, those in the mail included */

	pthread_mutex_t lock;
	struct connection *mail_first, *mail_last;
	bool woken; /* there is something in wake_fd */
	bool rung;  /* its own thread's: it was told so */
};

/* All are made before one starts, since they hand connections to each other. */
int loop_init(struct loop *loop, struct http_server *server, struct err *err);
int loop_start(struct loop *loop, struct err *err);
void loop_wake(struct loop *loop);   /* any thread: to look at server->draining and server->ending */
void loop_join(struct loop *loop);   /* after server->ending */
void loop_finish(struct loop *loop); /* after all were joined; fine for one never made */

void loop_mail(struct loop *loop, struct connection *connection); /* any thread */
void loop_again(struct loop *loop, struct connection *connection);
int loop_watch(struct loop *loop, int fd, struct watch *watch, uint32_t events); /* -1 and errno */

struct exchange *loop_exchange(struct loop *loop);
void loop_spare(struct loop *loop, struct exchange *exchange);

/* Accepting (http/accept.c). */
void accept_ready(struct loop *loop, struct watch *watch, unsigned events);
void accept_resume(struct loop *loop, struct listener *listener);
void accept_stop(struct loop *loop, struct listener *listener);
void accept_rest(struct http_server *server); /* any thread: what the kernel has accepted; then it takes nothing more */
int64_t accept_most(int64_t connections_most); /* connections at once, those that are refused included */

#endif
