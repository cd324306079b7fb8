/* Every record of one file as text: what the decoders read, without rules and without a
 * case. The text is made by confined workers; this process only passes it on. */
#include "cli/cmd.h"

#include "cli/evidence.h"
#include "cli/logs.h"
#include "cli/signals.h"
#include "cli/unpacking.h"
#include "engine/engine.h"
#include "intake/walk.h"
#include "show/progress.h"
#include "show/record.h"
#include "show/text.h"

#include <stdlib.h>
#include <sys/stat.h>

/* Problems that are said one by one; the rest is counted. */
#define SAID_MAX 10
#define NAMES_MEMORY (256u << 20)

static const struct fb_opt own[] = {
	{ "xml", 0, FB_OPT_FLAG, NULL, "write one XML document, as Event Viewer saves it", false },
	{ "from", 0, FB_OPT_TIME, "TIME", "at this time (UTC) or later: 2025-07-18, 2025-07-18T09:14", false },
	{ "to", 0, FB_OPT_TIME, "TIME", "before this time (UTC)", false },
	{ "record", 0, FB_OPT_TEXT, "N", "the record of this number, or the line", false },
	{ "quiet", 'q', FB_OPT_FLAG, NULL, "no progress", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_json, fb_opts_unpack, fb_opts_logs,
					     fb_opts_common, NULL };

enum form { AS_RECORDS = 0, AS_XML, AS_JSON, AS_JSONL };

/* What is to be shown; the workers have it as their only rule. */
struct wanted {
	fb_time from, to; /* FB_TIME_NONE: no bound */
	uint64_t number;  /* 0: any */
};

struct dump {
	struct fb_cli *cli;
	struct fb_engine *engine;
	struct fb_progress progress;
	const char *path;   /* of the file on disk */
	const char *inner;  /* the member of it that is wanted, or NULL */
	struct fb_arena names;
	struct source {
		const char *path;
		bool wanted;
	} *sources;         /* by id, from 1 */
	size_t nsources, room;
	enum form form;
	struct wanted wanted;
	bool given, whole, known, met;
	uint64_t events, shown, rejected, unshown, problems;
	struct fb_joined joined; /* parts of the file */
};

/* ---- the rule: whatever is wanted ---- */

static int want_open(const struct fb_ruleset *set, void **state)
{
	struct wanted *w = malloc(sizeof *w);

	if (!w)
		return FB_ENOMEM;
	*w = *(const struct wanted *)set->compiled;
	*state = w;
	return 0;
}

static int want_match(void *state, const struct fb_event *ev, struct fb_hits *hits)
{
	const struct wanted *w = state;
	bool timed = ev->time != FB_TIME_NONE;

	if (w->from != FB_TIME_NONE && (!timed || ev->time < w->from))
		return 0;
	if (w->to != FB_TIME_NONE && (!timed || ev->time >= w->to))
		return 0;
	if (w->number && w->number != (ev->line ? ev->line : ev->record))
		return 0;
	hits->v[hits->n++] = (struct fb_hit){ .rule = 0 };
	return 0;
}

static void want_close(void *state)
{
	free(state);
}

static void want_free(struct fb_ruleset *set)
{
	(void)set; /* on the stack of run() */
}

static const struct fb_rulekind want_kind = {
	.name = "dump", .open = want_open, .match = want_match, .close = want_close,
	.free = want_free,
};

/* ---- sources ---- */

static int add_source(struct dump *d, const char *path, bool wanted)
{
	if (d->nsources + 1 >= d->room) {
		size_t room = d->room ? d->room * 2 : 64;
		struct source *v = reallocarray(d->sources, room, sizeof *v);

		if (!v)
			return FB_ENOMEM;
		d->sources = v;
		d->room = room;
	}
	path = fb_arena_str(&d->names, path);
	if (!path)
		return FB_ENOMEM;
	d->sources[++d->nsources] = (struct source){ path, wanted };
	d->met = d->met || wanted;
	return 0;
}

static const char *path_of(const struct dump *d, uint64_t source)
{
	return source <= d->nsources ? d->sources[source].path : d->path;
}

/* ---- one record ---- */

/* A worker's JSON has no line feed in it, or it would be two lines. */
static bool one_line(struct fb_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20)
			return false;
	return s.n > 0;
}

static void put_json(struct dump *d, struct fb_slice text)
{
	struct fb_out *o = &d->cli->out;

	if (d->form == AS_JSON)
		(void)fb_buf_puts(&o->buf, d->shown ? ",\n" : "\n");
	if (o->tty)
		(void)fb_text_term(&o->buf, text);
	else
		(void)fb_buf_slice(&o->buf, text);
	if (d->form == AS_JSONL)
		(void)fb_buf_putc(&o->buf, '\n');
}

