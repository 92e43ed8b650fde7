#include "ingest/wxr.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "ingest/wxr_input.h"

#include <errno.h>
#include <expat.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_BYTES (128 << 10)
#define SEPARATOR   '\x1f'

enum ns { NS_NONE, NS_WP, NS_EXCERPT, NS_CONTENT, NS_DC, NS_OTHER };

/* Where in the document the reader stands. */
enum place { AT_START, IN_RSS, IN_CHANNEL, IN_ITEM, IN_AUTHOR, IN_TERM, IN_META, IN_IGNORED };

#define URIS_MAX 8

struct known_uri {
	struct str uri;
	enum ns ns;
};

struct wxr {
	struct str name;
	int fd;
	int64_t bytes_total;
	struct wxr_mend *mend;
	XML_Parser parser;
	bool suspended, at_end, saw_channel, saw_item;
	enum place places[LIMIT_WXR_DEPTH];
	int depth;
	struct str *target; /* where the text of the open element goes */
	int64_t *number;    /* or its number */
	int64_t ignored_number;
	struct str ignored_text;
	int target_depth;
	struct buf text;
	size_t event_bytes;
	struct arena *head_arena, *arena;
	struct known_uri uris[URIS_MAX];
	size_t uri_count;
	struct wxr_head head;
	struct str version_text;
	struct wxr_event event;
	bool event_ready;
	struct wxr_author *author;
	struct wxr_term *term;
	struct wxr_item *item;
	struct wxr_meta_vec *metas;
	struct str sticky_text;
	int64_t forgotten;
	struct err *err;
	int failed;
};

/* One element that is kept: its text goes to the str at `offset` of what is being read. */
struct field {
	enum ns ns;
	struct str local;
	size_t offset;
	bool number;
};

#define TEXT_FIELD(ns, local, type, member)                                                                            \
	{                                                                                                              \
		ns, STR_INIT(local), offsetof(struct type, member), false                                              \
	}
#define NUMBER_FIELD(ns, local, type, member)                                                                          \
	{                                                                                                              \
		ns, STR_INIT(local), offsetof(struct type, member), true                                               \
	}

static const struct field head_fields[] = {
	TEXT_FIELD(NS_NONE, "title", wxr_head, title),
	TEXT_FIELD(NS_NONE, "link", wxr_head, link),
	TEXT_FIELD(NS_NONE, "description", wxr_head, description),
	TEXT_FIELD(NS_NONE, "language", wxr_head, language),
	TEXT_FIELD(NS_NONE, "pubDate", wxr_head, pub_date),
	TEXT_FIELD(NS_NONE, "generator", wxr_head, generator),
	TEXT_FIELD(NS_WP, "base_site_url", wxr_head, base_site_url),
	TEXT_FIELD(NS_WP, "base_blog_url", wxr_head, base_blog_url),
	{0},
};

static const struct field author_fields[] = {
	NUMBER_FIELD(NS_WP, "author_id", wxr_author, id),
	TEXT_FIELD(NS_WP, "author_login", wxr_author, login),
	TEXT_FIELD(NS_WP, "author_email", wxr_author, email),
	TEXT_FIELD(NS_WP, "author_display_name", wxr_author, display_name),
	TEXT_FIELD(NS_WP, "author_first_name", wxr_author, first_name),
	TEXT_FIELD(NS_WP, "author_last_name", wxr_author, last_name),
	{0},
};

static const struct field term_fields[] = {
	NUMBER_FIELD(NS_WP, "term_id", wxr_term, id),
	TEXT_FIELD(NS_WP, "category_nicename", wxr_term, slug),
	TEXT_FIELD(NS_WP, "tag_slug", wxr_term, slug),
	TEXT_FIELD(NS_WP, "term_slug", wxr_term, slug),
	TEXT_FIELD(NS_WP, "category_parent", wxr_term, parent_slug),
	TEXT_FIELD(NS_WP, "term_parent", wxr_term, parent_slug),
	TEXT_FIELD(NS_WP, "cat_name", wxr_term, name),
	TEXT_FIELD(NS_WP, "tag_name", wxr_term, name),
	TEXT_FIELD(NS_WP, "term_name", wxr_term, name),
	TEXT_FIELD(NS_WP, "category_description", wxr_term, description),
	TEXT_FIELD(NS_WP, "tag_description", wxr_term, description),
	TEXT_FIELD(NS_WP, "term_description", wxr_term, description),
	TEXT_FIELD(NS_WP, "term_taxonomy", wxr_term, taxonomy),
	{0},
};

