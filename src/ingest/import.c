/* The course of an import; each arrow is one or more transactions, and each may be the last one before a crash.
 *
 *   CHECK ──▶ TERMS ──▶ MEDIA ──▶ ITEMS ──▶ LINKS ──▶ FLIP ──▶ TEXTS
 *   (reads)   └──────── chunks of one batch ───────┘   public   of pictures that were public before
 *
 * The check is done on every call, for what it learns is kept in memory. A call after an interruption finds the saved
 * progress by the hash of files and mapping, and takes up the batch at the phase and place that were saved.
 */
#include "ingest/import_run.h"

#include "base/file.h"
#include "base/limits.h"
#include "crypt/hash.h"
#include "store/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char *const phase_names[] = {"check", "terms", "media", "items", "links", "flip", "texts"};

const char *import_phase_name(enum import_phase phase)
{
	return phase_names[phase];
}

static void show(struct import *import, int64_t bytes_done, int64_t items_more)
{
	import->state.phase = import->phase;
	import->state.bytes_done = import->bytes_before + bytes_done;
	import->state.items_done += items_more;
	if (import->options->progress)
		import->options->progress(import->options->context, &import->state);
}

int import_tell(struct import *import, int64_t bytes_done, int64_t items_more, struct err *err)
{
	show(import, bytes_done, items_more);
	if (import->options->stop && atomic_load(import->options->stop))
		return err_set(err, ERR_STOPPED, "stopped; the same import goes on from here");
	return 0;
}

void import_take_tallies(struct import *import, const struct prepared *prepared)
{
	struct str name;
	enum markup_dropped what;
	int64_t count;
	static const char *const dropped[] = {"markup dropped: elements", "markup dropped: attributes",
					      "markup dropped: addresses", "markup cut"};
	for (size_t i = 0; i < prepared->tallies.len; i++) {
		const struct tally *tally = &prepared->tallies.at[i];
		import_report_add(import->report, str_from(tally->what), tally->name, tally->count);
	}
	for (size_t i = 0; prepared->markup && markup_report_at(prepared->markup, i, &what, &name, &count); i++)
		import_report_add(import->report, str_from(dropped[what]), name, count);
	char object[40];
	struct buf buf = {object, 0, sizeof object, sizeof object, false};
	buf_printf(&buf, "post %lld", (long long)prepared->post->id);
	for (size_t i = 0; i < prepared->problems.len; i++)
		import_report_note(import->report, buf_str(&buf), prepared->title, prepared->problems.at[i]);
}

/* ---- the set's hash ---- */

static int hash_file(struct sha256_run *run, const char *path, struct err *err)
{
	FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(err, errno, "opening %s", path);
	ARENA_SCOPED arena = arena_create(0);
	char *block = arena_alloc(arena, 1u << 20);
	for (;;) {
		ssize_t count = read(fd, block, 1u << 20);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return err_set_errno(err, errno, "reading %s", path);
		if (count == 0)
			return 0;
		sha256_add(run, (struct str){block, (size_t)count});
	}
}

static int hash_set(struct import *import, struct err *err)
{
	struct sha256_run *run = sha256_begin();
	int result = 0;
	for (int i = 0; i < import->options->file_count && result == 0; i++)
		result = hash_file(run, import->options->files[i], err);
	if (result == 0 && import->options->mapping_path)
		result = hash_file(run, import->options->mapping_path, err);
	for (size_t i = 0; i < import->options->languages.len; i++)
		sha256_add(run, import->options->languages.at[i]);
	if (result < 0) {
		sha256_abandon(run);
		return result;
	}
	struct sha256 hash = sha256_end(run);
	char text[65];
	sha256_hex(&hash, text);
	import->set_hash = arena_str(import->arena, str_from(text));
	return 0;
}

/* ---- the check ---- */

struct checking {
	struct import *import;
	int64_t before;
	int64_t told;
	struct err *err;
};

static int check_progress(void *context, int64_t bytes_done)
{
	struct checking *checking = context;
	if (bytes_done - checking->told < (1 << 20) && bytes_done != 0)
		return 0;
	checking->told = bytes_done;
	return import_tell(checking->import, checking->before + bytes_done, 0, checking->err);
}

