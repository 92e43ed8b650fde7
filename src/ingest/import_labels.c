/* Labels of terms and names of people that are here already. They are no part of a batch, so what an updated export
 * says of them waits for the flip and is written in the same transaction. */
#include "ingest/import_run.h"

#include "crypt/hash.h"
#include "store/taxonomy.h"

#include <string.h>

struct label_hash import_label_hash(struct str language, struct str label, struct str introduction)
{
	const struct str parts[] = {language, label, introduction};
	struct sha256_run *run = sha256_begin();
	struct label_hash result;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		uint64_t len = parts[i].len;
		sha256_add(run, str_of((const char *)&len, sizeof len));
		sha256_add(run, parts[i]);
	}
	struct sha256 hash = sha256_end(run);
	memcpy(result.bytes, hash.bytes, sizeof result.bytes);
	return result;
}

static struct str bytes_of(const struct label_hash *hash)
{
	return str_of(hash->bytes, sizeof hash->bytes);
}

/* What is resumed was counted before its batch began. */
static void count(struct import *import, struct str what, struct str old_id, bool changes)
{
	if (import->resumed)
		return;
	struct str plural = str_eq(what, STR("term")) ? STR("terms") : STR("authors");
	import_report_add(import->report, plural, changes ? STR("changed") : STR("left: changed here"), 1);
	if (!changes)
		import_report_note(import->report, what, old_id,
				   STR("its name was edited here since the last import, and the export has changed it "
				       "too; ours was kept"));
}

bool import_label_changes(struct import *import, struct str what, struct str old_id, struct str imported,
			  const struct label_hash *now, const struct label_hash *here)
{
	if (str_eq(imported, bytes_of(now)) || str_eq(bytes_of(here), bytes_of(now)))
		return false;
	bool changes = str_eq(imported, bytes_of(here));
	count(import, what, old_id, changes);
	return changes;
}

static int write_label(struct import *import, struct store_tx *tx, const struct wp_term *term, struct err *err)
{
	struct arena *arena = tx_arena(tx);
	struct str slug = term->slug_here;
	int result = 0;
	if (str_empty(slug))
		result = import_free_slug(tx, term, &slug, err);
	struct taxonomy_text text = {
		.language = term->language, .label = term->name, .slug = slug, .introduction = term->description};
	if (result == 0)
		result = term_put_text(tx, term->target_id, &text, err);
	struct label_hash hash = import_label_hash(term->language, term->name, term->description);
	struct import_mapping mapping = {.object = STR("term"),
					 .old_id = import_term_old_id(term, arena),
					 .hash = bytes_of(&hash),
					 .target = IMPORT_TARGET_TERM,
					 .target_id = term->target_id};
	return result == 0 ? import_map_put(tx, import->source_id, &mapping, err) : result;
}

static int write_name(struct import *import, struct store_tx *tx, const struct wp_author *author, struct err *err)
{
	struct contributor contributor = {.name = author->name,
					  .slug = author->slug_here,
					  .unit = author->unit_here,
					  .is_public = author->public_here};
	int64_t id;
	int result = contributor_put(tx, &contributor, &id, err);
	struct label_hash hash = import_label_hash(STR(""), author->name, STR(""));
	struct import_mapping mapping = {.object = STR("author"),
					 .old_id = author->login,
					 .hash = bytes_of(&hash),
					 .target = IMPORT_TARGET_CONTRIBUTOR,
					 .target_id = author->contributor_id};
	return result == 0 ? import_map_put(tx, import->source_id, &mapping, err) : result;
}

int import_write_labels(struct import *import, struct store_tx *tx, struct err *err)
{
	const struct wpset *set = import->set;
	int result = 0;
	for (size_t i = 0; i < set->terms.len && result == 0; i++)
		if (set->terms.at[i]->waits)
			result = write_label(import, tx, set->terms.at[i], err);
	for (size_t i = 0; i < set->authors.len && result == 0; i++)
		if (set->authors.at[i]->waits)
			result = write_name(import, tx, set->authors.at[i], err);
	return result;
}
