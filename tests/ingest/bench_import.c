/* Imports files into a new store and says how long it took: bench_import STORE.db FILE… */
#include "ingest/import.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct err err = {0};
	struct db_options options = {0};
	STORE_SCOPED store = NULL;
	ARENA_SCOPED arena = arena_create(0);
	if (argc < 3) {
		fprintf(stderr, "usage: bench_import STORE.db FILE…\n");
		return 2;
	}
	struct str url = arena_printf(arena, "sqlite:%s", argv[1]);
	if (store_open(url.ptr, &options, NULL, NULL, &store, &err) || store_migrate(store, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	struct import_options import = {
		.files = (const char *const *)argv + 2, .file_count = argc - 2, .time_zone = STR("UTC")};
	*vec_add(&import.languages, arena) = STR("en");
	struct import_report *report = NULL;
	int64_t start_us = clock_steady_us();
	int result = import_wordpress(store, &import, &report, &err);
	double seconds = (double)(clock_steady_us() - start_us) / 1e6;
	int64_t items = import_report_count(report, STR("posts"), STR("taken")) +
			import_report_count(report, STR("pages"), STR("taken")) +
			import_report_count(report, STR("attachments"), STR("taken"));
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	printf("items=%lld seconds=%.2f items_per_second=%.0f peak_mib=%ld\n", (long long)items, seconds,
	       (double)items / seconds, usage.ru_maxrss / 1024);
	if (result < 0)
		fprintf(stderr, "%s\n", err.text);
	import_report_destroy(report);
	return result < 0;
}
