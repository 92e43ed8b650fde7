/* Rewriting by the importer, the form for readers, and source that the importer makes. */
#include "support.h"

#include "safe_check.h"

#include <string.h>

static struct str public_form(const char *html, const struct markup_public *options, struct arena *arena)
{
	struct safe_html out = {0};
	assert_int_equal(markup_public(markup_from_html(NULL, str_from(html), arena, NULL), options, arena, &out, NULL),
			 0);
	const char *wrong = safe_check(out.text, arena, NULL);
	if (wrong)
		fail_msg("%s in %.*s", wrong, STR_ARG(out.text));
	return out.text;
}

static int show(void *context, const struct markup_media *media, struct markup_picture *ret_picture)
{
	(void)context;
	if (str_eq(media->guid, STR("hidden")))
		return MARKUP_HIDE;
	*ret_picture = (struct markup_picture){
		.src = STR("/media/a/p-640.jpg"),
		.srcset = STR("/media/a/p-320.jpg 320w, /media/a/p-640.jpg 640w"),
		.sizes = STR("100vw"),
		.sources = {{STR("image/avif"), STR("/media/a/p-320.avif 320w")}},
		.source_count = 1,
		.width = 640,
		.height = 427,
		.alt = STR("record's alt"),
		.caption = STR("record's <caption>"),
		.credit = STR("A & B"),
	};
	return MARKUP_SHOW;
}

static void test_pictures(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	const struct markup_public options = {.picture = show, .credit_label = STR("Photo: "), .eager_first = true};
	assert_str(public_form("<figure data-media=m class=alignright><img alt=own></figure><img data-media=m src=/x>",
			       &options, arena),
		   "<figure class=\"align-right\"><picture><source type=\"image/avif\" srcset=\"/media/a/p-320.avif "
		   "320w\" sizes=\"100vw\">"
		   "<img src=\"/media/a/p-640.jpg\" srcset=\"/media/a/p-320.jpg 320w, /media/a/p-640.jpg 640w\" "
		   "sizes=\"100vw\" "
		   "width=\"640\" height=\"427\" alt=\"own\"></picture><figcaption><span class=\"caption\">record's "
		   "&lt;caption&gt;</span> "
		   "<span class=\"credit\">Photo: A &amp; B</span></figcaption></figure>"
		   "<figure><picture><source type=\"image/avif\" srcset=\"/media/a/p-320.avif 320w\" sizes=\"100vw\">"
		   "<img src=\"/media/a/p-640.jpg\" srcset=\"/media/a/p-320.jpg 320w, /media/a/p-640.jpg 640w\" "
		   "sizes=\"100vw\" "
		   "width=\"640\" height=\"427\" alt=\"record's alt\" loading=\"lazy\" decoding=\"async\"></picture>"
		   "<figcaption><span class=\"caption\">record's &lt;caption&gt;</span> <span class=\"credit\">Photo: "
		   "A &amp; B</span></figcaption></figure>");
	const struct markup_public plain = {
		.picture = show, .plain_pictures = true, .base = STR("https://e.org/2018/x/")};
	assert_str(
		public_form("<figure data-media=m><img><figcaption>Own<span "
			    "class=credit>C</span></figcaption></figure><p><a href=../y>z</a>",
			    &plain, arena),
		"<figure><img src=\"https://e.org/media/a/p-640.jpg\" width=\"640\" height=\"427\" alt=\"record's "
		"alt\">"
		"<figcaption><span class=\"caption\">Own</span> <span class=\"credit\">C</span></figcaption></figure>"
		"<p><a href=\"https://e.org/2018/y\">z</a></p>");
}

static int show_foreign(void *context, const struct markup_media *media, struct markup_picture *ret_picture)
{
	(void)context;
	(void)media;
	*ret_picture = (struct markup_picture){
		.src = STR("/media/a/p.jpg"),
		.alt = STR("A \"quay\""),
		.caption = STR("The quay"),
		.credit = STR("Volunteers"),
		.alt_language = STR("en"),
		.caption_language = STR("en-GB"),
		.credit_language = STR("en\"><b>"),
	};
	return MARKUP_SHOW;
}

