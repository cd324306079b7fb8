#include "case/decision.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/jsonline.h"
#include "base/text.h"
#include "event/identity.h"

static const char *const words[FB_DECIDED_COUNT] = {
	[FB_DECIDED_NOTHING] = "", [FB_DECIDED_MARK] = "mark", [FB_DECIDED_TAG] = "tag",
	[FB_DECIDED_UNTAG] = "untag", [FB_DECIDED_NOTE] = "note",
	[FB_DECIDED_ASIDE] = "set-aside", [FB_DECIDED_WITHDRAW] = "withdraw",
};

static const char *const marks[FB_MARK_COUNT] = {
	[FB_MARK_NONE] = "none", [FB_MARK_MALICIOUS] = "malicious", [FB_MARK_BENIGN] = "benign",
	[FB_MARK_UNKNOWN] = "unknown", [FB_MARK_CONFLICT] = "conflict",
};

const char *fb_decision_word(enum fb_decision_what what)
{
	return what < FB_DECIDED_COUNT ? words[what] : "";
}

const char *fb_mark_word(enum fb_mark mark)
{
	return mark < FB_MARK_COUNT ? marks[mark] : "none";
}

bool fb_mark_parse(struct fb_slice s, enum fb_mark *out)
{
	for (int i = FB_MARK_MALICIOUS; i <= FB_MARK_UNKNOWN; i++)
		if (fb_slice_eqs(s, marks[i])) {
			*out = (enum fb_mark)i;
			return true;
		}
	return false;
}

void fb_decision_init(struct fb_decision *d)
{
	*d = (struct fb_decision){ .at = FB_TIME_NONE, .by = "", .event = "", .size = "", .rule = "",
		.group = "", .tag = "", .text = "", .ours = "", .named = "", .host = "", .entity = "", .source = "",
		.from = FB_TIME_NONE, .to = FB_TIME_NONE, .until = FB_TIME_NONE };
}

/* ---- the line ---- */

enum key { K_EVENT, K_SIZE, K_RULE, K_GROUP, K_HOST, K_ENTITY, K_SOURCE, K_FROM, K_TO, K_WHAT, K_MARK,
	   K_TAG, K_TEXT, K_OURS, K_NAMED, K_UNTIL, K_AT, K_BY, K_REPLACES, K_COUNT };

static const char *const keys[K_COUNT] = { "event", "size", "rule", "group", "host", "entity", "source",
	"from", "to", "what", "mark", "tag", "text", "ours", "named", "until", "at", "by", "replaces" };

/* Where a text or a time of the struct stands; of others 0. */
static const struct { size_t text, time; } places[K_COUNT] = {
	[K_EVENT] = { offsetof(struct fb_decision, event), 0 },
	[K_SIZE] = { offsetof(struct fb_decision, size), 0 },
	[K_RULE] = { offsetof(struct fb_decision, rule), 0 },
	[K_GROUP] = { offsetof(struct fb_decision, group), 0 },
	[K_HOST] = { offsetof(struct fb_decision, host), 0 },
	[K_ENTITY] = { offsetof(struct fb_decision, entity), 0 },
	[K_SOURCE] = { offsetof(struct fb_decision, source), 0 },
	[K_FROM] = { 0, offsetof(struct fb_decision, from) },
	[K_TO] = { 0, offsetof(struct fb_decision, to) },
	[K_TAG] = { offsetof(struct fb_decision, tag), 0 },
	[K_TEXT] = { offsetof(struct fb_decision, text), 0 },
	[K_OURS] = { offsetof(struct fb_decision, ours), 0 },
	[K_NAMED] = { offsetof(struct fb_decision, named), 0 },
	[K_UNTIL] = { 0, offsetof(struct fb_decision, until) },
	[K_AT] = { 0, offsetof(struct fb_decision, at) },
	[K_BY] = { offsetof(struct fb_decision, by), 0 },
};

static const char **text_at(struct fb_decision *d, int key)
{
	return places[key].text ? (const char **)(void *)((char *)d + places[key].text) : NULL;
}

static fb_time *time_at(struct fb_decision *d, int key)
{
	return places[key].time ? (fb_time *)(void *)((char *)d + places[key].time) : NULL;
}

