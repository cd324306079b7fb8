/* Processes as trees: who started what, from Sysmon's and the Security log's records. */
#include "cli/grid.h"
#include "cli/survey.h"
#include "cli/unpacking.h"

#include "base/limits.h"
#include "base/text.h"
#include "show/text.h"

#include <stdlib.h>

static const struct fb_opt own[] = {
	{ "tree", 0, FB_OPT_TEXT, "TEXT", "only trees with this in a path, command line or account", false },
	{ "from", 0, FB_OPT_TIME, "TIME", "started at this time (UTC) or later", false },
	{ "to", 0, FB_OPT_TIME, "TIME", "started before this time (UTC)", false },
	{ "host", 0, FB_OPT_TEXT, "HOST", "on this host; * and ? stand for anything", false },
	{ "source", 0, FB_OPT_TEXT, "PATH", "in this source; * and ? stand for anything", false },
	{ "limit", 0, FB_OPT_TEXT, "N", "the first N processes", false },
	{ "quiet", 'q', FB_OPT_FLAG, NULL, "no progress", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_format, fb_opts_zone, fb_opts_unpack, fb_opts_common,
					     NULL };

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define IDS(...) ((const uint32_t[]){ __VA_ARGS__, 0 })
#define SECURITY LIST("Security")
#define SYSMON LIST("Microsoft-Windows-Sysmon/Operational")
/* The two records of one start are written that far apart at most. */
#define SAME_START (2 * FB_SECOND)
#define DEPTH_MAX 64
#define NONE SIZE_MAX

enum query { SYSMON_START, SECURITY_START, SYSMON_END, SECURITY_END };
enum { V_ID, V_PARENT, V_PID, V_PPID, V_IMAGE, V_COMMAND, V_DOMAIN, V_USER, V_PARENT_IMAGE };

static const struct fb_query queries[] = {
	[SYSMON_START] = { .channels = SYSMON, .event_ids = IDS(1),
			   .fields = LIST("ProcessGuid", "ParentProcessGuid", "ProcessId",
					  "ParentProcessId", "Image", "CommandLine", "NoDomain",
					  "User", "ParentImage") },
	[SECURITY_START] = { .channels = SECURITY, .event_ids = IDS(4688),
			     .fields = LIST("NoGuid", "NoGuid", "NewProcessId", "ProcessId",
					    "NewProcessName", "CommandLine", "SubjectDomainName",
					    "SubjectUserName", "ParentProcessName") },
	[SYSMON_END] = { .channels = SYSMON, .event_ids = IDS(5),
			 .fields = LIST("ProcessGuid", "NoGuid", "ProcessId") },
	[SECURITY_END] = { .channels = SECURITY, .event_ids = IDS(4689),
			   .fields = LIST("NoGuid", "NoGuid", "ProcessId") },
};

struct process {
	struct fb_slice host, guid, parent_guid, image, command, user, parent_image, ref;
	uint64_t pid, ppid;
	fb_time start, end;
	bool ending;   /* only the record of its end */
	bool recorded; /* else only its children say that it was */
	bool security; /* from the Security log */
	bool gone;     /* another row tells of it too */
	bool shown;
	size_t parent, first, last, next; /* NONE */
};

struct processes {
	struct fb_survey survey;
	struct fb_arena arena;
	struct process *v;
	size_t n, room;
	uint64_t beyond;
	struct fb_buf text;
	size_t *order;
	struct fb_grid grid;
	struct fb_slice host; /* of the last row for people */
};

static int no_memory(struct processes *p)
{
	return fb_fail(&p->survey.cli->err, FB_ENOMEM, "out of memory");
}

static uint64_t number(struct fb_slice s)
{
	uint64_t v;

	return fb_slice_number(s, &v) ? v : 0;
}

static bool keep(struct processes *p, struct fb_slice s, struct fb_slice *out)
{
	bool cut;
	char *copy;

	s = fb_survey_short(s, &cut);
	fb_buf_clear(&p->text);
	(void)fb_buf_slice(&p->text, s);
	if (cut)
		(void)fb_buf_puts(&p->text, "…");
	copy = fb_arena_strn(&p->arena, p->text.p, p->text.n);
	*out = fb_slice(copy, p->text.n);
	return copy != NULL;
}

static int make(struct processes *p, struct process **out)
{
	*out = NULL;
	if (p->n == FB_PROCESSES_MAX) {
		p->beyond++;
		return 0;
	}
	if (p->n == p->room) {
		size_t more = p->room ? p->room * 2 : 1024;
		struct process *grown = reallocarray(p->v, more, sizeof *grown);

		if (!grown)
			return no_memory(p);
		p->v = grown;
		p->room = more;
	}
	*out = &p->v[p->n++];
	**out = (struct process){ .start = FB_TIME_NONE, .end = FB_TIME_NONE, .parent = NONE,
				  .first = NONE, .last = NONE, .next = NONE };
	return 0;
}

/* Its texts do not fit any more. */
static int too_much(struct processes *p)
{
	p->n--;
	p->beyond++;
	return 0;
}

static int on_hit(void *user, const struct fb_pass_hit *hit)
{
	struct processes *p = user;
	struct fb_slice account = { 0 };
	struct process *x;
	int r = make(p, &x);

	if (r || !x)
		return r;
	x->ending = hit->d->rule >= SYSMON_END;
	x->security = hit->d->rule == SECURITY_START || hit->d->rule == SECURITY_END;
	x->recorded = true;
	x->start = hit->d->time;
	x->pid = number(fb_survey_value(hit, V_PID));
	if (!keep(p, hit->host, &x->host) || !keep(p, fb_survey_value(hit, V_ID), &x->guid))
		return too_much(p);
	if (x->ending)
		return 0;
	x->ppid = number(fb_survey_value(hit, V_PPID));
	if (!keep(p, fb_survey_value(hit, V_PARENT), &x->parent_guid) ||
	    !keep(p, fb_survey_value(hit, V_IMAGE), &x->image) ||
	    !keep(p, fb_survey_value(hit, V_COMMAND), &x->command) ||
	    !keep(p, fb_survey_value(hit, V_PARENT_IMAGE), &x->parent_image))
		return too_much(p);
	fb_buf_clear(&p->text);
	(void)fb_pass_reference(&p->text, hit);
	x->ref.p = (const uint8_t *)fb_arena_strn(&p->arena, p->text.p, p->text.n);
	x->ref.n = x->ref.p ? p->text.n : 0;
	fb_buf_clear(&p->text);
	fb_survey_account(&p->text, fb_survey_value(hit, V_DOMAIN), fb_survey_value(hit, V_USER));
	account.n = p->text.n;
	account.p = (const uint8_t *)fb_arena_strn(&p->arena, p->text.p, p->text.n);
	x->user = account;
	return account.p && x->ref.p ? 0 : too_much(p);
}

/* ---- putting together ---- */

static int cmp_u64(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* By host, number of the process, time; starts before ends. */
static int by_pid(const void *a, const void *b, void *user)
{
	const struct process *v = user;
	const struct process *x = &v[*(const size_t *)a], *y = &v[*(const size_t *)b];
	int d = fb_slice_cmp(x->host, y->host);

	if (!d)
		d = cmp_u64(x->pid, y->pid);
	if (!d)
		d = x->start < y->start ? -1 : x->start > y->start;
	if (!d)
		d = (int)x->ending - (int)y->ending;
	if (!d)
		d = (int)x->security - (int)y->security;
	if (!d)
		d = fb_slice_cmp(x->ref, y->ref);
	return d ? d : x < y ? -1 : x > y;
}

static bool same_start(const struct process *a, const struct process *b)
{
	return fb_slice_eq(a->host, b->host) && a->pid == b->pid && a->security != b->security &&
	       b->start - a->start <= SAME_START && fb_slice_ieq(a->image, b->image);
}

/* Two records of one start become one row, Sysmon's; ends go to the starts before. */
static void merge(struct processes *p)
{
	struct process *open = NULL;

	for (size_t i = 0; i < p->n; i++) {
		struct process *x = &p->v[p->order[i]];

		if (x->start == FB_TIME_NONE || !x->pid)
			continue;
		if (open && (!fb_slice_eq(open->host, x->host) || open->pid != x->pid))
			open = NULL;
		if (x->ending) {
			x->gone = true;
			if (open && open->end == FB_TIME_NONE)
				open->end = x->start;
		} else if (open && same_start(open, x)) {
			struct process *better = open->security ? x : open;
			struct process *worse = open->security ? open : x;

			worse->gone = true;
			if (!better->command.n)
				better->command = worse->command;
			open = better;
		} else {
			open = x;
		}
	}
}

static const struct process *key_of(const struct processes *p, size_t i)
{
	return &p->v[p->order[i]];
}

/* The last start of that number on the host before a time, or NONE. */
static size_t started(const struct processes *p, size_t n, const struct process *child)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct process *x = key_of(p, mid);
		int d = fb_slice_cmp(x->host, child->host);

		if (!d)
			d = cmp_u64(x->pid, child->ppid);
		if (!d)
			d = x->start > child->start;
		if (d <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	while (lo-- > 0) {
		const struct process *x = key_of(p, lo);

		if (!fb_slice_eq(x->host, child->host) || x->pid != child->ppid)
			break;
		if (x->gone || x->ending || x == child)
			continue;
		if (x->end != FB_TIME_NONE && x->end < child->start)
			break;
		if (child->parent_image.n && x->image.n && !fb_slice_ieq(child->parent_image, x->image))
			break;
		return p->order[lo];
	}
	return NONE;
}

static int by_guid(const void *a, const void *b, void *user)
{
	const struct process *v = user;
	const struct process *x = &v[*(const size_t *)a], *y = &v[*(const size_t *)b];
	int d = fb_slice_cmp(x->guid, y->guid);

	return d ? d : x < y ? -1 : x > y;
}

static size_t with_guid(const struct processes *p, const size_t *order, size_t n,
			const struct process *child)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (fb_slice_cmp(p->v[order[mid]].guid, child->parent_guid) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < n && fb_slice_eq(p->v[order[lo]].guid, child->parent_guid); lo++) {
		const struct process *x = &p->v[order[lo]];

		if (!x->gone && !x->ending && x != child && fb_slice_eq(x->host, child->host))
			return order[lo];
	}
	return NONE;
}

static bool is_above(const struct processes *p, size_t at, size_t of)
{
	for (unsigned depth = 0; of != NONE && depth < DEPTH_MAX; depth++) {
		if (of == at)
			return true;
		of = p->v[of].parent;
	}
	return of != NONE; /* too deep to tell: it stays a root */
}

static void hang(struct processes *p, size_t child, size_t parent)
{
	struct process *x = &p->v[child], *up = &p->v[parent];

	x->parent = parent;
	if (up->last == NONE)
		up->first = child;
	else
		p->v[up->last].next = child;
	up->last = child;
}

static int by_start(const void *a, const void *b, void *user)
{
	const struct process *v = user;
	const struct process *x = &v[*(const size_t *)a], *y = &v[*(const size_t *)b];
	int d = fb_slice_cmp(x->host, y->host);

	if (!d)
		d = x->start < y->start ? -1 : x->start > y->start;
	if (!d)
		d = fb_slice_cmp(x->ref, y->ref);
	return d ? d : x < y ? -1 : x > y;
}

/* Parents are found; then children hang in the order in which they started. */
static int link_all(struct processes *p)
{
	size_t n = p->n, *guids = calloc(n + 1, sizeof *guids), *up = calloc(n + 1, sizeof *up);

	p->order = calloc(n + 1, sizeof *p->order);
	if (!guids || !up || !p->order) {
		free(guids);
		free(up);
		return no_memory(p);
	}
	for (size_t i = 0; i < n; i++)
		guids[i] = p->order[i] = i;
	qsort_r(p->order, n, sizeof *p->order, by_pid, p->v);
	merge(p);
	qsort_r(guids, n, sizeof *guids, by_guid, p->v);
	for (size_t i = 0; i < n; i++) {
		const struct process *x = &p->v[i];

		up[i] = NONE;
		if (x->gone || x->ending)
			continue;
		if (x->parent_guid.n)
			up[i] = with_guid(p, guids, n, x);
		if (up[i] == NONE && x->ppid && x->start != FB_TIME_NONE)
			up[i] = started(p, n, x);
		/* A number that was given again: by its own log the one that has it now is another. */
		if (up[i] != NONE && x->parent_guid.n && p->v[up[i]].guid.n &&
		    !fb_slice_eq(p->v[up[i]].guid, x->parent_guid))
			up[i] = NONE;
	}
	for (size_t i = 0; i < n; i++)
		p->order[i] = i;
	qsort_r(p->order, n, sizeof *p->order, by_start, p->v);
	for (size_t i = 0; i < n; i++) {
		size_t x = p->order[i];

		if (up[x] != NONE && !is_above(p, x, up[x]))
			hang(p, x, up[x]);
	}
	free(guids);
	free(up);
	return 0;
}

/* ---- which ---- */

static bool holds(struct processes *p, struct fb_slice text, struct fb_slice folded)
{
	fb_buf_clear(&p->text);
	(void)fb_utf8_fold(&p->text, text);
	return folded.n == 0 || fb_slice_find(fb_buf_view(&p->text), folded) < p->text.n;
}

/* Who has the text, those above it, and all below. A parent without a record of its own, which
 * is shown in brackets, counts too: what it started is what is asked for. */
static void mark(struct processes *p, size_t at, bool all, struct fb_slice folded, unsigned depth)
{
	struct process *x = &p->v[at];

	all = all || holds(p, x->image, folded) || holds(p, x->command, folded) ||
	      holds(p, x->user, folded) || (x->parent == NONE && holds(p, x->parent_image, folded));
	if (all)
		for (size_t up = at; up != NONE && !p->v[up].shown; up = p->v[up].parent)
			p->v[up].shown = true;
	for (size_t k = x->first; k != NONE && depth < DEPTH_MAX; k = p->v[k].next)
		mark(p, k, all, folded, depth + 1);
}

static int mark_all(struct processes *p)
{
	const char *tree = fb_args_get(&p->survey.cli->args, "tree");
	struct fb_buf folded;

	fb_buf_init(&folded, (size_t)1 << 20);
	(void)fb_utf8_fold(&folded, fb_slice_str(tree ? tree : ""));
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].parent == NONE && !p->v[i].gone && !p->v[i].ending)
			mark(p, i, !tree, fb_buf_view(&folded), 0);
	fb_buf_dispose(&folded);
	return 0;
}

