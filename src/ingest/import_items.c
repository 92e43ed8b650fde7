#include "ingest/import_run.h"
#include "store/redirect.h"
#include "text/slug.h"

#include <string.h>

/* What is to be done with one prepared item. */
enum verdict { NEW, CHANGED, SAME, CONFLICT };

struct entry_work {
	struct pipeline_slot *slot;
	enum verdict verdict;
	struct item_ids ids; /* results of the transaction */
	int64_t newest_revision_id;
};

struct chunk_work {
	struct import *import;
	struct entry_work *entries;
	size_t count;
	size_t failed; /* the entry that answered STORE_TAKEN */
};

static struct str id_text(int64_t id, char text[24])
{
	struct buf buf = {text, 0, 24, 24, false};
	buf_put_i64(&buf, id);
	return buf_str(&buf);
}

static struct str word_of(const struct wp_post *post)
{
	return post->class == WP_PAGE ? STR("pages") : post->class == WP_MEDIA ? STR("attachments") : STR("posts");
}

static void note(struct import *import, const struct prepared *prepared, struct str reason)
{
	char digits[24], object[48];
	struct str id = id_text(prepared->post->id, digits);
	struct buf buf = {object, 0, sizeof object, sizeof object, false};
	buf_put_cstr(&buf, prepared->post->class == WP_MEDIA ? "attachment " : "post ");
	buf_put(&buf, id);
	import_report_note(import->report, buf_str(&buf), prepared->title, reason);
}

static bool unchanged(const struct prepared *prepared)
{
	return prepared->post->target_id && memcmp(prepared->post->hash, prepared->hash, WPSET_HASH_BYTES) == 0;
}

/* ---- attachments ---- */

static int write_texts(struct store_tx *tx, int64_t media_id, const struct media *media, struct err *err)
{
	int result = 0;
	for (size_t i = 0; i < media->texts.len && result == 0; i++)
		result = media_put_text(tx, media_id, &media->texts.at[i], err);
	return result;
}

static int put_mapping(struct import *import, struct store_tx *tx, const struct prepared *prepared, bool media,
		       const struct item_ids *ids, struct err *err)
{
	char digits[24];
	struct import_mapping mapping = {
		.object = media ? STR("attachment") : STR("post"),
		.old_id = id_text(prepared->post->id, digits),
		.old_url = prepared->old_url,
		.hash = {(const char *)prepared->hash, WPSET_HASH_BYTES},
		.target = media ? IMPORT_TARGET_MEDIA : IMPORT_TARGET_ENTRY,
		.target_id = ids->entry_id,
		.revision_id = ids->revision_id,
	};
	return import_map_put(tx, import->source_id, &mapping, err);
}

/* A translation of an attachment is one more text of it. */
static int write_attachment(struct import *import, struct store_tx *tx, struct entry_work *entry, struct err *err)
{
	const struct prepared *prepared = &entry->slot->prepared;
	bool translation = prepared->post->original != 0;
	int64_t id = translation ? 0 : prepared->post->target_id;
	int result = 0;
	if (id == 0)
		result = media_find_guid(tx_store(tx), prepared->guid, &id, err);
	if (result == STORE_NOT_FOUND)
		result = media_create(tx, &prepared->media_record, &id, err);
	else if (result == 0 && !translation)
		result = media_update(tx, id, &prepared->media_record, err);
	if (result == 0)
		result = write_texts(tx, id, &prepared->media_record, err);
	entry->ids = (struct item_ids){.entry_id = id};
	return result == 0 ? put_mapping(import, tx, prepared, true, &entry->ids, err) : result;
}

/* ---- items ---- */

/* A picture that stands in a text without being an attachment: it gets a record of its own. */
static int media_of(struct import *import, struct store_tx *tx, const struct prepared *prepared,
		    const struct prepared_media *used, int64_t *ret_media_id, struct err *err)
{
	(void)import;
	if (used->attachment && used->attachment->target_id) {
		*ret_media_id = used->attachment->target_id;
		return 0;
	}
	int result = media_find_guid(tx_store(tx), used->guid, ret_media_id, err);
	if (result != STORE_NOT_FOUND)
		return result;
	struct media media = {
		.guid = used->guid, .old_url = used->address, .decorative = used->has_alt && str_empty(used->alt)};
	prepare_media_names(used->address, tx_arena(tx), &media);
	result = media_create(tx, &media, ret_media_id, err);
	struct media_text text = {.language = prepared->content.language, .alt = used->alt};
	return result == 0 ? media_put_text(tx, *ret_media_id, &text, err) : result;
}

