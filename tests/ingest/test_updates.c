/* An updated export and what it says of things that are no items: labels of terms, names of people, menus, texts of
 * pictures. They change with the flip and not before it, and what was edited here stays. */
#include "newsroom.h"

#define OURS "it was edited here since the last import"

/* What one export says; the zero is the first one. */
struct edition {
	const char *label, *introduction, *person, *caption, *home, *second, *french;
	bool longer_menu, footer, story;
};

#define OR(value, other) ((value) ? (value) : (other))

static void put_menu_item(struct buf *text, int id, const char *menu, const char *label, const char *url, int parent)
{
	buf_printf(text,
		   "<item><title>%s</title><wp:post_id>%d</wp:post_id><wp:status>publish</wp:status>"
		   "<wp:post_type>nav_menu_item</wp:post_type><wp:menu_order>%d</wp:menu_order>"
		   "<category domain=\"nav_menu\" nicename=\"%s\">M</category>"
		   "<wp:postmeta><wp:meta_key>_menu_item_type</wp:meta_key><wp:meta_value>custom</wp:meta_value>"
		   "</wp:postmeta><wp:postmeta><wp:meta_key>_menu_item_url</wp:meta_key><wp:meta_value>%s"
		   "</wp:meta_value></wp:postmeta><wp:postmeta><wp:meta_key>_menu_item_menu_item_parent</wp:meta_key>"
		   "<wp:meta_value>%d</wp:meta_value></wp:postmeta></item>",
		   label, id, id, menu, url, parent);
}

/* The term's French translation is there where it has a name. */
static void put_terms(struct buf *text, const struct edition *edition)
{
	buf_printf(text,
		   "<wp:category><wp:term_id>3</wp:term_id><wp:category_nicename>water</wp:category_nicename>"
		   "<wp:cat_name>%s</wp:cat_name><wp:category_description>%s</wp:category_description></wp:category>",
		   OR(edition->label, "Water"), OR(edition->introduction, "About water."));
	if (edition->french)
		buf_printf(text,
			   "<wp:category><wp:term_id>4</wp:term_id><wp:category_nicename>eau</wp:category_nicename>"
			   "<wp:cat_name>%s</wp:cat_name></wp:category>" TERM("9", "term_translations", "t1", "", "t1",
									      "a:2:{s:2:\"en\";i:3;s:2:\"fr\";i:4;}"),
			   edition->french);
}

static void put_picture(struct buf *text, const struct edition *edition)
{
	export_put_item(text, &(struct export_item){
				      .id = 20,
				      .name = "quay",
				      .title = "Quay",
				      .type = "attachment",
				      .status = "inherit",
				      .excerpt = OR(edition->caption, "The quay at dawn."),
				      .extra = "<wp:attachment_url>https://harbour.example/wp-content/uploads/quay.jpg"
					       "</wp:attachment_url>"});
}

static void write_edition(struct newsroom *room, const struct edition *edition)
{
	BUF_SCOPED text = BUF_INIT(1u << 20);
	newsroom_forget(room);
	buf_printf(&text,
		   EXPORT_HEAD("1.2") "<wp:author><wp:author_login>mara</wp:author_login>"
				      "<wp:author_display_name>%s</wp:author_display_name></wp:author>",
		   OR(edition->person, "Mara Quay"));
	put_terms(&text, edition);
	export_put_item(&text,
			&(struct export_item){.id = 1,
					      .name = "pier",
					      .content = edition->story ? "New text." : "Text.",
					      .extra = IN("category", "water", "Water") META("_thumbnail_id", "20")});
	put_picture(&text, edition);
	put_menu_item(&text, 90, "main", OR(edition->home, "Home"), "/", 0);
	put_menu_item(&text, 91, "main", OR(edition->second, "Press"), "/press-room/", 90);
	if (edition->longer_menu)
		put_menu_item(&text, 92, "main", "Third", "/third/", 0);
	if (edition->footer)
		put_menu_item(&text, 93, "footer", "Legal", "/legal/", 0);
	buf_put_cstr(&text, EXPORT_FOOT);
	newsroom_file(room, buf_str(&text));
}

