/* What is in containers: files of evidence, or members of others. One level for each
 * container that is open; its bytes are pulled out of the level around it, or read from
 * the file, and its members are pulled out of it.
 */
#include "engine/reader.h"

#include "intake/gunzip.h"
#include "intake/name.h"
#include "intake/unpack.h"

#include <stdio.h>
#include <stdlib.h>

/* Frames are sent at least so often, so that the limit of processor time is one for each
 * piece of work and not for an archive. */
#define TELL_EVERY (4u << 20)
/* An archive of nothing is smaller than this, but for a tar's padding. */
#define EMPTY_MAX 1024

struct level {
	struct fb_reader *r;
	struct rstream *s;     /* the container's own bytes */
	struct level *outer;   /* whose member it is; NULL: the file itself */
	bool whole;            /* of the file: it could be read so far */
	/* Its bytes as they come: the head that was looked at, then the rest. */
	uint8_t *block;        /* READ_BLOCK bytes of the file */
	uint8_t *memory;       /* what was taken of a member: its head, or all of it */
	size_t memory_n, memory_cap, memory_at;
	bool in_memory;        /* all of it */
	uint64_t at, hashed;   /* of the file */
	/* What is one compressed stream is inflated by one of these; what came out first
	 * was looked at. */
	struct fb_gunzip *gunzip;
	struct fb_unpack *raw;
	struct fb_slice packed, head, behind; /* behind: the head, and out already */
	uint8_t *plain, *head_bytes;
	/* Everything else, and a tar in such a stream, by this. */
	struct fb_unpack *unpack;
	/* The member in work; before: where it began in these bytes. */
	uint64_t hole, member_out, before;
	struct fb_slice rest;
	uint32_t members;
	bool met;              /* any entry at all */
	bool bomb, unlocked;
	/* Bytes of its own that gave nothing. */
	uint64_t lost;
};

static const uint8_t zeroes[READ_BLOCK];

/* ---- the container's bytes ---- */

static int file_bytes(struct level *l, struct fb_slice *out)
{
	struct fb_reader *r = l->r;
	ssize_t got = fb_reader_at(r, l->at, l->block, READ_BLOCK);

	if (got < 0 && l->whole) {
		fb_stream_problem(l->s, l->at, 0, FB_WHY_READ_ERROR, false,
				  "the file could not be read further");
		l->whole = false;
	}
	if (got <= 0)
		return 0;
	if (l->at <= l->hashed && l->at + (uint64_t)got > l->hashed) {
		size_t old = (size_t)(l->hashed - l->at);

		fb_stream_hash(r, l->s, fb_slice(l->block + old, (size_t)got - old));
		l->hashed = l->at + (uint64_t)got;
		l->s->size = l->hashed;
	}
	l->at += (uint64_t)got;
	if (l->at > r->told)
		r->told = l->at;
	*out = fb_slice(l->block, (size_t)got);
	return 0;
}

static int member_bytes(struct level *l, struct fb_slice *out);

/* struct fb_pull: what follows. */
static int container_bytes(void *user, struct fb_slice *out)
{
	struct level *l = user;
	int code;

	*out = fb_slice(NULL, 0);
	if (l->r->stop)
		return 0;
	if (l->memory_at < l->memory_n) {
		*out = fb_slice_sub(fb_slice(l->memory, l->memory_n), l->memory_at, READ_BLOCK);
		l->memory_at += out->n;
		return 0;
	}
	if (l->in_memory)
		return 0;
	if (!l->outer)
		return file_bytes(l, out);
	code = member_bytes(l->outer, out);
	fb_stream_hash(l->r, l->s, *out);
	l->s->size += out->n;
	return code;
}

static int container_seek(void *user, uint64_t at)
{
	struct level *l = user;

	if (l->in_memory)
		l->memory_at = (size_t)at;
	else
		l->at = at;
	return 0;
}

/* ---- what comes out ---- */

/* What inflates; empty: nothing more does. */
static int inflated(struct level *l, struct fb_slice *out)
{
	uint64_t hole;

	*out = fb_slice(NULL, 0);
	if (l->raw) {
		int r = fb_unpack_data(l->raw, &hole, out);

		return r < 0 ? r : 0;
	}
	for (;;) {
		size_t used, made;
		int code;

		if (l->packed.n == 0 && (code = container_bytes(l, &l->packed)))
			return code;
		code = fb_gunzip_push(l->gunzip, l->packed, l->plain, READ_BLOCK, &used, &made);
		if (code)
			return code;
		l->packed = fb_slice_sub(l->packed, used, l->packed.n);
		if (made) {
			*out = fb_slice(l->plain, made);
			return 0;
		}
		if (used == 0)
			return 0;
	}
}

