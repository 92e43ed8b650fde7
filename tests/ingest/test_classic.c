/* Texts as people typed them: paragraphs that only an empty line says, and credits inside captions. */
#include "ingest/autop.h"
#include "ingest/credit.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *text, *html;
} texts[] = {
	{"a\n"
	 "\n"
	 "b",
	 "<p>a</p>\n"
	 "<p>b</p>\n"},
	{"a\n"
	 "\n"
	 "\n"
	 "b",
	 "<p>a</p>\n"
	 "<p>b</p>\n"},
	{"a\n"
	 "b\n"
	 "c",
	 "<p>a<br>\n"
	 "b<br>\n"
	 "c</p>\n"},
	{"a<br/>b", "<p>a<br/>b</p>\n"},
	{"a<br>\n"
	 "b<br />\n"
	 "c",
	 "<p>a<br>b<br />c</p>\n"},
	{"a\n"
	 "<br>\n"
	 "b",
	 "<p>a<br>b</p>\n"},
	{"  a  \n"
	 "  b  ",
	 "<p>a<br>\n"
	 "b</p>\n"},
	{"a<hr>b", "<p>a</p>\n"
		   "<hr><p>b</p>\n"},
	{"a\n"
	 "\n"
	 "<hr />\n"
	 "\n"
	 "b",
	 "<p>a</p>\n"
	 "<hr /><p>b</p>\n"},
	{"<div>a</div>\n"
	 "b",
	 "<div><p>a</p>\n"
	 "</div>\n"
	 "<p>b</p>\n"},
	{"<div>\n"
	 "\n"
	 "a\n"
	 "\n"
	 "b\n"
	 "\n"
	 "</div>",
	 "<div><p>a</p>\n"
	 "<p>b</p>\n"
	 "</div>\n"},
	{"<div>a\n"
	 "\n"
	 "<div>b</div>\n"
	 "\n"
	 "c</div>",
	 "<div><p>a</p>\n"
	 "<div><p>b</p>\n"
	 "</div>\n"
	 "<p>c</p>\n"
	 "</div>\n"},
	{"<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "<ul><li>a</li>\n"
							     "<li>b<ul><li>c</li>\n"
							     "</ul>\n"
							     "</li>\n"
							     "</ul>\n"},
	{"<ol>\n"
	 "<li>a\n"
	 "b</li>\n"
	 "</ol>",
	 "<ol><li>a<br>\n"
	 "b</li>\n"
	 "</ol>\n"},
	{"<table>\n"
	 "<tr>\n"
	 "<td>a\n"
	 "\n"
	 "b</td>\n"
	 "<td>c\n"
	 "d</td>\n"
	 "</tr>\n"
	 "</table>",
	 "<table><tr><td><p>a</p>\n"
	 "<p>b</p>\n"
	 "</td>\n"
	 "<td>c<br>\n"
	 "d</td>\n"
	 "</tr>\n"
	 "</table>\n"},
	{"<dl><dt>a</dt><dd>b\n"
	 "\n"
	 "c</dd></dl>",
	 "<dl><dt>a</dt>\n"
	 "<dd><p>b</p>\n"
	 "<p>c</p>\n"
	 "</dd>\n"
	 "</dl>\n"},
	{"<blockquote>\n"
	 "a\n"
	 "\n"
	 "b\n"
	 "</blockquote>",
	 "<blockquote><p>a</p>\n"
	 "<p>b</p>\n"
	 "</blockquote>\n"},
	{"a <blockquote>b</blockquote> c", "<p>a</p>\n"
					   "<blockquote><p>b</p>\n"
					   "</blockquote>\n"
					   "<p>c</p>\n"},
	{"<h2>a\n"
	 "b</h2>",
	 "<h2>a<br>\n"
	 "b</h2>\n"},
	{"<h2>a\n"
	 "\n"
	 "b</h2>",
	 "<h2>a<br>\n"
	 "b</h2>\n"},
	{"<pre>a\n"
	 "  b\n"
	 "\n"
	 "c</pre>",
	 "<pre>a\n"
	 "  b\n"
	 "\n"
	 "c</pre>"},
	{"<pre><code>a < b\n"
	 "\n"
	 "c</code></pre>",
	 "<pre><code>a < b\n"
	 "\n"
	 "c</code></pre>"},
	{"<script>\n"
	 "a\n"
	 "\n"
	 "b\n"
	 "</script>\n"
	 "c",
	 "<script>\n"
	 "a\n"
	 "\n"
	 "b\n"
	 "</script><p>c</p>\n"},
	{"<style>\n"
	 "p {}\n"
	 "\n"
	 "q {}\n"
	 "</style>\n"
	 "c",
	 "<style>\n"
	 "p {}\n"
	 "\n"
	 "q {}\n"
	 "</style><p>c</p>\n"},
	{"<textarea>a\n"
	 "\n"
	 "b</textarea>",
	 "<textarea>a\n"
	 "\n"
	 "b</textarea>"},
	{"<p>a\n"
	 "\n"
	 "b</p>",
	 "<p>a</p>\n"
	 "<p>b</p>\n"},
	{"<p>a\n"
	 "b</p>",
	 "<p>a<br>\n"
	 "b</p>\n"},
	{"<P CLASS=\"x\">a</P>\n"
	 "b",
	 "<P CLASS=\"x\">a</P>\n"
	 "<p>b</p>\n"},
	{"<p>a<p>b", "<p>a<p>b"},
	{"<!-- a comment -->\n"
	 "text",
	 "<p>text</p>\n"},
	{"text <!-- a\n"
	 "\n"
	 "comment --> more",
	 "<p>text  more</p>\n"},
	{"a<!--more Read on-->b", "<p>a</p>\n"
				  "<p>b</p>\n"},
	{"<p>a<!--more-->b</p>", "<p>a</p>\n"
				 "<p>b</p>\n"},
	{"<!--nextpage-->", ""},
	{"<span>a\n"
	 "\n"
	 "b</span>",
	 "<p><span>a</p>\n"
	 "<p>b</span></p>\n"},
	{"<a href=\"/x\">a\n"
	 "\n"
	 "b</a>",
	 "<p><a href=\"/x\">a</p>\n"
	 "<p>b</a></p>\n"},
	{"<em>a</em>\n"
	 "\n"
	 "<strong>b</strong>",
	 "<p><em>a</em></p>\n"
	 "<p><strong>b</strong></p>\n"},
	{"<img src=\"/a.jpg\">", "<p><img src=\"/a.jpg\"></p>\n"},
	{"<img src=\"/a.jpg\">\n"
	 "\n"
	 "text",
	 "<p><img src=\"/a.jpg\"></p>\n"
	 "<p>text</p>\n"},
	{"<figure><img src=\"/a.jpg\"><figcaption>a\n"
	 "b</figcaption></figure>",
	 "<figure><img src=\"/a.jpg\"><figcaption>a<br>\n"
	 "b</figcaption>\n"
	 "</figure>\n"},
	{"<iframe src=\"https://www.youtube.com/embed/x\"></iframe>",
	 "<iframe src=\"https://www.youtube.com/embed/x\"></iframe>"},
	{"a <iframe src=\"https://x.example/\"></iframe> b", "<p>a</p>\n"
							     "<iframe src=\"https://x.example/\"></iframe><p>b</p>\n"},
	{"<details><summary>a</summary>b\n"
	 "\n"
	 "c</details>",
	 "<details><summary>a</summary>\n"
	 "<p>b</p>\n"
	 "<p>c</p>\n"
	 "</details>\n"},
	{"https://vimeo.com/1", "<embed src=\"https://vimeo.com/1\">"},
	{"https://vimeo.com/1 and more", "<p>https://vimeo.com/1 and more</p>\n"},
	{"a\n"
	 "https://vimeo.com/1\n"
	 "b",
	 "<p>a</p>\n"
	 "<embed src=\"https://vimeo.com/1\"><p>b</p>\n"},
	{"<p>https://vimeo.com/1</p>", "<p><embed src=\"https://vimeo.com/1\"></p>\n"},
	{"<div>\n"
	 "https://vimeo.com/1\n"
	 "</div>",
	 "<div><embed src=\"https://vimeo.com/1\"></div>\n"},
	{"<li>https://vimeo.com/1</li>", "<li>https://vimeo.com/1</li>\n"},
	{"https://unknown.example/1", "<p>https://unknown.example/1</p>\n"},
	{"<a title=\"a > b\">c</a>\n"
	 "\n"
	 "d",
	 "<p><a title=\"a > b\">c</a></p>\n"
	 "<p>d</p>\n"},
	{"<a title='a\n"
	 "\n"
	 "b'>c</a>",
	 "<p><a title='a  b'>c</a></p>\n"},
	{"a < b\n"
	 "\n"
	 "c > d",
	 "<p>a < b</p>\n"
	 "<p>c > d</p>\n"},
	{"<", "<p><</p>\n"},
	{"<>", "<p><></p>\n"},
	{"</p>", "</p>\n"},
	{"a</div>b", "<p>a</p>\n"
		     "</div>\n"
		     "<p>b</p>\n"},
	{"<3 you\n"
	 "\n"
	 "me too",
	 "<p><3 you</p>\n"
	 "<p>me too</p>\n"},
	{"&nbsp;", "<p>&nbsp;</p>\n"},
	{"a\n"
	 "\n"
	 "&nbsp;\n"
	 "\n"
	 "b",
	 "<p>a</p>\n"
	 "<p>&nbsp;</p>\n"
	 "<p>b</p>\n"},
	{"<object data=\"x\">\n"
	 "\n"
	 "<param name=\"a\">\n"
	 "\n"
	 "</object>",
	 "<object data=\"x\">\n"
	 "\n"
	 "<param name=\"a\">\n"
	 "\n"
	 "</object>"},
	{"<form>a\n"
	 "\n"
	 "<input>\n"
	 "\n"
	 "b</form>",
	 "<form><p>a</p>\n"
	 "<p><input></p>\n"
	 "<p>b</p>\n"
	 "</form>\n"},
	{"<center>a\n"
	 "\n"
	 "b</center>\n"
	 "%%",
	 "<center><p>a</p>\n"
	 "<p>b</p>\n"
	 "</center>\n"
	 "<p>%%</p>\n"},
	{"<p>a\n"
	 "\n"
	 "b</p>",
	 "<p>a</p>\n"
	 "<p>b</p>\n"},
	{"<p>a<!--more-->b</p>", "<p>a</p>\n"
				 "<p>b</p>\n"},
	{"<p>https://vimeo.com/1</p>", "<p><embed src=\"https://vimeo.com/1\"></p>\n"},
	{"<a title='a\n"
	 "\n"
	 "b'>c</a>",
	 "<p><a title='a  b'>c</a></p>\n"},
	{"<img src=\"/a.jpg\"\n"
	 "  alt=\"b\"\n"
	 "/>",
	 "<p><img src=\"/a.jpg\"   alt=\"b\" /></p>\n"},
	{"<li><pre>a\n"
	 "\n"
	 "b</pre></li>",
	 "<li><pre>a\n"
	 "\n"
	 "b</pre></li>\n"},
	{"x <a\n"
	 "href=\"/y\">z</a>",
	 "<p>x <a href=\"/y\">z</a></p>\n"},
	{"<p>a <svg>\n"
	 "\n"
	 "</svg> b</p>",
	 "<p>a <svg>  </svg> b</p>\n"},
	{"<p>one\n"
	 "\n"
	 "two</p>three",
	 "<p>one</p>\n"
	 "<p>two</p>\n"
	 "<p>three</p>\n"},
};

