/* Hard cases of real exports, one a test. */
#include "newsroom.h"

static struct str label_in(const struct term *term, const char *language)
{
	for (size_t i = 0; i < term->texts.len; i++)
		if (str_eq(term->texts.at[i].language, str_from(language)))
			return term->texts.at[i].label;
	return STR("(none)");
}

static const struct media *media_named(struct newsroom *room, const char *old_url)
{
	int64_t id;
	struct media *media = arena_new(room->arena, struct media);
	if (media_find_old_url(room->store, str_from(old_url), &id, &room->err) != 0)
		fail_msg("there is no media from %s", old_url);
	assert_int_equal(media_get(room->store, id, room->arena, media, &room->err), 0);
	return media;
}

static void states_are_the_right_ones(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, {.id = 1, .name = "public"},
	      {.id = 2, .name = "draft", .status = "draft", .link = "https://harbour.example/?p=2"},
	      {.id = 3, .name = "pending", .status = "pending"}, {.id = 4, .name = "private", .status = "private"},
	      {.id = 5, .name = "secret", .password = "p"},
	      {.id = 6, .name = "later", .status = "future", .date_gmt = "2030-01-02 03:04:05"},
	      {.id = 7, .name = "gone", .status = "trash"}, {.id = 8, .name = "auto", .status = "auto-draft"},
	      {.id = 9, .name = "odd", .status = "embargoed"},
	      {.id = 10, .name = "stuck", .extra = "<wp:is_sticky>1</wp:is_sticky>"});
	newsroom_must_import(room);
	const struct entry *entry = newsroom_entry(room, "/2019/05/public/");
	assert_int_equal(entry->state, ITEM_RELEASED);
	assert_int_equal(entry->access, ITEM_PUBLIC);
	assert_true(entry->waived);
	assert_int_equal(newsroom_entry(room, "/2019/05/draft/")->state, ITEM_UNRELEASED);
	assert_int_equal(newsroom_entry(room, "/2019/05/pending/")->state, ITEM_UNRELEASED);
	assert_int_equal(newsroom_entry(room, "/2019/05/private/")->access, ITEM_PRIVATE);
	assert_int_equal(newsroom_entry(room, "/2019/05/secret/")->access, ITEM_PASSWORD);
	assert_int_equal(newsroom_entry(room, "/2019/05/later/")->release_at_s, 1893553445);
	assert_int_equal(newsroom_entry(room, "/2019/05/odd/")->state, ITEM_UNRELEASED);
	assert_int_equal(newsroom_entry(room, "/2019/05/stuck/")->pinned_until_s, ITEM_PINNED_FOREVER);
	assert_int_equal(newsroom_entries(room).len, 8);
	assert_int_equal(newsroom_counted(room, "posts", "left: in the trash"), 1);
	assert_int_equal(newsroom_counted(room, "posts", "left: an automatic draft"), 1);
	assert_true(newsroom_noted(room, "status \"embargoed\" is not known"));
}

static void dates_without_gmt_are_read_in_the_zone(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, {.id = 1, .name = "summer", .date = "2019-07-01 12:00:00", .date_gmt = "0000-00-00 00:00:00"},
	      {.id = 2, .name = "winter", .date = "2019-01-01 12:00:00", .date_gmt = "0000-00-00 00:00:00"},
	      {.id = 3, .name = "gmt", .date = "2019-01-01 12:00:00", .date_gmt = "2019-01-01 17:00:00"},
	      {.id = 4, .name = "none", .date = "0000-00-00 00:00:00", .date_gmt = "0000-00-00 00:00:00"});
	newsroom_must_import(room);
	assert_int_equal(newsroom_entry(room, "/2019/05/summer/")->date_s, 1561975200); /* 10:00 UTC */
	assert_int_equal(newsroom_entry(room, "/2019/05/winter/")->date_s, 1546340400); /* 11:00 UTC */
	assert_int_equal(newsroom_entry(room, "/2019/05/gmt/")->date_s, 1546362000);
	assert_int_equal(newsroom_entry(room, "/2019/05/none/")->date_s, 0);
	assert_true(newsroom_noted(room, "it has no date"));
}