/* Not whole, or not from where records stand: said before the record. */
static void put_remark(struct fb_buf *out, const struct fb_detection *r)
{
	if (!(r->flags & (FB_EVENT_RECOVERED | FB_EVENT_DAMAGED | FB_EVENT_CUT)))
		return;
	(void)fb_buf_printf(out, "<!-- offset %llu:%s%s%s -->\n", (unsigned long long)r->offset,
			    r->flags & FB_EVENT_RECOVERED ? " recovered from unused space" : "",
			    r->flags & FB_EVENT_DAMAGED ? " damaged" : "",
			    r->flags & FB_EVENT_CUT ? " cut" : "");
}

static void put_original(struct dump *d, const struct fb_detection *r)
{
	struct fb_out *o = &d->cli->out;

	if (!r->line)
		put_remark(&o->buf, r);
	if (o->tty && !r->line && d->shown)
		(void)fb_buf_putc(&o->buf, '\n');
	if (o->tty) {
		(void)fb_record_term(&o->buf, r->original);
		return;
	}
	(void)fb_buf_slice(&o->buf, r->original);
	(void)fb_buf_putc(&o->buf, '\n');
}

static int put_record(struct dump *d, uint64_t source, const struct fb_detection *r)
{
	bool json = d->form == AS_JSON || d->form == AS_JSONL;

	if (d->form == AS_XML && r->line)
		return fb_fail(&d->cli->err, FB_EUSAGE, "%s: --xml is for Windows event logs; this "
			       "log has --json and --jsonl", path_of(d, source));
	if (r->original.n == 0 || (json && !one_line(r->original))) {
		if (d->unshown++ < SAID_MAX)
			fb_cli_say(d->cli, "%s: %s %llu at offset %llu is not shown: as text it is "
				   "larger than 960 KB", path_of(d, source), r->line ? "line" : "record",
				   (unsigned long long)(r->line ? r->line : r->record),
				   (unsigned long long)r->offset);
		return 0;
	}
	if (json)
		put_json(d, r->original);
	else
		put_original(d, r);
	d->shown++;
	return fb_cli_row(d->cli);
}

/* ---- what the engine asks and tells ---- */

static int op_next(void *user, struct fb_engine_file *file, bool *have)
{
	struct dump *d = user;
	struct fb_walk_file seen = { 0 };
	int r, fd;

	*have = !d->given;
	if (d->given)
		return 0;
	d->given = true;
	if (add_source(d, d->path, !d->inner))
		return fb_fail(&d->cli->err, FB_ENOMEM, "out of memory");
	r = fb_open_evidence(d->path, &fd, &d->cli->err);
	if (r) {
		d->cli->err.code = FB_EUSAGE;
		return FB_EUSAGE;
	}
	(void)fb_walk_again(d->path, &seen);
	d->progress.total = seen.size;
	*file = (struct fb_engine_file){
		.source = 1, .fd = fd, .size = seen.size, .only_unit = -1,
		.render = d->form == AS_JSON || d->form == AS_JSONL ? FB_RENDER_JSON
								    : FB_RENDER_ORIGINAL,
	};
	r = fb_parts_join(&d->joined, d->path, file, NULL, NULL, &d->cli->err);
	if (d->joined.missing.n)
		fb_cli_say(d->cli, "%s: %s", d->path, fb_buf_cstr(&d->joined.missing));
	fb_parts_dispose(&d->joined);
	return r;
}

/* The member that was named, what is in it, and what is in a folder that was named. */
static bool is_wanted(const struct dump *d, const char *inner)
{
	size_t n = d->inner ? strlen(d->inner) : 0;

	return n == 0 || (strncmp(inner, d->inner, n) == 0 &&
			  (inner[n] == 0 || inner[n] == '!' || inner[n] == '/' ||
			   d->inner[n - 1] == '/'));
}

static int op_member(void *user, const struct fb_engine_member *m, uint64_t *source)
{
	struct dump *d = user;
	struct fb_buf path;
	int r;

	fb_buf_init(&path, 8 * FB_PATH_MAX + 2 * FB_ARCHIVE_DEPTH * FB_MEMBER_NAME_MAX);
	(void)fb_buf_puts(&path, path_of(d, m->parent));
	fb_member_path(&path, m);
	r = path.code;
	if (!r)
		r = add_source(d, fb_buf_cstr(&path),
			       is_wanted(d, fb_buf_cstr(&path) + strlen(d->path) + 1));
	fb_buf_dispose(&path);
	*source = d->nsources;
	return r ? fb_fail(&d->cli->err, r, "%s: %s", d->path, fb_code_text(r)) : 0;
}

static bool op_unit_known(void *user, uint64_t source, uint32_t seq, uint64_t offset,
			  uint64_t length)
{
	struct dump *d = user;

	(void)seq;
	(void)offset;
	(void)length;
	return source <= d->nsources && !d->sources[source].wanted;
}

