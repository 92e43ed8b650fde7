/* hash: SHA-256 (FIPS 180-4) and the texts it is written in.
 *
 * One-shot for what is in memory, a running form for streams. OpenSSL does the work; a failure inside
 * it (no memory, no provider) ends the process, since nothing sensible can go on.
 */
#ifndef CRIER_CRYPT_HASH_H
#define CRIER_CRYPT_HASH_H

#include "base/buf.h"
#include "base/str.h"

#define SHA256_BYTES 32

struct sha256 {
	unsigned char bytes[SHA256_BYTES];
};

struct sha256 sha256_of(struct str content);

struct sha256_run; /* a stream's hash under way */
struct sha256_run *sha256_begin(void);
void sha256_add(struct sha256_run *run, struct str piece);
struct sha256 sha256_end(struct sha256_run *run); /* frees run */
void sha256_abandon(struct sha256_run *run);      /* frees it without a result; NULL is fine */

void sha256_hex(const struct sha256 *hash, char ret_text[65]);       /* lower case and a zero */
void sha256_base64url(const struct sha256 *hash, char ret_text[44]); /* RFC 4648 section 5, no padding, a zero */

void base64url_put(struct buf *out, const void *bytes, size_t count); /* without padding */

#endif
