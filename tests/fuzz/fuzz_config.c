/* Configuration: whatever the bytes, an answer: values for every key of the schema, or a message with the file's name.
 */
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libconfig 1.5 loses the text it was reading when the syntax breaks there: some bytes, once for each broken file. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so";
}

static void check_error(int rc, const struct err *err)
{
	if (rc >= 0 || err->code != rc || strncmp(err->text, "x.conf:", 7) != 0)
		abort();
}

static void check_values(const struct config_values *values, const struct config_key *schema)
{
	for (size_t i = 0; i < values->count; i++) {
		const struct config_value *value = &values->at[i];
		if (value->key != &schema[i])
			abort();
		if (value->key->type == CONFIG_INT &&
		    (value->number < value->key->least || value->number > value->key->most))
			abort();
		for (size_t g = 0; g < value->group_count; g++)
			check_values(&value->groups[g], value->key->children);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_of((const char *)data, size);
	ARENA_SCOPED arena = arena_create(0);
	struct config_values values = {0};
	struct crier_config config;
	struct err err = {0};
	int rc = config_parse(text, "x.conf", config_schema, arena, &values, &err);
	if (rc == 0)
		check_values(&values, config_schema);
	else
		check_error(rc, &err);
	rc = config_load_text(text, "x.conf", "/srv", arena, &config, &err);
	if (rc != 0)
		check_error(rc, &err);
	return 0;
}
