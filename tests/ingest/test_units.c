/* The small parts: paragraphs, blocks and shortcodes, credits and numbers, the mapping file, the report, suggestions.
 */
#include "newsroom.h"

#include "ingest/autop.h"
#include "ingest/credit.h"
#include "ingest/wptext.h"
#include "text/markup.h"

static void paragraphs_and_breaks(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"", ""},
		{"a", "<p>a</p>\n"},
		{"a\n\nb\nc", "<p>a</p>\n<p>b<br>\nc</p>\n"},
		{"a\r\n\r\nb\rc", "<p>a</p>\n<p>b<br>\nc</p>\n"},
		{"a<br />\nb", "<p>a<br />b</p>\n"},
		{"a<br><br>b", "<p>a</p>\n<p>b</p>\n"},
		{"<h2>t</h2>\ntext", "<h2>t</h2>\n<p>text</p>\n"},
		{"x\n<ul>\n<li>one</li>\n<li>two\n\nthree</li>\n</ul>\ny",
		 "<p>x</p>\n<ul><li>one</li>\n<li><p>two</p>\n<p>three</p>\n</li>\n</ul>\n<p>y</p>\n"},
		{"<blockquote>q\n\nr</blockquote>", "<blockquote><p>q</p>\n<p>r</p>\n</blockquote>\n"},
		{"<pre>a\n\nb</pre>c", "<pre>a\n\nb</pre><p>c</p>\n"},
		{"a <strong>b\n\nc</strong>", "<p>a <strong>b</p>\n<p>c</strong></p>\n"},
		{"a<!--more-->b<!--nextpage-->c", "<p>a</p>\n<p>b</p>\n<p>c</p>\n"},
		{"1 < 2 and <3", "<p>1 < 2 and <3</p>\n"},
		{"<p>a</p>b", "<p>a</p>\n<p>b</p>\n"},
		{"a\n\nhttps://www.youtube.com/watch?v=x\n\nb",
		 "<p>a</p>\n<embed src=\"https://www.youtube.com/watch?v=x\"><p>b</p>\n"},
		{"https://harbour.example/page", "<p>https://harbour.example/page</p>\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		BUF_SCOPED out = BUF_INIT(1 << 16);
		struct autop_counts counts = {0};
		autop(str_from(cases[i].text), &out, &counts);
		assert_text(buf_str(&out), cases[i].wanted);
	}
}

static void services_are_told_by_their_hosts(void **state)
{
	(void)state;
	assert_true(autop_embeds(STR("https://youtu.be/abc")));
	assert_true(autop_embeds(STR("http://www.vimeo.com/1")));
	assert_false(autop_embeds(STR("https://notyoutube.com/x")));
	assert_false(autop_embeds(STR("https://youtube.com.evil.example/x")));
	assert_false(autop_embeds(STR("https://youtube.com")));
	assert_false(autop_embeds(STR("ftp://youtube.com/x")));
}

static void hostile_texts_end_soon(void **state)
{
	static const char *const pieces[] = {"<a \"", "<!--", "<div>", "<br>", "\n\n", "<p", "</", "<pre>", "<li>a"};
	(void)state;
	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		BUF_SCOPED text = BUF_INIT(4u << 20);
		BUF_SCOPED out = BUF_INIT(64u << 20);
		struct autop_counts counts = {0};
		while (text.len < (1u << 20))
			buf_put_cstr(&text, pieces[i]);
		autop(buf_str(&text), &out, &counts);
		assert_false(out.over);
	}
}

static size_t attached(void *context, int64_t post_id, const int64_t **ret_ids)
{
	static const int64_t ids[] = {21, 22};
	(void)context;
	*ret_ids = ids;
	return post_id == 7 ? 2 : 0;
}

static bool reusable(void *context, int64_t id, struct str *ret_content)
{
	(void)context;
	*ret_content = id == 3 ? STR("<!-- wp:paragraph --><p>shared</p><!-- /wp:paragraph -->")
			       : STR("<!-- wp:block {\"ref\":4} /-->");
	return id == 3 || id == 4;
}

/* What the import does to a picture that it knows by id. */
static int name_picture(void *context, struct markup_media *media, struct err *err)
{
	(void)err;
	if (media->source_id)
		media->guid =
			arena_printf(context, "urn:uuid:00000000-0000-4000-8000-%012lld", (long long)media->source_id);
	return MARKUP_REPLACE;
}

