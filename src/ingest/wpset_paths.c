#include "ingest/wpset_inside.h"

#include "base/limits.h"
#include "text/plain.h"
#include "text/slug.h"
#include "text/url.h"

/* Paths that the newsroom answers itself; nothing imported may stand there. */
static const struct str reserved_exact[] = {
	STR_INIT("/"),           STR_INIT("/search"),         STR_INIT("/health"),
	STR_INIT("/metrics"),    STR_INIT("/sitemap.xml"),    STR_INIT("/news-sitemap.xml"),
	STR_INIT("/robots.txt"), STR_INIT("/feed.rss"),       STR_INIT("/feed.atom"),
	STR_INIT("/feed.json"),  STR_INIT("/opensearch.xml"),
};
static const struct str reserved_below[] = {
	STR_INIT("/media/"),   STR_INIT("/theme/"),       STR_INIT("/documents/"), STR_INIT("/topic/"),
	STR_INIT("/place/"),   STR_INIT("/campaign/"),    STR_INIT("/tag/"),       STR_INIT("/person/"),
	STR_INIT("/archive/"), STR_INIT("/api/"),         STR_INIT("/wp-json/"),   STR_INIT("/desk/"),
	STR_INIT("/press/"),   STR_INIT("/.well-known/"),
};

static bool is_reserved(const struct wpset *set, struct str path)
{
	struct str bare = path.len > 1 && str_ends(path, STR("/")) ? str_sub(path, 0, path.len - 1) : path;
	for (size_t i = 0; i < sizeof reserved_exact / sizeof reserved_exact[0]; i++)
		if (str_eq(bare, reserved_exact[i]))
			return true;
	for (size_t i = 0; i < sizeof reserved_below / sizeof reserved_below[0]; i++)
		if (str_starts(path, reserved_below[i]) ||
		    str_eq(bare, str_sub(reserved_below[i], 0, reserved_below[i].len - 1)))
			return true;
	if (bare.len < 2)
		return false;
	for (size_t i = 0; i < set->languages.len; i++) /* fronts of languages */
		if (str_eq(str_skip(bare, 1), set->languages.at[i]))
			return true;
	for (size_t i = 0; i < set->mapping->kinds.len; i++) /* lists of kinds */
		if (str_eq(str_skip(bare, 1), set->mapping->kinds.at[i].slug))
			return true;
	return false;
}

/* The path of the item's own address; empty where it has none ("?p=12", another site, the front page). */
static struct str own_path(const struct wpset *set, const struct wxr_item *item, struct arena *arena)
{
	struct str address, host_of;
	struct url url;
	if (url_clean(item->link, arena, &address, &host_of) != URL_OK || !url_parse(address, &url))
		return (struct str){0};
	if (url.has_authority ? !wpset_own_host(set, url.host) : !str_starts(url.path, STR("/")))
		return (struct str){0};
	if (url.has_query || str_empty(url.path) || str_eq(url.path, STR("/")))
		return (struct str){0};
	return url_path_normalise(url.path, arena);
}

static struct str slug_of(const struct wxr_item *item, int64_t id, struct arena *arena)
{
	struct str slug = slug_normalise(item->name, arena);
	if (str_empty(slug))
		slug = slug_from_title(plain_from_html(item->title, arena), arena);
	return str_empty(slug) ? arena_printf(arena, "%lld", (long long)(id < 0 ? -id : id)) : slug;
}

static struct str dated_path(const struct wxr_item *item, struct str slug, struct arena *arena)
{
	int64_t time_s;
	struct str date = str_starts(item->date, STR("0000")) ? item->date_gmt : item->date;
	BUF_SCOPED path = BUF_INIT(LIMIT_PATH_BYTES);
	if (clock_parse_sql(date, &time_s)) {
		struct civil civil = civil_from_s(time_s);
		buf_printf(&path, "/%04d/%02d/", civil.year, civil.month);
	} else {
		buf_put_byte(&path, '/');
	}
	buf_put_url(&path, slug);
	buf_put_byte(&path, '/');
	return buf_copy(&path, arena);
}

