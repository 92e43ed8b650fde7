#include "crypt/hash.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

struct sha256_run {
	EVP_MD_CTX *context;
};

static void must(int openssl_answer)
{
	if (openssl_answer != 1)
		abort();
}

struct sha256_run *sha256_begin(void)
{
	struct sha256_run *run = malloc(sizeof *run);
	if (!run || !(run->context = EVP_MD_CTX_new()))
		abort();
	must(EVP_DigestInit_ex(run->context, EVP_sha256(), NULL));
	return run;
}

void sha256_add(struct sha256_run *run, struct str piece)
{
	must(EVP_DigestUpdate(run->context, piece.len ? piece.ptr : "", piece.len));
}

struct sha256 sha256_end(struct sha256_run *run)
{
	struct sha256 hash;
	unsigned length = 0;
	must(EVP_DigestFinal_ex(run->context, hash.bytes, &length));
	sha256_abandon(run);
	return hash;
}

void sha256_abandon(struct sha256_run *run)
{
	if (!run)
		return;
	EVP_MD_CTX_free(run->context);
	free(run);
}

struct sha256 sha256_of(struct str content)
{
	struct sha256 hash;
	unsigned length = 0;
	must(EVP_Digest(content.len ? content.ptr : "", content.len, hash.bytes, &length, EVP_sha256(), NULL));
	return hash;
}

void sha256_hex(const struct sha256 *hash, char ret_text[65])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < SHA256_BYTES; i++) {
		ret_text[2 * i] = digits[hash->bytes[i] >> 4];
		ret_text[2 * i + 1] = digits[hash->bytes[i] & 15];
	}
	ret_text[64] = 0;
}

/* Writes 2 to 4 characters for 1 to 3 bytes; returns how many. */
static size_t base64url_group(const unsigned char *bytes, size_t count, char *ret_text)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint32_t bits = (uint32_t)bytes[0] << 16;
	if (count > 1)
		bits |= (uint32_t)bytes[1] << 8;
	if (count > 2)
		bits |= bytes[2];
	for (size_t i = 0; i <= count; i++)
		ret_text[i] = alphabet[bits >> (18 - 6 * i) & 63];
	return count + 1;
}

void base64url_put(struct buf *out, const void *bytes, size_t count)
{
	const unsigned char *from = bytes;
	for (size_t i = 0; i < count; i += 3) {
		char group[4];
		size_t length = base64url_group(from + i, count - i < 3 ? count - i : 3, group);
		buf_put_bytes(out, group, length);
	}
}

void sha256_base64url(const struct sha256 *hash, char ret_text[44])
{
	size_t length = 0;
	for (size_t i = 0; i < SHA256_BYTES; i += 3)
		length +=
		    base64url_group(hash->bytes + i, SHA256_BYTES - i < 3 ? SHA256_BYTES - i : 3, ret_text + length);
	ret_text[length] = 0;
}
