#include "cli/decide.h"

#include "case/beginnings.h"
#include "cli/origin.h"
#include "show/summary.h"
#include "show/text.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Identities and what was decided before, of what one command names. */
#define DECIDE_MEMORY (64u << 20)
/* Decisions of others that are said to have been replaced. */
#define REPLACED_SAID 20

const struct fb_opt fb_opts_by[] = {
	{ "by", 0, FB_OPT_TEXT, "NAME", "who decides; else $FIREBREAK_BY, else the login name", false },
	{ 0 },
};

struct subject {
	const char *event, *rule, *group;
	bool fetch;           /* its event has to be read again */
	struct fb_event_at at;
};

struct deciding {
	struct fb_cli *cli;
	struct fb_case *c;
	struct fb_arena arena;
	struct subject *v;
	size_t n;
	struct { uint64_t n; const char *word, *by; } replaced[REPLACED_SAID]; /* of others */
	size_t nreplaced;
};

bool fb_decide_is_id(const char *s)
{
	size_t n = strspn(s, "0123456789abcdefABCDEF");
	struct stat st;

	if (fb_is_event_reference(s))
		return true;
	return s[n] == 0 && n >= 6 && n <= 32 && (stat(s, &st) || !S_ISDIR(st.st_mode));
}

int fb_decide_author(struct fb_cli *cli, const char **by)
{
	return fb_decide_author_of(cli, by, &cli->err);
}

int fb_decide_author_of(const struct fb_cli *cli, const char **by, struct fb_err *err)
{
	const char *name = fb_args_get(&cli->args, "by");
	const struct passwd *pw;

	if (!name)
		name = getenv("FIREBREAK_BY");
	if (!name || !*name) {
		pw = getpwuid(getuid());
		name = pw ? pw->pw_name : NULL;
	}
	if (!name || !*name)
		return fb_fail(err, FB_EUSAGE, "who decides? --by NAME says so, or $FIREBREAK_BY");
	*by = name;
	return 0;
}

int fb_decide_begin(struct fb_cli *cli, enum fb_decision_what what, struct fb_decision *d)
{
	fb_time now = fb_time_now();

	fb_decision_init(d);
	d->what = what;
	d->at = now - now % 1000; /* microseconds tell people apart */
	return fb_decide_author(cli, &d->by);
}

static int on_row(void *user, const struct fb_detection_row *row)
{
	struct deciding *g = user;
	struct subject *s = &g->v[g->n];
	struct fb_buf event;
	int r;

	fb_buf_init(&event, FB_DECISION_EVENT_MAX);
	r = fb_case_identity(g->c, row, &event, &g->cli->err);
	if (!r) {
		s->event = fb_arena_str(&g->arena, fb_buf_cstr(&event));
		s->rule = fb_arena_str(&g->arena, row->rule->id);
		s->group = fb_arena_str(&g->arena, row->grouped);
		if (!s->event || !s->rule || !s->group)
			r = fb_fail(&g->cli->err, FB_ENOMEM, "out of memory");
	}
	fb_buf_dispose(&event);
	return r;
}

static int find_event(struct deciding *g, const char *reference)
{
	struct subject *s = &g->v[g->n];
	struct fb_buf event;
	int r;

	fb_buf_init(&event, FB_DECISION_EVENT_MAX);
	r = fb_case_event_at(g->c, reference, &s->at, &event, &g->cli->err);
	s->rule = s->group = "";
	s->fetch = !r && !s->at.known;
	s->event = fb_arena_str(&g->arena, fb_buf_cstr(&event));
	fb_buf_dispose(&event);
	return r || s->event ? r : fb_fail(&g->cli->err, FB_ENOMEM, "out of memory");
}

static int find_all(struct deciding *g, const char *const *ids, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		r = fb_is_event_reference(ids[i])
		  ? find_event(g, ids[i])
		  : fb_case_detection(g->c, ids[i], on_row, g, &g->cli->err);
		g->n++;
	}
	return r;
}

