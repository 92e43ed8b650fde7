#include "base/buf.h"
#include "base/limits.h"
#include "config/mistake.h"

#define COMMENT "# "

/* The line with this number, counted from 1, without its end. */
static struct str line_at(struct str content, int number)
{
	struct str rest = content, line = {content.ptr, 0};

	while (number-- > 0)
		if (!str_next(&rest, '\n', &line))
			return (struct str){content.ptr + content.len, 0};
	return line;
}

static size_t offset_in(struct str content, struct str piece)
{
	return (size_t)(piece.ptr - content.ptr);
}

/* The quoted text behind the key's name on this line, quotes included; empty where there is not just that. */
static struct str quoted_in(struct str line, const char *key)
{
	size_t at = str_find(line, str_from(key));
	struct str rest = str_skip(line, at == SIZE_MAX ? line.len : at + strlen(key));
	size_t open = str_find_byte(rest, '"');
	size_t close = open == SIZE_MAX ? SIZE_MAX : open + 1;

	while (close < rest.len && rest.ptr[close] != '"')
		close += rest.ptr[close] == '\\' ? 2 : 1;
	return close < rest.len ? str_sub(rest, open, close + 1 - open) : str_sub(line, 0, 0);
}

/* In the place of the value that stands there, below a copy of its line. */
static bool put_instead(struct str content, int number, const char *key, struct str value, struct str note,
			struct buf *out)
{
	struct str line = line_at(content, number);
	struct str old = quoted_in(line, key);

	if (str_empty(old))
		return false;
	buf_put(out, str_sub(content, 0, offset_in(content, line)));
	buf_printf(out, "\t" COMMENT "%.*s %.*s\n", STR_ARG(note), STR_ARG(str_trim(line)));
	buf_put(out, str_sub(line, 0, offset_in(line, old)));
	config_put_quoted(out, value);
	buf_put(out, str_skip(content, offset_in(content, old) + old.len));
	return true;
}

/* As the first of its group, which has a line but not this key. */
static bool put_first(struct str content, int number, const char *group, const char *key, struct str value,
		      struct str note, struct buf *out)
{
	struct str line = line_at(content, number);
	size_t name = str_find(line, str_from(group)), brace = str_find_byte(line, '{');

	if (name == SIZE_MAX || brace == SIZE_MAX || brace < name)
		return false;
	buf_put(out, str_sub(content, 0, offset_in(content, line) + brace + 1));
	buf_printf(out, "\n\t" COMMENT "%.*s the default\n\t%s = ", STR_ARG(note), key);
	config_put_quoted(out, value);
	buf_put_cstr(out, ";");
	buf_put(out, str_skip(content, offset_in(content, line) + brace + 1));
	return true;
}

static void put_last(struct str content, const char *group, const char *key, struct str value, struct str note,
		     struct buf *out)
{
	buf_put(out, content);
	buf_printf(out, "\n" COMMENT "%.*s the default\n%s = {\n\t%s = ", STR_ARG(note), group, key);
	config_put_quoted(out, value);
	buf_put_cstr(out, ";\n};\n");
}

/* The new text must say what it is meant to say, whatever form the old one had. */
static bool says(struct str content, const char *group, const char *key, struct str value, struct arena *arena)
{
	struct config_values root;

	return config_parse(content, "crier.conf", config_schema, arena, &root, NULL) == 0 &&
	       str_eq(config_text(config_group(&root, group), key), value);
}

int config_change(struct str content, const char *group, const char *key, struct str value, struct str note,
		  struct arena *arena, struct str *ret_content, struct err *err)
{
	BUF_SCOPED out = BUF_INIT(LIMIT_CONFIG_BYTES);
	struct config_values root;
	int rc = config_parse(content, "crier.conf", config_schema, arena, &root, err);

	if (rc != 0)
		return rc;
	const struct config_value *whole = config_get(&root, group);
	const struct config_value *old = config_get(whole->groups, key);
	bool put = true;
	if (old->given)
		put = put_instead(content, old->line, key, value, note, &out);
	else if (whole->given)
		put = put_first(content, whole->line, group, key, value, note, &out);
	else
		put_last(content, group, key, value, note, &out);
	if (!put || out.over || !says(buf_str(&out), group, key, value, arena))
		return err_set(err, ERR_INPUT,
			       "crier.conf:%d: %s.%s is not written on a line of its own; change it by hand",
			       old->given ? old->line : whole->line, group, key);
	*ret_content = buf_copy(&out, arena);
	return 0;
}
