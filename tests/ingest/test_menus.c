/* Menus: what they are called here, in which order and below what their items stand, and where each one leads. */
#include "newsroom.h"

#include "ingest/mapping.h"

struct line {
	int id, order, parent;
	const char *menu, *label, *type, *object, *url, *status; /* status NULL: published */
};

static void put_meta(struct buf *text, const char *key, const char *value)
{
	if (value)
		buf_printf(text,
			   "<wp:postmeta><wp:meta_key>%s</wp:meta_key><wp:meta_value><![CDATA[%s]]></wp:meta_value>"
			   "</wp:postmeta>",
			   key, value);
}

static void put_line(struct buf *text, const struct line *line)
{
	char parent[24];
	snprintf(parent, sizeof parent, "%d", line->parent);
	buf_printf(text,
		   "<item><title>%s</title><wp:post_id>%d</wp:post_id><wp:status>%s</wp:status>"
		   "<wp:post_type>nav_menu_item</wp:post_type><wp:menu_order>%d</wp:menu_order>"
		   "<category domain=\"nav_menu\" nicename=\"%s\">M</category>",
		   line->label ? line->label : "", line->id, line->status ? line->status : "publish",
		   line->order ? line->order : line->id, line->menu ? line->menu : "main");
	put_meta(text, "_menu_item_type", line->type ? line->type : "custom");
	put_meta(text, "_menu_item_object_id", line->object);
	put_meta(text, "_menu_item_url", line->url);
	put_meta(text, "_menu_item_menu_item_parent", parent);
	buf_put_cstr(text, "</item>");
}

#define LINES_MAX 6

static void write_lines(struct newsroom *room, const struct line lines[LINES_MAX])
{
	BUF_SCOPED text = BUF_INIT(1u << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2") TERM("31", "category", "water", "", "Water", "")
				    TERM("32", "category", "reports", "", "Reports", "")
					    TERM("33", "category", "egypt", "", "Egypt", ""));
	export_put_item(&text,
			&(struct export_item){.id = 1, .name = "pier", .extra = IN("category", "water", "Water")});
	export_put_item(&text, &(struct export_item){.id = 3, .name = "inquiry", .status = "private"});
	export_put_item(&text,
			&(struct export_item){
				.id = 2, .name = "about", .type = "page", .link = "https://harbour.example/about/"});
	for (size_t i = 0; i < LINES_MAX && lines[i].id; i++)
		put_line(&text, &lines[i]);
	buf_put_cstr(&text, EXPORT_FOOT);
	newsroom_file(room, buf_str(&text));
}

/* "main: Home=/ >Press=/press/": each ">" is one level. Entries are named by path, others by what they are. */
static const char *target_of(struct newsroom *room, const struct menu_item *item)
{
	struct entry_vec entries = newsroom_entries(room);
	for (size_t i = 0; item->entry_id && i < entries.len; i++)
		if (entries.at[i].id == item->entry_id)
			return arena_printf(room->arena, "entry %.*s", STR_ARG(entries.at[i].path)).ptr;
	return item->term_id    ? "a term"
	       : item->kind_id  ? "a kind"
	       : item->place_id ? "a place"
				: arena_cstr(room->arena, item->url);
}

static int level_of(const struct site_content *site, const struct menu_item *item)
{
	int level = 0;
	for (size_t i = 0; item->parent_id && i < site->menu.len; i++)
		if (site->menu.at[i].id == item->parent_id)
			return 1 + level_of(site, &site->menu.at[i]);
	return level;
}

static const char *menus_of(struct newsroom *room)
{
	struct site_content site;
	struct str menu = {0};
	BUF_SCOPED out = BUF_INIT(1 << 16);
	assert_int_equal(site_read(room->store, room->arena, &site, &room->err), 0);
	for (size_t i = 0; i < site.menu.len; i++) {
		const struct menu_item *item = &site.menu.at[i];
		if (!str_eq(menu, item->menu))
			buf_printf(&out, "%s%.*s:", i ? "; " : "", STR_ARG(item->menu));
		menu = item->menu;
		buf_printf(&out, " %.*s%.*s=%s", level_of(&site, item), ">>>>>>>>", STR_ARG(item->label),
			   target_of(room, item));
	}
	return arena_cstr(room->arena, buf_str(&out));
}

