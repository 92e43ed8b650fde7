#include "web/route.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <assert.h>
#include <string.h>

#define QUERY_PAIRS 64 /* what stands behind them is dropped */

/* ---- values ---- */

static bool is_digits(struct str text, size_t least, size_t most)
{
	if (text.len < least || text.len > most)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	return true;
}

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool slug_ok(struct str text)
{
	if (text.len == 0 || text.len > LIMIT_SLUG_BYTES || str_eq(text, STR(".")) || str_eq(text, STR("..")))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (!is_alphanumeric(c) && !strchr("-_.~", c) && !((unsigned char)c & 0x80))
			return false;
	}
	return utf8_valid(text);
}

static bool file_ok(struct str text)
{
	if (text.len == 0 || text.len > 200 || text.ptr[0] == '.')
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (!is_alphanumeric(text.ptr[i]) && !strchr("._-", text.ptr[i]))
			return false;
	return true;
}

static bool id_ok(struct str text)
{
	if (text.len == 0 || text.len > 64)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return false;
	}
	return true;
}

static bool number_ok(struct str text)
{
	return is_digits(text, 1, 9) && text.ptr[0] != '0';
}

static bool year_ok(struct str text)
{
	return is_digits(text, 4, 4) && text.ptr[0] != '0';
}

static bool two_digits_to(struct str text, int most)
{
	if (!is_digits(text, 2, 2))
		return false;
	int value = (text.ptr[0] - '0') * 10 + (text.ptr[1] - '0');
	return value >= 1 && value <= most;
}

static bool month_ok(struct str text)
{
	return two_digits_to(text, 12);
}

static bool day_ok(struct str text)
{
	return two_digits_to(text, 31);
}

static const struct {
	struct str type;
	bool (*ok)(struct str text);
} value_types[] = {
	{STR_INIT("slug"), slug_ok}, {STR_INIT("year"), year_ok},     {STR_INIT("month"), month_ok},
	{STR_INIT("day"), day_ok},   {STR_INIT("number"), number_ok}, {STR_INIT("file"), file_ok},
	{STR_INIT("id"), id_ok},
};

static bool value_known(struct str type)
{
	for (size_t i = 0; i < sizeof value_types / sizeof value_types[0]; i++)
		if (str_eq(value_types[i].type, type))
			return true;
	return false;
}

static bool value_ok(struct str type, struct str text)
{
	for (size_t i = 0; i < sizeof value_types / sizeof value_types[0]; i++)
		if (str_eq(value_types[i].type, type))
			return value_types[i].ok(text);
	return false;
}

bool route_value_ok(const char *type, struct str text)
{
	return value_ok(str_from(type), text);
}

/* ---- patterns ---- */

/* "{name:type}" or "{name}": its name and type. False for a literal. */
static bool read_capture(struct str segment, struct str *ret_name, struct str *ret_type)
{
	if (segment.len < 3 || segment.ptr[0] != '{' || segment.ptr[segment.len - 1] != '}')
		return false;
	if (!str_cut(str_sub(segment, 1, segment.len - 2), ':', ret_name, ret_type))
		*ret_type = *ret_name;
	return true;
}

static bool is_rest(const struct route *route)
{
	return str_eq(str_from(route->pattern), STR("/{rest}"));
}

/* Whether the segments fit; captures are filled as far as it goes. */
static bool pattern_fits(const char *pattern, const struct str *segments, size_t count, bool folder,
			 struct str captures[REQUEST_CAPTURES])
{
	struct str all = str_from(pattern), rest = str_skip(all, 1);
	size_t at = 0, captured = 0;
	if (str_ends(all, STR("/")) != folder)
		return false;
	while (rest.len) {
		struct str segment, name, type;
		str_cut(rest, '/', &segment, &rest);
		if (at == count)
			return false;
		if (!read_capture(segment, &name, &type)) {
			if (!str_eq(segment, segments[at]))
				return false;
		} else if (value_ok(type, segments[at])) {
			captures[captured++] = segments[at];
		} else {
			return false;
		}
		at++;
	}
	return at == count;
}

struct str request_capture(const struct request *request, const char *name)
{
	assert(request->route);
	struct str rest = str_skip(str_from(request->route->pattern), 1);
	size_t captured = 0;
	while (rest.len) {
		struct str segment, found, type;
		str_cut(rest, '/', &segment, &rest);
		if (!read_capture(segment, &found, &type))
			continue;
		if (str_eq(found, str_from(name)))
			return request->captures[captured];
		captured++;
	}
	assert(!"the route declares no such capture");
	return (struct str){0};
}

