/* page: what every page's record holds, and the way from a record to an answer. */
#ifndef CRIER_SITE_PAGE_H
#define CRIER_SITE_PAGE_H

#include "site/address.h"
#include "site/card.h"

/* Builds lists of links without counting first. */
VEC_TYPE(value_vec, struct value);
struct value *links_add(const struct visit *visit, struct value_vec *links); /* a zeroed LINK */
struct value *links_add_label(const struct visit *visit, struct value_vec *links, struct str url,
			      const struct label *label, int64_t count); /* count below 0: none */
struct value links_value(const struct value_vec *links);                 /* the last is marked */

/* What differs between pages, for page_base. */
struct page_facts {
	struct str title;        /* empty: the site's name and line */
	struct str description;  /* may be empty */
	const struct list *list; /* the page is this list: its address in every language, its feeds … */
	int64_t page;            /* … and this page of it */
	const char *fixed;       /* or it is this path, in every language; both NULL: the caller fills addresses */
	struct str query;        /* or it is what a search for these words found: page, too, says which part */
	bool no_index;           /* search engines are told neither to keep it nor of its other languages */
};

/* A record of PASSAGE, or NULL for an empty text; a text of the site by its key, marked where it is borrowed. */
const struct value *passage(const struct visit *visit, struct str text, struct str language);
const struct value *site_passage(const struct visit *visit, struct str key);
struct str site_name(const struct visit *visit); /* in the language, else as configured */

/* A record with count values, those of PAGE filled. */
struct value *page_base(struct visit *visit, size_t count, const struct page_facts *facts);

/* Links of the breadcrumb, front page first; then add to it and call page_crumbs. */
struct value_vec crumbs_begin(const struct visit *visit);
void page_crumbs(struct value *record, const struct value_vec *crumbs);

/* The page's address in a language; the front page where facts name none. */
struct str page_address(const struct visit *visit, const struct site_language *language,
			const struct page_facts *facts);

/* Page numbers for page of pages; address_of gives each its address. Nothing for a single page. */
typedef struct str (*pager_address)(const struct visit *visit, const void *context, int64_t page);
void page_pager(struct visit *visit, struct value *record, int64_t page, int64_t pages, pager_address address_of,
		const void *context);

int page_render(struct visit *visit, enum site_page page, const struct value *record);

#endif
