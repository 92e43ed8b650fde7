/* What proxies say of the reader, from untrusted bytes: lines of a field, by both ways of writing. An address that
 * comes out is never a proxy's; it is the one that the last lines give alone; and what stands before them changes
 * nothing. */
#include "web/forwarded.h"

#include <stdlib.h>

#define FIELDS 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool right)
{
	if (!right)
		abort();
}

static void check(const struct proxies *proxies, const struct header *fields, size_t count)
{
	struct netaddr reader, again;
	int rc = forwarded_reader(proxies, fields, count, &reader);
	must(rc == 0 || rc == FORWARDED_NONE || rc == FORWARDED_BROKEN);
	must(rc != 0 || !proxies_have(proxies, &reader));
	must(count > 0 || rc == FORWARDED_NONE);
	for (size_t skip = 1; skip < count; skip++) {
		int later = forwarded_reader(proxies, fields + skip, count - skip, &again);
		must(later == FORWARDED_NONE || later == rc);
		must(later != 0 || memcmp(&again, &reader, sizeof reader) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct network networks[2];
	struct header fields[FIELDS];
	size_t count = 0;
	struct str rest = str_of((const char *)data, size), line;
	must(network_read(STR("10.0.0.0/8"), &networks[0]) && network_read(STR("fd00::/8"), &networks[1]));
	while (count < FIELDS && str_next(&rest, '\n', &line))
		fields[count++].value = line;
	for (int rfc7239 = 0; rfc7239 < 2; rfc7239++) {
		for (size_t i = 0; i < count; i++)
			fields[i].name = rfc7239 ? STR("Forwarded") : STR("X-Forwarded-For");
		check(&(struct proxies){networks, 2, rfc7239}, fields, count);
	}
	return 0;
}
