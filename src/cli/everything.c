#include "cli/everything.h"

#include "detect/query/query.h"
#include "show/eventline.h"

#include "event/secondhand.h"

#include <string.h>

void fb_event_row_of(const struct fb_pass_hit *hit, struct fb_buf *text, struct fb_event_row *row)
{
	const struct fb_detection *d = hit->d;

	*row = (struct fb_event_row){
		.time = d->time, .time_digits = d->time_digits, .time_flags = d->time_flags,
		.flags = d->flags, .host = hit->host, .host_why = hit->host_why,
		.decided = hit->decided,
		.channel = d->channel, .provider = d->provider, .summary = d->summary,
		.event_id = d->event_id, .entities = d->entities,
		.place = { .path = hit->source->path, .record = d->record, .line = d->line,
			   .offset = d->offset, .length = d->length,
			   .second_hand = fb_second_hand(hit->source->format) },
	};
	memcpy(row->place.sha256, hit->source->sha256, FB_SHA256);
	fb_buf_clear(text);
	(void)fb_pass_reference(text, hit);
	row->reference = fb_buf_cstr(text);
}

static const struct {
	const char *name;
	void (*head)(struct fb_buf *out);
	void (*row)(struct fb_buf *out, const struct fb_event_row *row);
} forms[] = {
	{ "timesketch", NULL, fb_eventline_timesketch },
	{ "l2t", fb_eventline_l2t_head, fb_eventline_l2t },
	{ "bodyfile", NULL, fb_eventline_body },
};
#define NFORMS (sizeof forms / sizeof *forms)

struct writing {
	struct fb_cli *cli;
	size_t form;
	struct fb_buf text;
	uint64_t untimed;
};

static int on_hit(void *user, const struct fb_pass_hit *hit)
{
	struct writing *w = user;
	struct fb_event_row row;

	if (hit->d->time == FB_TIME_NONE) {
		w->untimed++;
		return 0;
	}
	fb_event_row_of(hit, &w->text, &row);
	forms[w->form].row(&w->cli->out.buf, &row);
	return fb_cli_row(w->cli);
}

int fb_everything(struct fb_cli *cli, const char *dir, const char *as)
{
	const struct fb_query query = { .id = "event" };
	struct fb_query_options o = { 0 };
	struct writing w = { .cli = cli };
	struct fb_syms *syms = fb_syms_new();
	struct fb_ruleset *set = NULL;
	struct fb_pass p = { .cli = cli, .syms = syms, .hit = on_hit, .user = &w,
			     .bring = FB_RENDER_HIT };
	int r = syms ? fb_cli_filter(cli, &p.filter) : fb_fail(&cli->err, FB_ENOMEM, "out of memory");

	while (w.form < NFORMS && strcmp(forms[w.form].name, as) != 0)
		w.form++;
	if (!r && w.form == NFORMS)
		r = fb_fail(&cli->err, FB_EUSAGE, "--as %s: neither timesketch, l2t nor bodyfile", as);
	o.from = p.filter.from;
	o.to = p.filter.to;
	fb_buf_init(&w.text, 4096);
	if (!r)
		r = fb_query_compile(&query, 1, &o, syms, &set, &cli->err);
	p.set = set;
	if (!r)
		r = fb_cli_out(cli);
	if (!r && forms[w.form].head)
		forms[w.form].head(&cli->out.buf);
	if (!r)
		r = fb_pass_run(&p, dir);
	if (!r && w.untimed) {
		fb_cli_say(cli, "%llu events without a time are left out", (unsigned long long)w.untimed);
		cli->status = FB_EXIT_PART;
	}
	if (set)
		set->kind->free(set);
	fb_syms_free(syms);
	fb_buf_dispose(&w.text);
	return fb_cli_done(cli, r);
}