static const struct field item_fields[] = {
	TEXT_FIELD(NS_NONE, "title", wxr_item, title),
	TEXT_FIELD(NS_NONE, "link", wxr_item, link),
	TEXT_FIELD(NS_NONE, "pubDate", wxr_item, pub_date),
	TEXT_FIELD(NS_NONE, "guid", wxr_item, guid),
	TEXT_FIELD(NS_NONE, "description", wxr_item, description),
	TEXT_FIELD(NS_DC, "creator", wxr_item, creator),
	TEXT_FIELD(NS_CONTENT, "encoded", wxr_item, content),
	TEXT_FIELD(NS_EXCERPT, "encoded", wxr_item, excerpt),
	NUMBER_FIELD(NS_WP, "post_id", wxr_item, post_id),
	TEXT_FIELD(NS_WP, "post_date", wxr_item, date),
	TEXT_FIELD(NS_WP, "post_date_gmt", wxr_item, date_gmt),
	TEXT_FIELD(NS_WP, "post_modified", wxr_item, modified),
	TEXT_FIELD(NS_WP, "post_modified_gmt", wxr_item, modified_gmt),
	TEXT_FIELD(NS_WP, "comment_status", wxr_item, comment_status),
	TEXT_FIELD(NS_WP, "post_name", wxr_item, name),
	TEXT_FIELD(NS_WP, "status", wxr_item, status),
	NUMBER_FIELD(NS_WP, "post_parent", wxr_item, parent_id),
	NUMBER_FIELD(NS_WP, "menu_order", wxr_item, menu_order),
	TEXT_FIELD(NS_WP, "post_type", wxr_item, type),
	TEXT_FIELD(NS_WP, "post_password", wxr_item, password),
	TEXT_FIELD(NS_WP, "attachment_url", wxr_item, attachment_url),
	{0},
};

