#include "cli/maps.h"

#include "base/hash.h"
#include "base/io.h"
#include "base/json.h"
#include "base/text.h"
#include "decode/map.h"
#include "detect/sigma/yaml.h"
#include "event/secondhand.h"

#include <stdio.h>
#include <stdlib.h>

#define MEMORY (16u << 20)

struct fb_maps {
	struct fb_arena arena;
	const struct fb_format *const *of_program;
	const struct fb_format **formats; /* NULL-terminated: ours, then the program's */
	struct { struct fb_slice text; bool new; } map[FB_MAPS_MAX];
	size_t n;
};

/* ---- reading ---- */

struct reading {
	struct fb_cli *cli;
	struct fb_maps *maps;
	struct fb_map *map;
	const char *path;
	bool any;
};

static int wrong(struct reading *r, const struct sg_ynode *at, const char *what)
{
	return fb_fail(&r->cli->err, FB_EUSAGE, "%s:%u: %s", r->path, at ? at->line : 1, what);
}

static int no_memory(struct reading *r)
{
	return fb_fail(&r->cli->err, FB_ENOMEM, "%s: out of memory", r->path);
}

static bool plain(struct fb_slice s)
{
	if (!fb_utf8_valid(s))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] == 0x7F)
			return false;
	return s.n > 0;
}

static int scalar(struct reading *r, const struct sg_ynode *n, const char *what, const char **out)
{
	if (!n || n->kind != SG_Y_SCALAR || !plain(n->text))
		return wrong(r, n, what);
	*out = (const char *)n->text.p;
	return 0;
}

/* A scalar, or a list of them. */
static int scalars(struct reading *r, const struct sg_ynode *n, const char *what,
		   const char *const **out)
{
	const char **list = fb_arena_calloc(&r->maps->arena, (n ? n->n : 0) + 2, sizeof *list);
	int code = 0;

	if (!list)
		return no_memory(r);
	*out = list;
	if (!n || n->kind == SG_Y_MAP || (n->kind == SG_Y_SEQ && n->n == 0))
		return wrong(r, n, what);
	if (n->kind == SG_Y_SCALAR)
		return scalar(r, n, what, list);
	for (uint32_t i = 0; i < n->n && !code; i++)
		code = scalar(r, n->item[i], what, &list[i]);
	return code;
}

static int from(struct reading *r, const struct sg_ynode *n, struct fb_map_from *out)
{
	static const char what[] = "a key, a list of keys or {value: …} is to stand here";

	*out = (struct fb_map_from){ 0 };
	if (n->kind != SG_Y_MAP)
		return scalars(r, n, what, &out->keys);
	if (n->n != 1 || !sg_yget(n, "value"))
		return wrong(r, n, what);
	return scalar(r, sg_yget(n, "value"), what, &out->value);
}

