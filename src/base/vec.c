#include "base/vec.h"

#include "base/err.h"

#include <string.h>

void *vec_grow(struct arena *arena, void *at, size_t len, size_t *cap, size_t each_bytes)
{
	if (*cap > SIZE_MAX / 2)
		err_die("out of memory: the size of a vec overflows");
	size_t grown_cap = *cap ? *cap * 2 : 8;
	void *grown = arena_alloc_array(arena, grown_cap, each_bytes);
	if (len)
		memcpy(grown, at, len * each_bytes);
	*cap = grown_cap;
	return grown;
}