static void say_problems(struct dump *d, uint64_t source, const struct fb_problem *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i].skipped || d->problems++ >= SAID_MAX)
			continue;
		fb_progress_clear(&d->progress);
		fb_cli_say(d->cli, "%s: offset %llu, %llu bytes: %s%s%.*s", path_of(d, source),
			   (unsigned long long)p[i].offset, (unsigned long long)p[i].length,
			   fb_why_word(p[i].why), p[i].text.n ? ": " : "", (int)p[i].text.n,
			   (const char *)p[i].text.p);
	}
}

static int op_unit(void *user, const struct fb_unit_result *u)
{
	struct dump *d = user;
	int r = 0;

	d->events += u->events;
	d->rejected += u->rejected;
	say_problems(d, u->source, u->problems, u->nproblems);
	for (size_t i = 0; i < u->ndetections && !r; i++)
		r = put_record(d, u->source, &u->detections[i]);
	if (u->lost) {
		d->unshown += u->lost;
		fb_cli_say(d->cli, "%s: %llu records from offset %llu, %llu bytes, are not shown: "
			   "together they are too much text", path_of(d, u->source),
			   (unsigned long long)u->lost,
			   (unsigned long long)u->offset, (unsigned long long)u->length);
	}
	return r;
}

static int op_source(void *user, const struct fb_source_result *r)
{
	struct dump *d = user;

	if (r->source == 1)
		d->whole = r->whole;
	if (r->source > d->nsources || (!d->sources[r->source].wanted && !r->container))
		return 0;
	d->rejected += r->rejected;
	say_problems(d, r->source, r->problems, r->nproblems);
	/* Known is what holds something known: of an archive, its members. */
	d->known = d->known || (*r->format && !r->container);
	return 0;
}

static int op_idle(void *user)
{
	struct dump *d = user;
	struct fb_engine_progress p;

	if (fb_signalled)
		return fb_fail(&d->cli->err, FB_ESTOP, "stopped before the end");
	fb_engine_progress(d->engine, &p);
	fb_progress_draw(&d->progress, &(struct fb_progress_state){ .bytes = p.bytes,
								    .events = p.events });
	return 0;
}

/* ---- the command ---- */

static int read_options(struct dump *d)
{
	struct fb_cli *cli = d->cli;
	const char *output = fb_args_get(&cli->args, "output");
	const char *number = fb_args_get(&cli->args, "record");
	struct stat a, b;
	struct fb_filter f;
	enum fb_output as;
	int r = fb_cli_output(cli, &as);

	if (!r)
		r = fb_cli_filter(cli, &f);
	if (r)
		return r;
	if (fb_args_has(&cli->args, "xml") && as != FB_AS_TEXT)
		return fb_fail(&cli->err, FB_EUSAGE, "--xml: not together with --json or --jsonl");
	if (number && (!fb_slice_u64(fb_slice_str(number), &d->wanted.number) ||
		       d->wanted.number == 0))
		return fb_fail(&cli->err, FB_EUSAGE, "--record %s: not a number from 1 on", number);
	d->form = as == FB_AS_JSON ? AS_JSON : as == FB_AS_JSONL ? AS_JSONL
		  : fb_args_has(&cli->args, "xml") ? AS_XML : AS_RECORDS;
	d->wanted.from = fb_args_has(&cli->args, "from") ? f.from : FB_TIME_NONE;
	d->wanted.to = fb_args_has(&cli->args, "to") ? f.to : FB_TIME_NONE;
	if (output && stat(output, &a) == 0 && stat(d->path, &b) == 0 && a.st_dev == b.st_dev &&
	    a.st_ino == b.st_ino)
		return fb_fail(&cli->err, FB_EUSAGE, "-o %s: that is the evidence", output);
	return 0;
}

static void put_head(struct dump *d)
{
	struct fb_buf *out = &d->cli->out.buf;

	if (d->form == AS_XML)
		(void)fb_buf_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n"
				       "<Events>\n");
	else if (d->form == AS_JSON)
		(void)fb_buf_puts(out, "{\"records\":[");
}

static void put_end(struct dump *d)
{
	struct fb_buf *out = &d->cli->out.buf;

	if (d->form == AS_XML)
		(void)fb_buf_puts(out, "</Events>\n");
	else if (d->form == AS_JSON)
		(void)fb_buf_puts(out, d->shown ? "\n]}\n" : "]}\n");
}

