#include "http/server.h"

#include "base/file.h"
#include "base/limits.h"
#include "http/connection.h"
#include "http/listen.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define OTHER_DESCRIPTORS 512    /* besides the connections: databases, files, workers */
#define LAST_WORDS_US     200000 /* for the last answers, once the time to drain is over */

static unsigned cores(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);
	return count < 1 ? 1 : count > 256 ? 256 : (unsigned)count;
}

static void set_defaults(struct http_settings *settings)
{
	if (!settings->address)
		settings->address = "127.0.0.1";
	if (!settings->metrics_address)
		settings->metrics_address = "127.0.0.1";
	if (!settings->threads)
		settings->threads = cores();
	if (!settings->workers)
		settings->workers = cores() + 1;
	if (!settings->queue_most)
		settings->queue_most = 512;
	if (!settings->connections_most)
		settings->connections_most = 10000;
	if (!settings->header_bytes)
		settings->header_bytes = 8192;
	if (!settings->body_bytes)
		settings->body_bytes = LIMIT_REQUEST_BODY_BYTES;
	if (!settings->header_ms)
		settings->header_ms = 20000;
	if (!settings->body_ms)
		settings->body_ms = 60000;
	if (!settings->write_ms)
		settings->write_ms = 30000;
	if (!settings->slowest_bytes_s)
		settings->slowest_bytes_s = 4096;
	if (!settings->idle_s)
		settings->idle_s = 15;
	if (!settings->drain_ms)
		settings->drain_ms = 10000;
}

/* Each connection takes a descriptor, and one more for a file that is sent on it; the usual soft limit of 1,024 would
 * refuse them long before the most. Gives the connections that there are descriptors for: some are always left, for
 * pages are made with files and databases. */
static int64_t allow_descriptors(int64_t connections)
{
	struct rlimit limit;
	rlim_t wanted = 2 * (rlim_t)connections + OTHER_DESCRIPTORS;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return INT64_MAX;
	if (limit.rlim_cur < wanted) {
		rlim_t before = limit.rlim_cur;
		limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
		if (setrlimit(RLIMIT_NOFILE, &limit))
			limit.rlim_cur = before;
	}
	if (limit.rlim_cur >= wanted)
		return INT64_MAX;
	rlim_t others = limit.rlim_cur / 2 < OTHER_DESCRIPTORS ? limit.rlim_cur / 2 : OTHER_DESCRIPTORS;
	return (int64_t)(limit.rlim_cur - others) / 2;
}

/* ---- start and stop ---- */

static struct http_server *make_server(const struct http_settings *settings)
{
	struct http_server *server = calloc(1, sizeof *server);
	if (!server)
		abort();
	server->settings = *settings;
	set_defaults(&server->settings);
	server->limits =
		(struct strict_limits){server->settings.header_bytes, FIELDS_MOST, server->settings.body_bytes};
	server->listen_fd = settings->listen_fd > 0 ? settings->listen_fd : -1;
	server->shared = settings->listen_fd > 0 && !settings->listen_alone;
	server->metrics_fd = settings->metrics_listen_fd > 0 ? settings->metrics_listen_fd : -1;
	pthread_condattr_t steady;
	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_cond_init(&server->emptied, &steady);
	pthread_condattr_destroy(&steady);
	pthread_mutex_init(&server->lock, NULL);
	server->readers = readers_create(&settings->reader_limits, random_system());
	server->too_many = web_plain(429);
	metrics_init(&server->metrics, &web_app_of(settings->web)->table);
	return server;
}

static int listen_for_both(struct http_server *server, struct err *err)
{
	const struct http_settings *settings = &server->settings;
	int rc = 0;
	if (server->listen_fd < 0)
		rc = listen_on(settings->address, settings->port, &server->listen_fd, err);
	else if (listen_prepare(server->listen_fd))
		rc = err_set_errno(err, errno, "the socket that was handed over cannot be used");
	if (rc || settings->metrics_port < 0)
		return rc;
	if (server->metrics_fd >= 0)
		return listen_prepare(server->metrics_fd) == 0
			       ? 0
			       : err_set_errno(err, errno,
					       "the socket for metrics that was handed over cannot be used");
	rc = listen_on(settings->metrics_address, settings->metrics_port, &server->metrics_fd, err);
	return rc ? err_context(err, "metrics") : 0;
}

