#include "main/newsroom.h"

#include "base/file.h"
#include "i18n/date.h"
#include "store/move.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIGNED_BYTES       100
#define COMMAND_SILENCE_MS 600000 /* far above what one statement of the largest import takes */
#define DATA_LEVELS_UP     4      /* build/release/src/main/crier: from there up to the source tree */

int newsroom_open(const char *dir, struct arena *arena, struct newsroom *ret_newsroom, struct err *err)
{
	struct newsroom newsroom = {.arena = arena, .dir = dir};
	int rc;

	if (access(newsroom_path(&newsroom, "crier.conf"), R_OK) != 0 && errno == EACCES)
		return err_set(err, ERR_INPUT,
			       "%s may not be read by this user; call crier as the user to whom the newsroom belongs",
			       newsroom_path(&newsroom, "crier.conf"));
	if (!file_exists(newsroom_path(&newsroom, "crier.conf")))
		return err_set(err, ERR_INPUT,
			       "there is no newsroom in %s: crier.conf is missing; \"crier init %s\" makes one, -C DIR "
			       "names another",
			       dir, dir);
	rc = config_load(dir, arena, &newsroom.config, err);
	if (rc)
		return rc;
	*ret_newsroom = newsroom;
	return 0;
}

const char *newsroom_path(const struct newsroom *newsroom, const char *name)
{
	return arena_printf(newsroom->arena, "%s/%s", newsroom->dir, name).ptr;
}

int newsroom_zone(const struct newsroom *newsroom, struct err *err)
{
	struct str zone = newsroom->config.site.time_zone;

	if (date_zone_valid(zone))
		return 0;
	return err_set(err, ERR_INPUT,
		       "%s:%d: found site.time_zone \"%.*s\", a zone that nobody knows; accepted: IANA names such as "
		       "\"Europe/London\" or \"UTC\"",
		       newsroom_path(newsroom, "crier.conf"), newsroom->config.site.time_zone_line, STR_ARG(zone));
}

static bool is_file(const struct newsroom *newsroom)
{
	return str_starts(newsroom->config.database.url, STR("sqlite:"));
}

/* What a mistake in database.url, a moved disk or a removed file leave behind. */
int newsroom_store_there(const struct newsroom *newsroom, struct err *err)
{
	struct str url = newsroom->config.database.url, path = str_skip(url, sizeof "sqlite:" - 1);
	const char *fault = "missing";
	struct stat info;

	if (!is_file(newsroom))
		return 0;
	if (stat(arena_cstr(newsroom->arena, path), &info) == 0) {
		if (info.st_size > 0)
			return 0;
		fault = "an empty file";
	} else if (errno != ENOENT) {
		return err_set_errno(err, errno, "%.*s", STR_ARG(path));
	}
	return err_set(
		err, ERR_INPUT,
		"the store %.*s is %s: put it back, let \"crier restore\" take a backup back, or mend database.url "
		"in crier.conf",
		STR_ARG(path), fault);
}

/* What is only half there would be served half, and what was moved away is no longer what readers may see. */
static int refuse_moved(const struct newsroom *newsroom, struct store *store, struct err *err)
{
	struct store_move_mark mark;
	int rc = store_move_look(store, newsroom->arena, &mark, err);

	if (rc == 0 && mark.state == STORE_MOVE_LEFT)
		return err_set(err, ERR_DATA,
			       "the store was moved to %.*s: set database.url in crier.conf to that address, or call "
			       "the same crier move again, which does it",
			       STR_ARG(mark.other));
	if (rc == 0 && mark.state == STORE_MOVE_FILLING)
		return err_set(err, ERR_DATA,
			       "the store is only half there: call the crier move from %.*s again, which goes on",
			       STR_ARG(mark.other));
	return rc;
}

/* Another database stands where the newsroom's was: as an empty one it would take every page away. */
static int refuse_empty(int version, struct err *err)
{
	if (version > 0)
		return 0;
	return err_set(err, ERR_DATA,
		       "the database that came back holds no newsroom: restore it, or mend database.url in crier.conf");
}

