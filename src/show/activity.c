#include "show/activity.h"

#include "assess/activity/records.h"
#include "show/json.h"
#include "show/step.h"
#include "show/text.h"

#include <stdio.h>
#include <string.h>

/* Of each activity, unless one is asked for. */
#define STEPS_SHOWN 25
#define HOSTS_SHOWN 6

bool fb_activity_wanted(const struct fb_step *s, const struct fb_activity_view *v)
{
	return (!v->activity || s->activity == v->activity) &&
	       (!v->place || fb_case_host_matches(v->place, fb_slice_str(s->host)));
}

/* ---- machines ---- */

static void put_words(struct fb_json *j, const char *key, const char *words)
{
	fb_json_key(j, key);
	fb_json_array(j);
	while (*words) {
		size_t n = strcspn(words, " ");

		fb_json_str(j, fb_slice(words, n));
		words += n + strspn(words + n, " ");
	}
	fb_json_array_end(j);
}

void fb_json_step(struct fb_json *j, const struct fb_step *s)
{
	fb_json_object(j);
	fb_json_put_u64(j, "step", s->n);
	fb_json_put_u64(j, "activity", s->activity);
	fb_json_put_bool(j, "sure", s->sure);
	fb_json_put_cstr(j, "does", s->does);
	fb_json_put_cstr(j, "host", s->host);
	fb_json_put_time(j, "first", s->first);
	fb_json_put_time(j, "last", s->last);
	fb_json_put_u64(j, "count", s->count);
	fb_json_put_u64(j, "objects", s->objects);
	fb_json_put_cstr(j, "actor", s->actor);
	fb_json_put_cstr(j, "what", s->what);
	put_words(j, "techniques", s->technique);
	fb_json_key(j, "cause");
	if (s->cause)
		fb_json_u64(j, s->cause);
	else
		fb_json_null(j);
	fb_json_key(j, "origin");
	if (s->origin)
		fb_json_u64(j, s->origin);
	else
		fb_json_null(j);
	fb_json_put_cstr(j, "join", *s->join ? s->join : NULL);
	fb_json_put_cstr(j, "ref", s->ref);
	fb_json_put_cstr(j, "log", s->log);
	fb_json_put_cstr(j, "rule", *s->title ? s->title : NULL);
	put_words(j, "detections", s->detections);
	if (s->bytes_known) {
		fb_json_put_u64(j, "bytes_handed_over", s->bytes);
		fb_json_put_u64(j, "bytes_answered", s->bytes_most);
	}
	fb_json_object_end(j);
}

static void put_seconds(struct fb_json *j, const char *key, bool known, fb_time t)
{
	char text[40];

	fb_json_key(j, key);
	if (!known) {
		fb_json_null(j);
		return;
	}
	(void)snprintf(text, sizeof text, "%s%lld.%03lld", t < 0 ? "-" : "", (long long)((t < 0 ? -t : t) / FB_SECOND),
		       (long long)((t < 0 ? -t : t) % FB_SECOND / 1000000));
	fb_json_raw(j, fb_slice_str(text));
}

