/* A whole server with its threads in this process: event threads, workers, flights, clients that ask, wait, leave and
 * come again, and a stop in the middle. Built with -fsanitize=thread it shows races; in any build it checks that every
 * whole answer is the right one, and that nothing stays. */
#include "http/server.h"

#include "base/file.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define CLIENTS 6
#define ROUNDS  400
#define PAGES   7

struct hall {
	struct web *web;
	struct http_server *server;
	int port, metrics_port;
	_Atomic int64_t sequence;
	_Atomic int answered, refused, broken;
	_Atomic bool stops;
	bool endless; /* clients go on until the server is gone */
};

struct client {
	struct hall *hall;
	uint32_t random;
	pthread_t thread;
};

static int show_page(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	struct hall *hall = app;
	struct str number = request_capture(request, "number");
	(void)worker;
	(void)err;
	response->sequence = atomic_load(&hall->sequence);
	response_tag(response, "p%.*s", STR_ARG(number));
	for (int i = 0; i < 400; i++)
		buf_printf(&response->body, "page %.*s ", STR_ARG(number));
	return 0;
}

static int show_echo(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	(void)app;
	(void)worker;
	(void)err;
	response->policy = CACHE_NO_STORE;
	buf_put(&response->body, request->body);
	return 0;
}

static const struct route routes[] = {
	{"page", ROUTE_GET, "/page/{number}/", NULL, show_page},
	{"echo", ROUTE_POST, "/echo/", NULL, show_echo},
};
static const struct str languages[] = {STR_INIT("en")};

static int connect_to(int port)
{
	struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&where, sizeof where)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The next answer: its status and body; 0 where the connection ended instead; -1 where it ended within. */
static int read_answer(int fd, struct buf *in, struct str *ret_body)
{
	buf_clear(in);
	for (;;) {
		char piece[8192];
		size_t end = str_find(buf_str(in), STR("\r\n\r\n"));
		size_t at = str_find(buf_str(in), STR("Content-Length: "));
		if (end != SIZE_MAX && at < end) {
			size_t bytes = (size_t)strtoul(in->ptr + at + 16, NULL, 10);
			if (in->len >= end + 4 + bytes) {
				*ret_body = str_of(in->ptr + end + 4, bytes);
				return (int)strtol(in->ptr + 9, NULL, 10);
			}
		}
		ssize_t got = recv(fd, piece, sizeof piece, 0);
		if (got <= 0)
			return in->len ? -1 : 0;
		buf_put_bytes(in, piece, (size_t)got);
		buf_put_byte(in, 0);
		in->len--;
	}
}

static bool send_all(int fd, struct str text)
{
	return send(fd, text.ptr, text.len, MSG_NOSIGNAL) == (ssize_t)text.len;
}

static uint32_t next_random(struct client *client)
{
	client->random = client->random * 1664525 + 1013904223;
	return client->random >> 16;
}

/* One request and its answer. False: the connection is over. */
static bool ask(struct client *client, int fd, struct buf *in)
{
	struct hall *hall = client->hall;
	char text[200];
	uint32_t kind = next_random(client) % 8;
	unsigned page = 1 + next_random(client) % PAGES;
	struct str body;
	if (kind <= 1) /* always a worker's */
		snprintf(text, sizeof text, "POST /echo/ HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\npage %u ",
			 page);
	else
		snprintf(text, sizeof text, "GET /page/%u/ HTTP/1.1\r\nHost: a\r\n\r\n", page);
	if (!send_all(fd, str_from(text)))
		return false;
	if (kind == 1) {
		/* leaves by a reset, often in the moment in which the worker hands its answer over */
		struct linger at_once = {.l_onoff = 1};
		for (uint32_t turns = next_random(client) % 8; turns > 0; turns--)
			sched_yield();
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
		return false;
	}
	int status = read_answer(fd, in, &body);
	if (status <= 0) {
		/* a reset is the kernel's way to end a connection that was asked as it ended */
		if (status < 0 || !atomic_load(&hall->stops))
			atomic_fetch_add(&hall->broken, 1);
		return false;
	}
	snprintf(text, sizeof text, "page %u ", page);
	bool right = status == 503 || status == 429 || (status == 200 && str_starts(body, str_from(text)));
	atomic_fetch_add(right ? (status == 200 ? &hall->answered : &hall->refused) : &hall->broken, 1);
	return str_find(str_of(in->ptr, in->len), STR("Connection: close")) == SIZE_MAX;
}

static void *run_client(void *context)
{
	struct client *client = context;
	BUF_SCOPED in = BUF_INIT(1 << 20);
	for (int round = 0; round < ROUNDS || client->hall->endless; round++) {
		FD_SCOPED fd = connect_to(client->hall->port);
		if (fd < 0)
			return NULL;
		for (unsigned i = next_random(client) % 12; i > 0; i--)
			if (!ask(client, fd, &in))
				break;
	}
	return NULL;
}