/* Counted from the parser's place; expat's own line starts after what was skipped before the declaration. */
static int fail(struct wxr *wxr, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
static int fail(struct wxr *wxr, int code, const char *format, ...)
{
	if (wxr->failed)
		return wxr->failed;
	char what[ERR_TEXT_BYTES - 160];
	va_list args;
	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	wxr->failed =
		err_set(wxr->err, code, "%.*s:%lld: byte %lld: %s", STR_ARG(str_sub(wxr->name, 0, 100)),
			(long long)XML_GetCurrentLineNumber(wxr->parser) + (long long)wxr_mend_lines_before(wxr->mend),
			(long long)wxr_mend_offset(wxr->mend, XML_GetCurrentByteIndex(wxr->parser)), what);
	XML_StopParser(wxr->parser, XML_FALSE);
	return wxr->failed;
}

static enum ns recognise(struct str uri)
{
	if (str_find(uri, STR("wordpress.org/export/")) != SIZE_MAX)
		return str_ends(uri, STR("/excerpt/")) || str_ends(uri, STR("/excerpt")) ? NS_EXCERPT : NS_WP;
	if (str_find(uri, STR("purl.org/rss/1.0/modules/content")) != SIZE_MAX)
		return NS_CONTENT;
	if (str_find(uri, STR("purl.org/dc/elements/")) != SIZE_MAX)
		return NS_DC;
	return NS_OTHER;
}

/* The few that a file has are looked into once. */
static enum ns ns_of(struct wxr *wxr, struct str uri)
{
	for (size_t i = 0; i < wxr->uri_count; i++)
		if (str_eq(wxr->uris[i].uri, uri))
			return wxr->uris[i].ns;
	enum ns ns = recognise(uri);
	if (wxr->uri_count < URIS_MAX)
		wxr->uris[wxr->uri_count++] = (struct known_uri){arena_str(wxr->head_arena, uri), ns};
	return ns;
}

/* expat hands "URI<separator>local", or "local" where there is no namespace. */
static enum ns split_name(struct wxr *wxr, const char *full, struct str *ret_local)
{
	struct str name = str_from(full), uri;
	if (!str_cut(name, SEPARATOR, &uri, ret_local)) {
		*ret_local = name;
		return NS_NONE;
	}
	return ns_of(wxr, uri);
}

/* Counts what an event brings; false where it is more than one may hold. */
static bool spend(struct wxr *wxr, size_t bytes)
{
	wxr->event_bytes += bytes;
	if (!(wxr->item || wxr->term || wxr->author) || wxr->event_bytes <= LIMIT_WXR_ITEM_BYTES)
		return true;
	fail(wxr, ERR_LIMIT, "the texts of one %s pass %u bytes",
	     wxr->item   ? "item"
	     : wxr->term ? "term"
			 : "author",
	     LIMIT_WXR_ITEM_BYTES);
	return false;
}

static bool is(enum ns ns, struct str local, enum ns wanted_ns, const char *wanted)
{
	return ns == wanted_ns && str_eq(local, str_from(wanted));
}

static void capture(struct wxr *wxr, struct str *target, int64_t *number)
{
	wxr->target = target;
	wxr->number = number;
	wxr->target_depth = wxr->depth + 1;
	buf_clear(&wxr->text);
}

static bool capture_field(struct wxr *wxr, const struct field *fields, void *base, enum ns ns, struct str local)
{
	for (const struct field *field = fields; field->local.len; field++) {
		if (ns != field->ns || !str_eq(local, field->local))
			continue;
		char *place = (char *)base + field->offset;
		if (field->number)
			capture(wxr, NULL, (int64_t *)(void *)place);
		else
			capture(wxr, (struct str *)(void *)place, NULL);
		return true;
	}
	return false;
}

static enum place open_document(struct wxr *wxr, struct str local)
{
	if (!str_eq(local, STR("rss"))) {
		fail(wxr, ERR_INPUT, "found <%.*s>, expected <rss>: this is not a WordPress export (Tools, Export)",
		     STR_ARG(str_sub(local, 0, 60)));
		return IN_IGNORED;
	}
	return IN_RSS;
}

static enum place open_rss(struct wxr *wxr, struct str local)
{
	if (!str_eq(local, STR("channel"))) {
		fail(wxr, ERR_INPUT, "found <%.*s>, expected <channel>", STR_ARG(str_sub(local, 0, 60)));
		return IN_IGNORED;
	}
	wxr->saw_channel = true;
	return IN_CHANNEL;
}

static bool need_version(struct wxr *wxr)
{
	if (wxr->head.version == 0)
		fail(wxr, ERR_INPUT,
		     "the WXR version is missing (<wp:wxr_version>); accepted: 1.0, 1.1, 1.2. Export the site again "
		     "with Tools, Export");
	return wxr->head.version != 0;
}

static enum place open_item(struct wxr *wxr)
{
	if (!need_version(wxr))
		return IN_IGNORED;
	wxr->saw_item = true;
	wxr->item = arena_new(wxr->arena, struct wxr_item);
	wxr->item->offset = wxr_mend_offset(wxr->mend, XML_GetCurrentByteIndex(wxr->parser));
	wxr->item->line = (int64_t)XML_GetCurrentLineNumber(wxr->parser) + wxr_mend_lines_before(wxr->mend);
	wxr->metas = &wxr->item->meta;
	wxr->event_bytes = 0;
	wxr->sticky_text = (struct str){0};
	return IN_ITEM;
}

static enum place open_term(struct wxr *wxr, struct str taxonomy)
{
	if (!need_version(wxr))
		return IN_IGNORED;
	wxr->term = arena_new(wxr->arena, struct wxr_term);
	wxr->term->taxonomy = taxonomy;
	wxr->metas = &wxr->term->meta;
	wxr->event_bytes = 0;
	return IN_TERM;
}

static enum place open_channel(struct wxr *wxr, enum ns ns, struct str local)
{
	if (is(ns, local, NS_NONE, "item"))
		return open_item(wxr);
	if (is(ns, local, NS_WP, "wxr_version")) {
		capture(wxr, &wxr->version_text, NULL);
		return IN_IGNORED;
	}
	if (is(ns, local, NS_WP, "author")) {
		if (!need_version(wxr))
			return IN_IGNORED;
		wxr->author = arena_new(wxr->arena, struct wxr_author);
		wxr->event_bytes = 0;
		return IN_AUTHOR;
	}
	if (is(ns, local, NS_WP, "category"))
		return open_term(wxr, STR("category"));
	if (is(ns, local, NS_WP, "tag"))
		return open_term(wxr, STR("post_tag"));
	if (is(ns, local, NS_WP, "term"))
		return open_term(wxr, STR(""));
	if (!wxr->saw_item)
		capture_field(wxr, head_fields, &wxr->head, ns, local);
	return IN_IGNORED;
}

static struct str attribute(struct wxr *wxr, const char **attributes, const char *name)
{
	for (; attributes[0]; attributes += 2)
		if (strcmp(attributes[0], name) == 0 && spend(wxr, strlen(attributes[1])))
			return arena_str(wxr->arena, str_from(attributes[1]));
	return (struct str){0};
}

static bool too_many(struct wxr *wxr, size_t len, const char *what)
{
	if (len < LIMIT_WXR_FIELDS)
		return false;
	fail(wxr, ERR_LIMIT, "more than %d %s on one item", LIMIT_WXR_FIELDS, what);
	return true;
}

static enum place open_in_item(struct wxr *wxr, enum ns ns, struct str local, const char **attributes)
{
	struct wxr_item *item = wxr->item;
	if (is(ns, local, NS_WP, "postmeta"))
		return too_many(wxr, item->meta.len, "custom fields") ? IN_IGNORED
								      : (vec_add(&item->meta, wxr->arena), IN_META);
	if (is(ns, local, NS_WP, "comment")) {
		item->comments++;
	} else if (is(ns, local, NS_WP, "is_sticky")) {
		capture(wxr, &wxr->sticky_text, NULL);
	} else if (is(ns, local, NS_NONE, "category")) {
		if (too_many(wxr, item->categories.len, "terms"))
			return IN_IGNORED;
		struct wxr_category *category = vec_add(&item->categories, wxr->arena);
		category->domain = attribute(wxr, attributes, "domain");
		category->nicename = attribute(wxr, attributes, "nicename");
		capture(wxr, &category->name, NULL);
	} else {
		if (is(ns, local, NS_NONE, "guid"))
			item->guid_is_permalink = !str_eq(attribute(wxr, attributes, "isPermaLink"), STR("false"));
		capture_field(wxr, item_fields, item, ns, local);
	}
	return IN_IGNORED;
}

static enum place open_in_term(struct wxr *wxr, enum ns ns, struct str local)
{
	if (is(ns, local, NS_WP, "termmeta"))
		return too_many(wxr, wxr->term->meta.len, "term fields")
			       ? IN_IGNORED
			       : (vec_add(&wxr->term->meta, wxr->arena), IN_META);
	capture_field(wxr, term_fields, wxr->term, ns, local);
	return IN_IGNORED;
}

static enum place open_in_meta(struct wxr *wxr, enum ns ns, struct str local)
{
	struct wxr_meta *meta = vec_last(wxr->metas);
	if (is(ns, local, NS_WP, "meta_key"))
		capture(wxr, &meta->key, NULL);
	else if (is(ns, local, NS_WP, "meta_value"))
		capture(wxr, &meta->value, NULL);
	return IN_IGNORED;
}

static void XMLCALL on_start(void *user, const char *full, const char **attributes)
{
	struct wxr *wxr = user;
	if (wxr->failed)
		return;
	if (wxr->depth == LIMIT_WXR_DEPTH) {
		fail(wxr, ERR_LIMIT, "more than %d elements inside each other", LIMIT_WXR_DEPTH);
		return;
	}
	struct str local;
	enum ns ns = split_name(wxr, full, &local);
	enum place next = IN_IGNORED;
	switch (wxr->depth ? wxr->places[wxr->depth - 1] : AT_START) {
	case AT_START:
		next = open_document(wxr, local);
		break;
	case IN_RSS:
		next = open_rss(wxr, local);
		break;
	case IN_CHANNEL:
		next = open_channel(wxr, ns, local);
		break;
	case IN_ITEM:
		next = open_in_item(wxr, ns, local, attributes);
		break;
	case IN_AUTHOR:
		capture_field(wxr, author_fields, wxr->author, ns, local);
		break;
	case IN_TERM:
		next = open_in_term(wxr, ns, local);
		break;
	case IN_META:
		next = open_in_meta(wxr, ns, local);
		break;
	case IN_IGNORED:
		break;
	}
	wxr->places[wxr->depth++] = next;
}

static void XMLCALL on_text(void *user, const char *bytes, int count)
{
	struct wxr *wxr = user;
	if (wxr->failed || wxr->target_depth == 0 || wxr->depth < wxr->target_depth)
		return;
	if (wxr->text.len + (size_t)count > LIMIT_WXR_TEXT_BYTES) {
		fail(wxr, ERR_LIMIT, "the text of one element passes %u bytes", LIMIT_WXR_TEXT_BYTES);
		return;
	}
	if (spend(wxr, (size_t)count))
		buf_put_bytes(&wxr->text, bytes, (size_t)count);
}

static void end_version(struct wxr *wxr, struct str text)
{
	if (str_eq(text, STR("1.0")))
		wxr->head.version = 10;
	else if (str_eq(text, STR("1.1")))
		wxr->head.version = 11;
	else if (str_eq(text, STR("1.2")))
		wxr->head.version = 12;
	else
		fail(wxr, ERR_INPUT, "found WXR version \"%.*s\"; accepted: 1.0, 1.1, 1.2",
		     STR_ARG(str_sub(text, 0, 40)));
}

/* The text of a captured element goes where it belongs. Surrounding white space belongs to titles and
 * bodies only where it is meant, and it never is: exports indent. */
static void end_capture(struct wxr *wxr)
{
	struct arena *arena = wxr->item || wxr->term || wxr->author ? wxr->arena : wxr->head_arena;
	struct str text = buf_str(&wxr->text);
	if (wxr->number) {
		int64_t value = 0;
		if (!str_to_i64(str_trim(text), &value))
			value = 0;
		*wxr->number = value;
	} else {
		bool meta = wxr->metas && wxr->metas->len > 0 && wxr->target == &vec_last(wxr->metas)->value;
		text = meta ? text : str_trim(text);
		if (wxr->target == &wxr->version_text)
			end_version(wxr, text);
		else if (arena != wxr->head_arena || str_empty(*wxr->target)) /* of the channel's the first counts */
			*wxr->target = arena_str(arena, text);
	}
	wxr->target = NULL;
	wxr->number = NULL;
	wxr->target_depth = 0;
}

static void ready(struct wxr *wxr, enum wxr_event_kind kind)
{
	wxr->event.kind = kind;
	wxr->event_ready = true;
	wxr->metas = NULL;
	XML_StopParser(wxr->parser, XML_TRUE);
}

static void XMLCALL on_end(void *user, const char *full)
{
	struct wxr *wxr = user;
	(void)full;
	if (wxr->failed)
		return;
	if (wxr->target_depth == wxr->depth)
		end_capture(wxr);
	if (wxr->failed)
		return;
	enum place left = wxr->places[--wxr->depth];
	if (left == IN_ITEM) {
		wxr->item->sticky = str_eq(wxr->sticky_text, STR("1"));
		wxr->event.item = wxr->item;
		wxr->item = NULL;
		ready(wxr, WXR_ITEM);
	} else if (left == IN_TERM) {
		wxr->event.term = wxr->term;
		wxr->term = NULL;
		ready(wxr, WXR_TERM);
	} else if (left == IN_AUTHOR) {
		wxr->event.author = wxr->author;
		wxr->author = NULL;
		ready(wxr, WXR_AUTHOR);
	} else if (left == IN_CHANNEL) {
		need_version(wxr);
	} else if (left == IN_RSS && !wxr->saw_channel) {
		fail(wxr, ERR_INPUT, "the export is empty: found </rss>, expected <channel>");
	}
}

/* The scanner refuses these first; expat must not be the one that lets them through. */
static void XMLCALL on_doctype(void *user, const char *name, const char *system_id, const char *public_id, int internal)
{
	(void)name, (void)system_id, (void)public_id, (void)internal;
	fail(user, ERR_INPUT, "found a document type declaration; WordPress writes none, so remove it");
}

static struct wxr *create(const char *name, int fd, struct str memory, int64_t bytes_total)
{
	struct wxr *wxr = calloc(1, sizeof *wxr);
	XML_Parser parser = XML_ParserCreateNS("UTF-8", SEPARATOR);
	if (!wxr || !parser)
		abort();
	wxr->head_arena = arena_create(0);
	wxr->name = arena_str(wxr->head_arena, str_from(name));
	wxr->fd = fd;
	wxr->bytes_total = bytes_total;
	wxr->mend = wxr_mend_create(wxr_decode_create(fd, memory));
	wxr->parser = parser;
	buf_init(&wxr->text, LIMIT_WXR_TEXT_BYTES + 1);
	XML_SetUserData(parser, wxr);
	XML_SetElementHandler(parser, on_start, on_end);
	XML_SetCharacterDataHandler(parser, on_text);
	XML_SetStartDoctypeDeclHandler(parser, on_doctype);
	return wxr;
}

int wxr_open_memory(const char *name, struct str content, struct wxr **ret_wxr, struct err *err)
{
	(void)err;
	*ret_wxr = create(name, -1, content, (int64_t)content.len);
	return 0;
}

int wxr_open(const char *path, struct wxr **ret_wxr, struct err *err)
{
	FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(err, errno, "opening %s", path);
	struct stat status;
	if (fstat(fd, &status) < 0)
		return err_set_errno(err, errno, "reading %s", path);
	if (!S_ISREG(status.st_mode))
		return err_set(err, ERR_INPUT, "%s is not a regular file", path);
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	*ret_wxr = create(path, fd, (struct str){0}, status.st_size);
	fd = -1;
	return 0;
}

void wxr_close(struct wxr *wxr)
{
	if (!wxr)
		return;
	XML_ParserFree(wxr->parser);
	wxr_mend_destroy(wxr->mend);
	fd_closep(&wxr->fd);
	buf_finish(&wxr->text);
	arena_destroy(wxr->head_arena);
	free(wxr);
}

void wxr_closep(struct wxr **wxr)
{
	wxr_close(*wxr);
}

static int fail_by_expat(struct wxr *wxr)
{
	enum XML_Error code = XML_GetErrorCode(wxr->parser);
	if (code == XML_ERROR_NO_ELEMENTS || (wxr->at_end && wxr->depth > 0 && code != XML_ERROR_TAG_MISMATCH))
		return fail(wxr, ERR_INPUT, "the file ends too early (%s); it was cut off, so export or copy it again",
			    XML_ErrorString(code));
	return fail(wxr, ERR_INPUT, "the XML is broken: %s", XML_ErrorString(code));
}

/* What lies before the parser's place is asked for no more. */
static void forget(struct wxr *wxr)
{
	int64_t here = XML_GetCurrentByteIndex(wxr->parser);
	if (here - wxr->forgotten > (1 << 20)) {
		wxr_mend_forget(wxr->mend, here);
		wxr->forgotten = here;
	}
}

static int feed(struct wxr *wxr)
{
	forget(wxr);
	void *block = XML_GetBuffer(wxr->parser, BLOCK_BYTES);
	if (!block)
		return fail(wxr, ERR_SYSTEM, "out of memory");
	size_t count = 0;
	struct wxr_place place = {0};
	int result = wxr_mend_read(wxr->mend, block, BLOCK_BYTES, &count, &place);
	if (result < 0) {
		wxr->failed = err_set(wxr->err, result, "%.*s:%lld: byte %lld: %s", STR_ARG(str_sub(wxr->name, 0, 100)),
				      (long long)wxr_mend_line(wxr->mend), (long long)place.offset, place.what);
		return wxr->failed;
	}
	wxr->at_end = count == 0;
	enum XML_Status status = XML_ParseBuffer(wxr->parser, (int)count, wxr->at_end);
	wxr->suspended = status == XML_STATUS_SUSPENDED;
	return status == XML_STATUS_ERROR ? fail_by_expat(wxr) : wxr->failed;
}

static int resume(struct wxr *wxr)
{
	enum XML_Status status = XML_ResumeParser(wxr->parser);
	wxr->suspended = status == XML_STATUS_SUSPENDED;
	return status == XML_STATUS_ERROR ? fail_by_expat(wxr) : wxr->failed;
}

int wxr_next(struct wxr *wxr, struct arena *arena, struct wxr_event *ret_event, struct err *err)
{
	wxr->arena = arena;
	wxr->err = err;
	wxr->event_ready = false;
	while (!wxr->event_ready && !wxr->failed) {
		if (wxr->suspended)
			resume(wxr);
		else if (wxr->at_end)
			break;
		else
			feed(wxr);
	}
	if (wxr->failed)
		return wxr->failed;
	if (!wxr->event_ready)
		wxr->event.kind = WXR_END;
	*ret_event = wxr->event;
	return 0;
}

const struct wxr_head *wxr_head(const struct wxr *wxr)
{
	return &wxr->head;
}

struct wxr_mends wxr_mends(const struct wxr *wxr)
{
	return wxr_mend_counts(wxr->mend);
}

int64_t wxr_bytes_read(const struct wxr *wxr)
{
	int64_t bytes = wxr_mend_bytes(wxr->mend);
	return bytes < wxr->bytes_total ? bytes : wxr->bytes_total;
}

int64_t wxr_bytes_total(const struct wxr *wxr)
{
	return wxr->bytes_total;
}

struct str wxr_item_meta(const struct wxr_item *item, struct str key)
{
	for (size_t i = 0; i < item->meta.len; i++)
		if (str_eq(item->meta.at[i].key, key))
			return item->meta.at[i].value;
	return (struct str){0};
}
