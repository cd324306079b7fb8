#include "intake/collected_in.h"

#include "base/text.h"
#include "intake/iis.h"
#include "intake/layout.h"
#include "intake/sysmon.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- which ---- */

static const struct {
	enum fb_collected_kind kind;
	const char *glob; /* over the path; the first that fits, case as it is */
} files[] = {
	{ FB_COLLECTED_VR_UPLOADS, "uploads.json" },
	{ FB_COLLECTED_VR_INDEX, "*.json.index" },
	{ FB_COLLECTED_VR_CONTEXT, "collection_context.json" },
	{ FB_COLLECTED_VR_CLIENT, "client_info.json" },
	{ FB_COLLECTED_VR_CLIENT, "*Generic.Client.Info/BasicInformation.json" },
	{ FB_COLLECTED_VR_CLIENT, "*Generic.Client.Info%2FBasicInformation.json" },
	{ FB_COLLECTED_VR_LOG, "log.json" },
	{ FB_COLLECTED_VR_RESULTS, "results/*.json" },
	{ FB_COLLECTED_VR_RESULTS, "*/results/*.json" },
	{ FB_COLLECTED_VR_RESULTS, "*!results/*.json" },
	{ FB_COLLECTED_KAPE_COPY, "*_CopyLog.csv" },
	{ FB_COLLECTED_KAPE_SKIP, "*_SkipLog.csv" },
	{ FB_COLLECTED_KAPE_SKIP, "*_SkipLog.csv.csv" },
	{ FB_COLLECTED_KAPE_CONSOLE, "*_ConsoleLog.txt" },
	{ FB_COLLECTED_UAC_LOG, "uac.log" },
	{ FB_COLLECTED_UAC_SUMMARY, "uac-*-*.log" },
	{ FB_COLLECTED_CYLR_LOG, "CyLR*.log" },
	{ FB_COLLECTED_ACQUIRE_REPORT, "*.report.json" },
	{ FB_COLLECTED_ACQUIRE_REPORT, "*_report.json" },
	{ FB_COLLECTED_ACQUIRE_LOG, "*_20????????????.log" },
	{ FB_COLLECTED_DEFENDER, "Forensics Collection Summary.csv" },
	{ FB_COLLECTED_HASHES, "*.md5" },
	{ FB_COLLECTED_HASHES, "*.sha1" },
	{ FB_COLLECTED_HASHES, "*.sha256" },
	{ FB_COLLECTED_HASHES, "*MD5SUMS" },
	{ FB_COLLECTED_HASHES, "*SHA1SUMS" },
	{ FB_COLLECTED_HASHES, "*SHA256SUMS" },
	{ FB_COLLECTED_HASHES, "*md5sums.txt" },
	{ FB_COLLECTED_HASHES, "*sha1sums.txt" },
	{ FB_COLLECTED_HASHES, "*sha256sums.txt" },
	{ FB_COLLECTED_HASH_TABLE, "*hash*.csv" },
	{ FB_COLLECTED_HASH_TABLE, "*Hash*.csv" },
	{ FB_COLLECTED_LOCALE, "*LocaleMetaData/*.MTA" },
	{ FB_COLLECTED_SYSMON, "*.xml" },
	{ FB_COLLECTED_SYSMON, "*.XML" },
	{ FB_COLLECTED_IIS, "applicationHost.config" },
	{ FB_COLLECTED_IIS, "ApplicationHost.config" },
	{ FB_COLLECTED_IIS, "applicationhost.config" },
	{ FB_COLLECTED_IIS, "APPLICATIONHOST.CONFIG" },
	{ FB_COLLECTED_IIS, "redirection.config" },
	{ FB_COLLECTED_IIS, "Redirection.config" },
	{ FB_COLLECTED_IIS, "REDIRECTION.CONFIG" },
};

static const char *const names[FB_COLLECTED_COUNT] = {
	"", "velociraptor-uploads", "velociraptor-index", "velociraptor-context", "velociraptor-client",
	"velociraptor-log", "velociraptor-results", "kape-copylog", "kape-skiplog", "kape-consolelog",
	"uac-log", "uac-summary", "cylr-log", "acquire-log", "acquire-report", "defender-summary",
	"hash-list", "hash-table", "evtx-locale", "sysmon-config", "iis-config",
};

enum fb_collected_kind fb_collected_of(struct fb_slice path)
{
	struct fb_slice base = path;

