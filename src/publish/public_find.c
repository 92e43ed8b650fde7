/* What stands at a path. Hidden and never-been give the same answer by the same questions: each is asked
 * whatever the one before said, so that neither the answer nor its time tells of what waits. */
#include "publish/public_inside.h"

#include "text/url.h"

/* The entry at a path that the snapshot contains; 0 for none. */
static int entry_at(struct db *db, const struct catalogue_snapshot *snapshot, struct str path, int64_t *ret_id,
		    struct err *err)
{
	DB_ROWS rows = {0};
	int64_t found = 0;
	int rc = db_select(db, &rows, err, "SELECT id FROM entry WHERE path = $1", DB_TEXT(path));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		if (catalogue_contains(snapshot, db_i64(&rows, 0)))
			found = db_i64(&rows, 0);
	*ret_id = found;
	return rc;
}

static int gone_row(struct db_rows *rows, int rc, struct arena *arena, bool *ret_gone, struct found *found)
{
	*ret_gone = rc == DB_ROW;
	if (rc == DB_ROW) {
		found->note = db_text_copy(rows, 0, arena);
		found->language = db_text_copy(rows, 1, arena);
	}
	return rc < 0 ? rc : 0;
}

static int gone_at(struct db *db, struct str path, struct arena *arena, bool *ret_gone, struct found *found,
		   struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(db, &rows, err, "SELECT note, language FROM gone WHERE path = $1 ORDER BY gone_s DESC LIMIT 1",
			DB_TEXT(path));
	return gone_row(&rows, rc, arena, ret_gone, found);
}

static int gone_entry(struct db *db, int64_t entry_id, struct arena *arena, bool *ret_gone, struct found *found,
		      struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(db, &rows, err, "SELECT note, language FROM gone WHERE entry_id = $1", DB_I64(entry_id));
	return gone_row(&rows, rc, arena, ret_gone, found);
}

/* Redirects, by target ---------------------------------------------------------------------------- */

struct redirect_job {
	struct db *db;
	const struct catalogue_snapshot *snapshot;
	struct arena *arena;
	struct str target, to_path, language, note;
	int64_t target_id;
};

static int to_entry(struct redirect_job *job, struct found *found, struct err *err)
{
	if (catalogue_contains(job->snapshot, job->target_id)) {
		DB_ROWS rows = {0};
		int rc = db_one(job->db, &rows, err, "SELECT path FROM entry WHERE id = $1", DB_I64(job->target_id));
		if (rc == DB_ROW)
			found->target = db_text_copy(&rows, 0, job->arena);
		return rc == DB_ROW ? PUBLIC_REDIRECT : rc == DB_NONE ? PUBLIC_NOTHING : rc;
	}
	bool gone = false;
	int rc = gone_entry(job->db, job->target_id, job->arena, &gone, found, err);
	return rc ? rc : gone ? PUBLIC_GONE : PUBLIC_NOTHING;
}

static int to_media(struct redirect_job *job, struct found *found, struct err *err)
{
	int rc = public_media_address(job->db, job->snapshot, job->target_id, job->arena, &found->target, err);
	return rc ? rc : PUBLIC_REDIRECT;
}

static bool has_items(const struct catalogue_snapshot *snapshot, enum catalogue_dimension dimension, int64_t id)
{
	struct catalogue_filter filter = {
		.language = CATALOGUE_EVERY_LANGUAGE, .keys = {{dimension, id}}, .key_count = 1};
	CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
	return catalogue_count(set) > 0;
}

/* Whether a slug is a kind's (second empty), or that of a term in a vocabulary, a place or a person with something to
 * show: a name may be as hidden as what it stands for. */
