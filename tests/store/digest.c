#include "digest.h"

/* Bytes as the engine gives them, a byte in front for null: the same row gives the same bytes on one engine. */
static uint64_t add_row(uint64_t hash, const struct db_rows *rows, int columns)
{
	for (int i = 0; i < columns; i++) {
		char none = db_is_null(rows, i);
		hash = str_hash(str_of(&none, 1), hash);
		hash = str_hash(db_blob(rows, i), hash);
	}
	return hash;
}

/* Rows are added up, so their order does not matter. */
#define ADD(table, columns)                                                                                            \
	do {                                                                                                           \
		DB_ROWS rows = {0};                                                                                    \
		struct err err = {0};                                                                                  \
		int rc = db_select(db, &rows, &err, "SELECT * FROM " #table);                                          \
		while (rc >= 0 && (rc = db_next(&rows, &err)) == DB_ROW)                                               \
			sum += add_row(str_hash(STR(#table), 1), &rows, (columns));                                    \
		if (rc != 0)                                                                                           \
			fail_msg("%s: %s", #table, err.text);                                                          \
	} while (0)

static uint64_t of_content(struct db *db)
{
	uint64_t sum = 0;
	ADD(item, 10);
	ADD(item_language, 23);
	ADD(revision, 12);
	ADD(waiver, 4);
	ADD(correction, 8);
	ADD(item_term, 3);
	ADD(item_place, 3);
	ADD(item_contributor, 4);
	ADD(related, 4);
	ADD(media_use, 4);
	ADD(redirect, 11);
	ADD(tombstone, 5);
	return sum;
}

static uint64_t of_names(struct db *db)
{
	uint64_t sum = 0;
	ADD(language, 3);
	ADD(kind, 7);
	ADD(kind_text, 6);
	ADD(term, 4);
	ADD(term_text, 6);
	ADD(place, 4);
	ADD(place_text, 6);
	ADD(contributor, 5);
	ADD(contributor_text, 4);
	ADD(media, 13);
	ADD(media_text, 7);
	ADD(rendition, 6);
	ADD(site_text, 3);
	ADD(menu_item, 12);
	return sum;
}

static uint64_t of_import(struct db *db)
{
	uint64_t sum = 0;
	ADD(staged_entry, 16);
	ADD(staged_link, 6);
	ADD(import_source, 4);
	ADD(import_map, 9);
	ADD(import_progress, 9);
	ADD(import_conflict, 7);
	return sum;
}

static uint64_t of_batch(struct db *db)
{
	uint64_t sum = 0;
	ADD(batch, 5);
	return sum;
}

static uint64_t of_record(struct db *db)
{
	uint64_t sum = 0;
	ADD(operation, 2);
	ADD(outbox_head, 2);
	ADD(outbox, 6);
	return sum;
}

uint64_t digest_of(struct fixture *fixture, unsigned parts)
{
	static const struct {
		unsigned part;
		uint64_t (*of)(struct db *db);
	} all[] = {
		{DIGEST_CONTENT, of_content}, {DIGEST_NAMES, of_names},   {DIGEST_IMPORT, of_import},
		{DIGEST_BATCH, of_batch},     {DIGEST_RECORD, of_record},
	};
	uint64_t sum = 0;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		sum = sum * 31 + (parts & all[i].part ? all[i].of(store_db(fixture->store)) : 0);
	return sum;
}