/* As many digits of the second as it takes. */
static const char *exact(fb_time t, char out[static FB_TIME_TEXT])
{
	unsigned digits = 9;

	for (int64_t ns = t % FB_SECOND; digits && ns % 10 == 0; ns /= 10)
		digits--;
	return fb_time_text(t, digits, out);
}

static void put_special(struct fb_json *j, const struct fb_decision *d, int key)
{
	if (key == K_WHAT) {
		fb_json_key(j, keys[key]);
		fb_json_cstr(j, fb_decision_word(d->what));
	} else if (key == K_MARK && d->mark) {
		fb_json_key(j, keys[key]);
		fb_json_cstr(j, fb_mark_word(d->mark));
	} else if (key == K_REPLACES && d->nreplaces) {
		fb_json_key(j, keys[key]);
		fb_json_array(j);
		for (size_t i = 0; i < d->nreplaces; i++)
			fb_json_hex(j, d->replaces[i], FB_DECISION_ID);
		fb_json_array_end(j);
	}
}

int fb_decision_line(struct fb_buf *out, const struct fb_decision *given)
{
	struct fb_decision d = *given;
	char text[FB_TIME_TEXT];
	struct fb_json j;

	fb_json_init(&j, out);
	fb_json_object(&j);
	for (int k = 0; k < K_COUNT; k++) {
		const char **s = text_at(&d, k);
		const fb_time *t = time_at(&d, k);

		if (s && **s) {
			fb_json_key(&j, keys[k]);
			fb_json_cstr(&j, *s);
		} else if (t && *t != FB_TIME_NONE) {
			fb_json_key(&j, keys[k]);
			fb_json_cstr(&j, exact(*t, text));
		} else if (!s && !t) {
			put_special(&j, &d, k);
		}
	}
	fb_json_object_end(&j);
	return out->code;
}

int fb_decision_id(const struct fb_decision *d, uint8_t out[static FB_DECISION_ID])
{
	uint8_t sum[FB_SHA256];
	struct fb_buf line;
	int r;

	fb_buf_init(&line, FB_DECISION_LINE_MAX);
	r = fb_decision_line(&line, d);
	if (r == 0) {
		fb_sha256_of(fb_buf_view(&line), sum);
		memcpy(out, sum, FB_DECISION_ID);
	}
	fb_buf_dispose(&line);
	return r;
}

/* ---- what is a decision ---- */

static int too_long(struct fb_err *err, const char *what, size_t max)
{
	return fb_fail(err, FB_ELIMIT, "%s of more than %zu bytes", what, max);
}

/* A name for people: no controls, no line ends. */
static bool is_name(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

static bool is_tag(const char *s)
{
	if (*s == 0 || *s == '-' || *s == '+')
		return false;
	for (; *s; s++)
		if ((unsigned char)*s <= 0x20 || *s == 0x7f || *s == ',')
			return false;
	return true;
}

static int check_texts(const struct fb_decision *given, struct fb_err *err)
{
	static const struct { int key; size_t max; } limits[] = {
		{ K_EVENT, FB_DECISION_EVENT_MAX }, { K_RULE, FB_DECISION_NAME_MAX },
		{ K_GROUP, FB_DECISION_EVENT_MAX }, { K_HOST, FB_DECISION_NAME_MAX },
		{ K_ENTITY, FB_DECISION_EVENT_MAX }, { K_SOURCE, FB_PATH_MAX },
		{ K_TAG, FB_DECISION_TAG_MAX }, { K_TEXT, FB_DECISION_TEXT_MAX },
		{ K_OURS, FB_DECISION_NAME_MAX }, { K_NAMED, FB_DECISION_NAME_MAX },
		{ K_BY, FB_DECISION_NAME_MAX }, { K_SIZE, FB_DECISION_NAME_MAX },
	};
	struct fb_decision d = *given;

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		const char *s = *text_at(&d, limits[i].key);

		if (strlen(s) > limits[i].max)
			return too_long(err, keys[limits[i].key], limits[i].max);
		if (!fb_utf8_valid(fb_slice_str(s)))
			return fb_fail(err, FB_EUSAGE, "%s: not valid UTF-8", keys[limits[i].key]);
	}
	if (d.nreplaces > FB_DECISION_REPLACES_MAX)
		return fb_fail(err, FB_ELIMIT, "more than %d decisions replaced",
			       FB_DECISION_REPLACES_MAX);
	return 0;
}

