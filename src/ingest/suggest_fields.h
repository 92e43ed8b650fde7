/* suggest_fields: the part of a proposed mapping that names custom fields and post types.
 *
 * Reads the files once more for the keys of custom fields, which the first pass does not keep. A field is proposed
 * when its key is a usual word for something ("photo_credit", "subtitle", "index_number"); its count is told. */
#ifndef CRIER_INGEST_SUGGEST_FIELDS_H
#define CRIER_INGEST_SUGGEST_FIELDS_H

#include "ingest/import.h"

int suggest_fields(const struct import_options *options, struct buf *out, struct err *err);

#endif
