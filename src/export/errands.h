/* errands: addresses that wait to be written, each of them once.
 *
 * One thread puts what it enumerates and waits where it is full; the workers take, and add what they find
 * linked, which is taken first and never makes them wait. Memory: ERRANDS_ROOM addresses, those found and not yet
 * taken, and eight bytes for each that ever was put.
 */
#ifndef CRIER_EXPORT_ERRANDS_H
#define CRIER_EXPORT_ERRANDS_H

#include "base/str.h"

#define ERRANDS_ROOM 1024

struct errands;

struct errands *errands_create(void);
void errands_destroy(struct errands *errands); /* what still waits is dropped; NULL is fine */

void errands_put(struct errands *errands, struct str target); /* waits for room; nothing where it was put before */
void errands_add(struct errands *errands, const struct str *targets, size_t count); /* by workers: never waits */
void errands_put_again(struct errands *errands, struct str target);                 /* though it was put before */

/* The next one, to be freed, or NULL: there will be none. Whoever takes tells queue_done afterwards. */
char *errands_take(struct errands *errands);
void errands_done(struct errands *errands);

/* True when nothing waits and no worker is at one; false after wait_ms. By who puts. */
bool errands_settled(struct errands *errands, int wait_ms);
void errands_end(struct errands *errands);  /* takers get NULL once nothing waits */
void errands_stop(struct errands *errands); /* takers get NULL now, putters do not wait any more */

#endif
