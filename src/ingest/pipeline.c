#include "ingest/pipeline.h"

#include <pthread.h>
#include <stdlib.h>

#define THREADS_MAX 64

enum { SLOT_FREE, SLOT_RAW, SLOT_BUSY, SLOT_READY, SLOT_TAKEN };

struct pipeline {
	struct pipeline_options options;
	struct wpset_place_in_files last; /* of the kind that is wanted: what follows it is not read */
	pthread_mutex_t mutex;
	pthread_cond_t space, raw, ready;
	struct pipeline_slot *slots;
	/* Ever growing counts; the slot of n is slots[n % options.slots]. oldest <= taken <= started <= filled. */
	uint64_t oldest, taken, started, filled;
	int64_t bytes; /* of filled and not yet taken */
	bool ended, stopping;
	int result;
	struct err err;
	pthread_t splitter, workers[THREADS_MAX];
	int worker_count;
};

static struct pipeline_slot *slot_at(struct pipeline *pipeline, uint64_t number)
{
	return &pipeline->slots[number % pipeline->options.slots];
}

/* Waits for a free slot; NULL when the pipeline is being destroyed. */
static struct pipeline_slot *wait_for_space(struct pipeline *pipeline)
{
	pthread_mutex_lock(&pipeline->mutex);
	while (!pipeline->stopping && (pipeline->filled - pipeline->oldest == pipeline->options.slots ||
				       (pipeline->bytes > PIPELINE_BYTES && pipeline->filled > pipeline->taken)))
		pthread_cond_wait(&pipeline->space, &pipeline->mutex);
	struct pipeline_slot *slot = pipeline->stopping ? NULL : slot_at(pipeline, pipeline->filled);
	pthread_mutex_unlock(&pipeline->mutex);
	return slot;
}

static void hand_over(struct pipeline *pipeline, struct pipeline_slot *slot)
{
	pthread_mutex_lock(&pipeline->mutex);
	slot->state = SLOT_RAW;
	pipeline->bytes += slot->bytes;
	pipeline->filled++;
	pthread_cond_signal(&pipeline->raw);
	pthread_mutex_unlock(&pipeline->mutex);
}

static bool wanted(const struct pipeline *pipeline, struct pipeline_slot *slot, const struct wxr_item *item, int file)
{
	const struct pipeline_options *options = &pipeline->options;
	if (file < options->after_file || (file == options->after_file && item->offset <= options->after_offset))
		return false;
	slot->post = wpset_post(options->set, item, file, slot->arena);
	return slot->post && (slot->post->class == WP_MEDIA) == options->media;
}

static int split_file(struct pipeline *pipeline, int file, int64_t *bytes_before, struct err *err)
{
	WXR_SCOPED wxr = NULL;
	struct wxr_event event;
	int result = wxr_open(pipeline->options.files[file], &wxr, err);
	if (result < 0)
		return result;
	for (;;) {
		struct pipeline_slot *slot = wait_for_space(pipeline);
		if (!slot)
			return ERR_STOPPED;
		do {
			arena_clear(slot->arena);
			result = wxr_next(wxr, slot->arena, &event, err);
			if (result < 0)
				return result;
			if (event.kind == WXR_END) {
				*bytes_before += wxr_bytes_total(wxr);
				return 0;
			}
		} while (event.kind != WXR_ITEM || !wanted(pipeline, slot, event.item, file));
		slot->item = event.item;
		slot->file = file;
		slot->bytes = (int64_t)arena_used_bytes(slot->arena);
		slot->file_bytes = *bytes_before + wxr_bytes_read(wxr);
		bool last = file == pipeline->last.file && slot->post->offset == pipeline->last.offset;
		hand_over(pipeline, slot);
		if (last)
			return 0;
	}
}

static void *split(void *argument)
{
	struct pipeline *pipeline = argument;
	struct err err = {0};
	int64_t bytes = 0;
	int result = 0;
	for (int file = 0; file <= pipeline->last.file && result == 0; file++)
		if (file >= pipeline->options.after_file)
			result = split_file(pipeline, file, &bytes, &err);
	pthread_mutex_lock(&pipeline->mutex);
	pipeline->ended = true;
	pipeline->result = result;
	pipeline->err = err;
	pthread_cond_broadcast(&pipeline->raw);
	pthread_cond_broadcast(&pipeline->ready);
	pthread_mutex_unlock(&pipeline->mutex);
	return NULL;
}

