#include "net/call.h"

#include "base/arena.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct net_caller {
	CURL *curl;
};

struct net_caller *net_caller_create(void)
{
	struct net_caller *caller = calloc(1, sizeof *caller);
	if (!caller || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(caller->curl = curl_easy_init()))
		err_die("out of memory: no room to call others");
	return caller;
}

void net_caller_destroy(struct net_caller *caller)
{
	if (!caller)
		return;
	curl_easy_cleanup(caller->curl);
	curl_global_cleanup();
	free(caller);
}

bool net_is_address(struct str url)
{
	struct str rest = {0};
	if (str_starts(url, STR("http://")))
		rest = str_skip(url, 7);
	else if (str_starts(url, STR("https://")))
		rest = str_skip(url, 8);
	struct str host = rest;
	for (size_t i = 0; i < url.len; i++)
		if (url.ptr[i] <= ' ' || url.ptr[i] >= 0x7f)
			return false;
	(void)str_cut(rest, '/', &host, &(struct str){0});
	return host.len > 0 && host.ptr[0] != ':' && str_find_byte(host, '@') == SIZE_MAX &&
	       str_find_byte(rest, '#') == SIZE_MAX;
}

static size_t throw_away(char *bytes, size_t size, size_t count, void *context)
{
	(void)bytes;
	(void)context;
	return size * count;
}

/* libcurl asks about once a second. */
static int is_to_stop(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
	const struct net_call *call = context;
	(void)down_all;
	(void)down;
	(void)up_all;
	(void)up;
	return call->stop && atomic_load(call->stop);
}

static void free_list(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

static int make_fields(const struct net_call *call, struct curl_slist **ret_list, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < call->field_count; i++) {
		struct str field = call->fields[i];
		if (field.len == 0 || str_find_byte(field, '\n') != SIZE_MAX ||
		    str_find_byte(field, '\r') != SIZE_MAX || memchr(field.ptr, 0, field.len))
			return err_set(err, ERR_INPUT, "%s: a header field with a line break or without anything",
				       call->url);
		struct curl_slist *longer = curl_slist_append(*ret_list, arena_cstr(arena, field));
		if (!longer)
			err_die("out of memory: no room to call others");
		*ret_list = longer;
	}
	return 0;
}

static void set_request(CURL *curl, const struct net_call *call, struct curl_slist *fields)
{
	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, call->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)call->timeout_ms);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, throw_away);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_to_stop);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, call);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
	if (call->body.len) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body.ptr);
	}
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
}

int net_send(struct net_caller *caller, const struct net_call *call, int *ret_status, struct err *err)
{
	char why[CURL_ERROR_SIZE] = "";
	long status = 0;
	__attribute__((cleanup(free_list))) struct curl_slist *fields = NULL;
	if (!net_is_address(str_from(call->url)))
		return err_set(err, ERR_INPUT, "found the address %.200s; accepted: http://HOST/… or https://HOST/…",
			       call->url);
	int rc = make_fields(call, &fields, err);
	if (rc)
		return rc;
	set_request(caller->curl, call, fields);
	curl_easy_setopt(caller->curl, CURLOPT_ERRORBUFFER, why);
	CURLcode code = curl_easy_perform(caller->curl);
	curl_easy_setopt(caller->curl, CURLOPT_ERRORBUFFER, NULL);
	if (code == CURLE_ABORTED_BY_CALLBACK)
		return err_set(err, ERR_STOPPED, "%.200s: broken off", call->url);
	if (code != CURLE_OK)
		return err_set(err, ERR_SYSTEM, "%.200s: %s", call->url, why[0] ? why : curl_easy_strerror(code));
	curl_easy_getinfo(caller->curl, CURLINFO_RESPONSE_CODE, &status);
	*ret_status = (int)status;
	return 0;
}
