#include "http/connection.h"

#include <unistd.h>

static void add_field(void *context, const char *name, struct str value)
{
	struct MHD_Response *response = context;
	char text[1024];
	if (value.len < sizeof text) {
		__builtin_memcpy(text, value.ptr, value.len);
		text[value.len] = 0;
		MHD_add_response_header(response, name, text);
		return;
	}
	BUF_SCOPED long_text = BUF_INIT(value.len + 1);
	buf_put(&long_text, value);
	buf_put_byte(&long_text, 0);
	MHD_add_response_header(response, name, long_text.ptr);
}

/* The body stays the page's, which outlives every answer made of it: the connection holds a reference.
 *
 * With a 304 the library (up to 0.9.75) always sends a Content-Length. Its zero breaks RFC 9110 section 8.6,
 * the length of the whole would be right, but clients built on http_parser then wait for a body that never comes;
 * caches do not take this field from a 304 (RFC 9111 section 3.2). So it stays zero. */
static struct MHD_Response *make_body(const struct page *page, const struct answer *answer)
{
	if (answer->bytes == 0)
		return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	if (answer->form) {
		const char *from = answer->form->body.ptr + answer->offset;
		return MHD_create_response_from_buffer((size_t)answer->bytes, (void *)(uintptr_t)from,
						       MHD_RESPMEM_PERSISTENT);
	}
	int fd = dup(page->file_fd);
	if (fd < 0)
		return NULL;
	struct MHD_Response *response = MHD_create_response_from_fd_at_offset64(
		(uint64_t)answer->bytes, fd, (uint64_t)(page->file_offset + answer->offset));
	if (!response)
		close(fd);
	return response;
}

static struct MHD_Response *make_response(const struct connection *connection, const struct answer *answer,
					  int64_t now_s)
{
	const struct page *page = connection->page;
	struct MHD_Response *response = make_body(page, answer);
	if (!response)
		return NULL;
	answer_headers(page, answer, web_answer_settings(connection->server->settings.web), now_s, add_field, response);
	if (connection->server->draining)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	return response;
}

static void destroy_response(void *value)
{
	MHD_destroy_response(value);
}

/* An answer that many get alike is made once a second (its age for shared caches counts down) and
 * queued again and again. */
static enum MHD_Result send_kept(struct connection *connection, const struct answer *answer, int64_t now_s)
{
	struct page *page = connection->page;
	struct page_slot *slot = &page->slots[answer->coding + (answer->status == 304 ? CODING_COUNT : 0)];
	enum MHD_Result result = MHD_NO;
	pthread_mutex_lock(&page->lock);
	if (!slot->value || slot->made_s != now_s || slot->made_for != answer->form) {
		struct MHD_Response *response = make_response(connection, answer, now_s);
		if (slot->value)
			MHD_destroy_response(slot->value);
		slot->value = response;
		slot->made_s = now_s;
		slot->made_for = answer->form;
		slot->destroy = destroy_response;
	}
	if (slot->value)
		result = MHD_queue_response(connection->mhd, (unsigned)answer->status, slot->value);
	pthread_mutex_unlock(&page->lock);
	return result;
}

static enum MHD_Result send_once(struct connection *connection, const struct answer *answer, int64_t now_s)
{
	struct MHD_Response *response = make_response(connection, answer, now_s);
	if (!response)
		return MHD_NO;
	enum MHD_Result result = MHD_queue_response(connection->mhd, (unsigned)answer->status, response);
	MHD_destroy_response(response);
	return result;
}

enum MHD_Result connection_send(struct connection *connection)
{
	struct http_server *server = connection->server;
	int64_t now_s = clock_now_s(web_clock(server->settings.web));
	struct answer answer;
	answer_choose(connection->page, &connection->ask, &answer);
	connection->status = answer.status;
	connection->sent_bytes = connection->ask.head ? 0 : answer.bytes;
	connection_set_phase(connection, PHASE_SEND,
			     clock_steady_us() + server->settings.write_ms * 1000 +
				     answer.bytes * 1000000 / server->settings.slowest_bytes_s);
	if (answer.plain && answer.form && !server->draining)
		return send_kept(connection, &answer, now_s);
	return send_once(connection, &answer, now_s);
}
