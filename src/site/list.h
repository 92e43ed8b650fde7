/* list: lists of entries by what narrows them: from the request's path and query, to the catalogue, to words. */
#ifndef CRIER_SITE_LIST_H
#define CRIER_SITE_LIST_H

#include "site/page.h"

/* Reads the list that the request names: slug of the path for primary, parameters for the others. WEB_NOT_FOUND
 * for names that do not exist; LIST_MOVED, with the response made a redirect, for a slug of another language. */
#define LIST_MOVED 1
int list_read(struct visit *visit, enum filter primary, struct list *ret_list);

/* Narrows the list by what text is called in the visit's language; false: there is no such thing. */
bool list_set(const struct visit *visit, enum filter filter, struct str text, struct list *list);

/* The list that an imported address leads to, if it may be seen; the visit speaks its language from then on. */
bool list_of_found(struct visit *visit, const struct found *found, struct list *ret_list);

void list_filter(const struct visit *visit, const struct list *list, struct catalogue_filter *ret_filter);
void list_tags(struct visit *visit, const struct list *list);

/* What a filter's value is called; language where it is not the page's. */
struct label list_label(const struct visit *visit, const struct list *list, enum filter filter);
/* Name of the list by its path ("Italy"), and of all that narrows it ("Italy: Reports, 2018"). */
struct str list_heading(const struct visit *visit, const struct list *list);
struct str list_title(const struct visit *visit, const struct list *list);
struct str list_introduction(const struct visit *visit, const struct list *list);

/* Whether each of its filters has an item that may be seen, in some language. */
bool list_is_known(const struct visit *visit, const struct list *list);

/* Page (from 1) of a list; primary FILTER_NONE shows the newest of everything with whatever filters the query has. */
int list_show(struct visit *visit, const struct list *list, int64_t page, struct err *err);

/* The list as a feed. WEB_NOT_FOUND for more than two filters. Among its newest entries, by date, stands what
 * was withdrawn from it in the last thirty days, emptied: guid, dates and the note. */
int list_feed(struct visit *visit, const struct list *list, enum feed_format format, struct err *err);

#define LIST_GONE_S      (30 * 24 * 60 * 60) /* a feed reader that has not asked for longer keeps what it has */
#define LIST_GONE_LOOKED 500                 /* of the newest withdrawals in a language */
/* Up to limit of those, the latest withdrawal first. list_feed's. */
int list_gone(struct visit *visit, const struct list *list, struct feed_entry *ret_entries, size_t limit,
	      size_t *ret_count, struct err *err);
/* Entries in several languages share the guid of their item, which would make them one for a reader of two feeds: each
 * translation gets its own, made from the item's. */
struct str list_guid(const struct visit *visit, struct str guid, struct str language);

struct shown {
	struct card *cards;
	size_t count;
};

/* The groups of filters on offer with their counts. Where a vocabulary is too large to count all of it for each
 * page, what the cards on the page carry is offered. */
struct value list_facets(struct visit *visit, const struct list *list, const struct catalogue_set *set,
			 const struct shown *shown);

/* Ids of everything that a filter can be (terms of its vocabulary, places, contributors). */
int64_t *filter_values(const struct visit *visit, enum filter filter, size_t *ret_count);
enum catalogue_dimension filter_dimension(enum filter filter);

#endif
