#include "publish/projector_inside.h"

#include "db/db.h"
#include "store/media.h"

#include <stdlib.h>
#include <string.h>

#define STEP_ROWS      500
#define CLOCK_EVERY_US 5000000

/* What the outbox rows of one step ask for, each thing once. */
struct plan {
	struct arena *arena;
	struct outbox_vec rows;
	struct public_position reached;
	struct id_vec entries, media, batches;
	struct str_vec redirects;
	struct map *seen_entries, *seen_media, *seen_redirects;
	bool names, site;
};

static void plan_id(struct plan *plan, struct map *seen, struct id_vec *ids, int64_t id)
{
	if (map_get_i64(seen, id))
		return;
	map_put_i64(seen, id, plan);
	*vec_add(ids, plan->arena) = id;
}

static void plan_row(struct plan *plan, const struct outbox_row *row)
{
	switch (row->kind) {
	case OUTBOX_ENTRY:
		plan_id(plan, plan->seen_entries, &plan->entries, row->subject_id);
		break;
	case OUTBOX_MEDIA:
		plan_id(plan, plan->seen_media, &plan->media, row->subject_id);
		break;
	case OUTBOX_TAXONOMY:
		plan->names = true;
		break;
	case OUTBOX_SITE:
		plan->site = true;
		break;
	case OUTBOX_REDIRECT:
		if (!map_get(plan->seen_redirects, row->detail)) {
			map_put(plan->seen_redirects, row->detail, plan);
			*vec_add(&plan->redirects, plan->arena) = row->detail;
		}
		break;
	case OUTBOX_CHUNK:
		break;
	case OUTBOX_BATCH:
		*vec_add(&plan->batches, plan->arena) = row->subject_id;
		plan->names = plan->site = true;
		break;
	}
}

static void make_plan(struct plan *plan)
{
	plan->seen_entries = map_create(plan->arena);
	plan->seen_media = map_create(plan->arena);
	plan->seen_redirects = map_create(plan->arena);
	for (size_t i = 0; i < plan->rows.len; i++)
		plan_row(plan, &plan->rows.at[i]);
}

struct step {
	struct projector *projector;
	struct plan *plan;
	struct changes *changes;
};

static int apply_media(struct step *step, struct store *store, struct err *err)
{
	struct plan *plan = step->plan;
	int rc = 0;
	for (size_t i = 0; !rc && i < plan->media.len; i++) {
		struct id_vec ids = {0};
		rc = entry_ids_of_media(store, plan->media.at[i], plan->arena, &ids, err);
		for (size_t k = 0; !rc && k < ids.len; k++)
			plan_id(plan, plan->seen_entries, &plan->entries, ids.at[k]);
	}
	return rc;
}

static int apply_names(struct step *step, struct store *store, struct err *err)
{
	int rc = 0;
	if (step->plan->names)
		rc = projector_write_names(step->projector, store, err);
	if (!rc && step->plan->site)
		rc = projector_write_site(step->projector, store, err);
	if (step->plan->names || step->plan->site) {
		step->changes->names = true;
		changes_tag_text(step->changes, "s", (struct str){0});
	}
	return rc;
}

/* Everything that the rows point to, from one unmoving view of the store, into one transaction. */
static int apply(struct store *store, void *context, struct err *err)
{
	struct step *step = context;
	struct plan *plan = step->plan;
	int rc = apply_names(step, store, err);
	rc = rc ? rc : apply_media(step, store, err);
	step->changes->redirects = plan->redirects.len > 0;
	for (size_t i = 0; !rc && i < plan->redirects.len; i++)
		rc = projector_write_redirect(step->projector, store, plan->redirects.at[i], err);
	for (size_t i = 0; !rc && i < plan->entries.len; i++)
		rc = projector_write_entry(step->projector, store, plan->entries.at[i], step->changes, err);
	for (size_t i = 0; !rc && i < plan->batches.len; i++) {
		rc = projector_write_redirects(step->projector, store, plan->batches.at[i], err);
		rc = rc ? rc : projector_write_entries(step->projector, store, plan->batches.at[i], step->changes, err);
	}
	return rc;
}