static void equal_names_under_different_parents_stay_apart(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room,
	      TERM("1", "category", "north", "", "North", "") TERM("2", "category", "south", "", "South", "")
		      TERM("3", "category", "coast", "north", "Coast", "cold")
			      TERM("4", "category", "coast-south", "south", "Coast", "warm"),
	      {.id = 1, .name = "a", .extra = IN("category", "coast", "Coast")},
	      {.id = 2,
	       .name = "b",
	       .extra = IN("category", "coast-south", "Coast") IN("post_tag", "undeclared", "Un &amp; declared")});
	newsroom_must_import(room);
	assert_string_equal(newsroom_term_slugs(room, newsroom_entry(room, "/2019/05/a/")), "coast");
	assert_string_equal(newsroom_term_slugs(room, newsroom_entry(room, "/2019/05/b/")), "coast-south undeclared");
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	int64_t parents[2] = {0};
	int coasts = 0;
	for (size_t i = 0; i < taxonomy.terms.len; i++) {
		const struct term *term = &taxonomy.terms.at[i];
		if (str_eq(term->texts.at[0].label, STR("Coast")))
			parents[coasts++] = term->parent_id;
		if (str_eq(term->texts.at[0].slug, STR("undeclared")))
			assert_int_equal(term->vocabulary, VOCABULARY_TAG);
	}
	assert_int_equal(coasts, 2);
	assert_true(parents[0] && parents[1] && parents[0] != parents[1]);
}

static void titles_and_slugs_of_all_kinds(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, {.id = 1, .name = "", .title = "", .link = "https://harbour.example/?p=1"},
	      {.id = 2, .name = "%d0%b3%d0%b0%d0%b2%d0%b0%d0%bd%d1%8c", .link = "https://harbour.example/?p=2"},
	      {.id = 3, .name = "markup", .title = "Truth &amp; <em>justice</em> &#8211; now"},
	      {.id = 4, .name = "same", .link = "https://harbour.example/x/"},
	      {.id = 5, .name = "same", .link = "https://harbour.example/x/"},
	      {.id = 6, .name = "search", .link = "https://harbour.example/search/"});
	newsroom_must_import(room);
	assert_text(newsroom_entry(room, "/2019/05/1/")->title, "");
	assert_text(newsroom_entry(room, "/2019/05/%D0%B3%D0%B0%D0%B2%D0%B0%D0%BD%D1%8C/")->slug, "гавань");
	assert_text(newsroom_entry(room, "/2019/05/markup/")->title, "Truth & justice – now");
	assert_int_equal(newsroom_entry(room, "/x/")->item_id == newsroom_entry(room, "/x-2/")->item_id, 0);
	assert_true(newsroom_noted(room, "its address /x/ is taken; it comes in as /x-2/"));
	newsroom_entry(room, "/search-2/");
}

static void a_second_item_with_an_id_is_left_and_said(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, {.id = 1, .name = "first", .title = "First"}, {.id = 1, .name = "second", .title = "Second"});
	newsroom_must_import(room);
	assert_int_equal(newsroom_entries(room).len, 1);
	assert_text(newsroom_entries(room).at[0].title, "First");
	assert_true(newsroom_noted(room, "its id belongs to an earlier item"));
}

static void one_guid_on_two_items_makes_no_trouble(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, {.id = 1, .name = "a", .extra = "<guid>https://harbour.example/same</guid>"},
	      {.id = 2, .name = "b", .extra = "<guid>https://harbour.example/same</guid>"});
	newsroom_must_import(room);
	assert_text(newsroom_entry(room, "/2019/05/a/")->guid, "https://harbour.example/same");
	assert_true(str_starts(newsroom_entry(room, "/2019/05/b/")->guid, STR("urn:uuid:")));
	assert_false(newsroom_noted(room, "belongs to another item here")); /* seen in the check, not by a collision */
}

