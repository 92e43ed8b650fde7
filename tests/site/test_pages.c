#include "newsroom.h"

#include "store/item.h"
#include "store/site.h"
#include "store/taxonomy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

NEWSROOM_FOR_ALL

static struct answer_text get(const char *target)
{
	return newsroom_get(&newsroom, target, NULL);
}

#define assert_page(answer, piece)                                                                                     \
	do {                                                                                                           \
		assert_int_equal((answer).status, 200);                                                                \
		if (!holds((answer).body, piece))                                                                      \
			fail_msg("no \"%s\" in: %.*s", piece, STR_ARG((answer).body));                                 \
	} while (0)

#define assert_redirect(target, to)                                                                                    \
	do {                                                                                                           \
		struct answer_text moved = get(target);                                                                \
		assert_int_equal(moved.status, 301);                                                                   \
		if (!str_eq(answer_header(&moved, "Location"), str_from(to)))                                          \
			fail_msg("%s leads to %.*s", target, STR_ARG(answer_header(&moved, "Location")));              \
	} while (0)

static void front_has_hierarchy(void **state)
{
	struct answer_text answer = get("/");

	(void)state;
	assert_page(answer, "<h1 class=\"line\">We stand where power would rather not be watched</h1>");
	assert_page(answer, "<html lang=\"en\" dir=\"ltr\">");
	assert_page(answer, "<h3 class=\"lead-title\"><a href=\"/2026/06/court-orders-release/\">Court orders release");
	assert_page(answer, "class=\"breaking\"");
	assert_page(answer, "hreflang=\"fr\" href=\"https://news.example.org/fr/\"");
	assert_page(answer, "<link rel=\"next\" href=\"/?page=2\">");
	assert_page(answer, "type=\"application/rss+xml\"");
	assert_page(answer, "Our press desk answers every day.");
	assert_false(holds(answer.body, "<script src"));
	assert_false(holds(answer.body, "http://"));
}

static void breaking_ends_by_the_clock(void **state)
{
	(void)state;
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 7199);
	assert_page(get("/"), "class=\"breaking\"");
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 7200);
	assert_false(holds(get("/").body, "class=\"breaking\""));
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW);
}

static int give_kind(struct store_tx *tx, void *context, struct err *err)
{
	const struct str *icon = context;
	struct taxonomy_text texts[] = {{.language = STR("en"), .label = STR("Urgent word"), .slug = STR("urgent")}};
	struct kind kind = {.key = STR("urgent"), .icon = *icon, .position = 9, .in_feeds = true};
	int64_t id;
	int rc;

	kind.texts.at = texts;
	kind.texts.len = 1;
	rc = kind_put(tx, &kind, &id, err);
	return rc ? rc : item_set_kind(tx, newsroom.court_item, id, err);
}

static int give_kind_back(struct store_tx *tx, void *context, struct err *err)
{
	(void)context;
	return item_set_kind(tx, newsroom.court_item, newsroom.kinds[0], err);
}

static void change(int (*make)(struct store_tx *tx, void *context, struct err *err), const char *text)
{
	struct str word = text ? str_from(text) : STR("");
	struct err err = {0};

	if (store_write(newsroom.store, make, &word, &err) != 0 || newsroom_step(&newsroom, &err) != 0)
		fail_msg("%s", err.text);
}

/* The list narrowed to Italy has the court's card alone. */
static bool card_says(const char *words)
{
	struct answer_text answer = get("/place/italy/");
	size_t at = str_find(answer.body, STR("class=\"card-meta\""));

	assert_true(at != SIZE_MAX);
	return holds(str_sub(answer.body, at, str_find(str_skip(answer.body, at), STR("</p>"))), words);
}

static void a_card_says_breaking_once(void **state)
{
	(void)state;
	change(give_kind, "breaking");
	assert_true(card_says("class=\"flag\""));
	assert_false(card_says("Urgent word"));
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 7200); /* the flag is gone, the kind is not */
	assert_false(card_says("class=\"flag\""));
	assert_true(card_says("Urgent word"));
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW);
	change(give_kind, "report"); /* says something else than the flag */
	assert_true(card_says("class=\"flag\""));
	assert_true(card_says("Urgent word"));
	change(give_kind_back, NULL);
}

