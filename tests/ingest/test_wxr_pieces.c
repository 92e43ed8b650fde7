/* The same export in other pieces and other encodings gives the same items, and the same mistakes in the same places.
 */
#include "reading.h"

#include <errno.h>
#include <unistd.h>

#include <unicode/ucnv.h>

/* The reader's read() goes through here, so that pieces can be as small as a slow disk never makes them. */
static size_t piece_bytes = SIZE_MAX;
static int interruptions, failure;

ssize_t __real_read(int fd, void *buffer, size_t count);
ssize_t __wrap_read(int fd, void *buffer, size_t count);
ssize_t __wrap_read(int fd, void *buffer, size_t count)
{
	if (interruptions > 0) {
		interruptions--;
		errno = EINTR;
		return -1;
	}
	if (failure) {
		errno = failure;
		return -1;
	}
	return __real_read(fd, buffer, count < piece_bytes ? count : piece_bytes);
}

struct folder {
	char path[64];
};

static int folder_open(void **state)
{
	static struct folder folder;
	snprintf(folder.path, sizeof folder.path, "/tmp/crier-wxr-XXXXXX");
	*state = &folder;
	piece_bytes = SIZE_MAX;
	interruptions = failure = 0;
	return mkdtemp(folder.path) ? 0 : -1;
}

static int folder_close(void **state)
{
	struct folder *folder = *state;
	char path[80];
	piece_bytes = SIZE_MAX;
	interruptions = failure = 0;
	snprintf(path, sizeof path, "%s/x.xml", folder->path);
	unlink(path);
	return rmdir(folder->path);
}

static struct reading read_in_pieces(struct folder *folder, struct str text, size_t bytes)
{
	char path[80];
	struct reading reading = {.arena = arena_create(0)};
	buf_init(&reading.events, 64u << 20);
	snprintf(path, sizeof path, "%s/x.xml", folder->path);
	assert_int_equal(file_write(path, text, 0600, &reading.err), 0);
	piece_bytes = bytes;
	assert_int_equal(wxr_open(path, &reading.wxr, &reading.err), 0);
	reading_all(&reading);
	piece_bytes = SIZE_MAX;
	return reading;
}

#define DOCUMENT(xml) EXPORT_HEAD("1.2") xml EXPORT_FOOT
#define LEAD          "<rss><channel><wp:wxr_version>1.1</wp:wxr_version>"