static int unknown(struct reading *r, const struct sg_ynode *map, const char *const *known)
{
	for (uint32_t i = 0; i < map->n; i++) {
		const struct sg_ynode *key = map->item[2 * i];
		bool is = false;

		for (size_t k = 0; known[k] && !is; k++)
			is = key->kind == SG_Y_SCALAR && fb_slice_eqs(key->text, known[k]);
		if (!is)
			return fb_fail(&r->cli->err, FB_EUSAGE, "%s:%u: %.60s: not a word of a mapping here",
				       r->path, key->line,
				       key->kind == SG_Y_SCALAR ? (const char *)key->text.p : "that");
	}
	return 0;
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static int zone(struct reading *r, const struct sg_ynode *n)
{
	struct fb_slice s = n->text;
	char text[40];
	fb_time t;

	if (n->kind != SG_Y_SCALAR)
		return wrong(r, n, "zone is UTC, +hh:mm, -hh:mm or unknown");
	if (fb_slice_eqs(s, "unknown"))
		return 0;
	r->map->zone = FB_MAP_ZONE_GIVEN;
	if (fb_slice_eqs(s, "UTC") || fb_slice_eqs(s, "Z"))
		return 0;
	(void)snprintf(text, sizeof text, "1970-01-02T00:00:00%.10s", (const char *)s.p);
	if (s.n != 6 || !fb_time_parse(fb_slice_str(text), &t, NULL))
		return wrong(r, n, "zone is UTC, +hh:mm, -hh:mm or unknown");
	r->map->east = (int32_t)(86400 - t / FB_SECOND);
	return 0;
}

static int time_of(struct reading *r, const struct sg_ynode *n)
{
	const char *bad;
	int code;

	if (!n || (n->kind == SG_Y_SCALAR && fb_slice_eqs(n->text, "none")))
		return n ? 0 : wrong(r, n, "time is missing (time: none says that there is none)");
	if (n->kind != SG_Y_MAP)
		return wrong(r, n, "time is {key: …, format: …, zone: …}");
	if ((code = unknown(r, n, WORDS("key", "format", "zone"))) ||
	    (code = scalar(r, sg_yget(n, "key"), "time has no key", &r->map->time)) ||
	    (code = scalar(r, sg_yget(n, "format"), "time has no format", &r->map->format)))
		return code;
	bad = fb_map_time_wrong(r->map->format);
	if (bad)
		return wrong(r, sg_yget(n, "format"), bad);
	return sg_yget(n, "zone") ? zone(r, sg_yget(n, "zone")) : 0;
}

static int when(struct reading *r, const struct sg_ynode *n, struct fb_map_event *e)
{
	struct fb_map_when *list;
	int code = 0;

	if (!n)
		return 0;
	if (n->kind != SG_Y_MAP)
		return wrong(r, n, "when is a map of keys and the values that they are to have");
	list = fb_arena_calloc(&r->maps->arena, n->n + 1, sizeof *list);
	if (!list)
		return no_memory(r);
	for (uint32_t i = 0; i < n->n && !code; i++) {
		code = scalar(r, n->item[2 * i], "a key is to stand here", &list[i].key);
		if (!code)
			code = scalars(r, n->item[2 * i + 1], "a value or a list of values is to stand here",
				       &list[i].values);
	}
	e->when = list;
	e->nwhen = n->n;
	return code;
}

static int fields(struct reading *r, const struct sg_ynode *n, struct fb_map_event *e)
{
	struct fb_map_field *list;
	struct fb_buf columns;
	int code = 0;

	e->columns = "";
	if (!n)
		return 0;
	if (n->kind != SG_Y_MAP || n->n > FB_FIELDS_MAX)
		return wrong(r, n, "fields is a map of names and the keys that they come from");
	list = fb_arena_calloc(&r->maps->arena, n->n + 1, sizeof *list);
	if (!list)
		return no_memory(r);
	fb_buf_init(&columns, FB_MAP_FILE_MAX);
	for (uint32_t i = 0; i < n->n && !code; i++) {
		code = scalar(r, n->item[2 * i], "a name is to stand here", &list[i].name);
		if (!code)
			code = from(r, n->item[2 * i + 1], &list[i].from);
		(void)fb_buf_printf(&columns, "%s%s", i ? " " : "", list[i].name ? list[i].name : "");
	}
	e->fields = list;
	e->nfields = n->n;
	e->columns = fb_arena_str(&r->maps->arena, fb_buf_cstr(&columns));
	fb_buf_dispose(&columns);
	return code ? code : e->columns ? 0 : no_memory(r);
}

static int category(struct reading *r, const struct sg_ynode *n, struct fb_map_event *e)
{
	const struct sg_ynode *c = sg_yget(n, "category"), *p = sg_yget(n, "product");
	int code;

	e->category = "";
	if (!c)
		return p ? wrong(r, p, "product without category") : 0;
	if ((code = scalar(r, c, "category is a word", &e->category)))
		return code;
	if (!fb_map_category(e->category))
		return wrong(r, c, "no category that rules can be tried on here (docs/formats/import.md lists them)");
	if (strcmp(e->category, "webserver") != 0 && (!p || p->kind != SG_Y_SCALAR ||
						       !fb_slice_eqs(p->text, "windows")))
		return wrong(r, p ? p : c, "category needs product: windows");
	return 0;
}

static int event(struct reading *r, const struct sg_ynode *n, struct fb_map_event *e)
{
	const struct { const char *name; struct fb_map_from *to; } places[] = {
		{ "channel", &e->channel }, { "provider", &e->provider },
		{ "event_id", &e->event_id }, { "record", &e->record },
	};
	int code = when(r, sg_yget(n, "when"), e);

	for (size_t i = 0; i < 4 && !code; i++)
		if (sg_yget(n, places[i].name))
			code = from(r, sg_yget(n, places[i].name), places[i].to);
	if (!code)
		code = category(r, n, e);
	if (!code && sg_yget(n, "category") && sg_yget(n, "channel"))
		code = wrong(r, n, "either category or channel: a record of an event log has its place");
	return code ? code : fields(r, sg_yget(n, "fields"), e);
}

static int events(struct reading *r, const struct sg_ynode *root)
{
	const struct sg_ynode *list = sg_yget(root, "events");
	size_t n = list ? list->n : 1;
	struct fb_map_event *e;
	int code = 0;

	if (list && (list->kind != SG_Y_SEQ || n == 0))
		return wrong(r, list, "events is a list");
	e = fb_arena_calloc(&r->maps->arena, n + 1, sizeof *e);
	if (!e)
		return no_memory(r);
	r->map->events = e;
	r->map->nevents = n;
	if (!list)
		return event(r, root, e);
	for (uint32_t i = 0; i < n && !code; i++) {
		if (list->item[i]->kind != SG_Y_MAP)
			return wrong(r, list->item[i], "each of events is a map");
		code = unknown(r, list->item[i], WORDS("when", "category", "product", "channel", "provider",
						       "event_id", "record", "fields"));
		if (!code)
			code = event(r, list->item[i], &e[i]);
	}
	return code;
}

static int name_of(struct reading *r, const struct sg_ynode *root)
{
	const struct sg_ynode *n = sg_yget(root, "name");
	const char *name = "";
	struct fb_buf b;
	int code = scalar(r, n, "name is missing: the program whose output it is", &name);

	if (code)
		return code;
	if (n->text.n > FB_MAP_NAME_MAX)
		return wrong(r, n, "name has more than 60 bytes");
	fb_buf_init(&b, 256);
	(void)fb_buf_printf(&b, FB_MAP_PREFIX "%s", name);
	r->map->name = fb_arena_str(&r->maps->arena, fb_buf_cstr(&b));
	fb_buf_dispose(&b);
	return r->map->name ? 0 : no_memory(r);
}

static int on_doc(void *user, const struct sg_ydoc *doc)
{
	struct reading *r = user;
	const struct sg_ynode *root = doc->root, *rest, *host;
	int code;

	if (r->any)
		return wrong(r, root, "one mapping a file");
	r->any = true;
	if (root->kind != SG_Y_MAP)
		return wrong(r, root, "not a mapping: name, match, time, fields …");
	if (sg_yget(root, "events"))
		code = unknown(r, root, WORDS("name", "match", "time", "host", "events", "rest"));
	else
		code = unknown(r, root, WORDS("name", "match", "time", "host", "rest", "when", "category",
					      "product", "channel", "provider", "event_id", "record", "fields"));
	if (code || (code = name_of(r, root)) ||
	    (code = scalars(r, sg_yget(root, "match"), "match is missing: keys or columns that tell the file",
			    &r->map->match)) ||
	    (code = time_of(r, sg_yget(root, "time"))))
		return code;
	host = sg_yget(root, "host");
	if (host && (code = from(r, host, &r->map->host)))
		return code;
	rest = sg_yget(root, "rest");
	r->map->rest = !rest || (rest->kind == SG_Y_SCALAR && fb_slice_eqs(rest->text, "keep"));
	if (!r->map->rest && (rest->kind != SG_Y_SCALAR || !fb_slice_eqs(rest->text, "drop")))
		return wrong(r, rest, "rest is keep or drop");
	return events(r, root);
}

/* ---- the formats ---- */

static struct fb_maps *maps_of(struct fb_cli *cli)
{
	size_t n = 0;

	if (cli->maps)
		return cli->maps;
	cli->maps = calloc(1, sizeof *cli->maps);
	if (!cli->maps)
		return NULL;
	while (cli->formats[n])
		n++;
	fb_arena_init(&cli->maps->arena, MEMORY);
	cli->maps->of_program = cli->formats;
	cli->maps->formats = calloc(FB_MAPS_MAX + n + 1, sizeof *cli->maps->formats);
	if (!cli->maps->formats) {
		free(cli->maps);
		cli->maps = NULL;
	}
	return cli->maps;
}

static int add(struct fb_cli *cli, const char *path, struct fb_slice text, bool new)
{
	struct reading r = { .cli = cli, .maps = maps_of(cli), .path = path };
	struct fb_format *format;
	struct fb_err yaml = { 0 };
	unsigned line = 0;
	char *kept;
	size_t n;
	int code;

	if (!r.maps)
		return no_memory(&r);
	if (r.maps->n == FB_MAPS_MAX)
		return fb_fail(&cli->err, FB_EUSAGE, "%s: more than %d mappings", path, FB_MAPS_MAX);
	kept = fb_arena_strn(&r.maps->arena, text.p, text.n);
	format = fb_arena_calloc(&r.maps->arena, 1, sizeof *format);
	r.map = fb_arena_calloc(&r.maps->arena, 1, sizeof *r.map);
	if (!kept || !format || !r.map)
		return no_memory(&r);
	code = sg_yaml_parse(fb_slice(kept, text.n), &r.maps->arena, on_doc, &r, &line, &yaml);
	if (code && !cli->err.code)
		return fb_fail(&cli->err, code == FB_ENOMEM ? code : FB_EUSAGE, "%s:%u: %s", path, line,
			       yaml.text);
	if (code)
		return code;
	if (!r.any)
		return fb_fail(&cli->err, FB_EUSAGE, "%s: no mapping in it", path);
	for (size_t i = 0; i < r.maps->n; i++)
		if (strcmp(r.maps->formats[i]->name, r.map->name) == 0) {
			if (new)
				return fb_fail(&cli->err, FB_EUSAGE, "%s: the name \"%s\" is taken by another mapping",
					       path, r.map->name + sizeof FB_MAP_PREFIX - 1);
			/* What it was read with is what it is read again with. */
			if (!fb_slice_eq(r.maps->map[i].text, text))
				return fb_fail(&cli->err, FB_EUSAGE, "the case was read with another mapping of the "
					       "name \"%s\": give the new one another name",
					       r.map->name + sizeof FB_MAP_PREFIX - 1);
			return 0;
		}
	fb_map_format(r.map, format);
	r.maps->map[r.maps->n].text = fb_slice(kept, text.n);
	r.maps->map[r.maps->n].new = new;
	r.maps->formats[r.maps->n++] = format;
	for (n = 0; r.maps->of_program[n]; n++)
		r.maps->formats[r.maps->n + n] = r.maps->of_program[n];
	r.maps->formats[r.maps->n + n] = NULL;
	cli->formats = r.maps->formats;
	return 0;
}

int fb_maps_file(struct fb_cli *cli, const char *path)
{
	struct fb_buf text;
	int r;

	fb_buf_init(&text, FB_MAP_FILE_MAX);
	r = fb_read_file(path, FB_MAP_FILE_MAX, &text, &cli->err);
	if (!r && !fb_utf8_valid(fb_buf_view(&text)))
		r = fb_fail(&cli->err, FB_EUSAGE, "%s: not UTF-8", path);
	if (!r)
		r = add(cli, path, fb_buf_view(&text), true);
	fb_buf_dispose(&text);
	return r;
}

static int on_map(void *user, const char *name, struct fb_slice text)
{
	return add(user, name, text, false);
}

int fb_maps_case(struct fb_cli *cli, struct fb_case *c)
{
	return fb_case_maps(c, on_map, cli, &cli->err);
}

int fb_maps_dir(struct fb_cli *cli, const char *dir)
{
	struct fb_err none = { 0 };
	struct fb_case *c = NULL;
	int r;

	/* Whether it is a case is said by who opens it for good. */
	if (fb_case_open(dir, FB_CASE_READ, &c, &none))
		return 0;
	r = fb_maps_case(cli, c);
	fb_case_close(c);
	return r;
}

/* The custody record has its name and hash. */
static int record(struct fb_cli *cli, struct fb_case *c, const char *name, struct fb_slice text)
{
	uint8_t sum[FB_SHA256];
	struct fb_buf detail;
	struct fb_json j;
	int r;

	fb_buf_init(&detail, 4096);
	fb_sha256_of(text, sum);
	fb_json_init(&j, &detail);
	fb_json_object(&j);
	fb_json_key(&j, "name");
	fb_json_cstr(&j, name);
	fb_json_key(&j, "sha256");
	fb_json_hex(&j, sum, sizeof sum);
	fb_json_object_end(&j);
	r = fb_case_ledger(c, "mapping", fb_buf_cstr(&detail), &cli->err);
	fb_buf_dispose(&detail);
	return r;
}

int fb_maps_keep(struct fb_cli *cli, struct fb_case *c)
{
	int r = 0;

	for (size_t i = 0; cli->maps && i < cli->maps->n && !r; i++) {
		const char *name = cli->maps->formats[i]->name + sizeof FB_MAP_PREFIX - 1;

		if (!cli->maps->map[i].new)
			continue;
		r = fb_case_map(c, name, cli->maps->map[i].text, &cli->err);
		if (!r)
			r = record(cli, c, name, cli->maps->map[i].text);
	}
	return r;
}

void fb_maps_free(struct fb_cli *cli)
{
	if (!cli->maps)
		return;
	fb_arena_dispose(&cli->maps->arena);
	free(cli->maps->formats);
	free(cli->maps);
	cli->maps = NULL;
}
