/* template/compile: the state of one compilation, shared by compile.c (names, sections, partials) and blocks.c
 * (inheritance and indentation). Internal to src/template.
 *
 * Partials and parents are compiled where they stand, each time anew, with the views and the place in the page that
 * they find there. What is static is gathered in `pending` and becomes one operation when something else follows.
 */
#ifndef CRIER_TEMPLATE_COMPILE_H
#define CRIER_TEMPLATE_COMPILE_H

#include "base/map.h"
#include "base/vec.h"
#include "template/guard.h"
#include "template/parse.h"
#include "template/program.h"

#define TEMPLATE_INCLUDES_MAX 40      /* partials, parents and blocks inside each other */
#define TEMPLATE_NODES_MAX    400000u /* and static text: partials that double may not explode */
#define TEMPLATE_STATIC_MAX   (8u << 20)

struct template_file {
	struct str name; /* as included */
	struct str file; /* for messages */
	const struct node *first;
};

struct template_set {
	struct arena *arena;
	struct template_source source;
	bool lenient;
	struct map *files; /* name → struct template_file */
};

/* What {{$name}}…{{/name}} inside a parent puts in the place of the parent's block. */
struct block_argument {
	const struct node *node;
	const struct template_file *file;
	bool used;
};

/* Arguments of the parents around, innermost first; the outermost one wins. A level with `hidden` stops the search for
 * that name: it is set while that block's own argument is compiled. */
struct block_level {
	struct block_argument *arguments;
	size_t count;
	struct str hidden;
	const struct block_level *outer;
};

/* Every line of the source loses `strip` blanks and gets indent. */
struct layout {
	struct str indent;
	size_t strip;
};

/* A file that is being compiled. */
struct activation {
	const struct template_file *file;
	const struct block_level *blocks;
	struct scope_views scope; /* at its start */
	struct guard guard;       /* at its start */
	uint32_t range;
	bool recursive;
	unsigned included_line;
	struct activation *outer;
};

VEC_TYPE(op_vec, struct op);
VEC_TYPE(call_vec, struct op_call);
VEC_TYPE(range_vec, struct op_range);

struct compiler {
	struct template_set *set;
	struct arena *arena;
	struct err *err;
	struct op_vec ops;
	struct call_vec calls;
	struct range_vec ranges;
	struct buf pending;
	size_t static_bytes;
	struct scope_views scope;
	struct guard guard;
	struct layout layout;
	const struct template_file *file;
	const struct block_level *blocks;
	struct activation *activation;
	struct str_vec block_names; /* met so far, for messages */
	unsigned depth;
	unsigned nodes;
};

int compile_nodes(struct compiler *c, const struct node *first);
int compile_static(struct compiler *c, const struct node *node, struct str text);
int compile_file(struct compiler *c, const struct template_file *file, unsigned included_line);
int compile_fail(struct compiler *c, const struct node *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* 0, TEMPLATE_MISSING or an error. */
int compile_load(struct template_set *set, struct str name, const struct template_file **ret_file, struct err *err);
int compile_missing(struct compiler *c, const struct node *node);

int compile_line(struct compiler *c, const struct node *node); /* a text */
int compile_block(struct compiler *c, const struct node *node);
int compile_parent(struct compiler *c, const struct node *node);
struct layout compile_inner_layout(struct compiler *c, const struct node *node); /* of a partial or parent */

#endif