static void three_hundred_authors(void **state)
{
	struct newsroom *room = *state;
	BUF_SCOPED text = BUF_INIT(4u << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2"));
	for (int i = 1; i <= 300; i++)
		buf_printf(&text,
			   "<wp:author><wp:author_login>w%d</wp:author_login><wp:author_display_name>Writer %d"
			   "</wp:author_display_name></wp:author>",
			   i, i);
	for (int i = 1; i <= 300; i++) {
		char login[16], name[16];
		snprintf(login, sizeof login, "w%d", i);
		snprintf(name, sizeof name, "item-%d", i);
		export_put_item(&text, &(struct export_item){.id = i, .name = name, .creator = login});
	}
	buf_put_cstr(&text, EXPORT_FOOT);
	newsroom_file(room, buf_str(&text));
	newsroom_must_import(room);
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	assert_int_equal(taxonomy.contributors.len, 300);
	const struct entry *entry = newsroom_entry(room, "/2019/05/item-217/");
	assert_int_equal(entry->contributors.len, 1);
	for (size_t i = 0; i < taxonomy.contributors.len; i++)
		if (taxonomy.contributors.at[i].id == entry->contributors.at[0].contributor_id)
			assert_text(taxonomy.contributors.at[i].name, "Writer 217");
}

static void equal_names_and_slugs_do_not_join_what_is_two(void **state)
{
	struct newsroom *room = *state;
	newsroom_items(
		room,
		"<wp:author><wp:author_login>ann.lee</wp:author_login><wp:author_display_name>Ann</"
		"wp:author_display_name>"
		"</wp:author><wp:author><wp:author_login>ann-lee</wp:author_login><wp:author_display_name>Anna</"
		"wp:author_display_name>"
		"</wp:author>" TERM("1", "post_tag", "content-2", "", "Content", ""),
		(const struct export_item[]){
			{.id = 1, .name = "a", .creator = "ann.lee", .extra = IN("post_tag", "content", "Content")},
			{.id = 2, .name = "b", .creator = "ann-lee", .extra = IN("post_tag", "content-2", "Content")},
			{.id = 3, .name = "c", .creator = ">ann-lee"}},
		3);
	newsroom_must_import(room);
	const struct entry *a = newsroom_entry(room, "/2019/05/a/"), *b = newsroom_entry(room, "/2019/05/b/");
	assert_string_equal(newsroom_term_slugs(room, a), "content");
	assert_string_equal(newsroom_term_slugs(room, b), "content-2");
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	assert_int_equal(taxonomy.contributors.len, 2);
	assert_int_not_equal(a->contributors.at[0].contributor_id, b->contributors.at[0].contributor_id);
}

static void polylang_joins_translations(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room,
	      TERM("50", "post_translations", "pll_a", "", "pll_a", "a:2:{s:2:\"en\";i:1;s:2:\"fr\";i:2;}") TERM(
		      "60", "category", "health", "", "Health", "") TERM("61", "category", "sante", "", "Santé", "")
		      TERM("51", "term_translations", "pll_b", "", "pll_b", "a:2:{s:2:\"en\";i:60;s:2:\"fr\";i:61;}"),
	      {.id = 1, .name = "one", .extra = IN("language", "en", "English") IN("category", "health", "Health")},
	      {.id = 2,
	       .name = "un",
	       .link = "https://harbour.example/fr/un/",
	       .extra = IN("language", "fr", "Français") IN("post_translations", "pll_a", "pll_a")
		       IN("category", "sante", "Santé")},
	      {.id = 3, .name = "alone", .extra = IN("language", "fr", "Français")});
	newsroom_must_import(room);
	const struct entry *english = newsroom_entry(room, "/2019/05/one/"), *french = newsroom_entry(room, "/fr/un/");
	assert_int_equal(english->item_id, french->item_id);
	assert_text(french->language, "fr");
	assert_text(english->translations.at[0].path, "/fr/un/");
	assert_int_not_equal(newsroom_entry(room, "/2019/05/alone/")->item_id, english->item_id);
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	assert_int_equal(taxonomy.terms.len, 1);
	assert_text(label_in(&taxonomy.terms.at[0], "fr"), "Santé");
	assert_text(label_in(&taxonomy.terms.at[0], "en"), "Health");
}

static void wpml_joins_by_fields_and_by_file(void **state)
{
	struct newsroom *room = *state;
	newsroom_mapping(room, "files = ( { name = \"export-1.xml\"; language = \"ar\"; } );\n"
			       "fields = ( { field = \"my_group\"; becomes = \"translations\"; } );\n");
	ITEMS(room, NULL, {.id = 1, .name = "one", .extra = META("my_group", "77")});
	ITEMS(room, NULL, {.id = 2, .name = "two", .extra = META("my_group", "77")},
	      {.id = 3, .name = "three", .extra = META("_icl_lang", "fr")});
	newsroom_must_import(room);
	assert_int_equal(newsroom_entry(room, "/2019/05/one/")->item_id,
			 newsroom_entry(room, "/2019/05/two/")->item_id);
	assert_text(newsroom_entry(room, "/2019/05/two/")->language, "ar");
	assert_text(newsroom_entry(room, "/2019/05/three/")->language, "fr");
}

