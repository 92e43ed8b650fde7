#include "base/file.h"
#include "http/server.h"
#include "jobs/purge.h"
#include "main/commands.h"
#include "main/handover.h"
#include "main/parts.h"
#include "publish/public.h"
#include "publish/purges.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>

static const struct cli_option options[] = {
	OPTION_NEWSROOM,
	{"port", 'p', CLI_NUMBER, "N", "listen on this port instead of the configured one; 0: any free one", 0, 65535},
	{"address", 'a', CLI_TEXT, "ADDRESS", "listen on this address instead of the configured one"},
	{"quiet", 'q', CLI_FLAG, NULL, "no line for each request"},
	OPTIONS_END,
};

#define WATCHDOG_WAITING_US 3600000000LL
#define HEAP_BLOCK_BYTES    (2 << 20) /* more than a compressor needs for a page */

/* Everything a running server is made of, in the order in which it is made. */
struct service {
	struct cli_call *call;
	struct newsroom newsroom;
	struct log log;
	int lock_fd;
	struct parts parts;
	struct web_settings web_settings; /* web keeps pointers into it */
	_Atomic(struct web *) web;        /* NULL until the cache is there to be told of changes */
	struct http_server *server;
	_Atomic(struct purger *) purger; /* NULL: there is no cache in front */
	_Atomic bool store_failed;
	bool has_pages;        /* public.db is whole, so readers need no store */
	struct handover taken; /* from the server that this one replaces */
	int given_control;     /* to the one that replaces this; open until all is closed */
};

static void pages_changed(void *context, const struct str *tags, size_t count, int64_t sequence)
{
	struct service *service = context;
	struct web *web = atomic_load(&service->web);

	if (web)
		cache_invalidate(web_cache(web), tags, count, sequence);
}

static void purges_queued(void *context, const struct err *err)
{
	struct service *service = context;
	struct purger *purger = atomic_load(&service->purger);

	if (err)
		log_event(&service->log, LOG_ERROR, "purge.not_queued", LOG_CSTR("reason", err->text));
	else if (purger)
		purger_wake(purger);
}

static void purge_told(void *context, struct str url, const struct err *err, bool otherwise)
{
	struct service *service = context;

	if (err && otherwise)
		log_event(&service->log, LOG_ERROR, "purge.failed", LOG_CSTR("reason", err->text));
	else if (otherwise)
		log_event(&service->log, LOG_INFO, "purge.works", LOG_STR("url", url));
}

/* Told at the first failed step and at the first one that works again, not at each in between. */
static void step_told(void *context, const struct err *err)
{
	struct service *service = context;
	bool failed = err != NULL;

	if (atomic_exchange(&service->store_failed, failed) == failed)
		return;
	if (failed)
		log_event(&service->log, LOG_ERROR, "projector.failed", LOG_CSTR("reason", err->text));
	else
		log_event(&service->log, LOG_INFO, "projector.works");
}

static void store_slow(void *context, bool slow, int64_t answer_us)
{
	struct service *service = context;

	log_event(&service->log, slow ? LOG_WARN : LOG_INFO, slow ? "store.slow" : "store.quick",
		  LOG_I64("ms", answer_us / 1000));
}

static void clock_off(void *context, bool off, int64_t ahead_us)
{
	struct service *service = context;

	log_event(&service->log, off ? LOG_ERROR : LOG_INFO, off ? "clock.differs" : "clock.agrees",
		  LOG_I64("ahead_ms", ahead_us / 1000));
}

static void entry_left_out(void *context, const struct left_out *left_out)
{
	struct service *service = context;

	log_event(&service->log, LOG_ERROR, "entry.left_out", LOG_I64("entry", left_out->entry_id),
		  LOG_STR("path", left_out->path), LOG_STR("reason", left_out->reason));
}

static struct purge_status purges_of(struct service *service)
{
	struct purger *purger = atomic_load(&service->purger);

	return purger ? purger_status(purger) : (struct purge_status){0};
}

static void tell_health(void *context, struct web_health *ret_health)
{
	struct service *service = context;
	struct projector_status status = projector_status(service->parts.projector);
	const struct purge_status purges = purges_of(service);

	*ret_health = (struct web_health){.ok = true,
					  .writable = !status.store_away,
					  .degraded = status.stuck,
					  .since_s = status.store_away ? status.away_since_s : status.stuck_since_s,
					  .sequence = status.sequence,
					  .behind = status.behind,
					  .seen_s = status.last_step_s,
					  .clock_ahead_s = status.clock_off ? status.ahead_us / 1000000 : 0,
					  .purges_waiting = purges.waiting,
					  .purges_since_s = purges.waiting_since_s,
					  .version = STR(CRIER_VERSION)};
}

