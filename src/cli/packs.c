#include "cli/packs.h"

#include "base/io.h"
#include "cli/rule_cache.h"
#include "cli/signals.h"
#include "detect/sigma/lists.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const struct fb_opt fb_opts_rules[] = {
	{ "rules", 'r', FB_OPT_DIR, "DIR", "use the Sigma rules of this folder or file too", true },
	{ "expand", 0, FB_OPT_FILE, "FILE", "values for placeholders of rules: a YAML map, or a list named after one", true },
	{ "no-rule-cache", 0, FB_OPT_FLAG, NULL, "compile the rules, and keep nothing of it for the next run", false },
	{ "noise", 0, FB_OPT_FILE, "FILE", "a list of rules that are dull, and where: counted, and folded in views", true },
	{ "no-noise-lists", 0, FB_OPT_FLAG, NULL, "leave out all such lists, also those of packs", false },
	{ "no-own-rules", 0, FB_OPT_FLAG, NULL, "leave out the rules that ship with the program", false },
	{ 0 },
};

static bool is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The folder of the running program, without a slash at its end; false: unknown. */
static bool exe_dir(char out[static PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);
	char *slash;

	if (n <= 0)
		return false;
	out[n] = 0;
	slash = strrchr(out, '/');
	if (!slash || slash == out)
		return false;
	*slash = 0;
	return true;
}

/* A program in its build tree has a file beside it that names the rules. */
static char *of_build_tree(const char *dir)
{
	struct fb_buf b;
	char *path = NULL, *out = NULL;
	struct fb_slice s;

	fb_buf_init(&b, PATH_MAX + 16384);
	if (asprintf(&path, "%s/rules-dir", dir) >= 0 && !fb_read_file(path, PATH_MAX, &b, NULL)) {
		s = fb_slice_trim(fb_buf_view(&b));
		out = strndup((const char *)s.p, s.n);
	}
	free(path);
	fb_buf_dispose(&b);
	return out;
}

int fb_packs_own(char **out, struct fb_err *err)
{
	const char *env = getenv("FIREBREAK_RULES");
	char dir[PATH_MAX], *path = NULL, *built;

	if (env && *env) {
		path = strdup(env);
		if (!path)
			return fb_fail(err, FB_ENOMEM, "out of memory");
		if (!is_dir(path)) {
			int r = fb_fail(err, FB_ENOTFOUND, "%s: no such folder (FIREBREAK_RULES)", path);

			free(path);
			return r;
		}
		*out = path;
		return 0;
	}
	if (!exe_dir(dir))
		return fb_fail(err, FB_ENOTFOUND, "the rules of the program cannot be found without "
			       "/proc: name them with FIREBREAK_RULES");
	if (asprintf(&path, "%s/../share/firebreak/rules", dir) < 0)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (!is_dir(path)) {
		built = of_build_tree(dir);
		if (built && is_dir(built)) {
			free(path);
			path = built;
		} else {
			int r = fb_fail(err, FB_ENOTFOUND, "%s: the rules of the program are not there "
					"(name them with FIREBREAK_RULES, or use --no-own-rules)", path);

			free(built);
			free(path);
			return r;
		}
	}
	*out = realpath(path, NULL);
	free(path);
	return *out ? 0 : fb_fail(err, FB_ENOMEM, "out of memory");
}

static int read_lists(struct fb_packs *p, const struct fb_args *args,
		      struct fb_sigma_options *options, struct fb_err *err)
{
	const char *path;
	int r = 0;

	if (!fb_args_has(args, "expand"))
		return 0;
	p->lists = fb_sigma_lists_new();
	if (!p->lists)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; !r && (path = fb_args_nth(args, "expand", i)) != NULL; i++)
		r = fb_sigma_lists_read(p->lists, path, err);
	return r ? r : fb_sigma_lists_done(p->lists, &options->lists, &options->nlists, err);
}

