/* limits: every maximum in one list. Passing one is an answer (413, 422, a line in a report), not a
 * crash. Sizes in bytes unless the name says otherwise. */
#ifndef CRIER_BASE_LIMITS_H
#define CRIER_BASE_LIMITS_H

/* content */
#define LIMIT_TITLE_BYTES         2000
#define LIMIT_SLUG_BYTES          200
#define LIMIT_EXCERPT_BYTES       8000
#define LIMIT_PATH_BYTES          2048
#define LIMIT_BODY_BYTES          (4u << 20) /* HTML of one revision as it comes in */
#define LIMIT_MARKUP_DEPTH        200        /* elements inside each other */
#define LIMIT_MARKUP_ATTRIBUTES   64         /* on one tag */
#define LIMIT_MARKUP_OUTPUT_BYTES (16u << 20)

/* requests */
#define LIMIT_QUERY_BYTES        2048
#define LIMIT_TARGET_BYTES       (LIMIT_PATH_BYTES + LIMIT_QUERY_BYTES + 1024) /* as sent, maybe with a scheme and host */
#define LIMIT_METHOD_BYTES       24
#define LIMIT_HEADER_BYTES       16384
#define LIMIT_CHUNK_LINE_BYTES   256  /* a chunk's size and what is written behind it */
#define LIMIT_TRAILER_BYTES      4096 /* all fields behind the last chunk */
#define LIMIT_REQUEST_BODY_BYTES (1u << 20)
#define LIMIT_FILTERS            4          /* kind, topic, place … together in one list address */
#define LIMIT_PAGE_BYTES         (8u << 20) /* one rendered page */
#define LIMIT_SEARCH_BYTES       200

/* files read whole */
#define LIMIT_CONFIG_BYTES      (1u << 20)
#define LIMIT_TEMPLATE_BYTES    (256u << 10)
#define LIMIT_STATIC_FILE_BYTES (8u << 20)

/* import */
#define LIMIT_WXR_TEXT_BYTES      (32u << 20) /* one element's text */
#define LIMIT_WXR_FIELDS          2000        /* custom fields, and terms, of one post */
#define LIMIT_WXR_ITEM_BYTES      (64u << 20) /* all texts of one post */
#define LIMIT_WXR_MARKUP_BYTES    (1u << 20)  /* one tag, comment or instruction */
#define LIMIT_WXR_DEPTH           64          /* elements inside each other */
#define LIMIT_WXR_LOOKAHEAD_BYTES (1u << 20)  /* to tell whether a CDATA section ended too early */

#endif
