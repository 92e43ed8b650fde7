/* inside: what the files of src/site share: the site, a worker, one visit.
 *
 * A visit is one request on its way: the snapshot, names and theme that hold for all of it. visit() in
 * visit.c opens and closes it around each handler; nothing taken from it may outlive it.
 */
#ifndef CRIER_SITE_INSIDE_H
#define CRIER_SITE_INSIDE_H

#include "i18n/catalogue.h"
#include "i18n/collate.h"
#include "i18n/date.h"
#include "i18n/number.h"
#include "publish/public.h"
#include "site/site.h"
#include "site/theme.h"
#include "site/views.h"

#include <pthread.h>

#define SITE_RELATED 6 /* items beside an item */

struct site_language {
	struct str code;
	struct str prefix; /* "" or "/fr" */
	struct str autonym;
	struct str dir; /* ltr, rtl */
	uint32_t key;   /* in the catalogue */
};

struct site {
	struct arena *arena;
	struct site_options options; /* strings copied */
	struct site_language *languages;
	struct static_set *statics;
	struct web_app app;
	pthread_mutex_t lock; /* of theme */
	struct theme *theme;
};

struct site_worker {
	struct public *public;
	struct date_formats *dates;
	struct number_formats *numbers;
	struct collator **collators; /* one for each language */
};

struct visit {
	const struct site *site;
	struct site_worker *worker;
	const struct request *request;
	struct response *response;
	struct arena *arena;
	const struct catalogue_snapshot *snapshot;
	const struct names *names;
	const struct theme *theme;
	const struct messages *words;
	const struct site_language *language;
};

typedef int (*visit_handler)(struct visit *visit, struct err *err);
int visit(void *app, void *worker, const struct request *request, struct response *response, visit_handler handler,
	  struct err *err);
void visit_speak(struct visit *visit, const struct site_language *language);         /* from here on, this language */
const struct site_language *site_language(const struct site *site, struct str code); /* NULL: not configured */
void visit_fresh_until(struct visit *visit, int64_t until_s);                        /* not longer than this */
void visit_tag(struct visit *visit, char letter, int64_t number);

/* The theme of the moment; theme_release ends it. */
struct theme *site_theme(struct site *site);

/* Words in the visit's language */
struct str words(const struct visit *visit, struct str id);
struct str words_count(const struct visit *visit, int64_t number); /* in the language's digits */
struct str words_date(const struct visit *visit, enum date_form form, int64_t time_s);
struct str words_machine_date(const struct visit *visit, int64_t time_s);

/* Handlers (routes.c names their addresses) */
int show_front(struct visit *visit, struct err *err);
int show_kind_or_path(struct visit *visit, struct err *err);
int show_name(struct visit *visit, struct err *err);
int show_archive(struct visit *visit, struct err *err);
int show_topics(struct visit *visit, struct err *err);
int show_places(struct visit *visit, struct err *err);
int show_campaigns(struct visit *visit, struct err *err);
int show_tags(struct visit *visit, struct err *err);
int show_people(struct visit *visit, struct err *err);
int show_search(struct visit *visit, struct err *err);
int show_path(struct visit *visit, struct err *err);
/* Where nothing stands: addresses that sites of other make have. */
int show_old(struct visit *visit, struct err *err);
int show_old_query(struct visit *visit); /* "/?s=", "/?feed=" */
int show_old_search(struct visit *visit, struct err *err);
int show_media(struct visit *visit, struct err *err);
int show_sitemap_index(struct visit *visit, struct err *err);
int show_sitemap(struct visit *visit, int64_t part, struct err *err);
int show_news_sitemap(struct visit *visit, struct err *err);
int show_robots(struct visit *visit, struct err *err);
int show_opensearch(struct visit *visit, struct err *err);
int show_security(struct visit *visit, struct err *err);

int notice_gone(struct visit *visit, const struct found *found, struct err *err);
int notice_error(void *app, void *worker, const struct request *request, int status, struct response *response,
		 struct err *err);

#endif
