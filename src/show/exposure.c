#include "show/exposure.h"

#include "show/answer.h"
#include "show/json.h"
#include "show/text.h"

static void put_end(struct fb_json *j, const char *key, bool known, uint64_t v)
{
	fb_json_key(j, key);
	if (known)
		fb_json_u64(j, v);
	else
		fb_json_null(j);
}

/* What an upper end rests on; of a machine without one, what was counted. */
static void put_flows(struct fb_json *j, const struct fb_exposure *x)
{
	char text[FB_FLOW_TEXT];

	fb_json_key(j, "flows");
	fb_json_array(j);
	for (size_t i = 0; i < x->nflows; i++) {
		const struct fb_exposure_flow *f = &x->flows[i];

		fb_json_object(j);
		fb_json_put_cstr(j, "from", fb_flow_text(f->by_resp ? f->flow->resp : f->flow->orig, text));
		fb_json_put_cstr(j, "to", fb_flow_text(f->by_resp ? f->flow->orig : f->flow->resp, text));
		fb_json_put_u64(j, "bytes", f->bytes);
		fb_json_put_u64(j, "connections", f->flow->records);
		fb_json_put_time(j, "first", f->flow->first);
		fb_json_put_time(j, "last", f->flow->end);
		fb_json_put_cstr(j, "ref", f->flow->ref);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
	fb_json_put_u64(j, "flows_more", x->more_flows);
	fb_json_put_u64(j, "not_ended", x->open);
	fb_json_put_u64(j, "inside_bytes", x->inside_bytes);
}

/* Of a place, or of the case the sum; false: no list tells of any. */
static bool guarded_of(const struct fb_exposure_view *v, const struct fb_exposure *x, struct fb_guarded *sum)
{
	bool any = false;

	*sum = (struct fb_guarded){ .as_of = FB_TIME_NONE };
	for (size_t i = 0; x->ladder == FB_L_OPENED && !*x->to && i < v->nguarded; i++) {
		const struct fb_guarded *g = &v->guarded[i];

		if (*x->place && !fb_case_host_matches(g->place, fb_slice_str(x->place)))
			continue;
		any = true;
		sum->sure += g->sure;
		sum->all += g->all;
		sum->reached += g->reached;
		if (sum->as_of == FB_TIME_NONE || g->as_of < sum->as_of)
			sum->as_of = g->as_of;
	}
	return any;
}

void fb_json_exposure(struct fb_json *j, const struct fb_exposure *x, const struct fb_exposure_view *v)
{
	struct fb_guarded g;
	bool guarded = guarded_of(v, x, &g);

	fb_json_object(j);
	fb_json_put_cstr(j, "ladder", fb_ladder_word(x->ladder));
	fb_json_put_cstr(j, "place", *x->place ? x->place : "case");
	fb_json_put_cstr(j, "to", *x->to ? x->to : NULL);
	fb_json_put_time(j, "first", x->first);
	fb_json_put_time(j, "last", x->last);
	fb_json_put_u64(j, "at_least_objects", x->least_objects);
	fb_json_put_u64(j, "at_least_bytes", x->least_bytes);
	/* null: without bound. */
	put_end(j, "at_most_objects", !x->unbounded && x->objects_bounded, x->most_objects);
	put_end(j, "at_most_bytes", !x->unbounded && x->ladder == FB_L_LEFT, x->most_bytes);
	fb_json_put_cstr(j, "unbounded", x->unbounded ? x->why : NULL);
	if (x->ladder != FB_L_LEFT) {
		fb_json_put_cstr(j, "at_most_by", *x->by ? x->by : NULL);
		fb_json_put_time(j, "at_most_as_of", x->as_of);
		put_end(j, "at_most_documents", x->documents_bounded, x->most_documents);
		fb_json_put_cstr(j, "documents_unbounded", *x->documents_why ? x->documents_why : NULL);
	}
	if (x->ladder == FB_L_OPENED) {
		put_end(j, "protected_objects", guarded, g.all);
		put_end(j, "protected_objects_sure", guarded, g.sure);
		put_end(j, "protected_key_within_reach", guarded, g.reached);
	}
	fb_json_put_u64(j, "named_objects", x->named_objects);
	put_end(j, "named_bytes", x->bytes_known, x->named_bytes);
	fb_json_key(j, "steps");
	fb_json_array(j);
	for (size_t i = 0; i < x->nsteps; i++)
		fb_json_u64(j, x->steps[i]);
	fb_json_array_end(j);
	fb_json_put_u64(j, "steps_more", x->more_steps);
	if (x->ladder == FB_L_LEFT)
		put_flows(j, x);
	fb_json_object_end(j);
}

static void put_steps(struct fb_buf *out, const struct fb_exposure *x)
{
	for (size_t i = 0; i < x->nsteps; i++)
		(void)fb_buf_printf(out, "%s%u", i ? ", " : x->nsteps == 1 && !x->more_steps ? "; step " : "; steps ",
				    (unsigned)x->steps[i]);
	if (x->more_steps)
		(void)fb_buf_printf(out, " and %llu more", (unsigned long long)x->more_steps);
}

/* Counted apart: they are among the files that were opened. */
static void put_guarded(struct fb_buf *line, const struct fb_exposure *x, const struct fb_exposure_view *v)
{
	struct fb_guarded g;

	if (!guarded_of(v, x, &g) || !g.all)
		return;
	(void)fb_buf_printf(line, "; of these %llu were protected one by one, by a list of ", (unsigned long long)g.all);
	(void)fb_zone_text(line, v->zone, g.as_of, 0, FB_WHEN_FULL);
	(void)fb_buf_printf(line, "; whether the key was within reach: of %llu yes, of %llu unknown", (unsigned long long)g.reached,
			    (unsigned long long)(g.all - g.reached));
}

static void put_place(struct fb_out *o, const struct fb_exposure *x, const struct fb_exposure_view *v)
{
	struct fb_buf line;

	/* Where nothing was seen, the case's line says all. */
	if (!x->nsteps && (x->unbounded || x->ladder == FB_L_LEFT))
		return;
	fb_buf_init(&line, 16u << 10);
	(void)fb_buf_puts(&line, x->place);
	if (*x->to)
		(void)fb_buf_printf(&line, x->ladder == FB_L_LEFT ? " to %s" : " over %s", x->to);
	(void)fb_buf_puts(&line, ": ");
	fb_exposure_says(&line, x);
	if (x->ladder == FB_L_LEFT && !x->bytes_known)
		(void)fb_buf_puts(&line, " (no record of it counts bytes)");
	else if (x->named_bytes > x->least_bytes) {
		(void)fb_buf_puts(&line, "; asked for were ");
		(void)fb_text_bytes(&line, x->named_bytes);
	}
	if (x->named_objects > x->least_objects)
		(void)fb_buf_printf(&line, "; %llu more perhaps", (unsigned long long)(x->named_objects - x->least_objects));
	if (*x->by)
		(void)fb_buf_printf(&line, " (%s)", x->by);
	put_guarded(&line, x, v);
	if (x->nsteps) {
		(void)fb_buf_puts(&line, "; ");
		(void)fb_zone_text(&line, v->zone, x->first, 0, FB_WHEN_FULL);
		(void)fb_buf_puts(&line, " to ");
		(void)fb_zone_text(&line, v->zone, x->last, 0, FB_WHEN_FULL);
		put_steps(&line, x);
	}
	fb_text_wrapped(&o->buf, fb_buf_cstr(&line), 4);
	fb_buf_dispose(&line);
}

/* What "at most" counts, and what it does not. */
static void put_counted(struct fb_out *o, const struct fb_exposure *x, const struct fb_exposures *e, const struct fb_exposure_view *v)
{
	struct fb_buf line;
	char text[FB_FLOW_TEXT];

	fb_buf_init(&line, 16u << 10);
	(void)fb_buf_printf(&line, "%s all that those machines sent outside from ", x->unbounded ? "Sensors counted, which is not" : "At most is");
	(void)fb_zone_text(&line, v->zone, e->from, 0, FB_WHEN_FULL);
	(void)fb_buf_puts(&line, " to ");
	(void)fb_zone_text(&line, v->zone, e->to, 0, FB_WHEN_FULL);
	(void)fb_buf_puts(&line, ", answers included, whatever was usual before: ");
	(void)fb_text_bytes(&line, x->most_bytes);
	(void)fb_buf_puts(&line, ".");
	for (size_t i = 0; i < x->nflows && i < 2; i++) {
		(void)fb_buf_printf(&line, " %s", i ? "" : "The largest: ");
		(void)fb_text_bytes(&line, x->flows[i].bytes);
		(void)fb_buf_printf(&line, " to %s (%s)%s", fb_flow_text(x->flows[i].by_resp ? x->flows[i].flow->orig : x->flows[i].flow->resp, text),
				    x->flows[i].flow->ref, i + 1 < x->nflows && i < 1 ? ";" : ".");
	}
	if (x->open)
		(void)fb_buf_printf(&line, " %llu connections had not ended: what they carried later is not counted.", (unsigned long long)x->open);
	if (x->inside_bytes) {
		(void)fb_buf_puts(&line, " Not counted is what they sent to machines inside: ");
		(void)fb_text_bytes(&line, x->inside_bytes);
		(void)fb_buf_puts(&line, ".");
	}
	fb_text_wrapped(&o->buf, fb_buf_cstr(&line), 4);
	fb_buf_dispose(&line);
}

/* What an upper end of files counts, and how many documents these are. */
static void put_rests(struct fb_out *o, const struct fb_exposure *x)
{
	struct fb_buf line;

	fb_buf_init(&line, 16u << 10);
	if (*x->by)
		(void)fb_buf_printf(&line, "At most is %s.", x->by);
	if (x->documents_bounded && x->most_documents != x->most_objects) {
		(void)fb_buf_puts(&line, " Documents, with those in files that hold others: at most ");
		(void)fb_text_number(&line, x->most_documents);
		(void)fb_buf_putc(&line, '.');
	} else if (*x->documents_why) {
		(void)fb_buf_printf(&line, " Of documents there is no upper end: %s.", x->documents_why);
	}
	fb_text_wrapped(&o->buf, fb_buf_cstr(&line), 4);
	fb_buf_dispose(&line);
}

int fb_exposure_write(struct fb_out *o, const struct fb_exposures *e, const struct fb_exposure_view *v)
{
	if (!v->state->fresh)
		(void)fb_buf_puts(&o->buf, "Nobody was followed since the case changed (firebreak activity): nothing can be said of what they took.\n");
	else if (e->from == FB_TIME_NONE)
		(void)fb_buf_puts(&o->buf, "No activity was found; a bound is of what somebody did.\n");
	if (!v->state->fresh || e->from == FB_TIME_NONE)
		return fb_out_check(o);
	(void)fb_buf_puts(&o->buf, "On present evidence, as of ");
	(void)fb_zone_text(&o->buf, v->zone, v->as_of, 0, FB_WHEN_FULL);
	(void)fb_buf_printf(&o->buf, " (%s). Steps: firebreak activity\n", v->zone->name);
	for (size_t i = 0; i < e->n; i++) {
		const struct fb_exposure *x = &e->v[i];

		if (*x->place) {
			put_place(o, x, v);
			continue;
		}
		(void)fb_buf_printf(&o->buf, "\n  %s  ", fb_ladder_asks(x->ladder));
		fb_exposure_says(&o->buf, x);
		(void)fb_buf_putc(&o->buf, '\n');
		if (x->unbounded) {
			struct fb_buf why;

			fb_buf_init(&why, 16u << 10);
			(void)fb_buf_printf(&why, "Unbounded: %s.", x->why);
			fb_text_wrapped(&o->buf, fb_buf_cstr(&why), 4);
			fb_buf_dispose(&why);
		}
		if (*x->by || *x->documents_why)
			put_rests(o, x);
		if (x->ladder == FB_L_LEFT && x->nflows)
			put_counted(o, x, e, v);
	}
	return fb_out_check(o);
}