/* The user's own lists go before those of packs. */
static int read_noise(struct fb_packs *p, const struct fb_sigma_pack *packs, size_t n,
		      const struct fb_args *args, struct fb_err *err)
{
	const char *path;
	int r = 0;

	if (args && fb_args_has(args, "no-noise-lists"))
		return fb_args_has(args, "noise")
		       ? fb_fail(err, FB_EUSAGE, "--no-noise-lists: not together with --noise") : 0;
	for (size_t i = 0; args && !r && (path = fb_args_nth(args, "noise", i)) != NULL; i++)
		r = fb_noise_read(&p->noise, path, err);
	for (size_t i = n; i > 0 && !r; i--)
		r = fb_noise_read_pack(&p->noise, packs[i - 1].path, packs[i - 1].name, err);
	return r;
}

int fb_packs_noise(struct fb_packs *p, struct fb_err *err)
{
	return fb_noise_done(&p->noise, p->sets, err);
}

int fb_packs_load(struct fb_packs *p, const char *const *dirs, size_t ndirs,
		  const struct fb_packs_want *want, struct fb_err *err)
{
	struct fb_sigma_options options = { .facts = want->facts };
	struct fb_sigma_pack *packs;
	struct fb_rule_cache cache = { 0 };
	bool own = want->own;
	size_t n = 0;
	int r = 0;

	*p = (struct fb_packs){ 0 };
	fb_noise_init(&p->noise);
	packs = calloc(ndirs + 1, sizeof *packs);
	if (!packs)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	p->syms = fb_syms_new();
	if (!p->syms)
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	if (!r && own)
		r = fb_packs_own(&p->own, err);
	if (!r && own)
		packs[n++] = (struct fb_sigma_pack){ .path = p->own, .name = "firebreak" };
	for (size_t i = 0; i < ndirs; i++)
		packs[n++] = (struct fb_sigma_pack){ .path = dirs[i], .name = dirs[i] };
	if (!r && want->args)
		r = read_lists(p, want->args, &options, err);
	if (!r)
		r = read_noise(p, packs, n, want->args, err);
	/* With facts it is always compiled. */
	if (!r && !want->facts && want->args && !fb_args_has(want->args, "no-rule-cache"))
		fb_rule_cache_open(&cache);
	if (cache.open)
		options.cache = &cache.sigma;
	if (!r) {
		fb_signals_compiling(true);
		r = fb_sigma_load_with(packs, n, &options, p->syms, &p->set, err);
		fb_signals_compiling(false);
	}
	fb_rule_cache_close(&cache);
	if (!r && cache.said[0] && !(cache.plain && fb_args_has(want->args, "quiet")))
		p->note = strdup(cache.said);
	p->sets[0] = p->set;
	free(packs);
	if (r)
		fb_packs_dispose(p);
	return r;
}

int fb_packs_from_args(struct fb_packs *p, const struct fb_args *args, bool facts,
		       struct fb_err *err)
{
	struct fb_packs_want want = { .own = !fb_args_has(args, "no-own-rules"), .facts = facts,
				      .args = args };
	const char **dirs;
	const char *dir;
	size_t n = 0;
	int r;

	dirs = calloc(args->n + 1, sizeof *dirs);
	if (!dirs)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	while ((dir = fb_args_nth(args, "rules", n)) != NULL)
		dirs[n++] = dir;
	r = fb_packs_load(p, dirs, n, &want, err);
	free(dirs);
	return r;
}

void fb_packs_dispose(struct fb_packs *p)
{
	struct fb_ruleset *const sets[] = { p->set, p->yara, p->iocs, p->webshell };

	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		if (sets[i])
			sets[i]->kind->free(sets[i]);
	fb_syms_free(p->syms);
	fb_sigma_lists_free(p->lists);
	fb_noise_dispose(&p->noise);
	free(p->own);
	free(p->note);
	*p = (struct fb_packs){ 0 };
}

uint32_t fb_packs_errors(const struct fb_packs *p)
{
	uint32_t n = 0;

	for (const struct fb_ruleset *const *set = p->sets; *set; set++)
		for (uint32_t i = 0; i < (*set)->nproblems; i++)
			n += (*set)->problems[i].error;
	return n;
}
