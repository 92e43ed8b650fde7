/* template: Mustache templates, compiled once, checked against what a view offers, rendered fast.
 *
 * A view declares the fields a template may name and their types. Compiling resolves each name to
 * a slot in one of the views around it (innermost first), so rendering reads arrays and never looks
 * a name up; a name that no view offers is an error with file, line and the names on offer. Text is
 * escaped (& < > " ') by the short form {{name}}; {{{name}}} and {{&name}} are allowed for
 * VIEW_HTML fields alone, and a VIEW_HTML field named by the short form is written as it is too: the
 * type decides. Partials {{> card}} are compiled in the context they stand in (so the same file may
 * serve several views); a partial may include itself from inside a list or object that it opens.
 * Inheritance {{< page}}{{$ main}}…{{/main}}{{/page}} as in the optional part of the specification:
 * the outermost template's block wins.
 *
 * Values: a record of a view is an array of struct value, one per field, in the order of the
 * declaration; a list is count such records, one after another. Zeroed values are empty and false.
 * Sections: a text, URL or HTML is true when not empty, a number always, a list once for each record.
 * Inside a section on a text or number, {{.}} is that value.
 *
 * Where a field may stand. The compiler follows the static text as an HTML tokenizer would, through
 * partials and blocks, and refuses with file and line:
 *   - any field in a tag's or attribute's name, in an unquoted attribute value, in on… , style and srcdoc
 *     attributes, in comments, <style> and <script>;
 *   - anything but a VIEW_URL at the start of an address (href, src, action, formaction, poster, cite, data,
 *     ping, background, xlink:href, and each candidate of srcset); further on in it, behind /, ? or #, text is
 *     escaped as usual;
 *   - any field in the content of a <meta http-equiv>, which browsers obey (refresh …), or in http-equiv itself;
 *   - VIEW_HTML anywhere but in an element's content (not in <title> or <textarea> either, nor in svg and math);
 *   - a section whose end is in another place than its start (text inside a tag here, outside there).
 * In <script type="application/ld+json"> (or …/json) texts and URLs may stand between the quotes of a JSON
 * string and are escaped for it, numbers anywhere.
 *
 * A compiled set never changes and may be used from any thread; compiling is for one thread.
 * Specification: mustache/spec 1.4, the core modules, all cases; set delimiters included. Lambdas and
 * dynamic names are not offered. A page of 100 items and 43 KB takes some tens of microseconds.
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
	VIEW_URL,    /* value.text, an address, escaped; "#" stands for one that template_url_safe refuses */
};

struct view_field {
	const char *name; /* letters, digits, _ ; "." for the only field of a list of plain texts */
	enum view_type type;
	const struct view *view; /* for objects and lists; may refer to itself */
	const char *help;        /* one line for theme authors (template_describe); may be NULL */
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

/* Where sources come from: name without ".mustache" → source and the file's name for messages.
 * Answers TEMPLATE_MISSING or an error. */
#define TEMPLATE_MISSING 1
struct template_source {
	int (*read)(void *context, struct str name, struct arena *arena, struct str *ret_source, struct str *ret_file,
		    struct err *err);
	void *context;
};

/* Compiled templates live in arena, which must outlive the set. */
struct template_set *template_set_create(struct arena *arena, const struct template_source *source);

/* As the specification's tests want it, for those tests: unknown names and missing partials are empty, {{{text}}} is
 * written unescaped, any field may stand anywhere. Never for pages. */
struct template_set *template_set_create_lenient(struct arena *arena, const struct template_source *source);

/* Compiles name (and what it includes) for view. ERR_INPUT with "FILE:LINE: …" for what is wrong with the
 * template, ERR_LIMIT for one too large or too deep, TEMPLATE_MISSING where there is no such file. */
struct template;
int template_compile(struct template_set *set, struct str name, const struct view *view,
		     const struct template **ret_template, struct err *err);

/* Appends to out; only out's maximum can fail (out->over), which a record that contains itself reaches too.
 * record has view->field_count values. */
void template_render(const struct template *compiled, const struct value *record, struct buf *out);

/* True for http, https, mailto, tel and relative addresses without control characters or outer blanks. */
bool template_url_safe(struct str url);

/* The fields of view and of the views inside it as Markdown, a section a view, for docs/theme.md. */
void template_describe(const struct view *view, struct buf *out);

#endif