static int check_files(struct import *import, struct err *err)
{
	const struct import_options *options = import->options;
	if (options->file_count < 1)
		return err_set(err, ERR_INPUT, "no file was named; give one or more WordPress exports");
	for (int i = 0; i < options->file_count; i++) {
		struct checking checking = {import, import->set->bytes, 0, err};
		int result = wpset_read(import->set, options->files[i], i, check_progress, &checking, err);
		if (result < 0)
			return result;
	}
	int result = wpset_finish(import->set, err);
	import->bytes_before = import->set->bytes;
	import->state.bytes_all = import->set->bytes * 3;
	import->state.items_all = import->set->items + import->set->media;
	return result;
}

/* ---- what the store knows already ---- */

struct source_work {
	struct import *import;
	bool keep;
	int64_t source_id;
};

#define PEEKED 1

static int put_source(struct store_tx *tx, void *context, struct err *err)
{
	struct source_work *work = context;
	int result = import_source_put(tx, STR("wordpress"), work->import->set->base, &work->source_id, err);
	return result == 0 && !work->keep ? PEEKED : result; /* positive: rolled back */
}

/* Reads the source's id, writing nothing: an id that is new is taken back, and nothing is mapped to it. */
static int peek_source(struct import *import, int64_t *ret_source_id, struct err *err)
{
	struct source_work work = {import, false, 0};
	int result = store_write(import->store, put_source, &work, err);
	if (result < 0)
		return result;
	*ret_source_id = work.source_id;
	return 0;
}

static void take_mapping(struct import *import, const struct import_mapping *mapping, struct arena *arena)
{
	int64_t id;
	bool post = str_eq(mapping->object, STR("post"));
	if (!post && !str_eq(mapping->object, STR("attachment")))
		return;
	struct wp_post *known = str_to_i64(mapping->old_id, &id) ? wpset_post_by_id(import->set, id, arena) : NULL;
	if (!known || (known->class == WP_MEDIA) == post)
		return;
	known->target_id = mapping->target_id;
	known->revision_id = mapping->revision_id;
	if (mapping->hash.len == WPSET_HASH_BYTES)
		memcpy(known->hash, mapping->hash.ptr, WPSET_HASH_BYTES);
	wpset_save(import->set, known);
}

/* A translation that is new of a picture that is here already: its texts wait for the flip as changed ones do. */
static void take_originals(struct import *import)
{
	ARENA_SCOPED arena = arena_create(0);
	struct wp_post_vec posts;
	int64_t after = 0;
	do {
		arena_clear(arena);
		wpset_page(import->set, WPSET_TRANSLATED_MEDIA, &after, arena, &posts);
		for (size_t i = 0; i < posts.len; i++) {
			struct wp_post *post = posts.at[i];
			const struct wp_post *original = wpset_post_by_id(import->set, post->original, arena);
			if (post->target_id || !original || !original->target_id)
				continue;
			post->target_id = original->target_id;
			wpset_save(import->set, post);
		}
	} while (posts.len > 0);
}

static int load_map(struct import *import, int64_t source_id, struct err *err)
{
	const int page = 2000;
	ARENA_SCOPED arena = arena_create(0);
	ARENA_SCOPED keys = arena_create(0);
	struct str object = STR(""), old_id = STR("");
	for (;;) {
		struct import_mapping_vec mappings = {0};
		int result = import_map_page(import->store, source_id, object, old_id, page, arena, &mappings, err);
		if (result < 0)
			return result;
		for (size_t i = 0; i < mappings.len; i++)
			take_mapping(import, &mappings.at[i], arena);
		if (mappings.len < (size_t)page) {
			take_originals(import);
			return wpset_result(import->set, err);
		}
		arena_clear(keys);
		object = arena_str(keys, vec_last(&mappings)->object);
		old_id = arena_str(keys, vec_last(&mappings)->old_id);
		arena_clear(arena);
	}
}

