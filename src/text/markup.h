/* markup: HTML from outside becomes our own tree; only our serialiser writes HTML.
 *
 *     foreign bytes ──scan──▶ known tags ──HTML5 parser──▶ builder ──▶ tree ──serialiser──▶ safe_html
 *
 * The importer, the desk and the APIs call markup_from_html with whatever they were given; the
 * projector calls markup_public to make what readers see. A tree lives in the arena it was made in.
 *
 * What comes in:  any bytes. Broken UTF-8 is repaired, what is too large, too deep or too entangled is
 *                 cut, and the report says so; nothing is refused.
 * What is kept:   an allow-list of meanings (enum markup_kind in text/markup_tree.h), each with the few
 *                 attributes it has a use for, checked. Everything else is dropped and counted by name.
 * What goes out:  the canonical form, for storing: markup_from_html of it gives the same tree and the
 *                 same bytes again. The public form, for pages and feeds: pictures resolved.
 * Never:          an element, attribute or address that could run or load anything from a third party;
 *                 a tree that a browser would nest in another way than it was written.
 * Cost:           linear in the input; the bounds below hold for the worst of inputs. Typical articles
 *                 take some tens of nanoseconds a byte for both directions.
 *
 * A picture or player that a script was to load late, and its twin in a <noscript>, are one, with the real address
 * (text/markup_lazy.h). Ruby becomes running text, in HTML and in plain text alike: <ruby>漢<rt>kan</rt></ruby> is
 * 漢(kan), and where the source brings its own brackets (rp) those; the languages of both stay, as spans.
 *
 * Pictures are named by the guid of a media record (data-media="…" in the canonical form); what has no
 * record keeps its address. Neither is shown until the projector's callback resolves it.
 */
#ifndef CRIER_TEXT_MARKUP_H
#define CRIER_TEXT_MARKUP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/html.h"

struct markup;

/* ---- the report: what was dropped, by name. One thread each; merge them at the end. ---- */

struct markup_report;

enum markup_dropped {
	MARKUP_DROPPED_ELEMENT,   /* script, form, object … with or without what stood inside */
	MARKUP_DROPPED_ATTRIBUTE, /* onclick, style … */
	MARKUP_DROPPED_ADDRESS,   /* "javascript", "data", "credentials" …: why an address was refused */
	MARKUP_DROPPED_CUT,       /* "size", "depth", "attributes", "formatting", "work", "output"; "unclosed": a
				     tag, comment or raw element that swallowed what stood behind it */
};

struct markup_report *markup_report_create(struct arena *arena); /* the arena must outlive it */
/* Distinct names are bounded; the rest is counted under "(other)". report may be NULL everywhere. */
void markup_report_add(struct markup_report *report, enum markup_dropped what, struct str name, int64_t count);
void markup_report_merge(struct markup_report *into, const struct markup_report *from);
/* The index-th name by first appearance; false past the end. */
bool markup_report_at(const struct markup_report *report, size_t index, enum markup_dropped *ret_what,
		      struct str *ret_name, int64_t *ret_count);
int64_t markup_report_count(const struct markup_report *report, enum markup_dropped what, struct str name);

/* ---- in ---- */

struct markup_options {
	bool inline_only;    /* a title, a caption: no blocks; what stands in blocks is joined by spaces */
	struct str own_host; /* "news.example.org": http addresses there become paths; empty: none do */
};

/* options may be NULL. Headings of the first level become the second. Never NULL, never fails. */
struct markup *markup_from_html(const struct markup_options *options, struct str html, struct arena *arena,
				struct markup_report *report);

/* Plain text: each run of text between empty lines is a paragraph, each line end inside a line break. */
struct markup *markup_from_text(struct str text, struct arena *arena);

/* ---- changing: the importer's second pass ---- */

struct markup_media {
	struct str guid;    /* of our media record; empty where not known */
	struct str address; /* src as it came in, canonical; may be empty when guid is not */
	int64_t source_id;  /* WordPress' attachment id (class wp-image-N, data-id), 0 where none. Not stored. */
	struct str alt;     /* as written in the body */
	bool has_alt;       /* alt="" says decorative, a missing alt says nothing */
	struct str caption; /* as plain text, credit left out; empty: none in the body */
	struct str credit;  /* plain text, apart; empty: none in the body */
	int width, height;  /* as written, 0 where not */
};

enum markup_link_use { MARKUP_USE_LINK, MARKUP_USE_PICTURE_LINK, MARKUP_USE_EMBED, MARKUP_USE_CITE };

