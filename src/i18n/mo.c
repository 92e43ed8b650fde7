#include "i18n/mo.h"
#include "base/utf8.h"

#include <string.h>

#define MAGIC         0x950412DEu
#define MAGIC_SWAPPED 0xDE120495u
#define HEADER_BYTES  20u

static uint32_t swap(uint32_t v)
{
	return v >> 24 | (v >> 8 & 0xFF00u) | (v << 8 & 0xFF0000u) | v << 24;
}

/* offset + 4 lies inside. */
static uint32_t word_at(const struct mo *mo, size_t offset)
{
	uint32_t value;
	memcpy(&value, mo->bytes.ptr + offset, sizeof value);
	return mo->swapped ? swap(value) : value;
}

static bool table_fits(const struct mo *mo, uint32_t offset)
{
	return offset <= mo->bytes.len && (uint64_t)mo->count * 8 <= mo->bytes.len - offset;
}

int mo_open(struct str bytes, const char *file, struct mo *ret_mo, struct err *err)
{
	struct mo mo = {.bytes = bytes};
	if (bytes.len > MO_BYTES_MAX)
		return err_set(err, ERR_LIMIT, "%s: %zu bytes; a catalogue may have %u", file, bytes.len, MO_BYTES_MAX);
	if (bytes.len < HEADER_BYTES)
		return err_set(err, ERR_INPUT, "%s: too short for a .mo file (%zu bytes); make it with msgfmt", file,
			       bytes.len);
	uint32_t magic = word_at(&mo, 0);
	if (magic != MAGIC && magic != MAGIC_SWAPPED)
		return err_set(err, ERR_INPUT, "%s: not a .mo file (it starts with %08x); make it with msgfmt", file,
			       magic);
	mo.swapped = magic == MAGIC_SWAPPED;
	uint32_t major = word_at(&mo, 4) >> 16;
	if (major > 1)
		return err_set(err, ERR_INPUT, "%s: .mo revision %u; 0 and 1 are known", file, major);
	mo.count = word_at(&mo, 8);
	mo.ids = word_at(&mo, 12);
	mo.texts = word_at(&mo, 16);
	if (!table_fits(&mo, mo.ids) || !table_fits(&mo, mo.texts))
		return err_set(err, ERR_INPUT, "%s: the file is cut: %u messages do not fit %zu bytes", file, mo.count,
			       bytes.len);
	*ret_mo = mo;
	return 0;
}

static int read_string(const struct mo *mo, size_t row, uint32_t index, const char *file, struct str *ret_text,
		       struct err *err)
{
	uint32_t length = word_at(mo, row), offset = word_at(mo, row + 4);
	if (offset >= mo->bytes.len || length >= mo->bytes.len - offset || mo->bytes.ptr[offset + length] != 0)
		return err_set(err, ERR_INPUT, "%s: message %u lies outside of the file or is not ended", file, index);
	struct str text = str_sub(mo->bytes, offset, length);
	if (!utf8_valid(text))
		return err_set(err, ERR_INPUT, "%s: message %u is not UTF-8; set charset=UTF-8 in the .po file", file,
			       index);
	*ret_text = text;
	return 0;
}

int mo_entry(const struct mo *mo, uint32_t index, const char *file, struct str *ret_id, struct str *ret_text,
	     struct err *err)
{
	int rc = read_string(mo, mo->ids + (size_t)index * 8, index, file, ret_id, err);
	return rc ? rc : read_string(mo, mo->texts + (size_t)index * 8, index, file, ret_text, err);
}