static int give_nameless_kind(struct store_tx *tx, void *context, struct err *err)
{
	const struct str *icon = context;
	struct kind kind = {.key = STR("bulletin"), .icon = *icon, .position = 10, .in_feeds = true};
	struct menu_item line = {.menu = STR("footer"), .language = STR("en"), .position = 9};
	int64_t id;
	int rc = kind_put(tx, &kind, &line.kind_id, err);

	rc = rc ? rc : menu_add(tx, &line, &id, err);
	return rc ? rc : item_set_kind(tx, newsroom.court_item, line.kind_id, err);
}

/* Pages call it by its key; a category without a name is none, and a link without words cannot be followed. */
static void a_nameless_kind_is_called_by_its_key(void **state)
{
	(void)state;
	change(give_nameless_kind, "report");
	assert_page(get("/place/italy/"), "bulletin");
	assert_page(get("/about/"), ">bulletin</a>"); /* in the foot alone */
	assert_page(get("/place/italy/feed.rss"), "<category>bulletin</category>");
	assert_page(get("/place/italy/feed.atom"), "<category term=\"bulletin\"/>");
	assert_page(get("/place/italy/feed.json"), "\"tags\":[\"bulletin\",");
	change(give_kind_back, NULL);
}

static void pages_go_to_any_depth(void **state)
{
	(void)state;
	assert_page(get("/?page=2"), "page 2 of 4");
	assert_page(get("/?page=4"), "<link rel=\"prev\" href=\"/?page=3\">");
	assert_int_equal(get("/?page=5").status, 404);
	assert_redirect("/?page=1", "/");
	assert_redirect("/topic/prisons/?page=1", "/topic/prisons/");
	assert_int_equal(get("/?page=99999").status, 404);
}

static void lists_narrow_in_any_combination(void **state)
{
	(void)state;
	assert_page(get("/press-releases/"), "<h1><svg");
	assert_page(get("/place/italy/"), "<span class=\"iso\">IT</span>");
	assert_page(get("/place/italy/"), "<p class=\"eyebrow\"><a href=\"/place/europe/\">Europe</a></p>");
	assert_page(get("/place/europe/"), "2 items");
	assert_page(get("/place/europe/"), "<a href=\"/place/italy/\">Italy <span class=\"count\">1</span></a>");
	assert_page(get("/campaign/open-doors/"), "1 item<");
	assert_page(get("/tag/appeals/"), "1 item<");
	assert_page(get("/person/amina-okoth/"), "Writes on prisons.");
	assert_page(get("/archive/2026/"), "3 items");
	assert_page(get("/archive/2026/06/"), "2 items");
	assert_page(get("/topic/prisons/?kind=reports"), "1 item<");
	assert_page(get("/topic/prisons/?kind=reports&place=malta"), "1 item<");
	assert_page(get("/topic/prisons/?kind=reports&place=italy"), "No item matches all of these filters.");
	assert_page(
		get("/press-releases/?topic=detention&place=italy&campaign=open-doors&tag=appeals&year=2026&month=06"),
		"1 item<");
	assert_page(get("/topic/prisons/?kind=reports&year=2026"), "noindex, follow");
	assert_int_equal(get("/topic/nothing/").status, 404);
	assert_int_equal(get("/topic/prisons/?kind=nothing").status, 404);
	assert_int_equal(get("/archive/1999/").status, 404);
}

/* Each count on offer is what the page behind the link says. */
static void facets_are_exact(void **state)
{
	struct answer_text answer = get("/topic/prisons/");
	struct str rest = answer.body;
	const struct str begin = STR("<a href=\"/topic/prisons/?"), count_begin = STR("<span class=\"count\">");
	size_t checked = 0, at;

	(void)state;
	assert_int_equal(answer.status, 200);
	while ((at = str_find(rest, begin)) != SIZE_MAX) {
		struct str link = str_skip(rest, at + strlen("<a href=\""));
		struct str target = str_sub(link, 0, str_find_byte(link, '"'));
		size_t stop = str_find(link, STR("</a>")), count_at = str_find(link, count_begin);
		struct str count, expected;

		rest = str_skip(link, stop);
		if (count_at == SIZE_MAX || count_at > stop || holds(target, "page="))
			continue;
		count = str_skip(link, count_at + count_begin.len);
		count = str_sub(count, 0, str_find_byte(count, '<'));
		expected = arena_printf(newsroom.arena, ">%.*s item", STR_ARG(count));
		assert_page(get(arena_cstr(newsroom.arena, target)), expected.ptr);
		checked++;
	}
	assert_true(checked >= 8);
}

