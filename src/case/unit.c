/* Units: written together or not at all. */
#include "case/internal.h"

int fb_case_string(struct fb_case *c, struct fb_slice s, int64_t *out, struct fb_err *err)
{
	struct fb_bind b;
	int64_t id = 0;
	bool have;
	int r;

	if (s.n == 0 || (id = fb_strings_find(&c->strings, s))) {
		*out = id;
		return 0;
	}
	if ((r = fb_case_st(c, ST_STRING_FIND, &b, err)))
		return r;
	fb_bind_text(&b, s);
	if ((r = fb_db_step(&c->db, &b, &have, err)))
		return r;
	if (have) {
		id = fb_col_i64(b.st, 0);
		(void)sqlite3_reset(b.st);
	} else {
		if ((r = fb_case_st(c, ST_STRING_ADD, &b, err)))
			return r;
		fb_bind_text(&b, s);
		if ((r = fb_db_run(&c->db, &b, err)))
			return r;
		id = sqlite3_last_insert_rowid(c->db.sq);
	}
	fb_strings_add(&c->strings, s, id);
	*out = id;
	return 0;
}

/* Level 1 of deflate: originals are repetitive, and the broker's time is dear. */
static int add_original(struct fb_case *c, int64_t unit, size_t seq, struct fb_slice text,
			struct fb_err *err)
{
	struct fb_bind b;
	size_t bound;
	int r;

	if (!c->deflating) {
		if (deflateInit(&c->deflate, 1) != Z_OK)
			return fb_fail(err, FB_ENOMEM, "out of memory");
		c->deflating = true;
	}
	(void)deflateReset(&c->deflate);
	if (text.n > FB_ORIGINAL_MAX)
		return fb_fail(err, FB_ELIMIT, "an original record of %zu bytes", text.n);
	bound = deflateBound(&c->deflate, (uLong)text.n);
	fb_buf_clear(&c->packed);
	if ((r = fb_buf_reserve(&c->packed, bound)))
		return fb_fail(err, r, "%s", fb_code_text(r));
	c->deflate.next_in = text.p;
	c->deflate.avail_in = (uInt)text.n;
	c->deflate.next_out = c->packed.p;
	c->deflate.avail_out = (uInt)bound;
	if (deflate(&c->deflate, Z_FINISH) != Z_STREAM_END)
		return fb_fail(err, FB_ENOMEM, "an original record could not be compressed");
	if ((r = fb_case_st(c, ST_ORIGINAL_ADD, &b, err)))
		return r;
	fb_bind_i64(&b, unit);
	fb_bind_u64(&b, seq);
	fb_bind_u64(&b, text.n);
	fb_bind_blob(&b, fb_slice(c->packed.p, bound - c->deflate.avail_out));
	return fb_db_run(&c->db, &b, err);
}

static int add_host(struct fb_case *c, int64_t unit, int64_t host, uint64_t events,
		    struct fb_err *err)
{
	struct fb_bind b;
	int r = fb_case_st(c, ST_HOST_ADD, &b, err);

	if (r)
		return r;
	fb_bind_i64(&b, unit);
	fb_bind_i64(&b, host);
	fb_bind_u64(&b, events);
	return fb_db_run(&c->db, &b, err);
}

static int add_values(struct fb_case *c, int64_t unit, size_t seq, struct fb_slice values,
		      struct fb_err *err)
{
	struct fb_bind b;
	int r = fb_case_st(c, ST_VALUES_ADD, &b, err);

	if (r)
		return r;
	fb_bind_i64(&b, unit);
	fb_bind_u64(&b, seq);
	fb_bind_blob(&b, values);
	return fb_db_run(&c->db, &b, err);
}

static int add_detection(struct fb_case *c, int64_t unit, size_t seq,
			 const struct fb_detection *d, int64_t *host, struct fb_err *err)
{
	struct fb_bind b;
	int64_t channel, provider;
	int r;

	if ((r = fb_case_string(c, d->host, host, err)) ||
	    (r = fb_case_string(c, d->channel, &channel, err)) ||
	    (r = fb_case_string(c, d->provider, &provider, err)) ||
	    (r = fb_case_st(c, ST_DETECTION_ADD, &b, err)))
		return r;
	fb_bind_i64(&b, unit);
	fb_bind_u64(&b, seq);
	fb_bind_i64(&b, d->rule);
	fb_bind_i64(&b, d->sub);
	fb_bind_time(&b, d->time);
	fb_bind_i64(&b, d->time_digits);
	fb_bind_i64(&b, d->time_flags);
	fb_bind_i64(&b, d->flags | (int64_t)d->content << FB_ROW_CONTENT_SHIFT);
	fb_bind_u64(&b, d->offset);
	fb_bind_u64(&b, d->length);
	fb_bind_u64(&b, d->record);
	fb_bind_u64(&b, d->line);
	fb_bind_i64(&b, d->event_id);
	fb_bind_i64(&b, *host);
	fb_bind_i64(&b, channel);
	fb_bind_i64(&b, provider);
	fb_bind_text(&b, d->summary);
	fb_bind_blob(&b, d->entities);
	if ((r = fb_db_run(&c->db, &b, err)) == 0)
		fb_rows_add(&c->rows, seq, d, *host, channel);
	if (r == 0 && d->original.n)
		r = add_original(c, unit, seq, d->original, err);
	if (r == 0 && d->values.n)
		r = add_values(c, unit, seq, d->values, err);
	return r;
}

