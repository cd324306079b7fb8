/* What another project's parsers say about single lines of web server logs, against what
 * our access log says: the assertions in the corpora's logs/hub, value by value. */
#include "check.h"

#include "base/arena.h"
#include "decode/formats.h"
#include "event/value.h"

#include <dirent.h>
#include <stdlib.h>

/* Their names and ours. */
static const struct {
	const char *theirs;
	uint32_t ours;
} map[] = {
	{ "remote_addr", FB_SYM_C_IP },        { "clientip", FB_SYM_C_IP },
	{ "verb", FB_SYM_CS_METHOD },          { "request", FB_SYM_C_URI },
	{ "http_version", FB_SYM_CS_VERSION }, { "httpversion", FB_SYM_CS_VERSION },
	{ "status", FB_SYM_SC_STATUS },        { "response", FB_SYM_SC_STATUS },
	{ "body_bytes_sent", FB_SYM_SC_BYTES },{ "bytes", FB_SYM_SC_BYTES },
	{ "http_referer", FB_SYM_REFERER },    { "referrer", FB_SYM_REFERER },
	{ "http_user_agent", FB_SYM_USER_AGENT }, { "target_fqdn", FB_SYM_CS_HOST },
	{ "remote_user", FB_SYM_CS_USERNAME }, { "auth", FB_SYM_CS_USERNAME },
	{ "rawrequest", FB_SYM_C_URI },
};
#define NMAP (sizeof map / sizeof *map)

struct want {
	size_t field;
	char value[4096];
};

struct line {
	char message[8192];
	struct want *want;
	size_t n;
};

static struct line *current;
static const struct fb_syms *syms;
static unsigned agree, differ, lines, events;

static bool same(const struct fb_field *f, const char *want, size_t k)
{
	struct fb_buf v;
	const char *got;
	bool eq;

	fb_buf_init(&v, 1 << 20);
	if (f)
		(void)fb_value_text(f, &v);
	got = fb_buf_cstr(&v);
	if (map[k].ours == FB_SYM_CS_VERSION && strncmp(got, "HTTP/", 5) == 0)
		got += 5;
	eq = strcmp(got, want) == 0 || (!*got && strcmp(want, "-") == 0);
	if (!eq)
		printf("  %s: ours \"%s\" theirs \"%s\"\n", map[k].theirs, got, want);
	fb_buf_dispose(&v);
	return eq;
}

static int on_event(struct fb_sink *s, const struct fb_event *ev)
{
	(void)s;
	events++;
	for (size_t i = 0; i < current->n; i++) {
		size_t k = current->want[i].field;

		if (same(fb_event_get(ev, map[k].ours), current->want[i].value, k))
			agree++;
		else
			differ++;
	}
	return 0;
}

static void on_problem(struct fb_sink *s, uint64_t offset, uint64_t length, enum fb_why why,
		       const char *text)
{
	(void)s, (void)offset, (void)length, (void)why, (void)text;
}

static void compare(struct line *l)
{
	struct fb_sink sink = { .syms = syms, .event = on_event, .problem = on_problem };
	struct fb_ctx *ctx = calloc(1, sizeof *ctx);
	struct fb_arena arena;
	struct fb_unit u = { .data = fb_slice_str(l->message), .last = true, .ctx = ctx };

	/* An error log's line has no method: another format. */
	if (ctx && l->n && u.data.n) {
		unsigned before = events;

		fb_arena_init(&arena, 1 << 22);
		sink.arena = &arena;
		current = l;
		lines++;
		CHECK_INT(fb_format_access.decode(&u, &sink), 0);
		if (events == before)
			printf("  not ours: %.120s\n", l->message);
		fb_arena_dispose(&arena);
	}
	free(ctx);
	l->n = 0;
	l->message[0] = 0;
}

/* A quoted string as Go writes it. */
static bool unquote(const char *s, char *out, size_t room)
{
	size_t n = 0;

	if (*s++ != '"')
		return false;
	for (; *s && *s != '"'; s++) {
		if (n + 1 >= room)
			return false;
		if (*s == '\\' && s[1])
			s++;
		out[n++] = *s;
	}
	out[n] = 0;
	return *s == '"';
}

/* results["s01-parse"]["…/nginx-logs"][3].Evt.Parsed["verb"] == "GET" */
static void one_file(const char *path, struct line *l)
{
	static char text[65536];
	FILE *f = fopen(path, "rb");
	long last = -1;

	if (!f)
		return;
	while (fgets(text, sizeof text, f)) {
		const char *parser = strstr(text, "[\"s01-parse\"]"), *at, *value;
		char name[64];
		char *end;
		long index;

		if (!parser || (!strstr(parser, "/nginx-logs\"][") && !strstr(parser, "/apache2-logs\"][")))
			continue;
		at = strstr(parser, "-logs\"][");
		index = strtoul(at + 8, &end, 10) & 0xFFFF;
		at = strstr(end, ".Parsed[");
		value = strstr(end, "] == ");
		if (index != last)
			compare(l);
		last = index;
		if (!at || !value || !unquote(at + 8, name, sizeof name))
			continue;
		if (strcmp(name, "message") == 0) {
			if (!unquote(value + 5, l->message, sizeof l->message))
				l->message[0] = 0;
			continue;
		}
		for (size_t k = 0; k < NMAP; k++)
			if (strcmp(name, map[k].theirs) == 0 && l->n < 64 &&
			    unquote(value + 5, l->want[l->n].value, sizeof l->want[0].value))
				l->want[l->n++].field = k;
	}
	compare(l);
	(void)fclose(f);
}

int main(void)
{
	const char *root = getenv("FIREBREAK_CORPORA");
	struct fb_syms *s = fb_syms_new();
	struct line l = { .want = calloc(64, sizeof(struct want)) };
	char path[4096];
	struct dirent **names = NULL;
	int n;

	syms = s;
	CHECK(s != NULL && l.want != NULL);
	(void)snprintf(path, sizeof path, "%s/logs/hub", root ? root : FB_SOURCE_ROOT "/../shared/corpora");
	n = s && l.want ? scandir(path, &names, NULL, alphasort) : 0;
	if (n < 0)
		printf("SKIP: no corpora\n");
	for (int i = 0; i < n; i++) {
		char file[8192];

		(void)snprintf(file, sizeof file, "%s/%s/parser.assert", path, names[i]->d_name);
		one_file(file, &l);
		free(names[i]);
	}
	free(names);
	free(l.want);
	fb_syms_free(s);
	printf("%u lines, %u of them ours; %u values agree, %u differ\n", lines, events, agree, differ);
	if (n > 0) {
		CHECK(events >= 100 && agree >= 800);
		CHECK_INT(differ, 0);
	}
	return check_done();
}
