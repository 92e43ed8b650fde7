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

#define CONNECTION_MEMORY (16 * 1024) /* heads of request and answer; all of it is touched for each connection */
#define DRAIN_IDLE_US     200000      /* a connection without a request for this long is closed while draining */
#define DRAIN_ROUND_NS    10000000
#define OTHER_DESCRIPTORS 512 /* besides the connections: databases, files, workers */
#define METRICS_MOST      (4u << 20)

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

/* The path stays as it was sent; the web layer decodes it. */
static size_t keep_escapes(void *cls, struct MHD_Connection *mhd, char *text)
{
	(void)cls;
	(void)mhd;
	return strlen(text);
}

static void say_nothing(void *cls, const char *format, va_list args)
{
	(void)cls;
	(void)format;
	(void)args;
}

/* Each connection is a descriptor; the usual soft limit of 1,024 would refuse them long before the most. */
static void allow_descriptors(unsigned connections)
{
	struct rlimit limit;
	rlim_t wanted = (rlim_t)connections + OTHER_DESCRIPTORS;
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int start_daemon(struct http_server *server, struct err *err)
{
	const struct http_settings *settings = &server->settings;
	/* a pool of one is refused by the library: it is then one thread without a pool */
	struct MHD_OptionItem pool[] = {{settings->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
					 (intptr_t)settings->threads, NULL},
					{MHD_OPTION_END, 0, NULL}};
	server->daemon = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
		connection_request, server, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL, MHD_OPTION_LISTEN_SOCKET,
		server->listen_fd, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_CONNECTION_LIMIT, settings->connections_most, MHD_OPTION_CONNECTION_TIMEOUT,
		settings->idle_s, MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_NOTIFY_CONNECTION, connection_notify,
		server, MHD_OPTION_NOTIFY_COMPLETED, connection_completed, server, MHD_OPTION_URI_LOG_CALLBACK,
		connection_target, server, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_ARRAY, pool,
		MHD_OPTION_END);
	if (!server->daemon)
		return err_set_errno(err, errno, "the HTTP library did not start");
	return 0;
}

/* ---- metrics ---- */

static void write_metrics(struct http_server *server, struct buf *out)
{
	struct metrics_now now = {.queue_depth = queue_depth(server->queue)};
	struct http_gauges gauges = {0};
	cache_stats(web_cache(server->settings.web), &now.cache);
	if (server->settings.gauges) {
		server->settings.gauges(server->settings.context, &gauges);
		now.has_gauges = true;
		now.sequence = gauges.sequence;
		now.lag = gauges.lag;
	}
	metrics_write(&server->metrics, &now, out);
}

static enum MHD_Result answer_metrics(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
				      const char *version, const char *body, size_t *body_bytes, void **request_context)
{
	(void)version;
	(void)body;
	(void)body_bytes;
	if (!*request_context) {
		*request_context = mhd; /* the head; the answer is given in the second call */
		return MHD_YES;
	}
	bool found = strcmp(url, "/metrics") == 0 && strcmp(method, "GET") == 0;
	BUF_SCOPED text = BUF_INIT(METRICS_MOST);
	if (found)
		write_metrics(cls, &text);
	struct MHD_Response *response = MHD_create_response_from_buffer(text.len, text.ptr, MHD_RESPMEM_MUST_COPY);
	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
	MHD_add_response_header(response, "Cache-Control", "no-store");
	enum MHD_Result result = MHD_queue_response(mhd, found ? 200 : 404, response);
	MHD_destroy_response(response);
	return result;
}

static int start_metrics(struct http_server *server, struct err *err)
{
	int fd = -1;
	if (server->settings.metrics_port < 0)
		return 0;
	int rc = listen_on(server->settings.metrics_address, server->settings.metrics_port, &fd, err);
	if (rc)
		return err_context(err, "metrics");
	server->metrics_daemon =
		MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL, answer_metrics,
				 server, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
				 MHD_OPTION_CONNECTION_LIMIT, 32u, MHD_OPTION_CONNECTION_TIMEOUT, 10u, MHD_OPTION_END);
	if (server->metrics_daemon)
		return 0;
	close(fd);
	return err_set(err, ERR_SYSTEM, "the HTTP library did not start for metrics");
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
	pthread_mutex_init(&server->lock, NULL);
	metrics_init(&server->metrics, &web_app_of(settings->web)->table);
	return server;
}

int http_start(const struct http_settings *settings, struct http_server **ret_server, struct err *err)
{
	struct http_server *server = make_server(settings);
	int rc = 0;
	signal(SIGPIPE, SIG_IGN);
	allow_descriptors(server->settings.connections_most);
	if (server->listen_fd < 0)
		rc = listen_on(server->settings.address, settings->port, &server->listen_fd, err);
	if (!rc)
		rc = queue_create(web_app_of(settings->web), server->settings.workers, server->settings.queue_most,
				  &server->queue, err);
	if (!rc)
		rc = sweep_start(server, err);
	if (!rc)
		rc = start_metrics(server, err);
	if (!rc)
		rc = start_daemon(server, err);
	if (rc) {
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
	if (!server->metrics_daemon)
		return -1;
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->metrics_daemon, MHD_DAEMON_INFO_LISTEN_FD);
	return info ? listen_port(info->listen_fd) : -1;
}

/* What the kernel has accepted already is served; then the socket takes nothing more. */
static void stop_listening(struct http_server *server)
{
	struct sockaddr_storage from;
	MHD_quiesce_daemon(server->daemon);
	for (;;) {
		socklen_t length = sizeof from;
		int fd = accept4(server->listen_fd, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			break;
		MHD_add_connection(server->daemon, fd, (struct sockaddr *)&from, length);
	}
	shutdown(server->listen_fd, SHUT_RDWR);
}

static bool wait_for_connections(struct http_server *server, int64_t until_us)
{
	struct timespec round = {.tv_nsec = DRAIN_ROUND_NS};
	while (server->metrics.connections > 0 && clock_steady_us() < until_us) {
		sweep_idle(server, DRAIN_IDLE_US);
		nanosleep(&round, NULL);
	}
	return server->metrics.connections == 0;
}

void http_drain(struct http_server *server)
{
	if (server->drained || !server->daemon)
		return;
	int64_t until_us = clock_steady_us() + server->settings.drain_ms * 1000;
	server->drained = true;
	atomic_store(&server->draining, true);
	stop_listening(server);
	wait_for_connections(server, until_us);
	/* the rest is answered 503; nothing stays suspended, which the library could not end */
	queue_close(server->queue);
	wait_for_connections(server, until_us > clock_steady_us() ? until_us : clock_steady_us() + 200000);
}

void http_stop(struct http_server *server)
{
	if (!server)
		return;
	http_drain(server);
	if (server->queue && !server->drained)
		queue_close(server->queue);
	if (server->daemon)
		MHD_stop_daemon(server->daemon);
	if (server->metrics_daemon)
		MHD_stop_daemon(server->metrics_daemon);
	sweep_stop(server);
	queue_destroy(server->queue);
	fd_closep(&server->listen_fd);
	metrics_finish(&server->metrics);
	pthread_mutex_destroy(&server->lock);
	free(server);
}
