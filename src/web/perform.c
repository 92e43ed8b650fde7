#include "base/limits.h"
#include "web/app.h"
#include "web/strict.h"

#define HEADERS_MOST 100
#define ANSWER_MOST  (LIMIT_PAGE_BYTES + 65536u)

struct parsed {
	struct str version;
	struct strict strict;
	struct header *headers;
	size_t header_count;
};

/* A line without its CRLF. False where the text ends before one. */
static bool next_line(struct str *rest, struct str *ret_line)
{
	size_t end = str_find(*rest, STR("\r\n"));
	if (end == SIZE_MAX)
		return false;
	*ret_line = str_sub(*rest, 0, end);
	*rest = str_skip(*rest, end + 2);
	return true;
}

/* Spaces and tabs at both ends (RFC 9110 section 5.6.3), nothing else. */
static struct str trim_blanks(struct str text)
{
	while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
		text = str_skip(text, 1);
	while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
		text.len--;
	return text;
}

static int read_request(struct str text, struct request *request, struct parsed *ret_parsed, struct err *err)
{
	struct str line, rest_of_line;
	struct parsed parsed = {.headers = arena_array(request->arena, struct header, HEADERS_MOST)};
	if (!next_line(&text, &line) || !str_cut(line, ' ', &request->method_name, &rest_of_line) ||
	    !str_cut(rest_of_line, ' ', &request->target, &parsed.version))
		return err_set(err, ERR_INPUT, "the request line must be METHOD TARGET VERSION");
	while (next_line(&text, &line) && line.len) {
		struct header *header = &parsed.headers[parsed.header_count];
		if (parsed.header_count++ == HEADERS_MOST || !str_cut(line, ':', &header->name, &header->value))
			return err_set(err, ERR_INPUT, "not a header field, or too many: %.*s", STR_ARG(line));
		header->value = trim_blanks(header->value);
		strict_add(&parsed.strict, header->name, header->value);
	}
	request->headers = parsed.headers;
	request->header_count = parsed.header_count;
	request->body = text;
	*ret_parsed = parsed;
	return 0;
}

static void put_line(void *context, const char *name, struct str value)
{
	struct buf *out = context;
	buf_printf(out, "%s: %.*s\r\n", name, STR_ARG(value));
}

static int write_answer(struct web *web, const struct page *page, const struct ask *ask, int64_t now_s,
			struct arena *arena, struct str *ret_answer, struct err *err)
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

static struct page *get_page(struct web *web, void *worker, struct request *request, const struct parsed *parsed)
{
	static const struct strict_limits limits = {LIMIT_HEADER_BYTES, HEADERS_MOST, LIMIT_REQUEST_BODY_BYTES};
	struct page *page = NULL;
	struct flight *flight = NULL;
	request->method = request_method(request->method_name);
	int status = strict_verdict(&parsed->strict, request->method, parsed->version, &limits);
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
	struct parsed parsed;
	int rc = read_request(request_text, &request, &parsed, err);
	if (rc)
		return rc;
	struct page *page = get_page(web, worker, &request, &parsed);
	struct ask ask = ask_from(&request);
	page_make_form(page, answer_coding(page, &ask), false);
	rc = write_answer(web, page, &ask, request.now_s, arena, ret_answer, err);
	page_release(page);
	return rc;
}