static void pictures_keep_what_is_known_of_them(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL,
	      {.id = 5,
	       .type = "attachment",
	       .status = "inherit",
	       .name = "pier-photo",
	       .title = "Pier",
	       .content = "Long text",
	       .excerpt = "The pier at dawn. AFP PHOTO / NORA NAME",
	       .extra = "<wp:attachment_url>https://harbour.example/wp-content/uploads/2019/pier.jpg</"
			"wp:attachment_url>" META("_wp_attachment_image_alt", "A pier &amp; a boat") META(
				"_wp_attachment_metadata", "a:2:{s:5:\"width\";i:640;s:6:\"height\";s:3:\"480\";}")},
	      {.id = 6,
	       .name = "shows",
	       .content = "[caption id=\"attachment_5\"]<a "
			  "href=\"https://harbour.example/wp-content/uploads/2019/pier.jpg\"><img "
			  "src=\"https://harbour.example/wp-content/uploads/2019/pier-300x200.jpg\"></a> At dawn "
			  "(Photo by Ola "
			  "Other/Agency)[/caption]\n\n<img src=\"https://elsewhere.example/x.png\" alt=\"Chart\">",
	       .extra = META("_thumbnail_id", "5")});
	newsroom_must_import(room);
	const struct media *media = media_named(room, "https://harbour.example/wp-content/uploads/2019/pier.jpg");
	assert_text(media->texts.at[0].caption, "The pier at dawn.");
	assert_text(media->texts.at[0].credit, "AFP PHOTO / NORA NAME");
	assert_text(media->texts.at[0].alt, "A pier & a boat");
	assert_text(media->texts.at[0].description, "Long text");
	assert_int_equal(media->width, 640);
	assert_int_equal(media->height, 480);
	assert_text(media->mime, "image/jpeg");
	const struct entry *entry = newsroom_entry(room, "/2019/05/shows/");
	assert_int_equal(entry->media.len, 3);
	assert_int_equal(entry->media.at[0].role, MEDIA_FEATURED);
	assert_int_equal(entry->media.at[0].media_id, media->id);
	assert_int_not_equal(str_find(entry->body, media->guid), SIZE_MAX);
	assert_int_not_equal(str_find(entry->body, STR("Ola Other/Agency")), SIZE_MAX);
	assert_int_equal(str_find(entry->body, STR("Photo by")), SIZE_MAX);
	assert_int_equal(str_find(entry->body, STR("<a href")), SIZE_MAX);
	assert_text(media_named(room, "https://elsewhere.example/x.png")->texts.at[0].alt, "Chart");
}

#define PHOTO(number, above)                                                                                           \
	{                                                                                                              \
		.id = number, .parent = above, .type = "attachment", .status = "inherit", .name = "photo-" #number,    \
		.extra = "<wp:attachment_url>https://harbour.example/wp-content/uploads/" #number                      \
			 ".jpg</wp:attachment_url>"                                                                    \
	}

static void galleries_show_what_was_attached_or_named(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, {.id = 1, .name = "attached", .content = "[gallery]"},
	      {.id = 2, .name = "named", .content = "[gallery ids=\"22,21,99\"]"}, PHOTO(21, 1), PHOTO(22, 1),
	      PHOTO(23, 2));
	newsroom_must_import(room);
	const struct entry *attached = newsroom_entry(room, "/2019/05/attached/");
	const struct entry *named = newsroom_entry(room, "/2019/05/named/");
	const struct media *first = media_named(room, "https://harbour.example/wp-content/uploads/21.jpg");
	const struct media *second = media_named(room, "https://harbour.example/wp-content/uploads/22.jpg");
	assert_int_equal(attached->media.len, 2);
	assert_int_equal(attached->media.at[0].media_id, first->id);
	assert_int_equal(named->media.len, 2);
	assert_int_equal(named->media.at[0].media_id, second->id);
	assert_true(str_find(named->body, second->guid) < str_find(named->body, first->guid));
	assert_int_equal(str_find(named->body, STR("attachment_id")), SIZE_MAX);
	assert_int_equal(newsroom_counted(room, "pictures", "left: not in the export"), 1);
}

static void links_lead_to_the_new_addresses(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL,
	      {.id = 1,
	       .name = "a",
	       .content = "<a href=\"https://www.harbour.example/?p=2#top\">1</a> <a "
			  "href=\"http://harbour.example/2019/05/b/?x=1\">2</a> "
			  "<a href=\"https://other.example/?p=2\">3</a> <a href=\"/wp-content/uploads/f.pdf\">4</a> <a "
			  "href=\"?page_id=2\">5</a>"},
	      {.id = 2, .name = "b", .extra = META("_wp_old_slug", "b-before")},
	      {.id = 3,
	       .type = "attachment",
	       .status = "inherit",
	       .name = "f",
	       .parent = 2,
	       .link = "https://harbour.example/2019/05/b/f/",
	       .extra = "<wp:attachment_url>https://harbour.example/wp-content/uploads/f.pdf</wp:attachment_url>"});
	newsroom_must_import(room);
	const struct entry *a = newsroom_entry(room, "/2019/05/a/"), *b = newsroom_entry(room, "/2019/05/b/");
	assert_text(a->body, "<p><a href=\"/2019/05/b/#top\">1</a> <a href=\"/2019/05/b/?x=1\">2</a> <a "
			     "href=\"https://other.example/?p=2\">3</a> <a href=\"/wp-content/uploads/f.pdf\">4</a> <a "
			     "href=\"/2019/05/b/\">5</a></p>");
	assert_int_equal(a->media.len, 1);
	assert_int_equal(a->media.at[0].role, MEDIA_DOCUMENT);
	assert_redirect(room, "/?p=2", b->id);
	assert_redirect(room, "/2019/05/b-before/", b->id);
	assert_redirect(room, "/2019/05/b/f/", b->id);
	assert_redirect(room, "/?attachment_id=3", b->id);
}

