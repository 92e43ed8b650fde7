/* markup_parse: from the HTML5 parser's tree to the builder. Only markup_parse.c and markup_figure.c include this. */
#ifndef CRIER_TEXT_MARKUP_PARSE_H
#define CRIER_TEXT_MARKUP_PARSE_H

#include "text/markup_build.h"

#include <gumbo.h>

#define CONVERT_DEPTH 500 /* the ledger keeps the parser's tree below this */

struct convert {
	struct markup *tree;
	struct markup_builder *builder;
	struct markup_builder *credit; /* where a credit inside a caption goes; NULL outside of captions */
	const struct markup_options *options;
	struct markup_report *report;
	struct build_ids *ids;
	unsigned level;
};

void convert_node(struct convert *convert, const GumboNode *node);
void convert_children(struct convert *convert, const GumboNode *node);

/* Attributes, checked. Empty where absent or unfit. */
struct str convert_text(struct convert *convert, const GumboElement *element, enum markup_attribute_name name);
struct str convert_raw(const GumboElement *element, enum markup_attribute_name name);
struct str convert_address(struct convert *convert, struct str raw);
bool convert_has_class(const GumboElement *element, struct str class);
enum markup_align convert_align(const GumboElement *element);
/* lang, dir, alignment and what else the kind has a use for. */
struct build_shape convert_shape(struct convert *convert, const GumboElement *element, enum markup_kind kind);
void shape_set(struct convert *convert, struct build_shape *shape, enum markup_attribute_name name, struct str value);
bool convert_is_blank(const GumboNode *node); /* white space, comments */
void convert_id(struct convert *convert, const GumboElement *element);

/* markup_figure.c */
void convert_figure(struct convert *convert, const GumboNode *node);
void convert_quote(struct convert *convert, const GumboNode *node, const GumboNode *speaker, bool pull);
void convert_image(struct convert *convert, const GumboNode *node);
void convert_embed(struct convert *convert, const GumboElement *element);
bool convert_embed_card(struct convert *convert, const GumboNode *node); /* false: it is none */

#endif
