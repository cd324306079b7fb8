#include "cli/decide.h"

#include <stdlib.h>

static const struct fb_opt *const opts[] = { fb_opts_by, fb_opts_common, NULL };

static int run(struct fb_cli *cli)
{
	const char *const *pos = cli->args.pos;
	size_t n = cli->args.npos, first, ids = 0;
	bool has_dir = !fb_decide_is_id(pos[0]);
	struct fb_decision *list = calloc(n + 1, sizeof *list);
	int r = list ? 0 : fb_fail(&cli->err, FB_ENOMEM, "out of memory");

	while (has_dir + ids < n && fb_decide_is_id(pos[has_dir + ids]))
		ids++;
	first = has_dir + ids;
	if (!r && ids == 0)
		r = fb_fail(&cli->err, FB_EUSAGE, "which detection or event? Its id comes first");
	else if (!r && first == n)
		r = fb_fail(&cli->err, FB_EUSAGE, "which tag? (one that looks like an id: +%s)", pos[n - 1]);
	for (size_t i = first; i < n && !r; i++) {
		bool off = pos[i][0] == '-';
		struct fb_decision *d = &list[i - first];

		r = fb_decide_begin(cli, off ? FB_DECIDED_UNTAG : FB_DECIDED_TAG, d);
		d->tag = pos[i] + (off || pos[i][0] == '+');
	}
	if (!r)
		r = fb_decide_about(cli, has_dir ? pos[0] : "case", pos + has_dir, ids, list, n - first);
	free(list);
	return r;
}

const struct fb_cmd fb_cmd_tag = {
	.name = "tag",
	.summary = "put a word on a detection or event, or take it off",
	.usage = "[CASE] ID… [+]TAG…|-TAG… [--by NAME]",
	.about = "Tags detections (by id or its beginning) or events (by reference, SHA256:OFFSET) of a\n"
		 "case (./case when left out); -TAG takes a tag off. A tag is one word without comma;\n"
		 "one that looks like an id is written with + in front.",
	.opts = opts,
	.least = 2,
	.most = SIZE_MAX,
	.minus_words = true,
	.run = run,
};
