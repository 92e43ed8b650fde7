/* What each kind of thing becomes. Each expected form is also a fixed point. */
#include "support.h"

#include "base/limits.h"

struct expectation {
	const char *in, *out;
};

static void hold(const struct expectation *list, size_t count)
{
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < count; i++) {
		struct str found = sound(str_from(list[i].in), arena);
		if (!str_eq(found, str_from(list[i].out)))
			fail_msg("in:       %s\nexpected: %s\nfound:    %.*s", list[i].in, list[i].out, STR_ARG(found));
	}
}
#define HOLD(...)                                                                                                      \
	do {                                                                                                           \
		static const struct expectation list[] = {__VA_ARGS__};                                                \
		hold(list, sizeof list / sizeof *list);                                                                \
	} while (0)

static void test_paragraphs(void **state)
{
	(void)state;
	HOLD({"", ""}, {"  \n ", ""}, {"plain", "<p>plain</p>"}, {"<p>a</p>\n\n<p>b</p>", "<p>a</p><p>b</p>"},
	     {"a<p>b</p>c", "<p>a</p><p>b</p><p>c</p>"}, {"<div>a</div><div>b</div>", "<p>a</p><p>b</p>"},
	     {"<p>a<br><br>b</p>", "<p>a</p><p>b</p>"}, {"<p><br>a<br>b<br></p>", "<p>a<br>b</p>"},
	     {"<p>&nbsp;</p><p>\xC2\xA0 </p><p>x</p>", "<p>x</p>"},
	     {"<p>a &lt; b &amp;&amp; c</p>", "<p>a &lt; b &amp;&amp; c</p>"},
	     {"<p>one\n   two\t three </p>", "<p>one two three</p>"},
	     {"<p class=\"has-text-align-center has-red-color\">x</p>", "<p class=\"align-center\">x</p>"},
	     {"<p lang=ar dir=RTL>x</p>", "<p dir=\"rtl\" lang=\"ar\">x</p>"},
	     {"<p lang='\"><script>' dir=up>x</p>", "<p>x</p>"},
	     {"<div dir=rtl lang=fa><p>x</p><p>y</p></div>", "<div dir=\"rtl\" lang=\"fa\"><p>x</p><p>y</p></div>"},
	     {"a<hr>b", "<p>a</p><hr><p>b</p>"}, {"<aside>x</aside>", "<aside><p>x</p></aside>"},
	     {"<section><header>h</header><p>x</section>", "<p>h</p><p>x</p>"});
}

static void test_headings(void **state)
{
	(void)state;
	HOLD({"<h1>a</h1><h2>b</h2><h6>c</h6>", "<h2>a</h2><h2>b</h2><h6>c</h6>"}, {"<h2></h2><h3> </h3>", ""},
	     {"<h2>a<p>b</p></h2>", "<h2>a b</h2>"},
	     {"<h2><img src=/a.jpg>t</h2>", "<figure><img src=\"/a.jpg\"></figure><h2>t</h2>"},
	     {"<h2><strong>a</strong></h2>", "<h2><strong>a</strong></h2>"},
	     {"<h3><ul><li>a</ul>", "<ul><li>a</li></ul>"});
}