/* Decimal, as it is written: the same decision is the same bytes. */
static bool is_size(const char *s)
{
	uint64_t v;

	return *s != '0' && fb_slice_u64(fb_slice_str(s), &v);
}

/* What each kind must have (+), may have (?), and has not. */
static int check_kind(const struct fb_decision *d, struct fb_err *err)
{
	bool about = d->what >= FB_DECIDED_MARK && d->what <= FB_DECIDED_NOTE;
	bool aside = d->what == FB_DECIDED_ASIDE;
	bool tag = d->what == FB_DECIDED_TAG || d->what == FB_DECIDED_UNTAG;
	bool scope = *d->host || *d->entity || *d->source || d->from != FB_TIME_NONE ||
		     d->to != FB_TIME_NONE;
	struct fb_identity_key key;
	const char *why = NULL;

	if (d->what <= FB_DECIDED_NOTHING || d->what >= FB_DECIDED_COUNT)
		why = "no such kind of decision";
	else if (about != (*d->event != 0))
		why = about ? "an event is missing" : "an event has no place in it";
	else if (about && !fb_identity_parse(fb_slice_str(d->event), &key))
		why = "event: not the identity of an event";
	else if (*d->size && (!about || key.record || !is_size(d->size)))
		why = "size: of the source of an event that is known by its place, in bytes";
	else if (!about && !aside && *d->rule)
		why = "a rule has no place in it";
	else if (*d->group && !(about && *d->rule))
		why = "a group without a rule";
	else if (!aside && (*d->ours || *d->named))
		why = "ours, named: only of a set-aside";
	else if (*d->named && !*d->ours)
		why = "named: whose record is it? ours says so";
	/* What counts as an explanation is about one act or kind of act, at one place, in one period. */
	else if (*d->named && (!(*d->rule || *d->entity) || !*d->host || d->from == FB_TIME_NONE || d->to == FB_TIME_NONE))
		why = "named: needs a rule or an entity, a host, from and to";
	else if (!aside && (scope || d->until != FB_TIME_NONE))
		why = "a scope or an end has no place in it";
	else if ((d->what == FB_DECIDED_MARK) != (d->mark != FB_MARK_NONE) ||
		 d->mark > FB_MARK_UNKNOWN)
		why = "mark: one of malicious, benign, unknown";
	else if (tag ? !is_tag(d->tag) : *d->tag != 0)
		why = "tag: one word without comma, not beginning with + or -";
	else if (d->what == FB_DECIDED_NOTE && !*d->text)
		why = "a note without text";
	else if (aside && !scope && !*d->rule)
		why = "a set-aside without a scope: rule, host, entity, source or period";
	else if (aside && !*d->text)
		why = "a set-aside without a reason";
	else if (d->from != FB_TIME_NONE && d->to != FB_TIME_NONE && d->from >= d->to)
		why = "to: not after from";
	else if (*d->entity && (!strchr(d->entity, '=') || *d->entity == '=' ||
				!strchr(d->entity, '=')[1]))
		why = "entity: type=value, as in address=203.0.113.9";
	else if (d->what == FB_DECIDED_WITHDRAW && d->nreplaces == 0)
		why = "a withdrawal of nothing";
	else if (d->nreplaces && (d->what == FB_DECIDED_NOTE || d->what == FB_DECIDED_TAG || aside))
		why = "replaces: has no place in it";
	return why ? fb_fail(err, FB_EUSAGE, "%s", why) : 0;
}

/* Escapes make a line longer than what it was read from. */
static int check_size(const struct fb_decision *d, struct fb_err *err)
{
	struct fb_buf line;
	int r;

	fb_buf_init(&line, FB_DECISION_LINE_MAX);
	r = fb_decision_line(&line, d);
	fb_buf_dispose(&line);
	return r == FB_ENOMEM ? fb_fail(err, r, "out of memory")
	     : r ? too_long(err, "a line", FB_DECISION_LINE_MAX) : 0;
}

