/* The records of one chunk, and the account of its bytes.
 *
 * A chunk is decoded whatever its checksums say. Records follow one another; where
 * one is broken, its bytes are rejected up to the next record's magic. The header
 * tells where free space begins, but is written later than the records: behind it
 * records are taken as long as their identifiers go on by one, and what else lies
 * there are remains of older records.
 */
#include "decode/evtx/evtx.h"

#include <stdio.h>
#include <zlib.h>

#define NO_CHECKSUM 4u /* flag of a chunk whose writer made no checksums */

static const uint8_t record_magic[4] = { 0x2A, 0x2A, 0, 0 };

struct record {
	size_t at;
	uint32_t size;
	uint64_t id;
	uint64_t written; /* FILETIME */
	bool frayed;      /* its size is not repeated at its end */
};

struct walk {
	struct evtx *x;
	size_t at;
	size_t free_at;   /* where the header says that free space begins */
	bool trusted;     /* the header's checksum is right */
	bool any;
	uint64_t last_id; /* of the record before, when any */
};

static struct fb_slice chunk_bytes(const struct evtx *x, size_t at, size_t n)
{
	return fb_slice_sub(x->chunk, at, n);
}

static bool magic_at(const struct evtx *x, size_t at)
{
	return fb_slice_eq(chunk_bytes(x, at, 4), fb_slice(record_magic, 4));
}

/* A record with room for itself at `at`. */
static bool read_record(const struct evtx *x, size_t at, struct record *rec)
{
	struct fb_cur c = fb_cur(x->chunk), tail;
	uint32_t again;

	if (!magic_at(x, at) || !fb_cur_seek(&c, at + 4) || !fb_cur_u32(&c, &rec->size) ||
	    !fb_cur_u64(&c, &rec->id) || !fb_cur_u64(&c, &rec->written))
		return false;
	rec->at = at;
	tail = fb_cur(x->chunk);
	if (rec->size < EVTX_RECORD_MIN || rec->size > x->chunk.n - at ||
	    !fb_cur_seek(&tail, at + rec->size - 4) || !fb_cur_u32(&tail, &again))
		return false;
	rec->frayed = again != rec->size;
	return true;
}

static void text_id(struct evtx *x, struct fb_event *ev)
{
	const struct fb_field *f = &x->fields[x->role[EVTX_ROLE_EVENT_ID] - 1];
	uint32_t v = 0;

	/* Numbers of any width, little-endian; text digit by digit. */
	if (f->type == FB_V_UTF16) {
		for (size_t i = 0; i + 1 < f->v.n && i < 18; i += 2) {
			if (f->v.p[i + 1] || f->v.p[i] < '0' || f->v.p[i] > '9')
				return;
			v = v * 10 + (uint32_t)(f->v.p[i] - '0');
		}
	} else if (f->type >= FB_V_I8 && f->type <= FB_V_U64) {
		for (size_t i = 0; i < f->v.n && i < 4; i++)
			v |= (uint32_t)f->v.p[i] << (8 * i);
	}
	ev->event_id = v;
}

static fb_time time_of(struct evtx *x, unsigned *digits)
{
	const struct fb_field *f;
	uint8_t ascii[40];
	fb_time t = FB_TIME_NONE;

	*digits = 7;
	if (!x->role[EVTX_ROLE_TIME])
		return t;
	f = &x->fields[x->role[EVTX_ROLE_TIME] - 1];
	if (f->type == FB_V_FILETIME && f->v.n == 8)
		return fb_time_from_filetime(fb_le64(f->v.p));
	if (f->type == FB_V_UTF16 && f->v.n <= 2 * sizeof ascii) {
		for (size_t i = 0; i < f->v.n; i += 2)
			ascii[i / 2] = f->v.p[i + 1] ? '?' : f->v.p[i];
		if (!fb_time_parse(fb_slice(ascii, f->v.n / 2), &t, digits))
			t = FB_TIME_NONE;
	} else if (f->type == FB_V_SYSTEMTIME && f->v.n == 16) {
		*digits = 3;
		t = fb_time_from_parts(fb_le16(f->v.p), fb_le16(f->v.p + 2), fb_le16(f->v.p + 6),
				       fb_le16(f->v.p + 8), fb_le16(f->v.p + 10),
				       fb_le16(f->v.p + 12), fb_le16(f->v.p + 14) * 1000000u);
	}
	return t;
}

static const struct fb_field *role_field(const struct evtx *x, enum evtx_role role)
{
	const struct fb_field *f = x->role[role] ? &x->fields[x->role[role] - 1] : NULL;

	return f && f->type != FB_V_NULL ? f : NULL;
}