static void *run_changes(void *context)
{
	struct client *client = context;
	struct hall *hall = client->hall;
	BUF_SCOPED in = BUF_INIT(1 << 20);
	for (int round = 0; round < ROUNDS; round++) {
		char tag[16];
		struct str body;
		snprintf(tag, sizeof tag, "p%u", 1 + next_random(client) % PAGES);
		struct str tags[] = {str_from(tag)};
		cache_invalidate(web_cache(hall->web), tags, 1, atomic_fetch_add(&hall->sequence, 1) + 1);
		FD_SCOPED fd = connect_to(hall->metrics_port);
		if (fd < 0 || !send_all(fd, STR("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) ||
		    read_answer(fd, &in, &body) != 200)
			atomic_fetch_add(&hall->broken, 1);
	}
	return NULL;
}

static void start(struct hall *hall, const struct web_settings *web_settings, const struct web_app *app)
{
	struct err err = {0};
	assert_int_equal(web_create(web_settings, app, &hall->web, &err), 0);
	const struct http_settings settings = {
		.web = hall->web,
		.threads = 3,
		.workers = 3,
		.queue_most = 8,
		.connections_most = 7,
		.drain_ms = 5000,
		.reader_limits = {.of = {[ALLOW_REQUESTS] = {20000, 1000}, [ALLOW_PAGES] = {20000, 500}},
				  .connections = 6}};
	assert_int_equal(http_start(&settings, &hall->server, &err), 0);
	hall->port = http_port(hall->server);
	hall->metrics_port = http_metrics_port(hall->server);
}

/* stop_early: the server is stopped while they ask. */
static void run(bool stop_early)
{
	struct hall hall = {.sequence = 1, .endless = stop_early};
	struct web_app app = {.context = &hall, .table = {routes, sizeof routes / sizeof routes[0], languages, 1}};
	struct web_settings web_settings = {.clock = clock_system(), .cache = {.max_bytes = 60000, .shards = 2}};
	struct client clients[CLIENTS + 1];
	start(&hall, &web_settings, &app);
	for (unsigned i = 0; i <= CLIENTS; i++) {
		clients[i] = (struct client){.hall = &hall, .random = i + 1};
		if (i < CLIENTS || !stop_early)
			assert_int_equal(pthread_create(&clients[i].thread, NULL,
							i < CLIENTS ? run_client : run_changes, &clients[i]),
					 0);
	}
	if (stop_early) {
		while (atomic_load(&hall.answered) < 200)
			sched_yield();
		atomic_store(&hall.stops, true);
		http_drain(hall.server);
		http_stop(hall.server);
	}
	for (unsigned i = 0; i <= CLIENTS; i++)
		if (i < CLIENTS || !stop_early)
			pthread_join(clients[i].thread, NULL);
	if (!stop_early)
		http_stop(hall.server);
	print_message("%d answered, %d refused\n", hall.answered, hall.refused);
	assert_int_equal(hall.broken, 0);
	assert_true(hall.answered >= 200);
	web_destroy(hall.web);
}

static void clients_of_every_kind(void **state)
{
	(void)state;
	run(false);
}

static void stopped_while_they_ask(void **state)
{
	(void)state;
	run(true);
}

static void started_and_stopped(void **state)
{
	(void)state;
	for (int i = 0; i < 30; i++) {
		struct hall hall = {.sequence = 1};
		struct web_app app = {.context = &hall,
				      .table = {routes, sizeof routes / sizeof routes[0], languages, 1}};
		struct web_settings web_settings = {.clock = clock_system()};
		start(&hall, &web_settings, &app);
		FD_SCOPED fd = connect_to(hall.port);
		FD_SCOPED half = connect_to(hall.port);
		assert_true(fd >= 0 && send_all(half, STR("GET /page/1/")));
		close(fd);
		close(half);
		fd = half = -1;
		http_stop(hall.server);
		web_destroy(hall.web);
	}
}

/* Who handed a socket over goes on with it, and so do those who came since. */
static void a_socket_handed_over_stays(void **state)
{
	struct hall hall = {.sequence = 1};
	struct web_app app = {.context = &hall, .table = {routes, sizeof routes / sizeof routes[0], languages, 1}};
	struct web_settings web_settings = {.clock = clock_system()};
	struct sockaddr_in where = {.sin_family = AF_INET};
	struct err err = {0};
	struct str body;
	BUF_SCOPED in = BUF_INIT(1 << 20);
	(void)state;
	where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	FD_SCOPED fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&where, sizeof where), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(web_create(&web_settings, &app, &hall.web, &err), 0);
	for (int i = 0; i < 2; i++) {
		const struct http_settings settings = {.web = hall.web, .listen_fd = dup(fd), .drain_ms = 5000};
		assert_int_equal(http_start(&settings, &hall.server, &err), 0);
		FD_SCOPED client = connect_to(http_port(hall.server));
		assert_true(client >= 0 && send_all(client, STR("GET /page/1/ HTTP/1.1\r\nHost: a\r\n\r\n")));
		assert_int_equal(read_answer(client, &in, &body), 200);
		http_stop(hall.server);
	}
	web_destroy(hall.web);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clients_of_every_kind),
		cmocka_unit_test(stopped_while_they_ask),
		cmocka_unit_test(started_and_stopped),
		cmocka_unit_test(a_socket_handed_over_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