static const struct taxonomy_text *kind_text(const struct taxonomy *taxonomy, const char *language)
{
	for (size_t i = 0; i < taxonomy->kinds.at[0].texts.len; i++)
		if (str_eq(taxonomy->kinds.at[0].texts.at[i].language, str_from(language)))
			return &taxonomy->kinds.at[0].texts.at[i];
	fail_msg("no text in %s", language);
	return NULL;
}

/* One item is a "Victoire"; the list, and its address, are the "Victoires". */
static void kinds_have_one_and_many_in_each_language(void **state)
{
	struct newsroom *room = *state;
	newsroom_mapping(
		room,
		"kinds = ( { key = \"victory\"; label = \"Victory\"; plural = \"Victories\"; labels = { fr = "
		"\"Victoire\"; es = \"Victoria\"; de = \"Erfolg\"; }; plurals = { fr = \"Victoires\"; }; } );\n"
		"terms = ( { taxonomy = \"category\"; term = \"wins\"; becomes = \"kind\"; to = \"victory\"; } );");
	ITEMS(room, NULL, {.id = 1, .name = "a", .extra = IN("category", "wins", "Wins") IN("language", "fr", "fr")},
	      {.id = 2, .name = "b", .extra = IN("language", "es", "es")});
	newsroom_must_import(room);
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	assert_int_equal(taxonomy.kinds.len, 1);
	assert_int_equal(taxonomy.kinds.at[0].texts.len, 3); /* German is no language of this newsroom */
	const struct taxonomy_text *text = kind_text(&taxonomy, "en");
	assert_text(text->label, "Victory");
	assert_text(text->label_plural, "Victories");
	assert_text(text->slug, "victories");
	text = kind_text(&taxonomy, "fr");
	assert_text(text->label, "Victoire");
	assert_text(text->label_plural, "Victoires");
	assert_text(text->slug, "victoires");
	text = kind_text(&taxonomy, "es");
	assert_text(text->label, "Victoria");
	assert_text(text->label_plural, "Victoria");
	assert_text(text->slug, "victoria");
}

#define BREAKING_MAPPING(hours)                                                                                        \
	"time_zone = \"Africa/Cairo\";\n"                                                                              \
	"kinds = ( { key = \"alert\"; label = \"Alert\"; breaking_hours = " hours "; }, { key = \"note\"; label = "    \
	"\"Note\"; } );\n"                                                                                             \
	"terms = ( { taxonomy = \"category\"; term = \"alert\"; becomes = \"kind\"; to = \"alert\"; },\n"              \
	" { taxonomy = \"category\"; term = \"note\"; becomes = \"kind\"; to = \"note\"; } );\n"                       \
	"fields = ( { field = \"until\"; becomes = \"breaking_until\"; } );"

/* All came out at 2019-05-02 06:00 UTC, 1556776800. Cairo's clocks were two hours ahead. */
static void breaking_news_ends_by_field_or_by_kind(void **state)
{
	struct newsroom *room = *state;
	newsroom_mapping(room, BREAKING_MAPPING("48"));
	ITEMS(room, NULL, {.id = 1, .name = "a", .extra = IN("category", "alert", "Alert")},
	      {.id = 2, .name = "b", .extra = IN("category", "alert", "Alert") META("until", "2019-05-02 20:00")},
	      {.id = 3, .name = "c", .extra = IN("category", "note", "Note") META("until", "2019-05-02")},
	      {.id = 4, .name = "d", .extra = IN("category", "note", "Note")}, {.id = 5, .name = "e"},
	      {.id = 6, .name = "f", .extra = IN("category", "alert", "Alert") META("until", "tonight")});
	newsroom_must_import(room);
	assert_int_equal(newsroom_entry(room, "/2019/05/a/")->breaking_until_s, 1556776800 + 48 * 3600);
	assert_int_equal(newsroom_entry(room, "/2019/05/b/")->breaking_until_s, 1556776800 + 12 * 3600);
	assert_int_equal(newsroom_entry(room, "/2019/05/c/")->breaking_until_s, 1556776800 + 16 * 3600);
	assert_int_equal(newsroom_entry(room, "/2019/05/d/")->breaking_until_s, 0);
	assert_int_equal(newsroom_entry(room, "/2019/05/e/")->breaking_until_s, 0);
	assert_int_equal(newsroom_entry(room, "/2019/05/f/")->breaking_until_s, 1556776800 + 48 * 3600);
	assert_true(newsroom_noted(room, "until when it is breaking news cannot be read: \"tonight\""));
}