static void say(struct evtx *x, const struct record *rec, char *text, size_t room)
{
	(void)snprintf(text, room, "record %llu: %s", (unsigned long long)rec->id,
		       x->why ? x->why : "it holds nothing");
}

static int take_record(struct evtx *x, const struct record *rec, uint8_t flags)
{
	struct evtx_view view = {
		.chunk = x->chunk,
		.body = chunk_bytes(x, rec->at + EVTX_RECORD_HEAD, rec->size - EVTX_RECORD_MIN),
	};
	struct fb_event ev = {
		.lane = FB_LANE_EVTX,
		.offset = x->base + rec->at,
		.length = rec->size,
		.record = rec->id,
		.raw = chunk_bytes(x, rec->at, rec->size),
		.priv = &view,
	};
	enum fb_why why;
	unsigned digits;
	char text[FB_PROBLEM_TEXT_MAX];

	evtx_fields(x, view.body);
	if (x->nomem)
		return FB_ENOMEM;
	why = x->limit ? FB_WHY_LIMIT : FB_WHY_BAD_RECORD;
	if (!x->nfields || ((x->flags & FB_EVENT_DAMAGED) && !x->role[EVTX_ROLE_EVENT_ID] &&
			    !x->role[EVTX_ROLE_PROVIDER])) {
		say(x, rec, text, sizeof text);
		fb_sink_rejected(x->sink, ev.offset, rec->size, why, text);
		return 0;
	}
	if (x->flags & FB_EVENT_DAMAGED) {
		say(x, rec, text, sizeof text);
		fb_sink_remark(x->sink, ev.offset, rec->size,
			       x->limit ? FB_WHY_LIMIT : FB_WHY_BAD_VALUE, text);
	} else if (x->flags & FB_EVENT_CUT) {
		x->why = "more fields than are kept";
		say(x, rec, text, sizeof text);
		fb_sink_remark(x->sink, ev.offset, rec->size, FB_WHY_LIMIT, text);
	}
	ev.flags = x->flags | flags;
	ev.time = time_of(x, &digits);
	if (ev.time == FB_TIME_NONE) {
		ev.time = fb_time_from_filetime(rec->written);
		digits = 7;
	}
	ev.time_digits = (uint8_t)digits;
	if (x->role[EVTX_ROLE_EVENT_ID])
		text_id(x, &ev);
	ev.channel = role_field(x, EVTX_ROLE_CHANNEL);
	ev.provider = role_field(x, EVTX_ROLE_PROVIDER);
	ev.computer = role_field(x, EVTX_ROLE_COMPUTER);
	ev.fields = x->fields;
	ev.nfields = x->nfields;
	fb_sink_decoded(x->sink, rec->size);
	return x->sink->event(x->sink, &ev);
}

/* Where the next record begins that can be believed, or the end of the chunk. */
static size_t resync(const struct evtx *x, size_t from)
{
	struct record rec;

	while (from < x->chunk.n) {
		struct fb_slice rest = chunk_bytes(x, from, x->chunk.n - from);
		size_t hit = fb_slice_find(rest, fb_slice(record_magic, 4));

		from += hit;
		if (hit == rest.n)
			break;
		if (read_record(x, from, &rec) && !rec.frayed)
			return from;
		from++;
	}
	return x->chunk.n;
}

/* Is the record, whose end is frayed, followed by something sound all the same? */
static bool sound_behind(const struct walk *w, const struct record *rec)
{
	size_t end = rec->at + rec->size;

	return end == w->free_at || magic_at(w->x, end);
}

static bool in_free_space(const struct walk *w)
{
	return w->at >= w->free_at;
}

static void reject_to(struct walk *w, size_t to, enum fb_why why, const char *text)
{
	fb_sink_rejected(w->x->sink, w->x->base + w->at, to - w->at, why, text);
	w->at = to;
}

/* What lies at w->at is no whole record although records should be there. */
static void broken_record(struct walk *w)
{
	struct evtx *x = w->x;
	bool cut = x->chunk.n < EVTX_CHUNK_SIZE;
	size_t to = resync(x, w->at + 1);
	size_t end = w->free_at < x->chunk.n ? w->free_at : x->chunk.n;

	if (to < x->chunk.n && to < end)
		reject_to(w, to, FB_WHY_BAD_RECORD, "no record where one should be");
	else if (cut)
		reject_to(w, end, FB_WHY_TRUNCATED, "the file ends within a record");
	else
		reject_to(w, end, FB_WHY_BAD_RECORD, "no record where one should be");
}