static const char *render(struct arena *arena, const char *content, struct tally_vec *ret_tallies)
{
	struct wptext text = {.arena = arena,
			      .post_id = 7,
			      .footnotes = STR("[{\"id\":\"n1\",\"content\":\"Note <em>one</em>\"}]"),
			      .attached = attached,
			      .reusable = reusable};
	BUF_SCOPED out = BUF_INIT(1 << 20);
	wptext_to_html(&text, str_from(content), &out);
	struct markup *tree = markup_from_html(NULL, buf_str(&out), arena, NULL);
	struct safe_html html;
	struct err err = {0};
	struct markup_rewrite rewrite = {.context = arena, .media = name_picture};
	assert_int_equal(markup_rewrite(tree, &rewrite, &err), 0);
	assert_int_equal(markup_canonical(tree, arena, &html, &err), 0);
	*ret_tallies = text.tallies;
	return arena_cstr(arena, html.text);
}

static int64_t tallied(const struct tally_vec *tallies, const char *what, const char *name)
{
	for (size_t i = 0; i < tallies->len; i++)
		if (strcmp(tallies->at[i].what, what) == 0 && str_eq(tallies->at[i].name, str_from(name)))
			return tallies->at[i].count;
	return 0;
}

static void shortcodes_are_rendered_kept_or_escaped(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct tally_vec tallies;
	(void)state;
	const char *html = render(arena, "[gallery]", &tallies);
	assert_non_null(strstr(html, "class=\"gallery\""));
	assert_non_null(strstr(html, "-8000-000000000021\""));
	assert_non_null(strstr(html, "-8000-000000000022\""));
	html = render(arena, "[gallery ids=\"5, 6\" exclude=5]", &tallies);
	assert_non_null(strstr(html, "-8000-000000000006\""));
	assert_string_equal(render(arena, "[[gallery]] and [wpforms id=\"3\"] and [sic] [x_y]", &tallies),
			    "<p>[gallery] and [wpforms id=\"3\"] and [sic] [x_y]</p>");
	assert_int_equal(tallied(&tallies, TALLY_SHORTCODE_UNKNOWN, "wpforms"), 1);
	assert_int_equal(tallied(&tallies, TALLY_SHORTCODE_UNKNOWN, "x_y"), 1);
	assert_int_equal(tallied(&tallies, TALLY_SHORTCODE_UNKNOWN, "sic"), 0);
	html = render(
		arena,
		"[youtube abc] [vimeo 12] [embed]https://x.example/y[/embed] [audio mp3=\"https://a.example/b.mp3\"]",
		&tallies);
	assert_non_null(strstr(html, "https://www.youtube.com/watch?v=abc"));
	assert_non_null(strstr(html, "https://vimeo.com/12"));
	assert_non_null(strstr(html, "https://x.example/y"));
	assert_non_null(strstr(html, "https://a.example/b.mp3"));
	html = render(arena, "[caption width=\"9\" caption=\"Old way\"]<img src=\"/a.jpg\" alt=\"A\">[/caption]",
		      &tallies);
	assert_non_null(strstr(html, "<figcaption>Old way</figcaption>"));
}

