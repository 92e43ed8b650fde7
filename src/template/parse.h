/* template/parse: a template's source as a tree, before any name in it is looked up.
 *
 * Internal to src/template. Here are the rules of the specification about delimiters, lines that hold only
 * a tag, and matching ends; compile.c turns trees into programs. The tree borrows from source.
 */
#ifndef CRIER_TEMPLATE_PARSE_H
#define CRIER_TEMPLATE_PARSE_H

#include "base/arena.h"
#include "base/err.h"

enum node_kind {
	NODE_TEXT,
	NODE_VARIABLE, /* {{name}} */
	NODE_RAW,      /* {{{name}}} or {{&name}} */
	NODE_SECTION,  /* {{#name}}…{{/name}} */
	NODE_INVERTED, /* {{^name}}…{{/name}} */
	NODE_PARTIAL,  /* {{>name}} */
	NODE_PARENT,   /* {{<name}}…{{/name}} */
	NODE_BLOCK,    /* {{$name}}…{{/name}} */
};

struct node {
	enum node_kind kind;
	bool line_start; /* nothing but indent stands before it on its line; a text has its indent in itself */
	bool alone;      /* partial, parent: nothing stands behind it either */
	bool own_lines;  /* block: its content begins on the line after its tag */
	unsigned line;
	struct str text;   /* of a text: at most one line with its end; else the tag's name */
	struct str indent; /* partial, parent, block: the blanks before it when line_start */
	struct node *first, *next;
};

#define TEMPLATE_NESTING_MAX 64 /* sections, blocks and parents inside each other in one file */

/* ERR_INPUT or ERR_LIMIT with "FILE:LINE: …". */
int template_parse(struct arena *arena, struct str file, struct str source, struct node **ret_first, struct err *err);

#endif
