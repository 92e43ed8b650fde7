#include "publish/held.h"

#include "base/err.h"

#include <stddef.h>

#define SLOT_SHIFT 48
#define COUNT_MASK ((UINT64_C(1) << SLOT_SHIFT) - 1)
#define INSTALLED  (INT64_C(1) << 50) /* keeps the count above 0 while the holder has the object */

void held_init(struct held *held, void (*destroy)(struct held *held))
{
	atomic_init(&held->count, 1);
	held->holder = NULL;
	held->slot = 0;
	held->destroy = destroy;
}

static void subtract(struct held *held, int64_t amount)
{
	if (atomic_fetch_sub_explicit(&held->count, amount, memory_order_acq_rel) != amount)
		return;
	struct holder *holder = held->holder;
	unsigned slot = held->slot;
	held->destroy(held);
	if (holder)
		atomic_store_explicit(&holder->slots[slot], NULL, memory_order_release);
}

void held_release(struct held *held)
{
	subtract(held, 1);
}

struct held *holder_acquire(struct holder *holder)
{
	uint64_t word = atomic_fetch_add_explicit(&holder->word, 1, memory_order_acq_rel);
	unsigned slot = (unsigned)(word >> SLOT_SHIFT);
	return slot ? atomic_load_explicit(&holder->slots[slot], memory_order_acquire) : NULL;
}

static unsigned slot_take(struct holder *holder, struct held *object)
{
	for (unsigned slot = 1; slot < HELD_SLOTS; slot++) {
		struct held *empty = NULL;
		if (atomic_compare_exchange_strong_explicit(&holder->slots[slot], &empty, object, memory_order_acq_rel,
							    memory_order_relaxed))
			return slot;
	}
	err_die("publish: too many snapshots are held at once: somebody does not release them");
}

/* The word was changed from old: what was acquired through it is now the object's own count. */
static void detach(struct holder *holder, uint64_t old)
{
	unsigned slot = (unsigned)(old >> SLOT_SHIFT);
	if (!slot)
		return;
	struct held *object = atomic_load_explicit(&holder->slots[slot], memory_order_acquire);
	subtract(object, INSTALLED - (int64_t)(old & COUNT_MASK));
}

bool holder_install(struct holder *holder, struct held *expected, struct held *object)
{
	unsigned expected_slot = expected ? expected->slot : 0;
	uint64_t word = atomic_load_explicit(&holder->word, memory_order_acquire);
	if (word >> SLOT_SHIFT != expected_slot)
		return false;
	object->holder = holder;
	object->slot = slot_take(holder, object);
	atomic_fetch_add_explicit(&object->count, INSTALLED, memory_order_acq_rel);
	do {
		if (word >> SLOT_SHIFT != expected_slot) {
			atomic_fetch_sub_explicit(&object->count, INSTALLED, memory_order_acq_rel);
			atomic_store_explicit(&holder->slots[object->slot], NULL, memory_order_release);
			object->holder = NULL;
			return false;
		}
	} while (!atomic_compare_exchange_weak_explicit(&holder->word, &word, (uint64_t)object->slot << SLOT_SHIFT,
							memory_order_acq_rel, memory_order_acquire));
	detach(holder, word);
	return true;
}

void holder_clear(struct holder *holder)
{
	detach(holder, atomic_exchange_explicit(&holder->word, 0, memory_order_acq_rel));
}
