/* replay FOLDER: gives every file of a corpus to the fuzzer that this is linked with. What was found once
 * is found again if it comes back. An empty corpus is a mistake. */
#include "base/file.h"

#include <stdio.h>

#define INPUT_MAX_BYTES ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct replay {
	struct arena *arena;
	const char *folder;
	unsigned files;
};

static int give(void *context, const char *relative_path, struct err *err)
{
	struct replay *replay = context;
	struct arena_mark mark = arena_mark(replay->arena);
	struct str path = arena_printf(replay->arena, "%s/%s", replay->folder, relative_path);
	struct str content;
	int rc = file_read(path.ptr, INPUT_MAX_BYTES, replay->arena, &content, err);
	if (rc == 0) {
		printf("%s\n", relative_path);
		fflush(stdout);
		LLVMFuzzerTestOneInput((const uint8_t *)content.ptr, content.len);
		replay->files++;
	}
	arena_release(replay->arena, mark);
	return rc;
}

int main(int argc, char **argv)
{
	struct err err = {0};
	ARENA_SCOPED arena = arena_create(0);
	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	struct replay replay = {.arena = arena, .folder = argv[1]};
	int rc = file_walk(argv[1], give, &replay, &err);
	if (rc < 0)
		fprintf(stderr, "%s\n", err.text);
	else if (replay.files == 0)
		fprintf(stderr, "%s: no file to replay\n", argv[1]);
	printf("replayed %u files\n", replay.files);
	return rc == 0 && replay.files > 0 ? 0 : 1;
}
