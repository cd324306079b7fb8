/* Prints what the EVTX decoder finds in files, for the comparisons of
 * tests/oracle: one JSON object a record, and one with the account a file.
 *
 *   evtx_dump [--xml | --summary | --count | --bench N] FILE...
 */
#include "base/io.h"
#include "base/json.h"
#include "base/limits.h"
#include "decode/formats.h"
#include "event/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum mode { JSON, XML, SUMMARY, COUNT, BENCH };

struct dump {
	struct fb_sink sink;
	enum mode mode;
	struct fb_buf out, text;
	uint64_t events, fields, value_bytes, problems, damaged, recovered;
};

static const char *const type_names[FB_V_COUNT] = {
	"null", "utf8", "utf16", "ansi", "i8",	 "u8",	 "i16",	     "u16",	   "i32",
	"u32",	"i64",	"u64",	 "f32",	 "f64",	 "bool", "binary",   "guid",	   "filetime",
	"systemtime", "sid", "hex32", "hex64", "uri", "array", "parts",
};

static void json_items(struct dump *d, struct fb_json *j, struct fb_field array)
{
	fb_json_array(j);
	while (array.v.n) {
		struct fb_field item = { .type = array.subtype };

		item.v = fb_value_item(&array);
		fb_buf_clear(&d->text);
		(void)fb_value_text(&item, &d->text);
		fb_json_str(j, fb_buf_view(&d->text));
	}
	fb_json_array_end(j);
}

static void json_event(struct dump *d, const struct fb_event *ev)
{
	struct fb_json j;

	fb_buf_clear(&d->out);
	fb_json_init(&j, &d->out);
	fb_json_object(&j);
	fb_json_key(&j, "record");
	fb_json_u64(&j, ev->record);
	fb_json_key(&j, "offset");
	fb_json_u64(&j, ev->offset);
	fb_json_key(&j, "id");
	fb_json_u64(&j, ev->event_id);
	fb_json_key(&j, "time");
	fb_json_time(&j, ev->time, ev->time_digits);
	fb_json_key(&j, "flags");
	fb_json_u64(&j, ev->flags);
	fb_json_key(&j, "fields");
	fb_json_array(&j);
	for (size_t i = 0; i < ev->nfields; i++) {
		const struct fb_field *f = &ev->fields[i];

		fb_buf_clear(&d->text);
		(void)fb_value_text(f, &d->text);
		fb_json_array(&j);
		fb_json_str(&j, f->name);
		fb_json_cstr(&j, type_names[f->type]);
		fb_json_str(&j, fb_buf_view(&d->text));
		if (f->type == FB_V_ARRAY)
			json_items(d, &j, *f);
		fb_json_array_end(&j);
	}
	fb_json_array_end(&j);
	fb_json_object_end(&j);
	(void)fwrite(d->out.p, 1, d->out.n, stdout);
	(void)putchar('\n');
}

static int on_event(struct fb_sink *sink, const struct fb_event *ev)
{
	struct dump *d = (struct dump *)(void *)sink;

	d->events++;
	d->fields += ev->nfields;
	d->damaged += (ev->flags & FB_EVENT_DAMAGED) != 0;
	d->recovered += (ev->flags & FB_EVENT_RECOVERED) != 0;
	switch (d->mode) {
	case JSON:
		json_event(d, ev);
		break;
	case XML:
	case SUMMARY:
		fb_buf_clear(&d->out);
		if (d->mode == XML)
			(void)fb_format_evtx.render(ev, &d->out);
		else
			(void)fb_format_evtx.summarise(ev, &d->out);
		(void)fwrite(d->out.p, 1, d->out.n, stdout);
		(void)putchar('\n');
		break;
	case BENCH: /* walk all fields, as somebody who matches them would */
		for (size_t i = 0; i < ev->nfields; i++)
			d->value_bytes += ev->fields[i].v.n;
		break;
	case COUNT:
		break;
	}
	return 0;
}

static void on_problem(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why,
		       const char *text)
{
	struct dump *d = (struct dump *)(void *)sink;

	d->problems++;
	if (d->mode == COUNT)
		(void)printf("  problem at %llu, %llu bytes, %d: %s\n", (unsigned long long)offset,
			     (unsigned long long)length, (int)why, text ? text : "");
}

static void on_skip(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why)
{
	struct dump *d = (struct dump *)(void *)sink;

	if (d->mode == COUNT && why != FB_WHY_EMPTY)
		(void)printf("  skipped at %llu, %llu bytes\n", (unsigned long long)offset,
			     (unsigned long long)length);
}

