#include "config/mistake.h"

#include <inttypes.h>
#include <string.h>

#define NAME_MAX_BYTES 48 /* longer ones are not compared */

int mistake_set_near(struct err *err, const char *file, int line, struct str found, const char *nearest,
		     struct str accepted)
{
	return err_set(err, ERR_INPUT, "%s:%d: found %.*s; %s%s%s: %.*s", file, line, STR_ARG(str_sub(found, 0, 160)),
		       nearest ? "did you mean " : "", nearest ? nearest : "", nearest ? "? Accepted" : "accepted",
		       STR_ARG(str_sub(accepted, 0, 260)));
}

int mistake_set(struct err *err, const char *file, int line, struct str found, struct str accepted)
{
	return mistake_set_near(err, file, line, found, NULL, accepted);
}

static void put_words(struct buf *out, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		buf_printf(out, "%s\"%s\"", i ? ", " : "", words[i]);
}

static void put_text(struct buf *out, const struct config_key *key)
{
	if (key->accepted)
		put_words(out, key->accepted);
	else if (key->least > 0 && key->most > 0)
		buf_printf(out, "a text of %" PRId64 " to %" PRId64 " bytes", key->least, key->most);
	else if (key->most > 0)
		buf_printf(out, "a text of at most %" PRId64 " bytes", key->most);
	else
		buf_put_cstr(out, key->least > 0 ? "a text that is not empty" : "a text");
}

static void put_list(struct buf *out, const struct config_key *key, const char *what)
{
	buf_put_cstr(out, what);
	if (key->least > 0)
		buf_printf(out, ", at least %" PRId64, key->least);
	if (key->most > 0)
		buf_printf(out, ", at most %" PRId64, key->most);
	if (key->accepted) {
		buf_put_cstr(out, ", each one of ");
		put_words(out, key->accepted);
	}
}

void mistake_put_accepted(struct buf *out, const struct config_key *key)
{
	switch (key->type) {
	case CONFIG_BOOL:
		buf_put_cstr(out, "true or false");
		break;
	case CONFIG_INT:
		buf_printf(out, "a number from %" PRId64 " to %" PRId64, key->least, key->most);
		break;
	case CONFIG_TEXT:
		put_text(out, key);
		break;
	case CONFIG_TEXTS:
		put_list(out, key, "a list of texts, (\"one\", \"two\")");
		break;
	case CONFIG_GROUP:
		buf_put_cstr(out, "a group, { … }");
		break;
	case CONFIG_GROUPS:
		put_list(out, key, "a list of groups, ( { … }, { … } )");
		break;
	case CONFIG_MAP:
		buf_put_cstr(out, "a group of texts, { name = \"text\"; }");
		break;
	}
}

/* Letters to put in, leave out, change or swap with the neighbour: the restricted Damerau distance. */
static size_t distance(struct str a, struct str b)
{
	size_t rows[3][NAME_MAX_BYTES + 1];
	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3];
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t best = above[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);
			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1] &&
			    rows[(i + 1) % 3][j - 2] + 1 < best)
				best = rows[(i + 1) % 3][j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[a.len % 3][b.len];
}

const char *mistake_nearest(struct str name, const struct config_key *schema)
{
	const char *nearest = NULL;
	size_t least = SIZE_MAX;
	for (const struct config_key *key = schema; key->name; key++) {
		struct str known = str_from(key->name);
		if (name.len > NAME_MAX_BYTES || known.len > NAME_MAX_BYTES)
			continue;
		size_t steps = distance(name, known);
		size_t longer = name.len > known.len ? name.len : known.len;
		if (steps < least && 3 * steps <= longer + 2) {
			least = steps;
			nearest = key->name;
		}
	}
	return nearest;
}
