/* The table of nasty lines: tests/golden/weblog/nasty.txt, whose head says how it is
 * written. Each case is decoded whole, and in pieces of every size: both must give what
 * stands there. FB_NASTY_PRINT=1 prints what was got. */
#include "check.h"

#include "base/arena.h"
#include "base/io.h"
#include "decode/formats.h"
#include "event/hints.h"
#include "event/value.h"

#include <stdlib.h>

#define CASE_MAX 65536

struct got {
	struct fb_sink sink;
	struct fb_buf out;
	uint64_t decoded, rejected, skipped;
};

static struct fb_syms *syms;

static int on_event(struct fb_sink *s, const struct fb_event *ev)
{
	struct got *g = (struct got *)(void *)s;
	char t[FB_TIME_TEXT];

	(void)fb_buf_printf(&g->out, "= %llu %s%s%s%s", (unsigned long long)ev->line,
			    fb_time_text(ev->time, ev->time_digits, t)[0] ? t : "-",
			    ev->time_flags & FB_TIME_LOCAL ? " local" : "",
			    ev->flags & FB_EVENT_DAMAGED ? " damaged" : "",
			    ev->flags & FB_EVENT_CUT ? " cut" : "");
	if (ev->lane != FB_LANE_WEB)
		(void)fb_buf_printf(&g->out, " %s", ev->lane == FB_LANE_PROXY ? "proxy" : ev->lane == FB_LANE_NETWORK ? "network" : "server");
	for (size_t i = 0; i < ev->nfields; i++) {
		const struct fb_field *f = &ev->fields[i];
		struct fb_buf v;

		if (fb_value_is_null(f) || fb_slice_eqs(f->name, "date") || fb_slice_eqs(f->name, "time"))
			continue;
		fb_buf_init(&v, 1 << 20);
		(void)fb_value_text(f, &v);
		(void)fb_buf_putc(&g->out, '|');
		(void)fb_buf_slice(&g->out, f->name);
		(void)fb_buf_putc(&g->out, '=');
		for (size_t k = 0; k < v.n; k++)
			if (v.p[k] < 0x20)
				(void)fb_buf_printf(&g->out, "\\x%02x", v.p[k]);
			else
				(void)fb_buf_putc(&g->out, v.p[k]);
		fb_buf_dispose(&v);
	}
	(void)fb_buf_putc(&g->out, '\n');
	return 0;
}

static void on_problem(struct fb_sink *s, uint64_t offset, uint64_t length, enum fb_why why,
		       const char *text)
{
	struct got *g = (struct got *)(void *)s;

	(void)fb_buf_printf(&g->out, "! %llu+%llu %s%s%s\n", (unsigned long long)offset,
			    (unsigned long long)length, fb_why_word(why), text ? ": " : "",
			    text ? text : "");
}

static void on_skip(struct fb_sink *s, uint64_t offset, uint64_t length, enum fb_why why)
{
	on_problem(s, offset, length, why, "skipped");
}

static void got_init(struct got *g)
{
	*g = (struct got){ .sink = { .syms = syms, .event = on_event, .problem = on_problem,
				     .skip = on_skip } };
	fb_buf_init(&g->out, 16 << 20);
}

static void decode(struct got *g, const struct fb_format *f, struct fb_slice all, size_t want)
{
	struct fb_ctx *ctx = calloc(1, sizeof *ctx), *before = calloc(1, sizeof *before);
	struct fb_arena arena;

	fb_arena_init(&arena, 64 << 20);
	g->sink.arena = &arena;
	for (size_t at = 0; ctx && before && at < all.n;) {
		struct fb_slice rest = fb_slice_sub(all, at, all.n);
		struct fb_unit u = { .base = at, .ctx = before };
		size_t n;

		*before = *ctx;
		n = f->split(rest, true, want, ctx);
		CHECK(n > 0 && n <= rest.n);
		if (n == 0 || n > rest.n)
			break;
		u.data = fb_slice_sub(rest, 0, n);
		u.last = at + n == all.n;
		CHECK_INT(f->decode(&u, &g->sink), 0);
		fb_arena_reset(&arena);
		at += n;
	}
	fb_arena_dispose(&arena);
	free(before);
	free(ctx);
	(void)fb_buf_printf(&g->out, "# %llu %llu %llu\n", (unsigned long long)g->sink.decoded,
			    (unsigned long long)g->sink.rejected, (unsigned long long)g->sink.skipped);
	CHECK_INT(g->sink.decoded + g->sink.rejected + g->sink.skipped, all.n);
}

static const struct fb_format *surest(struct fb_slice s)
{
	const struct fb_format *best = NULL;
	int sure = 0;

	for (const struct fb_format *const *f = fb_formats; *f; f++) {
		int one = (*f)->probe(s, true);

		if (one > sure) {
			sure = one;
			best = *f;
		}
	}
	return best;
}

struct nasty {
	char name[256], format[64];
	uint8_t in[CASE_MAX];
	size_t n;
	char want[CASE_MAX];
	bool wide;
};