/* struct fb_pull of a tar in such a stream: its head, then what inflates. */
static int plain_bytes(void *user, struct fb_slice *out)
{
	struct level *l = user;

	struct fb_slice *first = l->head.n ? &l->head : &l->behind;

	if (first->n == 0)
		return inflated(l, out);
	*out = *first;
	*first = fb_slice(NULL, 0);
	return 0;
}

static int unpacked_bytes(struct level *l, struct fb_slice *out)
{
	while (l->hole == 0 && l->rest.n == 0) {
		int r = fb_unpack_data(l->unpack, &l->hole, &l->rest);

		if (r <= 0)
			return r;
	}
	if (l->hole) {
		*out = fb_slice(zeroes, l->hole < sizeof zeroes ? (size_t)l->hole : sizeof zeroes);
		l->hole -= out->n;
	} else {
		*out = l->rest;
		l->rest = fb_slice(NULL, 0);
	}
	return 0;
}

/* Bytes of the member in work; empty: its end, or no more of it. */
static int member_bytes(struct level *l, struct fb_slice *out)
{
	struct fb_reader *r = l->r;
	int code;

	*out = fb_slice(NULL, 0);
	if (r->stop || l->bomb)
		return 0;
	code = l->unpack ? unpacked_bytes(l, out) : plain_bytes(l, out);
	if (code)
		return code;
	l->member_out += out->n;
	r->unpacked += out->n;
	if (l->member_out > r->unpack_max / 2 || r->unpacked > r->unpack_max) {
		l->member_out -= out->n;
		r->unpacked -= out->n;
		l->bomb = true;
		*out = fb_slice(NULL, 0);
	}
	if (r->unpacked - r->unpacked_told < TELL_EVERY)
		return 0;
	r->unpacked_told = r->unpacked;
	return fb_reader_progress(r);
}

/* The last bytes handed out were too many: all but `used` of them come again. */
static void give_back(struct level *l, struct fb_slice data, size_t used)
{
	struct fb_slice back = fb_slice_sub(data, used, data.n);

	if (back.n == 0)
		return;
	l->member_out -= back.n;
	l->r->unpacked -= back.n;
	if (back.p >= zeroes && back.p < zeroes + sizeof zeroes)
		l->hole += back.n;
	else if (l->unpack)
		l->rest = back;
	else
		l->head = back;
}

/* ---- one member ---- */

/* What libarchive says may quote the evidence. */
static void problem(struct rstream *s, uint64_t at, uint64_t n, enum fb_why why, bool skipped,
		    const char *what, const char *more)
{
	char raw[2 * FB_PROBLEM_TEXT_MAX];
	struct fb_buf text;
	size_t end;

	(void)snprintf(raw, sizeof raw, "%s%s%s", what, *what && *more ? ": " : "", more);
	fb_buf_init(&text, 8 * sizeof raw);
	fb_name_put(&text, fb_slice_str(raw));
	end = text.n < FB_PROBLEM_TEXT_MAX ? text.n : FB_PROBLEM_TEXT_MAX - 1;
	while (end < text.n && end && (text.p[end] & 0xC0) == 0x80)
		end--;
	text.n = end;
	fb_stream_problem(s, at, n, why, skipped, fb_buf_cstr(&text));
	fb_buf_dispose(&text);
}

static void say(struct rstream *s, enum fb_why why, const char *what, const char *more)
{
	problem(s, s->size, 0, why, false, what, more);
}

static const struct {
	enum fb_why why;
	const char *text;
} troubles[] = {
	[FB_TROUBLE_NONE] = { FB_WHY_NONE, "" },
	[FB_TROUBLE_CHECKSUM] = { FB_WHY_BAD_CHECKSUM, "" },
	[FB_TROUBLE_DAMAGED] = { FB_WHY_BAD_CONTAINER, "" },
	[FB_TROUBLE_TRUNCATED] = { FB_WHY_TRUNCATED, "" },
	[FB_TROUBLE_MEMORY] = { FB_WHY_LIMIT, "unpacking needs more memory than allowed; --memory allows more" },
	[FB_TROUBLE_ENCRYPTED] = { FB_WHY_ENCRYPTED, "no password given opens it (--password-file)" },
	[FB_TROUBLE_UNSUPPORTED] = { FB_WHY_BAD_CONTAINER, "" },
};

