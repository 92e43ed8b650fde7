/* views: what each page offers to its template, as tables.
 *
 * One table a view: field, type, view of its records, one line for theme authors. The tables make the
 * declarations that templates are checked against (views.c), the positions in a record (enum below)
 * and the reference in the documentation, so the three cannot differ. A page's record starts with
 * the fields of PAGE, then its own: page_base (page.h) fills the first for all of them.
 *
 * Never here: a field that could hold what the public may not see.
 */
#ifndef CRIER_SITE_VIEWS_H
#define CRIER_SITE_VIEWS_H

#include "template/template.h"

/* F(view, field, type, view of the records or NULL, help) */

#define LINK_VIEW(F)                                                                                                   \
	F(LINK, url, URL, NULL, "where it leads")                                                                      \
	F(LINK, label, TEXT, NULL, "its words")                                                                        \
	F(LINK, code, TEXT, NULL, "language of the label where it is not the page's")                                  \
	F(LINK, dir, TEXT, NULL, "direction that belongs to code")                                                     \
	F(LINK, parent, TEXT, NULL, "what it stands below, where another on the page has the same label")              \
	F(LINK, parent_code, TEXT, NULL, "language of parent where it is not the label's")                             \
	F(LINK, parent_dir, TEXT, NULL, "direction that belongs to parent_code")                                       \
	F(LINK, count, TEXT, NULL, "how many items wait there, in the page's digits")                                  \
	F(LINK, icon, URL, NULL, "symbol of a kind")                                                                   \
	F(LINK, inner, FLAG, NULL, "belongs below the one before: a country below its part of a region")               \
	F(LINK, current, FLAG, NULL, "leads to the page it stands on")                                                 \
	F(LINK, last, FLAG, NULL, "the last of its list")

#define FORM_VIEW(F)                                                                                                   \
	F(FORM, url, URL, NULL, "file of this width")                                                                  \
	F(FORM, width, NUMBER, NULL, "in pixels")                                                                      \
	F(FORM, last, FLAG, NULL, "the last of its list")

#define PICTURE_VIEW(F)                                                                                                \
	F(PICTURE, url, URL, NULL, "file of middle width")                                                             \
	F(PICTURE, has_forms, FLAG, NULL, "there is more than one width")                                              \
	F(PICTURE, forms, LIST, &site_form_view, "all widths, smallest first")                                         \
	F(PICTURE, sized, FLAG, NULL, "width and height are known")                                                    \
	F(PICTURE, width, NUMBER, NULL, "of the file behind url")                                                      \
	F(PICTURE, height, NUMBER, NULL, "of the file behind url")                                                     \
	F(PICTURE, alt, TEXT, NULL, "text in place of the picture; empty when decorative; never the caption")          \
	F(PICTURE, caption, TEXT, NULL, "what the picture shows")                                                      \
	F(PICTURE, credit, TEXT, NULL, "who made it")                                                                  \
	F(PICTURE, alt_code, TEXT, NULL, "language of alt where it is not the item's")                                 \
	F(PICTURE, alt_dir, TEXT, NULL, "direction that belongs to alt_code")                                          \
	F(PICTURE, caption_code, TEXT, NULL, "language of caption where it is not the item's")                         \
	F(PICTURE, caption_dir, TEXT, NULL, "direction that belongs to caption_code")                                  \
	F(PICTURE, credit_code, TEXT, NULL, "language of credit where it is not the item's")                           \
	F(PICTURE, credit_dir, TEXT, NULL, "direction that belongs to credit_code")                                    \
	F(PICTURE, has_legend, FLAG, NULL, "there is a caption or a credit")

