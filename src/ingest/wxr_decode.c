#include "ingest/wxr_input.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/utf16.h>
#include <unistd.h>

#define RAW_BYTES   (256u << 10)
#define UNITS       4096
#define START_BYTES 1024 /* that tell the encoding */

struct wxr_decode {
	int fd;
	struct str memory;
	UConverter *converter; /* NULL: UTF-8 */
	char encoding[64];
	bool declared, started, at_end;
	int64_t raw_offset; /* file offset of raw[0] */
	int64_t out_offset; /* bytes handed out */
	size_t raw_len;
	struct offmap map;
	char raw[RAW_BYTES];
};

void offmap_finish(struct offmap *map)
{
	free(map->at);
	*map = (struct offmap){0};
}

void offmap_add(struct offmap *map, int64_t out, int64_t in, int out_width, int in_width)
{
	if (map->len > 0) {
		const struct offmap_run *last = &map->at[map->len - 1];
		int64_t steps = (out - last->out) / last->out_width;
		if (last->out_width == out_width && last->in_width == in_width &&
		    last->out + steps * out_width == out && last->in + steps * in_width == in)
			return;
	}
	if (map->len == map->cap) {
		size_t cap = map->cap ? map->cap * 2 : 64;
		struct offmap_run *at = reallocarray(map->at, cap, sizeof *at);
		if (!at)
			abort();
		map->at = at;
		map->cap = cap;
	}
	map->at[map->len++] = (struct offmap_run){out, in, out_width, in_width};
}

int64_t offmap_find(const struct offmap *map, int64_t out)
{
	if (map->len == 0)
		return out;
	size_t low = 0, high = map->len;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (map->at[middle].out <= out)
			low = middle;
		else
			high = middle;
	}
	const struct offmap_run *run = &map->at[low];
	return run->in + (out - run->out) / run->out_width * run->in_width;
}

void offmap_forget(struct offmap *map, int64_t before_out)
{
	size_t gone = 0;
	while (gone + 1 < map->len && map->at[gone + 1].out <= before_out)
		gone++;
	if (gone == 0)
		return;
	memmove(map->at, map->at + gone, (map->len - gone) * sizeof *map->at);
	map->len -= gone;
}

struct wxr_decode *wxr_decode_create(int fd, struct str memory)
{
	struct wxr_decode *decode = calloc(1, sizeof *decode);
	if (!decode)
		abort();
	decode->fd = fd;
	decode->memory = memory;
	return decode;
}

void wxr_decode_destroy(struct wxr_decode *decode)
{
	if (!decode)
		return;
	if (decode->converter)
		ucnv_close(decode->converter);
	offmap_finish(&decode->map);
	free(decode);
}

int64_t wxr_decode_bytes(const struct wxr_decode *decode)
{
	return decode->raw_offset + (int64_t)decode->raw_len;
}

int64_t wxr_decode_offset(const struct wxr_decode *decode, int64_t out_offset)
{
	return decode->converter ? offmap_find(&decode->map, out_offset) : out_offset;
}

void wxr_decode_forget(struct wxr_decode *decode, int64_t before_out_offset)
{
	offmap_forget(&decode->map, before_out_offset);
}

/* Fills raw behind what is left in it. */
static int read_raw(struct wxr_decode *decode, struct wxr_place *ret_place)
{
	size_t room = sizeof decode->raw - decode->raw_len;
	if (decode->at_end || room == 0)
		return 0;
	if (decode->fd < 0) {
		struct str part = str_sub(decode->memory, 0, room);
		if (part.len > 0)
			memcpy(decode->raw + decode->raw_len, part.ptr, part.len);
		decode->memory = str_skip(decode->memory, part.len);
		decode->raw_len += part.len;
		decode->at_end = str_empty(decode->memory);
		return 0;
	}
	ssize_t count;
	do
		count = read(decode->fd, decode->raw + decode->raw_len, room);
	while (count < 0 && errno == EINTR);
	if (count < 0) {
		ret_place->offset = decode->out_offset;
		struct err failed;
		err_set_errno(&failed, errno, "reading failed");
		snprintf(ret_place->what, sizeof ret_place->what, "%.100s", failed.text);
		return ERR_SYSTEM;
	}
	decode->at_end = count == 0;
	decode->raw_len += (size_t)count;
	return 0;
}

static void drop_raw(struct wxr_decode *decode, size_t count)
{
	decode->raw_len -= count;
	decode->raw_offset += (int64_t)count;
	memmove(decode->raw, decode->raw + count, decode->raw_len);
}

