/* What stands in post_content, through to canonical HTML: each block, each shortcode, and what is said of them. */
#include "ingest/wptext_write.h"
#include "text/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

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
	if (id != 3)
		return false;
	*ret_content = STR("<!-- wp:paragraph --><p>shared</p><!-- /wp:paragraph -->");
	return true;
}

/* A picture known by id is called "G" and its id; others "G?". */
static int name_picture(void *context, struct markup_media *media, struct err *err)
{
	(void)err;
	media->guid = media->source_id ? arena_printf(context, "G%lld", (long long)media->source_id) : STR("G?");
	media->address = (struct str){0};
	return MARKUP_REPLACE;
}

static struct str canonical(struct arena *arena, struct str html, bool name)
{
	struct markup *tree = markup_from_html(NULL, html, arena, NULL);
	struct markup_rewrite rewrite = {.context = arena, .media = name_picture};
	struct safe_html safe;
	struct err err = {0};
	if (name)
		assert_int_equal(markup_rewrite(tree, &rewrite, &err), 0);
	assert_int_equal(markup_canonical(tree, arena, &safe, &err), 0);
	return safe.text;
}

static struct str render(struct arena *arena, struct str content, struct str *ret_tallies)
{
	struct wptext text = {
		.arena = arena,
		.post_id = 7,
		.footnotes = STR("[{\"id\":\"n1\",\"content\":\"Note <em>one</em><script>x</script>\"}]"),
		.attached = attached,
		.reusable = reusable,
	};
	BUF_SCOPED out = BUF_INIT(1 << 20);
	BUF_SCOPED tallies = BUF_INIT(1 << 16);
	wptext_to_html(&text, content, &out);
	for (size_t i = 0; i < text.tallies.len; i++)
		buf_printf(&tallies, "%s%s:%.*s=%lld", i ? " " : "", text.tallies.at[i].what,
			   STR_ARG(text.tallies.at[i].name), (long long)text.tallies.at[i].count);
	*ret_tallies = buf_copy(&tallies, arena);
	return canonical(arena, buf_str(&out), true);
}

static void assert_harmless(const char *content, struct arena *arena, struct str html)
{
	static const char *const never[] = {
		"<script",         "<iframe", "<object", "<style", "<form", "<svg", "<a href=\"javascript:",
		"<a href=\"data:", "<img src"};
	for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
		if (str_find_nocase(html, str_from(never[i])) != SIZE_MAX)
			fail_msg("%s gave %.*s", content, STR_ARG(html));
	struct str again = canonical(arena, html, false);
	if (!str_eq(again, html))
		fail_msg("%s gave\n%.*s\nand that gives\n%.*s", content, STR_ARG(html), STR_ARG(again));
}

struct wp_case {
	const char *content, *html, *tallies;
};

static void check(const struct wp_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct str tallies, html = render(arena, str_from(cases[i].content), &tallies);
		if (!str_eq(html, str_from(cases[i].html)))
			fail_msg("%s\nfound    %.*s\nexpected %s", cases[i].content, STR_ARG(html), cases[i].html);
		if (!str_eq(tallies, str_from(cases[i].tallies)))
			fail_msg("%s\nfound    %.*s\nexpected %s", cases[i].content, STR_ARG(tallies),
				 cases[i].tallies);
		assert_harmless(cases[i].content, arena, html);
	}
}

