#include "cli/cmd.h"

#include "assess/seal.h"
#include "base/build.h"
#include "cli/attribute.h"
#include "cli/confined.h"
#include "cli/decide.h"
#include "cli/evidence.h"
#include "cli/investigate.h"
#include "cli/logs.h"
#include "cli/maps.h"
#include "cli/packs.h"
#include "cli/reports.h"
#include "cli/unpacking.h"
#include "event/hints.h"
#include "event/secondhand.h"
#include "intake/container.h"
#include "show/json.h"
#include "show/summary.h"
#include "show/text.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* Rules that could not be used, named one by one; the rest is counted. */
#define RULE_PROBLEMS_SAID 10
#define COMMANDLINE_MAX (64u << 10)
/* Files and folders of one import that are told apart from the rest of the case. */
#define IMPORT_ROOTS_MAX 4096

static const struct fb_opt own[] = {
	{ "output", 'o', FB_OPT_DIR, "CASE", "the folder of the case; ./case when left out", false },
	{ "workers", 'w', FB_OPT_COUNT, "N", "decode and match in N processes; as many as cores", false },
	{ "manifest", 0, FB_OPT_FILE, "FILE.csv", "what is known of the evidence: path (with * and ?), host, role, zone, acquired, exhibit, custodian", false },
	{ "hashes", 0, FB_OPT_TEXT, "LIST", "sums of each exhibit besides SHA-256: md5,sha1", false },
	{ "map", 0, FB_OPT_FILE, "FILE.yml", "a mapping: how to read JSON lines or CSV of another program (repeatable)", true },
	{ "spool", 0, FB_OPT_DIR, "DIR", "keep decoded members of archives there, so that later commands need not unpack them again", false },
	{ "spool-size", 0, FB_OPT_TEXT, "SIZE", "at most so much: 500M, 1T (20G when left out)", false },
	{ "by", 0, FB_OPT_TEXT, "NAME", "who investigates, for the record; else $FIREBREAK_BY, else the login name", false },
	{ "no-report", 0, FB_OPT_FLAG, NULL, "do not write CASE/report.html", false },
	{ "quiet", 'q', FB_OPT_FLAG, NULL, "no progress, no summary", false },
	{ "verbose", 'v', FB_OPT_FLAG, NULL, "a line for each source and each rule not used", false },
	{ "json", 0, FB_OPT_FLAG, NULL, "write the summary as JSON", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_rules, fb_opts_kinds, fb_opts_zone,
					     fb_opts_fail_on, fb_opts_unpack, fb_opts_logs, fb_opts_common,
					     NULL };

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static const int stopping[] = { SIGINT, SIGTERM, SIGHUP };
static struct sigaction before[3];

/* Ignored while the workers are forked, so that they do not inherit a handler: an
 * interrupt from the terminal reaches them too, and only this process decides. */
static void ignore_signals(void)
{
	struct sigaction sa = { .sa_handler = SIG_IGN };

	for (size_t i = 0; i < 3; i++)
		(void)sigaction(stopping[i], &sa, &before[i]);
}

/* What was ignored when we came (nohup) stays so. A second signal is not waited
 * for: the case survives it. */
static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };

	(void)sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < 3; i++) {
		if (before[i].sa_handler != SIG_IGN)
			(void)sigaction(stopping[i], &sa, NULL);
	}
}

struct job {
	struct fb_cli *cli;
	const struct fb_investigation *what;
	const char *dir;
	const struct fb_format **formats; /* of an import: without those not wanted */
	struct fb_packs packs;
	struct fb_unpacking unpacking;
	struct fb_manifest *manifest;
	struct fb_spool spool;
	struct fb_engine *engine;
	struct fb_case *c;
	struct fb_evidence ev;
	bool ev_open;
	struct fb_known_files known;
	struct fb_buf commandline; /* as a shell takes it */
	struct fb_buf confinement;
	bool rematch, complete;
	unsigned local; /* logs with times of a zone that they do not name */
	unsigned hashes; /* FB_HASH_… */
	struct fb_engine_progress done;
	int64_t elapsed;
	char *report;
};

