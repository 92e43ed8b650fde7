#include "publish/projector_inside.h"

#include <poll.h>
#include <unistd.h>

#define POLL_MS       50
#define POLL_AWARE_MS 1000 /* where the engine wakes us */
/* Where a write is heard of before it can be read: often at first, then for as long as a slow disk may take. */
#define LOOK_MS       2
#define LOOKS         35
#define LOOKS_SLOW    20  /* of them by POLL_MS */
#define BACK_OFF_MS   100 /* after a failed step; doubled with each further one */
#define BACK_OFF_MOST 5   /* times */

static void ring(int bell_fd)
{
	(void)!write(bell_fd, &(uint64_t){1}, sizeof(uint64_t)); /* full: it rings already */
}

static void hush(int bell_fd)
{
	uint64_t rung;
	(void)!read(bell_fd, &rung, sizeof rung); /* empty: it is silent already */
}

/* Sleeps until woken, stopped, or the time is up. store NULL: the database is not to be waited for. */
static void wait_for_work(struct projector *projector, struct store *store, int wait_ms)
{
	struct pollfd ends[] = {{.fd = projector->wake_fd, .events = POLLIN}, {.fd = -1, .events = POLLIN}};
	enum outbox_news news = store ? outbox_noticed(store, &ends[1].fd) : OUTBOX_NO_NEWS;
	if (news == OUTBOX_NEWS)
		return;
	if (news == OUTBOX_NEWS_SOON)
		projector->looks = LOOKS;
	if (!wait_ms)
		wait_ms = ends[1].fd >= 0 ? POLL_AWARE_MS : POLL_MS;
	if (store && projector->looks > LOOKS_SLOW) { /* at this pace, however much is written */
		wait_ms = LOOK_MS;
		ends[1].fd = -1;
	} else if (store && projector->looks > 0) {
		wait_ms = POLL_MS;
	}
	projector->looks -= store && projector->looks > 0;
	if (poll(ends, sizeof ends / sizeof *ends, wait_ms) > 0 && ends[0].revents)
		hush(projector->wake_fd);
}

static bool step_and_tell(struct projector *projector, bool failed_before, size_t *ret_applied)
{
	struct err err = {0};
	*ret_applied = 0;
	int rc = projector_step(projector, ret_applied, &err);
	const struct projector_thread_options *options = &projector->thread_options;
	if (options->failed && (rc || failed_before))
		options->failed(options->context, rc ? &err : NULL);
	return rc != 0;
}

/* Whether it is slow now. */
static bool tell_slow(struct projector *projector, bool slow_before)
{
	const struct projector_thread_options *options = &projector->thread_options;
	int64_t answer_us = projector_status(projector).answer_us;
	bool slow = answer_us >= PROJECTOR_SLOW_US;
	if (options->slow && slow != slow_before)
		options->slow(options->context, slow, answer_us);
	return slow;
}

/* Whether the clock is off now. */
static bool tell_clock(struct projector *projector, bool off_before)
{
	const struct projector_thread_options *options = &projector->thread_options;
	struct projector_status status = projector_status(projector);
	if (options->clock_off && status.clock_off != off_before)
		options->clock_off(options->context, status.clock_off, status.ahead_us);
	return status.clock_off;
}

static bool stopping(struct projector *projector)
{
	pthread_mutex_lock(&projector->lock);
	bool stopping = projector->stopping;
	pthread_mutex_unlock(&projector->lock);
	return stopping;
}

static void *work(void *context)
{
	struct projector *projector = context;
	int failures = 0;
	bool slow = false, clock_off = false;
	while (!stopping(projector)) {
		size_t applied = 0;
		bool failed = step_and_tell(projector, failures > 0, &applied);
		slow = tell_slow(projector, slow);
		clock_off = tell_clock(projector, clock_off);
		if (failed)
			wait_for_work(projector, NULL, BACK_OFF_MS << failures);
		else if (!applied)
			wait_for_work(projector, projector->store, projector->thread_options.poll_ms);
		failures = !failed ? 0 : failures < BACK_OFF_MOST ? failures + 1 : failures;
	}
	return NULL;
}

int projector_start(struct projector *projector, const struct projector_thread_options *options, struct err *err)
{
	projector->thread_options = options ? *options : (struct projector_thread_options){0};
	projector->stopping = false;
	hush(projector->stop_fd);
	int failed = pthread_create(&projector->thread, NULL, work, projector);
	if (failed)
		return err_set_errno(err, failed, "publish: cannot start the projector's thread");
	projector->running = true;
	return 0;
}

void projector_wake(struct projector *projector)
{
	ring(projector->wake_fd);
}

void projector_stop(struct projector *projector)
{
	if (!projector || !projector->running)
		return;
	pthread_mutex_lock(&projector->lock);
	projector->stopping = true;
	pthread_mutex_unlock(&projector->lock);
	ring(projector->wake_fd);
	ring(projector->stop_fd);
	pthread_join(projector->thread, NULL);
	projector->running = false;
}

struct projector_status projector_status(struct projector *projector)
{
	pthread_mutex_lock(&projector->lock);
	struct projector_status status = projector->status;
	int64_t waited_us = projector->asked_us ? clock_steady_us() - projector->asked_us : 0;
	pthread_mutex_unlock(&projector->lock);
	if (waited_us > status.answer_us)
		status.answer_us = waited_us;
	return status;
}
