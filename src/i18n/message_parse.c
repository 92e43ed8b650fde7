#include "i18n/message.h"

struct reader {
	struct arena *arena;
	struct str pattern;
	size_t at;
	unsigned depth;
	struct str_vec *arguments;
	struct str problem;
};

struct part_list {
	const struct message_part *first;
	struct message_part *last;
};

#define FAIL(r, ...) ((r)->problem = arena_printf((r)->arena, __VA_ARGS__), false)

static bool read_parts(struct reader *r, bool in_plural, const struct message_part **ret_parts);

static char peek(const struct reader *r)
{
	return r->at < r->pattern.len ? r->pattern.ptr[r->at] : 0;
}

static void skip_blanks(struct reader *r)
{
	while (peek(r) == ' ' || peek(r) == '\t' || peek(r) == '\n' || peek(r) == '\r')
		r->at++;
}

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static struct str read_word(struct reader *r)
{
	size_t from = r->at;
	while (is_word_byte(peek(r)))
		r->at++;
	return str_sub(r->pattern, from, r->at - from);
}

static struct message_part *add_part(struct reader *r, struct part_list *list, enum part_kind kind, struct str text)
{
	struct message_part *part = arena_new(r->arena, struct message_part);
	part->kind = kind;
	part->text = text;
	if (list->last)
		list->last->next = part;
	else
		list->first = part;
	list->last = part;
	return part;
}

static void add_argument(struct reader *r, struct str name)
{
	for (size_t i = 0; i < r->arguments->len; i++)
		if (str_eq(r->arguments->at[i], name))
			return;
	*vec_add(r->arguments, r->arena) = name;
}

/* {keyword {message}}… up to the closing brace of the argument. */
static bool read_case(struct reader *r, struct message_part *part, struct message_case *ret_case)
{
	struct message_case found = {0};
	bool plural = part->kind != PART_SELECT;
	if (peek(r) == '=' && plural) {
		r->at++;
		found.is_exact = true;
		struct str number = read_word(r);
		if (!str_to_i64(number, &found.exact))
			return FAIL(r, "= must be followed by a number, at byte %zu", r->at);
	} else {
		found.keyword = read_word(r);
		if (r->at == r->pattern.len)
			return FAIL(r, "{%.*s, …} is never closed", STR_ARG(part->text));
		if (str_empty(found.keyword))
			return FAIL(r, "expected a case such as other {…}, at byte %zu", r->at);
	}
	if (plural && !found.is_exact) {
		static const struct str categories[] = {STR_INIT("zero"), STR_INIT("one"),  STR_INIT("two"),
							STR_INIT("few"),  STR_INIT("many"), STR_INIT("other")};
		bool known = false;
		for (size_t i = 0; i < sizeof categories / sizeof categories[0]; i++)
			known = known || str_eq(found.keyword, categories[i]);
		if (!known)
			return FAIL(
				r, "\"%.*s\" is no plural category (zero, one, two, few, many, other, =N), at byte %zu",
				STR_ARG(str_sub(found.keyword, 0, 40)), r->at);
	}
	skip_blanks(r);
	if (peek(r) != '{')
		return FAIL(r, "expected { with the text of a case, at byte %zu", r->at);
	r->at++;
	if (!read_parts(r, plural, &found.parts))
		return false;
	if (peek(r) != '}')
		return FAIL(r, "a case of {%.*s, …} is never closed", STR_ARG(part->text));
	r->at++;
	*ret_case = found;
	return true;
}

static bool read_cases(struct reader *r, struct message_part *part)
{
	struct message_case *last = NULL;
	bool has_other = false;
	skip_blanks(r);
	while (peek(r) != '}') {
		struct message_case *next = arena_new(r->arena, struct message_case);
		if (!read_case(r, part, next))
			return false;
		for (const struct message_case *c = part->cases; c; c = c->next)
			if (c->is_exact == next->is_exact && c->exact == next->exact &&
			    str_eq(c->keyword, next->keyword))
				return FAIL(r, "the same case stands twice in {%.*s, …}", STR_ARG(part->text));
		has_other = has_other || str_eq(next->keyword, STR("other"));
		if (last)
			last->next = next;
		else
			part->cases = next;
		last = next;
		skip_blanks(r);
	}
	return has_other ? true : FAIL(r, "{%.*s, …} needs a case other {…}", STR_ARG(part->text));
}