static void large_vocabularies_offer_what_is_shown(void **state)
{
	(void)state;
	assert_page(get("/press-releases/"),
		    "/press-releases/?tag=appeals\" rel=\"nofollow\">appeals <span class=\"count\">1<");
	assert_false(holds(get("/press-releases/?page=2").body, "tag=appeals"));
	assert_false(holds(get("/tag/").body, "tag-7"));
	assert_int_equal(get("/tag/tag-7/").status, 404);
}

static void an_item_shows_what_it_has(void **state)
{
	struct answer_text answer = get("/2026/06/court-orders-release/");

	(void)state;
	assert_page(answer, "<h1>Court orders release of eleven journalists</h1>");
	assert_page(answer, "Families waited nineteen weeks.");
	assert_page(answer, "EUR 30/8473/2026");
	assert_page(answer, "<a href=\"/person/jon-petri/\"><bdi>Jon Petri</bdi></a>");
	assert_page(answer, "<a href=\"/fr/2026/06/liberation/\" hreflang=\"fr\" lang=\"fr\" dir=\"ltr\">français</a>");
	assert_page(answer, "alt=\"People on the steps of a court\"");
	assert_page(answer, "<span class=\"caption\">Relatives wait outside the court.</span>");
	assert_page(answer, "<span class=\"credit\">Photo: Ines Varga / Lantern</span>");
	assert_page(answer, "<h2>What it said</h2>");
	assert_page(answer, "\"@type\":\"NewsArticle\"");
	assert_page(answer, "<a href=\"/topic/detention/\">Detention</a>");
	assert_page(answer, "<meta property=\"og:type\" content=\"article\">");
	assert_true(answer_header(&answer, "Last-Modified").len > 0);
	assert_page(get("/2026/05/untitled/"), "<h1>The appeals court said so on Tuesday.</h1>");
}

static void a_language_lists_its_own(void **state)
{
	(void)state;
	assert_page(get("/fr/"), "<html lang=\"fr\" dir=\"ltr\">");
	assert_page(get("/fr/"), "La cour ordonne");
	assert_false(holds(get("/fr/").body, "Monthly note"));
	assert_page(get("/ar/"), "<html lang=\"ar\" dir=\"rtl\">");
	assert_page(get("/fr/topic/detention-fr/"), "La cour ordonne");
	assert_redirect("/fr/topic/detention/", "/fr/topic/detention-fr/");
	assert_redirect("/topic/detention-fr/", "/topic/detention/");
	/* What is not said in a language is shown in the first one, and marked. */
	assert_page(get("/fr/"), "<h1 class=\"line\">Là où");
	assert_page(get("/ar/"), "<h1 class=\"line\" lang=\"en\" dir=\"ltr\">We stand");
	assert_page(get("/fr/place/italy/"), "<h1 lang=\"en\" dir=\"ltr\">Italy");
	assert_page(get("/ar/2026/05/letter/"), "lang=\"ar\" dir=\"rtl\"");
}

static void old_addresses_lead_on(void **state)
{
	(void)state;
	assert_redirect("/old/court.html", "/2026/06/court-orders-release/");
	assert_redirect("/?p=12", "/2026/06/court-orders-release/");
	assert_redirect("/category/prisons/", "/topic/prisons/");
	assert_redirect("/about", "/about/");
	assert_redirect("/fr", "/fr/");
	assert_page(get("/about/"), "<h1>Who we are</h1>");
}

static void what_is_not_there_helps(void **state)
{
	struct answer_text missing = get("/nothing/here/"), gone = get("/gone/");

	(void)state;
	assert_int_equal(missing.status, 404);
	assert_true(holds(missing.body, "This page does not exist"));
	assert_true(holds(missing.body, "Recent news"));
	assert_int_equal(gone.status, 410);
	assert_true(holds(gone.body, "Taken down for safety."));
	assert_int_equal(get("/fr/rien/").status, 404);
	assert_true(holds(get("/fr/rien/").body, "Cette page n’existe pas"));
}

static const char *const hidden[] = {"/2026/06/hidden-draft/",   "/2026/06/hidden-scheduled/",
				     "/2026/06/hidden-embargo/", "/2026/06/hidden-expired/",
				     "/2026/06/hidden-private/", "/2026/06/hidden-password/"};