static void test_inline(void **state)
{
	(void)state;
	HOLD({"a <b> b </b> c", "<p>a <b>b</b> c</p>"}, {"<b><p>a</p><p>b</p></b>", "<p><b>a</b></p><p><b>b</b></p>"},
	     {"<b><b><b>a</b></b></b>", "<p><b>a</b></p>"}, {"<b></b><i> </i>a", "<p>a</p>"},
	     {"<b>a<i>b</b>c</i>", "<p><b>a<i>b</i></b><i>c</i></p>"},
	     {"<strike>a</strike><tt>b</tt><acronym title=x>c</acronym>",
	      "<p><s>a</s><code>b</code><abbr title=\"x\">c</abbr></p>"},
	     {"<font color=red>a</font><big>b</big><blink>c</blink>", "<p>abc</p>"},
	     {"<span style=x>a</span><span lang=fr>b</span>", "<p>a<span lang=\"fr\">b</span></p>"},
	     {"<time datetime='2018-06-14'>x</time><time datetime='\"x'>y</time>",
	      "<p><time datetime=\"2018-06-14\">x</time><time>y</time></p>"},
	     {"<del cite=javascript:1 datetime=2018>a</del><ins cite=/x>b</ins>",
	      "<p><del datetime=\"2018\">a</del><ins cite=\"/x\">b</ins></p>"},
	     {"<q>a <q>b</q></q><bdo dir=rtl>c</bdo><bdi>d</bdi>",
	      "<p><q>a <q>b</q></q><bdo dir=\"rtl\">c</bdo><bdi>d</bdi></p>"},
	     {"<kbd>a</kbd><samp>b</samp><var>c</var><mark>d</mark><small>e</small><sub>f</sub><sup>g</sup><u>h</"
	      "u><cite>i</cite>",
	      "<p><kbd>a</kbd><samp>b</samp><var>c</var><mark>d</mark><small>e</small><sub>f</sub><sup>g</sup><u>h</"
	      "u><cite>i</cite></p>"});
}

static void test_links(void **state)
{
	(void)state;
	HOLD({"<a href=HTTP://Example.ORG>x</a>", "<p><a href=\"http://example.org/\">x</a></p>"},
	     {"<a href=\"/a b?c=<d>\" target=_blank rel='noopener nofollow'>x</a>",
	      "<p><a href=\"/a%20b?c=%3Cd%3E\" rel=\"nofollow\">x</a></p>"},
	     {"<a href=javascript:alert(1)>x</a>", "<p>x</p>"},
	     {"<a href='jav&#x09;ascript:alert(1)'>x</a>", "<p>x</p>"},
	     {"<a href=mailto:a@example.org>x</a><a href='tel:+44 20 1'>y</a>",
	      "<p><a href=\"mailto:a@example.org\">x</a><a href=\"tel:+44201\">y</a></p>"},
	     {"<a href=//example.org/x>x</a>", "<p><a href=\"https://example.org/x\">x</a></p>"},
	     {"<a href=/x></a>", ""}, {"<a href=#nowhere>x</a>", "<p>x</p>"},
	     {"<a href=#z>x</a><h2 id=z>t</h2>", "<p><a href=\"#t-z\">x</a></p><h2 id=\"t-z\">t</h2>"},
	     {"<a href=#z>x</a><p><a name=z></a>t</p>", "<p><a href=\"#t-z\">x</a></p><p id=\"t-z\">t</p>"},
	     {"<p id=unused>t</p>", "<p>t</p>"},
	     {"<a href=/x title='a \"b\"' hreflang=fr>x</a>",
	      "<p><a href=\"/x\" hreflang=\"fr\" title=\"a &quot;b&quot;\">x</a></p>"},
	     {"<a href=/x><p>a</p><p>b</p></a>", "<p><a href=\"/x\">a</a></p><p><a href=\"/x\">b</a></p>"});
}

static void test_lists(void **state)
{
	(void)state;
	HOLD({"<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"},
	     {"<ul><li><p>a</p></li></ul>", "<ul><li>a</li></ul>"},
	     {"<ul><li>a<ul><li>b</ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"},
	     {"<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"},
	     {"<ul>text<li>a</ul>", "<ul><li>text</li><li>a</li></ul>"},
	     {"<li>a</li><li>b</li>", "<ul><li>a</li><li>b</li></ul>"},
	     {"<ol start=3 reversed type=a><li value=7>x</ol>",
	      "<ol reversed=\"\" start=\"3\" type=\"a\"><li value=\"7\">x</li></ol>"},
	     {"<ol type=disc start=x><li>x</ol>", "<ol><li>x</li></ol>"}, {"<ul></ul><ol><li></ol>", ""},
	     {"<dl><dt>t<dd>d<dd>e</dl>", "<dl><dt>t</dt><dd>d</dd><dd>e</dd></dl>"},
	     {"<dl><div><dt>t<dd>d</div></dl>", "<dl><dt>t</dt><dd>d</dd></dl>"},
	     {"<dl><dt><p>a</p><p>b</p></dt></dl>", "<dl><dt>a b</dt></dl>"},
	     {"<menu><li>x</menu>", "<ul><li>x</li></ul>"});
}