static bool read_offset(struct reader *r, struct message_part *part)
{
	skip_blanks(r);
	if (!str_starts(str_skip(r->pattern, r->at), STR("offset:")))
		return true;
	r->at += 7;
	skip_blanks(r);
	struct str number = read_word(r);
	if (!str_to_i64(number, &part->offset) || part->offset < 0 || part->offset > 1000000)
		return FAIL(r, "offset: must be followed by a number, at byte %zu", r->at);
	return true;
}

static bool read_type(struct reader *r, struct message_part *part)
{
	skip_blanks(r);
	struct str type = read_word(r);
	skip_blanks(r);
	if (str_eq(type, STR("number")))
		return true;
	if (str_eq(type, STR("plural")))
		part->kind = PART_PLURAL;
	else if (str_eq(type, STR("selectordinal")))
		part->kind = PART_ORDINAL;
	else if (str_eq(type, STR("select")))
		part->kind = PART_SELECT;
	else
		return FAIL(r, "{%.*s, %.*s}: types are number, plural, selectordinal, select", STR_ARG(part->text),
			    STR_ARG(str_sub(type, 0, 40)));
	if (peek(r) != ',')
		return FAIL(r, "expected , and cases behind {%.*s, %.*s", STR_ARG(part->text), STR_ARG(type));
	r->at++;
	if (part->kind != PART_SELECT && !read_offset(r, part))
		return false;
	return read_cases(r, part);
}

/* Behind the opening brace. */
static bool read_argument(struct reader *r, struct part_list *list)
{
	if (r->depth == MESSAGE_DEPTH_MAX)
		return FAIL(r, "more than %d arguments inside each other", MESSAGE_DEPTH_MAX);
	skip_blanks(r);
	struct str name = read_word(r);
	if (str_empty(name))
		return FAIL(r, "expected an argument's name behind {, at byte %zu", r->at);
	struct message_part *part = add_part(r, list, PART_ARGUMENT, name);
	add_argument(r, name);
	skip_blanks(r);
	if (peek(r) == ',') {
		r->at++;
		r->depth++;
		bool good = read_type(r, part);
		r->depth--;
		if (!good)
			return false;
	}
	if (peek(r) != '}')
		return FAIL(r, "{%.*s is never closed", STR_ARG(name));
	r->at++;
	return true;
}

/* ' quotes before { } and, in a plural, #; '' is one wherever it stands. */
static void read_text(struct reader *r, bool in_plural, struct part_list *list)
{
	BUF_SCOPED text = BUF_INIT(r->pattern.len + 1);
	bool quoted = false;
	for (; r->at < r->pattern.len; r->at++) {
		char c = peek(r);
		char next = r->at + 1 < r->pattern.len ? r->pattern.ptr[r->at + 1] : 0;
		if (c == '\'' && next == '\'') {
			buf_put_byte(&text, '\'');
			r->at++;
		} else if (c == '\'' && quoted) {
			quoted = false;
		} else if (c == '\'' && (next == '{' || next == '}' || (in_plural && next == '#'))) {
			quoted = true;
		} else if (!quoted && (c == '{' || c == '}' || (in_plural && c == '#'))) {
			break;
		} else {
			buf_put_byte(&text, c);
		}
	}
	if (text.len)
		add_part(r, list, PART_TEXT, buf_copy(&text, r->arena));
}

/* Up to the end or an unquoted closing brace, which stays. */
static bool read_parts(struct reader *r, bool in_plural, const struct message_part **ret_parts)
{
	struct part_list list = {0};
	while (r->at < r->pattern.len && peek(r) != '}') {
		if (peek(r) == '{') {
			r->at++;
			if (!read_argument(r, &list))
				return false;
		} else if (in_plural && peek(r) == '#') {
			r->at++;
			add_part(r, &list, PART_NUMBER_SIGN, STR("#"));
		} else {
			read_text(r, in_plural, &list);
		}
	}
	*ret_parts = list.first;
	return true;
}

bool message_parse(struct arena *arena, struct str pattern, const struct message_part **ret_parts,
		   struct str_vec *ret_arguments, struct str *ret_problem)
{
	struct reader r = {.arena = arena, .pattern = pattern, .arguments = ret_arguments};
	const struct message_part *parts;
	bool good = read_parts(&r, false, &parts);
	if (good && r.at < pattern.len)
		good = FAIL(&r, "a } without its {, at byte %zu", r.at);
	if (good)
		*ret_parts = parts;
	else
		*ret_problem = r.problem;
	return good;
}
