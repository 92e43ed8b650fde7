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

/* Every table, and which part of the store it belongs to. */
#define TABLE(part, name, columns)                                                                                     \
	{                                                                                                              \
		DIGEST_##part, #name, "SELECT * FROM " #name, (columns)                                                \
	}
static const struct table {
	unsigned part;
	const char *name, *sql;
	int columns;
} tables[] = {
	TABLE(CONTENT, item, 10),
	TABLE(CONTENT, item_language, 24),
	TABLE(CONTENT, revision, 12),
	TABLE(CONTENT, waiver, 4),
	TABLE(CONTENT, correction, 8),
	TABLE(CONTENT, item_term, 3),
	TABLE(CONTENT, item_place, 3),
	TABLE(CONTENT, item_contributor, 4),
	TABLE(CONTENT, stood_in, 4),
	TABLE(CONTENT, related, 4),
	TABLE(CONTENT, media_use, 4),
	TABLE(CONTENT, redirect, 11),
	TABLE(CONTENT, tombstone, 5),
	TABLE(NAMES, language, 3),
	TABLE(NAMES, kind, 7),
	TABLE(NAMES, kind_text, 6),
	TABLE(NAMES, term, 4),
	TABLE(NAMES, term_text, 6),
	TABLE(NAMES, place, 4),
	TABLE(NAMES, place_text, 6),
	TABLE(NAMES, contributor, 5),
	TABLE(NAMES, contributor_text, 4),
	TABLE(NAMES, media, 13),
	TABLE(NAMES, media_text, 7),
	TABLE(NAMES, rendition, 6),
	TABLE(NAMES, site_text, 3),
	TABLE(NAMES, menu_item, 12),
	TABLE(IMPORT, staged_entry, 17),
	TABLE(IMPORT, staged_link, 6),
	TABLE(IMPORT, import_source, 4),
	TABLE(IMPORT, import_map, 9),
	TABLE(IMPORT, import_progress, 9),
	TABLE(IMPORT, import_conflict, 7),
	TABLE(BATCH, batch, 5),
	TABLE(RECORD, operation, 2),
	TABLE(RECORD, outbox_head, 2),
	TABLE(RECORD, outbox, 6),
};

/* Rows are added up, so their order does not matter. */
static uint64_t of_table(struct db *db, const struct table *table)
{
	const struct db_value none = DB_NULL;
	DB_ROWS rows = {0};
	struct err err = {0};
	uint64_t sum = 0;
	int rc = db_select_values(db, &rows, table->sql, &none, 0, &err);
	while (rc >= 0 && (rc = db_next(&rows, &err)) == DB_ROW)
		sum += add_row(str_hash(str_from(table->name), 1), &rows, table->columns);
	if (rc != 0)
		fail_msg("%s: %s", table->name, err.text);
	return sum;
}

uint64_t digest_of(struct fixture *fixture, unsigned parts)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (parts & tables[i].part)
			sum += of_table(store_db(fixture->store), &tables[i]);
	return sum;
}
