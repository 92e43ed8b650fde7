#include "export/state.h"

#include "base/file.h"
#include "base/map.h"
#include "export/hashes.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC UINT64_C(0x0131657461747363) /* of another order of bytes it is another number; the 01 is the version */
#define SEED  UINT64_C(0x6578706f7274)

/* The file: head, parts by key, their tags, pages, index of pages by hash, found addresses, their index. */
struct head {
	uint64_t magic, checksum; /* of all behind these two */
	uint64_t manifest;
	int64_t at_s;
	uint64_t part_count, tag_count, page_count, found_count;
	uint64_t index_at, found_at;
};

struct part {
	uint64_t key, hash;
	uint32_t tag_at, tag_count;
};

struct page_head { /* then tags, links, the address, and zeros up to eight bytes */
	int64_t until_s;
	uint32_t flags, address_len, tag_count, link_count;
};
#define PAGE_HTML   1u
#define PAGE_LISTED 2u

struct index {
	uint64_t hash, at;
};

VEC_TYPE(part_vec, struct part);
VEC_TYPE(tag_vec, uint32_t);
VEC_TYPE(index_vec, struct index);
VEC_TYPE(offset_vec, uint64_t);

struct state {
	int dir_fd;
	struct arena *arena;

	const char *map; /* the file of the run before; NULL: there is none */
	size_t map_bytes;
	const struct head *head;
	const struct part *parts;
	const uint32_t *part_tags;
	const struct index *index;
	const uint64_t *found;

	struct part_vec new_parts;
	struct tag_vec new_tags;
	struct hashes touched;

	FILE *out;            /* the file of this run; NULL where it cannot be written */
	pthread_mutex_t lock; /* what follows */
	uint64_t at;
	struct index_vec pages;
	struct map *names; /* found addresses → index + 1 */
	struct str_vec found_texts;
};

/* Never 0, which is in no set. Two that share one make a page rendered in vain. */
static uint32_t short_tag(uint64_t tag)
{
	return (uint32_t)tag | 1;
}

uint64_t state_hash(struct str address)
{
	return str_hash(address, SEED) | 1;
}

struct state *state_create(int dir_fd)
{
	struct state *state = calloc(1, sizeof *state);

	if (!state)
		err_die("out of memory: no room for what the last export knew");
	state->dir_fd = dir_fd;
	state->arena = arena_create(1u << 16);
	state->names = map_create(state->arena);
	pthread_mutex_init(&state->lock, NULL);
	return state;
}

static void forget(struct state *state)
{
	if (state->map)
		(void)munmap((void *)(uintptr_t)state->map, state->map_bytes);
	state->map = NULL;
	state->head = NULL;
}

void state_destroy(struct state *state)
{
	if (!state)
		return;
	forget(state);
	if (state->out) {
		(void)fclose(state->out);
		(void)unlinkat(state->dir_fd, "state.new", 0);
	}
	hashes_finish(&state->touched);
	pthread_mutex_destroy(&state->lock);
	arena_destroy(state->arena);
	free(state);
}

/* Reading ------------------------------------------------------------------------------------------ */

/* count things of each bytes from at on, inside the file; NULL where they are not. */
static const void *inside(const struct state *state, uint64_t at, uint64_t count, size_t each)
{
	if (at > state->map_bytes || count > (state->map_bytes - at) / each || at % 8 != 0)
		return NULL;
	return state->map + at;
}

static uint64_t checksum(struct str file)
{
	return str_hash(str_skip(file, offsetof(struct head, manifest)), SEED);
}

static int map_file(struct state *state, struct err *err)
{
	FD_SCOPED fd = openat(state->dir_fd, "state", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat info;
	void *map;

	if (fd < 0)
		return errno == ENOENT ? STATE_NONE : (err_set_errno(err, errno, ".crier/state"), STATE_UNFIT);
	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || (size_t)info.st_size < sizeof(struct head)) {
		(void)err_set(err, ERR_DATA, ".crier/state is damaged");
		return STATE_UNFIT;
	}
	map = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED) {
		(void)err_set_errno(err, errno, ".crier/state");
		return STATE_UNFIT;
	}
	state->map = map;
	state->map_bytes = (size_t)info.st_size;
	state->head = map;
	return 0;
}

