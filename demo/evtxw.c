/* File, chunk and record; the BinXML inside is made by evtxw_xml.c. */
#include "evtxw_in.h"

#include "base/io.h"

#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#define FILE_HEADER 4096u
#define MAX_CHUNKS 0xFFFFu /* the header counts in 16 bits; Windows starts a new file before */

struct ew_options evtxw_defaults(void)
{
	return (struct ew_options){ .bad_chunk_header = EW_NO_CHUNK,
				    .bad_chunk_records = EW_NO_CHUNK,
				    .lost_names = EW_NO_CHUNK };
}

uint64_t ew_filetime(fb_time t)
{
	return (uint64_t)(t / 100 + 116444736000000000ll);
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)v);
	put16(p + 2, (uint16_t)(v >> 16));
}

static void put64(uint8_t *p, uint64_t v)
{
	put32(p, (uint32_t)v);
	put32(p + 4, (uint32_t)(v >> 32));
}

static void chunk_start(struct evtxw *w)
{
	memset(w->c, 0, EW_RECORDS);
	w->at = EW_RECORDS;
	w->in_chunk = 0;
	w->ntemplates = 0;
	w->last_offset = 0;
}

struct evtxw *evtxw_new(int fd, const struct ew_options *o, struct fb_err *err)
{
	struct evtxw *w = calloc(1, sizeof(*w));
	uint8_t header[FILE_HEADER] = { 0 };

	if (!w) {
		(void)fb_fail(err, FB_ENOMEM, "out of memory");
		return NULL;
	}
	w->fd = fd;
	w->o = o ? *o : evtxw_defaults();
	w->next = w->o.first_record ? w->o.first_record : 1;
	chunk_start(w);
	if (fb_write_all(fd, fb_slice(header, sizeof(header)), err)) {
		free(w);
		return NULL;
	}
	return w;
}

void evtxw_free(struct evtxw *w)
{
	free(w);
}

uint64_t evtxw_last(const struct evtxw *w)
{
	return w->next - 1;
}

uint64_t evtxw_size(const struct evtxw *w)
{
	return FILE_HEADER + (uint64_t)w->chunks * EW_CHUNK + (w->in_chunk ? w->at : 0);
}

static uint32_t chunk_header_crc(const uint8_t *c)
{
	uLong crc = crc32(0, c, 120);

	return (uint32_t)crc32(crc, c + 128, EW_RECORDS - 128);
}

static int chunk_flush(struct evtxw *w, struct fb_err *err)
{
	uint64_t first = w->next - w->in_chunk, last = w->next - 1;
	uint32_t crc;
	int rc;

	if (!w->in_chunk)
		return 0;
	if (w->chunks == MAX_CHUNKS)
		return fb_fail(err, FB_ELIMIT, "an event log cannot have more than %u chunks",
			       MAX_CHUNKS);
	memset(w->c + w->at, 0, EW_CHUNK - w->at);
	memcpy(w->c, "ElfChnk", 8);
	put64(w->c + 8, first);
	put64(w->c + 16, last);
	put64(w->c + 24, first);
	put64(w->c + 32, last);
	put32(w->c + 40, 128);
	put32(w->c + 44, w->last_offset);
	put32(w->c + 48, w->at);
	crc = (uint32_t)crc32(0, w->c + EW_RECORDS, w->at - EW_RECORDS);
	if (w->chunks == w->o.bad_chunk_records)
		crc ^= 0x5A5A5A5Au;
	put32(w->c + 52, crc);
	if (w->chunks == w->o.lost_names)
		memset(w->c + EW_NAMES, 0, 64 * 4);
	crc = chunk_header_crc(w->c);
	if (w->chunks == w->o.bad_chunk_header)
		crc ^= 0x5A5A5A5Au;
	put32(w->c + 124, crc);
	rc = fb_write_all(w->fd, fb_slice(w->c, EW_CHUNK), err);
	if (rc)
		return rc;
	w->chunks++;
	chunk_start(w);
	return 0;
}

/* The record at w->at, or false when the chunk has no room left. */
static bool record_put(struct evtxw *w, const struct ew_event *ev)
{
	uint32_t start = w->at, size;

	w->full = false;
	ew_put32(w, 0x00002A2A);
	ew_put32(w, 0);
	ew_put64(w, w->next);
	ew_put64(w, ew_filetime(ev->time));
	if (ev->plain)
		ew_event_plain(w, ev);
	else
		ew_event_template(w, ev);
	while (!w->full && (w->at - start + 4) % 8)
		ew_put8(w, 0);
	size = w->at - start + 4;
	ew_put32(w, size);
	/* Windows never fills a chunk to its last byte; libevtx overlooks a record that does. */
	if (w->full || w->at > EW_CHUNK - 8)
		return false;
	put32(w->c + start + 4, size);
	w->last_offset = start;
	return true;
}

int evtxw_record(struct evtxw *w, const struct ew_event *ev, struct fb_err *err)
{
	uint8_t tables[EW_RECORDS - EW_NAMES];
	unsigned try;
	int rc;

	if (w->o.chunk_records_max && w->in_chunk >= w->o.chunk_records_max) {
		rc = chunk_flush(w, err);
		if (rc)
			return rc;
	}
	for (try = 0; try < 2; try++) {
		uint32_t at = w->at;
		size_t ntemplates = w->ntemplates;

		memcpy(tables, w->c + EW_NAMES, sizeof(tables));
		if (record_put(w, ev)) {
			w->next++;
			w->in_chunk++;
			return 0;
		}
		/* Names and definitions of the half record go with it. */
		memcpy(w->c + EW_NAMES, tables, sizeof(tables));
		w->at = at;
		w->ntemplates = ntemplates;
		if (!w->in_chunk)
			break;
		rc = chunk_flush(w, err);
		if (rc)
			return rc;
	}
	return fb_fail(err, FB_ELIMIT, "an event record does not fit into a chunk");
}

static int write_header(struct evtxw *w, struct fb_err *err)
{
	uint8_t h[128] = { 0 };
	/* A log that was not closed still has the header of when it was opened. */
	uint32_t chunks = w->o.dirty ? 1 : w->chunks;
	uint32_t crc;

	memcpy(h, "ElfFile", 8);
	put64(h + 8, 0);
	put64(h + 16, chunks ? chunks - 1 : 0);
	put64(h + 24, w->o.dirty ? 1 : w->next);
	put32(h + 32, 128);
	put16(h + 36, 1);
	put16(h + 38, 3);
	put16(h + 40, FILE_HEADER);
	put16(h + 42, (uint16_t)chunks);
	put32(h + 120, (w->o.dirty ? 1u : 0) | (w->o.full ? 2u : 0));
	crc = (uint32_t)crc32(0, h, 120);
	if (w->o.bad_file_header)
		crc ^= 0x5A5A5A5Au;
	put32(h + 124, crc);
	if (lseek(w->fd, 0, SEEK_SET) < 0)
		return fb_fail_errno(err, FB_EIO, "cannot go back to the header");
	return fb_write_all(w->fd, fb_slice(h, sizeof(h)), err);
}

int evtxw_finish(struct evtxw *w, struct fb_err *err)
{
	uint64_t size;
	int rc = chunk_flush(w, err);

	if (!rc)
		rc = write_header(w, err);
	if (rc || !w->o.truncate)
		return rc;
	size = evtxw_size(w);
	if (ftruncate(w->fd, (off_t)(size > w->o.truncate ? size - w->o.truncate : 0)))
		return fb_fail_errno(err, FB_EIO, "cannot cut the file");
	return 0;
}