	for (size_t i = path.n; i-- > 0;)
		if (path.p[i] == '/' || path.p[i] == '!') {
			base = fb_slice_sub(path, i + 1, path.n);
			break;
		}
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		bool whole = strchr(files[i].glob, '/') != NULL || strchr(files[i].glob, '!') != NULL;

		if (fb_layout_glob(fb_slice_str(files[i].glob), whole ? path : base))
			return files[i].kind;
	}
	return FB_COLLECTED_NONE;
}

const char *fb_collected_silent(enum fb_collected_kind kind)
{
	switch (kind) {
	case FB_COLLECTED_VR_INDEX: return "where the lines of the file beside it begin; holds nothing else";
	case FB_COLLECTED_LOCALE:
		return "the messages of an exported event log in its language; holds no events";
	default: return NULL;
	}
}

const char *fb_collected_name(enum fb_collected_kind kind)
{
	return (unsigned)kind < FB_COLLECTED_COUNT ? names[kind] : "";
}

/* ---- small things ---- */

void fb_collected_init(struct fb_collected *c, enum fb_statement what)
{
	*c = (struct fb_collected){ .what = what, .time = FB_TIME_NONE, .size = UINT64_MAX };
}

int fb_collected_say(struct fb_collected_parser *p, const struct fb_collected *c)
{
	struct fb_collected cut = *c;
	struct fb_slice *const texts[] = { &cut.path, &cut.place, &cut.text };
	struct fb_buf clean[3];
	int r = 0;

	if (p->statements >= FB_STATEMENTS_MAX)
		return 0;
	p->statements++;
	for (size_t i = 0; i < 3; i++) {
		fb_buf_init(&clean[i], 3 * FB_STATEMENT_TEXT_MAX + 16);
		*texts[i] = fb_slice_sub(*texts[i], 0, FB_STATEMENT_TEXT_MAX);
		(void)fb_utf8_clean(&clean[i], *texts[i]);
		r = r ? r : fb_buf_code(&clean[i]);
		*texts[i] = fb_buf_view(&clean[i]);
	}
	if (r == 0)
		r = p->say(p->user, &cut);
	for (size_t i = 0; i < 3; i++)
		fb_buf_dispose(&clean[i]);
	return r;
}

bool fb_collected_hash(struct fb_collected *c, struct fb_slice digits)
{
	for (int s = FB_SUM_MD5; s < FB_SUM_COUNT; s++)
		if (fb_unhex(digits, c->hash, fb_sum_size((enum fb_sum)s))) {
			c->sum = (enum fb_sum)s;
			return true;
		}
	return false;
}

struct fb_slice fb_collected_place(struct fb_buf *out, struct fb_slice s)
{
	fb_buf_clear(out);
	while (fb_slice_starts(s, FB_LIT("./")))
		s = fb_slice_sub(s, 2, s.n);
	for (size_t i = 0; i < s.n; i++)
		(void)fb_buf_putc(out, s.p[i] == '\\' ? '/' : s.p[i]);
	return fb_buf_view(out);
}

/* ---- CSV ---- */

enum column { OTHER = 0, SOURCE, PLACE, SIZE, HASH, TIME, REASON, OUTCOME };

static const struct {
	const char *name;
	enum column is;
} columns[] = {
	{ "SourceFile", SOURCE }, { "DestinationFile", PLACE }, { "FileSize", SIZE },
	{ "SourceFileSha1", HASH }, { "SourceFileSha256", HASH }, { "SourceFileMd5", HASH },
	{ "Hash", HASH }, { "MD5", HASH }, { "SHA1", HASH }, { "SHA256", HASH },
	{ "CopiedTimestamp", TIME }, { "Reason", REASON }, { "Error", REASON },
	{ "Error Message", REASON }, { "Details", REASON },
	{ "Path", PLACE }, { "FileName", PLACE }, { "File Name", PLACE }, { "Command", SOURCE },
	{ "Command Name", SOURCE }, { "Name", SOURCE }, { "Artifact", SOURCE },
	{ "Result", OUTCOME }, { "Status", OUTCOME }, { "Outcome", OUTCOME },
	{ "ResultCode", OUTCOME }, { "Exit Code", OUTCOME },
};

/* The next cell, unquoted into out. */
static struct fb_slice cell(struct fb_slice *rest, struct fb_buf *out)
{
	bool quoted = rest->n && rest->p[0] == '"';
	size_t i = quoted;

