#include "publish/public_inside.h"

#include "base/buf.h"
#include "base/utf8.h"

/* Scripts that are written without spaces: their runs are indexed as overlapping pairs of characters. */
static bool spaceless(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x0E00, 0x0EFF},   /* Thai, Lao */
		{0x1000, 0x109F},   /* Myanmar */
		{0x1780, 0x17FF},   /* Khmer */
		{0x3040, 0x30FF},   /* Hiragana, Katakana */
		{0x31F0, 0x31FF},   /* Katakana extensions */
		{0x3400, 0x4DBF},   /* CJK extension A */
		{0x4E00, 0x9FFF},   /* CJK */
		{0xA9E0, 0xA9FF},   /* Myanmar extensions */
		{0xF900, 0xFAFF},   /* CJK compatibility */
		{0x20000, 0x323AF}, /* CJK extensions */
	};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (ranges[i].first <= c && c <= ranges[i].last)
			return true;
	return false;
}

/* with_last: whether the last character of a run of two and more stands once more alone, to be the beginning of a word.
 */
static void put_pairs(struct buf *out, struct str text, bool with_last)
{
	uint32_t c, last = 0;
	bool single = false; /* last is spaceless and not yet in a pair */
	while (utf8_next(&text, &c)) {
		if (spaceless(c)) {
			if (last) {
				utf8_put(out, last);
				utf8_put(out, c);
				buf_put_byte(out, ' ');
			} else {
				buf_put_byte(out, ' ');
			}
			single = !last;
			last = c;
			continue;
		}
		if (single || (last && with_last))
			utf8_put(out, last);
		if (last)
			buf_put_byte(out, ' ');
		last = 0;
		single = false;
		utf8_put(out, c);
	}
	if (single || (last && with_last))
		utf8_put(out, last);
}

void public_put_pairs(struct buf *out, struct str text)
{
	put_pairs(out, text, true);
}

