#include "case/stretches.h"

#include "case/internal.h"

#define STRING(column) "coalesce((SELECT s FROM strings WHERE id = " column "), '')"

/* Runs a query whose rows `one` hands over. */
static int each(struct fb_case *c, const char *sql, int (*one)(sqlite3_stmt *st, void *to, struct fb_err *err),
		void *to, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int64_t kept;
	bool row;
	int r;

	if ((r = fb_case_need_derived(c, err)) ||
	    (r = fb_db_i64(&c->db, "SELECT count(*) FROM main.meta WHERE key = 'source:0:stretches'", &kept, err)))
		return r;
	if (!kept)
		return fb_fail(err, FB_ESTATE, "%s: was read by an older Firebreak, which did not keep when what was recorded: "
			       "run `firebreak investigate` over the same evidence again", c->shown);
	if ((r = fb_db_prepare(&c->db, sql, &b.st, err)))
		return r;
	while ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row && (r = one(b.st, to, err)) == 0)
		;
	sqlite3_finalize(b.st);
	return r;
}

struct to {
	struct fb_case *c;
	int (*stretch)(void *user, const struct fb_stretch *row);
	int (*log)(void *user, const struct fb_log_stretch *row);
	int (*notice)(void *user, const struct fb_host_notice *row);
	int (*unread)(void *user, const struct fb_unread_stretch *row);
	void *user;
};

static int one_stretch(sqlite3_stmt *st, void *vto, struct fb_err *err)
{
	struct to *to = vto;
	struct fb_stretch s = { .host = fb_col_str(st, 0), .path = fb_col_str(st, 1) };
	int64_t lane = fb_col_i64(st, 2);

	if (lane < 0 || lane >= FB_LANE_COUNT)
		return fb_db_damaged(&to->c->db, "a kind of records that is none", err);
	s.kind = (struct fb_kind){ .lane = (enum fb_lane)lane, .channel = fb_col_slice(st, 3),
		.provider = fb_col_slice(st, 4), .event_id = (uint32_t)fb_col_i64(st, 5),
		.columns = fb_col_slice(st, 6), .events = fb_col_u64(st, 7), .filled = fb_col_u64(st, 8),
		.first = fb_col_time(st, 9), .last = fb_col_time(st, 10) };
	s.second_hand = fb_col_i64(st, 11) != 0;
	return to->stretch(to->user, &s);
}

int fb_case_stretches(struct fb_case *c, int (*cb)(void *user, const struct fb_stretch *row),
		      void *user, struct fb_err *err)
{
	struct to to = { .c = c, .stretch = cb, .user = user };

	return each(c, "SELECT h.name AS h, s.path, k.lane, " STRING("k.channel") ", " STRING("k.provider")
		    ", k.event_id, " STRING("k.columns") ", k.events, k.filled, k.first, k.last,"
		    " fb_second(s.format) > 0 FROM kind_hosts h CROSS JOIN units u ON u.source = h.source"
		    " CROSS JOIN unit_kinds k ON k.unit = u.id AND k.host = h.host"
		    " JOIN sources s ON s.id = h.source"
		    " ORDER BY h, k.first, s.path, u.seq, k.n", one_stretch, &to, err);
}

static int one_log(sqlite3_stmt *st, void *vto, struct fb_err *err)
{
	struct to *to = vto;
	struct fb_log_stretch s = { fb_col_str(st, 0), fb_col_str(st, 1), fb_col_str(st, 2),
		fb_col_u64(st, 3), fb_col_u64(st, 4), fb_col_time(st, 5), fb_col_time(st, 6),
		fb_col_i64(st, 7) != 0 };

	(void)err;
	return to->log(to->user, &s);
}

int fb_case_log_stretches(struct fb_case *c,
			  int (*cb)(void *user, const struct fb_log_stretch *row), void *user,
			  struct fb_err *err)
{
	struct to to = { .c = c, .log = cb, .user = user };