static void put_skews(struct fb_json *j, const struct fb_steps *s)
{
	fb_json_key(j, "skew");
	fb_json_array(j);
	for (size_t i = 0; i < s->nskews; i++) {
		const struct fb_step_skew *k = &s->skews[i];

		fb_json_object(j);
		fb_json_put_cstr(j, "a", k->a);
		fb_json_put_cstr(j, "b", k->b);
		fb_json_put_bool(j, "known", k->known);
		put_seconds(j, "seconds", k->known, k->apart);
		put_seconds(j, "spread", k->known, k->spread);
		fb_json_put_u64(j, "exchanges", k->exchanges);
		fb_json_put_time(j, "from", k->from);
		fb_json_put_time(j, "to", k->to);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

void fb_json_followed(struct fb_json *j, const struct fb_steps *s, const struct fb_followed *state)
{
	fb_json_key(j, "edges");
	fb_json_array(j);
	for (size_t i = 0; i < s->nedges; i++) {
		fb_json_object(j);
		fb_json_put_u64(j, "a", s->edges[i].a);
		fb_json_put_u64(j, "b", s->edges[i].b);
		fb_json_put_cstr(j, "kind", s->edges[i].kind);
		fb_json_put_cstr(j, "what", s->edges[i].what);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
	put_skews(j, s);
	fb_json_put_u64(j, "activities", s->activities);
	fb_json_put_u64(j, "steps_left_out", s->left_out);
	fb_json_put_u64(j, "things_left_out", s->objects_left_out);
	fb_json_put_u64(j, "edges_left_out", s->edges_left_out);
	fb_json_put_u64(j, "records_left_out", state->beyond);
	fb_json_put_bool(j, "whole", state->whole);
}

/* ---- people ---- */

struct summary {
	const char *hosts[HOSTS_SHOWN];
	size_t nhosts;
	bool more_hosts;
	fb_time first, last;
	uint64_t records, recognised, unsure;
};

static void sum_up(const struct fb_steps *s, uint32_t activity, struct summary *out)
{
	*out = (struct summary){ .first = FB_TIME_NONE, .last = FB_TIME_NONE };
	for (size_t i = 0; i < s->n; i++) {
		const struct fb_step *x = &s->v[i];
		bool had = false;

		if (x->activity != activity)
			continue;
		for (size_t h = 0; h < out->nhosts; h++)
			had = had || strcmp(out->hosts[h], x->host) == 0;
		if (!had && out->nhosts < HOSTS_SHOWN)
			out->hosts[out->nhosts++] = x->host;
		else
			out->more_hosts = out->more_hosts || !had;
		if (x->first != FB_TIME_NONE && (out->first == FB_TIME_NONE || x->first < out->first))
			out->first = x->first;
		if (x->last != FB_TIME_NONE && (out->last == FB_TIME_NONE || x->last > out->last))
			out->last = x->last;
		out->records += x->count;
		out->recognised += *x->detections != '\0';
		out->unsure += !x->sure;
	}
}

static void put_head(struct fb_out *o, const struct fb_steps *s, uint32_t activity, const struct fb_activity_view *v)
{
	struct summary sum;

	sum_up(s, activity, &sum);
	(void)fb_buf_printf(&o->buf, "\nActivity %u  ", (unsigned)activity);
	(void)fb_zone_text(&o->buf, v->zone, sum.first, 0, FB_WHEN_FULL);
	(void)fb_buf_puts(&o->buf, " to ");
	(void)fb_zone_text(&o->buf, v->zone, sum.last, 0, FB_WHEN_FULL);
	(void)fb_buf_puts(&o->buf, "\n  on ");
	for (size_t i = 0; i < sum.nhosts; i++) {
		(void)fb_buf_puts(&o->buf, i ? ", " : "");
		(void)fb_text_term(&o->buf, fb_slice_str(sum.hosts[i]));
	}
	(void)fb_buf_puts(&o->buf, sum.more_hosts ? " and more; " : "; ");
	(void)fb_text_count(&o->buf, sum.records, "record");
	(void)fb_buf_puts(&o->buf, ", ");
	(void)fb_text_number(&o->buf, sum.recognised);
	(void)fb_buf_puts(&o->buf, sum.recognised == 1 ? " step is one that a rule recognised" : " steps are such as a rule recognised");
	if (sum.unsure) {
		(void)fb_buf_puts(&o->buf, ", ");
		(void)fb_text_number(&o->buf, sum.unsure);
		(void)fb_buf_puts(&o->buf, " belong to it perhaps (?)");
	}
	(void)fb_buf_putc(&o->buf, '\n');
	for (size_t i = 0; i < s->nedges; i++) {
		const struct fb_step_edge *e = &s->edges[i];

		if (e->a != activity && e->b != activity)
			continue;
		(void)fb_buf_printf(&o->buf, "  has in common with activity %u the ",
				    (unsigned)(e->a == activity ? e->b : e->a));
		(void)fb_text_term(&o->buf, fb_slice_str(e->kind));
		(void)fb_buf_putc(&o->buf, ' ');
		(void)fb_text_term(&o->buf, fb_slice_str(e->what));
		(void)fb_buf_putc(&o->buf, '\n');
	}
}

static void put_step(struct fb_out *o, const struct fb_step *s, const struct fb_activity_view *v)
{
	struct fb_buf line;

	fb_buf_init(&line, 64u << 10);
	(void)fb_buf_puts(&line, s->sure ? "    " : "  ? ");
	(void)fb_zone_text(&line, v->zone, s->first, 0, FB_WHEN_FULL);
	(void)fb_buf_puts(&line, "  ");
	(void)fb_text_term(&line, fb_step_host(s));
	(void)fb_buf_puts(&line, "  ");
	(void)fb_buf_puts(&line, *s->title ? "! " : "");
	if (*s->actor) {
		(void)fb_text_term(&line, fb_slice_str(s->actor));
		(void)fb_buf_putc(&line, ' ');
	}
	(void)fb_buf_puts(&line, fb_does_says(s->does));
	(void)fb_buf_putc(&line, ' ');
	(void)fb_text_term(&line, fb_slice_str(s->what));
	if (s->count > 1) {
		(void)fb_buf_puts(&line, " (");
		(void)fb_text_number(&line, s->count);
		(void)fb_buf_puts(&line, " times)");
	}
	(void)fb_text_cut(&o->buf, fb_buf_view(&line), o->width ? o->width : SIZE_MAX);
	(void)fb_buf_putc(&o->buf, '\n');
	fb_buf_dispose(&line);
}

static int put_steps(struct fb_out *o, const struct fb_steps *s, uint32_t activity, const struct fb_activity_view *v)
{
	uint64_t shown = 0, more = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].activity != activity || !fb_activity_wanted(&s->v[i], v) || fb_step_is_twin(s, i))
			continue;
		if (!v->activity && shown == STEPS_SHOWN) {
			more++;
			continue;
		}
		put_step(o, &s->v[i], v);
		shown++;
	}
	if (more) {
		(void)fb_buf_puts(&o->buf, "    … and ");
		(void)fb_text_count(&o->buf, more, "step");
		(void)fb_buf_printf(&o->buf, " more: --activity %u\n", (unsigned)activity);
	}
	return fb_out_check(o);
}

