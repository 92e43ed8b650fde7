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

static bool write_record(struct hand *hand, struct record *record, const struct page *page)
{
	const struct form *plain = page_form(page, CODING_IDENTITY);
	const struct tree_content content = {plain->body, page->file_fd, page->file_offset, page->file_bytes};
	bool fresh = strcmp(record->hash, plain->etag) != 0 || !is_there(hand, record, CODING_IDENTITY);

	if (fresh) {
		record->hash[0] = 0; /* until it is whole: where this fails, the next run begins again */
		if (!write_form(hand, record, CODING_IDENTITY, &content))
			return false;
	}
	if (write_forms(hand, record, page, fresh) || fresh)
		atomic_fetch_add(&hand->run->changed, 1);
	memcpy(record->hash, plain->etag, sizeof record->hash);
	atomic_fetch_add(&hand->run->pages, 1);
	return true;
}

/* As it is where A and a are one. */
static struct str file_name(const struct hand *hand, struct str name)
{
	char *folded;

	if (!tree_folds_case(hand->run->tree))
		return name;
	folded = (char *)(uintptr_t)(name = arena_str(hand->arena, name)).ptr;
	for (size_t i = 0; i < name.len; i++)
		folded[i] = (char)(folded[i] >= 'A' && folded[i] <= 'Z' ? folded[i] + 'a' - 'A' : folded[i]);
	return name;
}

bool work_file(struct hand *hand, struct str name, const struct page *page, bool alone)
{
	struct run *run = hand->run;
	struct record *record = NULL;
	struct err err = {0};

	name = file_name(hand, name);
	if (manifest_claim(run->manifest, name, &record, &err))
		leave_out(run, name, err.text);
	else if (!record && alone)
		leave_out(run, name, "another address has that file already");
	return record && write_record(hand, record, page);
}

/* Pages -------------------------------------------------------------------------------------------- */

static bool is_html(const struct page *page)
{
	return str_starts(page->content_type, STR("text/html"));
}

static void link_met(void *context, struct str path)
{
	struct hand *hand = context;
	uint64_t hash = state_hash(path), *place;

	if (hashes_has(&hand->run->listed, hash))
		return;
	hash += hand->page_number * UINT64_C(0x9E3779B97F4A7C15);
	place = &hand->known[hash % KNOWN];
	if (*place == hash)
		return;
	*place = hash;
	*vec_add(&hand->links, hand->arena) = arena_str(hand->arena, path);
}

static void find_links(struct hand *hand, const struct page *page)
{
	ARENA_SCOPED scratch = NULL;

	hand->links = (struct str_vec){0};
	hand->page_number++;
	if (page->file_fd >= 0)
		return;
	scratch = arena_create(4096);
	links_find(page_form(page, CODING_IDENTITY)->body, is_html(page), hand->run->options->url, scratch, link_met,
		   hand);
	if (hand->links.len > 0)
		errands_add(hand->run->errands, hand->links.at, hand->links.len);
}

static bool is_listed(const struct hand *hand, struct str address)
{
	return hashes_has(&hand->run->listed, state_hash(address));
}

static void write_page(struct hand *hand, const struct request *request, const struct page *page)
{
	struct str name;
	const char *why = name_of_path(request->path, is_html(page), hand->arena, &name);
	const struct state_noted noted = {
		.address = request->target,
		.html = is_html(page),
		.listed = is_listed(hand, request->target),
		.until_s = page->fresh_until_s,
		.links = &hand->links,
		.tags = page->tags,
		.tag_count = page->tag_count,
		.extra = site_media_tag(request->path),
	};

	find_links(hand, page);
	if (why)
		leave_out(hand->run, request->path, why);
	else if (work_file(hand, name, page, true) && hand->run->notes)
		state_note(hand->run->state, &noted);
}

/* Pages of the run before -------------------------------------------------------------------------- */

/* All its files are there as they were written, in the forms that are wanted. */
static bool stands(const struct hand *hand, const struct record *record)
{
	if (!hand->run->same_forms || record->hash[0] == 0)
		return false;
	for (enum coding coding = CODING_IDENTITY; coding < CODING_COUNT; coding++) {
		if ((coding == CODING_IDENTITY || record->forms[coding].bytes >= 0) && !is_there(hand, record, coding))
			return false;
	}
	return true;
}

/* Whether the page stands there as it would be rendered now; then it need not be. */
static bool keep_page(struct hand *hand, struct str target)
{
	struct run *run = hand->run;
	struct state_page page;
	struct state_noted noted;
	struct record *record = NULL;
	struct str name;

	if (!run->keeps || atomic_load(&run->probing) || !state_find(run->state, target, &page) ||
	    page.listed != is_listed(hand, target) || !state_holds(run->state, &page, run->options->now_s) ||
	    name_of_path(target, page.html, hand->arena, &name))
		return false;
	name = file_name(hand, name);
	if (!manifest_find(run->manifest, name) || manifest_claim(run->manifest, name, &record, NULL) || !record)
		return false;
	if (!stands(hand, record)) {
		manifest_give_back(run->manifest, record); /* to write_page, in most cases */
		return false;
	}
	hand->links = (struct str_vec){0};
	state_links(run->state, &page, hand->arena, &hand->links);
	if (hand->links.len > 0)
		errands_add(run->errands, hand->links.at, hand->links.len);
	noted = (struct state_noted){
		.address = target,
		.html = page.html,
		.listed = is_listed(hand, target),
		.until_s = page.until_s,
		.links = &hand->links,
		.kept = &page,
	};
	if (run->notes)
		state_note(run->state, &noted);
	atomic_fetch_add(&run->pages, 1);
	return true;
}

/* Any address -------------------------------------------------------------------------------------- */

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
	struct page *page;

	if (keep_page(hand, target))
		return;
	page = ask(hand, &request);
	if (atomic_load(&run->probing)) {
		if (page->status == 200 || page->status == 301)
			atomic_store(&run->again, true);
	} else if (page->status == 200) {
		atomic_fetch_add(&run->rendered, 1);
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
