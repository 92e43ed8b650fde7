#include "http/connection.h"

#include "base/file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EVENTS_MOST 128
#define SPARES_MOST 64

struct exchange *loop_exchange(struct loop *loop)
{
	struct exchange *exchange = loop->spare;
	if (!exchange)
		return exchange_create(&loop->server->settings, &loop->server->limits);
	loop->spare = exchange->next;
	loop->spare_count--;
	return exchange;
}

void loop_spare(struct loop *loop, struct exchange *exchange)
{
	exchange_end(exchange);
	exchange->used = exchange->end = 0;
	if (loop->spare_count == SPARES_MOST) {
		exchange_destroy(exchange);
		return;
	}
	exchange->next = loop->spare;
	loop->spare = exchange;
	loop->spare_count++;
}

/* ---- mail ---- */

static void ring(struct loop *loop)
{
	uint64_t one = 1;
	if (!loop->woken)
		(void)!write(loop->wake_fd, &one, sizeof one);
	loop->woken = true;
}

void loop_wake(struct loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	ring(loop);
	pthread_mutex_unlock(&loop->lock);
}

void loop_mail(struct loop *loop, struct connection *connection)
{
	connection->next_mail = NULL;
	pthread_mutex_lock(&loop->lock);
	if (loop->mail_last)
		loop->mail_last->next_mail = connection;
	else
		loop->mail_first = connection;
	loop->mail_last = connection;
	ring(loop);
	pthread_mutex_unlock(&loop->lock);
}

static void start_draining(struct loop *loop)
{
	struct http_server *server = loop->server;
	loop->drains = true;
	accept_stop(loop, &loop->listeners[LISTEN_READERS]);
	if (server->handed_over)
		accept_stop(loop, &loop->listeners[LISTEN_METRICS]);
	if (atomic_fetch_sub(&server->deaf, 1) == 1) {
		pthread_mutex_lock(&server->lock);
		pthread_cond_broadcast(&server->emptied);
		pthread_mutex_unlock(&server->lock);
	}
	for (struct connection *next, *each = loop->connections; each; each = next) {
		next = each->next;
		connection_drain(each);
	}
}

static void wake_ready(struct loop *loop, struct watch *watch, unsigned events)
{
	(void)watch;
	(void)events;
	loop->rung = true;
}

static void read_mail(struct loop *loop)
{
	uint64_t count;
	pthread_mutex_lock(&loop->lock);
	struct connection *mail = loop->mail_first;
	loop->mail_first = loop->mail_last = NULL;
	loop->woken = loop->rung = false;
	(void)!read(loop->wake_fd, &count, sizeof count);
	pthread_mutex_unlock(&loop->lock);
	for (struct connection *next; mail; mail = next) {
		next = mail->next_mail;
		connection_mailed(mail);
	}
	if (atomic_load(&loop->server->draining) && !loop->drains)
		start_draining(loop);
}

/* ---- turns ---- */

void loop_again(struct loop *loop, struct connection *connection)
{
	if (connection->waits_again)
		return;
	connection->waits_again = true;
	connection->next_again = NULL;
	if (loop->again_last)
		loop->again_last->next_again = connection;
	else
		loop->again_first = connection;
	loop->again_last = connection;
}

static void run_again(struct loop *loop)
{
	struct connection *each = loop->again_first;
	loop->again_first = loop->again_last = NULL;
	for (struct connection *next; each; each = next) {
		next = each->next_again;
		each->waits_again = false;
		if (each->phase == PHASE_GONE)
			connection_close(each);
		else
			connection_run(each);
	}
}

static struct connection *of_timer(struct timer *timer)
{
	return (struct connection *)((char *)timer - offsetof(struct connection, timer));
}

static void run_timers(struct loop *loop)
{
	for (struct timer *timer; (timer = timers_take(&loop->timers, loop->now_us));) {
		struct listener *listener = NULL;
		for (size_t i = 0; i < LISTEN_COUNT; i++)
			if (timer == &loop->listeners[i].pause)
				listener = &loop->listeners[i];
		if (listener)
			accept_resume(loop, listener);
		else
			connection_expire(of_timer(timer));
	}
}