static struct pipeline_slot *wait_for_raw(struct pipeline *pipeline)
{
	struct pipeline_slot *slot = NULL;
	pthread_mutex_lock(&pipeline->mutex);
	while (!pipeline->stopping && pipeline->started == pipeline->filled && !pipeline->ended)
		pthread_cond_wait(&pipeline->raw, &pipeline->mutex);
	if (!pipeline->stopping && pipeline->started < pipeline->filled) {
		slot = slot_at(pipeline, pipeline->started++);
		slot->state = SLOT_BUSY;
	}
	pthread_mutex_unlock(&pipeline->mutex);
	return slot;
}

static void *work(void *argument)
{
	struct pipeline *pipeline = argument;
	struct preparer *preparer = preparer_create(pipeline->options.set);
	struct pipeline_slot *slot;
	while ((slot = wait_for_raw(pipeline))) {
		prepare_item(preparer, slot->item, slot->post, slot->arena, &slot->prepared);
		pthread_mutex_lock(&pipeline->mutex);
		slot->state = SLOT_READY;
		pthread_cond_signal(&pipeline->ready);
		pthread_mutex_unlock(&pipeline->mutex);
	}
	preparer_destroy(preparer);
	return NULL;
}

static void start(pthread_t *thread, void *(*run)(void *), struct pipeline *pipeline)
{
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 8u << 20);
	if (pthread_create(thread, &attributes, run, pipeline) != 0)
		abort();
	pthread_attr_destroy(&attributes);
}

struct pipeline *pipeline_create(const struct pipeline_options *options)
{
	struct pipeline *pipeline = calloc(1, sizeof *pipeline);
	if (!pipeline)
		abort();
	pipeline->options = *options;
	pipeline->last = options->media ? options->set->last_media : options->set->last_item;
	pthread_mutex_init(&pipeline->mutex, NULL);
	pthread_cond_init(&pipeline->space, NULL);
	pthread_cond_init(&pipeline->raw, NULL);
	pthread_cond_init(&pipeline->ready, NULL);
	pipeline->slots = calloc(options->slots, sizeof *pipeline->slots);
	if (!pipeline->slots)
		abort();
	for (size_t i = 0; i < options->slots; i++)
		pipeline->slots[i].arena = arena_create(32u << 10);
	int threads = options->threads < 1 ? 1 : options->threads > THREADS_MAX ? THREADS_MAX : options->threads;
	start(&pipeline->splitter, split, pipeline);
	for (; pipeline->worker_count < threads; pipeline->worker_count++)
		start(&pipeline->workers[pipeline->worker_count], work, pipeline);
	return pipeline;
}

void pipeline_destroy(struct pipeline *pipeline)
{
	if (!pipeline)
		return;
	pthread_mutex_lock(&pipeline->mutex);
	pipeline->stopping = true;
	pthread_cond_broadcast(&pipeline->space);
	pthread_cond_broadcast(&pipeline->raw);
	pthread_mutex_unlock(&pipeline->mutex);
	pthread_join(pipeline->splitter, NULL);
	for (int i = 0; i < pipeline->worker_count; i++)
		pthread_join(pipeline->workers[i], NULL);
	for (size_t i = 0; i < pipeline->options.slots; i++)
		arena_destroy(pipeline->slots[i].arena);
	pthread_cond_destroy(&pipeline->space);
	pthread_cond_destroy(&pipeline->raw);
	pthread_cond_destroy(&pipeline->ready);
	pthread_mutex_destroy(&pipeline->mutex);
	free(pipeline->slots);
	free(pipeline);
}

int pipeline_take(struct pipeline *pipeline, struct pipeline_slot **ret_slot, struct err *err)
{
	int result = 0;
	*ret_slot = NULL;
	pthread_mutex_lock(&pipeline->mutex);
	for (;;) {
		if (pipeline->taken < pipeline->filled && slot_at(pipeline, pipeline->taken)->state == SLOT_READY) {
			*ret_slot = slot_at(pipeline, pipeline->taken++);
			(*ret_slot)->state = SLOT_TAKEN;
			pipeline->bytes -= (*ret_slot)->bytes;
			pthread_cond_signal(&pipeline->space);
			break;
		}
		if (pipeline->ended && pipeline->taken == pipeline->filled) {
			result = pipeline->result;
			if (result < 0)
				*err = pipeline->err;
			break;
		}
		pthread_cond_wait(&pipeline->ready, &pipeline->mutex);
	}
	pthread_mutex_unlock(&pipeline->mutex);
	return result;
}

void pipeline_release(struct pipeline *pipeline, size_t count)
{
	pthread_mutex_lock(&pipeline->mutex);
	while (count-- > 0 && pipeline->oldest < pipeline->taken)
		slot_at(pipeline, pipeline->oldest++)->state = SLOT_FREE;
	pthread_cond_signal(&pipeline->space);
	pthread_mutex_unlock(&pipeline->mutex);
}
