/* What the projector leaves for the caches in front. */
#include "publish/projector_inside.h"
#include "publish/purges.h"

#define KEYS_BYTES (64u << 10) /* CHANGES_TAGS_MAX of them; more is everything */

static int meet(struct db *db, void *context, struct err *err)
{
	struct projector *projector = context;
	const struct projector_options *options = &projector->options;
	return public_meet_caches(db, options->caches, options->cache_count, options->program,
				  clock_now_s(options->clock), err);
}

int projector_meet_caches(struct projector *projector, struct err *err)
{
	return db_transaction(projector->db, meet, projector, err);
}

static bool is_key_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

/* A language is the only part that came from elsewhere. */
static bool is_key(struct str tag)
{
	for (size_t i = 0; i < tag.len; i++)
		if (!is_key_byte(tag.ptr[i]))
			return false;
	return tag.len > 0;
}

static bool put_keys(const struct changes *changes, struct buf *out)
{
	for (size_t i = 0; i < changes->withdrawn.len; i++)
		buf_printf(out, "e%lld ", (long long)changes->withdrawn.at[i]);
	buf_put(out, STR(PURGE_EVERY_CHANGE));
	for (size_t i = 0; i < changes->tags.len; i++) {
		if (!is_key(changes->tags.at[i]))
			return false;
		buf_put_byte(out, ' ');
		buf_put(out, changes->tags.at[i]);
	}
	return !out->over;
}

static int put(struct db *db, void *context, struct err *err)
{
	const struct public_purge *purge = context;
	return public_put_purge(db, purge, err);
}

/* Where this fails they stay owed, for the next step. */
static int put_purge(struct projector *projector, struct str keys, bool urgent, struct err *err)
{
	struct public_purge purge = {keys, urgent, clock_now_s(projector->options.clock)};
	const struct projector_listener *listener = &projector->options.listener;
	int rc = db_transaction(projector->db, put, &purge, err);
	projector->owes_purges = rc != 0;
	if (!rc && !str_empty(keys) && listener->queued)
		listener->queued(listener->context, NULL);
	return rc;
}

int projector_queue_owed(struct projector *projector, struct err *err)
{
	return projector->owes_purges ? put_purge(projector, STR(PURGE_EVERY_PAGE), true, err) : 0;
}

void projector_queue_purges(struct projector *projector, const struct changes *changes)
{
	BUF_SCOPED keys = BUF_INIT(KEYS_BYTES);
	if (projector->options.cache_count == 0)
		return;
	if (changes->everything || !put_keys(changes, &keys)) {
		buf_clear(&keys);
		buf_put(&keys, STR(PURGE_EVERY_PAGE));
	} else if (changes->tags.len == 0 && !changes->redirects) {
		buf_clear(&keys);
	}
	if (projector->owes_purges) { /* those of an earlier change */
		buf_clear(&keys);
		buf_put(&keys, STR(PURGE_EVERY_PAGE));
	}
	struct err err = {0};
	const struct projector_listener *listener = &projector->options.listener;
	if (put_purge(projector, buf_str(&keys), changes->withdrawn.len > 0, &err) && listener->queued)
		listener->queued(listener->context, &err);
}
