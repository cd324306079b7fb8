/* What this machine offers, and whether the locks hold. */
#include "cli/cmd.h"

#include "base/json.h"
#include "cli/confined.h"
#include "cli/packs.h"
#include "cli/rule_cache.h"
#include "intake/unpack.h"
#include "show/text.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

static const struct fb_opt own[] = {
	{ "json", 0, FB_OPT_FLAG, NULL, "write one JSON document", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_common, NULL };

#define CHECKS_MAX 32

struct check {
	const char *what;
	char found[2048];
	enum { GOOD, NOTE, BAD } state;
};

struct doctor {
	struct check check[CHECKS_MAX];
	size_t n;
};

static struct check *add(struct doctor *d, const char *what, int state)
{
	struct check *c = &d->check[d->n < CHECKS_MAX - 1 ? d->n++ : CHECKS_MAX - 1];

	*c = (struct check){ .what = what };
	c->state = state == BAD ? BAD : state == NOTE ? NOTE : GOOD;
	return c;
}

static void machine(struct doctor *d)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN), pages = sysconf(_SC_PHYS_PAGES);
	uint64_t memory = pages > 0 ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
	struct check *c = add(d, "machine", memory && memory < 1000000000u ? NOTE : GOOD);
	struct utsname u;
	struct fb_buf size;

	fb_buf_init(&size, 64);
	(void)fb_text_bytes(&size, memory);
	(void)snprintf(c->found, sizeof c->found, "%ld core%s, %s of memory, %s %s on %s", cores,
		       cores == 1 ? "" : "s", fb_buf_cstr(&size), uname(&u) ? "?" : u.sysname,
		       u.release, u.machine);
	fb_buf_dispose(&size);
}

static void locks(struct doctor *d, const struct fb_confinement *l, int code,
		  const struct fb_err *err)
{
	struct fb_buf text;
	struct check *c = add(d, "confinement", code || !l->proved ? BAD : GOOD);

	fb_buf_init(&text, 256);
	fb_confinement_text(&text, l);
	(void)snprintf(c->found, sizeof c->found, "%s%s%s", fb_buf_cstr(&text), code ? "; " : "",
		       code ? err->text : "");
	fb_buf_dispose(&text);
	if (l->sanitized) {
		c = add(d, "build", NOTE);
		(void)snprintf(c->found, sizeof c->found, "with sanitizers: its filter lets more through "
			       "than the one that ships");
	}
	if (l->landlock_abi <= 0) {
		c = add(d, "Landlock", NOTE);
		(void)snprintf(c->found, sizeof c->found, "this kernel has none; seccomp and limits hold "
			       "without it");
	}
	for (unsigned i = 0; i < l->nprobes; i++) {
		c = add(d, "self-test", l->probe[i].stopped ? GOOD : BAD);
		(void)snprintf(c->found, sizeof c->found, "a worker that tries to %s is %s",
			       l->probe[i].what, l->probe[i].stopped ? "stopped" : "NOT stopped");
	}
}

static void character_type(struct doctor *d)
{
	bool have = setlocale(LC_CTYPE, "C.UTF-8") != NULL;
	struct check *c = add(d, "C.UTF-8", have ? GOOD : NOTE);

	(void)snprintf(c->found, sizeof c->found, "%s", have ? "present"
			: "missing: names in archives that are not ASCII will be numbered instead");
}

/* A filter that libarchive lacks would be a program that it runs. */
static void unpacking(struct doctor *d)
{
	bool safe = fb_unpack_safe();
	struct check *c = add(d, "archives", safe ? GOOD : NOTE);

	(void)snprintf(c->found, sizeof c->found, "%s",
		       safe ? "libarchive has every format and filter"
			    : "libarchive was built without some formats: those archives are listed only");
}

static void own_rules(struct doctor *d)
{
	struct fb_err err = { 0 };
	char *path = NULL;
	int r = fb_packs_own(&path, &err);
	struct check *c = add(d, "rules", r ? BAD : GOOD);

	(void)snprintf(c->found, sizeof c->found, "%s", r ? err.text : path);
	free(path);
}

