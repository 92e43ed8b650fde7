/* Every field of an export, in every way it may be written, at its limit and past it. */
#include "reading.h"

#define IN_ITEM(xml)       EXPORT_HEAD("1.2") "<item>" xml "</item>" EXPORT_FOOT
#define ITEM_FIELD(member) offsetof(struct wxr_item, member)

static struct reading read_wrapped(const char *before, const char *xml, const char *after)
{
	BUF_SCOPED text = BUF_INIT(1 << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2"));
	buf_printf(&text, "%s%s%s", before, xml, after);
	buf_put_cstr(&text, EXPORT_FOOT);
	return reading_good(buf_str(&text));
}

static void assert_field(const char *element, const void *base, size_t offset, const char *wanted)
{
	struct str found;
	memcpy(&found, (const char *)base + offset, sizeof found);
	if (!str_eq(found, str_from(wanted)))
		fail_msg("<%s>: found \"%.*s\", expected \"%s\"", element, STR_ARG(found), wanted);
}

/* One text in all the forms that XML has for it. */
static const struct {
	const char *xml, *text;
} forms[] = {
	{"plain", "plain"},
	{"", ""},
	{"   ", ""},
	{"\n\t spaces  inside stay \r\n", "spaces  inside stay"},
	{"<![CDATA[]]>", ""},
	{"<![CDATA[a & b < c > \" ']]>", "a & b < c > \" '"},
	{"<![CDATA[one]]><![CDATA[two]]>", "onetwo"},
	{"one<![CDATA[ & two ]]>three", "one & two three"},
	{"&lt;b&gt; &amp;amp; &quot;&apos;", "<b> &amp; \"'"},
	{"&#65;&#x42;&#x1F600;", "AB\xF0\x9F\x98\x80"},
	{"a<!-- not this -->b", "ab"},
	{"a<?php echo 'not this'; ?>b", "ab"},
	{"a<x>b<y>c</y></x>d", "abcd"},
	{"\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85 \xE4\xB8\xAD", "\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85 \xE4\xB8\xAD"},
	{"a\r\nb\rc\nd", "a\nb\nc\nd"}, /* XML 1.0 section 2.11 */
	{"<![CDATA[<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->]]>",
	 "<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->"},
	{"<![CDATA[]]]]><![CDATA[>]]>", "]]>"},
	{"<![CDATA[a]]]>", "a]"},
	{"<![CDATA[a]]]]>", "a]]"},
	{"a] ]] b", "a] ]] b"},
};
#define FORM_COUNT (sizeof forms / sizeof forms[0])

struct text_field {
	const char *element;
	size_t offset;
};

static const struct text_field item_texts[] = {
	{"title", ITEM_FIELD(title)},
	{"link", ITEM_FIELD(link)},
	{"pubDate", ITEM_FIELD(pub_date)},
	{"dc:creator", ITEM_FIELD(creator)},
	{"guid", ITEM_FIELD(guid)},
	{"description", ITEM_FIELD(description)},
	{"content:encoded", ITEM_FIELD(content)},
	{"excerpt:encoded", ITEM_FIELD(excerpt)},
	{"wp:post_date", ITEM_FIELD(date)},
	{"wp:post_date_gmt", ITEM_FIELD(date_gmt)},
	{"wp:post_modified", ITEM_FIELD(modified)},
	{"wp:post_modified_gmt", ITEM_FIELD(modified_gmt)},
	{"wp:comment_status", ITEM_FIELD(comment_status)},
	{"wp:post_name", ITEM_FIELD(name)},
	{"wp:status", ITEM_FIELD(status)},
	{"wp:post_type", ITEM_FIELD(type)},
	{"wp:post_password", ITEM_FIELD(password)},
	{"wp:attachment_url", ITEM_FIELD(attachment_url)},
};

static void each_text_of_an_item_in_each_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof item_texts / sizeof item_texts[0]; i++) {
		for (size_t j = 0; j < FORM_COUNT; j++) {
			char xml[300];
			snprintf(xml, sizeof xml, "<%s>%s</%s>", item_texts[i].element, forms[j].xml,
				 item_texts[i].element);
			struct reading reading = read_wrapped("<item>", xml, "</item>");
			assert_field(item_texts[i].element, reading.item, item_texts[i].offset, forms[j].text);
			/* and nothing else was touched */
			for (size_t k = 0; k < sizeof item_texts / sizeof item_texts[0]; k++)
				if (k != i)
					assert_field(item_texts[k].element, reading.item, item_texts[k].offset, "");
			reading_end(&reading);
		}
	}
}