static int check_pattern(const struct route *route, struct err *err)
{
	struct str pattern = str_from(route->pattern), rest = str_skip(pattern, 1), seen[REQUEST_CAPTURES];
	size_t captured = 0;
	if (!str_starts(pattern, STR("/")) || str_find(pattern, STR("//")) != SIZE_MAX)
		return err_set(err, ERR_INPUT, "route %s: the pattern %s is not a path", route->name, route->pattern);
	if (is_rest(route))
		return 0;
	while (rest.len) {
		struct str segment, name, type;
		str_cut(rest, '/', &segment, &rest);
		if (!read_capture(segment, &name, &type))
			continue;
		if (!value_known(type))
			return err_set(err, ERR_INPUT, "route %s: unknown type in %.*s", route->name, STR_ARG(segment));
		if (captured == REQUEST_CAPTURES)
			return err_set(err, ERR_INPUT, "route %s: more than %d captures", route->name,
				       REQUEST_CAPTURES);
		for (size_t i = 0; i < captured; i++)
			if (str_eq(seen[i], name))
				return err_set(err, ERR_INPUT, "route %s: two captures %.*s", route->name,
					       STR_ARG(name));
		seen[captured++] = name;
	}
	return 0;
}

static int check_route(const struct route_table *table, size_t index, struct err *err)
{
	const struct route *route = &table->routes[index];
	if (!route->name || !route->pattern || !route->handler || !route->methods)
		return err_set(err, ERR_INPUT, "route %zu (%s): name, methods, pattern and handler are needed", index,
			       route->name ? route->name : "no name");
	size_t params = 0;
	while (route->params && route->params[params].name)
		params++;
	if (params > REQUEST_PARAMS)
		return err_set(err, ERR_INPUT, "route %s: more than %d parameters", route->name, REQUEST_PARAMS);
	for (size_t i = 0; i < index; i++)
		if (strcmp(table->routes[i].pattern, route->pattern) == 0 &&
		    (table->routes[i].methods & route->methods))
			return err_set(err, ERR_INPUT, "route %s: %s has the same pattern", route->name,
				       table->routes[i].name);
	return check_pattern(route, err);
}

int route_table_check(const struct route_table *table, struct err *err)
{
	if (table->language_count == 0)
		return err_set(err, ERR_INPUT, "a route table needs at least one language");
	for (size_t i = 0; i < table->count; i++) {
		int rc = check_route(table, i, err);
		if (rc)
			return rc;
	}
	return 0;
}

/* ---- queries ---- */

struct pair {
	struct str name, value;
};

/* White space trimmed, runs of it one space, cut to the limit. */
static struct str normal_text(struct str text, struct arena *arena)
{
	char *out = arena_alloc(arena, text.len + 1);
	size_t length = 0;
	text = str_trim(text);
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != ' ' || (length && out[length - 1] != ' '))
			out[length++] = text.ptr[i];
	return str_trim(utf8_clip(str_of(out, length), LIMIT_SEARCH_BYTES));
}

/* The value as it stands in the normal form; empty: left out. */
static struct str normal_value(enum param_type type, struct str text, struct arena *arena)
{
	static const struct str none = {0};
	int64_t page;
	switch (type) {
	case PARAM_SLUG:
		return slug_ok(text) ? text : none;
	case PARAM_YEAR:
		return year_ok(text) ? text : none;
	case PARAM_MONTH:
		return month_ok(text) ? text : none;
	case PARAM_NUMBER:
		return number_ok(text) ? text : none;
	case PARAM_PAGE:
		return number_ok(text) && text.len <= 8 && str_to_i64(text, &page) && page >= 2 ? text : none;
	case PARAM_TEXT:
		return normal_text(text, arena);
	case PARAM_ID:
		return id_ok(text) ? text : none;
	}
	return none;
}

/* Pairs as the client wrote them, decoded; *ret_broken where one cannot be read. */
static size_t read_pairs(struct str raw, struct arena *arena, struct pair pairs[QUERY_PAIRS], bool *ret_broken)
{
	size_t count = 0;
	struct str piece;
	while (str_next(&raw, '&', &piece)) {
		struct str name, value, clean_name, clean_value;
		str_cut(piece, '=', &name, &value);
		if (count == QUERY_PAIRS || !request_unescape(name, true, arena, &clean_name) ||
		    !request_unescape(value, true, arena, &clean_value)) {
			*ret_broken = true;
			continue;
		}
		pairs[count++] = (struct pair){clean_name, clean_value};
	}
	return count;
}

/* Fills params and key; true where the query was in normal form already. */
static bool read_query(struct request *request, const struct route_param *params, struct buf *key)
{
	struct pair *pairs = arena_array(request->arena, struct pair, QUERY_PAIRS);
	bool broken = false;
	size_t pair_count = request->raw_query.len ? read_pairs(request->raw_query, request->arena, pairs, &broken) : 0;
	size_t kept = 0;
	bool same = true;
	for (size_t i = 0; params && params[i].name; i++) {
		struct str name = str_from(params[i].name), value = {0};
		for (size_t j = 0; j < pair_count && !value.len; j++)
			if (str_eq(pairs[j].name, name))
				value = normal_value(params[i].type, pairs[j].value, request->arena);
		request->params[i] = value;
		if (!value.len)
			continue;
		buf_put_byte(key, kept ? '&' : '?');
		buf_put(key, name);
		buf_put_byte(key, '=');
		buf_put_url(key, value);
		same = same && kept < pair_count && str_eq(pairs[kept].name, name) && str_eq(pairs[kept].value, value);
		kept++;
	}
	return same && !broken && kept == pair_count;
}