static void test_quotes(void **state)
{
	(void)state;
	HOLD({"<blockquote>q</blockquote>", "<blockquote><p>q</p></blockquote>"},
	     {"<blockquote cite=/s><p>q</p></blockquote>", "<blockquote cite=\"/s\"><p>q</p></blockquote>"},
	     {"<blockquote class=wp-block-quote><p>q</p><cite>\xE2\x80\x94 Ada, judge</cite></blockquote>",
	      "<figure class=\"quote\"><blockquote><p>q</p></blockquote><figcaption>Ada, judge</figcaption></figure>"},
	     {"<blockquote><p>q</p><footer>- <cite>Ada</cite></footer></blockquote>",
	      "<figure class=\"quote\"><blockquote><p>q</p></blockquote><figcaption>Ada</figcaption></figure>"},
	     {"<blockquote><p>q</p><p><cite>Ada</cite></p></blockquote>",
	      "<figure class=\"quote\"><blockquote><p>q</p></blockquote><figcaption>Ada</figcaption></figure>"},
	     {"<figure class=wp-block-pullquote><blockquote><p>q</p><cite>Ada</cite></blockquote></figure>",
	      "<figure class=\"quote\"><blockquote "
	      "class=\"pull\"><p>q</p></blockquote><figcaption>Ada</figcaption></figure>"},
	     {"<blockquote><cite>Ada</cite></blockquote>", "<blockquote><p><cite>Ada</cite></p></blockquote>"});
}

static void test_pictures(void **state)
{
	(void)state;
	HOLD({"<img src=/a.jpg alt='x \"y\"' width=600 height='400px' class='alignleft wp-image-7' srcset='a 1x' "
	      "onerror=x>",
	      "<figure class=\"align-left\"><img src=\"/a.jpg\" alt=\"x &quot;y&quot;\" width=\"600\" "
	      "height=\"400\"></figure>"},
	     {"<p>text <img src=/a.jpg> more</p>", "<p>text</p><figure><img src=\"/a.jpg\"></figure><p>more</p>"},
	     {"<p>text <img src=/i.png width=16 alt=''> more</p>",
	      "<p>text <img src=\"/i.png\" alt=\"\" width=\"16\"> more</p>"},
	     {"<a href=/big><img src=/a.jpg></a>", "<figure><a href=\"/big\"><img src=\"/a.jpg\"></a></figure>"},
	     {"<figure class='wp-block-image alignright'><img src=/a.jpg><figcaption>Cap <b>b</b> <span "
	      "class=credit>AFP</span></figcaption></figure>",
	      "<figure class=\"align-right\"><img src=\"/a.jpg\"><figcaption>Cap <b>b</b><span "
	      "class=\"credit\">AFP</span></figcaption></figure>"},
	     {"<div class='wp-caption aligncenter'><a href=/l><img src=/a.jpg></a><p "
	      "class=wp-caption-text>Cap</p></div>",
	      "<figure class=\"align-center\"><a href=\"/l\"><img "
	      "src=\"/a.jpg\"></a><figcaption>Cap</figcaption></figure>"},
	     {"<figure data-media='urn:1'><img alt=''></figure>",
	      "<figure data-media=\"urn:1\"><img alt=\"\"></figure>"},
	     {"<img src='data:image/gif;base64,AA' data-lazy-src=/real.jpg>",
	      "<figure><img src=\"/real.jpg\"></figure>"},
	     {"<img src='data:image/gif;base64,AA'>", ""}, {"<img src='/p.gif' width=1 height=1>", ""},
	     {"x <img class=wp-smiley src=/s.png alt=':)'>", "<p>x :)</p>"},
	     {"<picture><source srcset=/a.webp><img src=/a.jpg></picture>", "<figure><img src=\"/a.jpg\"></figure>"},
	     {"<figure class=wp-block-gallery><figure><img src=/1><figcaption>a</figcaption></figure><figure><img "
	      "src=/2></figure><figcaption>all</figcaption></figure>",
	      "<figure class=\"gallery\"><figure><img src=\"/1\"><figcaption>a</figcaption></figure><figure><img "
	      "src=\"/2\"></figure><figcaption>all</figcaption></figure>"},
	     {"<figure><ul><li><figure><a href=/x><img src=/1></a></figure></li><li><figure><img "
	      "src=/2></figure></li></ul></figure>",
	      "<figure class=\"gallery\"><figure><a href=\"/x\"><img src=\"/1\"></a></figure><figure><img "
	      "src=\"/2\"></figure></figure>"});
}

