#include "base/buf.h"
#include "base/limits.h"
#include "config/mistake.h"

struct writer {
	struct buf *out;
	const struct config_default *defaults;
	size_t count;
};

static const struct str *given(const struct writer *writer, const char *group, const char *name)
{
	for (size_t i = 0; i < writer->count; i++) {
		struct str path = str_from(writer->defaults[i].path);
		struct str before, after;
		if (str_cut(path, '.', &before, &after) && str_eq(before, str_from(group)) &&
		    str_eq(after, str_from(name)))
			return &writer->defaults[i].value;
	}
	return NULL;
}

void config_put_quoted(struct buf *out, struct str text)
{
	buf_put_byte(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"' || text.ptr[i] == '\\')
			buf_put_byte(out, '\\');
		if (text.ptr[i] == '\n')
			buf_put_cstr(out, "\\n");
		else
			buf_put_byte(out, text.ptr[i]);
	}
	buf_put_byte(out, '"');
}

static void put_value(struct buf *out, const struct config_key *key, struct str value)
{
	struct str piece;
	if (key->type == CONFIG_TEXT) {
		config_put_quoted(out, value);
	} else if (key->type == CONFIG_TEXTS) {
		buf_put_byte(out, '(');
		for (bool first = true; str_next(&value, ',', &piece); first = false) {
			buf_put_cstr(out, first ? "" : ", ");
			config_put_quoted(out, str_trim(piece));
		}
		buf_put_byte(out, ')');
	} else {
		buf_put(out, value.len ? value : key->type == CONFIG_BOOL ? STR("false") : STR("0"));
	}
}

/* What init knows stands as a line; what is a default stands behind a '#', so that a later version may have a better
 * one. */
static void put_key(const struct writer *writer, const char *group, const struct config_key *key)
{
	struct buf *out = writer->out;
	const struct str *value = given(writer, group, key->name);
	buf_printf(out, "\n\t# %s\n\t# Accepted: ", key->help);
	mistake_put_accepted(out, key);
	buf_printf(out, ".%s\n\t%s%s = ", key->required ? " Required." : "", value || key->required ? "" : "# ",
		   key->name);
	put_value(out, key, value ? *value : str_from(key->def));
	buf_put_cstr(out, ";\n");
}

struct str config_default_text(struct arena *arena, const struct config_default *defaults, size_t count)
{
	BUF_SCOPED out = BUF_INIT(LIMIT_CONFIG_BYTES);
	struct writer writer = {&out, defaults, count};
	buf_put_cstr(&out, "# Configuration of a Crier newsroom.\n"
			   "# Lines that begin with '#' are comments. What stands behind one as  # key = value;\n"
			   "# is the default: take the '#' away to change it. `crier check` tells mistakes with\n"
			   "# their line.\n");
	for (const struct config_key *group = config_schema; group->name; group++) {
		buf_printf(&out, "\n# %s\n%s = {\n", group->help, group->name);
		for (const struct config_key *key = group->children; key->name; key++)
			put_key(&writer, group->name, key);
		buf_put_cstr(&out, "};\n");
	}
	return buf_copy(&out, arena);
}
