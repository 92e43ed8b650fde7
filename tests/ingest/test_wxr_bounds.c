/* What an export may hold before it is refused, and what the reader keeps of it while it reads: never more than one
 * item, whatever the bytes between the items are. */
#include "reading.h"

/* The reader's maps of offsets grow by reallocarray alone; the largest request tells how much was kept. */
static size_t largest;

void *__real_reallocarray(void *pointer, size_t count, size_t size);
void *__wrap_reallocarray(void *pointer, size_t count, size_t size);
void *__wrap_reallocarray(void *pointer, size_t count, size_t size)
{
	if (count * size > largest)
		largest = count * size;
	return __real_reallocarray(pointer, count, size);
}

static void repeat(struct buf *out, const char *piece, size_t count)
{
	while (count-- > 0)
		buf_put_cstr(out, piece);
}

/* A head, something long, one item. */
static void with_long(struct buf *out, const char *before, const char *piece, size_t count, const char *after)
{
	struct export_item item = {.id = 5};
	buf_put_cstr(out, EXPORT_HEAD("1.2"));
	buf_put_cstr(out, before);
	repeat(out, piece, count);
	buf_put_cstr(out, after);
	export_put_item(out, &item);
	buf_put_cstr(out, EXPORT_FOOT);
}

static void a_piece_of_markup_is_bounded(void **state)
{
	static const struct {
		const char *before, *after;
	} pieces[] = {
		{"<!-- ", " -->"}, {"<?x ", "?>"}, {"<x y=\"", "\"/>"},
		{"<x y='", "'/>"}, {"<x ", "/>"},  {"<x></x ", ">"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		char place[80];
		BUF_SCOPED fits = BUF_INIT(8u << 20), passes = BUF_INIT(8u << 20);
		with_long(&fits, pieces[i].before, " ", LIMIT_WXR_MARKUP_BYTES / 2, pieces[i].after);
		struct reading reading = reading_good(buf_str(&fits));
		assert_int_equal(reading.items, 1);
		reading_end(&reading);
		with_long(&passes, pieces[i].before, " ", 2 * LIMIT_WXR_MARKUP_BYTES, pieces[i].after);
		size_t close = strcmp(pieces[i].before, "<x></x ") == 0 ? 3 : 0;
		snprintf(place, sizeof place, "that begins at byte %zu passes %u bytes",
			 sizeof(EXPORT_HEAD("1.2")) - 1 + close, LIMIT_WXR_MARKUP_BYTES);
		reading_refused(buf_str(&passes), ERR_LIMIT, place);
	}
}

/* Each "&" becomes "&amp;" and so a place where offsets in and out part. */
static void offsets_are_kept_for_what_is_under_way_alone(void **state)
{
	static const struct {
		const char *before, *piece, *after;
	} texts[] = {
		{"<x>", "&", "</x>"},
		{"<x>", "\v", "</x>"},
		{"<x>", "&#1;", "</x>"},
		{"", "<x>&nbsp;</x>", ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		BUF_SCOPED text = BUF_INIT(64u << 20);
		size_t count = (8u << 20) / strlen(texts[i].piece);
		with_long(&text, texts[i].before, texts[i].piece, count, texts[i].after);
		largest = 0;
		struct reading reading = reading_good(buf_str(&text));
		assert_in_range(largest, 1, 48u << 20);
		size_t start = str_find(buf_str(&text), STR("<item>"));
		assert_int_equal(reading.item->offset, (int64_t)start);
		reading_end(&reading);
	}
}

static void the_channels_own_fields_stand_before_its_items(void **state)
{
	struct export_item item = {.id = 5};
	BUF_SCOPED text = BUF_INIT(1u << 20);
	(void)state;
	buf_put_cstr(&text, EXPORT_HEAD("1.1"));
	buf_put_cstr(&text, "<title>Second</title><link>https://b.example</link>");
	buf_put_cstr(&text, "<description>First line</description>");
	export_put_item(&text, &item);
	buf_put_cstr(&text, "<description>Late</description><generator>late</generator><language>fr</language>");
	buf_put_cstr(&text, EXPORT_FOOT);
	struct reading reading = reading_good(buf_str(&text));
	const struct wxr_head *head = wxr_head(reading.wxr);
	assert_text(head->title, "Harbour Watch");
	assert_text(head->link, "https://harbour.example");
	assert_text(head->description, "First line");
	assert_text(head->language, "en");
	assert_text(head->generator, "");
	assert_int_equal(head->version, 11);
	reading_end(&reading);
}

static void put_metas(struct buf *text, const char *element, size_t count, size_t bytes)
{
	for (size_t i = 0; i < count; i++) {
		buf_printf(text, "<wp:%s><wp:meta_key>k</wp:meta_key><wp:meta_value>", element);
		repeat(text, "0123456789abcdef", bytes / 16);
		buf_printf(text, "</wp:meta_value></wp:%s>", element);
	}
}

static void the_texts_of_a_term_are_bounded_as_those_of_an_item(void **state)
{
	BUF_SCOPED text = BUF_INIT(128u << 20);
	(void)state;
	buf_put_cstr(&text, EXPORT_HEAD("1.2") "<wp:term><wp:term_slug>s</wp:term_slug>");
	put_metas(&text, "termmeta", 5, 16u << 20);
	buf_put_cstr(&text, "</wp:term>" EXPORT_FOOT);
	reading_refused(buf_str(&text), ERR_LIMIT, "the texts of one term pass 67108864 bytes");
}

static void slugs_in_attributes_count_as_texts(void **state)
{
	BUF_SCOPED text = BUF_INIT(128u << 20), slug = BUF_INIT(1u << 20);
	(void)state;
	repeat(&slug, "0123456789abcdef", (512u << 10) / 16);
	buf_put_cstr(&text, EXPORT_HEAD("1.2") "<item>");
	for (int i = 0; i < 130; i++)
		buf_printf(&text, "<category domain=\"d\" nicename=\"%.*s\">n</category>", STR_ARG(buf_str(&slug)));
	buf_put_cstr(&text, "</item>" EXPORT_FOOT);
	reading_refused(buf_str(&text), ERR_LIMIT, "the texts of one item pass 67108864 bytes");
}

static void a_document_without_a_channel_is_no_export(void **state)
{
	(void)state;
	reading_refused(STR("<rss version=\"2.0\"></rss>"), ERR_INPUT, "test.xml:1: byte 19: the export is empty");
	reading_refused(STR("<rss version=\"2.0\">\n\n</rss>"), ERR_INPUT, "test.xml:3: byte 21: the export is empty");
	reading_refused(STR("<rss version=\"2.0\"/>"), ERR_INPUT, "the export is empty");
	reading_refused(STR("<rss version=\"2.0\"><channel/></rss>"), ERR_INPUT, "the WXR version is missing");
	reading_refused(STR("<feed></feed>"), ERR_INPUT, "found <feed>, expected <rss>");
	reading_refused(STR(""), ERR_INPUT, "the file ends too early");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_piece_of_markup_is_bounded),
		cmocka_unit_test(offsets_are_kept_for_what_is_under_way_alone),
		cmocka_unit_test(the_channels_own_fields_stand_before_its_items),
		cmocka_unit_test(the_texts_of_a_term_are_bounded_as_those_of_an_item),
		cmocka_unit_test(slugs_in_attributes_count_as_texts),
		cmocka_unit_test(a_document_without_a_channel_is_no_export),
	};
	return cmocka_run_group_tests_name("wxr_bounds", tests, NULL, NULL);
}
