/* The importer's second pass: what each answer of its callbacks does to links, players, quotations and pictures. */
#include "support.h"

#include "text/markup.h"

struct answer {
	int links, pictures; /* MARKUP_KEEP, MARKUP_REPLACE, MARKUP_REMOVE or an error */
	struct str address;
	struct str caption, credit;
	enum markup_link_use asked; /* the last use that was asked about */
};

static int answer_link(void *context, enum markup_link_use use, struct str address, struct str *ret_address,
		       struct err *err)
{
	struct answer *answer = context;
	(void)address;
	answer->asked = use;
	if (answer->links < 0)
		return err_set(err, ERR_DATA, "no");
	*ret_address = answer->address;
	return answer->links;
}

static int answer_picture(void *context, struct markup_media *media, struct err *err)
{
	const struct answer *answer = context;
	if (answer->pictures < 0)
		return err_set(err, ERR_DATA, "no");
	media->caption = answer->caption;
	media->credit = answer->credit;
	return answer->pictures;
}

static void assert_rewritten(struct markup_rewrite rewrite, const char *from, const char *to, struct arena *arena)
{
	struct err err = {0};
	struct safe_html html;
	struct markup *tree = markup_from_html(NULL, str_from(from), arena, NULL);
	assert_int_equal(markup_rewrite(tree, &rewrite, &err), 0);
	assert_int_equal(markup_canonical(tree, arena, &html, &err), 0);
	assert_str(html.text, to);
	assert_str(sound(html.text, arena), to);
}

#define CARD(address) "<div class=\"embed-card\"><a href=\"" address "\">T</a></div>"

static void test_addresses(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	static const struct {
		const char *from, *to;
		struct answer answer;
	} cases[] = {
		{CARD("https://a.example/"),
		 CARD("/b"),
		 {.links = MARKUP_REPLACE, .address = STR_INIT("/b"), .asked = 2}},
		{"<p>x</p>" CARD("/a"),
		 "<p>x</p>",
		 {.links = MARKUP_REPLACE, .address = STR_INIT("http://b.example/"), .asked = 2}},
		{"<p>x</p>" CARD("/a"),
		 "<p>x</p>",
		 {.links = MARKUP_REPLACE, .address = STR_INIT("mailto:a@b.example"), .asked = 2}},
		{"<p>x</p>" CARD("/a"), "<p>x</p>", {.links = MARKUP_REMOVE, .asked = 2}},
		{"<p>a <a href=/o>b</a> c", "<p>a b c</p>", {.links = MARKUP_REPLACE, .address = STR_INIT("data:,x")}},
		{"<p>a <a lang=fa href=/o>b</a>", "<p>a <span lang=\"fa\">b</span></p>", {.links = MARKUP_REMOVE}},
		{"<blockquote cite=/o>q", "<blockquote><p>q</p></blockquote>", {.links = MARKUP_REMOVE, .asked = 3}},
		{"<blockquote cite=/o>q",
		 "<blockquote cite=\"/n\"><p>q</p></blockquote>",
		 {.links = MARKUP_REPLACE, .address = STR_INIT("/n"), .asked = 3}},
		{"<p><del cite=/o>q</del>", "<p><del>q</del></p>", {.links = MARKUP_REMOVE, .asked = 3}},
		{"<a href=/o><img src=/i.jpg></a>",
		 "<figure><img src=\"/i.jpg\"></figure>",
		 {.links = MARKUP_REMOVE, .asked = 1}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer answer = cases[i].answer;
		answer.asked = MARKUP_USE_LINK;
		assert_rewritten((struct markup_rewrite){.context = &answer, .link = answer_link}, cases[i].from,
				 cases[i].to, arena);
		assert_int_equal(answer.asked, cases[i].answer.asked);
	}
}

#define PICTURE "<figure><img src=\"/i.jpg\">"

static void test_captions(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	static const struct {
		const char *from, *to;
		struct answer answer;
	} cases[] = {
		{PICTURE "<figcaption>old<span class=credit>C</span></figcaption></figure>",
		 PICTURE "<figcaption>new<span class=\"credit\">C</span></figcaption></figure>",
		 {.pictures = MARKUP_REPLACE, .caption = STR_INIT("new"), .credit = STR_INIT("C")}},
		{PICTURE "<figcaption>old<span class=credit>C</span></figcaption></figure>",
		 PICTURE "</figure>",
		 {.pictures = MARKUP_REPLACE}},
		{PICTURE "<figcaption>old</figcaption></figure>",
		 PICTURE "<figcaption>old<span class=\"credit\">a &lt;b&gt;</span></figcaption></figure>",
		 {.pictures = MARKUP_REPLACE, .caption = STR_INIT("old"), .credit = STR_INIT(" a\n<b> ")}},
		{"<p>x</p><figure class=gallery>" PICTURE "</figure><figcaption>both</figcaption></figure>",
		 "<p>x</p>",
		 {.pictures = MARKUP_REMOVE}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer answer = cases[i].answer;
		assert_rewritten((struct markup_rewrite){.context = &answer, .media = answer_picture}, cases[i].from,
				 cases[i].to, arena);
	}
	assert_rewritten((struct markup_rewrite){0}, "<p><a href=\"/a\">b</a></p>" PICTURE, /* nobody is asked */
			 "<p><a href=\"/a\">b</a></p>" PICTURE "</figure>", arena);
}

static void test_what_broke_is_handed_on(void **state)
{
	(void)state;
	static const char *const sources[] = {"<a href=/a>x</a>", CARD("/a"),
					      "<q cite=/a>x</q>", "<a href=/a><img src=/i.jpg></a>",
					      "<img src=/i.jpg>", "<p>a<img src=/i.jpg width=9>"};
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
		struct answer answer = {.links = ERR_DATA, .pictures = ERR_DATA};
		const struct markup_rewrite rewrite = {&answer, answer_link, answer_picture};
		struct err err = {0};
		struct markup *tree = markup_from_html(NULL, str_from(sources[i]), arena, NULL);
		assert_int_equal(markup_rewrite(tree, &rewrite, &err), ERR_DATA);
		assert_string_equal(err.text, "no");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_captions),
		cmocka_unit_test(test_what_broke_is_handed_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
