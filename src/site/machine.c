/* What machines read beside feeds: sitemaps, robots.txt, OpenSearch, security.txt. */
#include "feeds/sitemap.h"

#include "site/page.h"

#include <string.h>

#define CARDS_AT_ONCE 500
#define XML_TYPE      STR("application/xml; charset=utf-8")

static struct catalogue_set *whole_site(const struct visit *visit)
{
	return catalogue_select(visit->snapshot, &(struct catalogue_filter){.language = CATALOGUE_EVERY_LANGUAGE,
									    .scope = CATALOGUE_ALL});
}

static void tag_all(struct visit *visit)
{
	for (size_t i = 0; i < visit->site->options.language_count; i++)
		response_tag(visit->response, "l%.*s", STR_ARG(visit->site->languages[i].code));
}

/* Calls each for the cards from offset on, up to limit, in the order of the set; a batch at a time. */
typedef int (*each_card)(struct visit *visit, const struct card *card, void *context, struct err *err);
static int for_cards(struct visit *visit, const struct catalogue_set *set, size_t offset, size_t limit, each_card each,
		     void *context, struct err *err)
{
	int64_t ids[CARDS_AT_ONCE];
	int rc = 0;

	while (limit > 0 && rc == 0) {
		struct arena_mark mark = arena_mark(visit->arena);
		size_t wanted = limit < CARDS_AT_ONCE ? limit : CARDS_AT_ONCE;
		size_t count = catalogue_page(set, offset, wanted, ids), found = 0;
		struct card *cards = NULL;

		if (count == 0)
			break;
		rc = public_cards(visit->worker->public, visit->snapshot, ids, count, visit->arena, &cards, &found,
				  err);
		for (size_t i = 0; i < found && rc == 0; i++)
			rc = each(visit, &cards[i], context, err);
		arena_release(visit->arena, mark);
		offset += count;
		limit -= count;
	}
	return rc;
}

int show_sitemap_index(struct visit *visit, struct err *err)
{
	CATALOGUE_SET_SCOPED set = whole_site(visit);
	size_t total = catalogue_count(set);
	size_t parts = sitemap_parts(total);
	struct buf *out = &visit->response->body;

	(void)err;
	tag_all(visit);
	visit->response->content_type = XML_TYPE;
	sitemap_index_open(out);
	for (size_t part = 1; part <= parts && part <= SITEMAP_PARTS_MAX; part++) {
		struct str address = arena_printf(visit->arena, "/sitemap-%zu.xml", part);
		size_t offset, limit;
		int64_t changed_s;

		sitemap_part(total, part, &offset, &limit);
		changed_s = catalogue_changed_s(set, offset, limit);
		sitemap_index_add(out, address_absolute(visit, address),
				  changed_s == VISIBLE_NO_TIME ? SITEMAP_NO_TIME : changed_s);
	}
	sitemap_index_close(out);
	return 0;
}

static int add_address(struct visit *visit, const struct address *address, struct err *err)
{
	struct sitemap_alternate alternates[CATALOGUE_LANGUAGES_MAX];
	struct translation *at = NULL;
	struct str url = address_absolute(visit, address_path(visit, address->path));
	size_t count = 0, used = 0;
	int rc = 0;

	if (visit->site->options.language_count > 1)
		rc = public_translations(visit->worker->public, visit->snapshot, address->entry_id, visit->arena, &at,
					 &count, err);
	if (rc < 0)
		return rc;
	if (count > 0)
		alternates[used++] = (struct sitemap_alternate){address->language, url};
	for (size_t i = 0; i < count && used < CATALOGUE_LANGUAGES_MAX; i++)
		alternates[used++] = (struct sitemap_alternate){
			at[i].language, address_absolute(visit, address_path(visit, at[i].path))};
	sitemap_add(&visit->response->body, url, address->modified_s, alternates, used);
	return 0;
}

static int add_addresses(struct visit *visit, const struct catalogue_set *set, size_t offset, size_t limit,
			 struct err *err)
{
	int64_t *ids = arena_array(visit->arena, int64_t, limit);
	size_t count = catalogue_page(set, offset, limit, ids);
	struct address *at;
	int rc = public_addresses(visit->worker->public, visit->snapshot, ids, count, visit->arena, &at, &count, err);

