/* inside: what the files of store/ share. Nobody else includes it. */
#ifndef CRIER_STORE_INSIDE_H
#define CRIER_STORE_INSIDE_H

#include "store/outbox.h"
#include "store/store.h"

#include "store/item.h"

struct store {
	struct db *db;
	const struct clock *clock;
	bool its_time; /* the database's clock, where it has one, says when a transaction takes place */
	struct random *random;
};

struct change {
	enum outbox_kind kind;
	int64_t subject_id;
	struct str detail;
};

struct store_tx {
	struct store *store;
	struct arena *arena;
	int64_t now_s;
	int64_t batch_id;
	VEC(struct change) changes;
};

extern const struct db_migrations store_migrations;

/* Last in each transaction: numbers the changes. */
int outbox_write(struct store_tx *tx, struct err *err);

/* Words as they stand in the database, by the order of their enum; each list ends with NULL. */
extern const char *const item_type_words[];
extern const char *const item_state_words[];
extern const char *const item_access_words[];
extern const char *const item_precision_words[]; /* none is null in the database */
extern const char *const item_role_words[];
extern const char *const item_relation_words[];
extern const char *const media_role_words[];
extern const char *const withdraw_words[];
extern const char *const vocabulary_words[];
extern const char *const place_kind_words[];
extern const char *const import_target_words[];
extern const char *const outbox_words[];
extern const char *const site_text_words[];
int word_index(const char *const *words,
	       struct str word); /* the last, the most private, for a word that is not there */

/* The first column of what db_select answered with rc. */
int rows_ids(int rc, struct db_rows *rows, struct arena *arena, struct id_vec *ret_ids, struct err *err);

/* Adds the entries of the item to the changes: a change of one shows on its translations. */
int note_item(struct store_tx *tx, int64_t item_id, struct err *err);

/* 0 where both items are there, else STORE_NOT_FOUND. */
int items_there(struct store_tx *tx, int64_t item_id, int64_t other_id, struct err *err);

/* Whether what belongs to the item itself may change at once: always, but in a chunk only where nothing of it is
 * outside the batch, since the rest may be public. */
int item_may_change(struct store_tx *tx, int64_t item_id, bool *ret_may, struct err *err);

/* A revision with its media, behind those that the entry has. The caller sets the newest of the entry. */
int revision_add(struct store_tx *tx, int64_t entry_id, const struct item_revision_content *content, const char *state,
		 int64_t *ret_revision_id, struct err *err);
/* Records that it passed the gate as an import. Twice is once. */
int revision_waive(struct store_tx *tx, int64_t revision_id, struct err *err);

/* What the entry is filed under, from nothing. */
int links_put(struct store_tx *tx, int64_t entry_id, const struct item_content *content, struct err *err);
int links_clear(struct store_tx *tx, int64_t entry_id, struct err *err);

/* The lists that an entry stood in when readers could last see it (table stood_in): kept once, when it is over, that is
 * withdrawn or expired, and before anything that puts it in other lists; nothing happens for another. forget: it may be
 * seen again. The two of a batch stand before and behind the flip of its entries. */
int stood_in_keep(struct store_tx *tx, int64_t entry_id, struct err *err);
int stood_in_keep_item(struct store_tx *tx, int64_t item_id, struct err *err); /* each of its entries */
int stood_in_keep_staged(struct store_tx *tx, int64_t batch_id, struct err *err);
int stood_in_keep_expired(struct store_tx *tx, struct err *err); /* all: before a tree moves or a person gets a name */
int stood_in_forget(struct store_tx *tx, int64_t entry_id, struct err *err);
int stood_in_forget_flipped(struct store_tx *tx, int64_t batch_id, struct err *err);

/* Makes the newest revision of staged entries what it was before, where the staged one still is it. */
int batch_restore_newest(struct store_tx *tx, int64_t batch_id, bool withdrawn_only, struct err *err);

/* STORE_REFUSED or STORE_NOT_FOUND for a batch that is not open, with the reason in err. */
int batch_why_not(struct store_tx *tx, int64_t batch_id, struct err *err);

/* STORE_REFUSED, with the reasons in err. */
int item_gate(struct store *store, int64_t revision_id, unsigned *ret_lacks, struct err *err);

#endif