/* Words that the picture brings are marked with their language; the body's own are in the body's. */
static void test_words_in_another_language(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	const struct markup_public options = {.picture = show_foreign,
					      .credit_label = STR("Photo : "),
					      .eager_first = true},
				   plain = {.picture = show_foreign, .plain_pictures = true};
	assert_str(public_form("<figure data-media=m><img></figure>", &options, arena),
		   "<figure><img src=\"/media/a/p.jpg\" alt=\"A &quot;quay&quot;\" lang=\"en\"><figcaption>"
		   "<span class=\"caption\" lang=\"en-GB\" dir=\"auto\">The quay</span> "
		   "<span class=\"credit\" lang=\"en&quot;&gt;&lt;b&gt;\" dir=\"auto\">Photo : Volunteers</span>"
		   "</figcaption></figure>");
	assert_str(
		public_form("<figure data-media=m><img alt=quai><figcaption>Le quai <span class=credit>Nora</span>"
			    "</figcaption></figure>",
			    &options, arena),
		"<figure><img src=\"/media/a/p.jpg\" alt=\"quai\"><figcaption><span class=\"caption\">Le quai</span> "
		"<span class=\"credit\">Photo : Nora</span></figcaption></figure>");
	assert_str(public_form("<figure data-media=m><img></figure>", &plain, arena),
		   "<figure><img src=\"/media/a/p.jpg\" alt=\"A &quot;quay&quot;\"><figcaption>"
		   "<span class=\"caption\" lang=\"en-GB\" dir=\"auto\">The quay</span> "
		   "<span class=\"credit\" lang=\"en&quot;&gt;&lt;b&gt;\" dir=\"auto\">Volunteers</span>"
		   "</figcaption></figure>");
}

static void test_hidden(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	const struct markup_public nothing = {0}, some = {.picture = show};
	const char *body = "<p>a</p><figure data-media=hidden><img><figcaption>secret</figcaption></figure>"
			   "<figure class=gallery><figure "
			   "data-media=hidden><img></figure><figcaption>secret</figcaption></figure>";
	assert_str(public_form(body, &some, arena), "<p>a</p>");
	assert_str(public_form("<img src=https://evil.example/p.gif>x", &nothing, arena), "<p>x</p>");
}

static void test_cards(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	const struct markup_public options = {0};
	assert_str(public_form("<iframe src=https://www.youtube.com/embed/x title='A <film>'></iframe><video "
			       "src=/f/clip.mp4></video>",
			       &options, arena),
		   "<div class=\"embed-card\"><a href=\"https://www.youtube.com/watch?v=x\" rel=\"external noopener "
		   "noreferrer\">"
		   "<span class=\"embed-provider\">YouTube</span> <span class=\"embed-title\">A &lt;film&gt;</span> "
		   "<span class=\"embed-address\">youtube.com/watch?v=x</span></a></div>"
		   "<div class=\"embed-card\"><a href=\"/f/clip.mp4\"><span "
		   "class=\"embed-address\">clip.mp4</span></a></div>");
}

static void test_notes(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	const struct markup_public options = {.back_label = STR("Back")};
	assert_str(public_form("<p>a<sup><a href=#n>1</a></sup></p><ol><li id=n>s</ol>", &options, arena),
		   "<p>a<sup><a href=\"#note-1\" id=\"mark-1\" role=\"doc-noteref\">1</a></sup></p><ol class=\"notes\" "
		   "role=\"doc-endnotes\">"
		   "<li id=\"note-1\">s <a href=\"#mark-1\" aria-label=\"Back\" "
		   "role=\"doc-backlink\">\xE2\x86\xA9</a></li></ol>");
}

static void test_absolute(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	const struct markup_public options = {.picture = show};
	struct safe_html html = {public_form("<img data-media=m><p>a href=\"/no\" <a href='/y?a=1&amp;b=2'>z</a> <a "
					     "href=#q>q</a> <q cite=x>c</q></p><p id=q>t",
					     &options, arena)};
	struct str out = markup_absolute(html, STR("https://e.org/2018/x/"), arena).text;
	assert_true(
		str_find(
			out,
			STR("srcset=\"https://e.org/media/a/p-320.jpg 320w, https://e.org/media/a/p-640.jpg 640w\"")) !=
		SIZE_MAX);
	assert_true(str_find(out, STR("<img src=\"https://e.org/media/a/p-640.jpg\"")) != SIZE_MAX);
	assert_true(str_find(out, STR("<p>a href=\"/no\" <a href=\"https://e.org/y?a=1&amp;b=2\">z</a> <a "
				      "href=\"https://e.org/2018/x/#t-q\">q</a> "
				      "<q cite=\"https://e.org/2018/x/x\">c</q></p>")) != SIZE_MAX);
	assert_null(safe_check(out, arena, NULL));
}

