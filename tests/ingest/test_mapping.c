/* The mapping file: each mistake in its words, which rule wins, what is proposed for a set of files, and that it works.
 */
#include "newsroom.h"

#include "ingest/mapping.h"

static const struct {
	const char *content, *message;
} mistakes[] = {
	{"trems = ();", "m.conf:1: found the unknown key trems; did you mean terms? Accepted: language, "
			"time_zone, kinds, terms, types, fields, files, menus, titles, credits"},
	{"language = 3;", "m.conf:1: found language = 3; accepted: a text of at most 35 bytes"},
	{"\n\ncredits = \"yes\";", "m.conf:3: found credits = \"yes\"; accepted: true or false"},
	{"credits = 1;", "m.conf:1: found credits = 1; accepted: true or false"},
	{"titles = { places = 1; };", "m.conf:1: found titles.places = 1; accepted: true or false"},
	{"titles = { place = true; };",
	 "m.conf:1: found the unknown key titles.place; did you mean places? Accepted: places, references"},
	{"terms = ( { becomes = \"tag\"; } );",
	 "m.conf:1: found no terms[1].taxonomy, which is required; accepted: a text of 1 to 200 bytes"},
	{"terms = ( { taxonomy = \"\"; becomes = \"tag\"; } );",
	 "m.conf:1: found terms[1].taxonomy = \"\"; accepted: a text of 1 to 200 bytes"},
	{"terms = ( { taxonomy = \"category\"; } );",
	 "m.conf:1: found no terms[1].becomes, which is required; accepted: \"leave\", \"kind\", \"topic\", "
	 "\"campaign\", \"right\", \"tag\", \"place\", \"person\""},
	{"terms = (\n\t{ taxonomy = \"category\"; becomes = \"thing\"; } );",
	 "m.conf:2: found terms[1].becomes = \"thing\"; accepted: \"leave\", \"kind\", \"topic\", \"campaign\", "
	 "\"right\", \"tag\", \"place\", \"person\""},
	{"terms = (\n\t{ taxonomy = \"category\"; becomes = \"kind\"; } );",
	 "m.conf:2: found terms[1].becomes = \"kind\"; accepted: with it a to: the key of a kind in \"kinds\""},
	{"terms = (\n\t{ taxonomy = \"category\";\n\tbecomes = \"kind\";\n\tto = \"none\"; } );",
	 "m.conf:4: found terms[1].to = \"none\"; accepted: the key of a kind in \"kinds\""},
	{"terms = { taxonomy = \"category\"; };",
	 "m.conf:1: found terms = a group; accepted: a list of groups, ( { … }, { … } )"},
	{"terms = ( \"category\" );",
	 "m.conf:1: found terms[1] = \"category\"; accepted: a list of groups, ( { … }, { … } )"},
	{"kinds = ( { label = \"Report\"; } );",
	 "m.conf:1: found no kinds[1].key, which is required; accepted: a text of 1 to 64 bytes"},
	{"kinds = ( { key = \"report\"; } );",
	 "m.conf:1: found no kinds[1].label, which is required; accepted: a text of 1 to 200 bytes"},
	{"kinds = ( { key = \"report\"; label = \"\"; } );",
	 "m.conf:1: found kinds[1].label = \"\"; accepted: a text of 1 to 200 bytes"},
	{"kinds = ( { key = \"r\"; label = \"R\"; labels = \"x\"; } );",
	 "m.conf:1: found kinds[1].labels = \"x\"; accepted: a group of texts, { name = \"text\"; }"},
	{"kinds = ( { key = \"r\"; label = \"R\"; labels = { fr = 1; }; } );",
	 "m.conf:1: found kinds[1].labels.fr = 1; accepted: a group of texts, { name = \"text\"; }"},
	{"types = ( { becomes = \"item\"; } );",
	 "m.conf:1: found no types[1].type, which is required; accepted: a text of 1 to 200 bytes"},
	{"types = ( { type = \"x\"; becomes = \"post\"; } );",
	 "m.conf:1: found types[1].becomes = \"post\"; accepted: \"item\", \"page\", \"leave\""},
	{"types = ( { type = \"x\"; becomes = \"item\"; kind = \"none\"; } );",
	 "m.conf:1: found types[1].kind = \"none\"; accepted: the key of a kind in \"kinds\""},
	{"fields = ( { field = \"x\"; becomes = \"number\"; } );",
	 "m.conf:1: found fields[1].becomes = \"number\"; accepted: \"reference\", \"subtitle\", \"dateline\", "
	 "\"excerpt\", \"event_date\", \"expires\", \"credit\", \"language\", \"translations\", \"place\", \"author\", "
	 "\"breaking_until\""},
	{"kinds = ( { key = \"r\"; label = \"R\"; breaking_hours = 721; } );",
	 "m.conf:1: found kinds[1].breaking_hours = 721; accepted: a number from 0 to 720"},
	{"kinds = ( { key = \"r\"; label = \"R\"; breaking_hours = -1; } );",
	 "m.conf:1: found kinds[1].breaking_hours = -1; accepted: a number from 0 to 720"},
	{"fields = ( { becomes = \"reference\"; } );",
	 "m.conf:1: found no fields[1].field, which is required; accepted: a text of 1 to 400 bytes"},
	{"files = ( { name = \"a.xml\"; } );",
	 "m.conf:1: found no files[1].language, which is required; accepted: a text of 2 to 35 bytes"},
	{"files = ( { name = \"a.xml\"; language = \"x\"; } );",
	 "m.conf:1: found files[1].language = \"x\"; accepted: a text of 2 to 35 bytes"},
	{"menus = ( \"a\" );", "m.conf:1: found menus = a list of 1; accepted: a group of texts, { name = \"text\"; }"},
	{"menus = { a = \"mian\"; };", "m.conf:1: found menus.a = \"mian\"; accepted: \"main\", \"footer\""},
	{"menus = { main = \"a\"; };", "m.conf:1: found menus.main = \"a\"; accepted: \"main\", \"footer\""},
	{"menus = { a = 1; };", "m.conf:1: found menus.a = 1; accepted: a group of texts, { name = \"text\"; }"},
	{"language = \"e\";",
	 "m.conf:1: found language = \"e\"; accepted: the code of a language, such as fr or pt-BR"},
	{"language = \"english language\";",
	 "m.conf:1: found language = \"english language\"; accepted: the code of a language, such as fr or pt-BR"},
	{"\ntime_zone = \"Mars/Base\";",
	 "m.conf:2: found time_zone = \"Mars/Base\"; accepted: an IANA name, such as Africa/Cairo"},
	{"time_zone = \"CEST\";", "m.conf:1: found time_zone = \"CEST\"; accepted: an IANA name, such as Africa/Cairo"},
	{"kinds = ( { key = \"r\"; label = \"R\"; },\n { key = \"r\"; label = \"S\"; } );",
	 "m.conf:2: found kinds[2].key = \"r\"; accepted: a key that no other kind has"},
	{"kinds = ( { key = \"r\"; label = \"R\"; labels = { x = \"y\"; }; } );",
	 "m.conf:1: found kinds[1].labels.x; accepted: the code of a language, such as fr or pt-BR"},
	{"kinds = ( { key = \"r\"; label = \"R\";\n plurals = { x = \"y\"; }; } );",
	 "m.conf:2: found kinds[1].plurals.x; accepted: the code of a language, such as fr or pt-BR"},
	{"kinds = ( { key = \"r\"; label = \"R\"; plurals = \"x\"; } );",
	 "m.conf:1: found kinds[1].plurals = \"x\"; accepted: a group of texts, { name = \"text\"; }"},
	{"terms = ( { taxonomy = \"a\"; becomes = \"place\"; to = \"Egypt\"; } );",
	 "m.conf:1: found terms[1].to = \"Egypt\"; accepted: a country's ISO code, such as EG, or a region's M49 code, "
	 "such as 019"},
	{"terms = ( { taxonomy = \"a\"; becomes = \"place\"; to = \"eg\"; } );",
	 "m.conf:1: found terms[1].to = \"eg\"; accepted: a country's ISO code, such as EG, or a region's M49 code, "
	 "such as 019"},
	{"terms = ( { taxonomy = \"a\"; becomes = \"place\"; to = \"XX\"; } );",
	 "m.conf:1: found terms[1].to = \"XX\"; accepted: a country's ISO code, such as EG, or a region's M49 code, "
	 "such as 019"},
	{"terms = ( { taxonomy = \"a\"; becomes = \"topic\"; to = \"b\"; } );",
	 "m.conf:1: found terms[1].to = \"b\"; accepted: to for kind and place only"},
	{"files = ( { name = \"a\"; language = \"zz zz\"; } );",
	 "m.conf:1: found files[1].language = \"zz zz\"; accepted: the code of a language, such as fr or pt-BR"},
	{"language = \"en",
	 "m.conf:1: found a syntax error; accepted: lines such as  key = \"text\";  or  group = { key = 1; };"},
	{"language = \"en\";\nlanguage = \"fr\";",
	 "m.conf:2: found a name that its group has already; accepted: each name once"},
};

