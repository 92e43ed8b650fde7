#include "web/response.h"

#include "base/file.h"
#include "base/limits.h"

#include <stdio.h>

static const struct {
	int status;
	const char *phrase;
} phrases[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{206, "Partial Content"},
	{301, "Moved Permanently"},
	{302, "Found"},
	{303, "See Other"},
	{304, "Not Modified"},
	{307, "Temporary Redirect"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{411, "Length Required"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{416, "Range Not Satisfiable"},
	{417, "Expectation Failed"},
	{421, "Misdirected Request"},
	{422, "Unprocessable Content"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{503, "Service Unavailable"},
	{505, "HTTP Version Not Supported"},
};

const char *status_phrase(int status)
{
	for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "";
}

void response_init(struct response *response, struct arena *arena)
{
	*response = (struct response){
		.status = 200,
		.content_type = STR("text/html; charset=utf-8"),
		.file_fd = -1,
		.fresh_until_s = INT64_MAX,
		.arena = arena,
	};
	buf_init(&response->body, LIMIT_PAGE_BYTES);
}

void response_finish(struct response *response)
{
	buf_finish(&response->body);
	fd_closep(&response->file_fd);
	response->file_fd = -1;
}

void response_add_header(struct response *response, struct str name, struct str value)
{
	*vec_add(&response->headers, response->arena) = (struct header){name, value};
}

void response_tag(struct response *response, const char *format, ...)
{
	char tag[128];
	va_list args;
	va_start(args, format);
	vsnprintf(tag, sizeof tag, format, args);
	va_end(args);
	*vec_add(&response->tags, response->arena) = arena_str(response->arena, str_from(tag));
}

void response_redirect(struct response *response, int status, struct str location)
{
	buf_clear(&response->body);
	response->status = status;
	response->location = location;
	buf_put_cstr(&response->body, "<!DOCTYPE html><title>Moved</title><p><a href=\"");
	buf_put_html(&response->body, location);
	buf_put_cstr(&response->body, "\">");
	buf_put_html(&response->body, location);
	buf_put_cstr(&response->body, "</a></p>\n");
}

void response_file(struct response *response, int fd, int64_t offset, int64_t bytes, struct str content_type)
{
	fd_closep(&response->file_fd);
	response->file_fd = fd;
	response->file_offset = offset;
	response->file_bytes = bytes;
	response->file_sha256 = (struct str){0};
	response->content_type = content_type;
}

void response_file_hash(struct response *response, struct str sha256)
{
	response->file_sha256 = sha256;
}

void response_plain(struct response *response, int status)
{
	const char *phrase = status_phrase(status);
	buf_clear(&response->body);
	fd_closep(&response->file_fd);
	response->file_fd = -1;
	response->status = status;
	response->policy = CACHE_NO_STORE;
	response->content_type = STR("text/html; charset=utf-8");
	buf_printf(&response->body,
		   "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\">"
		   "<meta name=\"viewport\" content=\"width=device-width\"><title>%d %s</title><h1>%s</h1></html>\n",
		   status, phrase, phrase);
}
