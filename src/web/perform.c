#include "base/limits.h"
#include "web/app.h"
#include "web/head.h"

#define HEADERS_MOST 100
#define ANSWER_MOST  (LIMIT_PAGE_BYTES + 65536u)

/* What a server reads from a socket, read from a text. *ret_status: 0, or what to refuse it with. */
static int read_request(struct str text, struct request *request, int *ret_status, struct err *err)
{
	static const struct strict_limits limits = {LIMIT_HEADER_BYTES, HEADERS_MOST, LIMIT_REQUEST_BODY_BYTES};
	struct head head;
	head_init(&head, arena_array(request->arena, struct header, HEADERS_MOST), &limits);
	int status = head_read(&head, text.ptr, text.len);
	if (status == HEAD_MORE)
		return err_set(err, ERR_INPUT, "not a whole request: lines that end with CR LF, then an empty one");
	request->method_name = head.method;
	request->target = head.target;
	if (status == 0) {
		request->headers = head.fields;
		request->header_count = head.strict.fields;
		request->body = str_skip(text, head.bytes);
	}
	*ret_status = status;
	return 0;
}

static void put_line(void *context, const char *name, struct str value)
{
	struct buf *out = context;
	buf_printf(out, "%s: %.*s\r\n", name, STR_ARG(value));
}

static int write_answer(struct web *web, struct page *page, const struct ask *ask, int64_t now_s, struct arena *arena,
			struct str *ret_answer, struct err *err)
{
	struct answer answer;
	answer_choose(page, ask, &answer);
	BUF_SCOPED out = BUF_INIT(ANSWER_MOST);
	buf_printf(&out, "HTTP/1.1 %d %s\r\n", answer.status, status_phrase(answer.status));
	answer_headers(page, &answer, web_answer_settings(web), now_s, put_line, &out);
	if (answer.status != 304)
		buf_printf(&out, "Content-Length: %lld\r\n", (long long)answer.bytes);
	buf_put_cstr(&out, "\r\n");
	if (!ask->head && answer.form)
		buf_put(&out, str_sub(answer.form->body, (size_t)answer.offset, (size_t)answer.bytes));
	if (out.over)
		return err_set(err, ERR_LIMIT, "the answer is larger than %u bytes", ANSWER_MOST);
	*ret_answer = buf_copy(&out, arena);
	return 0;
}

static struct page *get_page(struct web *web, void *worker, struct request *request, int status)
{
	struct page *page = NULL;
	struct flight *flight = NULL;
	request->method = request_method(request->method_name);
	if (status)
		return web_plain(status);
	if (request->method == WEB_GET || request->method == WEB_HEAD)
		page = web_find(web, request->target, request->now_s);
	if (!page && web_begin(web, request, NULL, &page, &flight) != WEB_ANSWER)
		page = web_render(web, worker, request, flight);
	return page;
}

int web_perform(struct web *web, void *worker, struct str request_text, struct arena *arena, struct str *ret_answer,
		struct err *err)
{
	struct request request = {.arena = arena, .now_s = clock_now_s(web_clock(web))};
	int status = 0;
	int rc = read_request(request_text, &request, &status, err);
	if (rc)
		return rc;
	struct page *page = get_page(web, worker, &request, status);
	struct ask ask = ask_from(&request);
	page_make_form(page, answer_coding(page, &ask), false);
	rc = write_answer(web, page, &ask, request.now_s, arena, ret_answer, err);
	page_release(page);
	return rc;
}