#define AUTHOR_FIELD(member) offsetof(struct wxr_author, member)
#define TERM_FIELD(member)   offsetof(struct wxr_term, member)
#define HEAD_FIELD(member)   offsetof(struct wxr_head, member)

static void each_text_of_an_author(void **state)
{
	static const struct text_field fields[] = {
		{"wp:author_login", AUTHOR_FIELD(login)},
		{"wp:author_email", AUTHOR_FIELD(email)},
		{"wp:author_display_name", AUTHOR_FIELD(display_name)},
		{"wp:author_first_name", AUTHOR_FIELD(first_name)},
		{"wp:author_last_name", AUTHOR_FIELD(last_name)},
	};
	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		for (size_t j = 0; j < FORM_COUNT; j++) {
			char xml[300];
			snprintf(xml, sizeof xml, "<%s>%s</%s>", fields[i].element, forms[j].xml, fields[i].element);
			struct reading reading =
				read_wrapped("<wp:author><wp:author_id>7</wp:author_id>", xml, "</wp:author>");
			assert_int_equal(reading.author->id, 7);
			assert_field(fields[i].element, reading.author, fields[i].offset, forms[j].text);
			reading_end(&reading);
		}
	}
}

static void each_text_of_each_form_of_term(void **state)
{
	static const struct {
		const char *form, *element, *taxonomy;
		size_t offset;
	} fields[] = {
		{"wp:category", "wp:category_nicename", "category", TERM_FIELD(slug)},
		{"wp:category", "wp:category_parent", "category", TERM_FIELD(parent_slug)},
		{"wp:category", "wp:cat_name", "category", TERM_FIELD(name)},
		{"wp:category", "wp:category_description", "category", TERM_FIELD(description)},
		{"wp:tag", "wp:tag_slug", "post_tag", TERM_FIELD(slug)},
		{"wp:tag", "wp:tag_name", "post_tag", TERM_FIELD(name)},
		{"wp:tag", "wp:tag_description", "post_tag", TERM_FIELD(description)},
		{"wp:term", "wp:term_taxonomy", NULL, TERM_FIELD(taxonomy)},
		{"wp:term", "wp:term_slug", "", TERM_FIELD(slug)},
		{"wp:term", "wp:term_parent", "", TERM_FIELD(parent_slug)},
		{"wp:term", "wp:term_name", "", TERM_FIELD(name)},
		{"wp:term", "wp:term_description", "", TERM_FIELD(description)},
	};
	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		for (size_t j = 0; j < FORM_COUNT; j++) {
			char xml[300];
			snprintf(xml, sizeof xml, "<%s><wp:term_id>31</wp:term_id><%s>%s</%s></%s>", fields[i].form,
				 fields[i].element, forms[j].xml, fields[i].element, fields[i].form);
			struct reading reading = read_wrapped("", xml, "");
			assert_int_equal(reading.terms, 1);
			assert_int_equal(reading.term->id, 31);
			assert_field(fields[i].element, reading.term, fields[i].offset, forms[j].text);
			if (fields[i].taxonomy)
				assert_text(reading.term->taxonomy, fields[i].taxonomy);
			reading_end(&reading);
		}
	}
}