static struct public_position position_of(const struct outbox_position *from)
{
	struct public_position position = {.number = from->number};
	memcpy(position.id, from->id, sizeof position.id < sizeof from->id ? sizeof position.id : sizeof from->id);
	return position;
}

static int write_step(struct db *db, void *context, struct err *err)
{
	struct step *step = context;
	struct projector *projector = step->projector;
	changes_clear(step->changes);
	projector_clear_left_out(projector);
	int rc = projector->options.cache_count ? public_owe_purges(db, err) : 0;
	rc = rc ? rc : store_read(projector->store, apply, step, err);
	rc = rc ? rc : public_count_left_out(db, &projector->left_out_count, err);
	return rc ? rc : public_write_position(db, &step->plan->reached, projector->recipe, err);
}

static int show_step(struct step *step, struct err *err)
{
	struct projector *projector = step->projector;
	struct changes *changes = step->changes;
	int rc = changes->names ? projector_load_names(projector, err) : 0;
	rc = rc || !changes->names ? rc : projector_reload_trees(projector, changes, err);
	if (rc)
		return rc;
	int64_t number = projector->position.number;
	projector->sequence = number > projector->sequence ? number : projector->sequence + 1;
	struct catalogue_change change = {changes->put.at, changes->put.len, changes->removed.at, changes->removed.len,
					  projector->sequence};
	struct filled filled = changes_filled(changes, projector);
	rc = catalogue_apply(projector->catalogue, &change, clock_now_s(projector->options.clock), err);
	if (rc)
		return rc;
	changes_tag_filled(changes, projector, &filled);
	projector_tell(projector, changes);
	return 0;
}

/* public.db is ahead of the catalogue. What it no longer holds is found no more, so all that is cached goes now, not
 * when the catalogue can follow; what is rendered until then comes from an older sequence and is not kept. */
static void tell_unshown(struct projector *projector, struct changes *changes)
{
	int64_t number = projector->position.number;
	projector->sequence = number > projector->sequence ? number : projector->sequence + 1;
	changes->everything = true;
	projector_tell(projector, changes);
}

static int run_step(struct projector *projector, struct plan *plan, struct err *err)
{
	struct changes changes;
	changes_init(&changes);
	struct step step = {projector, plan, &changes};
	int rc = db_transaction(projector->db, write_step, &step, err);
	if (!rc && projector->options.listener.committed)
		projector->options.listener.committed(projector->options.listener.context);
	if (!rc) {
		projector_tell_left_out(projector);
		projector->position = plan->reached;
		projector->stale = true;
		rc = show_step(&step, err);
		projector->stale = rc != 0;
		if (rc)
			tell_unshown(projector, &changes);
	}
	changes_finish(&changes);
	return rc;
}

void projector_note_away(struct projector *projector, bool away)
{
	if (away && !projector->status.store_away)
		projector->status.away_since_s = clock_now_s(projector->options.clock);
	projector->status.store_away = away;
}

static void note_stuck(struct projector *projector, bool stuck)
{
	if (stuck && !projector->status.stuck)
		projector->status.stuck_since_s = clock_now_s(projector->options.clock);
	projector->status.stuck = stuck;
}

static void note_status(struct projector *projector, int rc)
{
	int64_t behind = projector->head - projector->position.number;
	pthread_mutex_lock(&projector->lock);
	projector->status.behind = behind > 0 ? behind : 0;
	bool away = rc == ERR_DB_AWAY || projector->refused;
	projector_note_away(projector, away);
	note_stuck(projector, rc && !away);
	if (!rc) {
		projector->status.left_out = projector->left_out_count;
		projector->status.sequence = projector->sequence;
		projector->status.last_step_s = clock_now_s(projector->options.clock);
	}
	pthread_mutex_unlock(&projector->lock);
}

/* What another version of the program could not show, once. */
static int try_again(struct projector *projector, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct plan plan = {.arena = arena, .reached = projector->position};
	int rc = public_left_out_by_others(projector->db, projector->options.program, arena, &plan.entries, err);
	if (!rc && plan.entries.len)
		rc = run_step(projector, &plan, err);
	projector->tried_again = rc == 0;
	return rc;
}

