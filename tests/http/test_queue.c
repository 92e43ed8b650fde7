#include "http/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Counts workers and lets jobs wait until they are let go. */
struct hall {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int made, destroyed, ran, dropped, holding;
	int fail_after; /* workers that are made before one fails; -1: none fails */
	bool open;
	struct web_app app;
};

struct task {
	struct job job;
	struct hall *hall;
	void *worker;
};

static int make_worker(void *context, void **ret_worker, struct err *err)
{
	struct hall *hall = context;
	pthread_mutex_lock(&hall->lock);
	int number = ++hall->made;
	bool fails = hall->fail_after >= 0 && number > hall->fail_after;
	pthread_mutex_unlock(&hall->lock);
	if (fails)
		return err_set(err, ERR_DB, "no connection for worker");
	*ret_worker = hall;
	return 0;
}

static void destroy_worker(void *context, void *worker)
{
	struct hall *hall = context;
	assert_ptr_equal(worker, hall);
	pthread_mutex_lock(&hall->lock);
	hall->destroyed++;
	pthread_mutex_unlock(&hall->lock);
}

static void hall_init(struct hall *hall)
{
	*hall = (struct hall){.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .fail_after = -1};
	hall->app = (struct web_app){.context = hall, .worker_create = make_worker, .worker_destroy = destroy_worker};
}

static void run_task(struct job *job, void *worker)
{
	struct task *task = (struct task *)job;
	struct hall *hall = task->hall;
	pthread_mutex_lock(&hall->lock);
	hall->holding++;
	pthread_cond_broadcast(&hall->changed);
	while (!hall->open)
		pthread_cond_wait(&hall->changed, &hall->lock);
	hall->holding--;
	hall->ran++;
	task->worker = worker;
	pthread_cond_broadcast(&hall->changed);
	pthread_mutex_unlock(&hall->lock);
}

static void drop_task(struct job *job)
{
	struct task *task = (struct task *)job;
	pthread_mutex_lock(&task->hall->lock);
	task->hall->dropped++;
	pthread_mutex_unlock(&task->hall->lock);
}

static struct task make_task(struct hall *hall)
{
	return (struct task){.job = {.run = run_task, .drop = drop_task}, .hall = hall};
}

static void wait_until(struct hall *hall, const int *counter, int value)
{
	pthread_mutex_lock(&hall->lock);
	while (*counter != value)
		pthread_cond_wait(&hall->changed, &hall->lock);
	pthread_mutex_unlock(&hall->lock);
}

static void open_hall(struct hall *hall)
{
	pthread_mutex_lock(&hall->lock);
	hall->open = true;
	pthread_cond_broadcast(&hall->changed);
	pthread_mutex_unlock(&hall->lock);
}

static void every_job_runs_with_a_worker(void **state)
{
	struct hall hall;
	struct queue *queue = NULL;
	struct task tasks[100];
	struct err err;
	(void)state;
	hall_init(&hall);
	hall.open = true;
	assert_int_equal(queue_create(&hall.app, 3, 100, &queue, &err), 0);
	assert_int_equal(hall.made, 3);
	for (size_t i = 0; i < 100; i++) {
		tasks[i] = make_task(&hall);
		assert_true(queue_push(queue, &tasks[i].job));
	}
	wait_until(&hall, &hall.ran, 100);
	queue_close(queue);
	for (size_t i = 0; i < 100; i++)
		assert_ptr_equal(tasks[i].worker, &hall);
	assert_int_equal(hall.destroyed, 3);
	assert_int_equal(hall.dropped, 0);
	queue_destroy(queue);
}

static void no_more_than_the_most(void **state)
{
	struct hall hall;
	struct queue *queue = NULL;
	struct task tasks[5];
	struct err err;
	(void)state;
	hall_init(&hall);
	assert_int_equal(queue_create(&hall.app, 1, 3, &queue, &err), 0);
	assert_true(queue_oldest_us(queue) < 1000000);
	for (size_t i = 0; i < 5; i++)
		tasks[i] = make_task(&hall);
	assert_true(queue_push(queue, &tasks[0].job));
	wait_until(&hall, &hall.holding, 1);
	for (size_t i = 1; i < 4; i++)
		assert_true(queue_push(queue, &tasks[i].job));
	assert_int_equal(queue_depth(queue), 3);
	assert_false(queue_push(queue, &tasks[4].job));
	assert_true(queue_oldest_us(queue) > 0);
	open_hall(&hall);
	wait_until(&hall, &hall.ran, 4);
	assert_true(queue_push(queue, &tasks[4].job));
	wait_until(&hall, &hall.ran, 5);
	queue_close(queue);
	queue_destroy(queue);
}

static void *close_it(void *queue)
{
	queue_close(queue);
	return NULL;
}

static void closing_drops_what_waits_and_ends_what_runs(void **state)
{
	struct hall hall;
	struct queue *queue = NULL;
	struct task running = {.hall = &hall}, waiting[4];
	struct err err;
	pthread_t closer;
	(void)state;
	hall_init(&hall);
	assert_int_equal(queue_create(&hall.app, 1, 10, &queue, &err), 0);
	running = make_task(&hall);
	assert_true(queue_push(queue, &running.job));
	wait_until(&hall, &hall.holding, 1);
	for (size_t i = 0; i < 4; i++) {
		waiting[i] = make_task(&hall);
		assert_true(queue_push(queue, &waiting[i].job));
	}
	assert_int_equal(pthread_create(&closer, NULL, close_it, queue), 0);
	while (queue_depth(queue))
		;
	open_hall(&hall);
	pthread_join(closer, NULL);
	assert_int_equal(hall.dropped, 4);
	assert_int_equal(hall.ran, 1);
	assert_int_equal(hall.destroyed, 1);
	assert_false(queue_push(queue, &running.job));
	queue_destroy(queue);
	queue_destroy(NULL);
}

static void a_worker_that_cannot_be_made(void **state)
{
	struct hall hall;
	struct queue *queue = NULL;
	struct err err = {0};
	(void)state;
	hall_init(&hall);
	hall.fail_after = 2;
	assert_int_equal(queue_create(&hall.app, 3, 10, &queue, &err), ERR_DB);
	assert_non_null(strstr(err.text, "no connection"));
	assert_null(queue);
	assert_int_equal(hall.destroyed, 2);
}

static void apps_without_workers(void **state)
{
	struct hall hall;
	struct queue *queue = NULL;
	struct err err;
	(void)state;
	hall_init(&hall);
	hall.open = true;
	struct web_app app = {0};
	struct task task = make_task(&hall);
	task.worker = &hall;
	assert_int_equal(queue_create(&app, 1, 10, &queue, &err), 0);
	assert_true(queue_push(queue, &task.job));
	wait_until(&hall, &hall.ran, 1);
	queue_close(queue);
	assert_null(task.worker);
	queue_destroy(queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_job_runs_with_a_worker),
		cmocka_unit_test(no_more_than_the_most),
		cmocka_unit_test(closing_drops_what_waits_and_ends_what_runs),
		cmocka_unit_test(a_worker_that_cannot_be_made),
		cmocka_unit_test(apps_without_workers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
