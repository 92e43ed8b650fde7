#include "ingest/credit.h"

/* Marks that begin a credit, longest first where one begins another. */
enum mark_flag {
	KEEP = 1,  /* the mark is part of the credit, and written exactly so */
	PLAIN = 2, /* and so plain that it may stand behind any word */
	NAME = 4,  /* only a name may follow: no small letter */
	MAKER = 8, /* whoever made it follows: "Photo by the river" says where */
};

static const struct {
	struct str mark;
	int flags;
} marks[] = {
	{STR_INIT("AFP PHOTO"), KEEP | PLAIN},
	{STR_INIT("REUTERS/"), KEEP},
	{STR_INIT("Reuters/"), KEEP},
	{STR_INIT("AP Photo"), KEEP | PLAIN},
	{STR_INIT("EPA/"), KEEP},
	{STR_INIT("Photo courtesy of"), 0},
	{STR_INIT("Photo credits:"), 0},
	{STR_INIT("Photo credit:"), 0},
	{STR_INIT("Photo credit -"), 0},
	{STR_INIT("Photo by"), MAKER},
	{STR_INIT("Photo ©"), 0},
	{STR_INIT("Photo:"), 0},
	{STR_INIT("Photograph:"), 0},
	{STR_INIT("Photograph by"), MAKER},
	{STR_INIT("Photos:"), 0},
	{STR_INIT("Image credit:"), 0},
	{STR_INIT("Image:"), NAME},
	{STR_INIT("Picture:"), NAME},
	{STR_INIT("Credits:"), 0},
	{STR_INIT("Credit:"), 0},
	{STR_INIT("Courtesy of"), 0},
	{STR_INIT("Crédits photo :"), 0},
	{STR_INIT("Crédits photo:"), 0},
	{STR_INIT("Crédits :"), 0},
	{STR_INIT("Crédits:"), 0},
	{STR_INIT("Crédit photo :"), 0},
	{STR_INIT("Crédit photo:"), 0},
	{STR_INIT("Crédit :"), 0},
	{STR_INIT("Crédit:"), 0},
	{STR_INIT("Photo :"), 0},
	{STR_INIT("Foto:"), 0},
	{STR_INIT("Fotografía:"), 0},
	{STR_INIT("Crédito:"), 0},
	{STR_INIT("Bild:"), 0},
	{STR_INIT("Illustration:"), NAME},
	{STR_INIT("Illustration by"), MAKER},
	{STR_INIT("Illustration :"), NAME},
	{STR_INIT("Photographie :"), 0},
	{STR_INIT("Photographie:"), 0},
	{STR_INIT("Fotografia:"), 0},
	{STR_INIT("Fotoğraf:"), 0},
	{STR_INIT("Φωτογραφία:"), 0},
	{STR_INIT("צילום:"), 0},
	{STR_INIT("عکس:"), 0},
	{STR_INIT("फोटो:"), 0},
	{STR_INIT("摄影："), 0},
	{STR_INIT("攝影："), 0},
	{STR_INIT("图片来源："), 0},
	{STR_INIT("撮影："), 0},
	{STR_INIT("写真："), 0},
	{STR_INIT("Фото:"), 0},
	{STR_INIT("تصوير:"), 0},
	{STR_INIT("الصورة:"), 0},
	{STR_INIT("©"), 0},
	{STR_INIT("(c)"), NAME},
	{STR_INIT("Copyright:"), 0},
	{STR_INIT("Copyright ©"), 0},
};

