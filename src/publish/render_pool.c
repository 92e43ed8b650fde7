#include "publish/render.h"

#include <pthread.h>
#include <stdlib.h>

#define TAKE 8 /* entries a thread takes at a time */

struct render_pool {
	const struct render_options *options;
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	struct render_batch *first; /* with entries left to take */
	bool stopping;
	unsigned thread_count;
	struct render_worker {
		struct render_pool *pool;
		unsigned index;
		pthread_t thread;
	} workers[RENDER_THREADS_MAX];
};

void render_batch_init(struct render_batch *batch)
{
	*batch = (struct render_batch){.arena = arena_create(1u << 20)};
}

void render_batch_clear(struct render_batch *batch)
{
	arena_clear(batch->arena);
	for (size_t i = 0; i < RENDER_THREADS_MAX; i++)
		if (batch->work[i])
			arena_clear(batch->work[i]);
	batch->page = (struct entry_page){0};
	batch->rendered = NULL;
	batch->next = batch->done = 0;
}

void render_batch_finish(struct render_batch *batch)
{
	arena_destroy(batch->arena);
	for (size_t i = 0; i < RENDER_THREADS_MAX; i++)
		arena_destroy(batch->work[i]);
}

static void render_some(struct render_pool *pool, struct render_batch *batch, unsigned worker, size_t from, size_t to)
{
	if (!batch->work[worker])
		batch->work[worker] = arena_create(1u << 20);
	for (size_t i = from; i < to; i++)
		render_entry(pool->options, &batch->page, &batch->page.entries.at[i], batch->work[worker],
			     &batch->rendered[i]);
}

/* Locked, and again on return. */
static void take_and_render(struct render_pool *pool, struct render_batch *batch, unsigned worker)
{
	size_t from = batch->next, all = batch->page.entries.len;
	size_t to = from + TAKE < all ? from + TAKE : all;
	batch->next = to;
	if (to == all && pool->first == batch)
		pool->first = batch->behind;
	pthread_mutex_unlock(&pool->lock);
	render_some(pool, batch, worker, from, to);
	pthread_mutex_lock(&pool->lock);
	batch->done += to - from;
	if (batch->done == all)
		pthread_cond_broadcast(&pool->done);
}

static void *work(void *context)
{
	struct render_worker *worker = context;
	struct render_pool *pool = worker->pool;
	pthread_mutex_lock(&pool->lock);
	while (!pool->stopping) {
		if (pool->first)
			take_and_render(pool, pool->first, worker->index);
		else
			pthread_cond_wait(&pool->work, &pool->lock);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

int render_pool_create(const struct render_options *options, unsigned threads, struct render_pool **ret_pool,
		       struct err *err)
{
	struct render_pool *pool = calloc(1, sizeof *pool);
	if (!pool)
		err_die("out of memory: no room for the threads that render");
	pool->options = options;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	pthread_cond_init(&pool->done, NULL);
	if (threads > RENDER_THREADS_MAX - 1)
		threads = RENDER_THREADS_MAX - 1;
	for (unsigned i = 0; i < threads; i++) {
		struct render_worker *worker = &pool->workers[i];
		*worker = (struct render_worker){.pool = pool, .index = i + 1};
		int failed = pthread_create(&worker->thread, NULL, work, worker);
		if (failed) {
			render_pool_destroy(pool);
			return err_set_errno(err, failed, "publish: cannot start a thread to render with");
		}
		pool->thread_count++;
	}
	*ret_pool = pool;
	return 0;
}

void render_pool_destroy(struct render_pool *pool)
{
	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->stopping = true;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; i < pool->thread_count; i++)
		pthread_join(pool->workers[i].thread, NULL);
	pthread_cond_destroy(&pool->done);
	pthread_cond_destroy(&pool->work);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

void render_pool_submit(struct render_pool *pool, struct render_batch *batch)
{
	batch->rendered = arena_array(batch->arena, struct rendered, batch->page.entries.len + 1);
	batch->behind = NULL;
	if (!batch->page.entries.len)
		return;
	pthread_mutex_lock(&pool->lock);
	struct render_batch **last = &pool->first;
	while (*last)
		last = &(*last)->behind;
	*last = batch;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
}

void render_pool_wait(struct render_pool *pool, struct render_batch *batch)
{
	pthread_mutex_lock(&pool->lock);
	while (batch->done < batch->page.entries.len) {
		if (batch->next < batch->page.entries.len)
			take_and_render(pool, batch, 0); /* who waits helps */
		else
			pthread_cond_wait(&pool->done, &pool->lock);
	}
	pthread_mutex_unlock(&pool->lock);
}
