#include "http/exchange.h"

#include <stdlib.h>
#include <string.h>

#define READ_AHEAD_BYTES 16384 /* besides the longest head */
#define BODY_ROOM_BYTES  4096  /* of these: what is free behind any head, for its body */
#define ANSWER_HEAD_MOST 65536

struct exchange *exchange_create(const struct http_settings *settings, const struct strict_limits *limits)
{
	size_t room = head_most_bytes(limits) + READ_AHEAD_BYTES;
	struct exchange *exchange = malloc(sizeof *exchange + room);
	if (!exchange)
		err_die("out of memory: give this process more, or lower the most connections");
	memset(exchange, 0, sizeof *exchange);
	exchange->room = room;
	buf_init(&exchange->out, ANSWER_HEAD_MOST);
	buf_init(&exchange->content, (size_t)settings->body_bytes);
	return exchange;
}

void exchange_destroy(struct exchange *exchange)
{
	if (!exchange)
		return;
	exchange_end(exchange);
	arena_destroy(exchange->arena);
	buf_finish(&exchange->out);
	free(exchange);
}

void exchange_begin(struct exchange *exchange, const struct strict_limits *limits)
{
	if (exchange->used == exchange->end) {
		exchange->used = exchange->end = 0;
	} else if (exchange->room - exchange->used < head_most_bytes(limits) + BODY_ROOM_BYTES) {
		memmove(exchange->bytes, exchange->bytes + exchange->used, exchange->end - exchange->used);
		exchange->end -= exchange->used;
		exchange->used = 0;
	}
	exchange->from = exchange->used;
	head_init(&exchange->head, exchange->fields, limits);
	exchange->ask = (struct ask){0};
	exchange->is_get = exchange->close = exchange->drops = exchange->silent = false;
	exchange->outcome = OUTCOME_NONE;
	exchange->flight = NULL;
}

void exchange_end(struct exchange *exchange)
{
	size_t most = exchange->content.max_bytes;
	page_release(exchange->page);
	exchange->page = NULL;
	if (exchange->arena)
		arena_clear(exchange->arena);
	if (exchange->content.cap) {
		buf_finish(&exchange->content);
		buf_init(&exchange->content, most);
	}
}