static void each_text_of_the_head(void **state)
{
	static const struct text_field fields[] = {
		{"title", HEAD_FIELD(title)},
		{"link", HEAD_FIELD(link)},
		{"description", HEAD_FIELD(description)},
		{"language", HEAD_FIELD(language)},
		{"pubDate", HEAD_FIELD(pub_date)},
		{"generator", HEAD_FIELD(generator)},
		{"wp:base_site_url", HEAD_FIELD(base_site_url)},
		{"wp:base_blog_url", HEAD_FIELD(base_blog_url)},
	};
	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		for (size_t j = 0; j < FORM_COUNT; j++) {
			BUF_SCOPED text = BUF_INIT(1 << 20);
			buf_printf(
				&text,
				"<rss><channel><wp:wxr_version>1.2</wp:wxr_version><%s>%s</%s><item/></channel></rss>",
				fields[i].element, forms[j].xml, fields[i].element);
			struct reading reading = reading_good(buf_str(&text));
			assert_field(fields[i].element, wxr_head(reading.wxr), fields[i].offset, forms[j].text);
			reading_end(&reading);
		}
	}
}

static void numbers_are_read_or_nothing(void **state)
{
	static const struct {
		const char *xml;
		int64_t value;
	} numbers[] = {
		{"12", 12},
		{" 12\n", 12},
		{"<![CDATA[12]]>", 12},
		{"-3", -3},
		{"0", 0},
		{"", 0},
		{"x", 0},
		{"12x", 0},
		{"1 2", 0},
		{"1.5", 0},
		{"0x10", 0},
		{"9223372036854775807", INT64_MAX},
		{"9223372036854775808", 0},
		{"-9223372036854775808", INT64_MIN},
		{"99999999999999999999999", 0},
	};
	static const struct text_field fields[] = {
		{"wp:post_id", ITEM_FIELD(post_id)},
		{"wp:post_parent", ITEM_FIELD(parent_id)},
		{"wp:menu_order", ITEM_FIELD(menu_order)},
	};
	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		for (size_t j = 0; j < sizeof numbers / sizeof numbers[0]; j++) {
			char xml[200];
			int64_t found;
			snprintf(xml, sizeof xml, "<%s>%s</%s>", fields[i].element, numbers[j].xml, fields[i].element);
			struct reading reading = read_wrapped("<item>", xml, "</item>");
			memcpy(&found, (const char *)reading.item + fields[i].offset, sizeof found);
			if (found != numbers[j].value)
				fail_msg("%s: found %lld", xml, (long long)found);
			reading_end(&reading);
		}
	}
}