/* "fr Victoire/Victoires; …" in the order of the file. */
static struct str labels_of(const struct mapping_kind *kind, struct arena *arena)
{
	BUF_SCOPED out = BUF_INIT(4000);
	buf_printf(&out, "%.*s/%.*s", STR_ARG(kind->label), STR_ARG(kind->plural));
	for (size_t i = 0; i < kind->labels.len; i++) {
		const struct mapping_label *label = &kind->labels.at[i];
		buf_printf(&out, "; %.*s %.*s/%.*s", STR_ARG(label->language), STR_ARG(label->label),
			   STR_ARG(label->plural));
	}
	return buf_copy(&out, arena);
}

static void a_label_or_a_plural_alone_stands_for_both(void **state)
{
	static const struct {
		const char *given, *labels;
	} cases[] = {
		{"label = \"Victory\"", "Victory/Victory"},
		{"label = \"Victory\"; plural = \"Victories\"", "Victory/Victories"},
		{"label = \"V\"; labels = { fr = \"Victoire\"; }; plurals = { fr = \"Victoires\"; }",
		 "V/V; fr Victoire/Victoires"},
		{"label = \"V\"; labels = { fr = \"Victoire\"; }", "V/V; fr Victoire/Victoire"},
		{"label = \"V\"; plurals = { fr = \"Victoires\"; }", "V/V; fr Victoires/Victoires"},
		{"label = \"V\"; plurals = { es = \"Victorias\"; fr = \"Victoires\"; }; labels = { fr = "
		 "\"Victoire\"; ar = \"انتصار\"; }",
		 "V/V; fr Victoire/Victoires; ar انتصار/انتصار; es Victorias/Victorias"},
		{"label = \"V\"; labels = { fr = \"\"; es = \"Victoria\"; }; plurals = { fr = \"\"; es = \"\"; }",
		 "V/V; es Victoria/Victoria"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct mapping mapping;
		struct err err = {0};
		struct str content = arena_printf(arena, "kinds = ( { key = \"v\"; %s; } );", cases[i].given);
		if (mapping_parse(content, "m.conf", arena, &mapping, &err) != 0)
			fail_msg("%.*s\n%s", STR_ARG(content), err.text);
		assert_text(labels_of(&mapping.kinds.at[0], arena), cases[i].labels);
	}
}

static void each_mistake_in_its_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct mapping mapping;
		struct err err = {0};
		int result = mapping_parse(str_from(mistakes[i].content), "m.conf", arena, &mapping, &err);
		if (result != ERR_INPUT || strcmp(err.text, mistakes[i].message) != 0)
			fail_msg("%s\nfound    %d %s\nexpected %s", mistakes[i].content, result, err.text,
				 mistakes[i].message);
	}
}
static struct mapping parsed(struct arena *arena, const char *content)
{
	struct mapping mapping;
	struct err err = {0};
	if (mapping_parse(str_from(content), "m.conf", arena, &mapping, &err) != 0)
		fail_msg("%s\n%s", content, err.text);
	return mapping;
}

