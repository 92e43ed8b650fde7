/* support: what the tests of main/ share: a folder of their own, small newsrooms in it, and texts that a FILE took. */
#ifndef CRIER_TESTS_MAIN_SUPPORT_H
#define CRIER_TESTS_MAIN_SUPPORT_H

#include "main/newsroom.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct place {
	char folder[64]; /* made by place_setup, removed with all in it by place_teardown */
	struct arena *arena;
};

int place_setup(void **state);
int place_teardown(void **state);
const char *place_path(const struct place *place, const char *name);

/* A newsroom in that folder: a migrated store, three blobs, theme/own.css holding word. */
struct newsroom newsroom_made(const struct place *place, const char *name, const char *word);
/* What theme/own.css of the newsroom in dir holds; empty where there is none. Opens the newsroom and its store first:
 * where one of them is not whole the test fails. */
struct str newsroom_word(const struct place *place, const char *dir);

void file_made(const char *path, const char *content);
struct str file_content(const struct place *place, const char *path);
/* How many names in the folder end so; 0 where it is missing. */
int names_ending(const char *folder, const char *end);

/* A FILE whose text can be read afterwards. */
struct taken {
	FILE *file;
	char *text;
	size_t len;
};
void taken_begin(struct taken *taken);       /* it must not move afterwards */
const char *taken_text(struct taken *taken); /* flushes */
void taken_finish(struct taken *taken);
#define TAKEN_SCOPED __attribute__((cleanup(taken_finish))) struct taken

/* A command as main() calls it: the words of line, parted by single blanks and without "crier", are parsed and run, and
 * its folder is let go. The exit code; what was printed in *out and *told, which it begins. */
int command_run(const struct place *place, const char *line, struct taken *out, struct taken *told);

#endif