/* What stands in front of what libarchive says. */
static const char *trouble_text(const struct level *l, enum fb_trouble t)
{
	enum fb_container c = l->plain ? FB_CONTAINER_TAR : l->s->container;

	if (t == FB_TROUBLE_ENCRYPTED && c == FB_CONTAINER_7Z)
		return "encrypted, which is not opened here in a 7z: unpack it (7z x -pPASSWORD) and hand in the folder too";
	if (t == FB_TROUBLE_ENCRYPTED && (c == FB_CONTAINER_RAR || c == FB_CONTAINER_RAR5))
		return "encrypted, which is not opened here in a rar: unpack it (unrar x -pPASSWORD) and hand in the folder too";
	return troubles[t].text;
}

/* Could not be read as far as it goes: what is missing is said, and the bytes of the
 * container that should have given it are lost. */
static void member_trouble(struct level *l, struct rstream *s)
{
	enum fb_trouble t = l->unpack ? fb_unpack_trouble(l->unpack) : FB_TROUBLE_NONE;
	uint64_t at;

	if (l->bomb) {
		say(s, FB_WHY_BOMB, "unpacks to more than is plausible; no more of it was read", "");
	} else if (t != FB_TROUBLE_NONE) {
		say(s, troubles[t].why, trouble_text(l, t), fb_unpack_why(l->unpack));
	}
	if ((!l->bomb && (t == FB_TROUBLE_NONE || t == FB_TROUBLE_CHECKSUM)) || !l->unpack)
		return;
	at = fb_unpack_at(l->unpack);
	if (at > l->before && !fb_unpack_broken(l->unpack))
		l->lost += at - l->before;
}

/* Nothing of it came out, and something could: skipped as large as it claims to be. */
static bool closed(const struct level *l, const struct rstream *s)
{
	enum fb_trouble t = l->unpack ? fb_unpack_trouble(l->unpack) : FB_TROUBLE_NONE;

	return s->size == 0 && (t == FB_TROUBLE_ENCRYPTED || t == FB_TROUBLE_MEMORY);
}

static int end_closed(struct level *l, struct rstream *s, uint64_t claimed)
{
	enum fb_trouble t = fb_unpack_trouble(l->unpack);

	s->size = claimed < FB_UNPACK_MAX ? claimed : FB_UNPACK_MAX;
	fb_stream_announce(l->r, s);
	problem(s, 0, s->size, troubles[t].why, true, trouble_text(l, t), fb_unpack_why(l->unpack));
	s->again = true;
	return fb_stream_end(l->r, s, false, 0, s->size);
}

static int read_nested(struct fb_reader *r, struct level *outer, struct rstream *s);

static int read_stream(struct level *l, struct rstream *s, uint64_t claimed)
{
	struct fb_reader *r = l->r;
	bool container;
	int code;

	for (;;) {
		struct fb_slice data;
		size_t used;

		code = member_bytes(l, &data);
		if (code)
			return code;
		if (data.n == 0)
			break;
		code = fb_stream_bytes(r, s, data, &used);
		if (code)
			return code;
		if (s->container) {
			give_back(l, data, used);
			return read_nested(r, l, s);
		}
	}
	if (closed(l, s) && !s->probed)
		return end_closed(l, s, claimed);
	if (s->probed || fb_container_of(fb_stream_gathered(r)) == FB_CONTAINER_NONE)
		member_trouble(l, s); /* of a container: when it ends */
	code = fb_stream_finish(r, s, !r->stop, &container);
	return code || !container ? code : read_nested(r, l, s);
}

static void name_member(struct level *l, struct rstream *s, const struct fb_member *m)
{
	unsigned odd = 0;

	if (m->name.p)
		odd = fb_name_member(&s->name, m->name,
				     l->s->container != FB_CONTAINER_TAR &&
				     !fb_container_single(l->s->container));
	if (!l->unpack)
		s->single = true;
	else if (s->name.n == 0)
		(void)fb_buf_printf(&s->name, "member-%u", s->index);
	if (odd & FB_NAME_OUTSIDE)
		say(s, FB_WHY_BAD_NAME, "its name points out of the archive", "");
	if (odd & FB_NAME_CUT)
		say(s, FB_WHY_BAD_NAME, "its name is longer than is shown", "");
	if (odd & FB_NAME_BROKEN)
		say(s, FB_WHY_BAD_NAME, "its name is not plain UTF-8", "");
}