static void what_is_hidden_is_nowhere(void **state)
{
	static const char *const pages[] = {"/",
					    "/?page=2",
					    "/feed.rss",
					    "/feed.atom",
					    "/feed.json",
					    "/sitemap.xml",
					    "/sitemap-1.xml",
					    "/news-sitemap.xml",
					    "/archive/",
					    "/archive/2026/06/",
					    "/topic/",
					    "/search?q=hidden",
					    "/topic/prisons/",
					    "/robots.txt",
					    "/fr/", /* whose menu has a line for its topic */
					    "/2026/06/court-orders-release/"};
	struct str never = get("/2026/06/never-was/").body;

	(void)state;
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
		struct answer_text answer = get(hidden[i]);

		assert_int_equal(answer.status, 404);
		assert_true(str_eq(answer.body, never)); /* as if it never was */
	}
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		struct str body = get(pages[i]).body;

		assert_false(holds(body, "Hidden"));
		assert_false(holds(body, "hidden-"));
		assert_false(holds(body, "/topic/secret"));
	}
	assert_int_equal(get("/topic/secret/").status, 404);
	assert_int_equal(get("/topic/secret/feed.rss").status, 404);
	assert_true(str_eq(get("/topic/secret/").body, get("/topic/never/").body));
	/* nor is its name told by leading to it: from its slug in another language, a filter, an old address */
	assert_int_equal(get("/topic/secret-fr/").status, 404);
	assert_int_equal(get("/topic/secret-fr/feed.rss").status, 404);
	assert_int_equal(get("/fr/topic/secret/").status, 404);
	assert_int_equal(get("/?topic=secret-fr").status, 404);
	assert_int_equal(get("/category/secret/").status, 404);
	assert_true(str_eq(get("/topic/secret-fr/").body, get("/topic/never/").body));
}

static void a_scheduled_item_appears_at_its_second(void **state)
{
	(void)state;
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 599);
	assert_int_equal(get("/2026/06/hidden-scheduled/").status, 404);
	assert_int_equal(get("/topic/secret/").status, 404);
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 600);
	assert_int_equal(get("/2026/06/hidden-scheduled/").status, 200);
	assert_page(get("/topic/secret/"), "1 item<");
	assert_int_equal(get("/topic/secret-fr/").status, 301);
	assert_int_equal(get("/category/secret/").status, 301);
	assert_page(get("/fr/archive/"), "/fr/topic/secret-fr/"); /* in the menu */
	assert_true(holds(get("/feed.rss").body, "Hidden"));
	assert_int_equal(get("/2026/06/hidden-embargo/").status, 404);
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 900);
	assert_int_equal(get("/2026/06/hidden-embargo/").status, 200);
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW);
}

static void search_finds_titles(void **state)
{
	struct answer_text answer = get("/search?q=journalists");

	(void)state;
	assert_page(answer, "1 item for “journalists”");
	assert_page(answer, "noindex");
	assert_page(get("/search?q=zebra"), "Nothing was found");
	assert_page(get("/search"), "Words in a title or summary");
	assert_int_equal(get("/search?q=note&page=99").status, 404);
}

static void indexes_lead_to_lists(void **state)
{
	(void)state;
	assert_page(get("/topic/"), "<a href=\"/topic/prisons/\">Prisons <span class=\"count\">42</span></a>");
	assert_page(get("/place/"), "<h2><a href=\"/place/europe/\">Europe <span class=\"count\">2</span></a></h2>");
	assert_false(holds(get("/place/").body, "Africa"));
	assert_page(get("/campaign/"), "/campaign/open-doors/");
	assert_page(get("/tag/"), "/tag/appeals/");
	assert_page(get("/person/"), "/person/jon-petri/");
	assert_page(get("/archive/"), "<a href=\"/archive/2026/06/\">June <span class=\"count\">2</span></a>");
}

/* The French heading's only line leads to what nobody may see yet. */
static void a_heading_in_a_menu_has_no_link(void **state)
{
	(void)state;
	assert_page(get("/topic/"), "<li><span>Our rules</span></li>\n<li><a href=\"/archive/\">The board</a></li>");
	assert_false(holds(get("/fr/topic/").body, "Rules about nothing"));
}

static void feeds_of_lists_and_two_filters(void **state)
{
	struct answer_text rss = get("/feed.rss");

	(void)state;
	assert_page(rss, "<guid isPermaLink=\"false\">urn:x-test:/2026/06/court-orders-release/</guid>");
	assert_page(rss, "href=&quot;https://news.example.org/2026/06/report/&quot;");
	assert_page(rss, "<media:content medium=\"image\"");
	assert_true(str_starts(answer_header(&rss, "Content-Type"), STR("application/rss+xml")));
	assert_page(get("/topic/prisons/feed.atom?kind=reports"), "<title>Prisons: Reports – Lantern Watch</title>");
	assert_page(get("/place/italy/feed.json"), "\"language\":\"en\"");
	assert_page(get("/fr/feed.rss"), "<language>fr</language>");
	assert_page(get("/archive/2026/06/feed.rss"), "June 2026");
	assert_int_equal(get("/topic/prisons/feed.rss?kind=reports&place=malta").status, 404);
	/* A kind that keeps out of feeds is in its own alone. */
	assert_false(holds(get("/topic/prisons/feed.rss").body, "Monthly note 0<"));
	assert_page(get("/notes/feed.rss"), "Monthly note 0<");
}