static void import_edition(struct newsroom *room, const struct edition *edition)
{
	write_edition(room, edition);
	newsroom_must_import(room);
}

/* ---- what is here ---- */

static const struct term *water(struct newsroom *room)
{
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	assert_int_equal(taxonomy.terms.len, 1);
	struct term *term = arena_new(room->arena, struct term);
	*term = taxonomy.terms.at[0];
	return term;
}

/* "en=water/Water/About water. fr=…" in the order of the store. */
static const char *labels(struct newsroom *room)
{
	const struct term *term = water(room);
	BUF_SCOPED text = BUF_INIT(1 << 16);
	for (size_t i = 0; i < term->texts.len; i++)
		buf_printf(&text, "%s%.*s=%.*s/%.*s/%.*s", i ? " " : "", STR_ARG(term->texts.at[i].language),
			   STR_ARG(term->texts.at[i].slug), STR_ARG(term->texts.at[i].label),
			   STR_ARG(term->texts.at[i].introduction));
	return arena_cstr(room->arena, buf_str(&text));
}

static const char *person(struct newsroom *room)
{
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	assert_int_equal(taxonomy.contributors.len, 1);
	return arena_printf(room->arena, "%.*s/%.*s", STR_ARG(taxonomy.contributors.at[0].slug),
			    STR_ARG(taxonomy.contributors.at[0].name))
		.ptr;
}

static const char *caption(struct newsroom *room)
{
	struct media_vec media = {0};
	assert_int_equal(media_page(room->store, 0, 10, room->arena, &media, &room->err), 0);
	assert_int_equal(media.len, 1);
	return arena_cstr(room->arena, media.at[0].texts.at[0].caption);
}

/* "main: Home / > Press /press-room/; footer: …": ">" stands before what has a parent. */
static const char *menus(struct newsroom *room)
{
	struct site_content site;
	struct str menu = {0};
	BUF_SCOPED text = BUF_INIT(1 << 16);
	assert_int_equal(site_read(room->store, room->arena, &site, &room->err), 0);
	for (size_t i = 0; i < site.menu.len; i++) {
		const struct menu_item *item = &site.menu.at[i];
		if (!str_eq(item->menu, menu))
			buf_printf(&text, "%s%.*s:", i ? "; " : "", STR_ARG(item->menu));
		menu = item->menu;
		buf_printf(&text, "%s %.*s %.*s", item->parent_id ? " >" : "", STR_ARG(item->label),
			   STR_ARG(item->url));
	}
	return arena_cstr(room->arena, buf_str(&text));
}

static int64_t outbox_rows(struct newsroom *room)
{
	struct store_counts counts;
	assert_int_equal(store_count(room->store, &counts, &room->err), 0);
	return counts.outbox;
}

static void again_changes_nothing(struct newsroom *room)
{
	struct str dump = newsroom_dump(room);
	int64_t rows = outbox_rows(room);
	newsroom_must_import(room);
	assert_dumps_equal(newsroom_dump(room), dump);
	assert_int_equal(outbox_rows(room), rows);
}

#define FIRST_LABELS "en=water/Water/About water."
#define FIRST_MENU   "main: Home / > Press /press-room/"

static void assert_first(struct newsroom *room)
{
	assert_string_equal(labels(room), FIRST_LABELS);
	assert_string_equal(person(room), "mara/Mara Quay");
	assert_string_equal(caption(room), "The quay at dawn.");
	assert_string_equal(menus(room), FIRST_MENU);
}

/* ---- edits made here ---- */

static int edit_label(struct store_tx *tx, void *context, struct err *err)
{
	struct newsroom *room = context;
	struct taxonomy_text text = {.language = STR("en"),
				     .label = STR("Waters"),
				     .slug = STR("waters"),
				     .introduction = STR("About water.")};
	return term_put_text(tx, water(room)->id, &text, err);
}

static int edit_person(struct store_tx *tx, void *context, struct err *err)
{
	struct contributor contributor = {
		.name = STR("M. Quay"), .slug = STR("mara"), .unit = STR("Desk"), .is_public = true};
	int64_t id;
	(void)context;
	return contributor_put(tx, &contributor, &id, err);
}