int fb_decision_check(const struct fb_decision *d, struct fb_err *err)
{
	int r = check_texts(d, err);

	if (r || (r = check_kind(d, err)))
		return r;
	if (!*d->by)
		return fb_fail(err, FB_EUSAGE, "without an author");
	if (!is_name(d->by))
		return fb_fail(err, FB_EUSAGE, "by: control characters in a name");
	if (d->at == FB_TIME_NONE)
		return fb_fail(err, FB_EUSAGE, "without a time");
	return check_size(d, err);
}

/* ---- reading ---- */

static int read_replaces(const struct fb_jsonfield *f, struct fb_arena *arena,
			 struct fb_decision *out, struct fb_err *err)
{
	uint8_t (*ids)[FB_DECISION_ID] = fb_arena_calloc(arena, f->n + 1, FB_DECISION_ID);

	if (!ids)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < f->n; i++)
		if (!fb_unhex(f->v[i], ids[i], FB_DECISION_ID))
			return fb_fail(err, FB_EINPUT, "replaces: not the id of a decision");
	out->replaces = (const uint8_t (*)[FB_DECISION_ID])ids;
	out->nreplaces = f->n;
	return 0;
}

static int read_special(const struct fb_jsonfield *f, int key, struct fb_decision *out,
			struct fb_err *err)
{
	if (key == K_MARK)
		return fb_mark_parse(f->v[0], &out->mark)
		     ? 0 : fb_fail(err, FB_EINPUT, "mark: one of malicious, benign, unknown");
	for (int i = FB_DECIDED_MARK; i < FB_DECIDED_COUNT; i++)
		if (fb_slice_eqs(f->v[0], words[i])) {
			out->what = (enum fb_decision_what)i;
			return 0;
		}
	return fb_fail(err, FB_EINPUT, "what: no such kind of decision");
}

static int read_field(const struct fb_jsonfield *f, struct fb_arena *arena,
		      struct fb_decision *out, struct fb_err *err)
{
	const char **text;
	fb_time *time;
	int key = 0;

	while (key < K_COUNT && !fb_slice_eqs(f->key, keys[key]))
		key++;
	if (key == K_COUNT)
		return fb_fail(err, FB_EINPUT, "\"%.*s\": no such key", f->key.n > 40 ? 40 : (int)f->key.n,
			       (const char *)f->key.p);
	if (f->list != (key == K_REPLACES))
		return fb_fail(err, FB_EINPUT, "%s: %s", keys[key],
			       f->list ? "a list has no place here" : "a list is expected");
	if (!f->list && f->v[0].n == 0)
		return fb_fail(err, FB_EINPUT, "%s: empty", keys[key]);
	if (key == K_REPLACES)
		return read_replaces(f, arena, out, err);
	text = text_at(out, key);
	time = time_at(out, key);
	if (text) {
		*text = (const char *)f->v[0].p;
		return 0;
	}
	if (!time)
		return read_special(f, key, out, err);
	return fb_time_parse(f->v[0], time, NULL) && *time != FB_TIME_NONE
	     ? 0 : fb_fail(err, FB_EINPUT, "%s: not a time", keys[key]);
}

int fb_decision_parse(struct fb_slice line, struct fb_arena *arena, struct fb_decision *out,
		      struct fb_err *err)
{
	struct fb_jsonfield fields[FB_JSONLINE_KEYS];
	struct fb_decision d;
	struct fb_err why = { 0 };
	size_t n;
	int r;

	if (line.n > FB_DECISION_LINE_MAX)
		return too_long(err, "a line", FB_DECISION_LINE_MAX);
	if ((r = fb_jsonline(line, FB_DECISION_REPLACES_MAX, arena, fields, &n, err)))
		return r;
	fb_decision_init(&d);
	for (size_t i = 0; i < n; i++)
		if ((r = read_field(&fields[i], arena, &d, err)))
			return r;
	if ((r = fb_decision_check(&d, &why)))
		return fb_fail(err, r == FB_EUSAGE ? FB_EINPUT : r, "%s", why.text);
	*out = d;
	return 0;
}