/* Whichever way one came, a list with one filter names one address, in its feeds and to other languages too. */
static void a_list_has_one_address(void **state)
{
	static const struct {
		const char *target, *canonical;
	} cases[] = {
		{"/?topic=prisons", "/topic/prisons/"},
		{"/topic/prisons/", "/topic/prisons/"},
		{"/?kind=reports", "/reports/"},
		{"/?place=italy", "/place/italy/"},
		{"/?campaign=open-doors", "/campaign/open-doors/"},
		{"/?tag=appeals", "/tag/appeals/"},
		{"/?person=amina-okoth", "/person/amina-okoth/"},
		{"/?year=2025", "/archive/2025/"},
		{"/?year=2025&month=12", "/archive/2025/12/"},
		{"/archive/2025/?month=12", "/archive/2025/12/"},
		{"/?topic=prisons&page=2", "/topic/prisons/?page=2"},
		{"/?page=2", "/?page=2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer_text answer = get(cases[i].target);
		struct str link =
			arena_printf(newsroom.arena, "<link rel=\"canonical\" href=\"https://news.example.org%s\">",
				     cases[i].canonical);

		if (answer.status != 200 || !holds(answer.body, link.ptr))
			fail_msg("%s (%d) does not name %s", cases[i].target, answer.status, cases[i].canonical);
		assert_false(holds(answer.body, "noindex"));
	}
	assert_page(get("/?topic=prisons"), "hreflang=\"fr\" href=\"https://news.example.org/fr/topic/prisons-fr/\"");
	assert_page(get("/?topic=prisons"), "href=\"/topic/prisons/feed.rss\"");
	/* Two filters have many orders: kept out of search engines, which learn of no other language then. */
	assert_page(get("/topic/prisons/?kind=press-releases"), "noindex");
	assert_false(holds(get("/topic/prisons/?kind=press-releases").body, "rel=\"alternate\" hreflang"));
}

/* One part for so few; the index says when the newest of its entries changed. */
static void the_sitemap_index_is_dated(void **state)
{
	(void)state;
	assert_page(get("/sitemap.xml"), "<loc>https://news.example.org/sitemap-1.xml</loc>\n"
					 "<lastmod>2026-06-15T11:00:00Z</lastmod>"); /* the court's */
	assert_false(holds(get("/sitemap.xml").body, "sitemap-2.xml"));
	assert_int_equal(get("/sitemap-2.xml").status, 404);
	assert_page(get("/sitemap-1.xml"), "<loc>https://news.example.org/2026/06/court-orders-release/</loc>\n"
					   "<lastmod>2026-06-15T11:00:00Z</lastmod>\n"
					   "<xhtml:link rel=\"alternate\" hreflang=\"en\"");
}

static void machines_read(void **state)
{
	(void)state;
	assert_page(get("/sitemap.xml"), "<loc>https://news.example.org/sitemap-1.xml</loc>");
	assert_page(get("/sitemap-1.xml"), "<loc>https://news.example.org/about/</loc>");
	assert_page(get("/sitemap-1.xml"), "hreflang=\"fr\" href=\"https://news.example.org/fr/2026/06/liberation/\"");
	assert_int_equal(get("/sitemap-2.xml").status, 404);
	assert_page(get("/news-sitemap.xml"), "court-orders-release");
	assert_false(holds(get("/news-sitemap.xml").body, "/2026/06/report/"));
	assert_page(get("/robots.txt"), "Sitemap: https://news.example.org/sitemap.xml");
	assert_page(get("/opensearch.xml"), "https://news.example.org/search?q={searchTerms}");
	assert_page(get("/.well-known/security.txt"), "Expires: 2026-12-12T00:00:00Z");
}

static void pictures_go_with_their_items(void **state)
{
	struct str body = get("/2026/06/court-orders-release/").body;
	size_t at = str_find(body, STR("/media/"));
	struct str address = str_skip(body, at);
	struct answer_text file;

	(void)state;
	assert_true(at != SIZE_MAX);
	address = arena_str(newsroom.arena, str_sub(address, 0, str_find_byte(address, '"')));
	file = get(address.ptr);
	assert_int_equal(file.status, 200);
	assert_true(str_eq(answer_header(&file, "Content-Length"), STR("20"))); /* the transport sends the bytes */
	assert_true(str_eq(answer_header(&file, "Content-Type"), STR("image/jpeg")));
	/* known by its content: 32 hex digits of the hash that newsroom_store.c gives it; no date, and no year in
	 * caches, since its address does not name the content */
	assert_true(str_eq(answer_header(&file, "ETag"), STR("\"30313233343536373839616263646566\"")));
	assert_int_equal(answer_header(&file, "Last-Modified").len, 0);
	assert_false(holds(answer_header(&file, "Cache-Control"), "immutable"));
	file = newsroom_get(&newsroom, address.ptr, "If-None-Match: \"30313233343536373839616263646566\"\r\n");
	assert_int_equal(file.status, 304);
	file = newsroom_get(&newsroom, address.ptr, "If-None-Match: \"40313233343536373839616263646566\"\r\n");
	assert_int_equal(file.status, 200);
	file = newsroom_get(&newsroom, address.ptr,
			    "Range: bytes=5-9\r\nIf-Range: \"30313233343536373839616263646566\"\r\n");
	assert_int_equal(file.status, 206);
	file = newsroom_get(&newsroom, address.ptr, "Range: bytes=5-9\r\nIf-Range: \"other\"\r\n");
	assert_int_equal(file.status, 200);
	assert_int_equal(get("/media/aaaaaaaaaaaaaaaa/court-960.jpg").status, 404);
	assert_int_equal(get(arena_printf(newsroom.arena, "%.*sx", STR_ARG(address)).ptr).status, 404);
}

static int add_pages(struct store_tx *tx, void *context, struct err *err)
{
	static const struct {
		const char *title, *path;
		enum item_type type;
		enum item_state state;
	} pages[] = {
		{"Press desk", "/ar/press/", ITEM_PAGE, ITEM_RELEASED},
		{"Annual report", "/ar/annual/", ITEM_PAGE, ITEM_RELEASED},
		{"Our team", "/ar/annual/team/", ITEM_PAGE, ITEM_RELEASED},
		{"Not yet", "/ar/draft/", ITEM_PAGE, ITEM_UNRELEASED},
		{"An article", "/ar/article/", ITEM_NEWS, ITEM_RELEASED},
		{"Contact", "/contact/", ITEM_PAGE, ITEM_RELEASED},
	};
	int rc = 0;

	(void)context;
	for (size_t i = 0; i < sizeof pages / sizeof *pages && rc == 0; i++) {
		struct item_content page = {
			.type = pages[i].type,
			.language = str_starts(str_from(pages[i].path), STR("/ar/")) ? STR("ar") : STR("en"),
			.slug = str_from(pages[i].path),
			.path = str_from(pages[i].path),
			.state = pages[i].state,
			.date_s = NEWSROOM_NOW - 7200,
			.revision = {.title = str_from(pages[i].title),
				     .body = STR("<p>Words.</p>"),
				     .sha256 = STR("0123456789abcdef0123456789abcdef")},
		};
		struct item_ids ids;

		rc = item_create(tx, &page, &ids, err);
	}
	return rc;
}

/* What an import without menus brings: its pages can be found from everywhere. */
static void pages_at_the_top_stand_in_the_foot_where_no_menu_came(void **state)
{
	struct str body;
	struct err err = {0};

	(void)state;
	assert_false(holds(get("/ar/").body, "foot-about"));
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 30);
	assert_int_equal(store_write(newsroom.store, add_pages, NULL, &err), 0);
	assert_int_equal(newsroom_step(&newsroom, &err), 0);
	body = get("/ar/").body;
	body = str_skip(body, str_find(body, STR("foot-about")));
	body = str_sub(body, 0, str_find(body, STR("</nav>")));
	assert_true(holds(body, "<li><a href=\"/ar/annual/\">Annual report</a></li>\n"
				"<li><a href=\"/ar/press/\">Press desk</a></li>\n</ul>"));
	assert_false(holds(body, "team"));
	assert_false(holds(body, "draft"));
	assert_false(holds(body, "article"));
	assert_false(holds(get("/").body, "/contact/")); /* English has a menu, which says what stands there */
}