static const char *refuse(struct state *state, uint64_t manifest_hash)
{
	const struct head *head = state->head;
	uint64_t tags_at;

	if (head->magic != MAGIC)
		return ".crier/state is of another version of Crier";
	if (head->checksum != checksum(str_of(state->map, state->map_bytes)))
		return ".crier/state is damaged";
	if (head->manifest != manifest_hash)
		return ".crier/state does not belong to .crier/manifest";
	state->parts = inside(state, sizeof *head, head->part_count, sizeof(struct part));
	tags_at = sizeof *head + head->part_count * sizeof(struct part);
	state->part_tags = state->parts ? inside(state, tags_at, head->tag_count, sizeof(uint32_t)) : NULL;
	state->index = inside(state, head->index_at, head->page_count, sizeof(struct index));
	state->found = inside(state, head->found_at, head->found_count, sizeof(uint64_t));
	return state->part_tags && state->index && state->found ? NULL : ".crier/state is damaged";
}

int state_read(struct state *state, uint64_t manifest_hash, struct err *err)
{
	const char *why;
	int rc = map_file(state, err);

	if (rc)
		return rc;
	why = refuse(state, manifest_hash);
	if (!why)
		return 0;
	forget(state);
	(void)err_set(err, ERR_DATA, "%s", why);
	return STATE_UNFIT;
}

int64_t state_at_s(const struct state *state)
{
	return state->head ? state->head->at_s : 0;
}

static bool read_page(const struct state *state, uint64_t at, struct state_page *ret_page)
{
	const struct page_head *head = inside(state, at, 1, sizeof *head);
	const uint32_t *numbers;
	uint64_t count;

	if (!head)
		return false;
	count = (uint64_t)head->tag_count + head->link_count;
	numbers = inside(state, at + sizeof *head, count * sizeof *numbers + head->address_len, 1);
	if (!numbers)
		return false;
	*ret_page = (struct state_page){
		.address = str_of((const char *)(numbers + count), head->address_len),
		.html = head->flags & PAGE_HTML,
		.listed = head->flags & PAGE_LISTED,
		.until_s = head->until_s,
		.tags = numbers,
		.links = numbers + head->tag_count,
		.tag_count = head->tag_count,
		.link_count = head->link_count,
	};
	return true;
}

bool state_page_at(const struct state *state, size_t index, struct state_page *ret_page)
{
	return state->head && index < state->head->page_count && read_page(state, state->index[index].at, ret_page);
}