static int put_commandline(struct job *job)
{
	(void)fb_buf_puts(&job->commandline, "firebreak");
	for (int i = 1; i < job->cli->argc; i++) {
		(void)fb_buf_putc(&job->commandline, ' ');
		(void)fb_shell_word(&job->commandline, job->cli->argv[i]);
		/* For the record; a thousand file names add nothing to it. */
		if (job->commandline.n > COMMANDLINE_MAX / 2) {
			(void)fb_buf_puts(&job->commandline, " …");
			break;
		}
	}
	return fb_buf_code(&job->commandline);
}

/* Names the rules of a set that cannot be used. */
static uint32_t say_problems(struct fb_cli *cli, const struct fb_ruleset *set, uint32_t said)
{
	bool verbose = fb_args_has(&cli->args, "verbose");

	for (uint32_t i = 0; i < set->nproblems; i++) {
		const struct fb_rule_problem *p = &set->problems[i];

		if (!p->error || (said >= RULE_PROBLEMS_SAID && !verbose))
			continue;
		said++;
		if (p->line)
			fb_cli_say(cli, "%s:%u: %s", p->path, p->line, p->why);
		else
			fb_cli_say(cli, "%s: %s", p->path, p->why);
	}
	return said;
}

/* A broken list of a pack costs the folding, not the run. */
static void say_noise(struct fb_cli *cli, const struct fb_noise_reader *noise)
{
	for (uint32_t i = 0; i < noise->nproblems; i++) {
		const struct fb_rule_problem *p = &noise->problems[i];

		fb_cli_say(cli, "%s:%u: %s%s", p->path, p->line, p->why,
			   p->error ? "; this noise list is not used" : "");
		if (p->error)
			cli->status = FB_EXIT_PART;
	}
}

static int load_rules(struct job *job)
{
	struct fb_cli *cli = job->cli;
	uint32_t errors, said = 0;
	int r = fb_packs_from_args(&job->packs, &cli->args, false, &cli->err);

	if (!r)
		r = fb_packs_kinds(&job->packs, &cli->args, &cli->err);
	if (!r)
		r = fb_packs_noise(&job->packs, &cli->err);
	if (r)
		return r;
	if (job->packs.note)
		fb_cli_say(cli, "%s", job->packs.note);
	for (const struct fb_ruleset *const *set = job->packs.sets; *set; set++)
		said = say_problems(cli, *set, said);
	say_noise(cli, &job->packs.noise);
	errors = fb_packs_errors(&job->packs);
	if (errors > said)
		fb_cli_say(cli, "%u more rules cannot be used: `firebreak rules check` names them, "
			   "--verbose all others", errors - said);
	if (errors && fb_rulesets_count(job->packs.sets) == 0)
		return fb_fail(&cli->err, FB_EUSAGE, "no rule can be used");
	if (errors)
		cli->status = FB_EXIT_PART;
	return 0;
}

static int start_engine(struct job *job)
{
	struct fb_cli *cli = job->cli;
	struct fb_engine_config config = { .formats = job->formats ? job->formats : cli->formats,
					   .rules = job->packs.sets,
					   .syms = job->packs.syms };
	const char *workers = fb_args_get(&cli->args, "workers");
	struct fb_confinement locks = { 0 };
	uint64_t n = 0;
	int r;

	fb_unpacking_config(&job->unpacking, &config);
	if (workers && fb_slice_u64(fb_slice_str(workers), &n))
		config.workers = (unsigned)n;
	r = fb_engine_prove(&locks, &cli->err);
	if (r)
		return r;
	config.proved = true;
	config.bytes = job->spool.dir >= 0;
	config.hashes = job->hashes;
	fb_confinement_text(&job->confinement, &locks);
	ignore_signals();
	r = fb_engine_start(&config, &job->engine, &cli->err);
	catch_signals();
	return r;
}

