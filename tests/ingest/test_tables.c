/* What of an item decides what: tables of dates, states, links, addresses, old addresses, languages and updates. */
#include "newsroom.h"

#define GMT_NONE "0000-00-00 00:00:00"

/* A newsroom of its own for each row. */
static struct newsroom *room_open(void)
{
	void *state;
	assert_int_equal(newsroom_open(&state), 0);
	return state;
}

static void room_close(struct newsroom *room)
{
	void *state = room;
	newsroom_close(&state);
}

static int64_t utc(const char *text)
{
	int64_t time_s = -1;
	assert_true(clock_parse_rfc3339(str_from(text), &time_s));
	return time_s;
}

static void each_date_in_its_zone(void **state)
{
	static const struct {
		const char *zone, *local, *gmt, *wanted;
	} dates[] = {
		{"Europe/Madrid", "2019-07-01 12:00:00", "2019-07-01 09:00:00", "2019-07-01T09:00:00Z"}, /* GMT wins */
		{"Europe/Madrid", "2019-07-01 12:00:00", GMT_NONE, "2019-07-01T10:00:00Z"},
		{"Europe/Madrid", "2019-01-01 12:00:00", GMT_NONE, "2019-01-01T11:00:00Z"},
		{"Europe/Madrid", "2019-01-01 00:30:00", GMT_NONE, "2018-12-31T23:30:00Z"},
		{"Europe/Madrid", "2019-03-31 01:59:59", GMT_NONE, "2019-03-31T00:59:59Z"}, /* before the clock leaps */
		{"Europe/Madrid", "2019-03-31 03:00:00", GMT_NONE, "2019-03-31T01:00:00Z"}, /* after it */
		{"Europe/Madrid", "2019-10-27 01:59:59", GMT_NONE, "2019-10-26T23:59:59Z"}, /* before it falls back */
		{"Europe/Madrid", "2019-10-27 03:00:00", GMT_NONE, "2019-10-27T02:00:00Z"},
		{"Africa/Cairo", "2010-08-10 12:00:00", GMT_NONE, "2010-08-10T09:00:00Z"},
		{"Africa/Cairo", "2016-08-10 12:00:00", GMT_NONE, "2016-08-10T10:00:00Z"}, /* no summer time then */
		{"Asia/Kolkata", "2019-07-01 05:29:59", GMT_NONE, "2019-06-30T23:59:59Z"},
		{"America/St_Johns", "2019-07-01 00:00:00", GMT_NONE, "2019-07-01T02:30:00Z"},
		{"Pacific/Apia", "2011-12-31 00:00:00", GMT_NONE,
		 "2011-12-30T10:00:00Z"}, /* the day that was left out */
		{"UTC", "2016-02-29 23:59:59", GMT_NONE, "2016-02-29T23:59:59Z"},
		{"UTC", "1969-07-20 20:17:40", GMT_NONE, "1969-07-20T20:17:40Z"},
		{"UTC", "2019-07-01 12:00:00", "", "2019-07-01T12:00:00Z"},
		{"UTC", GMT_NONE, "2019-07-01 12:00:00", "2019-07-01T12:00:00Z"},
		{"UTC", "2019-07-01 12:00:00", "not a date", "2019-07-01T12:00:00Z"},
		{"UTC", "2019-02-30 12:00:00", GMT_NONE, "1970-01-01T00:00:00Z"},
		{"UTC", "2019-13-01 12:00:00", GMT_NONE, "1970-01-01T00:00:00Z"},
		{"UTC", GMT_NONE, GMT_NONE, "1970-01-01T00:00:00Z"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
		struct newsroom *room = room_open();
		newsroom_mapping(room, arena_printf(room->arena, "time_zone = \"%s\";", dates[i].zone).ptr);
		ITEMS(room, NULL, {.id = 1, .name = "a", .date = dates[i].local, .date_gmt = dates[i].gmt});
		newsroom_must_import(room);
		int64_t found = newsroom_entry(room, "/2019/05/a/")->date_s;
		if (found != utc(dates[i].wanted))
			fail_msg("%s in %s: found %lld, expected %lld", dates[i].local, dates[i].zone, (long long)found,
				 (long long)utc(dates[i].wanted));
		assert_int_equal(newsroom_noted(room, "it has no date"), found == 0);
		room_close(room);
	}
}

/* The hours that a zone leaves out or has twice: some time within an hour of either, never refused. */
static void hours_that_are_not_or_are_twice(void **state)
{
	static const struct {
		const char *local, *from, *until;
	} hours[] = {
		{"2019-03-31 02:30:00", "2019-03-31T00:30:00Z", "2019-03-31T01:30:00Z"},
		{"2019-10-27 02:30:00", "2019-10-27T00:30:00Z", "2019-10-27T01:30:00Z"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof hours / sizeof hours[0]; i++) {
		struct newsroom *room = room_open();
		ITEMS(room, NULL, {.id = 1, .name = "a", .date = hours[i].local, .date_gmt = GMT_NONE});
		newsroom_must_import(room);
		int64_t found = newsroom_entry(room, "/2019/05/a/")->date_s;
		assert_true(found >= utc(hours[i].from) && found <= utc(hours[i].until));
		room_close(room);
	}
}

static void changes_are_never_before_the_date(void **state)
{
	static const struct {
		const char *extra;
		const char *wanted;
	} changes[] = {
		{"", "2019-05-02T06:00:00Z"},
		{"<wp:post_modified_gmt>2019-06-01 00:00:00</wp:post_modified_gmt>", "2019-06-01T00:00:00Z"},
		{"<wp:post_modified>2019-06-01 12:00:00</wp:post_modified>", "2019-06-01T10:00:00Z"},
		{"<wp:post_modified_gmt>2018-06-01 00:00:00</wp:post_modified_gmt>", "2019-05-02T06:00:00Z"},
		{"<wp:post_modified_gmt>" GMT_NONE "</wp:post_modified_gmt>", "2019-05-02T06:00:00Z"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		struct newsroom *room = room_open();
		ITEMS(room, NULL, {.id = 1, .name = "a", .extra = changes[i].extra});
		newsroom_must_import(room);
		assert_int_equal(newsroom_entry(room, "/2019/05/a/")->modified_s, utc(changes[i].wanted));
		room_close(room);
	}
}

/* status × password × type: what the public may ever see. */
static void each_state(void **state)
{
	static const struct {
		const char *status, *password, *type;
		enum item_state state;
		enum item_access access;
		const char *note; /* NULL: none; "-": it does not come in */
	} states[] = {
		{"publish", "", "post", ITEM_RELEASED, ITEM_PUBLIC, NULL},
		{"publish", "", "page", ITEM_RELEASED, ITEM_PUBLIC, NULL},
		{"publish", "p", "post", ITEM_RELEASED, ITEM_PASSWORD, NULL},
		{"publish", "p", "page", ITEM_RELEASED, ITEM_PASSWORD, NULL},
		{"publish", "0", "post", ITEM_RELEASED, ITEM_PASSWORD, NULL},
		{"future", "", "post", ITEM_RELEASED, ITEM_PUBLIC, NULL},
		{"future", "p", "post", ITEM_RELEASED, ITEM_PASSWORD, NULL},
		{"private", "", "post", ITEM_RELEASED, ITEM_PRIVATE, NULL},
		{"private", "p", "post", ITEM_RELEASED, ITEM_PRIVATE, NULL},
		{"draft", "", "post", ITEM_UNRELEASED, ITEM_PUBLIC, NULL},
		{"draft", "p", "post", ITEM_UNRELEASED, ITEM_PASSWORD, NULL},
		{"pending", "", "page", ITEM_UNRELEASED, ITEM_PUBLIC, NULL},
		{"trash", "", "post", 0, 0, "-"},
		{"auto-draft", "", "post", 0, 0, "-"},
		{"inherit", "", "post", 0, 0, "-"},
		{"publish", "", "revision", 0, 0, "-"},
		{"embargo", "", "post", ITEM_UNRELEASED, ITEM_PUBLIC, "its status \"embargo\" is not known"},
		{"", "", "post", ITEM_UNRELEASED, ITEM_PUBLIC, "its status \"\" is not known"},
		{"PUBLISH", "", "post", ITEM_UNRELEASED, ITEM_PUBLIC, "its status \"PUBLISH\" is not known"},
		{"archived", "", "page", ITEM_UNRELEASED, ITEM_PUBLIC, "its status \"archived\" is not known"},
		{"embargo", "p", "post", ITEM_UNRELEASED, ITEM_PASSWORD, NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		struct newsroom *room = room_open();
		ITEMS(room, NULL,
		      {.id = 1,
		       .name = "a",
		       .status = states[i].status,
		       .password = states[i].password,
		       .type = states[i].type,
		       .date_gmt = "2019-05-02 06:00:00"});
		newsroom_must_import(room);
		struct entry_vec entries = newsroom_entries(room);
		bool left = states[i].note && strcmp(states[i].note, "-") == 0;
		assert_int_equal(entries.len, !left);
		if (!left && (entries.at[0].state != states[i].state || entries.at[0].access != states[i].access))
			fail_msg("%s, password \"%s\": state %d access %d", states[i].status, states[i].password,
				 entries.at[0].state, entries.at[0].access);
		if (!left && strcmp(states[i].status, "future") == 0)
			assert_int_equal(entries.at[0].release_at_s, entries.at[0].date_s);
		if (states[i].note && !left && !newsroom_noted(room, states[i].note))
			fail_msg("%s is not noted", states[i].status);
		if (!states[i].note)
			assert_int_equal(newsroom_counted(room, "notes", ""), 0);
		room_close(room);
	}
}

/* ---- links ---- */

static void each_link_leads_where_it_should(void **state)
{
	static const struct {
		const char *href, *wanted;
	} links[] = {
		{"https://harbour.example/2019/05/b/", "/2019/05/b/"},
		{"http://harbour.example/2019/05/b/", "/2019/05/b/"},
		{"https://www.harbour.example/2019/05/b/", "/2019/05/b/"},
		{"HTTPS://HARBOUR.EXAMPLE/2019/05/b/", "/2019/05/b/"},
		{"//harbour.example/2019/05/b/", "/2019/05/b/"},
		{"https://harbour.example:443/2019/05/b/", "/2019/05/b/"},
		{"/2019/05/b/", "/2019/05/b/"},
		{"/2019/05/b/#top", "/2019/05/b/#top"},
		{"/2019/05/b/?share=x", "/2019/05/b/?share=x"},
		{"https://harbour.example/?p=2", "/2019/05/b/"},
		{"https://harbour.example/?p=2#top", "/2019/05/b/#top"},
		{"https://harbour.example/index.php?p=2", "/2019/05/b/"},
		{"/?p=2", "/2019/05/b/"},
		{"?p=2", "/2019/05/b/"},
		{"/?page_id=3", "/about/"},
		{"/?p=3", "/about/"},
		{"/?p=999", "/?p=999"},
		{"/?attachment_id=4", "/2019/05/b/f/"},
		{"https://harbour.example", "/"},
		{"https://harbour.example/", "/"},
		{"https://harbour.example/never/imported/", "/never/imported/"},
		{"/wp-content/uploads/f.pdf", "/wp-content/uploads/f.pdf"},
		{"https://harbour.example/wp-content/uploads/f.pdf", "/wp-content/uploads/f.pdf"},
		{"https://other.example/?p=2", "https://other.example/?p=2"},
		{"https://harbour.example.evil.example/?p=2", "https://harbour.example.evil.example/?p=2"},
		{"https://notharbour.example/?p=2", "https://notharbour.example/?p=2"},
		{"https://blog.harbour.example/?p=2", "https://blog.harbour.example/?p=2"},
		{"mailto:desk@harbour.example", "mailto:desk@harbour.example"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
		struct newsroom *room = room_open();
		const char *content = arena_printf(room->arena, "<a href=\"%s\">x</a>", links[i].href).ptr;
		ITEMS(room, NULL, {.id = 1, .name = "a", .content = content}, {.id = 2, .name = "b"},
		      {.id = 3, .name = "about", .type = "page", .link = "https://harbour.example/about/"},
		      {.id = 4,
		       .type = "attachment",
		       .status = "inherit",
		       .name = "f",
		       .parent = 2,
		       .link = "https://harbour.example/2019/05/b/f/",
		       .extra = "<wp:attachment_url>https://harbour.example/wp-content/uploads/f.pdf"
				"</wp:attachment_url>"});
		newsroom_must_import(room);
		const struct entry *entry = newsroom_entry(room, "/2019/05/a/");
		struct str wanted = arena_printf(room->arena, "<a href=\"%s\">x</a>", links[i].wanted);
		if (str_find(entry->body, wanted) == SIZE_MAX)
			fail_msg("%s: found %.*s", links[i].href, STR_ARG(entry->body));
		room_close(room);
	}
}

/* An item that nobody may read: its address would tell its name, so links by number stay, and lead there once they may.
 */
static void links_by_number_do_not_tell_what_is_hidden(void **state)
{
	static const struct {
		const char *status, *password;
	} hidden[] = {
		{"draft", NULL},  {"pending", NULL}, {"private", NULL},
		{"future", NULL}, {"trash", NULL},   {"publish", "key"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
		struct newsroom *room = room_open();
		ITEMS(room, NULL,
		      {.id = 1,
		       .name = "a",
		       .content = "<a href=\"/?p=2\">x</a> <a href=\"https://harbour.example/?p=2#top\">y</a> "
				  "<a href=\"/?attachment_id=3\">z</a>"},
		      {.id = 2, .name = "secret", .status = hidden[i].status, .password = hidden[i].password},
		      {.id = 3,
		       .type = "attachment",
		       .status = "inherit",
		       .name = "f",
		       .parent = 2,
		       .link = "https://harbour.example/2019/05/secret/f/",
		       .extra = "<wp:attachment_url>https://harbour.example/wp-content/uploads/f.pdf"
				"</wp:attachment_url>"});
		newsroom_must_import(room);
		struct str body = newsroom_entry(room, "/2019/05/a/")->body;
		if (str_find(body, STR("secret")) != SIZE_MAX || str_find(body, STR("href=\"/?p=2\"")) == SIZE_MAX ||
		    str_find(body, STR("href=\"/?p=2#top\"")) == SIZE_MAX ||
		    str_find(body, STR("href=\"/?attachment_id=3\"")) == SIZE_MAX)
			fail_msg("%s: found %.*s", hidden[i].status, STR_ARG(body));
		room_close(room);
	}
}

/* A wrong date must not publish what should wait. */
static void what_waits_for_no_readable_date_is_a_draft(void **state)
{
	static const char *const dates[] = {"", "0000-00-00 00:00:00", "next week"};
	(void)state;
	for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
		struct newsroom *room = room_open();
		ITEMS(room, NULL, {.id = 1, .name = "a", .status = "future", .date = dates[i], .date_gmt = dates[i]});
		newsroom_must_import(room);
		const struct entry_vec entries = newsroom_entries(room);
		assert_int_equal(entries.len, 1);
		assert_int_equal(entries.at[0].state, ITEM_UNRELEASED);
		assert_int_equal(entries.at[0].release_at_s, 0);
		assert_true(newsroom_noted(room, "it comes in as a draft"));
		room_close(room);
	}
}

static void each_old_address_leads_on(void **state)
{
	static const struct {
		const char *path;
		int to; /* post id, 0: none */
	} old[] = {
		{"/?p=1", 1},
		{"/?p=2", 2},
		{"/?page_id=2", 2},
		{"/?page_id=1", 0}, /* is no page */
		{"/2019/05/a-before/", 1},
		{"/2019/05/a-before-that/", 1},
		{"/2019/05/%D0%B3/", 1},
		{"/section/old-name/", 2},
		{"/?attachment_id=3", 1},
		{"/2019/05/a/photo/", 1},
		{"/?p=3", 0},
		{"/?p=9", 0},
	};
	struct newsroom *room = *state;
	ITEMS(room, NULL,
	      {.id = 1,
	       .name = "a",
	       .extra = META("_wp_old_slug", "a-before") META("_wp_old_slug", "a-before-that") META("_wp_old_slug", "")
		       META("_wp_old_slug", "a") META("_wp_old_slug", "%d0%b3")},
	      {.id = 2,
	       .name = "page",
	       .type = "page",
	       .link = "https://harbour.example/section/page/",
	       .extra = META("_wp_old_slug", "old-name")},
	      {.id = 3,
	       .type = "attachment",
	       .status = "inherit",
	       .name = "photo",
	       .parent = 1,
	       .link = "https://harbour.example/2019/05/a/photo/",
	       .extra = "<wp:attachment_url>https://harbour.example/wp-content/uploads/photo.jpg</wp:attachment_url>"});
	newsroom_must_import(room);
	for (size_t i = 0; i < sizeof old / sizeof old[0]; i++) {
		struct redirect redirect;
		int result = redirect_get(room->store, str_from(old[i].path), room->arena, &redirect, &room->err);
		int64_t wanted = old[i].to == 1   ? newsroom_entry(room, "/2019/05/a/")->id
				 : old[i].to == 2 ? newsroom_entry(room, "/section/page/")->id
						  : 0;
		if ((result == 0) != (wanted != 0) || (wanted && redirect.target_id != wanted))
			fail_msg("%s: %d", old[i].path, result);
	}
	struct redirect itself;
	assert_int_equal(redirect_get(room->store, STR("/2019/05/a/"), room->arena, &itself, &room->err),
			 STORE_NOT_FOUND); /* nothing leads to where it stands */
}

static void lists_of_the_old_site_lead_to_the_new_ones(void **state)
{
	static const struct {
		const char *path;
		enum redirect_target target;
	} old[] = {
		{"/category/sea/", REDIRECT_TERM},       {"/category/sea/north-sea/", REDIRECT_TERM},
		{"/category/reports/", REDIRECT_KIND},   {"/category/egypt/", REDIRECT_PLACE},
		{"/ship/barge/", REDIRECT_TERM},         {"/author/mara/", REDIRECT_CONTRIBUTOR},
		{"/category/north-sea/", REDIRECT_GONE},                             /* none */
		{"/category/left/", REDIRECT_GONE},      {"/tag/t/", REDIRECT_GONE}, /* answers there itself */
	};
	struct newsroom *room = *state;
	newsroom_mapping(
		room,
		"kinds = ( { key = \"report\"; label = \"Report\"; } );\n"
		"terms = ( { taxonomy = \"category\"; term = \"reports\"; becomes = \"kind\"; to = \"report\"; },\n"
		" { taxonomy = \"category\"; term = \"egypt\"; becomes = \"place\"; to = \"EG\"; },\n"
		" { taxonomy = \"category\"; term = \"left\"; becomes = \"leave\"; } );");
	ITEMS(room,
	      TERM("1", "category", "sea", "", "Sea", "") TERM("2", "category", "north-sea", "sea", "North Sea",
							       "") TERM("3", "category", "reports", "", "Reports", "")
		      TERM("4", "category", "egypt", "", "Egypt", "") TERM("5", "category", "left", "", "Left", "")
			      TERM("6", "ship", "barge", "", "Barge", "") TERM("7", "post_tag", "t", "", "T", ""),
	      {.id = 1, .name = "a"});
	newsroom_must_import(room);
	for (size_t i = 0; i < sizeof old / sizeof old[0]; i++) {
		struct redirect redirect = {.target = REDIRECT_GONE};
		int result = redirect_get(room->store, str_from(old[i].path), room->arena, &redirect, &room->err);
		if (result != (old[i].target == REDIRECT_GONE ? STORE_NOT_FOUND : 0) ||
		    (result == 0 && redirect.target != old[i].target))
			fail_msg("%s: %d to %d", old[i].path, result, redirect.target);
	}
}

/* ---- addresses ---- */

static void each_address(void **state)
{
	static const struct {
		const char *type, *name, *title, *link, *path, *slug;
	} items[] = {
		{"post", "a", "T", "https://harbour.example/2019/05/a/", "/2019/05/a/", "a"},
		{"post", "a", "T", "https://harbour.example/news/a", "/news/a", "a"},
		{"post", "a", "T", "https://harbour.example/?p=1", "/2019/05/a/", "a"},
		{"post", "", "The Pier", "https://harbour.example/?p=1", "/2019/05/the-pier/", "the-pier"},
		{"post", "", "", "https://harbour.example/?p=1", "/2019/05/1/", "1"},
		{"post", "", "—", "https://harbour.example/?p=1", "/2019/05/1/", "1"},
		{"post", "%d8%b3%d9%84%d8%a7%d9%85", "T", "", "/2019/05/%D8%B3%D9%84%D8%A7%D9%85/", "سلام"},
		{"post", "سلام", "T", "", "/2019/05/%D8%B3%D9%84%D8%A7%D9%85/", "سلام"},
		{"post", "%e6%b8%af", "T", "https://harbour.example/%e6%b8%af/", "/%E6%B8%AF/", "港"},
		{"post", "A-B", "T", "", "/2019/05/a-b/", "a-b"},
		{"post", "a", "T", "https://elsewhere.example/x/", "/2019/05/a/", "a"},
		{"post", "a", "T", "https://harbour.example/", "/2019/05/a/", "a"},
		{"post", "a", "T", "not an address", "/2019/05/a/", "a"},
		{"page", "a", "T", "https://harbour.example/about/a/", "/about/a/", "a"},
		{"page", "a", "T", "https://harbour.example/?page_id=1", "/a/", "a"},
		{"page", "search", "T", "https://harbour.example/search/", "/search-2/", "search"},
		{"page", "fr", "T", "https://harbour.example/fr/", "/fr-2/", "fr"},
		{"page", "media", "T", "https://harbour.example/media/", "/media-2/", "media"},
		{"page", "x", "T", "https://harbour.example/topic/x/", "/topic-2/x/", "x"},
		{"post", "x", "T", "https://harbour.example/media/a/b/x.html", "/media-2/a/b/x.html", "x"},
		{"post", "x", "T", "https://harbour.example/person", "/person-2", "x"},
		{"post", "x", "T", "https://harbour.example/topical/x", "/topical/x", "x"},
		{"post", "a", "T", "https://harbour.example/../../etc/passwd", "/etc/passwd", "a"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
		struct newsroom *room = room_open();
		struct export_item item = {.id = 1,
					   .type = items[i].type,
					   .name = items[i].name,
					   .title = items[i].title,
					   .link = items[i].link};
		newsroom_items(room, NULL, &item, 1);
		newsroom_must_import(room);
		struct entry_vec entries = newsroom_entries(room);
		assert_int_equal(entries.len, 1);
		if (!str_eq(entries.at[0].path, str_from(items[i].path)) ||
		    !str_eq(entries.at[0].slug, str_from(items[i].slug)))
			fail_msg("%s at %s: found %.*s, slug %.*s", items[i].name, items[i].link,
				 STR_ARG(entries.at[0].path), STR_ARG(entries.at[0].slug));
		room_close(room);
	}
}

/* ---- languages ---- */

static void each_language(void **state)
{
	static const struct {
		const char *head, *extra, *mapping, *wanted;
		bool note;
	} languages[] = {
		{"en", "", "", "en", false},
		{"fr-FR", "", "", "fr", false},
		{"de-DE", "", "", "en", false}, /* not ours: the first */
		{"", "", "", "en", false},
		{"en", "", "language = \"ar\";", "ar", false},
		{"fr", "", "language = \"en\";", "en", false},
		{"en", "", "files = ( { name = \"export-0.xml\"; language = \"fr\"; } );", "fr", false},
		{"en", IN("language", "fr", "Français"), "", "fr", false},
		{"en", IN("language", "fr", "Français"), "language = \"ar\";", "fr", false},
		{"en", IN("language", "pt-br", "Português"), "", "pt-BR", true},
		{"en", IN("language", "fr_CA", "Français"), "", "fr", false},
		{"en", META("_icl_lang", "ar"), "", "ar", false},
		{"en", META("_wpml_language", "ar"), "", "ar", false},
		{"en", META("wpml_language_code", "ar"), "", "ar", false},
		{"en", META("lang", "fr"), "fields = ( { field = \"lang\"; becomes = \"language\"; } );", "fr", false},
		{"en", META("lang", "iw"), "fields = ( { field = \"lang\"; becomes = \"language\"; } );", "he", true},
		{"en", META("lang", "?!"), "fields = ( { field = \"lang\"; becomes = \"language\"; } );", "en", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++) {
		struct newsroom *room = room_open();
		BUF_SCOPED text = BUF_INIT(1 << 16);
		buf_printf(&text,
			   "<rss><channel><title>H</title><link>https://harbour.example</link><language>%s</language>"
			   "<wp:wxr_version>1.2</wp:wxr_version>",
			   languages[i].head);
		export_put_item(&text, &(struct export_item){.id = 1, .name = "a", .extra = languages[i].extra});
		buf_put_cstr(&text, "</channel></rss>");
		newsroom_file(room, buf_str(&text));
		newsroom_mapping(room, languages[i].mapping);
		newsroom_must_import(room);
		const struct entry *entry = newsroom_entry(room, "/2019/05/a/");
		if (!str_eq(entry->language, str_from(languages[i].wanted)))
			fail_msg("%s %s %s: found %.*s", languages[i].head, languages[i].extra, languages[i].mapping,
				 STR_ARG(entry->language));
		assert_int_equal(newsroom_noted(room, "the newsroom does not have this language yet"),
				 languages[i].note);
		room_close(room);
	}
}

/* ---- the whole, in any order and again ---- */

static void put_part(struct newsroom *room, int part)
{
	static const char head[] = "<wp:author><wp:author_login>mara</wp:author_login></wp:author>" TERM(
		"1", "category", "sea", "", "Sea", "") TERM("2", "category", "north", "sea", "North", "")
		TERM("50", "post_translations", "g", "", "g", "a:2:{s:2:\"en\";i:1;s:2:\"fr\";i:2;}");
	switch (part) {
	case 0:
		ITEMS(room, head,
		      {.id = 1,
		       .name = "one",
		       .content = "<a href=\"/?p=3\">x</a> [gallery ids=\"5\"]",
		       .extra = IN("language", "en", "E") IN("category", "north", "North") META("_thumbnail_id", "5")});
		break;
	case 1:
		ITEMS(room, head,
		      {.id = 2,
		       .name = "un",
		       .link = "https://harbour.example/fr/un/",
		       .extra = IN("language", "fr", "F")},
		      {.id = 4,
		       .name = "child",
		       .type = "page",
		       .parent = 3,
		       .link = "https://harbour.example/?page_id=4"});
		break;
	default:
		ITEMS(room, head, {.id = 3, .name = "above", .type = "page", .link = "https://harbour.example/above/"},
		      {.id = 5,
		       .type = "attachment",
		       .status = "inherit",
		       .name = "photo",
		       .parent = 1,
		       .extra = "<wp:attachment_url>https://harbour.example/wp-content/uploads/p.jpg</"
				"wp:attachment_url>"});
		break;
	}
}

static void parts_in_any_order_are_the_same_set(void **state)
{
	static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	struct newsroom *first = *state;
	struct str wanted = {0};
	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
		struct newsroom *room = room_open();
		for (int j = 0; j < 3; j++)
			put_part(room, orders[i][j]);
		newsroom_must_import(room);
		struct str dump = newsroom_dump(room);
		assert_text(newsroom_entry(room, "/above/child/")->path, "/above/child/");
		if (i == 0)
			wanted = arena_str(first->arena, dump);
		else
			assert_dumps_equal(dump, wanted);
		room_close(room);
	}
}

/* A dry run reads and counts as a true one would, and leaves every row of every table as it was. */
static void a_dry_run_changes_no_row(void **state)
{
	struct newsroom *room = *state;
	put_part(room, 0);
	put_part(room, 2);
	uint64_t before = newsroom_digest(room);
	room->dry_run = true;
	newsroom_must_import(room);
	assert_int_equal(newsroom_digest(room), before);
	int64_t posts = newsroom_counted(room, "posts", "taken"), pages = newsroom_counted(room, "pages", "taken");
	assert_int_equal(posts, 1);
	assert_int_equal(pages, 1);
	assert_int_equal(newsroom_counted(room, "attachments", "taken"), 1);
	room->dry_run = false;
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "posts", "taken"), posts);
	assert_int_equal(newsroom_counted(room, "pages", "taken"), pages);
	uint64_t after = newsroom_digest(room);
	put_part(room, 1);
	room->dry_run = true;
	newsroom_must_import(room);
	assert_int_equal(newsroom_digest(room), after);
	assert_int_equal(newsroom_counted(room, "posts", "unchanged"), 1);
	assert_int_equal(newsroom_counted(room, "posts", "taken"), 1);
}

/* One thing of an item changes in the export: the item is updated to what a new import would have given. */
static void each_change_of_an_export_is_taken(void **state)
{
	static const struct export_item base = {
		.id = 1,
		.name = "a",
		.extra = IN("category", "sea", "Sea") META("_wp_old_slug", "x"),
	};
	struct {
		const char *what;
		struct export_item item;
		bool same; /* no change that anyone sees */
	} changes[] = {
		{"nothing", base, true},
		{"title", base, false},
		{"content", base, false},
		{"excerpt", base, false},
		{"date", base, false},
		{"status", base, false},
		{"password", base, false},
		{"creator", base, false},
		{"terms", base, false},
		{"sticky", base, false},
		{"old slug", base, false},
		{"comments", base, true},
		{"a field nobody maps", base, true},
		{"its order", base, true},
	};
	changes[1].item.title = "Pier open";
	changes[2].item.content = "Other text.";
	changes[3].item.excerpt = "In short";
	changes[4].item.date_gmt = "2019-05-02 07:00:00";
	changes[5].item.status = "draft";
	changes[6].item.password = "p";
	changes[7].item.creator = "nora";
	changes[8].item.extra = IN("category", "land", "Land") META("_wp_old_slug", "x");
	changes[9].item.extra = IN("category", "sea", "Sea") META("_wp_old_slug", "x") "<wp:is_sticky>1</wp:is_sticky>";
	changes[10].item.extra = IN("category", "sea", "Sea") META("_wp_old_slug", "y");
	changes[11].item.extra = IN("category", "sea", "Sea") META("_wp_old_slug", "x") "<wp:comment/>";
	changes[12].item.extra = IN("category", "sea", "Sea") META("_wp_old_slug", "x") META("views", "12");
	changes[13].item.extra =
		"<wp:menu_order>3</wp:menu_order>" IN("category", "sea", "Sea") META("_wp_old_slug", "x");
	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		struct newsroom *room = room_open(), *fresh = room_open();
		newsroom_items(room, NULL, &base, 1);
		newsroom_must_import(room);
		newsroom_forget(room);
		newsroom_items(room, NULL, &changes[i].item, 1);
		newsroom_must_import(room);
		if (newsroom_counted(room, "posts", "changed") != !changes[i].same)
			fail_msg("%s: changed %lld", changes[i].what,
				 (long long)newsroom_counted(room, "posts", "changed"));
		newsroom_items(fresh, NULL, &changes[i].item, 1);
		newsroom_must_import(fresh);
		const struct entry *ours = newsroom_entry(room, "/2019/05/a/"),
				   *theirs = newsroom_entry(fresh, "/2019/05/a/");
		assert_true(str_eq(ours->title, theirs->title) && str_eq(ours->body, theirs->body) &&
			    str_eq(ours->excerpt, theirs->excerpt) && ours->date_s == theirs->date_s &&
			    ours->state == theirs->state && ours->access == theirs->access &&
			    ours->pinned_until_s == theirs->pinned_until_s);
		assert_string_equal(newsroom_term_slugs(room, ours), newsroom_term_slugs(fresh, theirs));
		assert_string_equal(newsroom_byline(room, ours), newsroom_byline(fresh, theirs));
		room_close(fresh);
		room_close(room);
	}
}

/* An attachment whose texts change, and one whose picture does. */
static void attachments_are_updated_too(void **state)
{
	struct newsroom *room = *state;
	struct export_item photo = {
		.id = 5,
		.type = "attachment",
		.status = "inherit",
		.name = "p",
		.title = "P",
		.excerpt = "Before. Photo: Nora Name",
		.extra = "<wp:attachment_url>https://harbour.example/wp-content/uploads/p.jpg</wp:attachment_url>",
	};
	newsroom_items(room, NULL, &photo, 1);
	newsroom_must_import(room);
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "attachments", "unchanged"), 1);
	newsroom_forget(room);
	photo.excerpt = "After. Photo: Ola Other";
	newsroom_items(room, NULL, &photo, 1);
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "attachments", "changed"), 1);
	struct media_vec media = {0};
	assert_int_equal(media_page(room->store, 0, 10, room->arena, &media, &room->err), 0);
	assert_int_equal(media.len, 1);
	assert_text(media.at[0].texts.at[0].caption, "After.");
	assert_text(media.at[0].texts.at[0].credit, "Ola Other");
}

