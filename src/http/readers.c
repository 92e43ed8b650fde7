#include "http/readers.h"

#include "base/err.h"

#include <pthread.h>
#include <stdlib.h>

#define SHARDS     64
#define SETS       128
#define WAYS       8
#define LOOK_EVERY 16
#define SECOND_US  (int64_t)1000000

/* id 0: a free place. due_us: when all of an allowance will have been regained. */
struct reader {
	uint64_t id;
	int64_t due_us[ALLOWANCES];
	unsigned connections;
};

struct shard {
	pthread_mutex_t lock;
	struct reader sets[SETS][WAYS];
};

struct readers {
	struct reader_limits limits;
	uint64_t key;
	struct shard shards[SHARDS];
};

struct readers *readers_create(const struct reader_limits *limits, struct random *random)
{
	bool any = limits->connections > 0;
	for (size_t i = 0; i < ALLOWANCES; i++)
		any = any || limits->of[i].each_s > 0;
	if (!any)
		return NULL;
	struct readers *readers = calloc(1, sizeof *readers); /* pages that are never used take no memory */
	if (!readers)
		err_die("out of memory: give this process more");
	readers->limits = *limits;
	readers->key = random_u64(random);
	for (size_t i = 0; i < SHARDS; i++)
		pthread_mutex_init(&readers->shards[i].lock, NULL);
	return readers;
}

void readers_destroy(struct readers *readers)
{
	for (size_t i = 0; readers && i < SHARDS; i++)
		pthread_mutex_destroy(&readers->shards[i].lock);
	free(readers);
}

uint64_t readers_id(const struct readers *readers, struct netaddr address)
{
	address = netaddr_household(address);
	return str_hash(str_of((const char *)address.bytes, sizeof address.bytes), readers->key) | 1;
}

unsigned readers_look_every(const struct readers *readers)
{
	int64_t each_s = readers->limits.of[ALLOW_REQUESTS].each_s, burst = readers->limits.of[ALLOW_REQUESTS].burst;
	if (each_s == 0)
		return UINT32_MAX;
	return burst >= 4 * LOOK_EVERY ? LOOK_EVERY : 1;
}

/* ---- places ---- */

static struct shard *shard_of(struct readers *readers, uint64_t id)
{
	return &readers->shards[id >> 32 & (SHARDS - 1)];
}

static struct reader *find(struct shard *shard, uint64_t id)
{
	struct reader *set = shard->sets[id >> 40 & (SETS - 1)];
	for (size_t i = 0; i < WAYS; i++)
		if (set[i].id == id)
			return &set[i];
	return NULL;
}

/* What is lost by forgetting it: who holds connections comes last. */
static int64_t debt(const struct reader *reader)
{
	int64_t latest = reader->id ? 1 : 0;
	for (size_t i = 0; i < ALLOWANCES; i++)
		if (reader->due_us[i] > latest)
			latest = reader->due_us[i];
	return latest + (reader->connections ? INT64_MAX / 2 : 0);
}

static struct reader *find_or_make(struct shard *shard, uint64_t id)
{
	struct reader *found = find(shard, id), *set = shard->sets[id >> 40 & (SETS - 1)];
	if (found)
		return found;
	found = set;
	for (size_t i = 1; i < WAYS; i++)
		if (debt(&set[i]) < debt(found))
			found = &set[i];
	*found = (struct reader){.id = id};
	return found;
}

/* ---- allowances ---- */

/* False: it would be more than is left. */
static bool take(const struct readers *readers, struct reader *reader, enum allowance kind, unsigned count,
		 int64_t now_us, bool by_force)
{
	int64_t each_s = readers->limits.of[kind].each_s;
	if (each_s == 0)
		return true;
	int64_t most_us = now_us + readers->limits.of[kind].burst * SECOND_US / each_s;
	int64_t due_us = reader->due_us[kind] > now_us ? reader->due_us[kind] : now_us;
	due_us += count * SECOND_US / each_s;
	if (due_us > most_us && !by_force)
		return false;
	reader->due_us[kind] = due_us;
	return true;
}

bool readers_take(struct readers *readers, uint64_t id, enum allowance kind, unsigned count, int64_t now_us)
{
	struct shard *shard = shard_of(readers, id);
	pthread_mutex_lock(&shard->lock);
	bool taken = take(readers, find_or_make(shard, id), kind, count, now_us, false);
	pthread_mutex_unlock(&shard->lock);
	return taken;
}

bool readers_enter(struct readers *readers, uint64_t id, int64_t now_us)
{
	struct shard *shard = shard_of(readers, id);
	unsigned most = readers->limits.connections;
	pthread_mutex_lock(&shard->lock);
	struct reader *reader = find_or_make(shard, id), trial = *reader;
	bool enters =
		(most == 0 || reader->connections < most) && take(readers, &trial, ALLOW_REQUESTS, 1, now_us, false);
	if (enters)
		reader->connections++;
	pthread_mutex_unlock(&shard->lock);
	return enters;
}

void readers_leave(struct readers *readers, uint64_t id, unsigned asked, int64_t now_us)
{
	struct shard *shard = shard_of(readers, id);
	pthread_mutex_lock(&shard->lock);
	struct reader *reader = find(shard, id);
	if (reader) {
		reader->connections -= reader->connections > 0;
		take(readers, reader, ALLOW_REQUESTS, asked, now_us, true);
	}
	pthread_mutex_unlock(&shard->lock);
}