/* Whatever the reader has to look ahead for stands in one of these. */
static const char *const documents[] = {
	DOCUMENT("<item><title>a</title></item>"),
	DOCUMENT("<wp:author><wp:author_login>a</wp:author_login></wp:author><wp:term><wp:term_slug>b</wp:term_slug>"
		 "</wp:term><item><wp:post_id>3</wp:post_id><category domain=\"x\" nicename='y'>z</category></item>"),
	DOCUMENT("<item><content:encoded><![CDATA[a ]]> b]]></content:encoded><title>after</title></item>"),
	DOCUMENT("<item><content:encoded><![CDATA[a]]]]><![CDATA[>b]]></content:encoded></item>"),
	DOCUMENT("<item><content:encoded><![CDATA[]]></content:encoded><excerpt:encoded><![CDATA[]]]></excerpt:encoded>"
		 "</item>"),
	DOCUMENT("<item><content:encoded><![CDATA[x <![CDATA[ y ]]> z ]]> w]]></content:encoded></item>"),
	DOCUMENT("<item><wp:postmeta><wp:meta_value><![CDATA[<p>]]>&nbsp;<p>]]></wp:meta_value></wp:postmeta></item>"),
	DOCUMENT("<item><title>&amp; &lt;&gt; &nbsp; &eacute &; & &#; &#x; &#11; &#xB; &#65; &#x10FFFF; "
		 "&#x110000;</title>"
		 "</item>"),
	DOCUMENT("<item><title a='&nbsp;' b=\"&amp;\">t</title></item>"),
	DOCUMENT("<item><title>\x01\x02\x0b\x0c|\x1f|\xEF\xBF\xBE|\xEF\xBF\xBF|\xEF\xBF\xBD|\xEF\xBB\xBF|</title></"
		 "item>"),
	DOCUMENT("<!-- a -- - --><?php ?? > ?><item><!----><title><!-- ]]> & -->t<?x?></title></item>"),
	DOCUMENT("<item><title>\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xD8\xB3</title></item>"),
	DOCUMENT("<item ><title\n>a</title\t></item\r\n>"),
	"\xEF\xBB\xBF" DOCUMENT("<item/>"),
	"\n \xEF\xBB\xBF\t" DOCUMENT("<item/>"),
	LEAD "<item><wp:post_id>7</wp:post_id><excerpt:encoded>e</excerpt:encoded><dc:creator>d</dc:creator></item>"
	     "</channel></rss>",
	"<rss version='2.0' a='>' ><channel><wp:wxr_version>1.0</wp:wxr_version><item/></channel></rss>",
	LEAD "<item/></channel></rss>\n\n",
	/* broken ones: the message must not depend on the pieces either */
	"",
	" ",
	"<",
	"<rss",
	"<rss>",
	LEAD "<item><title>cut",
	LEAD "<item><title>cut &am",
	LEAD "<item><content:encoded><![CDATA[cut",
	LEAD "<item><content:encoded><![CDATA[cut]]",
	LEAD "<item><content:encoded><![CDATA[cut ]]> b",
	LEAD "<item><!-- cut --",
	LEAD "<item><?cut ?",
	LEAD "<item></itme></channel></rss>",
	LEAD "<item>\n<title>a < b</title></item></channel></rss>",
	LEAD "<item a='1' a='2'/></channel></rss>",
	LEAD "<item><u:x/></item></channel></rss>",
	LEAD "\n<!DOCTYPE x></channel></rss>",
	LEAD "<item/></channel></rss><more/>",
	LEAD "<item/></channel></rss>more",
	LEAD "<item><title>caf\xE9</title></item></channel></rss>",
	LEAD "<item><title>\xC3</title></item></channel></rss>",
	LEAD "<item><title>\xED\xA0\x80</title></item></channel></rss>",
	LEAD "<item><title>x\xE2\x82",
};
#define DOCUMENT_COUNT (sizeof documents / sizeof documents[0])

static void pieces_of_any_size_give_the_same(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 5, 7, 64};
	for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
		struct reading whole = read_in_pieces(*state, str_from(documents[i]), SIZE_MAX);
		for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
			struct reading pieces = read_in_pieces(*state, str_from(documents[i]), sizes[j]);
			if (whole.result) /* how far it came before is not said by anyone */
				assert_string_equal(pieces.err.text, whole.err.text);
			else if (!str_eq(buf_str(&pieces.events), buf_str(&whole.events)))
				fail_msg("document %zu in pieces of %zu:\n%.*s\nwhole:\n%.*s", i, sizes[j],
					 STR_ARG(buf_str(&pieces.events)), STR_ARG(buf_str(&whole.events)));
			if (!whole.result && whole.item)
				assert_true(whole.item->offset == pieces.item->offset &&
					    whole.item->line == pieces.item->line);
			reading_end(&pieces);
		}
		reading_end(&whole);
	}
}

static void an_interrupted_read_goes_on_and_a_broken_disk_is_said(void **state)
{
	interruptions = 5;
	struct reading reading = read_in_pieces(*state, str_from(documents[1]), 100);
	assert_int_equal(reading.result, 0);
	assert_int_equal(interruptions, 0);
	reading_end(&reading);
	failure = EIO;
	reading = read_in_pieces(*state, str_from(documents[1]), 100);
	assert_int_equal(reading.result, ERR_SYSTEM);
	assert_non_null(strstr(reading.err.text, "x.xml:1: byte 0: reading failed"));
	reading_end(&reading);
}

/* ---- encodings ---- */

struct encoded {
	char *bytes;
	size_t len;
};

static struct encoded encode(struct arena *arena, struct str utf8, const char *encoding, const char *mark)
{
	size_t mark_len = strlen(mark), room = utf8.len * 4 + 16;
	struct encoded to = {arena_alloc(arena, room), mark_len};
	UErrorCode status = U_ZERO_ERROR;
	UConverter *from = ucnv_open("UTF-8", &status), *into = ucnv_open(encoding, &status);
	memcpy(to.bytes, mark, mark_len);
	char *target = to.bytes + mark_len;
	const char *source = utf8.ptr;
	UChar pivot[256], *pivot_from = pivot, *pivot_to = pivot;
	ucnv_convertEx(into, from, &target, to.bytes + room, &source, utf8.ptr + utf8.len, pivot, &pivot_from,
		       &pivot_to, pivot + 256, true, true, &status);
	assert_true(U_SUCCESS(status));
	to.len = (size_t)(target - to.bytes);
	ucnv_close(from);
	ucnv_close(into);
	return to;
}

