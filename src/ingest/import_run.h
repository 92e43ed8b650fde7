/* import_run: what the phases of an import share; only import_*.c include it. */
#ifndef CRIER_INGEST_IMPORT_RUN_H
#define CRIER_INGEST_IMPORT_RUN_H

#include "ingest/import.h"
#include "ingest/pipeline.h"
#include "store/import.h"
#include "store/site.h"

#define CHUNK_BYTES (12u << 20)

/* A menu in one language, as the export has it and as it was written. */
struct import_menu {
	struct str old_id; /* "main:en" */
	struct str hash;
	int64_t first_id;
};
VEC_TYPE(import_menu_vec, struct import_menu);
struct menu;
VEC_TYPE(import_menu_read_vec, struct menu *);

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
	int64_t bytes_before;     /* of earlier phases */
	struct site_content site; /* as it was when the call began */
	struct import_menu_read_vec menus_read;
	struct import_menu_vec menus; /* written by this batch; known to be ours from its flip on */
};

/* Tells the progress and whether to stop. */
int import_tell(struct import *import, int64_t bytes_done, int64_t items_more, struct err *err);
/* Begins the batch where there is none yet. */
int import_need_batch(struct import *import, struct err *err);
/* The last statement of each chunk. */
int import_save(struct import *import, struct store_tx *tx, int file, int64_t offset, struct err *err);
void import_take_tallies(struct import *import, const struct prepared *prepared);
struct str import_hash_text(const unsigned char hash[WPSET_HASH_BYTES], char text[2 * WPSET_HASH_BYTES + 1]);

/* What is taken of a label, or of a name (then the others are empty), to tell who changed it since. */
struct label_hash {
	char bytes[WPSET_HASH_BYTES];
};
struct label_hash import_label_hash(struct str language, struct str label, struct str introduction);
/* Whether the export's text takes the place of what is here: where the export has changed it and nobody here has. What
 * both have changed is noted and stays. imported is what the map says of the last time. */
bool import_label_changes(struct import *import, struct str what, struct str old_id, struct str imported,
			  const struct label_hash *now, const struct label_hash *here);
struct str import_term_old_id(const struct wp_term *term, struct arena *arena);
/* The term's own slug, or one like it that is free. */
int import_free_slug(struct store_tx *tx, const struct wp_term *term, struct str *ret_slug, struct err *err);
/* Inside the flip: the labels and names that waited for it, and which menus are the import's. */
int import_write_labels(struct import *import, struct store_tx *tx, struct err *err);
int import_keep_menus(struct import *import, struct store_tx *tx, struct err *err);

/* Looks which menus are new, or changed by the export and by nobody here; and in a chunk writes these. */
int import_read_menus(struct import *import, struct err *err);
bool import_menus_wait(const struct import *import);
int import_write_menus(struct import *import, struct store_tx *tx, struct err *err);

int import_write_terms(struct import *import, struct err *err);
int import_write_media(struct import *import, struct err *err);
int import_write_items(struct import *import, struct err *err);
int import_write_links(struct import *import, struct err *err);
/* After the flip: the texts of pictures that were public before it, which are not part of any batch. */
int import_write_texts(struct import *import, struct err *err);
bool import_texts_wait(const struct import *import);

/* Runs a phase's items through the pipeline. The chunk function gets slots in order. */
typedef int import_chunk(struct import *import, struct pipeline_slot **slots, size_t count, struct err *err);
int import_run_pipeline(struct import *import, bool media, import_chunk *chunk, struct err *err);

#endif
