#include "http/connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ACCEPTS_A_TURN 64
#define PAUSE_US       100000 /* without descriptors */
#define METRICS_MOST   32

/* Those above the most get an answer, unless they are very many. */
int64_t accept_most(int64_t connections_most)
{
	return connections_most + connections_most / 8 + 64;
}

static struct loop *least_loaded(struct http_server *server, struct loop *own)
{
	struct loop *least = own ? own : server->loops;
	unsigned load = atomic_load_explicit(&least->load, memory_order_relaxed);
	for (unsigned i = 0; i < server->loop_count; i++) {
		unsigned other = atomic_load_explicit(&server->loops[i].load, memory_order_relaxed);
		if (other < load) {
			least = &server->loops[i];
			load = other;
		}
	}
	return least;
}

static void take(struct http_server *server, int fd, const struct sockaddr_storage *from, bool for_metrics,
		 struct loop *own)
{
	int64_t most = for_metrics ? METRICS_MOST : server->settings.connections_most;
	int64_t now = for_metrics ? server->metrics_connections : server->metrics.connections;
	if (now >= accept_most(most)) {
		close(fd);
		return;
	}
	struct loop *loop = for_metrics && own ? own : least_loaded(server, own);
	struct connection *connection = connection_create(loop, fd, for_metrics);
	if (now >= most)
		connection->over = 503;
	else if (!for_metrics)
		limit_meet(connection, from);
	if (loop == own)
		connection_mailed(connection);
	else
		loop_mail(loop, connection);
}

static bool is_passing(int code)
{
	return code == EINTR || code == ECONNABORTED || code == EPROTO || code == ENETDOWN || code == ENETUNREACH ||
	       code == EHOSTDOWN || code == EHOSTUNREACH || code == ENONET || code == ENOPROTOOPT || code == EPERM ||
	       code == ETIMEDOUT;
}

/* 0: all were taken; otherwise errno. */
static int accept_some(struct http_server *server, int listen_fd, bool for_metrics, struct loop *own, unsigned most)
{
	for (unsigned i = 0; i < most; i++) {
		if (!for_metrics && server->metrics.connections >= server->room)
			return EMFILE;
		struct sockaddr_storage from; /* only counted */
		socklen_t length = sizeof from;
		int fd = accept4(listen_fd, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0)
			take(server, fd, &from, for_metrics, own);
		else if (errno == EAGAIN)
			return 0;
		else if (!is_passing(errno))
			return errno;
	}
	return 0;
}

static bool is_shortage(int code)
{
	return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

void accept_ready(struct loop *loop, struct watch *watch, unsigned events)
{
	struct listener *listener = (struct listener *)watch;
	(void)events;
	int code = accept_some(loop->server, listener->fd, listener->for_metrics, loop, ACCEPTS_A_TURN);
	if (code)
		accept_stop(loop, listener);
	if (is_shortage(code))
		timer_set(&loop->timers, &listener->pause, loop->now_us + PAUSE_US);
}

void accept_rest(struct http_server *server)
{
	accept_some(server, server->listen_fd, false, NULL, UINT32_MAX);
	shutdown(server->listen_fd, SHUT_RDWR);
}

void accept_resume(struct loop *loop, struct listener *listener)
{
	bool wanted = listener->fd >= 0 && !listener->watched &&
		      (!loop->drains || (listener->for_metrics && !loop->server->handed_over));
	if (!wanted)
		return;
	listener->watched = loop_watch(loop, listener->fd, &listener->watch, EPOLLIN | EPOLLEXCLUSIVE) == 0;
	if (!listener->watched)
		timer_set(&loop->timers, &listener->pause, loop->now_us + PAUSE_US);
}

void accept_stop(struct loop *loop, struct listener *listener)
{
	if (listener->watched)
		epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, listener->fd, NULL);
	listener->watched = false;
	timer_remove(&loop->timers, &listener->pause);
}