static const struct {
	const char *encoding, *mark, *declared;
} ways[] = {
	{"UTF-8", "", "UTF-8"},
	{"UTF-8", "\xEF\xBB\xBF", "utf-8"},
	{"UTF-8", "\xEF\xBB\xBF", "ISO-8859-1"}, /* a mark is stronger than words */
	{"UTF-16LE", "\xFF\xFE", "UTF-16"},
	{"UTF-16BE", "\xFE\xFF", "UTF-16"},
	{"UTF-16LE", "", "UTF-16LE"},
	{"UTF-16BE", "", "UTF-16BE"},
	{"UTF-16LE", "\xFF\xFE", "UTF-8"},
	{"ISO-8859-1", "", "ISO-8859-1"},
	{"ISO-8859-1", "", "iso-8859-1"},
	{"ISO-8859-1", "", "latin1"},
	{"windows-1252", "", "windows-1252"},
	{"windows-1252", "", "cp1252"},
	{"ISO-8859-15", "", "ISO-8859-15"},
	{"macintosh", "", "macintosh"},
};
#define WAY_COUNT (sizeof ways / sizeof ways[0])

/* All letters are in every encoding above. */
#define BODY                                                                                                           \
	"<rss><channel><title>Ch\xC3\xA2teau \xC3\xBC\xC3\xA9</title><wp:wxr_version>1.2</wp:wxr_version>\r\n"         \
	"<item><title>caf\xC3\xA9</title><content:encoded><![CDATA[\xC3\xA9 ]]> "                                      \
	"\xC3\xA8]]></content:encoded></item>\r\n"                                                                     \
	"<item><title>\xC3\xB1&nbsp;&#233;</title><wp:post_name>\xC3\xBC\x01</wp:post_name></item>"

static struct str declared(struct arena *arena, size_t way, const char *body)
{
	return arena_printf(arena, "<?xml version=\"1.0\" encoding=\"%s\"?>\r\n%s", ways[way].declared, body);
}

static int64_t place_of(struct arena *arena, size_t way, struct str text, size_t at)
{
	return (int64_t)encode(arena, str_sub(text, 0, at), ways[way].encoding, ways[way].mark).len;
}

/* Where the last item stands, in bytes of the file. */
static int64_t last_item(struct arena *arena, size_t way, struct str text)
{
	size_t at = 0;
	for (size_t next; (next = str_find(str_skip(text, at + 1), STR("<item>"))) != SIZE_MAX;)
		at += 1 + next;
	return place_of(arena, way, text, at);
}

static void encodings_give_the_same_items_at_their_places(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct reading plain = reading_good(declared(arena, 0, BODY "</channel></rss>"));
	const char *mends = strstr(arena_cstr(arena, buf_str(&plain.events)), "\nmends ");
	size_t wanted = plain.events.len - strlen(mends);
	for (size_t way = 0; way < WAY_COUNT; way++) {
		struct str text = declared(arena, way, BODY "</channel></rss>");
		struct encoded bytes = encode(arena, text, ways[way].encoding, ways[way].mark);
		for (size_t pieces = 1; pieces <= 3; pieces++) {
			struct reading reading =
				read_in_pieces(*state, str_of(bytes.bytes, bytes.len), pieces == 3 ? SIZE_MAX : pieces);
			if (reading.result)
				fail_msg("%s as %s: %s", ways[way].encoding, ways[way].declared, reading.err.text);
			if (!str_eq(str_sub(buf_str(&reading.events), 0, wanted),
				    str_sub(buf_str(&plain.events), 0, wanted)))
				fail_msg("%s as %s gave\n%.*s", ways[way].encoding, ways[way].declared,
					 STR_ARG(buf_str(&reading.events)));
			assert_int_equal(reading.item->offset, last_item(arena, way, text));
			assert_int_equal(reading.item->line, 4);
			assert_int_equal(wxr_mends(reading.wxr).cdata_ends, 1);
			assert_int_equal(wxr_mends(reading.wxr).control_characters, 1);
			assert_int_equal(wxr_bytes_read(reading.wxr), bytes.len);
			assert_int_equal(wxr_bytes_total(reading.wxr), bytes.len);
			reading_end(&reading);
		}
	}
	reading_end(&plain);
}