static int start_loops(struct http_server *server, struct err *err)
{
	int rc = 0;
	server->loops = calloc(server->settings.threads, sizeof *server->loops);
	if (!server->loops)
		abort();
	server->loop_count = server->settings.threads;
	atomic_store(&server->deaf, server->loop_count);
	for (unsigned i = 0; i < server->loop_count && !rc; i++)
		rc = loop_init(&server->loops[i], server, err);
	for (unsigned i = 0; i < server->loop_count && !rc; i++)
		rc = loop_start(&server->loops[i], err);
	return rc;
}

int http_start(const struct http_settings *settings, struct http_server **ret_server, struct err *err)
{
	struct http_server *server = make_server(settings);
	signal(SIGPIPE, SIG_IGN);
	server->room = allow_descriptors(accept_most(server->settings.connections_most));
	int rc = listen_for_both(server, err);
	if (!rc)
		rc = queue_create(web_app_of(settings->web), server->settings.workers, server->settings.queue_most,
				  &server->queue, err);
	if (!rc)
		rc = start_loops(server, err);
	if (rc) {
		server->drained = true; /* nobody was served yet */
		http_stop(server);
		return rc;
	}
	*ret_server = server;
	return 0;
}

int http_port(const struct http_server *server)
{
	return listen_port(server->listen_fd);
}

int http_metrics_port(const struct http_server *server)
{
	return listen_port(server->metrics_fd);
}

int http_listen_fd(const struct http_server *server)
{
	return server->listen_fd;
}

int http_metrics_fd(const struct http_server *server)
{
	return server->metrics_fd;
}

static void wake_all(struct http_server *server)
{
	for (unsigned i = 0; i < server->loop_count; i++)
		loop_wake(&server->loops[i]);
}

static void wait_for_connections(struct http_server *server, int64_t until_us)
{
	struct timespec until = {.tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000};
	pthread_mutex_lock(&server->lock);
	int rc = 0;
	while ((server->deaf > 0 || server->metrics.connections > 0) && rc == 0)
		rc = pthread_cond_timedwait(&server->emptied, &server->lock, &until);
	pthread_mutex_unlock(&server->lock);
}

void http_drain(struct http_server *server)
{
	if (server->drained || !server->loop_count)
		return;
	int64_t until_us = clock_steady_us() + server->settings.drain_ms * 1000;
	server->drained = true;
	atomic_store(&server->draining, true);
	/* what the kernel has accepted already is served; where others have the socket too, by them */
	if (!server->shared)
		accept_rest(server);
	wake_all(server);
	wait_for_connections(server, until_us);
	/* the rest is answered 503 */
	queue_close(server->queue);
	int64_t now_us = clock_steady_us();
	wait_for_connections(server, until_us > now_us ? until_us : now_us + LAST_WORDS_US);
}

void http_stop(struct http_server *server)
{
	if (!server)
		return;
	if (server->queue) {
		http_drain(server);
		queue_close(server->queue);
	}
	atomic_store(&server->ending, true);
	for (unsigned i = 0; i < server->loop_count; i++)
		loop_join(&server->loops[i]);
	for (unsigned i = 0; i < server->loop_count; i++)
		loop_finish(&server->loops[i]);
	free(server->loops);
	queue_destroy(server->queue);
	fd_closep(&server->listen_fd);
	fd_closep(&server->metrics_fd);
	metrics_finish(&server->metrics);
	readers_destroy(server->readers);
	page_release(server->too_many);
	pthread_cond_destroy(&server->emptied);
	pthread_mutex_destroy(&server->lock);
	free(server);
}
