#include "store/inside.h"
#include "store/taxonomy.h"

int language_put(struct store_tx *tx, const struct language *language, struct err *err)
{
	int rc = db_run(tx->store->db, err,
			"INSERT INTO language (code, position, label) VALUES ($1, $2, $3)"
			" ON CONFLICT (code) DO UPDATE SET position = excluded.position, label = excluded.label",
			DB_TEXT(language->code), DB_I64(language->position), DB_TEXT(language->label));
	if (rc == 0)
		outbox_note(tx, OUTBOX_TAXONOMY, 0, STR(""));
	return rc;
}
