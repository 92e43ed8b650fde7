/* shortcode: WordPress's bracketed tags, found and taken apart.
 *
 * A shortcode is [name attributes], [name attributes/] or [name attributes]content[/name]; [[name]] is one that
 * was written to be read, and stands for [name]. As in WordPress a name ends the tag's attributes at the first
 * "]", whatever the quotes; content ends at the first [/name]. Brackets inside an HTML tag or a comment are no
 * shortcodes. Attributes come quoted in any way: "…", '…', typographic quotes, &quot;, or bare.
 * Linear in the text. Strs point into the text; arrays lie in the arena.
 */
#ifndef CRIER_INGEST_SHORTCODE_H
#define CRIER_INGEST_SHORTCODE_H

#include "base/arena.h"

#define SHORTCODE_ATTRIBUTES_MAX 64
#define SHORTCODE_NAME_BYTES     64

struct shortcode_attribute {
	struct str name; /* empty: by position */
	struct str value;
};

struct shortcode {
	size_t start, end; /* in the text; the end is behind the closing tag where there is one */
	struct str name;
	struct str content; /* between the tags; empty without closing tag */
	bool has_content;   /* a closing tag was found */
	bool escaped;       /* [[name]]: print what stands between the outer brackets */
	const struct shortcode_attribute *attributes;
	size_t attribute_count;
};

struct shortcode_scan {
	struct str text;
	size_t at;
	bool (*closes)(struct str name); /* may the name have content? A miss costs a walk through the text */
	size_t work_left;
};
void shortcode_scan_init(struct shortcode_scan *scan, struct str text, bool (*closes)(struct str name));

/* The next thing of that form at or after scan->at, of any name; false at the end. Whether a name means anything is
 * the caller's knowledge: scan->at stands behind the whole afterwards, and the caller sets it back to go on inside.
 * Work beyond some lengths of the text is not done: what is left then counts as text. */
bool shortcode_next(struct shortcode_scan *scan, struct arena *arena, struct shortcode *ret_shortcode);

/* The value of an attribute, names compared without case; empty where there is none. */
struct str shortcode_attribute(const struct shortcode *shortcode, struct str name);

/* The index-th value without a name. */
struct str shortcode_positional(const struct shortcode *shortcode, size_t index);

#endif