static int slug_shown(struct db *db, const struct catalogue_snapshot *snapshot, struct str first, struct str second,
		      bool *ret_shown, struct err *err)
{
	enum catalogue_dimension dimension = CATALOGUE_TERM;
	DB_ROWS rows = {0};
	int rc;
	if (str_empty(second)) {
		dimension = CATALOGUE_KIND;
		rc = db_select(db, &rows, err, "SELECT owner_id FROM label WHERE owner = 'kind' AND slug = $1",
			       DB_TEXT(first));
	} else if (str_eq(first, STR("place"))) {
		dimension = CATALOGUE_PLACE;
		rc = db_select(db, &rows, err, "SELECT owner_id FROM label WHERE owner = 'place' AND slug = $1",
			       DB_TEXT(second));
	} else if (str_eq(first, STR("person"))) {
		dimension = CATALOGUE_CONTRIBUTOR;
		rc = db_select(db, &rows, err, "SELECT id FROM contributor WHERE slug = $1", DB_TEXT(second));
	} else {
		rc = db_select(db, &rows, err,
			       "SELECT l.owner_id FROM label l JOIN term t ON t.id = l.owner_id WHERE l.owner = 'term'"
			       " AND l.slug = $1 AND t.vocabulary = $2",
			       DB_TEXT(second), DB_TEXT(first));
	}
	bool shown = false;
	while (!shown && rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		shown = dimension == CATALOGUE_KIND || has_items(snapshot, dimension, db_i64(&rows, 0));
	*ret_shown = shown;
	return rc < 0 ? rc : 0;
}

static bool is_number(struct str text)
{
	uint64_t number;
	return str_to_u64(text, &number);
}

static int language_known(struct db *db, struct str code, bool *ret_known, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(db, &rows, err, "SELECT 1 FROM language WHERE code = $1", DB_TEXT(code));
	*ret_known = rc == DB_ROW;
	return rc < 0 ? rc : 0;
}

/* The parts of a path, without the language in front; more than three are no list's. */
struct segments {
	struct str at[3];
	size_t count;
	bool more;
};

static int cut_path(struct db *db, struct str path, struct segments *segments, struct err *err)
{
	struct str rest = path, piece;
	bool first = true;
	while (str_next(&rest, '/', &piece)) {
		if (str_empty(piece))
			continue;
		bool language = false;
		int rc = first ? language_known(db, piece, &language, err) : 0;
		if (rc)
			return rc;
		first = false;
		if (language)
			continue;
		segments->more |= segments->count == 3;
		if (!segments->more)
			segments->at[segments->count++] = piece;
	}
	return 0;
}

/* Whether a path of the site is that of a list which everyone may see. */
static int path_is_list(struct db *db, const struct catalogue_snapshot *snapshot, struct str path, bool *ret_list,
			struct err *err)
{
	struct segments segments = {0};
	int rc = cut_path(db, path, &segments, err);
	*ret_list = false;
	if (rc || segments.more)
		return rc;
	if (segments.count == 0)
		*ret_list = true;
	else if (str_eq(segments.at[0], STR("archive")))
		*ret_list = (segments.count < 2 || is_number(segments.at[1])) &&
			    (segments.count < 3 || is_number(segments.at[2]));
	else if (segments.count <= 2)
		return slug_shown(db, snapshot, segments.at[0], segments.at[1], ret_list, err);
	return 0;
}

/* A query may name lists too ("?topic=prisons&page=2"): each of its filters must be one that everyone may see. */
static int query_is_shown(struct redirect_job *job, struct str query, bool *ret_shown, struct err *err)
{
	static const struct str filters[] = {STR_INIT("kind"),     STR_INIT("topic"), STR_INIT("place"),
					     STR_INIT("campaign"), STR_INIT("tag"),   STR_INIT("person")};
	struct str pair, name, slug;
	bool shown = true;
	int rc = 0;
	while (!rc && shown && str_next(&query, '&', &pair)) {
		size_t at = 0;
		str_cut(pair, '=', &name, &slug);
		(void)url_decode(slug, job->arena, &slug);
		while (at < sizeof filters / sizeof *filters && !str_eq(name, filters[at]))
			at++;
		if (at == 0)
			rc = slug_shown(job->db, job->snapshot, slug, (struct str){0}, &shown, err);
		else if (at < sizeof filters / sizeof *filters)
			rc = slug_shown(job->db, job->snapshot, name, slug, &shown, err);
	}
	*ret_shown = shown;
	return rc;
}

static int to_path(struct redirect_job *job, struct found *found, struct err *err)
{
	bool away = str_starts_nocase(job->to_path, STR("https://")) || str_starts_nocase(job->to_path, STR("http://"));
	int64_t entry_id = 0;
	int rc = away ? 0 : entry_at(job->db, job->snapshot, job->to_path, &entry_id, err);
	bool list = false;
	struct str path, query;
	str_cut(job->to_path, '?', &path, &query);
	if (!rc && !away && !entry_id)
		rc = path_is_list(job->db, job->snapshot, path, &list, err);
	if (!rc && list)
		rc = query_is_shown(job, query, &list, err);
	if (rc)
		return rc;
	if (!away && !entry_id && !list)
		return PUBLIC_NOTHING;
	found->target = job->to_path;
	return PUBLIC_REDIRECT;
}

static int follow(struct redirect_job *job, struct found *found, struct err *err)
{
	static const struct {
		struct str name;
		enum catalogue_dimension dimension;
	} lists[] = {
		{STR_INIT("kind"), CATALOGUE_KIND},
		{STR_INIT("term"), CATALOGUE_TERM},
		{STR_INIT("place"), CATALOGUE_PLACE},
		{STR_INIT("contributor"), CATALOGUE_CONTRIBUTOR},
	};
	if (str_eq(job->target, STR("entry")))
		return to_entry(job, found, err);
	if (str_eq(job->target, STR("media")))
		return to_media(job, found, err);
	if (str_eq(job->target, STR("path")))
		return to_path(job, found, err);
	if (str_eq(job->target, STR("gone"))) {
		found->note = job->note;
		found->language = job->language;
		return PUBLIC_GONE;
	}
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		if (!str_eq(job->target, lists[i].name))
			continue;
		found->list = (struct catalogue_key){lists[i].dimension, job->target_id};
		found->list_language = job->language;
		return PUBLIC_REDIRECT;
	}
	return PUBLIC_NOTHING;
}

