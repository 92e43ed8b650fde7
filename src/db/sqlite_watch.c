/* Woken by writes to a file of SQLite: each goes into the write-ahead log first, which stays as long as a connection is
 * open. */
#include "db/driver.h"

#include "db/sqlite_care.h"

#include <errno.h>
#include <sqlite3.h>
#include <sys/inotify.h>
#include <unistd.h>

int sqlite_watch(struct db *db, struct err *err)
{
	const char *path = sqlite3_db_filename(db->link, "main");
	const char *log = path && *path ? sqlite3_filename_wal(path) : NULL;
	if (!log || !*log) {
		err_set(err, ERR_DB, "database: it is no file that could be watched; poll it");
		return DB_CANNOT;
	}
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (fd < 0 || inotify_add_watch(fd, log, IN_MODIFY) < 0) {
		err_set_errno(err, errno, "watching %s", log);
		if (fd >= 0)
			close(fd);
		return DB_CANNOT;
	}
	db->watch_fd = fd;
	return 0;
}

bool sqlite_written(struct db *db)
{
	char events[4096];
	bool written = false;
	while (read(db->watch_fd, events, sizeof events) > 0)
		written = true;
	return written;
}
