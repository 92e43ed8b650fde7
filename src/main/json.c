#include "main/json.h"

static void lead(struct json *json, const char *key)
{
	if (json->comma)
		buf_put_byte(json->out, ',');
	json->comma = true;
	if (!key)
		return;
	buf_put_byte(json->out, '"');
	buf_put_json(json->out, str_from(key));
	buf_put_cstr(json->out, "\":");
}

void json_open(struct json *json, const char *key, char bracket)
{
	lead(json, key);
	buf_put_byte(json->out, bracket);
	json->comma = false;
}

void json_close(struct json *json, char bracket)
{
	buf_put_byte(json->out, bracket);
	json->comma = true;
}

void json_text(struct json *json, const char *key, struct str value)
{
	lead(json, key);
	buf_put_byte(json->out, '"');
	buf_put_json(json->out, value);
	buf_put_byte(json->out, '"');
}

void json_number(struct json *json, const char *key, int64_t value)
{
	lead(json, key);
	buf_put_i64(json->out, value);
}

void json_flag(struct json *json, const char *key, bool value)
{
	lead(json, key);
	buf_put_cstr(json->out, value ? "true" : "false");
}