static int open_case(struct job *job)
{
	struct fb_cli *cli = job->cli;
	struct fb_run run = { .version = FB_VERSION,
			      .commandline = fb_buf_cstr(&job->commandline),
			      .confinement = fb_buf_cstr(&job->confinement),
			      .rules = job->packs.sets, .noise = &job->packs.noise.lists,
			      .logs = fb_logs_text() };
	struct fb_slice id = fb_build_id();
	struct fb_err unnamed = { 0 };
	char build[2 * FB_SHA256 + 1];
	int r;

	/* A record without a name is better than no investigation. */
	if (fb_decide_author_of(cli, &run.examiner, &unnamed))
		run.examiner = NULL;
	if (id.n && id.n <= FB_SHA256) {
		fb_hex(id.p, id.n, build);
		run.build = build;
	}
	run.zone = cli->zone.name;
	r = fb_case_open(job->dir, FB_CASE_WRITE, &job->c, &cli->err);
	if (!r)
		r = fb_case_begin(job->c, &run, &job->rematch, &cli->err);
	if (!r)
		r = fb_maps_keep(cli, job->c);
	return r;
}

static void tell_source(void *user, const char *path, const struct fb_source_result *r)
{
	struct job *job = user;
	struct fb_buf size;

	for (const struct fb_format *const *f = job->cli->formats; *f; f++)
		job->local += (*f)->local && strcmp((*f)->name, r->format) == 0;
	if (!fb_args_has(&job->cli->args, "verbose"))
		return;
	fb_buf_init(&size, 64);
	(void)fb_text_bytes(&size, r->size);
	fb_cli_say(job->cli, "%s: %s, %s%s", path, *r->format ? r->format : "unknown format",
		   fb_buf_cstr(&size), r->whole ? "" : ", not read to its end");
	fb_buf_dispose(&size);
}

/* A second reading, of what no decoder took: a rule that takes long, or kills a worker,
 * costs nothing of what was decoded. */
static int scan_evidence(struct job *job)
{
	const char *seconds = fb_args_get(&job->cli->args, "yara-seconds");
	struct fb_engine_progress p;
	uint64_t n;
	int r;

	if (seconds && fb_slice_u64(fb_slice_str(seconds), &n))
		job->ev.scan_seconds = (unsigned)n;
	fb_progress_note(&job->ev.progress, "scanning files");
	r = fb_evidence_scan(&job->ev, job->engine, fb_args_has(&job->cli->args, "yara-all"));
	fb_engine_progress(job->engine, &p);
	job->done.crashed += p.crashed;
	return r;
}

/* Of what an earlier run read without these sums. */
static int hash_evidence(struct job *job)
{
	struct fb_engine_progress p;
	int r;

	fb_progress_note(&job->ev.progress, "hashing");
	r = fb_evidence_hash(&job->ev, job->engine, job->hashes);
	fb_engine_progress(job->engine, &p);
	job->done.crashed += p.crashed;
	if (!r && job->ev.unsummed) {
		fb_progress_clear(&job->ev.progress);
		fb_cli_say(job->cli, "--hashes: %llu sources changed since they were read: without further "
			   "sums (`firebreak verify` names them)", (unsigned long long)job->ev.unsummed);
		job->cli->status = FB_EXIT_PART;
	}
	return r;
}

static bool is_within(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == 0);
}

/* Before the case is made; it must not become evidence. */
static int open_spool(struct job *job)
{
	const struct fb_args *a = &job->cli->args;
	const char *path = fb_args_get(a, "spool"), *size = fb_args_get(a, "spool-size");
	uint64_t max = FB_SPOOL_BYTES;
	int r;

	if (size && !fb_size_parse(size, 1u << 20, FB_SPOOL_MAX, &max))
		return fb_fail(&job->cli->err, FB_EUSAGE, "--spool-size %s: not a size from 1M to 16T", size);
	if (!path)
		return size ? fb_fail(&job->cli->err, FB_EUSAGE, "--spool-size: without --spool") : 0;
	r = fb_spool_open(&job->spool, path, true, max, &job->cli->err);
	for (size_t i = 0; i < a->npos && !r; i++) {
		char *root = realpath(a->pos[i], NULL);

		if (root && (is_within(job->spool.path, root) || is_within(root, job->spool.path)))
			r = fb_fail(&job->cli->err, FB_EUSAGE, "--spool %s: lies in the evidence", path);
		free(root);
	}
	return r;
}

