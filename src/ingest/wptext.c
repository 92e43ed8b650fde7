#include "ingest/wptext.h"

#include "base/limits.h"
#include "ingest/autop.h"
#include "ingest/wptext_write.h"
#include "text/plain.h"

#define TALLY_NAMES_MAX 64

static struct tally *tally_find(struct tally_vec *tallies, const char *what, struct str name)
{
	for (size_t i = 0; i < tallies->len; i++)
		if (tallies->at[i].what == what && str_eq(tallies->at[i].name, name))
			return &tallies->at[i];
	return NULL;
}

/* Names are the text's own: past some dozens they are counted together. */
void tally_add(struct tally_vec *tallies, struct arena *arena, const char *what, struct str name, int64_t count)
{
	struct tally *tally = tally_find(tallies, what, name);
	if (!tally && tallies->len >= TALLY_NAMES_MAX) {
		name = STR("(other)");
		tally = tally_find(tallies, what, name);
	}
	if (tally)
		tally->count += count;
	else
		*vec_add(tallies, arena) = (struct tally){what, arena_str(arena, name), count};
}

static bool tag_name_ends(char c)
{
	return c == '>' || c == '/' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool wptext_find_tag(struct str html, struct str name, size_t from, size_t *ret_start, size_t *ret_end)
{
	while (from < html.len) {
		size_t at = str_find_byte(str_skip(html, from), '<');
		if (at == SIZE_MAX)
			return false;
		from += at + 1;
		struct str rest = str_skip(html, from);
		if (!str_starts_nocase(rest, name) || rest.len <= name.len || !tag_name_ends(rest.ptr[name.len]))
			continue;
		char quote = 0;
		for (size_t i = name.len; i < rest.len; i++) {
			char c = rest.ptr[i];
			if (quote) {
				quote = c == quote ? 0 : quote;
			} else if (c == '"' || c == '\'') {
				quote = c;
			} else if (c == '>') {
				*ret_start = from - 1;
				*ret_end = from + i + 1;
				return true;
			}
		}
		return false;
	}
	return false;
}

static struct str attribute_value(struct str rest)
{
	rest = str_trim(rest);
	if (!str_starts(rest, STR("=")))
		return (struct str){0};
	rest = str_trim(str_skip(rest, 1));
	if (!str_empty(rest) && (rest.ptr[0] == '"' || rest.ptr[0] == '\''))
		return str_sub(rest, 1, str_find_byte(str_skip(rest, 1), rest.ptr[0]));
	size_t end = 0;
	while (end < rest.len && (rest.ptr[end] == '/' || !tag_name_ends(rest.ptr[end])))
		end++;
	return str_sub(rest, 0, end);
}

struct str wptext_tag_attribute(struct str tag, struct str name, struct arena *arena)
{
	char quote = 0;
	for (size_t i = 1; i < tag.len; i++) {
		char c = tag.ptr[i], before = tag.ptr[i - 1];
		if (quote) {
			quote = c == quote ? 0 : quote;
			continue;
		}
		if (c == '"' || c == '\'') {
			quote = c;
			continue;
		}
		bool starts = before == ' ' || before == '\t' || before == '\n' || before == '\r' || before == '"' ||
			      before == '\'';
		struct str rest = str_skip(tag, i);
		if (!starts || !str_starts_nocase(rest, name))
			continue;
		struct str after = str_trim(str_skip(rest, name.len));
		if (str_starts(after, STR("=")))
			return plain_from_html(attribute_value(after), arena);
	}
	return (struct str){0};
}

struct str wptext_element(struct str html, struct str name)
{
	size_t start, end;
	if (!wptext_find_tag(html, name, 0, &start, &end))
		return (struct str){0};
	struct str rest = str_skip(html, end);
	for (size_t at = 0; at < rest.len;) {
		size_t close = str_find(str_skip(rest, at), STR("</"));
		if (close == SIZE_MAX)
			break;
		at += close + 2;
		if (str_starts_nocase(str_skip(rest, at), name))
			return str_sub(rest, 0, at - 2);
	}
	return rest;
}

void wptext_classic(struct wptext *wptext, struct str text, int depth, struct buf *out)
{
	BUF_SCOPED html = BUF_INIT(LIMIT_MARKUP_OUTPUT_BYTES);
	struct autop_counts counts = {0};
	wptext_shortcodes(wptext, text, depth, &html);
	autop(buf_str(&html), out, &counts);
	if (counts.embeds)
		tally_add(&wptext->tallies, wptext->arena, TALLY_EMBEDS, STR("address on its own line"), counts.embeds);
	if (counts.page_breaks)
		tally_add(&wptext->tallies, wptext->arena, TALLY_PAGE_BREAKS, STR("joined"), counts.page_breaks);
}

void wptext_to_html(struct wptext *wptext, struct str content, struct buf *out)
{
	if (str_find(content, STR("<!-- wp:")) != SIZE_MAX)
		wptext_blocks(wptext, content, 0, out);
	else
		wptext_classic(wptext, content, 0, out);
}
