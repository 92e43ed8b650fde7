/* Writes one page with everything that the serialiser made of every hostile case, canonical and public, and a
 * reporter of whatever runs. With --control it adds three things that do run, so that the reporter is known to work.
 * chromium_sanitise.py opens both in a browser. */
#include "support.h"

#include <string.h>

struct page {
	struct arena *arena;
	size_t cases;
};

static int show(void *context, const struct markup_media *media, struct markup_picture *ret_picture)
{
	(void)context;
	(void)media;
	*ret_picture = (struct markup_picture){
		.src = STR("/picture-that-is-not-there.jpg"), .alt = media->alt, .caption = media->caption};
	return MARKUP_SHOW;
}

static void put_case(void *context, struct str html)
{
	struct page *page = context;
	struct arena_mark mark = arena_mark(page->arena);
	const struct markup_public options = {.picture = show};
	struct markup *tree = markup_from_html(NULL, html, page->arena, NULL);
	struct safe_html stored, shown;
	if (markup_canonical(tree, page->arena, &stored, NULL) == 0 &&
	    markup_public(tree, &options, page->arena, &shown, NULL) == 0)
		printf("<div>%.*s</div>\n<div>%.*s</div>\n", STR_ARG(stored.text), STR_ARG(shown.text));
	page->cases++;
	arena_release(page->arena, mark);
}

static void put_reporter(void)
{
	puts("<!doctype html><html><head><meta charset=utf-8><title>0</title><script>\n"
	     "var ran = 0;\n"
	     "function report() { ran++; document.title = String(ran); }\n"
	     "window.alert = window.confirm = window.prompt = report;\n"
	     "window.open = report;\n"
	     "</script></head><body>");
}

/* Presses whatever can be pressed, and gives every element the events that a handler could wait for. */
static void put_presser(size_t cases)
{
	printf("<script>\n"
	       "var known = new Set(['http:', 'https:', 'mailto:', 'tel:']), bad = 0, elements = 0;\n"
	       "document.querySelectorAll('body > div *').forEach(function (e) {\n"
	       "  elements++;\n"
	       "  for (var a of e.attributes) {\n"
	       "    if (/^on/i.test(a.name) || a.name === 'style' || a.name === 'srcdoc') bad++;\n"
	       "    if (/href|src$|cite|action|data$/.test(a.name)) {\n"
	       "      try { if (!known.has(new URL(a.value, 'https://example.org/').protocol)) bad++; } catch (x) { }\n"
	       "    }\n"
	       "  }\n"
	       "  if "
	       "(/^(script|style|iframe|object|embed|form|input|svg|math|base|meta|link|template)$/"
	       "i.test(e.localName)) bad++;\n"
	       "  ['click', 'mouseover', 'focus', 'load', 'error', 'toggle', 'animationend'].forEach(function (n) {\n"
	       "    var event = new Event(n, {bubbles: false, cancelable: true});\n"
	       "    if (n === 'click') event.preventDefault();\n"
	       "    e.dispatchEvent(event);\n"
	       "  });\n"
	       "});\n"
	       "document.querySelectorAll('details').forEach(function (d) { d.open = true; });\n"
	       "var first = document.createElement('output');\n"
	       "first.id = 'verdict';\n"
	       "setTimeout(function () {\n"
	       "  first.textContent = 'ran=' + ran + ' bad=' + bad + ' elements=' + elements + ' cases=%zu';\n"
	       "  document.body.innerHTML = '';\n"
	       "  document.body.appendChild(first);\n"
	       "}, 200);\n"
	       "</script></body></html>\n",
	       cases);
}

int main(int argc, char **argv)
{
	ARENA_SCOPED arena = arena_create(0);
	ARENA_SCOPED names = arena_create(0);
	struct page page = {.arena = arena};
	struct mutator mutator = {.state = 11};
	put_reporter();
	each_html5lib(put_case, &page, names);
	each_owasp(put_case, &page, names);
	for (int i = 0; i < 1500; i++) {
		struct arena_mark mark = arena_mark(names);
		put_case(&page, mutator_case(&mutator, names));
		arena_release(names, mark);
	}
	if (argc > 1 && strcmp(argv[1], "--control") == 0)
		puts("<div><img src='data:,x' onerror='alert(1)'><b "
		     "onclick='alert(2)'>x</b><script>alert(3)</script></div>");
	put_presser(page.cases);
	return 0;
}