static int note_spool(struct job *job)
{
	if (job->spool.dir < 0)
		return 0;
	job->ev.spool = &job->spool;
	return fb_case_attr(job->c, 0, "spool", fb_slice_str(job->spool.path), &job->cli->err);
}

static void say_spool(struct job *job)
{
	if (job->spool.failed)
		fb_cli_say(job->cli, "--spool: %s; members are not kept", job->spool.why);
	else if (job->spool.left)
		fb_cli_say(job->cli, "--spool: %llu members found no room and will be unpacked again (--spool-size)",
			   (unsigned long long)job->spool.left);
}

static int read_hashes(struct job *job)
{
	const char *list = fb_args_get(&job->cli->args, "hashes");

	if (list && !fb_hashes_parse(fb_slice_str(list), &job->hashes))
		return fb_fail(&job->cli->err, FB_EUSAGE, "--hashes %s: md5, sha1 or both, with a comma between", list);
	/* Left out without a word, an exhibit's sum would be missed when it is asked for. */
	if (fb_hashes_can(job->hashes) != job->hashes)
		return fb_fail(&job->cli->err, FB_EUSAGE, "--hashes %s: this OpenSSL does not make all of these (a policy "
			       "for approved algorithms forbids them, mostly)", list);
	return 0;
}

static int read_evidence(struct job *job)
{
	struct fb_cli *cli = job->cli;
	const struct fb_args *a = &cli->args;
	int r;

	fb_evidence_init(&job->ev, job->c, &cli->err);
	job->ev_open = true;
	job->ev.stop = &stop;
	job->ev.keep = job->hashes;
	job->ev.told = tell_source;
	job->ev.told_user = job;
	r = note_spool(job);
	if (!r)
		r = fb_known_files_open(&job->known, job->packs.sets, &cli->err);
	job->ev.known = &job->known;
	if (!r)
		r = fb_evidence_walk(&job->ev, job->what->roots, job->what->n, job->dir);
	if (!r) {
		fb_progress_init(&job->ev.progress, STDERR_FILENO, !fb_args_has(a, "quiet"),
				 job->ev.bytes);
		r = fb_evidence_run(&job->ev, job->engine);
		fb_engine_progress(job->engine, &job->done);
	}
	if (!r && (job->packs.yara || job->packs.webshell))
		r = scan_evidence(job);
	if (!r && job->hashes)
		r = hash_evidence(job);
	/* Stopped by a signal: what is whole is kept, and sealed as unfinished. */
	if (r == FB_ESTOP && stop) {
		cli->err.code = 0;
		return 0;
	}
	job->complete = !r;
	return r;
}

/* ---- what was imported ---- */

/* Is it the format that --as names? */
static bool is_as(const char *format, const char *as)
{
	const char *tool = fb_second_hand(format);

	return tool && (strcmp(format, as) == 0 ||
			(strncmp(format, FB_MAP_PREFIX, strlen(FB_MAP_PREFIX)) == 0 && strcmp(tool, as) == 0));
}

struct imported {
	struct job *job;
	char *root[IMPORT_ROOTS_MAX];
	size_t nroots;
	uint64_t *ids; /* of the sources */
	size_t n, room;
	uint64_t events, claims;
	unsigned said;
};

static bool is_imported(const struct imported *im, const struct fb_source_row *row)
{
	for (size_t i = 0; row->parent && i < im->n; i++)
		if (im->ids[i] == row->parent)
			return true;
	for (size_t i = 0; row->disk && i < im->nroots; i++) {
		size_t n = strlen(im->root[i]);

		if (strncmp(row->disk, im->root[i], n) == 0 &&
		    (row->disk[n] == '\0' || row->disk[n] == '/'))
			return true;
	}
	return false;
}