/* ---- rewriting ---- */

static int change_link(void *context, enum markup_link_use use, struct str address, struct str *ret_address,
		       struct err *err)
{
	int *calls = context;
	(*calls)++;
	if (str_eq(address, STR("/broken")))
		return err_set(err, ERR_DATA, "no");
	if (str_eq(address, STR("/gone")))
		return MARKUP_REMOVE;
	*ret_address = use == MARKUP_USE_PICTURE_LINK ? STR("javascript:x") : STR("/new path");
	return str_eq(address, STR("/old")) ? MARKUP_REPLACE : MARKUP_KEEP;
}

static int change_media(void *context, struct markup_media *media, struct err *err)
{
	(void)context;
	(void)err;
	if (media->source_id == 9)
		return MARKUP_REMOVE;
	if (media->source_id != 7)
		return MARKUP_KEEP;
	media->guid = STR("urn:7");
	media->address = (struct str){0};
	media->alt = STR("alt <7>");
	media->has_alt = true;
	media->caption = STR("Cap");
	media->credit = STR("Cred");
	return MARKUP_REPLACE;
}

static void test_rewrite(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	int calls = 0;
	struct err err = {0};
	struct safe_html html;
	const struct markup_rewrite rewrite = {.context = &calls, .link = change_link, .media = change_media};
	struct markup *tree = markup_from_html(
		NULL,
		STR("<p><a href=/old>a</a> <a href=/gone>b</a> <a href=/same>c</a> <a href=#h>d</a></p><h2 id=h>h</h2>"
		    "<a href=/old><img src=/7.jpg class=wp-image-7></a><ul><li><img src=/9.jpg class=wp-image-9></ul>"
		    "<p>x <img src=/i.png width=20 class=wp-image-1> y</p><video src=/gone></video><q cite=/old>q</q>"),
		arena, NULL);
	assert_int_equal(markup_rewrite(tree, &rewrite, &err), 0);
	assert_int_equal(markup_canonical(tree, arena, &html, &err), 0);
	assert_str(html.text, "<p><a href=\"/new%20path\">a</a> b <a href=\"/same\">c</a> <a "
			      "href=\"#t-h\">d</a></p><h2 id=\"t-h\">h</h2>"
			      "<figure data-media=\"urn:7\"><img alt=\"alt &lt;7&gt;\"><figcaption>Cap<span "
			      "class=\"credit\">Cred</span></figcaption></figure>"
			      "<p>x <img src=\"/i.png\" width=\"20\"> y</p><p><q cite=\"/new%20path\">q</q></p>");
	assert_str(canonical(html.text, arena), html.text.ptr);
	assert_int_equal(calls, 6);
	tree = markup_from_html(NULL, STR("<a href=/broken>x</a>"), arena, NULL);
	assert_int_equal(markup_rewrite(tree, &rewrite, &err), ERR_DATA);
}

/* What a callback answers is held to the rules for what comes from outside: the form to store reads back as it is. */
static int answer_media(void *context, struct markup_media *media, struct err *err)
{
	(void)err;
	const struct markup_media *answer = context;
	media->guid = answer->guid;
	media->address = answer->address;
	media->alt = answer->alt;
	media->has_alt = answer->alt.len > 0;
	return MARKUP_REPLACE;
}

