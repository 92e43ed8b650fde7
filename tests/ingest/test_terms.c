/* Terms as exports have them: in any order, below each other, with equal names and slugs, in every script. */
#include "newsroom.h"

/* "Label(slug) < Label of the parent", sorted by label; tags are "#Label(slug)". */
static const char *terms_of(struct newsroom *room)
{
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	struct str_vec lines = {0};
	BUF_SCOPED out = BUF_INIT(1 << 16);
	for (size_t i = 0; i < taxonomy.terms.len; i++) {
		const struct term *term = &taxonomy.terms.at[i];
		struct str parent = {0};
		for (size_t j = 0; j < taxonomy.terms.len; j++)
			if (taxonomy.terms.at[j].id == term->parent_id)
				parent = taxonomy.terms.at[j].texts.at[0].label;
		*vec_add(&lines, room->arena) =
			arena_printf(room->arena, "%s%.*s(%.*s)%s%.*s", term->vocabulary == VOCABULARY_TAG ? "#" : "",
				     STR_ARG(term->texts.at[0].label), STR_ARG(term->texts.at[0].slug),
				     str_empty(parent) ? "" : " < ", STR_ARG(parent));
	}
	newsroom_sort(&lines);
	for (size_t i = 0; i < lines.len; i++)
		buf_printf(&out, "%s%.*s", i ? "; " : "", STR_ARG(lines.at[i]));
	return arena_cstr(room->arena, buf_str(&out));
}

#define CATEGORY(id, slug, parent, name) TERM(id, "category", slug, parent, name, "")

static const struct {
	const char *what, *head, *filed, *wanted;
} cases[] = {
	{"none", "", "", ""},
	{"children before their parents",
	 CATEGORY("3", "pier", "port", "Pier") CATEGORY("2", "port", "sea", "Port") CATEGORY("1", "sea", "", "Sea"), "",
	 "Pier(pier) < Port; Port(port) < Sea; Sea(sea)"},
	{"a parent that is not there", CATEGORY("1", "pier", "port", "Pier"), "", "Pier(pier)"},
	{"its own parent", CATEGORY("1", "pier", "pier", "Pier"), "", "Pier(pier)"},
	{"a circle of two", CATEGORY("1", "a", "b", "A") CATEGORY("2", "b", "a", "B"), "", "A(a); B(b) < A"},
	{"a circle of three", /* as deep as the bound around it stands B */
	 CATEGORY("1", "a", "c", "A") CATEGORY("2", "b", "a", "B") CATEGORY("3", "c", "b", "C")
		 CATEGORY("4", "d", "c", "D"),
	 "", "A(a) < C; B(b); C(c) < B; D(d) < C"},
	{"one name below two parents",
	 CATEGORY("1", "egypt", "", "Egypt") CATEGORY("2", "malta", "", "Malta") CATEGORY("3", "law", "egypt", "Law")
		 CATEGORY("4", "law-malta", "malta", "Law"),
	 "", "Egypt(egypt); Law(law) < Egypt; Law(law-malta) < Malta; Malta(malta)"},
	{"a category and a tag of one name", CATEGORY("1", "water", "", "Water"), IN("post_tag", "water", "Water"),
	 "#Water(water); Water(water)"},
	{"two taxonomies of subjects with one term",
	 CATEGORY("1", "water", "", "Water") TERM("2", "subject", "water", "", "Water", ""), "", "Water(water)"},
	{"two taxonomies with one slug and two names",
	 CATEGORY("1", "water", "", "Water") TERM("2", "subject", "water", "", "Waterways", ""), "",
	 "Water(water); Waterways(water-2)"},
	{"one taxonomy declared twice", CATEGORY("1", "water", "", "Water") CATEGORY("1", "water", "", "Other"), "",
	 "Water(water)"},
	{"declared nowhere but on an item", "", IN("category", "water", "Water"), "Water(water)"},
	{"an item names it otherwise than its head", CATEGORY("1", "water", "", "Water"),
	 IN("category", "water", "Aqua"), "Water(water)"},
	{"entities and markup in names",
	 CATEGORY("1", "a", "", "Fish &amp; Chips") CATEGORY("2", "b", "", "<b>Bold</b> &lt;i&gt;"), "",
	 "Bold <i>(b); Fish & Chips(a)"},
	{"a name without anything", CATEGORY("1", "water", "", " "), "", "water(water)"},
	{"a slug without anything", CATEGORY("1", "", "", "Water"), "", ""},
	{"a slug in Cyrillic, encoded", CATEGORY("1", "%d0%bc%d0%b8%d1%80", "", "Мир"), "", "Мир(мир)"},
	{"a slug in Arabic, as it is", CATEGORY("1", "سلام", "", "سلام"), "", "سلام(سلام)"},
	{"a slug in Han", CATEGORY("1", "%e5%92%8c%e5%b9%b3", "", "和平"), "", "和平(和平)"},
	{"capitals in a slug", CATEGORY("1", "Water", "", "Water"), "", "Water(water)"},
	{"a tag as 1.0 and 1.1 write it",
	 "<wp:tag><wp:tag_slug>quay</wp:tag_slug><wp:tag_name>Quay</wp:tag_name></wp:tag>", "", "#Quay(quay)"},
	{"a category as 1.0 and 1.1 write it",
	 "<wp:category><wp:category_nicename>quay</wp:category_nicename><wp:category_parent>sea</wp:category_parent>"
	 "<wp:cat_name>Quay</wp:cat_name></wp:category>" CATEGORY("1", "sea", "", "Sea"),
	 "", "Quay(quay) < Sea; Sea(sea)"},
	{"1.0 says each term twice", "",
	 "<category>Water</category>" IN("category", "water", "Water") "<category>Quay</category>" IN("tag", "quay",
												      "Quay"),
	 "#Quay(quay); Water(water)"},
	{"without a domain it is a category", "", "<category>Clear Water</category>", "Clear Water(clear-water)"},
	{"menus, formats and languages are no subjects",
	 TERM("1", "nav_menu", "main", "", "Main", "") TERM("2", "post_format", "post-format-aside", "", "Aside", "")
		 TERM("3", "language", "en", "", "English", ""),
	 IN("post_format", "post-format-aside", "Aside"), ""},
	{"a parent in another taxonomy is none",
	 CATEGORY("1", "sea", "", "Sea") TERM("2", "subject", "quay", "sea", "Quay", ""), "", "Quay(quay); Sea(sea)"},
};