static const struct {
	const char *what;
	struct line lines[LINES_MAX];
	const char *wanted;
} cases[] = {
	{"none", {{0}}, ""},
	{"in their order, whatever the file's",
	 {{.id = 91, .order = 3, .label = "C", .url = "/c/"},
	  {.id = 92, .order = 1, .label = "A", .url = "/a/"},
	  {.id = 93, .order = 2, .label = "B", .url = "/b/"}},
	 "main: A=/a/ B=/b/ C=/c/"},
	{"a child before its parent",
	 {{.id = 91, .order = 2, .parent = 92, .label = "B", .url = "/b/"},
	  {.id = 92, .order = 1, .label = "A", .url = "/a/"}},
	 "main: A=/a/ >B=/b/"},
	{"three levels",
	 {{.id = 91, .label = "A", .url = "/a/"},
	  {.id = 92, .parent = 91, .label = "B", .url = "/b/"},
	  {.id = 93, .parent = 92, .label = "C", .url = "/c/"}},
	 "main: A=/a/ >B=/b/ >>C=/c/"},
	{"a parent that is not there", {{.id = 91, .parent = 77, .label = "A", .url = "/a/"}}, "main: A=/a/"},
	{"its own parent", {{.id = 91, .parent = 91, .label = "A", .url = "/a/"}}, "main: A=/a/"},
	{"a circle",
	 {{.id = 91, .parent = 92, .label = "A", .url = "/a/"}, {.id = 92, .parent = 91, .label = "B", .url = "/b/"}},
	 "main: A=/a/ >B=/b/"},
	{"a child of what leads nowhere",
	 {{.id = 91, .label = "A"}, {.id = 92, .parent = 91, .label = "B", .url = "/b/"}},
	 "main: A= >B=/b/"},
	{"an entry",
	 {{.id = 91, .type = "post_type", .object = "1", .label = "Pier"}},
	 "main: Pier=entry /2019/05/pier/"},
	{"a page without a label of its own", {{.id = 91, .type = "post_type", .object = "2"}}, "main: =entry /about/"},
	{"an entry that is not in the export", {{.id = 91, .type = "post_type", .object = "99", .label = "A"}}, ""},
	{"an entry without a number", {{.id = 91, .type = "post_type", .object = "x", .label = "A"}}, ""},
	{"a topic, a kind, a place",
	 {{.id = 91, .type = "taxonomy", .object = "31", .label = "W"},
	  {.id = 92, .type = "taxonomy", .object = "32", .label = "R"},
	  {.id = 93, .type = "taxonomy", .object = "33", .label = "E"}},
	 "main: W=a term R=a kind E=a place"},
	{"a term that is not there", {{.id = 91, .type = "taxonomy", .object = "77", .label = "A"}}, ""},
	{"addresses of the old site and of others",
	 {{.id = 91, .label = "A", .url = "https://harbour.example"},
	  {.id = 92, .label = "B", .url = "http://www.harbour.example/b/?x=1"},
	  {.id = 93, .label = "C", .url = "https://other.example/c"},
	  {.id = 94, .label = "D", .url = "/d"}},
	 "main: A=/ B=/b/?x=1 C=https://other.example/c D=/d"},
	/* so what is not public is left out by whoever shows the menu */
	{"an entry by its number",
	 {{.id = 91, .label = "A", .url = "https://harbour.example/?p=1"},
	  {.id = 92, .label = "B", .url = "/?p=3"},
	  {.id = 93, .label = "C", .url = "?page_id=2"}},
	 "main: A=entry /2019/05/pier/ B=entry /2019/05/inquiry/ C=entry /about/"},
	{"a number that nothing has", {{.id = 91, .label = "A", .url = "/?p=77"}}, "main: A=/?p=77"},
	{"a number of another site",
	 {{.id = 91, .label = "A", .url = "https://other.example/?p=1"}},
	 "main: A=https://other.example/?p=1"},
	{"addresses that could run",
	 {{.id = 91, .label = "A", .url = "javascript:alert(1)"}, {.id = 92, .label = "B", .url = "/b/"}},
	 "main: B=/b/"},
	{"a line that is not published",
	 {{.id = 91, .label = "A", .url = "/a/"},
	  {.id = 92, .label = "B", .url = "/b/", .status = "draft"},
	  {.id = 93, .parent = 92, .label = "C", .url = "/c/"}},
	 "main: A=/a/ C=/c/"},
	{"names that say where they stand",
	 {{.id = 91, .menu = "footer-links", .label = "A", .url = "/a/"},
	  {.id = 92, .menu = "top-nav", .label = "B", .url = "/b/"},
	  {.id = 93, .menu = "social", .label = "C", .url = "/c/"},
	  {.id = 94, .menu = "Primary", .label = "D", .url = "/d/"}},
	 "footer: A=/a/; main: B=/b/ D=/d/; social: C=/c/"},
	{"a name that the mapping knows", {{.id = 91, .menu = "menu-7", .label = "A", .url = "/a/"}}, "footer: A=/a/"},
	{"entities in labels",
	 {{.id = 91, .label = "A &amp;amp; B &lt;i&gt;c&lt;/i&gt;", .url = "/a/"}},
	 "main: A & B c=/a/"},
};

static const char mapping[] =
	"kinds = ( { key = \"report\"; label = \"Report\"; } );\n"
	"terms = ( { taxonomy = \"category\"; term = \"reports\"; becomes = \"kind\"; to = \"report\"; },\n"
	"{ taxonomy = \"category\"; term = \"egypt\"; becomes = \"place\"; to = \"EG\"; } );\n"
	"menus = { menu-7 = \"footer\"; };\n";

