/* Rules of other kinds than Sigma: where the command line says they are. */
#include "cli/packs.h"

#include "detect/ioc/ioc.h"
#include "detect/webshell/webshell.h"
#include "detect/yara/yara.h"

#include <stdlib.h>

const struct fb_opt fb_opts_kinds[] = {
	{ "yara", 0, FB_OPT_DIR, "DIR", "use the YARA rules of this folder or file, on files that no decoder takes", true },
	{ "yara-all", 0, FB_OPT_FLAG, NULL, "use them on event logs and web logs too, which takes long", false },
	{ "yara-seconds", 0, FB_OPT_COUNT, "N", "processor time that YARA may take for one file; 60", false },
	{ "iocs", 0, FB_OPT_DIR, "DIR", "look for the indicators of this list, or the lists of this folder", true },
	{ "no-webshell", 0, FB_OPT_FLAG, NULL, "leave out the analysis of web shells in files", false },
	{ "known-good", 0, FB_OPT_FILE, "FILE", "set files aside whose hashes are in this list, when web shells are looked for", true },
	{ 0 },
};

/* What the option names, in the order given; the caller frees the list. */
static int named(const struct fb_args *args, const char *option, const char ***out, size_t *n,
		 struct fb_err *err)
{
	const char *path;

	*n = 0;
	*out = calloc(args->n + 1, sizeof **out);
	if (!*out)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	while ((path = fb_args_nth(args, option, *n)) != NULL)
		(*out)[(*n)++] = path;
	return 0;
}

static int add(struct fb_packs *p, const struct fb_ruleset *set)
{
	size_t n = 0;

	while (p->sets[n])
		n++;
	p->sets[n] = set;
	return 0;
}

static int load_yara(struct fb_packs *p, const struct fb_args *args, struct fb_err *err)
{
	struct fb_yara_pack *packs;
	const char **paths;
	size_t n;
	int r = named(args, "yara", &paths, &n, err);

	if (r || n == 0) {
		free(paths);
		return r;
	}
	packs = calloc(n, sizeof *packs);
	for (size_t i = 0; packs && i < n; i++)
		packs[i] = (struct fb_yara_pack){ paths[i], paths[i] };
	r = packs ? fb_yara_load(packs, n, &p->yara, err) : fb_fail(err, FB_ENOMEM, "out of memory");
	free(packs);
	free(paths);
	return r ? r : add(p, p->yara);
}

static int load_iocs(struct fb_packs *p, const struct fb_args *args, struct fb_err *err)
{
	const char **paths;
	size_t n;
	int r = named(args, "iocs", &paths, &n, err);

	if (!r && n) {
		r = fb_ioc_load(paths, n, &p->iocs, err);
		if (!r)
			r = add(p, p->iocs);
	}
	free(paths);
	return r;
}

static int load_webshell(struct fb_packs *p, const struct fb_args *args, struct fb_err *err)
{
	struct fb_webshell_options options = { 0 };
	const char **paths;
	int r = named(args, "known-good", &paths, &options.nknown_good, err);

	options.known_good = paths;
	/* It ships with the program as its rules do. */
	if (!r && !fb_args_has(args, "no-webshell") && !fb_args_has(args, "no-own-rules")) {
		r = fb_webshell_new(&options, &p->webshell, err);
		if (!r)
			r = add(p, p->webshell);
	}
	free(paths);
	return r;
}

int fb_packs_kinds(struct fb_packs *p, const struct fb_args *args, struct fb_err *err)
{
	int r = load_yara(p, args, err);

	if (!r)
		r = load_iocs(p, args, err);
	return r ? r : load_webshell(p, args, err);
}
