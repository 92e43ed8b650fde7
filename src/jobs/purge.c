#include "jobs/purge.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "net/call.h"
#include "publish/purges.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#define AGAIN_S      2
#define WAIT_MS      250
#define WAIT_MOST_MS 30000
#define REST_MS      10000 /* where nothing is queued: a look all the same */
#define TIMEOUT_MS   5000
#define ROWS         100 /* of the queue, at once */
#define NO_PAGE      "no-page"

struct target {
	struct purger *purger;
	struct str url;
	const char *address; /* the same */
	pthread_t thread;
	bool running;
	struct net_caller *caller;                /* the thread's own, as the next four */
	struct purges *purges;                    /* NULL: not open */
	int64_t wait_ms;                          /* after the next failure */
	enum { NOT_KNOWN, ANSWERS, FAILS } known; /* as public.db has it */
	bool failed;                              /* when last told */

	_Atomic bool stopping;
	pthread_mutex_t lock; /* what follows */
	pthread_cond_t wake;
	bool woken;
	struct purge_status status;
};

struct purger {
	struct arena *arena;
	struct purge_settings settings;
	struct target *targets;
	size_t target_count;
};

/* One request ---------------------------------------------------------------------------------------- */

/* Each once; the one that stands for all stands alone. */
static struct map *keys_of(const struct purge_vec *purges, struct arena *arena)
{
	struct map *keys = map_create(arena);
	for (size_t i = 0; i < purges->len; i++) {
		struct str rest = purges->at[i].keys, key;
		while (str_next(&rest, ' ', &key))
			if (key.len && !map_get(keys, key))
				map_put(keys, key, keys);
	}
	if (!map_get(keys, STR(PURGE_EVERY_PAGE)))
		return keys;
	struct map *all = map_create(arena);
	map_put(all, STR(PURGE_EVERY_PAGE), all);
	return all;
}

/* As many as there is room for, at least one. */
static void put_keys(const struct map *keys, size_t *next, struct buf *field, struct buf *body)
{
	struct str key;
	void *value;
	size_t first = *next;
	buf_put(body, STR("{\"keys\":["));
	for (; map_at(keys, *next, &key, &value); ++*next) {
		if (*next > first && field->len + key.len + 1 > PURGE_FIELD_MOST)
			break;
		buf_put(field, *next > first ? STR(" ") : STR(""));
		buf_put(field, key);
		buf_put(body, *next > first ? STR(",\"") : STR("\""));
		buf_put_json(body, key);
		buf_put(body, STR("\""));
	}
	buf_put(body, STR("]}"));
}

struct sender {
	const struct purge_settings *settings;
	const char *address;
	struct net_caller *caller;
	const _Atomic bool *stop; /* NULL: it is not stopped */
};

static int send_some(const struct sender *sender, const struct map *keys, size_t *next, struct err *err)
{
	const struct purge_settings *settings = sender->settings;
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED field = BUF_INIT(2 * PURGE_FIELD_MOST), body = BUF_INIT(8 * PURGE_FIELD_MOST);
	buf_put(&field, settings->header);
	buf_put(&field, STR(": "));
	put_keys(keys, next, &field, &body);
	bool posts = str_eq(settings->method, STR("POST"));
	struct str fields[3] = {buf_str(&field)};
	size_t count = 1;
	if (posts)
		fields[count++] = STR("Content-Type: application/json");
	if (settings->secret.len)
		fields[count++] = settings->secret;
	const struct net_call call = {.method = arena_cstr(arena, settings->method),
				      .url = sender->address,
				      .fields = fields,
				      .field_count = count,
				      .body = posts ? buf_str(&body) : (struct str){0},
				      .timeout_ms = TIMEOUT_MS,
				      .stop = sender->stop};
	int status = 0;
	int rc = net_send(sender->caller, &call, &status, err);
	if (rc == 0 && (status < 200 || status > 299))
		rc = err_set(err, ERR_SYSTEM, "%s answered %d to a purge", sender->address, status);
	return rc;
}

int purge_try(const struct purge_settings *settings, struct str url, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct map *keys = map_create(arena);
	struct net_caller *caller = net_caller_create();
	const struct sender sender = {settings, arena_cstr(arena, url), caller, NULL};
	size_t next = 0;
	map_put(keys, STR(NO_PAGE), keys);
	int rc = send_some(&sender, keys, &next, err);
	net_caller_destroy(caller);
	return rc;
}

static void count(struct target *target, int rc)
{
	pthread_mutex_lock(&target->lock);
	target->status.answered += rc == 0;
	target->status.failed += rc != 0;
	pthread_mutex_unlock(&target->lock);
}