/* Every space there is parts words, the wide one of Japanese too. */
static bool parts_words(uint32_t c)
{
	return c <= ' ' || c == 0x7F || c == 0x85 || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

static bool next_word(struct str *rest, struct str *ret_word)
{
	uint32_t c = 0;
	struct str look = *rest;
	while (utf8_next(&look, &c) && parts_words(c))
		*rest = look;
	struct str word = *rest;
	look = word;
	while (utf8_next(&look, &c) && !parts_words(c))
		*rest = look;
	*ret_word = str_of(word.ptr, word.len - rest->len);
	look = *rest; /* what parts the last word from nothing is no rest */
	while (utf8_next(&look, &c) && parts_words(c))
		*rest = look;
	return ret_word->len > 0;
}

static bool is_word_character(uint32_t c)
{
	return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool has_word(struct str text)
{
	uint32_t c;
	while (utf8_next(&text, &c))
		if (is_word_character(c))
			return true;
	return false;
}

#define BEGINNING_CHARACTERS 3 /* a shorter one is the beginning of too many words to be of use */

static bool long_enough(struct str text)
{
	uint32_t c;
	for (int i = 0; i < BEGINNING_CHARACTERS; i++)
		if (!utf8_next(&text, &c))
			return false;
	return true;
}

static void put_phrase(struct buf *out, struct str piece, bool beginning)
{
	char room[LIMIT_SEARCH_BYTES * 4 + 16];
	BUF_SCOPED pairs = BUF_INIT(sizeof room);
	put_pairs(&pairs, piece, false);
	struct str phrase = str_trim(buf_str(&pairs)), look = phrase;
	uint32_t first = 0;
	buf_put_byte(out, '"');
	for (size_t i = 0; i < phrase.len; i++)
		buf_put_byte(out, phrase.ptr[i] == '"' || phrase.ptr[i] == 0 ? ' ' : phrase.ptr[i]);
	buf_put_byte(out, '"');
	utf8_next(&look, &first);
	if (spaceless(first) ? str_empty(look) : beginning && long_enough(phrase))
		buf_put_byte(out, '*');
}

/* Each word of the query becomes a phrase in quotes, where FTS5 knows no operators. A run of a spaceless script becomes
 * the phrase of its pairs, a single character of one always a beginning. */
bool public_put_query(struct buf *out, struct str words, bool beginning)
{
	size_t count = 0;
	struct str rest = utf8_clip(words, LIMIT_SEARCH_BYTES), piece;
	while (count < PUBLIC_SEARCH_WORDS_MAX && next_word(&rest, &piece)) {
		if (!has_word(piece))
			continue;
		if (count++)
			buf_put_byte(out, ' ');
		put_phrase(out, piece, beginning && str_empty(rest));
	}
	return count > 0;
}

void public_put_language(struct buf *out, struct str language)
{
	for (size_t i = 0; i < language.len; i++)
		if (is_word_character((unsigned char)language.ptr[i]) && (unsigned char)language.ptr[i] < 0x80)
			buf_put_byte(out, language.ptr[i]);
}

struct search {
	struct public *public;
	const struct catalogue_set *set;
	const struct search_question *question;
	struct search_result result;
};

/* Newest first, until there are enough of them or enough have been looked at. */
static int look(struct search *search, struct str query, struct err *err)
{
	struct search_result *result = &search->result;
	DB_ROWS rows = {0};
	int rc = db_select(search->public->db, &rows, err,
			   "SELECT e.id FROM search s JOIN entry e ON e.search_key = s.rowid WHERE search MATCH $1"
			   " ORDER BY s.rowid DESC",
			   DB_TEXT(query));
	while (!result->more && rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		int64_t id = db_i64(&rows, 0);
		if (result->looked == PUBLIC_SEARCH_ROWS_MAX) {
			result->more = true;
			break;
		}
		result->looked++;
		if (!catalogue_set_contains(search->set, id))
			continue;
		if (result->total == PUBLIC_SEARCH_COUNT_MAX) {
			result->more = true;
			break;
		}
		if (result->total >= search->question->offset && result->count < search->question->limit)
			result->entry_ids[result->count++] = id;
		result->total++;
	}
	return rc < 0 ? rc : 0;
}

#define COLUMNS "{title excerpt} : ("

/* First what has the words as they are, then what has the last one as a beginning alone. */
static int look_twice(struct search *search, struct str exact, struct str wide, struct err *err)
{
	BUF_SCOPED query = BUF_INIT(LIMIT_SEARCH_BYTES * 40);
	BUF_SCOPED language = BUF_INIT(LIMIT_SEARCH_BYTES);
	public_put_language(&language, search->question->language);
	if (language.len)
		buf_printf(&query, "language : \"%.*s\" AND ", STR_ARG(buf_str(&language)));
	size_t begin = query.len;
	buf_printf(&query, COLUMNS "%.*s)", STR_ARG(exact));
	int rc = look(search, buf_str(&query), err);
	if (rc || search->result.more || str_eq(exact, wide))
		return rc;
	buf_truncate(&query, begin);
	buf_printf(&query, "(" COLUMNS "%.*s) NOT " COLUMNS "%.*s))", STR_ARG(wide), STR_ARG(exact));
	return look(search, buf_str(&query), err);
}

int public_search(struct public *public, const struct catalogue_set *set, const struct search_question *question,
		  struct arena *arena, struct search_result *ret_result, struct err *err)
{
	struct search search = {.public = public, .set = set, .question = question};
	BUF_SCOPED exact = BUF_INIT(LIMIT_SEARCH_BYTES * 16);
	BUF_SCOPED wide = BUF_INIT(LIMIT_SEARCH_BYTES * 16);
	int rc = 0;
	search.result.entry_ids = arena_array(arena, int64_t, question->limit + 1);
	if (public_put_query(&exact, question->words, false) && public_put_query(&wide, question->words, true) &&
	    !wide.over)
		rc = look_twice(&search, buf_str(&exact), buf_str(&wide), err);
	if (rc == 0)
		*ret_result = search.result;
	return rc;
}