static void blocks_are_unwrapped_rendered_or_dropped(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct tally_vec tallies;
	(void)state;
	assert_string_equal(
		render(arena,
		       "<!-- wp:group {\"a\":1} --><div><!-- wp:paragraph --><p>in</p><!-- /wp:paragraph --></div>"
		       "<!-- /wp:group -->\n\nloose\n\ntext\n\n<!-- wp:latest-posts /-->",
		       &tallies),
		"<p>in</p><p>loose</p><p>text</p>");
	assert_int_equal(tallied(&tallies, TALLY_BLOCK_DROPPED, "latest-posts"), 1);
	const char *html = render(
		arena,
		"<!-- wp:gallery --><figure class=\"wp-block-gallery\"><!-- wp:image {\"id\":8} --><figure "
		"class=\"wp-block-image\"><img src=\"/8.jpg\" class=\"wp-image-8\" alt=\"\"></figure><!-- /wp:image -->"
		"<figcaption class=\"blocks-gallery-caption\">All</figcaption></figure><!-- /wp:gallery -->",
		&tallies);
	assert_non_null(strstr(html, "class=\"gallery\""));
	assert_non_null(strstr(html, "-8000-000000000008\""));
	assert_non_null(strstr(html, "All"));
	html = render(arena,
		      "<!-- wp:embed {\"url\":\"https://x.example/v\"} --><figure><div>https://x.example/v</div>"
		      "<figcaption>Said</figcaption></figure><!-- /wp:embed -->",
		      &tallies);
	assert_non_null(strstr(html, "<a href=\"https://x.example/v\">"));
	assert_non_null(strstr(html, "<p>Said</p>"));
	html = render(arena,
		      "<!-- wp:file {\"href\":\"/d.pdf\"} --><div><a href=\"/d.pdf\">The report</a><a href=\"/d.pdf\" "
		      "download>Download</a></div><!-- /wp:file -->",
		      &tallies);
	assert_string_equal(html, "<p><a href=\"/d.pdf\">The report</a></p>");
	html = render(arena, "<!-- wp:cover {\"url\":\"/c.jpg\",\"id\":9} --><div><p>On it</p></div><!-- /wp:cover -->",
		      &tallies);
	assert_non_null(strstr(html, "-8000-000000000009\""));
	assert_string_equal(render(arena, "<!-- wp:block {\"ref\":3} /-->", &tallies), "<p>shared</p>");
	assert_string_equal(render(arena, "<!-- wp:block {\"ref\":4} /-->x", &tallies), "<p>x</p>"); /* a circle ends */
	html = render(arena,
		      "<!-- wp:paragraph --><p>a<sup data-fn=\"n1\" class=\"fn\"><a href=\"#n1\" "
		      "id=\"n1-link\">1</a></sup></p>"
		      "<!-- /wp:paragraph --><!-- wp:footnotes /-->",
		      &tallies);
	assert_non_null(strstr(html, "Note <em>one</em>"));
	assert_string_equal(render(arena, "<!-- wp:paragraph --><p>never closed</p>", &tallies), "<p>never closed</p>");
}

static const struct {
	const char *text, *caption, *credit; /* credit NULL: none */
} captions[] = {
	{"A march in Cairo. AFP PHOTO / NORA NAME", "A march in Cairo.", "AFP PHOTO / NORA NAME"},
	{"A march (Photo by Ola Other/Agency)", "A march", "Ola Other/Agency"},
	{"A march. Photo: Ola Other.", "A march.", "Ola Other"},
	{"A march © Ola Other", "A march", "Ola Other"},
	{"© Ola Other", "", "Ola Other"},
	{"Une marche. Crédit photo : Ola", "Une marche.", "Ola"},
	{"Una marcha. Foto: Ola", "Una marcha.", "Ola"},
	{"مسيرة. تصوير: علا", "مسيرة.", "علا"},
	{"Photo © Ola", "", "Ola"},
	{"Ola Other in Cairo", NULL, NULL},
	{"He took a photo by the river", NULL, NULL},
	{"Photo:", NULL, NULL},
	{"", NULL, NULL},
	/* agencies' own lines, kept whole */
	{"A march in Cairo AFP PHOTO/NORA NAME", "A march in Cairo", "AFP PHOTO/NORA NAME"},
	{"AFP PHOTO / NORA NAME", "", "AFP PHOTO / NORA NAME"},
	{"A march (AP Photo/Ola Other, File)", "A march", "AP Photo/Ola Other, File"},
	{"A march. REUTERS/Ola Other", "A march.", "REUTERS/Ola Other"},
	{"A march. EPA/OLA OTHER", "A march.", "EPA/OLA OTHER"},
	{"A Reuters/Ipsos poll was shown", NULL, NULL},
	{"The EPA/WHO rules", NULL, NULL},
	{"He took an ap photo", NULL, NULL},
	/* where one may begin */
	{"A march | Photo: Ola", "A march", "Ola"},
	{"A march \xE2\x80\x94 Photo: Ola", "A march", "Ola"},
	{"A march.(Photo: Ola)", "A march.", "Ola"},
	{"A march (photo by ola)", "A march", "ola"},
	{"A march\nPhoto: Ola", "A march", "Ola"},
	{"\"Go on,\" he said. Photo: Ola", "\"Go on,\" he said.", "Ola"},
	{"A march, Courtesy of Ola", "A march", "Ola"},
	{"He came, courtesy of her, to the house", NULL, NULL},
	{"The photo: a crowd", NULL, NULL},
	{"In this photo by Ola, a crowd", NULL, NULL},
	/* what may follow */
	{"Photo by: Ola", "", "Ola"},
	{"Photo by Andy", "", "Andy"},
	{"Photo by Theo / Agency", "", "Theo / Agency"},
	{"Photo by the river at dawn", NULL, NULL},
	{"Photo by a river", NULL, NULL},
	{"Photo by an unknown hand", NULL, NULL},
	{"Image: a dog with a hat", NULL, NULL},
	{"Image: Ola", "", "Ola"},
	{"Picture: perfect", NULL, NULL},
	{"Illustration: Ola", "", "Ola"},
	{"(c) 2014 Ola", "", "2014 Ola"},
	{"(a) one, (b) two, (c) three", NULL, NULL},
	{"The firm (c) was", NULL, NULL},
	{"Copyright \xC2\xA9 2019 Ola", "", "2019 Ola"},
	{"A march (\xC2\xA9 Ola)", "A march", "Ola"},
	{"\xC2\xA9", NULL, NULL},
	{"A march. Photo: ().", NULL, NULL},
	{"A march. Photo: Ola (AFP).", "A march.", "Ola (AFP)"},
	{"A march (Photo: Ola (AFP))", "A march", "Ola (AFP)"},
	{"A march [Photo: Ola [AFP] / (x)]", "A march", "Ola [AFP] / (x)"},
	{"A march (Photo: Ola))).", "A march", "Ola"},
	{"A march. Photo credit: Ola; Video credit: Nora", "A march.", "Ola; Video credit: Nora"},
	/* other languages and scripts */
	{"Photo\xC2\xA0: Ola", "", "Ola"},
	{"Cr\xC3\xA9"
	 "dit photo\xE2\x80\xAF: Ola",
	 "", "Ola"},
	{"Foto: Ana L\xC3\xB3pez/EFE", "", "Ana L\xC3\xB3pez/EFE"},
	{"Bild: dpa", "", "dpa"},
	{"Марш. Фото: Ола", "Марш.", "Ола"},
	{"צעדה. צילום: אולה", "צעדה.", "אולה"},
	{"群众。摄影：安", "群众。", "安"},
	{"人群（摄影：安）。", "人群", "安"},
	{"行進、撮影：安", "行進", "安"},
};

