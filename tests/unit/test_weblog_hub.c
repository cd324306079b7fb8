/* What another project's parsers say about single lines of web server logs, against what
 * our formats say: the assertions in the corpora's logs/hub, value by value. Each line is
 * decoded by the format that its own probe is surest of. */
#include "check.h"

#include "base/arena.h"
#include "decode/formats.h"
#include "event/value.h"

#include <dirent.h>
#include <stdlib.h>
#include <time.h>

/* Their parsers of the formats that are read here. */
static const char *const parsers[] = { "nginx-logs",   "apache2-logs", "haproxy-logs",
				       "traefik-logs", "caddy-logs" };

/* Their names and ours; several: the first that is there. How the text differs: */
enum how {
	SAME,
	VERSION, /* HTTP/ is theirs or not */
	TIME,    /* is the event's time */
	PART,    /* `part` of our list "a/b/c" */
	LINE,    /* stands in the request */
	AFTER,   /* theirs begins or ends ours: a path with its query, a code with its AH */
};
static const struct {
	const char *theirs;
	const char *ours[4];
	enum how how;
	unsigned part;
} map[] = {
	{ "remote_addr", { "ClientHost", "c-ip" }, AFTER, 0 },
	{ "clientip", { "c-ip" }, SAME, 0 },
	{ "client_ip", { "c-ip" }, SAME, 0 },
	{ "client", { "c-ip" }, SAME, 0 },
	{ "remote_ip", { "request.client_ip", "request.remote_ip" }, SAME, 0 },
	{ "source_ip", { "request.client_ip", "request.remote_ip", "ClientHost", "c-ip" }, AFTER, 0 },
	{ "clientport", { "c-port" }, SAME, 0 },
	{ "client_port", { "c-port" }, SAME, 0 },
	{ "verb", { "cs-method", "RequestMethod", "request.method" }, SAME, 0 },
	{ "http_verb", { "cs-method", "RequestMethod", "request.method" }, SAME, 0 },
	{ "request", { "c-uri", "RequestPath", "request.uri" }, AFTER, 0 },
	{ "http_request", { "c-uri" }, SAME, 0 },
	{ "http_path", { "c-uri", "RequestPath", "request.uri", "message" }, AFTER, 0 },
	{ "rawrequest", { "c-uri" }, SAME, 0 },
	{ "http_version", { "cs-version", "RequestProtocol", "request.proto" }, VERSION, 0 },
	{ "httpversion", { "cs-version" }, VERSION, 0 },
	{ "status", { "sc-status", "DownstreamStatus" }, SAME, 0 },
	{ "http_status", { "sc-status", "DownstreamStatus", "status" }, SAME, 0 },
	{ "http_status_code", { "sc-status" }, SAME, 0 },
	{ "response", { "sc-status" }, SAME, 0 },
	{ "body_bytes_sent", { "sc-bytes", "DownstreamContentSize" }, SAME, 0 },
	{ "bytes", { "sc-bytes" }, SAME, 0 },
	{ "bytes_read", { "sc-bytes" }, SAME, 0 },
	{ "http_referer", { "cs-referer", "request.headers.Referer" }, SAME, 0 },
	{ "referrer", { "cs-referer" }, SAME, 0 },
	{ "http_user_agent", { "cs-user-agent", "request_User-Agent", "request.headers.User-Agent" }, SAME, 0 },
	{ "target_fqdn", { "cs-host", "request.host", "RequestHost" }, AFTER, 0 },
	{ "remote_user", { "cs-username", "ClientUsername" }, SAME, 0 },
	{ "auth", { "cs-username" }, SAME, 0 },
	{ "user", { "cs-username", "ClientUsername" }, SAME, 0 },
	{ "ident", { "ident" }, SAME, 0 },
	{ "time_local", { NULL }, TIME, 0 },
	{ "timestamp", { NULL }, TIME, 0 },
	{ "time", { NULL }, TIME, 0 },
	{ "accept_date", { NULL }, TIME, 0 },
	{ "loglevel", { "level" }, SAME, 0 },
	{ "module", { "module" }, SAME, 0 },
	{ "pid", { "pid" }, SAME, 0 },
	{ "tid", { "tid" }, SAME, 0 },
	{ "errorcode", { "code" }, SAME, 0 },
	{ "frontend_name", { "frontend" }, SAME, 0 },
	{ "backend_name", { "backend" }, SAME, 0 },
	{ "termination_state", { "termination" }, SAME, 0 },
	{ "captured_request_cookie", { "captured-cookie" }, SAME, 0 },
	{ "captured_response_cookie", { "captured-set-cookie" }, SAME, 0 },
	{ "time_request", { "timers" }, PART, 0 },
	{ "time_queue", { "timers" }, PART, 1 },
	{ "time_backend_connect", { "timers" }, PART, 2 },
	{ "time_backend_response", { "timers" }, PART, 3 },
	{ "time_duration", { "time-taken" }, SAME, 0 },
	{ "actconn", { "connections" }, PART, 0 },
	{ "feconn", { "connections" }, PART, 1 },
	{ "beconn", { "connections" }, PART, 2 },
	{ "srvconn", { "connections" }, PART, 3 },
	{ "retries", { "connections" }, PART, 4 },
	{ "srv_queue", { "queues" }, PART, 0 },
	{ "backend_queue", { "queues" }, PART, 1 },
	{ "traefik_router_name", { "router", "RouterName" }, AFTER, 0 },
	{ "traefik_server_url", { "server-url" }, SAME, 0 },
	{ "request_duration_in_ms", { "time-taken", "Duration" }, SAME, 0 },
	{ "number_of_requests_received_since_traefik_started", { "request-count" }, SAME, 0 },
	{ "dest_addr", { "ClientAddr" }, AFTER, 0 },
	{ "request_addr", { "RequestAddr" }, SAME, 0 },
	{ "service_addr", { "ServiceAddr" }, AFTER, 0 },
};
#define NMAP (sizeof map / sizeof *map)