/* ---- output ---- */

static const struct fb_grid_column columns[] = {
	{ "ref", NULL, FB_GRID_TEXT, 0 }, { "parent", NULL, FB_GRID_TEXT, 0 },
	{ "depth", NULL, FB_GRID_COUNT, 0 }, { "host", NULL, FB_GRID_TEXT, 0 },
	{ "start", NULL, FB_GRID_TIME, 0 }, { "end", NULL, FB_GRID_TIME, 0 },
	{ "pid", NULL, FB_GRID_NUMBER, 0 }, { "parent_pid", NULL, FB_GRID_NUMBER, 0 },
	{ "image", NULL, FB_GRID_TEXT, 0 }, { "command", NULL, FB_GRID_TEXT, 0 },
	{ "user", NULL, FB_GRID_TEXT, 0 }, { "parent_image", NULL, FB_GRID_TEXT, 0 },
	{ "guid", NULL, FB_GRID_TEXT, 0 },
};
#define NCOLUMNS (sizeof columns / sizeof *columns)

static struct fb_slice base_name(struct fb_slice path)
{
	size_t at = path.n;

	while (at && path.p[at - 1] != '\\' && path.p[at - 1] != '/')
		at--;
	return fb_slice_sub(path, at, path.n);
}

/* One line, as far in as the process is deep. */
static void put_line(struct processes *p, const struct process *x, unsigned depth)
{
	struct fb_out *o = &p->survey.cli->out;
	struct fb_buf *line = &p->text;

	if (!p->host.p || !fb_slice_eq(p->host, x->host)) {
		if (p->host.p)
			(void)fb_buf_putc(&o->buf, '\n');
		(void)fb_text_term(&o->buf, x->host);
		(void)fb_buf_printf(&o->buf, " (%s)\n", p->survey.cli->zone.name);
		p->host = x->host;
	}
	fb_buf_clear(line);
	(void)fb_buf_puts(line, "  ");
	(void)fb_zone_text(line, &p->survey.cli->zone, x->start, 0, FB_WHEN_FULL);
	(void)fb_buf_puts(line, "  ");
	if (x->parent == NONE && x->parent_image.n) {
		(void)fb_buf_putc(line, '(');
		(void)fb_text_term(line, base_name(x->parent_image));
		(void)fb_buf_puts(line, ") > ");
	}
	for (unsigned i = 0; i < depth; i++)
		(void)fb_buf_puts(line, i + 1 == depth ? "└ " : "  ");
	(void)fb_text_term(line, base_name(x->image));
	(void)fb_buf_printf(line, " %llu", (unsigned long long)x->pid);
	if (x->user.n) {
		(void)fb_buf_puts(line, "  ");
		(void)fb_text_term(line, x->user);
	}
	(void)fb_buf_puts(line, "  ");
	(void)fb_text_term(line, x->command.n ? x->command : x->image);
	(void)fb_text_cut(&o->buf, fb_buf_view(line), o->width ? o->width : SIZE_MAX);
	(void)fb_buf_putc(&o->buf, '\n');
	p->grid.rows++;
}

