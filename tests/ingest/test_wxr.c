#include "reading.h"

static void one_of_everything(void **state)
{
	(void)state;
	struct reading reading = reading_of(STR(EXPORT_HEAD(
		"1.2") "<wp:author><wp:author_id>4</wp:author_id><wp:author_login>mara</"
		       "wp:author_login><wp:author_display_name>"
		       "<![CDATA[Mara Iva]]></wp:author_display_name></wp:author>"
		       "<wp:category><wp:term_id>9</wp:term_id><wp:category_nicename>sea</wp:category_nicename>"
		       "<wp:category_parent>world</wp:category_parent><wp:cat_name><![CDATA[Sea &amp; "
		       "shore]]></wp:cat_name></wp:category>"
		       "<wp:term><wp:term_id>10</wp:term_id><wp:term_taxonomy>ship</"
		       "wp:term_taxonomy><wp:term_slug>barge</wp:term_slug>"
		       "<wp:term_name>Barge</wp:term_name><wp:termmeta><wp:meta_key>k</wp:meta_key><wp:meta_value>v</"
		       "wp:meta_value>"
		       "</wp:termmeta></wp:term>"
		       "<item><title>One &lt;b&gt;</title><link>https://harbour.example/one/</link><pubDate>Thu, 02 "
		       "May 2019 06:00:00 +0000"
		       "</pubDate><dc:creator>mara</dc:creator><guid "
		       "isPermaLink=\"true\">g</guid><content:encoded><![CDATA[ <p>x</p> ]]>"
		       "</content:encoded><excerpt:encoded>short</excerpt:encoded><wp:post_id>12</wp:post_id>"
		       "<wp:post_modified_gmt>2019-05-03 "
		       "00:00:00</wp:post_modified_gmt><wp:post_parent>3</wp:post_parent>"
		       "<wp:menu_order>5</wp:menu_order><wp:is_sticky>1</wp:is_sticky><wp:post_password>pw</"
		       "wp:post_password>"
		       "<wp:attachment_url>https://harbour.example/a.jpg</wp:attachment_url>"
		       "<category domain=\"ship\" nicename=\"barge\"><![CDATA[Barge]]></category>"
		       "<wp:comment><wp:comment_content>not <b>ours</b></wp:comment_content></wp:comment>"
		       "<wp:postmeta><wp:meta_key>a</wp:meta_key><wp:meta_value><![CDATA[ b "
		       "]]></wp:meta_value></wp:postmeta></item>" EXPORT_FOOT));
	assert_int_equal(reading.result, 0);
	assert_int_equal(reading.authors, 1);
	assert_int_equal(reading.terms, 2);
	assert_int_equal(wxr_head(reading.wxr)->version, 12);
	assert_text(wxr_head(reading.wxr)->base_blog_url, "https://harbour.example");
	const struct wxr_item *item = reading.item;
	assert_text(item->title, "One <b>");
	assert_text(item->content, "<p>x</p>");
	assert_text(item->excerpt, "short");
	assert_int_equal(item->post_id, 12);
	assert_int_equal(item->parent_id, 3);
	assert_int_equal(item->menu_order, 5);
	assert_true(item->sticky && item->guid_is_permalink);
	assert_text(item->password, "pw");
	assert_text(item->attachment_url, "https://harbour.example/a.jpg");
	assert_text(item->modified_gmt, "2019-05-03 00:00:00");
	assert_int_equal(item->comments, 1);
	assert_text(item->categories.at[0].domain, "ship");
	assert_text(wxr_item_meta(item, STR("a")), " b ");
	assert_text(wxr_item_meta(item, STR("none")), "");
	reading_end(&reading);
}

static void prefixes_are_free(void **state)
{
	(void)state;
	struct reading reading = reading_of(STR("<rss xmlns:w=\"https://wordpress.org/export/1.2/\" "
						"xmlns:e=\"https://wordpress.org/export/1.2/excerpt/\"><channel>"
						"<w:wxr_version>1.2</w:wxr_version><item><w:post_id>8</w:post_id>"
						"<e:encoded>short</e:encoded></item></channel></rss>"));
	assert_int_equal(reading.result, 0);
	assert_int_equal(reading.item->post_id, 8);
	assert_text(reading.item->excerpt, "short");
	assert_int_equal(wxr_mends(reading.wxr).namespaces, 0);
	reading_end(&reading);
}

