#include "cli/cmd.h"

#include <string.h>

const struct fb_cmd *const fb_cmds[] = {
	&fb_cmd_investigate,
	&fb_cmd_status,
	&fb_cmd_activity,
	&fb_cmd_why,
	&fb_cmd_exposure,
	&fb_cmd_inventory,
	&fb_cmd_claim,
	&fb_cmd_changes,
	&fb_cmd_lint,
	&fb_cmd_coverage,
	&fb_cmd_collect,
	&fb_cmd_window,
	&fb_cmd_assets,
	&fb_cmd_review,
	&fb_cmd_lists,
	&fb_cmd_detections,
	&fb_cmd_timeline,
	&fb_cmd_sources,
	&fb_cmd_import,
	&fb_cmd_search,
	&fb_cmd_webshells,
	&fb_cmd_logons,
	&fb_cmd_processes,
	&fb_cmd_persistence,
	&fb_cmd_clients,
	&fb_cmd_stats,
	&fb_cmd_show,
	&fb_cmd_report,
	&fb_cmd_verify,
	&fb_cmd_dump,
	&fb_cmd_mark,
	&fb_cmd_tag,
	&fb_cmd_note,
	&fb_cmd_set_aside,
	&fb_cmd_decisions,
	&fb_cmd_sign,
	&fb_cmd_key,
	&fb_cmd_bundle,
	&fb_cmd_validate,
	&fb_cmd_export,
	&fb_cmd_rules,
	&fb_cmd_doctor,
	&fb_cmd_help,
	&fb_cmd_version,
	&fb_cmd_completion,
	NULL,
};

const struct fb_cmd *fb_cmd_find(const char *name)
{
	for (const struct fb_cmd *const *c = fb_cmds; *c; c++) {
		if (strcmp((*c)->name, name) == 0)
			return *c;
	}
	return NULL;
}

static const char *nth_visible(const void *user, size_t i)
{
	(void)user;
	for (const struct fb_cmd *const *c = fb_cmds; *c; c++) {
		if (!(*c)->hidden && i-- == 0)
			return (*c)->name;
	}
	return NULL;
}

const char *fb_cmd_near(const char *name)
{
	return fb_nearest(name, nth_visible, NULL);
}