static int put_process(struct processes *p, size_t at, unsigned depth)
{
	const struct process *x = &p->v[at];
	const struct process *up = x->parent == NONE ? NULL : &p->v[x->parent];
	uint64_t limit = p->survey.limit;
	int r = 0;

	if (!x->shown || (limit && p->grid.rows >= limit))
		return 0;
	if (p->survey.as == FB_AS_TEXT) {
		put_line(p, x, depth);
		r = fb_cli_row(p->survey.cli);
	} else {
		const struct fb_grid_value v[NCOLUMNS] = {
			{ .text = x->ref }, { .text = up ? up->ref : (struct fb_slice){ 0 } },
			{ .count = depth }, { .text = x->host }, { .time = x->start },
			{ .time = x->end }, { .count = x->pid }, { .count = x->ppid },
			{ .text = x->image }, { .text = x->command }, { .text = x->user },
			{ .text = x->parent_image }, { .text = x->guid },
		};

		r = fb_grid_row(&p->grid, v);
	}
	for (size_t k = x->first; k != NONE && !r && depth < DEPTH_MAX; k = p->v[k].next)
		r = put_process(p, k, depth + 1);
	return r;
}

static int put_all(struct processes *p)
{
	struct fb_cli *cli = p->survey.cli;
	int r = link_all(p);

	if (!r)
		r = mark_all(p);
	fb_grid_init(&p->grid, cli, p->survey.as, "processes", columns, NCOLUMNS);
	for (size_t i = 0; i < p->n && !r; i++) {
		const struct process *x = &p->v[p->order[i]];

		if (x->parent == NONE && !x->gone && !x->ending)
			r = put_process(p, p->order[i], 0);
	}
	if (!r)
		r = fb_grid_end(&p->grid);
	if (!r && p->grid.rows == 0 && p->survey.as == FB_AS_TEXT)
		(void)fb_buf_puts(&cli->out.buf, "No process to show: none was recorded in what was "
						 "read, or none passes.\n");
	if (p->beyond) {
		fb_cli_say(cli, "more than %u records of processes: %llu further ones are left out "
			   "(--from, --to and --host choose)", FB_PROCESSES_MAX,
			   (unsigned long long)p->beyond);
		cli->status = FB_EXIT_PART;
	}
	fb_grid_dispose(&p->grid);
	return r;
}