static void defaults_stand_where_nothing_is_said(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct mapping mapping = parsed(arena, ""), read;
	struct err err = {0};
	(void)state;
	assert_true(mapping.title_places && mapping.title_references && mapping.credits);
	assert_int_equal(mapping.kinds.len + mapping.terms.len + mapping.types.len + mapping.fields.len, 0);
	assert_true(str_empty(mapping.language) && str_empty(mapping.time_zone));
	assert_int_equal(mapping_read(NULL, arena, &read, &err), 0);
	assert_true(read.credits);
	assert_int_equal(mapping_read("/nowhere/m.conf", arena, &read, &err), ERR_INPUT);
	assert_string_equal(err.text, "the mapping file /nowhere/m.conf does not exist");
	mapping = parsed(arena, "titles = { places = false; }; credits = false;");
	assert_true(!mapping.title_places && mapping.title_references && !mapping.credits);
	mapping = parsed(
		arena,
		"language = \"fr_FR\"; time_zone = \"Africa/Cairo\"; menus = { a = \"main\"; b = \"footer\"; };");
	assert_text(mapping.language, "fr_FR");
	assert_int_equal(mapping.menus.len, 2);
	assert_text(mapping.menus.at[1].name, "b");
	assert_text(mapping.menus.at[1].value, "footer");
}

static void the_most_exact_rule_wins_wherever_it_stands(void **state)
{
	static const struct {
		const char *taxonomy, *slug, *name;
		enum mapping_becomes becomes;
		const char *to;
	} cases[] = {
		{"category", "egypt", "Egypt", MAPPING_PLACE, "EG"},
		{"category", "x", "Egypt 2", MAPPING_PLACE, "EG"}, /* by name */
		{"category", "reports", "Reports", MAPPING_KIND, "report"},
		{"category", "other", "Other", MAPPING_CAMPAIGN, ""},
		{"category", "EGYPT", "EGYPT", MAPPING_CAMPAIGN, ""}, /* slugs and names are compared as they are */
		{"post_tag", "egypt", "Egypt", MAPPING_TAG, ""},
		{"tag", "egypt", "Egypt", MAPPING_TOPIC, ""},
		{"genre", "a", "A", MAPPING_LEAVE, ""},
		{"genre", "b", "B", MAPPING_RIGHT, ""},
		{"region", "africa", "Africa", MAPPING_PLACE, "002"},
		{"region", "asia", "Asia", MAPPING_PLACE, ""},
		{"author", "cap-a", "a", MAPPING_PERSON, ""},
		{"writer", "a", "a", MAPPING_PERSON, ""},
		{"nav_menu", "a", "A", MAPPING_LEAVE, ""},
		{"post_format", "post-format-aside", "Aside", MAPPING_TAG, ""}, /* said, though technical */
		{"language", "fr", "Français", MAPPING_LEAVE, ""},
		{"anything", "a", "A", MAPPING_TOPIC, ""},
		{"first", "a", "A", MAPPING_TAG, ""}, /* of two equal rules the first */
	};
	ARENA_SCOPED arena = arena_create(0);
	struct mapping mapping = parsed(
		arena,
		"kinds = ( { key = \"report\"; label = \"Report\"; } );\n"
		"terms = ( { taxonomy = \"category\"; becomes = \"campaign\"; },\n"
		" { taxonomy = \"category\"; term = \"egypt\"; becomes = \"place\"; to = \"EG\"; },\n"
		" { taxonomy = \"category\"; term = \"Egypt 2\"; becomes = \"place\"; to = \"EG\"; },\n"
		" { taxonomy = \"category\"; term = \"reports\"; becomes = \"kind\"; to = \"report\"; },\n"
		" { taxonomy = \"genre\"; term = \"a\"; becomes = \"leave\"; }, { taxonomy = \"genre\"; becomes = "
		"\"right\"; },\n"
		" { taxonomy = \"region\"; term = \"africa\"; becomes = \"place\"; to = \"002\"; },\n"
		" { taxonomy = \"region\"; becomes = \"place\"; }, { taxonomy = \"writer\"; becomes = \"person\"; },\n"
		" { taxonomy = \"post_format\"; becomes = \"tag\"; },\n"
		" { taxonomy = \"first\"; becomes = \"tag\"; }, { taxonomy = \"first\"; becomes = \"topic\"; } );");
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str to;
		enum mapping_becomes becomes = mapping_term_rule(&mapping, str_from(cases[i].taxonomy),
								 str_from(cases[i].slug), str_from(cases[i].name), &to);
		if (becomes != cases[i].becomes || !str_eq(to, str_from(cases[i].to)))
			fail_msg("%s %s: %d \"%.*s\"", cases[i].taxonomy, cases[i].slug, becomes, STR_ARG(to));
	}
}