/* What they put beside the log's own values: not asserted of the line. */
static const char *const theirs_alone[] = {
	"program", "message", "datasource_type", "datasource_path", "log_type", "service",
	"Whitelisted", "Success", "logsource", "machine", "sub_type", "timestamp8601",
};

struct want {
	char name[128], value[4096];
	bool unmarshaled, meta;
};

struct line {
	char message[16384];
	struct want *want;
	size_t n;
};
#define WANTS 256

static struct line *current;
static struct fb_syms *syms;
static unsigned agree, differ, lines, events;
static struct { char name[128]; unsigned n; } unmapped[400];
static size_t nunmapped;

static void not_mapped(const char *name)
{
	size_t i = 0;

	while (i < nunmapped && strcmp(unmapped[i].name, name) != 0)
		i++;
	if (i == nunmapped && i < 400)
		(void)snprintf(unmapped[nunmapped++].name, sizeof unmapped[0].name, "%s", name);
	if (i < 400)
		unmapped[i].n++;
}

static const struct fb_field *field(const struct fb_event *ev, const char *name)
{
	for (size_t i = 0; i < ev->nfields; i++)
		if (fb_slice_eqs(ev->fields[i].name, name))
			return &ev->fields[i];
	return NULL;
}

/* "1.693840791756499e+09" is 1693840791.7564995 as they print it. */
static bool same_number(const char *a, const char *b)
{
	char *ea, *eb;
	double x = strtod(a, &ea), y = strtod(b, &eb);
	double d = x > y ? x - y : y - x, s = x < 0 ? -x : x;

	return *a && *b && !*ea && !*eb && d <= s * 1e-9;
}

