#include "publish/projector_inside.h"

#include <string.h>

static int fill(struct store *store, void *context, struct err *err)
{
	struct projector *projector = context;
	struct outbox_position head = {0};
	int rc = outbox_head(store, &head, err);
	rc = rc ? rc : projector_write_names(projector, store, err);
	rc = rc ? rc : projector_write_site(projector, store, err);
	rc = rc ? rc : projector_write_redirects(projector, store, 0, err);
	rc = rc ? rc : projector_write_entries(projector, store, 0, NULL, err);
	if (rc)
		return rc;
	projector->position = (struct public_position){.number = head.number};
	memcpy(projector->position.id, head.id, sizeof projector->position.id);
	return 0;
}

/* The position comes last: a file without one is a build that did not end. */
static int write_all(struct db *db, void *context, struct err *err)
{
	struct projector *projector = context;
	projector_clear_left_out(projector);
	int rc = projector->options.cache_count ? public_owe_purges(db, err) : 0;
	rc = rc ? rc : public_remove_all(db, err);
	rc = rc ? rc : store_read(projector->store, fill, projector, err);
	return rc ? rc : public_write_position(db, &projector->position, projector->recipe, err);
}

int projector_build(struct projector *projector, bool fresh, struct err *err)
{
	int rc = projector_open_store(projector, err);
	struct public_position before = projector->position;
	if (!rc)
		rc = fresh ? write_all(projector->db, projector, err)
			   : db_transaction(projector->db, write_all, projector, err);
	if (rc) {
		projector->position = before;
		return rc < 0 ? err_context(err, "building public.db") : rc;
	}
	if (projector->options.listener.committed)
		projector->options.listener.committed(projector->options.listener.context);
	pthread_mutex_lock(&projector->lock);
	projector->status.rebuilds++;
	pthread_mutex_unlock(&projector->lock);
	projector_tell_left_out(projector);
	return projector_show_all(projector, err);
}

int projector_show_all(struct projector *projector, struct err *err)
{
	projector->stale = true;
	int rc = projector_load(projector, err);
	if (rc)
		return rc;
	projector->stale = false;
	struct changes all = {.everything = true};
	projector_tell(projector, &all);
	return 0;
}

int projector_rebuild(struct projector *projector, struct err *err)
{
	return projector_build(projector, false, err);
}
