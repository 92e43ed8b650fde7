#include "http/connection.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define TARGET_MOST (LIMIT_PATH_BYTES + LIMIT_QUERY_BYTES + 1024)

void connection_set_phase(struct connection *connection, enum phase phase, int64_t deadline_us)
{
	int before = connection->phase;
	atomic_store(&connection->deadline_us, deadline_us);
	atomic_store(&connection->since_us, clock_steady_us());
	if (before != PHASE_CUT)
		atomic_compare_exchange_strong(&connection->phase, &before, phase);
}

/* ---- opening and closing ---- */

static void open_connection(struct http_server *server, struct MHD_Connection *mhd, void **socket_context)
{
	struct connection *connection = calloc(1, sizeof *connection);
	if (!connection)
		abort();
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	connection->server = server;
	connection->mhd = mhd;
	connection->fd = info ? info->connect_fd : -1;
	buf_init(&connection->target, TARGET_MOST);
	buf_init(&connection->body, (size_t)server->settings.body_bytes);
	connection_set_phase(connection, PHASE_HEAD, clock_steady_us() + server->settings.header_ms * 1000);
	pthread_mutex_lock(&server->lock);
	connection->next = server->connections;
	if (connection->next)
		connection->next->previous = connection;
	server->connections = connection;
	pthread_mutex_unlock(&server->lock);
	atomic_fetch_add(&server->metrics.connections, 1);
	atomic_fetch_add(&server->metrics.connections_total, 1);
	*socket_context = connection;
}

static void end_request(struct connection *connection)
{
	page_release(connection->page);
	arena_destroy(connection->arena);
	connection->page = NULL;
	connection->arena = NULL;
	connection->begun = false;
	atomic_store(&connection->asking, false);
	buf_finish(&connection->body);
	buf_init(&connection->body, (size_t)connection->server->settings.body_bytes);
}

static void close_connection(struct http_server *server, struct connection *connection)
{
	pthread_mutex_lock(&server->lock);
	if (connection->next)
		connection->next->previous = connection->previous;
	if (connection->previous)
		connection->previous->next = connection->next;
	else
		server->connections = connection->next;
	pthread_mutex_unlock(&server->lock);
	end_request(connection);
	buf_finish(&connection->target);
	buf_finish(&connection->body);
	free(connection);
	atomic_fetch_sub(&server->metrics.connections, 1);
}

void connection_notify(void *cls, struct MHD_Connection *mhd, void **socket_context,
		       enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		open_connection(cls, mhd, socket_context);
	} else if (*socket_context) {
		close_connection(cls, *socket_context);
		*socket_context = NULL;
	}
}

void *connection_target(void *cls, const char *target, struct MHD_Connection *mhd)
{
	(void)cls;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct connection *connection = info->socket_context;
	buf_clear(&connection->target);
	buf_put_cstr(&connection->target, target);
	connection->started_us = clock_steady_us();
	atomic_store(&connection->asking, true);
	return connection;
}

static void log_request(struct connection *connection, int64_t took_us)
{
	struct http_server *server = connection->server;
	unsigned every = server->settings.log_every;
	bool failed = connection->status >= 500;
	if (!server->settings.log || (!failed && every == 0))
		return;
	if (!failed && every > 1 &&
	    atomic_fetch_add_explicit(&server->metrics.logged, 1, memory_order_relaxed) % every != 0)
		return;
	struct str path, query;
	str_cut(buf_str(&connection->target), '?', &path, &query);
	log_event(server->settings.log, failed ? LOG_WARN : LOG_INFO, "request", LOG_STR("method", connection->method),
		  LOG_STR("path", path), LOG_I64("status", connection->status),
		  LOG_I64("bytes", connection->sent_bytes), LOG_US_AS_MS("ms", took_us),
		  LOG_CSTR("cache", outcome_name(connection->outcome)));
}

void connection_completed(void *cls, struct MHD_Connection *mhd, void **request_context,
			  enum MHD_RequestTerminationCode code)
{
	struct http_server *server = cls;
	struct connection *connection = *request_context;
	(void)mhd;
	if (!connection)
		return;
	if (connection->begun && connection->status) {
		int64_t took_us = clock_steady_us() - connection->started_us;
		metrics_count(&server->metrics, connection->page ? connection->page->route : NULL, connection->status,
			      connection->outcome, took_us, connection->sent_bytes);
		log_request(connection, took_us);
	}
	end_request(connection);
	*request_context = NULL;
	if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		connection_set_phase(connection, PHASE_HEAD,
				     clock_steady_us() + server->settings.idle_s * (int64_t)1000000 +
					     server->settings.header_ms * 1000);
}