static int edit_menu(struct store_tx *tx, void *context, struct err *err)
{
	struct menu_item item = {
		.menu = STR("main"), .language = STR("en"), .position = 99, .label = STR("Ours"), .url = STR("/ours/")};
	int64_t id;
	(void)context;
	return menu_add(tx, &item, &id, err);
}

static void edit(struct newsroom *room, store_work *work)
{
	assert_int_equal(store_write(room->store, work, room, &room->err), 0);
}

/* ---- tests ---- */

static const struct edition second_edition = {.label = "Water and rain",
					      .introduction = "About rain.",
					      .person = "Mara Q. Pier",
					      .caption = "The quay at noon.",
					      .home = "Start",
					      .longer_menu = true,
					      .story = true};

#define SECOND_MENU "main: Start / > Press /press-room/ Third /third/"

static void assert_second(struct newsroom *room)
{
	assert_string_equal(labels(room), "en=water/Water and rain/About rain.");
	assert_string_equal(person(room), "mara/Mara Q. Pier");
	assert_string_equal(caption(room), "The quay at noon.");
	assert_string_equal(menus(room), SECOND_MENU);
}

static void what_the_export_changes_changes_here(void **state)
{
	struct newsroom *room = *state;
	import_edition(room, &(struct edition){0});
	assert_first(room);
	again_changes_nothing(room);
	import_edition(room, &second_edition);
	assert_second(room);
	assert_int_equal(newsroom_counted(room, "terms", "changed"), 1);
	assert_int_equal(newsroom_counted(room, "authors", "changed"), 1);
	assert_int_equal(newsroom_counted(room, "attachments", "changed"), 1);
	assert_int_equal(newsroom_counted(room, "menu items", "changed"), 3);
	assert_int_equal(newsroom_counted(room, "posts", "changed"), 1);
	assert_false(newsroom_noted(room, OURS));
	again_changes_nothing(room);
	import_edition(room, &(struct edition){0});
	assert_first(room);
	again_changes_nothing(room);
}

/* Each alone, with nothing else in the export that would begin a batch. */
static void each_may_change_alone(void **state)
{
	static const struct {
		struct edition edition;
		const char *what, *outcome, *labels, *person, *caption, *menus;
	} cases[] = {
		{{.label = "Rain"}, "terms", "changed", "en=water/Rain/About water.", NULL, NULL, NULL},
		{{.introduction = ""}, "terms", "changed", "en=water/Water/", NULL, NULL, NULL},
		{{.caption = "Dusk."}, "attachments", "changed", NULL, NULL, "Dusk.", NULL},
		{{.second = "News"}, "menu items", "changed", NULL, NULL, NULL, "main: Home / > News /press-room/"},
		{{.longer_menu = true}, "menu items", "changed", NULL, NULL, NULL, FIRST_MENU " Third /third/"},
		{{.footer = true}, "menu items", "taken", NULL, NULL, NULL, "footer: Legal /legal/; " FIRST_MENU},
	};
	struct newsroom *room = *state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		import_edition(room, &(struct edition){0});
		import_edition(room, &cases[i].edition);
		assert_string_equal(labels(room), OR(cases[i].labels, FIRST_LABELS));
		assert_string_equal(person(room), "mara/Mara Quay");
		assert_string_equal(caption(room), OR(cases[i].caption, "The quay at dawn."));
		assert_string_equal(menus(room), OR(cases[i].menus, FIRST_MENU));
		assert_true(newsroom_counted(room, cases[i].what, cases[i].outcome) > 0);
		again_changes_nothing(room);
	}
}