#define MARKUP_KEEP    0
#define MARKUP_REPLACE 1
#define MARKUP_REMOVE  2

struct markup_rewrite {
	void *context;
	/* Answers MARKUP_KEEP, MARKUP_REPLACE (*ret_address is checked like any from outside) or
	 * MARKUP_REMOVE (a link's text stays, an embed goes). Negative stops and is handed on. */
	int (*link)(void *context, enum markup_link_use use, struct str address, struct str *ret_address,
		    struct err *err);
	/* Called for every picture. MARKUP_REPLACE takes guid, address, alt, caption and credit from
	 * *media as changed (texts are plain); MARKUP_REMOVE drops the picture with its caption. */
	int (*media)(void *context, struct markup_media *media, struct err *err);
};

/* Changes the tree in place, in document order. Either callback may be NULL. */
int markup_rewrite(struct markup *tree, const struct markup_rewrite *rewrite, struct err *err);

/* ---- out ---- */

/* The form to store. ERR_LIMIT where rewriting made it longer than LIMIT_BODY_BYTES. */
int markup_canonical(const struct markup *tree, struct arena *arena, struct safe_html *ret_html, struct err *err);

struct markup_source {
	struct str type;   /* image/avif */
	struct str srcset; /* "/media/x/a-320.avif 320w, …" */
};

struct markup_picture {
	struct str src;    /* required; a path of ours or an https address that the caller vouches for */
	struct str srcset; /* of the same format as src; empty: none */
	struct str sizes;
	struct markup_source sources[3]; /* better formats, best first */
	size_t source_count;
	int width, height;
	struct str alt;     /* used where the body has none */
	struct str caption; /* used where the body has none; plain text */
	struct str credit;  /* used where the body has none; plain text */
	/* Of these three, where it is not the body's; empty: it is. */
	struct str alt_language, caption_language, credit_language;
};

#define MARKUP_SHOW 0
#define MARKUP_HIDE 1 /* as if it were not there, caption included */

struct markup_public {
	void *context;
	/* Answers MARKUP_SHOW with *ret_picture (zeroed before) filled, or MARKUP_HIDE. NULL: all are hidden. */
	int (*picture)(void *context, const struct markup_media *media, struct markup_picture *ret_picture);
	struct str base;         /* absolute address of the page: relative addresses are resolved (feeds) */
	struct str credit_label; /* put before a credit, e.g. "Photo: "; empty: none */
	struct str back_label;   /* accessible name of a footnote's way back; empty: "↩" alone */
	bool plain_pictures;     /* <img> with src, width, height, alt alone (feeds) */
	bool eager_first;        /* the first picture is not loaded lazily */
};

/* The form for readers. ERR_LIMIT past LIMIT_MARKUP_OUTPUT_BYTES. */
int markup_public(const struct markup *tree, const struct markup_public *options, struct arena *arena,
		  struct safe_html *ret_html, struct err *err);

/* A public form rendered earlier, with its relative addresses resolved against base (for feeds). */
struct safe_html markup_absolute(struct safe_html html, struct str base, struct arena *arena);

enum markup_text_use {
	MARKUP_TEXT_ALL,     /* search and plain-text feeds: captions, credits, tables, notes included */
	MARKUP_TEXT_RUNNING, /* what an excerpt may be cut from: paragraphs, lists and quotes in running order */
};

/* One block a line, cells and terms apart by a tab, no markup, no entities; white space collapsed. */
void markup_to_text(const struct markup *tree, enum markup_text_use use, struct buf *out);

/* The first picture in document order. False where there is none. */
bool markup_first_media(const struct markup *tree, struct markup_media *ret_media);
bool markup_is_empty(const struct markup *tree);

/* ---- source for the importer: shortcodes and blocks become HTML that markup_from_html understands ---- */

struct markup_figure {
	int64_t source_id;
	struct str address; /* of the picture */
	struct str link;    /* around it; empty: none */
	struct str alt;
	bool has_alt;
	struct str caption_html; /* foreign HTML, taken as it is: it passes the parser with the rest */
	struct str credit;       /* plain text */
	struct str align;        /* left, right, center, wide, full or empty */
	int width, height;
};

void markup_source_figure(struct buf *out, const struct markup_figure *figure);
void markup_source_gallery_open(struct buf *out);
void markup_source_gallery_close(struct buf *out, struct str caption_html);
/* A link card. title may be empty. Addresses that are not http(s), or a path of the site, give the title alone. */
void markup_source_embed(struct buf *out, struct str address, struct str title);

#endif
