/* What other programs made of evidence, into a case: docs/formats/import.md. */
#include "cli/investigate.h"

#include "cli/packs.h"
#include "cli/unpacking.h"

static const struct fb_opt own[] = {
	{ "map", 0, FB_OPT_FILE, "FILE.yml", "a mapping: how to read JSON lines or CSV of another program (repeatable)", true },
	{ "as", 0, FB_OPT_TEXT, "FORMAT", "look for this one alone; of a mapping its name", false },
	{ "host", 0, FB_OPT_TEXT, "NAME", "the host that events are of which name none", false },
	{ "workers", 'w', FB_OPT_COUNT, "N", "decode and match in N processes; as many as cores", false },
	{ "no-report", 0, FB_OPT_FLAG, NULL, "do not write CASE/report.html", false },
	{ "quiet", 'q', FB_OPT_FLAG, NULL, "no progress, no summary", false },
	{ "verbose", 'v', FB_OPT_FLAG, NULL, "a line for each source and each rule not used", false },
	{ "json", 0, FB_OPT_FLAG, NULL, "write the summary as JSON", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_rules, fb_opts_kinds, fb_opts_zone,
					     fb_opts_fail_on, fb_opts_unpack, fb_opts_common, NULL };

static int run(struct fb_cli *cli)
{
	const struct fb_investigation what = {
		.dir = cli->args.pos[0], .roots = cli->args.pos + 1, .n = cli->args.npos - 1,
		.import = true, .as = fb_args_get(&cli->args, "as"),
		.host = fb_args_get(&cli->args, "host"),
	};

	return fb_investigate(cli, &what);
}

const struct fb_cmd fb_cmd_import = {
	.name = "import",
	.summary = "read what other programs made of evidence",
	.usage = "CASE FILE… [OPTION…]",
	.about = "Reads files that other programs made into the case: their events are searched and\n"
		 "matched by the rules like any others, and marked as second-hand. Recognised by their\n"
		 "columns and keys, whatever the files are called: hayabusa, chainsaw, evtx-json\n"
		 "(evtx_dump, chainsaw dump), evtxecmd, plaso, mftecmd-mft, mftecmd-j, recmd, srumecmd,\n"
		 "amcacheparser, pecmd, winlogbeat; anything else by a mapping file. Use the rules\n"
		 "(--rules) that the case was made with. `firebreak investigate` recognises such files too.",
	.opts = opts,
	.least = 2,
	.most = SIZE_MAX,
	.run = run,
};
