#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "config/mistake.h"
#include "config/scan.h"

#include <inttypes.h>
#include <libconfig.h>
#include <string.h>

#define TEXT_MAX_DEFAULT 1000
#define LIST_MAX_DEFAULT 10000
#define WORDS_MAX_BYTES  600 /* of one half of a message */

struct parse {
	const char *file;
	struct arena *arena;
	struct err *err;
};

static int read_group(struct parse *parse, const config_setting_t *group, struct str path, int line,
		      const struct config_key *schema, struct config_values *ret_values);

/* ---- mistakes ---- */

static struct str join(struct parse *parse, struct str path, const char *name)
{
	return path.len ? arena_printf(parse->arena, "%.*s.%s", STR_ARG(path), name)
			: arena_str(parse->arena, str_from(name));
}

static void put_value(struct buf *out, const config_setting_t *setting)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		buf_printf(out, "%lld", config_setting_get_int64(setting));
		break;
	case CONFIG_TYPE_FLOAT:
		buf_printf(out, "%g", config_setting_get_float(setting));
		break;
	case CONFIG_TYPE_BOOL:
		buf_put_cstr(out, config_setting_get_bool(setting) ? "true" : "false");
		break;
	case CONFIG_TYPE_STRING:
		buf_printf(out, "\"%.*s\"", STR_ARG(utf8_clip(str_from(config_setting_get_string(setting)), 80)));
		break;
	case CONFIG_TYPE_GROUP:
		buf_put_cstr(out, "a group");
		break;
	default:
		buf_printf(out, "a list of %d", config_setting_length(setting));
		break;
	}
}

static int wrong(struct parse *parse, const config_setting_t *setting, struct str path, const struct config_key *key)
{
	BUF_SCOPED found = BUF_INIT(WORDS_MAX_BYTES);
	BUF_SCOPED accepted = BUF_INIT(WORDS_MAX_BYTES);
	buf_printf(&found, "%.*s = ", STR_ARG(path));
	put_value(&found, setting);
	mistake_put_accepted(&accepted, key);
	return mistake_set(parse->err, parse->file, (int)config_setting_source_line(setting), buf_str(&found),
			   buf_str(&accepted));
}

static int unknown(struct parse *parse, const config_setting_t *setting, struct str path,
		   const struct config_key *schema)
{
	BUF_SCOPED found = BUF_INIT(WORDS_MAX_BYTES);
	BUF_SCOPED accepted = BUF_INIT(WORDS_MAX_BYTES);
	struct str name = str_from(config_setting_name(setting));
	buf_printf(&found, "the unknown key %.*s", STR_ARG(join(parse, path, config_setting_name(setting))));
	for (const struct config_key *key = schema; key->name; key++)
		buf_printf(&accepted, "%s%s", key == schema ? "" : ", ", key->name);
	return mistake_set_near(parse->err, parse->file, (int)config_setting_source_line(setting), buf_str(&found),
				mistake_nearest(name, schema), buf_str(&accepted));
}

static int missing(struct parse *parse, int line, struct str path, const struct config_key *key)
{
	BUF_SCOPED found = BUF_INIT(WORDS_MAX_BYTES);
	BUF_SCOPED accepted = BUF_INIT(WORDS_MAX_BYTES);
	buf_printf(&found, "no %.*s, which is required", STR_ARG(join(parse, path, key->name)));
	mistake_put_accepted(&accepted, key);
	return mistake_set(parse->err, parse->file, line, buf_str(&found), buf_str(&accepted));
}

/* ---- values ---- */

static bool is_accepted(const struct config_key *key, const char *text)
{
	if (!key->accepted)
		return true;
	for (size_t i = 0; key->accepted[i]; i++)
		if (strcmp(key->accepted[i], text) == 0)
			return true;
	return false;
}

static bool read_text(struct parse *parse, const config_setting_t *setting, const struct config_key *key,
		      struct str *ret_text)
{
	const char *text = config_setting_get_string(setting);
	if (!text || !is_accepted(key, text))
		return false;
	int64_t bytes = (int64_t)strlen(text);
	if (key->type == CONFIG_TEXT && (bytes < key->least || bytes > (key->most ? key->most : TEXT_MAX_DEFAULT)))
		return false;
	if (bytes > (key->most > TEXT_MAX_DEFAULT ? key->most : TEXT_MAX_DEFAULT))
		return false;
	*ret_text = arena_str(parse->arena, str_from(text));
	return true;
}