	return each(c, "SELECT h.name AS h, s.path, " STRING("r.channel") " AS ch, r.first, r.last, r.first_time,"
		    " r.last_time, r.renumbered FROM kind_hosts h CROSS JOIN units u ON u.source = h.source"
		    " CROSS JOIN unit_series r ON r.unit = u.id AND r.host = h.host"
		    " JOIN sources s ON s.id = h.source ORDER BY h, ch, r.first, s.path, u.seq, r.n",
		    one_log, &to, err);
}

static int one_notice(sqlite3_stmt *st, void *vto, struct fb_err *err)
{
	struct to *to = vto;
	struct fb_host_notice n = { .host = fb_col_str(st, 0), .path = fb_col_str(st, 1),
				    .channel = fb_col_str(st, 2) };

	n.notice = (struct fb_notice){ .record = fb_col_u64(st, 4), .time = fb_col_time(st, 5),
		.other = fb_col_time(st, 6), .flags = (uint32_t)fb_col_i64(st, 7), .text = fb_col_slice(st, 8) };
	if (!fb_notice_parse(fb_col_slice(st, 3), &n.notice.what))
		return fb_db_damaged(&to->c->db, "a notice that is none", err);
	return to->notice(to->user, &n);
}

int fb_case_host_notices(struct fb_case *c,
			 int (*cb)(void *user, const struct fb_host_notice *row), void *user,
			 struct fb_err *err)
{
	struct to to = { .c = c, .notice = cb, .user = user };

	/* The channel of a notice is that of its source's records; of several nobody knows. */
	return each(c, "SELECT h, p, coalesce((SELECT iif(a = b, " STRING("a") ", '') FROM (SELECT min(l.channel) AS a,"
		    " max(l.channel) AS b FROM logs l WHERE l.source = src)), ''), what, record, time,"
		    " other, flags, text FROM ("
		    "SELECT h.name AS h, s.path AS p, h.source AS src, m.what, m.record, m.time,"
		    " m.other, m.flags, m.text, u.seq AS seq, m.n AS n FROM kind_hosts h"
		    " CROSS JOIN units u ON u.source = h.source CROSS JOIN unit_notices m ON m.unit = u.id"
		    " AND m.host = h.host JOIN sources s ON s.id = h.source UNION ALL"
		    " SELECT h.name, s.path, h.source, 'clock-back', k.record, k.time, k.other, 0, '', 1e9, k.n"
		    " FROM clock_back k JOIN kind_hosts h ON h.source = k.source AND h.host = k.host"
		    " JOIN sources s ON s.id = k.source) ORDER BY h, time, p, record, seq, n",
		    one_notice, &to, err);
}

static int one_unread(sqlite3_stmt *st, void *vto, struct fb_err *err)
{
	struct to *to = vto;
	struct fb_unread_stretch s = { fb_col_str(st, 0), fb_col_str(st, 1), fb_col_u64(st, 2),
				       fb_col_time(st, 3), fb_col_time(st, 4) };

	(void)err;
	return to->unread(to->user, &s);
}

int fb_case_unread(struct fb_case *c, int (*cb)(void *user, const struct fb_unread_stretch *row),
		   void *user, struct fb_err *err)
{
	struct to to = { .c = c, .unread = cb, .user = user };

	/* The times of the unit itself and of its neighbours: what was lost lies between. */
	return each(c, "SELECT a.host AS h, s.path AS p, u.rejected + u.skipped,"
		    " coalesce((SELECT max(b.last) FROM units b WHERE b.source = u.source AND b.seq = u.seq - 1), u.first),"
		    " coalesce((SELECT min(b.first) FROM units b WHERE b.source = u.source AND b.seq = u.seq + 1), u.last)"
		    " FROM units u JOIN sources s ON s.id = u.source JOIN source_facts f ON f.source = s.id"
		    " JOIN attributions a ON a.id = f.att WHERE (u.rejected > 0 OR u.lost > 0) AND s.format <> ''"
		    " ORDER BY h, p, u.seq", one_unread, &to, err);
}
