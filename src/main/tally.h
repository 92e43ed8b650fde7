/* tally: whether the files that the store names are there. Reads every medium once, and opens no file. */
#ifndef CRIER_MAIN_TALLY_H
#define CRIER_MAIN_TALLY_H

#include "blob/blob.h"
#include "store/store.h"

struct tally_result {
	int64_t named, missing;
	struct str first_missing; /* the name of its medium */
};

int tally_files(struct store *store, const struct blob_store *blobs, struct arena *arena,
		struct tally_result *ret_result, struct err *err);

#endif