/* Mistakes; "@" marks the place that the message must name, in the file's own bytes. */
static const struct {
	const char *body, *message;
} mistakes[] = {
	{BODY "<item>\r\n</@itme>", "the XML is broken: mismatched tag"},
	{BODY "<item><title>\xC3\xA9 <@ 2</title></item>", "the XML is broken: not well-formed"},
	{BODY "\r\n\r\n@<!DOCTYPE a [<!ENTITY b 'c'>]>", "found a document type declaration"},
	{BODY "<item>@<!ENTITY a 'b'></item>", "found a document type declaration"},
	{BODY "<wp:wxr_version>2.0@</wp:wxr_version>", "found WXR version \"2.0\""},
};

static void mistakes_are_told_at_their_place_in_every_encoding(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
		for (size_t way = 0; way < WAY_COUNT; way++) {
			struct str marked = declared(arena, way, mistakes[i].body);
			size_t at = str_find_byte(marked, '@'), lines = 1;
			struct str text = arena_printf(arena, "%.*s%.*s", STR_ARG(str_sub(marked, 0, at)),
						       STR_ARG(str_skip(marked, at + 1)));
			for (size_t k = 0; k < at; k++)
				lines += marked.ptr[k] == '\n';
			struct encoded bytes = encode(arena, text, ways[way].encoding, ways[way].mark);
			struct str wanted =
				arena_printf(arena, "x.xml:%zu: byte %lld: %s", lines,
					     (long long)place_of(arena, way, text, at), mistakes[i].message);
			struct reading reading = read_in_pieces(*state, str_of(bytes.bytes, bytes.len), 11);
			assert_int_equal(reading.result, ERR_INPUT);
			if (!strstr(reading.err.text, wanted.ptr))
				fail_msg("%s as %s: found \"%s\", expected \"%s\"", ways[way].encoding,
					 ways[way].declared, reading.err.text, wanted.ptr);
			reading_end(&reading);
		}
	}
}

static void what_is_not_in_the_declared_encoding_is_refused_at_its_byte(void **state)
{
	static const struct {
		const char *encoding, *title, *message;
	} cases[] = {
		{"UTF-8", "caf\xE9!", "the byte 0xE9 is not UTF-8, which the file declares"},
		{"UTF-8", "\x80", "the byte 0x80 is not UTF-8"},
		{"UTF-8", "\xC0\xAF", "the byte 0xC0 is not UTF-8"},
		{"UTF-8", "\xF4\x90\x80\x80", "the byte 0xF4 is not UTF-8"},
		{"UTF-8", "\xED\xB0\x80", "the byte 0xED is not UTF-8"},
		{"us-ascii", "caf\xC3\xA9 \xFF", "the byte 0xFF is not UTF-8"},
		{"EUC-JP", "\xA4\x20", "bytes that are not EUC-JP, the encoding the file declares"},
		{"Shift_JIS", "\x81\x20", "bytes that are not Shift_JIS"},
		{"Big5", "\xA1\x20", "bytes that are not Big5"},
	};
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str before = arena_printf(
			arena, "<?xml version=\"1.0\" encoding=\"%s\"?>\n" LEAD "\n<item><title>", cases[i].encoding);
		struct str text =
			arena_printf(arena, "%.*s%s</title></item></channel></rss>", STR_ARG(before), cases[i].title);
		struct reading reading = read_in_pieces(*state, text, 3);
		size_t at = before.len;
		while (strncmp(cases[i].encoding, "UTF-8", 5) != 0 && i == 5 && (unsigned char)text.ptr[at] != 0xFF)
			at++;
		if (cases[i].title[0] == 'c' && i == 0)
			at += 3;
		struct str place = arena_printf(arena, "x.xml:3: byte %zu: %s", at, cases[i].message);
		assert_int_equal(reading.result, ERR_INPUT);
		if (!strstr(reading.err.text, place.ptr))
			fail_msg("%s: found \"%s\", expected \"%s\"", cases[i].encoding, reading.err.text, place.ptr);
		reading_end(&reading);
	}
}

