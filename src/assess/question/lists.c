#include "assess/question/lists.h"

#include <string.h>

const struct fb_list_kind fb_list_kinds[FB_LISTS] = {
	[FB_LIST_WEB_CHILD] = { "web-child", "children of the web server's process", { { FB_Q_EXECUTION, "child process of the web server" } } },
	[FB_LIST_SERVICE] = { "service", "new services", { { FB_Q_EXECUTION, "service" }, { FB_Q_PERSISTENCE, "service" },
							   { FB_Q_MOVEMENT, "remote service" } } },
	[FB_LIST_TASK] = { "task", "new and changed scheduled tasks", { { FB_Q_EXECUTION, "scheduled task" }, { FB_Q_PERSISTENCE, "scheduled task" } } },
	[FB_LIST_DESTINATION] = { "destination", "first-seen destinations outside", { { FB_Q_CONTROL, "web" }, { FB_Q_EXFILTRATION, "network" },
										      { FB_Q_EXFILTRATION, "cloud storage" } } },
};

bool fb_list_bears(enum fb_list kind, const struct fb_answer *a)
{
	const struct fb_list_kind *k = &fb_list_kinds[kind];

	for (size_t i = 0; i < sizeof k->bears / sizeof *k->bears && k->bears[i].route; i++)
		if (k->bears[i].question == a->question && (!a->route || strcmp(a->route->word, k->bears[i].route) == 0))
			return true;
	return false;
}
