/* wxr: a streaming reader of WordPress exports (WXR 1.0, 1.1 and 1.2).
 *
 * The importer opens a file and pulls events one by one: authors and terms as the head of the file
 * declares them, then items. Memory holds one item, whatever the size of the file. Elements are known
 * by namespace and local name, so a prefix may be called anything; the export's namespaces are
 * known by pattern (…wordpress.org/export/1.x/ and …/excerpt/), as every release wrote its own.
 *
 * Real exports have faults. These are mended while reading, and counted:
 *   - a CDATA section ended too early by a "]]>" in its own text: known by what follows it;
 *   - control characters that XML 1.0 forbids: vertical tab and form feed become a space, others go;
 *   - entities that only HTML knows (&nbsp;) and bare ampersands: kept as text, for the HTML reader;
 *   - references to characters that XML forbids (&#11;): U+FFFD;
 *   - the usual prefixes without a declaration; a byte order mark or white space before the XML declaration.
 * UTF-8, UTF-16 and every encoding ICU knows are read by what the file declares.
 *
 * What cannot be mended ends the reading with ERR_INPUT or ERR_LIMIT and a message that begins
 * "FILE:LINE: byte OFFSET: "; the offset counts bytes of the file as it lies on disk. A document type
 * declaration is refused, so no entity can be defined and none can grow.
 *
 * Everything an event points to lies in the arena given to wxr_next. One reader, one thread.
 * Cost: expat's (hundreds of MB a second) and one pass over the bytes before it.
 */
#ifndef CRIER_INGEST_WXR_H
#define CRIER_INGEST_WXR_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

struct wxr_head {
	struct str title, link, description, language, base_site_url, base_blog_url, generator, pub_date;
	int version; /* 10, 11 or 12 */
};

struct wxr_meta {
	struct str key, value;
};
VEC_TYPE(wxr_meta_vec, struct wxr_meta);

struct wxr_author {
	int64_t id; /* 0 where the version has none */
	struct str login, email, display_name, first_name, last_name;
};

struct wxr_term {
	int64_t id;
	struct str taxonomy; /* "category", "post_tag", or what the export says */
	struct str slug, parent_slug, name, description;
	struct wxr_meta_vec meta;
};

/* A term on an item. A domain is empty where the export wrote none (1.0 wrote each twice). */
struct wxr_category {
	struct str domain, nicename, name;
};
VEC_TYPE(wxr_category_vec, struct wxr_category);

struct wxr_item {
	int64_t offset, line; /* of its start tag, in the file */
	int64_t post_id, parent_id, menu_order;
	struct str title, link, pub_date, creator, guid, description, content, excerpt;
	struct str date, date_gmt, modified, modified_gmt; /* as written: "2018-06-14 09:30:00" */
	struct str name, status, type, password, attachment_url, comment_status;
	bool guid_is_permalink, sticky;
	struct wxr_category_vec categories;
	struct wxr_meta_vec meta;
	int64_t comments; /* counted, not kept */
};

enum wxr_event_kind { WXR_AUTHOR, WXR_TERM, WXR_ITEM, WXR_END };
struct wxr_event {
	enum wxr_event_kind kind;
	union {
		struct wxr_author *author;
		struct wxr_term *term;
		struct wxr_item *item;
	};
};

struct wxr_mends {
	uint64_t cdata_ends, control_characters, entities, references, namespaces, leading_bytes;
};

struct wxr;

/* The file must stay as it is until wxr_close. name is what messages call it. */
int wxr_open(const char *path, struct wxr **ret_wxr, struct err *err);
int wxr_open_memory(const char *name, struct str content, struct wxr **ret_wxr, struct err *err);
void wxr_close(struct wxr *wxr);
void wxr_closep(struct wxr **wxr);

/* The next event. After WXR_END, or an error, nothing more may be asked but wxr_close. */
int wxr_next(struct wxr *wxr, struct arena *arena, struct wxr_event *ret_event, struct err *err);

/* Complete from the first item on; fields that follow the items are ignored. Lives as long as the reader. */
const struct wxr_head *wxr_head(const struct wxr *wxr);
struct wxr_mends wxr_mends(const struct wxr *wxr);
int64_t wxr_bytes_read(const struct wxr *wxr);
int64_t wxr_bytes_total(const struct wxr *wxr);

/* The first value of a custom field; an empty str where there is none. */
struct str wxr_item_meta(const struct wxr_item *item, struct str key);

#define WXR_SCOPED __attribute__((cleanup(wxr_closep))) struct wxr *

#endif