/* Two sites into one newsroom: equal ids are other things, and addresses that meet step aside. */
static void a_second_site_takes_nothing_from_the_first(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, {.id = 1, .name = "a", .title = "Ours"});
	newsroom_must_import(room);
	newsroom_forget(room);
	newsroom_text(room,
		      "<rss><channel><link>https://quay.example</link><wp:wxr_version>1.2</wp:wxr_version>"
		      "<wp:base_blog_url>https://quay.example</wp:base_blog_url><item><title>Theirs</title>"
		      "<link>https://quay.example/2019/05/a/</link><guid>https://quay.example/?p=1</guid>"
		      "<wp:post_id>1</wp:post_id><wp:post_date_gmt>2019-05-02 06:00:00</wp:post_date_gmt>"
		      "<wp:post_name>a</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>"
		      "</item></channel></rss>");
	newsroom_must_import(room);
	assert_int_equal(newsroom_entries(room).len, 2);
	assert_text(newsroom_entry(room, "/2019/05/a/")->title, "Ours");
	assert_text(newsroom_entry(room, "/2019/05/a-1/")->title, "Theirs");
	assert_true(newsroom_noted(room, "its address belongs to another item here"));
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "posts", "unchanged"), 1);
	assert_int_equal(newsroom_entries(room).len, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_date_in_its_zone),
		cmocka_unit_test(hours_that_are_not_or_are_twice),
		cmocka_unit_test(changes_are_never_before_the_date),
		cmocka_unit_test(each_state),
		cmocka_unit_test(each_link_leads_where_it_should),
		cmocka_unit_test(links_by_number_do_not_tell_what_is_hidden),
		cmocka_unit_test(what_waits_for_no_readable_date_is_a_draft),
		NEWSROOM_TEST(each_old_address_leads_on),
		NEWSROOM_TEST(lists_of_the_old_site_lead_to_the_new_ones),
		cmocka_unit_test(each_address),
		cmocka_unit_test(each_language),
		NEWSROOM_TEST(parts_in_any_order_are_the_same_set),
		NEWSROOM_TEST(a_dry_run_changes_no_row),
		cmocka_unit_test(each_change_of_an_export_is_taken),
		NEWSROOM_TEST(attachments_are_updated_too),
		NEWSROOM_TEST(a_second_site_takes_nothing_from_the_first),
	};
	return NEWSROOM_RUN("ingest.tables", tests);
}