static bool capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool word_byte(char c)
{
	return capital(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

static struct str trim_ends(struct str text, const char *bytes)
{
	struct str set = str_from(bytes);
	text = str_trim(text);
	while (text.len > 0 && str_find_byte(set, text.ptr[text.len - 1]) != SIZE_MAX)
		text = str_trim(str_sub(text, 0, text.len - 1));
	return text;
}

static bool listed_end(struct str text, const struct str *ends, size_t count, size_t *ret_bytes)
{
	for (size_t i = 0; i < count; i++) {
		if (str_ends(text, ends[i])) {
			*ret_bytes = ends[i].len;
			return true;
		}
	}
	return false;
}

/* What parts a caption from its credit goes with neither. */
static struct str trim_parting(struct str text)
{
	static const struct str signs[] = {STR_INIT("–"), STR_INIT("—"),  STR_INIT("،"),  STR_INIT("·"),
					   STR_INIT("•"), STR_INIT("（"), STR_INIT("，"), STR_INIT("、")};
	size_t bytes;
	text = trim_ends(text, "([|/-;:,");
	while (listed_end(text, signs, sizeof signs / sizeof signs[0], &bytes))
		text = trim_ends(str_sub(text, 0, text.len - bytes), "([|/-;:,");
	return text;
}

static size_t count_of(struct str text, struct str sign)
{
	size_t count = 0;
	for (size_t at; (at = str_find(text, sign)) != SIZE_MAX; count++)
		text = str_skip(text, at + sign.len);
	return count;
}

/* What closes behind the credit and was opened before it; "Name (Agency)" closes its own. */
static struct str trim_closing(struct str text)
{
	static const struct str pairs[][2] = {{STR_INIT("("), STR_INIT(")")},
					      {STR_INIT("["), STR_INIT("]")},
					      {STR_INIT("（"), STR_INIT("）")},
					      {STR_INIT(""), STR_INIT("。")},
					      {STR_INIT(""), STR_INIT(".")}};
	size_t before;
	do {
		text = str_trim(text);
		before = text.len;
		for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
			struct str open = pairs[i][0], close = pairs[i][1];
			if (str_ends(text, close) && (str_empty(open) || count_of(text, open) < count_of(text, close)))
				text = str_sub(text, 0, text.len - close.len);
		}
	} while (text.len < before);
	return text;
}

static bool ends_sentence(struct str text)
{
	static const struct str signs[] = {STR_INIT("»"), STR_INIT("”"), STR_INIT("’"), STR_INIT("“"), STR_INIT("…"),
					   STR_INIT("–"), STR_INIT("—"), STR_INIT("·"), STR_INIT("•"), STR_INIT("،"),
					   STR_INIT("؛"), STR_INIT("۔"), STR_INIT("؟"), STR_INIT("。")};
	size_t ignored;
	return str_find_byte(STR(".!?)|([/-;:,\"'"), text.ptr[text.len - 1]) != SIZE_MAX || str_ends(text, STR("]")) ||
	       listed_end(text, signs, sizeof signs / sizeof signs[0], &ignored);
}

/* A mark begins a credit only where a sentence or the text begins; an agency's own line anywhere behind a word. */
static bool begins_here(struct str text, size_t at, struct str mark, bool plain)
{
	static const struct str wide[] = {STR_INIT("。"), STR_INIT("，"), STR_INIT("、"), STR_INIT("（"),
					  STR_INIT("）")};
	struct str before = str_trim(str_sub(text, 0, at));
	size_t ignored;
	if (before.len == 0)
		return true;
	if (before.len == at) /* scripts that part by wide signs part by nothing else */
		return str_find_byte(STR("(["), before.ptr[before.len - 1]) != SIZE_MAX ||
		       listed_end(before, wide, sizeof wide / sizeof wide[0], &ignored);
	/* "he came, courtesy of her, to the house": in the midst of a sentence a mark of words begins with a capital */
	char last = before.ptr[before.len - 1], first = text.ptr[at];
	bool of_words = str_find_byte(mark, ':') == SIZE_MAX;
	if (of_words && first >= 'a' && first <= 'z' && str_find_byte(STR(",;:\"'"), last) != SIZE_MAX)
		return false;
	return plain || ends_sentence(before) ||
	       str_find_byte(str_sub(text, before.len, at - before.len), '\n') != SIZE_MAX;
}

static bool names_something(struct str credit)
{
	for (size_t i = 0; i < credit.len; i++)
		if (word_byte(credit.ptr[i]))
			return true;
	return false;
}

static bool begins_with_word(struct str text, struct str word)
{
	return str_starts_nocase(text, word) && text.len > word.len && text.ptr[word.len] == ' ';
}

/* "(c) Name" and never "(b), (c) were"; "Image: Name" and never "Image: a dog". */
static bool may_follow(int flags, struct str credit)
{
	char first = str_empty(credit) ? 'A' : credit.ptr[0];
	if (flags & MAKER)
		return !begins_with_word(credit, STR("the")) && !begins_with_word(credit, STR("a")) &&
		       !begins_with_word(credit, STR("an"));
	return !(flags & NAME) || (first >= 'A' && first <= 'Z') || (first >= '0' && first <= '9') ||
	       (unsigned char)first >= 0x80;
}

/* The bytes of text that are the mark; 0 where it does not begin with it. French puts narrow and fixed spaces before
 * its colons. */
static size_t mark_bytes(struct str text, struct str mark, bool exact)
{
	static const struct str spaces[] = {STR_INIT(" "), STR_INIT("\xC2\xA0"), STR_INIT("\xE2\x80\xAF")};
	size_t at = 0;
	struct str word;
	while (str_next(&mark, ' ', &word)) {
		struct str rest = str_skip(text, at);
		if (exact ? !str_starts(rest, word) : !str_starts_nocase(rest, word))
			return 0;
		at += word.len;
		size_t space = 0;
		for (size_t i = 0; i < sizeof spaces / sizeof spaces[0] && !str_empty(mark); i++)
			if (str_starts(str_skip(text, at), spaces[i]))
				space = spaces[i].len;
		if (space == 0 && !str_empty(mark))
			return 0;
		at += space;
	}
	return at;
}

static bool mark_at(struct str rest, size_t *ret_mark, size_t *ret_bytes)
{
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		size_t bytes = mark_bytes(rest, marks[i].mark, marks[i].flags & KEEP);
		if (bytes > 0) {
			*ret_mark = i;
			*ret_bytes = bytes;
			return true;
		}
	}
	return false;
}

