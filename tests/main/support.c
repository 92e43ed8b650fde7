#include "support.h"

#include "base/file.h"
#include "main/commands.h"
#include "main/folder.h"

#include <dirent.h>
#include <unistd.h>

int place_setup(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	assert_non_null(place);
	/* In memory where the system offers it: these tests sync a lot. */
	snprintf(place->folder, sizeof place->folder, "%s/crier-main-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(place->folder));
	place->arena = arena_create(0);
	*state = place;
	return 0;
}

int place_teardown(void **state)
{
	struct place *place = *state;
	int rc = folder_remove(place->folder, NULL);

	arena_destroy(place->arena);
	free(place);
	return rc;
}

const char *place_path(const struct place *place, const char *name)
{
	return arena_printf(place->arena, "%s/%s", place->folder, name).ptr;
}

void file_made(const char *path, const char *content)
{
	struct err err = {0};

	if (file_write(path, str_from(content), 0640, &err) != 0)
		fail_msg("%s", err.text);
}

struct str file_content(const struct place *place, const char *path)
{
	struct str content = {0};
	struct err err = {0};

	if (file_read(path, 1 << 20, place->arena, &content, &err) < 0)
		fail_msg("%s", err.text);
	return content;
}

static void put_blobs(const struct newsroom *newsroom)
{
	static const char *const contents[] = {"one picture", "another picture", "a document"};
	struct blob_store *blobs = NULL;
	struct err err = {0};

	assert_int_equal(newsroom_blobs(newsroom, &blobs, &err), 0);
	for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
		struct blob_id id;

		assert_int_equal(blob_put(blobs, str_from(contents[i]), &id, &err), 0);
	}
	blob_close(blobs);
}

struct newsroom newsroom_made(const struct place *place, const char *name, const char *word)
{
	const struct config_default defaults[] = {{"site.name", STR("Test")},
						  {"site.url", STR("http://localhost:8080")}};
	const char *dir = place_path(place, name);
	struct newsroom newsroom;
	struct store *store = NULL;
	struct err err = {0};

	assert_int_equal(file_make_dirs(arena_printf(place->arena, "%s/theme", dir).ptr, 0750, &err), 0);
	file_made(arena_printf(place->arena, "%s/crier.conf", dir).ptr,
		  config_default_text(place->arena, defaults, 2).ptr);
	file_made(arena_printf(place->arena, "%s/theme/own.css", dir).ptr, word);
	assert_int_equal(newsroom_open(dir, place->arena, &newsroom, &err), 0);
	assert_int_equal(newsroom_store(&newsroom, NEWSROOM_MAKE, &store, &err), 0);
	store_close(store);
	put_blobs(&newsroom);
	return newsroom;
}

struct str newsroom_word(const struct place *place, const char *dir)
{
	struct newsroom newsroom;
	struct store *store = NULL;
	struct err err = {0};

	if (newsroom_open(dir, place->arena, &newsroom, &err) != 0 ||
	    newsroom_store(&newsroom, NEWSROOM_READ, &store, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(db_check(store_db(store), NULL, NULL, &err), 0);
	store_close(store);
	return file_content(place, newsroom_path(&newsroom, "theme/own.css"));
}

int names_ending(const char *folder, const char *end)
{
	DIR *dir = opendir(folder);
	int count = 0;

	for (const struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir))
		count += str_ends(str_from(entry->d_name), str_from(end));
	if (dir)
		closedir(dir);
	return count;
}

void taken_begin(struct taken *taken)
{
	*taken = (struct taken){0};
	taken->file = open_memstream(&taken->text, &taken->len);
	assert_non_null(taken->file);
}

const char *taken_text(struct taken *taken)
{
	assert_int_equal(fflush(taken->file), 0);
	return taken->text;
}

void taken_finish(struct taken *taken)
{
	if (taken->file)
		fclose(taken->file);
	free(taken->text);
}

#define WORDS_MAX 32

int command_run(const struct place *place, const char *line, struct taken *out, struct taken *told)
{
	struct cli_call call = {.arena = place->arena, .held_fd = -1};
	struct str rest = str_from(line), word;
	char program[] = "crier";
	char *argv[WORDS_MAX] = {program};
	struct err err = {0};
	int argc = 1, code;

	while (argc < WORDS_MAX && str_next(&rest, ' ', &word)) {
		char *copy = arena_array(place->arena, char, word.len + 1);

		memcpy(copy, word.ptr, word.len);
		copy[word.len] = 0;
		argv[argc++] = copy;
	}
	taken_begin(out);
	taken_begin(told);
	call.out = out->file;
	call.err = told->file;
	code = cli_parse(all_commands, argc, argv, &call, &err);
	if (code)
		fprintf(told->file, "crier: %s\n", err.text);
	else
		code = call.command->run(&call);
	fd_closep(&call.held_fd);
	taken_text(out);
	taken_text(told);
	return code;
}