static void tell_gauges(void *context, struct http_gauges *ret_gauges)
{
	struct service *service = context;

	struct projector_status status = projector_status(service->parts.projector);
	const struct purge_status purges = purges_of(service);

	*ret_gauges = (struct http_gauges){.sequence = status.sequence,
					   .lag = status.behind,
					   .left_out = status.left_out,
					   .store_reachable = !status.store_away,
					   .stuck = status.stuck,
					   .store_answer_us = status.answer_us,
					   .store_seen_s = status.last_step_s,
					   .has_clock = status.clock_known,
					   .clock_ahead_us = status.ahead_us,
					   .has_purges = atomic_load(&service->purger) != NULL,
					   .purges = purges.answered,
					   .purges_failed = purges.failed,
					   .purges_waiting = purges.waiting,
					   .purges_since_s = purges.waiting_since_s};
}

/* The theme is another. */
static int purge_all(struct service *service, struct err *err)
{
	struct purger *purger = atomic_load(&service->purger);
	struct purges *purges = NULL;
	int rc;

	if (!purger)
		return 0;
	rc = purges_open(newsroom_path(&service->newsroom, "public.db"), &purges, err);
	if (rc == 0)
		rc = purges_put_all(purges, clock_now_s(clock_system()), err);
	purges_close(purges);
	if (rc)
		return err_context(err, "the caches in front are not told of the new theme");
	purger_wake(purger);
	return 0;
}

static int reload(void *context, struct err *err)
{
	struct service *service = context;
	int rc = site_reload(service->parts.site, err);

	if (rc == 0)
		cache_clear(web_cache(atomic_load(&service->web)));
	return rc ? rc : purge_all(service, err);
}

static enum log_level log_level(struct str name)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};

	for (int i = 0; i < 4; i++)
		if (str_eq(name, str_from(names[i])))
			return (enum log_level)i;
	return LOG_INFO;
}

/* An older database is brought up to date before anything reads it: at the start, and whenever one comes back. A server
 * that has pages to show starts on a newer one too, as it would have gone on, and on one in which nothing stands as on
 * one that is away. */
static int store_ready(void *context, struct store *store, struct err *err)
{
	const struct service *service = context;
	bool starts = !service->parts.projector;
	ARENA_SCOPED arena = arena_create(0);
	struct newsroom newsroom = service->newsroom;
	int version = 0;
	int rc = starts ? store_version(store, &version, err) : 0;

	newsroom.arena = arena; /* the projector's thread may ask */
	if (rc == 0 && starts && service->has_pages && version == 0)
		return err_set(
			err, ERR_DB_AWAY,
			"the database holds no newsroom, and public.db does: restore it, or mend database.url in "
			"crier.conf");
	return rc ? rc
		  : newsroom_store_fit(&newsroom, starts && !service->has_pages ? NEWSROOM_UPDATE : NEWSROOM_GO_ON,
				       store, err);
}

/* Where another server is replaced, it has to let go of public.db first. */
static int ask_for_public(struct service *service, struct projector_options *projector, struct err *err)
{
	if (service->taken.control < 0)
		return 0;
	projector->shared = service->has_pages;
	return handover_ask(&service->taken, !projector->shared, err);
}

static int make_projector(struct service *service, struct err *err)
{
	struct projector_options projector = parts_options(&service->parts);
	int rc;

	projector.background = true;
	projector.store_ready = store_ready;
	projector.store_ready_context = service;
	projector.listener = (struct projector_listener){
		.changed = pages_changed, .left_out = entry_left_out, .queued = purges_queued, .context = service};
	service->has_pages = projector_fits(&projector);
	rc = ask_for_public(service, &projector, err);
	return rc ? rc : projector_create(&projector, &service->parts.projector, err);
}

static int make_web(struct service *service, struct err *err)
{
	struct web *web;
	int rc;

	service->web_settings = (struct web_settings){
		.clock = clock_system(),
		.log = &service->log,
		.cache = {.max_bytes = (size_t)service->newsroom.config.limits.page_cache_mib << 20},
		.statics = site_statics(service->parts.site),
		.tag_header = parts_tag_header(&service->newsroom),
		.health = tell_health,
		.health_context = service,
	};
	rc = web_create(&service->web_settings, site_app(service->parts.site), &web, err);
	if (rc == 0)
		atomic_store(&service->web, web);
	return rc;
}