static const struct wp_case shortcodes[] = {
	{"[caption id=\"attachment_5\" align=\"alignright\" width=\"300\"]<a href=\"/5.jpg\"><img class=\"size-medium "
	 "wp-image-5\" src=\"/5-300.jpg\" alt=\"A pier\" width=\"300\" height=\"200\" /></a> At "
	 "<em>dawn</em>[/caption]",
	 "<figure class=\"align-right\" data-media=\"G5\"><a href=\"/5.jpg\"><img alt=\"A pier\" width=\"300\" "
	 "height=\"200\"></a><figcaption>At <em>dawn</em></figcaption></figure>",
	 "shortcodes rendered:caption=1"},
	{"[caption id=\"attachment_5\" width=\"300\" caption=\"Old &quot;way&quot;\"]<img src=\"/5.jpg\" "
	 "alt=\"\">[/caption]",
	 "<figure data-media=\"G5\"><img alt=\"\"><figcaption>Old \"way\"</figcaption></figure>",
	 "shortcodes rendered:caption=1"},
	{"[wp_caption id='attachment_6']<img src=\"/6.jpg\">Text[/wp_caption]",
	 "<figure data-media=\"G6\"><img><figcaption>Text</figcaption></figure>", "shortcodes rendered:wp_caption=1"},
	{"[caption width=300]no picture, only text[/caption]", "<p>no picture, only text</p>",
	 "shortcodes rendered:caption=1"},
	{"[caption]<img src=\"/5.jpg\">[/caption]", "<figure data-media=\"G?\"><img></figure>",
	 "shortcodes rendered:caption=1"},
	{"[caption]<img src=\"/5.jpg\">never closed", "<figure data-media=\"G?\"><img></figure><p>never closed</p>",
	 "shortcodes rendered:caption=1"},
	{"[caption]<img src=\"/5.jpg\">a [gallery ids=\"1\"] b[/caption]",
	 "<figure data-media=\"G?\"><img><figcaption>a [gallery ids=\"1\"] b</figcaption></figure>",
	 "shortcodes rendered:caption=1"},
	{"before [caption]<img src=\"/5.jpg\">mid[/caption] after",
	 "<p>before</p><figure data-media=\"G?\"><img><figcaption>mid</figcaption></figure><p>after</p>",
	 "shortcodes rendered:caption=1"},
	{"[[caption]x[/caption]]", "<p>[caption]x[/caption]</p>", ""},
	{"[gallery]",
	 "<figure class=\"gallery\"><figure data-media=\"G21\"><img></figure><figure "
	 "data-media=\"G22\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"[gallery ids=\"5,6\"]",
	 "<figure class=\"gallery\"><figure data-media=\"G5\"><img></figure><figure "
	 "data-media=\"G6\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"[gallery ids='5, x, 6,']",
	 "<figure class=\"gallery\"><figure data-media=\"G5\"><img></figure><figure "
	 "data-media=\"G6\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"[gallery ids=5,6]",
	 "<figure class=\"gallery\"><figure data-media=\"G5\"><img></figure><figure "
	 "data-media=\"G6\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"[gallery ids=&#8221;5,6&#8221;]",
	 "<figure class=\"gallery\"><figure data-media=\"G5\"><img></figure><figure "
	 "data-media=\"G6\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"[gallery ids=“5,6”]",
	 "<figure class=\"gallery\"><figure data-media=\"G5\"><img></figure><figure "
	 "data-media=\"G6\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"[gallery include=\"5\"]", "<figure class=\"gallery\"><figure data-media=\"G5\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"[gallery exclude=\"21\"]", "<figure class=\"gallery\"><figure data-media=\"G22\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"[gallery id=\"8\"]", "", "shortcodes rendered:gallery=1"},
	{"[gallery ids=\"\"]",
	 "<figure class=\"gallery\"><figure data-media=\"G21\"><img></figure><figure "
	 "data-media=\"G22\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"[gallery ids=\"5\" /]", "<figure class=\"gallery\"><figure data-media=\"G5\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"[GALLERY ids=\"5\"]", "<p>[GALLERY ids=\"5\"]</p>", "shortcodes kept as text:GALLERY=1"},
	{"[galleryx ids=\"5\"]", "<p>[galleryx ids=\"5\"]</p>", "shortcodes kept as text:galleryx=1"},
	{"[embed]https://vimeo.com/1[/embed]",
	 "<div class=\"embed-card\"><a href=\"https://vimeo.com/1\">https://vimeo.com/1</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:embed=1"},
	{"[embed width=\"1\" height=\"2\"]https://vimeo.com/1[/embed]",
	 "<div class=\"embed-card\"><a href=\"https://vimeo.com/1\">https://vimeo.com/1</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:embed=1"},
	{"[embed src=\"https://vimeo.com/2\"]",
	 "<div class=\"embed-card\"><a href=\"https://vimeo.com/2\">https://vimeo.com/2</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:embed=1"},
	{"[embed]javascript:alert(1)[/embed]", "<p>[embed]javascript:alert(1)[/embed]</p>",
	 "shortcodes kept as text:embed=1"},
	{"[embed][/embed]", "<p>[embed][/embed]</p>", "shortcodes kept as text:embed=1"},
	{"[audio src=\"https://a.example/b.mp3\"]",
	 "<div class=\"embed-card\"><a href=\"https://a.example/b.mp3\">https://a.example/b.mp3</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:audio=1"},
	{"[audio mp3=\"https://a.example/b.mp3\"][/audio]",
	 "<div class=\"embed-card\"><a href=\"https://a.example/b.mp3\">https://a.example/b.mp3</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:audio=1"},
	{"[audio https://a.example/b.mp3]",
	 "<div class=\"embed-card\"><a href=\"https://a.example/b.mp3\">https://a.example/b.mp3</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:audio=1"},
	{"[video mp4=\"https://a.example/b.mp4\" poster=\"https://a.example/p.jpg\"][/video]",
	 "<div class=\"embed-card\"><a href=\"https://a.example/b.mp4\">https://a.example/b.mp4</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:video=1"},
	{"[video width=\"640\" src='https://a.example/b.mp4']",
	 "<div class=\"embed-card\"><a href=\"https://a.example/b.mp4\">https://a.example/b.mp4</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:video=1"},
	{"[video id=\"5\"]", "<div class=\"embed-card\"><a href=\"/?attachment_id=5\">/?attachment_id=5</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:video=1"},
	{"[playlist ids=\"5,6\"]",
	 "<div class=\"embed-card\"><a href=\"/?attachment_id=5\">/?attachment_id=5</a></div><div "
	 "class=\"embed-card\"><a href=\"/?attachment_id=6\">/?attachment_id=6</a></div>",
	 "embeds:shortcode=2 shortcodes rendered:playlist=1"},
	{"[youtube abc]",
	 "<div class=\"embed-card\"><a "
	 "href=\"https://www.youtube.com/watch?v=abc\">https://www.youtube.com/watch?v=abc</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:youtube=1"},
	{"[youtube https://www.youtube.com/watch?v=abc&t=1]",
	 "<div class=\"embed-card\"><a "
	 "href=\"https://www.youtube.com/watch?v=abc&amp;t=1\">https://www.youtube.com/watch?v=abc&amp;t=1</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:youtube=1"},
	{"[youtube=https://www.youtube.com/watch?v=abc]",
	 "<div class=\"embed-card\"><a "
	 "href=\"https://www.youtube.com/watch?v=abc\">https://www.youtube.com/watch?v=abc</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:youtube=1"},
	{"[youtube id=\"abc\"]",
	 "<div class=\"embed-card\"><a "
	 "href=\"https://www.youtube.com/watch?v=abc\">https://www.youtube.com/watch?v=abc</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:youtube=1"},
	{"[youtube]abc[/youtube]",
	 "<div class=\"embed-card\"><a "
	 "href=\"https://www.youtube.com/watch?v=abc\">https://www.youtube.com/watch?v=abc</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:youtube=1"},
	{"[vimeo 12 w=400&h=300]",
	 "<div class=\"embed-card\"><a href=\"https://vimeo.com/12\">https://vimeo.com/12</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:vimeo=1"},
	{"[dailymotion id=x1]",
	 "<div class=\"embed-card\"><a "
	 "href=\"https://www.dailymotion.com/video/x1\">https://www.dailymotion.com/video/x1</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:dailymotion=1"},
	{"[tweet 20]",
	 "<div class=\"embed-card\"><a "
	 "href=\"https://twitter.com/i/status/20\">https://twitter.com/i/status/20</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:tweet=1"},
	{"[tweet https://twitter.com/a/status/20]",
	 "<div class=\"embed-card\"><a "
	 "href=\"https://twitter.com/a/status/20\">https://twitter.com/a/status/20</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:tweet=1"},
	{"[instagram url=https://www.instagram.com/p/x/]",
	 "<div class=\"embed-card\"><a href=\"https://www.instagram.com/p/x\">https://www.instagram.com/p/x</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:instagram=1"},
	{"[facebook url=\"https://www.facebook.com/x\"]",
	 "<div class=\"embed-card\"><a href=\"https://www.facebook.com/x\">https://www.facebook.com/x</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:facebook=1"},
	{"[soundcloud url=\"https://api.soundcloud.com/tracks/1\" params=\"x\" /]",
	 "<div class=\"embed-card\"><a "
	 "href=\"https://api.soundcloud.com/tracks/1\">https://api.soundcloud.com/tracks/1</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:soundcloud=1"},
	{"[wpvideo AbC]",
	 "<div class=\"embed-card\"><a href=\"https://videopress.com/v/AbC\">https://videopress.com/v/AbC</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:wpvideo=1"},
	{"[ted id=9]", "<p>[ted id=9]</p>", "shortcodes kept as text:ted=1"},
	{"[contact-form-7 id=\"1\" title=\"Contact\"]", "<p>[contact-form-7 id=\"1\" title=\"Contact\"]</p>",
	 "shortcodes kept as text:contact-form-7=1"},
	{"[sic] [x] [1] [note: a] [ibid., p. 3]", "<p>[sic] [x] [1] [note: a] [ibid., p. 3]</p>", ""},
	{"[my_code]inner <strong>text</strong>[/my_code]", "<p>[my_code]inner <strong>text</strong>[/my_code]</p>",
	 "shortcodes kept as text:my_code=1"},
	{"a [[my_code]] b", "<p>a [[my_code]] b</p>", "shortcodes kept as text:my_code=1"},
	{"a <a href=\"/x\" title=\"[gallery]\">b</a>", "<p>a <a href=\"/x\" title=\"[gallery]\">b</a></p>", ""},
	{"<!-- [gallery] -->", "", ""},
	{"[gallery ids=\"5\"\n"
	 "columns=\"2\"]",
	 "<figure class=\"gallery\"><figure data-media=\"G5\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"[caption]<img src=\"javascript:alert(1)\" onerror=\"x()\">a<script>y</script>[/caption]", "<p>a</p>",
	 "shortcodes rendered:caption=1"},
	{"[embed]https://x.example/\"><script>alert(1)</script>[/embed]",
	 "<div class=\"embed-card\"><a href=\"https://x.example/%22%3E\">https://x.example/%22%3E</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:embed=1"},
	{"[audio src=\"data:text/html,<script>alert(1)</script>\"]", "",
	 "embeds:shortcode=1 shortcodes rendered:audio=1"},
	{"[youtube \"><script>alert(1)</script>]",
	 "<div class=\"embed-card\"><a "
	 "href=\"https://www.youtube.com/watch?v=%22%3E\">https://www.youtube.com/watch?v=%22%3E</a></div>",
	 "embeds:shortcode=1 shortcodes rendered:youtube=1"},
	{"text[gallery ids=\"5\"]text",
	 "<p>text</p><figure class=\"gallery\"><figure data-media=\"G5\"><img></figure></figure><p>text</p>",
	 "shortcodes rendered:gallery=1"},
	{"<p>[gallery ids=\"5\"]</p>", "<figure class=\"gallery\"><figure data-media=\"G5\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"[caption]<img src=\"/5.jpg\">&copy; Nora[/caption]",
	 "<figure data-media=\"G?\"><img><figcaption>© Nora</figcaption></figure>", "shortcodes rendered:caption=1"},
};

static const struct wp_case blocks[] = {
	{"<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph -->", "<p>a</p>", ""},
	{"<!-- wp:paragraph {\"align\":\"center\",\"dropCap\":true} -->\n"
	 "<p class=\"has-text-align-center\">a<br>b</p>\n"
	 "<!-- /wp:paragraph -->",
	 "<p class=\"align-center\">a<br>b</p>", ""},
	{"<!-- wp:heading {\"level\":3} --><h3 class=\"wp-block-heading\" id=\"x\">a</h3><!-- /wp:heading -->",
	 "<h3>a</h3>", ""},
	{"<!-- wp:list --><ul><!-- wp:list-item --><li>a<!-- wp:list --><ul><!-- wp:list-item --><li>b</li><!-- "
	 "/wp:list-item --></ul><!-- /wp:list --></li><!-- /wp:list-item --></ul><!-- /wp:list -->",
	 "<ul><li>a<ul><li>b</li></ul></li></ul>", ""},
	{"<!-- wp:quote --><blockquote class=\"wp-block-quote\"><!-- wp:paragraph --><p>a</p><!-- /wp:paragraph "
	 "--><cite>b</cite></blockquote><!-- /wp:quote -->",
	 "<figure class=\"quote\"><blockquote><p>a</p></blockquote><figcaption>b</figcaption></figure>", ""},
	{"<!-- wp:pullquote --><figure "
	 "class=\"wp-block-pullquote\"><blockquote><p>a</p><cite>b</cite></blockquote></figure><!-- /wp:pullquote -->",
	 "<figure class=\"quote\"><blockquote class=\"pull\"><p>a</p></blockquote><figcaption>b</figcaption></figure>",
	 ""},
	{"<!-- wp:image {\"id\":8,\"align\":\"left\"} --><div class=\"wp-block-image\"><figure "
	 "class=\"alignleft\"><img src=\"/8.jpg\" alt=\"x\" class=\"wp-image-8\"/><figcaption "
	 "class=\"wp-element-caption\">c <a href=\"/y\">d</a></figcaption></figure></div><!-- /wp:image -->",
	 "<figure class=\"align-left\" data-media=\"G8\"><img alt=\"x\"><figcaption>c <a "
	 "href=\"/y\">d</a></figcaption></figure>",
	 ""},
	{"<!-- wp:gallery {\"ids\":[8,9]} --><ul class=\"wp-block-gallery\"><li "
	 "class=\"blocks-gallery-item\"><figure><img src=\"/8.jpg\" data-id=\"8\" "
	 "class=\"wp-image-8\"/></figure></li><li class=\"blocks-gallery-item\"><figure><img src=\"/9.jpg\" "
	 "class=\"wp-image-9\"/><figcaption>n</figcaption></figure></li></ul><!-- /wp:gallery -->",
	 "<figure class=\"gallery\"><figure data-media=\"G8\"><img></figure><figure "
	 "data-media=\"G9\"><img><figcaption>n</figcaption></figure></figure>",
	 ""},
	{"<!-- wp:code --><pre class=\"wp-block-code\"><code>a &lt; b\n"
	 "\n"
	 "c [gallery]</code></pre><!-- /wp:code -->",
	 "<pre><code>a &lt; b\n"
	 "\n"
	 "c </code></pre><figure class=\"gallery\"><figure data-media=\"G21\"><img></figure><figure "
	 "data-media=\"G22\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"<!-- wp:preformatted --><pre class=\"wp-block-preformatted\">a\n"
	 "b</pre><!-- /wp:preformatted -->",
	 "<pre>a\n"
	 "b</pre>",
	 ""},
	{"<!-- wp:verse --><pre class=\"wp-block-verse\">a\n"
	 "b</pre><!-- /wp:verse -->",
	 "<pre>a\n"
	 "b</pre>",
	 ""},
	{"<!-- wp:table --><figure "
	 "class=\"wp-block-table\"><table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></"
	 "table><figcaption>c</figcaption></figure><!-- /wp:table -->",
	 "<table><caption>c</caption><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>", ""},
	{"<!-- wp:separator --><hr class=\"wp-block-separator\"/><!-- /wp:separator -->", "<hr>", ""},
	{"<!-- wp:spacer --><div style=\"height:100px\" aria-hidden=\"true\" class=\"wp-block-spacer\"></div><!-- "
	 "/wp:spacer -->",
	 "", ""},
	{"<!-- wp:columns --><div class=\"wp-block-columns\"><!-- wp:column --><div class=\"wp-block-column\"><!-- "
	 "wp:paragraph --><p>a</p><!-- /wp:paragraph --></div><!-- /wp:column --><!-- wp:column --><div><!-- "
	 "wp:paragraph --><p>b</p><!-- /wp:paragraph --></div><!-- /wp:column --></div><!-- /wp:columns -->",
	 "<p>a</p><p>b</p>", ""},
	{"<!-- wp:media-text {\"mediaId\":8} --><div class=\"wp-block-media-text\"><figure><img src=\"/8.jpg\" "
	 "class=\"wp-image-8\"/></figure><div><!-- wp:paragraph --><p>a</p><!-- /wp:paragraph --></div></div><!-- "
	 "/wp:media-text -->",
	 "<figure data-media=\"G8\"><img></figure><p>a</p>", ""},
	{"<!-- wp:button --><div class=\"wp-block-button\"><a class=\"wp-block-button__link\" "
	 "href=\"/x\">a</a></div><!-- /wp:button -->",
	 "<p><a href=\"/x\">a</a></p>", ""},
	{"<!-- wp:buttons --><div><!-- wp:button --><div><a href=\"/x\">a</a></div><!-- /wp:button --></div><!-- "
	 "/wp:buttons -->",
	 "<p><a href=\"/x\">a</a></p>", ""},
	{"<!-- wp:html --><div><b>a</b><script>x</script><iframe "
	 "src=\"https://player.vimeo.com/video/1\"></iframe></div><!-- /wp:html -->",
	 "<p><b>a</b></p><div class=\"embed-card\"><a href=\"https://vimeo.com/1\">https://vimeo.com/1</a></div>", ""},
	{"<!-- wp:freeform -->a\n"
	 "\n"
	 "b<!-- /wp:freeform -->",
	 "<p>a</p><p>b</p>", ""},
	{"a\n"
	 "\n"
	 "b <!-- wp:paragraph --><p>c</p><!-- /wp:paragraph -->",
	 "<p>a</p><p>b</p><p>c</p>", ""},
	{"<!-- wp:shortcode -->[gallery ids=\"5\"]<!-- /wp:shortcode -->",
	 "<figure class=\"gallery\"><figure data-media=\"G5\"><img></figure></figure>",
	 "shortcodes rendered:gallery=1"},
	{"<!-- wp:shortcode -->[unknown x=\"1\"]<!-- /wp:shortcode -->", "<p>[unknown x=\"1\"]</p>",
	 "shortcodes kept as text:unknown=1"},
	{"<!-- wp:embed {\"url\":\"https://vimeo.com/1\",\"type\":\"video\"} --><figure class=\"wp-block-embed\"><div "
	 "class=\"wp-block-embed__wrapper\">\n"
	 "https://vimeo.com/1\n"
	 "</div></figure><!-- /wp:embed -->",
	 "<div class=\"embed-card\"><a href=\"https://vimeo.com/1\">https://vimeo.com/1</a></div>", "embeds:block=1"},
	{"<!-- wp:core-embed/youtube {\"url\":\"https://youtu.be/x\"} --><figure>https://youtu.be/x</figure><!-- "
	 "/wp:core-embed/youtube -->",
	 "<div class=\"embed-card\"><a href=\"https://youtu.be/x\">https://youtu.be/x</a></div>", "embeds:block=1"},
	{"<!-- wp:embed --><figure>https://vimeo.com/1</figure><!-- /wp:embed -->", "", "blocks dropped:embed=1"},
	{"<!-- wp:video {\"id\":5} --><figure class=\"wp-block-video\"><video controls "
	 "src=\"https://a.example/b.mp4\"></video><figcaption>c</figcaption></figure><!-- /wp:video -->",
	 "<div class=\"embed-card\"><a href=\"https://a.example/b.mp4\">https://a.example/b.mp4</a></div><p>c</p>",
	 "embeds:block=1"},
	{"<!-- wp:audio {\"src\":\"https://a.example/b.mp3\"} /-->",
	 "<div class=\"embed-card\"><a href=\"https://a.example/b.mp3\">https://a.example/b.mp3</a></div>",
	 "embeds:block=1"},
	{"<!-- wp:audio --><figure><audio controls src=\"https://a.example/b.mp3\"></audio></figure><!-- /wp:audio -->",
	 "<div class=\"embed-card\"><a href=\"https://a.example/b.mp3\">https://a.example/b.mp3</a></div>",
	 "embeds:block=1"},
	{"<!-- wp:video --><figure></figure><!-- /wp:video -->", "", "blocks dropped:video=1"},
	{"<!-- wp:file {\"id\":5,\"href\":\"https://a.example/b.pdf\"} --><div class=\"wp-block-file\"><a "
	 "href=\"https://a.example/b.pdf\">The <em>report</em></a><a href=\"https://a.example/b.pdf\" "
	 "class=\"wp-block-file__button\" download>Download</a></div><!-- /wp:file -->",
	 "<p><a href=\"https://a.example/b.pdf\">The <em>report</em></a></p>", ""},
	{"<!-- wp:file --><div><a href=\"/b.pdf\"></a></div><!-- /wp:file -->", "<p><a href=\"/b.pdf\">/b.pdf</a></p>",
	 ""},
	{"<!-- wp:file /-->", "", "blocks dropped:file=1"},
	{"<!-- wp:cover {\"url\":\"/c.jpg\",\"id\":9} --><div class=\"wp-block-cover\"><img "
	 "class=\"wp-block-cover__image-background wp-image-9\" src=\"/c.jpg\"/><div><!-- wp:paragraph --><p>a</p><!-- "
	 "/wp:paragraph --></div></div><!-- /wp:cover -->",
	 "<figure data-media=\"G9\"><img></figure><p>a</p>", ""},
	{"<!-- wp:group --><div class=\"wp-block-group\"><div class=\"wp-block-group__inner-container\"><!-- "
	 "wp:heading --><h2>a</h2><!-- /wp:heading --></div></div><!-- /wp:group -->",
	 "<h2>a</h2>", ""},
	{"<!-- wp:details --><details class=\"wp-block-details\"><summary>a</summary><!-- wp:paragraph --><p>b</p><!-- "
	 "/wp:paragraph --></details><!-- /wp:details -->",
	 "<details><summary>a</summary><p>b</p></details>", ""},
	{"<!-- wp:more --><!--more--><!-- /wp:more --><!-- wp:paragraph --><p>a</p><!-- /wp:paragraph -->", "<p>a</p>",
	 ""},
	{"<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph --><!-- wp:nextpage --><!--nextpage--><!-- /wp:nextpage "
	 "--><!-- wp:paragraph --><p>b</p><!-- /wp:paragraph -->",
	 "<p>a</p><p>b</p>", "page breaks:joined=1"},
	{"<!-- wp:block {\"ref\":3} /-->", "<p>shared</p>", ""},
	{"<!-- wp:block {\"ref\":99} /-->", "", "blocks dropped:block (not in the export)=1"},
	{"<!-- wp:latest-posts {\"postsToShow\":3} /--><!-- wp:search /--><!-- wp:post-title /--><!-- wp:query "
	 "--><div>x</div><!-- /wp:query -->",
	 "",
	 "blocks dropped:latest-posts=1 blocks dropped:search=1 blocks dropped:post-title=1 blocks dropped:query=1"},
	{"<!-- wp:acme/thing {\"a\":1} --><div><p>kept</p></div><!-- /wp:acme/thing -->", "<p>kept</p>", ""},
	{"<!-- wp:acme/dynamic {\"a\":1} /-->", "", "blocks dropped:acme/dynamic=1"},
	{"<!-- wp:core/paragraph --><p>a</p><!-- /wp:core/paragraph -->", "<p>a</p>", ""},
	{"<!-- wp:paragraph {broken --><p>a</p><!-- /wp:paragraph -->", "<p>a</p>", ""},
	{"<!-- wp:group --><div><!-- wp:paragraph --><p>never closed</p>", "<p>never closed</p>", ""},
	{"<!-- /wp:paragraph --><p>closed only</p>", "<p>closed only</p>", ""},
	{"<!-- wp:paragraph {\"x\":\"-->\"} --><p>a</p><!-- /wp:paragraph -->", "<p>\"} --&gt;</p><p>a</p>", ""},
	{"<!-- wp:paragraph {\"content\":\"\\u003c!--\"} --><p>a</p><!-- /wp:paragraph -->", "<p>a</p>", ""},
	{"<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph --><!-- wp:footnotes /-->",
	 "<p>a</p><ol><li>Note <em>one</em></li></ol>", ""},
	{"<!-- wp:paragraph --><p>a<sup data-fn=\"n1\" class=\"fn\"><a href=\"#n1\" id=\"n1-link\">1</a></sup></p><!-- "
	 "/wp:paragraph --><!-- wp:footnotes /-->",
	 "<p>a<sup><a href=\"#note-1\" id=\"mark-1\">1</a></sup></p><ol class=\"notes\"><li id=\"note-1\">Note "
	 "<em>one</em> <a href=\"#mark-1\">↩</a></li></ol>",
	 ""},
	{"<!-- wp:paragraph --><p>a [gallery ids=\"5\"] b</p><!-- /wp:paragraph -->",
	 "<p>a</p><figure class=\"gallery\"><figure data-media=\"G5\"><img></figure></figure><p>b</p>",
	 "shortcodes rendered:gallery=1"},
	{"<!-- wp:paragraph --><p onclick=\"x()\">a<a href=\"javascript:x()\">b</a></p><!-- /wp:paragraph -->",
	 "<p>ab</p>", ""},
	{"<!-- wp:math --><div>x</div><!-- /wp:math -->", "<p>x</p>", ""},
	{"<!-- wp:social-links --><ul><!-- wp:social-link {\"url\":\"https://x.example\"} /--></ul><!-- "
	 "/wp:social-links -->",
	 "", "blocks dropped:social-links=1"},
};

static void each_shortcode(void **state)
{
	(void)state;
	check(shortcodes, sizeof shortcodes / sizeof shortcodes[0]);
}

static void each_block(void **state)
{
	(void)state;
	check(blocks, sizeof blocks / sizeof blocks[0]);
}

/* Every way to write one attribute. */
static void each_way_to_quote(void **state)
{
	static const char *const ways[] = {
		"ids=\"5,6\"",
		"ids='5,6'",
		"ids=5,6",
		"ids = \"5,6\"",
		"IDS=\"5,6\"",
		"ids=&quot;5,6&quot;",
		"ids=&#8220;5,6&#8221;",
		"ids=&#8221;5,6&#8221;",
		"ids=&#8243;5,6&#8243;",
		"ids=\xE2\x80\x9C"
		"5,6\xE2\x80\x9D",
		"ids=\xE2\x80\x9E"
		"5,6\xE2\x80\x9C",
		"ids=\xC2\xAB"
		"5,6\xC2\xBB",
		"ids=\"5, 6\"",
		"x=1 ids=\"5,6\" y=2",
		"columns='2'ids=\"5,6\"",
		"\nids=\"5,6\"\n",
		"ids=\"5,6\"/",
		"ids=\"5,6\" link=\"file\" size=\"full\" orderby=\"rand\"",
	};
	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct str tallies, html = render(arena, arena_printf(arena, "[gallery %s]", ways[i]), &tallies);
		if (!str_eq(html, STR("<figure class=\"gallery\"><figure data-media=\"G5\"><img></figure>"
				      "<figure data-media=\"G6\"><img></figure></figure>")))
			fail_msg("%s gave %.*s", ways[i], STR_ARG(html));
	}
}

/* Each known name, closed, unclosed, escaped and doubled: nothing is lost and nothing runs. */
static void each_known_name_in_each_shape(void **state)
{
	static const char *const names[] = {
		"caption",  "wp_caption", "gallery",      "embed",       "audio",      "video",
		"playlist", "youtube",    "vimeo",        "dailymotion", "soundcloud", "spotify",
		"twitter",  "tweet",      "instagram",    "facebook",    "fb",         "tiktok",
		"ted",      "flickr",     "flickr-video", "slideshare",  "scribd",     "issuu",
		"wpvideo",  "videopress", "googlemaps",   "bandcamp",    "archiveorg", "gist",
	};
	static const char *const shapes[] = {
		"[%s]",
		"[%s/]",
		"[%s][/%s]",
		"[%s]https://a.example/x[/%s]",
		"[%s https://a.example/x]",
		"[%s url=\"https://a.example/x\"]",
		"[%s]<script>x</script>[/%s]",
		"[%s src=\"javascript:x()\"]",
		"[%s][%s][/%s][/%s]",
		"[%s",
		"[/%s]",
		"[%s \"unclosed]",
	};
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		for (size_t j = 0; j < sizeof shapes / sizeof shapes[0]; j++) {
			ARENA_SCOPED arena = arena_create(0);
			BUF_SCOPED text = BUF_INIT(1 << 12);
			struct str tallies, rest = str_from(shapes[j]), piece;
			buf_put_cstr(&text, "before ");
			for (bool more = str_cut(rest, '%', &piece, &rest);; more = str_cut(rest, '%', &piece, &rest)) {
				buf_put(&text, piece);
				if (!more)
					break;
				buf_put_cstr(&text, names[i]);
				rest = str_skip(rest, 1);
			}
			buf_put_cstr(&text, " after");
			struct str html = render(arena, buf_str(&text), &tallies);
			assert_harmless(arena_cstr(arena, buf_str(&text)), arena, html);
			if (str_find(html, STR("before")) == SIZE_MAX || str_find(html, STR("after")) == SIZE_MAX)
				fail_msg("%.*s gave %.*s", STR_ARG(buf_str(&text)), STR_ARG(html));
			if (j == 5 && i != 0 && i != 1 && i != 2 && i != 6 &&
			    str_find(html, STR("<div class=\"embed-card\"><a href=\"https://a.example/x\">")) ==
				    SIZE_MAX)
				fail_msg("%.*s gave %.*s", STR_ARG(buf_str(&text)), STR_ARG(html));
			struct str escaped = render(
				arena,
				arena_printf(arena, "[%.*s]", STR_ARG(str_sub(buf_str(&text), 7, text.len - 13))),
				&tallies);
			assert_harmless(arena_cstr(arena, buf_str(&text)), arena, escaped);
		}
	}
}

static void depth_and_size_are_bounded(void **state)
{
	static const struct {
		const char *open, *inside, *close;
	} nests[] = {
		{"<!-- wp:group --><div>", "<!-- wp:paragraph --><p>deep</p><!-- /wp:paragraph -->",
		 "</div><!-- /wp:group -->"},
		{"<!-- wp:list --><ul><li>", "deep", "</li></ul><!-- /wp:list -->"},
		{"[caption]", "deep", "[/caption]"},
		{"<div>", "deep", "</div>"},
		{"<blockquote>\n\n", "deep", "\n\n</blockquote>"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof nests / sizeof nests[0]; i++) {
		for (int depth = 1; depth <= 3000; depth = depth * 5 + 1) {
			ARENA_SCOPED arena = arena_create(0);
			BUF_SCOPED text = BUF_INIT(1 << 20);
			struct str tallies;
			for (int k = 0; k < depth; k++)
				buf_put_cstr(&text, nests[i].open);
			buf_put_cstr(&text, nests[i].inside);
			for (int k = 0; k < depth; k++)
				buf_put_cstr(&text, nests[i].close);
			struct str html = render(arena, buf_str(&text), &tallies);
			if (depth < 20 && str_find(html, STR("deep")) == SIZE_MAX)
				fail_msg("%s, %d deep: %.*s", nests[i].open, depth, STR_ARG(html));
			assert_harmless(nests[i].open, arena, html);
		}
	}
}

static void many_names_are_told_as_others(void **state)
{
	struct tally_vec tallies = {0};
	ARENA_SCOPED arena = arena_create(0);
	int64_t sum = 0, others = 0;
	(void)state;
	for (int i = 0; i < 1000; i++)
		tally_add(&tallies, arena, TALLY_SHORTCODE_UNKNOWN, arena_printf(arena, "name-%d", i), 2);
	for (size_t i = 0; i < tallies.len; i++) {
		sum += tallies.at[i].count;
		others += str_eq(tallies.at[i].name, STR("(other)")) ? tallies.at[i].count : 0;
	}
	assert_int_equal(sum, 2000);
	assert_int_equal(tallies.len, 65);
	assert_int_equal(others, 2000 - 2 * 64);
}

static void tags_and_their_attributes(void **state)
{
	static const struct {
		const char *tag, *name, *value;
	} cases[] = {
		{"<img src=\"/a.jpg\">", "src", "/a.jpg"},
		{"<img src='/a.jpg'>", "src", "/a.jpg"},
		{"<img src=/a.jpg>", "src", "/a.jpg"},
		{"<IMG SRC=\"/a.jpg\">", "src", "/a.jpg"},
		{"<img\nsrc = \"/a.jpg\" >", "src", "/a.jpg"},
		{"<img data-src=\"/b.jpg\" src=\"/a.jpg\">", "src", "/a.jpg"},
		{"<img alt=\"a src='/b.jpg' b\" src=\"/a.jpg\">", "src", "/a.jpg"},
		{"<img alt=\"x > y\" src=\"/a.jpg\">", "src", "/a.jpg"},
		{"<img alt=\"&quot;A&quot; &amp; b\">", "alt", "\"A\" & b"},
		{"<img alt>", "alt", ""},
		{"<img alt=\"\">", "alt", ""},
		{"<img srcset=\"/b.jpg\">", "src", ""},
		{"<img>", "src", ""},
		{"<img src=\"/a.jpg>", "src", ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		size_t start = 0, end = 0;
		struct str text = arena_printf(arena, "x < y <imgx> %s after", cases[i].tag), value = {0};
		if (wptext_find_tag(text, STR("img"), 0, &start, &end))
			value = wptext_tag_attribute(str_sub(text, start, end - start), str_from(cases[i].name), arena);
		if (!str_eq(value, str_from(cases[i].value)))
			fail_msg("%s: found \"%.*s\"", cases[i].tag, STR_ARG(value));
	}
}

/* ---- a few bytes that stand for many ---- */

#define MANY 1200

static size_t many_attached(void *context, int64_t post_id, const int64_t **ret_ids)
{
	*ret_ids = context;
	return post_id == 7 ? MANY : 0;
}

/* Block 3 has nothing in it but two uses of block 4, which is a paragraph. */
static bool doubling(void *context, int64_t id, struct str *ret_content)
{
	(void)context;
	*ret_content = id == 3 ? STR("<!-- wp:block {\"ref\":4} /--><!-- wp:block {\"ref\":4} /-->")
			       : STR("<!-- wp:paragraph --><p>s</p><!-- /wp:paragraph -->");
	return true;
}

static size_t occurrences(struct str text, const char *piece)
{
	size_t count = 0;
	for (size_t at; (at = str_find(text, str_from(piece))) != SIZE_MAX; count++)
		text = str_skip(text, at + strlen(piece));
	return count;
}

static struct str times(struct arena *arena, const char *piece, size_t count)
{
	BUF_SCOPED out = BUF_INIT(16u << 20);
	while (count-- > 0)
		buf_put_cstr(&out, piece);
	return buf_copy(&out, arena);
}

static void galleries_without_ids_are_bounded(void **state)
{
	static const struct {
		const char *text;
		size_t times, shown;
		int64_t left;
	} cases[] = {
		{"[gallery]", 1, MANY, 0},
		{"[gallery]", 4, 4 * MANY, 0},
		{"[gallery]", 5, WPTEXT_GALLERY_PICTURES_MAX, 5 * MANY - WPTEXT_GALLERY_PICTURES_MAX},
		{"[gallery]", 9000, WPTEXT_GALLERY_PICTURES_MAX, 9000 * MANY - WPTEXT_GALLERY_PICTURES_MAX},
		{"[gallery id=8]", 9000, 0, 0},
		{"[gallery exclude=\"1,2, 3 ,x\"]", 1, MANY - 3, 0},
		{"[gallery exclude=\"1,2\"]", 5, WPTEXT_GALLERY_PICTURES_MAX - 10,
		 5 * MANY - WPTEXT_GALLERY_PICTURES_MAX},
		{"[gallery ids=\"1,2\"]", 3000, 6000, 0},
	};
	(void)state;
	int64_t ids[MANY];
	for (int64_t i = 0; i < MANY; i++)
		ids[i] = i + 1;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		BUF_SCOPED out = BUF_INIT(16u << 20);
		struct wptext text = {.arena = arena, .post_id = 7, .context = ids, .attached = many_attached};
		int64_t left = 0;
		wptext_to_html(&text, times(arena, cases[i].text, cases[i].times), &out);
		for (size_t j = 0; j < text.tallies.len; j++)
			if (strcmp(text.tallies.at[j].what, TALLY_BEYOND) == 0)
				left += text.tallies.at[j].count;
		assert_int_equal(occurrences(buf_str(&out), WPTEXT_BY_ID), cases[i].shown);
		assert_int_equal(left, cases[i].left);
	}
}

static void reusable_blocks_are_bounded_in_bytes(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	(void)state;
	const size_t one = strlen("<!-- wp:paragraph --><p>s</p><!-- /wp:paragraph -->") + 64;
	const size_t two = 2 * strlen("<!-- wp:block {\"ref\":4} /-->") + 64 + 2 * one;
	static const size_t counts[] = {1, 1000, 100000};
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		BUF_SCOPED out = BUF_INIT(16u << 20);
		struct wptext text = {.arena = arena, .reusable = doubling};
		wptext_to_html(&text, times(arena, "<!-- wp:block {\"ref\":3} /-->", counts[i]), &out);
		size_t shown = occurrences(buf_str(&out), "<p>s</p>");
		bool all = counts[i] * two <= WPTEXT_REUSED_BYTES_MAX;
		if (all)
			assert_int_equal(shown, 2 * counts[i]);
		else
			assert_in_range(shown, WPTEXT_REUSED_BYTES_MAX / two, WPTEXT_REUSED_BYTES_MAX / one);
		assert_int_equal(text.tallies.len, all ? 0 : 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_shortcode),
		cmocka_unit_test(each_block),
		cmocka_unit_test(each_way_to_quote),
		cmocka_unit_test(each_known_name_in_each_shape),
		cmocka_unit_test(depth_and_size_are_bounded),
		cmocka_unit_test(many_names_are_told_as_others),
		cmocka_unit_test(tags_and_their_attributes),
		cmocka_unit_test(galleries_without_ids_are_bounded),
		cmocka_unit_test(reusable_blocks_are_bounded_in_bytes),
	};
	return cmocka_run_group_tests_name("ingest.wptext", tests, NULL, NULL);
}
