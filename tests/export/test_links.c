/* What a page refers to on its own site. */
#include "export/links.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SITE "https://news.example.org"

static const struct {
	const char *text;
	bool html;
	const char *found; /* one a line */
} cases[] = {
	{"<a href=\"/a/\">x</a>", true, "/a/\n"},
	{"<a href=\"/a/?page=2#top\">x</a>", true, "/a/\n"},
	{"<a href=\"/a&amp;b/&#39;c/\">x</a>", true, "/a&b/'c/\n"},
	{"<a href=\"/a,b/(c)/\">x</a>", true, "/a,b/(c)/\n"}, /* they may stand in a path */
	{"<a href=\"//other.example/a/\">x</a>", true, ""},
	{"<a href=\"https://other.example/a/\">x</a>", true, ""},
	{"<a href=\"mailto:a@news.example.org\">x</a>", true, ""},
	{"<a href=\"#top\">x</a>", true, ""},
	{"<img src=\"/media/a-320.jpg\" srcset=\"/media/a-320.jpg 320w, /media/a-640.jpg 640w\">", true,
	 "/media/a-320.jpg\n/media/a-320.jpg\n/media/a-640.jpg\n"},
	{"<source srcset=\"/media/a.webp\"><a href=\"/b/\">", true, "/media/a.webp\n/b/\n"},
	{"<link rel=\"canonical\" href=\"" SITE "/a/\">", true, "/a/\n"},
	{"<link rel=\"home\" href=\"" SITE "\">", true, ""},
	{"<meta content=\"" SITE "/media/a.jpg\">", true, "/media/a.jpg\n"},
	{"{\"url\":\"" SITE "/a/\",\"image\":\"" SITE "/b.jpg\"}", false, "/a/\n/b.jpg\n"},
	{"<loc>" SITE "/a/</loc><loc>" SITE "/b/</loc>", false, "/a/\n/b/\n"},
	{"&lt;a href=&quot;" SITE "/a/&quot;&gt;the", false, "/a/\n"}, /* pages in feeds */
	{"&lt;a href=&#34;" SITE "/a/&#34;&gt;the", false, "/a/\n"},
	{"{\"html\":\"\\u003ca href=\\\"" SITE "/a/\\\"\"}", false, "/a/\n"},
	{"see (" SITE "/a/), and more", false, "/a/\n"},
	{"<a href=\"/not/in/a/feed/\">", false, ""},
	{"" SITE ".evil.example/a/", false, ""},
	{"<a href=\"/", true, "/\n"}, /* cut off */
	{"=\"/", true, "/\n"},
	{"", true, ""},
};

static void note(void *context, struct str path)
{
	buf_put(context, path);
	buf_put_byte(context, '\n');
}

static void test_cases(void **state)
{
	ARENA_SCOPED arena = arena_create(0);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		BUF_SCOPED out = BUF_INIT(4096);
		char *exact = strdup(cases[i].text); /* that nothing behind its end is read */
		size_t len = strlen(exact);

		exact = realloc(exact, len ? len : 1);
		links_find(str_of(exact, len), cases[i].html, STR(SITE), arena, note, &out);
		if (!str_eq(buf_str(&out), str_from(cases[i].found)))
			fail_msg("%s: %.*s", cases[i].text, STR_ARG(buf_str(&out)));
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
