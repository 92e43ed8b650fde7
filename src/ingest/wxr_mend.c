/* The scanner's states; arrows are what it meets.
 *
 *   TEXT --"<![CDATA["--> CDATA --"]]>" that ends it--> TEXT
 *   TEXT --"<!--"--> COMMENT --"-->"--> TEXT        TEXT --"<?"--> PI --"?>"--> TEXT
 *   TEXT --"<name", "</name"--> TAG --">"--> TEXT
 */
#include "ingest/wxr_input.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLACK_BYTES   1024 /* the longest piece that one mend writes */
#define NAME_BYTES    128
#define NEED_MORE     1
#define STOP_IN_TEXT  1
#define STOP_IN_CDATA 2
#define STOP_IN_TAG   4
#define STOP_ALL      7

enum state { TEXT, TAG, CDATA, COMMENT, PI };

struct wxr_mend {
	struct wxr_decode *decode;
	struct buf in;
	size_t at;       /* first byte of in that is not yet taken */
	int64_t in_base; /* decode offset of in.ptr[0] */
	bool end;
	enum state state;
	int64_t markup_from; /* decode offset where the tag, comment or instruction under way begins */
	char quote;
	bool begun, root_seen, tag_closes;
	bool declared_here[5]; /* prefixes that step_root declared and nothing has used yet */
	char element[NAME_BYTES];
	size_t element_len;
	int64_t decided_until; /* decode offset up to which `decided_ends` is known */
	bool decided_ends;
	char *out;
	size_t out_len, out_max;
	int64_t out_base; /* output offset of out[0] */
	int64_t lines_in, lines_before;
	struct offmap map;
	struct wxr_mends counts;
};

/* Bytes at which a run of plain bytes stops: what XML forbids, 0xEF (U+FFFE, U+FFFF), markup. */
static const unsigned char stops[256] = {
	[0] = STOP_ALL,       [1] = STOP_ALL,
	[2] = STOP_ALL,       [3] = STOP_ALL,
	[4] = STOP_ALL,       [5] = STOP_ALL,
	[6] = STOP_ALL,       [7] = STOP_ALL,
	[8] = STOP_ALL,       [11] = STOP_ALL,
	[12] = STOP_ALL,      [14] = STOP_ALL,
	[15] = STOP_ALL,      [16] = STOP_ALL,
	[17] = STOP_ALL,      [18] = STOP_ALL,
	[19] = STOP_ALL,      [20] = STOP_ALL,
	[21] = STOP_ALL,      [22] = STOP_ALL,
	[23] = STOP_ALL,      [24] = STOP_ALL,
	[25] = STOP_ALL,      [26] = STOP_ALL,
	[27] = STOP_ALL,      [28] = STOP_ALL,
	[29] = STOP_ALL,      [30] = STOP_ALL,
	[31] = STOP_ALL,      ['&'] = STOP_IN_TEXT | STOP_IN_TAG,
	['<'] = STOP_IN_TEXT, [']'] = STOP_IN_TEXT | STOP_IN_CDATA,
	[0xEF] = STOP_ALL,    ['"'] = STOP_IN_TAG,
	['\''] = STOP_IN_TAG, ['>'] = STOP_IN_TAG,
	['/'] = STOP_IN_TAG,
};

struct wxr_mend *wxr_mend_create(struct wxr_decode *decode)
{
	struct wxr_mend *mend = calloc(1, sizeof *mend);
	if (!mend)
		abort();
	mend->decode = decode;
	buf_init(&mend->in, LIMIT_WXR_LOOKAHEAD_BYTES + (4u << 20));
	offmap_add(&mend->map, 0, 0, 1, 1);
	return mend;
}

void wxr_mend_destroy(struct wxr_mend *mend)
{
	if (!mend)
		return;
	wxr_decode_destroy(mend->decode);
	buf_finish(&mend->in);
	offmap_finish(&mend->map);
	free(mend);
}