/* An event in which no rule recognised anything stands in the evidence alone. */
static int take_fetched(struct deciding *g, struct fb_wanted *w, struct subject *s)
{
	if (!w->found || w->event.n == 0)
		return fb_fail(&g->cli->err, FB_ENOTFOUND, "no event at offset %llu of that source: %s",
			       (unsigned long long)s->at.offset,
			       w->found ? "no record begins there" : w->why);
	s->event = fb_arena_str(&g->arena, fb_buf_cstr(&w->event));
	return s->event ? 0 : fb_fail(&g->cli->err, FB_ENOMEM, "out of memory");
}

/* The case is closed meanwhile: workers are forked. */
static int fetch(struct deciding *g, const char *dir)
{
	struct fb_wanted *list = calloc(g->n + 1, sizeof *list);
	struct subject **of = calloc(g->n + 1, sizeof *of);
	uint64_t *source = calloc(g->n + 1, sizeof *source);
	struct fb_branches branches = { 0 };
	size_t n = 0;
	int r = list && of && source ? 0 : fb_fail(&g->cli->err, FB_ENOMEM, "out of memory");

	for (size_t i = 0; i < g->n && !r; i++) {
		struct subject *s = &g->v[i];

		if (!s->fetch)
			continue;
		source[n] = s->at.source;
		list[n].unit_seq = s->at.unit_seq;
		list[n].offset = s->at.offset;
		memcpy(list[n].sha256, s->at.sha256, FB_SHA256);
		list[n].source = s->at.source;
		list[n].branches = &branches;
		fb_buf_init(&list[n].text, FB_ORIGINAL_MAX + 4096);
		fb_buf_init(&list[n].event, FB_DECISION_EVENT_MAX);
		of[n++] = s;
	}
	if (!r && n)
		r = fb_origins(g->c, source, list, n, &g->arena, &g->cli->err);
	for (size_t i = 0; i < n && !r; i++)
		if (!list[i].disk)
			r = fb_fail(&g->cli->err, FB_ENOTFOUND, "the case does not know where the evidence "
				    "of that event lies");
	if (!r && n && (r = fb_case_branches_own(g->c, &branches, &g->cli->err)) == 0) {
		fb_case_close(g->c);
		g->c = NULL;
		r = fb_refetch(g->cli, g->cli->formats, NULL, list, n);
		for (size_t i = 0; i < n && !r; i++)
			r = take_fetched(g, &list[i], of[i]);
		if (!r)
			r = fb_cli_open(g->cli, dir, &g->c);
	}
	for (size_t i = 0; list && i < n; i++) {
		fb_buf_dispose(&list[i].text);
		fb_buf_dispose(&list[i].event);
	}
	fb_branches_dispose(&branches);
	free(source);
	free(of);
	free(list);
	return r;
}

static const uint8_t (*keep_ids(struct fb_arena *arena, const struct fb_decision *d,
				bool *oom))[FB_DECISION_ID]
{
	void *copy = fb_arena_calloc(arena, d->nreplaces + 1, FB_DECISION_ID);

	if (copy && d->nreplaces)
		memcpy(copy, d->replaces, d->nreplaces * FB_DECISION_ID);
	*oom = *oom || !copy;
	return copy;
}

static int note_replaced(struct deciding *g, const struct fb_decision *d)
{
	for (size_t i = 0; i < d->nreplaces && g->nreplaced < REPLACED_SAID; i++) {
		const struct fb_decision_row *row;
		char id[2 * FB_DECISION_ID + 1];
		int r;

		fb_hex(d->replaces[i], FB_DECISION_ID, id);
		r = fb_case_decision(g->c, id, &row, &g->cli->err);
		if (r)
			return r;
		if (strcmp(row->d->by, d->by) == 0 || row->d->mark == d->mark)
			continue;
		g->replaced[g->nreplaced].n = row->n;
		g->replaced[g->nreplaced].word = fb_mark_word(row->d->mark);
		g->replaced[g->nreplaced].by = fb_arena_str(&g->arena, row->d->by);
		if (!g->replaced[g->nreplaced++].by)
			return fb_fail(&g->cli->err, FB_ENOMEM, "out of memory");
	}
	return 0;
}

/* What each decision takes the place of; the ids outlive the case. */
static int make(struct deciding *g, const struct fb_decision *list, size_t n,
		struct fb_decision *out, size_t *made)
{
	bool oom = false;