static void flags_are_what_wordpress_writes(void **state)
{
	static const struct {
		const char *xml;
		bool sticky, permalink;
	} flags[] = {
		{"", false, false},
		{"<wp:is_sticky>1</wp:is_sticky>", true, false},
		{"<wp:is_sticky><![CDATA[1]]></wp:is_sticky>", true, false},
		{"<wp:is_sticky> 1 </wp:is_sticky>", true, false},
		{"<wp:is_sticky>0</wp:is_sticky>", false, false},
		{"<wp:is_sticky>yes</wp:is_sticky>", false, false},
		{"<wp:is_sticky/>", false, false},
		{"<guid>g</guid>", false, true}, /* RSS 2.0: without the attribute it is one */
		{"<guid isPermaLink=\"true\">g</guid>", false, true},
		{"<guid isPermaLink='false'>g</guid>", false, false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		struct reading reading = read_wrapped("<item>", flags[i].xml, "</item>");
		assert_int_equal(reading.item->sticky, flags[i].sticky);
		assert_int_equal(reading.item->guid_is_permalink, flags[i].permalink);
		reading_end(&reading);
	}
	struct reading two = read_wrapped("<item><wp:is_sticky>1</wp:is_sticky></item>", "<item/>", "");
	assert_false(two.item->sticky); /* nothing of the first is left in the second */
	reading_end(&two);
}

static void terms_and_fields_of_an_item_keep_their_order(void **state)
{
	(void)state;
	struct reading reading = reading_good(STR(IN_ITEM(
		"<category><![CDATA[Bare]]></category><category domain=\"category\" nicename=\"a\">A &amp; a</category>"
		"<category nicename='b&amp;c' domain='x:y'/>"
		"<category domain=\"post_tag\" nicename=\"\xD8\xB3\"><![CDATA[\xD8\xB3]]></category>"
		"<wp:postmeta><wp:meta_value>before</wp:meta_value><wp:meta_key> k </wp:meta_key></wp:postmeta>"
		"<wp:postmeta><wp:meta_key>k</wp:meta_key><wp:meta_value><![CDATA[ \n kept as is\t]]></wp:meta_value>"
		"</wp:postmeta><wp:postmeta/><wp:postmeta><wp:meta_key>only</wp:meta_key></wp:postmeta>")));
	const struct wxr_item *item = reading.item;
	assert_int_equal(item->categories.len, 4);
	assert_text(item->categories.at[0].domain, "");
	assert_text(item->categories.at[0].name, "Bare");
	assert_text(item->categories.at[1].nicename, "a");
	assert_text(item->categories.at[1].name, "A & a");
	assert_text(item->categories.at[2].domain, "x:y");
	assert_text(item->categories.at[2].nicename, "b&c");
	assert_text(item->categories.at[2].name, "");
	assert_text(item->categories.at[3].nicename, "\xD8\xB3");
	assert_int_equal(item->meta.len, 4);
	assert_text(wxr_item_meta(item, STR("k")), "before"); /* the first */
	assert_text(item->meta.at[1].value, " \n kept as is\t");
	assert_text(item->meta.at[2].key, "");
	assert_text(wxr_item_meta(item, STR("only")), "");
	reading_end(&reading);
}

static void terms_have_fields_too(void **state)
{
	(void)state;
	struct reading reading =
		read_wrapped("<wp:category>",
			     "<wp:cat_name>n</wp:cat_name><wp:termmeta><wp:meta_key>a</wp:meta_key><wp:meta_value> 1 "
			     "</wp:meta_value></wp:termmeta><wp:termmeta><wp:meta_key>b</wp:meta_key></wp:termmeta>",
			     "</wp:category>");
	assert_int_equal(reading.term->meta.len, 2);
	assert_text(reading.term->meta.at[0].value, " 1 ");
	assert_text(reading.term->meta.at[1].key, "b");
	assert_text(reading.term->name, "n");
	reading_end(&reading);
}

static void comments_are_counted_with_all_that_is_in_them(void **state)
{
	(void)state;
	struct reading reading = reading_good(STR(
		IN_ITEM("<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>x</"
			"wp:comment_author><title>theirs</title>"
			"<wp:commentmeta><wp:meta_key>k</wp:meta_key><wp:meta_value>v</wp:meta_value></wp:commentmeta>"
			"<wp:postmeta><wp:meta_key>k</wp:meta_key></wp:postmeta></wp:comment><title>ours</title>"
			"<wp:comment/><wp:comment></wp:comment>")));
	assert_int_equal(reading.item->comments, 3);
	assert_int_equal(reading.item->meta.len, 0);
	assert_text(reading.item->title, "ours");
	reading_end(&reading);
}

static void what_is_not_known_is_passed_over(void **state)
{
	(void)state;
	static const char *const unknown[] = {
		"<x/>",
		"<wp:post_something>1</wp:post_something>",
		"<wp:ping_status>open</wp:ping_status>",
		"<x><title>inner</title><wp:post_id>9</wp:post_id></x>",
		"<title xmlns=\"http://other.example/\">other</title>",
		"<wp:title>other</wp:title>",
		"<content:title>other</content:title>",
		"<dc:encoded>other</dc:encoded>",
		"<wp:encoded>other</wp:encoded>",
		"<item><title>inside</title></item>",
		"<!-- <title>other</title> -->",
		"<?title other?>",
		"loose text",
		"<![CDATA[<title>other</title>]]>",
	};
	for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
		struct reading reading = read_wrapped("<item><title>t</title><wp:post_id>5</wp:post_id>", unknown[i],
						      "<wp:post_name>n</wp:post_name></item>");
		assert_int_equal(reading.items, 1);
		assert_text(reading.item->title, "t");
		assert_int_equal(reading.item->post_id, 5);
		assert_text(reading.item->name, "n");
		assert_text(reading.item->content, "");
		reading_end(&reading);
		reading = read_wrapped("", unknown[i], "<item/>");
		assert_text(wxr_head(reading.wxr)->title, "Harbour Watch");
		reading_end(&reading);
	}
}

