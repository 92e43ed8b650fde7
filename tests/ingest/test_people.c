/* Bylines: users, co-authors, guests, and a mapped field; and the names that files get. */
#include "newsroom.h"

#define USER(login, name)                                                                                              \
	"<wp:author><wp:author_login>" login "</wp:author_login><wp:author_display_name><![CDATA[" name                \
	"]]></wp:author_display_name></wp:author>"
#define GUEST(number, nicename, ...)                                                                                   \
	{                                                                                                              \
		.id = number, .type = "guest-author", .name = nicename, .extra = __VA_ARGS__                           \
	}

static void assert_byline(struct newsroom *room, const char *path, const char *wanted)
{
	const char *found = newsroom_byline(room, newsroom_entry(room, path));
	if (strcmp(found, wanted) != 0)
		fail_msg("%s is by \"%s\", expected \"%s\"", path, found, wanted);
}

static size_t people(struct newsroom *room)
{
	return newsroom_taxonomy(room).contributors.len;
}

static void co_authors_are_the_byline(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, USER("mara", "Mara Iva") USER("ann.lee", "Ann Lee") USER("desk", "The desk"),
	      {.id = 1, .name = "alone"},
	      {.id = 2,
	       .name = "two",
	       .extra = IN("author", "cap-ann-lee", "ann.lee") IN("author", "cap-mara", "mara")},
	      {.id = 3, .name = "not-the-one-who-posted", .creator = "desk", .extra = IN("author", "cap-mara", "mara")},
	      {.id = 4, .name = "old-form", .creator = "desk", .extra = IN("author", "ann-lee", "ann.lee")},
	      {.id = 5, .name = "twice", .extra = IN("author", "cap-mara", "mara") IN("author", "mara", "mara")});
	newsroom_must_import(room);
	assert_byline(room, "/2019/05/alone/", "Mara Iva");
	assert_byline(room, "/2019/05/two/", "Mara Iva, Ann Lee");
	assert_byline(room, "/2019/05/not-the-one-who-posted/", "Mara Iva");
	assert_byline(room, "/2019/05/old-form/", "Ann Lee");
	assert_byline(room, "/2019/05/twice/", "Mara Iva");
	assert_int_equal(people(room), 3);
	assert_int_equal(newsroom_taxonomy(room).terms.len, 0); /* people are no topics */
}

static void guests_come_with_the_name_their_post_says(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, USER("desk", "The desk") TERM("9", "author", "cap-nora", "", "nora", "Nora Name nora 12"),
	      {.id = 1, .name = "a", .creator = "desk", .extra = IN("author", "cap-nora", "nora")},
	      {.id = 2, .name = "b", .creator = "desk", .extra = IN("author", "cap-ola", "ola")},
	      {.id = 3, .name = "c", .creator = "desk", .extra = IN("author", "cap-undeclared", "Una Declared")},
	      GUEST(12, "cap-nora", META("cap-user_login", "nora") META("cap-display_name", "Nora &amp; Name")),
	      GUEST(13, "cap-ola", ""));
	newsroom_must_import(room);
	assert_byline(room, "/2019/05/a/", "Nora & Name");
	assert_byline(room, "/2019/05/b/", "Pier closed"); /* the title of its post: the guest's name */
	assert_byline(room, "/2019/05/c/", "Una Declared");
	assert_int_equal(newsroom_entries(room).len, 3);
	assert_int_equal(people(room), 4);
	assert_int_equal(newsroom_counted(room, "other things", "left: type guest-author is not content"), 2);
}

static void a_user_declared_in_a_later_file_is_the_same_person(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, {.id = 1, .name = "a", .extra = IN("author", "cap-ann-lee", "ann.lee")});
	ITEMS(room, USER("ann.lee", "Ann Lee"), {.id = 2, .name = "b", .creator = "ann.lee"});
	newsroom_must_import(room);
	assert_byline(room, "/2019/05/a/", "Ann Lee");
	assert_byline(room, "/2019/05/b/", "Ann Lee");
	assert_int_equal(people(room), 2); /* and mara, who posted the first */
}

