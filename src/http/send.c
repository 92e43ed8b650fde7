#include "http/connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define SENDS_A_STEP    8
#define SEND_BYTES_MOST (1u << 20) /* in one call: the other connections of the thread wait meanwhile */

/* ---- the head of an answer ---- */

static void put_field(void *context, const char *name, struct str value)
{
	struct buf *out = context;
	buf_put_cstr(out, name);
	buf_put(out, STR(": "));
	buf_put(out, value);
	buf_put(out, STR("\r\n"));
}

static bool has_length(int status)
{
	return status != 304 && status != 204 && status >= 200;
}

/* All but what belongs to the connection. */
static void write_head(const struct connection *connection, int64_t now_s, struct buf *out)
{
	const struct exchange *exchange = connection->exchange;
	const struct answer *answer = &exchange->answer;
	char date[CLOCK_TEXT_BYTES];
	buf_printf(out, "HTTP/1.1 %d %s\r\n", answer->status, status_phrase(answer->status));
	clock_http(now_s, date);
	put_field(out, "Date", str_from(date));
	answer_headers(exchange->page, answer, web_answer_settings(connection->loop->server->settings.web), now_s,
		       put_field, out);
	if (has_length(answer->status)) {
		buf_put(out, STR("Content-Length: "));
		buf_put_i64(out, answer->bytes);
		buf_put(out, STR("\r\n"));
	}
}

struct kept_head {
	size_t bytes;
	char text[];
};

static size_t bytes_of(const struct kept_head *kept)
{
	return kept ? sizeof *kept + kept->bytes : 0;
}

static void keep(struct page *page, struct page_slot *slot, const struct buf *head, const struct form *form,
		 int64_t now_s)
{
	struct kept_head *kept = malloc(sizeof *kept + head->len);
	if (!kept)
		err_die("out of memory: give this process more");
	kept->bytes = head->len;
	memcpy(kept->text, head->ptr, head->len);
	atomic_fetch_add_explicit(&page->bytes, bytes_of(kept) - bytes_of(slot->value), memory_order_relaxed);
	free(slot->value);
	slot->value = kept;
	slot->destroy = free;
	slot->made_s = now_s;
	slot->made_for = form;
}

/* A head that many get alike is written once a second (its age for shared caches counts down). */
static void put_kept_head(const struct connection *connection, int64_t now_s)
{
	struct exchange *exchange = connection->exchange;
	const struct answer *answer = &exchange->answer;
	struct page *page = exchange->page;
	struct page_slot *slot = &page->slots[answer->coding + (answer->status == 304 ? CODING_COUNT : 0)];
	pthread_mutex_lock(&page->lock);
	const struct kept_head *kept = slot->value;
	if (kept && slot->made_s == now_s && slot->made_for == answer->form) {
		buf_put_bytes(&exchange->out, kept->text, kept->bytes);
	} else {
		write_head(connection, now_s, &exchange->out);
		keep(page, slot, &exchange->out, answer->form, now_s);
	}
	pthread_mutex_unlock(&page->lock);
}

static void put_connection(const struct exchange *exchange, struct buf *out)
{
	if (exchange->close)
		buf_put(out, STR("Connection: close\r\n\r\n"));
	else if (str_eq(exchange->head.version, STR("HTTP/1.0")))
		buf_put(out, STR("Connection: keep-alive\r\n\r\n"));
	else
		buf_put(out, STR("\r\n"));
}

enum step send_page(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	struct answer *answer = &exchange->answer;
	struct loop *loop = connection->loop;
	const struct http_settings *settings = &loop->server->settings;
	int64_t now_s = clock_now_s(web_clock(settings->web));
	answer_choose(exchange->page, &exchange->ask, answer);
	if (!exchange->close && atomic_load_explicit(&loop->server->draining, memory_order_relaxed))
		exchange->close = exchange->drops = true; /* the client does not know yet: it may send on */
	exchange->offset = answer->offset;
	exchange->left = exchange->ask.head || !has_length(answer->status) ? 0 : answer->bytes;
	exchange->out_sent = 0;
	buf_clear(&exchange->out);
	if (answer->plain && answer->form)
		put_kept_head(connection, now_s);
	else
		write_head(connection, now_s, &exchange->out);
	put_connection(exchange, &exchange->out);
	connection_phase(connection, PHASE_SEND,
			 loop->now_us + settings->write_ms * 1000 +
				 exchange->left * 1000000 / settings->slowest_bytes_s);
	return exchange->out.over ? STEP_CLOSE : STEP_ON;
}

/* ---- its bytes ---- */

static ssize_t send_memory(const struct connection *connection, size_t head_left)
{
	struct exchange *exchange = connection->exchange;
	const struct form *form = exchange->answer.form;
	size_t most = exchange->left < SEND_BYTES_MOST ? (size_t)exchange->left : SEND_BYTES_MOST;
	struct iovec parts[2] = {{exchange->out.ptr + exchange->out_sent, head_left}, {NULL, 0}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 1};
	bool more = !form && exchange->left;
	if (form && most) {
		parts[1] = (struct iovec){(void *)(uintptr_t)(form->body.ptr + exchange->offset), most};
		message.msg_iovlen = 2;
	}
	return sendmsg(connection->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0));
}

static ssize_t send_file(const struct connection *connection)
{
	const struct exchange *exchange = connection->exchange;
	size_t most = exchange->left < SEND_BYTES_MOST ? (size_t)exchange->left : SEND_BYTES_MOST;
	off_t from = (off_t)(exchange->page->file_offset + exchange->offset);
	ssize_t sent = sendfile(connection->fd, exchange->page->file_fd, &from, most);
	if (sent == 0)
		errno = EIO; /* the file is shorter than it was */
	return sent ? sent : -1;
}

static void count_sent(struct exchange *exchange, size_t head_left, size_t sent)
{
	size_t of_head = sent < head_left ? sent : head_left;
	exchange->out_sent += of_head;
	exchange->offset += (int64_t)(sent - of_head);
	exchange->left -= (int64_t)(sent - of_head);
}

enum step send_more(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	for (unsigned i = 0; i < SENDS_A_STEP; i++) {
		size_t head_left = exchange->out.len - exchange->out_sent;
		if (!head_left && !exchange->left)
			return STEP_ON;
		if (!connection->writable)
			return STEP_WAIT;
		bool memory = head_left || exchange->answer.form;
		ssize_t sent = memory ? send_memory(connection, head_left) : send_file(connection);
		if (sent >= 0)
			count_sent(exchange, head_left, (size_t)sent);
		else if (errno == EAGAIN)
			connection->writable = false;
		else if (errno != EINTR)
			return STEP_CLOSE;
	}
	loop_again(connection->loop, connection);
	return STEP_WAIT;
}

bool send_continue(const struct connection *connection)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
	ssize_t length = sizeof text - 1;
	return send(connection->fd, text, sizeof text - 1, MSG_NOSIGNAL | MSG_DONTWAIT) == length;
}
