#include "web/answer.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

struct ask ask_from(const struct request *request)
{
	return (struct ask){
		.head = request->method == WEB_HEAD,
		.accept_encoding = request_header(request, STR("Accept-Encoding")),
		.if_none_match = request_header(request, STR("If-None-Match")),
		.if_modified_since = request_header(request, STR("If-Modified-Since")),
		.range = request_header(request, STR("Range")),
		.if_range = request_header(request, STR("If-Range")),
	};
}

/* ---- Accept-Encoding, RFC 9110 section 12.5.3 ---- */

/* ";q=0.5" of section 12.4.2, in thousandths; -1 where it is none. */
static int read_weight(struct str parameters)
{
	struct str name, value;
	if (str_empty(str_trim(parameters)))
		return 1000;
	str_cut(parameters, '=', &name, &value);
	name = str_trim(name);
	value = str_trim(value);
	if (!str_eq_nocase(name, STR("q")) || value.len == 0 || value.len > 5)
		return -1;
	if ((value.ptr[0] != '0' && value.ptr[0] != '1') || (value.len > 1 && value.ptr[1] != '.'))
		return -1;
	int weight = (value.ptr[0] - '0') * 1000, scale = 100;
	for (size_t i = 2; i < value.len; i++, scale /= 10) {
		if (value.ptr[i] < '0' || value.ptr[i] > '9')
			return -1;
		weight += (value.ptr[i] - '0') * scale;
	}
	return weight > 1000 ? -1 : weight;
}

struct weights {
	int of[CODING_COUNT]; /* -1: not named */
	int any;
};

static struct weights read_accept_encoding(struct str header)
{
	struct weights weights = {{-1, -1, -1}, -1};
	struct str item;
	while (str_next(&header, ',', &item)) {
		struct str name, parameters;
		str_cut(item, ';', &name, &parameters);
		name = str_trim(name);
		int weight = read_weight(parameters);
		if (weight < 0)
			continue;
		if (str_eq_nocase(name, STR("gzip")) || str_eq_nocase(name, STR("x-gzip")))
			weights.of[CODING_GZIP] = weight;
		else if (str_eq_nocase(name, STR("br")))
			weights.of[CODING_BROTLI] = weight;
		else if (str_eq_nocase(name, STR("identity")))
			weights.of[CODING_IDENTITY] = weight;
		else if (str_eq(name, STR("*")))
			weights.any = weight;
	}
	return weights;
}

enum coding answer_coding(const struct page *page, const struct ask *ask)
{
	if (!page->compressible || ask->accept_encoding.len == 0)
		return CODING_IDENTITY;
	struct weights weights = read_accept_encoding(ask->accept_encoding);
	int identity = weights.of[CODING_IDENTITY];
	enum coding best = CODING_IDENTITY;
	/* not named, identity is welcome, but less than any coding that is named */
	int best_weight = identity >= 0 ? identity : 1;
	for (int i = CODING_BROTLI; i >= CODING_GZIP; i--) {
		int weight = weights.of[i] >= 0 ? weights.of[i] : weights.any;
		bool over_identity = best == CODING_IDENTITY && weight >= best_weight;
		if (weight > 0 && page_can(page, (enum coding)i) && (weight > best_weight || over_identity)) {
			best = (enum coding)i;
			best_weight = weight;
		}
	}
	return best;
}

/* ---- conditions, RFC 9110 section 13 ---- */

/* Takes the next entity tag off a list; *ret_opaque with its quotes. False at the end or where it is malformed. */
static bool next_etag(struct str *list, struct str *ret_opaque, bool *ret_weak)
{
	while (list->len && (list->ptr[0] == ',' || list->ptr[0] == ' ' || list->ptr[0] == '\t'))
		*list = str_skip(*list, 1);
	*ret_weak = str_starts(*list, STR("W/"));
	if (*ret_weak)
		*list = str_skip(*list, 2);
	if (!str_starts(*list, STR("\"")))
		return false;
	size_t end = str_find_byte(str_skip(*list, 1), '"');
	if (end == SIZE_MAX)
		return false;
	*ret_opaque = str_sub(*list, 0, end + 2);
	*list = str_skip(*list, end + 2);
	return true;
}

#define ETAG_DASH 23 /* behind the quote and the 22 characters of the hash */