static void test_tables(void **state)
{
	(void)state;
	HOLD({"<table><tr><td>a<td>b</table>", "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"},
	     {"<table border=1 width=9><caption>c</caption><colgroup><col></colgroup><thead><tr><th "
	      "scope=col>h</thead><tfoot><tr><td colspan=2 rowspan=9999>f</tfoot></table>",
	      "<table><caption>c</caption><thead><tr><th scope=\"col\">h</th></tr></thead><tfoot><tr><td "
	      "colspan=\"2\">f</td></tr></tfoot></table>"},
	     {"<figure class=wp-block-table><table><tr><td>a</table><figcaption>c</figcaption></figure>",
	      "<table><caption>c</caption><tbody><tr><td>a</td></tr></tbody></table>"},
	     {"<table>lost<tr><td></table>", "<p>lost</p><table><tbody><tr><td></td></tr></tbody></table>"},
	     {"<table></table>", ""}, {"<tr><td>x", "<p>x</p>"},
	     {"<table><tr><td><p>a</p><p>b</p></table>",
	      "<table><tbody><tr><td><p>a</p><p>b</p></td></tr></tbody></table>"});
}

static void test_embeds(void **state)
{
	(void)state;
	HOLD({"<iframe src=//www.youtube.com/embed/Ab-1?x=y title='A film' allow=autoplay></iframe>",
	      "<div class=\"embed-card\"><a href=\"https://www.youtube.com/watch?v=Ab-1\">A film</a></div>"},
	     {"<iframe src=https://player.vimeo.com/video/7>x</iframe>",
	      "<div class=\"embed-card\"><a href=\"https://vimeo.com/7\">https://vimeo.com/7</a></div>"},
	     {"<iframe src='https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/a/b&amp;auto=1'></iframe>",
	      "<div class=\"embed-card\"><a href=\"https://soundcloud.com/a/b\">https://soundcloud.com/a/b</a></div>"},
	     {"<iframe src=http://maps.example.org/m></iframe>",
	      "<div class=\"embed-card\"><a href=\"https://maps.example.org/m\">https://maps.example.org/m</a></div>"},
	     {"<iframe src=javascript:alert(1)></iframe><iframe srcdoc='<b>x'></iframe>", ""},
	     {"<video controls><source src=/a.mp4 type=video/mp4>No video</video>",
	      "<div class=\"embed-card\"><a href=\"/a.mp4\">/a.mp4</a></div>"},
	     {"<figure class=wp-block-video><video src=/a.mp4></video><figcaption>A film</figcaption></figure>",
	      "<div class=\"embed-card\"><a href=\"/a.mp4\">A film</a></div>"},
	     {"<figure class=wp-block-embed><div class=wp-block-embed__wrapper>\nhttps://vimeo.com/7\n</div></figure>",
	      "<div class=\"embed-card\"><a href=\"https://vimeo.com/7\">https://vimeo.com/7</a></div>"},
	     {"<object data=/a.swf><param name=x><embed src=https://example.org/p></object>",
	      "<div class=\"embed-card\"><a href=\"/a.swf\">/a.swf</a></div><div class=\"embed-card\"><a "
	      "href=\"https://example.org/p\">https://example.org/p</a></div>"},
	     {"<p>a<iframe src=https://example.org/x></iframe>b</p>",
	      "<p>a</p><div class=\"embed-card\"><a "
	      "href=\"https://example.org/x\">https://example.org/x</a></div><p>b</p>"});
}