static void a_dry_run_counts_them_and_writes_nothing(void **state)
{
	struct newsroom *room = *state;
	import_edition(room, &(struct edition){0});
	struct str dump = newsroom_dump(room);
	int64_t rows = outbox_rows(room);
	room->dry_run = true;
	import_edition(room, &second_edition);
	assert_int_equal(newsroom_counted(room, "terms", "changed"), 1);
	assert_int_equal(newsroom_counted(room, "authors", "changed"), 1);
	assert_int_equal(newsroom_counted(room, "attachments", "changed"), 1);
	assert_int_equal(newsroom_counted(room, "menu items", "changed"), 3);
	assert_dumps_equal(newsroom_dump(room), dump);
	assert_int_equal(outbox_rows(room), rows);
}

static void what_was_edited_here_stays(void **state)
{
	struct newsroom *room = *state;
	import_edition(room, &(struct edition){0});
	edit(room, edit_label);
	edit(room, edit_person);
	edit(room, edit_menu);
	again_changes_nothing(room); /* the export is as it was: there is nothing to note */
	assert_false(newsroom_noted(room, OURS));
	import_edition(room, &second_edition);
	assert_string_equal(labels(room), "en=waters/Waters/About water.");
	assert_string_equal(person(room), "mara/M. Quay");
	assert_string_equal(menus(room), FIRST_MENU " Ours /ours/");
	assert_string_equal(caption(room), "The quay at noon.");
	assert_int_equal(newsroom_counted(room, "terms", "left: changed here"), 1);
	assert_int_equal(newsroom_counted(room, "authors", "left: changed here"), 1);
	assert_int_equal(newsroom_counted(room, "menu items", "left: the menu was changed here"), 3);
	assert_true(newsroom_noted(room, "its name was edited here since the last import"));
	again_changes_nothing(room);
}

/* The same edit on both sides is no conflict. */
static void the_same_edit_on_both_sides_is_none(void **state)
{
	struct newsroom *room = *state;
	import_edition(room, &(struct edition){0});
	edit(room, edit_label);
	import_edition(room, &(struct edition){.label = "Waters"});
	assert_string_equal(labels(room), "en=waters/Waters/About water.");
	assert_int_equal(newsroom_counted(room, "terms", "changed"), 0);
	assert_int_equal(newsroom_counted(room, "terms", "left: changed here"), 0);
	again_changes_nothing(room);
}

static void a_person_keeps_what_the_export_does_not_know(void **state)
{
	struct newsroom *room = *state;
	import_edition(room, &(struct edition){.person = "M. Quay"});
	edit(room, edit_person); /* the name as it is, and a unit */
	import_edition(room, &(struct edition){.person = "Mara Pier"});
	assert_string_equal(person(room), "mara/Mara Pier");
	assert_true(str_eq(newsroom_taxonomy(room).contributors.at[0].unit, STR("Desk")));
	assert_string_equal(newsroom_byline(room, newsroom_entry(room, "/2019/05/pier/")), "Mara Pier");
}

static void a_translation_is_one_more_label(void **state)
{
	struct newsroom *room = *state;
	import_edition(room, &(struct edition){0});
	import_edition(room, &(struct edition){.french = "Eau"});
	assert_string_equal(labels(room), FIRST_LABELS " fr=eau/Eau/");
	again_changes_nothing(room);
	import_edition(room, &(struct edition){.french = "Les eaux"});
	assert_string_equal(labels(room), FIRST_LABELS " fr=eau/Les eaux/");
	again_changes_nothing(room);
}