static struct reader_limits limits_of(const struct crier_config *config)
{
	return (struct reader_limits){
		.of = {[ALLOW_REQUESTS] = {config->http.reader_requests, config->http.reader_requests_burst},
		       [ALLOW_PAGES] = {config->http.reader_pages, config->http.reader_pages_burst},
		       [ALLOW_SEARCHES] = {config->http.reader_searches, config->http.reader_searches_burst}},
		.connections = (unsigned)config->http.reader_connections,
	};
}

static int make_purger(struct service *service, struct err *err)
{
	struct purge_settings purge = parts_purge(&service->newsroom);
	struct purger *purger = NULL;
	int rc;

	purge.tried = purge_told;
	purge.context = service;
	rc = purge.url_count ? purger_create(&purge, &purger, err) : 0;
	atomic_store(&service->purger, purger);
	return rc;
}

static int start_projector(void *context, struct err *err)
{
	struct service *service = context;
	const struct projector_thread_options thread = {
		.failed = step_told, .slow = store_slow, .clock_off = clock_off, .context = service};

	struct purger *purger = atomic_load(&service->purger);
	int rc = projector_start(service->parts.projector, &thread, err);

	return rc || !purger ? rc : purger_start(purger, err);
}

static void stop_projector(void *context)
{
	struct service *service = context;
	struct purger *purger = atomic_load(&service->purger);

	projector_stop(service->parts.projector);
	if (purger)
		purger_stop(purger);
}

/* On the main thread, while the others serve. */
static int hand_over(void *context, struct err *err)
{
	struct service *service = context;
	const struct handover sockets = {-1, http_listen_fd(service->server), http_metrics_fd(service->server),
					 service->lock_fd};
	const struct handover_giver giver = {stop_projector, start_projector, service};
	int pid;
	int rc = handover_give(&sockets, &giver, &service->given_control, &pid, err);

	if (rc < 0)
		return rc;
	/* who waits for this one to be through, and builds public.db, feeds no watchdog meanwhile */
	if (rc == HANDOVER_ALL && sd_watchdog_enabled(0, NULL) > 0)
		sd_notifyf(0, "MAINPID=%d\nWATCHDOG_USEC=%lld", pid, WATCHDOG_WAITING_US);
	else
		sd_notifyf(0, "MAINPID=%d", pid);
	log_event(&service->log, LOG_INFO, rc == HANDOVER_ALL ? "handover.waits" : "handover.done",
		  LOG_I64("pid", pid));
	return 0;
}

static int start_server(struct service *service, struct err *err)
{
	const struct crier_config *config = &service->newsroom.config;
	struct arena *arena = service->newsroom.arena;
	if (config->listen.metrics_port <= 0)
		fd_closep(&service->taken.metrics_fd);
	struct http_settings http = {
		.web = atomic_load(&service->web),
		.log = &service->log,
		.address = arena_cstr(arena, cli_text(service->call, "address", config->listen.address)),
		.port = (int)cli_number(service->call, "port", config->listen.port),
		.listen_fd = service->taken.listen_fd,
		.metrics_listen_fd = config->listen.metrics_port > 0 ? service->taken.metrics_fd : -1,
		.listen_alone = true,
		.metrics_port = config->listen.metrics_port > 0 ? (int)config->listen.metrics_port : -1,
		.threads = (unsigned)config->limits.http_threads,
		.workers = (unsigned)config->limits.workers,
		.connections_most = (unsigned)config->limits.connections,
		.drain_ms = config->limits.drain_seconds > 0 ? config->limits.drain_seconds * 1000 : 1,
		.reader_limits = limits_of(config),
		.log_every = cli_flag(service->call, "quiet") ? 0 : 1,
		.gauges = tell_gauges,
		.reload = reload,
		.hand_over = hand_over,
		.context = service,
	};
	int rc = newsroom_proxies(&service->newsroom, &http.proxies, err);

	if (rc == 0)
		rc = start_projector(service, err);
	return rc ? rc : http_start(&http, &service->server, err);
}

static int take_lock(struct service *service, struct err *err)
{
	if (service->taken.lock_fd >= 0) {
		service->lock_fd = service->taken.lock_fd;
		return 0;
	}
	int rc = newsroom_lock(&service->newsroom, &service->lock_fd, err);

	if (rc == NEWSROOM_BUSY)
		return err_set(err, ERR_INPUT, "a server runs on %s already", service->newsroom.dir);
	return rc;
}

