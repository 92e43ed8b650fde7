/* Single facts of feeds and sitemaps, one row each: what a field becomes, and what stands in place of one that is
 * missing. */
#include "feeds/feed.h"
#include "feeds/sitemap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MAX         (4u << 20)
#define URL         "https://news.example.org/2026/06/x/"
#define NOON        1781524800 /* 2026-06-15T12:00:00Z */
#define COUNT(list) (sizeof(list) / sizeof *(list))

static struct feed_entry entry(void)
{
	return (struct feed_entry){
		.guid = STR("urn:uuid:1"),
		.url = STR(URL),
		.title = STR("Title"),
		.summary = STR("Summary"),
		.published_s = NOON,
		.updated_s = NOON + 60,
	};
}

static void put(const struct feed_entry *one, enum feed_format format, struct buf *out)
{
	const struct feed feed = {
		.title = STR("List"),
		.language = STR("en"),
		.page_url = STR("https://news.example.org/x/"),
		.self_url = STR("https://news.example.org/x/feed"),
		.site_name = STR("House"),
		.site_url = STR("https://news.example.org/"),
		.entries = one,
		.entry_count = one ? 1 : 0,
	};

	feed_put(&feed, format, out);
	assert_false(out->over);
}

static size_t count_of(struct str text, const char *piece)
{
	size_t count = 0, at;

	while ((at = str_find(text, str_from(piece))) != SIZE_MAX) {
		count++;
		text = str_skip(text, at + strlen(piece));
	}
	return count;
}

static void expect(const struct feed_entry *one, enum feed_format format, const char *piece, size_t times)
{
	BUF_SCOPED out = BUF_INIT(MAX);

	put(one, format, &out);
	if (count_of(buf_str(&out), piece) != times)
		fail_msg("not %zu times \"%s\" in: %.*s", times, piece, (int)out.len, out.ptr);
}

static void what_is_missing_is_left_out_or_replaced(void **state)
{
	struct feed_entry bare = entry(), untitled = entry(), nothing = entry();

	(void)state;
	bare.summary = (struct str){0};
	untitled.title = (struct str){0};
	nothing.title = nothing.summary = (struct str){0};
	/* The channel's own description is one. */
	expect(&bare, FEED_RSS, "<description>", 1);
	expect(&bare, FEED_ATOM, "<summary>", 0);
	expect(&bare, FEED_JSON, "\"content_text\":\"Title\"", 1);
	expect(&untitled, FEED_RSS, "<title>Summary</title>", 1);
	expect(&untitled, FEED_ATOM, "<title>Summary</title>", 1);
	expect(&untitled, FEED_JSON, "\"title\":\"\"", 0);
	expect(&nothing, FEED_RSS, "<title>" URL "</title>", 1);
	expect(&nothing, FEED_JSON, "\"content_text\":\"" URL "\"", 1);
}

static void full_texts_and_summaries(void **state)
{
	struct feed_entry full = entry();

	(void)state;
	full.content.text = STR("<p>a &amp; b</p>");
	expect(&full, FEED_RSS, "<content:encoded>&lt;p&gt;a &amp;amp; b&lt;/p&gt;</content:encoded>", 1);
	expect(&full, FEED_ATOM,
	       "<content type=\"html\" xml:base=\"" URL "\">&lt;p&gt;a &amp;amp; b&lt;/p&gt;</content>", 1);
	expect(&full, FEED_JSON, "\"content_html\":\"", 1);
	expect(&full, FEED_JSON, "\"content_text\"", 0);
	expect(&full, FEED_JSON, "\"summary\":\"Summary\"", 1);
	full.content.text = (struct str){0};
	expect(&full, FEED_RSS, "content:encoded", 0);
	expect(&full, FEED_ATOM, "<content", 0);
	expect(&full, FEED_JSON, "\"content_text\":\"Summary\"", 1);
}

/* An entry that was withdrawn: guid, times and note; no address, in no format. Atom wants content then (section 4.1.2).
 */
static void what_is_nowhere_any_more_is_emptied(void **state)
{
	struct feed_entry gone = entry();

	(void)state;
	gone.url = (struct str){0};
	gone.title = STR("Withdrawn");
	gone.summary = STR("A name <b>was</b> wrong & more");
	expect(&gone, FEED_RSS, "<guid isPermaLink=\"false\">urn:uuid:1</guid>", 1);
	expect(&gone, FEED_RSS, "<link>", 1); /* the channel's */
	expect(&gone, FEED_RSS,
	       "<description>A name &amp;lt;b&amp;gt;was&amp;lt;/b&amp;gt; wrong &amp;amp; more</description>", 1);
	expect(&gone, FEED_RSS, "<atom:updated>2026-06-15T12:01:00Z</atom:updated>", 1);
	expect(&gone, FEED_ATOM, "<id>urn:uuid:1</id>", 1);
	expect(&gone, FEED_ATOM, "rel=\"alternate\"", 1); /* the feed's */
	expect(&gone, FEED_ATOM, "<content>A name &lt;b&gt;was&lt;/b&gt; wrong &amp; more</content>", 1);
	expect(&gone, FEED_ATOM, "<summary>", 0);
	expect(&gone, FEED_ATOM, "<updated>2026-06-15T12:01:00Z</updated>", 2); /* and the feed's own */
	expect(&gone, FEED_JSON, "\"id\":\"urn:uuid:1\"", 1);
	expect(&gone, FEED_JSON, "\"url\"", 0);
	expect(&gone, FEED_JSON, "\"content_text\":\"A name ", 1);
	expect(&gone, FEED_JSON, "\"date_modified\":\"2026-06-15T12:01:00Z\"", 1);
}

