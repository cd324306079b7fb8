#include "base/arena.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define PIECEWISE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PIECEWISE 1
#endif
#endif
#ifndef PIECEWISE
#define PIECEWISE 0
#endif

#define BLOCK_SIZE (64u << 10)

struct fb_arena_block {
	struct fb_arena_block *next;
	size_t size;
	_Alignas(max_align_t) uint8_t bytes[];
};

void fb_arena_init(struct fb_arena *a, size_t max)
{
	*a = (struct fb_arena){ .max = max };
}

static void drop(struct fb_arena *a, struct fb_arena_block *b)
{
	a->total -= b->size;
	free(b);
}

void fb_arena_dispose(struct fb_arena *a)
{
	if (!a)
		return;
	while (a->head) {
		struct fb_arena_block *b = a->head;

		a->head = b->next;
		drop(a, b);
	}
	a->used = 0;
}

void fb_arena_reset(struct fb_arena *a)
{
	if (PIECEWISE) {
		fb_arena_dispose(a);
		return;
	}
	while (a->head && a->head->next) {
		struct fb_arena_block *b = a->head;

		a->head = b->next;
		drop(a, b);
	}
	a->used = 0;
}

static int add_block(struct fb_arena *a, size_t size)
{
	struct fb_arena_block *b;

	if (size > a->max - a->total)
		return -1;
	b = malloc(sizeof *b + size);
	if (!b)
		return -1;
	b->size = size;
	b->next = a->head;
	a->head = b;
	a->used = 0;
	a->total += size;
	return 0;
}

void *fb_arena_get(struct fb_arena *a, size_t n)
{
	const size_t align = _Alignof(max_align_t);
	size_t want;
	void *p;

	if (n > a->max)
		return NULL;
	want = (n + align - 1) / align * align;
	if (want == 0)
		want = align;
	if (PIECEWISE) {
		if (add_block(a, n ? n : 1))
			return NULL;
		return a->head->bytes;
	}
	if (!a->head || want > a->head->size - a->used) {
		size_t size = want > BLOCK_SIZE ? want : BLOCK_SIZE;

		if (size > a->max - a->total)
			size = want;
		if (add_block(a, size))
			return NULL;
	}
	p = a->head->bytes + a->used;
	a->used += want;
	return p;
}

void *fb_arena_calloc(struct fb_arena *a, size_t count, size_t size)
{
	size_t n;
	void *p;

	if (__builtin_mul_overflow(count, size, &n))
		return NULL;
	p = fb_arena_get(a, n);
	if (p && n)
		memset(p, 0, n);
	return p;
}

char *fb_arena_strn(struct fb_arena *a, const void *p, size_t n)
{
	char *s;

	if (n == SIZE_MAX)
		return NULL;
	s = fb_arena_get(a, n + 1);
	if (!s)
		return NULL;
	if (n)
		memcpy(s, p, n);
	s[n] = 0;
	return s;
}

char *fb_arena_str(struct fb_arena *a, const char *s)
{
	return fb_arena_strn(a, s, strlen(s));
}

void fb_unshared(void *p, size_t n, bool away)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t skip = (page - (uintptr_t)p % page) % page;

	if (!p || n < skip + page)
		return;
	(void)madvise((uint8_t *)p + skip, (n - skip) / page * page, away ? MADV_DONTFORK : MADV_DOFORK);
}
