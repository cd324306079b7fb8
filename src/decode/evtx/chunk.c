/* The records of one chunk, and the account of its bytes.
 *
 * A chunk is decoded whatever its checksums say. Records follow one another; where
 * one is broken, its bytes are rejected up to the next record that can be believed.
 * The header tells where free space begins, but is written later than the records:
 * behind it records are live as long as their identifiers go on by one. What else
 * lies there are remains of older records: they are taken, marked as recovered, when
 * they are whole, their own EventRecordID confirms them and neither the chunk nor the
 * ones before have a live record of that number. (Half a record would be worse than none: rules take a field
 * that is missing as an answer.)
 */
#include "decode/evtx/evtx.h"
#include "event/value.h"

#include <stdio.h>

#define NO_CHECKSUM 4u /* flag of a chunk whose writer made no checksums */

static const struct fb_slice chunk_magic = { (const uint8_t *)"ElfChnk", 8 };
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
	uint64_t from_id, to_id; /* the header's records */
	bool any;
	bool strange;     /* the record before is none of the header's */
	uint64_t last_id; /* of the record before, when any */
	uint64_t *ids;    /* taken so far; EVTX_IDS_MAX */
	uint32_t nids;
};

/* What a record must show for itself. */
enum proof {
	PLAIN,    /* it lies where records lie */
	SEQUEL,   /* nothing of it is damaged */
	CONFIRMED, /* its EventRecordID is the number in its frame */
	WHOLE     /* both */
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

static const struct fb_field *role_field(const struct evtx *x, enum evtx_role role)
{
	const struct fb_field *f = x->role[role] ? &x->fields[x->role[role] - 1] : NULL;

	return f && f->type != FB_V_NULL ? f : NULL;
}

/* The number that a field of System holds; 0 without. */
static uint64_t role_number(const struct evtx *x, enum evtx_role role)
{
	const struct fb_field *f = role_field(x, role);
	uint64_t v;
	bool neg;

	return f && fb_value_int(f, &v, &neg) && !neg ? v : 0;
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

static void say(struct evtx *x, const struct record *rec, char *text, size_t room)
{
	(void)snprintf(text, room, "record %llu: %s", (unsigned long long)rec->id,
		       x->why ? x->why : "it holds nothing");
}

static void make_event(struct evtx *x, const struct record *rec, struct fb_event *ev)
{
	uint64_t id = role_number(x, EVTX_ROLE_EVENT_ID);
	uint64_t number = role_number(x, EVTX_ROLE_RECORD_ID);
	unsigned digits;

	/* The record's own number: an export counts its frames anew. */
	if (number)
		ev->record = number;
	ev->time = time_of(x, &digits);
	if (ev->time == FB_TIME_NONE) {
		ev->time = fb_time_from_filetime(rec->written);
		digits = 7;
	}
	ev->time_digits = (uint8_t)digits;
	ev->event_id = id <= UINT32_MAX ? (uint32_t)id : 0;
	ev->channel = role_field(x, EVTX_ROLE_CHANNEL);
	ev->provider = role_field(x, EVTX_ROLE_PROVIDER);
	ev->computer = role_field(x, EVTX_ROLE_COMPUTER);
	ev->fields = x->fields;
	ev->nfields = x->nfields;
}

/* Does the text read as somebody wrote it? Newer bytes over part of an old record leave
 * lone surrogates and control characters behind. */
static bool sound_text(struct fb_slice utf16)
{
	for (size_t i = 0; i + 1 < utf16.n; i += 2) {
		unsigned u = fb_le16(utf16.p + i), next;

		if (u < 0x20 && u && u != '\t' && u != '\n' && u != '\r')
			return false;
		if (u < 0xD800 || u >= 0xE000)
			continue;
		next = utf16.n - i >= 4 ? fb_le16(utf16.p + i + 2) : 0;
		if (u >= 0xDC00 || next < 0xDC00 || next >= 0xE000)
			return false;
		i += 2;
	}
	return true;
}

static bool sound_texts(const struct evtx *x)
{
	for (size_t i = 0; i < x->nfields; i++)
		if (x->fields[i].type == FB_V_UTF16 && !sound_text(x->fields[i].v))
			return false;
	return true;
}

/* Is what was decoded a record at all? */
static bool believable(const struct evtx *x, const struct record *rec, enum proof proof)
{
	if (!x->nfields)
		return false;
	if ((proof == CONFIRMED || proof == WHOLE) &&
	    (!rec->id || role_number(x, EVTX_ROLE_RECORD_ID) != rec->id))
		return false;
	if (proof == WHOLE && !sound_texts(x))
		return false;
	if (proof == SEQUEL || proof == WHOLE)
		return !(x->flags & FB_EVENT_DAMAGED);
	return !(x->flags & FB_EVENT_DAMAGED) || x->role[EVTX_ROLE_EVENT_ID] ||
	       x->role[EVTX_ROLE_PROVIDER];
}

static void remark(struct evtx *x, const struct record *rec)
{
	enum fb_why why = x->limit ? FB_WHY_LIMIT : FB_WHY_BAD_VALUE;
	char text[FB_PROBLEM_TEXT_MAX];

	if (!(x->flags & FB_EVENT_DAMAGED)) {
		if (x->flags & FB_EVENT_CUT) {
			x->why = "more fields than are kept";
			why = FB_WHY_LIMIT;
		} else if (x->borrowed) {
			x->why = "template definition was overwritten, the same found elsewhere";
		} else {
			return;
		}
	}
	say(x, rec, text, sizeof text);
	fb_sink_remark(x->sink, x->base + rec->at, rec->size, why, text);
}

/* Decodes a record. *taken: it became an event, its bytes are accounted for; else
 * nothing was done. */
static int take_record(struct walk *w, const struct record *rec, uint8_t flags, enum proof proof,
		       bool *taken)
{
	struct evtx *x = w->x;
	struct evtx_view view = {
		.chunk = x->chunk,
		.body = chunk_bytes(x, rec->at + EVTX_RECORD_HEAD, rec->size - EVTX_RECORD_MIN),
	};
	struct fb_event ev = {
		.lane = FB_LANE_EVTX,
		.offset = x->base + rec->at,
		.length = rec->size,
		.record = rec->id,
		.frame = rec->id,
		.raw = chunk_bytes(x, rec->at, rec->size),
		.priv = &view,
	};

	*taken = false;
	evtx_fields(x, view.body);
	if (x->nomem)
		return FB_ENOMEM;
	if (!believable(x, rec, proof))
		return 0;
	*taken = true;
	if (proof != WHOLE)
		remark(x, rec);
	ev.flags = x->flags | flags;
	make_event(x, rec, &ev);
	if (w->nids < EVTX_IDS_MAX)
		w->ids[w->nids++] = rec->id;
	fb_sink_decoded(x->sink, rec->size);
	return x->sink->event(x->sink, &ev);
}

/* The same where there is no doubt that a record lies there: else it is rejected. */
static int take_or_reject(struct walk *w, const struct record *rec, uint8_t flags)
{
	struct evtx *x = w->x;
	char text[FB_PROBLEM_TEXT_MAX];
	bool taken;
	int r = take_record(w, rec, flags, PLAIN, &taken);

	if (r || taken)
		return r;
	say(x, rec, text, sizeof text);
	fb_sink_rejected(x->sink, x->base + rec->at, rec->size,
			 x->limit ? FB_WHY_LIMIT : FB_WHY_BAD_RECORD, text);
	return 0;
}

/* Where the next magic of a record is in the remains of a chunk, or its end. Whole
 * multiples of eight are what Windows writes, and all that is looked at: this walks
 * over the free space of every chunk. */
static size_t next_remains(const struct evtx *x, size_t from)
{
	struct fb_slice s = x->chunk;

	for (from = (from + 7) & ~(size_t)7; from < s.n && s.n - from >= 8; from += 8)
		if (fb_le32(s.p + from) == fb_le32(record_magic))
			return from;
	return s.n;
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

/* A record whose frame is broken may still hold all of itself: its size was lost, or
 * its end overwritten. `to`: where the next one begins. */
static int try_broken(struct walk *w, size_t to, bool *taken)
{
	struct evtx *x = w->x;
	struct fb_cur c = fb_cur(x->chunk);
	struct record rec = { .at = w->at };
	int r;

	*taken = false;
	if (!magic_at(x, w->at) || to - w->at < EVTX_RECORD_MIN || !fb_cur_seek(&c, w->at + 4) ||
	    !fb_cur_u32(&c, &rec.size) || !fb_cur_u64(&c, &rec.id) || !fb_cur_u64(&c, &rec.written))
		return 0;
	if (rec.size < EVTX_RECORD_MIN || rec.size > to - w->at)
		rec.size = (uint32_t)(to - w->at);
	r = take_record(w, &rec, FB_EVENT_DAMAGED,
			w->any && rec.id == w->last_id + 1 ? SEQUEL : CONFIRMED, taken);
	if (r || !*taken)
		return r;
	fb_sink_remark(x->sink, x->base + rec.at, rec.size, FB_WHY_BAD_RECORD,
		       "record with a broken frame, decoded all the same");
	w->at += rec.size;
	w->any = true;
	w->last_id = rec.id;
	return 0;
}

/* What lies at w->at is no whole record although records should be there. */
static int broken_record(struct walk *w)
{
	struct evtx *x = w->x;
	bool cut = x->chunk.n < EVTX_CHUNK_SIZE;
	size_t to = resync(x, w->at + 1);
	size_t end = w->free_at < x->chunk.n ? w->free_at : x->chunk.n;
	bool taken;
	int r;

	if (to > end)
		to = end;
	r = try_broken(w, to, &taken);
	if (r || taken)
		return r;
	if (to == end && cut)
		reject_to(w, to, FB_WHY_TRUNCATED, "the file ends within a record");
	else
		reject_to(w, to, FB_WHY_BAD_RECORD, "no record where one should be");
	return 0;
}

/* A record that the header does not know of and that does not go on where the one
 * before ended: the chunk was overwritten in part. */
static bool is_strange(const struct walk *w, uint64_t id)
{
	if (!w->trusted || (id >= w->from_id && id <= w->to_id))
		return false;
	return w->any && id == w->last_id + 1 ? w->strange : true;
}

static int walk_records(struct walk *w)
{
	struct evtx *x = w->x;

	while (w->at < x->chunk.n && x->chunk.n - w->at >= EVTX_RECORD_MIN) {
		struct record rec;
		bool ok = read_record(x, w->at, &rec) && (!rec.frayed || sound_behind(w, &rec));
		int r;

		if (in_free_space(w) && (!ok || rec.frayed || !w->any || rec.id != w->last_id + 1))
			return 0;
		if (!ok) {
			r = broken_record(w);
			if (r)
				return r;
			continue;
		}
		w->strange = is_strange(w, rec.id);
		r = take_or_reject(w, &rec, (uint8_t)((rec.frayed ? FB_EVENT_DAMAGED : 0) |
						      (w->strange ? FB_EVENT_RECOVERED : 0)));
		if (r)
			return r;
		w->any = true;
		w->last_id = rec.id;
		w->at += rec.size;
	}
	if (!in_free_space(w) && w->at < x->chunk.n) {
		size_t end = w->free_at < x->chunk.n ? w->free_at : x->chunk.n;

		reject_to(w, end,
			  x->chunk.n < EVTX_CHUNK_SIZE ? FB_WHY_TRUNCATED : FB_WHY_BAD_RECORD,
			  "too short for a record");
	}
	return 0;
}

static bool all_zero(struct fb_slice s)
{
	return s.n == 0 || (s.p[0] == 0 && memcmp(s.p, s.p + 1, s.n - 1) == 0);
}

/* Bytes between recovered records: free space, or of a chunk that is none. */
static void leave(struct walk *w, size_t to, bool is_chunk)
{
	struct fb_slice gap = chunk_bytes(w->x, w->at, to - w->at);

	if (is_chunk)
		fb_sink_skipped(w->x->sink, w->x->base + w->at, gap.n,
				all_zero(gap) ? FB_WHY_EMPTY : FB_WHY_SLACK);
	else if (gap.n)
		fb_sink_rejected(w->x->sink, w->x->base + w->at, gap.n, FB_WHY_BAD_HEADER,
				 "no chunk where one should be");
	w->at = to;
}

void evtx_before_add(struct fb_ctx *ctx, struct fb_slice chunk)
{
	struct fb_slice range = fb_slice_sub(chunk, 24, EVTX_RANGE);
	uint64_t from, to;

	if (!fb_slice_starts(chunk, chunk_magic) || range.n < EVTX_RANGE)
		return;
	from = fb_le64(range.p);
	to = fb_le64(range.p + 8);
	if (from > to || to - from >= EVTX_IDS_MAX)
		return;
	if (ctx->n >= EVTX_BEFORE * EVTX_RANGE) {
		ctx->n = (EVTX_BEFORE - 1) * EVTX_RANGE;
		memmove(ctx->bytes, ctx->bytes + EVTX_RANGE, ctx->n);
	}
	memcpy(ctx->bytes + ctx->n, range.p, EVTX_RANGE);
	ctx->n += EVTX_RANGE;
}

bool evtx_before_has(const struct fb_ctx *ctx, uint64_t id)
{
	uint32_t n = ctx->n < EVTX_BEFORE * EVTX_RANGE ? ctx->n : EVTX_BEFORE * EVTX_RANGE;

	for (uint32_t at = 0; at + EVTX_RANGE <= n; at += EVTX_RANGE)
		if (id >= fb_le64(ctx->bytes + at) && id <= fb_le64(ctx->bytes + at + 8))
			return true;
	return false;
}

static bool is_known(const struct walk *w, uint64_t id)
{
	if (evtx_before_has(&w->x->before, id))
		return true;
	for (uint32_t i = 0; i < w->nids; i++)
		if (w->ids[i] == id)
			return true;
	return false;
}

static int try_recover(struct walk *w, const struct record *rec, bool is_chunk, bool *taken)
{
	size_t gap_to = rec->at;
	int r = take_record(w, rec, FB_EVENT_RECOVERED, WHOLE, taken);

	if (r || !*taken)
		return r;
	leave(w, gap_to, is_chunk);
	w->at = gap_to + rec->size;
	return 0;
}

/* Older records in what is left of the chunk. */
static int recover(struct walk *w, bool is_chunk)
{
	struct evtx *x = w->x;
	size_t from = w->at;

	if (all_zero(chunk_bytes(x, from, x->chunk.n - from)))
		from = x->chunk.n;
	for (;;) {
		struct record rec;
		bool taken = false;
		int r = 0;

		from = next_remains(x, from);
		if (from >= x->chunk.n)
			break;
		if (read_record(x, from, &rec) && !rec.frayed && !is_known(w, rec.id))
			r = try_recover(w, &rec, is_chunk, &taken);
		if (r)
			return r;
		from += taken ? rec.size : 1;
	}
	leave(w, x->chunk.n, is_chunk);
	return 0;
}

static void check_sums(struct walk *w, uint32_t of_records, uint32_t of_header)
{
	struct evtx *x = w->x;
	uint32_t sum = evtx_crc(0, chunk_bytes(x, 0, 120));

	sum = evtx_crc(sum, chunk_bytes(x, 128, EVTX_CHUNK_HEADER - 128));
	w->trusted = sum == of_header;
	if (!w->trusted)
		fb_sink_remark(x->sink, x->base, EVTX_CHUNK_HEADER, FB_WHY_BAD_CHECKSUM,
			       "header of the chunk");
	if (w->free_at < EVTX_CHUNK_HEADER || w->free_at > x->chunk.n)
		return;
	if (evtx_crc(0, chunk_bytes(x, EVTX_CHUNK_HEADER, w->free_at - EVTX_CHUNK_HEADER)) != of_records)
		fb_sink_remark(x->sink, x->base + EVTX_CHUNK_HEADER,
			       w->free_at - EVTX_CHUNK_HEADER, FB_WHY_BAD_CHECKSUM,
			       "records of the chunk");
}

static void read_header(struct walk *w)
{
	struct evtx *x = w->x;
	struct fb_cur c = fb_cur(x->chunk);
	uint32_t free_at = 0, of_records = 0, flags = 0, of_header = 0;

	(void)fb_cur_seek(&c, 24);
	(void)fb_cur_u64(&c, &w->from_id);
	(void)fb_cur_u64(&c, &w->to_id);
	(void)fb_cur_seek(&c, 48);
	(void)fb_cur_u32(&c, &free_at);
	(void)fb_cur_u32(&c, &of_records);
	(void)fb_cur_seek(&c, 120);
	(void)fb_cur_u32(&c, &flags);
	(void)fb_cur_u32(&c, &of_header);
	w->free_at = free_at;
	w->trusted = true;
	if (!(flags & NO_CHECKSUM))
		check_sums(w, of_records, of_header);
	if (w->free_at < EVTX_CHUNK_HEADER || w->free_at > EVTX_CHUNK_SIZE)
		w->free_at = EVTX_CHUNK_SIZE;
}

int evtx_chunk(struct evtx *x, struct fb_slice bytes, uint64_t base)
{
	struct walk w = { .x = x, .ids = x->room->ids };
	int r;

	evtx_new_chunk(x, bytes, base);
	if (all_zero(bytes)) {
		fb_sink_skipped(x->sink, base, bytes.n, FB_WHY_EMPTY);
		return 0;
	}
	if (!fb_slice_starts(bytes, chunk_magic))
		return recover(&w, false);
	if (bytes.n < EVTX_CHUNK_HEADER) {
		fb_sink_rejected(x->sink, base, bytes.n, FB_WHY_TRUNCATED,
				 "the file ends within a chunk's header");
		return 0;
	}
	w.at = EVTX_CHUNK_HEADER;
	read_header(&w);
	fb_sink_decoded(x->sink, EVTX_CHUNK_HEADER);
	r = walk_records(&w);
	return r ? r : recover(&w, true);
}
