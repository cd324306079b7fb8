#include "cli/decide.h"

static const struct fb_opt *const opts[] = { fb_opts_by, fb_opts_common, NULL };

static int run(struct fb_cli *cli)
{
	const char *const *pos = cli->args.pos;
	size_t n = cli->args.npos;
	bool has_dir = !fb_decide_is_id(pos[0]);
	struct fb_decision d;
	int r = fb_decide_begin(cli, FB_DECIDED_NOTE, &d);

	if (r)
		return r;
	if (n != 2u + has_dir)
		return fb_fail(&cli->err, FB_EUSAGE, "one ID and one TEXT, which is quoted as a whole");
	d.text = pos[n - 1];
	return fb_decide_about(cli, has_dir ? pos[0] : "case", pos + has_dir, 1, &d, 1);
}

const struct fb_cmd fb_cmd_note = {
	.name = "note",
	.summary = "write something to a detection or event",
	.usage = "[CASE] ID TEXT [--by NAME]",
	.about = "Keeps a note to a detection (by id or its beginning) or an event (by reference,\n"
		 "SHA256:OFFSET) of a case (./case when left out).",
	.opts = opts,
	.least = 2,
	.most = 3,
	.run = run,
};