/* One item whose field says something, and what of the newsroom must then say the same. */
static const struct {
	const char *becomes, *value, *wanted;
} field_cases[] = {
	{"reference", " AFR 1/2018 ", "reference AFR 1/2018"},
	{"subtitle", "Twice &amp; again", "subtitle Twice & again"},
	{"dateline", "<b>Cairo</b>", "dateline Cairo"},
	{"excerpt", "In short", "excerpt In short"},
	{"event_date", "2019-05-17", "event 1558051200/1"},
	{"event_date", "20190517", "event 1558051200/1"},
	{"event_date", "2019-05", "event 1556668800/2"},
	{"event_date", "2019", "event 1546300800/3"},
	{"event_date", "2019/05/17 10:00", "event 1558051200/1"},
	/* seconds: 23:00 UTC of the day before is 01:00 here */
	{"event_date", "1558047600", "event 1558051200/1"},
	{"event_date", "soon", "event 0/0"},
	{"event_date", "2019-13-40", "event 0/0"},
	/* 1893456000 is 2030-01-01 00:00 UTC; in winter this newsroom stands one hour to the east */
	{"expires", "2030-01-01", "expires 1893452400"},
	{"expires", "2030-01-01 18:00", "expires 1893517200"},
	{"expires", "2030-01-01T18:00:00Z", "expires 1893520800"},
	{"expires", "1893456000", "expires 1893456000"},
	{"expires", "15291231", "expires 0"},
	{"expires", "never", "expires 0"},
	/* 1558051200 is 2019-05-17 00:00 UTC; this newsroom stands two hours to the east */
	{"breaking_until", "2019-05-17 18:30", "breaking 1558110600"},
	{"breaking_until", " 2019-05-17 18:30:05 ", "breaking 1558110605"},
	{"breaking_until", "2019-05-17T18:30", "breaking 1558110600"},
	{"breaking_until", "2019-05-17T18:30:00+02:00", "breaking 1558110600"},
	{"breaking_until", "2019-05-17", "breaking 1558130400"}, /* to the end of the day */
	{"breaking_until", "20190517", "breaking 1558130400"},
	{"breaking_until", "1558117800", "breaking 1558117800"},
	{"breaking_until", "-155811780", "breaking 0"},
	{"breaking_until", "2019-02-30", "breaking 0"},
	{"breaking_until", "2019-05-17 25:00", "breaking 0"},
	{"breaking_until", "2019-05-17 18:30 or later", "breaking 0"},
	{"breaking_until", "yes", "breaking 0"},
	{"breaking_until", "", "breaking 0"},
	{"language", "fr", "language fr"},
	{"language", "fr_FR", "language fr"},
	{"language", "", "language en"},
	{"place", "Egypt, Kenya", "places 2"},
	{"place", "Nowhere, ,Egypt", "places 1"},
	{"author", "Nora Name", "byline Nora Name"},
};

static void each_field_becomes_what_it_is_told_to(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof field_cases / sizeof field_cases[0]; i++) {
		void *one;
		assert_int_equal(newsroom_open(&one), 0);
		struct newsroom *room = one;
		struct arena *arena = room->arena;
		newsroom_mapping(room, arena_printf(arena,
						    "fields = ( { field = \"first\"; becomes = \"%s\"; },"
						    " { field = \"f\"; becomes = \"%s\"; } );",
						    field_cases[i].becomes, field_cases[i].becomes)
					       .ptr);
		const char *extra = arena_printf(arena, META("first", " ") META("f", "%s"), field_cases[i].value).ptr;
		newsroom_items(room, NULL, &(struct export_item){.id = 1, .name = "a", .extra = extra}, 1);
		newsroom_must_import(room);
		const struct entry *entry = newsroom_entry(room, "/2019/05/a/");
		const struct str found[] = {
			arena_printf(arena, "reference %.*s", STR_ARG(entry->reference)),
			arena_printf(arena, "subtitle %.*s", STR_ARG(entry->subtitle)),
			arena_printf(arena, "dateline %.*s", STR_ARG(entry->dateline)),
			arena_printf(arena, "excerpt %.*s", STR_ARG(entry->excerpt)),
			arena_printf(arena, "event %lld/%d", (long long)entry->event_s, entry->event_precision),
			arena_printf(arena, "expires %lld", (long long)entry->expires_at_s),
			arena_printf(arena, "breaking %lld", (long long)entry->breaking_until_s),
			arena_printf(arena, "language %.*s", STR_ARG(entry->language)),
			arena_printf(arena, "places %zu", entry->places.len),
			arena_printf(arena, "byline %s", newsroom_byline(room, entry)),
		};
		bool there = false;
		for (size_t j = 0; j < sizeof found / sizeof found[0]; j++)
			there |= str_eq(found[j], str_from(field_cases[i].wanted));
		if (!there)
			fail_msg("%s from \"%s\": not %s", field_cases[i].becomes, field_cases[i].value,
				 field_cases[i].wanted);
		if (strcmp(field_cases[i].value, "soon") == 0)
			assert_true(newsroom_noted(room, "its event date cannot be read"));
		if (strcmp(field_cases[i].value, "never") == 0)
			assert_true(newsroom_noted(room, "its expiry date cannot be read"));
		if (strcmp(field_cases[i].value, "yes") == 0)
			assert_true(newsroom_noted(room, "until when it is breaking news cannot be read: \"yes\""));
		newsroom_close(&one);
	}
}