static void each_text_gets_its_paragraphs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		BUF_SCOPED out = BUF_INIT(1 << 16);
		struct autop_counts counts = {0};
		autop(str_from(texts[i].text), &out, &counts);
		if (!str_eq(buf_str(&out), str_from(texts[i].html)))
			fail_msg("from\n%s\nfound\n%.*s\nexpected\n%s", texts[i].text, STR_ARG(buf_str(&out)),
				 texts[i].html);
	}
}

/* Windows's and the old Mac's line ends are lines too. */
static void line_ends_of_every_machine_are_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		static const char *const ends[] = {"\r\n", "\r"};
		if (strstr(texts[i].text, "<pre") || strstr(texts[i].text, "<textarea") ||
		    strstr(texts[i].text, "<s") || strstr(texts[i].text, "<object"))
			continue; /* what is kept as it is keeps its line ends */
		for (size_t j = 0; j < 2; j++) {
			BUF_SCOPED text = BUF_INIT(1 << 16);
			BUF_SCOPED out = BUF_INIT(1 << 16);
			struct autop_counts counts = {0};
			for (const char *p = texts[i].text; *p; p++)
				if (*p == '\n')
					buf_put_cstr(&text, ends[j]);
				else
					buf_put_byte(&text, *p);
			autop(buf_str(&text), &out, &counts);
			if (!str_eq(buf_str(&out), str_from(texts[i].html)))
				fail_msg("from\n%s\nfound\n%.*s", texts[i].text, STR_ARG(buf_str(&out)));
		}
	}
}