static int check_version(int version, enum newsroom_use use, struct err *err)
{
	int known = store_version_known();

	if (version == known || (version > known && use == NEWSROOM_GO_ON))
		return 0;
	if (version > known)
		return err_set(err, ERR_DATA,
			       "the database has version %d, this program knows none above %d: a newer crier wrote it; "
			       "use that one",
			       version, known);
	return err_set(err, ERR_DATA,
		       "the database has version %d, this program wants %d; \"crier serve\" or an import brings an "
		       "older one up to date",
		       version, known);
}

static bool updates(const struct newsroom *newsroom, enum newsroom_use use, int version)
{
	if (use == NEWSROOM_GO_ON)
		return version < store_version_known();
	return use >= NEWSROOM_UPDATE || (use == NEWSROOM_TRY && version == 0 && !is_file(newsroom));
}

int newsroom_store_fit(const struct newsroom *newsroom, enum newsroom_use use, struct store *store, struct err *err)
{
	int version;
	int rc = store_version(store, &version, err);

	if (rc == 0 && use == NEWSROOM_GO_ON)
		rc = refuse_empty(version, err);
	if (rc == 0 && updates(newsroom, use, version))
		rc = store_migrate(store, err);
	if (rc == 0)
		rc = store_version(store, &version, err);
	if (rc == 0)
		rc = check_version(version, use, err);
	if (rc == 0 && use != NEWSROOM_MOVE)
		rc = refuse_moved(newsroom, store, err);
	return rc == DB_NEWER ? ERR_DATA : rc;
}

int newsroom_store(const struct newsroom *newsroom, enum newsroom_use use, struct store **ret_store, struct err *err)
{
	STORE_SCOPED store = NULL;
	const struct db_options options = {.must_exist = use != NEWSROOM_MAKE, .silence_ms = COMMAND_SILENCE_MS};
	int rc = use == NEWSROOM_MAKE ? 0 : newsroom_store_there(newsroom, err);

	if (rc == 0)
		rc = store_open(arena_cstr(newsroom->arena, newsroom->config.database.url), &options, NULL, NULL,
				&store, err);
	if (rc == ERR_DB_AWAY)
		return err_context(err, "nothing was done, since the database is away: %s says where it should be",
				   use == NEWSROOM_MAKE ? "--store" : "database.url in crier.conf");
	if (rc == 0)
		rc = newsroom_store_fit(newsroom, use, store, err);
	if (rc)
		return rc;
	*ret_store = store;
	store = NULL;
	return 0;
}

int newsroom_blobs(const struct newsroom *newsroom, struct blob_store **ret_blobs, struct err *err)
{
	return blob_open(newsroom_path(newsroom, "blobs"), ret_blobs, err);
}

/* An open file description's lock: it can be asked for without being taken, and it goes with the descriptor. */
static struct flock whole_file(short type)
{
	return (struct flock){.l_type = type, .l_whence = SEEK_SET};
}

static int lock_file(const struct newsroom *newsroom, const char *name, int *ret_fd, struct err *err)
{
	const char *path = newsroom_path(newsroom, name);
	FD_SCOPED fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct flock lock = whole_file(F_WRLCK);

	if (fd < 0)
		return err_set_errno(err, errno, "%s", path);
	if (fcntl(fd, F_OFD_SETLK, &lock) != 0)
		return errno == EAGAIN || errno == EACCES ? NEWSROOM_BUSY : err_set_errno(err, errno, "%s", path);
	*ret_fd = fd;
	fd = -1;
	return 0;
}

int newsroom_lock(const struct newsroom *newsroom, int *ret_fd, struct err *err)
{
	return lock_file(newsroom, "serve.lock", ret_fd, err);
}

int newsroom_lock_move(const struct newsroom *newsroom, int *ret_fd, struct err *err)
{
	return lock_file(newsroom, "move.lock", ret_fd, err);
}

int newsroom_served(const struct newsroom *newsroom, bool *ret_served, struct err *err)
{
	const char *path = newsroom_path(newsroom, "serve.lock");
	FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC);
	struct flock lock = whole_file(F_RDLCK);

	if (fd < 0 && errno != ENOENT)
		return err_set_errno(err, errno, "%s", path);
	if (fd >= 0 && fcntl(fd, F_OFD_GETLK, &lock) != 0)
		return err_set_errno(err, errno, "%s", path);
	*ret_served = fd >= 0 && lock.l_type != F_UNLCK;
	return 0;
}

