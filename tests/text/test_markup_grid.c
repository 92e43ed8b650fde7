/* Each element that HTML, SVG and MathML know or knew, with each attribute that could run, load or reach something,
 * in each surrounding that is read in its own way: nothing of it survives, and what is written reads back. */
#include "support.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const char *const elements[] = {
	"a",
	"abbr",
	"acronym",
	"address",
	"annotation-xml",
	"applet",
	"area",
	"article",
	"aside",
	"audio",
	"b",
	"base",
	"basefont",
	"bdi",
	"bdo",
	"bgsound",
	"big",
	"blink",
	"blockquote",
	"body",
	"br",
	"button",
	"canvas",
	"caption",
	"center",
	"cite",
	"code",
	"col",
	"colgroup",
	"content",
	"data",
	"datalist",
	"dd",
	"del",
	"desc",
	"details",
	"dfn",
	"dialog",
	"dir",
	"div",
	"dl",
	"dt",
	"element",
	"em",
	"embed",
	"fieldset",
	"figcaption",
	"figure",
	"font",
	"footer",
	"foreignobject",
	"form",
	"frame",
	"frameset",
	"h1",
	"h6",
	"head",
	"header",
	"hgroup",
	"hr",
	"html",
	"i",
	"iframe",
	"image",
	"img",
	"input",
	"ins",
	"isindex",
	"kbd",
	"keygen",
	"label",
	"legend",
	"li",
	"link",
	"listing",
	"main",
	"malignmark",
	"map",
	"mark",
	"marquee",
	"math",
	"menu",
	"menuitem",
	"meta",
	"meter",
	"mglyph",
	"mi",
	"mtext",
	"multicol",
	"nav",
	"nextid",
	"nobr",
	"noembed",
	"noframes",
	"noscript",
	"object",
	"ol",
	"optgroup",
	"option",
	"output",
	"p",
	"param",
	"picture",
	"plaintext",
	"portal",
	"pre",
	"progress",
	"q",
	"rb",
	"rp",
	"rt",
	"rtc",
	"ruby",
	"s",
	"samp",
	"script",
	"search",
	"section",
	"select",
	"shadow",
	"slot",
	"small",
	"source",
	"spacer",
	"span",
	"strike",
	"strong",
	"style",
	"sub",
	"summary",
	"sup",
	"svg",
	"table",
	"tbody",
	"td",
	"template",
	"textarea",
	"tfoot",
	"th",
	"thead",
	"time",
	"title",
	"tr",
	"track",
	"tt",
	"u",
	"ul",
	"use",
	"var",
	"video",
	"wbr",
	"xmp",
};

/* "alert" stands in all that must not survive. */
static const char *const attributes[] = {
	"onclick=\"alert(1)\"",
	"onload='alert(1)'",
	"ONERROR=alert(1)",
	"onfocus=\"alert(1)\" autofocus tabindex=1",
	"onanimationstart=\"alert(1)\" style=\"animation:x\"",
	"on=\"alert(1)\"",
	"href=\"javascript:alert(1)\"",
	"href=\" &#14; jav&#9;ascript&colon;alert(1)\"",
	"href=\"data:text/html,<script>alert(1)</script>\"",
	"href=\"//user:alert@evil.example/\"",
	"xlink:href=\"javascript:alert(1)\"",
	"src=\"javascript:alert(1)\"",
	"src=\"data:image/svg+xml,<svg onload=alert(1)>\"",
	"src=\"blob:alert\"",
	"src=\"/a.jpg\" srcset=\"javascript:alert(1) 2x, data:alert\"",
	"src=\"/a.jpg\" onerror=\"alert(1)\"",
	"srcdoc=\"<script>alert(1)</script>\"",
	"data=\"javascript:alert(1)\"",
	"action=\"javascript:alert(1)\"",
	"formaction=\"javascript:alert(1)\"",
	"background=\"javascript:alert(1)\"",
	"poster=\"javascript:alert(1)\"",
	"cite=\"javascript:alert(1)\"",
	"longdesc=\"javascript:alert(1)\"",
	"ping=\"https://evil.example/alert\"",
	"manifest=\"https://evil.example/alert\"",
	"profile=\"https://evil.example/alert\"",
	"codebase=\"https://evil.example/alert\"",
	"classid=\"clsid:alert\"",
	"archive=\"https://evil.example/alert.jar\"",
	"usemap=\"#alert\"",
	"style=\"background:url(javascript:alert(1))\"",
	"style=\"x:expression(alert(1))\"",
	"http-equiv=\"refresh\" content=\"0;url=javascript:alert(1)\"",
	"attributename=\"href\" to=\"javascript:alert(1)\"",
	"values=\"javascript:alert(1)\"",
	"dynsrc=\"javascript:alert(1)\" lowsrc=\"javascript:alert(1)\"",
	"data-src=\"javascript:alert(1)\"",
	"data-lazy-src=\"data:alert\"",
	"data-alert=\"alert(1)\"",
	"aria-label=\"alert\"",
	"class=\"alert\"",
	"target=\"alert\"",
	"rel=\"alert\"",
	"lang=\"x alert\"",
	"dir=\"alert\"",
	"align=\"alert\"",
	"type=\"alert\"",
	"scope=\"alert\"",
	"start=\"alert\" value=\"alert\" colspan=\"alert\" rowspan=\"alert\"",
	"width=\"alert\" height=\"alert\"",
	"datetime=\"alert\"",
	"id=\"alert\" name=\"alert\"",
	"is=\"alert\"",
	"slot=\"alert\"",
	"shadowrootmode=\"open\" alert",
	"nonce=\"alert\" integrity=\"alert\"",
	"/onclick=alert(1)",
	"x='>' onclick=alert(1)",
	"=\"alert\" '=\"alert\"",
};

