#include "publish/projector_inside.h"

#include <errno.h>
#include <time.h>

#define POLL_MS      50
#define POLL_AWAY_MS 1000 /* after a failed step */

/* Locked. Sleeps until woken, stopped, or the time is up. */
static void wait_for_work(struct projector *projector, int wait_ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (!projector->woken && !projector->stopping)
		if (pthread_cond_timedwait(&projector->wake, &projector->lock, &until) == ETIMEDOUT)
			break;
	projector->woken = false;
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

static void *work(void *context)
{
	struct projector *projector = context;
	bool failed = false;
	pthread_mutex_lock(&projector->lock);
	int poll_ms = projector->thread_options.poll_ms > 0 ? projector->thread_options.poll_ms : POLL_MS;
	while (!projector->stopping) {
		pthread_mutex_unlock(&projector->lock);
		size_t applied = 0;
		failed = step_and_tell(projector, failed, &applied);
		pthread_mutex_lock(&projector->lock);
		if (!applied || failed)
			wait_for_work(projector, failed ? POLL_AWAY_MS : poll_ms);
	}
	pthread_mutex_unlock(&projector->lock);
	return NULL;
}

int projector_start(struct projector *projector, const struct projector_thread_options *options, struct err *err)
{
	projector->thread_options = options ? *options : (struct projector_thread_options){0};
	projector->stopping = false;
	int failed = pthread_create(&projector->thread, NULL, work, projector);
	if (failed)
		return err_set_errno(err, failed, "publish: cannot start the projector's thread");
	projector->running = true;
	return 0;
}

void projector_wake(struct projector *projector)
{
	pthread_mutex_lock(&projector->lock);
	projector->woken = true;
	pthread_cond_signal(&projector->wake);
	pthread_mutex_unlock(&projector->lock);
}

void projector_stop(struct projector *projector)
{
	if (!projector || !projector->running)
		return;
	pthread_mutex_lock(&projector->lock);
	projector->stopping = true;
	pthread_cond_signal(&projector->wake);
	pthread_mutex_unlock(&projector->lock);
	pthread_join(projector->thread, NULL);
	projector->running = false;
}

struct projector_status projector_status(struct projector *projector)
{
	pthread_mutex_lock(&projector->lock);
	struct projector_status status = projector->status;
	pthread_mutex_unlock(&projector->lock);
	return status;
}
