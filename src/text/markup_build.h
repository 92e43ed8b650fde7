/* markup_build: hangs text, inline elements and blocks into a tree so that it is always valid.
 *
 * The parser's tree is walked and each element announced; the builder decides what it becomes where
 * it stands. Inline elements and text blocks are opened only when text arrives, so nothing empty is
 * made; a block inside of them closes them, and they go on behind it. What has no place (a list item
 * outside of a list, text in a table row) gets the parents it lacks. White space is collapsed but in
 * preformatted text.
 *
 * enter and leave calls nest strictly. When the tree reaches BUILD_BYTES in its canonical form
 * all further calls do nothing; the report says so.
 */
#ifndef CRIER_TEXT_MARKUP_BUILD_H
#define CRIER_TEXT_MARKUP_BUILD_H

#include "base/limits.h"
#include "base/vec.h"
#include "text/markup_tree.h"

#define BUILD_CONTAINERS 80 /* inside each other; LIMIT_MARKUP_DEPTH stays above what they can make */
#define BUILD_INLINES    20
#define BUILD_EQUAL      3                                 /* of one kind, where they can differ */
#define BUILD_BYTES      (LIMIT_BODY_BYTES - (512u << 10)) /* elements in hand when it is reached still fit */
#define BUILD_STACK      (BUILD_CONTAINERS + BUILD_INLINES + 10)

struct build_shape {
	enum markup_kind kind;
	uint8_t align;
	uint16_t number;
	bool pull;
	struct markup_attribute *attributes;
};

/* An id met in the source: kept until it is known whether something links to it. */
struct build_id {
	struct str id;
	struct markup_node *node; /* NULL: the next block */
};

struct build_ids {
	VEC(struct build_id) list;
	size_t waiting; /* from here on no node is known */
};

struct markup_builder {
	struct markup *tree;
	struct markup_report *report;
	struct build_ids *ids;
	const struct str *runs; /* what private-use characters stand for, see text/markup_scan.h */
	size_t run_count;

	struct markup_node *stack[BUILD_STACK];
	size_t depth;   /* open nodes */
	size_t floor;   /* those below were opened by the callers, those above were implied */
	bool flat;      /* no blocks here: they become spaces */
	bool leaf_open; /* a text block stands below the open inline elements */
	bool has_leaf;  /* `leaf` is what text gets, else what the container says */
	struct build_shape leaf;

	struct build_shape inlines[BUILD_INLINES]; /* announced */
	size_t inline_count, inline_open;          /* of these, nodes made */

	bool at_start, space;
	unsigned breaks;
	size_t newlines; /* waiting, in preformatted text */
	size_t leaf_bytes;
	bool full;
};

struct build_saved {
	struct markup_node *node;
	size_t depth, floor;
	bool has_leaf, flat, entered;
	struct build_shape leaf;
};

/* top: the node to fill, a root or a text block without content yet (then all is flat). */
void build_init(struct markup_builder *builder, struct markup *tree, struct markup_node *top, struct build_ids *ids,
		struct markup_report *report);
/* Closes what is open. */
void build_finish(struct markup_builder *builder);

void build_text(struct markup_builder *builder, struct str text);
void build_put_source(const struct markup_builder *builder, struct str text, struct buf *out); /* its runs undone */
void build_break(struct markup_builder *builder);
void build_boundary(struct markup_builder *builder); /* a block begins or ends that leaves no node */
void build_image(struct markup_builder *builder, struct markup_node *image);
void build_id(struct markup_builder *builder, struct str id);        /* of the block that comes next */
void build_inline_id(struct markup_builder *builder, struct str id); /* of the block that this stands in */

bool build_open_inline(struct markup_builder *builder, const struct build_shape *shape); /* false: nothing to close */
void build_close_inline(struct markup_builder *builder);

struct build_saved build_enter_leaf(struct markup_builder *builder, const struct build_shape *shape);
struct build_saved build_enter(struct markup_builder *builder, const struct build_shape *shape);
void build_leave(struct markup_builder *builder, struct build_saved saved);

/* A finished block: figure, gallery, embed, rule. Not where it is flat: ask first. */
void build_block(struct markup_builder *builder, struct markup_node *block);

/* A link inside of a link: the outer one rests while the inner goes on (the same call undoes it). False: there is none.
 */
bool build_exchange_link(struct markup_builder *builder, struct build_shape *shape);

/* Whether spaces, of whatever kind, are all that stands in it. */
bool build_is_blank(const struct markup_node *leaf);

/* The innermost open node that is no inline element. */
struct markup_node *build_block_around(const struct markup_builder *builder);

/* The address of the link that is announced around this place, if any. */
struct str build_link_around(const struct markup_builder *builder);

#endif