static bool count_fits(const struct config_key *key, int64_t count)
{
	return count >= key->least && count <= (key->most ? key->most : LIST_MAX_DEFAULT);
}

static bool is_list(const config_setting_t *setting)
{
	return config_setting_is_array(setting) || config_setting_is_list(setting);
}

static int read_texts(struct parse *parse, const config_setting_t *setting, struct str path,
		      const struct config_key *key, struct config_value *value)
{
	if (!is_list(setting) || !count_fits(key, config_setting_length(setting)))
		return wrong(parse, setting, path, key);
	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *element = config_setting_get_elem(setting, (unsigned)i);
		struct str text;
		if (!read_text(parse, element, key, &text))
			return wrong(parse, element, path, key);
		*vec_add(&value->texts, parse->arena) = text;
	}
	return 0;
}

static int read_map(struct parse *parse, const config_setting_t *setting, struct str path, const struct config_key *key,
		    struct config_value *value)
{
	if (!config_setting_is_group(setting))
		return wrong(parse, setting, path, key);
	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *element = config_setting_get_elem(setting, (unsigned)i);
		const char *name = config_setting_name(element);
		struct str text;
		if (!read_text(parse, element, key, &text))
			return wrong(parse, element, join(parse, path, name), key);
		*vec_add(&value->names, parse->arena) = arena_str(parse->arena, str_from(name));
		*vec_add(&value->texts, parse->arena) = text;
	}
	return 0;
}

static int read_groups(struct parse *parse, const config_setting_t *setting, struct str path,
		       const struct config_key *key, struct config_value *value)
{
	if (!config_setting_is_list(setting) || !count_fits(key, config_setting_length(setting)))
		return wrong(parse, setting, path, key);
	size_t count = (size_t)config_setting_length(setting);
	value->groups = arena_array(parse->arena, struct config_values, count);
	value->group_count = count;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const config_setting_t *element = config_setting_get_elem(setting, (unsigned)i);
		struct str element_path = arena_printf(parse->arena, "%.*s[%zu]", STR_ARG(path), i + 1);
		if (!config_setting_is_group(element))
			return wrong(parse, element, element_path, key);
		rc = read_group(parse, element, element_path, (int)config_setting_source_line(element), key->children,
				&value->groups[i]);
	}
	return rc;
}

static int read_number(struct parse *parse, const config_setting_t *setting, struct str path,
		       const struct config_key *key, struct config_value *value)
{
	int type = config_setting_type(setting);
	if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
		return wrong(parse, setting, path, key);
	value->number = config_setting_get_int64(setting);
	return value->number < key->least || value->number > key->most ? wrong(parse, setting, path, key) : 0;
}

static int read_value(struct parse *parse, const config_setting_t *setting, struct str path,
		      const struct config_key *key, struct config_value *value)
{
	value->given = true;
	value->line = (int)config_setting_source_line(setting);
	switch (key->type) {
	case CONFIG_BOOL:
		value->number = config_setting_get_bool(setting);
		return config_setting_type(setting) == CONFIG_TYPE_BOOL ? 0 : wrong(parse, setting, path, key);
	case CONFIG_INT:
		return read_number(parse, setting, path, key, value);
	case CONFIG_TEXT:
		return read_text(parse, setting, key, &value->text) ? 0 : wrong(parse, setting, path, key);
	case CONFIG_TEXTS:
		return read_texts(parse, setting, path, key, value);
	case CONFIG_GROUPS:
		return read_groups(parse, setting, path, key, value);
	case CONFIG_MAP:
		return read_map(parse, setting, path, key, value);
	case CONFIG_GROUP:
		break;
	}
	if (!config_setting_is_group(setting))
		return wrong(parse, setting, path, key);
	value->groups = arena_new(parse->arena, struct config_values);
	value->group_count = 1;
	return read_group(parse, setting, path, value->line, key->children, value->groups);
}

/* A key that is not in the file: its default, and for a group those of its keys. */
static int read_default(struct parse *parse, struct str path, int line, const struct config_key *key,
			struct config_value *value)
{
	struct str def = str_from(key->def);
	if (key->required)
		return missing(parse, line, path, key);
	if (key->type == CONFIG_GROUP) {
		value->groups = arena_new(parse->arena, struct config_values);
		value->group_count = 1;
		return read_group(parse, NULL, join(parse, path, key->name), line, key->children, value->groups);
	}
	value->text = def;
	value->number = key->type == CONFIG_BOOL && str_eq(def, STR("true"));
	if (key->type == CONFIG_INT && !str_to_i64(def, &value->number))
		value->number = 0;
	struct str piece;
	while (key->type == CONFIG_TEXTS && str_next(&def, ',', &piece))
		*vec_add(&value->texts, parse->arena) = str_trim(piece);
	return 0;
}