/* "/a/b/" as "/a/b-2/"; below an address of the newsroom's own only another first part helps: "/topic-2/b/". */
static struct str numbered(struct str path, int64_t number, bool first_part, struct arena *arena)
{
	size_t end = first_part ? str_find_byte(str_skip(path, 1), '/') : SIZE_MAX;
	end = end == SIZE_MAX ? path.len - str_ends(path, STR("/")) : end + 1;
	return arena_printf(arena, "%.*s-%lld%.*s", STR_ARG(str_sub(path, 0, end)), (long long)number,
			    STR_ARG(str_skip(path, end)));
}

/* Takes the path when it is free, or the first of path-2, path-3 … */
static struct str free_path(struct wpset *set, struct str wanted, struct arena *arena)
{
	struct str path = wanted;
	int64_t hash = (int64_t)str_hash(wanted, set->seed), last = 1;
	bool reserved = is_reserved(set, wanted), is_free = wpset_number_add(set, WPSET_PATH, hash, 0, last);
	if (is_free && !reserved)
		return path;
	if (!is_free)
		wpset_number(set, WPSET_PATH, hash, &last);
	is_free = false;
	while (!is_free && wpset_result(set, NULL) == 0) {
		path = numbered(wanted, ++last, reserved, arena);
		is_free = !is_reserved(set, path) &&
			  wpset_number_add(set, WPSET_PATH, (int64_t)str_hash(path, set->seed), 0, 1);
	}
	wpset_number_put(set, WPSET_PATH, hash, last);
	return path;
}

void wpset_take_path(struct wpset *set, struct wp_post *post, const struct wxr_item *item, struct arena *arena)
{
	struct str path = own_path(set, item, arena);
	if (post->class == WP_MEDIA) {
		post->path = path;
		return;
	}
	post->slug = slug_of(item, post->id, arena);
	post->path_built = str_empty(path) || path.len > LIMIT_PATH_BYTES;
	if (post->path_built && post->class == WP_PAGE) {
		wpset_enlist(set, WPSET_PATHS_TO_BUILD, post->id); /* below its parent, which may come later */
		return;
	}
	if (post->path_built)
		path = dated_path(item, post->slug, arena);
	post->path = free_path(set, path, arena);
	if (!str_eq(post->path, path))
		import_report_note(set->report, arena_printf(arena, "post %lld", (long long)post->id), item->title,
				   arena_printf(arena, "its address %.*s is taken; it comes in as %.*s",
						STR_ARG(str_sub(path, 0, 200)), STR_ARG(str_sub(post->path, 0, 200))));
}

static struct str page_path(struct wpset *set, struct wp_post *post, int depth, struct arena *arena)
{
	if (!str_empty(post->path))
		return post->path;
	struct wp_post *parent = post->parent_id ? wpset_post_by_id(set, post->parent_id, arena) : NULL;
	struct str above = STR("/");
	if (parent && parent->id != post->id && parent->class == WP_PAGE && depth < 20)
		above = page_path(set, parent, depth + 1, arena);
	BUF_SCOPED path = BUF_INIT(LIMIT_PATH_BYTES);
	buf_put(&path, above);
	if (!str_ends(above, STR("/")))
		buf_put_byte(&path, '/');
	buf_put_url(&path, post->slug);
	buf_put_byte(&path, '/');
	struct wp_post *now = wpset_post_by_id(set, post->id, arena);
	if (now && !str_empty(now->path)) /* a circle of parents has set it */
		return now->path;
	post->path = free_path(set, buf_copy(&path, arena), arena);
	wpset_save(set, post);
	return post->path;
}

void wpset_finish_paths(struct wpset *set)
{
	ARENA_SCOPED list = arena_create(0);
	ARENA_SCOPED arena = arena_create(0);
	struct wp_post_vec posts;
	int64_t after = 0;
	do {
		arena_clear(list);
		wpset_page(set, WPSET_PATHS_TO_BUILD, &after, list, &posts);
		for (size_t i = 0; i < posts.len; i++) {
			struct wp_post *post = wpset_post_by_id(set, posts.at[i]->id, arena); /* as it is by now */
			if (post)
				page_path(set, post, 0, arena);
			arena_clear(arena);
		}
	} while (posts.len > 0);
}