static void odd_ends_of_wide_files_are_refused(void **state)
{
	static const char body[] = "<?xml version='1.0' encoding='UTF-16'?>" LEAD "<item/></channel></rss>";
	ARENA_SCOPED arena = arena_create(0);
	struct encoded bytes = encode(arena, str_from(body), "UTF-16LE", "\xFF\xFE");
	struct reading reading = read_in_pieces(*state, str_of(bytes.bytes, bytes.len - 1), SIZE_MAX);
	assert_int_equal(reading.result, ERR_INPUT);
	reading_end(&reading);
	bytes.bytes[40] = 0x3D; /* half of a surrogate pair */
	bytes.bytes[41] = (char)0xD8;
	reading = read_in_pieces(*state, str_of(bytes.bytes, bytes.len), SIZE_MAX);
	assert_int_equal(reading.result, ERR_INPUT);
	assert_non_null(strstr(reading.err.text, "bytes that are not UTF-16LE"));
	reading_end(&reading);
}

static void declarations_are_read_in_all_their_forms(void **state)
{
	static const struct {
		const char *declaration;
		bool latin; /* the body's 0xE9 is é */
	} cases[] = {
		{"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", true},
		{"<?xml version='1.0' encoding='ISO-8859-1'?>", true},
		{"<?xml version='1.0' encoding = 'ISO-8859-1' standalone='yes'?>", true},
		{"<?xml  version='1.0'\n\tencoding='ISO-8859-1'\n?>", true},
		{"\n<?xml version='1.0' encoding='ISO-8859-1'?>", true},
		{"<?xml version='1.0'?>", false},
		{"", false},
		{"<!-- <?xml version='1.0' encoding='ISO-8859-1'?> -->", false},
	};
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str text = arena_printf(arena, "%s" LEAD "<item><title>\xE9</title></item></channel></rss>",
					       cases[i].declaration);
		struct reading reading = read_in_pieces(*state, text, SIZE_MAX);
		if ((reading.result == 0) != cases[i].latin)
			fail_msg("%s: %s", cases[i].declaration, reading.err.text);
		if (cases[i].latin)
			assert_text(reading.item->title, "\xC3\xA9");
		reading_end(&reading);
	}
}

/* ---- mends ---- */

