#include "publish/public_inside.h"

#include "base/buf.h"

#include <stdlib.h>

#define URL_BYTES_MAX 4200
#define CACHE_KIB                                                                                                      \
	2048 /* for the upper levels of its trees; each worker has one, and the kernel keeps the rest once for all */

int public_check_version(struct db *db, const char *path, struct err *err)
{
	int number = 0;
	int rc = db_migrated_to(db, "public", &number, err);
	if (rc)
		return rc;
	int known = public_migrations.at[public_migrations.count - 1].number;
	if (number != known)
		return err_set(
			err, ERR_DATA,
			"%s: has version %d, this program reads version %d; start the server, which makes it anew",
			path, number, known);
	return 0;
}

int public_open_file(const char *path, const struct db_options *options, struct db **ret_db, struct err *err)
{
	BUF_SCOPED url = BUF_INIT(URL_BYTES_MAX);
	buf_printf(&url, "sqlite:%s", path);
	buf_put_byte(&url, 0);
	if (url.over)
		return err_set(err, ERR_INPUT, "public.db: the path is too long: %.100s…", path);
	DB_SCOPED db = NULL;
	int rc = db_open(url.ptr, options, &db, err);
	if (!rc)
		rc = public_check_version(db, path, err);
	if (rc)
		return rc;
	*ret_db = db;
	db = NULL;
	return 0;
}

int public_open(const char *path, struct public **ret_public, struct err *err)
{
	const struct db_options options = {.read_only = true, .must_exist = true, .cache_kib = CACHE_KIB};
	DB_SCOPED db = NULL;
	int rc = public_open_file(path, &options, &db, err);
	if (rc)
		return rc;
	struct public *public = calloc(1, sizeof *public);
	if (!public)
		err_die("out of memory: no room for a connection to public.db");
	public->db = db;
	db = NULL;
	*ret_public = public;
	return 0;
}

void public_close(struct public *public)
{
	if (!public)
		return;
	db_close(public->db);
	free(public);
}

void public_closep(struct public **public)
{
	public_close(*public);
	*public = NULL;
}

/* Lists in columns -------------------------------------------------------------------------------- */

void public_put_ids(struct buf *out, const int64_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_put_byte(out, ' ');
		buf_put_i64(out, ids[i]);
	}
}

int64_t *public_parse_ids(struct str text, struct arena *arena, size_t *ret_count)
{
	VEC_TYPE(number_vec, int64_t) ids = {0};
	struct str piece;
	int64_t id;
	while (str_next(&text, ' ', &piece) && str_to_i64(piece, &id))
		*vec_add(&ids, arena) = id;
	*ret_count = ids.len;
	return ids.at;
}

struct card_contributor *public_parse_contributors(struct str text, struct arena *arena, size_t *ret_count)
{
	VEC_TYPE(contributor_row_vec, struct card_contributor) people = {0};
	struct str piece, number, role;
	struct card_contributor person;
	while (str_next(&text, ' ', &piece) && str_cut(piece, ':', &number, &role) && str_to_i64(number, &person.id)) {
		person.role = str_eq(role, STR("p"))   ? CONTRIBUTOR_PHOTOGRAPHER
			      : str_eq(role, STR("s")) ? CONTRIBUTOR_SPOKESPERSON
						       : CONTRIBUTOR_AUTHOR;
		*vec_add(&people, arena) = person;
	}
	*ret_count = people.len;
	return people.at;
}