/* The value of encoding="…" in the XML declaration; empty where there is none. */
static struct str declared_encoding(struct str start)
{
	struct str rest = str_trim(start);
	if (str_starts(rest, STR("\xEF\xBB\xBF")))
		rest = str_trim(str_skip(rest, 3));
	size_t end = str_find(rest, STR("?>"));
	if (!str_starts(rest, STR("<?xml")) || end == SIZE_MAX)
		return (struct str){0};
	rest = str_sub(rest, 0, end);
	size_t at = str_find(rest, STR("encoding"));
	if (at == SIZE_MAX)
		return (struct str){0};
	rest = str_skip(rest, at + 8);
	at = str_find_byte(rest, '=');
	if (at == SIZE_MAX)
		return (struct str){0};
	rest = str_trim(str_skip(rest, at + 1));
	if (str_empty(rest) || (rest.ptr[0] != '"' && rest.ptr[0] != '\''))
		return (struct str){0};
	end = str_find_byte(str_skip(rest, 1), rest.ptr[0]);
	return end == SIZE_MAX ? (struct str){0} : str_sub(rest, 1, end);
}

static bool sixteen_bits(struct str name)
{
	return str_starts_nocase(name, STR("utf-16")) || str_starts_nocase(name, STR("ucs-2")) ||
	       str_starts_nocase(name, STR("iso-10646-ucs-2"));
}

/* By byte order mark, then by the pattern of "<?", then by what the file declares. A declaration of
 * UTF-16 that can be read byte by byte is untrue, and UTF-8 is meant. */
static struct str detect_encoding(struct str start)
{
	if (str_starts(start, STR("\xEF\xBB\xBF")))
		return STR("UTF-8");
	if (str_starts(start, STR("\xFF\xFE")) || str_starts(start, STR("<\0")))
		return STR("UTF-16LE");
	if (str_starts(start, STR("\xFE\xFF")) || str_starts(start, STR("\0<")))
		return STR("UTF-16BE");
	struct str name = declared_encoding(start);
	if (str_empty(name) || sixteen_bits(name) || str_eq_nocase(name, STR("utf-8")) ||
	    str_eq_nocase(name, STR("utf8")) || str_eq_nocase(name, STR("us-ascii")) ||
	    str_eq_nocase(name, STR("ascii")))
		return STR("UTF-8");
	return name;
}

/* No XML begins like this, so what is meant is clear. */
static int refuse_compressed(struct str start, struct wxr_place *ret_place)
{
	static const struct {
		struct str begin;
		const char *name, *unpack;
	} forms[] = {
		{STR_INIT("\x1F\x8B"), "gzip", "gzip -dc FILE > export.xml"},
		{STR_INIT("PK\x03\x04"), "zip", "unzip FILE"},
		{STR_INIT("BZh"), "bzip2", "bzip2 -dc FILE > export.xml"},
		{STR_INIT("\xFD\x37zXZ"), "xz", "xz -dc FILE > export.xml"},
	};
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		if (!str_starts(start, forms[i].begin))
			continue;
		ret_place->offset = 0;
		snprintf(ret_place->what, sizeof ret_place->what,
			 "the file is compressed (%s); unpack it first, \"%s\", and import what comes out",
			 forms[i].name, forms[i].unpack);
		return ERR_INPUT;
	}
	return 0;
}