/* The one question that is asked all the time tells how quick the store is. */
static int read_outbox(struct projector *projector, const struct outbox_position *after, struct plan *plan,
		       struct err *err)
{
	int64_t asked_us = clock_steady_us();
	pthread_mutex_lock(&projector->lock);
	projector->asked_us = asked_us;
	pthread_mutex_unlock(&projector->lock);
	int rc = outbox_read(projector->store, after, STEP_ROWS, plan->arena, &plan->rows, err);
	pthread_mutex_lock(&projector->lock);
	projector->asked_us = 0;
	projector->status.answer_us = clock_steady_us() - asked_us;
	pthread_mutex_unlock(&projector->lock);
	return rc;
}

/* Readers are shown what is public by this machine's clock, writers write by the store's. */
static int compare_clocks(struct projector *projector, struct err *err)
{
	int64_t asked_us = clock_steady_us(), theirs_us = 0;
	if (projector->clock_asked_us && asked_us - projector->clock_asked_us < CLOCK_EVERY_US)
		return 0;
	int64_t ours_us = clock_now_us(projector->options.clock);
	int rc = db_now_us(store_db(projector->store), &theirs_us, err);
	if (rc)
		return rc == DB_CANNOT ? 0 : rc;
	projector->clock_asked_us = asked_us;
	int64_t took_us = clock_steady_us() - asked_us;
	int64_t ahead_us = ours_us + took_us / 2 - theirs_us;
	pthread_mutex_lock(&projector->lock);
	projector->status.clock_known = true;
	projector->status.clock_off = llabs(ahead_us) - took_us / 2 > PROJECTOR_CLOCK_OFF_US;
	projector->status.ahead_us = ahead_us;
	pthread_mutex_unlock(&projector->lock);
	return 0;
}

/* The store does not know the position, which a restored one would not either. But no newsroom loses all its entries:
 * nothing removes them. */
static int rebuild(struct projector *projector, struct err *err)
{
	CATALOGUE_SCOPED snapshot = catalogue_acquire(projector->catalogue, clock_now_s(projector->options.clock));
	struct store_counts counts = {0};
	size_t shown = catalogue_visible_count(snapshot);
	int rc = shown ? store_count(projector->store, &counts, err) : 0;
	if (rc == 0 && shown && counts.entries == 0)
		return err_set(err, ERR_DB_AWAY,
			       "the store holds nothing, and readers have %zu items: it is not taken for the newsroom; "
			       "restore it, or mend database.url in crier.conf; if all shall go, remove public.db and "
			       "start again",
			       shown);
	return rc ? rc : projector_rebuild(projector, err);
}

static int read_and_run(struct projector *projector, size_t *ret_applied, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct plan plan = {.arena = arena};
	struct outbox_position after = {.number = projector->position.number};
	memcpy(after.id, projector->position.id, sizeof after.id);
	int rc = projector->stale ? projector_show_all(projector, err) : 0;
	rc = rc ? rc : projector_queue_owed(projector, err);
	rc = rc ? rc : projector_open_store(projector, err);
	rc = rc ? rc : compare_clocks(projector, err);
	if (rc)
		return rc;
	rc = read_outbox(projector, &after, &plan, err);
	if (rc == OUTBOX_REBUILD) {
		*ret_applied = 1;
		return rebuild(projector, err);
	}
	if (rc || !plan.rows.len) {
		*ret_applied = 0;
		return rc || projector->tried_again ? rc : try_again(projector, err);
	}
	struct outbox_position head = {0};
	rc = outbox_head(projector->store, &head, err);
	if (rc)
		return rc;
	projector->head = head.number;
	make_plan(&plan);
	plan.reached = position_of(&vec_last(&plan.rows)->position);
	rc = run_step(projector, &plan, err);
	*ret_applied = plan.rows.len;
	return rc;
}

int projector_step(struct projector *projector, size_t *ret_applied, struct err *err)
{
	size_t applied = 0;
	int rc = read_and_run(projector, &applied, err);
	note_status(projector, rc);
	if (!rc) {
		*ret_applied = applied;
		return 0;
	}
	store_close(projector->store);
	projector->store = NULL;
	return rc;
}