bool state_find(const struct state *state, struct str address, struct state_page *ret_page)
{
	uint64_t hash = state_hash(address);
	size_t low = 0, high = state->head ? state->head->page_count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (state->index[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return state_page_at(state, low, ret_page) && state->index[low].hash == hash &&
	       str_eq(ret_page->address, address);
}

bool state_holds(const struct state *state, const struct state_page *page, int64_t now_s)
{
	if (now_s >= page->until_s)
		return false;
	for (size_t i = 0; i < page->tag_count; i++) {
		if (hashes_has(&state->touched, page->tags[i]))
			return false;
	}
	return true;
}

static struct str found_text(const struct state *state, uint32_t number)
{
	const uint64_t *len =
		number < state->head->found_count ? inside(state, state->found[number], 1, sizeof *len) : NULL;
	const char *text = len ? inside(state, state->found[number] + sizeof *len, *len, 1) : NULL;

	return text ? str_of(text, *len) : STR("");
}

void state_links(const struct state *state, const struct state_page *page, struct arena *arena,
		 struct str_vec *ret_links)
{
	for (size_t i = 0; i < page->link_count; i++)
		*vec_add(ret_links, arena) = found_text(state, page->links[i]);
}

/* Comparing ---------------------------------------------------------------------------------------- */

void state_add(struct state *state, const struct site_part *part)
{
	struct part *added = vec_add(&state->new_parts, state->arena);

	*added = (struct part){part->key, part->hash, (uint32_t)state->new_tags.len, (uint32_t)part->tag_count};
	for (size_t i = 0; i < part->tag_count; i++)
		*vec_add(&state->new_tags, state->arena) = short_tag(part->tags[i]);
}

static int by_key(const void *a, const void *b)
{
	const struct part *left = a, *right = b;

	return (left->key > right->key) - (left->key < right->key);
}

static void drop_doubles(struct part_vec *parts)
{
	size_t kept = 0;

	if (parts->len > 0)
		qsort(parts->at, parts->len, sizeof *parts->at, by_key);
	for (size_t i = 0; i < parts->len; i++) {
		if (kept == 0 || parts->at[kept - 1].key != parts->at[i].key)
			parts->at[kept++] = parts->at[i];
	}
	parts->len = kept;
}

/* False where its tags are not inside. */
static bool touch(struct state *state, const struct part *part, const uint32_t *tags, uint64_t tag_count)
{
	if (part->tag_at > tag_count || part->tag_count > tag_count - part->tag_at)
		return false;
	for (uint32_t i = 0; i < part->tag_count; i++)
		(void)hashes_add(&state->touched, tags[part->tag_at + i]);
	return true;
}

/* Both in the order of keys. False where the file says what cannot be. */
static bool touch_differences(struct state *state)
{
	const struct part_vec *now = &state->new_parts;
	const struct head *head = state->head;
	size_t at = 0, before = 0;
	bool fine = true;

	while (fine && (at < now->len || before < head->part_count)) {
		const struct part *new = at < now->len ? &now->at[at] : NULL;
		const struct part *old = before < head->part_count ? &state->parts[before] : NULL;
		bool came = new && (!old || new->key < old->key);
		bool went = old && (!new || old->key < new->key);

		if (came)
			fine = touch(state, new, state->new_tags.at, state->new_tags.len);
		if (went)
			fine = touch(state, old, state->part_tags, head->tag_count);
		if (!came && !went && new->hash != old->hash)
			fine = touch(state, new, state->new_tags.at, state->new_tags.len) &&
			       touch(state, old, state->part_tags, head->tag_count);
		at += !went;
		before += !came;
	}
	return fine;
}

/* Writing ------------------------------------------------------------------------------------------ */

/* A failure is found at the end, by ferror. */
static void put(struct state *state, const void *bytes, size_t count)
{
	(void)fwrite(bytes, 1, count, state->out);
	state->at += count;
}

static void put_round(struct state *state)
{
	static const char zeros[8];

	put(state, zeros, (8 - state->at % 8) % 8);
}

static int begin_file(struct state *state, struct err *err)
{
	const struct head head = {0};
	int fd = openat(state->dir_fd, "state.new", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);

	state->out = fd >= 0 ? fdopen(fd, "w+") : NULL;
	if (!state->out) {
		fd_closep(&fd);
		return err_set_errno(err, errno, ".crier/state.new");
	}
	put(state, &head, sizeof head);
	if (state->new_parts.len > 0)
		put(state, state->new_parts.at, state->new_parts.len * sizeof *state->new_parts.at);
	if (state->new_tags.len > 0)
		put(state, state->new_tags.at, state->new_tags.len * sizeof *state->new_tags.at);
	put_round(state);
	return 0;
}

int state_compare(struct state *state, bool *ret_some, struct err *err)
{
	drop_doubles(&state->new_parts);
	*ret_some = state->head && touch_differences(state) &&
		    !hashes_has(&state->touched, short_tag(page_tag_hash(SITE_EVERY_PAGE)));
	return begin_file(state, err);
}

static uint32_t found_number(struct state *state, struct str text)
{
	void *known = map_get(state->names, text);

	if (!known) {
		*vec_add(&state->found_texts, state->arena) = arena_str(state->arena, text);
		known = (void *)(uintptr_t)state->found_texts.len;
		map_put(state->names, text, known);
	}
	return (uint32_t)((uintptr_t)known - 1);
}

static void put_tags(struct state *state, const struct state_noted *noted, uint32_t extra)
{
	if (noted->kept) {
		put(state, noted->kept->tags, noted->kept->tag_count * sizeof(uint32_t));
		return;
	}
	for (size_t i = 0; i < noted->tag_count; i++) {
		uint32_t tag = short_tag(noted->tags[i]);

		put(state, &tag, sizeof tag);
	}
	if (extra)
		put(state, &extra, sizeof extra);
}

void state_note(struct state *state, const struct state_noted *noted)
{
	uint32_t extra = noted->kept || !noted->extra ? 0 : short_tag(noted->extra);
	size_t tag_count = noted->kept ? noted->kept->tag_count : noted->tag_count + (extra != 0);
	struct page_head head = {
		.until_s = noted->until_s,
		.flags = (noted->html ? PAGE_HTML : 0) | (noted->listed ? PAGE_LISTED : 0),
		.address_len = (uint32_t)noted->address.len,
		.tag_count = (uint32_t)tag_count,
		.link_count = (uint32_t)noted->links->len,
	};

	pthread_mutex_lock(&state->lock);
	*vec_add(&state->pages, state->arena) = (struct index){state_hash(noted->address), state->at};
	put(state, &head, sizeof head);
	put_tags(state, noted, extra);
	for (size_t i = 0; i < noted->links->len; i++) {
		uint32_t number = found_number(state, noted->links->at[i]);

		put(state, &number, sizeof number);
	}
	put(state, noted->address.ptr, noted->address.len);
	put_round(state);
	pthread_mutex_unlock(&state->lock);
}

static int by_hash(const void *a, const void *b)
{
	const struct index *left = a, *right = b;

	return (left->hash > right->hash) - (left->hash < right->hash);
}

static void put_indexes(struct state *state, struct head *head)
{
	struct offset_vec offsets = {0};

	for (size_t i = 0; i < state->found_texts.len; i++) {
		uint64_t len = state->found_texts.at[i].len;

		*vec_add(&offsets, state->arena) = state->at;
		put(state, &len, sizeof len);
		put(state, state->found_texts.at[i].ptr, len);
		put_round(state);
	}
	head->found_at = state->at;
	if (offsets.len > 0)
		put(state, offsets.at, offsets.len * sizeof *offsets.at);
	head->index_at = state->at;
	if (state->pages.len > 0) {
		qsort(state->pages.at, state->pages.len, sizeof *state->pages.at, by_hash);
		put(state, state->pages.at, state->pages.len * sizeof *state->pages.at);
	}
}

/* The checksum is made of the file itself. */
static bool put_head(struct state *state, struct head *head)
{
	int fd = fileno(state->out);
	void *map;

	if (pwrite(fd, head, sizeof *head, 0) != (ssize_t)sizeof *head)
		return false;
	map = mmap(NULL, state->at, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return false;
	head->checksum = checksum(str_of(map, state->at));
	(void)munmap(map, state->at);
	return pwrite(fd, head, sizeof *head, 0) == (ssize_t)sizeof *head;
}

int state_save(struct state *state, int64_t now_s, uint64_t manifest_hash, struct err *err)
{
	struct head head = {
		.magic = MAGIC,
		.manifest = manifest_hash,
		.at_s = now_s,
		.part_count = state->new_parts.len,
		.tag_count = state->new_tags.len,
		.page_count = state->pages.len,
		.found_count = state->found_texts.len,
	};
	bool fine;

	put_indexes(state, &head);
	fine = fflush(state->out) == 0 && !ferror(state->out) && put_head(state, &head);
	fine = fine && fsync(fileno(state->out)) == 0;
	fine = fclose(state->out) == 0 && fine;
	state->out = NULL;
	if (!fine || renameat(state->dir_fd, "state.new", state->dir_fd, "state") != 0)
		return err_set_errno(err, errno ? errno : EIO, ".crier/state");
	return 0;
}