static int start_decoding(struct wxr_decode *decode, struct wxr_place *ret_place)
{
	struct str start = str_sub((struct str){decode->raw, decode->raw_len}, 0, START_BYTES);
	if (refuse_compressed(start, ret_place))
		return ERR_INPUT;
	struct str name = detect_encoding(start);
	decode->started = true;
	decode->declared = !str_empty(declared_encoding(start));
	snprintf(decode->encoding, sizeof decode->encoding, "%.*s", STR_ARG(name));
	if (str_eq(name, STR("UTF-8")))
		return 0;
	UErrorCode status = U_ZERO_ERROR;
	decode->converter = ucnv_open(decode->encoding, &status);
	if (U_SUCCESS(status))
		ucnv_setToUCallBack(decode->converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
	if (U_FAILURE(status)) {
		ret_place->offset = 0;
		snprintf(ret_place->what, sizeof ret_place->what,
			 "the encoding \"%.60s\" is not known; save the file as UTF-8", decode->encoding);
		return ERR_INPUT;
	}
	return 0;
}

static size_t ascii_run(struct str s)
{
	size_t at = 0;
	while (at + 8 <= s.len) {
		uint64_t word;
		memcpy(&word, s.ptr + at, 8);
		if (word & UINT64_C(0x8080808080808080))
			break;
		at += 8;
	}
	while (at < s.len && (unsigned char)s.ptr[at] < 0x80)
		at++;
	return at;
}

/* Bytes before the first broken or unfinished sequence. */
static size_t checked_prefix(struct str s)
{
	size_t at = ascii_run(s);
	return at == s.len ? at : at + utf8_valid_prefix(str_skip(s, at));
}

static bool may_be_unfinished(struct str tail)
{
	if (tail.len >= 4 || tail.len == 0)
		return false;
	unsigned char first = (unsigned char)tail.ptr[0];
	size_t wanted = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
	if (tail.len >= wanted)
		return false;
	for (size_t i = 1; i < tail.len; i++)
		if (((unsigned char)tail.ptr[i] & 0xC0) != 0x80)
			return false;
	return true;
}

static int decode_utf8(struct wxr_decode *decode, struct buf *out, struct wxr_place *ret_place)
{
	struct str raw = {decode->raw, decode->raw_len};
	size_t good = checked_prefix(raw);
	buf_put(out, str_sub(raw, 0, good));
	decode->out_offset += (int64_t)good;
	if (good < raw.len && (decode->at_end || !may_be_unfinished(str_skip(raw, good)))) {
		ret_place->offset = decode->out_offset;
		snprintf(
			ret_place->what, sizeof ret_place->what,
			"the byte 0x%02X is not UTF-8, which the file %s; declare its true encoding in its first line, "
			"or save it as UTF-8",
			(unsigned char)raw.ptr[good], decode->declared ? "declares" : "must be without a declaration");
		return ERR_INPUT;
	}
	drop_raw(decode, good);
	return 0;
}

static void put_units(struct wxr_decode *decode, struct buf *out, const UChar *units, const int32_t *offsets,
		      int32_t count, int64_t in_base, int32_t in_len)
{
	int32_t at = 0;
	while (at < count) {
		int32_t start = at;
		UChar32 code_point;
		U16_NEXT(units, at, count, code_point);
		int32_t in_end = at < count ? offsets[at] : in_len;
		size_t before = out->len;
		utf8_put(out, (uint32_t)code_point);
		int width = (int)(out->len - before);
		int32_t in_width = in_end > offsets[start] ? in_end - offsets[start] : 1;
		offmap_add(&decode->map, decode->out_offset, in_base + offsets[start], width, in_width);
		decode->out_offset += width;
	}
}

/* What ICU could not convert ends at `behind`. */
static int refuse_bytes(struct wxr_decode *decode, int64_t behind, struct wxr_place *ret_place)
{
	char broken[16];
	int8_t count = sizeof broken;
	UErrorCode status = U_ZERO_ERROR;
	ucnv_getInvalidChars(decode->converter, broken, &count, &status);
	ret_place->offset = decode->out_offset;
	snprintf(ret_place->what, sizeof ret_place->what, "bytes that are not %.40s, the encoding the file declares",
		 decode->encoding);
	offmap_add(&decode->map, decode->out_offset, behind - (U_SUCCESS(status) ? count : 0), 1, 1);
	return ERR_INPUT;
}

static int decode_converted(struct wxr_decode *decode, struct buf *out, struct wxr_place *ret_place)
{
	UChar units[UNITS];
	int32_t offsets[UNITS];
	const char *from = decode->raw, *end = decode->raw + decode->raw_len;
	while (from < end || decode->at_end) {
		UErrorCode status = U_ZERO_ERROR;
		UChar *to = units;
		const char *before = from;
		ucnv_toUnicode(decode->converter, &to, units + UNITS, &from, end, offsets, decode->at_end, &status);
		int32_t count = (int32_t)(to - units);
		put_units(decode, out, units, offsets, count, decode->raw_offset + (before - decode->raw),
			  (int32_t)(from - before));
		if (status == U_BUFFER_OVERFLOW_ERROR)
			continue;
		if (U_FAILURE(status))
			return refuse_bytes(decode, decode->raw_offset + (from - decode->raw), ret_place);
		break;
	}
	drop_raw(decode, (size_t)(from - decode->raw));
	return 0;
}

int wxr_decode_some(struct wxr_decode *decode, struct buf *out, bool *ret_end, struct wxr_place *ret_place)
{
	int result = read_raw(decode, ret_place);
	while (result == 0 && !decode->started && !decode->at_end && decode->raw_len < START_BYTES)
		result = read_raw(decode, ret_place);
	if (result == 0 && !decode->started)
		result = start_decoding(decode, ret_place);
	if (result == 0)
		result = decode->converter ? decode_converted(decode, out, ret_place)
					   : decode_utf8(decode, out, ret_place);
	if (result == 0)
		*ret_end = decode->at_end && decode->raw_len == 0;
	return result;
}