static int run(struct fb_cli *cli)
{
	struct processes p = {
		.survey = { .cli = cli, .queries = queries, .n = sizeof queries / sizeof *queries,
			    .bring = FB_RENDER_PLACE, .hit = on_hit, .user = &p },
	};
	int r;

	fb_arena_init(&p.arena, FB_TALLY_MEMORY);
	fb_buf_init(&p.text, (size_t)1 << 20);
	r = fb_survey_run(&p.survey);
	if (!r)
		r = put_all(&p);
	free(p.v);
	free(p.order);
	fb_buf_dispose(&p.text);
	fb_arena_dispose(&p.arena);
	return fb_cli_done(cli, r);
}

const struct fb_cmd fb_cmd_processes = {
	.name = "processes",
	.summary = "which process started which, as trees",
	.usage = "[CASE] [OPTION…]",
	.about = "Reads the records of processes (Sysmon 1 and 5, Security 4688 and 4689) and shows who\n"
		 "started what, host by host, children below their parents in the order in which they\n"
		 "started. Parents are found by Sysmon's GUID, else by number, host, time and path; in\n"
		 "brackets a parent of which there is no record. --tree TEXT: only trees in which a\n"
		 "process, or such a parent, has it, with all that is above and below.",
	.opts = opts,
	.most = 1,
	.run = run,
};