static int redirect_at(struct public *public, const struct catalogue_snapshot *snapshot, struct str path,
		       struct arena *arena, struct found *found, struct err *err)
{
	struct redirect_job job = {.db = public->db, .snapshot = snapshot, .arena = arena};
	{
		DB_ROWS rows = {0};
		int rc = db_one(public->db, &rows, err,
				"SELECT target, target_id, to_path, language, note FROM redirect WHERE path = $1",
				DB_TEXT(path));
		if (rc != DB_ROW)
			return rc == DB_NONE ? PUBLIC_NOTHING : rc;
		job.target = db_text_copy(&rows, 0, arena);
		job.target_id = db_i64(&rows, 1);
		job.to_path = db_text_copy(&rows, 2, arena);
		job.language = db_text_copy(&rows, 3, arena);
		job.note = db_text_copy(&rows, 4, arena);
	}
	return follow(&job, found, err);
}

int public_find(struct public *public, const struct catalogue_snapshot *snapshot, struct str path, struct arena *arena,
		struct found *ret_found, struct err *err)
{
	struct found there = {0}, gone = {0}, elsewhere = {0};
	bool is_gone = false;
	int rc = entry_at(public->db, snapshot, path, &there.entry_id, err);
	if (!rc)
		rc = gone_at(public->db, path, arena, &is_gone, &gone, err);
	if (rc)
		return rc;
	int redirect = redirect_at(public, snapshot, path, arena, &elsewhere, err);
	if (redirect < 0)
		return redirect;
	if (there.entry_id) {
		*ret_found = there;
		return 0;
	}
	*ret_found = is_gone ? gone : elsewhere;
	return is_gone ? PUBLIC_GONE : redirect;
}

int public_old_paths(struct public *public, struct str after, size_t limit, struct arena *arena, struct str **ret_at,
		     size_t *ret_count, struct err *err)
{
	DB_ROWS rows = {0};
	struct str_vec paths = {0};
	int rc = db_select(public->db, &rows, err, "SELECT path FROM redirect WHERE path > $1 ORDER BY path LIMIT $2",
			   DB_TEXT(after), DB_I64((int64_t)limit));

	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&paths, arena) = db_text_copy(&rows, 0, arena);
	if (rc < 0)
		return rc;
	*ret_at = paths.at;
	*ret_count = paths.len;
	return 0;
}
