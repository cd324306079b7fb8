#include "cli/logs.h"

#include "base/limits.h"
#include "case/stated.h"
#include "decode/formats.h"
#include "event/hints.h"
#include "show/zone.h"

#include <stdio.h>

#define KEPT "logs"

const struct fb_opt fb_opts_logs[] = {
	{ "log-zone", 0, FB_OPT_ZONE, "ZONE",
	  "zone of the times of logs that do not say theirs: UTC, +02:00, Europe/Berlin", false },
	{ "log-format", 0, FB_OPT_TEXT, "DIRECTIVE",
	  "format of access logs, as the server's LogFormat or log_format has it", true },
	{ "trusted-proxy", 0, FB_OPT_TEXT, "CIDR",
	  "take the client of requests from there from X-Forwarded-For", true },
	{ 0 },
};

/* Lives as long as the process: workers are forked from it. */
static struct {
	struct fb_hints hints;
	struct fb_zone zone;
	struct fb_net trusted[FB_TRUSTED_PROXIES_MAX];
	const char *formats[FB_LOG_FORMATS_MAX + 1];
	char text[FB_LOGS_SAID_MAX], words[FB_LOGS_SAID_MAX];
	size_t ntext, nwords, nformats;
} said;

/* A copy that stays. */
static const char *keep(const char *s, size_t n)
{
	char *to = said.words + said.nwords;

	if (n >= sizeof said.words - said.nwords)
		return NULL;
	memcpy(to, s, n);
	to[n] = 0;
	said.nwords += n + 1;
	return to;
}

static int add_text(const char *word, const char *value, struct fb_err *err)
{
	int n = snprintf(said.text + said.ntext, sizeof said.text - said.ntext, "%s %s\n", word, value);

	if (n < 0 || (size_t)n >= sizeof said.text - said.ntext)
		return fb_fail(err, FB_EUSAGE, "more was said of the logs than is kept");
	said.ntext += (size_t)n;
	return 0;
}

static int set_zone(const char *value, struct fb_err *err)
{
	int r = fb_zone_parse(&said.zone, value, err);

	if (r)
		return r;
	said.hints.zoned = true;
	said.hints.offset = said.zone.offset;
	said.hints.n = said.zone.n;
	said.hints.at = said.zone.at;
	said.hints.to = said.zone.to;
	return add_text("zone", value, err);
}

static int add_format(const char *value, struct fb_err *err)
{
	const char *why = fb_log_format_wrong(value), *kept;

	if (why)
		return fb_fail(err, FB_EUSAGE, "--log-format: %s", why);
	for (const char *c = value; *c; c++)
		if (*c == '\n' || *c == '\r')
			return fb_fail(err, FB_EUSAGE, "--log-format: more than one line");
	kept = keep(value, strlen(value));
	if (!kept || said.nformats == FB_LOG_FORMATS_MAX)
		return fb_fail(err, FB_EUSAGE, "--log-format: more than %d", FB_LOG_FORMATS_MAX);
	said.formats[said.nformats++] = kept;
	said.hints.log_formats = said.formats;
	return add_text("format", value, err);
}

static int add_trusted(const char *value, struct fb_err *err)
{
	struct fb_net net;

	if (!fb_net_parse(fb_slice_str(value), &net))
		return fb_fail(err, FB_EUSAGE, "--trusted-proxy %s: neither an address nor a network", value);
	if (said.hints.ntrusted == FB_TRUSTED_PROXIES_MAX)
		return fb_fail(err, FB_EUSAGE, "--trusted-proxy: more than %d", FB_TRUSTED_PROXIES_MAX);
	said.trusted[said.hints.ntrusted++] = net;
	said.hints.trusted = said.trusted;
	return add_text("trust", value, err);
}

static int add(const char *word, const char *value, struct fb_err *err)
{
	if (strcmp(word, "zone") == 0)
		return set_zone(value, err);
	return strcmp(word, "format") == 0 ? add_format(value, err) : add_trusted(value, err);
}

static int from_options(const struct fb_args *args, bool *any, struct fb_err *err)
{
	static const struct {
		const char *option, *word;
	} options[] = { { "log-zone", "zone" }, { "log-format", "format" }, { "trusted-proxy", "trust" } };
	int r = 0;

	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		for (size_t n = 0; !r; n++) {
			const char *value = fb_args_nth(args, options[i].option, n);

			if (!value)
				break;
			*any = true;
			r = add(options[i].word, value, err);
		}
	return r;
}

