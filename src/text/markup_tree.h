/* markup_tree: the tree behind markup.h, for the files that make, change and write it.
 *
 * A node of each kind stands for one meaning; what may stand in what is a property of the kind
 * (enum markup_content), and the builder (text/markup_build.h) is the only one that hangs nodes
 * into a tree, so every tree is valid. Attributes are a short list by name; values are clean text
 * or cleaned addresses, never HTML. Nodes and values live in the tree's arena.
 */
#ifndef CRIER_TEXT_MARKUP_TREE_H
#define CRIER_TEXT_MARKUP_TREE_H

#include "text/markup.h"

enum markup_kind {
	MARKUP_ROOT,
	MARKUP_TEXT,      /* node->text */
	MARKUP_BREAK,     /* br */
	MARKUP_IMAGE,     /* a small picture in running text: SRC or MEDIA, ALT, WIDTH, HEIGHT */
	MARKUP_NOTE_MARK, /* node->number: which note */

	/* inline: text inside text */
	MARKUP_LINK, /* HREF, TITLE, HREFLANG, REL */
	MARKUP_EM,
	MARKUP_STRONG,
	MARKUP_B,
	MARKUP_I,
	MARKUP_U,
	MARKUP_S,
	MARKUP_SUB,
	MARKUP_SUP,
	MARKUP_SMALL,
	MARKUP_MARK,
	MARKUP_CODE,
	MARKUP_KBD,
	MARKUP_SAMP,
	MARKUP_VAR,
	MARKUP_DFN,
	MARKUP_Q, /* CITE */
	MARKUP_CITE,
	MARKUP_ABBR, /* TITLE */
	MARKUP_TIME, /* DATETIME */
	MARKUP_DEL,  /* CITE, DATETIME */
	MARKUP_INS,
	MARKUP_BDI,
	MARKUP_BDO,
	MARKUP_SPAN, /* LANG, DIR: its only reasons to be */

	/* leaves: blocks that hold text */
	MARKUP_PARAGRAPH,
	MARKUP_HEADING, /* node->number: 2 to 6 */
	MARKUP_PRE,     /* white space as written */
	MARKUP_TERM,    /* dt */
	MARKUP_SUMMARY,
	MARKUP_TABLE_CAPTION,
	MARKUP_CAPTION, /* of a figure or gallery */
	MARKUP_CREDIT,  /* of a figure */
	MARKUP_SPEAKER, /* of a quote */

	/* containers */
	MARKUP_QUOTE, /* CITE; node->pull; blocks, then perhaps a speaker */
	MARKUP_ASIDE,
	MARKUP_GROUP, /* LANG, DIR: its only reasons to be */
	MARKUP_DETAILS,
	MARKUP_BULLETS,    /* ul */
	MARKUP_NUMBERED,   /* ol: START, REVERSED, TYPE */
	MARKUP_ITEM,       /* li: VALUE */
	MARKUP_TERMS,      /* dl */
	MARKUP_DEFINITION, /* dd */
	MARKUP_FIGURE,     /* MEDIA, SRC, ALT, WIDTH, HEIGHT, HREF; caption, credit */
	MARKUP_GALLERY,    /* figures, caption */
	MARKUP_EMBED,      /* HREF, TITLE */
	MARKUP_RULE,       /* hr */
	MARKUP_TABLE,
	MARKUP_HEAD,
	MARKUP_BODY,
	MARKUP_FOOT,
	MARKUP_ROW,
	MARKUP_HEADER_CELL, /* SCOPE, COLSPAN, ROWSPAN */
	MARKUP_CELL,        /* COLSPAN, ROWSPAN */
	MARKUP_NOTES,
	MARKUP_NOTE, /* node->number */
	MARKUP_KINDS
};

/* What may stand in a node of the kind. */
enum markup_content {
	CONTENT_NONE,   /* nothing */
	CONTENT_INLINE, /* text and inline */
	CONTENT_BLOCKS, /* blocks; text gets a paragraph */
	CONTENT_FLOW,   /* blocks and text */
	CONTENT_ITEMS,  /* li alone */
	CONTENT_TERMS,  /* dt and dd */
	CONTENT_FIGURE, /* caption, credit; figures in a gallery */
	CONTENT_TABLE,  /* caption, sections */
	CONTENT_ROWS,
	CONTENT_CELLS,
};

struct markup_kind_info {
	const char *element; /* as written, NULL where the writer has its own way */
	enum markup_content content;
	bool is_inline;
};

const struct markup_kind_info *markup_kind_info(enum markup_kind kind);