/* What the server before this one may have asked systemd for ends. */
static void watch_again(const struct service *service)
{
	uint64_t usual_us = 0;

	if (service->taken.listen_fd >= 0 && sd_watchdog_enabled(0, &usual_us) > 0)
		sd_notifyf(0, "WATCHDOG_USEC=%llu", (unsigned long long)usual_us);
}

/* For `crier check`. A full disk keeps nobody from serving. */
static void sign_lock(const struct service *service)
{
	struct err err = {0};

	if (newsroom_lock_sign(service->lock_fd, &err))
		log_event(&service->log, LOG_WARN, "serve.unsigned", LOG_CSTR("reason", err.text));
}

/* What the largest pages and feeds needed goes back to the system when it is freed. By itself the C library would learn
 * from such blocks to keep them, in a heap for each thread: a third more memory than is in use. */
static void bound_heap(void)
{
	mallopt(M_MMAP_THRESHOLD, HEAP_BLOCK_BYTES);
	mallopt(M_TRIM_THRESHOLD, 2 * HEAP_BLOCK_BYTES);
}

static int build_service(struct service *service, struct err *err)
{
	int rc = newsroom_zone(&service->newsroom, err);

	if (rc == 0)
		rc = take_lock(service, err);
	if (rc == 0)
		rc = parts_begin(&service->parts, &service->newsroom, err);
	if (rc == 0)
		rc = newsroom_store_there(&service->newsroom, err);
	if (rc == 0)
		rc = make_projector(service, err);
	if (rc == 0)
		rc = parts_site(&service->parts, false, err);
	if (rc == 0)
		rc = make_web(service, err);
	if (rc == 0)
		rc = make_purger(service, err);
	return rc ? rc : start_server(service, err);
}

static void end_service(struct service *service)
{
	http_stop(service->server);
	projector_stop(service->parts.projector); /* before the cache goes, which it tells of changes */
	purger_destroy(atomic_exchange(&service->purger, NULL));
	web_destroy(atomic_exchange(&service->web, NULL));
	parts_end(&service->parts);
	fd_closep(&service->lock_fd);
	fd_closep(&service->given_control);
}

static void announce(const struct service *service)
{
	struct str address = cli_text(service->call, "address", service->newsroom.config.listen.address);

	log_event(&service->log, LOG_INFO, "serve.ready", LOG_STR("address", address),
		  LOG_I64("port", http_port(service->server)), LOG_CSTR("version", CRIER_VERSION));
}

static int run(struct cli_call *call)
{
	struct service service = {.call = call, .lock_fd = -1, .taken = HANDOVER_NONE, .given_control = -1};
	struct err err = {0};
	int rc = handover_take(&service.taken, &err);

	if (rc == 0)
		rc = call_newsroom(call, &service.newsroom, &err);
	if (rc)
		return cli_fail(call, &err);
	http_block_signals();
	service.log = (struct log){.fd = 2,
				   .least = log_level(service.newsroom.config.log.level),
				   .format = str_eq(service.newsroom.config.log.format, STR("json")) ? LOG_JSON
												     : LOG_KEY_VALUE,
				   .clock = clock_system()};
	bound_heap();
	rc = build_service(&service, &err);
	if (rc == 0) {
		sign_lock(&service);
		handover_tell_ready(&service.taken);
		watch_again(&service);
		announce(&service);
		rc = http_run(service.server, &err);
		log_event(&service.log, LOG_INFO, "serve.end");
	}
	end_service(&service);
	if (rc == 0)
		return 0;
	cli_fail(call, &err);
	if (rc == ERR_DB || rc == ERR_DATA)
		fprintf(call->err, "This tells what is wrong and what to do:\n\n  %s\n",
			cli_line(call, "check", service.newsroom.dir));
	return EXIT_FAILURE;
}

const struct cli_command command_serve = {
	.name = "serve",
	.arguments = "",
	.title = "serve the newsroom to its readers",
	.text = "Runs until it is told to stop. SIGTERM and SIGINT let it finish what was asked; SIGHUP makes it read "
		"the theme anew.\n"
		"SIGUSR2 replaces it by a new process of the program, which may be a newer one and reads the "
		"configuration\n"
		"anew: both share the sockets until the new one serves, so no request is lost.\n"
		"Under systemd it tells when it is ready (Type=notify). Log lines go to standard error and never hold "
		"a reader's\n"
		"address. /health on the public port and /metrics on a port of its own tell how it is.",
	.options = options,
	.run = run,
};