	for (size_t i = 0; i < count && rc == 0; i++) {
		struct arena_mark mark = arena_mark(visit->arena);

		rc = add_address(visit, &at[i], err);
		arena_release(visit->arena, mark);
	}
	return rc;
}

int show_sitemap(struct visit *visit, int64_t part, struct err *err)
{
	CATALOGUE_SET_SCOPED set = whole_site(visit);
	size_t total = catalogue_count(set), offset, limit;
	int rc;

	tag_all(visit);
	if (part < 1 || (uint64_t)part > sitemap_parts(total))
		return WEB_NOT_FOUND;
	sitemap_part(total, (size_t)part, &offset, &limit);
	visit->response->content_type = XML_TYPE;
	visit->response->body.max_bytes = SITEMAP_PART_BYTES;
	sitemap_open(&visit->response->body);
	rc = add_addresses(visit, set, offset, limit, err);
	sitemap_close(&visit->response->body);
	return rc;
}

struct news_part {
	struct buf *out;
	int64_t since_s;
};

static int add_news(struct visit *visit, const struct card *card, void *context, struct err *err)
{
	const struct news_part *part = context;
	struct sitemap_news news = {.url = address_absolute(visit, address_path(visit, card->path)),
				    .title = card->title,
				    .publication = site_name(visit),
				    .language = card->language,
				    .published_s = card->date_s};

	(void)err;
	if (card->date_s < part->since_s)
		return SITEMAP_NEWS_ADDRESSES; /* the rest is older still */
	if (!str_empty(news.title))
		sitemap_news_add(part->out, &news);
	visit_fresh_until(visit, card->date_s + SITEMAP_NEWS_AGE_S + 1);
	return 0;
}

int show_news_sitemap(struct visit *visit, struct err *err)
{
	CATALOGUE_SET_SCOPED set =
		catalogue_select(visit->snapshot, &(struct catalogue_filter){.language = CATALOGUE_EVERY_LANGUAGE});
	struct news_part part = {&visit->response->body, visit->request->now_s - SITEMAP_NEWS_AGE_S};
	int rc;

	tag_all(visit);
	visit->response->content_type = XML_TYPE;
	sitemap_news_open(part.out);
	rc = for_cards(visit, set, 0, SITEMAP_NEWS_ADDRESSES, add_news, &part, err);
	sitemap_news_close(part.out);
	return rc < 0 ? rc : 0;
}

int show_robots(struct visit *visit, struct err *err)
{
	const struct str sitemaps[] = {address_absolute(visit, STR("/sitemap.xml")),
				       address_absolute(visit, STR("/news-sitemap.xml"))};
	struct str *closed = arena_array(visit->arena, struct str, visit->site->options.language_count);

	(void)err;
	for (size_t i = 0; i < visit->site->options.language_count; i++)
		closed[i] = address_fixed(visit, &visit->site->languages[i], "/search?");
	visit->response->content_type = STR("text/plain; charset=utf-8");
	robots_put(&visit->response->body, closed, visit->site->options.language_count, sitemaps, 2);
	return 0;
}

int show_opensearch(struct visit *visit, struct err *err)
{
	const struct opensearch opensearch = {
		.short_name = site_name(visit),
		.description = words(visit, STR("search_placeholder")),
		.language = visit->language->code,
		.icon_url = address_absolute(visit, static_address(visit->site->statics, STR("favicon.svg"))),
		.search_url = address_absolute(visit, address_fixed(visit, visit->language, "/search")),
	};

	(void)err;
	if (visit->site->options.as_files)
		return WEB_NOT_FOUND;
	visit->response->content_type = STR("application/opensearchdescription+xml");
	opensearch_put(&visit->response->body, &opensearch);
	return 0;
}

#define DAY_S (24 * 60 * 60)

int show_security(struct visit *visit, struct err *err)
{
	const struct site_options *options = &visit->site->options;
	int64_t now_s = visit->request->now_s;

	(void)err;
	if (str_empty(options->security_contact))
		return WEB_NOT_FOUND;
	visit_fresh_until(visit, now_s - now_s % DAY_S + DAY_S);
	visit->response->content_type = STR("text/plain; charset=utf-8");
	security_put(&visit->response->body, options->security_contact,
		     address_absolute(visit, STR("/.well-known/security.txt")), options->languages,
		     options->language_count, now_s);
	return 0;
}