enum markup_attribute_name {
	MARKUP_ALIGN, /* "align", "data-align": and class names, as left, right, center, wide, full */
	MARKUP_ALT,
	MARKUP_ATTR_CITE,
	MARKUP_CLASS, /* of the source: looked at, never kept */
	MARKUP_COLSPAN,
	MARKUP_DATA,
	MARKUP_DATETIME,
	MARKUP_DIR,
	MARKUP_HEIGHT,
	MARKUP_HREF,
	MARKUP_HREFLANG,
	MARKUP_ID,
	MARKUP_LANG,
	MARKUP_LAZY, /* data-src and its kin */
	MARKUP_LAZY_SET,
	MARKUP_MEDIA,
	MARKUP_NAME,
	MARKUP_OPEN,
	MARKUP_REL,
	MARKUP_REVERSED,
	MARKUP_ROWSPAN,
	MARKUP_SCOPE,
	MARKUP_SOURCE_ID,
	MARKUP_SRC,
	MARKUP_START,
	MARKUP_TITLE,
	MARKUP_TYPE,
	MARKUP_VALUE,
	MARKUP_WIDTH,
	MARKUP_ATTRIBUTES
};

/* MARKUP_ATTRIBUTES for a name that has no use. name: lower case. */
enum markup_attribute_name markup_attribute_find(struct str name);
const char *markup_attribute_text(enum markup_attribute_name name);

struct markup_attribute {
	struct markup_attribute *next;
	enum markup_attribute_name name;
	struct str value;
};

enum markup_align { ALIGN_NONE, ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTER, ALIGN_WIDE, ALIGN_FULL };

struct markup_node {
	struct markup_node *parent, *first, *last, *previous, *next;
	struct markup_attribute *attributes;
	struct str text; /* of MARKUP_TEXT */
	struct str id;   /* only where something links to it */
	uint8_t kind, align;
	uint16_t number; /* level of a heading, number of a note; of a note mark: its note, and in `mark` which of
			    several */
	uint16_t mark;
	bool pull;      /* a quote pulled out of the text */
	uint32_t order; /* in the document, while notes are looked for */
};

struct markup {
	struct arena *arena;
	struct markup_node *root;
	size_t bytes; /* of the canonical form, at most */
	size_t nodes;
	bool inline_only;
};

struct markup_node *markup_node_new(struct markup *tree, enum markup_kind kind);
void markup_append(struct markup_node *parent, struct markup_node *child);
void markup_remove(struct markup_node *node);
void markup_replace(struct markup_node *node, struct markup_node *by);
void markup_put_before(struct markup_node *node, struct markup_node *added);
/* Takes out a node without children, and the elements around it that hold nothing else (but cells and notes), below
 * top. */
void markup_prune(struct markup_node *node, const struct markup_node *top);
/* Puts the children of node where it stood. */
void markup_unwrap(struct markup_node *node);

struct str markup_get(const struct markup_node *node, enum markup_attribute_name name); /* empty where absent */
bool markup_has(const struct markup_node *node, enum markup_attribute_name name);
void markup_set(struct markup *tree, struct markup_node *node, enum markup_attribute_name name, struct str value);
void markup_unset(struct markup_node *node, enum markup_attribute_name name);
void markup_unlink(struct markup_node *link); /* its text stays, with language and direction */
int markup_get_number(const struct markup_node *node, enum markup_attribute_name name); /* 0 where absent */

/* The node after `node` in document order inside `top`, NULL at the end. */
struct markup_node *markup_next(const struct markup_node *node, const struct markup_node *top);
struct markup_node *markup_next_skip(const struct markup_node *node,
				     const struct markup_node *top); /* past its children */

/* Says the same thing always in the same way, after ids are settled: <li><p>text</p></li> as <li>text</li>, a last
 * paragraph of a quote that is a cite alone as its speaker. */
void markup_tidy(struct markup *tree);
void markup_strip_dash(struct markup_node *speaker); /* "— Name": the dash is the theme's */

/* Collapses white space again inside top, where something was taken out of the text. */
void markup_respace(struct markup *tree, struct markup_node *top);

/* All text inside node, as it stands. */
void markup_put_text(const struct markup_node *node, struct buf *out);
struct str markup_node_text(const struct markup_node *node, struct arena *arena); /* collapsed */

/* What an attribute keeps of a text: white space collapsed, at most ATTRIBUTE_TEXT_BYTES. */
struct str markup_attribute_value(struct str text, struct arena *arena);
bool markup_is_picture_address(struct str address); /* address: clean */

struct markup_node *markup_child(const struct markup_node *node, enum markup_kind kind); /* the first, or NULL */
bool markup_is_block(enum markup_kind kind);
const char *markup_align_text(enum markup_align align);

#endif