/* Is it, or does it hold, the one stream that is wanted? */
static bool on_the_way(const struct level *l)
{
	const struct fb_reader *r = l->r;

	return r->only_unit < 0 ||
	       (l->s->depth < r->only_depth && r->only[l->s->depth] == l->members);
}

/* Solid archives have to be unpacked all the same; said piece by piece. */
static int pass_over(struct level *l)
{
	struct fb_slice data;
	int code = 0;

	if (l->s->container == FB_CONTAINER_ZIP)
		return 0;
	do
		code = member_bytes(l, &data);
	while (code == 0 && data.n);
	return code;
}

static const char *const kinds[] = {
	[FB_MEMBER_LINK] = "a symbolic link: not followed",
	[FB_MEMBER_HARD] = "a hard link to another member",
	[FB_MEMBER_OTHER] = "neither file nor folder",
};

static int read_member(struct level *l, const struct fb_member *m)
{
	struct fb_reader *r = l->r;
	struct rstream *s;
	int code;

	l->members++;
	l->member_out = l->hole = 0;
	l->rest = fb_slice(NULL, 0);
	l->bomb = false;
	l->before = l->unpack ? fb_unpack_at(l->unpack) : 0;
	if (!on_the_way(l))
		return pass_over(l);
	s = fb_stream_begin(r, l->s->depth + 1);
	if (!s)
		return FB_ENOMEM;
	s->parent = l->s->id;
	s->index = l->members;
	s->mtime = m->mtime == FB_TIME_NONE ? 0 : m->mtime;
	s->local = m->local;
	name_member(l, s, m);
	if (m->kind != FB_MEMBER_FILE) {
		fb_stream_announce(r, s);
		say(s, FB_WHY_LINK, kinds[m->kind], (const char *)(m->target.p ? m->target.p : (const uint8_t *)""));
		code = fb_stream_end(r, s, true, 0, 0);
	} else {
		code = read_stream(l, s, m->size_known ? m->size : 0);
		l->unlocked = l->unlocked || (m->encrypted && l->member_out);
	}
	if (r->only_unit >= 0)
		r->stop = true; /* it came by */
	return code;
}

/* ---- a container ---- */

/* Returns the text of a limit that ends it here, or NULL. */
static const char *limit(const struct fb_reader *r)
{
	if (r->next_id > FB_MEMBERS_MAX)
		return "more members than a file of evidence may have (500,000)";
	if (r->entries >= FB_ENTRIES_MAX)
		return "more entries than a file of evidence may have (4,000,000)";
	return NULL;
}

static int read_members(struct level *l, const char **why)
{
	struct fb_reader *r = l->r;
	struct fb_member m;
	int code = 0;

	*why = NULL;
	while (code == 0 && !r->stop) {
		int have = fb_unpack_next(l->unpack, &m);

		if (have <= 0)
			return have;
		r->entries++;
		l->met = true;
		*why = limit(r);
		if (*why)
			return 0;
		if (m.kind == FB_MEMBER_FOLDER) {
			/* Many of them say nothing else. */
			if (r->entries % 4096 == 0)
				code = fb_reader_progress(r);
			continue;
		}
		code = read_member(l, &m);
		/* Where the next member begins cannot be found without unpacking this one. */
		if (l->bomb && (l->s->container != FB_CONTAINER_ZIP || r->unpacked * 2 > r->unpack_max)) {
			*why = "unpacks to more than is plausible";
			return code;
		}
	}
	return code;
}

static void say_password(struct level *l)
{
	const char *password = fb_unpack_password(l->unpack);

	if (l->unlocked && password)
		say(l->s, FB_WHY_ENCRYPTED, strcmp(password, "infected") == 0
			? "members are encrypted, and were opened with the usual password, infected"
			: "members are encrypted, and were opened with a password given", "");
}

/* What is left of the container is hashed; of the file always, of a member while nothing
 * ended the whole. */
static int drain(struct level *l)
{
	struct fb_slice data = { 0 };
	int code = 0;

	if (l->r->only_unit >= 0 || l->in_memory || (l->r->flags & FB_R_UNHASHED))
		return 0;
	if (!l->outer) {
		l->r->stop = false;
		l->at = l->hashed;
	}
	do
		code = container_bytes(l, &data);
	while (code == 0 && data.n);
	return code;
}