/* Their text as a time, with the C library; the fraction is not compared. */
static bool same_time(const struct fb_event *ev, const char *text)
{
	static const char *const forms[] = { "%d/%b/%Y:%H:%M:%S %z", "%Y/%m/%d %H:%M:%S",
					     "%a %b %d %H:%M:%S %Y", "%d/%b/%Y:%H:%M:%S",
					     "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S" };
	char plain[128];
	const char *dot = strchr(text, '.'), *rest = dot ? dot + 1 + strspn(dot + 1, "0123456789") : "";

	(void)snprintf(plain, sizeof plain, "%.*s%s", dot ? (int)(dot - text) : 127, text, rest);
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct tm tm = { 0 };
		const char *end = strptime(plain, forms[i], &tm);
		long zone = tm.tm_gmtoff;

		if (end && (*end == 0 || strcmp(end, "Z") == 0))
			return ev->time / FB_SECOND == timegm(&tm) - zone;
	}
	return false;
}

static bool is_part(const char *ours, unsigned part, const char *want)
{
	for (; part && ours; part--) {
		ours = strchr(ours, '/');
		ours = ours ? ours + 1 : NULL;
	}
	return ours && strncmp(ours, want, strlen(want)) == 0 &&
	       (ours[strlen(want)] == '/' || ours[strlen(want)] == 0);
}

static bool agrees(const char *got, const char *want, enum how how, unsigned part)
{
	size_t n = strlen(want), m = strlen(got);

	if (how == VERSION && strncmp(got, "HTTP/", 5) == 0 && strncmp(want, "HTTP/", 5) != 0)
		got += 5;
	if (how == PART)
		return is_part(got, part, want);
	if (strcmp(got, want) == 0 || (!*got && strcmp(want, "-") == 0) || same_number(got, want))
		return true;
	if (how == AFTER && n && m)
		return (strncmp(got, want, n) == 0 && strchr("?:, ", got[n])) ||
		       (m > n && strcmp(got + m - n, want) == 0);
	return false;
}

static void check_one(const struct fb_event *ev, const struct want *w)
{
	const struct fb_field *f = NULL;
	enum how how = SAME;
	unsigned part = 0;
	struct fb_buf v;
	bool ok;

	if (w->unmarshaled) {
		f = field(ev, w->name);
	} else {
		size_t k = 0;

		while (k < NMAP && strcmp(map[k].theirs, w->name) != 0)
			k++;
		if (k == NMAP) {
			not_mapped(w->name);
			return;
		}
		how = map[k].how;
		part = map[k].part;
		for (size_t i = 0; i < 4 && map[k].ours[i] && !f; i++)
			f = field(ev, map[k].ours[i]);
	}
	fb_buf_init(&v, 1 << 20);
	if (f)
		(void)fb_value_text(f, &v);
	ok = how == TIME ? same_time(ev, w->value) : agrees(fb_buf_cstr(&v), w->value, how, part);
	if (ok)
		agree++;
	else
		differ++;
	if (!ok)
		printf("  %s: ours \"%.200s\" theirs \"%.200s\" in %.200s\n", w->name, fb_buf_cstr(&v), w->value,
		       current->message);
	fb_buf_dispose(&v);
}

static int on_event(struct fb_sink *s, const struct fb_event *ev)
{
	(void)s;
	events++;
	for (size_t i = 0; i < current->n; i++)
		check_one(ev, &current->want[i]);
	return 0;
}

static void on_problem(struct fb_sink *s, uint64_t offset, uint64_t length, enum fb_why why,
		       const char *text)
{
	(void)s, (void)offset, (void)length, (void)why, (void)text;
}

static const struct fb_format *surest(struct fb_slice s)
{
	const struct fb_format *best = NULL;
	int sure = 0;

	for (const struct fb_format *const *f = fb_formats; *f; f++) {
		int one = (*f)->lane != FB_LANE_EVTX ? (*f)->probe(s, true) : 0;

		if (one > sure) {
			sure = one;
			best = *f;
		}
	}
	return best;
}

/* Their message may be a part of the line: the next line of the log that has it. */
static char *log_text, *log_at;