static bool is_container(const char *format)
{
	for (int c = FB_CONTAINER_NONE + 1; c < FB_CONTAINER_COUNT; c++)
		if (strcmp(fb_container_name((enum fb_container)c), format) == 0)
			return true;
	return false;
}

/* What was handed in is to be what another program made. */
static void say_other(struct imported *im, const struct fb_source_row *row)
{
	const struct fb_investigation *what = im->job->what;

	if (row->state != FB_SOURCE_DONE || row->size == 0 || is_container(row->format))
		return;
	if (im->said++ >= RULE_PROBLEMS_SAID)
		return;
	if (fb_second_hand(row->format))
		fb_cli_say(im->job->cli, "%s: the case has it as %s, and it has not changed", row->path,
			   row->format);
	else if (*row->format)
		fb_cli_say(im->job->cli, "%s: %s, first-hand evidence, and read as such", row->path, row->format);
	else
		fb_cli_say(im->job->cli, "%s: not recognised as what one program known here makes%s%s (--map: a "
			   "mapping file can describe it)", row->path,
			   what->as ? "; looked for was " : "", what->as ? what->as : "");
	im->job->cli->status = FB_EXIT_PART;
}

/* Containers come before their members. */
static int on_imported(void *user, const struct fb_source_row *row)
{
	struct imported *im = user;

	if (!is_imported(im, row))
		return 0;
	if (im->n == im->room) {
		size_t room = im->room ? 2 * im->room : 64;
		uint64_t *more = reallocarray(im->ids, room, sizeof *more);

		if (!more)
			return fb_fail(&im->job->cli->err, FB_ENOMEM, "out of memory");
		im->ids = more;
		im->room = room;
	}
	im->ids[im->n++] = row->id;
	if (!fb_second_hand(row->format) ||
	    (im->job->what->as && !is_as(row->format, im->job->what->as)))
		say_other(im, row);
	if (fb_second_hand_claims(row->format))
		im->claims += row->events;
	else if (fb_second_hand(row->format))
		im->events += row->events;
	return 0;
}

static void say_imported(const struct imported *im)
{
	struct fb_cli *cli = im->job->cli;

	if (im->said > RULE_PROBLEMS_SAID)
		fb_cli_say(cli, "%u more files are none of another program", im->said - RULE_PROBLEMS_SAID);
	if (fb_args_has(&cli->args, "quiet"))
		return;
	if (im->events)
		fb_cli_say(cli, "%llu event%s, second-hand", (unsigned long long)im->events,
			   im->events == 1 ? "" : "s");
	if (im->claims)
		fb_cli_say(cli, "%llu event%s, second-hand, reported as detections by others: no detections of "
			   "this program; `firebreak search CASE RuleTitle=…` finds them",
			   (unsigned long long)im->claims, im->claims == 1 ? "" : "s");
}

/* Tells what came of it; events that name no host are of the one that was named. */
static int see_imported(struct job *job)
{
	struct imported im = { .job = job };
	struct fb_filter all;
	int r = 0;

	fb_filter_init(&all);
	for (size_t i = 0; i < job->what->n && im.nroots < IMPORT_ROOTS_MAX; i++)
		if ((im.root[im.nroots] = realpath(job->what->roots[i], NULL)))
			im.nroots++;
	r = fb_case_sources(job->c, &all, on_imported, &im, &job->cli->err);
	for (size_t i = 0; job->what->host && i < im.n && !r; i++)
		r = fb_case_attr(job->c, im.ids[i], "import_host", fb_slice_str(job->what->host),
				 &job->cli->err);
	if (!r) {
		fb_progress_clear(&job->ev.progress);
		say_imported(&im);
	}
	for (size_t i = 0; i < im.nroots; i++)
		free(im.root[i]);
	free(im.ids);
	return r;
}

