#include "web/page.h"

#include "base/file.h"
#include "base/limits.h"
#include "crypt/hash.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMPRESS_LEAST_BYTES 256          /* below this the head outweighs what is saved */
#define TAG_LIST_BYTES       4000         /* room in a head: Varnish takes 8 KB for one field */
#define EVERY_PAGE           "every-page" /* these stand for PURGE_EVERY_PAGE, PURGE_EVERY_CHANGE (publish/purges.h) */
#define EVERY_CHANGE         "every-change"
#define STATIC_FILE          "static-file"

static const struct form no_form; /* a coding that will never be made */

uint64_t page_tag_hash(struct str tag)
{
	return str_hash(tag, 0x7461677365656421u);
}

static bool compressible_type(struct str type)
{
	static const struct str endings[] = {STR_INIT("/javascript"), STR_INIT("/json"), STR_INIT("/xml"),
					     STR_INIT("+json"),       STR_INIT("+xml"),  STR_INIT("/manifest+json")};
	struct str name, parameters;
	str_cut(type, ';', &name, &parameters);
	name = str_trim(name);
	if (str_starts_nocase(name, STR("text/")))
		return true;
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if (str_ends(name, endings[i]))
			return true;
	return false;
}

static struct form *form_create(size_t bytes)
{
	struct form *form = calloc(1, sizeof *form + bytes);
	if (!form)
		abort();
	form->body = str_of((const char *)form->bytes, bytes);
	return form;
}

static void copy_headers(struct page *page, const struct response *response)
{
	struct header *headers = arena_array(page->arena, struct header, response->headers.len + 1);
	for (size_t i = 0; i < response->headers.len; i++) {
		headers[i].name = arena_str(page->arena, response->headers.at[i].name);
		headers[i].value = arena_str(page->arena, response->headers.at[i].value);
	}
	page->headers = headers;
	page->header_count = response->headers.len;
}

static bool is_one_word(struct str tag)
{
	for (size_t i = 0; i < tag.len; i++)
		if (tag.ptr[i] <= ' ' || tag.ptr[i] >= 0x7f || tag.ptr[i] == ',')
			return false;
	return tag.len > 0;
}

static bool put_tags(const struct response *response, struct buf *out)
{
	for (size_t i = 0; i < response->tags.len; i++) {
		if (!is_one_word(response->tags.at[i]))
			return false;
		buf_put_byte(out, ' ');
		buf_put(out, response->tags.at[i]);
	}
	return !out->over;
}

/* For caches in front. What was not there or leads elsewhere may be otherwise after any change, and a page with more
 * tags than fit is taken for one that every change touches. A static file changes its address, not its content. */
static void list_tags(struct page *page, const struct response *response)
{
	BUF_SCOPED list = BUF_INIT(TAG_LIST_BYTES);
	if (page->policy == CACHE_IMMUTABLE) {
		page->tag_list = STR(STATIC_FILE);
		return;
	}
	buf_put(&list, page->status == 200 ? STR(EVERY_PAGE) : STR(EVERY_PAGE " " EVERY_CHANGE));
	page->tag_list = put_tags(response, &list) ? buf_copy(&list, page->arena) : STR(EVERY_PAGE " " EVERY_CHANGE);
}

static void copy_tags(struct page *page, const struct response *response)
{
	uint64_t *hashes = arena_array(page->arena, uint64_t, response->tags.len + 1);
	for (size_t i = 0; i < response->tags.len; i++)
		hashes[i] = page_tag_hash(response->tags.at[i]);
	page->tags = hashes;
	page->tag_count = response->tags.len;
	list_tags(page, response);
}

#define FILE_TAG_CHARACTERS 32 /* of the hash: 128 bits */

static bool is_hex(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!memchr("0123456789abcdef", text.ptr[i], 16))
			return false;
	return true;
}

static void name_plain(const struct page *page, struct form *form)
{
	snprintf(form->etag, sizeof form->etag, "\"%s\"", page->hash);
	form->best = true;
}

static void name_form(const struct page *page, const struct response *response, struct form *form)
{
	struct str hash = str_sub(response->file_sha256, 0, FILE_TAG_CHARACTERS);
	if (response->file_fd < 0)
		name_plain(page, form);
	else if (hash.len == FILE_TAG_CHARACTERS && is_hex(hash))
		snprintf(form->etag, sizeof form->etag, "\"%.*s\"", STR_ARG(hash));
}

static void set_body(struct page *page, struct response *response)
{
	struct str body = response->file_fd >= 0 ? (struct str){0} : buf_str(&response->body);
	struct form *form = form_create(body.len);
	if (body.len)
		memcpy(form->bytes, body.ptr, body.len);
	struct sha256 hash = sha256_of(body);
	char text[44];
	sha256_base64url(&hash, text);
	memcpy(page->hash, text, 22);
	name_form(page, response, form);
	form->best = true;
	page->plain_bytes = body.len;
	page->forms[CODING_IDENTITY] = form;
	page->compressible =
		response->file_fd < 0 && body.len >= COMPRESS_LEAST_BYTES && compressible_type(page->content_type);
	page->file_fd = response->file_fd;
	page->file_offset = response->file_offset;
	page->file_bytes = response->file_bytes;
	response->file_fd = -1;
}