static void each_mend_is_made_and_counted(void **state)
{
	static const struct {
		const char *xml, *title;
		struct wxr_mends mends;
	} cases[] = {
		{"<title>plain</title>", "plain", {0}},
		{"<title>\x0b\x0c</title>", "", {.control_characters = 2}},
		{"<title>a\x0b"
		 "b\x0c"
		 "c</title>",
		 "a b c",
		 {.control_characters = 2}},
		{"<title>a\x01\x02\x1f"
		 "b</title>",
		 "ab",
		 {.control_characters = 3}},
		{"<title><![CDATA[a\x08"
		 "b\xEF\xBF\xBF"
		 "c]]></title>",
		 "abc",
		 {.control_characters = 2}},
		{"<title a='\x01'>a</title>", "a", {.control_characters = 1}},
		{"<!-- \x01 --><title>a</title>", "a", {.control_characters = 1}},
		{"<?x \x01?><title>a</title>", "a", {.control_characters = 1}},
		{"<title>\xEF\xBF\xBD\xEF\xBC\xA1</title>", "\xEF\xBF\xBD\xEF\xBC\xA1", {0}},
		{"<title>&nbsp;&hellip;</title>", "&nbsp;&hellip;", {.entities = 2}},
		{"<title>Q&A, R & D, AT&T</title>", "Q&A, R & D, AT&T", {.entities = 3}},
		{"<title>&amp &lt &#65</title>", "&amp &lt &#65", {.entities = 3}},
		{"<title>&AMP;</title>", "&AMP;", {.entities = 1}},
		{"<title>&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;</title>",
		 "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;",
		 {.entities = 1}},
		{"<title>&</title>", "&", {.entities = 1}},
		{"<title a='x &nbsp; y & z'>t</title>", "t", {.entities = 2}},
		{"<title><![CDATA[&nbsp; & &#11;]]></title>", "&nbsp; & &#11;", {0}},
		{"<title>&#0;&#11;&#x1F;&#xD800;&#xFFFE;&#x110000;&#99999999999;</title>",
		 "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
		 {.references = 7}},
		{"<title>&#xG;&#12a;&#;&#x;</title>",
		 "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
		 {.references = 4}},
		{"<title>&#9;&#x20;&#xE000;&#x10FFFF;&#x9F;</title>", "\xEE\x80\x80\xF4\x8F\xBF\xBF\xC2\x9F", {0}},
		{"<title>a ]]> b</title>", "a ]]> b", {.cdata_ends = 1}},
		{"<title><![CDATA[a ]]> b ]]></title>", "a ]]> b", {.cdata_ends = 1}},
		{"<title><![CDATA[]]>]]></title>", "]]>", {.cdata_ends = 1}},
		{"<title><![CDATA[a <![CDATA[ b]]></title>", "a <![CDATA[ b", {0}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		BUF_SCOPED text = BUF_INIT(1 << 16);
		buf_put_cstr(&text, EXPORT_HEAD("1.2") "<item>");
		buf_put_cstr(&text, cases[i].xml);
		buf_put_cstr(&text, "</item>" EXPORT_FOOT);
		struct reading reading = reading_good(buf_str(&text));
		struct wxr_mends mends = wxr_mends(reading.wxr);
		assert_text(reading.item->title, cases[i].title);
		if (memcmp(&mends, &cases[i].mends, sizeof mends) != 0)
			fail_msg("%s: %llu %llu %llu %llu", cases[i].xml, (unsigned long long)mends.cdata_ends,
				 (unsigned long long)mends.control_characters, (unsigned long long)mends.entities,
				 (unsigned long long)mends.references);
		reading_end(&reading);
	}
}

/* Bodies hold HTML, and HTML held CDATA sections of its own; titles hold text. */
static void a_cdata_end_is_judged_by_what_follows(void **state)
{
	static const struct {
		const char *inside, *wanted;
	} bodies[] = {
		{"a ]]>", "a ]]>"},
		{"]]>]]>]]>", "]]>]]>]]>"},
		{"<script>//<![CDATA[\nx\n//]]></script><p>y</p>", "<script>//<![CDATA[\nx\n//]]></script><p>y</p>"},
		{"<p>a ]]></p>", "<p>a ]]></p>"},
		{"a ]]> &amp; b", "a ]]> &amp; b"},
		{"a ]]> </content> b", "a ]]> </content> b"},
		{"a ]]> </content:encodedx> b", "a ]]> </content:encodedx> b"},
		{"a ]]> <!-- c --> b", "a ]]> <!-- c --> b"},
		{"a ]] > b", "a ]] > b"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		static const char *const elements[] = {"content:encoded", "excerpt:encoded"};
		for (size_t j = 0; j < 2; j++) {
			BUF_SCOPED text = BUF_INIT(1 << 16);
			buf_printf(
				&text,
				EXPORT_HEAD("1.2") "<item><%s><![CDATA[%s]]></%s><wp:post_name>n</wp:post_name></item>"
						   "<item><title>next</title></item>" EXPORT_FOOT,
				elements[j], bodies[i].inside, elements[j]);
			struct reading reading = {.arena = arena_create(0)};
			struct wxr_event event;
			wxr_open_memory("test.xml", buf_str(&text), &reading.wxr, &reading.err);
			if (wxr_next(reading.wxr, reading.arena, &event, &reading.err))
				fail_msg("%s: %s", bodies[i].inside, reading.err.text);
			assert_text(j ? event.item->excerpt : event.item->content, bodies[i].wanted);
			assert_text(event.item->name, "n");
			assert_int_equal(wxr_next(reading.wxr, reading.arena, &event, &reading.err), 0);
			assert_text(event.item->title, "next");
			reading_end(&reading);
		}
	}
}

static void many_namespaces_do_not_push_out_the_exports_own(void **state)
{
	(void)state;
	BUF_SCOPED text = BUF_INIT(1 << 20);
	buf_put_cstr(&text, "<rss");
	for (int i = 0; i < 40; i++)
		buf_printf(&text, " xmlns:n%d='urn:n%d'", i, i);
	buf_put_cstr(&text, " xmlns:q='http://wordpress.org/export/1.2/'><channel>");
	for (int i = 0; i < 40; i++)
		buf_printf(&text, "<n%d:x/>", i);
	buf_put_cstr(&text,
		     "<q:wxr_version>1.2</q:wxr_version><item><q:post_id>4</q:post_id><n39:post_id>5</n39:post_id>"
		     "</item></channel></rss>");
	struct reading reading = reading_good(buf_str(&text));
	assert_int_equal(reading.item->post_id, 4);
	reading_end(&reading);
}

/* Bombs of every build: what cannot be said cannot grow. */
static void bombs_are_refused_before_they_grow(void **state)
{
	static const char *const bombs[] = {
		"<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;\">]><rss/>",
		"<!DOCTYPE rss SYSTEM \"file:///etc/passwd\"><rss/>",
		"<!DOCTYPE rss PUBLIC \"x\" \"http://evil.example/x.dtd\"><rss/>",
		"<?xml version=\"1.0\"?><!DOCTYPE rss><rss/>",
		"<!doctype rss><rss/>",
		"<rss><!ATTLIST a b CDATA 'c'></rss>",
		"<rss><channel><![INCLUDE[ x ]]></channel></rss>",
		"<rss><channel><![cdata[ x ]]></channel></rss>",
	};
	for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++)
		for (size_t bytes = 1; bytes < 20; bytes += 9) {
			struct reading reading = read_in_pieces(*state, str_from(bombs[i]), bytes);
			assert_int_equal(reading.result, ERR_INPUT);
			if (!strstr(reading.err.text, "document type declaration"))
				fail_msg("%s: %s", bombs[i], reading.err.text);
			reading_end(&reading);
		}
	/* An entity that is not defined stays text, however often it is asked for. */
	BUF_SCOPED text = BUF_INIT(8u << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2") "<item><title>");
	for (int i = 0; i < 100000; i++)
		buf_put_cstr(&text, "&lol;");
	buf_put_cstr(&text, "</title></item>" EXPORT_FOOT);
	struct reading reading = reading_good(buf_str(&text));
	assert_int_equal(reading.item->title.len, 500000);
	reading_end(&reading);
}

static void after_an_error_the_reader_stays_with_it(void **state)
{
	(void)state;
	struct wxr *wxr;
	struct err err = {0}, again = {0};
	struct wxr_event event;
	ARENA_SCOPED arena = arena_create(0);
	wxr_open_memory("a", STR(LEAD "<item/></itme>"), &wxr, &err);
	assert_int_equal(wxr_next(wxr, arena, &event, &err), 0);
	assert_int_equal(event.kind, WXR_ITEM);
	assert_int_equal(wxr_next(wxr, arena, &event, &err), ERR_INPUT);
	assert_int_equal(wxr_next(wxr, arena, &event, &again), ERR_INPUT);
	wxr_close(wxr);
}

#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, folder_open, folder_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FOLDER_TEST(pieces_of_any_size_give_the_same),
		FOLDER_TEST(an_interrupted_read_goes_on_and_a_broken_disk_is_said),
		FOLDER_TEST(encodings_give_the_same_items_at_their_places),
		FOLDER_TEST(mistakes_are_told_at_their_place_in_every_encoding),
		FOLDER_TEST(what_is_not_in_the_declared_encoding_is_refused_at_its_byte),
		FOLDER_TEST(odd_ends_of_wide_files_are_refused),
		FOLDER_TEST(declarations_are_read_in_all_their_forms),
		FOLDER_TEST(each_mend_is_made_and_counted),
		FOLDER_TEST(a_cdata_end_is_judged_by_what_follows),
		FOLDER_TEST(many_namespaces_do_not_push_out_the_exports_own),
		FOLDER_TEST(bombs_are_refused_before_they_grow),
		FOLDER_TEST(after_an_error_the_reader_stays_with_it),
	};
	return cmocka_run_group_tests_name("ingest.wxr_pieces", tests, NULL, NULL);
}
