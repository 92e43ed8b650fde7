#include "base/clock.h"
#include "base/file.h"
#include "main/findings.h"
#include "main/tally.h"
#include "publish/public.h"
#include "site/theme.h"
#include "store/batch.h"
#include "store/media.h"
#include "store/move.h"

#include <sys/stat.h>
#include <unistd.h>

/* "127.0.0.1", "::1", "localhost": only this machine. */
static bool is_local(struct str address)
{
	return str_starts(address, STR("127.")) || str_eq(address, STR("::1")) || str_eq(address, STR("localhost"));
}

static struct str host_of(struct str url)
{
	size_t start = str_find(url, STR("://"));
	struct str host, port;

	str_cut(str_skip(url, start == SIZE_MAX ? 0 : start + 3), ':', &host, &port);
	return host;
}

/* What can be read and yet is hardly meant. */
static size_t doubt_config(struct check *check)
{
	const struct crier_config *config = &check->newsroom.config;
	size_t before = check->findings.len;
	struct proxies proxies;
	struct err err = {0};

	if (newsroom_proxies(&check->newsroom, &proxies, &err))
		finding_err(check, "configuration", &err, "mend it: the server does not start like this");
	if (is_local(host_of(config->site.url)) && !is_local(config->listen.address))
		finding_add(check, FINDING_WARNING, "configuration",
			    arena_printf(check->arena, "site.url is %.*s, but the server listens on %.*s for others",
					 STR_ARG(config->site.url), STR_ARG(config->listen.address)),
			    "set site.url to the address that readers use: feeds, sitemaps and links that are shared "
			    "carry it");
	if (!is_local(host_of(config->site.url)) && str_starts(config->site.url, STR("http://")))
		finding_add(check, FINDING_WARNING, "configuration",
			    arena_printf(check->arena,
					 "site.url is %.*s: what readers read can be seen and changed on the way",
					 STR_ARG(config->site.url)),
			    "let a proxy with a certificate stand in front and set site.url to https://");
	if (newsroom_zone(&check->newsroom, &err))
		finding_err(check, "configuration", &err, "mend that line; the server does not start with it");
	return check->findings.len - before;
}

void check_config(struct check *check)
{
	struct stat info;
	const char *path = newsroom_path(&check->newsroom, "crier.conf");

	if (stat(path, &info) == 0 && (info.st_mode & S_IWOTH))
		finding_add(check, FINDING_WRONG, "configuration",
			    STR("crier.conf can be changed by everybody on this machine"), "chmod o-w crier.conf");
	else if (doubt_config(check) == 0)
		finding_add(check, FINDING_FINE, "configuration",
			    STR("crier.conf can be read and says nothing unknown"), "");
}

void check_theme(struct check *check)
{
	const struct crier_config *config = &check->newsroom.config;
	const char *folders[NEWSROOM_THEME_FOLDERS];
	struct theme_source source = {folders, NEWSROOM_THEME_FOLDERS, config->site.languages.at,
				      config->site.languages.len};
	struct theme *theme = NULL;
	struct err err = {0};
	int rc = newsroom_theme(&check->newsroom, folders, &err);

	if (rc == 0)
		rc = theme_create(&source, &theme, &err);
	theme_release(theme);
	if (rc)
		finding_err(check, "theme", &err, "mend the file that is named; the server does not start with it");
	else
		finding_add(check, FINDING_FINE, "theme", STR("all templates and words fit"), "");
}

static void tell_damage(void *context, const char *finding)
{
	struct check *check = context;

	finding_add(check, FINDING_WRONG, "database", str_from(finding),
		    "stop the server and restore the newest backup (crier restore); keep the damaged file for study");
}

static const char *database_remedy(const struct check *check, int rc)
{
	const char *store = newsroom_path(&check->newsroom, "store.db");

	if (file_exists(store) && access(store, W_OK) != 0)
		return "call crier as the user to whom the newsroom belongs";
	if (rc == ERR_DB)
		return "read the message: where the file is damaged, stop the server and call crier restore with the "
		       "newest backup";
	if (rc == ERR_DB_AWAY)
		return "see database.url in crier.conf; with PostgreSQL: is it running?";
	if (rc == ERR_DATA)
		return "do as the message says; nothing is lost";
	return "stop the server, if one runs, before you change anything; \"crier help restore\" tells how a backup is "
	       "taken back";
}

