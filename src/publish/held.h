/* held: one current object that many threads read while it is replaced, without locks.
 *
 * Reading is one atomic addition: the holder's word carries the current object's slot and how often it was
 * acquired; replacing it hands that number over to the object, which is destroyed when as many have
 * been released. (A split reference count: the count that readers touch moves with the pointer, so
 * nobody can come between reading the pointer and counting.)
 *
 * An object embeds struct held. Who makes one holds it; installing keeps that hold with the maker.
 * Inside publish/ only.
 */
#ifndef CRIER_PUBLISH_HELD_H
#define CRIER_PUBLISH_HELD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define HELD_SLOTS 1024 /* objects of one holder alive at a time; one for each reader at the worst */

struct held {
	_Atomic int64_t count;
	struct holder *holder; /* NULL until installed */
	unsigned slot;
	void (*destroy)(struct held *held);
};

struct holder {
	_Atomic uint64_t word; /* slot in the upper 16 bits, acquisitions below; slot 0: nothing */
	struct held *_Atomic slots[HELD_SLOTS];
};

void held_init(struct held *held, void (*destroy)(struct held *held)); /* held once, by the caller */
void held_release(struct held *held);                                  /* from any thread */

/* The current object, held; NULL when there is none. */
struct held *holder_acquire(struct holder *holder);
/* Puts object in the place of expected, which the caller holds (or NULL for an empty holder): false when
 * something else stands there by now. */
bool holder_install(struct holder *holder, struct held *expected, struct held *object);
/* Takes the current object out, for the end. */
void holder_clear(struct holder *holder);

#endif