static void types_become_items_pages_or_nothing(void **state)
{
	struct newsroom *room = *state;
	newsroom_mapping(
		room, "kinds = ( { key = \"report\"; label = \"Report\"; }, { key = \"note\"; label = \"Note\"; } );\n"
		      "terms = ( { taxonomy = \"category\"; term = \"notes\"; becomes = \"kind\"; to = \"note\"; } );\n"
		      "types = ( { type = \"report\"; becomes = \"item\"; kind = \"report\"; },\n"
		      " { type = \"landing\"; becomes = \"page\"; }, { type = \"product\"; becomes = \"leave\"; },\n"
		      " { type = \"page\"; becomes = \"item\"; }, { type = \"wp_template\"; becomes = \"page\"; } );");
	ITEMS(room, NULL, {.id = 1, .name = "a", .type = "report"},
	      {.id = 2, .name = "b", .type = "report", .extra = IN("category", "notes", "Notes")},
	      {.id = 3, .name = "c", .type = "landing"}, {.id = 4, .name = "d", .type = "product"},
	      {.id = 5, .name = "e", .type = "page"}, {.id = 6, .name = "f", .type = "wp_template"},
	      {.id = 7, .name = "g", .type = "wp_template_part"}, {.id = 8, .name = "h", .type = "unheard-of"});
	newsroom_must_import(room);
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	assert_int_equal(newsroom_entry(room, "/2019/05/a/")->kind_id, taxonomy.kinds.at[0].id);
	assert_int_equal(newsroom_entry(room, "/2019/05/b/")->kind_id,
			 taxonomy.kinds.at[1].id); /* a term is more exact */
	assert_int_equal(newsroom_entry(room, "/2019/05/c/")->type, ITEM_PAGE);
	assert_int_equal(newsroom_entry(room, "/2019/05/e/")->type, ITEM_NEWS);
	assert_int_equal(newsroom_entry(room, "/2019/05/f/")->type, ITEM_PAGE);
	assert_int_equal(newsroom_entry(room, "/2019/05/h/")->type, ITEM_NEWS);
	assert_int_equal(newsroom_entries(room).len, 6);
	assert_int_equal(newsroom_counted(room, "other things", "left: type product is not content"), 1);
	assert_int_equal(newsroom_counted(room, "other things", "left: type wp_template_part is not content"), 1);
	assert_int_equal(newsroom_counted(room, "post types", "\"unheard-of\" kept as items"), 1);
}

/* ---- the proposal ---- */

static struct str suggestion(struct newsroom *room)
{
	struct import_options options = {.files = room->paths, .file_count = room->files, .time_zone = STR("UTC")};
	*vec_add(&options.languages, room->arena) = STR("en");
	BUF_SCOPED text = BUF_INIT(1 << 20);
	if (import_suggest(&options, &text, &room->err) != 0)
		fail_msg("%s", room->err.text);
	return buf_copy(&text, room->arena);
}