void check_database(struct check *check)
{
	struct err err = {0};
	struct store_counts counts;
	int rc = newsroom_store(&check->newsroom, NEWSROOM_READ, &check->store, &err);

	if (rc) {
		finding_err(check, "database", &err, database_remedy(check, rc));
		return;
	}
	rc = db_check(store_db(check->store), tell_damage, check, &err);
	if (rc == 0)
		rc = store_check(check->store, tell_damage, check, &err);
	if (rc == 0)
		rc = store_count(check->store, &counts, &err);
	if (rc < 0)
		finding_err(check, "database", &err,
			    "read the message of the database; restore a backup if it is damaged");
	if (rc == 0)
		finding_add(check, FINDING_FINE, "database",
			    arena_printf(check->arena, "whole: %lld items, %lld revisions, %lld pictures and documents",
					 (long long)counts.items, (long long)counts.revisions, (long long)counts.media),
			    "");
}

static void tell_move(struct check *check)
{
	struct store_move_mark mark = {0};
	struct err err = {0};
	char stamp[CLOCK_TEXT_BYTES];

	if (store_move_look(check->store, check->arena, &mark, &err)) {
		finding_err(check, "versions", &err, "see what was found in the database");
		return;
	}
	clock_rfc3339(mark.at_s, stamp);
	if (mark.state == STORE_MOVE_LEAVING)
		finding_add(
			check, FINDING_WARNING, "database",
			arena_printf(check->arena,
				     "since %s it is being moved to %.*s, and nothing can be written to it", stamp,
				     STR_ARG(mark.other)),
			"unless crier move is at work, call it again: it goes on; crier move --abandon gives it up");
}

/* Each node says it of itself: on several, call it on each. */
void check_versions(struct check *check)
{
	int version = 0;
	struct err err = {0};

	if (!check->store)
		return;
	if (store_version(check->store, &version, &err))
		finding_err(check, "versions", &err, "see what was found in the database");
	else
		finding_add(check, FINDING_FINE, "versions",
			    arena_printf(check->arena, "crier %s, the store in %s at version %d", CRIER_VERSION,
					 db_engine(store_db(check->store)) == DB_POSTGRES ? "PostgreSQL" : "SQLite",
					 version),
			    "");
	tell_move(check);
}

void check_batches(struct check *check)
{
	struct batch_vec open = {0};
	struct err err = {0};

	if (!check->store)
		return;
	if (batch_list_open(check->store, check->arena, &open, &err)) {
		finding_err(check, "imports", &err, "see what was found in the database");
		return;
	}
	for (size_t i = 0; i < open.len; i++)
		finding_add(check, FINDING_WARNING, "imports",
			    arena_printf(check->arena, "the import of %.*s was interrupted; nothing of it is public",
					 STR_ARG(open.at[i].source)),
			    "call the same crier import again: it goes on where it was");
	if (open.len == 0)
		finding_add(check, FINDING_FINE, "imports", STR("none is unfinished"), "");
}

static void tell_left_out(struct check *check, const struct left_out_vec *left_out)
{
	for (size_t i = 0; i < left_out->len; i++) {
		const struct left_out *left = &left_out->at[i];
		finding_add(check, FINDING_WRONG, "entries",
			    arena_printf(check->arena, "entry %lld (%.*s) cannot be shown and is left out: %.*s",
					 (long long)left->entry_id, STR_ARG(left->path), STR_ARG(left->reason)),
			    "change it and it is tried again, as by a newer crier; to be rid of it: crier withdraw "
			    "with its address");
	}
	if (left_out->len == 0)
		finding_add(check, FINDING_FINE, "entries", STR("none is left out"), "");
}

/* As the projector found them; beside no public.db there is nothing that could be left out. */
void check_entries(struct check *check)
{
	const char *path = newsroom_path(&check->newsroom, "public.db");
	struct left_out_vec left_out = {0};
	PUBLIC_SCOPED public = NULL;
	struct err err = {0};

	if (file_exists(path) &&
	    (public_open(path, &public, &err) || public_left_out(public, check->arena, &left_out, &err)))
		finding_add(check, FINDING_WARNING, "entries", str_from(err.text),
			    "start the server, which makes public.db anew");
	else
		tell_left_out(check, &left_out);
}

void check_files(struct check *check)
{
	struct tally_result tally = {0};
	struct blob_store *blobs = NULL;
	struct err err = {0};
	int rc;

	if (!check->store)
		return;
	rc = newsroom_blobs(&check->newsroom, &blobs, &err);
	if (rc == 0)
		rc = tally_files(check->store, blobs, check->arena, &tally, &err);
	blob_close(blobs);
	if (rc)
		finding_err(check, "files", &err, "does the folder blobs belong to the user that runs crier?");
	else if (tally.missing > 0)
		finding_add(check, FINDING_WRONG, "files",
			    arena_printf(check->arena, "%lld of %lld files are missing, the first of %.*s",
					 (long long)tally.missing, (long long)tally.named,
					 STR_ARG(tally.first_missing)),
			    "copy the folder blobs back from a backup: crier restore tells how");
	else
		finding_add(check, FINDING_FINE, "files",
			    arena_printf(check->arena, "all %lld are there", (long long)tally.named), "");
}