/* The part of a tag that says content and coding, without the level: "hash-g" of "hash-g6". */
static struct str etag_stem(struct str etag)
{
	size_t dash = str_rfind_byte(etag, '-');
	return dash == ETAG_DASH && etag.len > dash + 2 ? str_sub(etag, 0, dash + 2) : str_sub(etag, 0, etag.len - 1);
}

/* Weak comparison (section 8.8.3.2). A tag of the same content and coding at another level matches as well,
 * and is the one repeated in the 304. */
static bool none_match_fails(struct str header, char etag[ETAG_BYTES])
{
	struct str own = str_from(etag), opaque;
	bool weak;
	if (own.len == 0)
		return false;
	if (str_eq(str_trim(header), STR("*")))
		return true;
	while (next_etag(&header, &opaque, &weak)) {
		if (str_eq(opaque, own))
			return true;
		if (opaque.len < ETAG_BYTES && str_eq(etag_stem(opaque), etag_stem(own))) {
			memcpy(etag, opaque.ptr, opaque.len);
			etag[opaque.len] = 0;
			return true;
		}
	}
	return false;
}

static bool not_modified(const struct page *page, const struct ask *ask, struct answer *answer)
{
	int64_t since_s;
	if (page->status != 200)
		return false;
	if (ask->if_none_match.len)
		return none_match_fails(ask->if_none_match, answer->etag);
	return ask->if_modified_since.len && page->last_modified_s &&
	       clock_parse_http(ask->if_modified_since, &since_s) && page->last_modified_s <= since_s;
}

/* If-Range (section 13.1.5): true where the range holds. Dates are not taken as strong validators. */
static bool if_range_holds(const struct answer *answer, struct str header)
{
	header = str_trim(header);
	return header.len == 0 || (answer->etag[0] && str_eq(header, str_from(answer->etag)));
}

/* ---- ranges, RFC 9110 section 14 ---- */

enum range { RANGE_NONE, RANGE_PART, RANGE_BEYOND };

/* 1*DIGIT, which has no sign. */
static bool read_position(struct str text, int64_t *ret_position)
{
	return text.len && text.ptr[0] >= '0' && text.ptr[0] <= '9' && str_to_i64(text, ret_position);
}

/* One byte range; anything else (other units, several ranges, nonsense) is no range, as section 14.2 allows. */
static enum range read_range(struct str header, int64_t total, int64_t *ret_first, int64_t *ret_bytes)
{
	struct str first_text, last_text;
	int64_t first = 0, last = 0;
	header = str_trim(header);
	if (!str_starts_nocase(header, STR("bytes=")))
		return RANGE_NONE;
	header = str_trim(str_skip(header, 6));
	if (str_find_byte(header, ',') != SIZE_MAX || !str_cut(header, '-', &first_text, &last_text))
		return RANGE_NONE;
	bool has_first = read_position(first_text, &first);
	bool has_last = read_position(last_text, &last);
	if ((first_text.len && !has_first) || (last_text.len && !has_last) || (!has_first && !has_last))
		return RANGE_NONE;
	if (!has_first) {
		first = last < total ? total - last : 0;
		last = last ? total - 1 : -1;
	} else if (!has_last || last >= total) {
		if (has_last && last < first)
			return RANGE_NONE;
		last = total - 1;
	} else if (last < first) {
		return RANGE_NONE;
	}
	if (first >= total || last < 0)
		return RANGE_BEYOND;
	*ret_first = first;
	*ret_bytes = last - first + 1;
	return RANGE_PART;
}

static void apply_range(const struct page *page, const struct ask *ask, struct answer *answer)
{
	if (ask->range.len == 0 || ask->head || page->status != 200 || answer->coding != CODING_IDENTITY ||
	    !if_range_holds(answer, ask->if_range))
		return;
	enum range range = read_range(ask->range, answer->total_bytes, &answer->offset, &answer->bytes);
	if (range == RANGE_NONE)
		return;
	answer->plain = false;
	answer->status = range == RANGE_PART ? 206 : 416;
	if (range == RANGE_BEYOND)
		answer->bytes = 0;
}

