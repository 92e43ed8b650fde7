/* site: the public pages of a newsroom: front, lists, items, archive, search, and what machines read.
 *
 * src/main creates one, hands site_app() and site_statics() to src/web, and destroys it after the server has
 * ended. Each request: take the snapshot of the catalogue and the names of the moment, decide what the address
 * means, fill a view (views.h), render its template. Feeds and sitemaps are written by src/feeds.
 *
 * Owns: the compiled theme. Borrows for its whole life: everything in site_options but strings, which are copied.
 * Every page says which tags it depends on, until when it is true (the snapshot's end, or sooner where a
 * banner or a 48-hour window ends before) and from which sequence it was made.
 *
 * Tags: e{entry} for each entry shown; k{kind} t{term} p{place} c{contributor} y{yyyy} m{yyyymm} for what the
 * address names; l{language} for lists of everything; a{language} where the static pages are listed, since the language
 * has no menu; n before k, t or p for the sections and menu lines that stand or not, as there are items; s for words,
 * menus and names.
 *
 * Last-Modified is told for items and static pages, whose change moves it. Lists and feeds carry none: an item that was
 * withdrawn would make a list older, and who asks by date alone would keep the old one. Nor do pictures and documents.
 * All of them have ETags, files by the hash of their content.
 *
 * Never: an entry, count or file that the snapshot does not contain; a word of what is scheduled, in headers
 * neither; an address of a third party in a page, other than in texts that editors wrote; a cookie.
 */
#ifndef CRIER_SITE_SITE_H
#define CRIER_SITE_SITE_H

#include "publish/catalogue.h"
#include "publish/names.h"
#include "web/app.h"

struct site;

struct site_options {
	struct str name;
	struct str url;              /* "https://news.example.org", no slash at the end */
	const struct str *languages; /* BCP 47; the first has no prefix */
	size_t language_count;
	struct str time_zone;        /* IANA name */
	bool feed_full_text;         /* or summaries */
	size_t feed_items;           /* 0: 30 */
	size_t page_items;           /* 0: 24 */
	struct str security_contact; /* "mailto:…" or "https://…"; empty: no security.txt */

	/* Where the theme lies; later folders override single files of earlier ones. Templates (*.mustache) and
	 * files directly in them, translations in their po/{language}.mo. Folders need not exist. */
	const char *const *theme_folders;
	size_t theme_folder_count;

	/* The site is written as files (src/export), whose host answers no query: page N of a list stands at
	 * ".../page/N/" (a server leads from there to "?page=N"), search and filters are neither offered nor there. */
	bool as_files;

	const char *public_path; /* public.db */
	struct catalogue *catalogue;
	struct names_holder *names;

	/* Opens the bytes of a picture or document by the hash that public.db gives; BLOB-like answers: 0, a positive
	 * one for "not here", or an error. */
	int (*open_file)(void *context, struct str sha256, int *ret_fd, int64_t *ret_bytes, struct err *err);
	void *open_file_context;
};

/* Compiles the theme: ERR_INPUT with file, line and what is wrong. */
int site_create(const struct site_options *options, struct site **ret_site, struct err *err);
void site_destroy(struct site *site); /* NULL is fine */

/* Route table, workers and error pages, for web_create. Valid as long as the site. */
const struct web_app *site_app(struct site *site);
/* Style sheet, icons: as they were at creation. */
const struct static_set *site_statics(const struct site *site);

/* Reads templates and translations anew, from any thread. On an error the old ones stay in use. Files with hashed
 * addresses (style sheet, icons) are read at creation only: a page and its style sheet change together at a restart. */
int site_reload(struct site *site, struct err *err);

/* Fields of every view, as Markdown, for the documentation of themes. */
void site_describe_views(struct buf *out);

#endif