	fb_buf_clear(out);
	for (; i < rest->n; i++) {
		uint8_t c = rest->p[i];

		if (quoted && c == '"') {
			if (i + 1 >= rest->n || rest->p[i + 1] != '"') {
				quoted = false;
				continue;
			}
			i++;
		} else if (!quoted && c == ',') {
			break;
		}
		(void)fb_buf_putc(out, c);
	}
	*rest = i < rest->n ? fb_slice_sub(*rest, i + 1, rest->n) : fb_slice(NULL, 0);
	return fb_slice_trim(fb_buf_view(out));
}

static bool csv_head(struct fb_collected_parser *p, struct fb_slice line)
{
	bool path = false, more = false;

	p->ncolumns = 0;
	for (struct fb_slice rest = line; rest.p && p->ncolumns < COLLECTED_CELLS;) {
		struct fb_slice name = cell(&rest, &p->a);
		int8_t is = OTHER;

		for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
			if (fb_slice_ieq(name, fb_slice_str(columns[i].name)))
				is = (int8_t)columns[i].is;
		path = path || is == SOURCE || is == PLACE;
		more = more || is == HASH || is == TIME || is == REASON || is == OUTCOME;
		p->column[p->ncolumns++] = is;
	}
	p->head = true;
	return path && more;
}

