#include "ingest/wpset_inside.h"

#include "base/limits.h"

#include <string.h>

#define PAGE_POSTS 1000

/* ---- numbers ---- */

static struct str bytes_of(const int64_t *number)
{
	return str_of((const char *)number, sizeof *number);
}

static int64_t number_of(struct str bytes)
{
	int64_t number;
	memcpy(&number, bytes.ptr, sizeof number);
	return number;
}

bool wpset_number(const struct wpset *set, enum wpset_kind kind, int64_t key, int64_t *ret_number)
{
	struct str bytes;
	ARENA_SCOPED arena = arena_create(128);
	if (!scratch_get(set->scratch, (struct scratch_key){kind, key, 0}, arena, &bytes))
		return false;
	*ret_number = number_of(bytes);
	return true;
}

void wpset_number_put(const struct wpset *set, enum wpset_kind kind, int64_t key, int64_t number)
{
	scratch_put(set->scratch, (struct scratch_key){kind, key, 0}, bytes_of(&number));
}

bool wpset_number_add(const struct wpset *set, enum wpset_kind kind, int64_t key, int64_t part, int64_t number)
{
	return scratch_add(set->scratch, (struct scratch_key){kind, key, part}, bytes_of(&number));
}

/* ---- records: the post as it is, and its texts behind it ---- */

static size_t language_index(const struct wpset *set, struct str language)
{
	for (size_t i = 0; i < set->languages.len; i++)
		if (str_eq(set->languages.at[i], language))
			return i;
	return 0;
}

void wpset_save(const struct wpset *set, const struct wp_post *post)
{
	struct wp_post record = *post;
	BUF_SCOPED bytes = BUF_INIT(sizeof record + post->path.len + post->slug.len);
	record.path.ptr = record.slug.ptr = record.language.ptr = NULL;
	record.language.len = language_index(set, post->language);
	buf_put(&bytes, str_of((const char *)&record, sizeof record));
	buf_put(&bytes, post->path);
	buf_put(&bytes, post->slug);
	scratch_put(set->scratch, (struct scratch_key){WPSET_POST, post->id, 0}, buf_str(&bytes));
}

struct wp_post *wpset_post_by_id(const struct wpset *set, int64_t id, struct arena *arena)
{
	struct str bytes;
	if (!scratch_get(set->scratch, (struct scratch_key){WPSET_POST, id, 0}, arena, &bytes))
		return NULL;
	struct wp_post *post = arena_new(arena, struct wp_post);
	memcpy(post, bytes.ptr, sizeof *post);
	post->path.ptr = bytes.ptr + sizeof *post;
	post->slug.ptr = post->path.ptr + post->path.len;
	post->language = set->languages.at[post->language.len];
	return post;
}

struct wp_post *wpset_post(const struct wpset *set, const struct wxr_item *item, int file, struct arena *arena)
{
	struct wp_post *post = wpset_post_by_id(set, wpset_id_of(item), arena);
	return post && post->file == file && post->offset == item->offset ? post : NULL;
}

int wpset_result(const struct wpset *set, struct err *err)
{
	return scratch_result(set->scratch, err);
}

/* ---- lists ---- */

void wpset_enlist(struct wpset *set, enum wpset_list list, int64_t id)
{
	wpset_number_add(set, WPSET_LIST, list, ++set->listed[list], id);
}

void wpset_page(const struct wpset *set, enum wpset_list list, int64_t *after, struct arena *arena,
		struct wp_post_vec *ret_posts)
{
	struct scratch_part_vec parts;
	*ret_posts = (struct wp_post_vec){0};
	scratch_page(set->scratch, (struct scratch_key){WPSET_LIST, list, *after}, PAGE_POSTS, arena, &parts);
	for (size_t i = 0; i < parts.len; i++) {
		struct wp_post *post = wpset_post_by_id(set, number_of(parts.at[i].bytes), arena);
		*after = parts.at[i].part;
		if (post)
			*vec_add(ret_posts, arena) = post;
	}
}

/* ---- attachments ---- */

struct wp_post *wpset_media_by_address(const struct wpset *set, struct str address, struct arena *arena)
{
	BUF_SCOPED whole = BUF_INIT(2 * LIMIT_PATH_BYTES);
	if (str_starts(address, STR("/")) && !str_starts(address, STR("//")) && set->hosts.len > 0) {
		buf_put(&whole, set->hosts.at[0]);
		buf_put(&whole, address);
		address = buf_str(&whole);
	}
	int64_t id;
	if (!wpset_number(set, WPSET_FILE, (int64_t)wpset_file_key(set, address), &id))
		return NULL;
	return wpset_post_by_id(set, id, arena);
}

size_t wpset_attached(const struct wpset *set, int64_t post_id, struct arena *arena, const int64_t **ret_ids)
{
	struct {
		int64_t *at;
		size_t len, cap;
	} ids = {0};
	struct scratch_part_vec parts;
	struct scratch_key key = {WPSET_CHILD, post_id, 0};
	do {
		scratch_page(set->scratch, key, PAGE_POSTS, arena, &parts);
		for (size_t i = 0; i < parts.len; i++)
			*vec_add(&ids, arena) = number_of(parts.at[i].bytes);
		key.part = parts.len ? vec_last(&parts)->part : 0;
	} while (parts.len == PAGE_POSTS);
	*ret_ids = ids.at;
	return ids.len;
}

/* ---- groups of translations ---- */

int64_t wpset_group(const struct wpset *set, struct str key)
{
	return (int64_t)(str_hash(key, set->seed) >> 1) + 1; /* never 0 */
}

int64_t wpset_group_item(const struct wpset *set, int64_t group)
{
	int64_t item_id;
	return wpset_number(set, WPSET_GROUP_ITEM, group, &item_id) ? item_id : 0;
}

void wpset_group_became(const struct wpset *set, int64_t group, int64_t item_id)
{
	wpset_number_put(set, WPSET_GROUP_ITEM, group, item_id);
}