/* In each format, of each list it stood in: its guid, the note, and nothing else of it; not its address either. */
static void feeds_are_emptied(void)
{
	static const char *const lists[] = {"/",
					    "/press-releases/",
					    "/topic/prisons/",
					    "/topic/detention/",
					    "/place/europe/",
					    "/place/italy/",
					    "/campaign/open-doors/",
					    "/tag/appeals/",
					    "/person/amina-okoth/",
					    "/person/jon-petri/",
					    "/archive/2026/",
					    "/archive/2026/06/"};
	static const char *const others[] = {"/fr/", "/reports/", "/place/malta/", "/archive/2025/",
					     "/archive/2026/05/"};
	static const char *const formats[] = {"feed.rss", "feed.atom", "feed.json"};
	const char *guid = "urn:x-test:/2026/06/court-orders-release/";

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		for (size_t k = 0; k < 3; k++) {
			struct str target = arena_printf(newsroom.arena, "%s%s", lists[i], formats[k]);
			struct answer_text feed = get(target.ptr);

			if (feed.status != 200 || !holds(feed.body, guid) || !holds(feed.body, "A name had to go."))
				fail_msg("%s: %d does not empty it", target.ptr, feed.status);
			assert_false(holds(feed.body, "eleven journalists"));
			assert_false(holds(feed.body, "example.org/2026/06/court-orders-release/"));
			assert_false(holds(feed.body, "judges said"));
			assert_false(holds(feed.body, "/media/"));
		}
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(holds(get(arena_printf(newsroom.arena, "%sfeed.rss", others[i]).ptr).body, guid));
	assert_page(get("/feed.rss?kind=press-releases&topic=prisons"), guid);
	assert_page(get("/archive/2026/feed.rss?month=06"), guid);
	assert_int_equal(get("/topic/secret/feed.rss").status, 404);
	/* for thirty days, to the second: withdrawn a minute past the start */
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 60 + 30 * 86400);
	assert_page(get("/feed.rss"), guid);
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 60 + 30 * 86400 + 1);
	assert_false(holds(get("/feed.rss").body, guid));
	assert_int_equal(get("/place/italy/feed.rss").status, 404); /* as the list, which nothing stands in */
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 60);
}