/* Words for "it went well". */
static bool is_well(struct fb_slice s)
{
	static const char *const words[] = { "", "0", "ok", "success", "succeeded", "successful",
					     "completed", "done", "true", "none", "collected" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (fb_slice_ieq(s, fb_slice_str(words[i])))
			return true;
	return false;
}

/* One cell of a row into the statement; *well: it says that nothing went wrong. */
static void take_cell(struct fb_collected_parser *p, struct fb_collected *c, enum column is,
		      struct fb_slice s, bool *well)
{
	switch (is) {
	case SOURCE:
		if (p->b.n == 0)
			(void)fb_buf_slice(&p->b, s);
		break;
	case PLACE:
		if (s.n)
			(void)fb_collected_place(&p->c, s);
		break;
	case SIZE:
		if (!fb_slice_u64(s, &c->size))
			c->size = UINT64_MAX;
		break;
	case HASH: (void)fb_collected_hash(c, s); break;
	case TIME: c->time = fb_collected_time(s); break;
	case OUTCOME:
	case REASON:
		if (is_well(s))
			break;
		*well = false;
		fb_buf_clear(&p->d);
		(void)fb_buf_slice(&p->d, s);
		break;
	case OTHER: break;
	}
}

static bool csv_row(struct fb_collected_parser *p, struct fb_slice line, int *code)
{
	static const enum fb_statement what[FB_COLLECTED_COUNT] = {
		[FB_COLLECTED_KAPE_COPY] = FB_SAID_COPIED, [FB_COLLECTED_KAPE_SKIP] = FB_SAID_SKIPPED,
		[FB_COLLECTED_DEFENDER] = FB_SAID_ASKED, [FB_COLLECTED_HASH_TABLE] = FB_SAID_HASHED,
	};
	struct fb_slice rest = line;
	struct fb_collected c;
	bool well = true;
	size_t n = 0;

	fb_collected_init(&c, what[p->kind]);
	fb_buf_clear(&p->b);
	fb_buf_clear(&p->c);
	fb_buf_clear(&p->d);
	for (; rest.p && n < p->ncolumns; n++)
		take_cell(p, &c, (enum column)p->column[n], cell(&rest, &p->a), &well);
	c.path = fb_buf_view(&p->b);
	c.place = fb_buf_view(&p->c);
	c.text = fb_buf_view(&p->d);
	if (n < 2 || (c.path.n == 0 && c.place.n == 0) ||
	    (p->kind == FB_COLLECTED_HASH_TABLE && c.sum == FB_SUM_NONE))
		return false;
	if (p->kind == FB_COLLECTED_DEFENDER && well)
		c.text = c.path.n ? c.path : c.place;
	else if (p->kind == FB_COLLECTED_DEFENDER)
		c.what = FB_SAID_FAILED;
	*code = fb_collected_say(p, &c);
	return true;
}

/* ---- lists of hashes ---- */

/* "HEX  path", "HEX *path", "MD5 (path) = HEX" */
static bool hash_line(struct fb_collected_parser *p, struct fb_slice line, int *code)
{
	struct fb_slice s = fb_slice_trim(line), digits, path;
	size_t n = 0;
	struct fb_collected c;

	if (s.n == 0 || s.p[0] == '#' || s.p[0] == ';')
		return true;
	fb_collected_init(&c, FB_SAID_HASHED);
	while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t')
		n++;
	digits = fb_slice_sub(s, n && s.p[0] == '\\', n - (n && s.p[0] == '\\'));
	path = fb_slice_sub(s, n, s.n);
	if (!fb_collected_hash(&c, digits)) {
		size_t open = fb_slice_find(s, FB_LIT(" ("));

		n = s.n;
		while (n && s.p[n - 1] != ')')
			n--;
		if (open == s.n || n < open + 3)
			return false;
		digits = fb_slice_trim(fb_slice_sub(s, n, s.n));
		if (digits.n < 2 || digits.p[0] != '=' ||
		    !fb_collected_hash(&c, fb_slice_trim(fb_slice_sub(digits, 1, digits.n))))
			return false;
		path = fb_slice_sub(s, open + 2, n - 1 - open - 2);
	} else {
		path = fb_slice_trim(path);
		if (path.n && path.p[0] == '*')
			path = fb_slice_sub(path, 1, path.n);
	}
	if (path.n == 0)
		return false;
	c.place = fb_collected_place(&p->a, path);
	*code = fb_collected_say(p, &c);
	return true;
}

/* ---- lines ---- */

static bool is_document(enum fb_collected_kind kind)
{
	return kind == FB_COLLECTED_VR_CONTEXT || kind == FB_COLLECTED_VR_CLIENT ||
	       kind == FB_COLLECTED_ACQUIRE_REPORT || kind == FB_COLLECTED_SYSMON || kind == FB_COLLECTED_IIS;
}

static bool one(struct fb_collected_parser *p, struct fb_slice line, int *code)
{
	if (fb_slice_trim(line).n == 0)
		return true;
	switch (p->kind) {
	case FB_COLLECTED_VR_UPLOADS:
	case FB_COLLECTED_VR_CONTEXT:
	case FB_COLLECTED_VR_CLIENT:
	case FB_COLLECTED_VR_LOG:
	case FB_COLLECTED_VR_RESULTS:
	case FB_COLLECTED_ACQUIRE_REPORT: return fb_collected_json(p, line, code);
	case FB_COLLECTED_KAPE_COPY:
	case FB_COLLECTED_KAPE_SKIP:
	case FB_COLLECTED_DEFENDER:
	case FB_COLLECTED_HASH_TABLE: return p->head ? csv_row(p, line, code) : csv_head(p, line);
	case FB_COLLECTED_HASHES: return hash_line(p, line, code);
	case FB_COLLECTED_SYSMON: return fb_collected_sysmon(p, line, code);
	case FB_COLLECTED_IIS: return fb_collected_iis(p, line, code);
	default: return fb_collected_log(p, line, code);
	}
}

static void init_texts(struct fb_collected_parser *p)
{
	fb_buf_init(&p->line, FB_STATEMENT_DOCUMENT_MAX + FB_LINE_MAX);
	fb_buf_init(&p->a, 4 * FB_LINE_MAX);
	fb_buf_init(&p->b, 4 * FB_LINE_MAX);
	fb_buf_init(&p->c, 4 * FB_LINE_MAX);
	fb_buf_init(&p->d, 4 * FB_LINE_MAX);
}

static void dispose_texts(struct fb_collected_parser *p)
{
	fb_buf_dispose(&p->line);
	fb_buf_dispose(&p->a);
	fb_buf_dispose(&p->b);
	fb_buf_dispose(&p->c);
	fb_buf_dispose(&p->d);
}

/* What Sysmon's configuration chooses, class by class. */
bool fb_collected_sysmon(struct fb_collected_parser *p, struct fb_slice text, int *code)
{
	static const char *const words[] = { [FB_CHOSEN_OPEN] = "open", [FB_CHOSEN_RECORDED] = "recorded",
					     [FB_CHOSEN_FILTERED] = "filtered" };
	enum fb_chosen of[FB_CHOSEN_CLASSES_MAX];
	struct fb_collected c;

	if (!fb_sysmon_read(text, of))
		return false;
	for (unsigned w = 0; w < sizeof words / sizeof *words && *code == 0; w++) {
		fb_buf_clear(&p->a);
		for (unsigned i = 0; i < fb_nchosen_classes; i++)
			if (of[i] == (enum fb_chosen)w)
				(void)fb_buf_printf(&p->a, "%s%s", p->a.n ? " " : "", fb_chosen_classes[i].id);
		fb_collected_init(&c, FB_SAID_CHOSEN);
		c.path = fb_slice_str(words[w]);
		c.text = fb_buf_view(&p->a);
		if (c.text.n)
			*code = fb_collected_say(p, &c);
	}
	return true;
}

static int say_sites(struct fb_collected_parser *p, const char *file, const char *text)
{
	struct fb_collected c;

	fb_collected_init(&c, FB_SAID_SITES);
	c.path = fb_slice_str(file);
	c.text = fb_slice_str(text);
	return fb_collected_say(p, &c);
}

/* Which sites IIS has, and what of their requests is in no log. */
bool fb_collected_iis(struct fb_collected_parser *p, struct fb_slice text, int *code)
{
	const struct fb_iis_site *sites;
	struct fb_collected c;
	struct fb_iis *f;
	char count[24];
	bool elsewhere;
	size_t n;
	int r;

	if (fb_iis_redirection(text, &elsewhere)) {
		*code = say_sites(p, "redirection", elsewhere ? "elsewhere" : "own");
		return true;
	}
	r = fb_iis_read(text, &f);
	if (r) {
		*code = r == FB_ENOMEM ? r : 0;
		return r == FB_ENOMEM;
	}
	sites = fb_iis_sites(f, &n);
	(void)snprintf(count, sizeof count, "%zu", n);
	*code = say_sites(p, "application-host", count);
	for (size_t i = 0; i < n && *code == 0; i++) {
		fb_buf_clear(&p->a);
		(void)fb_buf_printf(&p->a, "%u", sites[i].id);
		for (unsigned k = 0; k < FB_SITE_LACKS; k++)
			if (sites[i].lacks >> k & 1)
				(void)fb_buf_printf(&p->a, " %s", fb_site_lack_word(k));
		fb_collected_init(&c, FB_SAID_SITE);
		c.path = sites[i].name;
		c.place = sites[i].directory;
		c.text = fb_buf_view(&p->a);
		*code = fb_collected_say(p, &c);
	}
	fb_iis_free(f);
	return true;
}

static bool configuration(enum fb_collected_kind kind, struct fb_slice head)
{
	return kind == FB_COLLECTED_IIS ? fb_iis_looks(head) : fb_sysmon_looks(head);
}

static bool wide_configuration(enum fb_collected_kind kind, struct fb_slice head)
{
	struct fb_buf utf8;
	bool good;

	fb_buf_init(&utf8, 4 * FB_PROBE_MAX);
	good = fb_utf16_to_utf8(&utf8, fb_slice_sub(head, 2, (head.n - 2) & ~(size_t)1)) == 0 && configuration(kind, fb_buf_view(&utf8));
	fb_buf_dispose(&utf8);
	return good;
}

bool fb_collected_looks(enum fb_collected_kind kind, struct fb_slice head)
{
	static const struct fb_slice bom = { (const uint8_t *)"\xEF\xBB\xBF", 3 };
	struct fb_collected_parser p = { .kind = kind, .statements = FB_STATEMENTS_MAX };
	bool good = false;
	struct fb_slice line;
	int code = 0;

	if (kind == FB_COLLECTED_LOCALE)
		return true;
	if (kind == FB_COLLECTED_VR_INDEX)
		return head.n % 8 == 0 || head.n == FB_PROBE_MAX;
	if (head.n >= 2 && head.p[0] == 0xFF && head.p[1] == 0xFE)
		return (kind != FB_COLLECTED_SYSMON && kind != FB_COLLECTED_IIS) || wide_configuration(kind, head);
	if (fb_slice_starts(head, bom))
		head = fb_slice_sub(head, bom.n, head.n);
	for (size_t i = 0; i < head.n && i < 4096; i++)
		if (head.p[i] == 0)
			return false;
	line = fb_slice_sub(head, 0, fb_slice_find(head, FB_LIT("\n")));
	if (kind == FB_COLLECTED_SYSMON || kind == FB_COLLECTED_IIS)
		return configuration(kind, head);
	init_texts(&p);
	if (is_document(kind) || kind == FB_COLLECTED_VR_UPLOADS || kind == FB_COLLECTED_VR_LOG ||
	    kind == FB_COLLECTED_VR_RESULTS) {
		line = fb_slice_trim(head);
		good = line.n && (line.p[0] == '{' || line.p[0] == '[');
	} else {
		good = one(&p, line, &code) && code == 0;
	}
	dispose_texts(&p);
	return good;
}

struct fb_collected_parser *fb_collected_open(enum fb_collected_kind kind,
					      int (*say)(void *user, const struct fb_collected *c),
					      void *user)
{
	struct fb_collected_parser *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->kind = kind;
	p->say = say;
	p->user = user;
	p->earliest = p->latest = FB_TIME_NONE;
	init_texts(p);
	return p;
}

void fb_collected_close(struct fb_collected_parser *p)
{
	if (!p)
		return;
	dispose_texts(p);
	free(p);
}

static void reject(struct fb_collected_parser *p, uint64_t at, uint64_t n)
{
	if (p->bad == 0)
		p->first = at;
	p->bad += n;
}

/* The line that was gathered, with its end. */
static int line_done(struct fb_collected_parser *p)
{
	struct fb_slice text = fb_buf_view(&p->line);
	struct fb_buf utf8;
	int code = 0;
	bool good;

	fb_buf_init(&utf8, 2 * FB_STATEMENT_DOCUMENT_MAX);
	if (p->wide) {
		code = fb_utf16_to_utf8(&utf8, text);
		text = fb_buf_view(&utf8);
	}
	if (fb_slice_starts(text, FB_LIT("\xEF\xBB\xBF")))
		text = fb_slice_sub(text, 3, text.n);
	good = code == 0 && one(p, text, &code);
	fb_buf_dispose(&utf8);
	if (!good && code == 0)
		reject(p, p->at, p->line.n);
	p->at += p->line.n;
	fb_buf_clear(&p->line);
	return code;
}

/* Where a line ends in s: behind its LF; 0: it does not. */
static size_t line_end(const struct fb_collected_parser *p, struct fb_slice s)
{
	size_t before = p->line.n;

	if (p->wide && before % 2 && p->line.p[before - 1] == '\n' && s.p[0] == 0)
		return 1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\n')
			continue;
		if (!p->wide)
			return i + 1;
		if ((before + i) % 2 == 0 && i + 1 < s.n && s.p[i + 1] == 0)
			return i + 2;
	}
	return 0;
}