static void test_rewritten_is_sound(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	char alt[3000];
	memset(alt, 'a', sizeof alt);
	alt[1999] = alt[1998] = ' ';
	const struct {
		struct markup_media answer;
		const char *out;
	} cases[] = {
		{{.address = STR("/new.jpg")}, "<p>x</p><figure><img src=\"/new.jpg\"></figure>"},
		{{.address = STR("mailto:a@example.org")}, "<p>x</p>"},
		{{.address = STR("tel:123")}, "<p>x</p>"},
		{{.address = STR("#f")}, "<p>x</p>"},
		{{.address = STR("javascript:alert(1)")}, "<p>x</p>"},
		{{.address = STR("/a:b.jpg")}, "<p>x</p><figure><img src=\"/a:b.jpg\"></figure>"},
		{{.guid = STR(" urn:\"1\" ")}, "<p>x</p><figure data-media=\"urn:&quot;1&quot;\"><img></figure>"},
		{{.guid = STR("m"), .alt = str_of(alt, sizeof alt)}, NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct markup_media answer = cases[i].answer;
		const struct markup_rewrite rewrite = {.context = &answer, .media = answer_media};
		struct markup *tree = markup_from_html(NULL, STR("<p>x</p><img src=/old.jpg>"), arena, NULL);
		struct safe_html html;
		struct err err = {0};
		assert_int_equal(markup_rewrite(tree, &rewrite, &err), 0);
		assert_int_equal(markup_canonical(tree, arena, &html, &err), 0);
		if (cases[i].out)
			assert_str(html.text, cases[i].out);
		assert_str(sound(html.text, arena), arena_cstr(arena, html.text));
	}
}

static int remove_media(void *context, struct markup_media *media, struct err *err)
{
	(void)context;
	(void)media;
	(void)err;
	return MARKUP_REMOVE;
}

/* A title stays a title when something is taken out of it. */
static void test_rewritten_title(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	const struct markup_options options = {.inline_only = true};
	const struct markup_rewrite rewrite = {.media = remove_media};
	struct markup *tree = markup_from_html(&options, STR("a <img src=/x> <b>b</b>"), arena, NULL);
	struct safe_html html;
	struct err err = {0};
	assert_int_equal(markup_rewrite(tree, &rewrite, &err), 0);
	assert_int_equal(markup_canonical(tree, arena, &html, &err), 0);
	assert_str(html.text, "a <b>b</b>");
}

static void test_first_media(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct markup_media media;
	struct markup *tree =
		markup_from_html(NULL,
				 STR("<p>a</p><figure><img src=/1.jpg class=wp-image-42 width=9 height=80 "
				     "alt=''><figcaption>C <i>d</i><span class=credit>E</span></figcaption></figure>"),
				 arena, NULL);
	assert_true(markup_first_media(tree, &media));
	assert_str(media.address, "/1.jpg");
	assert_str(media.caption, "C d");
	assert_str(media.credit, "E");
	assert_int_equal(media.source_id, 42);
	assert_int_equal(media.height, 80);
	assert_true(media.has_alt);
	assert_false(markup_first_media(markup_from_html(NULL, STR("x"), arena, NULL), &media));
}

static void test_source(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED out = BUF_INIT(100000);
	const struct markup_figure figure = {.source_id = 7,
					     .address = STR("/a\"b.jpg"),
					     .link = STR("/l"),
					     .alt = STR("<alt>"),
					     .has_alt = true,
					     .caption_html = STR("Cap <em>x</em>"),
					     .credit = STR("A <b>"),
					     .align = STR("left"),
					     .width = 640,
					     .height = 480};
	markup_source_gallery_open(&out);
	markup_source_figure(&out, &figure);
	markup_source_gallery_close(&out, STR("All"));
	markup_source_embed(&out, STR("https://vimeo.com/1"), STR("\"T\""));
	markup_source_embed(&out, STR("javascript:x"), STR("only <title>"));
	assert_str(
		sound(buf_str(&out), arena),
		"<figure class=\"gallery\"><figure class=\"align-left\"><a href=\"/l\"><img src=\"/a%22b.jpg\" "
		"alt=\"&lt;alt&gt;\" width=\"640\" height=\"480\"></a>"
		"<figcaption>Cap <em>x</em><span class=\"credit\">A "
		"&lt;b&gt;</span></figcaption></figure><figcaption>All</figcaption></figure>"
		"<div class=\"embed-card\"><a href=\"https://vimeo.com/1\">\"T\"</a></div><p>only &lt;title&gt;</p>");
}

/* What readers get is as safe as what is stored, for every hostile case. */
static void test_hostile(void **state)
{
	(void)state;
	struct mutator mutator = {.state = 77};
	ARENA_SCOPED arena = arena_create(0);
	const struct markup_public options = {.picture = show, .base = STR("https://e.org/a/")};
	for (int i = 0; i < 3000; i++) {
		struct arena_mark mark = arena_mark(arena);
		struct str html = public_form(arena_cstr(arena, mutator_case(&mutator, arena)), &options, arena);
		assert_null(
			safe_check(markup_absolute((struct safe_html){html}, options.base, arena).text, arena, NULL));
		arena_release(arena, mark);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_in_another_language),
		cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_cards),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_absolute),
		cmocka_unit_test(test_rewrite),
		cmocka_unit_test(test_rewritten_is_sound),
		cmocka_unit_test(test_rewritten_title),
		cmocka_unit_test(test_first_media),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