/* Another kind and place, and a topic that nothing is seen under. */
static int file_court_elsewhere(struct store_tx *tx, void *context, struct err *err)
{
	int rc = item_set_kind(tx, newsroom.court_item, newsroom.kinds[1], err);

	(void)context;
	rc = rc ? rc : item_set_terms(tx, newsroom.court_entry, &newsroom.topics[2], 1, err);
	rc = rc ? rc : item_set_places(tx, newsroom.court_entry, &newsroom.places[2], 1, err);
	return rc ? rc : item_set_contributors(tx, newsroom.court_entry, NULL, 0, err);
}

/* The topic that it stood in, with others that are seen there, comes below one that it did not stand in. */
static int move_topic(struct store_tx *tx, void *context, struct err *err)
{
	(void)context;
	return term_set_parent(tx, newsroom.topics[1], newsroom.topics[2], err);
}

static int move_topic_back(struct store_tx *tx, void *context, struct err *err)
{
	(void)context;
	return term_set_parent(tx, newsroom.topics[1], newsroom.topics[0], err);
}

static void act(store_work *work)
{
	struct err err = {0};

	if (store_write(newsroom.store, work, NULL, &err) != 0 || newsroom_step(&newsroom, &err) != 0)
		fail_msg("%s", err.text);
}

static void a_withdrawal_reaches_everything(void **state)
{
	struct str body = get("/2026/06/court-orders-release/").body;
	struct str address = str_skip(body, str_find(body, STR("/media/")));
	struct err err = {0};
	struct answer_text gone;

	(void)state;
	address = arena_str(newsroom.arena, str_sub(address, 0, str_find_byte(address, '"')));
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 60); /* it was seen for a minute */
	assert_int_equal(newsroom_withdraw_court(&newsroom, "A name had to go.", &err), 0);
	gone = get("/2026/06/court-orders-release/");
	assert_int_equal(gone.status, 410);
	assert_true(holds(gone.body, "A name had to go."));
	assert_false(holds(gone.body, "eleven journalists"));
	assert_int_equal(get(address.ptr).status, 404);
	assert_false(holds(get("/").body, "eleven journalists"));
	feeds_are_emptied();
	act(file_court_elsewhere);
	feeds_are_emptied(); /* the same feeds and no other: nobody saw it elsewhere */
	act(move_topic);
	assert_page(get("/topic/prisons/feed.rss"), "A name had to go.");
	assert_page(get("/topic/detention/feed.rss"), "A name had to go.");
	assert_int_equal(get("/topic/secret/feed.rss").status, 200);
	assert_false(holds(get("/topic/secret/feed.rss").body, "A name had to go."));
	act(move_topic_back);
	assert_int_equal(get("/place/italy/").status, 404);
	assert_int_equal(get("/fr/2026/06/liberation/").status, 200);
	assert_int_equal(get("/old/court.html").status, 410);
}

