#include "export/inside.h"
#include "export/links.h"
#include "export/name.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define KNOWN 8192 /* links that a thread remembers: most stand on every page */

/* What went wrong ---------------------------------------------------------------------------------- */

void tell(struct run *run, const char *format, ...)
{
	char text[ERR_TEXT_BYTES + NAME_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	pthread_mutex_lock(&run->lock);
	*vec_add(&run->told, run->arena) = arena_str(run->arena, str_from(text));
	pthread_mutex_unlock(&run->lock);
}

void leave_out(struct run *run, struct str address, const char *why)
{
	atomic_fetch_add(&run->left_out, 1);
	tell(run, "%.*s: left out: %s", STR_ARG(address), why);
}

/* Files -------------------------------------------------------------------------------------------- */

static const struct str endings[CODING_COUNT] = {STR_INIT(""), STR_INIT(".gz"), STR_INIT(".br")};

static struct str form_name(const struct hand *hand, const struct record *record, enum coding coding)
{
	return arena_concat(hand->arena, (struct str[]){record->name, endings[coding]}, 2);
}

/* Whether the file is there as it was written. */
static bool is_there(const struct hand *hand, const struct record *record, enum coding coding)
{
	const struct record_form *form = &record->forms[coding];
	struct tree_file file;

	return form->bytes >= 0 && walker_look(hand->walker, form_name(hand, record, coding), &file, NULL) == 0 &&
	       file.bytes == form->bytes && file.changed_ns == form->changed_ns;
}

/* False where it was told why not. */
static bool write_form(struct hand *hand, struct record *record, enum coding coding, const struct tree_content *content)
{
	struct str name = form_name(hand, record, coding);
	int64_t changed_ns = coding == CODING_IDENTITY ? 0 : record->forms[CODING_IDENTITY].changed_ns;
	struct tree_file file;
	struct err err = {0};
	int rc = walker_write(hand->walker, name, content, !record->is_new, changed_ns, &file, &err);

	if (rc == TREE_IN_THE_WAY)
		leave_out(hand->run, name,
			  "something stands there that this export did not write; move it out of the way");
	else if (rc)
		leave_out(hand->run, name, err.text);
	if (rc)
		return false;
	record->forms[coding] = (struct record_form){file.bytes, file.changed_ns};
	atomic_fetch_add(&hand->run->bytes, file.bytes);
	return true;
}

static void drop_form(struct hand *hand, struct record *record, enum coding coding)
{
	struct err err = {0};

	if (record->forms[coding].bytes < 0)
		return;
	if (walker_remove(hand->walker, form_name(hand, record, coding), &err))
		leave_out(hand->run, record->name, err.text);
	record->forms[coding].bytes = -1;
}

static bool may_compress(const struct run *run, const struct page *page)
{
	return page->compressible && !run->options->no_compress;
}

/* The compressed form: false where it would not be smaller. */
static bool compress_form(struct hand *hand, const struct page *page, enum coding coding, struct str *ret_text)
{
	struct str body = page_form(page, CODING_IDENTITY)->body;
	size_t bound = compressor_bound(hand->compressors[coding], body), length;

	buf_clear(&hand->room);
	if (!buf_reserve(&hand->room, bound))
		return false;
	length = compressor_run(hand->compressors[coding], body, hand->room.ptr, bound);
	*ret_text = str_of(hand->room.ptr, length);
	return length > 0 && length < body.len;
}

/* Gives back whether a file was written. */
static bool write_forms(struct hand *hand, struct record *record, const struct page *page, bool fresh)
{
	bool wrote = false;

	for (enum coding coding = CODING_GZIP; coding < CODING_COUNT; coding++) {
		struct tree_content content = {.fd = -1};

		if (!fresh && hand->run->same_forms &&
		    (record->forms[coding].bytes < 0 || is_there(hand, record, coding)))
			continue;
		if (may_compress(hand->run, page) && compress_form(hand, page, coding, &content.text))
			wrote = write_form(hand, record, coding, &content) || wrote;
		else
			drop_form(hand, record, coding);
	}
	return wrote;
}

static void write_record(struct hand *hand, struct record *record, const struct page *page)
{
	const struct form *plain = page_form(page, CODING_IDENTITY);
	const struct tree_content content = {plain->body, page->file_fd, page->file_offset, page->file_bytes};
	bool fresh = strcmp(record->hash, plain->etag) != 0 || !is_there(hand, record, CODING_IDENTITY);

	if (fresh) {
		record->hash[0] = 0; /* until it is whole: where this fails, the next run begins again */
		if (!write_form(hand, record, CODING_IDENTITY, &content))
			return;
	}
	if (write_forms(hand, record, page, fresh) || fresh)
		atomic_fetch_add(&hand->run->changed, 1);
	memcpy(record->hash, plain->etag, sizeof record->hash);
	atomic_fetch_add(&hand->run->pages, 1);
}

void work_file(struct hand *hand, struct str name, const struct page *page, bool alone)
{
	struct run *run = hand->run;
	struct record *record = NULL;
	struct err err = {0};

	if (tree_folds_case(run->tree)) {
		char *folded = (char *)(uintptr_t)(name = arena_str(hand->arena, name)).ptr;

		for (size_t i = 0; i < name.len; i++)
			folded[i] = (char)(folded[i] >= 'A' && folded[i] <= 'Z' ? folded[i] + 'a' - 'A' : folded[i]);
	}
	if (manifest_claim(run->manifest, name, &record, &err))
		leave_out(run, name, err.text);
	else if (!record && alone)
		leave_out(run, name, "another address has that file already");
	else if (record)
		write_record(hand, record, page);
}

/* Pages -------------------------------------------------------------------------------------------- */

static bool is_html(const struct page *page)
{
	return str_starts(page->content_type, STR("text/html"));
}

static void link_met(void *context, struct str path)
{
	struct hand *hand = context;
	uint64_t hash = str_hash(path, 0) | 1;
	uint64_t *place = &hand->known[hash % KNOWN];

	if (*place == hash)
		return;
	*place = hash;
	*vec_add(&hand->links, hand->arena) = arena_str(hand->arena, path);
}

static void add_links(struct hand *hand, const struct page *page)
{
	ARENA_SCOPED scratch = NULL;

	if (page->file_fd >= 0)
		return;
	scratch = arena_create(4096);
	hand->links = (struct str_vec){0};
	links_find(page_form(page, CODING_IDENTITY)->body, is_html(page), hand->run->options->url, scratch, link_met,
		   hand);
	if (hand->links.len > 0)
		errands_add(hand->run->errands, hand->links.at, hand->links.len);
}

static void write_page(struct hand *hand, const struct request *request, const struct page *page)
{
	struct str name;
	const char *why = name_of_path(request->path, is_html(page), hand->arena, &name);

	add_links(hand, page);
	if (why)
		leave_out(hand->run, request->path, why);
	else
		work_file(hand, name, page, true);
}

static struct page *ask(struct hand *hand, struct request *request)
{
	struct page *page = web_find(hand->run->web, request->target, request->now_s);
	struct flight *flight = NULL;

	if (!page && web_begin(hand->run->web, request, NULL, &page, &flight) != WEB_ANSWER)
		page = web_render(hand->run->web, hand->worker, request, flight);
	return page;
}

void work_at(struct hand *hand, struct str target)
{
	struct run *run = hand->run;
	struct request request = {
		.method = WEB_GET,
		.method_name = STR("GET"),
		.target = target,
		.path = target,
		.arena = hand->arena,
		.now_s = run->options->now_s,
	};
	struct page *page = ask(hand, &request);

	if (page->status == 200) {
		write_page(hand, &request, page);
	} else if (page->status == 301) {
		moved_met(hand, target, page);
	} else if (page->status >= 500) {
		atomic_store(&run->broken, true);
		leave_out(run, target, "the page could not be made; the log above says why");
	} else if (!atomic_load(&run->second)) {
		atomic_fetch_add(&run->lost, 1);
	}
	page_release(page);
}
