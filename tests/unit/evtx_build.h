/* Writes small EVTX chunks byte by byte, for tests: what stands in them is said
 * token by token, right or wrong. */
#ifndef FB_TESTS_EVTX_BUILD_H
#define FB_TESTS_EVTX_BUILD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define BUILD_MAX 65536u

struct build {
	uint8_t b[BUILD_MAX]; /* the chunk */
	size_t n;
	size_t record;   /* begin of the open one */
	uint64_t first_id, last_id;
	size_t last_record;
	bool dependency; /* open tokens carry the identifier */
};

static inline void b_bytes(struct build *b, const void *p, size_t n)
{
	if (n > BUILD_MAX - b->n)
		abort();
	if (n)
		memcpy(b->b + b->n, p, n);
	b->n += n;
}

static inline void b_int(struct build *b, uint64_t v, unsigned width)
{
	for (unsigned i = 0; i < width; i++) {
		uint8_t c = (uint8_t)(v >> (8 * i));

		b_bytes(b, &c, 1);
	}
}

static inline void b_set(struct build *b, size_t at, uint64_t v, unsigned width)
{
	for (unsigned i = 0; i < width; i++)
		b->b[at + i] = (uint8_t)(v >> (8 * i));
}

/* ASCII as UTF-16; returns the characters. */
static inline size_t b_text(struct build *b, const char *s)
{
	for (size_t i = 0; s[i]; i++)
		b_int(b, (uint8_t)s[i], 2);
	return strlen(s);
}

/* A name's offset and, right behind it, the name. */
static inline void b_name(struct build *b, const char *s)
{
	uint32_t h = 0;

	for (size_t i = 0; s[i]; i++)
		h = h * 65599 + (uint8_t)s[i];
	b_int(b, b->n + 4, 4);
	b_int(b, 0, 4);
	b_int(b, h & 0xFFFF, 2);
	b_int(b, strlen(s), 2);
	(void)b_text(b, s);
	b_int(b, 0, 2);
}

/* <name; the place of its size is returned for b_patch. */
static inline size_t b_open(struct build *b, const char *name, bool attrs)
{
	size_t at;

	b_int(b, attrs ? 0x41 : 0x01, 1);
	if (b->dependency)
		b_int(b, 0xFFFF, 2);
	at = b->n;
	b_int(b, 0, 4);
	b_name(b, name);
	if (attrs)
		b_int(b, 0, 4);
	return at;
}

/* <name> where the name stands elsewhere in the chunk: at is that of its own head. */
static inline void b_open_at(struct build *b, size_t at)
{
	b_int(b, 0x01, 1);
	if (b->dependency)
		b_int(b, 0xFFFF, 2);
	b_int(b, 0, 4);
	b_int(b, at, 4);
}

static inline void b_tok(struct build *b, uint8_t t)
{
	b_int(b, t, 1);
}

static inline void b_attr(struct build *b, const char *name)
{
	b_tok(b, 0x06);
	b_name(b, name);
}

/* Value text. */
static inline void b_value(struct build *b, const char *s)
{
	b_tok(b, 0x05);
	b_tok(b, 0x01);
	b_int(b, strlen(s), 2);
	(void)b_text(b, s);
}

static inline void b_subst(struct build *b, uint16_t index, uint8_t type, bool optional)
{
	b_tok(b, optional ? 0x0E : 0x0D);
	b_int(b, index, 2);
	b_tok(b, type);
}

#define B_START 0x02
#define B_EMPTY 0x03
#define B_END 0x04

/* <name>%index</name> */
static inline void b_leaf(struct build *b, const char *name, uint16_t index, uint8_t type)
{
	(void)b_open(b, name, false);
	b_tok(b, B_START);
	b_subst(b, index, type, true);
	b_tok(b, B_END);
}

/* <Data Name="name">%index</Data> */
static inline void b_data(struct build *b, const char *name, uint16_t index, uint8_t type)
{
	(void)b_open(b, "Data", true);
	b_attr(b, "Name");
	b_value(b, name);
	b_tok(b, B_START);
	b_subst(b, index, type, true);
	b_tok(b, B_END);
}

/* name="%index" of the tag that is open. */
static inline void b_attr_subst(struct build *b, const char *name, uint16_t index, uint8_t type)
{
	b_attr(b, name);
	b_subst(b, index, type, true);
}

static inline void b_fragment(struct build *b)
{
	b_int(b, 0x0001010F, 4);
}

static inline void b_chunk(struct build *b)
{
	memset(b, 0, sizeof *b);
	b_bytes(b, "ElfChnk", 8);
	b->n = 512;
	b->dependency = true;
}

static inline void b_record(struct build *b, uint64_t id)
{
	b->record = b->n;
	b_int(b, 0x2A2A, 4);
	b_int(b, 0, 4);
	b_int(b, id, 8);
	b_int(b, 0x01DBF7B9D3F35000ull, 8); /* in July 2025 */
	if (!b->first_id)
		b->first_id = id;
	b->last_id = id;
}

static inline void b_record_end(struct build *b)
{
	size_t size;

	while ((b->n - b->record + 4) % 8)
		b_int(b, 0, 1);
	size = b->n - b->record + 4;
	b_int(b, size, 4);
	b_set(b, b->record + 4, size, 4);
	b->last_record = b->record;
}

/* Numbers and checksums of the chunk's header over what was written. */
static inline void b_seal(struct build *b)
{
	uint32_t sum;

	b_set(b, 8, b->first_id, 8);
	b_set(b, 16, b->last_id, 8);
	b_set(b, 24, b->first_id, 8);
	b_set(b, 32, b->last_id, 8);
	b_set(b, 40, 128, 4);
	b_set(b, 44, b->last_record, 4);
	b_set(b, 48, b->n, 4);
	b_set(b, 52, (uint32_t)crc32(0, b->b + 512, (uInt)(b->n - 512)), 4);
	sum = (uint32_t)crc32(0, b->b, 120);
	b_set(b, 124, (uint32_t)crc32(sum, b->b + 128, 384), 4);
}

/* The beginning of a template instance whose definition stands right here; returns
 * the place of the definition for b_again, to be ended by b_define_end. */
static inline size_t b_define(struct build *b, uint32_t id)
{
	size_t at;

	b_tok(b, 0x0C);
	b_tok(b, 1);
	b_int(b, id, 4);
	b_int(b, b->n + 4, 4);
	at = b->n;
	b_int(b, 0, 4);
	b_int(b, id, 4);
	b_bytes(b, "GUID-of-this", 12);
	b_int(b, 0, 4);
	b_fragment(b);
	return at;
}

static inline void b_define_end(struct build *b, size_t at)
{
	b_tok(b, 0);
	b_set(b, at + 20, b->n - at - 24, 4);
}

/* An instance of a template that was defined before. */
static inline void b_again(struct build *b, uint32_t id, size_t at)
{
	b_tok(b, 0x0C);
	b_tok(b, 1);
	b_int(b, id, 4);
	b_int(b, at, 4);
}

struct b_val {
	uint8_t type;
	uint16_t n;
	const void *p;
};

static inline void b_values(struct build *b, const struct b_val *v, size_t n)
{
	b_int(b, n, 4);
	for (size_t i = 0; i < n; i++) {
		b_int(b, v[i].n, 2);
		b_int(b, v[i].type, 2);
	}
	for (size_t i = 0; i < n; i++)
		b_bytes(b, v[i].p, v[i].n);
}

#endif