void answer_choose(struct page *page, const struct ask *ask, struct answer *ret_answer)
{
	struct answer answer = {.status = page->status, .plain = true};
	answer.coding = ask->range.len ? CODING_IDENTITY : answer_coding(page, ask);
	answer.form = page_form(page, answer.coding);
	if (!answer.form) {
		answer.coding = CODING_IDENTITY;
		page_make_form(page, CODING_IDENTITY, false);
		answer.form = page_form(page, CODING_IDENTITY);
	}
	memcpy(answer.etag, answer.form->etag, sizeof answer.etag);
	if (page->file_fd >= 0)
		answer.form = NULL;
	answer.total_bytes = answer.bytes = answer.form ? (int64_t)answer.form->body.len : page->file_bytes;
	if (not_modified(page, ask, &answer)) {
		answer.status = 304;
		answer.bytes = 0;
		answer.plain = !answer.form || strcmp(answer.etag, answer.form->etag) == 0;
	} else {
		apply_range(page, ask, &answer);
	}
	*ret_answer = answer;
}

/* ---- header fields ---- */

static const struct {
	const char *name;
	struct str value;
} security_headers[] = {
	{"Content-Security-Policy",
	 STR_INIT("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
		  "media-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
		  "frame-ancestors 'none'")},
	{"X-Content-Type-Options", STR_INIT("nosniff")},
	{"X-Frame-Options", STR_INIT("DENY")},
	{"Referrer-Policy", STR_INIT("strict-origin-when-cross-origin")},
	{"Permissions-Policy",
	 STR_INIT("accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), "
		  "encrypted-media=(), fullscreen=(self), geolocation=(), gyroscope=(), magnetometer=(), "
		  "microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), usb=(), "
		  "xr-spatial-tracking=()")},
	{"Cross-Origin-Opener-Policy", STR_INIT("same-origin")},
};

int64_t answer_shared_age_s(int64_t now_s)
{
	return 60 - (now_s % 60 + 60) % 60;
}

static void put_cache_control(const struct page *page, int64_t now_s, answer_put put, void *context)
{
	char text[64];
	switch (page->policy) {
	case CACHE_NO_STORE:
		put(context, "Cache-Control", STR("no-store"));
		return;
	case CACHE_IMMUTABLE:
		put(context, "Cache-Control", STR("public, max-age=31536000, immutable"));
		return;
	case CACHE_PUBLIC:
		snprintf(text, sizeof text, "public, max-age=0, must-revalidate, s-maxage=%lld",
			 (long long)answer_shared_age_s(now_s));
		put(context, "Cache-Control", str_from(text));
	}
}

static void put_content_headers(const struct page *page, const struct answer *answer, answer_put put, void *context)
{
	char text[96];
	if (page->content_type.len && answer->status != 416)
		put(context, "Content-Type", page->content_type);
	if (answer->coding != CODING_IDENTITY)
		put(context, "Content-Encoding", answer->coding == CODING_GZIP ? STR("gzip") : STR("br"));
	if (page->status == 200)
		put(context, "Accept-Ranges", STR("bytes"));
	if (answer->status == 206)
		snprintf(text, sizeof text, "bytes %lld-%lld/%lld", (long long)answer->offset,
			 (long long)(answer->offset + answer->bytes - 1), (long long)answer->total_bytes);
	if (answer->status == 416)
		snprintf(text, sizeof text, "bytes */%lld", (long long)answer->total_bytes);
	if (answer->status == 206 || answer->status == 416)
		put(context, "Content-Range", str_from(text));
	if (page->location.len)
		put(context, "Location", page->location);
}

void answer_headers(const struct page *page, const struct answer *answer, const struct answer_settings *settings,
		    int64_t now_s, answer_put put, void *context)
{
	char date[CLOCK_TEXT_BYTES];
	if (answer->status != 304)
		put_content_headers(page, answer, put, context);
	if (answer->etag[0] && page->status == 200 && page->policy != CACHE_NO_STORE)
		put(context, "ETag", str_from(answer->etag));
	if (page->last_modified_s && page->status == 200) {
		clock_http(page->last_modified_s, date);
		put(context, "Last-Modified", str_from(date));
	}
	put_cache_control(page, now_s, put, context);
	if (page->compressible)
		put(context, "Vary", STR("Accept-Encoding"));
	if (settings->tag_header && page->policy != CACHE_NO_STORE)
		put(context, settings->tag_header, page->tag_list);
	for (size_t i = 0; i < page->header_count; i++)
		put(context, page->headers[i].name.ptr, page->headers[i].value);
	for (size_t i = 0; i < sizeof security_headers / sizeof security_headers[0]; i++)
		put(context, security_headers[i].name, security_headers[i].value);
	/* pictures, documents and feeds may be shown by others; pages, styles and scripts may not */
	put(context, "Cross-Origin-Resource-Policy",
	    str_starts(page->content_type, STR("text/")) ? STR("same-origin") : STR("cross-origin"));
}
