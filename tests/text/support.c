#include "support.h"

#include "base/file.h"
#include "safe_check.h"

#include <stdlib.h>

struct str canonical(struct str html, struct arena *arena)
{
	struct err err = {0};
	struct safe_html out = {0};
	struct markup *tree = markup_from_html(NULL, html, arena, NULL);
	if (markup_canonical(tree, arena, &out, &err) != 0)
		fail_msg("%s", err.text);
	return out.text;
}

struct str sound(struct str html, struct arena *arena)
{
	struct str once = canonical(html, arena);
	const char *wrong = safe_check(once, arena, NULL);
	if (wrong)
		fail_msg("%s survived\nin:  %.*s\nout: %.*s", wrong, STR_ARG(html), STR_ARG(once));
	struct str twice = canonical(once, arena);
	if (!str_eq(once, twice))
		fail_msg("no fixed point\nin:    %.*s\nonce:  %.*s\ntwice: %.*s", STR_ARG(html), STR_ARG(once),
			 STR_ARG(twice));
	return once;
}

void assert_str(struct str found, const char *expected)
{
	if (!str_eq(found, str_from(expected)))
		fail_msg("expected: %s\nfound:    %.*s", expected, STR_ARG(found));
}

const char *shared_path(const char *relative, struct arena *arena)
{
	const char *root = getenv("CRIER_SHARED_DATA");
	const char *path = arena_printf(arena, "%s/%s", root ? root : CRIER_SHARED_DATA, relative).ptr;
	if (file_exists(path))
		return path;
	fprintf(stderr, "skipped: %s is not here\n", path);
	return NULL;
}

struct str read_shared(const char *relative, struct arena *arena)
{
	struct err err = {0};
	struct str content = {0};
	const char *path = shared_path(relative, arena);
	if (!path)
		skip();
	if (file_read(path, (size_t)64 << 20, arena, &content, &err) != 0)
		fail_msg("%s", err.text);
	return content;
}

struct html5lib {
	void (*each)(void *context, struct str html);
	void *context;
	struct arena *arena;
	const char *root;
	size_t count;
};

static int html5lib_file(void *context, const char *relative_path, struct err *err)
{
	struct html5lib *lib = context;
	struct str content, rest, before;
	if (!str_ends(str_from(relative_path), STR(".dat")))
		return 0;
	const char *path = arena_printf(lib->arena, "%s/%s", lib->root, relative_path).ptr;
	int rc = file_read(path, (size_t)64 << 20, lib->arena, &content, err);
	for (rest = content; rc == 0;) {
		size_t start = str_find(rest, STR("#data\n"));
		if (start == SIZE_MAX)
			break;
		rest = str_skip(rest, start + 6);
		size_t end = str_find(rest, STR("\n#errors"));
		before = str_sub(rest, 0, end == SIZE_MAX ? rest.len : end);
		lib->each(lib->context, before);
		lib->count++;
		rest = str_skip(rest, before.len);
	}
	return rc;
}

size_t each_html5lib(void (*each)(void *context, struct str html), void *context, struct arena *arena)
{
	struct err err = {0};
	struct html5lib lib = {each, context, arena, shared_path("html/html5lib-tree-construction", arena), 0};
	if (lib.root && file_walk(lib.root, html5lib_file, &lib, &err) != 0)
		fail_msg("%s", err.text);
	return lib.count;
}

size_t each_owasp(void (*each)(void *context, struct str html), void *context, struct arena *arena)
{
	if (!shared_path("html/owasp-xss-filter-evasion.md", arena))
		return 0;
	struct str rest = read_shared("html/owasp-xss-filter-evasion.md", arena);
	size_t count = 0;
	for (;;) {
		size_t start = str_find(rest, STR("\n```"));
		if (start == SIZE_MAX)
			return count;
		rest = str_skip(rest, start + 4);
		rest = str_skip(rest, str_find_byte(rest, '\n') + 1);
		size_t end = str_find(rest, STR("\n```"));
		struct str block = str_sub(rest, 0, end == SIZE_MAX ? rest.len : end), line;
		each(context, block);
		count++;
		for (struct str lines = block; str_next(&lines, '\n', &line); count++)
			each(context, line);
		rest = str_skip(rest, block.len + 4);
	}
}