static int dump_bytes(struct dump *d, struct fb_slice data)
{
	struct fb_ctx ctx = { 0 };
	uint64_t base = 0;

	while (base < data.n) {
		struct fb_slice rest = fb_slice_sub(data, base, data.n - base);
		struct fb_ctx before = ctx;
		size_t n = fb_format_evtx.split(rest, true, FB_UNIT_SIZE, &ctx);
		struct fb_unit unit = { .base = base, .last = n == rest.n, .ctx = &before };
		uint64_t had = d->sink.decoded + d->sink.rejected + d->sink.skipped;

		if (n == 0 || n > rest.n)
			return 1;
		unit.data = fb_slice_sub(rest, 0, n);
		if (fb_format_evtx.decode(&unit, &d->sink))
			return 1;
		fb_arena_reset(d->sink.arena);
		if (d->sink.decoded + d->sink.rejected + d->sink.skipped - had != n) {
			(void)printf("the account is wrong\n");
			return 1;
		}
		base += n;
	}
	return 0;
}

static int dump_file(struct dump *d, const char *path, unsigned times)
{
	FILE *f = fopen(path, "rb");
	struct fb_buf in;
	uint8_t *chunk = malloc(1 << 20);
	size_t n;
	int r = 0;

	if (!f || !chunk) {
		perror(path);
		exit(2);
	}
	fb_buf_init(&in, (size_t)4 << 30);
	while ((n = fread(chunk, 1, 1 << 20, f)) > 0)
		(void)fb_buf_put(&in, chunk, n);
	(void)fclose(f);
	free(chunk);
	d->sink.decoded = d->sink.rejected = d->sink.skipped = 0;
	if (d->mode == COUNT)
		d->events = d->damaged = d->recovered = 0;
	for (unsigned i = 0; i < times && !r; i++)
		r = dump_bytes(d, fb_buf_view(&in));
	if (d->mode == JSON || d->mode == COUNT)
		(void)printf("{\"file\":\"%s\",\"size\":%zu,\"events\":%llu,\"decoded\":%llu,"
			     "\"rejected\":%llu,\"skipped\":%llu,\"damaged\":%llu,\"recovered\":%llu}\n",
			     strrchr(path, '/') ? strrchr(path, '/') + 1 : path, in.n,
			     (unsigned long long)d->events, (unsigned long long)d->sink.decoded,
			     (unsigned long long)d->sink.rejected,
			     (unsigned long long)d->sink.skipped, (unsigned long long)d->damaged,
			     (unsigned long long)d->recovered);
	fb_buf_dispose(&in);
	return r;
}

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* All files in memory first, then decoded over and over. */
static int bench(struct dump *d, char **paths, int n, unsigned times)
{
	struct fb_buf *in = calloc((size_t)n, sizeof *in);
	uint64_t bytes = 0;
	double start, spent;
	int r = 0;

	if (!in)
		return 2;
	for (int i = 0; i < n; i++) {
		struct fb_err err = { 0 };

		fb_buf_init(&in[i], (size_t)1 << 30);
		if (fb_read_file(paths[i], (size_t)1 << 30, &in[i], &err)) {
			(void)fprintf(stderr, "%s\n", err.text);
			return 2;
		}
		bytes += in[i].n;
	}
	start = now();
	for (unsigned t = 0; t < times && !r; t++)
		for (int i = 0; i < n && !r; i++)
			r = dump_bytes(d, fb_buf_view(&in[i]));
	spent = now() - start;
	(void)printf("%llu bytes, %llu events, %llu fields, %.3f s: %.0f MB/s, %.0f ns/record\n",
		     (unsigned long long)bytes * times, (unsigned long long)d->events,
		     (unsigned long long)d->fields, spent, (double)bytes * times / spent / 1e6,
		     spent * 1e9 / (double)(d->events ? d->events : 1));
	for (int i = 0; i < n; i++)
		fb_buf_dispose(&in[i]);
	free(in);
	return r;
}

int main(int argc, char **argv)
{
	struct dump d = { .sink = { .event = on_event, .problem = on_problem, .skip = on_skip } };
	struct fb_syms *syms = fb_syms_new();
	struct fb_arena arena;
	int i = 1, r = 0;

	fb_arena_init(&arena, (size_t)64 << 20);
	fb_buf_init(&d.out, (size_t)64 << 20);
	fb_buf_init(&d.text, (size_t)4 << 20);
	d.sink.arena = &arena;
	d.sink.syms = syms;
	if (i < argc && argv[i][0] == '-') {
		d.mode = !strcmp(argv[i], "--xml")	 ? XML
			 : !strcmp(argv[i], "--summary") ? SUMMARY
			 : !strcmp(argv[i], "--bench")	 ? BENCH
							 : COUNT;
		i++;
	}
	if (d.mode == BENCH && i < argc) {
		uint64_t times = 1;

		(void)fb_slice_u64(fb_slice_str(argv[i]), &times);
		r = bench(&d, argv + i + 1, argc - i - 1, (unsigned)times);
	} else {
		for (; i < argc && !r; i++)
			r = dump_file(&d, argv[i], 1);
	}
	fb_buf_dispose(&d.out);
	fb_buf_dispose(&d.text);
	fb_arena_dispose(&arena);
	fb_syms_free(syms);
	return r;
}