static int seal(struct job *job)
{
	struct fb_cli *cli = job->cli;
	int r;

	fb_progress_note(&job->ev.progress, "sealing the case");
	r = fb_attribute(job->c, job->manifest, job->complete ? &job->ev : NULL, &cli->err);
	if (!r && job->manifest && job->complete && fb_manifest_unused(job->manifest))
		fb_cli_say(cli, "%s:%u: no source has that path", fb_args_get(&cli->args, "manifest"),
			   fb_manifest_unused(job->manifest));
	if (!r && job->local && !fb_hints()->zoned)
		fb_cli_say(cli, "times of %u log%s are of the server's zone, which %s not name: they stand "
			   "as written, as if UTC; --log-zone ZONE says it", job->local,
			   job->local == 1 ? "" : "s", job->local == 1 ? "it does" : "they do");
	if (!r)
		r = fb_assess_seal(job->c, &cli->err);
	if (!r && job->what->import)
		r = see_imported(job);
	if (!r && job->what->host)
		r = fb_assess_seal(job->c, &cli->err);
	if (!r)
		r = fb_case_end(job->c, job->complete, &cli->err);
	if (!r && !fb_args_has(&cli->args, "no-report")) {
		fb_progress_note(&job->ev.progress, "writing the report");
		r = fb_report_make(job->c, job->dir, NULL, NULL, &job->report, &cli->err);
	}
	fb_progress_clear(&job->ev.progress);
	job->elapsed = fb_progress_elapsed(&job->ev.progress);
	return r;
}

static int put_json(struct job *job)
{
	struct fb_decided_counts counts;
	struct fb_noise_counts noise;
	struct fb_case_stats st;
	struct fb_json j;
	int r = fb_case_stats(job->c, &st, &job->cli->err);

	if (!r)
		r = fb_case_decided_counts(job->c, &counts, &job->cli->err);
	if (!r)
		r = fb_case_noise_counts(job->c, &noise, &job->cli->err);
	if (r)
		return r;
	fb_json_init(&j, &job->cli->out.buf);
	fb_json_object(&j);
	fb_json_key(&j, "case");
	fb_json_cstr(&j, job->dir);
	fb_json_key(&j, "report");
	fb_json_cstr(&j, job->report);
	fb_json_key(&j, "totals");
	fb_json_stats(&j, &st);
	fb_json_key(&j, "decided");
	fb_json_decided_counts(&j, &counts);
	fb_json_key(&j, "noise");
	fb_json_noise_counts(&j, &noise);
	fb_json_object_end(&j);
	(void)fb_buf_putc(&job->cli->out.buf, '\n');
	return 0;
}

static int put_summary(struct job *job)
{
	struct fb_cli *cli = job->cli;
	struct fb_summary s = { .dir = job->dir, .report = job->report, .zone = &cli->zone,
				.resume = job->complete ? NULL : fb_buf_cstr(&job->commandline),
				.elapsed = job->elapsed, .run_bytes = job->done.bytes,
				.run_events = job->done.events, .crashed = job->done.crashed,
				.rules_changed = job->rematch };
	int r;

	fb_out_stdout(&cli->out);
	cli->out_open = true;
	if (fb_args_has(&cli->args, "json"))
		r = put_json(job);
	else
		r = fb_summary_write(&cli->out, job->c, &s, &cli->err);
	return fb_cli_done(cli, r);
}

/* Something was not read, or read and not understood, or found and not kept. */
static int judge(struct job *job)
{
	struct fb_case_stats st;
	int r = fb_case_stats(job->c, &st, &job->cli->err);

	if (r)
		return r;
	if (st.unread_files || st.unscanned_files || st.hashes_differ || st.limited_files || st.evidence_undecoded || st.bytes_rejected || st.lost ||
	    job->ev.unreadable || job->done.crashed)
		job->cli->status = FB_EXIT_PART;
	r = fb_cli_fail_on(job->cli, job->c);
	if (!job->complete)
		job->cli->status = FB_EXIT_FAILED;
	return r;
}

static void dispose(struct job *job)
{
	fb_case_close(job->c);
	fb_engine_stop(job->engine);
	if (job->ev_open)
		fb_evidence_dispose(&job->ev);
	fb_known_files_close(&job->known);
	fb_packs_dispose(&job->packs);
	fb_unpacking_dispose(&job->unpacking);
	fb_manifest_free(job->manifest);
	fb_spool_close(&job->spool);
	fb_buf_dispose(&job->commandline);
	fb_buf_dispose(&job->confinement);
	free(job->report);
	free(job->formats);
}