#define CARD_VIEW(F)                                                                                                   \
	F(CARD, url, URL, NULL, "the item")                                                                            \
	F(CARD, title, TEXT, NULL, "its title")                                                                        \
	F(CARD, code, TEXT, NULL, "its language where it is not the page's")                                           \
	F(CARD, dir, TEXT, NULL, "direction that belongs to code")                                                     \
	F(CARD, excerpt, TEXT, NULL, "written, or cut from the body")                                                  \
	F(CARD, kind, OBJECT, &site_link_view, "its kind; some items have none")                                       \
	F(CARD, date, TEXT, NULL, "in words, in the site's zone")                                                      \
	F(CARD, datetime, TEXT, NULL, "for <time datetime>")                                                           \
	F(CARD, picture, OBJECT, &site_picture_view, "its picture, if its file may be shown")                          \
	F(CARD, breaking, FLAG, NULL, "it is breaking news now")

#define GROUP_VIEW(F)                                                                                                  \
	F(GROUP, key, TEXT, NULL, "a name for id attributes: letters and digits")                                      \
	F(GROUP, label, TEXT, NULL, "heading")                                                                         \
	F(GROUP, url, URL, NULL, "where the heading leads, or empty")                                                  \
	F(GROUP, code, TEXT, NULL, "language of the label where it is not the page's")                                 \
	F(GROUP, dir, TEXT, NULL, "direction that belongs to code")                                                    \
	F(GROUP, count, TEXT, NULL, "items behind url")                                                                \
	F(GROUP, links, LIST, &site_link_view, "its links")                                                            \
	F(GROUP, open, FLAG, NULL, "shown open")

#define STEP_VIEW(F)                                                                                                   \
	F(STEP, gap, FLAG, NULL, "numbers are left out here")                                                          \
	F(STEP, current, FLAG, NULL, "this page")                                                                      \
	F(STEP, label, TEXT, NULL, "the number")                                                                       \
	F(STEP, name, TEXT, NULL, "the number as said aloud")                                                          \
	F(STEP, url, URL, NULL, "that page")

#define PAGER_VIEW(F) F(PAGER, pages, LIST, &site_step_view, "page numbers, with gaps")

#define FEED_VIEW(F)                                                                                                   \
	F(FEED, url, URL, NULL, "the feed")                                                                            \
	F(FEED, type, TEXT, NULL, "media type")                                                                        \
	F(FEED, title, TEXT, NULL, "title of the feed")                                                                \
	F(FEED, label, TEXT, NULL, "name of the format")

#define CORRECTION_VIEW(F)                                                                                             \
	F(CORRECTION, label, TEXT, NULL, "correction, clarification or update, as a word")                             \
	F(CORRECTION, text, TEXT, NULL, "what was wrong and what is right")                                            \
	F(CORRECTION, date, TEXT, NULL, "when it was made")                                                            \
	F(CORRECTION, datetime, TEXT, NULL, "for <time datetime>")

#define PASSAGE_VIEW(F)                                                                                                \
	F(PASSAGE, text, TEXT, NULL, "what an editor wrote; empty lines part paragraphs")                              \
	F(PASSAGE, code, TEXT, NULL, "its language where it is not the page's")                                        \
	F(PASSAGE, dir, TEXT, NULL, "direction that belongs to code")