static void import_terms(struct newsroom *room, const char *head, const char *filed)
{
	ITEMS(room, head, {.id = 1, .name = "a", .extra = filed});
	newsroom_must_import(room);
}

static void each_way_to_have_terms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		void *other;
		assert_int_equal(newsroom_open(&other), 0);
		struct newsroom *room = other;
		import_terms(room, cases[i].head, cases[i].filed);
		const char *found = terms_of(room);
		if (strcmp(found, cases[i].wanted) != 0)
			fail_msg("%s: found \"%s\", expected \"%s\"", cases[i].what, found, cases[i].wanted);
		struct str dump = newsroom_dump(room);
		newsroom_must_import(room);
		assert_dumps_equal(newsroom_dump(room), dump);
		newsroom_close(&other);
	}
}

/* A chain deeper than the bound is cut into two, and nothing is lost. */
static void a_long_chain_of_parents_comes_in(void **state)
{
	struct newsroom *room = *state;
	BUF_SCOPED head = BUF_INIT(1u << 20);
	for (int i = 0; i < 60; i++)
		buf_printf(&head,
			   "<wp:category><wp:category_nicename>t%d</wp:category_nicename><wp:category_parent>t%d"
			   "</wp:category_parent><wp:cat_name>T%d</wp:cat_name></wp:category>",
			   i, i + 1, i);
	import_terms(room, arena_cstr(room->arena, buf_str(&head)), "");
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	size_t roots = 0;
	assert_int_equal(taxonomy.terms.len, 60);
	for (size_t i = 0; i < taxonomy.terms.len; i++)
		roots += taxonomy.terms.at[i].parent_id == 0;
	assert_in_range(roots, 1, 4);
}

static void descriptions_are_introductions(void **state)
{
	static const struct {
		const char *description, *wanted;
	} rows[] = {
		{"", ""},
		{"Plain.", "Plain."},
		{"<p>One &amp; <em>two</em></p>", "One & two"},
		{"<script>alert(1)</script>Safe", "Safe"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		void *other;
		assert_int_equal(newsroom_open(&other), 0);
		struct newsroom *room = other;
		const char *head = arena_printf(room->arena,
						"<wp:category><wp:category_nicename>a</wp:category_nicename>"
						"<wp:cat_name>A</wp:cat_name><wp:category_description><![CDATA[%s]]>"
						"</wp:category_description></wp:category>",
						rows[i].description)
					   .ptr;
		import_terms(room, head, "");
		assert_text(newsroom_taxonomy(room).terms.at[0].texts.at[0].introduction, rows[i].wanted);
		newsroom_close(&other);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NEWSROOM_TEST(each_way_to_have_terms),
		NEWSROOM_TEST(a_long_chain_of_parents_comes_in),
		NEWSROOM_TEST(descriptions_are_introductions),
	};
	return NEWSROOM_RUN("ingest.terms", tests);
}