/* Mappings given now, those that the case has, and of an import as what one format nothing
 * else that another program makes. */
static int choose_formats(struct job *job)
{
	struct fb_cli *cli = job->cli;
	size_t n = 0, kept = 0;
	const char *map;
	bool known = false;
	int r = 0;

	for (size_t i = 0; !r && (map = fb_args_nth(&cli->args, "map", i)); i++)
		r = fb_maps_file(cli, map);
	if (!r)
		r = fb_maps_dir(cli, job->dir);
	if (r || !job->what->as)
		return r;
	while (cli->formats[n])
		n++;
	job->formats = calloc(n + 1, sizeof *job->formats);
	if (!job->formats)
		return fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		const char *name = cli->formats[i]->name;
		bool is = is_as(name, job->what->as);

		known = known || is;
		if (is || !fb_second_hand(name))
			job->formats[kept++] = cli->formats[i];
	}
	return known ? 0 : fb_fail(&cli->err, FB_EUSAGE, "--as %s: no such format (`firebreak import --help` "
				   "lists them; of a mapping its name)", job->what->as);
}

int fb_investigate(struct fb_cli *cli, const struct fb_investigation *what)
{
	struct job job = { .cli = cli, .what = what, .dir = what->dir, .spool = { .dir = -1 } };
	int r;

	fb_buf_init(&job.commandline, COMMANDLINE_MAX);
	fb_buf_init(&job.confinement, 256);
	r = put_commandline(&job);
	if (!r)
		r = fb_evidence_check(what->roots, what->n, job.dir, &cli->err);
	if (!r)
		r = choose_formats(&job);
	if (!r)
		r = read_hashes(&job);
	if (!r)
		r = fb_unpacking_read(&job.unpacking, &cli->args, &cli->err);
	if (!r && fb_args_get(&cli->args, "manifest"))
		r = fb_manifest_read(fb_args_get(&cli->args, "manifest"), &job.manifest, &cli->err);
	if (!r)
		r = fb_logs_said(&cli->args, job.dir, &cli->err);
	if (!r)
		r = open_spool(&job);
	if (!r)
		r = load_rules(&job);
	/* The engine comes before the case: no worker inherits anything of it. */
	if (!r)
		r = start_engine(&job);
	if (!r)
		r = open_case(&job);
	if (!r)
		r = read_evidence(&job);
	if (!r)
		r = seal(&job);
	if (!r && job.ev.in_case)
		fb_cli_say(cli, "%s: lies in the evidence and was left out of it", job.dir);
	if (!r && (!fb_args_has(&cli->args, "quiet") || fb_args_has(&cli->args, "json")))
		r = put_summary(&job);
	if (!r)
		r = judge(&job);
	if (!r && !job.complete && fb_args_has(&cli->args, "quiet"))
		fb_cli_say(cli, "stopped before the end; go on with: %s", fb_buf_cstr(&job.commandline));
	if (job.spool.dir >= 0)
		say_spool(&job);
	dispose(&job);
	return r;
}

static int run(struct fb_cli *cli)
{
	const char *dir = fb_args_get(&cli->args, "output");
	const struct fb_investigation what = { .dir = dir ? dir : "case", .roots = cli->args.pos,
					       .n = cli->args.npos };

	return fb_investigate(cli, &what);
}

const struct fb_cmd fb_cmd_investigate = {
	.name = "investigate",
	.summary = "read evidence and keep what rules recognise in it",
	.usage = "EVIDENCE… [-o CASE] [OPTION…]",
	.about = "Reads files and folders of evidence, decodes what it knows, applies the rules that\n"
		 "ship with the program and those given with --rules, and keeps what they recognise\n"
		 "in a case. Evidence is only read. Stopped at any moment, the same command goes on;\n"
		 "given other evidence, it is added to the case.",
	.opts = opts,
	.least = 1,
	.most = SIZE_MAX,
	.run = run,
};
