#include "mo_writer.h"

static void put_word(struct buf *out, uint32_t value, bool swapped)
{
	unsigned char bytes[4];
	for (int i = 0; i < 4; i++)
		bytes[i] = (unsigned char)(value >> (swapped ? 24 - 8 * i : 8 * i));
	buf_put_bytes(out, bytes, 4);
}

struct str mo_write(struct arena *arena, const struct mo_message *messages, uint32_t count, bool swapped)
{
	BUF_SCOPED out = BUF_INIT(1u << 20);
	uint32_t offset = 28 + 16 * count;
	const uint32_t head[] = {0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0};
	for (size_t i = 0; i < 7; i++)
		put_word(&out, head[i], swapped);
	for (int half = 0; half < 2; half++) {
		for (uint32_t i = 0; i < count; i++) {
			uint32_t length = (uint32_t)(half ? messages[i].text : messages[i].id).len;
			put_word(&out, length, swapped);
			put_word(&out, offset, swapped);
			offset += length + 1;
		}
	}
	for (int half = 0; half < 2; half++) {
		for (uint32_t i = 0; i < count; i++) {
			buf_put(&out, half ? messages[i].text : messages[i].id);
			buf_put_byte(&out, 0);
		}
	}
	return buf_copy(&out, arena);
}