/* ---- the head ---- */

static enum MHD_Result read_field(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_bytes,
				  const char *value, size_t value_bytes)
{
	struct connection *connection = cls;
	struct str key = str_of(name, name_bytes), text = str_of(value, value_bytes);
	struct {
		struct str name;
		struct str *place;
	} wanted[] = {
		{STR("accept-encoding"), &connection->ask.accept_encoding},
		{STR("if-none-match"), &connection->ask.if_none_match},
		{STR("if-modified-since"), &connection->ask.if_modified_since},
		{STR("range"), &connection->ask.range},
		{STR("if-range"), &connection->ask.if_range},
	};
	(void)kind;
	strict_add(&connection->strict, key, text);
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		if (key.len == wanted[i].name.len && !wanted[i].place->len && str_eq_nocase(key, wanted[i].name))
			*wanted[i].place = text;
	return MHD_YES;
}

struct field_list {
	struct header *fields;
	size_t count, room;
};

static enum MHD_Result list_field(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_bytes,
				  const char *value, size_t value_bytes)
{
	struct field_list *list = cls;
	(void)kind;
	if (list->count == list->room)
		return MHD_NO;
	list->fields[list->count++] = (struct header){str_of(name, name_bytes), str_of(value, value_bytes)};
	return MHD_YES;
}

/* The request as the web layer wants it; anew for each try. */
static void make_request(struct connection *connection)
{
	if (!connection->arena)
		connection->arena = arena_create(0);
	arena_clear(connection->arena);
	struct field_list list = {arena_array(connection->arena, struct header, FIELDS_MOST), 0, FIELDS_MOST};
	MHD_get_connection_values_n(connection->mhd, MHD_HEADER_KIND, list_field, &list);
	connection->request = (struct request){
		.method_name = connection->method,
		.target = buf_str(&connection->target),
		.headers = list.fields,
		.header_count = list.count,
		.body = buf_str(&connection->body),
		.now_s = clock_now_s(web_clock(connection->server->settings.web)),
		.arena = connection->arena,
	};
}

static enum MHD_Result refuse(struct connection *connection, int status)
{
	atomic_fetch_add(&connection->server->metrics.refused, 1);
	connection->page = web_plain(status);
	return connection_send(connection);
}

/* Other methods are routed before their body is read, so that none is read in vain. */
static enum MHD_Result begin_other(struct connection *connection)
{
	struct page *page = NULL;
	make_request(connection);
	if (web_begin(connection->server->settings.web, &connection->request, NULL, &page, &connection->flight) ==
	    WEB_ANSWER) {
		connection->page = page;
		return connection_send(connection);
	}
	connection_set_phase(connection, PHASE_BODY, clock_steady_us() + connection->server->settings.body_ms * 1000);
	return MHD_YES;
}

/* The first call: the head is whole. What is answered here closes the connection. */
static enum MHD_Result begin(struct connection *connection, const char *method, const char *version)
{
	struct http_server *server = connection->server;
	int head = PHASE_HEAD;
	if (!atomic_compare_exchange_strong(&connection->phase, &head, PHASE_WORK))
		return MHD_NO;
	connection->begun = true;
	connection->status = 0;
	connection->sent_bytes = 0;
	connection->outcome = OUTCOME_NONE;
	connection->strict = (struct strict){0};
	connection->ask = (struct ask){0};
	connection->method = str_from(method);
	MHD_get_connection_values_n(connection->mhd, MHD_HEADER_KIND, read_field, connection);
	enum web_method kind = request_method(connection->method);
	connection->is_get = kind == WEB_GET || kind == WEB_HEAD;
	connection->ask.head = kind == WEB_HEAD;
	int status = strict_verdict(&connection->strict, kind, str_from(version), &server->limits);
	if (!status && connection->target.over)
		status = 414;
	if (status)
		return refuse(connection, status);
	return connection->is_get ? MHD_YES : begin_other(connection);
}

/* ---- misses ---- */

/* The other side of the gate: the page (or NULL: try again) is delivered. */
static void deliver(struct connection *connection, struct page *page)
{
	connection->page = page;
	if (atomic_fetch_add(&connection->gate, 1) == 1)
		MHD_resume_connection(connection->mhd);
}