static void widen(struct nasty *c)
{
	if (!c->wide)
		return;
	for (size_t i = c->n; i-- > 0;) {
		c->in[2 * i + 1] = 0;
		c->in[2 * i] = c->in[i];
	}
	memmove(c->in + 2, c->in, 2 * c->n);
	c->in[0] = 0xFF;
	c->in[1] = 0xFE;
	c->n = 2 * c->n + 2;
}

static void without_problems(char *s)
{
	char *to = s;

	while (*s) {
		size_t n = strcspn(s, "\n") + 1;

		if (*s != '!') {
			memmove(to, s, n);
			to += n;
		}
		s += n;
	}
	*to = 0;
}

static void run(struct nasty *c)
{
	static const size_t sizes[] = { FB_UNIT_SIZE, 1, 7, 64, 200 };
	const struct fb_format *f;
	struct fb_slice all;

	if (!c->name[0])
		return;
	widen(c);
	all = fb_slice(c->in, c->n);
	f = surest(all);
	if (getenv("FB_NASTY_PRINT"))
		printf("[%s] %s\n", f ? f->name : "no format", c->name);
	CHECK_STR(f ? f->name : "no format", c->format);
	for (size_t i = 0; f && i < sizeof sizes / sizeof *sizes; i++) {
		struct got g;

		if (i && f == &fb_format_uls)
			continue; /* messages are put together within a unit */
		got_init(&g);
		decode(&g, f, all, sizes[i]);
		/* Cut elsewhere, zeros are told in other pieces: events and account alone. */
		if (i)
			without_problems((char *)(uintptr_t)fb_buf_cstr(&g.out));
		if (getenv("FB_NASTY_PRINT"))
			printf("%s", i ? "" : fb_buf_cstr(&g.out));
		else
			CHECK_STR(fb_buf_cstr(&g.out), c->want);
		if (i == 0)
			without_problems(c->want);
		fb_buf_dispose(&g.out);
	}
}

/* "\r", "\xNN", "\\" of the file as bytes. */
static void add_line(struct nasty *c, const char *s)
{
	bool ended = true;

	for (; *s && c->n < CASE_MAX / 2 - 2; s++) {
		char *end;

		if (*s != '\\') {
			c->in[c->n++] = (uint8_t)*s;
			continue;
		}
		s++;
		if (*s == 'x') {
			char two[3] = { s[1], s[1] ? s[2] : 0, 0 };

			c->in[c->n++] = (uint8_t)strtoul(two, &end, 16);
			s += 2;
		} else if (*s == 'r') {
			c->in[c->n++] = '\r';
		} else if (*s == 't') {
			c->in[c->n++] = '\t';
		} else if (*s == 'c') {
			ended = false;
		} else {
			c->in[c->n++] = (uint8_t)*s;
		}
	}
	if (ended)
		c->in[c->n++] = '\n';
}

static void say(void)
{
	static const struct fb_net trusted[] = { { { [10] = 0xFF, 0xFF, 10 }, 104 } };
	static const char *const formats[] = {
		"LogFormat \"%v %h %l %u %t \\\"%r\\\" %>s %b \\\"%{X-Forwarded-For}i\\\" %D\" x",
		"log_format main '$remote_addr|$time_iso8601|$request_method|$request_uri|$status|$request_time|'",
		NULL,
	};
	static const struct fb_hints hints = { .trusted = trusted, .ntrusted = 1, .log_formats = formats };
	static const char *const asked[] = { "c-uri-decoded", "cs-uri-query-decoded", "cs-referer-decoded",
					     "request-start", "cs-user-agent-decoded" };

	fb_hints_set(&hints);
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
		(void)fb_syms_intern(syms, fb_slice_str(asked[i]));
}

int main(void)
{
	struct nasty *c = calloc(1, sizeof *c);
	FILE *f = fopen(FB_SOURCE_ROOT "/tests/golden/weblog/nasty.txt", "rb");
	char *line = malloc(CASE_MAX);
	unsigned cases = 0;

	syms = fb_syms_new();
	CHECK(c && f && line && syms);
	if (check_failed)
		return check_done();
	say();
	while (fgets(line, CASE_MAX, f)) {
		line[strcspn(line, "\n")] = 0;
		if (strncmp(line, "[", 1) == 0) {
			run(c);
			memset(c, 0, sizeof *c);
			(void)sscanf(line, "[%63[^]]] %255[^\n]", c->format, c->name);
			cases++;
		} else if (strcmp(line, "utf-16") == 0) {
			c->wide = true;
		} else if (strncmp(line, "> ", 2) == 0) {
			add_line(c, line + 2);
		} else if (strchr("=!#", line[0]) && line[0] && c->name[0]) {
			size_t n = strlen(c->want);

			(void)snprintf(c->want + n, CASE_MAX - n, "%s\n", line);
		}
	}
	run(c);
	CHECK(cases >= 30);
	(void)fclose(f);
	free(line);
	free(c);
	fb_syms_free(syms);
	return check_done();
}