static int resolve_media(struct import *import, struct store_tx *tx, struct prepared *prepared, struct err *err)
{
	struct item_media_vec list = {0};
	for (size_t i = 0; i < prepared->media.len; i++) {
		int64_t id;
		int result = media_of(import, tx, prepared, &prepared->media.at[i], &id, err);
		if (result != 0)
			return result;
		*vec_add(&list, tx_arena(tx)) = (struct item_media){id, prepared->media.at[i].role};
	}
	prepared->content.revision.media = list.at;
	prepared->content.revision.media_count = list.len;
	return 0;
}

/* The item that the group's earlier members became, before or in this transaction; 0 where this is the first. */
static int64_t item_of_group(const struct chunk_work *work, size_t index)
{
	int64_t group = work->entries[index].slot->post->group;
	int64_t item_id = group ? wpset_group_item(work->import->set, group) : 0;
	for (size_t i = 0; i < index && group && !item_id; i++)
		if (work->entries[i].slot->post->group == group)
			item_id = work->entries[i].ids.item_id;
	return item_id;
}

static int write_new(struct store_tx *tx, struct chunk_work *work, size_t index, struct err *err)
{
	struct entry_work *entry = &work->entries[index];
	const struct item_content *content = &entry->slot->prepared.content;
	int64_t item_id = item_of_group(work, index);
	return item_id ? item_add_language(tx, item_id, content, &entry->ids, err)
		       : item_create(tx, content, &entry->ids, err);
}

static int write_redirects(struct import *import, struct store_tx *tx, const struct entry_work *entry, struct err *err)
{
	const struct prepared *prepared = &entry->slot->prepared;
	int result = 0;
	(void)import;
	for (size_t i = 0; i < prepared->old_paths.len && result == 0; i++) {
		struct redirect redirect = {
			.path = prepared->old_paths.at[i], .target = REDIRECT_ENTRY, .target_id = entry->ids.entry_id};
		result = redirect_put(tx, &redirect, err);
	}
	return result;
}

static int write_conflict(struct import *import, struct store_tx *tx, const struct entry_work *entry, struct err *err)
{
	char digits[24];
	struct import_conflict conflict = {
		.object = STR("post"),
		.old_id = id_text(entry->slot->post->id, digits),
		.entry_id = entry->slot->post->target_id,
		.newest_revision_id = entry->newest_revision_id,
	};
	return import_conflict_put(tx, import->source_id, &conflict, err);
}

static int write_entry(struct store_tx *tx, struct chunk_work *work, size_t index, struct err *err)
{
	struct import *import = work->import;
	struct entry_work *entry = &work->entries[index];
	struct prepared *prepared = &entry->slot->prepared;
	entry->ids = (struct item_ids){0}; /* of an earlier run of the transaction */
	if (prepared->post->class == WP_MEDIA)
		return write_attachment(import, tx, entry, err);
	if (entry->verdict == CONFLICT)
		return write_conflict(import, tx, entry, err);
	int result = resolve_media(import, tx, prepared, err);
	if (result == 0 && entry->verdict == NEW) {
		result = write_new(tx, work, index, err);
	} else if (result == 0) {
		entry->ids.entry_id = prepared->post->target_id;
		result = item_update_import(tx, entry->ids.entry_id, &prepared->content, &entry->ids.revision_id, err);
	}
	if (result == 0)
		result = write_redirects(import, tx, entry, err);
	return result == 0 ? put_mapping(import, tx, prepared, false, &entry->ids, err) : result;
}

/* The texts of a picture that is here already: it may be public, and they are no part of the batch. */
static bool waits_for_flip(const struct entry_work *entry)
{
	return entry->verdict == CHANGED && entry->slot->post->class == WP_MEDIA;
}

static int write_chunk(struct store_tx *tx, void *context, struct err *err)
{
	struct chunk_work *work = context;
	struct import *import = work->import;
	for (size_t i = 0; i < work->count; i++) {
		if (work->entries[i].verdict == SAME || waits_for_flip(&work->entries[i]))
			continue;
		int result = write_entry(tx, work, i, err);
		if (result != 0) {
			work->failed = i;
			return result;
		}
	}
	int result = wpset_result(import->set, err);
	const struct pipeline_slot *last = work->entries[work->count - 1].slot;
	return result == 0 ? import_save(import, tx, last->file, last->item->offset, err) : result;
}

/* ---- before and after the transaction ---- */