static const struct config_key *find_key(const struct config_key *schema, const char *name)
{
	for (const struct config_key *key = schema; key->name; key++)
		if (strcmp(key->name, name) == 0)
			return key;
	return NULL;
}

/* group NULL: nothing of it is in the file. */
static int read_group(struct parse *parse, const config_setting_t *group, struct str path, int line,
		      const struct config_key *schema, struct config_values *ret_values)
{
	struct config_values values = {.line = line, .file = parse->file};
	while (schema[values.count].name)
		values.count++;
	values.at = arena_array(parse->arena, struct config_value, values.count);
	int rc = 0;
	for (int i = 0; group && i < config_setting_length(group); i++) {
		const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
		const char *name = config_setting_name(setting);
		const struct config_key *key = find_key(schema, name);
		rc = key ? read_value(parse, setting, join(parse, path, name), key, &values.at[key - schema])
			 : unknown(parse, setting, path, schema);
		if (rc != 0)
			return rc;
	}
	for (size_t i = 0; rc == 0 && i < values.count; i++) {
		values.at[i].key = &schema[i];
		if (!values.at[i].given)
			rc = read_default(parse, path, line, &schema[i], &values.at[i]);
	}
	if (rc == 0)
		*ret_values = values;
	return rc;
}

/* ---- the file ---- */

#define LIBRARY_SCOPED __attribute__((cleanup(config_destroy))) config_t

/* The library takes a comment at the very end for a mistake unless a line ends behind it. */
static const char *with_last_line(struct str content, struct arena *arena)
{
	char *text = arena_alloc(arena, content.len + 2);
	if (content.len)
		memcpy(text, content.ptr, content.len);
	text[content.len] = '\n';
	text[content.len + 1] = 0;
	return text;
}

/* The line of a mistake in the syntax: the file's last one where the library says one that we added. */
static int error_line(const config_t *library, struct str content)
{
	int line = config_error_line(library), last = 1;
	for (size_t i = 0; i < content.len; i++)
		last += content.ptr[i] == '\n';
	return line < last ? line : last;
}

/* The library's words, and what to do about them. */
static int broken(const config_t *library, struct str content, const struct parse *parse)
{
	int line = error_line(library, content);
	struct str what = str_from(config_error_text(library));
	if (str_starts(what, STR("duplicate")))
		return mistake_set(parse->err, parse->file, line, STR("a name that its group has already"),
				   STR("each name once"));
	if (str_find(what, STR("memory")) != SIZE_MAX)
		return mistake_set(parse->err, parse->file, line, STR("groups or lists too deep inside each other"),
				   STR("what the keys of this file need"));
	return mistake_set(parse->err, parse->file, line, arena_printf(parse->arena, "a %.*s", STR_ARG(what)),
			   STR("lines such as  key = \"text\";  or  group = { key = 1; };"));
}

int config_parse(struct str content, const char *name, const struct config_key *schema, struct arena *arena,
		 struct config_values *ret_values, struct err *err)
{
	struct parse parse = {arena_cstr(arena, str_from(name)), arena, err};
	if (content.len > LIMIT_CONFIG_BYTES)
		return err_set(err, ERR_LIMIT, "%s: found %zu bytes; accepted: at most %u", name, content.len,
			       LIMIT_CONFIG_BYTES);
	if (str_starts(content, STR("\xef\xbb\xbf"))) /* the mark that some editors put before UTF-8 */
		content = str_skip(content, 3);
	int rc = scan_content(content, parse.file, err);
	if (rc != 0)
		return rc;
	LIBRARY_SCOPED library;
	config_init(&library);
	if (config_read_string(&library, with_last_line(content, arena)) != CONFIG_TRUE)
		return broken(&library, content, &parse);
	return read_group(&parse, config_root_setting(&library), STR(""), 1, schema, ret_values);
}

int config_parse_file(const char *path, const struct config_key *schema, struct arena *arena,
		      struct config_values *ret_values, struct err *err)
{
	struct str content;
	int rc = file_read(path, LIMIT_CONFIG_BYTES, arena, &content, err);
	if (rc == FILE_MISSING)
		return err_set(err, ERR_INPUT, "%s: there is no such file", path);
	return rc == 0 ? config_parse(content, path, schema, arena, ret_values, err) : rc;
}