static void each_term_is_proposed_as_what_its_name_says(void **state)
{
	static const struct {
		const char *taxonomy, *slug, *name, *becomes, *to; /* becomes NULL: no rule */
	} cases[] = {
		{"category", "press-release", "Press Release", "kind", "press_release"},
		{"category", "PRESS RELEASES", "x", "kind", "press_release"},
		{"category", "a", "Communiqués de presse", "kind", "press_release"},
		{"category", "comunicados", "Comunicados", "kind", "press_release"},
		{"category", "a", "بيان صحفي", "kind", "press_release"},
		{"category", "a", "Пресс-релизы", "kind", "press_release"},
		{"post_tag", "a", "Statement", "kind", "statement"},
		{"category", "a", "Déclarations", "kind", "statement"},
		{"category", "a", "Informes", "kind", "report"},
		{"category", "a", "Bericht", "kind", "report"},
		{"category", "a", "Good news", "kind", "victory"},
		{"category", "a", "Bonnes nouvelles", "kind", "victory"},
		{"category", "a", "Acciones urgentes", "kind", "urgent_action"},
		{"category", "a", "أخبار", "kind", "news"},
		{"category", "a", "Lettre ouverte", "kind", "letter"},
		{"category", "a", "Témoignages", "kind", "feature"},
		{"category", "a", "Blog", "kind", "blog"},
		{"category", "a", "Reporters", NULL, NULL},
		{"category", "a", "News of the sea", NULL, NULL},
		{"category", "a", "Egypt", "place", "EG"},
		{"category", "a", "Égypte", "place", "EG"},
		{"category", "a", "Egipto", "place", "EG"},
		{"post_tag", "a", "مصر", "place", "EG"},
		{"category", "a", "Ägypten", "place", "EG"},
		{"category", "a", "Côte d’Ivoire", "place", "CI"},
		{"category", "a", "États-Unis", "place", "US"},
		{"category", "a", "Reino Unido", "place", "GB"},
		{"country", "a", "South Korea", "place", "KR"},
		{"category", "a", "South", NULL, NULL},
		{"category", "campaigns", "Campaigns", "campaign", ""},
		{"category", "a", "Campagne", "campaign", ""},
		{"category", "uncategorized", "Uncategorized", "leave", ""},
		{"category", "non-classe", "Non classé", "leave", ""},
		{"category", "sin-categoria", "Sin categoría", "leave", ""},
		{"language", "fr", "News", NULL, NULL},
		{"author", "cap-egypt", "Egypt", NULL, NULL},
		{"category", "water", "Water", NULL, NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		void *one;
		assert_int_equal(newsroom_open(&one), 0);
		struct newsroom *room = one;
		const char *extra =
			arena_printf(room->arena, IN("%s", "%s", "%s"), cases[i].taxonomy, cases[i].slug, cases[i].name)
				.ptr;
		newsroom_items(room, NULL, &(struct export_item){.id = 1, .name = "a", .extra = extra}, 1);
		struct str text = suggestion(room);
		struct str rule =
			arena_printf(room->arena, "\t{ taxonomy = \"%s\"; term = \"%s\"; becomes = \"%s\";%s%s%s }",
				     cases[i].taxonomy, cases[i].slug, cases[i].becomes ? cases[i].becomes : "",
				     cases[i].to && *cases[i].to ? " to = \"" : "", cases[i].to ? cases[i].to : "",
				     cases[i].to && *cases[i].to ? "\";" : "");
		bool there = str_find(text, cases[i].becomes ? rule : STR("becomes = ")) != SIZE_MAX;
		if (there != (cases[i].becomes != NULL))
			fail_msg("%s:\n%.*s", cases[i].name, STR_ARG(text));
		struct mapping mapping;
		if (mapping_parse(text, "suggested", room->arena, &mapping, &room->err) != 0)
			fail_msg("%s\n%.*s", room->err.text, STR_ARG(text));
		newsroom_close(&one);
	}
}

static void write_small_site(struct newsroom *room)
{
	ITEMS(room,
	      TERM("1", "category", "campaigns", "", "Campaigns", "")
		      TERM("2", "category", "a-door", "campaigns", "A door", ""),
	      {.id = 1,
	       .title = "Italy/Malta: Boats",
	       .name = "a",
	       .extra = IN("category", "press-release", "Press release") IN("category", "egypt", "Egypt")
		       IN("category", "a-door", "A door") IN("post_tag", "water", "Water")},
	      {.id = 2,
	       .title = "Kenya: Wells",
	       .name = "b",
	       .extra = IN("category", "press-release", "Press release")
		       IN("category", "uncategorized", "Uncategorized") IN("category", "quote", "A \" */ \\ name")});
}

/* Read in review when it changes: this is what a person gets to see first. */
static const char proposal[] =
	"# A mapping proposed for https://harbour.example: read it, change it, then import with --mapping.\n\n"
	"language = \"en\";\n"
	"time_zone = \"UTC\";\n\n"
	"# Kinds of items. Change labels, icons and addresses as you like; add other languages.\n"
	"kinds = (\n"
	"\t{ key = \"press_release\"; icon = \"press-release\"; label = \"Press release\"; plural = \"Press "
	"releases\"; slug = \"press-releases\";\n"
	"\t  labels = { fr = \"Communiqué de presse\"; es = \"Comunicado de prensa\"; ar = \"بيان صحفي\"; };\n"
	"\t  plurals = { fr = \"Communiqués de presse\"; es = \"Comunicados de prensa\"; ar = \"بيانات صحفية\"; }; }\n"
	");\n\n"
	"# What terms become: kind, topic, campaign, right, tag, place, or leave. What is not listed:\n"
	"# categories and custom taxonomies become topics, tags become tags.\n"
	"terms = (\n"
	"\t{ taxonomy = \"category\"; term = \"campaigns\"; becomes = \"campaign\"; }, # Campaigns, 0 items: a usual "
	"word for it\n"
	"\t{ taxonomy = \"category\"; term = \"a-door\"; becomes = \"campaign\"; }, # A door, 1 item: a usual word "
	"for it\n"
	"\t{ taxonomy = \"category\"; term = \"press-release\"; becomes = \"kind\"; to = \"press_release\"; }, # Press "
	"release, 2 items: a usual word for it\n"
	"\t{ taxonomy = \"category\"; term = \"egypt\"; becomes = \"place\"; to = \"EG\"; }, # Egypt, 1 item: the "
	"name of a country\n"
	"\t{ taxonomy = \"category\"; term = \"uncategorized\"; becomes = \"leave\"; } # Uncategorized, 1 item: "
	"WordPress gives it to what has none\n"
	");\n"
	"# 2 other terms follow the rule above.\n\n"
	"# Custom fields whose names say what they hold: reference, subtitle, dateline, excerpt, event_date, expires,\n"
	"# credit (on attachments), language, translations, place, author, breaking_until.\n"
	"fields = ();\n\n"
	"# \"Italy/Malta: Boats turned back\" files the item under both countries (3 countries found that way);\n"
	"# reference numbers such as AFR 59/8473/2018 are found in titles and first lines.\n"
	"titles = { places = true; references = true; };\n\n"
	"# \"AFP PHOTO / NAME\", \"Photo: …\", \"(Photo by …/Agency)\", \"© …\" leave the caption and become the "
	"credit.\n"
	"credits = true;\n";

static void the_proposal_for_a_small_site(void **state)
{
	struct newsroom *room = *state;
	write_small_site(room);
	assert_dumps_equal(suggestion(room), str_from(proposal));
	assert_int_equal(newsroom_entries(room).len, 0);
}

static void what_is_no_content_is_proposed_to_be_left(void **state)
{
	struct newsroom *room = *state;
	ITEMS(room, NULL, {.id = 1, .name = "a", .type = "report"},
	      {.id = 2, .name = "b", .type = "wpcf7_contact_form"}, {.id = 3, .name = "cap-c", .type = "guest-author"},
	      {.id = 4, .name = "d", .type = "acf-field"},
	      {.id = 5, .name = "e", .extra = META("index_number", "AFR 59/1/2018")});
	struct str text = suggestion(room);
	assert_int_not_equal(str_find(text, STR("{ type = \"report\"; becomes = \"item\"; }")), SIZE_MAX);
	assert_int_not_equal(str_find(text, STR("{ type = \"wpcf7_contact_form\"; becomes = \"leave\"; }")), SIZE_MAX);
	assert_int_not_equal(str_find(text, STR("{ type = \"guest-author\"; becomes = \"leave\"; }")), SIZE_MAX);
	newsroom_mapping(room, arena_cstr(room->arena, text));
	newsroom_must_import(room);
	assert_int_equal(newsroom_entries(room).len, 2);
	assert_text(newsroom_entry(room, "/2019/05/e/")->reference, "AFR 59/1/2018");
}

static struct str kind_label(struct newsroom *room, int64_t kind_id, const char *language)
{
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	for (size_t i = 0; i < taxonomy.kinds.len; i++)
		for (size_t j = 0; j < taxonomy.kinds.at[i].texts.len; j++)
			if (taxonomy.kinds.at[i].id == kind_id &&
			    str_eq(taxonomy.kinds.at[i].texts.at[j].language, str_from(language)))
				return taxonomy.kinds.at[i].texts.at[j].label;
	return STR("");
}

/* A French site's kinds are named in French first, and keep their name in English. */
static void a_proposal_speaks_the_language_of_the_site(void **state)
{
	struct newsroom *room = *state;
	struct import_options options = {.files = room->paths, .time_zone = STR("Europe/Paris")};
	BUF_SCOPED text = BUF_INIT(1 << 20);
	struct mapping mapping;
	ITEMS(room, NULL, {.id = 1, .name = "a", .extra = IN("category", "rapports", "Rapports")});
	options.file_count = room->files;
	*vec_add(&options.languages, room->arena) = STR("fr");
	assert_int_equal(import_suggest(&options, &text, &room->err), 0);
	assert_int_equal(mapping_parse(buf_str(&text), "suggested", room->arena, &mapping, &room->err), 0);
	assert_true(str_eq(mapping.time_zone, STR("Europe/Paris")));
	assert_int_equal(mapping.kinds.len, 1);
	const struct mapping_kind *kind = &mapping.kinds.at[0];
	assert_true(str_eq(kind->key, STR("report")) && str_eq(kind->icon, STR("report")));
	assert_text(kind->label, "Rapport");
	assert_text(kind->plural, "Rapports");
	assert_int_equal(kind->labels.len, 3);
	assert_true(str_eq(kind->labels.at[0].language, STR("en")) && str_eq(kind->labels.at[0].label, STR("Report")));
	assert_true(str_eq(kind->labels.at[1].language, STR("es")) && str_eq(kind->labels.at[1].label, STR("Informe")));
	assert_true(str_eq(kind->labels.at[2].language, STR("ar")) && str_eq(kind->labels.at[2].label, STR("تقرير")));
	assert_text(kind->labels.at[0].plural, "Reports");
	assert_text(kind->labels.at[1].plural, "Informes");
	assert_text(kind->labels.at[2].plural, "تقارير");
}

static void importing_with_the_proposal_works(void **state)
{
	struct newsroom *room = *state;
	write_small_site(room);
	newsroom_mapping(room, arena_cstr(room->arena, suggestion(room)));
	newsroom_must_import(room);
	const struct entry *a = newsroom_entry(room, "/2019/05/a/"), *b = newsroom_entry(room, "/2019/05/b/");
	assert_true(a->kind_id && a->kind_id == b->kind_id);
	assert_true(str_eq(kind_label(room, a->kind_id, "fr"), STR("Communiqué de presse")));
	assert_true(str_eq(kind_label(room, a->kind_id, "ar"), STR("بيان صحفي")));
	assert_true(str_empty(kind_label(room, a->kind_id, "es"))); /* neither the newsroom nor the export has it */
	assert_int_equal(a->places.len, 3);
	assert_int_equal(b->places.len, 1);
	assert_string_equal(newsroom_term_slugs(room, a), "a-door water");
	assert_string_equal(newsroom_term_slugs(room, b), "quote");
}

/* The proposal for each export of others parses, and the import takes it. */
static void proposals_for_the_shared_exports_work(void **state)
{
	static const char *const files[] = {"64-block-test-data.xml",          "theme-preview.xml",
					    "themeunittestdata.wordpress.xml", "importer/small-export.xml",
					    "importer/valid-wxr-1.0.xml",      "importer/wxr-comprehensive.xml"};
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		void *one;
		assert_int_equal(newsroom_open(&one), 0);
		struct newsroom *room = one;
		const char *path = newsroom_shared(room, arena_printf(room->arena, "wxr/%s", files[i]).ptr);
		if (!path) {
			newsroom_close(&one);
			skip();
		}
		room->paths[room->files++] = path;
		newsroom_mapping(room, arena_cstr(room->arena, suggestion(room)));
		newsroom_must_import(room);
		assert_true(newsroom_entries(room).len > 0);
		newsroom_close(&one);
	}
}