static int judge(struct import *import, struct entry_work *entry, struct err *err)
{
	const struct wp_post *post = entry->slot->post;
	int64_t item_id;
	entry->verdict = unchanged(&entry->slot->prepared) ? SAME : post->target_id ? CHANGED : NEW;
	if (entry->verdict != CHANGED || post->class == WP_MEDIA)
		return 0;
	int result = import_newest(import->store, post->target_id, &item_id, &entry->newest_revision_id, err);
	if (result == STORE_NOT_FOUND) {
		entry->verdict = SAME; /* deleted here on purpose: it stays away */
		note(import, &entry->slot->prepared, STR("it was deleted here since the last import; it was left out"));
		return 0;
	}
	if (result == 0 && entry->newest_revision_id != post->revision_id) {
		entry->verdict = CONFLICT;
		note(import, &entry->slot->prepared,
		     STR("it was edited here since the last import, and the export has changed too; ours was kept"));
	}
	return result;
}

static void count_verdict(struct import *import, const struct entry_work *entry)
{
	static const char *const words[] = {"taken", "changed", "unchanged", "left: conflicts with an edit here"};
	import_report_add(import->report, word_of(entry->slot->post), str_from(words[entry->verdict]), 1);
	if (entry->verdict == SAME)
		return;
	if (entry->slot->post->class == WP_MEDIA)
		import_report_add(import->report, STR("files of attachments"),
				  STR("addresses kept; the files are not fetched by this import"), 1);
	import_take_tallies(import, &entry->slot->prepared);
}

/* Another guid where another item here has it. */
static int evade_guid(struct import *import, struct prepared *prepared, struct arena *arena, bool *ret_evaded,
		      struct err *err)
{
	struct item_content *content = &prepared->content;
	struct item_ids ids;
	int result = item_find_guid(import->store, content->guid, &ids, err);
	struct str own = prepare_media_guid(import->set, prepared->post, (struct str){0}, arena);
	*ret_evaded = result == 0 && !str_eq(own, content->guid);
	if (*ret_evaded) {
		note(import, prepared, STR("its guid belongs to another item here; it got a new one"));
		content->guid = own;
	}
	return result < 0 ? result : 0;
}

static int evade_path(struct import *import, struct prepared *prepared, struct arena *arena, bool *ret_evaded,
		      struct err *err)
{
	struct item_content *content = &prepared->content;
	int result = item_path_taken(import->store, content->path, 0, ret_evaded, err);
	if (result == 0 && *ret_evaded) {
		bool slash = str_ends(content->path, STR("/"));
		content->path = arena_printf(arena, "%.*s-%lld%s",
					     STR_ARG(str_sub(content->path, 0, content->path.len - slash)),
					     (long long)prepared->post->id, slash ? "/" : "");
		note(import, prepared, STR("its address belongs to another item here; its id was added"));
	}
	return result < 0 ? result : 0;
}

/* Finds out whose guid, address or number stands in the way, and gives this item another. */
static int evade(struct import *import, struct prepared *prepared, struct arena *arena, struct err *err)
{
	struct item_content *content = &prepared->content;
	bool evaded = false;
	int result = evade_guid(import, prepared, arena, &evaded, err);
	if (result == 0 && !evaded)
		result = evade_path(import, prepared, arena, &evaded, err);
	if (result < 0 || evaded)
		return result;
	if (!str_empty(content->reference)) {
		note(import, prepared, STR("its reference number belongs to another item; it comes in without"));
		content->reference = (struct str){0};
		return 0;
	}
	if (prepared->post->group) {
		note(import, prepared, STR("its item has this language already; it comes in as an item of its own"));
		prepared->post->group = 0;
		return 0;
	}
	return err_context(err, "post %lld", (long long)prepared->post->id);
}

/* Where one item of a chunk meets another site's, most will: all that are new step aside at once, since each try writes
 * the whole chunk again. */
static int evade_together(struct import *import, struct chunk_work *work, struct err *err)
{
	int result = 0;
	for (size_t i = 0; i < work->count && result == 0; i++) {
		struct pipeline_slot *slot = work->entries[i].slot;
		bool evaded;
		if (work->entries[i].verdict != NEW || slot->post->class == WP_MEDIA)
			continue;
		result = evade_guid(import, &slot->prepared, slot->arena, &evaded, err);
		if (result == 0)
			result = evade_path(import, &slot->prepared, slot->arena, &evaded, err);
	}
	return result;
}