/* What a later export says of it changes it; one that says nothing leaves it. */
static void breaking_news_is_taken_again(void **state)
{
	struct newsroom *room = *state;
	newsroom_mapping(room, BREAKING_MAPPING("0"));
	ITEMS(room, NULL, {.id = 1, .name = "a", .extra = META("until", "2019-05-02 20:00")}, {.id = 2, .name = "b"});
	newsroom_must_import(room);
	newsroom_forget(room);
	ITEMS(room, NULL, {.id = 1, .name = "a", .content = "Changed."},
	      {.id = 2, .name = "b", .extra = META("until", "2019-05-02 21:00")});
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "posts", "changed"), 2);
	assert_text(newsroom_entry(room, "/2019/05/a/")->body, "<p>Changed.</p>");
	assert_int_equal(newsroom_entry(room, "/2019/05/a/")->breaking_until_s, 1556776800 + 12 * 3600);
	assert_int_equal(newsroom_entry(room, "/2019/05/b/")->breaking_until_s, 1556776800 + 13 * 3600);
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "posts", "unchanged"), 2);
}

static void the_mapping_decides_what_things_become(void **state)
{
	struct newsroom *room = *state;
	newsroom_mapping(
		room,
		"kinds = ( { key = \"report\"; label = \"Report\"; plural = \"Reports\"; labels = { fr = \"Rapport\"; "
		"}; } );\n"
		"terms = ( { taxonomy = \"category\"; term = \"reports\"; becomes = \"kind\"; to = \"report\"; },\n"
		" { taxonomy = \"category\"; term = \"egypt\"; becomes = \"place\"; to = \"EG\"; },\n"
		" { taxonomy = \"land\"; becomes = \"place\"; }, { taxonomy = \"category\"; term = \"uncategorized\"; "
		"becomes = \"leave\"; } );\n"
		"types = ( { type = \"release\"; becomes = \"item\"; kind = \"report\"; }, { type = \"landing\"; "
		"becomes = \"page\"; },\n"
		" { type = \"event\"; becomes = \"leave\"; } );\n"
		"fields = ( { field = \"number\"; becomes = \"reference\"; }, { field = \"sub\"; becomes = "
		"\"subtitle\"; },\n"
		" { field = \"when\"; becomes = \"event_date\"; } );\n");
	ITEMS(room, NULL,
	      {.id = 1,
	       .name = "a",
	       .title = "Italy/Malta: Boats turned back",
	       .extra = IN("category", "reports", "Reports") IN("category", "egypt", "Egypt")
		       IN("land", "kenia", "Kenya") IN("category", "uncategorized", "Uncategorized")
			       META("number", "AFR 59/8473/2018") META("sub", "Twice") META("when", "201905")},
	      {.id = 2, .name = "b", .type = "release", .content = "Index: MDE 12/0001/2020 and text"},
	      {.id = 3, .name = "c", .type = "landing", .link = "https://harbour.example/c/"},
	      {.id = 4, .name = "d", .type = "event"}, {.id = 5, .name = "e", .type = "wp_template"},
	      {.id = 6, .name = "f", .type = "story"});
	newsroom_must_import(room);
	const struct entry *a = newsroom_entry(room, "/2019/05/a/");
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	assert_int_equal(taxonomy.kinds.len, 1);
	assert_int_equal(a->kind_id, taxonomy.kinds.at[0].id);
	assert_int_equal(a->terms.len, 0);
	assert_int_equal(a->places.len, 4);
	assert_text(a->reference, "AFR 59/8473/2018");
	assert_text(a->subtitle, "Twice");
	assert_int_equal(a->event_precision, ITEM_PRECISION_MONTH);
	assert_text(newsroom_entry(room, "/2019/05/b/")->reference, "MDE 12/0001/2020");
	assert_int_equal(newsroom_entry(room, "/2019/05/b/")->kind_id, taxonomy.kinds.at[0].id);
	assert_int_equal(newsroom_entry(room, "/c/")->type, ITEM_PAGE);
	assert_int_equal(newsroom_entries(room).len, 4);
	assert_int_equal(newsroom_counted(room, "post types", "\"story\" kept as items"), 1);
	int regions = 0, countries = 0;
	for (size_t i = 0; i < taxonomy.places.len; i++) {
		regions += taxonomy.places.at[i].kind == PLACE_REGION;
		countries += taxonomy.places.at[i].kind == PLACE_COUNTRY;
		assert_true(taxonomy.places.at[i].kind == PLACE_REGION || taxonomy.places.at[i].parent_id);
	}
	assert_int_equal(countries, 4); /* Egypt, Kenya, Italy, Malta */
	assert_int_equal(regions, 2);   /* Africa, Europe */
}

