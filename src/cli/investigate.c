#include "cli/cmd.h"

#include "assess/seal.h"
#include "cli/attribute.h"
#include "cli/confined.h"
#include "cli/evidence.h"
#include "cli/packs.h"
#include "cli/reports.h"
#include "cli/unpacking.h"
#include "show/json.h"
#include "show/summary.h"
#include "show/text.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* Rules that could not be used, named one by one; the rest is counted. */
#define RULE_PROBLEMS_SAID 10
#define COMMANDLINE_MAX (64u << 10)

static const struct fb_opt own[] = {
	{ "output", 'o', FB_OPT_DIR, "CASE", "the folder of the case; ./case when left out", false },
	{ "workers", 'w', FB_OPT_COUNT, "N", "decode and match in N processes; as many as cores", false },
	{ "manifest", 0, FB_OPT_FILE, "FILE.csv", "what is known of the evidence: path (with * and ?), host, role, zone, acquired, exhibit, custodian", false },
	{ "hashes", 0, FB_OPT_TEXT, "LIST", "sums of each exhibit besides SHA-256: md5,sha1", false },
	{ "no-report", 0, FB_OPT_FLAG, NULL, "do not write CASE/report.html", false },
	{ "quiet", 'q', FB_OPT_FLAG, NULL, "no progress, no summary", false },
	{ "verbose", 'v', FB_OPT_FLAG, NULL, "a line for each source and each rule not used", false },
	{ "json", 0, FB_OPT_FLAG, NULL, "write the summary as JSON", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_rules, fb_opts_kinds, fb_opts_zone,
					     fb_opts_fail_on, fb_opts_unpack, fb_opts_common, NULL };

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
	const char *dir;
	struct fb_packs packs;
	struct fb_unpacking unpacking;
	struct fb_manifest *manifest;
	struct fb_engine *engine;
	struct fb_case *c;
	struct fb_evidence ev;
	bool ev_open;
	struct fb_known_files known;
	struct fb_buf commandline; /* as a shell takes it */
	struct fb_buf confinement;
	bool rematch, complete;
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
	struct fb_engine_config config = { .formats = cli->formats, .rules = job->packs.sets,
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
			      .rules = job->packs.sets, .noise = &job->packs.noise.lists };
	int r = fb_case_open(job->dir, FB_CASE_WRITE, &job->c, &cli->err);

	if (!r)
		r = fb_case_begin(job->c, &run, &job->rematch, &cli->err);
	return r;
}

static void tell_source(void *user, const char *path, const struct fb_source_result *r)
{
	struct job *job = user;
	struct fb_buf size;

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

static int read_hashes(struct job *job)
{
	const char *list = fb_args_get(&job->cli->args, "hashes");

	return !list || fb_hashes_parse(fb_slice_str(list), &job->hashes) ? 0
	     : fb_fail(&job->cli->err, FB_EUSAGE, "--hashes %s: md5, sha1 or both, with a comma between", list);
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
	if (fb_args_has(a, "verbose")) {
		job->ev.told = tell_source;
		job->ev.told_user = job;
	}
	r = fb_known_files_open(&job->known, job->packs.sets, &cli->err);
	job->ev.known = &job->known;
	if (!r)
		r = fb_evidence_walk(&job->ev, a->pos, a->npos, job->dir);
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

static int seal(struct job *job)
{
	struct fb_cli *cli = job->cli;
	int r;

	fb_progress_note(&job->ev.progress, "sealing the case");
	r = fb_attribute(job->c, job->manifest, &cli->err);
	if (!r && job->manifest && job->complete && fb_manifest_unused(job->manifest))
		fb_cli_say(cli, "%s:%u: no source has that path", fb_args_get(&cli->args, "manifest"),
			   fb_manifest_unused(job->manifest));
	if (!r)
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
	if (st.unread_files || st.unscanned_files || st.hashes_differ || st.evidence_undecoded || st.bytes_rejected || st.lost ||
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
	fb_buf_dispose(&job->commandline);
	fb_buf_dispose(&job->confinement);
	free(job->report);
}

static int run(struct fb_cli *cli)
{
	struct job job = { .cli = cli };
	const char *dir = fb_args_get(&cli->args, "output");
	int r;

	job.dir = dir ? dir : "case";
	fb_buf_init(&job.commandline, COMMANDLINE_MAX);
	fb_buf_init(&job.confinement, 256);
	r = put_commandline(&job);
	if (!r)
		r = fb_evidence_check(cli->args.pos, cli->args.npos, job.dir, &cli->err);
	if (!r)
		r = read_hashes(&job);
	if (!r)
		r = fb_unpacking_read(&job.unpacking, &cli->args, &cli->err);
	if (!r && fb_args_get(&cli->args, "manifest"))
		r = fb_manifest_read(fb_args_get(&cli->args, "manifest"), &job.manifest, &cli->err);
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
	dispose(&job);
	return r;
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
