#include "cli/refetch.h"

#include "cli/parts.h"
#include "cli/unpacking.h"
#include "engine/engine.h"
#include "event/identity.h"
#include "intake/walk.h"

#include <stdio.h>
#include <stdlib.h>

/* The rule that recognises a record by its place: rule i hits what stands at the
 * offset of wanted[i]. Sigma has no part in it, so the record can be had back even
 * when the rule that found it is gone. */
struct places {
	const uint64_t *offset;
	uint32_t n;
};

static int place_open(const struct fb_ruleset *set, void **state)
{
	struct places *p = malloc(sizeof *p);

	if (!p)
		return FB_ENOMEM;
	*p = *(const struct places *)set->compiled;
	*state = p;
	return 0;
}

static int place_match(void *state, const struct fb_event *ev, struct fb_hits *hits)
{
	const struct places *p = state;

	for (uint32_t i = 0; i < p->n; i++) {
		if (p->offset[i] != ev->offset)
			continue;
		if (hits->n == FB_HITS_MAX) {
			hits->lost++;
			continue;
		}
		hits->v[hits->n++] = (struct fb_hit){ .rule = i };
	}
	return 0;
}

static void place_close(void *state)
{
	free(state);
}

static void place_free(struct fb_ruleset *set)
{
	(void)set; /* on the stack of fb_refetch */
}

static const struct fb_rulekind place_kind = {
	.name = "place", .open = place_open, .match = place_match, .close = place_close,
	.free = place_free,
};

struct asked {
	struct fb_text_ask ask;
	struct fb_text_cut cuts[FB_CUTS_MAX];
};

struct fetch {
	struct fb_wanted *wanted;
	struct asked *asked; /* of each */
	size_t n, at;
	struct fb_joined joined; /* parts of the file that was handed out last */
};

/* Ids of this run: of what is at depth d of the file handed out as number i (from 1)
 * d * n + i. */
static struct fb_wanted *wanted_of(struct fetch *f, uint64_t source)
{
	struct fb_wanted *w;

	if (source == 0 || source > f->n * (FB_ARCHIVE_DEPTH + 1))
		return NULL;
	w = &f->wanted[(source - 1) % f->n];
	return (source - 1) / f->n == w->depth ? w : NULL;
}

/* As it was cut when it was read. */
static const struct fb_text_ask *asked_of(struct fetch *f, const struct fb_wanted *w)
{
	struct asked *a = &f->asked[w - f->wanted];

	if (!w->ncuts)
		return NULL;
	for (unsigned i = 0; i < w->ncuts; i++)
		a->cuts[i] = (struct fb_text_cut){ w->depth ? w->number[w->depth - 1] : 0, w->cuts[i] };
	a->ask = (struct fb_text_ask){ .cuts = a->cuts, .ncuts = w->ncuts };
	return &a->ask;
}

static int op_next(void *user, struct fb_engine_file *file, bool *have)
{
	struct fetch *f = user;
	int r = 0;

	*have = false;
	while (f->at < f->n && !*have) {
		struct fb_wanted *w = &f->wanted[f->at++];
		struct fb_walk_file seen;
		struct fb_err why = { 0 };
		int fd;

		r = 0;
		if (!w->disk)
			continue;
		if (fb_open_evidence(w->disk, &fd, &why)) {
			(void)snprintf(w->why, sizeof w->why, "%s", why.text);
			continue;
		}
		*file = (struct fb_engine_file){ .source = f->at, .fd = fd,
						 .only_unit = w->unit_seq,
						 .format = w->format,
						 .ask = asked_of(f, w),
						 .only_depth = w->depth };
		memcpy(file->only, w->number, sizeof file->only);
		if (fb_walk_again(w->disk, &seen))
			file->size = seen.size;
		*have = true;
		r = fb_parts_join(&f->joined, w->disk, file, NULL, NULL, &why);
		fb_parts_dispose(&f->joined);
	}
	return r;
}

static int op_member(void *user, const struct fb_engine_member *m, uint64_t *source)
{
	struct fetch *f = user;

	/* Only what is on the way is met. */
	*source = m->parent + f->n;
	return 0;
}

static int put_identity(struct fb_wanted *w, const struct fb_detection *d)
{
	struct fb_identity id = { .host = d->host, .channel = d->channel, .record = d->record,
		.line = d->line, .time = d->time, .event_id = d->event_id, .sha256 = w->sha256,
		.offset = d->offset };

	if (w->branches && fb_branches_tell(w->branches, w->source, w->sha256, d->host, d->channel, d->record))
		id.content = d->content;
	fb_buf_clear(&w->event);
	return fb_identity_text(&w->event, &id);
}