static void test_other_blocks(void **state)
{
	(void)state;
	HOLD({"<details open><summary>s <h3>t</h3></summary><p>x</details>",
	      "<details><summary>s t</summary><p>x</p></details>"},
	     {"<details>x<summary>s</summary></details>", "<details><p>x</p><p>s</p></details>"},
	     {"<pre>\n a\n  b\n\n</pre>", "<pre> a\n  b</pre>"},
	     {"<pre class=x><code class=y>if (a &lt; b)\n\tc;</code></pre>",
	      "<pre><code>if (a &lt; b)\n\tc;</code></pre>"},
	     {"<pre>a<br>b</pre>", "<pre>a\nb</pre>"}, {"<pre>\n\n</pre>", ""},
	     {"<textarea>x</textarea><select><option>a</select><button>b</button>", "<p>b</p>"},
	     {"<svg><title>t</title><text>x</text></svg>after<svg><p>out</p></svg>", "<p>after</p><p>out</p>"},
	     {"<math><mi>x</mi><mo>=</mo></math>", "<p>x=</p>"}, {"<template><p>x</p></template>y", "<p>y</p>"},
	     {"<script>a</script>b<style>c</style><!-- d -->e<?php f ?>g<![CDATA[h]]>", "<p>beg</p>"});
}

static void test_characters(void **state)
{
	(void)state;
	HOLD({"caf\xC3\xA9 \xF0\x9F\x98\x80", "<p>caf\xC3\xA9 \xF0\x9F\x98\x80</p>"},
	     {"it\xC2\x92s", "<p>it\xE2\x80\x99s</p>"}, {"a\x01\x08z", "<p>az</p>"},
	     {"bad \xFF\xC3 end", "<p>bad \xEF\xBF\xBD\xEF\xBF\xBD end</p>"},
	     {"&eacute;&#233;&#xE9;&#146;&hellip;&copy",
	      "<p>\xC3\xA9\xC3\xA9\xC3\xA9\xE2\x80\x99\xE2\x80\xA6\xC2\xA9</p>"},
	     {"&#0;&#xD800;&#x110000;&#xF0000;", "<p>\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD</p>"},
	     {"&bogus; &amp;lt; & <3", "<p>&amp;bogus; &amp;lt; &amp; &lt;3</p>"}, {"\xEF\xBB\xBFx", "<p>x</p>"},
	     {"\xF3\xB0\x80\x80secret", "<p>secret</p>"});
}

/* Text long enough to be carried past the parser comes back where it was, entities between. */
static void test_runs(void **state)
{
	(void)state;
	HOLD({"<p>first long run of text &amp; second long run <b>third long run</b> fourth &eacute; fifth long "
	      "run</p>",
	      "<p>first long run of text &amp; second long run <b>third long run</b> fourth \xC3\xA9 fifth long "
	      "run</p>"},
	     {"<table>a misplaced run of text<tr><td>in the cell it stays</td></tr>another one of them</table>",
	      "<p>a misplaced run of textanother one of them</p><table><tbody><tr><td>in the cell it "
	      "stays</td></tr></tbody></table>"},
	     {"<pre>several words here\n  and on the next line\n</pre>",
	      "<pre>several words here\n  and on the next line</pre>"});
}