/* Of several parts the account is that of the first: the others are sources too. */
static void fit(struct level *l, uint64_t *decoded, uint64_t *skipped)
{
	struct rstream *s = l->s;
	uint64_t own = l->r->given_size;

	if (l->outer || l->r->nparts == 0)
		return;
	s->size = own;
	s->rejected = s->rejected < own ? s->rejected : own;
	*skipped = *skipped < own - s->rejected ? *skipped : own - s->rejected;
	*decoded = own - s->rejected - *skipped;
}

/* Its bytes have their account; what was wrong with the member that it is comes last. */
static int end_level(struct level *l, bool stopped, uint64_t decoded, uint64_t skipped)
{
	bool whole = l->outer ? !stopped : l->whole && l->r->only_unit < 0;

	if (l->outer)
		member_trouble(l->outer, l->s);
	fit(l, &decoded, &skipped);
	return fb_stream_end(l->r, l->s, whole, decoded, skipped);
}

/* What was unpacked is decoded, what gave nothing rejected or skipped. */
static int end_container(struct level *l, const char *limited)
{
	struct rstream *s = l->s;
	enum fb_trouble t = fb_unpack_trouble(l->unpack);
	uint64_t at = fb_unpack_at(l->unpack), left, skipped = 0;
	bool stopped = l->r->stop;
	int code = drain(l);

	if (code)
		return code;
	if (at > s->size)
		at = s->size;
	if (t == FB_TROUBLE_ENCRYPTED && l->members == 0)
		at = 0;
	left = s->size - at;
	if (limited) {
		s->rejected = left;
		problem(s, at, left, l->bomb ? FB_WHY_BOMB : FB_WHY_LIMIT, false, limited, "");
	} else if (t == FB_TROUBLE_ENCRYPTED || t == FB_TROUBLE_MEMORY) {
		skipped = left;
		s->again = true;
		problem(s, at, left, troubles[t].why, true, trouble_text(l, t), fb_unpack_why(l->unpack));
	} else if (t != FB_TROUBLE_NONE) {
		s->rejected = left;
		problem(s, at, left, troubles[t].why, false, "", fb_unpack_why(l->unpack));
	} else if (!l->met && !stopped && s->size > EMPTY_MAX && s->container != FB_CONTAINER_TAR) {
		/* Garbage behind a signature can look like an archive that has ended. */
		s->rejected = s->size;
		problem(s, 0, s->size, FB_WHY_BAD_CONTAINER, false, "nothing was found in it", "");
	}
	if (l->lost > s->size - s->rejected - skipped)
		l->lost = s->size - s->rejected - skipped;
	s->rejected += l->lost;
	return end_level(l, stopped, s->size - s->rejected - skipped, skipped);
}

/* ---- one compressed stream ---- */

/* How much of it inflated, and what kept the rest from it. */
static enum fb_why single_trouble(const struct level *l, uint64_t *used, const char **text)
{
	enum fb_trouble t;

	*text = "";
	if (l->raw) {
		t = fb_unpack_trouble(l->raw);
		*used = t == FB_TROUBLE_NONE ? l->s->size : fb_unpack_at(l->raw);
		*text = fb_unpack_why(l->raw);
		return troubles[t].why;
	}
	*used = fb_gunzip_in(l->gunzip);
	switch (fb_gunzip_state(l->gunzip)) {
	case FB_GUNZIP_END: return FB_WHY_NONE;
	case FB_GUNZIP_MORE:
		*text = "the compressed data end before their end";
		return FB_WHY_TRUNCATED;
	default:
		*text = fb_gunzip_why(l->gunzip);
		return FB_WHY_BAD_CONTAINER;
	}
}

/* limited: a limit that ended the tar in it, or NULL. */
static int end_single(struct level *l, const char *limited)
{
	struct rstream *s = l->s;
	bool stopped = l->r->stop;
	const char *text;
	uint64_t used, skipped = 0;
	enum fb_why why = single_trouble(l, &used, &text);
	int code = drain(l);

	if (code)
		return code;
	if (used > s->size || (why == FB_WHY_NONE && l->raw))
		used = s->size;
	if (l->bomb || limited) {
		why = l->bomb ? FB_WHY_BOMB : FB_WHY_LIMIT;
		text = limited ? limited : "unpacks to more than is plausible";
	} else if (why == FB_WHY_LIMIT) {
		skipped = s->size - used;
		s->again = true;
		text = troubles[FB_TROUBLE_MEMORY].text;
	}
	s->rejected = s->size - used - skipped;
	if (why != FB_WHY_NONE)
		problem(s, used, s->size - used, why, skipped > 0, text, "");
	return end_level(l, stopped, used, skipped);
}

