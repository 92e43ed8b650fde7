#include "ingest/php.h"

#include "base/vec.h"

struct reader {
	struct str rest;
	struct arena *arena;
	int depth;
	size_t values;
};

static bool take(struct reader *reader, struct str expected)
{
	if (!str_starts(reader->rest, expected))
		return false;
	reader->rest = str_skip(reader->rest, expected.len);
	return true;
}

/* What stands before a separator, which is taken too. */
static bool take_until(struct reader *reader, char separator, struct str *ret_text)
{
	struct str window = str_sub(reader->rest, 0, 64);
	size_t at = str_find_byte(window, separator);
	if (at == SIZE_MAX)
		return false;
	*ret_text = str_sub(window, 0, at);
	reader->rest = str_skip(reader->rest, at + 1);
	return true;
}

static bool take_count(struct reader *reader, size_t *ret_count)
{
	struct str digits;
	uint64_t count;
	if (!take_until(reader, ':', &digits) || !str_to_u64(digits, &count) || count > reader->rest.len)
		return false;
	*ret_count = (size_t)count;
	return true;
}

static bool read_value(struct reader *reader, struct php_value *ret_value);

/* "5:\"hello\"": the length counts bytes. */
static bool read_quoted(struct reader *reader, struct str *ret_text)
{
	size_t count;
	if (!take_count(reader, &count) || !take(reader, STR("\"")) || count > reader->rest.len)
		return false;
	*ret_text = str_sub(reader->rest, 0, count);
	reader->rest = str_skip(reader->rest, count);
	return take(reader, STR("\""));
}

static bool read_pairs(struct reader *reader, struct php_value *ret_value)
{
	size_t count;
	if (!take_count(reader, &count) || !take(reader, STR("{")) || reader->depth == PHP_DEPTH_MAX)
		return false;
	VEC(struct php_pair) pairs = {0};
	reader->depth++;
	for (size_t i = 0; i < count; i++) {
		struct php_value key, value;
		if (!read_value(reader, &key) || (key.kind != PHP_INT && key.kind != PHP_STRING) ||
		    !read_value(reader, &value))
			return false;
		*vec_add(&pairs, reader->arena) = (struct php_pair){key.text, value};
	}
	reader->depth--;
	ret_value->kind = PHP_ARRAY;
	ret_value->pairs = pairs.at;
	ret_value->count = pairs.len;
	return take(reader, STR("}"));
}

static bool read_number(struct reader *reader, enum php_kind kind, struct php_value *ret_value)
{
	ret_value->kind = kind;
	if (!take_until(reader, ';', &ret_value->text))
		return false;
	return kind == PHP_FLOAT || str_to_i64(ret_value->text, &ret_value->integer);
}

static bool read_value(struct reader *reader, struct php_value *ret_value)
{
	*ret_value = (struct php_value){0};
	if (++reader->values > PHP_VALUES_MAX)
		return false;
	struct str ignored;
	if (take(reader, STR("N;")))
		return true;
	if (take(reader, STR("s:"))) {
		ret_value->kind = PHP_STRING;
		return read_quoted(reader, &ret_value->text) && take(reader, STR(";"));
	}
	if (take(reader, STR("i:")))
		return read_number(reader, PHP_INT, ret_value);
	if (take(reader, STR("b:")))
		return read_number(reader, PHP_BOOL, ret_value);
	if (take(reader, STR("d:")))
		return read_number(reader, PHP_FLOAT, ret_value);
	if (take(reader, STR("a:")))
		return read_pairs(reader, ret_value);
	if (take(reader, STR("O:")))
		return read_quoted(reader, &ignored) && take(reader, STR(":")) && read_pairs(reader, ret_value);
	if (take(reader, STR("R:")) || take(reader, STR("r:")))
		return take_until(reader, ';', &ignored);
	return false;
}

bool php_parse(struct str text, struct arena *arena, struct php_value *ret_value)
{
	struct reader reader = {.rest = str_trim(text), .arena = arena};
	struct php_value value;
	if (!read_value(&reader, &value) || !str_empty(reader.rest))
		return false;
	*ret_value = value;
	return true;
}

const struct php_value *php_get(const struct php_value *value, struct str key)
{
	if (!value || value->kind != PHP_ARRAY)
		return NULL;
	for (size_t i = 0; i < value->count; i++)
		if (str_eq(value->pairs[i].key, key))
			return &value->pairs[i].value;
	return NULL;
}

struct str php_text(const struct php_value *value)
{
	return value && (value->kind == PHP_STRING || value->kind == PHP_INT || value->kind == PHP_FLOAT)
		       ? value->text
		       : (struct str){0};
}