int fb_collected_bytes(struct fb_collected_parser *p, struct fb_slice bytes)
{
	size_t most = is_document(p->kind) ? FB_STATEMENT_DOCUMENT_MAX : FB_LINE_MAX;

	if (fb_collected_silent(p->kind))
		return 0;
	if (!p->begun && bytes.n >= 2) {
		p->begun = true;
		p->wide = bytes.p[0] == 0xFF && bytes.p[1] == 0xFE;
		if (p->wide) {
			p->at = 2;
			bytes = fb_slice_sub(bytes, 2, bytes.n);
		}
	}
	while (bytes.n) {
		size_t n = is_document(p->kind) ? 0 : line_end(p, bytes);
		struct fb_slice take = fb_slice_sub(bytes, 0, n ? n : bytes.n);
		int code = 0;

		bytes = fb_slice_sub(bytes, take.n, bytes.n);
		if (p->long_line || p->line.n + take.n > most) {
			/* Only its length matters now. */
			reject(p, p->at, p->line.n + take.n);
			p->at += p->line.n + take.n;
			p->long_line = n == 0;
			fb_buf_clear(&p->line);
			continue;
		}
		(void)fb_buf_slice(&p->line, take);
		if (fb_buf_code(&p->line))
			return FB_ENOMEM;
		if (n)
			code = line_done(p);
		if (code)
			return code;
	}
	return 0;
}

int fb_collected_end(struct fb_collected_parser *p, uint64_t *bad, uint64_t *first)
{
	struct fb_collected c;
	int code = 0;

	if (p->line.n)
		code = line_done(p);
	if (code == 0 && p->earliest != FB_TIME_NONE) {
		fb_collected_init(&c, FB_SAID_STARTED);
		c.time = p->earliest;
		code = fb_collected_say(p, &c);
		c.what = FB_SAID_ENDED;
		c.time = p->latest;
		if (code == 0)
			code = fb_collected_say(p, &c);
	}
	*bad = p->bad;
	*first = p->first;
	return code;
}
