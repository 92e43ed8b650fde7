/* pipeline: one thread splits files into items, workers prepare them, the caller takes them in order.
 *
 *     files ──splitter (expat)──▶ ring of slots ──workers (prepare_item)──▶ pipeline_take, in file order
 *
 * The ring is bounded in slots and in bytes, so memory does not grow with the files. The caller keeps the slots it has
 * taken until pipeline_release, which is how a chunk is collected without a copy. Threads end with
 * pipeline_destroy, wherever they are. An error of the splitter is answered in its place in the order. Files are
 * read as far as the last item of the wanted kind, and not at all where there is none.
 */
#ifndef CRIER_INGEST_PIPELINE_H
#define CRIER_INGEST_PIPELINE_H

#include "ingest/prepare.h"

#define PIPELINE_BYTES (48u << 20) /* of items between the splitter and the caller */

struct pipeline_slot {
	struct arena *arena;
	struct wxr_item *item;
	struct wp_post *post;
	struct prepared prepared;
	int64_t bytes, file_bytes; /* file_bytes: read of all files so far, for a progress bar */
	int file;
	int state;
};

struct pipeline_options {
	const struct wpset *set;
	const char *const *files;
	int file_count;
	bool media;     /* attachments; otherwise items and pages */
	int after_file; /* skip what stands at or before this place: -1 from the start */
	int64_t after_offset;
	int threads;
	size_t slots; /* at least the longest chunk and some more */
};

struct pipeline;
struct pipeline *pipeline_create(const struct pipeline_options *options);
void pipeline_destroy(struct pipeline *pipeline);

/* The next prepared item; *ret_slot NULL at the end. */
int pipeline_take(struct pipeline *pipeline, struct pipeline_slot **ret_slot, struct err *err);
/* Gives the count oldest taken slots back. */
void pipeline_release(struct pipeline *pipeline, size_t count);

#endif
