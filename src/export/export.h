/* export: the whole public site as files, with their compressed forms, for any host of files.
 *
 * main/cmd_export.c makes a site with as_files and calls export_run once. Pages come from the site's own routes by
 * one snapshot of the catalogue and one second, so a file holds what the server would have sent then, but for the links
 * to further pages of lists (site.h). What is written: everything that site_addresses names, the theme's files,
 * whatever those pages link to below the site (pictures, documents, old addresses), 404.html in each language, and a
 * small page for each old address that leads on.
 *
 *     OUT/topic/prisons/index.html{,.gz,.br}     a page, by its address; links.h and name.h tell the rest
 *     OUT/.crier/manifest                        what is ours, with sizes, times and hashes (manifest.h)
 *     OUT/.crier/redirects.map, redirects.caddy  old addresses for nginx and Caddy (moved.c)
 *
 *     OUT/.crier/state                           what the pages were made of (state.h)
 *
 * Again into the same folder: what the pages are made of is compared with what it was; only pages that stand on
 * something else now are rendered, and of those only what differs by its hash is compressed and written, by a file
 * beside and a rename. Where that cannot be told, everything is rendered. What is not public any more is removed at the
 * end. Files of others are never touched: one that stands in the way is told. A run that was killed is mended by the
 * next one.
 *
 * Threads: `jobs` of them, each with its own connection; a bounded queue before them. Memory: about 400 bytes for
 * each file and what one page needs for each thread.
 *
 * Never: a file outside OUT, through a link neither; a byte that the server would not give to everybody at that second,
 * in the manifest neither.
 */
#ifndef CRIER_EXPORT_EXPORT_H
#define CRIER_EXPORT_EXPORT_H

#include "site/site.h"

struct export_options {
	struct site *site; /* made with as_files */
	struct str url;    /* as the site has it */
	const struct str *languages;
	size_t language_count;
	const char *out;    /* the folder; it is made where it is missing */
	int64_t now_s;      /* what is public at this second */
	int64_t number;     /* of the last change in the catalogue */
	bool any_number;    /* go on where public.db is further than that */
	unsigned jobs;      /* threads; 0: one for each core */
	bool no_compress;   /* no compressed forms; those of before are removed */
	bool all;           /* render everything, whatever the run before knew */
	struct str program; /* which one this is: pages of another are rendered anew */
	/* Both on the caller's thread: how many addresses are done, and what went wrong, a line each. May be NULL. */
	void (*progress)(void *context, int64_t done);
	void (*told)(void *context, const char *text);
	void *context;
};

struct export_result {
	int64_t pages;              /* addresses that have a file now */
	int64_t rendered;           /* that had to be rendered to know what is in them */
	int64_t changed;            /* of them, those of which a file was written */
	int64_t removed;            /* that had one before */
	int64_t moved;              /* old addresses in the maps */
	int64_t lost;               /* links of texts that lead nowhere, as they do at the server */
	int64_t bytes;              /* written */
	int64_t left_out;           /* addresses that could not be written; each was told */
	char whole[ERR_TEXT_BYTES]; /* why everything was rendered; empty: it was not, or nothing was there before */
};

/* EXPORT_MOVED: public.db went on since the catalogue was loaded; load it and call again. ERR_INPUT: another export
 * writes to OUT, or OUT is no place for one. Results hold for what was done also where an error ends it. */
#define EXPORT_MOVED 1
int export_run(const struct export_options *options, struct export_result *ret_result, struct err *err);

#endif