static void a_broken_file_gets_no_proposal(void **state)
{
	struct newsroom *room = *state;
	newsroom_text(room, EXPORT_HEAD("1.2") "<item><title>cut");
	struct import_options options = {.files = room->paths, .file_count = room->files, .time_zone = STR("UTC")};
	BUF_SCOPED text = BUF_INIT(1 << 20);
	assert_int_equal(import_suggest(&options, &text, &room->err), ERR_INPUT);
	assert_non_null(strstr(room->err.text, "export-0.xml:10: byte"));
	assert_int_equal(text.len, 0);
}

/* ---- codes of countries ---- */

static struct str suggested(struct newsroom *room, struct buf *text)
{
	struct import_options options = {.files = room->paths, .file_count = room->files, .time_zone = STR("UTC")};
	*vec_add(&options.languages, room->arena) = STR("en");
	assert_int_equal(import_suggest(&options, text, &room->err), 0);
	return buf_str(text);
}

static void assert_place(struct newsroom *room, struct str text, const char *taxonomy, const char *slug,
			 const char *code)
{
	struct mapping mapping;
	struct str to;
	assert_int_equal(mapping_parse(text, "suggested", room->arena, &mapping, &room->err), 0);
	bool place = mapping_term_rule(&mapping, str_from(taxonomy), str_from(slug), STR(""), &to) == MAPPING_PLACE;
	if (place != (code != NULL))
		fail_msg("%s %s: %s", taxonomy, slug, place ? "a place" : "none");
	if (code)
		assert_text(to, code);
}