static int patience_ms(const struct loop *loop)
{
	int64_t next_us = timers_next_us(&loop->timers);
	if (loop->again_first)
		return 0;
	if (next_us == TIMER_NEVER)
		return -1;
	int64_t wait_us = next_us - clock_steady_us();
	return wait_us <= 0 ? 0 : wait_us > 3600000000 ? 3600000 : (int)(wait_us / 1000) + 1;
}

int loop_watch(struct loop *loop, int fd, struct watch *watch, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = watch};
	return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

/* While events are gone through, a connection is freed by its own alone, of which there is one at most: mail, turns and
 * timers, which may free any, come after them. */
static void turn(struct loop *loop)
{
	struct epoll_event events[EVENTS_MOST];
	int count = epoll_wait(loop->epoll_fd, events, EVENTS_MOST, patience_ms(loop));
	loop->now_us = clock_steady_us();
	for (int i = 0; i < count; i++) {
		struct watch *watch = events[i].data.ptr;
		watch->ready(loop, watch, events[i].events);
	}
	if (loop->rung)
		read_mail(loop);
	run_again(loop);
	run_timers(loop);
}

/* The queue is closed by now: whatever a worker held has been handed back, or is in the mail. */
static void end_connections(struct loop *loop)
{
	for (struct connection *next, *each = loop->connections; each; each = next) {
		next = each->next;
		if (each->phase != PHASE_GONE)
			connection_close(each);
	}
}

static void end_loop(struct loop *loop)
{
	end_connections(loop);
	while (loop->load > 0) {
		turn(loop);
		end_connections(loop);
	}
}

static void *run_loop(void *context)
{
	struct loop *loop = context;
	loop->now_us = clock_steady_us();
	for (size_t i = 0; i < LISTEN_COUNT; i++)
		accept_resume(loop, &loop->listeners[i]);
	while (!atomic_load(&loop->server->ending))
		turn(loop);
	for (size_t i = 0; i < LISTEN_COUNT; i++)
		accept_stop(loop, &loop->listeners[i]);
	end_loop(loop);
	return NULL;
}

/* ---- start and end ---- */

int loop_init(struct loop *loop, struct http_server *server, struct err *err)
{
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	loop->wake.ready = wake_ready;
	loop->server = server;
	loop->look_every = server->readers ? readers_look_every(server->readers) : UINT32_MAX;
	loop->listeners[LISTEN_READERS] = (struct listener){.watch = {accept_ready}, .fd = server->listen_fd};
	/* one thread is enough for those who measure */
	loop->listeners[LISTEN_METRICS] = (struct listener){
		.watch = {accept_ready}, .fd = loop == server->loops ? server->metrics_fd : -1, .for_metrics = true};
	pthread_mutex_init(&loop->lock, NULL);
	if (loop->epoll_fd < 0 || loop->wake_fd < 0 || loop_watch(loop, loop->wake_fd, &loop->wake, EPOLLIN))
		return err_set_errno(err, errno, "cannot wait for connections");
	return 0;
}

int loop_start(struct loop *loop, struct err *err)
{
	int failure = pthread_create(&loop->thread, NULL, run_loop, loop);
	if (failure)
		return err_set_errno(err, failure, "cannot start an event thread");
	loop->runs = true;
	return 0;
}

void loop_join(struct loop *loop)
{
	if (!loop->runs)
		return;
	loop_wake(loop);
	pthread_join(loop->thread, NULL);
}

void loop_finish(struct loop *loop)
{
	if (!loop->server)
		return;
	/* what another accepted for this one in its last moment, or for one that never ran */
	end_loop(loop);
	for (struct exchange *next; loop->spare; loop->spare = next) {
		next = loop->spare->next;
		exchange_destroy(loop->spare);
	}
	timers_finish(&loop->timers);
	fd_closep(&loop->epoll_fd);
	fd_closep(&loop->wake_fd);
	pthread_mutex_destroy(&loop->lock);
}