/* The tar has ended: what inflates behind it is none of it, but the stream's own end and
 * checksum are there. */
static int end_tar(struct level *l, const char *limited)
{
	enum fb_trouble t = fb_unpack_trouble(l->unpack);
	struct fb_slice data = { 0 };
	int code = 0;

	if (t != FB_TROUBLE_NONE)
		say(l->s, troubles[t].why, "the tar in it", fb_unpack_why(l->unpack));
	do {
		code = plain_bytes(l, &data);
		l->r->unpacked += data.n;
		l->bomb = l->bomb || l->r->unpacked > l->r->unpack_max;
	} while (code == 0 && data.n && !limited && !l->bomb);
	return code ? code : end_single(l, limited);
}

static int open_level(struct level *l, struct fb_pull *pull, bool streamed)
{
	const char *limited;
	int code;

	l->unpack = fb_unpack_new(l->plain ? FB_CONTAINER_TAR : l->s->container, pull, streamed,
				  l->r->t->passwords);
	if (!l->unpack)
		return FB_ENOMEM;
	code = read_members(l, &limited);
	/* A directory too large for memory: the zip is read from its front. */
	if (code == 0 && !streamed && l->s->container == FB_CONTAINER_ZIP && l->members == 0 &&
	    pull->seek && fb_unpack_broken(l->unpack)) {
		fb_unpack_free(l->unpack);
		(void)container_seek(l, 0);
		return open_level(l, pull, true);
	}
	if (code)
		return code;
	say_password(l);
	return l->plain ? end_tar(l, limited) : end_container(l, limited);
}

static int inflate(struct level *l)
{
	struct fb_pull pull = { .user = l, .next = container_bytes };
	struct fb_member m;
	int r;

	l->plain = malloc(READ_BLOCK);
	l->head_bytes = malloc(FB_PROBE_MAX);
	if (!l->plain || !l->head_bytes)
		return FB_ENOMEM;
	if (l->s->container == FB_CONTAINER_GZIP) {
		l->gunzip = fb_gunzip_new(FB_UNPACK_MAX);
		return l->gunzip ? 0 : FB_ENOMEM;
	}
	l->raw = fb_unpack_new(l->s->container, &pull, true, NULL);
	r = l->raw ? fb_unpack_next(l->raw, &m) : FB_ENOMEM;
	return r < 0 ? r : 0;
}

/* What came out first is kept until it is known whether it is a tar. */
static int look_inside(struct level *l)
{
	size_t n = 0;
	int code = inflate(l);

	while (code == 0 && n < FB_PROBE_MAX) {
		struct fb_slice data, take;

		code = inflated(l, &data);
		if (code || data.n == 0)
			break;
		take = fb_slice_sub(data, 0, FB_PROBE_MAX - n);
		memcpy(l->head_bytes + n, take.p, take.n);
		n += take.n;
		l->behind = fb_slice_sub(data, take.n, data.n);
	}
	l->head = fb_slice(l->head_bytes, n);
	return code;
}

static int read_single(struct level *l)
{
	struct fb_member one = { .mtime = FB_TIME_NONE };
	struct fb_pull pull = { .user = l, .next = plain_bytes };
	int code = look_inside(l);

	if (code)
		return code;
	if (fb_container_of(fb_slice_sub(l->head, 0, FB_PROBE_MAX)) == FB_CONTAINER_TAR)
		return open_level(l, &pull, true);
	code = read_member(l, &one);
	return code ? code : end_single(l, NULL);
}

/* ---- nested ---- */

static int make_room(struct level *l, size_t n)
{
	size_t cap = l->memory_cap ? l->memory_cap : FB_PROBE_MAX;
	uint8_t *p;

	if (n <= l->memory_cap - l->memory_n)
		return 0;
	while (cap - l->memory_n < n)
		cap *= 2;
	p = realloc(l->memory, cap);
	if (!p)
		return FB_ENOMEM;
	l->memory = p;
	l->memory_cap = cap;
	return 0;
}