static int op_unit(void *user, const struct fb_unit_result *r)
{
	struct fetch *f = user;
	struct fb_wanted *w = wanted_of(f, r->source);

	if (!w)
		return 0;
	for (size_t i = 0; i < r->ndetections; i++) {
		const struct fb_detection *d = &r->detections[i];

		if (&f->wanted[d->rule] == w && d->offset == w->offset && d->original.n) {
			fb_buf_clear(&w->text);
			if (fb_buf_slice(&w->text, d->original))
				return w->text.code;
			if (w->event.max && put_identity(w, d))
				return w->event.code;
			if (w->seen)
				w->seen(w->user, w->which, d);
		}
	}
	return 0;
}

static int op_source(void *user, const struct fb_source_result *r)
{
	struct fetch *f = user;
	struct fb_wanted *w = wanted_of(f, r->source);

	if (!w)
		return 0;
	if (!r->whole)
		(void)snprintf(w->why, sizeof w->why, "the evidence cannot be read to its end");
	else if (memcmp(r->sha256, w->sha256, sizeof w->sha256) != 0)
		(void)snprintf(w->why, sizeof w->why, "the evidence has changed since it was "
						      "investigated: its SHA-256 is another");
	else
		w->found = true;
	return 0;
}

static bool op_unit_known(void *user, uint64_t source, uint32_t seq, uint64_t offset,
			  uint64_t length)
{
	(void)user;
	(void)source;
	(void)seq;
	(void)offset;
	(void)length;
	return false;
}

static int op_idle(void *user)
{
	(void)user;
	return 0;
}

static int run(struct fb_engine *e, struct fetch *f, struct fb_err *err)
{
	static const struct fb_engine_ops ops = {
		.next = op_next, .member = op_member, .unit_known = op_unit_known,
		.unit = op_unit, .source = op_source, .idle = op_idle,
	};
	int r = fb_engine_run(e, &ops, f, err);

	for (size_t i = 0; i < f->n && !r; i++) {
		struct fb_wanted *w = &f->wanted[i];

		/* Unchanged evidence without the record: its decoder died on it this time. */
		if (w->found && w->text.n == 0) {
			w->found = false;
			(void)snprintf(w->why, sizeof w->why, "the record could not be decoded again");
		} else if (!w->found && !*w->why) {
			(void)snprintf(w->why, sizeof w->why, "the evidence could not be read");
		}
	}
	return r;
}

int fb_refetch(struct fb_cli *cli, const struct fb_format *const *formats,
	       const struct fb_syms *names, struct fb_wanted *wanted, size_t n)
{
	struct fb_err *err = &cli->err;
	struct fb_rule_info *infos = calloc(n + 1, sizeof *infos);
	uint64_t *offsets = calloc(n + 1, sizeof *offsets);
	struct fb_syms *syms = fb_syms_new();
	struct places places = { offsets, (uint32_t)n };
	struct fb_ruleset set = { .kind = &place_kind, .compiled = &places, .rules = infos,
				  .nrules = (uint32_t)n };
	const struct fb_ruleset *sets[] = { &set, NULL };
	struct fb_engine_config config = { .formats = formats, .rules = sets,
					   .syms = names ? names : syms,
					   .workers = 1 };
	struct fetch f = { .wanted = wanted, .asked = calloc(n + 1, sizeof *f.asked), .n = n };
	struct fb_unpacking unpacking;
	struct fb_engine *e = NULL;
	int r = fb_unpacking_read(&unpacking, &cli->args, err);

	fb_unpacking_config(&unpacking, &config);
	if (r)
		goto out;

	if (!infos || !offsets || !syms || !f.asked || n > FB_RULES_MAX) {
		r = fb_fail(err, FB_ENOMEM, "out of memory");
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		offsets[i] = wanted[i].offset;
		infos[i] = (struct fb_rule_info){ .id = "place", .title = "", .description = "",
						  .path = "", .pack = "", .techniques = "",
						  .status = "" };
	}
	r = fb_engine_start(&config, &e, err);
	if (!r)
		r = run(e, &f, err);
	fb_engine_stop(e);
out:
	fb_unpacking_dispose(&unpacking);
	fb_syms_free(syms);
	free(offsets);
	free(infos);
	free(f.asked);
	return r;
}
