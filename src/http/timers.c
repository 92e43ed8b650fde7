#include "http/timers.h"

#include "base/err.h"

#include <stdlib.h>

void timers_finish(struct timers *timers)
{
	free((void *)timers->heap);
	*timers = (struct timers){0};
}

static void put(struct timers *timers, size_t place, struct timer *timer)
{
	timers->heap[place] = timer;
	timer->place = place;
}

static void rise(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place;
	while (place > 1 && timers->heap[place / 2]->look_us > timer->look_us) {
		put(timers, place, timers->heap[place / 2]);
		place /= 2;
	}
	put(timers, place, timer);
}

static void sink(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place;
	for (;;) {
		size_t child = 2 * place;
		if (child > timers->count)
			break;
		if (child < timers->count && timers->heap[child + 1]->look_us < timers->heap[child]->look_us)
			child++;
		if (timers->heap[child]->look_us >= timer->look_us)
			break;
		put(timers, place, timers->heap[child]);
		place = child;
	}
	put(timers, place, timer);
}

static void add(struct timers *timers, struct timer *timer)
{
	if (timers->count + 2 > timers->room) {
		size_t room = timers->room ? 2 * timers->room : 64;
		struct timer **grown = realloc((void *)timers->heap, room * sizeof(struct timer *));
		if (!grown)
			err_die("out of memory: give this process more, or lower the most connections");
		timers->heap = grown;
		timers->room = room;
	}
	timer->place = ++timers->count;
	rise(timers, timer);
}

void timer_set(struct timers *timers, struct timer *timer, int64_t due_us)
{
	timer->due_us = due_us;
	if (timer->place && timer->look_us <= due_us)
		return;
	timer->look_us = due_us;
	if (timer->place)
		rise(timers, timer);
	else if (due_us != TIMER_NEVER)
		add(timers, timer);
}

void timer_remove(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place;
	if (!place)
		return;
	struct timer *last = timers->heap[timers->count--];
	timer->place = 0;
	if (last == timer)
		return;
	put(timers, place, last);
	rise(timers, last);
	sink(timers, last);
}

struct timer *timers_take(struct timers *timers, int64_t now_us)
{
	while (timers->count && timers->heap[1]->look_us <= now_us) {
		struct timer *first = timers->heap[1];
		if (first->due_us <= now_us || first->due_us == TIMER_NEVER)
			timer_remove(timers, first);
		if (first->due_us <= now_us)
			return first;
		if (first->place) {
			first->look_us = first->due_us;
			sink(timers, first);
		}
	}
	return NULL;
}

int64_t timers_next_us(const struct timers *timers)
{
	return timers->count ? timers->heap[1]->look_us : TIMER_NEVER;
}
