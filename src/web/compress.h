/* compress: gzip (RFC 1952) and Brotli (RFC 7932) of what is in memory, at a level.
 *
 * A compressor is kept for many texts, by one thread at a time: making one costs more than a small text.
 */
#ifndef CRIER_WEB_COMPRESS_H
#define CRIER_WEB_COMPRESS_H

#include "base/str.h"

enum coding { CODING_IDENTITY, CODING_GZIP, CODING_BROTLI, CODING_COUNT };

struct compressor;

struct compressor *compressor_create(enum coding coding, int level); /* gzip 1 to 12, Brotli 0 to 11 */
void compressor_destroy(struct compressor *compressor);              /* NULL is fine */

/* Room that is enough for text; then the compressed form written there, and how long it is. 0: it did not work. */
size_t compressor_bound(struct compressor *compressor, struct str text);
size_t compressor_run(struct compressor *compressor, struct str text, void *out, size_t room);

/* Back from what a compressor made: exactly bytes of text, or false. */
bool decompress(enum coding coding, struct str packed, void *out, size_t bytes);

#endif