static void each_menu(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		void *other;
		assert_int_equal(newsroom_open(&other), 0);
		struct newsroom *room = other;
		newsroom_mapping(room, mapping);
		write_lines(room, cases[i].lines);
		newsroom_must_import(room);
		const char *found = menus_of(room);
		if (strcmp(found, cases[i].wanted) != 0)
			fail_msg("%s: found \"%s\", expected \"%s\"", cases[i].what, found, cases[i].wanted);
		struct str dump = newsroom_dump(room);
		newsroom_must_import(room);
		assert_dumps_equal(newsroom_dump(room), dump);
		newsroom_close(&other);
	}
}

/* What an updated export makes of a menu is what a new import of it would make. */
static void a_menu_becomes_what_a_new_one_would_be(void **state)
{
	struct newsroom *room = *state;
	newsroom_mapping(room, mapping);
	for (size_t i = 1; i < sizeof cases / sizeof cases[0]; i++) {
		bool leads = cases[i].wanted[0] != 0;
		newsroom_forget(room);
		write_lines(room, cases[i].lines);
		newsroom_must_import(room);
		if (leads && !strstr(menus_of(room), cases[i].wanted))
			fail_msg("%s: found \"%s\", expected \"%s\" in it", cases[i].what, menus_of(room),
				 cases[i].wanted);
	}
}

static void names_that_say_what_a_menu_is(void **state)
{
	static const struct {
		const char *slug, *wanted;
	} names[] = {
		{"Primary", "main"},
		{"menu-principal", "main"},
		{"hauptmenue", "main"},
		{"menu-en-tete", "main"},
		{"footer-links", "footer"},
		{"pied-de-page", "footer"},
		{"pie-de-pagina", "footer"},
		{"rodape", "footer"},
		{"bottom-links", "footer"},
		{"fusszeile", "footer"},
		{"main-footer", "footer"},
		{"social", NULL},
		{"all-pages", NULL},
		{"", NULL},
		{"pieces", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *found = mapping_menu_by_name(str_from(names[i].slug));
		if ((found != NULL) != (names[i].wanted != NULL) || (found && strcmp(found, names[i].wanted) != 0))
			fail_msg("%s: found %s", names[i].slug, found ? found : "nothing");
	}
}

/* What --suggest proposes, which must be read back by the mapping's own reader, and lead to a main menu. */
static void each_proposal(void **state)
{
	static const struct {
		struct line lines[LINES_MAX];
		const char *wanted;
	} proposals[] = {
		{{{.id = 11, .menu = "primary", .url = "/a/"},
		  {.id = 12, .menu = "footer", .url = "/b/"},
		  {.id = 13, .menu = "footer", .url = "/c/"}},
		 "menus = {\n\tprimary = \"main\"; # 1 line\n\tfooter = \"footer\"; # 2 lines\n};\n"},
		{{{.id = 11, .menu = "Header-fr", .url = "/a/"}, {.id = 12, .menu = "bottom-links", .url = "/b/"}},
		 "menus = {\n\tHeader-fr = \"main\"; # 1 line\n\tbottom-links = \"footer\"; # 1 line\n};\n"},
		{{{.id = 11, .menu = "small", .url = "/a/"},
		  {.id = 12, .menu = "large", .url = "/b/"},
		  {.id = 13, .menu = "large", .url = "/c/"},
		  {.id = 14, .menu = "foot", .url = "/d/"},
		  {.id = 15, .menu = "2024", .url = "/e/"}}, /* no key can be called so */
		 "menus = {\n\t# small = \"footer\"; # 1 line\n\tlarge = \"main\"; # 2 lines\n"
		 "\tfoot = \"footer\"; # 1 line\n};\n"},
		{{{.id = 11, .menu = "social", .url = "/a/"},
		  {.id = 12, .menu = "social", .url = "/b/"},
		  {.id = 13, .menu = "pages", .url = "/c/"}},
		 "menus = {\n\t# social = \"footer\"; # 2 lines\n\tpages = \"main\"; # 1 line\n};\n"},
	};
	struct newsroom *room = *state;
	for (size_t i = 0; i < sizeof proposals / sizeof proposals[0]; i++) {
		struct mapping read;
		BUF_SCOPED text = BUF_INIT(1 << 20);
		newsroom_forget(room);
		write_lines(room, proposals[i].lines);
		struct import_options options = {
			.files = room->paths, .file_count = room->files, .time_zone = STR("UTC")};
		*vec_add(&options.languages, room->arena) = STR("en");
		assert_int_equal(import_suggest(&options, &text, &room->err), 0);
		if (str_find(buf_str(&text), str_from(proposals[i].wanted)) == SIZE_MAX)
			fail_msg("found %.*s", STR_ARG(buf_str(&text)));
		if (mapping_parse(buf_str(&text), "suggested", room->arena, &read, &room->err) != 0)
			fail_msg("%s", room->err.text);
		newsroom_mapping(room, arena_cstr(room->arena, buf_str(&text)));
		newsroom_must_import(room);
		assert_non_null(strstr(menus_of(room), "main: "));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NEWSROOM_TEST(each_menu),
		NEWSROOM_TEST(names_that_say_what_a_menu_is),
		NEWSROOM_TEST(each_proposal),
		NEWSROOM_TEST(a_menu_becomes_what_a_new_one_would_be),
	};
	return NEWSROOM_RUN("ingest.menus", tests);
}