/* A menu that leads nowhere must not begin a batch each time. */
static void a_menu_that_leads_nowhere_is_none(void **state)
{
	struct newsroom *room = *state;
	BUF_SCOPED text = BUF_INIT(1u << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2"));
	put_menu_item(&text, 90, "main", "Nowhere", "", 0);
	buf_put_cstr(&text, EXPORT_FOOT);
	newsroom_file(room, buf_str(&text));
	newsroom_must_import(room);
	assert_string_equal(menus(room), "");
	again_changes_nothing(room);
}

/* "#" opens a menu of the old theme: above other lines it is their heading, and alone it is nothing. */
static void a_line_without_an_address_is_a_heading_or_nothing(void **state)
{
	struct newsroom *room = *state;
	BUF_SCOPED text = BUF_INIT(1u << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2"));
	put_menu_item(&text, 90, "main", "About us", "#", 0);
	put_menu_item(&text, 91, "main", "Our work", " #work", 90);
	put_menu_item(&text, 92, "main", "Law", "/law/", 91);
	put_menu_item(&text, 93, "main", "Opens nothing", "#", 90);
	put_menu_item(&text, 94, "main", "Alone", "", 0);
	buf_put_cstr(&text, EXPORT_FOOT);
	newsroom_file(room, buf_str(&text));
	newsroom_must_import(room);
	assert_string_equal(menus(room), "main: About us  > Our work  > Law /law/");
	assert_true(newsroom_noted(room, "leads nowhere and nothing stands below it"));
	again_changes_nothing(room);
}

/* ---- when ---- */

struct watch {
	struct newsroom *room;
	enum import_phase until;
	int64_t steps;
	atomic_bool stop;
	bool seen;
};

/* Another reader would see the first edition as long as the batch has not flipped. */
static void look(void *context, const struct import_state *state)
{
	struct watch *watch = context;
	watch->steps++;
	if (state->phase >= IMPORT_FLIP || state->phase == IMPORT_CHECK)
		return;
	assert_first(watch->room);
	watch->seen = true;
}

static void stop_when(void *context, const struct import_state *state)
{
	struct watch *watch = context;
	if (state->phase >= watch->until)
		atomic_store(&watch->stop, true);
}

static int import_watched(struct newsroom *room, struct watch *watch,
			  void (*progress)(void *context, const struct import_state *state))
{
	struct import_options options = {.files = room->paths,
					 .file_count = room->files,
					 .time_zone = STR("Europe/Madrid"),
					 .threads = 1,
					 .chunk_items = 1,
					 .progress = progress,
					 .context = watch,
					 .stop = &watch->stop};
	*vec_add(&options.languages, room->arena) = STR("en");
	*vec_add(&options.languages, room->arena) = STR("fr");
	*vec_add(&options.languages, room->arena) = STR("ar");
	watch->room = room;
	import_report_destroy(room->report);
	room->report = NULL;
	return import_wordpress(room->store, &options, &room->report, &room->err);
}

static void nothing_changes_before_the_flip(void **state)
{
	struct newsroom *room = *state;
	struct watch watch = {0};
	import_edition(room, &(struct edition){0});
	write_edition(room, &second_edition);
	assert_int_equal(import_watched(room, &watch, look), 0);
	assert_true(watch.seen);
	assert_second(room);
}

static void stopped_before_it_flips_nothing_has_changed(void **state)
{
	struct newsroom *room = *state;
	import_edition(room, &(struct edition){0});
	write_edition(room, &second_edition);
	for (enum import_phase until = IMPORT_TERMS; until <= IMPORT_LINKS; until++) {
		struct watch watch = {.until = until};
		assert_int_equal(import_watched(room, &watch, stop_when), ERR_STOPPED);
		assert_first(room);
	}
	newsroom_must_import(room);
	assert_second(room);
	assert_int_equal(newsroom_counted(room, "terms", "changed"), 1);
	assert_int_equal(newsroom_counted(room, "authors", "changed"), 1);
	assert_int_equal(newsroom_counted(room, "attachments", "changed"), 1);
	assert_int_equal(newsroom_counted(room, "menu items", "changed"), 3);
	again_changes_nothing(room);
}

/* A wish to stop that comes with the flip: all is done but the texts of pictures, which the next call writes. */
static void stopped_after_the_flip_it_goes_on(void **state)
{
	struct newsroom *room = *state;
	struct watch watch = {.until = IMPORT_FLIP};
	import_edition(room, &(struct edition){0});
	write_edition(room, &(struct edition){.label = "Rain"});
	assert_int_equal(import_watched(room, &watch, stop_when), 0); /* no pictures wait: it is done */
	write_edition(room, &second_edition);
	watch = (struct watch){.until = IMPORT_FLIP};
	assert_int_equal(import_watched(room, &watch, stop_when), ERR_STOPPED);
	assert_string_equal(labels(room), "en=water/Water and rain/About rain.");
	newsroom_must_import(room);
	assert_second(room);
	assert_int_equal(newsroom_counted(room, "attachments", "changed"), 1);
	again_changes_nothing(room);
}

/* What an interrupted call left undone is done by a newer export; the older one is then but an older one. */
static void a_newer_export_takes_over_after_the_flip(void **state)
{
	struct newsroom *room = *state;
	struct watch watch = {.until = IMPORT_FLIP};
	import_edition(room, &(struct edition){0});
	write_edition(room, &second_edition);
	assert_int_equal(import_watched(room, &watch, stop_when), ERR_STOPPED);
	import_edition(room, &(struct edition){.caption = "The quay at night."});
	assert_string_equal(caption(room), "The quay at night.");
	assert_string_equal(labels(room), FIRST_LABELS);
	import_edition(room, &second_edition);
	assert_second(room);
	again_changes_nothing(room);
}

static void given_up_before_the_flip_it_comes_again(void **state)
{
	struct newsroom *room = *state;
	struct watch watch = {.until = IMPORT_LINKS};
	import_edition(room, &(struct edition){0});
	write_edition(room, &second_edition);
	assert_int_equal(import_watched(room, &watch, stop_when), ERR_STOPPED);
	import_edition(room, &(struct edition){.home = "Begin"});
	assert_int_equal(newsroom_counted(room, "earlier imports", "interrupted, and given up"), 1);
	assert_string_equal(menus(room), "main: Begin / > Press /press-room/");
	assert_string_equal(labels(room), FIRST_LABELS);
	assert_string_equal(caption(room), "The quay at dawn.");
	import_edition(room, &second_edition);
	assert_second(room);
	again_changes_nothing(room);
}

/* A fault at each statement of the second import: tried again, it gives what it would have given. */
static void a_fault_at_each_statement_of_an_update(void **state)
{
	struct newsroom *first = *state;
	import_edition(first, &(struct edition){0});
	import_edition(first, &second_edition);
	struct str wanted = newsroom_dump(first);
	int faults = 0;
	for (long countdown = 1;; countdown += newsroom_on_postgres() ? 7 : 3) {
		void *other;
		assert_int_equal(newsroom_open(&other), 0);
		struct newsroom *room = other;
		import_edition(room, &(struct edition){0});
		write_edition(room, &second_edition);
		db_fault_set(store_db(room->store), DB_FAULT_FAIL, countdown);
		int result = newsroom_import(room);
		bool fired = db_fault_fired(store_db(room->store));
		db_fault_set(store_db(room->store), DB_FAULT_NONE, 0);
		faults += fired;
		if (result != 0 && newsroom_import(room) != 0)
			fail_msg("fault at %ld: %s", countdown, room->err.text);
		assert_dumps_equal(newsroom_dump(room), wanted);
		newsroom_close(&other);
		if (!fired)
			break;
	}
	assert_true(faults > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NEWSROOM_TEST(what_the_export_changes_changes_here),
		NEWSROOM_TEST(each_may_change_alone),
		NEWSROOM_TEST(a_dry_run_counts_them_and_writes_nothing),
		NEWSROOM_TEST(what_was_edited_here_stays),
		NEWSROOM_TEST(the_same_edit_on_both_sides_is_none),
		NEWSROOM_TEST(a_person_keeps_what_the_export_does_not_know),
		NEWSROOM_TEST(a_translation_is_one_more_label),
		NEWSROOM_TEST(a_menu_that_leads_nowhere_is_none),
		NEWSROOM_TEST(a_line_without_an_address_is_a_heading_or_nothing),
		NEWSROOM_TEST(nothing_changes_before_the_flip),
		NEWSROOM_TEST(stopped_before_it_flips_nothing_has_changed),
		NEWSROOM_TEST(stopped_after_the_flip_it_goes_on),
		NEWSROOM_TEST(a_newer_export_takes_over_after_the_flip),
		NEWSROOM_TEST(given_up_before_the_flip_it_comes_again),
		NEWSROOM_TEST(a_fault_at_each_statement_of_an_update),
	};
	return NEWSROOM_RUN("ingest.updates", tests);
}