/* What the reader of the output has to know of it; one line each. */
static void say_end(struct dump *d)
{
	struct fb_cli *cli = d->cli;

	if (d->problems > SAID_MAX)
		fb_cli_say(cli, "%s: %llu more problems", d->path,
			   (unsigned long long)(d->problems - SAID_MAX));
	if (!d->met)
		fb_cli_say(cli, "%s: has no member %s", d->path, d->inner);
	else if (!d->known)
		fb_cli_say(cli, "%s: neither a Windows event log nor a web server's log", d->path);
	else if (d->shown == 0 && d->unshown == 0 && d->events)
		fb_cli_say(cli, "%s: none of its %llu records is within --from, --to, --record",
			   d->path, (unsigned long long)d->events);
	if (d->rejected || d->unshown || !d->whole || !d->known)
		cli->status = FB_EXIT_PART;
}

static int dump_all(struct dump *d)
{
	static const struct fb_engine_ops ops = {
		.next = op_next, .member = op_member, .unit_known = op_unit_known,
		.unit = op_unit, .source = op_source, .idle = op_idle,
	};
	struct fb_cli *cli = d->cli;
	int r = fb_cli_out(cli);

	if (r)
		return r;
	/* Beside records on the same terminal a progress line would only be in the way. */
	fb_progress_init(&d->progress, 2, !cli->out.tty && !fb_args_has(&cli->args, "quiet"), 0);
	put_head(d);
	r = fb_engine_run(d->engine, &ops, d, &cli->err);
	fb_progress_clear(&d->progress);
	if (!r)
		put_end(d);
	r = fb_cli_done(cli, r ? r : fb_cli_row(cli));
	if (!r && !cli->out.closed)
		say_end(d);
	return r;
}

/* FILE!MEMBER: the first part that is a file, unless all of it is. */
static int split_path(struct dump *d, const char *given)
{
	struct stat st;

	d->path = given;
	for (const char *mark = strchr(given, '!'); mark && lstat(d->path, &st);
	     mark = strchr(mark + 1, '!')) {
		const char *file = fb_arena_strn(&d->names, given, (size_t)(mark - given));

		if (!file)
			return fb_fail(&d->cli->err, FB_ENOMEM, "out of memory");
		if (lstat(file, &st) == 0 && S_ISREG(st.st_mode)) {
			d->path = file;
			d->inner = mark[1] ? mark + 1 : NULL;
		}
	}
	return 0;
}

static int run(struct fb_cli *cli)
{
	struct dump d = { .cli = cli };
	const char *roots[1];
	struct fb_rule_info info = { .id = "dump", .title = "", .description = "", .path = "",
				     .pack = "", .techniques = "", .status = "" };
	struct fb_ruleset set = { .kind = &want_kind, .compiled = &d.wanted, .rules = &info,
				  .nrules = 1 };
	const struct fb_ruleset *const sets[] = { &set, NULL };
	/* One matcher: units then come in the order in which they were cut. */
	struct fb_engine_config config = { .formats = cli->formats, .rules = sets, .workers = 1 };
	struct fb_syms *syms = fb_syms_new();
	struct fb_unpacking unpacking = { 0 };
	int r = syms ? 0 : fb_fail(&cli->err, FB_ENOMEM, "out of memory");

	config.syms = syms;
	fb_arena_init(&d.names, NAMES_MEMORY);
	if (!r)
		r = fb_unpacking_read(&unpacking, &cli->args, &cli->err);
	fb_unpacking_config(&unpacking, &config);
	if (!r)
		r = fb_logs_said(&cli->args, NULL, &cli->err);
	if (!r)
		r = split_path(&d, cli->args.pos[0]);
	roots[0] = d.path;
	if (!r)
		r = read_options(&d);
	if (!r)
		r = fb_evidence_check(roots, 1, "", &cli->err);
	if (!r) {
		fb_signals(false);
		r = fb_engine_start(&config, &d.engine, &cli->err);
		fb_signals(true);
	}
	if (!r)
		r = dump_all(&d);
	fb_engine_stop(d.engine);
	fb_syms_free(syms);
	fb_unpacking_dispose(&unpacking);
	free(d.sources);
	fb_arena_dispose(&d.names);
	return r;
}

const struct fb_cmd fb_cmd_dump = {
	.name = "dump",
	.summary = "every record of one file, as XML, text or JSON",
	.usage = "FILE[!MEMBER] [OPTION…]",
	.about = "Shows the records of a Windows event log as Event Viewer's XML, those of a web\n"
		 "server's log as its lines, one after the other; of an archive those of all its\n"
		 "members, or of one (logs.zip!SP01/Security.evtx), or of a folder in it. No\n"
		 "rules are applied and no case is made. --json and --jsonl have the fields: of an\n"
		 "event log {\"Event\":{\"System\":…,\"EventData\":…}}. Records found in unused space\n"
		 "are marked. Exit status 1: something of the file could not be read or shown.",
	.opts = opts,
	.least = 1,
	.most = 1,
	.run = run,
};