static int add_packed(struct fb_case *c, enum fb_case_st st, int64_t unit, struct fb_slice packed, struct fb_err *err)
{
	struct fb_bind b;
	int r = fb_case_st(c, st, &b, err);

	if (r)
		return r;
	fb_bind_i64(&b, unit);
	fb_bind_blob(&b, packed);
	return fb_db_run(&c->db, &b, err);
}

static int drop_old(struct fb_case *c, const struct fb_unit_result *u, struct fb_err *err)
{
	struct fb_bind b;
	int64_t old;
	bool have;
	int r = fb_case_st(c, ST_UNIT_FIND, &b, err);

	if (r)
		return r;
	fb_bind_u64(&b, u->source);
	fb_bind_i64(&b, u->seq);
	if ((r = fb_db_step(&c->db, &b, &have, err)) || !have)
		return r;
	old = fb_col_i64(b.st, 0);
	(void)sqlite3_reset(b.st);
	return fb_case_forget_unit(c, old, u->source, u->seq, err);
}

static int add_unit(struct fb_case *c, const struct fb_unit_result *u, int64_t *unit,
		    struct fb_err *err)
{
	struct fb_bind b;
	int r = fb_case_st(c, ST_UNIT_ADD, &b, err);

	if (r)
		return r;
	fb_bind_u64(&b, u->source);
	fb_bind_i64(&b, u->seq);
	fb_bind_u64(&b, u->offset);
	fb_bind_u64(&b, u->length);
	if (u->ctx && u->ctx->n)
		fb_bind_blob(&b, fb_slice(u->ctx->bytes, u->ctx->n));
	else
		fb_bind_null(&b);
	fb_bind_u64(&b, u->events);
	fb_bind_time(&b, u->first);
	fb_bind_time(&b, u->last);
	fb_bind_u64(&b, u->decoded);
	fb_bind_u64(&b, u->rejected);
	fb_bind_u64(&b, u->skipped);
	fb_bind_u64(&b, u->lost);
	if ((r = fb_db_run(&c->db, &b, err)))
		return r;
	*unit = sqlite3_last_insert_rowid(c->db.sq);
	return 0;
}

static int write_unit(struct fb_case *c, const struct fb_unit_result *u, struct fb_err *err)
{
	int64_t unit, host, last_host = 0;
	int r;

	if ((r = drop_old(c, u, err)) || (r = add_unit(c, u, &unit, err)))
		return r;
	fb_rows_unit(&c->rows, unit, u->source);
	for (size_t i = 0; i < u->nhosts && r == 0; i++)
		if ((r = fb_case_string(c, u->hosts[i].host, &host, err)) == 0 && host)
			r = add_host(c, unit, host, u->hosts[i].events, err);
	/* Each name that a kind or a detection carries stands in unit_hosts too. */
	for (size_t i = 0; i < u->recorded.nkinds && r == 0; i++)
		if ((r = fb_case_string(c, u->recorded.kinds[i].host, &host, err)) == 0 && host)
			r = add_host(c, unit, host, 0, err);
	if (r == 0)
		r = fb_case_recorded_add(c, unit, &u->recorded, err);
	if (r == 0 && u->pages.n)
		r = add_packed(c, ST_PAGES_ADD, unit, u->pages, err);
	if (r == 0 && u->flows.n)
		r = add_packed(c, ST_FLOWS_ADD, unit, u->flows, err);
	for (size_t i = 0; i < u->ndetections && r == 0; i++) {
		if ((r = add_detection(c, unit, i, &u->detections[i], &host, err)))
			break;
		if (host && host != last_host)
			r = add_host(c, unit, host, 0, err);
		last_host = host;
	}
	for (size_t i = 0; i < u->nproblems && r == 0; i++)
		r = fb_case_problem(c, u->source, u->seq, i, &u->problems[i], err);
	return r;
}

int fb_case_unit(struct fb_case *c, const struct fb_unit_result *u, struct fb_err *err)
{
	int r;

	if (!c->run)
		return fb_fail(err, FB_ESTATE, "%s: no run was begun", c->shown);
	if ((r = fb_case_enter(c, true, err)) || (r = fb_case_leave(c, write_unit(c, u, err), err)))
		return r;
	c->txn_rows += u->ndetections + 1;
	return fb_case_tick(c, err);
}

bool fb_case_unit_known(struct fb_case *c, uint64_t source, uint32_t seq, uint64_t offset,
			uint64_t length)
{
	struct fb_bind b;
	bool have;

	if (fb_case_st(c, ST_UNIT_KNOWN, &b, NULL))
		return false;
	fb_bind_u64(&b, source);
	fb_bind_i64(&b, seq);
	fb_bind_u64(&b, offset);
	fb_bind_u64(&b, length);
	if (fb_db_step(&c->db, &b, &have, NULL))
		return false;
	(void)sqlite3_reset(b.st);
	return have;
}
