/* markup_names: the tags that HTML knows and what each means to the scan, the ledger and the builder. */
#ifndef CRIER_TEXT_MARKUP_NAMES_H
#define CRIER_TEXT_MARKUP_NAMES_H

#include "base/str.h"

/* What the scan does with a tag, and how the HTML5 tree builder treats the element it hands on. */
enum tag_class {
	TAG_UNKNOWN,   /* the tag goes, what is inside stays */
	TAG_SILENT,    /* the same, and not worth a line in the report */
	TAG_RAW,       /* goes with all bytes to its end tag: its content is not HTML */
	TAG_SKIP,      /* goes with its content */
	TAG_SKIP_SOFT, /* the same, but HTML inside of it that cannot be inside of it ends it */
	TAG_FRAME,     /* iframe: its content is raw; becomes an embed */
	TAG_EMBED,     /* embed, object: an address and nothing else */
	TAG_MEDIA,     /* video, audio: with the sources inside an embed */
	TAG_SOURCE,
	TAG_VOID,   /* br, img, hr */
	TAG_INLINE, /* ordinary elements */
	TAG_FORMAT, /* formatting elements, which the tree builder re-opens */
	TAG_BLOCK,  /* close a paragraph */
	TAG_PARAGRAPH,
	TAG_HEADING,
	TAG_ITEM,
	TAG_TERM,
	TAG_TABLE,
	TAG_CAPTION,
	TAG_SECTION,
	TAG_ROW,
	TAG_CELL,
};

struct tag {
	const char *name;
	uint8_t class;
	bool breaks_out; /* ends foreign content and what is skipped softly */
	const char *as;  /* handed on under this name; NULL: its own */
};

/* NULL for a tag that HTML does not know. name: any case. */
const struct tag *tag_find(struct str name);

#endif
