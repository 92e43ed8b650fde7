#include "http/connection.h"

#include <stddef.h>

/* ---- the request ---- */

static void read_ask(struct exchange *exchange)
{
	struct {
		struct str name;
		struct str *place;
	} wanted[] = {
		{STR("accept-encoding"), &exchange->ask.accept_encoding},
		{STR("if-none-match"), &exchange->ask.if_none_match},
		{STR("if-modified-since"), &exchange->ask.if_modified_since},
		{STR("range"), &exchange->ask.range},
		{STR("if-range"), &exchange->ask.if_range},
	};
	for (unsigned f = 0; f < exchange->head.strict.fields; f++) {
		const struct header *field = &exchange->fields[f];
		for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
			if (field->name.len == wanted[i].name.len && !wanted[i].place->len &&
			    str_eq_nocase(field->name, wanted[i].name))
				*wanted[i].place = field->value;
	}
}

/* The request as the web layer wants it; anew for each try. */
static void make_request(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	if (!exchange->arena)
		exchange->arena = arena_create(0);
	arena_clear(exchange->arena);
	exchange->request = (struct request){
		.method_name = exchange->head.method,
		.target = exchange->head.target,
		.headers = exchange->fields,
		.header_count = exchange->head.strict.fields,
		.body = buf_str(&exchange->content),
		.now_s = clock_now_s(web_clock(connection->loop->server->settings.web)),
		.arena = exchange->arena,
	};
}

enum step work_refuse(struct connection *connection, int status)
{
	struct exchange *exchange = connection->exchange;
	if (!connection->for_metrics && status != 408)
		atomic_fetch_add(&connection->loop->server->metrics.refused, 1);
	exchange->ask = (struct ask){.head = request_method(exchange->head.method) == WEB_HEAD};
	exchange->close = true;
	page_release(exchange->page);
	exchange->page = status == 429 ? page_keep(connection->loop->server->too_many) : web_plain(status);
	return send_page(connection);
}

/* Who asks too often is heard out no longer; the connection of a proxy is that of others too. */
static enum step answer_too_many(struct connection *connection, bool ends)
{
	struct exchange *exchange = connection->exchange;
	exchange->close = exchange->close || ends;
	exchange->drops = exchange->drops || ends;
	exchange->page = page_keep(connection->loop->server->too_many);
	return send_page(connection);
}

/* ---- in other hands ---- */

static struct exchange *of_job(struct job *job)
{
	return (struct exchange *)((char *)job - offsetof(struct exchange, job));
}

/* page: NULL for "try again". From here on the exchange is its loop's again. */
static void deliver(struct exchange *exchange, struct page *page)
{
	exchange->page = page;
	loop_mail(exchange->connection->loop, exchange->connection);
}

static struct web *web_of(const struct exchange *exchange)
{
	return exchange->connection->loop->server->settings.web;
}

static void run_render(struct job *job, void *worker)
{
	struct exchange *exchange = of_job(job);
	deliver(exchange, web_render(web_of(exchange), worker, &exchange->request, exchange->flight));
}

static void drop_render(struct job *job)
{
	struct exchange *exchange = of_job(job);
	deliver(exchange, web_refuse(web_of(exchange), &exchange->request, exchange->flight, 503));
}

static void run_form(struct job *job, void *worker)
{
	struct exchange *exchange = of_job(job);
	(void)worker;
	page_make_form(exchange->page, exchange->wanted, false);
	deliver(exchange, exchange->page);
}

static void drop_form(struct job *job)
{
	deliver(of_job(job), of_job(job)->page);
}

static void take_page(struct cache_waiter *waiter, struct page *page)
{
	deliver((struct exchange *)((char *)waiter - offsetof(struct exchange, waiter)), page);
}

static enum step wait_for_it(struct connection *connection)
{
	connection->held = true;
	connection_phase(connection, PHASE_WORK, TIMER_NEVER);
	return STEP_WAIT;
}

static enum step push_render(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	exchange->job = (struct job){.run = run_render, .drop = drop_render};
	if (queue_push(connection->loop->server->queue, &exchange->job))
		return wait_for_it(connection);
	exchange->page = web_refuse(web_of(exchange), &exchange->request, exchange->flight, 503);
	return send_page(connection);
}

