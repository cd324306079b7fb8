#include "cli/decide.h"

static const struct fb_opt own[] = {
	{ "note", 0, FB_OPT_TEXT, "TEXT", "why", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_by, fb_opts_common, NULL };

static int run(struct fb_cli *cli)
{
	const char *const *pos = cli->args.pos;
	size_t n = cli->args.npos;
	bool has_dir = !fb_decide_is_id(pos[0]);
	const char *note = fb_args_get(&cli->args, "note");
	struct fb_decision d;
	int r = fb_decide_begin(cli, FB_DECIDED_MARK, &d);

	if (r)
		return r;
	if (!fb_mark_parse(fb_slice_str(pos[n - 1]), &d.mark))
		return fb_fail(&cli->err, FB_EUSAGE, "%s: malicious, benign or unknown comes last",
			       pos[n - 1]);
	if (n < 2u + has_dir)
		return fb_fail(&cli->err, FB_EUSAGE, "which detection or event? Its id comes before \"%s\"",
			       pos[n - 1]);
	if (note)
		d.text = note;
	return fb_decide_about(cli, has_dir ? pos[0] : "case", pos + has_dir, n - 1 - has_dir, &d, 1);
}

const struct fb_cmd fb_cmd_mark = {
	.name = "mark",
	.summary = "decide that a detection or event is malicious, benign or unknown",
	.usage = "[CASE] ID… malicious|benign|unknown [--note TEXT] [--by NAME]",
	.about = "Marks detections (by id or its beginning) or events (by reference, SHA256:OFFSET) of a\n"
		 "case (./case when left out). Marks are kept by the identity of the event, so that new\n"
		 "rules, runs and copies do not lose them, and by author and time. A later mark takes\n"
		 "the place of those that its author could see; marks of two people that differ are a\n"
		 "conflict until somebody marks again.",
	.opts = opts,
	.least = 2,
	.most = SIZE_MAX,
	.run = run,
};
