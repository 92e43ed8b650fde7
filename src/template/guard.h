/* template/guard: where in a page's HTML the static text of a template has come to.
 *
 * Internal to src/template. A small state machine that follows the tokenizer of the HTML standard
 * (section 13.2.5) as far as a template may go; what it does not follow it refuses. The compiler feeds it
 * each static text, asks it before each field, copies it at the start of a section and meets the copies at
 * the end. It is a value: copy it freely.
 *
 *   TEXT ─<─ LT ─a─ TAG_NAME ─ ─ IN_TAG ─ ATTR_NAME ─=─ VALUE_BEFORE ─"─ VALUE ─"─ VALUE_END ─>─ TEXT or RAW…
 *
 * In an address `name` holds what stands there of its scheme, or one mark: ? for texts that differ by section, * for a
 * URL field, which may be empty or relative.
 *
 * Problems are answers: NULL is fine, else what is wrong, in words for a theme's author.
 */
#ifndef CRIER_TEMPLATE_GUARD_H
#define CRIER_TEMPLATE_GUARD_H

#include "template/template.h"

enum guard_state {
	GUARD_TEXT,
	GUARD_LT,          /* < */
	GUARD_LT_SLASH,    /* </ */
	GUARD_BANG,        /* <! up to what tells a comment from a doctype */
	GUARD_DECLARATION, /* <!doctype … */
	GUARD_COMMENT,     /* <!-- … */
	GUARD_TAG_NAME,
	GUARD_IN_TAG, /* an attribute may begin */
	GUARD_ATTR_NAME,
	GUARD_ATTR_AFTER,   /* blanks behind an attribute's name */
	GUARD_VALUE_BEFORE, /* = */
	GUARD_VALUE_BARE,
	GUARD_VALUE,     /* between quotes */
	GUARD_VALUE_END, /* a blank, / or > must come */
	GUARD_RAW,       /* content of an element that holds no tags: element tells which */
};

enum guard_element {
	GUARD_PLAIN,
	GUARD_TITLE,
	GUARD_TEXTAREA,
	GUARD_SCRIPT,
	GUARD_STYLE,
	GUARD_XMP,
	GUARD_IFRAME,
	GUARD_NOEMBED,
	GUARD_NOFRAMES,
	GUARD_PLAINTEXT,
	GUARD_ELEMENTS,
};

enum guard_attribute {
	GUARD_ANY,
	GUARD_URL,
	GUARD_SRCSET,
	GUARD_CODE,
	GUARD_TYPE,    /* of a script */
	GUARD_EQUIV,   /* http-equiv of a meta: it gives content the power of a header */
	GUARD_CONTENT, /* of a meta */
};

#define GUARD_NAME_BYTES 24

struct guard {
	enum guard_state state;
	enum guard_element element; /* of the tag that is open, or whose raw content this is */
	enum guard_attribute attribute;
	char quote;
	bool end_tag;
	bool slash;            /* the last byte of the tag was / */
	bool opens_foreign;    /* the tag is svg or math */
	bool is_meta;          /* the tag is a meta */
	bool has_equiv;        /* which has http-equiv */
	bool has_field;        /* or a field in content */
	bool unpinned;         /* in an address: what comes may still be part of its scheme */
	bool has_type;         /* a type attribute was seen */
	bool is_json;          /* script whose type ends in json */
	bool in_string;        /* in JSON */
	bool escaped;          /* in JSON: behind a backslash */
	unsigned char foreign; /* svg and math that are open, where <style> and the like hold tags */
	unsigned char matched; /* of --> or </script */
	unsigned char name_len;
	char name[GUARD_NAME_BYTES]; /* tag, attribute or start of value being read, in lower case, cut */
};

enum guard_escape { GUARD_AS_HTML, GUARD_AS_JSON };

const char *guard_text(struct guard *guard, struct str text);
const char *guard_field(struct guard *guard, enum view_type type, enum guard_escape *ret_escape);

/* guard is where one way ends, other where another does; guard becomes what holds for both. */
const char *guard_meet(struct guard *guard, const struct guard *other);
bool guard_same(const struct guard *a, const struct guard *b);

const char *guard_place(const struct guard *guard); /* "in a tag", for messages */

#endif
