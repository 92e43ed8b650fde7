#include "http/queue.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>

struct thread {
	struct queue *queue;
	pthread_t id;
	int64_t busy_since_us; /* 0: idle */
};

struct queue {
	const struct web_app *app;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct job *first, *last;
	unsigned depth, most;
	unsigned started, failed; /* threads that made their worker, or could not */
	bool closed;
	struct err failure;
	unsigned thread_count;
	struct thread threads[];
};

static struct job *take(struct queue *queue)
{
	struct job *job = queue->first;
	if (!job)
		return NULL;
	queue->first = job->next;
	if (!queue->first)
		queue->last = NULL;
	queue->depth--;
	return job;
}

static struct job *wait_for_job(struct queue *queue, struct thread *thread)
{
	pthread_mutex_lock(&queue->lock);
	thread->busy_since_us = 0;
	while (!queue->first && !queue->closed)
		pthread_cond_wait(&queue->changed, &queue->lock);
	struct job *job = queue->closed ? NULL : take(queue);
	if (job)
		thread->busy_since_us = clock_steady_us();
	pthread_mutex_unlock(&queue->lock);
	return job;
}

static bool make_worker(struct queue *queue, void **ret_worker)
{
	struct err err = {0};
	int rc = queue->app->worker_create ? queue->app->worker_create(queue->app->context, ret_worker, &err) : 0;
	pthread_mutex_lock(&queue->lock);
	if (rc) {
		queue->failed++;
		queue->failure = err;
	} else {
		queue->started++;
	}
	pthread_cond_broadcast(&queue->changed);
	pthread_mutex_unlock(&queue->lock);
	return rc == 0;
}

static void *run_thread(void *context)
{
	struct thread *thread = context;
	struct queue *queue = thread->queue;
	void *worker = NULL;
	if (!make_worker(queue, &worker))
		return NULL;
	for (struct job *job; (job = wait_for_job(queue, thread));)
		job->run(job, worker);
	if (queue->app->worker_destroy)
		queue->app->worker_destroy(queue->app->context, worker);
	return NULL;
}

static int wait_for_workers(struct queue *queue, struct err *err)
{
	int rc = 0;
	pthread_mutex_lock(&queue->lock);
	while (queue->started + queue->failed < queue->thread_count)
		pthread_cond_wait(&queue->changed, &queue->lock);
	if (queue->failed) {
		*err = queue->failure;
		rc = err->code < 0 ? err->code : err_set(err, ERR_SYSTEM, "a worker could not be made");
	}
	pthread_mutex_unlock(&queue->lock);
	return rc;
}

int queue_create(const struct web_app *app, unsigned workers, unsigned most, struct queue **ret_queue, struct err *err)
{
	struct queue *queue = calloc(1, sizeof *queue + workers * sizeof queue->threads[0]);
	if (!queue)
		abort();
	queue->app = app;
	queue->most = most;
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->changed, NULL);
	int rc = 0;
	for (unsigned i = 0; i < workers && !rc; i++) {
		queue->threads[i].queue = queue;
		int failure = pthread_create(&queue->threads[i].id, NULL, run_thread, &queue->threads[i]);
		if (failure)
			rc = err_set_errno(err, failure, "cannot start a worker thread");
		else
			queue->thread_count++;
	}
	if (!rc)
		rc = wait_for_workers(queue, err);
	if (rc) {
		queue_close(queue);
		queue_destroy(queue);
		return rc;
	}
	*ret_queue = queue;
	return 0;
}

bool queue_push(struct queue *queue, struct job *job)
{
	job->next = NULL;
	job->pushed_us = clock_steady_us();
	pthread_mutex_lock(&queue->lock);
	bool room = !queue->closed && queue->depth < queue->most;
	if (room) {
		if (queue->last)
			queue->last->next = job;
		else
			queue->first = job;
		queue->last = job;
		queue->depth++;
		pthread_cond_signal(&queue->changed);
	}
	pthread_mutex_unlock(&queue->lock);
	return room;
}

unsigned queue_depth(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	unsigned depth = queue->depth;
	pthread_mutex_unlock(&queue->lock);
	return depth;
}

int64_t queue_oldest_us(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	int64_t now_us = clock_steady_us(), since_us = queue->first ? queue->first->pushed_us : now_us;
	for (unsigned i = 0; i < queue->thread_count; i++)
		if (queue->threads[i].busy_since_us && queue->threads[i].busy_since_us < since_us)
			since_us = queue->threads[i].busy_since_us;
	pthread_mutex_unlock(&queue->lock);
	return now_us - since_us;
}

void queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->closed = true;
	struct job *waiting = queue->first;
	queue->first = queue->last = NULL;
	queue->depth = 0;
	pthread_cond_broadcast(&queue->changed);
	pthread_mutex_unlock(&queue->lock);
	for (struct job *next; waiting; waiting = next) {
		next = waiting->next;
		waiting->drop(waiting);
	}
	for (unsigned i = 0; i < queue->thread_count; i++)
		pthread_join(queue->threads[i].id, NULL);
	queue->thread_count = 0;
}

void queue_destroy(struct queue *queue)
{
	if (!queue)
		return;
	pthread_mutex_destroy(&queue->lock);
	pthread_cond_destroy(&queue->changed);
	free(queue);
}