static void offsets_and_lines_are_the_files(void **state)
{
	(void)state;
	static const char text[] = "\xEF\xBB\xBF\n" EXPORT_HEAD("1.1") "<item><title>a\x0b\x02&nbsp;b</title></item>\n"
								       "<item><title>second</title></item>" EXPORT_FOOT;
	struct reading reading = reading_of(str_from(text));
	assert_int_equal(reading.result, 0);
	assert_int_equal(reading.item->offset, strstr(text, "<item><title>second") - text);
	assert_int_equal(reading.item->line, 12);
	struct wxr_mends mends = wxr_mends(reading.wxr);
	assert_int_equal(mends.control_characters, 2);
	assert_int_equal(mends.entities, 1);
	assert_int_equal(mends.leading_bytes, 4);
	reading_end(&reading);
}

static void early_cdata_ends_are_mended(void **state)
{
	(void)state;
	static const struct {
		const char *inside, *wanted;
		uint64_t mends;
	} cases[] = {
		{"a ]]> b", "a ]]> b", 1},
		{"]]>", "]]>", 1},
		{"a <![CDATA[ b ]]> c <![CDATA[ d ]]> e", "a <![CDATA[ b ]]> c <![CDATA[ d ]]> e", 2},
		{"<script>//<![CDATA[\nx\n//]]></script>", "<script>//<![CDATA[\nx\n//]]></script>", 1},
		{"a]]]]><![CDATA[>b", "a]]>b", 0},
		{"a]]", "a]]", 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		BUF_SCOPED text = BUF_INIT(1 << 20);
		buf_printf(
			&text,
			EXPORT_HEAD("1.2") "<item><content:encoded><![CDATA[%s]]></content:encoded></item>" EXPORT_FOOT,
			cases[i].inside);
		struct reading reading = reading_of(buf_str(&text));
		if (reading.result)
			fail_msg("%s", reading.err.text);
		assert_text(reading.item->content, cases[i].wanted);
		assert_int_equal(wxr_mends(reading.wxr).cdata_ends, cases[i].mends);
		reading_end(&reading);
	}
}

static void mixed_text_and_cdata_is_left_as_xml_says(void **state)
{
	(void)state;
	struct reading reading = reading_of(
		STR(EXPORT_HEAD("1.2") "<item><title><![CDATA[a]]> &amp; <![CDATA[b]]></title></item>" EXPORT_FOOT));
	assert_text(reading.item->title, "a & b");
	reading_end(&reading);
}

static void characters_and_entities_are_mended(void **state)
{
	(void)state;
	struct reading reading = reading_of(STR(EXPORT_HEAD("1.2") "<item><title>a &amp; b & c &copy; &#11; &#x41; "
								   "&#xFFFF; AT&T x ]]> y</title></item>" EXPORT_FOOT));
	assert_int_equal(reading.result, 0);
	assert_text(reading.item->title, "a & b & c &copy; \xEF\xBF\xBD A \xEF\xBF\xBD AT&T x ]]> y");
	assert_int_equal(wxr_mends(reading.wxr).references, 2);
	assert_int_equal(wxr_mends(reading.wxr).entities, 3);
	reading_end(&reading);
}

static void missing_namespaces_are_declared(void **state)
{
	(void)state;
	struct reading reading = reading_of(STR("<rss version=\"2.0\"><channel><wp:wxr_version>1.0</wp:wxr_version>"
						"<item><wp:post_id>3</wp:post_id><dc:creator>m</dc:creator>"
						"<excerpt:encoded>e</excerpt:encoded></item></channel></rss>"));
	assert_int_equal(reading.result, 0);
	assert_int_equal(reading.item->post_id, 3);
	assert_text(reading.item->excerpt, "e");
	assert_int_equal(wxr_mends(reading.wxr).namespaces, 3);
	reading_end(&reading);
}

/* "café" in the title, encoded in several ways. */
static void encodings_are_read_as_declared(void **state)
{
	(void)state;
	static const char latin[] = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rss><channel><wp:wxr_version>1.0"
				    "</wp:wxr_version><item><title>caf\xE9</title></item><item><title>x</title></item>"
				    "</channel></rss>";
	struct reading reading = reading_of(str_from(latin));
	assert_int_equal(reading.result, 0);
	assert_int_equal(reading.item->offset, strstr(latin, "<item><title>x") - latin);
	reading_end(&reading);
	reading = reading_of(STR("<?xml version='1.0' encoding='windows-1252'?><rss><channel><wp:wxr_version>1.0"
				 "</wp:wxr_version><item><title>\x93quoted\x94</title></item></channel></rss>"));
	assert_text(reading.item->title, "\xE2\x80\x9Cquoted\xE2\x80\x9D");
	reading_end(&reading);
	static const char plain[] = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><rss><channel><wp:wxr_version>1.0"
				    "</wp:wxr_version><item><title>cafe</title></item></channel></rss>";
	char wide[2 * sizeof plain + 2] = "\xFF\xFE";
	size_t len = 2;
	for (size_t i = 0; i < sizeof plain - 1; i++, len += 2) {
		wide[len] = plain[i];
		wide[len + 1] = 0;
	}
	reading = reading_of(str_of(wide, len));
	assert_int_equal(reading.result, 0);
	assert_text(reading.item->title, "cafe");
	assert_int_equal(reading.item->offset, 2 + 2 * (strstr(plain, "<item>") - plain));
	reading_end(&reading);
	reading = reading_of(str_from(plain)); /* declared UTF-16, written byte by byte */
	assert_text(reading.item->title, "cafe");
	reading_end(&reading);
}

static void wrong_encodings_are_refused_with_their_place(void **state)
{
	(void)state;
	static const char text[] = EXPORT_HEAD("1.2") "<item><title>caf\xE9 x</title></item>" EXPORT_FOOT;
	char wanted[100];
	snprintf(wanted, sizeof wanted, "test.xml:10: byte %d: the byte 0xE9 is not UTF-8",
		 (int)(strchr(text, '\xE9') - text));
	reading_refused(str_from(text), ERR_INPUT, wanted);
	reading_refused(STR("<?xml version=\"1.0\" encoding=\"klingon-8\"?><rss/>"), ERR_INPUT,
			"\"klingon-8\" is not known");
	reading_refused(STR("<?xml version=\"1.0\" encoding=\"shift_jis\"?><rss><channel>\x81\x00</channel></rss>"),
			ERR_INPUT, "bytes that are not shift_jis");
}

/* By the first bytes of RFC 1952, of PKWARE's APPNOTE 4.3.7, of bzip2 and of the .xz format. */
static void compressed_files_are_told_with_what_unpacks_them(void **state)
{
	static const struct {
		struct str bytes;
		const char *told;
	} cases[] = {
		{STR_INIT("\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00"),
		 "the file is compressed (gzip); unpack it first, \"gzip -dc FILE > export.xml\""},
		{STR_INIT("PK\x03\x04\x14\x00\x00\x00"),
		 "the file is compressed (zip); unpack it first, \"unzip FILE\""},
		{STR_INIT("BZh91AY&SY"), "(bzip2); unpack it first, \"bzip2 -dc FILE > export.xml\""},
		{STR_INIT("\xFD\x37zXZ\x00\x00"), "(xz); unpack it first, \"xz -dc FILE > export.xml\""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		reading_refused(cases[i].bytes, ERR_INPUT, cases[i].told);
	reading_refused(STR("\x1F<rss/>"), ERR_INPUT, "test.xml:1: ");
}

static void versions_are_checked(void **state)
{
	(void)state;
	reading_refused(STR("<rss><channel>\n<wp:wxr_version>2.0</wp:wxr_version></channel></rss>"), ERR_INPUT,
			"test.xml:2: byte 34: found WXR version \"2.0\"; accepted: 1.0, 1.1, 1.2");
	reading_refused(STR("<rss><channel><item/></channel></rss>"), ERR_INPUT, "version is missing");
	reading_refused(STR("<rss><channel></channel></rss>"), ERR_INPUT, "version is missing");
	reading_refused(STR("<feed/>"), ERR_INPUT, "found <feed>, expected <rss>");
	reading_refused(STR("<rss><item/></rss>"), ERR_INPUT, "found <item>, expected <channel>");
}

static void broken_files_are_refused(void **state)
{
	(void)state;
	reading_refused(STR(""), ERR_INPUT, "ends too early");
	reading_refused(STR(EXPORT_HEAD("1.2") "<item><title>cut"), ERR_INPUT, "ends too early");
	reading_refused(STR(EXPORT_HEAD("1.2") "<item><title>x</titel></item>" EXPORT_FOOT), ERR_INPUT,
			"test.xml:10: byte 536: the XML is broken: mismatched tag");
	reading_refused(STR(EXPORT_HEAD("1.2") "<item><title>1 < 2</title></item>" EXPORT_FOOT), ERR_INPUT,
			"the XML is broken");
}

static void entities_cannot_be_defined(void **state)
{
	(void)state;
	reading_refused(
		STR("<?xml version=\"1.0\"?>\n<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
		    "<rss><channel><title>&b;</title></channel></rss>"),
		ERR_INPUT, "test.xml:2: byte 22: found a document type declaration");
	reading_refused(STR("<rss><channel><!ELEMENT x ANY></channel></rss>"), ERR_INPUT, "document type declaration");
}

static void limits_are_kept(void **state)
{
	(void)state;
	BUF_SCOPED text = BUF_INIT(200u << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2"));
	for (int i = 0; i < LIMIT_WXR_DEPTH; i++)
		buf_put_cstr(&text, "<x>");
	reading_refused(buf_str(&text), ERR_LIMIT, "elements inside each other");
	buf_clear(&text);
	buf_put_cstr(&text, EXPORT_HEAD("1.2") "<item>");
	for (int i = 0; i <= LIMIT_WXR_FIELDS; i++)
		buf_put_cstr(&text, "<wp:postmeta><wp:meta_key>k</wp:meta_key></wp:postmeta>");
	reading_refused(buf_str(&text), ERR_LIMIT, "custom fields on one item");
	buf_clear(&text);
	buf_put_cstr(&text, EXPORT_HEAD("1.2") "<item><content:encoded><![CDATA[");
	for (size_t i = 0; i <= LIMIT_WXR_TEXT_BYTES / 16; i++)
		buf_put_cstr(&text, "0123456789abcdef");
	reading_refused(buf_str(&text), ERR_LIMIT, "the text of one element passes");
}

/* Many possible ends of CDATA: each is looked at, the way to the last of them only once. */
static void a_hostile_cdata_costs_linear_work(void **state)
{
	(void)state;
	BUF_SCOPED text = BUF_INIT(64u << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2") "<item><content:encoded><![CDATA[");
	for (int i = 0; i < 40000; i++)
		buf_put_cstr(&text, "]]> x <![CDATA[");
	buf_put_cstr(&text, "]]>]]></content:encoded></item>" EXPORT_FOOT);
	struct reading reading = reading_of(buf_str(&text));
	assert_int_equal(reading.result, 0);
	assert_int_equal(wxr_mends(reading.wxr).cdata_ends, 40001);
	assert_int_equal(reading.item->content.len, 40000 * 15 + 3);
	reading_end(&reading);
}

/* Blocks end anywhere: the same text behind any number of bytes gives the same item. */
static void block_borders_do_not_show(void **state)
{
	(void)state;
	BUF_SCOPED text = BUF_INIT(4u << 20);
	for (int pad = 0; pad < 60; pad++) {
		buf_clear(&text);
		buf_put_cstr(&text, EXPORT_HEAD("1.2") "<!--");
		while (text.len < (256u << 10) - 80 + (size_t)pad)
			buf_put_byte(&text, 'x');
		buf_put_cstr(&text,
			     "--><item><title>\xE2\x82\xAC&nbsp;\x01&#11;</title><content:encoded><![CDATA[a ]]> "
			     "<![CDATA[b ]]> c]]></content:encoded></item>" EXPORT_FOOT);
		struct reading reading = reading_of(buf_str(&text));
		if (reading.result)
			fail_msg("%d: %s", pad, reading.err.text);
		assert_text(reading.item->title, "\xE2\x82\xAC&nbsp;\xEF\xBF\xBD");
		assert_text(reading.item->content, "a ]]> <![CDATA[b ]]> c");
		reading_end(&reading);
	}
}

struct counts {
	int authors, terms, items, metas, comments, categories;
};

static void shared_exports_count(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		int version;
		struct counts counts;
		const char *error;
	} files[] = {
		{"64-block-test-data.xml", 12, {2, 24, 72, 14, 2, 92}, NULL},
		{"theme-preview.xml", 12, {0, 0, 7, 0, 2, 15}, NULL},
		{"themeunittestdata.wordpress.xml", 12, {2, 185, 186, 737, 33, 446}, NULL},
		{"importer/crazy-cdata.xml", 11, {0, 0, 1, 3, 0, 0}, NULL},
		{"importer/malformed-simple.xml", 12, {0, 0, 0, 0, 0, 0}, ":14: byte 372: the file ends too early"},
		{"importer/malformed.xml", 0, {0, 0, 0, 0, 0, 0}, ":27: byte 1471: found <notachanneltag>"},
		{"importer/missing-version-tag.xml",
		 0,
		 {0, 0, 0, 0, 0, 0},
		 ":35: byte 1798: the WXR version is missing"},
		{"importer/slashes.xml", 11, {1, 2, 1, 1, 1, 1}, NULL},
		{"importer/small-export.xml", 11, {3, 33, 11, 17, 1, 36}, NULL},
		{"importer/term-meta.xml", 12, {0, 1, 0, 0, 0, 0}, NULL},
		{"importer/test-serialized-postmeta-with-cdata.xml", 10, {0, 0, 1, 7, 0, 2}, NULL},
		{"importer/valid-wxr-1.0.xml", 10, {0, 9, 6, 13, 1, 14}, NULL},
		{"importer/valid-wxr-1.1.xml", 11, {1, 3, 2, 1, 1, 3}, NULL},
		{"importer/wxr-comprehensive.xml", 12, {2, 4, 2, 1, 1, 4}, NULL},
		{"importer/wxr-utf-8-challenges.xml", 12, {1, 0, 1, 5, 0, 1}, NULL},
	};
	const char *shared = getenv("CRIER_SHARED_DATA");
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		char path[4096];
		snprintf(path, sizeof path, "%s/wxr/%s", shared ? shared : CRIER_SHARED_DATA, files[i].file);
		if (!file_exists(path))
			skip(); /* leaves by a jump: nothing may be held here */
		struct reading reading = {.arena = arena_create(0)};
		buf_init(&reading.events, 64u << 20);
		assert_int_equal(wxr_open(path, &reading.wxr, &reading.err), 0);
		reading_all(&reading);
		if (files[i].error ? !strstr(reading.err.text, files[i].error) : reading.result != 0)
			fail_msg("%s: %s", files[i].file, reading.err.text);
		assert_int_equal(wxr_head(reading.wxr)->version, files[i].version);
		struct counts counts = {reading.authors, reading.terms,         reading.items,
					reading.metas,   (int)reading.comments, reading.categories};
		assert_memory_equal(&counts, &files[i].counts, sizeof counts);
		reading_end(&reading);
	}
}

static void files_are_opened_with_care(void **state)
{
	(void)state;
	struct err err = {0};
	struct wxr *wxr;
	assert_int_equal(wxr_open("/nowhere/x.xml", &wxr, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, "/nowhere/x.xml"));
	assert_int_equal(wxr_open("/", &wxr, &err), ERR_INPUT);
	wxr_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_of_everything),
		cmocka_unit_test(prefixes_are_free),
		cmocka_unit_test(offsets_and_lines_are_the_files),
		cmocka_unit_test(early_cdata_ends_are_mended),
		cmocka_unit_test(mixed_text_and_cdata_is_left_as_xml_says),
		cmocka_unit_test(characters_and_entities_are_mended),
		cmocka_unit_test(missing_namespaces_are_declared),
		cmocka_unit_test(encodings_are_read_as_declared),
		cmocka_unit_test(wrong_encodings_are_refused_with_their_place),
		cmocka_unit_test(compressed_files_are_told_with_what_unpacks_them),
		cmocka_unit_test(versions_are_checked),
		cmocka_unit_test(broken_files_are_refused),
		cmocka_unit_test(entities_cannot_be_defined),
		cmocka_unit_test(limits_are_kept),
		cmocka_unit_test(a_hostile_cdata_costs_linear_work),
		cmocka_unit_test(block_borders_do_not_show),
		cmocka_unit_test(shared_exports_count),
		cmocka_unit_test(files_are_opened_with_care),
	};
	return cmocka_run_group_tests_name("ingest.wxr", tests, NULL, NULL);
}
