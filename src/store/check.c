#include "store/inside.h"

#include <inttypes.h>
#include <stdio.h>

struct check_job {
	void (*tell)(void *context, const char *finding);
	void *context;
	int findings;
};

static void found(struct check_job *job, int64_t count, const char *what)
{
	char text[200];
	if (count == 0)
		return;
	job->findings++;
	snprintf(text, sizeof text, "%" PRId64 " %s", count, what);
	if (job->tell)
		job->tell(job->context, text);
}

static int check_revisions(struct store *store, struct check_job *job, struct err *err)
{
	int64_t count = 0;
	int rc = db_get_i64(store->db, &count, err,
			    "SELECT COUNT(*) FROM item_language e LEFT JOIN revision r"
			    " ON r.id = e.newest_revision_id AND r.entry_id = e.id WHERE r.id IS NULL");
	if (rc != 0)
		return rc;
	found(job, count, "entries whose newest revision is not one of theirs");
	rc = db_get_i64(store->db, &count, err,
			"SELECT COUNT(*) FROM item_language e LEFT JOIN revision r"
			" ON r.id = e.released_revision_id AND r.entry_id = e.id AND r.state = 'approved'"
			" WHERE e.state = 'released' AND r.id IS NULL");
	if (rc == 0)
		found(job, count, "released entries without an approved revision of theirs");
	return rc;
}

static int check_items(struct store *store, struct check_job *job, struct err *err)
{
	int64_t count = 0;
	int rc = db_get_i64(store->db, &count, err,
			    "SELECT COUNT(*) FROM item i WHERE NOT EXISTS"
			    " (SELECT 1 FROM item_language e WHERE e.item_id = i.id)");
	if (rc != 0)
		return rc;
	found(job, count, "items without an entry in any language");
	rc = db_get_i64(store->db, &count, err,
			"SELECT COUNT(*) FROM staged_entry s JOIN batch b ON b.id = s.batch_id"
			" WHERE b.flipped_s IS NOT NULL OR b.abandoned_s IS NOT NULL");
	if (rc == 0)
		found(job, count, "staged changes of a batch that has ended");
	return rc;
}

static int check_stood_in(struct store *store, struct check_job *job, struct err *err)
{
	int64_t count = 0;
	int rc = db_get_i64(store->db, &count, err,
			    "SELECT COUNT(*) FROM item_language WHERE state = 'withdrawn' AND stood_s IS NULL");
	if (rc != 0)
		return rc;
	found(job, count, "withdrawn entries of which it is not known in which lists they stood");
	rc = db_get_i64(store->db, &count, err,
			"SELECT COUNT(*) FROM stood_in s JOIN item_language e ON e.id = s.entry_id"
			" WHERE e.stood_s IS NULL");
	if (rc == 0)
		found(job, count, "lists kept of entries that are not over");
	return rc;
}

static int check_outbox(struct store *store, struct check_job *job, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(store->db, &rows, err,
			"SELECT (SELECT number FROM outbox_head WHERE one = 1), COALESCE(MAX(number), 0),"
			" COALESCE(MAX(number) - MIN(number) + 1, 0), COUNT(*) FROM outbox");
	if (rc != DB_ROW)
		return rc < 0 ? rc : 0;
	found(job, db_i64(&rows, 0) != db_i64(&rows, 1), "outbox whose last row is not the head's");
	found(job, db_i64(&rows, 2) - db_i64(&rows, 3), "rows missing in the outbox");
	return 0;
}

static int check_all(struct store *store, void *context, struct err *err)
{
	struct check_job *job = context;
	job->findings = 0;
	int rc = check_revisions(store, job, err);
	if (rc == 0)
		rc = check_items(store, job, err);
	if (rc == 0)
		rc = check_stood_in(store, job, err);
	return rc == 0 ? check_outbox(store, job, err) : rc;
}

int store_check(struct store *store, void (*tell)(void *context, const char *finding), void *context, struct err *err)
{
	struct check_job job = {tell, context, 0};
	int rc = store_read(store, check_all, &job, err);
	return rc == 0 && job.findings ? DB_DAMAGED : rc;
}

int store_count(struct store *store, struct store_counts *ret_counts, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(store->db, &rows, err,
			"SELECT (SELECT COUNT(*) FROM item), (SELECT COUNT(*) FROM item_language),"
			" (SELECT COUNT(*) FROM revision), (SELECT COUNT(*) FROM term), (SELECT COUNT(*) FROM place),"
			" (SELECT COUNT(*) FROM contributor), (SELECT COUNT(*) FROM media),"
			" (SELECT COUNT(*) FROM redirect),"
			" (SELECT COUNT(*) FROM batch WHERE flipped_s IS NULL AND abandoned_s IS NULL),"
			" (SELECT COUNT(*) FROM outbox)");
	if (rc != DB_ROW)
		return rc < 0 ? rc : err_set(err, ERR_DATA, "database: a count gave no row");
	*ret_counts = (struct store_counts){
		.items = db_i64(&rows, 0),
		.entries = db_i64(&rows, 1),
		.revisions = db_i64(&rows, 2),
		.terms = db_i64(&rows, 3),
		.places = db_i64(&rows, 4),
		.contributors = db_i64(&rows, 5),
		.media = db_i64(&rows, 6),
		.redirects = db_i64(&rows, 7),
		.batches_open = db_i64(&rows, 8),
		.outbox = db_i64(&rows, 9),
	};
	return 0;
}
