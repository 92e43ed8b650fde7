#include "http/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define STEPS_A_TURN  32 /* then the other connections of the thread have theirs */
#define LINGER_US     1000000
#define LINGER_BYTES  (1u << 20)
#define DRAIN_IDLE_US 200000 /* a connection without a request for this long is closed while draining */
#define SECOND_US     (int64_t)1000000

void connection_phase(struct connection *connection, enum phase phase, int64_t due_us)
{
	connection->phase = (unsigned char)phase;
	timer_set(&connection->loop->timers, &connection->timer, due_us);
}

/* ---- opening and closing ---- */

static void connection_ready(struct loop *loop, struct watch *watch, unsigned events)
{
	struct connection *connection = (struct connection *)watch;
	(void)loop;
	if (events & (EPOLLIN | EPOLLRDHUP))
		connection->readable = true;
	if (events & EPOLLRDHUP)
		connection->ended = true;
	if (events & EPOLLOUT)
		connection->writable = true;
	if (events & (EPOLLHUP | EPOLLERR))
		connection_close(connection);
	else
		connection_run(connection);
}

struct connection *connection_create(struct loop *loop, int fd, bool for_metrics)
{
	struct http_server *server = loop->server;
	struct connection *connection = calloc(1, sizeof *connection);
	if (!connection)
		err_die("out of memory: give this process more, or lower the most connections");
	connection->watch.ready = connection_ready;
	connection->loop = loop;
	connection->fd = fd;
	connection->for_metrics = for_metrics;
	connection->writable = true;
	atomic_fetch_add(&loop->load, 1);
	if (for_metrics) {
		atomic_fetch_add(&server->metrics_connections, 1);
	} else {
		atomic_fetch_add(&server->metrics.connections, 1);
		atomic_fetch_add(&server->metrics.connections_total, 1);
	}
	return connection;
}

static void count_out(struct connection *connection)
{
	struct http_server *server = connection->loop->server;
	limit_part(connection);
	atomic_fetch_sub(&connection->loop->load, 1);
	if (connection->for_metrics) {
		atomic_fetch_sub(&server->metrics_connections, 1);
	} else if (atomic_fetch_sub(&server->metrics.connections, 1) == 1) {
		pthread_mutex_lock(&server->lock);
		pthread_cond_broadcast(&server->emptied);
		pthread_mutex_unlock(&server->lock);
	}
}

static void log_request(const struct connection *connection, int64_t bytes, int64_t took_us)
{
	struct http_server *server = connection->loop->server;
	const struct exchange *exchange = connection->exchange;
	unsigned every = server->settings.log_every;
	int status = exchange->answer.status;
	bool failed = status >= 500;
	if (!server->settings.log || (!failed && every == 0))
		return;
	if (!failed && every > 1 &&
	    atomic_fetch_add_explicit(&server->metrics.logged, 1, memory_order_relaxed) % every != 0)
		return;
	struct str path, query;
	str_cut(exchange->head.target, '?', &path, &query);
	log_event(server->settings.log, failed ? LOG_WARN : LOG_INFO, "request",
		  LOG_STR("method", exchange->head.method.len ? exchange->head.method : STR("-")),
		  LOG_STR("path", path.len ? path : STR("-")), LOG_I64("status", status), LOG_I64("bytes", bytes),
		  LOG_US_AS_MS("ms", took_us), LOG_CSTR("cache", outcome_name(exchange->outcome)));
}

/* An answer is over, by its end or the client's. */
static void count_answer(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	if (connection->phase != PHASE_SEND || exchange->silent || connection->for_metrics)
		return;
	int64_t took_us = clock_steady_us() - exchange->started_us;
	int64_t bytes = exchange->offset - exchange->answer.offset;
	metrics_count(&connection->loop->server->metrics, exchange->page->route, exchange->answer.status,
		      exchange->outcome, took_us, bytes);
	log_request(connection, bytes, took_us);
}

static void unlink_connection(struct connection *connection)
{
	if (connection->next)
		connection->next->previous = connection->previous;
	if (connection->previous)
		connection->previous->next = connection->next;
	else
		connection->loop->connections = connection->next;
}

/* Its client is gone at once; itself only when nobody else knows it any more. */
void connection_close(struct connection *connection)
{
	struct loop *loop = connection->loop;
	if (connection->fd >= 0) {
		if (connection->exchange)
			count_answer(connection);
		/* closing alone would not do while a child that is being started has it too */
		epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, connection->fd, NULL);
		close(connection->fd);
		connection->fd = -1;
		connection->phase = PHASE_GONE;
		timer_remove(&loop->timers, &connection->timer);
	}
	if (connection->held || connection->waits_again)
		return;
	if (connection->exchange)
		loop_spare(loop, connection->exchange);
	unlink_connection(connection);
	count_out(connection);
	free(connection);
}

