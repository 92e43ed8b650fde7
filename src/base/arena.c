#include "base/arena.h"

#include "base/err.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define poison(ptr, bytes)   __asan_poison_memory_region((ptr), (bytes))
#define unpoison(ptr, bytes) __asan_unpoison_memory_region((ptr), (bytes))
#define PIECE_GAP            16 /* poisoned bytes behind each piece */
#else
#define poison(ptr, bytes)   ((void)(ptr), (void)(bytes))
#define unpoison(ptr, bytes) ((void)(ptr), (void)(bytes))
#define PIECE_GAP            0
#endif

#define ALIGNMENT     alignof(max_align_t)
#define DEFAULT_BYTES ((size_t)64 << 10)

/* Blocks hang together from the newest to the oldest. With CRIER_ARENA_EACH a block holds one piece. */
struct block {
	struct block *older;
	size_t size; /* of data */
	size_t used;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *newest;
	struct block *spare; /* one released block, so that a loop over a block's end does not malloc */
	size_t block_bytes;
	size_t older_used; /* sum of `used` of all blocks but the newest */
};

#ifdef CRIER_ARENA_EACH
static const bool each_alone = true;
#else
static const bool each_alone = false;
#endif

static struct block *block_create(size_t size)
{
	if (size > SIZE_MAX - sizeof(struct block))
		err_die("out of memory: the size of a piece overflows");
	struct block *block = malloc(sizeof *block + size);
	if (!block)
		err_die("out of memory: give this process more, or lower what it is asked to do at once");
	block->older = NULL;
	block->size = size;
	block->used = 0;
	poison(block->data, size);
	return block;
}

static void block_destroy(struct block *block)
{
	if (!block)
		return;
	unpoison(block->data, block->size);
	free(block);
}

static void push_block(struct arena *arena, size_t at_least)
{
	struct block *block;
	if (each_alone) {
		block = block_create(at_least);
	} else if (arena->spare && arena->spare->size >= at_least) {
		block = arena->spare;
		arena->spare = NULL;
	} else {
		block = block_create(at_least > arena->block_bytes ? at_least : arena->block_bytes);
	}
	if (arena->newest)
		arena->older_used += arena->newest->used;
	block->older = arena->newest;
	arena->newest = block;
}

static void pop_block(struct arena *arena)
{
	struct block *block = arena->newest;
	arena->newest = block->older;
	if (arena->newest)
		arena->older_used -= arena->newest->used;
	if (!each_alone && !arena->spare && block->size == arena->block_bytes) {
		block->used = 0;
		poison(block->data, block->size);
		arena->spare = block;
	} else {
		block_destroy(block);
	}
}

struct arena *arena_create(size_t block_bytes)
{
	struct arena *arena = calloc(1, sizeof *arena);
	if (!arena)
		err_die("out of memory: no room for an arena");
	arena->block_bytes = block_bytes ? block_bytes : DEFAULT_BYTES;
	push_block(arena, 0);
	return arena;
}

void arena_destroy(struct arena *arena)
{
	if (!arena)
		return;
	while (arena->newest)
		pop_block(arena);
	block_destroy(arena->spare);
	free(arena);
}

void arena_destroyp(struct arena **arena)
{
	arena_destroy(*arena);
	*arena = NULL;
}

void arena_clear(struct arena *arena)
{
	struct block *first = arena->newest;
	while (first->older)
		first = first->older;
	arena_release(arena, (struct arena_mark){.block = first, .used = 0});
}

size_t arena_used_bytes(const struct arena *arena)
{
	return arena->older_used + arena->newest->used;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	if (bytes > SIZE_MAX / 2)
		err_die("out of memory: the size of a piece overflows");
	size_t taken = (bytes + PIECE_GAP + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (each_alone || taken > arena->newest->size - arena->newest->used)
		push_block(arena, taken);
	struct block *block = arena->newest;
	unsigned char *piece = block->data + block->used;
	block->used += taken;
	unpoison(piece, bytes);
	memset(piece, 0, bytes);
	return piece;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t each_bytes)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, each_bytes, &bytes))
		err_die("out of memory: the size of an array overflows");
	return arena_alloc(arena, bytes);
}

struct str arena_str(struct arena *arena, struct str s)
{
	char *copy = arena_alloc(arena, s.len + 1);
	if (s.len)
		memcpy(copy, s.ptr, s.len);
	return (struct str){copy, s.len};
}

const char *arena_cstr(struct arena *arena, struct str s)
{
	return arena_str(arena, s).ptr;
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		err_die("arena_printf: the format cannot be printed");
	char *text = arena_alloc(arena, (size_t)len + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return (struct str){text, (size_t)len};
}

struct str arena_concat(struct arena *arena, const struct str *pieces, size_t count)
{
	size_t len = 0;
	for (size_t i = 0; i < count; i++)
		len += pieces[i].len;
	char *text = arena_alloc(arena, len + 1);
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		if (pieces[i].len)
			memcpy(text + at, pieces[i].ptr, pieces[i].len);
		at += pieces[i].len;
	}
	return (struct str){text, len};
}

struct arena_mark arena_mark(struct arena *arena)
{
	return (struct arena_mark){.block = arena->newest, .used = arena->newest->used};
}

void arena_release(struct arena *arena, struct arena_mark mark)
{
	while (arena->newest != mark.block)
		pop_block(arena);
	struct block *block = arena->newest;
	poison(block->data + mark.used, block->size - mark.used);
	block->used = mark.used;
}
