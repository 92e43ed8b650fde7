/* template: Mustache templates, compiled once, checked against what a view offers, rendered fast.
 *
 * A view declares the fields a template may name and their types. Compiling resolves each name to
 * a slot in one of the views around it (innermost first), so rendering reads arrays and never looks
 * a name up; a name that no view offers is an error with file, line and the names on offer. Text is
 * escaped (& < > " ') by the short form {{name}}; {{{name}}} and {{&name}} are allowed for
 * VIEW_HTML fields alone, and a VIEW_HTML field named by the short form is written as it is too: the
 * type decides. Partials {{> card}} are compiled in the context they stand in (so the same file may
 * serve several views), recursion included; inheritance {{< page}}{{$ main}}…{{/main}}{{/page}} as in
 * the optional part of the specification.
 *
 * Values: a record of a view is an array of struct value, one per field, in the order of the
 * declaration; a list is count such records, one after another. Zeroed values are empty and false.
 * Sections: a text is true when not empty, a number always, a list once for each record.
 *
 * A compiled set never changes and may be used from any thread. Specification: mustache/spec 1.4,
 * the core modules, all cases; set delimiters included. Lambdas are not offered.
 */
#ifndef CRIER_TEMPLATE_TEMPLATE_H
#define CRIER_TEMPLATE_TEMPLATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/html.h"

enum view_type {
	VIEW_TEXT,   /* value.text, escaped */
	VIEW_HTML,   /* value.html, written as it is */
	VIEW_NUMBER, /* value.number, decimal */
	VIEW_FLAG,   /* value.flag: for sections only; naming it as a variable is an error */
	VIEW_OBJECT, /* value.object: one record of field.view or NULL (false) */
	VIEW_LIST,   /* value.list: records of field.view */
};

struct view_field {
	const char *name; /* letters, digits, _ ; "." for the only field of a list of plain texts */
	enum view_type type;
	const struct view *view; /* for objects and lists; may refer to itself */
};

struct view {
	const char *name;
	const struct view_field *fields;
	size_t field_count;
};

struct value {
	union {
		struct str text;
		struct safe_html html;
		int64_t number;
		bool flag;
		const struct value *object;
		struct {
			const struct value *rows;
			size_t count;
		} list;
	};
};

struct template_set;

/* Where sources come from: name without ".mustache" → source. Answers TEMPLATE_MISSING or an error. */
#define TEMPLATE_MISSING 1
struct template_source {
	int (*read)(void *context, struct str name, struct arena *arena, struct str *ret_source, struct str *ret_file,
		    struct err *err);
	void *context;
};

/* Compiled templates live in arena, which must outlive the set. */
struct template_set *template_set_create(struct arena *arena, const struct template_source *source);

/* Compiles name (and what it includes) for view. ERR_INPUT with "FILE:LINE: …" for what is wrong with the
 * template, TEMPLATE_MISSING where there is no such file. */
struct template;
int template_compile(struct template_set *set, struct str name, const struct view *view,
		     const struct template **ret_template, struct err *err);

/* Appends to out; only out's maximum can fail (out->over). record has view->field_count values. */
void template_render(const struct template *compiled, const struct value *record, struct buf *out);

#endif