static void a_field_may_be_the_byline(void **state)
{
	struct newsroom *room = *state;
	newsroom_mapping(room, "fields = ( { field = \"byline\"; becomes = \"author\"; } );");
	ITEMS(room, USER("mara", "Mara Iva"), {.id = 1, .name = "a", .extra = META("byline", " Nora  Name ")},
	      {.id = 2, .name = "b", .extra = META("byline", "Nora Name")}, {.id = 3, .name = "c"},
	      {.id = 4, .name = "d", .extra = META("byline", "mara")},
	      {.id = 5, .name = "e", .extra = META("byline", "Nora Name") IN("author", "cap-mara", "mara")},
	      {.id = 6, .name = "f", .extra = META("byline", " ")});
	newsroom_must_import(room);
	assert_byline(room, "/2019/05/a/", "Nora Name");
	assert_byline(room, "/2019/05/b/", "Nora Name");
	assert_byline(room, "/2019/05/c/", "Mara Iva");
	assert_byline(room, "/2019/05/d/", "Mara Iva");
	assert_byline(room, "/2019/05/e/", "Mara Iva");
	assert_byline(room, "/2019/05/f/", "Mara Iva");
	assert_int_equal(people(room), 2);
}

static void the_mapping_says_which_taxonomy_holds_people(void **state)
{
	struct newsroom *room = *state;
	newsroom_mapping(room, "terms = ( { taxonomy = \"writer\"; becomes = \"person\"; },"
			       " { taxonomy = \"author\"; becomes = \"topic\"; } );");
	ITEMS(room, USER("mara", "Mara Iva"),
	      {.id = 1, .name = "a", .extra = IN("writer", "nora", "Nora Name") IN("author", "homer", "Homer")});
	newsroom_must_import(room);
	assert_byline(room, "/2019/05/a/", "Nora Name");
	assert_string_equal(newsroom_term_slugs(room, newsroom_entry(room, "/2019/05/a/")), "homer");
}

static void a_changed_byline_is_a_change(void **state)
{
	struct newsroom *room = *state;
	const char *users = USER("mara", "Mara Iva") USER("nora", "Nora Name") USER("ola", "Ola Other");
	struct export_item item = {
		.id = 1, .name = "a", .extra = IN("author", "cap-mara", "m") IN("author", "cap-nora", "n")};
	newsroom_items(room, users, &item, 1);
	newsroom_must_import(room);
	assert_byline(room, "/2019/05/a/", "Mara Iva, Nora Name");
	newsroom_forget(room);
	item.extra = IN("author", "cap-mara", "m") IN("author", "cap-ola", "o");
	newsroom_items(room, users, &item, 1);
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "posts", "changed"), 1);
	assert_byline(room, "/2019/05/a/", "Mara Iva, Ola Other");
}

static void names_of_users_are_found_where_they_are(void **state)
{
	static const struct {
		const char *xml, *name;
	} users[] = {
		{"<wp:author_display_name><![CDATA[Mara &amp; Iva]]></wp:author_display_name>", "Mara & Iva"},
		{"<wp:author_display_name> </wp:author_display_name><wp:author_first_name>Mara</wp:author_first_name>"
		 "<wp:author_last_name>Iva</wp:author_last_name>",
		 "Mara Iva"},
		{"<wp:author_last_name>Iva</wp:author_last_name>", "Iva"},
		{"", "mara"},
		{"<wp:author_display_name>&lt;script&gt;x&lt;/script&gt;Mara</wp:author_display_name>", "Mara"},
	};
	for (size_t i = 0; i < sizeof users / sizeof users[0]; i++) {
		void *one;
		assert_int_equal(newsroom_open(&one), 0);
		struct newsroom *room = one;
		BUF_SCOPED head = BUF_INIT(1 << 16);
		buf_printf(&head, "<wp:author><wp:author_login>mara</wp:author_login>%s</wp:author>", users[i].xml);
		newsroom_items(room, arena_cstr(room->arena, buf_str(&head)),
			       &(struct export_item){.id = 1, .name = "a"}, 1);
		newsroom_must_import(room);
		assert_byline(room, "/2019/05/a/", users[i].name);
		newsroom_close(&one);
	}
	(void)state;
}