static void test_report(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct markup_report *report = markup_report_create(arena), *sum = markup_report_create(arena);
	markup_from_html(
		NULL,
		STR("<script>x</script><SCRIPT></SCRIPT><p onclick=a style=b data-x=1 data-y=2>"
		    "<a href=javascript:x>a</a><a href='http://u:p@h/'>b</a><center>c</center></p><blink>d</blink>"),
		arena, report);
	markup_report_merge(sum, report);
	markup_report_merge(sum, report);
	assert_int_equal(markup_report_count(report, MARKUP_DROPPED_ELEMENT, STR("script")), 2);
	assert_int_equal(markup_report_count(report, MARKUP_DROPPED_ELEMENT, STR("blink")), 1);
	assert_int_equal(markup_report_count(report, MARKUP_DROPPED_ATTRIBUTE, STR("onclick")), 1);
	assert_int_equal(markup_report_count(report, MARKUP_DROPPED_ATTRIBUTE, STR("data-*")), 2);
	assert_int_equal(markup_report_count(report, MARKUP_DROPPED_ADDRESS, STR("javascript")), 1);
	assert_int_equal(markup_report_count(report, MARKUP_DROPPED_ADDRESS, STR("credentials")), 1);
	assert_int_equal(markup_report_count(report, MARKUP_DROPPED_ELEMENT, STR("center")), 0);
	assert_int_equal(markup_report_count(sum, MARKUP_DROPPED_ELEMENT, STR("script")), 4);
	for (int i = 0; i < 2000; i++)
		markup_report_add(sum, MARKUP_DROPPED_ELEMENT, arena_printf(arena, "x%d", i), 1);
	assert_true(markup_report_count(sum, MARKUP_DROPPED_ELEMENT, STR("(other)")) > 1000);
}

static void test_text(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct markup *tree = markup_from_html(
		NULL,
		STR("<h2>Head</h2><p>One <b>two</b><br>three.</p><figure><img src=/a><figcaption>Cap<span "
		    "class=credit>C</span>"
		    "</figcaption></figure><table><tr><td>a<td>b<tr><td>c</table><ul><li>x<ul><li>y</ul></ul>"
		    "<dl><dt>t<dd>d</dl><iframe src=https://e.org/ title=Film></iframe>"),
		arena, NULL);
	BUF_SCOPED all = BUF_INIT(10000);
	BUF_SCOPED running = BUF_INIT(10000);
	markup_to_text(tree, MARKUP_TEXT_ALL, &all);
	markup_to_text(tree, MARKUP_TEXT_RUNNING, &running);
	assert_str(buf_str(&all), "Head\nOne two three.\nCap\nC\na\tb\nc\nx\ny\nt\td\nFilm");
	assert_str(buf_str(&running), "One two three.\nx\ny\nt\td");
}

static void test_from_text(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct safe_html html;
	struct markup *tree = markup_from_text(STR("a <b>\r\nline\n\n\nsecond & last\n"), arena);
	assert_int_equal(markup_canonical(tree, arena, &html, NULL), 0);
	assert_str(html.text, "<p>a &lt;b&gt;<br>line</p><p>second &amp; last</p>");
	assert_false(markup_is_empty(tree));
	assert_true(markup_is_empty(markup_from_html(NULL, STR("<p> </p><hr>"), arena, NULL)));
}

static void test_options(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct safe_html html;
	const struct markup_options flat = {.inline_only = true}, own = {.own_host = STR("news.example.org")};
	markup_canonical(markup_from_html(&flat, STR("<p>a <em>b</em></p><h2>c</h2><table><tr><td>d"), arena, NULL),
			 arena, &html, NULL);
	assert_str(html.text, "a <em>b</em> c d");
	markup_canonical(
		markup_from_html(&own, STR("<a href=http://News.example.org/2018/x?y#z>a</a><a href=//other.org>b</a>"),
				 arena, NULL),
		arena, &html, NULL);
	assert_str(html.text, "<p><a href=\"/2018/x?y#z\">a</a><a href=\"https://other.org/\">b</a></p>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paragraphs), cmocka_unit_test(test_headings),
		cmocka_unit_test(test_inline),     cmocka_unit_test(test_links),
		cmocka_unit_test(test_lists),      cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_pictures),   cmocka_unit_test(test_tables),
		cmocka_unit_test(test_embeds),     cmocka_unit_test(test_other_blocks),
		cmocka_unit_test(test_characters), cmocka_unit_test(test_runs),
		cmocka_unit_test(test_report),     cmocka_unit_test(test_text),
		cmocka_unit_test(test_from_text),  cmocka_unit_test(test_options),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