/* Number of steps of an activity, up to 2. */
static unsigned steps_of(const struct fb_steps *s, uint32_t activity)
{
	unsigned n = 0;

	for (size_t i = 0; i < s->n && n < 2; i++)
		n += s->v[i].activity == activity;
	return n;
}

/* What is one step and has nothing in common with anything. */
static bool alone(const struct fb_steps *s, uint32_t activity)
{
	return steps_of(s, activity) == 1 && !fb_steps_edge(s, activity);
}

static int put_alone(struct fb_out *o, const struct fb_steps *s, const struct fb_activity_view *v)
{
	bool head = false;

	for (size_t i = 0; i < s->n; i++) {
		if (!alone(s, s->v[i].activity) || !fb_activity_wanted(&s->v[i], v))
			continue;
		if (!head)
			(void)fb_buf_puts(&o->buf, "\nJoined to nothing: whose they are, no record shows\n");
		head = true;
		put_step(o, &s->v[i], v);
	}
	return fb_out_check(o);
}

static void put_left_out(struct fb_out *o, const struct fb_steps *s, const struct fb_followed *state)
{
	const struct { uint64_t n; const char *noun, *rest; } left[] = {
		{ !state->whole, "", "Not all of the evidence could be read for it, or not all that was wanted of it was asked for.\n" },
		{ state->beyond, "record", " of who did what, beyond what is followed at once.\n" },
		{ s->left_out, "further step", " beyond what a case keeps.\n" },
		{ s->objects_left_out, "further file", " that they opened or wrote, not kept by name.\n" },
		{ s->edges_left_out, "further thing", " in common, not kept.\n" },
	};

	for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
		if (left[i].n && *left[i].noun)
			(void)fb_text_count(&o->buf, left[i].n, left[i].noun);
		if (left[i].n)
			(void)fb_buf_puts(&o->buf, left[i].rest);
	}
}

/* "7 min 0.2 s" */
static void put_duration(struct fb_out *o, fb_time t)
{
	fb_time s;

	t = t < 0 ? -t : t;
	s = t / FB_SECOND;
	if (s >= 3600)
		(void)fb_buf_printf(&o->buf, "%lld h ", (long long)(s / 3600));
	if (s >= 60)
		(void)fb_buf_printf(&o->buf, "%lld min ", (long long)(s % 3600 / 60));
	(void)fb_buf_printf(&o->buf, "%lld.%lld s", (long long)(s % 60), (long long)(t % FB_SECOND * 10 / FB_SECOND));
}

static void put_skew(struct fb_out *o, const struct fb_step_skew *k)
{
	bool ahead = k->apart >= 0;

	(void)fb_buf_puts(&o->buf, "    ");
	(void)fb_text_term(&o->buf, fb_slice_str(ahead ? k->b : k->a));
	if (!k->known) {
		(void)fb_buf_puts(&o->buf, " and ");
		(void)fb_text_term(&o->buf, fb_slice_str(k->a));
		(void)fb_buf_puts(&o->buf, ": not known (");
		(void)fb_text_count(&o->buf, k->exchanges, "exchange");
		(void)fb_buf_puts(&o->buf, k->exchanges < FB_SKEW_LEAST ? " of the 5 that it takes)\n" : " agree, and others as well)\n");
		return;
	}
	(void)fb_buf_puts(&o->buf, " is ahead of ");
	(void)fb_text_term(&o->buf, fb_slice_str(ahead ? k->a : k->b));
	(void)fb_buf_puts(&o->buf, " by ");
	put_duration(o, k->apart);
	(void)fb_buf_puts(&o->buf, ", give or take ");
	put_duration(o, k->spread);
	(void)fb_buf_puts(&o->buf, " (");
	(void)fb_text_count(&o->buf, k->exchanges, "exchange");
	(void)fb_buf_puts(&o->buf, ")\n");
}

static bool several_machines(const struct fb_steps *s)
{
	for (size_t i = 1; i < s->n; i++)
		if (strcmp(s->v[i].host, s->v[0].host) != 0)
			return true;
	return false;
}

