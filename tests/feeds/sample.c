#include "sample.h"

#include "feeds/sitemap.h"

static const struct str authors[] = {STR_INIT("Amina Okoth"), STR_INIT("Jon Petri & Söhne")};
static const struct str categories[] = {STR_INIT("Victory"), STR_INIT("Freedom of expression"), STR_INIT("Italy")};

/* The HTML is what a serialiser would have made: a test may say so. */
static const struct feed_entry entries[] = {
	{
		.guid = STR_INIT("urn:uuid:0b7c2c1e-5a0f-4c58-9f4e-0d8a3f6f1a11"),
		.url = STR_INIT("https://news.example.org/2026/06/court-orders-release/"),
		.title = STR_INIT("Court orders release of eleven journalists"),
		.summary = STR_INIT("The appeals court said the arrests had “no basis in law” & set a deadline."),
		.content.text = STR_INIT("<p>The appeals court <em>ordered</em> the release &amp; set a deadline.</p>\n"
					 "<p><a href=\"https://news.example.org/2026/05/first/\">First report</a></p>"),
		.published_s = 1781424600,
		.updated_s = 1781511000,
		.authors = authors,
		.author_count = 2,
		.categories = categories,
		.category_count = 3,
		.picture = {.url = STR_INIT("https://news.example.org/media/k3v9/court-1280.jpg"),
			    .mime = STR_INIT("image/jpeg"),
			    .alt = STR_INIT("Relatives wait on the steps of a court"),
			    .credit = STR_INIT("Photo: Ines Varga / Lantern"),
			    .width = 1280,
			    .height = 853},
	},
	{
		.guid = STR_INIT("https://old.example.org/?p=12"),
		.url = STR_INIT("https://news.example.org/2018/06/%C3%A9t%C3%A9/"),
		.title = STR_INIT(""),
		.summary = STR_INIT("Une note sans titre."),
		.language = STR_INIT("fr"),
		.published_s = 1528968600,
		.updated_s = 1528968600,
	},
};

struct feed sample_feed(void)
{
	return (struct feed){
		.title = STR("Italy – Lantern Watch"),
		.description = STR("Prisons, rescue at sea and the right to protest."),
		.language = STR("en"),
		.page_url = STR("https://news.example.org/place/italy/?kind=reports&year=2026"),
		.self_url = STR("https://news.example.org/place/italy/feed.rss?kind=reports&year=2026"),
		.site_name = STR("Lantern Watch"),
		.site_url = STR("https://news.example.org/"),
		.icon_url = STR("https://news.example.org/theme/favicon.svg"),
		.entries = entries,
		.entry_count = sizeof entries / sizeof *entries,
	};
}

#define H STR_INIT(HOSTILE)

static const struct str hostile_names[] = {H};
static const struct feed_entry hostile_entry = {
	.guid = H,
	.url = H,
	.title = H,
	.summary = H,
	.content.text = H,
	.language = H,
	.published_s = 1528968600,
	.updated_s = 1528968601,
	.authors = hostile_names,
	.author_count = 1,
	.categories = hostile_names,
	.category_count = 1,
	.picture = {.url = H, .mime = H, .alt = H, .credit = H, .width = 1, .height = 1},
};

struct feed sample_hostile_feed(void)
{
	return (struct feed){
		.title = STR(HOSTILE),
		.description = STR(HOSTILE),
		.language = STR(HOSTILE),
		.page_url = STR(HOSTILE),
		.self_url = STR(HOSTILE),
		.site_name = STR(HOSTILE),
		.site_url = STR(HOSTILE),
		.icon_url = STR(HOSTILE),
		.entries = &hostile_entry,
		.entry_count = 1,
	};
}

struct feed sample_empty_feed(void)
{
	struct feed feed = sample_feed();

	feed.entry_count = 0;
	return feed;
}

void sample_sitemaps(bool hostile, struct buf *ret_sitemap, struct buf *ret_index, struct buf *ret_news,
		     struct buf *ret_opensearch)
{
	struct str text = hostile ? STR(HOSTILE) : STR("Été & après");
	struct str url =
		hostile ? STR("https://news.example.org/" HOSTILE) : STR("https://news.example.org/2026/06/x/");
	const struct sitemap_alternate alternates[] = {{STR("en"), url}, {STR("ar"), url}};
	const struct sitemap_news news = {url, text, text, STR("pt-BR"), 1781424600};
	const struct sitemap_news chinese = {url, text, text, STR("zh-Hant"), 1781424600};

	sitemap_open(ret_sitemap);
	sitemap_add(ret_sitemap, url, 1781424600, alternates, 2);
	sitemap_add(ret_sitemap, url, SITEMAP_NO_TIME, NULL, 0);
	sitemap_close(ret_sitemap);
	sitemap_index_open(ret_index);
	sitemap_index_add(ret_index, url, 1781424600);
	sitemap_index_add(ret_index, url, SITEMAP_NO_TIME);
	sitemap_index_close(ret_index);
	sitemap_news_open(ret_news);
	sitemap_news_add(ret_news, &news);
	sitemap_news_add(ret_news, &chinese);
	sitemap_news_close(ret_news);
	opensearch_put(ret_opensearch, &(struct opensearch){text, text, STR("en"), url, url});
}
