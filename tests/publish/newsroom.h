/* newsroom: a store, a projector beside it and a reader, for tests. Files in a folder of its own below /tmp,
 * removed at the end. */
#ifndef CRIER_TESTS_NEWSROOM_H
#define CRIER_TESTS_NEWSROOM_H

#include "engine.h"

#include "publish/projector.h"
#include "publish/public.h"
#include "store/batch.h"
#include "store/entry.h"
#include "store/item.h"
#include "store/media.h"
#include "store/redirect.h"
#include "store/site.h"

#define NEWSROOM_START_S 1700000000

struct newsroom {
	char dir[64], store_url[1000], public_path[128];
	struct engine engine; /* of the store, where it is PostgreSQL */
	struct clock_fixed clock;
	struct random_fixed random;
	struct store *store;
	struct projector *projector;
	struct public *public;
	struct arena *arena;
	int64_t kinds[3], topics[4], places[3], people[2], media[2];
	/* what the listener heard since newsroom_step began */
	struct str_vec tags;
	struct arena *heard;
	int64_t told_sequence;
	size_t told;
	bool die_after_commit, committed;
	struct left_out_vec left_out; /* told since newsroom_init */
	struct str program;           /* for the next newsroom_open */
	int64_t unrenderable_id;      /* the entry whose rendering fails; 0: none */
	struct str caches[2];         /* in front, for the next newsroom_open */
	size_t cache_count;
	size_t queued, not_queued; /* purges, since newsroom_init */
};

/* Languages en, fr, ar; kinds press_release, report, statement; topic 1 below topic 0, place 1 below place 0; person 1
 * is not public; media 0 has files and a credit, media 1 has files and no credit. */
void newsroom_init(struct newsroom *newsroom);
/* The same with the store on an engine; false: there is none to test with, and nothing to finish. */
bool newsroom_init_on(struct newsroom *newsroom, enum db_engine kind);
void newsroom_finish(struct newsroom *newsroom);
void newsroom_open(struct newsroom *newsroom); /* projector and reader */
void newsroom_close(struct newsroom *newsroom);
void newsroom_step(struct newsroom *newsroom); /* until nothing is left */
int64_t newsroom_now(const struct newsroom *newsroom);
bool newsroom_heard(const struct newsroom *newsroom, const char *tag);
struct projector_options newsroom_options(struct newsroom *newsroom);
const struct catalogue_snapshot *newsroom_snapshot(struct newsroom *newsroom);

/* Filled with a language, slug and path from number, kind 0, topic 1, place 1, person 0, media 0 featured. */
struct item_content newsroom_content(struct newsroom *newsroom, int number, const char *language);
/* In a chunk of a batch; 0: of none. */
struct item_ids newsroom_create_in(struct newsroom *newsroom, int64_t batch_id, const struct item_content *content);
struct item_ids newsroom_create(struct newsroom *newsroom, const struct item_content *content);
/* A catalogue filter's set of everything in every language, items and pages. */
struct catalogue_set *newsroom_everything(const struct catalogue_snapshot *snapshot);
/* A number for all that stands in public.db, but for the position and the keys of the search index. */
uint64_t newsroom_public_digest(struct newsroom *newsroom);
void newsroom_write(struct newsroom *newsroom, store_work *work, void *context);
void newsroom_remove_public(struct newsroom *newsroom);

#endif
