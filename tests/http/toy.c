/* A server with a toy app, for the tests that need sockets: test_sockets.py and the benchmark.
 *
 *     toy [key=value]…     prints "port metrics_port" and serves until SIGTERM
 *
 * /size/{number}/       so many bytes of text, kept         /slow/{slug}/  waits until /release/ was asked
 * /renders/             how often pages were rendered       /private/      no-store
 * /change/{number}/     tells the cache: tag t1 changed at that sequence    /file/  a file of 100,000 bytes
 * /held/{number}/       like slow, carries t1 and that sequence             /echo/  POST: the body
 * /list/?kind=&topic=&q=&page=   pages by filters and words, kept
 * /fail/                the handler breaks                  /away/         the database is away
 * SIGHUP empties the cache and releases what is held.
 */
#include "http/server.h"

#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct toy {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool released;
	int renders, waiting;
	struct web *web;
	int file_fd;
};

static int toy_renders(struct toy *toy, int more)
{
	pthread_mutex_lock(&toy->lock);
	toy->renders += more;
	int renders = toy->renders;
	pthread_mutex_unlock(&toy->lock);
	return renders;
}

static void hold(struct toy *toy)
{
	pthread_mutex_lock(&toy->lock);
	toy->waiting++;
	while (!toy->released)
		pthread_cond_wait(&toy->changed, &toy->lock);
	toy->waiting--;
	pthread_mutex_unlock(&toy->lock);
}

static void set_released(struct toy *toy, bool released)
{
	pthread_mutex_lock(&toy->lock);
	toy->released = released;
	pthread_cond_broadcast(&toy->changed);
	pthread_mutex_unlock(&toy->lock);
}

static int show_size(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	uint32_t state = 1;
	int64_t bytes;
	(void)worker;
	(void)err;
	toy_renders(app, 1);
	if (!str_to_i64(request_capture(request, "number"), &bytes))
		return WEB_NOT_FOUND;
	response->last_modified_s = 1500000000;
	response->sequence = 1;
	/* words of uneven length, so that it compresses about as text does */
	while (response->body.len < (size_t)bytes) {
		state = state * 1664525 + 1013904223;
		buf_printf(&response->body, "%x ", state >> (8 + 4 * (state >> 30)));
	}
	buf_truncate(&response->body, (size_t)bytes);
	return 0;
}

static int show_slow(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	(void)worker;
	(void)request;
	(void)err;
	toy_renders(app, 1);
	hold(app);
	buf_put_cstr(&response->body, "slow page");
	return 0;
}

static int show_held(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	response_tag(response, "t1");
	if (!str_to_i64(request_capture(request, "number"), &response->sequence))
		return WEB_NOT_FOUND;
	return show_slow(app, worker, request, response, err);
}

static int show_release(void *app, void *worker, const struct request *request, struct response *response,
			struct err *err)
{
	struct toy *toy = app;
	(void)worker;
	(void)err;
	response->policy = CACHE_NO_STORE;
	set_released(toy, str_eq(request_capture(request, "slug"), STR("yes")));
	buf_put_cstr(&response->body, "done");
	return 0;
}

static int show_renders(void *app, void *worker, const struct request *request, struct response *response,
			struct err *err)
{
	(void)worker;
	(void)request;
	(void)err;
	response->policy = CACHE_NO_STORE;
	buf_printf(&response->body, "%d", toy_renders(app, 0));
	return 0;
}

static int show_change(void *app, void *worker, const struct request *request, struct response *response,
		       struct err *err)
{
	struct toy *toy = app;
	int64_t sequence;
	(void)worker;
	(void)err;
	response->policy = CACHE_NO_STORE;
	if (!str_to_i64(request_capture(request, "number"), &sequence))
		return WEB_NOT_FOUND;
	cache_invalidate(web_cache(toy->web), &STR("t1"), 1, sequence);
	buf_put_cstr(&response->body, "changed");
	return 0;
}

static int show_file(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	struct toy *toy = app;
	(void)worker;
	(void)request;
	int fd = dup(toy->file_fd);
	if (fd < 0)
		return err_set(err, ERR_SYSTEM, "no file");
	response_file(response, fd, 0, 100000, STR("application/pdf"));
	return 0;
}

static int show_private(void *app, void *worker, const struct request *request, struct response *response,
			struct err *err)
{
	(void)worker;
	(void)request;
	(void)err;
	response->policy = CACHE_NO_STORE;
	buf_printf(&response->body, "private %d", toy_renders(app, 1));
	return 0;
}