/* What was answered before a failure is simply sent again. */
static int send_all(struct target *target, const struct purge_vec *purges, struct arena *arena, struct err *err)
{
	const struct map *keys = keys_of(purges, arena);
	const struct sender sender = {&target->purger->settings, target->address, target->caller, &target->stopping};
	size_t next = 0;
	int rc = 0;
	while (rc == 0 && next < map_count(keys)) {
		rc = send_some(&sender, keys, &next, err);
		if (rc != ERR_STOPPED)
			count(target, rc);
	}
	return rc;
}

/* The thread ----------------------------------------------------------------------------------------- */

static int count_waiting(struct target *target, struct arena *arena, struct err *err)
{
	struct purge_target_vec all = {0};
	int rc = purges_targets(target->purges, arena, &all, err);
	for (size_t i = 0; i < all.len; i++) {
		if (!str_eq(all.at[i].url, target->url))
			continue;
		pthread_mutex_lock(&target->lock);
		target->status.waiting = all.at[i].waiting;
		target->status.waiting_since_s = all.at[i].waiting_since_s;
		pthread_mutex_unlock(&target->lock);
	}
	return rc;
}

/* For `crier check`, at the first failure and at the first answer behind it. */
static int note_failing(struct target *target, const struct err *reason, struct err *err)
{
	int64_t now_s = clock_now_s(target->purger->settings.clock);
	if (target->known == (reason ? FAILS : ANSWERS))
		return 0;
	int rc = purges_note(target->purges, target->url, reason ? str_from(reason->text) : STR(""), now_s, err);
	if (rc == 0)
		target->known = reason ? FAILS : ANSWERS;
	return rc;
}

/* *ret_next_s: when there is more to do; 0: not known. *ret_sent: there was something. */
static int work_once(struct target *target, int64_t *ret_next_s, bool *ret_sent, struct err *err)
{
	const struct purge_settings *settings = &target->purger->settings;
	ARENA_SCOPED arena = arena_create(0);
	struct purge_vec due = {0};
	int64_t now_s = clock_now_s(settings->clock);
	int rc = target->purges ? 0 : purges_open(settings->public_path, &target->purges, err);
	rc = rc ? rc : count_waiting(target, arena, err);
	rc = rc ? rc
		: purges_due(target->purges, target->url, now_s, settings->again_s, ROWS, arena, &due, ret_next_s, err);
	if (rc || due.len == 0)
		return rc;
	*ret_sent = true;
	rc = send_all(target, &due, arena, err);
	if (rc == ERR_STOPPED)
		return rc;
	if (rc) {
		(void)note_failing(target, err, NULL);
		return rc;
	}
	*ret_next_s = now_s;
	rc = note_failing(target, NULL, err);
	rc = rc ? rc : purges_answered(target->purges, &due, clock_now_s(settings->clock) + settings->again_s, err);
	return rc ? rc : count_waiting(target, arena, err);
}

static void rest(struct target *target, int64_t wait_ms, bool until_woken)
{
	int64_t until_us = clock_steady_us() + 1000 * wait_ms;
	struct timespec until = {.tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000};
	pthread_mutex_lock(&target->lock);
	while (!atomic_load(&target->stopping) && !(until_woken && target->woken))
		if (pthread_cond_timedwait(&target->wake, &target->lock, &until) == ETIMEDOUT)
			break;
	target->woken = false;
	pthread_mutex_unlock(&target->lock);
}

static void rest_until(struct target *target, int64_t next_s)
{
	int64_t wait_s = next_s ? next_s - clock_now_s(target->purger->settings.clock) : REST_MS / 1000;
	if (wait_s > 0)
		rest(target, wait_s * 1000 < REST_MS ? wait_s * 1000 : REST_MS, true);
}

/* A build of public.db holds up only what is noted here. */
static void tell(struct target *target, int rc, bool sent, const struct err *err)
{
	const struct purge_settings *settings = &target->purger->settings;
	if (rc == ERR_STOPPED || rc == ERR_DB_AGAIN || (rc == 0 && !sent))
		return;
	bool otherwise = target->failed != (rc != 0);
	target->failed = rc != 0;
	if (settings->tried)
		settings->tried(settings->context, target->url, rc ? err : NULL, otherwise);
}

static void *work(void *context)
{
	struct target *target = context;
	const struct purge_settings *settings = &target->purger->settings;
	while (!atomic_load(&target->stopping)) {
		struct err err = {0};
		int64_t next_s = 0;
		bool sent = false;
		int rc = work_once(target, &next_s, &sent, &err);
		tell(target, rc, sent, &err);
		if (rc == 0) {
			target->wait_ms = settings->first_wait_ms;
			rest_until(target, next_s);
			continue;
		}
		rest(target, target->wait_ms, false);
		target->wait_ms = 2 * target->wait_ms < WAIT_MOST_MS ? 2 * target->wait_ms : WAIT_MOST_MS;
	}
	return NULL;
}

