/* A chunked body from untrusted bytes. However it is cut, the same content comes out, never more than the most, and
 * the end is found at the same place. The first byte says where to cut. */
#include "web/body.h"

#include "base/buf.h"

#include <stdlib.h>

#define MOST 2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool right)
{
	if (!right)
		abort();
}

/* *ret_used: the bytes up to its end, where it has one. */
static int read_by(struct str text, size_t step, struct buf *content, size_t *ret_used)
{
	struct body body;
	int status = BODY_MORE;
	size_t at = 0;
	body_init_chunked(&body, MOST);
	while (status == BODY_MORE && at < text.len) {
		struct str input = str_sub(text, at, step), piece;
		size_t given = input.len;
		while ((status = body_read(&body, &input, &piece)) == BODY_PIECE) {
			must(piece.len && piece.ptr >= text.ptr && piece.ptr + piece.len <= text.ptr + text.len);
			buf_put(content, piece);
		}
		must(status != BODY_MORE || input.len == 0);
		at += given - input.len;
	}
	*ret_used = at;
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	BUF_SCOPED whole = BUF_INIT(MOST), cut = BUF_INIT(MOST);
	size_t used, used_too;
	if (size < 1)
		return 0;
	struct str text = str_of((const char *)data + 1, size - 1);
	int status = read_by(text, SIZE_MAX, &whole, &used);
	must(status == 0 || status == BODY_MORE || status == 400 || status == 413 || status == 431);
	must(read_by(text, 1 + data[0] % 64, &cut, &used_too) == status);
	must(str_eq(buf_str(&whole), buf_str(&cut)) && !whole.over && used == used_too);
	must(status != 0 || str_ends(str_sub(text, 0, used), STR("\r\n")));
	return 0;
}