/* ---- reading ---- */

/* STEP_ON: *ret_bytes came, which may be none. */
static enum step receive(struct connection *connection, char *place, size_t room, size_t *ret_bytes)
{
	*ret_bytes = 0;
	if (!connection->readable)
		return STEP_WAIT;
	ssize_t got = recv(connection->fd, place, room, 0);
	if (got == 0)
		return STEP_CLOSE;
	if (got < 0 && errno == EINTR)
		return STEP_ON;
	if (got < 0 && errno != EAGAIN)
		return STEP_CLOSE;
	/* less than there was room for: that was all, and what comes later is told anew */
	if (got < 0 || ((size_t)got < room && !connection->ended))
		connection->readable = false;
	*ret_bytes = got > 0 ? (size_t)got : 0;
	return got > 0 ? STEP_ON : STEP_WAIT;
}

static enum step fill(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	size_t bytes;
	enum step step = receive(connection, exchange->bytes + exchange->end, exchange->room - exchange->end, &bytes);
	exchange->end += bytes;
	return step;
}

static void begin_exchange(struct connection *connection)
{
	if (!connection->exchange) {
		connection->exchange = loop_exchange(connection->loop);
		connection->exchange->connection = connection;
	}
	exchange_begin(connection->exchange, &connection->loop->server->limits);
}

static void end_exchange(struct connection *connection)
{
	loop_spare(connection->loop, connection->exchange);
	connection->exchange = NULL;
}

/* A first byte after an answer starts the time of its head; that of the first head runs from the connection. */
static void start_head(struct connection *connection)
{
	struct loop *loop = connection->loop;
	connection->exchange->started_us = clock_steady_us();
	if (connection->phase == PHASE_IDLE || loop->drains)
		connection_phase(connection, PHASE_HEAD, loop->now_us + loop->server->settings.header_ms * 1000);
}

static enum step end_head(struct connection *connection, int status)
{
	struct exchange *exchange = connection->exchange;
	if (status) {
		exchange->drops = true;
		return work_refuse(connection, status);
	}
	exchange->used = exchange->from + exchange->head.bytes;
	return work_begin(connection);
}

static enum step read_head(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	if (!exchange) {
		if (!connection->readable)
			return STEP_WAIT;
		begin_exchange(connection);
		exchange = connection->exchange;
	}
	if (exchange->from + exchange->head.at == exchange->end) {
		bool first = exchange->head.at == 0;
		enum step step = fill(connection);
		if (step != STEP_ON && first)
			end_exchange(connection);
		if (step != STEP_ON || exchange->end == exchange->from + exchange->head.at)
			return step;
	}
	if (exchange->head.at == 0)
		start_head(connection);
	int status = head_read(&exchange->head, exchange->bytes + exchange->from, exchange->end - exchange->from);
	return status == HEAD_MORE ? STEP_ON : end_head(connection, status);
}

static enum step read_body(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	struct str input = str_of(exchange->bytes + exchange->used, exchange->end - exchange->used), piece;
	int status;
	while ((status = body_read(&exchange->body, &input, &piece)) == BODY_PIECE)
		buf_put(&exchange->content, piece);
	exchange->used = exchange->end - input.len;
	if (status == BODY_MORE) {
		exchange->used = exchange->end = exchange->from + exchange->head.bytes;
		return fill(connection);
	}
	if (status == 0 && exchange->content.over)
		status = 413;
	if (status) {
		exchange->drops = true;
		return work_refuse(connection, status);
	}
	return work_go_on(connection);
}

/* ---- after the answer ---- */

static enum step linger(struct connection *connection)
{
	char waste[4096];
	size_t bytes;
	enum step step = receive(connection, waste, sizeof waste, &bytes);
	connection->lingered += (unsigned)bytes;
	return connection->lingered > LINGER_BYTES ? STEP_CLOSE : step;
}