	for (size_t i = 0; i < g->n; i++) {
		for (size_t k = 0; k < n; k++) {
			struct fb_decision d = list[k];
			int r;

			/* One after the other, so that lists keep their order. */
			d.at += (fb_time)*made * 1000;
			d.event = g->v[i].event;
			d.rule = g->v[i].rule;
			d.group = g->v[i].group;
			if ((r = fb_case_place_size(g->c, d.event, &g->arena, &d.size, &g->cli->err)) ||
			    (r = fb_case_decision_heads(g->c, &d, &g->cli->err)))
				return r;
			if (d.what == FB_DECIDED_UNTAG && d.nreplaces == 0)
				return fb_fail(&g->cli->err, FB_EUSAGE, "-%s: it has no such tag", d.tag);
			r = note_replaced(g, &d);
			if (r)
				return r;
			d.replaces = keep_ids(&g->arena, &d, &oom);
			if (oom)
				return fb_fail(&g->cli->err, FB_ENOMEM, "out of memory");
			out[(*made)++] = d;
		}
	}
	return 0;
}

int fb_decide_keep(struct fb_cli *cli, const char *dir, const struct fb_decision *list, size_t n,
		   const char *from, uint64_t *added, uint64_t *last)
{
	struct fb_case *c = NULL;
	int r;

	for (size_t i = 0; i < n; i++) {
		r = fb_decision_check(&list[i], &cli->err);
		if (r)
			return r;
	}
	r = fb_case_open(dir, FB_CASE_DECIDE, &c, &cli->err);
	if (!r)
		r = fb_case_decide(c, list, n, from, added, last, &cli->err);
	fb_case_close(c);
	return r;
}

/* What others had said and is not said any more. */
static void put_replaced(struct deciding *g)
{
	struct fb_buf *out = &g->cli->out.buf;

	for (size_t i = 0; i < g->nreplaced; i++) {
		(void)fb_buf_printf(out, "It takes the place of decision %llu: ",
				    (unsigned long long)g->replaced[i].n);
		(void)fb_buf_puts(out, g->replaced[i].word);
		(void)fb_buf_puts(out, ", by ");
		(void)fb_text_term(out, fb_slice_str(g->replaced[i].by));
		(void)fb_buf_putc(out, '\n');
	}
}

static void put_kept(struct fb_cli *cli, const char *dir, const char *by, uint64_t added,
		     uint64_t last)
{
	struct fb_buf *out = &cli->out.buf;

	(void)fb_buf_printf(out, "Decision %llu", (unsigned long long)(last - added + 1));
	if (added > 1)
		(void)fb_buf_printf(out, " to %llu", (unsigned long long)last);
	(void)fb_buf_puts(out, ", by ");
	(void)fb_text_term(out, fb_slice_str(by));
	(void)fb_buf_puts(out, ". The report has it after `firebreak report ");
	(void)fb_shell_word(out, dir);
	(void)fb_buf_puts(out, "`\n");
}

int fb_decide_about(struct fb_cli *cli, const char *dir, const char *const *ids, size_t nids,
		    const struct fb_decision *list, size_t n)
{
	struct deciding g = { .cli = cli };
	struct fb_decision *made = calloc(nids * n + 1, sizeof *made);
	uint64_t added = 0, last = 0;
	size_t nmade = 0;
	int r;

	fb_arena_init(&g.arena, DECIDE_MEMORY);
	g.v = calloc(nids + 1, sizeof *g.v);
	r = g.v && made ? fb_cli_open(cli, dir, &g.c)
			: fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	if (!r)
		r = find_all(&g, ids, nids);
	if (!r)
		r = fetch(&g, dir);
	if (!r)
		r = make(&g, list, n, made, &nmade);
	/* Closed, so that it does not stand in the way of what is written now. */
	fb_case_close(g.c);
	if (!r)
		r = fb_decide_keep(cli, dir, made, nmade, NULL, &added, &last);
	if (!r) {
		fb_out_stdout(&cli->out);
		cli->out_open = true;
		put_kept(cli, dir, list->by, added, last);
		put_replaced(&g);
		r = fb_cli_done(cli, fb_out_check(&cli->out));
	}
	free(g.v);
	free(made);
	fb_arena_dispose(&g.arena);
	return r;
}