/* Life ----------------------------------------------------------------------------------------------- */

static void init_target(struct purger *purger, struct target *target, struct str url)
{
	pthread_condattr_t steady;
	target->purger = purger;
	target->url = arena_str(purger->arena, url);
	target->address = arena_cstr(purger->arena, url);
	target->caller = net_caller_create();
	pthread_mutex_init(&target->lock, NULL);
	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_cond_init(&target->wake, &steady);
	pthread_condattr_destroy(&steady);
}

int purger_create(const struct purge_settings *settings, struct purger **ret_purger, struct err *err)
{
	for (size_t i = 0; i < settings->url_count; i++)
		if (!net_is_address(settings->urls[i]))
			return err_set(err, ERR_INPUT,
				       "purge.urls: found %.*s; accepted: http://HOST/… or https://HOST/…",
				       STR_ARG(settings->urls[i]));
	struct arena *arena = arena_create(0);
	struct purger *purger = arena_array(arena, struct purger, 1);
	*purger = (struct purger){.arena = arena, .settings = *settings};
	purger->settings.public_path = arena_cstr(arena, str_from(settings->public_path));
	purger->settings.method = arena_str(arena, settings->method);
	purger->settings.header = arena_str(arena, settings->header);
	purger->settings.secret = arena_str(arena, settings->secret);
	purger->settings.again_s = settings->again_s ? settings->again_s : AGAIN_S;
	purger->settings.first_wait_ms = settings->first_wait_ms ? settings->first_wait_ms : WAIT_MS;
	purger->targets = arena_array(arena, struct target, settings->url_count + 1);
	purger->target_count = settings->url_count;
	for (size_t i = 0; i < settings->url_count; i++)
		init_target(purger, &purger->targets[i], settings->urls[i]);
	*ret_purger = purger;
	return 0;
}

static int start(struct target *target, struct err *err)
{
	atomic_store(&target->stopping, false);
	target->wait_ms = target->purger->settings.first_wait_ms;
	target->known = NOT_KNOWN;
	int failed = pthread_create(&target->thread, NULL, work, target);
	target->running = failed == 0;
	return failed ? err_set_errno(err, failed, "purge: cannot start a thread") : 0;
}

int purger_start(struct purger *purger, struct err *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < purger->target_count; i++)
		rc = start(&purger->targets[i], err);
	if (rc)
		purger_stop(purger);
	return rc;
}

static void tell_to_stop(struct target *target)
{
	pthread_mutex_lock(&target->lock);
	atomic_store(&target->stopping, true);
	pthread_cond_signal(&target->wake);
	pthread_mutex_unlock(&target->lock);
}

static void join(struct target *target)
{
	if (target->running)
		pthread_join(target->thread, NULL);
	target->running = false;
	purges_close(target->purges);
	target->purges = NULL;
}

void purger_stop(struct purger *purger)
{
	for (size_t i = 0; i < purger->target_count; i++)
		tell_to_stop(&purger->targets[i]);
	for (size_t i = 0; i < purger->target_count; i++)
		join(&purger->targets[i]);
}

void purger_destroy(struct purger *purger)
{
	if (!purger)
		return;
	purger_stop(purger);
	for (size_t i = 0; i < purger->target_count; i++) {
		struct target *target = &purger->targets[i];
		net_caller_destroy(target->caller);
		pthread_cond_destroy(&target->wake);
		pthread_mutex_destroy(&target->lock);
	}
	arena_destroy(purger->arena);
}

void purger_wake(struct purger *purger)
{
	for (size_t i = 0; i < purger->target_count; i++) {
		struct target *target = &purger->targets[i];
		pthread_mutex_lock(&target->lock);
		target->woken = true;
		pthread_cond_signal(&target->wake);
		pthread_mutex_unlock(&target->lock);
	}
}

struct purge_status purger_status(struct purger *purger)
{
	struct purge_status sum = {0};
	for (size_t i = 0; i < purger->target_count; i++) {
		struct target *target = &purger->targets[i];
		pthread_mutex_lock(&target->lock);
		struct purge_status own = target->status;
		pthread_mutex_unlock(&target->lock);
		sum.answered += own.answered;
		sum.failed += own.failed;
		sum.waiting += own.waiting;
		if (own.waiting_since_s && (!sum.waiting_since_s || own.waiting_since_s < sum.waiting_since_s))
			sum.waiting_since_s = own.waiting_since_s;
	}
	return sum;
}
