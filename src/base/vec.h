/* vec: a growing array of one type in an arena.
 *
 *     VEC(struct str) names = {0};
 *     *vec_add(&names, arena) = STR("a");
 *     for (size_t i = 0; i < names.len; i++) use(names.at[i]);
 *
 * Elements move when the vec grows: keep indexes, not pointers. New elements are zeroed.
 * A vec that crosses a function is a named type: VEC_TYPE(str_vec, struct str);
 */
#ifndef CRIER_BASE_VEC_H
#define CRIER_BASE_VEC_H

#include "base/arena.h"

#define VEC(type)                                                                                                      \
	struct {                                                                                                       \
		type *at;                                                                                              \
		size_t len;                                                                                            \
		size_t cap;                                                                                            \
	}
#define VEC_TYPE(name, type)                                                                                           \
	struct name {                                                                                                  \
		type *at;                                                                                              \
		size_t len;                                                                                            \
		size_t cap;                                                                                            \
	}

VEC_TYPE(str_vec, struct str);

void *vec_grow(struct arena *arena, void *at, size_t len, size_t *cap, size_t each_bytes);

/* Adds a zeroed element and points to it. */
#define vec_add(vec, arena)                                                                                            \
	(((vec)->len < (vec)->cap                                                                                      \
	      ? (void)0                                                                                                \
	      : (void)((vec)->at = vec_grow((arena), (vec)->at, (vec)->len, &(vec)->cap, sizeof *(vec)->at))),         \
	 &(vec)->at[(vec)->len++])
#define vec_last(vec) (&(vec)->at[(vec)->len - 1])

#endif
