#include "web/static.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"
#include "crypt/hash.h"

#include <stdlib.h>
#include <string.h>

#define HASH_CHARACTERS 12
#define FILES_MOST      1000

struct static_set {
	struct arena *arena;
	struct str prefix;
	struct map *files; /* name → struct file */
	struct map *pages; /* address → struct page */
};

struct file {
	struct str name, content, address;
};

static const struct {
	struct str ending, type;
} types[] = {
	{STR_INIT(".css"), STR_INIT("text/css; charset=utf-8")},
	{STR_INIT(".js"), STR_INIT("text/javascript; charset=utf-8")},
	{STR_INIT(".svg"), STR_INIT("image/svg+xml")},
	{STR_INIT(".png"), STR_INIT("image/png")},
	{STR_INIT(".jpg"), STR_INIT("image/jpeg")},
	{STR_INIT(".jpeg"), STR_INIT("image/jpeg")},
	{STR_INIT(".webp"), STR_INIT("image/webp")},
	{STR_INIT(".avif"), STR_INIT("image/avif")},
	{STR_INIT(".gif"), STR_INIT("image/gif")},
	{STR_INIT(".ico"), STR_INIT("image/x-icon")},
	{STR_INIT(".woff2"), STR_INIT("font/woff2")},
	{STR_INIT(".txt"), STR_INIT("text/plain; charset=utf-8")},
	{STR_INIT(".webmanifest"), STR_INIT("application/manifest+json")},
	{STR_INIT(".pdf"), STR_INIT("application/pdf")},
	{STR_INIT(".mp3"), STR_INIT("audio/mpeg")},
	{STR_INIT(".mp4"), STR_INIT("video/mp4")},
};

static struct str find_type(struct str name)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (str_ends(name, types[i].ending))
			return types[i].type;
	return (struct str){0};
}

struct str static_content_type(struct str name)
{
	struct str type = find_type(name);
	return type.len ? type : STR("application/octet-stream");
}

struct loading {
	struct static_set *set;
	const char *folder;
};

static int load_file(void *context, const char *relative_path, struct err *err)
{
	struct loading *loading = context;
	struct static_set *set = loading->set;
	struct str name = str_from(relative_path);
	if (str_find_byte(name, '/') != SIZE_MAX || str_starts(name, STR(".")) || !find_type(name).len)
		return 0;
	if (map_count(set->files) >= FILES_MOST)
		return err_set(err, ERR_LIMIT, "%s: more than %d files", loading->folder, FILES_MOST);
	struct str path = arena_printf(set->arena, "%s/%s", loading->folder, relative_path);
	struct file *file = arena_new(set->arena, struct file);
	file->name = arena_str(set->arena, name);
	int rc = file_read(path.ptr, LIMIT_STATIC_FILE_BYTES, set->arena, &file->content, err);
	if (rc == 0)
		map_put(set->files, file->name, file);
	return rc < 0 ? rc : 0;
}

/* "site.css" → "/theme/site-HASH.css" */
static void name_by_content(struct static_set *set, struct file *file)
{
	struct sha256 hash = sha256_of(file->content);
	char text[65];
	sha256_hex(&hash, text);
	size_t dot = str_rfind_byte(file->name, '.');
	struct str pieces[] = {set->prefix, str_sub(file->name, 0, dot), STR("-"), str_of(text, HASH_CHARACTERS),
			       str_skip(file->name, dot)};
	file->address = arena_concat(set->arena, pieces, 5);
}

/* The reference inside url(…): its name without quotes and "./". */
static struct str referred_name(struct str inside)
{
	inside = str_trim(inside);
	if (inside.len >= 2 && (inside.ptr[0] == '"' || inside.ptr[0] == '\''))
		inside = str_sub(inside, 1, inside.len - 2);
	return str_starts(inside, STR("./")) ? str_skip(inside, 2) : inside;
}

static void rewrite_references(struct static_set *set, struct file *style)
{
	BUF_SCOPED out = BUF_INIT(2 * LIMIT_STATIC_FILE_BYTES);
	struct str rest = style->content;
	size_t at;
	while ((at = str_find(rest, STR("url("))) != SIZE_MAX) {
		struct str inside = str_skip(rest, at + 4);
		size_t end = str_find_byte(inside, ')');
		if (end == SIZE_MAX)
			break;
		const struct file *file = map_get(set->files, referred_name(str_sub(inside, 0, end)));
		buf_put(&out, str_sub(rest, 0, at + 4));
		buf_put(&out, file && file->address.len ? file->address : str_sub(inside, 0, end));
		rest = str_skip(inside, end);
	}
	buf_put(&out, rest);
	style->content = buf_copy(&out, set->arena);
}

static void make_page(struct static_set *set, const struct file *file)
{
	ARENA_SCOPED arena = arena_create(0);
	RESPONSE_SCOPED response;
	response_init(&response, arena);
	response.content_type = find_type(file->name);
	response.policy = CACHE_IMMUTABLE;
	buf_put(&response.body, file->content);
	struct page *page = page_create(&response, NULL);
	page_make_form(page, CODING_GZIP, true);
	page_make_form(page, CODING_BROTLI, true);
	map_put(set->pages, file->address, page);
}

/* Style sheets come last, since their own names depend on those they refer to. */
static void publish_files(struct static_set *set, bool styles)
{
	struct str name;
	void *value;
	for (size_t i = 0; map_at(set->files, i, &name, &value); i++) {
		struct file *file = value;
		if (str_ends(name, STR(".css")) != styles)
			continue;
		if (styles)
			rewrite_references(set, file);
		name_by_content(set, file);
		make_page(set, file);
	}
}

int static_load(const char *const *folders, size_t folder_count, struct str prefix, struct static_set **ret_set,
		struct err *err)
{
	struct static_set *set = calloc(1, sizeof *set);
	if (!set)
		abort();
	set->arena = arena_create(65536);
	set->prefix = arena_str(set->arena, prefix);
	set->files = map_create(set->arena);
	set->pages = map_create(set->arena);
	for (size_t i = 0; i < folder_count; i++) {
		struct loading loading = {set, folders[i]};
		int rc = file_exists(folders[i]) ? file_walk(folders[i], load_file, &loading, err) : 0;
		if (rc) {
			static_destroy(set);
			return rc;
		}
	}
	publish_files(set, false);
	publish_files(set, true);
	*ret_set = set;
	return 0;
}

void static_destroy(struct static_set *set)
{
	if (!set)
		return;
	struct str address;
	void *page;
	for (size_t i = 0; map_at(set->pages, i, &address, &page); i++)
		page_release(page);
	arena_destroy(set->arena);
	free(set);
}

struct str static_address(const struct static_set *set, struct str name)
{
	const struct file *file = map_get(set->files, name);
	return file ? file->address : (struct str){0};
}

bool static_at(const struct static_set *set, size_t index, struct str *ret_address, struct page **ret_page)
{
	void *page;

	if (!map_at(set->pages, index, ret_address, &page))
		return false;
	*ret_page = page;
	return true;
}

struct page *static_page(const struct static_set *set, struct str address)
{
	return map_get(set->pages, address);
}