int64_t wxr_mend_offset(const struct wxr_mend *mend, int64_t out_offset)
{
	return wxr_decode_offset(mend->decode, offmap_find(&mend->map, out_offset));
}

void wxr_mend_forget(struct wxr_mend *mend, int64_t before_out_offset)
{
	wxr_decode_forget(mend->decode, offmap_find(&mend->map, before_out_offset));
	offmap_forget(&mend->map, before_out_offset);
}

struct wxr_mends wxr_mend_counts(const struct wxr_mend *mend)
{
	return mend->counts;
}

int64_t wxr_mend_lines_before(const struct wxr_mend *mend)
{
	return mend->lines_before;
}

int64_t wxr_mend_bytes(const struct wxr_mend *mend)
{
	return wxr_decode_bytes(mend->decode);
}

static int64_t count_lines(struct str s)
{
	int64_t lines = 0;
	for (size_t at; (at = str_find_byte(s, '\n')) != SIZE_MAX; s = str_skip(s, at + 1))
		lines++;
	return lines;
}

static struct str rest_of(const struct wxr_mend *mend)
{
	return str_skip(buf_str(&mend->in), mend->at);
}

int64_t wxr_mend_line(const struct wxr_mend *mend)
{
	return 1 + mend->lines_in - count_lines(rest_of(mend));
}

static int refill(struct wxr_mend *mend, struct wxr_place *ret_place)
{
	size_t left = mend->in.len - mend->at;
	if (mend->at > 0) {
		memmove(mend->in.ptr, mend->in.ptr + mend->at, left);
		mend->in_base += (int64_t)mend->at;
		mend->at = 0;
		buf_truncate(&mend->in, left);
	}
	int result = wxr_decode_some(mend->decode, &mend->in, &mend->end, ret_place);
	mend->lines_in += count_lines(str_skip(buf_str(&mend->in), left));
	if (result < 0) {
		mend->at = mend->in.len;
		ret_place->offset = wxr_decode_offset(mend->decode, ret_place->offset);
	}
	return result;
}

static size_t room(const struct wxr_mend *mend)
{
	size_t used = mend->out_len + SLACK_BYTES;
	return used < mend->out_max ? mend->out_max - used : 0;
}

static void copy(struct wxr_mend *mend, size_t count)
{
	if (count == 0)
		return;
	memcpy(mend->out + mend->out_len, mend->in.ptr + mend->at, count);
	mend->out_len += count;
	mend->at += count;
}

/* Writes text in the place of count bytes of input. */
static void replace(struct wxr_mend *mend, size_t count, struct str text)
{
	if (text.len > 0)
		memcpy(mend->out + mend->out_len, text.ptr, text.len);
	mend->out_len += text.len;
	mend->at += count;
	offmap_add(&mend->map, mend->out_base + (int64_t)mend->out_len, mend->in_base + (int64_t)mend->at, 1, 1);
}

/* Bytes of a section that are printable ASCII and no bracket, eight at a time. */
static size_t plain_words(struct str text)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	size_t at = 0;
	for (; at + 8 <= text.len; at += 8) {
		uint64_t word;
		memcpy(&word, text.ptr + at, 8);
		if ((word | (word - ones * 0x20) | ((word ^ ones * ']') - ones)) & ones * 0x80)
			break;
	}
	return at;
}

static void copy_plain(struct wxr_mend *mend, unsigned stop)
{
	struct str rest = str_sub(rest_of(mend), 0, room(mend));
	size_t count = 0;
	while (count < rest.len && !(stops[(unsigned char)rest.ptr[count]] & stop)) {
		count++;
		if (stop == STOP_IN_CDATA)
			count += plain_words(str_skip(rest, count));
	}
	copy(mend, count);
}

static int64_t here(const struct wxr_mend *mend)
{
	return mend->in_base + (int64_t)mend->at;
}