static int load_progress(struct import *import, struct err *err)
{
	struct import_progress progress;
	int result = import_progress_get(import->store, import->set_hash, import->arena, &progress, err);
	if (result == STORE_NOT_FOUND)
		return 0;
	if (result < 0)
		return result;
	for (enum import_phase phase = IMPORT_CHECK; phase <= IMPORT_TEXTS; phase++)
		if (str_eq(progress.phase, str_from(phase_names[phase])))
			import->resume_phase = phase;
	import->resumed = true;
	import->source_id = progress.source_id;
	import->batch_id = progress.batch_id;
	import->resume_file = progress.file;
	import->resume_offset = progress.byte_offset;
	import->chunk = progress.chunk;
	import_report_clear(import->report);
	return import_report_load(import->report, progress.counts, err);
}

static int abandon(struct store_tx *tx, void *context, struct err *err)
{
	return batch_abandon(tx, *(const int64_t *)context, err);
}

/* An import of other files of this site that never ended would keep what it brought hidden for ever. */
static int abandon_others(struct import *import, struct err *err)
{
	struct batch_vec batches = {0};
	int result = batch_list_open(import->store, import->arena, &batches, err);
	for (size_t i = 0; result == 0 && i < batches.len; i++) {
		if (batches.at[i].id == import->batch_id || !str_eq(batches.at[i].source, import->source_text))
			continue;
		result = store_write(import->store, abandon, &batches.at[i].id, err);
		import_report_add(import->report, STR("earlier imports"), STR("interrupted, and given up"), 1);
	}
	return result;
}

/* ---- the batch ---- */

static int begin_batch(struct store_tx *tx, void *context, struct err *err)
{
	struct import *import = context;
	int result = import_source_put(tx, STR("wordpress"), import->set->base, &import->source_id, err);
	if (result == 0)
		result = batch_begin(tx, import->source_text, &import->batch_id, err);
	return result == 0 ? import_save(import, tx, -1, -1, err) : result;
}

int import_need_batch(struct import *import, struct err *err)
{
	if (import->batch_id)
		return 0;
	int result = store_write(import->store, begin_batch, import, err);
	if (result != 0)
		import->batch_id = 0;
	return result;
}

int import_save(struct import *import, struct store_tx *tx, int file, int64_t offset, struct err *err)
{
	BUF_SCOPED counts = BUF_INIT(IMPORT_REPORT_BYTES);
	import_report_json(import->report, &counts);
	struct import_progress progress = {
		.set_hash = import->set_hash,
		.source_id = import->source_id,
		.batch_id = import->batch_id,
		.phase = str_from(phase_names[import->phase]),
		.file = file,
		.byte_offset = offset,
		.chunk = import->chunk,
		.counts = buf_str(&counts),
	};
	return import_progress_put(tx, &progress, err);
}

static int flip(struct store_tx *tx, void *context, struct err *err)
{
	struct import *import = context;
	int result = batch_flip(tx, import->batch_id, err);
	if (result == 0)
		result = import_write_labels(import, tx, err);
	if (result == 0)
		result = import_keep_menus(import, tx, err);
	if (result == 0)
		result = wpset_result(import->set, err);
	if (result != 0)
		return result;
	import->phase = import_texts_wait(import) ? IMPORT_TEXTS : IMPORT_FLIP;
	return import->phase == IMPORT_TEXTS ? import_save(import, tx, -1, -1, err)
					     : import_progress_forget(tx, import->set_hash, err);
}

static int forget(struct store_tx *tx, void *context, struct err *err)
{
	const struct import *import = context;
	return import_progress_forget(tx, import->set_hash, err);
}

/* ---- phases ---- */

int import_run_pipeline(struct import *import, bool media, import_chunk *chunk, struct err *err)
{
	const struct import_options *options = import->options;
	size_t most = options->chunk_items > 0 ? (size_t)options->chunk_items : 250, count = 0;
	bool resuming = import->resumed && import->phase == import->resume_phase;
	struct pipeline_options pipeline_options = {
		.set = import->set,
		.files = options->files,
		.file_count = options->file_count,
		.media = media,
		.after_file = resuming ? import->resume_file : -1,
		.after_offset = resuming ? import->resume_offset : -1,
		.threads = options->threads > 0 ? options->threads : (int)sysconf(_SC_NPROCESSORS_ONLN),
		.slots = most + 64,
	};
	struct pipeline *pipeline = pipeline_create(&pipeline_options);
	struct pipeline_slot **slots = arena_array(import->arena, struct pipeline_slot *, most), *slot;
	int64_t bytes = 0;
	int result;
	while ((result = pipeline_take(pipeline, &slot, err)) == 0) {
		if (slot) {
			slots[count++] = slot;
			bytes += slot->bytes;
		}
		if (count == most || bytes >= CHUNK_BYTES || (!slot && count > 0)) {
			int64_t file_bytes = slots[count - 1]->file_bytes;
			result = chunk(import, slots, count, err);
			pipeline_release(pipeline, count);
			if (result == 0)
				result = import_tell(import, file_bytes, (int64_t)count, err);
			count = 0;
			bytes = 0;
		}
		if (result != 0 || !slot)
			break;
	}
	pipeline_destroy(pipeline);
	return result;
}

