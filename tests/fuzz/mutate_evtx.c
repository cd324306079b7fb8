/* How libFuzzer changes event logs: as it always does, and then, most of the time,
 * what a writer would have made right is made right again: the sizes of records, where
 * free space begins, the checksums. Otherwise nearly every input would stop at the
 * first of them, and what lies behind would stay unseen. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#define FILE_HEADER 4096u
#define CHUNK 65536u
#define CHUNK_HEADER 512u
#define RECORD_MIN 28u

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void set32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static bool is_record(const uint8_t *p)
{
	return get32(p) == 0x2A2A;
}

/* Where the record at `at` ends: as it says, or where the next begins, or the end. */
static size_t record_end(const uint8_t *p, size_t n, size_t at)
{
	uint32_t size = get32(p + at + 4);

	if (size >= RECORD_MIN && size <= n - at &&
	    (size == n - at || (n - at - size >= 4 && is_record(p + at + size))))
		return at + size;
	for (size_t i = at + RECORD_MIN; i + 4 <= n; i++)
		if (is_record(p + i))
			return i;
	return n;
}

static void repair_records(uint8_t *p, size_t n)
{
	size_t at = CHUNK_HEADER, last = CHUNK_HEADER;

	while (n - at >= RECORD_MIN && is_record(p + at)) {
		size_t end = record_end(p, n, at);

		set32(p + at + 4, (uint32_t)(end - at));
		set32(p + end - 4, (uint32_t)(end - at));
		last = at;
		at = end;
	}
	set32(p + 44, (uint32_t)last);
	set32(p + 48, (uint32_t)at);
}

static uint32_t sum(uint32_t before, const uint8_t *p, size_t n)
{
	return n ? (uint32_t)crc32(before, p, (uInt)n) : before;
}

static void repair_chunk(uint8_t *p, size_t n, bool records)
{
	uint32_t free_at;

	if (n < CHUNK_HEADER)
		return;
	if (records)
		repair_records(p, n);
	free_at = get32(p + 48);
	if (free_at >= CHUNK_HEADER && free_at <= n)
		set32(p + 52, sum(0, p + CHUNK_HEADER, free_at - CHUNK_HEADER));
	set32(p + 124, sum(sum(0, p, 120), p + 128, CHUNK_HEADER - 128));
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	size_t n = LLVMFuzzerMutate(data, size, max);

	if (seed % 16 == 0)
		return n;
	for (size_t at = 0; at < n;) {
		bool file = n - at >= 8 && memcmp(data + at, "ElfFile", 8) == 0;
		size_t piece = file ? FILE_HEADER : CHUNK;

		if (piece > n - at)
			piece = n - at;
		if (!file)
			repair_chunk(data + at, piece, seed % 4 != 0);
		else if (piece >= 128)
			set32(data + at + 124, sum(0, data + at, 120));
		at += piece;
	}
	return n;
}