/* "IT" is a subject, and Italy only among places. */
static void codes_are_codes_among_places_alone(void **state)
{
	struct newsroom *room = *state;
	BUF_SCOPED text = BUF_INIT(1 << 20);
	ITEMS(room, NULL,
	      {.id = 1,
	       .extra = IN("post_tag", "it", "IT") IN("post_tag", "tv", "TV") IN("post_tag", "ai", "AI")
		       IN("post_tag", "hr", "HR") IN("post_tag", "egypt", "Egypt") IN("post_tag", "malta", "Malta")
			       IN("post_tag", "peru", "Peru") IN("country", "it-2", "IT") IN("country", "xx", "XX")
				       IN("area", "egy", "EGY") IN("area", "mt", "MT") IN("area", "jordan", "Jordan")
					       IN("mix", "italy", "IT") IN("mix", "oman", "Oman")
						       IN("mix", "mali", "Mali") IN("area", "sea", "Sea")});
	struct str made = suggested(room, &text);
	static const char *const words[] = {"it", "tv", "ai", "hr"};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		assert_place(room, made, "post_tag", words[i], NULL);
	assert_place(room, made, "post_tag", "egypt", "EG");
	assert_place(room, made, "post_tag", "peru", "PE");
	assert_place(room, made, "country", "it-2", "IT");
	assert_place(room, made, "country", "xx", NULL);
	assert_place(room, made, "area", "egy", "EG");
	assert_place(room, made, "area", "mt", "MT");
	assert_place(room, made, "area", "jordan", "JO");
	assert_place(room, made, "area", "sea", NULL);
	assert_place(room, made, "mix", "italy", "IT");
	assert_int_not_equal(str_find(made, STR("Jordan, 1 item: the name of a country, but not of one alone")),
			     SIZE_MAX);
	assert_int_equal(str_find(made, STR("Egypt, 1 item: the name of a country, but")), SIZE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_in_its_words),
		cmocka_unit_test(a_label_or_a_plural_alone_stands_for_both),
		cmocka_unit_test(defaults_stand_where_nothing_is_said),
		cmocka_unit_test(the_most_exact_rule_wins_wherever_it_stands),
		cmocka_unit_test(each_field_becomes_what_it_is_told_to),
		NEWSROOM_TEST(types_become_items_pages_or_nothing),
		NEWSROOM_TEST(codes_are_codes_among_places_alone),
		cmocka_unit_test(each_term_is_proposed_as_what_its_name_says),
		NEWSROOM_TEST(the_proposal_for_a_small_site),
		NEWSROOM_TEST(what_is_no_content_is_proposed_to_be_left),
		NEWSROOM_TEST(a_proposal_speaks_the_language_of_the_site),
		NEWSROOM_TEST(importing_with_the_proposal_works),
		cmocka_unit_test(proposals_for_the_shared_exports_work),
		NEWSROOM_TEST(a_broken_file_gets_no_proposal),
	};
	return cmocka_run_group_tests_name("ingest.mapping", tests, NULL, NULL);
}