static void what_was_counted_was_there(void **state)
{
	static const struct {
		const char *text;
		int64_t embeds, page_breaks;
	} cases[] = {
		{"a", 0, 0},
		{"https://vimeo.com/1", 1, 0},
		{"https://vimeo.com/1\nhttps://youtu.be/x", 2, 0},
		{"see https://vimeo.com/1", 0, 0},
		{"a<!--nextpage-->b<!--nextpage-->c<!--more-->", 0, 2},
		{"<!-- nextpage -->", 0, 1},
		{"<pre>\nhttps://vimeo.com/1\n</pre>", 0, 0},
		{"<p>https://vimeo.com/1</p>", 1, 0},
		{"<h2>https://vimeo.com/1</h2>", 0, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		BUF_SCOPED out = BUF_INIT(1 << 16);
		struct autop_counts counts = {0};
		autop(str_from(cases[i].text), &out, &counts);
		if (counts.embeds != cases[i].embeds || counts.page_breaks != cases[i].page_breaks)
			fail_msg("%s: %lld embeds, %lld breaks", cases[i].text, (long long)counts.embeds,
				 (long long)counts.page_breaks);
	}
}

static void addresses_of_services(void **state)
{
	static const struct {
		const char *address;
		bool embeds;
	} cases[] = {
		{"https://www.youtube.com/watch?v=x", true},
		{"http://youtube.com/watch?v=x", true},
		{"HTTPS://YOUTUBE.COM/x", true},
		{"https://m.youtube.com/x", true},
		{"https://youtu.be/x", true},
		{"https://twitter.com/a/status/1", true},
		{"https://x.com/a", true},
		{"https://open.spotify.com/track/x", true},
		{"https://soundcloud.com?x", true},
		{"https://box.com/a", false}, /* ends in x.com */
		{"https://netflix.com/a", false},
		{"https://youtube.com.example/a", false},
		{"https://example.com/youtube.com/", false},
		{"https://user@youtube.com/", false},
		{"//youtube.com/x", false},
		{"youtube.com/x", false},
		{"https://", false},
		{"https:///x", false},
		{"", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (autop_embeds(str_from(cases[i].address)) != cases[i].embeds)
			fail_msg("%s", cases[i].address);
}

static const struct {
	const char *text, *caption, *credit; /* credit NULL: there is none */
} captions[] = {
	{"A march in Cairo. AFP PHOTO / NORA NAME", "A march in Cairo.", "AFP PHOTO / NORA NAME"},
	{"A march in Cairo. AFP PHOTO/Nora Name", "A march in Cairo.", "AFP PHOTO/Nora Name"},
	{"A march in Cairo AFP PHOTO / NORA NAME", "A march in Cairo", "AFP PHOTO / NORA NAME"},
	{"A march in Cairo. REUTERS/Nora Name", "A march in Cairo.", "REUTERS/Nora Name"},
	{"A march in Cairo. Reuters/Nora Name", "A march in Cairo.", "Reuters/Nora Name"},
	{"A march in Cairo. (AP Photo/Nora Name)", "A march in Cairo.", "AP Photo/Nora Name"},
	{"A march in Cairo (AP Photo/Nora Name, File)", "A march in Cairo", "AP Photo/Nora Name, File"},
	{"A march in Cairo. EPA/NORA NAME", "A march in Cairo.", "EPA/NORA NAME"},
	{"A march in Cairo (Photo by Nora Name/Agency via Getty Images)", "A march in Cairo",
	 "Nora Name/Agency via Getty Images"},
	{"A march in Cairo. Photo by Nora Name.", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo. Photo by: Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo - Photo: Nora Name", "A march in Cairo", "Nora Name"},
	{"A march in Cairo | Photo: Nora Name", "A march in Cairo", "Nora Name"},
	{"A march in Cairo – Photo: Nora Name", "A march in Cairo", "Nora Name"},
	{"A march in Cairo. Photo : Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo. PHOTO: NORA NAME", "A march in Cairo.", "NORA NAME"},
	{"A march in Cairo. photo: nora name", "A march in Cairo.", "nora name"},
	{"A march in Cairo [Photo: Nora Name]", "A march in Cairo", "Nora Name"},
	{"A march in Cairo, photo: Nora Name", "A march in Cairo", "Nora Name"},
	{"A march in Cairo\n"
	 "Photo: Nora Name",
	 "A march in Cairo", "Nora Name"},
	{"A march in Cairo. Photo credit: Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo. Photo Credit - Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo. Photo courtesy of Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo (courtesy of Nora Name)", "A march in Cairo", "Nora Name"},
	{"A march in Cairo. Image: Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo. Image credit: Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo. Picture: Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo. Credit: Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo. Credits: Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo. © Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo ©Nora Name", "A march in Cairo", "Nora Name"},
	{"A march in Cairo © Nora Name / Agency 2019", "A march in Cairo", "Nora Name / Agency 2019"},
	{"A march in Cairo. (c) Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo. Copyright: Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo. Copyright © Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo. Copyright Nora Name", NULL, NULL},
	{"A march in Cairo. Photograph: Nora Name/Agency", "A march in Cairo.", "Nora Name/Agency"},
	{"A march in Cairo. Photograph by Nora Name", "A march in Cairo.", "Nora Name"},
	{"A march in Cairo. Photos: Nora Name and Ola Other", "A march in Cairo.", "Nora Name and Ola Other"},
	{"© Nora Name", "", "Nora Name"},
	{"Photo: Nora Name", "", "Nora Name"},
	{"(Photo by Nora Name)", "", "Nora Name"},
	{"AFP PHOTO", "", "AFP PHOTO"},
	{"Photo © Nora Name", "", "Nora Name"},
	{"Une marche au Caire. Crédit photo : Nora Nom", "Une marche au Caire.", "Nora Nom"},
	{"Une marche au Caire. Crédit photo: Nora Nom", "Une marche au Caire.", "Nora Nom"},
	{"Une marche au Caire. Crédit : Nora Nom", "Une marche au Caire.", "Nora Nom"},
	{"Une marche au Caire. Crédits : Nora Nom", "Une marche au Caire.", "Nora Nom"},
	{"Une marche au Caire. Photo : Nora Nom", "Une marche au Caire.", "Nora Nom"},
	{"Une marche au Caire (Photo de Nora Nom)", NULL, NULL},
	{"Une marche au Caire. Crédit photo : Nora Nom", "Une marche au Caire.", "Nora Nom"},
	{"Une marche au Caire © Nora Nom/Agence", "Une marche au Caire", "Nora Nom/Agence"},
	{"Una marcha en El Cairo. Foto: Nora Nombre", "Una marcha en El Cairo.", "Nora Nombre"},
	{"Una marcha en El Cairo. Fotografía: Nora Nombre", "Una marcha en El Cairo.", "Nora Nombre"},
	{"Una marcha en El Cairo. FOTO: NORA NOMBRE", "Una marcha en El Cairo.", "NORA NOMBRE"},
	{"Una marcha en El Cairo. Crédito: Nora Nombre", "Una marcha en El Cairo.", "Nora Nombre"},
	{"Una marcha en El Cairo. Fotografía de Nora Nombre", NULL, NULL},
	{"Uma marcha no Cairo. Foto: Nora Nome", "Uma marcha no Cairo.", "Nora Nome"},
	{"Ein Marsch in Kairo. Foto: Nora Name", "Ein Marsch in Kairo.", "Nora Name"},
	{"Ein Marsch in Kairo. Bild: Nora Name", "Ein Marsch in Kairo.", "Nora Name"},
	{"Ein Marsch in Kairo (Foto: dpa/Nora Name)", "Ein Marsch in Kairo", "dpa/Nora Name"},
	{"Una marcia al Cairo. Foto: Nora Nome", "Una marcia al Cairo.", "Nora Nome"},
	{"Una marcia al Cairo. Foto di Nora Nome", NULL, NULL},
	{"Марш в Каире. Фото: Нора Имя", "Марш в Каире.", "Нора Имя"},
	{"Марш в Каире. © Нора Имя", "Марш в Каире.", "Нора Имя"},
	{"مسيرة في القاهرة. تصوير: نورا", "مسيرة في القاهرة.", "نورا"},
	{"مسيرة في القاهرة. الصورة: نورا", "مسيرة في القاهرة.", "نورا"},
	{"مسيرة في القاهرة © نورا", "مسيرة في القاهرة", "نورا"},
	{"مسيرة في القاهرة، تصوير: نورا", "مسيرة في القاهرة", "نورا"},
	{"Who took the photo? Nobody said", NULL, NULL},
	{"The photo: a history of the picture", NULL, NULL},
	{"He said a photo by the river was lost", NULL, NULL},
	{"A new image: how the city changed", NULL, NULL},
	{"Photo:", NULL, NULL},
	{"©", NULL, NULL},
	{"Nora Name in Cairo", NULL, NULL},
	{"The Reuters building", NULL, NULL},
	{"A photocopy: page two", NULL, NULL},
	{"Telephoto: a lens", NULL, NULL},
	{"He gets no credit: the archive kept it all", NULL, NULL},
	{"Item (c) of the list", NULL, NULL},
	{"Section 3(c) of the Act was repealed", NULL, NULL},
	{"Paragraphs (a), (b) and (c) were read out", NULL, NULL},
	{"The picture: taken in 2001. Photo: Nora Name", "The picture: taken in 2001.", "Nora Name"},
	{"\"A march\". Photo: Nora Name", "\"A march\".", "Nora Name"},
	{"A march! Photo: Nora Name", "A march!", "Nora Name"},
	{"   A march.   Photo:   Nora Name   ", "A march.", "Nora Name"},
	{"Photo: Nora Name. All rights reserved.", "", "Nora Name. All rights reserved"},
	{"Paragraphs (b), (c) were repealed", NULL, NULL},
	{"Le café photo : un lieu", NULL, NULL},
	{"Le café. « Photo : un lieu »", NULL, NULL},
	{"The marché Photo: Nora Name", NULL, NULL},
	{"« Une marche » Photo : Nora Nom", "« Une marche »", "Nora Nom"},
	{"A march in Cairo — Photo: Nora Name", "A march in Cairo", "Nora Name"},
	{"A march in Cairo • Photo: Nora Name", "A march in Cairo", "Nora Name"},
	{"XAFP PHOTO / NORA", NULL, NULL},
	{"A march in Cairo (Courtesy of Nora Name)", "A march in Cairo", "Nora Name"},
	{"A march in Cairo. Photo credits: Nora Name\n", "A march in Cairo.", "Nora Name"},
	{"Une marche. Photo\xC2\xA0"
	 ": Nora Nom",
	 "Une marche.", "Nora Nom"},
	{"Une marche. Crédit\xE2\x80\xAF"
	 "photo\xC2\xA0"
	 ":\xC2\xA0"
	 "Nora Nom",
	 "Une marche.", "Nora Nom"},
	{"A march. Photo  : Nora", NULL, NULL},
};

static void each_caption_is_parted_from_its_credit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof captions / sizeof captions[0]; i++) {
		struct str caption, credit;
		bool found = credit_split(str_from(captions[i].text), &caption, &credit);
		if (found != (captions[i].credit != NULL))
			fail_msg("%s: %s", captions[i].text, found ? "found one" : "found none");
		if (found &&
		    (!str_eq(caption, str_from(captions[i].caption)) || !str_eq(credit, str_from(captions[i].credit))))
			fail_msg("%s: found \"%.*s\" and \"%.*s\"", captions[i].text, STR_ARG(caption),
				 STR_ARG(credit));
	}
}

/* The caption that is left holds no second credit, and no part leaves the text. */
static void what_is_left_is_settled(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof captions / sizeof captions[0]; i++) {
		struct str caption, credit, again, ignored, text = str_from(captions[i].text);
		if (!credit_split(text, &caption, &credit))
			continue;
		assert_true(credit.ptr >= text.ptr && credit.ptr + credit.len <= text.ptr + text.len);
		assert_true(caption.len == 0 || (caption.ptr >= text.ptr && caption.ptr + caption.len <= credit.ptr));
		if (credit_split(caption, &again, &ignored))
			fail_msg("%s: \"%.*s\" is split again", captions[i].text, STR_ARG(caption));
	}
}

static void credits_have_a_length(void **state)
{
	struct str caption, credit;
	(void)state;
	for (size_t len = 200; len <= 201; len++) {
		BUF_SCOPED text = BUF_INIT(1024);
		buf_put_cstr(&text, "A march. Photo: ");
		for (size_t i = 0; i < len; i++)
			buf_put_byte(&text, 'n');
		assert_int_equal(credit_split(buf_str(&text), &caption, &credit), len == 200);
	}
}

static void references(void **state)
{
	static const struct {
		const char *text, *reference;
	} cases[] = {
		{"AFR 59/8473/2018", "AFR 59/8473/2018"},
		{"(MDE 12/1/2020)", "MDE 12/1/2020"},
		{"Index: EUR 256/123456/2021, public", "EUR 256/123456/2021"},
		{"a AFR 59/1/2018 b MDE 12/2/2019", "AFR 59/1/2018"},
		{"AFR 59/8473/20189", NULL},
		{"AFR 5/8473/2018", NULL},
		{"AFR 5999/8473/2018", NULL},
		{"AFR 59/1234567/2018", NULL},
		{"AFR 59//2018", NULL},
		{"AF 59/8473/2018", NULL},
		{"afr 59/8473/2018", NULL},
		{"AFR59/8473/2018", NULL},
		{"AFR  59/8473/2018", NULL},
		{"XAFR 59/8473/2018", NULL},
		{"\xC3\x89 AFR 59/8473/2018", "AFR 59/8473/2018"},
		{"\xC3\x89"
		 "AFR 59/8473/2018",
		 NULL},
		{"AFR 59/8473", NULL},
		{"AFR 59/8473/", NULL},
		{"AFR 59/8473/201", NULL},
		{"", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str found;
		bool there = reference_find(str_from(cases[i].text), &found);
		if (there != (cases[i].reference != NULL) || (there && !str_eq(found, str_from(cases[i].reference))))
			fail_msg("%s: %.*s", cases[i].text, there ? (int)found.len : 4, there ? found.ptr : "none");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_text_gets_its_paragraphs),
		cmocka_unit_test(line_ends_of_every_machine_are_one),
		cmocka_unit_test(what_was_counted_was_there),
		cmocka_unit_test(addresses_of_services),
		cmocka_unit_test(each_caption_is_parted_from_its_credit),
		cmocka_unit_test(what_is_left_is_settled),
		cmocka_unit_test(credits_have_a_length),
		cmocka_unit_test(references),
	};
	return cmocka_run_group_tests_name("ingest.classic", tests, NULL, NULL);
}