struct page *page_create(struct response *response, const struct route *route)
{
	if (response->body.over)
		response_plain(response, 500);
	struct page *page = calloc(1, sizeof *page);
	if (!page)
		abort();
	page->refs = 1;
	page->arena = arena_create(1024);
	page->status = response->status;
	page->content_type = arena_str(page->arena, response->content_type);
	page->location = arena_str(page->arena, response->location);
	page->policy = response->policy;
	page->fresh_until_s = response->fresh_until_s;
	page->last_modified_s = response->last_modified_s;
	page->sequence = response->sequence;
	page->route = route;
	pthread_mutex_init(&page->lock, NULL);
	copy_headers(page, response);
	copy_tags(page, response);
	set_body(page, response);
	page->bytes = sizeof *page + arena_used_bytes(page->arena) + sizeof(struct form) +
		      page->forms[CODING_IDENTITY]->body.len;
	return page;
}

struct page *page_keep(struct page *page)
{
	atomic_fetch_add_explicit(&page->refs, 1, memory_order_relaxed);
	return page;
}

static void free_forms(struct form *form)
{
	while (form && form != &no_form) {
		struct form *next = form->replaced;
		free(form);
		form = next;
	}
}

void page_release(struct page *page)
{
	if (!page || atomic_fetch_sub_explicit(&page->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < PAGE_SLOTS; i++)
		if (page->slots[i].value)
			page->slots[i].destroy(page->slots[i].value);
	for (size_t i = 0; i < CODING_COUNT; i++)
		free_forms(page->forms[i]);
	fd_closep(&page->file_fd);
	pthread_mutex_destroy(&page->lock);
	arena_destroy(page->arena);
	free(page);
}

static struct form *load_form(const struct page *page, enum coding coding)
{
	return atomic_load_explicit(&page->forms[coding], memory_order_acquire);
}

const struct form *page_form(const struct page *page, enum coding coding)
{
	struct form *form = load_form(page, coding);
	return form == &no_form ? NULL : form;
}

bool page_can(const struct page *page, enum coding coding)
{
	return coding == CODING_IDENTITY || (page->compressible && load_form(page, coding) != &no_form);
}

int64_t page_body_bytes(const struct page *page)
{
	return page->file_fd >= 0 ? page->file_bytes : (int64_t)page->plain_bytes;
}

/* ---- compressed forms ---- */

static struct form *compressed(enum coding coding, struct str body, int level)
{
	struct compressor *compressor = compressor_create(coding, level);
	size_t bound = compressor_bound(compressor, body);
	struct form *form = form_create(bound);
	form->body.len = compressor_run(compressor, body, form->bytes, bound);
	compressor_destroy(compressor);
	return form;
}

/* The plain form again, from a compressed one: at least one is there. */
static struct form *restored(const struct page *page)
{
	struct form *form = form_create(page->plain_bytes);
	for (int coding = CODING_GZIP; coding < CODING_COUNT; coding++) {
		const struct form *packed = page_form(page, (enum coding)coding);
		if (packed && decompress((enum coding)coding, packed->body, form->bytes, page->plain_bytes)) {
			name_plain(page, form);
			return form;
		}
	}
	abort(); /* what we made can be read */
}

/* NULL where it would not be smaller than body. */
static struct form *pack(const struct page *page, struct str body, enum coding coding, bool best)
{
	int level = coding == CODING_GZIP ? (best ? 12 : 6) : (best ? 11 : 5);
	struct form *form = compressed(coding, body, level);
	if (form->body.len == 0 || form->body.len >= body.len) {
		free(form);
		return NULL;
	}
	size_t length = form->body.len;
	struct form *shrunk = realloc(form, sizeof *form + length);
	if (shrunk)
		form = shrunk;
	form->body = str_of((const char *)form->bytes, length);
	form->best = best;
	snprintf(form->etag, sizeof form->etag, "\"%s-%c%d\"", page->hash, coding == CODING_GZIP ? 'g' : 'b', level);
	return form;
}

static struct form *make_form(const struct page *page, enum coding coding, bool best)
{
	const struct form *plain = page_form(page, CODING_IDENTITY);
	struct form *again = plain ? NULL : restored(page);
	if (coding == CODING_IDENTITY)
		return again;
	struct form *form = pack(page, again ? again->body : plain->body, coding, best);
	free(again);
	return form;
}

void page_slim(struct page *page, enum coding coding)
{
	struct form *plain = load_form(page, CODING_IDENTITY);
	if (coding == CODING_IDENTITY || !page_form(page, coding) || !plain || plain->body.len < PAGE_SLIM_BYTES)
		return;
	atomic_store_explicit(&page->forms[CODING_IDENTITY], NULL, memory_order_relaxed);
	atomic_fetch_sub_explicit(&page->bytes, sizeof *plain + plain->body.len, memory_order_relaxed);
	free(plain);
}

void page_make_form(struct page *page, enum coding coding, bool best)
{
	struct form *before = load_form(page, coding);
	if (!page_can(page, coding) || (before && (before->best || !best)))
		return;
	struct form *form = make_form(page, coding, best);
	struct form *put = form ? form : before ? before : (struct form *)(uintptr_t)&no_form;
	if (form)
		form->replaced = before;
	/* where another thread was faster, its form stands */
	if (!atomic_compare_exchange_strong_explicit(&page->forms[coding], &before, put, memory_order_acq_rel,
						     memory_order_acquire))
		free(form);
	else if (form)
		atomic_fetch_add_explicit(&page->bytes, sizeof *form + form->body.len, memory_order_relaxed);
}