static enum step end_answer(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	struct loop *loop = connection->loop;
	bool leftover = exchange->used < exchange->end, close_it = exchange->close;
	bool unread = exchange->drops || leftover || connection->readable;
	count_answer(connection);
	if (close_it) {
		end_exchange(connection);
		if (!unread)
			return STEP_CLOSE;
		shutdown(connection->fd, SHUT_WR);
		connection_phase(connection, PHASE_LINGER, loop->now_us + LINGER_US);
		return STEP_ON;
	}
	connection_phase(connection, PHASE_IDLE, loop->now_us + loop->server->settings.idle_s * SECOND_US);
	if (leftover) {
		exchange_end(exchange);
		exchange_begin(exchange, &loop->server->limits);
	} else {
		end_exchange(connection);
	}
	if (loop->drains)
		connection_drain(connection);
	return STEP_ON;
}

/* ---- the machine ---- */

static enum step take_step(struct connection *connection)
{
	switch ((enum phase)connection->phase) {
	case PHASE_HEAD:
	case PHASE_IDLE:
		return read_head(connection);
	case PHASE_BODY:
		return read_body(connection);
	case PHASE_SEND: {
		enum step step = send_more(connection);
		return step == STEP_ON ? end_answer(connection) : step;
	}
	case PHASE_LINGER:
		return linger(connection);
	case PHASE_NEW:
	case PHASE_WORK:
	case PHASE_GONE:
		return STEP_WAIT;
	}
	return STEP_CLOSE;
}

static void follow(struct connection *connection, enum step step)
{
	for (unsigned i = 0; step == STEP_ON && i < STEPS_A_TURN; i++)
		step = take_step(connection);
	if (step == STEP_ON)
		loop_again(connection->loop, connection);
	else if (step == STEP_CLOSE)
		connection_close(connection);
}

void connection_run(struct connection *connection)
{
	follow(connection, STEP_ON);
}

/* An answer that is not to a whole request. */
static void answer_unasked(struct connection *connection, int status)
{
	if (!connection->exchange)
		begin_exchange(connection);
	if (connection->phase != PHASE_BODY)
		connection->exchange->started_us = clock_steady_us();
	connection->exchange->silent = connection->over != 0;
	connection->exchange->drops = true;
	follow(connection, work_refuse(connection, status));
}

static void open_connection(struct connection *connection)
{
	struct loop *loop = connection->loop;
	const struct http_settings *settings = &loop->server->settings;
	connection->next = loop->connections;
	if (connection->next)
		connection->next->previous = connection;
	loop->connections = connection;
	connection_phase(connection, PHASE_HEAD, loop->now_us + settings->header_ms * 1000);
	uint32_t events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
	if (loop_watch(loop, connection->fd, &connection->watch, events)) {
		connection_close(connection);
		return;
	}
	if (loop->drains)
		connection_drain(connection);
	if (connection->over)
		answer_unasked(connection, connection->over);
}

void connection_mailed(struct connection *connection)
{
	if (connection->phase == PHASE_NEW) {
		open_connection(connection);
		return;
	}
	connection->held = false;
	if (connection->phase == PHASE_GONE)
		connection_close(connection);
	else
		follow(connection, work_go_on(connection));
}

static void cut(struct connection *connection)
{
	struct linger at_once = {.l_onoff = 1};
	bool reading = connection->phase == PHASE_HEAD || connection->phase == PHASE_BODY;
	if (!connection->for_metrics)
		atomic_fetch_add(&connection->loop->server->metrics.cut, 1);
	if (reading && connection->exchange) {
		answer_unasked(connection, 408);
		return;
	}
	/* nothing is kept for one who does not read */
	if (connection->phase == PHASE_SEND)
		setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	connection_close(connection);
}

/* What came in this moment is heard. A fresh connection on which nothing came, and an idle one, are closed in silence.
 */
void connection_expire(struct connection *connection)
{
	struct loop *loop = connection->loop;
	bool waiting = connection->phase == PHASE_IDLE || connection->phase == PHASE_HEAD;
	bool fresh = connection->phase == PHASE_HEAD && !loop->drains;
	if (waiting && !connection->exchange) {
		connection->readable = true;
		connection_phase(connection, connection->phase, loop->now_us + DRAIN_IDLE_US);
		enum step step = take_step(connection);
		if (step == STEP_ON || connection->exchange) {
			follow(connection, step);
			return;
		}
		if (!fresh || step == STEP_CLOSE) {
			connection_close(connection);
			return;
		}
	}
	if (connection->phase == PHASE_LINGER)
		connection_close(connection);
	else
		cut(connection);
}

void connection_drain(struct connection *connection)
{
	bool waiting = connection->phase == PHASE_IDLE || connection->phase == PHASE_HEAD;
	if (waiting && !connection->exchange)
		timer_set(&connection->loop->timers, &connection->timer, connection->loop->now_us + DRAIN_IDLE_US);
}
