#include "config/mistake.h"

#include <assert.h>
#include <string.h>

const struct config_value *config_get(const struct config_values *values, const char *name)
{
	for (size_t i = 0; i < values->count; i++)
		if (strcmp(values->at[i].key->name, name) == 0)
			return &values->at[i];
	assert(!"the schema has this name");
	__builtin_unreachable();
}

static const struct config_value *typed(const struct config_values *values, const char *name, enum config_type type)
{
	const struct config_value *value = config_get(values, name);
	assert(value->key->type == type);
	return value;
}

const struct config_values *config_group(const struct config_values *values, const char *name)
{
	return typed(values, name, CONFIG_GROUP)->groups;
}

const struct config_values *config_groups(const struct config_values *values, const char *name, size_t *ret_count)
{
	const struct config_value *value = typed(values, name, CONFIG_GROUPS);
	*ret_count = value->group_count;
	return value->groups;
}

struct str config_text(const struct config_values *values, const char *name)
{
	return typed(values, name, CONFIG_TEXT)->text;
}

int64_t config_int(const struct config_values *values, const char *name)
{
	return typed(values, name, CONFIG_INT)->number;
}

bool config_bool(const struct config_values *values, const char *name)
{
	return typed(values, name, CONFIG_BOOL)->number != 0;
}

struct str_vec config_texts(const struct config_values *values, const char *name)
{
	return typed(values, name, CONFIG_TEXTS)->texts;
}

int config_mistake(const struct config_values *values, const char *name, struct err *err, const char *found,
		   const char *accepted)
{
	const struct config_value *value = config_get(values, name);
	return mistake_set(err, values->file, value->line ? value->line : values->line, str_from(found),
			   str_from(accepted));
}
