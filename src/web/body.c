#include "web/body.h"

#include "base/limits.h"
#include "web/strict.h"

#define DIGITS_MOST 16 /* leading zeros count */

/* The states of chunks in their order; told lengths know IN_DATA and OVER. */
enum {
	IN_SIZE,      /* line_bytes: digits so far */
	IN_EXTENSION, /* from the semicolon to CR */
	IN_QUOTES,    /* of an extension's value */
	AFTER_BACKSLASH,
	AT_SIZE_END, /* LF is due */
	IN_DATA,
	AT_DATA_END, /* CR is due */
	AT_CHUNK_END,
	AT_TRAILER, /* a field or the empty line begins */
	IN_TRAILER_NAME,
	IN_TRAILER_VALUE,
	AT_TRAILER_LINE_END,
	AT_END, /* LF is due */
	OVER
};

void body_init_length(struct body *body, int64_t bytes)
{
	*body = (struct body){.left = bytes, .most_left = bytes, .state = bytes > 0 ? IN_DATA : OVER};
}

void body_init_chunked(struct body *body, int64_t most_bytes)
{
	*body = (struct body){.most_left = most_bytes, .state = IN_SIZE, .chunked = true};
}

static int digit_of(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int take_size_byte(struct body *body, unsigned char c)
{
	int digit = digit_of(c);
	if (digit >= 0 && body->line_bytes < DIGITS_MOST) {
		body->line_bytes++;
		if (body->left > (INT64_MAX - digit) / 16)
			return 413;
		body->left = body->left * 16 + digit;
		return body->left <= body->most_left ? 0 : 413;
	}
	if (body->line_bytes == 0 || (c != '\r' && c != ';'))
		return 400;
	body->state = c == ';' ? IN_EXTENSION : AT_SIZE_END;
	return 0;
}

static bool is_text(unsigned char c)
{
	return (c >= 0x20 && c != 0x7f) || c == '\t';
}

/* A line that ends within quotes is none: there may be programs for which the quotes go on. */
static int take_extension_byte(struct body *body, unsigned char c)
{
	if (c == '\r' && body->state == IN_EXTENSION) {
		body->state = AT_SIZE_END;
		return 0;
	}
	if (!is_text(c) || ++body->line_bytes > LIMIT_CHUNK_LINE_BYTES)
		return 400;
	if (body->state == AFTER_BACKSLASH)
		body->state = IN_QUOTES;
	else if (c == '"')
		body->state = body->state == IN_QUOTES ? IN_EXTENSION : IN_QUOTES;
	else if (c == '\\' && body->state == IN_QUOTES)
		body->state = AFTER_BACKSLASH;
	return 0;
}

static int take_size_end(struct body *body)
{
	body->line_bytes = 0;
	body->most_left -= body->left;
	body->state = body->left ? IN_DATA : AT_TRAILER;
	return 0;
}

static int take_trailer_byte(struct body *body, unsigned char c)
{
	if (++body->line_bytes > LIMIT_TRAILER_BYTES)
		return 431;
	if (body->state == IN_TRAILER_VALUE) {
		if (c == '\r')
			body->state = AT_TRAILER_LINE_END;
		return c == '\r' || is_text(c) ? 0 : 400;
	}
	if (body->state == AT_TRAILER && c == '\r') {
		body->state = AT_END;
		return 0;
	}
	if (body->state == IN_TRAILER_NAME && c == ':') {
		body->state = IN_TRAILER_VALUE;
		return 0;
	}
	body->state = IN_TRAILER_NAME;
	return strict_is_token_byte(c) ? 0 : 400;
}

static int expect(struct body *body, unsigned char c, unsigned char due, unsigned next)
{
	body->state = next;
	return c == due ? 0 : 400;
}

static int take_byte(struct body *body, unsigned char c)
{
	switch (body->state) {
	case IN_SIZE:
		return take_size_byte(body, c);
	case IN_EXTENSION:
	case IN_QUOTES:
	case AFTER_BACKSLASH:
		return take_extension_byte(body, c);
	case AT_SIZE_END:
		return c == '\n' ? take_size_end(body) : 400;
	case AT_DATA_END:
		return expect(body, c, '\r', AT_CHUNK_END);
	case AT_CHUNK_END:
		return expect(body, c, '\n', IN_SIZE);
	case AT_TRAILER_LINE_END:
		return expect(body, c, '\n', AT_TRAILER);
	case AT_END:
		return expect(body, c, '\n', OVER);
	default:
		return take_trailer_byte(body, c);
	}
}

static int take_data(struct body *body, struct str *input, struct str *ret_piece)
{
	struct str piece = *input;
	if ((uint64_t)piece.len > (uint64_t)body->left)
		piece.len = (size_t)body->left;
	*input = str_skip(*input, piece.len);
	body->left -= (int64_t)piece.len;
	if (body->left == 0)
		body->state = body->chunked ? AT_DATA_END : OVER;
	*ret_piece = piece;
	return BODY_PIECE;
}

int body_read(struct body *body, struct str *input, struct str *ret_piece)
{
	while (body->state != OVER) {
		if (input->len == 0)
			return BODY_MORE;
		if (body->state == IN_DATA)
			return take_data(body, input, ret_piece);
		int status = take_byte(body, (unsigned char)input->ptr[0]);
		if (status)
			return status;
		*input = str_skip(*input, 1);
	}
	return 0;
}