static int remember(struct level *l, struct fb_slice data)
{
	int code = make_room(l, data.n);

	if (code == 0 && data.n) {
		memcpy(l->memory + l->memory_n, data.p, data.n);
		l->memory_n += data.n;
	}
	return code;
}

/* All of a member that must be read back and forth; *held false: it is too large. */
static int hold(struct level *l, bool *held)
{
	*held = false;
	for (;;) {
		struct fb_slice data;
		int code;

		if (l->memory_n + l->r->nested_memory > l->r->t->reader_memory / FB_NESTED_MEMORY_PART ||
		    make_room(l, 4 * READ_BLOCK))
			return 0;
		l->memory_at = l->memory_n;
		code = container_bytes(l, &data);
		if (code == 0)
			code = remember(l, data);
		if (code)
			return code;
		if (data.n == 0)
			break;
	}
	l->memory_at = 0;
	*held = l->in_memory = true;
	return 0;
}

/* What cannot be opened is hashed to its end and skipped. */
static int leave_closed(struct level *l, enum fb_why why, const char *text, bool again)
{
	struct rstream *s = l->s;
	bool stopped = l->r->stop;
	int code;

	l->memory_at = l->memory_n;
	code = drain(l);
	if (code)
		return code;
	s->again = again;
	problem(s, 0, s->size, why, true, text, "");
	return end_level(l, stopped, 0, s->size);
}

static int read_inner(struct level *l)
{
	struct fb_pull pull = { .user = l, .next = container_bytes };
	bool held = false;
	int code;

	if (fb_container_single(l->s->container))
		return read_single(l);
	if (l->s->container != FB_CONTAINER_ZIP && l->s->container != FB_CONTAINER_7Z)
		return open_level(l, &pull, true);
	code = hold(l, &held);
	if (code)
		return code;
	if (held) {
		pull.seek = container_seek;
		pull.size = l->memory_n;
		l->r->nested_memory += l->memory_n;
		code = open_level(l, &pull, false);
		l->r->nested_memory -= l->memory_n;
		return code;
	}
	l->memory_at = 0;
	if (l->s->container == FB_CONTAINER_ZIP)
		return open_level(l, &pull, true);
	return leave_closed(l, FB_WHY_LIMIT, "a 7z within an archive has to be held in memory, and is "
			    "too large for that; --memory allows more", true);
}

static void close_level(struct level *l)
{
	fb_unpack_free(l->unpack);
	fb_unpack_free(l->raw);
	fb_gunzip_free(l->gunzip);
	free(l->block);
	free(l->memory);
	free(l->plain);
	free(l->head_bytes);
	free(l);
}

static int read_nested(struct fb_reader *r, struct level *outer, struct rstream *s)
{
	struct level *l = calloc(1, sizeof *l);
	int code;

	if (!l)
		return FB_ENOMEM;
	l->r = r;
	l->s = s;
	l->outer = outer;
	code = remember(l, fb_stream_gathered(r));
	fb_stream_drop(r);
	if (code == 0 && s->depth >= FB_ARCHIVE_DEPTH)
		code = leave_closed(l, FB_WHY_LIMIT, "archives within one another, too deep to be opened",
				    false);
	else if (code == 0)
		code = read_inner(l);
	close_level(l);
	return code;
}

int fb_container_file(struct fb_reader *r, bool whole)
{
	struct level *l = calloc(1, sizeof *l);
	struct fb_pull pull = { .user = l, .next = container_bytes };
	uint64_t size = r->at[0]->size > r->given_size ? r->at[0]->size : r->given_size;
	int code;

	if (!l)
		return FB_ENOMEM;
	l->r = r;
	l->s = r->at[0];
	l->whole = whole;
	l->hashed = l->s->size;
	l->block = malloc(READ_BLOCK);
	for (unsigned i = 0; i < r->nparts; i++)
		size += r->part_size[i];
	fb_stream_drop(r);
	r->unpack_max = size < FB_UNPACK_MAX / FB_UNPACK_RATIO ? size * FB_UNPACK_RATIO : FB_UNPACK_MAX;
	if (r->unpack_max < FB_UNPACK_FREE)
		r->unpack_max = FB_UNPACK_FREE;
	pull.seek = container_seek;
	pull.size = size;
	if (!l->block)
		code = FB_ENOMEM;
	else if (fb_container_single(l->s->container))
		code = read_single(l);
	else
		code = open_level(l, &pull, false);
	close_level(l);
	return code;
}