static enum MHD_Result suspend(struct connection *connection)
{
	MHD_suspend_connection(connection->mhd);
	if (atomic_fetch_add(&connection->gate, 1) == 1)
		MHD_resume_connection(connection->mhd);
	return MHD_YES;
}

static struct connection *of_job(struct job *job)
{
	return (struct connection *)((char *)job - offsetof(struct connection, job));
}

static void run_render(struct job *job, void *worker)
{
	struct connection *connection = of_job(job);
	deliver(connection,
		web_render(connection->server->settings.web, worker, &connection->request, connection->flight));
}

static void drop_render(struct job *job)
{
	struct connection *connection = of_job(job);
	deliver(connection,
		web_refuse(connection->server->settings.web, &connection->request, connection->flight, 503));
}

static void run_form(struct job *job, void *worker)
{
	struct connection *connection = of_job(job);
	(void)worker;
	page_make_form(connection->page, connection->wanted, false);
	deliver(connection, connection->page);
}

static void drop_form(struct job *job)
{
	struct connection *connection = of_job(job);
	deliver(connection, connection->page);
}

static void take_page(struct cache_waiter *waiter, struct page *page)
{
	deliver((struct connection *)((char *)waiter - offsetof(struct connection, waiter)), page);
}

static enum MHD_Result push_render(struct connection *connection)
{
	struct http_server *server = connection->server;
	connection->job = (struct job){.run = run_render, .drop = drop_render};
	if (queue_push(server->queue, &connection->job))
		return suspend(connection);
	connection->page = web_refuse(server->settings.web, &connection->request, connection->flight, 503);
	return connection_send(connection);
}

static enum MHD_Result miss(struct connection *connection)
{
	struct page *page = NULL;
	make_request(connection);
	connection->waiter.done = take_page;
	atomic_store(&connection->gate, 0);
	switch (web_begin(connection->server->settings.web, &connection->request, &connection->waiter, &page,
			  &connection->flight)) {
	case WEB_ANSWER:
		connection->page = page;
		return connection_send(connection);
	case WEB_WAIT:
		connection->outcome = OUTCOME_WAIT;
		return suspend(connection);
	case WEB_RENDER:
		connection->outcome = OUTCOME_MISS;
		return push_render(connection);
	}
	return MHD_NO;
}

/* Suspends for the form that the client prefers; false where it is there, or no worker has time. */
static bool wait_for_form(struct connection *connection)
{
	struct page *page = connection->page;
	connection->wanted = connection->ask.range.len ? CODING_IDENTITY : answer_coding(page, &connection->ask);
	if (page_form(page, connection->wanted))
		return false;
	atomic_store(&connection->gate, 0);
	connection->job = (struct job){.run = run_form, .drop = drop_form};
	return queue_push(connection->server->queue, &connection->job);
}

static enum MHD_Result take_body(struct connection *connection, const char *body, size_t *body_bytes)
{
	buf_put_bytes(&connection->body, body, *body_bytes);
	*body_bytes = 0;
	return MHD_YES;
}

/* All of the request is here, or a suspension is over. */
static enum MHD_Result go_on(struct connection *connection)
{
	struct http_server *server = connection->server;
	if (connection->is_get && !connection->page) {
		connection->page = web_find(server->settings.web, buf_str(&connection->target),
					    clock_now_s(web_clock(server->settings.web)));
		if (!connection->page)
			return miss(connection);
		if (connection->outcome == OUTCOME_NONE)
			connection->outcome = OUTCOME_HIT;
		improve_maybe(server, connection->page);
	}
	if (!connection->page) {
		if (connection->body.over)
			return refuse(connection, 413);
		connection->request.body = buf_str(&connection->body);
		connection->outcome = OUTCOME_MISS;
		atomic_store(&connection->gate, 0);
		return push_render(connection);
	}
	if (wait_for_form(connection))
		return suspend(connection);
	return connection_send(connection);
}

enum MHD_Result connection_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
				   const char *version, const char *body, size_t *body_bytes, void **request_context)
{
	struct connection *connection = *request_context;
	(void)cls;
	(void)mhd;
	(void)url;
	if (!connection || connection->phase == PHASE_CUT)
		return MHD_NO;
	if (!connection->begun)
		return begin(connection, method, version);
	if (*body_bytes)
		return take_body(connection, body, body_bytes);
	return go_on(connection);
}