#define PAGE_VIEW(F)                                                                                                   \
	F(PAGE, t, OBJECT, NULL, "words of the interface: {{t.more_news}}")                                            \
	F(PAGE, lang, TEXT, NULL, "language of the page")                                                              \
	F(PAGE, dir, TEXT, NULL, "ltr or rtl")                                                                         \
	F(PAGE, title, TEXT, NULL, "title without the site's name")                                                    \
	F(PAGE, full_title, TEXT, NULL, "title with the site's name")                                                  \
	F(PAGE, description, TEXT, NULL, "one or two sentences for search engines")                                    \
	F(PAGE, canonical, URL, NULL, "the page's absolute address")                                                   \
	F(PAGE, robots, TEXT, NULL, "for <meta name=robots>, or empty")                                                \
	F(PAGE, previous_url, URL, NULL, "the page of newer items")                                                    \
	F(PAGE, next_url, URL, NULL, "the page of older items")                                                        \
	F(PAGE, alternates, LIST, &site_link_view, "the page in each language, absolute")                              \
	F(PAGE, languages, LIST, &site_link_view, "languages of the site, each named in itself")                       \
	F(PAGE, has_languages, FLAG, NULL, "there is more than one")                                                   \
	F(PAGE, feeds, LIST, &site_feed_view, "feeds of this list, or of the site")                                    \
	F(PAGE, has_feeds, FLAG, NULL, "there are feeds")                                                              \
	F(PAGE, site_name, TEXT, NULL, "name of the organisation")                                                     \
	F(PAGE, site_url, URL, NULL, "absolute address of the front page")                                             \
	F(PAGE, home_url, URL, NULL, "front page in this language")                                                    \
	F(PAGE, opensearch_url, URL, NULL, "OpenSearch description; empty where nothing can be searched")              \
	F(PAGE, favicon_url, URL, NULL, "small picture of the site")                                                   \
	F(PAGE, css_url, URL, NULL, "style sheet")                                                                     \
	F(PAGE, search_url, URL, NULL, "search page; empty where nothing can be searched")                             \
	F(PAGE, archive_url, URL, NULL, "archive by years and months")                                                 \
	F(PAGE, query, TEXT, NULL, "words that were searched for")                                                     \
	F(PAGE, sections, LIST, &site_link_view, "kinds that have items")                                              \
	F(PAGE, has_breaking, FLAG, NULL, "there is breaking news")                                                    \
	F(PAGE, breaking, LIST, &site_card_view, "breaking news")                                                      \
	F(PAGE, has_crumbs, FLAG, NULL, "the page stands below others")                                                \
	F(PAGE, crumbs, LIST, &site_link_view, "the way from the front page to here")                                  \
	F(PAGE, browse, LIST, &site_link_view, "topics, places, campaigns, authors, archive")                          \
	F(PAGE, has_menu, FLAG, NULL, "there is a menu")                                                               \
	F(PAGE, menu, LIST, &site_link_view, "static pages and other links chosen by the editors")                     \
	F(PAGE, press, OBJECT, &site_passage_view, "sentence for journalists, for this topic or place")                \
	F(PAGE, footer, OBJECT, &site_passage_view, "closing text")                                                    \
	F(PAGE, og_type, TEXT, NULL, "website or article")                                                             \
	F(PAGE, og_image, OBJECT, &site_picture_view, "picture for links shared elsewhere, absolute address")          \
	F(PAGE, published, TEXT, NULL, "when an item appeared, RFC 3339")                                              \
	F(PAGE, modified, TEXT, NULL, "when it last changed, RFC 3339")                                                \
	F(PAGE, pager, OBJECT, &site_pager_view, "page numbers, where there is more than one page")

#define FRONT_VIEW(F)                                                                                                  \
	F(FRONT, line, OBJECT, &site_passage_view, "the organisation's line")                                          \
	F(FRONT, introduction, OBJECT, &site_passage_view, "who speaks here")                                          \
	F(FRONT, has_news, FLAG, NULL, "there is an item")                                                             \
	F(FRONT, lead, OBJECT, &site_card_view, "the first item")                                                      \
	F(FRONT, seconds, LIST, &site_card_view, "the two behind it")                                                  \
	F(FRONT, has_cards, FLAG, NULL, "there are more")                                                              \
	F(FRONT, cards, LIST, &site_card_view, "the others, newest first")                                             \
	F(FRONT, has_topics, FLAG, NULL, "there are topics")                                                           \
	F(FRONT, topics, LIST, &site_link_view, "topics with most items")                                              \
	F(FRONT, has_places, FLAG, NULL, "there are places")                                                           \
	F(FRONT, places, LIST, &site_link_view, "places with most items")