/* ---- the mutator ---- */

uint64_t mutator_next(struct mutator *mutator)
{
	uint64_t z = mutator->state += 0x9E3779B97F4A7C15u;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static const char *const wrappers[] = {
	"svg",
	"math",
	"style",
	"noscript",
	"template",
	"title",
	"textarea",
	"xmp",
	"iframe",
	"noembed",
	"noframes",
	"select",
	"option",
	"table",
	"tr",
	"td",
	"caption",
	"p",
	"b",
	"a",
	"form",
	"button",
	"mtext",
	"mglyph",
	"foreignObject",
	"desc",
	"annotation-xml",
	"plaintext",
	"script",
	"li",
	"ul",
	"ol",
	"dl",
	"dt",
	"dd",
	"blockquote",
	"figure",
	"figcaption",
	"pre",
	"h1",
	"h2",
	"div",
	"span",
	"i",
	"nobr",
	"font",
	"details",
	"summary",
	"object",
	"video",
	"audio",
	"picture",
	"body",
	"html",
	"head",
	"frameset",
	"colgroup",
	"tbody",
	"marquee",
	"em",
	"malignmark",
	"image",
	"isindex",
	"keygen",
	"ruby",
	"rt",
	"q",
	"abbr",
	"sup",
	"cite",
	"code",
	"dialog",
	"aside",
};

static const char *const payloads[] = {
	"<img src=x onerror=alert(1)>",
	"<script>alert(1)</script>",
	"<svg/onload=alert(1)>",
	"<a href=\"javascript:alert(1)\">x</a>",
	"<a href=\"java\tscript:alert(1)\">x</a>",
	"<a href=\"&#106;avascript:alert(1)\">x</a>",
	"<a href=\"&#x6A&#x61vascript&colon;alert(1)\">x</a>",
	"<a href=\" \x01javascript:alert(1)\">x</a>",
	"<a href='vbscript:msgbox(1)'>x</a>",
	"<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
	"<a href=\"\\\\evil.example\\x\">x</a>",
	"<a href=\"https://user:pw@example.org/\">x</a>",
	"<img src=`javascript:alert(1)`>",
	"<img alt=\"`onerror=alert(1)\" src=y>",
	"<style><!--</style><script>alert(1)//--></script>",
	"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
	"<!--><img src=x onerror=alert(1)>-->",
	"<!--!><img src=x onerror=alert(1)>--!>",
	"<![CDATA[<img src=x onerror=alert(1)>]]>",
	"<?xml version=\"1.0\"?><img src=x onerror=alert(1)>",
	"<form action=javascript:alert(1)><input type=submit>",
	"<iframe srcdoc=\"<script>alert(1)</script>\" src=\"javascript:alert(1)\"></iframe>",
	"<object data=\"javascript:alert(1)\"></object>",
	"<embed src=\"data:text/html;base64,PHNjcmlwdD4=\">",
	"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
	"<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
	"<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
	"<base href=\"javascript:/a/-alert(1)//\">",
	"<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
	"<link rel=stylesheet href=\"javascript:alert(1)\">",
	"<p style=\"background:url(javascript:alert(1))\" onclick=alert(1)>t",
	"<div id=\"x\"><a href=\"#x\" name=y>1</a></div><a href=\"#y\">2</a>",
	"<sup><a href=#n1 id=r1>1</a></sup><ol><li id=n1>note <a href=#r1>^</a></ol>",
	"<a title=\"a&quot;onmouseover=alert(1) x=&quot;\" href=x>t</a>",
	"<x onfocus=alert(1) tabindex=1 autofocus>",
	"<details open ontoggle=alert(1)><summary>s</summary>x</details>",
	"<video><source onerror=alert(1)></video>",
	"&lt;script&gt;alert(1)&lt;/script&gt;",
	"&#0;&#x80;&#xFFFE;&#x110000;&notin;&amp&lt",
	"\xC2\x85\xC2\x92\xEF\xBB\xBF\xF3\xB0\x80\x80\xED\xA0\x80\xFF",
	"<figure><img src=/a.jpg alt='\"'><figcaption>c<span class=credit>d</span></figcaption></figure>",
	"<blockquote><p>q</p><cite>\xE2\x80\x94 who</cite></blockquote>",
	"<table><caption>c<tr><td>1<th scope=row>2<p>x</table>",
	"<ul>text<li>a<ul><li>b</ul>tail<dl><dt>t<dd>d</ul>",
	"text <b> bold <br> <br> more </b> \n end",
	"<pre>\n\n  a\n\tb \n</pre>",
	"<a href=1><a href=2><table><a href=3>x",
	"<b><i><p></b>x</i>",
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void put_wrapper(struct mutator *mutator, struct buf *out, const char *name)
{
	buf_put_byte(out, '<');
	for (; *name; name++)
		buf_put_byte(out, mutator_next(mutator) % 9 == 0 && *name >= 'a' ? (char)(*name ^ 0x20) : *name);
	static const char *const tails[] = {">",
					    " >",
					    "/>",
					    " id=a class=b>",
					    "\n onload=alert(1)>",
					    " lang=ar dir=rtl>",
					    " x='>'>",
					    " title=\"<!--\">",
					    "/x=`>`>",
					    " href=javascript:1>"};
	buf_put_cstr(out, tails[mutator_next(mutator) % COUNT(tails)]);
}

struct str mutator_case(struct mutator *mutator, struct arena *arena)
{
	BUF_SCOPED out = BUF_INIT(1 << 20);
	const char *open[8];
	size_t depth = 0, steps = 1 + mutator_next(mutator) % 8;
	for (size_t i = 0; i < steps; i++) {
		uint64_t choice = mutator_next(mutator) % 10;
		if (choice < 5 && depth < COUNT(open)) {
			open[depth] = wrappers[mutator_next(mutator) % COUNT(wrappers)];
			put_wrapper(mutator, &out, open[depth++]);
		} else if (choice < 7 && depth > 0) {
			buf_printf(&out, "</%s>", open[mutator_next(mutator) % depth]);
		} else {
			buf_put_cstr(&out, payloads[mutator_next(mutator) % COUNT(payloads)]);
		}
	}
	buf_put_cstr(&out, payloads[mutator_next(mutator) % COUNT(payloads)]);
	return buf_copy(&out, arena);
}

struct str mutator_disturb(struct mutator *mutator, struct str html, struct arena *arena)
{
	static const char bytes[] = "<>/\"'`=&;!-[]# \n\t\0abp:";
	BUF_SCOPED out = BUF_INIT(html.len * 4 + 64);
	buf_put(&out, html);
	for (uint64_t i = 1 + mutator_next(mutator) % 4; i > 0 && out.len; i--) {
		size_t at = mutator_next(mutator) % out.len, len = mutator_next(mutator) % 12;
		struct str tail = arena_str(arena, str_skip(buf_str(&out), at));
		buf_truncate(&out, at);
		switch (mutator_next(mutator) % 4) {
		case 0: /* delete */
			tail = str_skip(tail, len);
			break;
		case 1: /* twice */
			buf_put(&out, str_sub(tail, 0, len * 3));
			break;
		case 2: /* replace */
			buf_put_byte(&out, bytes[mutator_next(mutator) % (sizeof bytes - 1)]);
			tail = str_skip(tail, 1);
			break;
		default: /* insert */
			buf_put_byte(&out, (char)mutator_next(mutator));
			break;
		}
		buf_put(&out, tail);
	}
	return buf_copy(&out, arena);
}

const char *safe_why(struct str html, struct arena *arena)
{
	return safe_check(html, arena, NULL);
}