static void an_item_may_hold_nothing(void **state)
{
	(void)state;
	struct reading reading =
		reading_good(STR(EXPORT_HEAD("1.2") "<item/><item></item><item>\n</item>" EXPORT_FOOT));
	assert_int_equal(reading.items, 3);
	assert_true(reading.item->post_id == 0 && reading.item->meta.len == 0 && reading.item->categories.len == 0);
	assert_int_equal(reading.item->line, 10);
	reading_end(&reading);
}

static void each_version_and_only_these(void **state)
{
	static const struct {
		const char *xml;
		int version; /* 0: refused */
	} versions[] = {
		{"1.0", 10}, {"1.1", 11},  {"1.2", 12}, {" 1.2\n", 12}, {"<![CDATA[1.1]]>", 11},
		{"1.3", 0},  {"0.9", 0},   {"2.0", 0},  {"1", 0},       {"", 0},
		{"1.20", 0}, {"1.2.0", 0}, {"x", 0},    {"1,2", 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
		BUF_SCOPED text = BUF_INIT(1 << 16);
		buf_printf(&text, "<rss><channel><wp:wxr_version>%s</wp:wxr_version><item/></channel></rss>",
			   versions[i].xml);
		struct reading reading = reading_of(buf_str(&text));
		assert_int_equal(reading.result, versions[i].version ? 0 : ERR_INPUT);
		if (versions[i].version)
			assert_int_equal(wxr_head(reading.wxr)->version, versions[i].version);
		else
			assert_non_null(strstr(reading.err.text, "; accepted: 1.0, 1.1, 1.2"));
		reading_end(&reading);
	}
	reading_refused(STR("<rss><channel><wp:author/><wp:wxr_version>1.2</wp:wxr_version></channel></rss>"),
			ERR_INPUT, "test.xml:1: byte 14: the WXR version is missing");
	reading_refused(STR("<rss><channel>\n <wp:category/></channel></rss>"), ERR_INPUT,
			"test.xml:2: byte 16: the WXR version is missing");
}

/* Every release wrote another year's namespace; prefixes are the writer's own affair. */
static void namespaces_are_known_by_their_pattern(void **state)
{
	static const char *const addresses[] = {
		"http://wordpress.org/export/1.0/", "http://wordpress.org/export/1.1/",
		"http://wordpress.org/export/1.2/", "https://wordpress.org/export/1.2/",
		"http://wordpress.org/export/1.0",
	};
	static const char *const prefixes[] = {"wp", "w", "ns0", "_", "a.b-c"};
	(void)state;
	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		for (size_t j = 0; j < sizeof prefixes / sizeof prefixes[0]; j++) {
			const char *p = prefixes[j];
			bool slash = addresses[i][strlen(addresses[i]) - 1] == '/';
			BUF_SCOPED text = BUF_INIT(1 << 16);
			buf_printf(&text,
				   "<rss xmlns:%s=\"%s\" xmlns:e=\"%s%sexcerpt/\" "
				   "xmlns:c='http://purl.org/rss/1.0/modules/content/' "
				   "xmlns:d='http://purl.org/dc/elements/1.1/'><channel><%s:wxr_version>1.1</"
				   "%s:wxr_version>"
				   "<item><%s:post_id>8</%s:post_id><e:encoded>e</e:encoded><c:encoded>c</c:encoded>"
				   "<d:creator>d</d:creator></item></channel></rss>",
				   p, addresses[i], addresses[i], slash ? "" : "/", p, p, p, p);
			struct reading reading = reading_good(buf_str(&text));
			assert_int_equal(reading.item->post_id, 8);
			assert_text(reading.item->excerpt, "e");
			assert_text(reading.item->content, "c");
			assert_text(reading.item->creator, "d");
			assert_int_equal(wxr_mends(reading.wxr).namespaces, 0);
			reading_end(&reading);
		}
	}
}