static void credits_are_found_where_they_are_marked(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof captions / sizeof captions[0]; i++) {
		struct str caption, credit;
		bool found = credit_split(str_from(captions[i].text), &caption, &credit);
		if (found != (captions[i].credit != NULL))
			fail_msg("%s: %s", captions[i].text, found ? "found one" : "found none");
		if (!found)
			continue;
		assert_text(caption, captions[i].caption);
		assert_text(credit, captions[i].credit);
	}
}

static void reference_numbers(void **state)
{
	struct str found;
	(void)state;
	assert_true(reference_find(STR("Index: AFR 59/8473/2018."), &found));
	assert_text(found, "AFR 59/8473/2018");
	assert_false(reference_find(STR("XAFR 59/8473/2018"), &found));
	assert_false(reference_find(STR("AFR 59/8473"), &found));
	assert_false(reference_find(STR("AFR 5/8473/2018"), &found));
	assert_false(reference_find(STR("AFR 5900/8473/2018"), &found));
	assert_false(reference_find(STR("AFR 59/8473/18"), &found));
	assert_false(reference_find(STR("AFR 59/1234567/2018"), &found));
	assert_false(reference_find(STR("AFR59/8473/2018"), &found));
	assert_false(reference_find(STR("afr 59/8473/2018"), &found));
	assert_false(reference_find(STR("1AFR 59/8473/2018"), &found));
	assert_false(reference_find(STR("\xC3\x89"
					"FR 59/8473/2018"),
				    &found));
	assert_false(reference_find(STR("////"), &found));
	assert_false(reference_find(STR("AFR 59/8473/"), &found));
	assert_true(reference_find(STR("and/or MDE 590/1/1999 or ASA 12/2/2000"), &found));
	assert_text(found, "MDE 590/1/1999");
	assert_false(reference_find(STR(""), &found));
}

static void mistakes_in_a_mapping_are_told_with_their_place(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"\ntrems = ();", "m.conf:2: "},
		{"terms = ( { taxonomy = \"category\"; becomes = \"thing\"; } );", "thing"},
		{"terms = (\n { taxonomy = \"category\"; becomes = \"kind\"; to = \"none\"; } );", "m.conf:2: "},
		{"types = ( { type = \"x\"; becomes = \"item\"; kind = \"none\"; } );", "the key of a kind"},
		{"credits = 3;", "m.conf:1: "},
		{"fields = ( { field = \"x\"; } );", "becomes"},
	};
	ARENA_SCOPED arena = arena_create(0);
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct mapping mapping;
		struct err err = {0};
		assert_int_equal(mapping_parse(str_from(cases[i].text), "m.conf", arena, &mapping, &err), ERR_INPUT);
		if (!strstr(err.text, cases[i].message))
			fail_msg("found \"%s\", expected \"%s\" in it", err.text, cases[i].message);
	}
}