static int commit(struct import *import, struct chunk_work *work, struct err *err)
{
	import->chunk++;
	for (size_t tries = 0; tries < work->count * 4 + 4; tries++) {
		int result = store_write_chunk(import->store, import->batch_id, write_chunk, work, err);
		if (result != STORE_TAKEN)
			return result;
		struct entry_work *entry = &work->entries[work->failed];
		result = evade(import, &entry->slot->prepared, entry->slot->arena, err);
		if (result == 0 && tries == 0)
			result = evade_together(import, work, err);
		if (result != 0)
			return result < 0 ? result : ERR_DATA;
	}
	return ERR_DATA;
}

static void remember(const struct import *import, const struct entry_work *entry)
{
	struct wp_post *post = entry->slot->post;
	if (entry->verdict == SAME || entry->verdict == CONFLICT || waits_for_flip(entry))
		return;
	post->target_id = entry->ids.entry_id;
	post->revision_id = entry->ids.revision_id;
	memcpy(post->hash, entry->slot->prepared.hash, WPSET_HASH_BYTES);
	wpset_save(import->set, post);
	if (post->group && entry->ids.item_id)
		wpset_group_became(import->set, post->group, entry->ids.item_id);
}

/* The item of a group whose members came in by an earlier run. */
static int find_group(struct import *import, const struct wp_post *post, struct err *err)
{
	int64_t item_id, revision_id;
	if (!post->group || !post->target_id || wpset_group_item(import->set, post->group))
		return 0;
	int result = import_newest(import->store, post->target_id, &item_id, &revision_id, err);
	if (result == 0)
		wpset_group_became(import->set, post->group, item_id);
	return result == STORE_NOT_FOUND ? 0 : result;
}

static int take_chunk(struct import *import, struct pipeline_slot **slots, size_t count, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct chunk_work work = {import, arena_array(arena, struct entry_work, count), count, 0};
	bool anything = false;
	int result = 0;
	for (size_t i = 0; i < count && result == 0; i++) {
		work.entries[i].slot = slots[i];
		result = judge(import, &work.entries[i], err);
		if (result == 0)
			result = find_group(import, slots[i]->post, err);
		count_verdict(import, &work.entries[i]);
		anything |= work.entries[i].verdict != SAME;
	}
	if (result == 0)
		result = wpset_result(import->set, err);
	if (result != 0 || !anything || import->options->dry_run)
		return result;
	result = import_need_batch(import, err);
	if (result == 0)
		result = commit(import, &work, err);
	for (size_t i = 0; i < count && result == 0; i++)
		remember(import, &work.entries[i]);
	return result;
}

/* Groups of which some members are here from earlier runs, before any new member asks for its item. */
static int find_groups(struct import *import, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct wp_post_vec posts;
	int64_t after = 0;
	int result = 0;
	do {
		arena_clear(arena);
		wpset_page(import->set, WPSET_GROUPED, &after, arena, &posts);
		for (size_t i = 0; i < posts.len && result == 0; i++)
			result = find_group(import, posts.at[i], err);
	} while (posts.len > 0 && result == 0);
	return result == 0 ? wpset_result(import->set, err) : result;
}

int import_write_media(struct import *import, struct err *err)
{
	return import_run_pipeline(import, true, take_chunk, err);
}

int import_write_items(struct import *import, struct err *err)
{
	int result = find_groups(import, err);
	return result == 0 ? import_run_pipeline(import, false, take_chunk, err) : result;
}

/* ---- after the flip ---- */

bool import_texts_wait(const struct import *import)
{
	return import_report_count(import->report, STR("attachments"), STR("changed")) > 0;
}

static int write_texts_chunk(struct store_tx *tx, void *context, struct err *err)
{
	struct chunk_work *work = context;
	int result = wpset_result(work->import->set, err);
	for (size_t i = 0; i < work->count && result == 0; i++)
		if (work->entries[i].verdict == CHANGED)
			result = write_attachment(work->import, tx, &work->entries[i], err);
	const struct pipeline_slot *last = work->entries[work->count - 1].slot;
	return result == 0 ? import_save(work->import, tx, last->file, last->item->offset, err) : result;
}

static int take_texts(struct import *import, struct pipeline_slot **slots, size_t count, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct chunk_work work = {import, arena_array(arena, struct entry_work, count), count, 0};
	bool anything = false;
	for (size_t i = 0; i < count; i++) {
		bool changed = slots[i]->post->target_id && !unchanged(&slots[i]->prepared);
		work.entries[i] = (struct entry_work){.slot = slots[i], .verdict = changed ? CHANGED : SAME};
		anything |= changed;
	}
	return anything ? store_write(import->store, write_texts_chunk, &work, err) : 0;
}

int import_write_texts(struct import *import, struct err *err)
{
	return import_run_pipeline(import, true, take_texts, err);
}