static enum step miss(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	struct page *page = NULL;
	make_request(connection);
	exchange->waiter.done = take_page;
	switch (web_begin(web_of(exchange), &exchange->request, &exchange->waiter, &page, &exchange->flight)) {
	case WEB_ANSWER:
		exchange->page = page;
		return send_page(connection);
	case WEB_WAIT:
		exchange->outcome = OUTCOME_WAIT;
		return wait_for_it(connection);
	case WEB_RENDER:
		if (!limit_page(connection)) {
			web_give_up(web_of(exchange), &exchange->request, exchange->flight);
			return answer_too_many(connection, false);
		}
		exchange->outcome = OUTCOME_MISS;
		return push_render(connection);
	}
	return STEP_CLOSE;
}

/* Waits for the form that the client prefers; false where it is there, or no worker has time. */
static bool asks_for_form(struct exchange *exchange)
{
	struct page *page = exchange->page;
	if (!page->compressible)
		return false;
	exchange->wanted = exchange->ask.range.len ? CODING_IDENTITY : answer_coding(page, &exchange->ask);
	if (page_form(page, exchange->wanted))
		return false;
	exchange->job = (struct job){.run = run_form, .drop = drop_form};
	return queue_push(exchange->connection->loop->server->queue, &exchange->job);
}

enum step work_go_on(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	struct http_server *server = connection->loop->server;
	if (exchange->is_get && !exchange->page) {
		exchange->page = web_find(server->settings.web, exchange->head.target,
					  clock_now_s(web_clock(server->settings.web)));
		if (!exchange->page)
			return miss(connection);
		if (exchange->outcome == OUTCOME_NONE)
			exchange->outcome = OUTCOME_HIT;
		improve_maybe(server, exchange->page);
	}
	if (!exchange->page) {
		exchange->request.body = buf_str(&exchange->content);
		exchange->outcome = OUTCOME_MISS;
		return push_render(connection);
	}
	return asks_for_form(exchange) ? wait_for_it(connection) : send_page(connection);
}

/* ---- the head is whole ---- */

static bool begin_body(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	const struct strict *strict = &exchange->head.strict;
	if (strict->chunked)
		body_init_chunked(&exchange->body, connection->loop->server->settings.body_bytes);
	else
		body_init_length(&exchange->body, strict->body_bytes);
	return strict->chunked || strict->body_bytes > 0;
}

/* Other methods are routed before their body is read, so that none is read in vain. Where one is not taken,
 * nobody can tell whether a body follows: the connection ends. */
static enum step begin_other(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	struct loop *loop = connection->loop;
	struct page *page = NULL;
	make_request(connection);
	if (web_begin(web_of(exchange), &exchange->request, NULL, &page, &exchange->flight) == WEB_ANSWER) {
		exchange->page = page;
		exchange->close = exchange->drops = true;
		return send_page(connection);
	}
	if (!limit_page(connection))
		return answer_too_many(connection, true);
	if (!begin_body(connection))
		return work_go_on(connection);
	/* RFC 9110 section 10.1.1: one of HTTP/1.0 does not know it, one whose body is here needs it no more */
	bool waits = exchange->head.strict.expects_continue && exchange->used == exchange->end;
	if (waits && str_eq(exchange->head.version, STR("HTTP/1.1")) && !send_continue(connection))
		return STEP_CLOSE;
	connection_phase(connection, PHASE_BODY, loop->now_us + loop->server->settings.body_ms * 1000);
	return STEP_ON;
}

enum step work_begin(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	enum web_method method = request_method(exchange->head.method);
	exchange->close = !exchange->head.keep_alive;
	exchange->is_get = method == WEB_GET || method == WEB_HEAD;
	exchange->ask.head = method == WEB_HEAD;
	if (connection->for_metrics) {
		exchange->drops = !exchange->is_get;
		exchange->close = exchange->close || exchange->drops;
		exchange->page = metrics_page(connection->loop->server, exchange->head.method, exchange->head.target);
		return send_page(connection);
	}
	if (!limit_request(connection))
		return answer_too_many(connection, !connection->by_proxy || !exchange->is_get);
	if (!exchange->is_get)
		return begin_other(connection);
	read_ask(exchange);
	return work_go_on(connection);
}
