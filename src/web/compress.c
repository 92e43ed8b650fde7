#include "web/compress.h"

#include <assert.h>
#include <brotli/decode.h>
#include <brotli/encode.h>
#include <libdeflate.h>
#include <stdlib.h>

struct compressor {
	struct libdeflate_compressor *gzip; /* NULL for Brotli */
	int level;
};

struct compressor *compressor_create(enum coding coding, int level)
{
	struct compressor *compressor = calloc(1, sizeof *compressor);

	assert(coding != CODING_IDENTITY);
	if (!compressor)
		abort();
	compressor->level = level;
	if (coding == CODING_GZIP && !(compressor->gzip = libdeflate_alloc_compressor(level)))
		abort();
	return compressor;
}

void compressor_destroy(struct compressor *compressor)
{
	if (!compressor)
		return;
	if (compressor->gzip)
		libdeflate_free_compressor(compressor->gzip);
	free(compressor);
}

size_t compressor_bound(struct compressor *compressor, struct str text)
{
	return compressor->gzip ? libdeflate_gzip_compress_bound(compressor->gzip, text.len)
				: BrotliEncoderMaxCompressedSize(text.len);
}

size_t compressor_run(struct compressor *compressor, struct str text, void *out, size_t room)
{
	size_t length = room;

	if (compressor->gzip)
		return libdeflate_gzip_compress(compressor->gzip, text.ptr, text.len, out, room);
	if (!BrotliEncoderCompress(compressor->level, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.len,
				   (const unsigned char *)text.ptr, &length, out))
		return 0;
	return length;
}

static bool inflate(struct str packed, void *out, size_t bytes)
{
	struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
	enum libdeflate_result result;

	if (!decompressor)
		abort();
	result = libdeflate_gzip_decompress(decompressor, packed.ptr, packed.len, out, bytes, NULL);
	libdeflate_free_decompressor(decompressor);
	return result == LIBDEFLATE_SUCCESS;
}

bool decompress(enum coding coding, struct str packed, void *out, size_t bytes)
{
	size_t length = bytes;

	assert(coding != CODING_IDENTITY);
	if (coding == CODING_GZIP)
		return inflate(packed, out, bytes);
	return BrotliDecoderDecompress(packed.len, (const unsigned char *)packed.ptr, &length, out) ==
		       BROTLI_DECODER_RESULT_SUCCESS &&
	       length == bytes;
}
