/* json: what --json prints, written as it comes (RFC 8259). Commas and indents are the writer's business. */
#ifndef CRIER_MAIN_JSON_H
#define CRIER_MAIN_JSON_H

#include "base/buf.h"

struct json {
	struct buf *out;
	bool comma; /* something stands before, at this level */
};

/* key NULL: an element of an array, or the outermost value. */
void json_open(struct json *json, const char *key, char bracket); /* '{' or '[' */
void json_close(struct json *json, char bracket);                 /* '}' or ']' */
void json_text(struct json *json, const char *key, struct str value);
void json_number(struct json *json, const char *key, int64_t value);
void json_flag(struct json *json, const char *key, bool value);

#endif