static int run_texts(struct import *import, struct err *err)
{
	import->phase = IMPORT_TEXTS;
	import->state.bytes_all += import->set->bytes;
	import->state.items_all += import->set->media;
	int result = import_write_texts(import, err);
	return result == 0 ? store_write(import->store, forget, import, err) : result;
}

static int run_phases(struct import *import, struct err *err)
{
	static const struct {
		enum import_phase phase;
		int (*write)(struct import *import, struct err *err);
	} phases[] = {
		{IMPORT_TERMS, import_write_terms},
		{IMPORT_MEDIA, import_write_media},
		{IMPORT_ITEMS, import_write_items},
		{IMPORT_LINKS, import_write_links},
	};
	bool flipped = import->resumed && import->resume_phase == IMPORT_TEXTS;
	for (size_t i = 0; i < sizeof phases / sizeof phases[0] && !flipped; i++) {
		import->phase = phases[i].phase;
		if (import->resumed && import->phase < import->resume_phase && import->phase != IMPORT_TERMS)
			continue;
		show(import, 0, 0);
		int result = phases[i].write(import, err);
		if (result == 0)
			result = wpset_result(import->set, err);
		if (result == 0)
			result = import_tell(import, 0, 0, err);
		if (result != 0)
			return result;
		if (import->phase == IMPORT_MEDIA || import->phase == IMPORT_ITEMS)
			import->bytes_before += import->set->bytes;
	}
	if (import->batch_id == 0 || import->options->dry_run)
		return 0;
	import->phase = IMPORT_FLIP;
	int result = flipped ? 0 : store_write(import->store, flip, import, err);
	if (result != 0)
		return result;
	show(import, 0, 0); /* a wish to stop comes too late: it is done */
	return import_texts_wait(import) ? run_texts(import, err) : 0;
}

static int run(struct import *import, struct err *err)
{
	int result = hash_set(import, err);
	if (result == 0)
		result = check_files(import, err);
	if (result < 0)
		return result;
	import->source_text = arena_printf(import->arena, "wordpress %.*s", STR_ARG(import->set->base));
	if (!import->options->dry_run)
		result = load_progress(import, err);
	if (result == 0 && !import->options->dry_run)
		result = abandon_others(import, err);
	if (result == 0)
		result = peek_source(import, &import->known_source_id, err);
	if (result == 0)
		result = load_map(import, import->known_source_id, err);
	if (result == 0)
		result = site_read(import->store, import->arena, &import->site, err);
	return result == 0 ? run_phases(import, err) : result;
}

int import_wordpress(struct store *store, const struct import_options *options, struct import_report **ret_report,
		     struct err *err)
{
	ARENA_SCOPED arena = arena_create(256u << 10);
	struct import import = {.store = store,
				.options = options,
				.arena = arena,
				.report = import_report_create(),
				.phase = IMPORT_CHECK};
	*ret_report = import.report;
	int result = mapping_read(options->mapping_path, arena, &import.mapping, err);
	if (result < 0)
		return result;
	SCRATCH_SCOPED scratch = NULL;
	result = scratch_create(&scratch, err);
	if (result < 0)
		return result;
	if (options->scratch_fault)
		scratch_fault(scratch, options->scratch_fault);
	const struct country_finder *finder =
		country_finder_create(arena, options->languages.at, options->languages.len);
	import.set = wpset_create(arena, scratch, &import.mapping, import.report, &options->languages,
				  options->time_zone, finder);
	result = run(&import, err);
	if (result > 0)
		return err_set(err, ERR_DATA, "the import met an answer of the store that it does not expect: %d",
			       result);
	return result;
}
