/* address: where things stand, as paths of the site ("/fr/topic/prisons/?kind=reports&page=2") and absolute.
 *
 * The one place that writes addresses of lists; routes.c is the one that reads them. Results are in the normal
 * form that the router redirects to, percent-encoded, in the visit's arena.
 */
#ifndef CRIER_SITE_ADDRESS_H
#define CRIER_SITE_ADDRESS_H

#include "feeds/feed.h"
#include "site/inside.h"

/* What a list is narrowed by. The order is that of the query. */
enum filter {
	FILTER_KIND,
	FILTER_TOPIC,
	FILTER_PLACE,
	FILTER_CAMPAIGN,
	FILTER_TAG,
	FILTER_PERSON,
	FILTER_YEAR,
	FILTER_MONTH,
	FILTERS,
	FILTER_NONE = FILTERS,
};

/* A list: which filters are set, and which of them is the path (FILTER_NONE: the front's list). */
struct list {
	enum filter primary;
	const struct named_kind *kind;
	const struct named_term *terms[FILTERS]; /* by FILTER_TOPIC, _CAMPAIGN, _TAG */
	const struct named_place *place;
	const struct named_contributor *person;
	int year, month; /* 0: not set */
};

const char *filter_name(enum filter filter);             /* "kind": of the query and of the words in po/ */
struct str filter_vocabulary(enum filter filter);        /* of terms; empty for the others */
enum filter filter_of_vocabulary(struct str vocabulary); /* FILTER_NONE: its terms have no pages */
bool list_has(const struct list *list, enum filter filter);
size_t list_filter_count(const struct list *list); /* year and month together are one */
/* With one filter alone a list stands at that filter's own address ("/?topic=prisons" is "/topic/prisons/"). */
struct list list_home(const struct list *list);
struct list list_without(const struct list *list, enum filter filter); /* taking the year takes the month */

/* What stands for a filter in an address of that language. */
struct str filter_slug(const struct visit *visit, const struct site_language *language, const struct list *list,
		       enum filter filter);

/* page 0 and 1: the first. language: whose prefix. Of a site that is written as files, page N of a list stands at a
 * path; filters besides the one of the path have no address there. */
struct str address_list(const struct visit *visit, const struct site_language *language, const struct list *list,
			int64_t page);
struct str address_feed(const struct visit *visit, const struct site_language *language, const struct list *list,
			enum feed_format format);

/* A list narrowed by one thing alone. */
struct str address_kind(const struct visit *visit, const struct named_kind *kind);
struct str address_term(const struct visit *visit, const struct named_term *term); /* empty: has no page */
struct str address_place(const struct visit *visit, const struct named_place *place);
struct str address_person(const struct visit *visit, const struct named_contributor *person);

/* "/topic/" and others: fixed is a path without language. */
struct str address_fixed(const struct visit *visit, const struct site_language *language, const char *fixed);

/* What is found for the words; page and language as for lists. */
struct str address_search(const struct visit *visit, const struct site_language *language, struct str query,
			  int64_t page);

/* A path as public.db has it, in the form of addresses. */
struct str address_path(const struct visit *visit, struct str path);
struct str address_absolute(const struct visit *visit, struct str address);
struct str address_picture(const struct visit *visit, const struct picture *picture, const struct picture_form *form);

#endif