/* ---- matching ---- */

static unsigned method_bit(enum web_method method)
{
	if (method == WEB_GET || method == WEB_HEAD)
		return ROUTE_GET;
	return method == WEB_POST ? ROUTE_POST : 0;
}

/* The language of the first segment, or language_count. */
static size_t find_language(const struct route_table *table, const struct request *request)
{
	for (size_t i = 0; request->segment_count && i < table->language_count; i++)
		if (str_eq_nocase(request->segments[0], table->languages[i]))
			return i;
	return table->language_count;
}

/* Takes the prefix off; the path gets the listed spelling. */
static void take_language(const struct route_table *table, struct request *request)
{
	size_t found = find_language(table, request);
	request->language = 0;
	if (found == table->language_count)
		return;
	bool listed = str_eq(request->segments[0], table->languages[found]);
	request->language = found;
	request->segments++;
	request->segment_count--;
	if (found == 0 || !listed || (!request->segment_count && !request->folder))
		request->moved = true;
	if (!request->segment_count)
		request->folder = true;
	BUF_SCOPED local = BUF_INIT(4 * LIMIT_PATH_BYTES);
	request_put_path(&local, request->segments, request->segment_count, request->folder);
	request->local_path = buf_copy(&local, request->arena);
	struct str whole[] = {STR("/"), table->languages[found], request->local_path};
	request->path = found ? arena_concat(request->arena, whole, 3) : request->local_path;
}

/* The first route that fits; methods of those that fit but for the method go into *allowed. */
static const struct route *find_route(const struct route_table *table, struct request *request, bool folder,
				      unsigned *allowed)
{
	unsigned wanted = method_bit(request->method);
	for (size_t i = 0; i < table->count; i++) {
		const struct route *route = &table->routes[i];
		if (is_rest(route) ||
		    !pattern_fits(route->pattern, request->segments, request->segment_count, folder, request->captures))
			continue;
		if (route->methods & wanted)
			return route;
		*allowed |= route->methods;
	}
	return NULL;
}

static const struct route *find_rest(const struct route_table *table, struct request *request, unsigned *allowed)
{
	for (size_t i = 0; i < table->count && request->segment_count; i++) {
		if (!is_rest(&table->routes[i]))
			continue;
		request->captures[0] = request->local_path;
		if (table->routes[i].methods & method_bit(request->method))
			return &table->routes[i];
		*allowed |= table->routes[i].methods;
	}
	return NULL;
}

static struct str allow_value(unsigned allowed)
{
	if (allowed == (ROUTE_GET | ROUTE_POST))
		return STR("GET, HEAD, POST");
	return allowed == ROUTE_GET ? STR("GET, HEAD") : STR("POST");
}

static void add_slash(struct request *request)
{
	struct str local[] = {request->local_path, STR("/")}, whole[] = {request->path, STR("/")};
	request->local_path = arena_concat(request->arena, local, 2);
	request->path = arena_concat(request->arena, whole, 2);
	request->folder = request->moved = true;
}

int route_match(const struct route_table *table, struct request *request, struct str *ret_location)
{
	unsigned allowed = 0;
	take_language(table, request);
	request->key = request->path;
	const struct route *route = find_route(table, request, request->folder, &allowed);
	if (!route && !allowed) {
		const struct route *slashed = request->folder ? NULL : find_route(table, request, true, &allowed);
		route = find_rest(table, request, &allowed);
		request->slash_fits = route && slashed;
		if (!route && slashed) {
			route = slashed;
			add_slash(request);
		}
	}
	if (!route && allowed)
		*ret_location = allow_value(allowed);
	if (!route)
		return allowed ? ROUTE_BAD_METHOD : ROUTE_NOT_FOUND;
	request->route = route;
	BUF_SCOPED key = BUF_INIT(4 * (LIMIT_PATH_BYTES + LIMIT_QUERY_BYTES));
	buf_put(&key, request->path);
	bool same = read_query(request, route->params, &key);
	request->key = buf_copy(&key, request->arena);
	if (same && !request->moved)
		return 0;
	*ret_location = request->key;
	return ROUTE_MOVED;
}

bool request_is_rare(const struct request *request)
{
	const struct route_param *params = request->route ? request->route->params : NULL;
	unsigned filters = 0;
	for (size_t i = 0; params && params[i].name; i++) {
		if (request->params[i].len && params[i].type == PARAM_TEXT)
			return true;
		filters += request->params[i].len && params[i].type != PARAM_PAGE;
	}
	return filters > 1;
}