static void find_line(char *message, size_t room)
{
	char *hit = log_at ? strstr(log_at, message) : NULL, *from = hit;

	if (!hit)
		return;
	while (from > log_text && from[-1] != '\n')
		from--;
	log_at = hit + strcspn(hit, "\n");
	(void)snprintf(message, room, "%.*s", (int)(log_at - from), from);
}

static void read_log(const char *folder)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, NULL, alphasort);

	free(log_text);
	log_text = log_at = NULL;
	for (int i = 0; i < n; i++) {
		size_t len = strlen(names[i]->d_name);

		if (len > 4 && strcmp(names[i]->d_name + len - 4, ".log") == 0 && !log_text) {
			char path[12288];
			FILE *f;

			(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
			f = fopen(path, "rb");
			log_text = log_at = calloc(1, 4 << 20);
			if (f && log_text)
				log_text[fread(log_text, 1, (4 << 20) - 1, f)] = 0;
			if (f)
				(void)fclose(f);
		}
		free(names[i]);
	}
	free(names);
}

static void compare(struct line *l)
{
	struct fb_sink sink = { .syms = syms, .event = on_event, .problem = on_problem };
	struct fb_ctx *ctx = calloc(1, sizeof *ctx);
	struct fb_arena arena;
	struct fb_unit u = { .last = true, .ctx = ctx };
	const struct fb_format *f;

	if (l->n && l->message[0] && !surest(fb_slice_str(l->message)))
		find_line(l->message, sizeof l->message);
	u.data = fb_slice_str(l->message);
	f = ctx && l->n && u.data.n ? surest(u.data) : NULL;

	if (ctx && l->n && u.data.n) {
		unsigned before = events;

		lines++;
		fb_arena_init(&arena, 64 << 20);
		sink.arena = &arena;
		current = l;
		if (f)
			CHECK_INT(f->decode(&u, &sink), 0);
		if (events == before)
			printf("  not ours: %.160s\n", l->message);
		fb_arena_dispose(&arena);
	}
	free(ctx);
	l->n = 0;
	l->message[0] = 0;
}

/* A quoted string as Go writes it. Returns what follows it, or NULL. */
static const char *unquote(const char *s, char *out, size_t room)
{
	size_t n = 0;

	if (*s++ != '"')
		return NULL;
	for (; *s && *s != '"'; s++) {
		char c = *s;

		if (n + 1 >= room)
			return NULL;
		if (c == '\\' && s[1]) {
			static const char letters[] = "ntr", meant[] = "\n\t\r";
			const char *at = strchr(letters, *++s);

			c = at ? meant[at - letters] : *s;
		}
		out[n++] = c;
	}
	out[n] = 0;
	return *s == '"' ? s + 1 : NULL;
}

static void bare(const char *s, char *out, size_t room)
{
	(void)snprintf(out, room, "%s", s);
	out[strcspn(out, "\r\n")] = 0;
	if (strcmp(out, "nil") == 0)
		out[0] = 0;
}

/* ["request"]["headers"]["Host"] as request.headers.Host; items of lists by the first. */
static const char *path_of(const char *s, char *out, size_t room)
{
	size_t n = 0;

	out[0] = 0;
	while (*s == '[') {
		char one[128];

		if (s[1] != '"') {
			if (s[1] != '0')
				return NULL;
			s = strchr(s, ']') + 1;
			continue;
		}
		s = unquote(s + 1, one, sizeof one);
		if (!s || *s++ != ']' || n + strlen(one) + 2 > room)
			return NULL;
		n += (size_t)snprintf(out + n, room - n, "%s%s", n ? "." : "", one);
	}
	return s;
}

static bool is_theirs(const char *name)
{
	for (size_t i = 0; i < sizeof theirs_alone / sizeof *theirs_alone; i++)
		if (strcmp(name, theirs_alone[i]) == 0)
			return true;
	return false;
}

