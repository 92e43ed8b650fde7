/* folder: a test's own folder goes with all that is in it. */
#ifndef CRIER_TESTS_BLOB_FOLDER_H
#define CRIER_TESTS_BLOB_FOLDER_H

int folder_remove(const char *path); /* 0, or -1 with errno */

#endif