/* Lines that this program wrote; what it does not understand was said to another one. */
static int from_text(struct fb_slice text, struct fb_err *err)
{
	int r = 0;

	while (text.n && !r) {
		const uint8_t *end = memchr(text.p, '\n', text.n), *blank;
		size_t n = end ? (size_t)(end - text.p) : text.n;
		char word[16], value[FB_LOGS_SAID_MAX];

		blank = memchr(text.p, ' ', n);
		if (blank && (size_t)(blank - text.p) < sizeof word && n < sizeof value) {
			size_t at = (size_t)(blank - text.p);

			(void)snprintf(word, sizeof word, "%.*s", (int)at, (const char *)text.p);
			(void)snprintf(value, sizeof value, "%.*s", (int)(n - at - 1),
				       (const char *)blank + 1);
			r = add(word, value, err);
		}
		text = fb_slice_sub(text, n + 1, text.n);
	}
	return r;
}

/* Whose word about others is believed, by what it does. */
static bool is_proxy(const char *role)
{
	static const char *const words[] = { "proxy", "load balancer", "waf", "cdn" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasestr(role, words[i]))
			return true;
	return false;
}

static int add_net(struct fb_slice s, const char *place, struct fb_err *err)
{
	struct fb_net net;

	if (!fb_net_parse(fb_slice_trim(s), &net))
		return 0;
	for (size_t i = 0; i < said.hints.ntrusted; i++)
		if (said.trusted[i].bits == net.bits && memcmp(said.trusted[i].address, net.address, sizeof net.address) == 0)
			return 0;
	if (said.hints.ntrusted == FB_TRUSTED_PROXIES_MAX)
		return fb_fail(err, FB_ELIMIT, "%s: more proxies than %d are trusted", place, FB_TRUSTED_PROXIES_MAX);
	said.trusted[said.hints.ntrusted++] = net;
	said.hints.trusted = said.trusted;
	return 0;
}

/* A place of the roster that is a proxy, by its name or its addresses. */
static int on_asset(void *user, const struct fb_stated_row *row)
{
	struct fb_err *err = user;
	struct fb_arena arena;
	const char *role, *at;
	int r = 0;

	if (!row->stands || !*row->said.value)
		return 0;
	fb_arena_init(&arena, (size_t)1 << 20);
	role = fb_stated_text(row->said.value, "role", &arena);
	at = fb_stated_text(row->said.value, "addresses", &arena);
	if (!role || !at)
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	else if (is_proxy(role)) {
		r = add_net(fb_slice_str(row->said.key), row->said.key, err);
		for (; *at && r == 0; at += strcspn(at, ","), at += *at == ',')
			r = add_net(fb_slice(at, strcspn(at, ",")), row->said.key, err);
	}
	fb_arena_dispose(&arena);
	return r;
}

int fb_logs_of_case(struct fb_case *c, struct fb_err *err)
{
	struct fb_buf text;
	int r = 0;

	if (!said.ntext) {
		fb_buf_init(&text, FB_LOGS_SAID_MAX);
		r = fb_case_attr_of(c, 0, KEPT, &text, err);
		if (!r)
			r = from_text(fb_buf_view(&text), err);
		fb_buf_dispose(&text);
	}
	if (!r)
		r = fb_case_stated(c, "asset", on_asset, err, err);
	fb_hints_set(&said.hints);
	return r;
}

static int from_case(const char *dir, struct fb_err *err)
{
	struct fb_case *c = NULL;
	int r = fb_case_open(dir, FB_CASE_READ, &c, err);

	/* What else is wrong with it, who opens it in earnest will say. */
	if (r) {
		*err = (struct fb_err){ 0 };
		return 0;
	}
	r = fb_logs_of_case(c, err);
	/* Closed again: workers must not come to hold it. */
	fb_case_close(c);
	return r;
}

int fb_logs_said(const struct fb_args *args, const char *dir, struct fb_err *err)
{
	bool any = false; /* what is said now goes before what was said of the case */
	int r;

	memset(&said, 0, sizeof said);
	r = from_options(args, &any, err);
	if (!r && dir)
		r = from_case(dir, err);
	fb_hints_set(&said.hints);
	return r;
}

const char *fb_logs_text(void)
{
	return said.text;
}