int newsroom_proxies(const struct newsroom *newsroom, struct proxies *ret_proxies, struct err *err)
{
	struct str_vec texts = newsroom->config.http.trusted_proxies;
	struct network *networks = arena_array(newsroom->arena, struct network, texts.len + 1);

	for (size_t i = 0; i < texts.len; i++)
		if (!network_read(texts.at[i], &networks[i]))
			return err_set(
				err, ERR_INPUT,
				"%s: found http.trusted_proxies with \"%.*s\"; accepted: addresses and networks such "
				"as \"192.0.2.1\", \"10.0.0.0/8\", \"2001:db8::/32\", nothing set behind the length, "
				"and never everybody",
				newsroom_path(newsroom, "crier.conf"), STR_ARG(texts.at[i]));
	*ret_proxies = (struct proxies){
		.networks = networks,
		.count = texts.len,
		.rfc7239 = str_eq(newsroom->config.http.forwarded_field, STR("Forwarded")),
	};
	return 0;
}

int newsroom_lock_sign(int lock_fd, struct err *err)
{
	static const char line[] = CRIER_VERSION "\n";

	/* where the lock was handed over, the place to write at is the old server's */
	if (ftruncate(lock_fd, 0) != 0 || pwrite(lock_fd, line, sizeof line - 1, 0) != sizeof line - 1)
		return err_set_errno(err, errno, "serve.lock");
	return 0;
}

struct str newsroom_server_version(const struct newsroom *newsroom)
{
	struct str text = STR("");

	if (file_read(newsroom_path(newsroom, "serve.lock"), SIGNED_BYTES, newsroom->arena, &text, NULL) != 0)
		return STR("");
	return str_trim(text);
}

/* The folder that holds the program; empty where the system does not tell. */
static struct str program_dir(struct arena *arena)
{
	char text[4096];
	ssize_t len = readlink("/proc/self/exe", text, sizeof text);
	struct str path = {text, len > 0 ? (size_t)len : 0};
	size_t slash = str_rfind_byte(path, '/');

	return slash == SIZE_MAX ? STR("") : arena_str(arena, str_sub(path, 0, slash));
}

static bool try_data(struct str base, const char *name, struct arena *arena, const char **ret_path)
{
	const char *path = arena_printf(arena, "%.*s/%s", STR_ARG(base), name).ptr;

	if (!file_exists(path))
		return false;
	*ret_path = path;
	return true;
}

int data_path(const char *name, struct arena *arena, const char **ret_path, struct err *err)
{
	struct str named = str_from(getenv("CRIER_DATA_DIR"));
	struct str program = program_dir(arena);

	if (!str_empty(named) && try_data(named, name, arena, ret_path))
		return 0;
	for (int up = 0; !str_empty(program) && up <= DATA_LEVELS_UP; up++) {
		if (try_data(program, name, arena, ret_path))
			return 0;
		program = str_sub(program, 0, str_rfind_byte(program, '/'));
	}
	if (try_data(STR(CRIER_INSTALL_DATA), name, arena, ret_path))
		return 0;
	return err_set(err, ERR_SYSTEM,
		       "%s was found neither beside the program nor in %s; CRIER_DATA_DIR can name the folder", name,
		       CRIER_INSTALL_DATA);
}

/* The templates, and the translations that a build makes of their sources: one folder when installed, two before. */
int newsroom_theme(const struct newsroom *newsroom, const char *ret_folders[NEWSROOM_THEME_FOLDERS], struct err *err)
{
	static const char *const known[] = {"theme/front.mustache", "theme/po/en.mo"};

	for (int i = 0; i < 2; i++) {
		const char *path;
		int rc = data_path(known[i], newsroom->arena, &path, err);

		if (rc)
			return rc;
		ret_folders[i] =
			arena_cstr(newsroom->arena,
				   str_sub(str_from(path), 0, strlen(path) - strlen(known[i]) + sizeof "theme" - 1));
	}
	ret_folders[2] = newsroom_path(newsroom, "theme");
	return 0;
}