/* What stands around it; the element comes at the %. */
static const char *const surroundings[] = {
	"%",
	"<p>a <b>%</b> c</p>",
	"<table><tr>%</tr></table>",
	"<table>%</table>",
	"<ul>%</ul>",
	"<figure><img src=/b.jpg><figcaption>%</figcaption></figure>",
	"<svg>%</svg>",
	"<math><mtext>%</mtext></math>",
	"<select>%</select>",
	"<noscript>%</noscript>",
	"<a href=/y>%</a>",
	"<pre>%</pre>",
};

static struct str placed(const char *surrounding, const char *element, const char *attribute, struct arena *arena)
{
	struct str before, after;
	str_cut(str_from(surrounding), '%', &before, &after);
	return arena_printf(arena, "%.*s<%s %s>x<a href=/z>y</a></%s>%.*s", STR_ARG(before), element, attribute,
			    element, STR_ARG(after));
}

static void hold(struct str html, struct arena *arena)
{
	struct str out = sound(html, arena);
	if (str_find_nocase(out, STR("alert")) != SIZE_MAX)
		fail_msg("in:  %.*s\nout: %.*s", STR_ARG(html), STR_ARG(out));
}

static void test_every_element_with_every_attribute(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < COUNT(elements); i++)
		for (size_t j = 0; j < COUNT(attributes); j++) {
			struct arena_mark mark = arena_mark(arena);
			hold(placed(surroundings[0], elements[i], attributes[j], arena), arena);
			hold(placed(surroundings[1 + (i + j) % (COUNT(surroundings) - 1)], elements[i], attributes[j],
				    arena),
			     arena);
			arena_release(arena, mark);
		}
}

static void test_every_element_everywhere(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < COUNT(elements); i++)
		for (size_t j = 0; j < COUNT(surroundings); j++) {
			struct arena_mark mark = arena_mark(arena);
			hold(placed(surroundings[j], elements[i], "onclick=alert(1)", arena), arena);
			arena_release(arena, mark);
		}
}

/* Each element inside of each other, neither closed: whatever the parser makes of it reads back as it is. */
static void test_every_element_in_every_other(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < COUNT(elements); i++)
		for (size_t j = 0; j < COUNT(elements); j++) {
			struct arena_mark mark = arena_mark(arena);
			hold(arena_printf(arena, "1<%s>2<%s src=/a>3</%s>4</%s>5", elements[i], elements[j],
					  elements[i], elements[j]),
			     arena);
			arena_release(arena, mark);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_element_with_every_attribute),
		cmocka_unit_test(test_every_element_everywhere),
		cmocka_unit_test(test_every_element_in_every_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
