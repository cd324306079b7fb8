#include "base/build.h"

#include "base/cursor.h"

#include <elf.h>
#include <link.h>

/* Notes: lengths of name and description, type, both padded to 4. Ours are in the
 * byte order of this machine. */
static struct fb_slice find_note(struct fb_slice notes)
{
	struct fb_cur c = fb_cur(notes);
	struct fb_slice head, name, id;

	while (fb_cur_take(&c, sizeof(ElfW(Nhdr)), &head)) {
		ElfW(Nhdr) h;

		memcpy(&h, head.p, sizeof h);
		if (!fb_cur_take(&c, ((size_t)h.n_namesz + 3) / 4 * 4, &name) ||
		    !fb_cur_take(&c, ((size_t)h.n_descsz + 3) / 4 * 4, &id))
			break;
		if (h.n_type == NT_GNU_BUILD_ID && h.n_namesz == 4 &&
		    memcmp(name.p, "GNU", 4) == 0)
			return fb_slice(id.p, h.n_descsz);
	}
	return fb_slice(NULL, 0);
}

/* The program itself comes first. */
static int on_object(struct dl_phdr_info *info, size_t size, void *user)
{
	struct fb_slice *out = user;

	(void)size;
	for (unsigned i = 0; i < info->dlpi_phnum && out->n == 0; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];

		if (h->p_type == PT_NOTE)
			*out = find_note(fb_slice((const void *)(info->dlpi_addr + h->p_vaddr),
						  h->p_memsz));
	}
	return 1;
}

struct fb_slice fb_build_id(void)
{
	struct fb_slice out = { 0 };

	(void)dl_iterate_phdr(on_object, &out);
	return out;
}