/* "Photo by: Name", "Photo: © Name". */
static struct str skip_lead(struct str credit)
{
	static const struct str leads[] = {STR_INIT(":"), STR_INIT("-"), STR_INIT("©"), STR_INIT("\xC2\xA0"),
					   STR_INIT("\xE2\x80\xAF")};
	for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++)
		if (str_starts(credit, leads[i]))
			return skip_lead(str_trim(str_skip(credit, leads[i].len)));
	return credit;
}

bool credit_split(struct str text, struct str *ret_caption, struct str *ret_credit)
{
	text = str_trim(text);
	for (size_t at = 0; at < text.len; at++) {
		size_t mark, bytes;
		if (((unsigned char)text.ptr[at] & 0xC0) == 0x80 || !mark_at(str_skip(text, at), &mark, &bytes))
			continue;
		struct str sign = marks[mark].mark;
		bool symbol = str_eq(sign, STR("©"));
		if (!symbol && !begins_here(text, at, sign, marks[mark].flags & PLAIN))
			continue;
		struct str credit = str_skip(text, at + (marks[mark].flags & KEEP ? 0 : bytes));
		credit = trim_closing(credit);
		credit = skip_lead(credit);
		if (!names_something(credit) || credit.len > 200 || !may_follow(marks[mark].flags, credit))
			continue;
		*ret_caption = trim_parting(str_sub(text, 0, at));
		*ret_credit = credit;
		return true;
	}
	return false;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits_at(struct str text, size_t at)
{
	size_t count = 0;
	while (at + count < text.len && digit(text.ptr[at + count]))
		count++;
	return count;
}

/* The first stroke is looked for, since it is rarer than anything before it. */
bool reference_find(struct str text, struct str *ret_reference)
{
	size_t found, stroke = 0;
	for (; (found = str_find_byte(str_skip(text, stroke), '/')) != SIZE_MAX; stroke++) {
		stroke += found;
		size_t area = 0;
		while (area < stroke && area < 4 && digit(text.ptr[stroke - area - 1]))
			area++;
		if (area < 2 || area > 3 || stroke < area + 4)
			continue;
		size_t at = stroke - area - 4, end = stroke + 1;
		const char *p = text.ptr + at;
		if (!capital(p[0]) || !capital(p[1]) || !capital(p[2]) || p[3] != ' ' || (at > 0 && word_byte(p[-1])))
			continue;
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