static void plain_text_becomes_html_in_rss_alone(void **state)
{
	struct feed_entry one = entry();

	(void)state;
	one.summary = STR("a < b & \"c\"");
	expect(&one, FEED_RSS, "<description>a &amp;lt; b &amp;amp; ", 1);
	expect(&one, FEED_ATOM, "<summary>a &lt; b &amp; ", 1);
	expect(&one, FEED_JSON, "\"content_text\":\"a ", 1);
}

static void times_are_told_alike(void **state)
{
	static const struct {
		int64_t published_s, updated_s;
		const char *rss, *atom_published, *atom_updated;
		size_t rss_updated;
	} cases[] = {
		{NOON, NOON, "<pubDate>Mon, 15 Jun 2026 12:00:00 ", "<published>2026-06-15T12:00:00Z",
		 "<updated>2026-06-15T12:00:00Z", 0},
		{NOON, NOON + 1, "<pubDate>Mon, 15 Jun 2026 12:00:00 ", "<published>2026-06-15T12:00:00Z",
		 "<updated>2026-06-15T12:00:01Z", 1},
		{0, 0, "<pubDate>Thu, 01 Jan 1970 00:00:00 ", "<published>1970-01-01T00:00:00Z",
		 "<updated>1970-01-01T00:00:00Z", 0},
		{-1, -1, "<pubDate>Wed, 31 Dec 1969 23:59:59 ", "<published>1969-12-31T23:59:59Z",
		 "<updated>1969-12-31T23:59:59Z", 0},
		{1709210096, 1709210096, "<pubDate>Thu, 29 Feb 2024 12:34:56 ", "<published>2024-02-29T12:34:56Z",
		 "<updated>2024-02-29T12:34:56Z", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct feed_entry one = entry();

		one.published_s = cases[i].published_s;
		one.updated_s = cases[i].updated_s;
		expect(&one, FEED_RSS, cases[i].rss, 1);
		expect(&one, FEED_RSS, "<atom:updated>", cases[i].rss_updated);
		expect(&one, FEED_ATOM, cases[i].atom_published, 1);
		expect(&one, FEED_ATOM, cases[i].atom_updated, 2); /* the feed's is the newest entry's */
	}
}

static void an_id_in_atom_is_an_address(void **state)
{
	static const struct {
		struct str guid;
		const char *id;
	} cases[] = {
		{STR_INIT("urn:uuid:5b0f3f9e-7f0e-4d7a-8f5e-111111111111"),
		 "<id>urn:uuid:5b0f3f9e-7f0e-4d7a-8f5e-111111111111</id>"},
		{STR_INIT("https://old.example.org/?p=12&x=1"), "<id>https://old.example.org/?p=12&amp;x=1</id>"},
		{STR_INIT("tag:example.org,2026:x"), "<id>tag:example.org,2026:x</id>"},
		{STR_INIT("12345"), "<id>https://news.example.org/#12345</id>"},
		{STR_INIT("a b"), "<id>https://news.example.org/#a%20b</id>"},
		{STR_INIT("1x:y"), "<id>https://news.example.org/#1x%3Ay</id>"},
		{STR_INIT("x:<y>"), "<id>https://news.example.org/#x%3A%3Cy%3E</id>"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct feed_entry one = entry();

		one.guid = cases[i].guid;
		expect(&one, FEED_ATOM, cases[i].id, 1);
		expect(&one, FEED_RSS, "<guid isPermaLink=\"false\">", 1);
	}
}

static void pictures(void **state)
{
	struct feed_entry one = entry();

	(void)state;
	expect(&one, FEED_RSS, "media:content", 0);
	one.picture.url = STR("https://news.example.org/media/a/b.jpg");
	expect(&one, FEED_RSS, "<media:content medium=\"image\" url=\"https://news.example.org/media/a/b.jpg\">", 1);
	expect(&one, FEED_RSS, "width=", 0);
	expect(&one, FEED_RSS, "<media:credit>", 0);
	expect(&one, FEED_ATOM, "<link rel=\"related\" href=\"https://news.example.org/media/a/b.jpg\"/>", 1);
	one.picture.width = 10;
	expect(&one, FEED_RSS, "width=", 0); /* half a size is none */
	one.picture.height = 20;
	one.picture.alt = STR("A \"quoted\" word");
	one.picture.credit = STR("Photo & more");
	expect(&one, FEED_RSS, " width=\"10\" height=\"20\"", 1);
	expect(&one, FEED_RSS, "<media:credit>Photo &amp; more</media:credit>", 1);
	expect(&one, FEED_ATOM, "title=\"A &quot;quoted&quot; word\"", 1);
	expect(&one, FEED_JSON, "\"image\":\"https:", 1);
}

static void languages_and_names(void **state)
{
	static const struct str names[] = {STR_INIT("A"), STR_INIT("B & C")};
	struct feed_entry one = entry();

	(void)state;
	expect(&one, FEED_RSS, "dc:language", 0);
	expect(&one, FEED_RSS, "dc:creator>", 0);
	expect(&one, FEED_ATOM, "<name>House</name>", 1);
	one.language = STR("fr");
	one.authors = one.categories = names;
	one.author_count = one.category_count = 2;
	expect(&one, FEED_RSS, "<dc:language>fr</dc:language>", 1);
	expect(&one, FEED_RSS, "<dc:creator>B &amp; C</dc:creator>", 1);
	expect(&one, FEED_RSS, "<category>", 2);
	expect(&one, FEED_ATOM, "xml:lang=\"fr\"", 1);
	expect(&one, FEED_ATOM, "<category term=\"B &amp; C\"/>", 1);
	expect(&one, FEED_JSON, "\"language\":\"fr\"", 1);
	expect(&one, FEED_JSON, "\"authors\":[{\"name\":\"A\"},{\"name\":\"B ", 1);
}

static void an_empty_feed_says_no_time_of_its_own(void **state)
{
	(void)state;
	expect(NULL, FEED_RSS, "lastBuildDate", 0);
	expect(NULL, FEED_RSS, "<item>", 0);
	expect(NULL, FEED_ATOM, "<updated>1970-01-01T00:00:00Z</updated>", 1);
	expect(NULL, FEED_JSON, "\"items\":[\n]", 1);
	expect(NULL, FEED_RSS, "<description>List</description>", 1);
}

/* One more than a part holds: the newest stands alone in the second, all others in the first, none twice. */
static void one_more_than_a_part_holds(void **state)
{
	size_t total = SITEMAP_PART_ADDRESSES + 1, written = 0;

	(void)state;
	assert_int_equal(sitemap_parts(total), 2);
	for (size_t part = 1; part <= 2; part++) {
		BUF_SCOPED out = BUF_INIT(SITEMAP_PART_BYTES);
		size_t offset, limit;

		sitemap_part(total, part, &offset, &limit);
		assert_int_equal(offset, part == 1 ? 1 : 0);
		assert_int_equal(limit, part == 1 ? SITEMAP_PART_ADDRESSES : 1);
		sitemap_open(&out);
		for (size_t i = offset; i < offset + limit; i++) {
			char url[64];

			(void)snprintf(url, sizeof url, "https://news.example.org/%zu/", i);
			sitemap_add(&out, str_from(url), SITEMAP_NO_TIME, NULL, 0);
		}
		sitemap_close(&out);
		assert_false(out.over);
		written += count_of(buf_str(&out), "<loc>");
		assert_int_equal(count_of(buf_str(&out), "<loc>https://news.example.org/0/</loc>"), part == 2);
		assert_int_equal(count_of(buf_str(&out), "lastmod"), 0);
	}
	assert_int_equal(written, total);
}

static void news_speaks_languages_as_the_protocol_names_them(void **state)
{
	static const struct {
		const char *language, *expected;
	} cases[] = {
		{"en", "en"},       {"pt-BR", "pt"},         {"sr-Latn", "sr"},
		{"zh", "zh-cn"},    {"zh-Hans", "zh-cn"},    {"zh-Hant", "zh-tw"},
		{"zh-TW", "zh-tw"}, {"ZH-hant-HK", "zh-tw"}, {"kab", "kab"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		BUF_SCOPED out = BUF_INIT(MAX);
		char piece[64];

		sitemap_news_add(&out, &(struct sitemap_news){.url = STR(URL),
							      .title = STR("T"),
							      .publication = STR("P"),
							      .language = str_from(cases[i].language),
							      .published_s = NOON});
		(void)snprintf(piece, sizeof piece, "<news:language>%s</news:language>", cases[i].expected);
		assert_int_equal(count_of(buf_str(&out), piece), 1);
	}
}

static void robots_without_anything_to_hide(void **state)
{
	BUF_SCOPED out = BUF_INIT(MAX);

	(void)state;
	robots_put(&out, NULL, 0, NULL, 0);
	assert_true(str_eq(buf_str(&out), STR("User-agent: *\nDisallow:\n\n")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_missing_is_left_out_or_replaced),
		cmocka_unit_test(full_texts_and_summaries),
		cmocka_unit_test(what_is_nowhere_any_more_is_emptied),
		cmocka_unit_test(plain_text_becomes_html_in_rss_alone),
		cmocka_unit_test(times_are_told_alike),
		cmocka_unit_test(an_id_in_atom_is_an_address),
		cmocka_unit_test(pictures),
		cmocka_unit_test(languages_and_names),
		cmocka_unit_test(an_empty_feed_says_no_time_of_its_own),
		cmocka_unit_test(one_more_than_a_part_holds),
		cmocka_unit_test(news_speaks_languages_as_the_protocol_names_them),
		cmocka_unit_test(robots_without_anything_to_hide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
