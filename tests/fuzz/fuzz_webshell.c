/* Fuzzes the analysis of web shells. The first byte says which kind of page it is by its
 * name, the rest is the page. What must hold for any bytes: no crash, places within the
 * file, one line of valid UTF-8 as the reason, the same again from the same bytes. */
#include "base/text.h"
#include "detect/webshell/webshell.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	size_t n;
	uint64_t hash;
};

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void add(struct seen *s, struct fb_slice v)
{
	for (size_t i = 0; i < v.n; i++)
		s->hash = (s->hash ^ v.p[i]) * 1099511628211ull;
	s->hash = (s->hash ^ v.n) * 1099511628211ull;
}

static int on_hit(const struct fb_file_sink *sink, const struct fb_file_hit *hit)
{
	struct seen *s = sink->user;

	must(hit->offset <= s->n && hit->length <= s->n - hit->offset);
	must(fb_utf8_valid(hit->summary) && fb_utf8_valid(hit->text) && hit->summary.n);
	must(!memchr(hit->summary.p, '\n', hit->summary.n) && !memchr(hit->summary.p, 27, hit->summary.n));
	add(s, hit->summary);
	add(s, hit->text);
	add(s, fb_slice(&hit->rule, sizeof hit->rule));
	return 0;
}

static int on_problem(const struct fb_file_sink *sink, const char *text)
{
	must(fb_utf8_valid(fb_slice_str(text)));
	add(sink->user, fb_slice_str(text));
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "a.php", "a.aspx", "a.jsp", "a.asp", "a.cfm", "web.config", ".htaccess", "a.jspx",
					     "a.ashx", "a.gif", "a.asmx", ".user.ini" };
	static struct fb_ruleset *set;
	static void *state;
	struct seen seen[2] = { { .hash = 1 }, { .hash = 1 } };
	struct fb_file file = { .format = "" };

	if (!set) {
		must(fb_hash_prepare() == 0 && fb_webshell_new(NULL, &set, NULL) == 0);
		must(set->kind->open(set, &state) == 0);
	}
	if (size < 2)
		return 0;
	file.path = names[data[0] % (sizeof names / sizeof *names)];
	file.data = fb_slice(data + 1, size - 1);
	file.size = size - 1;
	for (unsigned i = 0; i < 2; i++) {
		struct fb_file_sink sink = { .hit = on_hit, .problem = on_problem, .user = &seen[i] };

		seen[i].n = size - 1;
		must(set->kind->scan(state, &file, &sink) == 0);
	}
	must(seen[0].hash == seen[1].hash);
	return 0;
}
