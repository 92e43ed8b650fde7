/* config: files in libconfig's syntax, read by a declared schema; and the newsroom's own configuration.
 *
 * What it is. A schema is a table: path of a key, type, bounds or accepted values, default, whether it is
 * required, one line of help. config_parse answers with a tree of values in which every key of the schema has
 * one. crier.conf is read by config_load; ingest/ reads mapping files by a schema of its own.
 *
 * What it answers. 0, or ERR_INPUT with the text "FILE:LINE: found …; accepted: …", for the first mistake in
 * the file; ERR_LIMIT for one above LIMIT_CONFIG_BYTES. An unknown key is a mistake, and the nearest known one is
 * named. @include is refused: one file is all.
 *
 * Who owns what. Values lie in the caller's arena. No globals.
 */
#ifndef CRIER_CONFIG_CONFIG_H
#define CRIER_CONFIG_CONFIG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

/* ---- any file by a schema ---- */

enum config_type {
	CONFIG_BOOL,
	CONFIG_INT,    /* least..most */
	CONFIG_TEXT,   /* a string; accepted: NULL, or the words it may be; least..most are its length in bytes, most 0:
			  1000 */
	CONFIG_TEXTS,  /* array or list of strings; accepted as for TEXT; least..most count them, most 0: 10000 */
	CONFIG_GROUP,  /* keys inside: children */
	CONFIG_GROUPS, /* a list of groups: children are of each; least..most count them, most 0: 10000 */
	CONFIG_MAP,    /* a group whose keys are free (names), each value a string: for tables such as code = "label" */
};

struct config_key {
	const char *name;
	enum config_type type;
	bool required;
	int64_t least, most;               /* bounds, as said for the type */
	const char *const *accepted;       /* ended by NULL */
	const char *def;                   /* as it would stand in the file; NULL: zero, false, empty */
	const struct config_key *children; /* ended by a NULL name */
	const char *help;                  /* one line; in the commented file of config_default_text */
};

struct config_value {
	const struct config_key *key;
	bool given;                   /* it stood in the file; otherwise this is the default */
	int line;                     /* 0: not given */
	int64_t number;               /* BOOL, INT */
	struct str text;              /* TEXT */
	struct str_vec texts;         /* TEXTS; MAP: the values */
	struct str_vec names;         /* MAP: the names */
	struct config_values *groups; /* GROUP: one; GROUPS: group_count */
	size_t group_count;
};
struct config_values {
	int line;
	const char *file;
	struct config_value *at; /* one for each key of the schema, in its order */
	size_t count;
};

/* content is the file's text; name stands in messages. */
int config_parse(struct str content, const char *name, const struct config_key *schema, struct arena *arena,
		 struct config_values *ret_values, struct err *err);
int config_parse_file(const char *path, const struct config_key *schema, struct arena *arena,
		      struct config_values *ret_values, struct err *err); /* the file must exist */

/* Take values out by name. A name that the schema does not have, or another type, is a mistake of the caller: it
 * ends the process. */
const struct config_value *config_get(const struct config_values *values, const char *name);
const struct config_values *config_group(const struct config_values *values, const char *name);
const struct config_values *config_groups(const struct config_values *values, const char *name, size_t *ret_count);
struct str config_text(const struct config_values *values, const char *name);
int64_t config_int(const struct config_values *values, const char *name);
bool config_bool(const struct config_values *values, const char *name);
struct str_vec config_texts(const struct config_values *values, const char *name);

/* For mistakes that only the caller can see (two groups with one name): "FILE:LINE: found …; accepted: …", ERR_INPUT.
 */
int config_mistake(const struct config_values *values, const char *name, struct err *err, const char *found,
		   const char *accepted);

/* ---- crier.conf ---- */

struct crier_config {
	struct {
		struct str name;          /* of the organisation's newsroom; site texts may say it per language */
		struct str url;           /* https://news.example.org, without a slash at the end */
		struct str_vec languages; /* BCP 47; the first has no prefix in addresses */
		struct str time_zone;     /* IANA name; dates are shown in it */
		int time_zone_line;       /* where the file says it; 0: it does not */
		bool feed_full_text;      /* or summaries */
		int64_t feed_items;
		int64_t page_items; /* cards on one page of a list */
		int64_t excerpt_characters;
		struct str contact_email; /* security.txt, feeds; empty: none */
		struct str contact_url;
	} site;
	struct {
		struct str address;
		int64_t port;
		int64_t metrics_port; /* 0: none */
	} listen;
	struct {
		struct str url;         /* "sqlite:store.db" is made absolute below the newsroom's folder */
		int64_t answer_seconds; /* of silence, until PostgreSQL is taken to be away */
	} database;
	struct {
		struct str level;  /* debug, info, warn, error */
		struct str format; /* key_value, json */
	} log;
	struct {
		int64_t http_threads; /* 0: one a core */
		int64_t workers;      /* 0: one more than cores */
		int64_t page_cache_mib;
		int64_t connections;
		int64_t drain_seconds;
		int64_t backup_warn_hours; /* crier check warns past this age */
	} limits;
	struct {
		struct str_vec trusted_proxies; /* addresses and networks, as written */
		struct str forwarded_field;
		int64_t reader_connections; /* of one address; 0 in all of these: without limit */
		int64_t reader_requests, reader_requests_burst;
		int64_t reader_pages, reader_pages_burst;
		int64_t reader_searches, reader_searches_burst;
	} http;
	struct {
		struct str_vec urls; /* caches in front; empty: none */
		struct str method;   /* PURGE, POST */
		struct str
			header; /* the field with the tags, in answers and purges; empty: xkey where there are urls */
		struct str secret; /* one more field of a purge; empty: none */
	} purge;
	struct {
		int64_t chunk_items;
		int64_t threads; /* 0: one a core */
	} import;
};

/* DIR/crier.conf. Relative paths in it are taken below DIR. */
int config_load(const char *dir, struct arena *arena, struct crier_config *ret_config, struct err *err);
int config_load_text(struct str content, const char *name, const char *dir, struct arena *arena,
		     struct crier_config *ret_config, struct err *err);

/* A text as it stands in a file, in quotes. */
void config_put_quoted(struct buf *out, struct str text);

/* "sqlite:store.db" made absolute below dir, as config_load does; other urls as they are. */
struct str config_database_url(struct str url, const char *dir, struct arena *arena);

/* The text of a crier.conf in which the text GROUP.KEY has another value; everything else stays, comments too. The old
 * line stands above the new one as a comment that begins with note. ERR_INPUT where it is written in a way that a
 * person must change (over several lines). */
int config_change(struct str content, const char *group, const char *key, struct str value, struct str note,
		  struct arena *arena, struct str *ret_content, struct err *err);

/* The schema of crier.conf, and what `crier init` writes: every key with its help, bounds and default. values that
 * init knows already (name, url, languages …) stand in the place of defaults. */
extern const struct config_key config_schema[];
struct config_default {
	const char *path; /* "site.name" */
	struct str value; /* as text; texts parted by commas */
};
struct str config_default_text(struct arena *arena, const struct config_default *defaults, size_t count);

#endif
