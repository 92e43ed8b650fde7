#include "base/map.h"

#include "base/err.h"
#include "base/random.h"
#include "base/vec.h"

#include <string.h>

struct entry {
	struct str key;
	uint64_t hash;
	void *value;
};

/* slots hold 1 + the entry's index, 0 where free; their number is a power of two, at most three quarters in use. */
struct map {
	struct arena *arena;
	uint64_t seed;
	VEC(struct entry) entries;
	uint32_t *slots;
	size_t slot_count;
};

#define FIRST_SLOTS 16

struct map *map_create(struct arena *arena)
{
	struct map *map = arena_new(arena, struct map);
	map->arena = arena;
	map->seed = random_u64(random_system());
	map->slot_count = FIRST_SLOTS;
	map->slots = arena_array(arena, uint32_t, map->slot_count);
	return map;
}

/* The slot that holds key, or the free one where it belongs. */
static size_t find_slot(const struct map *map, struct str key, uint64_t hash)
{
	size_t mask = map->slot_count - 1;
	for (size_t at = hash & mask;; at = (at + 1) & mask) {
		if (!map->slots[at])
			return at;
		const struct entry *entry = &map->entries.at[map->slots[at] - 1];
		if (entry->hash == hash && str_eq(entry->key, key))
			return at;
	}
}

static void grow(struct map *map)
{
	map->slot_count *= 2;
	map->slots = arena_array(map->arena, uint32_t, map->slot_count);
	size_t mask = map->slot_count - 1;
	for (size_t i = 0; i < map->entries.len; i++) {
		size_t at = map->entries.at[i].hash & mask;
		while (map->slots[at])
			at = (at + 1) & mask;
		map->slots[at] = (uint32_t)i + 1;
	}
}

void *map_get(const struct map *map, struct str key)
{
	size_t at = find_slot(map, key, str_hash(key, map->seed));
	return map->slots[at] ? map->entries.at[map->slots[at] - 1].value : NULL;
}

void map_put(struct map *map, struct str key, void *value)
{
	uint64_t hash = str_hash(key, map->seed);
	size_t at = find_slot(map, key, hash);
	if (map->slots[at]) {
		map->entries.at[map->slots[at] - 1].value = value;
		return;
	}
	if (map->entries.len >= UINT32_MAX - 1)
		err_die("a map cannot hold more than four thousand million keys");
	if (map->entries.len + 1 > map->slot_count / 4 * 3) {
		grow(map);
		at = find_slot(map, key, hash);
	}
	struct str copy = arena_str(map->arena, key);
	*vec_add(&map->entries, map->arena) = (struct entry){.key = copy, .hash = hash, .value = value};
	map->slots[at] = (uint32_t)map->entries.len;
}

size_t map_count(const struct map *map)
{
	return map->entries.len;
}

bool map_at(const struct map *map, size_t index, struct str *ret_key, void **ret_value)
{
	if (index >= map->entries.len)
		return false;
	*ret_key = map->entries.at[index].key;
	*ret_value = map->entries.at[index].value;
	return true;
}

void *map_get_i64(const struct map *map, int64_t key)
{
	return map_get(map, str_of((const char *)&key, sizeof key));
}

void map_put_i64(struct map *map, int64_t key, void *value)
{
	map_put(map, str_of((const char *)&key, sizeof key), value);
}