static void the_most_exact_rule_wins(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct mapping mapping;
	struct err err = {0};
	struct str to;
	(void)state;
	assert_int_equal(mapping_parse(STR("terms = ( { taxonomy = \"t\"; becomes = \"tag\"; }, { taxonomy = \"t\"; "
					   "term = \"x\"; becomes "
					   "= \"campaign\"; } );"),
				       "m", arena, &mapping, &err),
			 0);
	assert_int_equal(mapping_term_rule(&mapping, STR("t"), STR("x"), STR("X"), &to), MAPPING_CAMPAIGN);
	assert_int_equal(mapping_term_rule(&mapping, STR("t"), STR("y"), STR("x"), &to), MAPPING_CAMPAIGN);
	assert_int_equal(mapping_term_rule(&mapping, STR("t"), STR("y"), STR("Y"), &to), MAPPING_TAG);
	assert_int_equal(mapping_term_rule(&mapping, STR("post_tag"), STR("y"), STR("Y"), &to), MAPPING_TAG);
	assert_int_equal(mapping_term_rule(&mapping, STR("category"), STR("y"), STR("Y"), &to), MAPPING_TOPIC);
	assert_int_equal(mapping_term_rule(&mapping, STR("nav_menu"), STR("y"), STR("Y"), &to), MAPPING_LEAVE);
}

/* An export may bring more names than anyone would read; what is saved with each chunk must be readable all the same.
 */
static void a_report_without_measure_survives_too(void **state)
{
	struct import_report *first = import_report_create(), *second = import_report_create();
	BUF_SCOPED json = BUF_INIT(IMPORT_REPORT_BYTES);
	char name[400], title[400];
	struct err err = {0};
	(void)state;
	memset(title, 1, sizeof title);
	for (int i = 0; i < 100000; i++) {
		snprintf(name, sizeof name, "%d%0300d\xC3\xA9", i, 0);
		memset(name + 20, i % 2 ? 2 : '"', 300);
		import_report_add(first, STR("markup dropped"), str_from(name), 1);
		import_report_note(first, STR("post"), str_of(title, 400), str_from(name));
	}
	import_report_add(first, STR("posts"), STR("taken"), 3); /* what comes after such a flood still counts */
	assert_int_equal(import_report_count(first, STR("posts"), STR("taken")), 3);
	import_report_json(first, &json);
	assert_false(json.over);
	assert_int_equal(import_report_load(second, buf_str(&json), &err), 0);
	assert_true(import_report_count(second, STR("markup dropped"), STR("(others)")) > 90000);
	assert_int_equal(import_report_notes(second), IMPORT_REPORT_NOTES_MAX);
	import_report_destroy(first);
	import_report_destroy(second);
}

static void a_report_survives_being_written(void **state)
{
	struct import_report *first = import_report_create(), *second = import_report_create();
	struct err err = {0};
	BUF_SCOPED one = BUF_INIT(1 << 20);
	BUF_SCOPED two = BUF_INIT(1 << 20);
	(void)state;
	import_report_add(first, STR("posts"), STR("taken"), 3);
	import_report_add(first, STR("posts"), STR("left \"x\" <\\>"), 1);
	import_report_add(first, STR("posts"), STR("taken"), 2);
	import_report_note(first, STR("post 4"), STR("\xD8\xA8"), STR("reason"));
	import_report_json(first, &one);
	assert_int_equal(import_report_load(second, buf_str(&one), &err), 0);
	import_report_json(second, &two);
	assert_true(str_eq(buf_str(&one), buf_str(&two)));
	assert_int_equal(import_report_count(second, STR("posts"), STR("taken")), 5);
	assert_int_equal(import_report_load(second, STR("{"), &err), ERR_DATA);
	for (int i = 0; i < IMPORT_REPORT_NOTES_MAX + 10; i++)
		import_report_note(first, STR("post"), STR("t"), STR("many"));
	assert_int_equal(import_report_notes(first), IMPORT_REPORT_NOTES_MAX);
	assert_int_equal(import_report_count(first, STR("notes"), STR("many")), IMPORT_REPORT_NOTES_MAX + 10);
	import_report_destroy(first);
	import_report_destroy(second);
}

