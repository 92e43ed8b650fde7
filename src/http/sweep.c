#include "http/connection.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#define ROUND_MOST_MS 1000

static const char too_slow[] = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/* Under the list's lock, which closing takes first: the descriptor is still this connection's. */
static void cut(struct connection *connection, int phase)
{
	if (!atomic_compare_exchange_strong(&connection->phase, &phase, PHASE_CUT))
		return;
	if (phase == PHASE_HEAD || phase == PHASE_BODY)
		(void)!send(connection->fd, too_slow, sizeof too_slow - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	shutdown(connection->fd, SHUT_RDWR);
	atomic_fetch_add(&connection->server->metrics.cut, 1);
}

static void sweep(struct http_server *server)
{
	int64_t now_us = clock_steady_us();
	for (struct connection *connection = server->connections; connection; connection = connection->next) {
		int phase = connection->phase;
		if (phase != PHASE_WORK && phase != PHASE_CUT && connection->deadline_us < now_us)
			cut(connection, phase);
	}
}

static void *run_sweeper(void *context)
{
	struct http_server *server = context;
	int64_t round_ms =
		server->settings.header_ms / 4 < ROUND_MOST_MS ? server->settings.header_ms / 4 + 1 : ROUND_MOST_MS;
	pthread_mutex_lock(&server->lock);
	while (!server->sweeper_ends) {
		struct timespec until;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += round_ms % 1000 * 1000000;
		until.tv_sec += round_ms / 1000 + until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&server->sweeper_wakes, &server->lock, &until);
		sweep(server);
	}
	pthread_mutex_unlock(&server->lock);
	return NULL;
}

int sweep_start(struct http_server *server, struct err *err)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&server->sweeper_wakes, &attributes);
	pthread_condattr_destroy(&attributes);
	int failure = pthread_create(&server->sweeper, NULL, run_sweeper, server);
	if (failure)
		return err_set_errno(err, failure, "cannot start the sweeper thread");
	server->sweeper_runs = true;
	return 0;
}

void sweep_stop(struct http_server *server)
{
	if (!server->sweeper_runs)
		return;
	pthread_mutex_lock(&server->lock);
	server->sweeper_ends = true;
	pthread_cond_signal(&server->sweeper_wakes);
	pthread_mutex_unlock(&server->lock);
	pthread_join(server->sweeper, NULL);
	pthread_cond_destroy(&server->sweeper_wakes);
	server->sweeper_runs = false;
}

void sweep_idle(struct http_server *server, int64_t idle_us)
{
	int64_t now_us = clock_steady_us();
	pthread_mutex_lock(&server->lock);
	for (struct connection *connection = server->connections; connection; connection = connection->next) {
		int unread = 0, head = PHASE_HEAD;
		if (connection->phase != PHASE_HEAD || connection->asking || connection->since_us + idle_us > now_us)
			continue;
		if (ioctl(connection->fd, FIONREAD, &unread) == 0 && unread == 0 &&
		    atomic_compare_exchange_strong(&connection->phase, &head, PHASE_CUT))
			shutdown(connection->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&server->lock);
}