static void put_clocks(struct fb_out *o, const struct fb_steps *s)
{
	if (!several_machines(s))
		return;
	(void)fb_buf_puts(&o->buf, "\nClocks, by what both machines recorded; all times above are as recorded\n");
	for (size_t i = 0; i < s->nskews; i++)
		put_skew(o, &s->skews[i]);
	(void)fb_buf_puts(&o->buf, s->nskews ? "    Of all others it is not known" : "    How far they are apart is not known");
	(void)fb_buf_puts(&o->buf, "; which of two steps on machines not compared came first is not asserted.\n");
}

int fb_activity_write(struct fb_out *o, const struct fb_steps *s, const struct fb_followed *state,
		      const struct fb_activity_view *v)
{
	int r = 0;

	if (!s->n)
		(void)fb_buf_puts(&o->buf, "No activity: nothing that stands out was found to grow one from.\n");
	else if (!v->activity)
		(void)fb_buf_printf(&o->buf, "%u %s (times: %s); ! stands before what a rule recognised\n",
				    (unsigned)s->activities, s->activities == 1 ? "activity" : "activities", v->zone->name);
	if (!fb_steps_whole(s, state))
		put_left_out(o, s, state);
	for (uint32_t n = 1; n <= s->activities && r == 0; n++) {
		if (v->activity ? v->activity != n : alone(s, n))
			continue;
		put_head(o, s, n, v);
		r = put_steps(o, s, n, v);
	}
	if (r == 0 && !v->activity)
		r = put_alone(o, s, v);
	if (r == 0 && !v->activity) {
		put_clocks(o, s);
		r = fb_out_check(o);
	}
	return r;
}

/* ---- why ---- */

#define THINGS_SHOWN 10

void fb_json_things(struct fb_json *j, const struct fb_steps *s, const struct fb_step *step)
{
	fb_json_key(j, "things");
	fb_json_array(j);
	for (size_t i = 0; i < s->nobjects; i++) {
		const struct fb_step_object *x = &s->objects[i];

		if (x->step != step->n)
			continue;
		fb_json_object(j);
		fb_json_put_cstr(j, "name", x->name);
		fb_json_put_cstr(j, "ref", x->ref);
		fb_json_put_time(j, "at", x->first);
		fb_json_put_bool(j, "read", x->read);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

static void put_things(struct fb_out *o, const struct fb_steps *s, const struct fb_step *step)
{
	uint64_t shown = 0;

	for (size_t i = 0; i < s->nobjects; i++) {
		if (s->objects[i].step != step->n || shown++ >= THINGS_SHOWN)
			continue;
		(void)fb_buf_puts(&o->buf, shown == 1 ? "\nDone on\n    " : "    ");
		(void)fb_text_term(&o->buf, fb_slice_str(s->objects[i].name));
		(void)fb_buf_puts(&o->buf, "  ");
		(void)fb_text_term(&o->buf, fb_slice_str(s->objects[i].ref));
		(void)fb_buf_puts(&o->buf, s->objects[i].read ? "  opened for reading\n" : "\n");
	}
	if (shown > THINGS_SHOWN)
		(void)fb_buf_printf(&o->buf, "    … and %llu more: --json\n", (unsigned long long)(shown - THINGS_SHOWN));
}

int fb_why_write(struct fb_out *o, const struct fb_steps *s, const struct fb_step *const *v, size_t n, const struct fb_zone *zone)
{
	const struct fb_activity_view view = { .zone = zone };

	for (size_t i = 0; i < n; i++) {
		(void)fb_buf_printf(&o->buf, "%sstep %u of activity %u, record ", i ? "\n" : "", (unsigned)v[i]->n, (unsigned)v[i]->activity);
		(void)fb_text_term(&o->buf, fb_slice_str(v[i]->ref));
		(void)fb_buf_putc(&o->buf, '\n');
		put_step(o, v[i], &view);
		if (*v[i]->title) {
			(void)fb_buf_puts(&o->buf, "    recognised: ");
			(void)fb_text_term(&o->buf, fb_slice_str(v[i]->title));
			(void)fb_buf_printf(&o->buf, "%s\n", v[i]->strong ? "" : " (of itself it says little)");
		}
		if (!*v[i]->join) {
			(void)fb_buf_puts(&o->buf, "    it stood out by itself\n");
			continue;
		}
		(void)fb_buf_printf(&o->buf, "    joined %s: ", v[i]->sure ? "for sure" : "perhaps");
		(void)fb_text_term(&o->buf, fb_slice_str(v[i]->join));
		(void)fb_buf_putc(&o->buf, '\n');
	}
	if (n)
		put_things(o, s, v[0]);
	return fb_out_check(o);
}
