#include "export/errands.h"

#include "base/err.h"
#include "export/hashes.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct errands {
	pthread_mutex_t lock;
	pthread_cond_t filled, drained;
	char *ring[ERRANDS_ROOM];
	size_t first, count;
	char **found; /* a stack */
	size_t found_count, found_room;
	struct hashes seen;
	size_t busy, waiting; /* workers: at one, for one */
	bool ended, stopped;
};

static void *checked(void *memory)
{
	if (!memory)
		err_die("out of memory: no room for the addresses of the site");
	return memory;
}

struct errands *errands_create(void)
{
	struct errands *errands = checked(calloc(1, sizeof *errands));
	pthread_condattr_t steady;

	pthread_mutex_init(&errands->lock, NULL);
	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_cond_init(&errands->filled, NULL);
	pthread_cond_init(&errands->drained, &steady);
	pthread_condattr_destroy(&steady);
	return errands;
}

void errands_destroy(struct errands *errands)
{
	if (!errands)
		return;
	while (errands->count > 0) {
		free(errands->ring[errands->first]);
		errands->first = (errands->first + 1) % ERRANDS_ROOM;
		errands->count--;
	}
	while (errands->found_count > 0)
		free(errands->found[--errands->found_count]);
	free(errands->found);
	hashes_finish(&errands->seen);
	pthread_cond_destroy(&errands->filled);
	pthread_cond_destroy(&errands->drained);
	pthread_mutex_destroy(&errands->lock);
	free(errands);
}

/* Two addresses with one hash of 64 bits: once in a million sites of a million pages. */
static bool is_new(struct errands *errands, struct str target)
{
	return hashes_add(&errands->seen, str_hash(target, 0x6578706f7274ULL) | 1);
}

static char *copy(struct str target)
{
	char *text = checked(malloc(target.len + 1));

	memcpy(text, target.ptr, target.len);
	text[target.len] = 0;
	return text;
}

static void put_locked(struct errands *errands, struct str target)
{
	while (errands->count == ERRANDS_ROOM && !errands->stopped)
		pthread_cond_wait(&errands->drained, &errands->lock);
	if (errands->stopped)
		return;
	errands->ring[(errands->first + errands->count++) % ERRANDS_ROOM] = copy(target);
	if (errands->waiting > 0)
		pthread_cond_signal(&errands->filled);
}

void errands_put(struct errands *errands, struct str target)
{
	pthread_mutex_lock(&errands->lock);
	if (is_new(errands, target))
		put_locked(errands, target);
	pthread_mutex_unlock(&errands->lock);
}

void errands_put_again(struct errands *errands, struct str target)
{
	pthread_mutex_lock(&errands->lock);
	put_locked(errands, target);
	pthread_mutex_unlock(&errands->lock);
}

void errands_add(struct errands *errands, const struct str *targets, size_t count)
{
	pthread_mutex_lock(&errands->lock);
	for (size_t i = 0; i < count && !errands->stopped; i++) {
		if (!is_new(errands, targets[i]))
			continue;
		if (errands->found_count == errands->found_room) {
			errands->found_room = errands->found_room ? errands->found_room * 2 : 256;
			errands->found =
				checked(reallocarray(errands->found, errands->found_room, sizeof *errands->found));
		}
		errands->found[errands->found_count++] = copy(targets[i]);
		if (errands->waiting > 0)
			pthread_cond_signal(&errands->filled);
	}
	pthread_mutex_unlock(&errands->lock);
}

char *errands_take(struct errands *errands)
{
	char *target = NULL;

	pthread_mutex_lock(&errands->lock);
	while (!errands->stopped && !errands->ended && errands->found_count == 0 && errands->count == 0) {
		errands->waiting++;
		pthread_cond_wait(&errands->filled, &errands->lock);
		errands->waiting--;
	}
	if (!errands->stopped && errands->found_count > 0) {
		target = errands->found[--errands->found_count];
	} else if (!errands->stopped && errands->count > 0) {
		target = errands->ring[errands->first];
		errands->first = (errands->first + 1) % ERRANDS_ROOM;
		/* half at once: to wake the other thread for each single one would cost more than the work */
		if (--errands->count == ERRANDS_ROOM / 2)
			pthread_cond_signal(&errands->drained);
	}
	if (target)
		errands->busy++;
	pthread_mutex_unlock(&errands->lock);
	return target;
}

static bool is_settled(const struct errands *errands)
{
	return errands->stopped || (errands->busy == 0 && errands->count == 0 && errands->found_count == 0);
}

void errands_done(struct errands *errands)
{
	pthread_mutex_lock(&errands->lock);
	errands->busy--;
	if (is_settled(errands))
		pthread_cond_signal(&errands->drained);
	pthread_mutex_unlock(&errands->lock);
}

bool errands_settled(struct errands *errands, int wait_ms)
{
	struct timespec until;
	bool settled;
	int rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += (long)wait_ms * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&errands->lock);
	while (!is_settled(errands) && rc == 0)
		rc = pthread_cond_timedwait(&errands->drained, &errands->lock, &until);
	settled = is_settled(errands);
	pthread_mutex_unlock(&errands->lock);
	return settled;
}

static void set(struct errands *errands, bool *flag)
{
	pthread_mutex_lock(&errands->lock);
	*flag = true;
	pthread_cond_broadcast(&errands->filled);
	pthread_cond_broadcast(&errands->drained);
	pthread_mutex_unlock(&errands->lock);
}

void errands_end(struct errands *errands)
{
	set(errands, &errands->ended);
}

void errands_stop(struct errands *errands)
{
	set(errands, &errands->stopped);
}