static int refuse(const struct wxr_mend *mend, struct wxr_place *ret_place, const char *what)
{
	ret_place->offset = wxr_decode_offset(mend->decode, here(mend));
	snprintf(ret_place->what, sizeof ret_place->what, "%s", what);
	return ERR_INPUT;
}

/* expat keeps such a piece whole, so that it must not be as long as a file. */
static int refuse_long(const struct wxr_mend *mend, struct wxr_place *ret_place)
{
	refuse(mend, ret_place, "");
	snprintf(ret_place->what, sizeof ret_place->what,
		 "the tag, comment or instruction that begins at byte %lld passes %u bytes",
		 (long long)wxr_decode_offset(mend->decode, mend->markup_from), LIMIT_WXR_MARKUP_BYTES);
	return ERR_LIMIT;
}

static bool too_long(const struct wxr_mend *mend)
{
	return here(mend) - mend->markup_from > (int64_t)LIMIT_WXR_MARKUP_BYTES;
}

static void drop_control(struct wxr_mend *mend, unsigned char byte)
{
	bool space = byte == '\v' || byte == '\f';
	mend->counts.control_characters++;
	replace(mend, 1, space ? STR(" ") : STR(""));
}

/* At 0xEF: U+FFFE and U+FFFF are no XML characters. */
static int step_noncharacter(struct wxr_mend *mend)
{
	struct str rest = rest_of(mend);
	if (rest.len < 3 && !mend->end)
		return NEED_MORE;
	if (str_starts(rest, STR("\xEF\xBF\xBE")) || str_starts(rest, STR("\xEF\xBF\xBF"))) {
		mend->counts.control_characters++;
		replace(mend, 3, STR(""));
	} else {
		copy(mend, rest.len < 3 ? rest.len : 3);
	}
	return 0;
}

static bool name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' || c == '_' ||
	       c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

static bool xml_character(uint32_t c)
{
	return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
	       (c >= 0x10000 && c <= 0x10FFFF);
}

/* "&#…;" with its semicolon: is it a character that XML has? */
static bool reference_allowed(struct str digits)
{
	bool hex = digits.len > 0 && digits.ptr[0] == 'x';
	uint32_t value = 0;
	if (hex)
		digits = str_skip(digits, 1);
	for (size_t i = 0; i < digits.len; i++) {
		char c = digits.ptr[i];
		uint32_t digit = c >= '0' && c <= '9'          ? (uint32_t)(c - '0')
				 : hex && c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
				 : hex && c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
							       : 99;
		if (digit == 99 || value > 0x110000)
			return false;
		value = value * (hex ? 16 : 10) + digit;
	}
	return digits.len > 0 && xml_character(value);
}

static bool xml_entity(struct str name)
{
	return str_eq(name, STR("amp")) || str_eq(name, STR("lt")) || str_eq(name, STR("gt")) ||
	       str_eq(name, STR("quot")) || str_eq(name, STR("apos"));
}

static int step_reference(struct wxr_mend *mend)
{
	struct str rest = rest_of(mend);
	size_t end = 1;
	if (end < rest.len && rest.ptr[end] == '#')
		end++;
	while (end < rest.len && end < 40 && name_byte(rest.ptr[end]))
		end++;
	if (end == rest.len && !mend->end)
		return NEED_MORE;
	struct str name = str_sub(rest, 1, end - 1);
	bool closed = end < rest.len && rest.ptr[end] == ';';
	if (closed && xml_entity(name)) {
		copy(mend, end + 1);
	} else if (closed && str_starts(name, STR("#"))) {
		if (reference_allowed(str_skip(name, 1))) {
			copy(mend, end + 1);
		} else {
			mend->counts.references++;
			replace(mend, end + 1, STR("&#xFFFD;"));
		}
	} else {
		mend->counts.entities++;
		replace(mend, 1, STR("&amp;"));
	}
	return 0;
}