/* SQLite's journal needs locks that network file systems only promise. */
static void file_system(struct doctor *d)
{
	struct statfs fs;
	struct check *c = add(d, "this folder", GOOD);
	const char *remote;
	struct fb_buf size;
	int fd;

	if (statfs(".", &fs)) {
		(void)snprintf(c->found, sizeof c->found, "cannot be looked at");
		c->state = NOTE;
		return;
	}
	fb_buf_init(&size, 64);
	(void)fb_text_bytes(&size, (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize);
	(void)snprintf(c->found, sizeof c->found, "%s free", fb_buf_cstr(&size));
	fb_buf_dispose(&size);
	fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	remote = fd < 0 ? NULL : fb_remote_fs(fd);
	if (remote) {
		c = add(d, "file system", NOTE);
		(void)snprintf(c->found, sizeof c->found, "%s: keep the case on a local disk; evidence "
			       "may lie here", remote);
	}
	if (fd >= 0)
		close(fd);
}

static void rule_cache(struct doctor *d)
{
	struct fb_err err = { 0 };
	const char *why;
	char *path = fb_rule_cache_path(&why);
	struct check *c = add(d, "rule cache", path ? GOOD : NOTE);
	struct fb_store store;
	struct fb_buf size;
	uint64_t bytes;
	size_t files;
	int r = path ? fb_store_open(&store, path, false, &err) : 0;

	if (!path) {
		(void)snprintf(c->found, sizeof c->found, "none (%s): rules are compiled at every start",
			       *why ? why : "FIREBREAK_RULE_CACHE is off");
	} else if (r == FB_ENOTFOUND) {
		(void)snprintf(c->found, sizeof c->found, "%s, made with the first rules compiled", path);
	} else if (r) {
		c->state = NOTE;
		(void)snprintf(c->found, sizeof c->found, "%s: it is not used, and rules are compiled at "
			       "every start", err.text);
	} else {
		fb_store_count(&store, &files, &bytes);
		fb_buf_init(&size, 64);
		(void)fb_text_bytes(&size, bytes);
		(void)snprintf(c->found, sizeof c->found, "%s, trusted; %zu set%s of rules, %s", path,
			       files, files == 1 ? "" : "s", fb_buf_cstr(&size));
		fb_buf_dispose(&size);
		fb_store_close(&store);
	}
	free(path);
}

static void put_text(struct fb_cli *cli, const struct doctor *d, bool well)
{
	static const char *const states[] = { "ok", "note", "FAILED" };
	struct fb_buf *out = &cli->out.buf;

	(void)fb_buf_puts(out, "firebreak " FB_VERSION "\n");
	for (size_t i = 0; i < d->n; i++) {
		(void)fb_buf_printf(out, "  %-7s %-12s ", states[d->check[i].state], d->check[i].what);
		(void)fb_text_term(out, fb_slice_str(d->check[i].found));
		(void)fb_buf_putc(out, '\n');
	}
	(void)fb_buf_puts(out, well ? "Evidence can be investigated here.\n"
				    : "Evidence cannot be investigated here before this is mended.\n");
}

static void put_json(struct fb_cli *cli, const struct doctor *d, bool well)
{
	static const char *const states[] = { "ok", "note", "failed" };
	struct fb_json j;

	fb_json_init(&j, &cli->out.buf);
	fb_json_object(&j);
	fb_json_key(&j, "version");
	fb_json_cstr(&j, FB_VERSION);
	fb_json_key(&j, "ready");
	fb_json_bool(&j, well);
	fb_json_key(&j, "checks");
	fb_json_array(&j);
	for (size_t i = 0; i < d->n; i++) {
		fb_json_object(&j);
		fb_json_key(&j, "what");
		fb_json_cstr(&j, d->check[i].what);
		fb_json_key(&j, "state");
		fb_json_cstr(&j, states[d->check[i].state]);
		fb_json_key(&j, "found");
		fb_json_cstr(&j, d->check[i].found);
		fb_json_object_end(&j);
	}
	fb_json_array_end(&j);
	fb_json_object_end(&j);
	(void)fb_buf_putc(&cli->out.buf, '\n');
}

static int run(struct fb_cli *cli)
{
	static struct doctor d;
	struct fb_confinement found = { 0 };
	struct fb_err err = { 0 };
	bool well = true;
	int code;

	machine(&d);
	code = fb_engine_prove(&found, &err);
	locks(&d, &found, code, &err);
	character_type(&d);
	unpacking(&d);
	own_rules(&d);
	rule_cache(&d);
	file_system(&d);
	for (size_t i = 0; i < d.n; i++)
		well = well && d.check[i].state != BAD;
	fb_out_stdout(&cli->out);
	cli->out_open = true;
	(fb_args_has(&cli->args, "json") ? put_json : put_text)(cli, &d, well);
	if (!well)
		cli->status = FB_EXIT_FAILED;
	return fb_cli_done(cli, fb_out_check(&cli->out));
}

const struct fb_cmd fb_cmd_doctor = {
	.name = "doctor",
	.summary = "say what this machine offers, and prove the confinement",
	.usage = "[--json]",
	.about = "Checks what an investigation needs: the locks around the processes that decode\n"
		 "evidence (proved by children that try what is forbidden and must die of it), the\n"
		 "rules that ship with the program, the cache of compiled rules, memory and room. Exit\n"
		 "status 3: something fails.",
	.opts = opts,
	.run = run,
};