static void a_default_namespace_of_others_changes_nothing_of_the_exports_own(void **state)
{
	(void)state;
	struct reading reading = reading_good(STR(
		"<rss xmlns:wp='http://wordpress.org/export/1.2/' xmlns:atom='http://www.w3.org/2005/Atom'><channel>"
		"<wp:wxr_version>1.2</wp:wxr_version><atom:link href='x'/><link>https://a.example</link><item>"
		"<atom:title>other</atom:title><title>ours</title><itunes:title xmlns:itunes='urn:x'>y</itunes:title>"
		"</item></channel></rss>"));
	assert_text(reading.item->title, "ours");
	assert_text(wxr_head(reading.wxr)->link, "https://a.example");
	reading_end(&reading);
}

/* ---- limits ---- */

static struct buf item_with(size_t count, const char *piece)
{
	struct buf text;
	buf_init(&text, 256u << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2") "<item>");
	for (size_t i = 0; i < count; i++)
		buf_put_cstr(&text, piece);
	buf_put_cstr(&text, "</item>" EXPORT_FOOT);
	return text;
}

static void as_many_fields_and_terms_as_the_limit_and_not_one_more(void **state)
{
	static const struct {
		const char *piece, *message;
	} kinds[] = {
		{"<wp:postmeta><wp:meta_key>k</wp:meta_key></wp:postmeta>", "more than 2000 custom fields on one item"},
		{"<category domain='category' nicename='a'>A</category>", "more than 2000 terms on one item"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct buf text = item_with(LIMIT_WXR_FIELDS, kinds[i].piece);
		struct reading reading = reading_good(buf_str(&text));
		assert_int_equal(reading.metas + reading.categories, LIMIT_WXR_FIELDS);
		reading_end(&reading);
		buf_finish(&text);
		text = item_with(LIMIT_WXR_FIELDS + 1, kinds[i].piece);
		reading_refused(buf_str(&text), ERR_LIMIT, kinds[i].message);
		buf_finish(&text);
	}
	BUF_SCOPED term = BUF_INIT(1 << 20);
	for (int extra = 0; extra < 2; extra++) {
		buf_clear(&term);
		buf_put_cstr(&term, EXPORT_HEAD("1.2") "<wp:term>");
		for (int i = 0; i < LIMIT_WXR_FIELDS + extra; i++)
			buf_put_cstr(&term, "<wp:termmeta/>");
		buf_put_cstr(&term, "</wp:term>" EXPORT_FOOT);
		struct reading reading = reading_of(buf_str(&term));
		assert_int_equal(reading.result, extra ? ERR_LIMIT : 0);
		reading_end(&reading);
	}
}

static void as_deep_as_the_limit_and_not_one_deeper(void **state)
{
	(void)state;
	for (int depth = LIMIT_WXR_DEPTH; depth <= LIMIT_WXR_DEPTH + 1; depth++) {
		BUF_SCOPED text = BUF_INIT(1 << 16);
		buf_put_cstr(&text, EXPORT_HEAD("1.2"));
		for (int i = 2; i < depth; i++) /* rss and channel are open */
			buf_put_cstr(&text, "<x>");
		for (int i = 2; i < depth; i++)
			buf_put_cstr(&text, "</x>");
		buf_put_cstr(&text, EXPORT_FOOT);
		struct reading reading = reading_of(buf_str(&text));
		assert_int_equal(reading.result, depth > LIMIT_WXR_DEPTH ? ERR_LIMIT : 0);
		reading_end(&reading);
	}
}

static void put_many(struct buf *text, size_t count)
{
	char block[4096];
	memset(block, 'x', sizeof block);
	for (; count > 0; count -= count < sizeof block ? count : sizeof block)
		buf_put_bytes(text, block, count < sizeof block ? count : sizeof block);
}

static void as_long_as_the_limit_and_not_one_byte_longer(void **state)
{
	(void)state;
	for (size_t extra = 0; extra < 2; extra++) {
		BUF_SCOPED text = BUF_INIT(128u << 20);
		buf_put_cstr(&text, EXPORT_HEAD("1.2") "<item><content:encoded><![CDATA[");
		put_many(&text, LIMIT_WXR_TEXT_BYTES);
		buf_put_cstr(&text, "]]></content:encoded><excerpt:encoded>");
		put_many(&text, LIMIT_WXR_TEXT_BYTES);
		buf_put_cstr(&text, "</excerpt:encoded><title>");
		put_many(&text, extra);
		buf_put_cstr(&text, "</title></item>" EXPORT_FOOT);
		struct reading reading = {.arena = arena_create(0)};
		struct wxr_event event;
		wxr_open_memory("test.xml", buf_str(&text), &reading.wxr, &reading.err);
		int result = wxr_next(reading.wxr, reading.arena, &event, &reading.err);
		assert_int_equal(result, extra ? ERR_LIMIT : 0);
		if (extra)
			assert_non_null(strstr(reading.err.text, "the texts of one item pass 67108864 bytes"));
		else
			assert_int_equal(event.item->content.len, LIMIT_WXR_TEXT_BYTES);
		reading_end(&reading);
	}
}

static void three_hundred_authors_and_their_terms(void **state)
{
	(void)state;
	BUF_SCOPED text = BUF_INIT(8u << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2"));
	for (int i = 1; i <= 300; i++)
		buf_printf(
			&text,
			"<wp:author><wp:author_id>%d</wp:author_id><wp:author_login>w%d</wp:author_login></wp:author>"
			"<wp:tag><wp:tag_slug>t%d</wp:tag_slug></wp:tag>",
			i, i, i);
	for (int i = 1; i <= 300; i++)
		buf_printf(&text, "<item><wp:post_id>%d</wp:post_id></item>", i % 7);
	buf_put_cstr(&text, EXPORT_FOOT);
	struct reading reading = reading_good(buf_str(&text));
	assert_int_equal(reading.authors, 300);
	assert_int_equal(reading.terms, 300);
	assert_int_equal(reading.items, 300); /* ids that come twice are the importer's affair */
	assert_int_equal(reading.author->id, 300);
	assert_text(reading.author->login, "w300");
	assert_text(reading.term->slug, "t300");
	reading_end(&reading);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_text_of_an_item_in_each_form),
		cmocka_unit_test(each_text_of_an_author),
		cmocka_unit_test(each_text_of_each_form_of_term),
		cmocka_unit_test(each_text_of_the_head),
		cmocka_unit_test(numbers_are_read_or_nothing),
		cmocka_unit_test(flags_are_what_wordpress_writes),
		cmocka_unit_test(terms_and_fields_of_an_item_keep_their_order),
		cmocka_unit_test(terms_have_fields_too),
		cmocka_unit_test(comments_are_counted_with_all_that_is_in_them),
		cmocka_unit_test(what_is_not_known_is_passed_over),
		cmocka_unit_test(an_item_may_hold_nothing),
		cmocka_unit_test(each_version_and_only_these),
		cmocka_unit_test(namespaces_are_known_by_their_pattern),
		cmocka_unit_test(a_default_namespace_of_others_changes_nothing_of_the_exports_own),
		cmocka_unit_test(as_many_fields_and_terms_as_the_limit_and_not_one_more),
		cmocka_unit_test(as_deep_as_the_limit_and_not_one_deeper),
		cmocka_unit_test(as_long_as_the_limit_and_not_one_byte_longer),
		cmocka_unit_test(three_hundred_authors_and_their_terms),
	};
	return cmocka_run_group_tests_name("ingest.wxr_fields", tests, NULL, NULL);
}
