/* markup_write: the serialiser. Both forms share it; what differs is asked of `forms`. */
#ifndef CRIER_TEXT_MARKUP_WRITE_H
#define CRIER_TEXT_MARKUP_WRITE_H

#include "text/markup_tree.h"

struct markup_writer {
	struct buf *out;
	const struct markup_public *public; /* NULL: the canonical form */
	struct arena *arena;                /* for addresses; cleared by the caller */
	size_t pictures;                    /* shown so far */
};

void markup_write(struct markup_writer *writer, const struct markup_node *root);

/* Text and attribute values: & < > and, in attributes, ". */
void markup_put_escaped(struct buf *out, struct str text, bool attribute);
void markup_write_attribute(struct markup_writer *writer, const char *name, struct str value);
void markup_write_class(struct markup_writer *writer, const char *own, enum markup_align align);
/* An address, made absolute where the public form wants it. */
void markup_write_address(struct markup_writer *writer, const char *name, struct str address);
void markup_write_inside(struct markup_writer *writer, const struct markup_node *node);

/* markup_public.c */
void markup_write_figure(struct markup_writer *writer, const struct markup_node *node);
void markup_write_image(struct markup_writer *writer, const struct markup_node *node);
void markup_write_card(struct markup_writer *writer, const struct markup_node *node);

/* What the callbacks are told about a picture. */
struct markup_media markup_media_of(const struct markup_node *node, struct arena *arena);

#endif
