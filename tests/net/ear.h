/* ear: a server for tests, on a thread of its own: it keeps what it is sent and answers what it is told to. */
#ifndef CRIER_TESTS_EAR_H
#define CRIER_TESTS_EAR_H

#include "base/str.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define EAR_REQUESTS 64
#define EAR_BYTES    60000
#define EAR_SILENT   0 /* as a status: it says nothing, until who asked goes away */

struct ear {
	int fd, port;
	pthread_t thread;
	pthread_mutex_t lock; /* what follows */
	pthread_cond_t heard;
	int statuses[8]; /* in turn; then 204 */
	size_t count;
	char requests[EAR_REQUESTS][EAR_BYTES];
	char address[64]; /* http://127.0.0.1:PORT/in */
};

/* port 0: any that is free */
void ear_start(struct ear *ear, int port, const int *statuses, size_t count);
void ear_stop(struct ear *ear);
size_t ear_count(struct ear *ear);
const char *ear_wait(struct ear *ear, size_t number); /* the request of this number, from 1, when it has come */
/* A field of a request; empty: there is none. */
struct str ear_field(const char *request, const char *name);

#endif