static int walk_records(struct walk *w)
{
	struct evtx *x = w->x;

	while (x->chunk.n - w->at >= EVTX_RECORD_MIN) {
		struct record rec;
		bool ok = read_record(x, w->at, &rec) && (!rec.frayed || sound_behind(w, &rec));
		int r;

		if (in_free_space(w) && (!ok || rec.frayed || !w->any || rec.id != w->last_id + 1))
			return 0;
		if (!ok) {
			broken_record(w);
			continue;
		}
		r = take_record(x, &rec, rec.frayed ? FB_EVENT_DAMAGED : 0);
		if (r)
			return r;
		w->any = true;
		w->last_id = rec.id;
		w->at += rec.size;
	}
	if (!in_free_space(w) && w->at < x->chunk.n) {
		size_t end = w->free_at < x->chunk.n ? w->free_at : x->chunk.n;

		reject_to(w, end, x->chunk.n < EVTX_CHUNK_SIZE ? FB_WHY_TRUNCATED : FB_WHY_BAD_RECORD,
			  "too short for a record");
	}
	return 0;
}

static uint32_t crc(uint32_t sum, struct fb_slice s)
{
	return s.n ? (uint32_t)crc32(sum, s.p, (uInt)s.n) : sum;
}

static void check_sums(struct walk *w, uint32_t of_records, uint32_t of_header)
{
	struct evtx *x = w->x;
	uint32_t sum = crc(0, chunk_bytes(x, 0, 120));

	sum = crc(sum, chunk_bytes(x, 128, EVTX_CHUNK_HEADER - 128));
	w->trusted = sum == of_header;
	if (!w->trusted)
		fb_sink_remark(x->sink, x->base, EVTX_CHUNK_HEADER, FB_WHY_BAD_CHECKSUM,
			       "header of the chunk");
	if (w->free_at < EVTX_CHUNK_HEADER || w->free_at > x->chunk.n)
		return;
	if (crc(0, chunk_bytes(x, EVTX_CHUNK_HEADER, w->free_at - EVTX_CHUNK_HEADER)) != of_records)
		fb_sink_remark(x->sink, x->base + EVTX_CHUNK_HEADER,
			       w->free_at - EVTX_CHUNK_HEADER, FB_WHY_BAD_CHECKSUM,
			       "records of the chunk");
}

static bool all_zero(struct fb_slice s)
{
	return s.n == 0 || (s.p[0] == 0 && memcmp(s.p, s.p + 1, s.n - 1) == 0);
}

static int whole_chunk(struct evtx *x)
{
	struct walk w = { .x = x, .at = EVTX_CHUNK_HEADER };
	struct fb_cur c = fb_cur(x->chunk);
	uint32_t free_at = 0, of_records = 0, flags = 0, of_header = 0;
	int r;

	(void)fb_cur_seek(&c, 48);
	(void)fb_cur_u32(&c, &free_at);
	(void)fb_cur_u32(&c, &of_records);
	(void)fb_cur_seek(&c, 120);
	(void)fb_cur_u32(&c, &flags);
	(void)fb_cur_u32(&c, &of_header);
	w.free_at = free_at;
	w.trusted = true;
	if (!(flags & NO_CHECKSUM))
		check_sums(&w, of_records, of_header);
	if (w.free_at < EVTX_CHUNK_HEADER || w.free_at > EVTX_CHUNK_SIZE)
		w.free_at = EVTX_CHUNK_SIZE;
	fb_sink_decoded(x->sink, EVTX_CHUNK_HEADER);
	r = walk_records(&w);
	if (r)
		return r;
	fb_sink_skipped(x->sink, x->base + w.at, x->chunk.n - w.at,
			all_zero(chunk_bytes(x, w.at, x->chunk.n - w.at)) ? FB_WHY_EMPTY
									  : FB_WHY_SLACK);
	return 0;
}

int evtx_chunk(struct evtx *x, struct fb_slice bytes, uint64_t base)
{
	struct fb_slice magic = FB_LIT("ElfChnk");

	evtx_new_chunk(x, bytes, base);
	if (all_zero(bytes)) {
		fb_sink_skipped(x->sink, base, bytes.n, FB_WHY_EMPTY);
	} else if (!fb_slice_starts(bytes, magic)) {
		fb_sink_rejected(x->sink, base, bytes.n, FB_WHY_BAD_HEADER,
				 "no chunk where one should be");
	} else if (bytes.n < EVTX_CHUNK_HEADER) {
		fb_sink_rejected(x->sink, base, bytes.n, FB_WHY_TRUNCATED,
				 "the file ends within a chunk's header");
	} else {
		return whole_chunk(x);
	}
	return 0;
}