static void files_of_one_split_export_are_one_set(void **state)
{
	struct newsroom *room = *state;
	const char *head = "<wp:author><wp:author_login>mara</wp:author_login><wp:author_display_name>Mara</"
			   "wp:author_display_name></wp:author>" TERM("1", "category", "sea", "", "Sea", "");
	ITEMS(room, head,
	      {.id = 1,
	       .name = "child",
	       .type = "page",
	       .parent = 2,
	       .link = "https://harbour.example/?page_id=1",
	       .content = "<a href=\"/?p=3\">x</a>",
	       .extra = IN("category", "sea", "Sea")});
	ITEMS(room, head, {.id = 2, .name = "above", .type = "page", .link = "https://harbour.example/above/"},
	      {.id = 3, .name = "c", .extra = IN("category", "sea", "Sea")});
	newsroom_must_import(room);
	assert_text(newsroom_entry(room, "/above/child/")->body, "<p><a href=\"/2019/05/c/\">x</a></p>");
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	assert_int_equal(taxonomy.terms.len, 1);
	assert_int_equal(taxonomy.contributors.len, 1);
}

static void menus_come_in_with_their_levels(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, {.id = 1, .name = "a"},
	      {.id = 10,
	       .type = "nav_menu_item",
	       .title = "Below",
	       .extra = IN("nav_menu", "primary", "Primary") META("_menu_item_type", "post_type")
		       META("_menu_item_object_id", "1")
			       META("_menu_item_menu_item_parent", "11") "<wp:menu_order>2</wp:menu_order>"},
	      {.id = 11,
	       .type = "nav_menu_item",
	       .title = "Top",
	       .extra = IN("nav_menu", "primary", "Primary") META("_menu_item_type", "custom")
		       META("_menu_item_url", "https://harbour.example/above/") "<wp:menu_order>1</wp:menu_order>"});
	newsroom_must_import(room);
	struct site_content site;
	assert_int_equal(site_read(room->store, room->arena, &site, &room->err), 0);
	assert_int_equal(site.menu.len, 2);
	assert_text(site.menu.at[0].menu, "main");
	assert_text(site.menu.at[0].url, "/above/");
	assert_int_equal(site.menu.at[1].parent_id, site.menu.at[0].id);
	assert_int_equal(site.menu.at[1].entry_id, newsroom_entry(room, "/2019/05/a/")->id);
}

static void broken_files_change_nothing(void **state)
{
	struct newsroom *room = *state;
	struct str before = newsroom_dump(room);
	ITEMS(room, NULL, {.id = 1, .name = "good"});
	newsroom_text(room, EXPORT_HEAD("1.2") "<item><title>cut");
	assert_int_equal(newsroom_import(room), ERR_INPUT);
	assert_non_null(strstr(room->err.text, "export-1.xml:10: byte"));
	assert_true(str_eq(before, newsroom_dump(room)));
	struct store_counts counts;
	assert_int_equal(store_count(room->store, &counts, &room->err), 0);
	assert_int_equal(counts.outbox, 0);
	assert_int_equal(counts.batches_open, 0);
}

static void equal_names_are_numbered(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, {.id = 1, .name = "a", .title = "1"}, {.id = 2, .name = "a-2", .title = "2"},
	      {.id = 3, .name = "a", .title = "3"}, {.id = 4, .name = "a", .title = "4"},
	      {.id = 5, .name = "a-2", .title = "5"});
	newsroom_must_import(room);
	assert_string_equal(newsroom_entry(room, "/2019/05/a/")->title.ptr, "1");
	assert_string_equal(newsroom_entry(room, "/2019/05/a-2/")->title.ptr, "2");
	assert_string_equal(newsroom_entry(room, "/2019/05/a-3/")->title.ptr, "3");
	assert_string_equal(newsroom_entry(room, "/2019/05/a-4/")->title.ptr, "4");
	assert_string_equal(newsroom_entry(room, "/2019/05/a-2-2/")->title.ptr, "5");
}