/* The stem, in letters that any address carries as they are. */
static void files_are_named_by_their_stem(void **state)
{
	static const struct {
		const char *file, *name, *mime;
	} files[] = {
		{"harbour.jpg", "harbour", "image/jpeg"},
		{"Harbour.JPEG", "harbour", "image/jpeg"},
		{"IMG_1234.png", "img-1234", "image/png"},
		{"pier-960.webp", "pier-960", "image/webp"},
		{"annual.report.2019.pdf", "annual-report-2019", "application/pdf"},
		{"b%C3%BChne.gif", "buhne", "image/gif"},
		{"a%20b%2Fc.mp3", "a-b-c", "audio/mpeg"},
		{"%D0%B3%D0%B0%D0%B2%D0%B0%D0%BD%D1%8C.jpg", "file", "image/jpeg"},
		{"%.jpg", "file", "image/jpeg"},
		{"clip.mp4?x=/y.jpg", "clip", "video/mp4"},
		{"clip.mov#t=1", "clip", "video/quicktime"},
		{"noextension", "noextension", "application/octet-stream"},
		{"odd.xyz", "odd", "application/octet-stream"},
		{".htaccess", "htaccess", "application/octet-stream"},
	};
	struct newsroom *room = *state;
	BUF_SCOPED text = BUF_INIT(1 << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2"));
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		const char *extra = arena_printf(room->arena,
						 "<wp:attachment_url>https://harbour.example/wp-content/uploads/%s"
						 "</wp:attachment_url>",
						 files[i].file)
					    .ptr;
		const char *name = arena_printf(room->arena, "f-%zu", i).ptr;
		export_put_item(&text, &(struct export_item){
					       .id = (int)i + 1, .name = name, .type = "attachment", .extra = extra});
	}
	export_put_item(&text, &(struct export_item){.id = 90,
						     .name = "shows",
						     .content = "<img src=\"https://e.example/Far%20away.png?x\">"});
	buf_put_cstr(&text, EXPORT_FOOT);
	newsroom_file(room, buf_str(&text));
	newsroom_must_import(room);
	struct media_vec media = {0};
	assert_int_equal(media_page(room->store, 0, 100, room->arena, &media, &room->err), 0);
	assert_int_equal(media.len, sizeof files / sizeof files[0] + 1);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		assert_text(media.at[i].name, files[i].name);
		assert_text(media.at[i].mime, files[i].mime);
	}
	assert_text(vec_last(&media)->name, "far-away");
	assert_text(vec_last(&media)->mime, "image/png");
}

static void the_sample_has_items_of_two_authors(void **state)
{
	struct newsroom *room = *state;
	room->paths[room->files++] = CRIER_SOURCE_DIR "/sample/newsroom.xml";
	room->mapping_path = CRIER_SOURCE_DIR "/sample/mapping.conf";
	newsroom_must_import(room);
	room->mapping_path = NULL;
	assert_byline(room, "/2026/10/borrowed-light/", "Tomas Eikeland, Inês Valadar");
	assert_int_equal(people(room), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NEWSROOM_TEST(co_authors_are_the_byline),
		NEWSROOM_TEST(guests_come_with_the_name_their_post_says),
		NEWSROOM_TEST(a_user_declared_in_a_later_file_is_the_same_person),
		NEWSROOM_TEST(a_field_may_be_the_byline),
		NEWSROOM_TEST(the_mapping_says_which_taxonomy_holds_people),
		NEWSROOM_TEST(a_changed_byline_is_a_change),
		NEWSROOM_TEST(names_of_users_are_found_where_they_are),
		NEWSROOM_TEST(files_are_named_by_their_stem),
		NEWSROOM_TEST(the_sample_has_items_of_two_authors),
	};
	return NEWSROOM_RUN("ingest.people", tests);
}