static int add_a_thousand(struct store_tx *tx, void *context, struct err *err)
{
	int rc = 0;

	(void)context;
	for (int i = 0; i < 1000 && rc == 0; i++) {
		struct str path = arena_printf(tx_arena(tx), "/2016/01/many-%d/", i);
		struct item_content many = {
			.language = STR("en"),
			.slug = path,
			.path = path,
			.state = ITEM_RELEASED,
			.date_s = 1452000000 + i,
			.modified_s = 1460000000 + i,
			.revision = {.title = STR("Many"),
				     .body = STR("<p>Words.</p>"),
				     .sha256 = STR("0123456789abcdef0123456789abcdef")},
		};
		struct item_ids ids;

		rc = item_create(tx, &many, &ids, err);
	}
	return rc;
}

static size_t count_of(struct str text, const char *piece)
{
	size_t count = 0, at;

	for (; (at = str_find(text, str_from(piece))) != SIZE_MAX; count++)
		text = str_skip(text, at + strlen(piece));
	return count;
}

/* The oldest thousand fill the first part, which is dated by its own newest change; none stands in two parts. */
static void a_part_of_the_sitemap_is_a_thousand(void **state)
{
	struct err err = {0};
	struct str first, second;

	(void)state;
	assert_int_equal(store_write(newsroom.store, add_a_thousand, NULL, &err), 0);
	for (int i = 0; i < 4; i++) /* a step takes some hundreds */
		assert_int_equal(newsroom_step(&newsroom, &err), 0);
	assert_page(get("/sitemap.xml"), "<loc>https://news.example.org/sitemap-1.xml</loc>\n"
					 "<lastmod>2016-04-07T03:49:59Z</lastmod>"); /* 1460000000 + 999 */
	assert_page(get("/sitemap.xml"), "<loc>https://news.example.org/sitemap-2.xml</loc>\n<lastmod>2026-06-15T");
	first = get("/sitemap-1.xml").body;
	second = get("/sitemap-2.xml").body;
	assert_int_equal(count_of(first, "<loc>"), 1000);
	assert_int_equal(count_of(first, "/2016/01/many-"), 1000);
	assert_int_equal(count_of(second, "/2016/01/many-"), 0);
	assert_true(count_of(second, "<loc>") > NEWSROOM_OLD);
	assert_int_equal(get("/sitemap-3.xml").status, 404);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(front_has_hierarchy),
		cmocka_unit_test(breaking_ends_by_the_clock),
		cmocka_unit_test(a_card_says_breaking_once),
		cmocka_unit_test(a_nameless_kind_is_called_by_its_key),
		cmocka_unit_test(pages_go_to_any_depth),
		cmocka_unit_test(lists_narrow_in_any_combination),
		cmocka_unit_test(facets_are_exact),
		cmocka_unit_test(large_vocabularies_offer_what_is_shown),
		cmocka_unit_test(an_item_shows_what_it_has),
		cmocka_unit_test(a_language_lists_its_own),
		cmocka_unit_test(old_addresses_lead_on),
		cmocka_unit_test(what_is_not_there_helps),
		cmocka_unit_test(what_is_hidden_is_nowhere),
		cmocka_unit_test(a_scheduled_item_appears_at_its_second),
		cmocka_unit_test(search_finds_titles),
		cmocka_unit_test(indexes_lead_to_lists),
		cmocka_unit_test(a_heading_in_a_menu_has_no_link),
		cmocka_unit_test(feeds_of_lists_and_two_filters),
		cmocka_unit_test(a_list_has_one_address),
		cmocka_unit_test(the_sitemap_index_is_dated),
		cmocka_unit_test(machines_read),
		cmocka_unit_test(pictures_go_with_their_items),
		cmocka_unit_test(pages_at_the_top_stand_in_the_foot_where_no_menu_came),
		cmocka_unit_test(a_withdrawal_reaches_everything), /* the last two change the newsroom */
		cmocka_unit_test(a_part_of_the_sitemap_is_a_thousand),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
