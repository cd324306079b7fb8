#include "engine/pool.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

static size_t pool_size(const struct fb_pool *p)
{
	return (size_t)p->nslabs * FB_SLAB_SIZE;
}

int fb_pool_init(struct fb_pool *p, unsigned nslabs, struct fb_err *err)
{
	void *map;
	int r;

	*p = (struct fb_pool){ .fd = -1, .nslabs = nslabs };
	p->fd = memfd_create("firebreak-slabs", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (p->fd < 0)
		return fb_fail_errno(err, FB_EIO, "cannot make shared memory");
	if (ftruncate(p->fd, (off_t)pool_size(p))) {
		r = fb_fail_errno(err, FB_EIO, "cannot make %zu bytes of shared memory",
				  pool_size(p));
		goto fail;
	}
	map = mmap(NULL, pool_size(p), PROT_READ | PROT_WRITE, MAP_SHARED, p->fd, 0);
	if (map == MAP_FAILED) {
		r = fb_fail_errno(err, FB_ENOMEM, "cannot map shared memory");
		goto fail;
	}
	p->map = map;
	if (fcntl(p->fd, F_ADD_SEALS,
		  F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL)) {
		r = fb_fail_errno(err, FB_EIO, "cannot seal shared memory (Linux 5.1 or newer is needed)");
		goto fail;
	}
	return 0;
fail:
	fb_pool_dispose(p);
	return r;
}

void fb_pool_dispose(struct fb_pool *p)
{
	if (p->map)
		munmap(p->map, pool_size(p));
	if (p->fd >= 0)
		close(p->fd);
	p->map = NULL;
	p->fd = -1;
}

int fb_pool_readonly(struct fb_pool *p, struct fb_err *err)
{
	void *map;

	munmap(p->map, pool_size(p));
	p->map = NULL;
	map = mmap(NULL, pool_size(p), PROT_READ, MAP_SHARED, p->fd, 0);
	if (map == MAP_FAILED)
		return fb_fail_errno(err, FB_ENOMEM, "cannot map shared memory");
	p->map = map;
	return 0;
}

int fb_pool_reading(const struct fb_pool *p)
{
	char path[64];

	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", p->fd);
	return open(path, O_RDONLY | O_CLOEXEC);
}
