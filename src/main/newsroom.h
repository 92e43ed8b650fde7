/* newsroom: one folder on disk, opened: its configuration, its store and its files.
 *
 *     DIR/crier.conf   configuration            DIR/blobs/      pictures and documents by hash
 *     DIR/store.db     the store (SQLite)       DIR/backups/    what `crier backup` makes
 *     DIR/public.db    what the public may see  DIR/theme/      replaces files of the default theme
 *     DIR/serve.lock   held while a server runs          DIR/imports/    reports of imports
 *     DIR/move.lock    held while the store is moved
 *
 * Each command holds the folder (folder_lock) together with others while it works; a restore holds it alone.
 *
 * The program's own data (theme, translations, sample) are looked for in $CRIER_DATA_DIR, then beside the program and
 * above it (a build and its source tree), then where they are installed.
 */
#ifndef CRIER_MAIN_NEWSROOM_H
#define CRIER_MAIN_NEWSROOM_H

#include "base/arena.h"
#include "base/err.h"
#include "blob/blob.h"
#include "config/config.h"
#include "store/store.h"
#include "web/forwarded.h"

struct newsroom {
	struct arena *arena; /* the caller's */
	const char *dir;
	struct crier_config config;
};

/* Reads the configuration. ERR_INPUT where dir is no newsroom. */
int newsroom_open(const char *dir, struct arena *arena, struct newsroom *ret_newsroom, struct err *err);

/* ERR_INPUT, with the line of crier.conf, where its time zone is one that nobody knows: months, dates and the times of
 * an import would silently be those of UTC. For those who need a zone; the others work without. */
int newsroom_zone(const struct newsroom *newsroom, struct err *err);

/* DIR/name */
const char *newsroom_path(const struct newsroom *newsroom, const char *name);

/* Opens the store. A file that is missing or empty is ERR_INPUT unless it is to be made: a newsroom that lost its store
 * must not go on as an empty one. A PostgreSQL database is new before its first use, and gets its tables then. */
enum newsroom_use {
	NEWSROOM_READ,   /* ERR_DATA where it is older than this program, and tells what brings it up to date */
	NEWSROOM_TRY,    /* the same, but a PostgreSQL database may be new: what will be done can be tried first */
	NEWSROOM_UPDATE, /* brings an older one up to date */
	NEWSROOM_GO_ON,  /* the same, for a server that has pages to show: a newer one will do, since no migration
			    breaks the release before it; one without anything will not, also where it is PostgreSQL's */
	NEWSROOM_MOVE,   /* the same; the only use of one that is half moved in, or has been moved away */
	NEWSROOM_MAKE,   /* NEWSROOM_UPDATE, and makes one where there is none */
};
int newsroom_store(const struct newsroom *newsroom, enum newsroom_use use, struct store **ret_store, struct err *err);

/* The parts of it, for who opens the store elsewhere: _there refuses a file that is missing or empty; _fit is asked of
 * the open store, and brings it up to date where use says so. */
int newsroom_store_there(const struct newsroom *newsroom, struct err *err);
int newsroom_store_fit(const struct newsroom *newsroom, enum newsroom_use use, struct store *store, struct err *err);

int newsroom_blobs(const struct newsroom *newsroom, struct blob_store **ret_blobs, struct err *err);

/* Takes DIR/serve.lock. NEWSROOM_BUSY: a server holds it. The lock goes with the descriptor or the process.
 * _lock_move: the same with DIR/move.lock, for a move to another database. */
#define NEWSROOM_BUSY 1
int newsroom_lock(const struct newsroom *newsroom, int *ret_fd, struct err *err);
int newsroom_lock_move(const struct newsroom *newsroom, int *ret_fd, struct err *err);
/* Whether a server holds it; takes nothing. dir need not be a newsroom. */
int newsroom_served(const struct newsroom *newsroom, bool *ret_served, struct err *err);

/* The server that took the lock says which version it is; empty where an older one did not. */
int newsroom_lock_sign(int lock_fd, struct err *err);
struct str newsroom_server_version(const struct newsroom *newsroom);

/* http.trusted_proxies read; ERR_INPUT names the one that is none. */
int newsroom_proxies(const struct newsroom *newsroom, struct proxies *ret_proxies, struct err *err);

/* The folders with templates and translations, the newsroom's own last. */
#define NEWSROOM_THEME_FOLDERS 3
int newsroom_theme(const struct newsroom *newsroom, const char *ret_folders[NEWSROOM_THEME_FOLDERS], struct err *err);

/* "theme", "sample/newsroom.xml": a path in the data folder. ERR_SYSTEM names the places looked at. */
int data_path(const char *name, struct arena *arena, const char **ret_path, struct err *err);

#endif