/* Counting from 2 for each of them took hours: the test would not end in its time. */
static void many_equal_names_cost_no_more_than_others(void **state)
{
	struct newsroom *room = *state;
	BUF_SCOPED text = BUF_INIT(64u << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2"));
	for (int i = 1; i <= 30000; i++)
		export_put_item(&text, &(struct export_item){.id = i, .name = "a", .status = "draft"});
	buf_put_cstr(&text, EXPORT_FOOT);
	newsroom_file(room, buf_str(&text));
	room->dry_run = true;
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "posts", "taken"), 30000);
}

static void write_site(struct newsroom *room, const char *host)
{
	BUF_SCOPED text = BUF_INIT(4u << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2"));
	for (int i = 1; i <= 300; i++) {
		char name[32];
		snprintf(name, sizeof name, "item-%d", i);
		export_put_item(&text, &(struct export_item){.id = i, .name = name});
	}
	buf_put_cstr(&text, EXPORT_FOOT);
	struct str rest = buf_str(&text), old = STR("harbour.example");
	BUF_SCOPED moved = BUF_INIT(4u << 20);
	for (size_t at; (at = str_find(rest, old)) != SIZE_MAX; rest = str_skip(rest, at + old.len)) {
		buf_put(&moved, str_sub(rest, 0, at));
		buf_put_cstr(&moved, host);
	}
	buf_put(&moved, rest);
	newsroom_forget(room);
	newsroom_file(room, buf_str(&moved));
}

/* A copy of a site under another name: each item meets one that is here, whole chunks of them at once. */
static void a_second_site_steps_aside(void **state)
{
	struct newsroom *room = *state;
	write_site(room, "harbour.example");
	newsroom_must_import(room);
	write_site(room, "staging.example");
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "posts", "taken"), 300);
	assert_int_equal(newsroom_entries(room).len, 600);
	assert_true(newsroom_noted(room, "its address belongs to another item here"));
	assert_int_equal(newsroom_entry(room, "/2019/05/item-300-300/")->state, ITEM_RELEASED);
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "posts", "unchanged"), 300);
}

static void nothing_that_runs_comes_through(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL,
	      {.id = 1,
	       .name = "a",
	       .title = "<script>alert(1)</script>x",
	       .content =
		       "<p onclick=\"x()\">a</p><script>alert(1)</script><a href=\"javascript:alert(1)\">b</a><iframe "
		       "src=\"https://evil.example\"></iframe>"});
	newsroom_must_import(room);
	const struct entry *entry = newsroom_entry(room, "/2019/05/a/");
	assert_int_equal(str_find(entry->body, STR("alert")), SIZE_MAX);
	assert_int_equal(str_find(entry->body, STR("onclick")), SIZE_MAX);
	assert_int_equal(str_find(entry->title, STR("<")), SIZE_MAX);
	assert_int_equal(newsroom_counted(room, "markup dropped: attributes", "onclick"), 1);
	assert_true(newsroom_counted(room, "markup dropped: elements", "script") == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NEWSROOM_TEST(states_are_the_right_ones),
		NEWSROOM_TEST(dates_without_gmt_are_read_in_the_zone),
		NEWSROOM_TEST(equal_names_under_different_parents_stay_apart),
		NEWSROOM_TEST(titles_and_slugs_of_all_kinds),
		NEWSROOM_TEST(a_second_item_with_an_id_is_left_and_said),
		NEWSROOM_TEST(one_guid_on_two_items_makes_no_trouble),
		NEWSROOM_TEST(three_hundred_authors),
		NEWSROOM_TEST(equal_names_and_slugs_do_not_join_what_is_two),
		NEWSROOM_TEST(polylang_joins_translations),
		NEWSROOM_TEST(wpml_joins_by_fields_and_by_file),
		NEWSROOM_TEST(pictures_keep_what_is_known_of_them),
		NEWSROOM_TEST(galleries_show_what_was_attached_or_named),
		NEWSROOM_TEST(links_lead_to_the_new_addresses),
		NEWSROOM_TEST(kinds_have_one_and_many_in_each_language),
		NEWSROOM_TEST(breaking_news_ends_by_field_or_by_kind),
		NEWSROOM_TEST(breaking_news_is_taken_again),
		NEWSROOM_TEST(the_mapping_decides_what_things_become),
		NEWSROOM_TEST(files_of_one_split_export_are_one_set),
		NEWSROOM_TEST(menus_come_in_with_their_levels),
		NEWSROOM_TEST(broken_files_change_nothing),
		NEWSROOM_TEST(equal_names_are_numbered),
		NEWSROOM_TEST(many_equal_names_cost_no_more_than_others),
		NEWSROOM_TEST(a_second_site_steps_aside),
		NEWSROOM_TEST(nothing_that_runs_comes_through),
	};
	return NEWSROOM_RUN("ingest.cases", tests);
}
