/* timers: the next deadline of many, for one thread. Inside src/http only. Pure.
 *
 * A heap by the time at which each timer is looked at. Deadlines move with every request, nearly always to a later
 * time: then only a number changes, and the timer is put in its place when its old time comes.
 */
#ifndef CRIER_HTTP_TIMERS_H
#define CRIER_HTTP_TIMERS_H

#include <stddef.h>
#include <stdint.h>

#define TIMER_NEVER INT64_MAX

/* Inside of what it belongs to; zeroed. */
struct timer {
	int64_t due_us;  /* when it is due */
	int64_t look_us; /* its place in the heap: due_us or before */
	size_t place;    /* from 1; 0: not in the heap */
};

struct timers {
	struct timer **heap; /* [0] is not used */
	size_t count, room;
};

void timers_finish(struct timers *timers);
void timer_set(struct timers *timers, struct timer *timer, int64_t due_us);
void timer_remove(struct timers *timers, struct timer *timer); /* fine for one that is not there */

/* One that is due, taken out; NULL: none. */
struct timer *timers_take(struct timers *timers, int64_t now_us);

/* When to look again at the latest; TIMER_NEVER: no need. */
int64_t timers_next_us(const struct timers *timers);

#endif
