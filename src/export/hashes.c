#include "export/hashes.h"

#include "base/err.h"

#include <stdlib.h>

#define ROOM_FIRST 1024

/* Where the hash is, or would be. */
static size_t place_of(const struct hashes *hashes, uint64_t hash)
{
	size_t at = hash & (hashes->room - 1);

	while (hashes->at[at] != 0 && hashes->at[at] != hash)
		at = (at + 1) & (hashes->room - 1);
	return at;
}

static void grow(struct hashes *hashes)
{
	struct hashes larger = {.count = hashes->count, .room = hashes->room ? hashes->room * 2 : ROOM_FIRST};

	larger.at = calloc(larger.room, sizeof *larger.at);
	if (!larger.at)
		err_die("out of memory: no room for the addresses of the site");
	for (size_t i = 0; i < hashes->room; i++) {
		if (hashes->at[i] != 0)
			larger.at[place_of(&larger, hashes->at[i])] = hashes->at[i];
	}
	free(hashes->at);
	*hashes = larger;
}

bool hashes_add(struct hashes *hashes, uint64_t hash)
{
	size_t at;

	if (hash == 0)
		return false;
	if (hashes->count * 2 >= hashes->room)
		grow(hashes);
	at = place_of(hashes, hash);
	if (hashes->at[at] == hash)
		return false;
	hashes->at[at] = hash;
	hashes->count++;
	return true;
}

bool hashes_has(const struct hashes *hashes, uint64_t hash)
{
	return hash != 0 && hashes->room > 0 && hashes->at[place_of(hashes, hash)] == hash;
}

void hashes_finish(struct hashes *hashes)
{
	free(hashes->at);
	*hashes = (struct hashes){0};
}