#define LIST_VIEW(F)                                                                                                   \
	F(LIST, heading, TEXT, NULL, "name of the list")                                                               \
	F(LIST, heading_code, TEXT, NULL, "its language where it is not the page's")                                   \
	F(LIST, heading_dir, TEXT, NULL, "direction that belongs to heading_code")                                     \
	F(LIST, icon, URL, NULL, "symbol of a kind")                                                                   \
	F(LIST, iso, TEXT, NULL, "ISO 3166 code of a country")                                                         \
	F(LIST, eyebrow, OBJECT, &site_link_view, "what the list belongs to: region, parent topic")                    \
	F(LIST, introduction, OBJECT, &site_passage_view, "what it is about")                                          \
	F(LIST, has_within, FLAG, NULL, "there are lists below this one")                                              \
	F(LIST, within, LIST, &site_link_view, "countries of a region, parts of a topic")                              \
	F(LIST, tally, TEXT, NULL, "how many items, which page")                                                       \
	F(LIST, has_facets, FLAG, NULL, "the list can be narrowed or was")                                             \
	F(LIST, has_active, FLAG, NULL, "filters are set")                                                             \
	F(LIST, active, LIST, &site_link_view, "filters that are set; each link takes one away")                       \
	F(LIST, clear_url, URL, NULL, "the list without filters, where some are set")                                  \
	F(LIST, facets, LIST, &site_group_view, "filters on offer, with exact counts")                                 \
	F(LIST, has_cards, FLAG, NULL, "there are items")                                                              \
	F(LIST, cards, LIST, &site_card_view, "the items, newest first")

#define ITEM_VIEW(F)                                                                                                   \
	F(ITEM, kind, OBJECT, &site_link_view, "its kind; some items have none")                                       \
	F(ITEM, heading, TEXT, NULL, "title; never empty")                                                             \
	F(ITEM, subtitle, TEXT, NULL, "second title")                                                                  \
	F(ITEM, dateline, TEXT, NULL, "where and when it was written")                                                 \
	F(ITEM, date, TEXT, NULL, "when it appeared, with the zone")                                                   \
	F(ITEM, datetime, TEXT, NULL, "for <time datetime>")                                                           \
	F(ITEM, updated, TEXT, NULL, "when it last changed, if later")                                                 \
	F(ITEM, updated_datetime, TEXT, NULL, "for <time datetime>")                                                   \
	F(ITEM, has_authors, FLAG, NULL, "there is an author")                                                         \
	F(ITEM, authors, LIST, &site_link_view, "who wrote it")                                                        \
	F(ITEM, number, TEXT, NULL, "reference number")                                                                \
	F(ITEM, has_translations, FLAG, NULL, "it exists in other languages")                                          \
	F(ITEM, translations, LIST, &site_link_view, "the same item in other languages")                               \
	F(ITEM, picture, OBJECT, &site_picture_view, "its picture, if its file may be shown")                          \
	F(ITEM, has_corrections, FLAG, NULL, "it was corrected")                                                       \
	F(ITEM, corrections, LIST, &site_correction_view, "what was corrected, oldest first")                          \
	F(ITEM, body, HTML, NULL, "the text")                                                                          \
	F(ITEM, has_groups, FLAG, NULL, "it belongs to topics, places, campaigns or tags")                             \
	F(ITEM, groups, LIST, &site_group_view, "topics, places, campaigns, tags")                                     \
	F(ITEM, has_related, FLAG, NULL, "there are related items")                                                    \
	F(ITEM, related, LIST, &site_card_view, "items that share most with it")                                       \
	F(ITEM, schema_type, TEXT, NULL, "type in schema.org: NewsArticle, Report")

#define ARCHIVE_VIEW(F)                                                                                                \
	F(ARCHIVE, heading, TEXT, NULL, "name of the page")                                                            \
	F(ARCHIVE, tally, TEXT, NULL, "how many items")                                                                \
	F(ARCHIVE, has_groups, FLAG, NULL, "there is something")                                                       \
	F(ARCHIVE, groups, LIST, &site_group_view, "years with their months; regions with countries; …")

