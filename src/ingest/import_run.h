/* import_run: what the phases of an import share; only import_*.c include it. */
#ifndef CRIER_INGEST_IMPORT_RUN_H
#define CRIER_INGEST_IMPORT_RUN_H

#include "ingest/import.h"
#include "ingest/pipeline.h"
#include "store/import.h"

#define CHUNK_BYTES (12u << 20)

struct import {
	struct store *store;
	const struct import_options *options;
	struct arena *arena;
	struct mapping mapping;
	struct wpset *set;
	struct import_report *report;
	struct str set_hash, source_text;
	int64_t source_id;       /* 0: not made yet */
	int64_t known_source_id; /* to read by; of an import that only looks it may be gone */
	int64_t batch_id;        /* 0: nothing had to be written yet */
	int64_t chunk;
	enum import_phase phase, resume_phase;
	int resume_file;
	int64_t resume_offset;
	bool resumed;
	struct import_state state;
	int64_t bytes_before; /* of earlier phases */
	int64_t run;          /* number of the transaction callback, to tell pending results apart */
};

/* Tells the progress and whether to stop. */
int import_tell(struct import *import, int64_t bytes_done, int64_t items_more, struct err *err);
/* Begins the batch where there is none yet. */
int import_need_batch(struct import *import, struct err *err);
/* The last statement of each chunk. */
int import_save(struct import *import, struct store_tx *tx, int file, int64_t offset, struct err *err);
void import_take_tallies(struct import *import, const struct prepared *prepared);
struct str import_hash_text(const unsigned char hash[WPSET_HASH_BYTES], char text[2 * WPSET_HASH_BYTES + 1]);

int import_write_terms(struct import *import, struct err *err);
int import_write_media(struct import *import, struct err *err);
int import_write_items(struct import *import, struct err *err);
int import_write_links(struct import *import, struct err *err);

/* Runs a phase's items through the pipeline. The chunk function gets slots in order. */
typedef int import_chunk(struct import *import, struct pipeline_slot **slots, size_t count, struct err *err);
int import_run_pipeline(struct import *import, bool media, import_chunk *chunk, struct err *err);

#endif