static void a_report_begins_with_what_is_asked_first(void **state)
{
	static const char *const whats[] = {"comments",    "states",   "authors", "terms", "files of attachments",
					    "attachments", "pictures", "pages",   "posts", "files"};
	struct import_report *report = import_report_create();
	BUF_SCOPED text = BUF_INIT(10000);
	(void)state;
	for (int i = 0; i < 20; i++)
		import_report_add(report, str_from(whats[i % 10]), i < 10 ? STR("one") : STR("two"), i);
	import_report_note(report, STR("post 1"), STR("A"), STR("why"));
	import_report_text(report, &text);
	assert_text(buf_str(&text), "files\n         9  one\n        19  two\n"
				    "posts\n         8  one\n        18  two\n"
				    "pages\n         7  one\n        17  two\n"
				    "attachments\n         5  one\n        15  two\n"
				    "files of attachments\n         4  one\n        14  two\n"
				    "terms\n         3  one\n        13  two\n"
				    "authors\n         2  one\n        12  two\n"
				    "states\n         1  one\n        11  two\n"
				    "pictures\n         6  one\n        16  two\n"
				    "comments\n         0  one\n        10  two\n"
				    "to look at\n  post 1 \"A\": why\n");
	import_report_destroy(report);
}

static void a_suggestion_is_a_mapping_that_works(void **state)
{
	struct newsroom *room = *state;
	struct export_item item = {
		.id = 1,
		.title = "Italy/Malta: Boats",
		.extra = "<category domain=\"category\" nicename=\"communiques\"><![CDATA[Communiqués de "
			 "presse]]></category>"
			 "<category domain=\"category\" nicename=\"egypte\"><![CDATA[\xC3\x89gypte]]></category>"
			 "<category domain=\"category\" nicename=\"quote\"><![CDATA[A \" */ \\ name]]></category>"
			 "<category domain=\"category\" "
			 "nicename=\"uncategorized\"><![CDATA[Uncategorized]]></category>"};
	newsroom_items(room, NULL, &item, 1);
	struct import_options options = {.files = room->paths, .file_count = room->files, .time_zone = STR("UTC")};
	*vec_add(&options.languages, room->arena) = STR("en");
	BUF_SCOPED text = BUF_INIT(1 << 20);
	assert_int_equal(import_suggest(&options, &text, &room->err), 0);
	struct mapping mapping;
	if (mapping_parse(buf_str(&text), "suggested", room->arena, &mapping, &room->err) != 0)
		fail_msg("%s\n%.*s", room->err.text, STR_ARG(buf_str(&text)));
	struct str to;
	assert_int_equal(mapping_term_rule(&mapping, STR("category"), STR("communiques"), STR(""), &to), MAPPING_KIND);
	assert_text(to, "press_release");
	assert_int_equal(mapping_term_rule(&mapping, STR("category"), STR("egypte"), STR(""), &to), MAPPING_PLACE);
	assert_text(to, "EG");
	assert_int_equal(mapping_term_rule(&mapping, STR("category"), STR("uncategorized"), STR(""), &to),
			 MAPPING_LEAVE);
	assert_int_not_equal(str_find(buf_str(&text), STR("2 countries found that way")), SIZE_MAX);
	newsroom_mapping(room, arena_cstr(room->arena, buf_str(&text)));
	newsroom_must_import(room);
	assert_int_equal(newsroom_entries(room).at[0].places.len, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paragraphs_and_breaks),
		cmocka_unit_test(services_are_told_by_their_hosts),
		cmocka_unit_test(hostile_texts_end_soon),
		cmocka_unit_test(shortcodes_are_rendered_kept_or_escaped),
		cmocka_unit_test(blocks_are_unwrapped_rendered_or_dropped),
		cmocka_unit_test(credits_are_found_where_they_are_marked),
		cmocka_unit_test(reference_numbers),
		cmocka_unit_test(mistakes_in_a_mapping_are_told_with_their_place),
		cmocka_unit_test(the_most_exact_rule_wins),
		cmocka_unit_test(a_report_survives_being_written),
		cmocka_unit_test(a_report_without_measure_survives_too),
		cmocka_unit_test(a_report_begins_with_what_is_asked_first),
		NEWSROOM_TEST(a_suggestion_is_a_mapping_that_works),
	};
	return cmocka_run_group_tests_name("ingest.units", tests, NULL, NULL);
}