#define SEARCH_VIEW(F)                                                                                                 \
	F(SEARCH, heading, TEXT, NULL, "name of the page")                                                             \
	F(SEARCH, tally, TEXT, NULL, "how many were found")                                                            \
	F(SEARCH, nothing_found, FLAG, NULL, "words were given and nothing has them")                                  \
	F(SEARCH, has_cards, FLAG, NULL, "something was found")                                                        \
	F(SEARCH, cards, LIST, &site_card_view, "what was found, newest first")

#define NOTICE_VIEW(F)                                                                                                 \
	F(NOTICE, heading, TEXT, NULL, "what happened")                                                                \
	F(NOTICE, explanation, TEXT, NULL, "what it means and what to do")                                             \
	F(NOTICE, note, TEXT, NULL, "public note on a withdrawal")                                                     \
	F(NOTICE, has_cards, FLAG, NULL, "there is recent news")                                                       \
	F(NOTICE, cards, LIST, &site_card_view, "recent news")

#define VIEW_POSITION(view, name, type, records, help) view##_##name,

enum { LINK_VIEW(VIEW_POSITION) LINK_COUNT };
enum { FORM_VIEW(VIEW_POSITION) FORM_COUNT };
enum { PICTURE_VIEW(VIEW_POSITION) PICTURE_COUNT };
enum { CARD_VIEW(VIEW_POSITION) CARD_COUNT };
enum { GROUP_VIEW(VIEW_POSITION) GROUP_COUNT };
enum { STEP_VIEW(VIEW_POSITION) STEP_COUNT };
enum { PAGER_VIEW(VIEW_POSITION) PAGER_COUNT };
enum { FEED_VIEW(VIEW_POSITION) FEED_COUNT };
enum { CORRECTION_VIEW(VIEW_POSITION) CORRECTION_COUNT };
enum { PASSAGE_VIEW(VIEW_POSITION) PASSAGE_COUNT };
enum { PAGE_VIEW(VIEW_POSITION) PAGE_COUNT };
enum { FRONT_BASE = PAGE_COUNT - 1, FRONT_VIEW(VIEW_POSITION) FRONT_COUNT };
enum { LIST_BASE = PAGE_COUNT - 1, LIST_VIEW(VIEW_POSITION) LIST_COUNT };
enum { ITEM_BASE = PAGE_COUNT - 1, ITEM_VIEW(VIEW_POSITION) ITEM_COUNT };
enum { ARCHIVE_BASE = PAGE_COUNT - 1, ARCHIVE_VIEW(VIEW_POSITION) ARCHIVE_COUNT };
enum { SEARCH_BASE = PAGE_COUNT - 1, SEARCH_VIEW(VIEW_POSITION) SEARCH_COUNT };
enum { NOTICE_BASE = PAGE_COUNT - 1, NOTICE_VIEW(VIEW_POSITION) NOTICE_COUNT };

extern const struct view site_link_view, site_form_view, site_picture_view, site_card_view, site_group_view,
	site_step_view, site_pager_view, site_feed_view, site_correction_view, site_passage_view;

/* One for each file of the theme that is a whole page. */
enum site_page {
	SITE_FRONT,
	SITE_LIST,
	SITE_ITEM,
	SITE_STATIC,
	SITE_ARCHIVE,
	SITE_INDEX,
	SITE_SEARCH,
	SITE_NOTICE,
	SITE_PAGES,
};

struct site_page_view {
	const char *template_name;
	const struct view *view;
};
extern const struct site_page_view site_page_views[SITE_PAGES];

/* The views with the field "t" bound to words; in arena. */
const struct view *site_view_with_words(const struct view *view, const struct view *words, struct arena *arena);

#endif
