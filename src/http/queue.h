/* queue: worker threads and the jobs they take, oldest first; bounded.
 *
 * A job belongs to who pushed it and is left alone once run or drop was called; run may free it. */
#ifndef CRIER_HTTP_QUEUE_H
#define CRIER_HTTP_QUEUE_H

#include "web/app.h"

struct job {
	void (*run)(struct job *job, void *worker);
	void (*drop)(struct job *job); /* in place of run, when the queue is closed */
	struct job *next;
	int64_t pushed_us;
};

struct queue;

/* Starts the threads; each makes its worker first. Fails where one of them cannot. */
int queue_create(const struct web_app *app, unsigned workers, unsigned most, struct queue **ret_queue, struct err *err);
bool queue_push(struct queue *queue, struct job *job); /* false: full or closed */
unsigned queue_depth(struct queue *queue);
int64_t queue_oldest_us(struct queue *queue); /* how long the oldest job has waited or run; 0: none */
void queue_close(struct queue *queue);        /* drops what waits, ends what runs, joins the threads */
void queue_destroy(struct queue *queue);      /* after queue_close; NULL is fine */

#endif