/* Evt.Parsed["verb"] == "GET" */
static void one_assertion(struct line *l, const char *s)
{
	struct want w = { .name = "" };
	const char *value = strstr(s, " == "), *rest;

	if (!value)
		return;
	if (strncmp(s, "Evt.Parsed", 10) == 0) {
		rest = path_of(s + 10, w.name, sizeof w.name);
	} else if (strncmp(s, "Evt.Meta", 8) == 0) {
		w.meta = true;
		rest = path_of(s + 8, w.name, sizeof w.name);
	} else if (strncmp(s, "Evt.Unmarshaled[\"caddy\"]", 24) == 0) {
		w.unmarshaled = true;
		rest = path_of(s + 24, w.name, sizeof w.name);
	} else if (strncmp(s, "Evt.Unmarshaled[\"traefik\"]", 26) == 0) {
		w.unmarshaled = true;
		rest = path_of(s + 26, w.name, sizeof w.name);
	} else {
		return;
	}
	if (!rest)
		return;
	if (!unquote(value + 4, w.value, sizeof w.value))
		bare(value + 4, w.value, sizeof w.value);
	if (!w.unmarshaled && !w.meta && strcmp(w.name, "message") == 0) {
		if (!unquote(value + 4, l->message, sizeof l->message))
			l->message[0] = 0;
		return;
	}
	if ((w.unmarshaled || !is_theirs(w.name)) && l->n < WANTS)
		l->want[l->n++] = w;
}

static void one_file(const char *path, struct line *l)
{
	static char text[65536];
	FILE *f = fopen(path, "rb");
	long last = -1;
	size_t lastp = 0;

	if (!f)
		return;
	while (fgets(text, sizeof text, f)) {
		const char *stage = strstr(text, "[\"s01-parse\"]"), *at = NULL;
		size_t p;
		char *end;
		long index;

		for (p = 0; stage && p < sizeof parsers / sizeof *parsers && !at; p++) {
			char name[64];

			(void)snprintf(name, sizeof name, "/%s\"][", parsers[p]);
			at = strstr(stage, name);
			at = at ? at + strlen(name) : NULL;
		}
		if (!at)
			continue;
		index = (long)strtoul(at, &end, 10) & 0xFFFF;
		if (index != last || p != lastp)
			compare(l);
		last = index;
		lastp = p;
		if (strncmp(end, "].", 2) == 0)
			one_assertion(l, end + 2);
	}
	compare(l);
	(void)fclose(f);
}

int main(void)
{
	const char *root = getenv("FIREBREAK_CORPORA");
	struct line *l = calloc(1, sizeof *l);
	char path[4096];
	struct dirent **names = NULL;
	int n;

	syms = fb_syms_new();
	if (l)
		l->want = calloc(WANTS, sizeof(struct want));
	CHECK(syms != NULL && l && l->want);
	if (check_failed)
		return check_done();
	(void)snprintf(path, sizeof path, "%s/logs/hub", root ? root : FB_SOURCE_ROOT "/../shared/corpora");
	n = scandir(path, &names, NULL, alphasort);
	if (n < 0)
		printf("SKIP: no corpora\n");
	for (int i = 0; i < n; i++) {
		char file[8192], folder[8192];

		(void)snprintf(file, sizeof file, "%s/%s/parser.assert", path, names[i]->d_name);
		(void)snprintf(folder, sizeof folder, "%s/%s", path, names[i]->d_name);
		read_log(folder);
		one_file(file, l);
		free(names[i]);
	}
	free(names);
	free(log_text);
	free(l->want);
	free(l);
	fb_syms_free(syms);
	printf("%u lines, %u of them ours; %u values agree, %u differ\n", lines, events, agree, differ);
	printf("names of theirs without one of ours:");
	for (size_t i = 0; i < nunmapped; i++)
		printf(" %s (%u)", unmapped[i].name, unmapped[i].n);
	printf("\n");
	if (n > 0) {
		CHECK(events >= 140 && agree >= 2380);
		CHECK_INT(differ, 0);
	}
	return check_done();
}