static const struct {
	struct str prefix, declared, text;
} usual[] = {
	{STR_INIT("wp:"), STR_INIT("xmlns:wp="), STR_INIT(" xmlns:wp=\"http://wordpress.org/export/1.2/\"")},
	{STR_INIT("excerpt:"), STR_INIT("xmlns:excerpt="),
	 STR_INIT(" xmlns:excerpt=\"http://wordpress.org/export/1.2/excerpt/\"")},
	{STR_INIT("content:"), STR_INIT("xmlns:content="),
	 STR_INIT(" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"")},
	{STR_INIT("dc:"), STR_INIT("xmlns:dc="), STR_INIT(" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"")},
	{STR_INIT("wfw:"), STR_INIT("xmlns:wfw="), STR_INIT(" xmlns:wfw=\"http://wellformedweb.org/CommentAPI/\"")},
};
#define USUAL_COUNT (sizeof usual / sizeof usual[0])

/* The start tag of the root: declares those usual prefixes that it does not. */
static int step_root(struct wxr_mend *mend, size_t name_end)
{
	struct str rest = rest_of(mend);
	size_t end = str_find_byte(rest, '>');
	if (end == SIZE_MAX && !mend->end && rest.len < (64u << 10))
		return NEED_MORE;
	struct str tag = str_sub(rest, 0, end);
	mend->root_seen = true;
	copy(mend, name_end);
	for (size_t i = 0; i < USUAL_COUNT; i++) {
		if (str_find(tag, usual[i].declared) != SIZE_MAX)
			continue;
		mend->declared_here[i] = true;
		replace(mend, 0, usual[i].text);
	}
	return 0;
}

/* A declaration that nothing needed is no mend. */
static void count_namespace(struct wxr_mend *mend, struct str name)
{
	for (size_t i = 0; i < USUAL_COUNT; i++) {
		if (mend->declared_here[i] && str_starts(name, usual[i].prefix)) {
			mend->declared_here[i] = false;
			mend->counts.namespaces++;
		}
	}
}

static int step_open(struct wxr_mend *mend, struct str rest)
{
	size_t end = 1;
	while (end < rest.len && end < NAME_BYTES && name_byte(rest.ptr[end]))
		end++;
	if (end == rest.len && !mend->end)
		return NEED_MORE;
	if (end > 1 && !mend->root_seen) {
		if (step_root(mend, end) == NEED_MORE)
			return NEED_MORE;
	} else {
		copy(mend, end);
	}
	mend->element_len = end - 1;
	memcpy(mend->element, rest.ptr + 1, mend->element_len);
	count_namespace(mend, str_sub(rest, 1, mend->element_len));
	mend->state = end > 1 ? TAG : TEXT;
	mend->quote = 0;
	mend->tag_closes = false;
	return 0;
}

static int step_angle(struct wxr_mend *mend, struct wxr_place *ret_place)
{
	struct str rest = rest_of(mend);
	if (rest.len < 9 && !mend->end)
		return NEED_MORE;
	mend->markup_from = here(mend);
	if (str_starts(rest, STR("<![CDATA["))) {
		copy(mend, 9);
		mend->state = CDATA;
	} else if (str_starts(rest, STR("<!--"))) {
		copy(mend, 4);
		mend->state = COMMENT;
	} else if (str_starts(rest, STR("<!"))) {
		return refuse(mend, ret_place,
			      "found a document type declaration (<!…); WordPress writes none, so remove it");
	} else if (str_starts(rest, STR("<?"))) {
		copy(mend, 2);
		mend->state = PI;
	} else if (str_starts(rest, STR("</"))) {
		copy(mend, 2);
		mend->state = TAG;
		mend->quote = 0;
		mend->element_len = 0;
	} else {
		return step_open(mend, rest);
	}
	return 0;
}

static int step_text(struct wxr_mend *mend, struct wxr_place *ret_place)
{
	copy_plain(mend, STOP_IN_TEXT);
	struct str rest = rest_of(mend);
	if (rest.len == 0 || room(mend) == 0)
		return 0;
	switch (rest.ptr[0]) {
	case '<':
		return step_angle(mend, ret_place);
	case '&':
		return step_reference(mend);
	case ']':
		if (rest.len < 3 && !mend->end)
			return NEED_MORE;
		if (str_starts(rest, STR("]]>"))) {
			mend->counts.cdata_ends++;
			replace(mend, 3, STR("]]&gt;"));
		} else {
			copy(mend, 1);
		}
		return 0;
	case '\xEF':
		return step_noncharacter(mend);
	default:
		if (stops[(unsigned char)rest.ptr[0]])
			drop_control(mend, (unsigned char)rest.ptr[0]);
		return 0;
	}
}

static int step_tag(struct wxr_mend *mend, struct wxr_place *ret_place)
{
	if (too_long(mend))
		return refuse_long(mend, ret_place);
	while (room(mend) > 0) {
		size_t before = mend->at;
		copy_plain(mend, STOP_IN_TAG);
		if (mend->at > before)
			mend->tag_closes = false;
		struct str rest = rest_of(mend);
		if (rest.len == 0 || room(mend) == 0)
			return 0;
		char c = rest.ptr[0];
		if (c == '&' && mend->quote)
			return step_reference(mend);
		if (c == '\xEF')
			return step_noncharacter(mend);
		if (c != ']' && (stops[(unsigned char)c] & STOP_IN_CDATA)) {
			drop_control(mend, (unsigned char)c);
			continue;
		}
		copy(mend, 1);
		if (mend->quote) {
			if (c == mend->quote)
				mend->quote = 0;
		} else if (c == '"' || c == '\'') {
			mend->quote = c;
		} else if (c == '>') {
			if (mend->tag_closes)
				mend->element_len = 0;
			mend->state = TEXT;
			return 0;
		}
		mend->tag_closes = c == '/';
	}
	return 0;
}

/* In comments and instructions nothing is mended but forbidden characters. */
static int step_until(struct wxr_mend *mend, struct str closing, struct wxr_place *ret_place)
{
	if (too_long(mend))
		return refuse_long(mend, ret_place);
	while (room(mend) > 0) {
		struct str rest = rest_of(mend);
		if (rest.len == 0)
			return 0;
		if (rest.len < closing.len && !mend->end)
			return NEED_MORE;
		if (str_starts(rest, closing)) {
			copy(mend, closing.len);
			mend->state = TEXT;
			return 0;
		}
		unsigned char c = (unsigned char)rest.ptr[0];
		if (c == 0xEF)
			return step_noncharacter(mend);
		if (c < 0x20 && stops[c])
			drop_control(mend, c);
		else
			copy(mend, 1);
	}
	return 0;
}

static bool holds_html(const struct wxr_mend *mend)
{
	struct str name = {mend->element, mend->element_len};
	return str_ends(name, STR(":encoded")) || str_ends(name, STR(":meta_value"));
}

/* At "<" after a possible end of CDATA: does the section end there? */
static bool ends_before_tag(const struct wxr_mend *mend, struct str tag)
{
	struct str name = {mend->element, mend->element_len};
	if (str_starts(tag, STR("</"))) {
		struct str after = str_skip(tag, 2);
		return str_starts(after, name) && (after.len == name.len || !name_byte(after.ptr[name.len]));
	}
	return !holds_html(mend);
}

/* At "]]>" inside CDATA. Reads on as strict XML would: if that meets another "]]>" outside any section,
 * or the end tag of another element, the section cannot have ended here. Ends on the way share the
 * verdict, so the walk is not repeated for them. */
static int decide_cdata_end(struct wxr_mend *mend, bool *ret_ends)
{
	if (here(mend) < mend->decided_until) {
		*ret_ends = mend->decided_ends;
		return 0;
	}
	struct str rest = rest_of(mend);
	size_t at = 3;
	bool ends = true;
	while (at < rest.len) {
		struct str tail = str_skip(rest, at);
		size_t tag = str_find_byte(tail, '<'), stray = str_find(str_sub(tail, 0, tag), STR("]]>"));
		if (stray != SIZE_MAX) {
			at += stray;
			ends = false;
			break;
		}
		if (tag == SIZE_MAX) {
			at = rest.len;
			break;
		}
		at += tag;
		tail = str_skip(rest, at);
		if (tail.len < NAME_BYTES + 4 && !mend->end)
			return NEED_MORE;
		if (!str_starts(tail, STR("<![CDATA["))) {
			ends = ends_before_tag(mend, tail);
			break;
		}
		size_t close = str_find(tail, STR("]]>"));
		at = close == SIZE_MAX ? rest.len : at + close + 3;
	}
	if (at >= rest.len && !mend->end && rest.len < LIMIT_WXR_LOOKAHEAD_BYTES)
		return NEED_MORE;
	mend->decided_until = here(mend) + (int64_t)at;
	mend->decided_ends = ends;
	*ret_ends = ends;
	return 0;
}

static int step_cdata(struct wxr_mend *mend)
{
	copy_plain(mend, STOP_IN_CDATA);
	struct str rest = rest_of(mend);
	if (rest.len == 0 || room(mend) == 0)
		return 0;
	unsigned char c = (unsigned char)rest.ptr[0];
	if (c == 0xEF)
		return step_noncharacter(mend);
	if (c != ']') {
		drop_control(mend, c);
		return 0;
	}
	if (rest.len < 3 && !mend->end)
		return NEED_MORE;
	if (!str_starts(rest, STR("]]>"))) {
		copy(mend, 1);
		return 0;
	}
	bool ends;
	if (decide_cdata_end(mend, &ends) == NEED_MORE)
		return NEED_MORE;
	if (ends) {
		copy(mend, 3);
		mend->state = TEXT;
	} else {
		mend->counts.cdata_ends++;
		replace(mend, 3, STR("]]]]><![CDATA[>"));
	}
	return 0;
}

/* What stands before the XML declaration or the root. */
static int step_begin(struct wxr_mend *mend)
{
	struct str rest = rest_of(mend);
	size_t at = 0;
	while (at < rest.len) {
		char c = rest.ptr[at];
		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			at++;
		else if (str_starts(str_skip(rest, at), STR("\xEF\xBB\xBF")))
			at += 3;
		else
			break;
	}
	if (rest.len - at < 3 && !mend->end)
		return NEED_MORE;
	mend->begun = true;
	if (at > 0) {
		mend->counts.leading_bytes += at;
		mend->lines_before = count_lines(str_sub(rest, 0, at));
		replace(mend, at, STR(""));
	}
	return 0;
}

static int step(struct wxr_mend *mend, struct wxr_place *ret_place)
{
	if (!mend->begun)
		return step_begin(mend);
	switch (mend->state) {
	case TEXT:
		return step_text(mend, ret_place);
	case TAG:
		return step_tag(mend, ret_place);
	case CDATA:
		return step_cdata(mend);
	case COMMENT:
		return step_until(mend, STR("-->"), ret_place);
	case PI:
		return step_until(mend, STR("?>"), ret_place);
	}
	return 0;
}

int wxr_mend_read(struct wxr_mend *mend, char *ret_bytes, size_t max, size_t *ret_count, struct wxr_place *ret_place)
{
	mend->out = ret_bytes;
	mend->out_len = 0;
	mend->out_max = max;
	int result = 0;
	while (result == 0 && room(mend) > 0) {
		bool empty = mend->at == mend->in.len;
		if (empty && mend->end)
			break;
		int answer = empty ? NEED_MORE : step(mend, ret_place);
		if (answer < 0)
			result = answer;
		else if (answer == NEED_MORE)
			result = refill(mend, ret_place);
	}
	mend->out_base += (int64_t)mend->out_len;
	*ret_count = mend->out_len;
	return result;
}
