/* A new base from the old one and its delta, while changes go on. */
#include "publish/catalogue_inside.h"

#include <stdlib.h>

#define SUPERSEDED_MAX 65536 /* removals alone ask for a rebuild too, at last */

static void add_from_base(struct base_builder *builder, const struct base *base, uint32_t position, struct keys *facts)
{
	base_facts(base, position, facts);
	base_builder_add(builder, &(struct base_entry){
					  .id = base->ids[position],
					  .date_s = base->dates[position],
					  .window = base_window(base, position),
					  .changed_s = base->changed[position],
					  .pinned_until_s = base_pinned_until_s(base, position),
					  .facts = facts->at,
					  .fact_count = facts->len,
				  });
}

static void add_from_delta(struct base_builder *builder, const struct delta_entry *entry)
{
	base_builder_add(builder, &(struct base_entry){
					  .id = entry->id,
					  .date_s = entry->date_s,
					  .window = entry->window,
					  .changed_s = entry->changed_s,
					  .pinned_until_s = entry->pinned_until_s,
					  .facts = entry->keys,
					  .fact_count = entry->fact_count,
				  });
}

static struct base *merge(const struct base *base, const struct delta *delta, const struct tree *tree, int64_t now_s)
{
	struct base_builder *builder = base_builder_create(tree, now_s, (size_t)base->count + delta->len);
	struct keys facts = {0};
	uint32_t next = 0;
	for (uint32_t position = 0; position < base->count; position++) {
		for (; next < delta->len && delta->position[next] <= position; next++)
			add_from_delta(builder, delta->at[next]);
		if (!roaring_bitmap_contains(delta->superseded, position))
			add_from_base(builder, base, position, &facts);
	}
	for (; next < delta->len; next++)
		add_from_delta(builder, delta->at[next]);
	keys_finish(&facts);
	return base_builder_finish(builder);
}

/* Locked. Puts the new base under what stands there now, unless another base came meanwhile. */
static void finish(struct catalogue *catalogue, const struct rebuild_job *job, struct base *base)
{
	struct catalogue_snapshot *found = (struct catalogue_snapshot *)holder_acquire(&catalogue->holder);
	if (found->base == job->base) {
		struct delta *delta = delta_transplant(job->delta, found->delta, job->base, base);
		catalogue_install_fresh(catalogue, base, delta, found->at_s, found->sequence);
		delta_drop(delta);
	}
	held_release(&found->held);
}

static void run(struct catalogue *catalogue, struct rebuild_job *job)
{
	pthread_mutex_unlock(&catalogue->writing);
	struct base *base = merge(job->base, job->delta, &job->base->tree, job->now_s);
	pthread_mutex_lock(&catalogue->writing);
	finish(catalogue, job, base);
	base_drop(base);
	base_drop(job->base);
	delta_drop(job->delta);
	*job = (struct rebuild_job){0};
}

static void *work(void *context)
{
	struct catalogue *catalogue = context;
	pthread_mutex_lock(&catalogue->writing);
	while (!catalogue->stopping) {
		if (!catalogue->job.base) {
			pthread_cond_wait(&catalogue->changed, &catalogue->writing);
			continue;
		}
		struct rebuild_job job = catalogue->job;
		catalogue->job = (struct rebuild_job){0};
		catalogue->building = true;
		run(catalogue, &job);
		catalogue->building = false;
		pthread_cond_broadcast(&catalogue->changed);
	}
	pthread_mutex_unlock(&catalogue->writing);
	return NULL;
}

static void wait_idle(struct catalogue *catalogue)
{
	while (catalogue->building || catalogue->job.base)
		pthread_cond_wait(&catalogue->changed, &catalogue->writing);
}

void catalogue_rebuild_if_due(struct catalogue *catalogue, size_t delta_len, int64_t now_s)
{
	struct catalogue_snapshot *found = (struct catalogue_snapshot *)holder_acquire(&catalogue->holder);
	size_t limit = catalogue->background ? CATALOGUE_DELTA_MAX / 2 : CATALOGUE_DELTA_MAX;
	bool due = delta_len > limit || roaring_bitmap_get_cardinality(found->delta->superseded) > SUPERSEDED_MAX;
	if (due && !catalogue->building && !catalogue->job.base)
		catalogue->job = (struct rebuild_job){base_hold(found->base), delta_hold(found->delta), now_s};
	held_release(&found->held);
	if (!due)
		return;
	if (catalogue->background) {
		pthread_cond_broadcast(&catalogue->changed);
		if (delta_len > DELTA_BULK_MAX)
			wait_idle(catalogue);
		return;
	}
	struct rebuild_job job = catalogue->job;
	catalogue->job = (struct rebuild_job){0};
	run(catalogue, &job);
}

void catalogue_set_parents(struct catalogue *catalogue, const struct catalogue_parent *parents, size_t parent_count,
			   int64_t now_s)
{
	struct tree tree;
	tree_init(&tree, parents, parent_count);
	pthread_mutex_lock(&catalogue->writing);
	struct catalogue_snapshot *found = (struct catalogue_snapshot *)holder_acquire(&catalogue->holder);
	struct base *base = merge(found->base, found->delta, &tree, now_s);
	struct delta *delta = delta_create_empty();
	catalogue_install_fresh(catalogue, base, delta, now_s, found->sequence);
	base_drop(base);
	delta_drop(delta);
	held_release(&found->held);
	pthread_mutex_unlock(&catalogue->writing);
	tree_finish(&tree);
}

void catalogue_settle(struct catalogue *catalogue)
{
	pthread_mutex_lock(&catalogue->writing);
	wait_idle(catalogue);
	pthread_mutex_unlock(&catalogue->writing);
}

int catalogue_rebuild_start(struct catalogue *catalogue, struct err *err)
{
	int failed = pthread_create(&catalogue->thread, NULL, work, catalogue);
	if (failed)
		return err_set_errno(err, failed, "catalogue: cannot start the thread that rebuilds it");
	catalogue->background = true;
	return 0;
}

void catalogue_rebuild_stop(struct catalogue *catalogue)
{
	if (!catalogue->background)
		return;
	pthread_mutex_lock(&catalogue->writing);
	catalogue->stopping = true;
	pthread_cond_broadcast(&catalogue->changed);
	pthread_mutex_unlock(&catalogue->writing);
	pthread_join(catalogue->thread, NULL);
	base_drop(catalogue->job.base);
	delta_drop(catalogue->job.delta);
}
