#include "list_page.h"
#include "fixture.h"

static const struct view picture_view = {
	"picture",
	(const struct view_field[]){
		{"url", VIEW_URL}, {"alt", VIEW_TEXT}, {"width", VIEW_NUMBER}, {"height", VIEW_NUMBER}},
	4,
};

static const struct view card_view = {
	"card",
	(const struct view_field[]){{"url", VIEW_URL},
				    {"title", VIEW_TEXT},
				    {"excerpt", VIEW_TEXT},
				    {"date", VIEW_TEXT},
				    {"machine_date", VIEW_TEXT},
				    {"kind", VIEW_TEXT},
				    {"picture", VIEW_OBJECT, &picture_view}},
	7,
};

static const struct view list_view = {
	"list",
	(const struct view_field[]){{"site", VIEW_TEXT}, {"cards", VIEW_LIST, &card_view}, {"next", VIEW_URL}},
	3,
};

static const struct fixture_file files[] = {
	{"main",
	 STR_INIT("{{<page}}{{$main}}\n<ol class=\"cards\">\n{{#cards}}\n  {{>card}}\n{{/cards}}\n</ol>\n{{#next}}<a "
		  "href=\"{{next}}\" rel=\"next\">More</a>{{/next}}\n{{/main}}{{/page}}")},
	{"page",
	 STR_INIT("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{{site}}</title>\n"
		  "<link rel=\"stylesheet\" href=\"/theme/main.css\">\n</head>\n<body>\n<main>\n{{$main}}{{/main}}\n"
		  "</main>\n</body>\n</html>\n")},
	{"card", STR_INIT("<li class=\"card\">\n  <h2><a href=\"{{url}}\">{{title}}</a></h2>\n  {{#picture}}<img "
			  "src=\"{{url}}\" alt=\"{{alt}}\" width=\"{{width}}\" height=\"{{height}}\">{{/picture}}\n  "
			  "{{#kind}}<p class=\"kind\">{{kind}}</p>{{/kind}}\n  <p>{{excerpt}}</p>\n  <p><time "
			  "datetime=\"{{machine_date}}\">{{date}}</time></p>\n</li>\n")},
	{0}};

const struct template *list_page_compile(struct arena *arena)
{
	struct template_source source = fixture_source(files);
	const struct template *compiled;
	struct err err;
	if (template_compile(template_set_create(arena, &source), STR("main"), &list_view, &compiled, &err) != 0)
		fail_msg("%s", err.text);
	return compiled;
}

const struct value *list_page_record(struct arena *arena)
{
	struct value *list = arena_array(arena, struct value, 3);
	struct value *cards = arena_array(arena, struct value, LIST_PAGE_ITEMS * 7);
	for (size_t i = 0; i < LIST_PAGE_ITEMS; i++) {
		struct value *card = cards + i * 7;
		struct value *picture = arena_array(arena, struct value, 4);
		card[0].text = arena_printf(arena, "/2018/06/an-item-with-the-number-%zu/", i);
		card[1].text = arena_printf(arena, "Item %zu: the court's \"final\" word & what follows", i);
		card[2].text = STR(
			"An excerpt of the usual length, cut at a word: the ministry answered neither the letter of "
			"March nor the one of May, and …");
		card[3].text = STR("14 June 2018");
		card[4].text = STR("2018-06-14T11:30:00+02:00");
		card[5].text = i % 3 ? STR("Press release") : STR("");
		picture[0].text = STR("/media/abcdefgh/a-picture-480.jpg");
		picture[1].text = STR("People at a gate");
		picture[2].number = 480;
		picture[3].number = 320;
		card[6].object = i % 2 ? picture : NULL;
	}
	list[0].text = STR("News");
	list[1].list.rows = cards;
	list[1].list.count = LIST_PAGE_ITEMS;
	list[2].text = STR("?page=2");
	return list;
}
