#include "ingest/credit.h"

/* Marks that begin a credit, longest first where one begins another. */
static const struct {
	struct str mark;
	bool keep; /* the mark is part of the credit */
} marks[] = {
	{STR_INIT("AFP PHOTO"), true},
	{STR_INIT("REUTERS/"), true},
	{STR_INIT("AP Photo"), true},
	{STR_INIT("EPA/"), true},
	{STR_INIT("Photo courtesy of"), false},
	{STR_INIT("Photo credit:"), false},
	{STR_INIT("Photo by"), false},
	{STR_INIT("Photo ©"), false},
	{STR_INIT("Photo:"), false},
	{STR_INIT("Photograph:"), false},
	{STR_INIT("Photograph by"), false},
	{STR_INIT("Photos:"), false},
	{STR_INIT("Image credit:"), false},
	{STR_INIT("Image:"), false},
	{STR_INIT("Picture:"), false},
	{STR_INIT("Credit:"), false},
	{STR_INIT("Crédit photo :"), false},
	{STR_INIT("Crédit photo:"), false},
	{STR_INIT("Crédit :"), false},
	{STR_INIT("Crédit:"), false},
	{STR_INIT("Photo :"), false},
	{STR_INIT("Foto:"), false},
	{STR_INIT("Fotografía:"), false},
	{STR_INIT("Crédito:"), false},
	{STR_INIT("Bild:"), false},
	{STR_INIT("Фото:"), false},
	{STR_INIT("تصوير:"), false},
	{STR_INIT("الصورة:"), false},
	{STR_INIT("©"), false},
	{STR_INIT("(c)"), false},
	{STR_INIT("Copyright:"), false},
	{STR_INIT("Copyright ©"), false},
};

static struct str trim_ends(struct str text, const char *bytes)
{
	struct str set = str_from(bytes);
	text = str_trim(text);
	while (text.len > 0 && str_find_byte(set, text.ptr[text.len - 1]) != SIZE_MAX)
		text = str_trim(str_sub(text, 0, text.len - 1));
	return text;
}

/* A mark begins a credit only where a sentence or the text begins. */
static bool begins_here(struct str text, size_t at)
{
	struct str before = str_trim(str_sub(text, 0, at));
	if (before.len == 0)
		return true;
	if (before.len == at)
		return str_find_byte(STR("(["), before.ptr[before.len - 1]) != SIZE_MAX;
	char last = before.ptr[before.len - 1];
	return str_find_byte(STR(".!?)|([/-;:,"), last) != SIZE_MAX || last == '"' || (unsigned char)last >= 0x80 ||
	       str_find_byte(str_sub(text, before.len, at - before.len), '\n') != SIZE_MAX;
}

static bool mark_at(struct str rest, size_t *ret_mark)
{
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		if (marks[i].keep ? str_starts(rest, marks[i].mark) : str_starts_nocase(rest, marks[i].mark)) {
			*ret_mark = i;
			return true;
		}
	}
	return false;
}

bool credit_split(struct str text, struct str *ret_caption, struct str *ret_credit)
{
	text = str_trim(text);
	for (size_t at = 0; at < text.len; at++) {
		size_t mark;
		if (((unsigned char)text.ptr[at] & 0xC0) == 0x80 || !mark_at(str_skip(text, at), &mark))
			continue;
		struct str sign = marks[mark].mark;
		bool symbol = str_eq(sign, STR("©"));
		if (!symbol && !begins_here(text, at))
			continue;
		struct str credit = str_skip(text, at + (marks[mark].keep ? 0 : sign.len));
		credit = trim_ends(credit, ")].");
		if (str_starts(credit, STR("©")))
			credit = str_trim(str_skip(credit, 2));
		if (str_empty(credit) || credit.len > 200)
			continue;
		*ret_caption = trim_ends(str_sub(text, 0, at), "([|/-;:,");
		*ret_credit = credit;
		return true;
	}
	return false;
}

static size_t digits_at(struct str text, size_t at)
{
	size_t count = 0;
	while (at + count < text.len && text.ptr[at + count] >= '0' && text.ptr[at + count] <= '9')
		count++;
	return count;
}

static bool capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool word_byte(char c)
{
	return capital(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

bool reference_find(struct str text, struct str *ret_reference)
{
	for (size_t at = 0; at + 12 <= text.len; at++) {
		const char *p = text.ptr + at;
		if (!capital(p[0]) || !capital(p[1]) || !capital(p[2]) || p[3] != ' ' || (at > 0 && word_byte(p[-1])))
			continue;
		size_t end = at + 4, area = digits_at(text, end);
		if (area < 2 || area > 3 || end + area >= text.len || text.ptr[end + area] != '/')
			continue;
		end += area + 1;
		size_t serial = digits_at(text, end);
		if (serial < 1 || serial > 6 || end + serial >= text.len || text.ptr[end + serial] != '/')
			continue;
		end += serial + 1;
		if (digits_at(text, end) != 4)
			continue;
		*ret_reference = str_sub(text, at, end + 4 - at);
		return true;
	}
	return false;
}
