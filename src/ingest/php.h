/* php: values that PHP's serialize() wrote, read as data and never as objects.
 *
 * Plugins store arrays in custom fields that way: picture metadata, Polylang's groups of translations,
 * menus' classes. Bounded in depth and in count; an object is read as the array of its properties; a reference is
 * null. A str points into the text that was read. Linear in the text; anything malformed is refused as a whole.
 */
#ifndef CRIER_INGEST_PHP_H
#define CRIER_INGEST_PHP_H

#include "base/arena.h"

enum php_kind { PHP_NULL, PHP_BOOL, PHP_INT, PHP_FLOAT, PHP_STRING, PHP_ARRAY };

struct php_pair;
struct php_value {
	enum php_kind kind;
	int64_t integer;        /* PHP_BOOL, PHP_INT */
	struct str text;        /* PHP_STRING; PHP_FLOAT and PHP_INT as written */
	struct php_pair *pairs; /* PHP_ARRAY, in order */
	size_t count;
};
struct php_pair {
	struct str key; /* a number as written */
	struct php_value value;
};

#define PHP_DEPTH_MAX  32
#define PHP_VALUES_MAX 20000

/* False for text that is not one whole serialized value. */
bool php_parse(struct str text, struct arena *arena, struct php_value *ret_value);

/* The value behind a key of an array; NULL where there is none or value is no array. */
const struct php_value *php_get(const struct php_value *value, struct str key);
struct str php_text(const struct php_value *value); /* a string's or number's text, else empty; NULL is fine */

#endif