static int show_list(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	(void)worker;
	(void)err;
	toy_renders(app, 1);
	buf_put_html(&response->body, request->key);
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

static int show_fail(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	(void)app;
	(void)worker;
	(void)request;
	buf_put_cstr(&response->body, "half a page");
	return err_set(err, ERR_DATA, "broken on purpose");
}

static int show_away(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	(void)app;
	(void)worker;
	(void)request;
	(void)response;
	return err_set(err, ERR_DB_AWAY, "away on purpose");
}

static const struct route_param list_params[] = {
	{"kind", PARAM_SLUG}, {"topic", PARAM_SLUG}, {"q", PARAM_TEXT}, {"page", PARAM_PAGE}, {0}};

static const struct route routes[] = {
	{"list", ROUTE_GET, "/list/", list_params, show_list},
	{"size", ROUTE_GET, "/size/{number}/", NULL, show_size},
	{"slow", ROUTE_GET, "/slow/{slug}/", NULL, show_slow},
	{"held", ROUTE_GET, "/held/{number}/", NULL, show_held},
	{"release", ROUTE_GET, "/release/{slug}/", NULL, show_release},
	{"renders", ROUTE_GET, "/renders/", NULL, show_renders},
	{"change", ROUTE_GET, "/change/{number}/", NULL, show_change},
	{"file", ROUTE_GET, "/file/", NULL, show_file},
	{"private", ROUTE_GET, "/private/", NULL, show_private},
	{"echo", ROUTE_POST, "/echo/", NULL, show_echo},
	{"fail", ROUTE_GET, "/fail/", NULL, show_fail},
	{"away", ROUTE_GET, "/away/", NULL, show_away},
};

static int make_file(void)
{
	char name[] = "/tmp/crier-toy-XXXXXX", block[1000];
	int fd = mkstemp(name);
	assert(fd >= 0);
	unlink(name);
	for (int i = 0; i < 100; i++) {
		memset(block, 'a' + i % 26, sizeof block);
		assert(write(fd, block, sizeof block) == sizeof block);
	}
	return fd;
}

#define TRUSTED_MOST 4

/* "requests=5/20": five a second, twenty at once. False for another. */
static bool read_allowance(struct http_settings *settings, struct str name, struct str value)
{
	static const char *const kinds[ALLOWANCES] = {"requests", "pages", "searches"};
	struct str each_s, burst;
	for (size_t i = 0; i < ALLOWANCES; i++)
		if (str_eq(name, str_from(kinds[i])))
			return str_cut(value, '/', &each_s, &burst) &&
			       str_to_i64(each_s, &settings->reader_limits.of[i].each_s) &&
			       str_to_i64(burst, &settings->reader_limits.of[i].burst);
	return false;
}

/* "trusted=::1" may stand several times. False for another. */
static bool read_limit(struct http_settings *settings, struct str name, struct str value)
{
	static struct network trusted[TRUSTED_MOST];
	int64_t number;
	if (str_eq(name, STR("reader_connections")) && str_to_i64(value, &number))
		settings->reader_limits.connections = (unsigned)number;
	else if (str_eq(name, STR("trusted")) && settings->proxies.count < TRUSTED_MOST &&
		 network_read(value, &trusted[settings->proxies.count]))
		settings->proxies = (struct proxies){trusted, settings->proxies.count + 1, settings->proxies.rfc7239};
	else if (str_eq(name, STR("rfc7239")))
		settings->proxies.rfc7239 = true;
	else
		return read_allowance(settings, name, value);
	return true;
}

/* "header_ms=300" into the settings. */
static void read_setting(struct http_settings *settings, const char *text)
{
	struct str name, value;
	int64_t number = 0;
	str_cut(str_from(text), '=', &name, &value);
	bool known = str_to_i64(value, &number);
	if (str_eq(name, STR("header_ms")))
		settings->header_ms = number;
	else if (str_eq(name, STR("body_ms")))
		settings->body_ms = number;
	else if (str_eq(name, STR("write_ms")))
		settings->write_ms = number;
	else if (str_eq(name, STR("slowest_bytes_s")))
		settings->slowest_bytes_s = number;
	else if (str_eq(name, STR("drain_ms")))
		settings->drain_ms = number;
	else if (str_eq(name, STR("port")))
		settings->port = (int)number;
	else if (str_eq(name, STR("idle_s")))
		settings->idle_s = (unsigned)number;
	else if (str_eq(name, STR("workers")))
		settings->workers = (unsigned)number;
	else if (str_eq(name, STR("threads")))
		settings->threads = (unsigned)number;
	else if (str_eq(name, STR("connections_most")))
		settings->connections_most = (unsigned)number;
	else if (str_eq(name, STR("queue_most")))
		settings->queue_most = (unsigned)number;
	else if (str_eq(name, STR("body_bytes")))
		settings->body_bytes = number;
	else if (str_eq(name, STR("log_every")))
		settings->log_every = (unsigned)number;
	else
		known = read_limit(settings, name, value);
	if (!known) {
		fprintf(stderr, "toy: unknown setting %s\n", text);
		exit(2);
	}
}

static int reloaded(void *context, struct err *err)
{
	struct toy *toy = context;
	(void)err;
	cache_clear(web_cache(toy->web));
	set_released(toy, true);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct str languages[] = {STR_INIT("en"), STR_INIT("fr")};
	struct toy toy = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
	struct log log = {.fd = 2, .least = LOG_INFO, .format = LOG_KEY_VALUE, .clock = clock_system()};
	struct web_app app = {.context = &toy, .table = {routes, sizeof routes / sizeof routes[0], languages, 2}};
	struct web_settings web_settings = {.clock = clock_system(), .log = &log, .cache = {.max_bytes = 32u << 20}};
	struct http_settings settings = {.log = &log, .reload = reloaded, .context = &toy};
	struct http_server *server = NULL;
	struct err err = {0};
	http_block_signals();
	for (int i = 1; i < argc; i++)
		read_setting(&settings, argv[i]);
	toy.file_fd = make_file();
	int rc = web_create(&web_settings, &app, &toy.web, &err);
	settings.web = toy.web;
	if (!rc)
		rc = http_start(&settings, &server, &err);
	if (!rc) {
		printf("%d %d\n", http_port(server), http_metrics_port(server));
		fflush(stdout);
		rc = http_run(server, &err);
	}
	if (rc)
		fprintf(stderr, "toy: %s\n", err.text);
	http_stop(server);
	web_destroy(toy.web);
	close(toy.file_fd);
	return rc ? 1 : 0;
}
