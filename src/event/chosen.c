#include "event/chosen.h"

#define ANY(id_, element_, event_) { .id = id_, .element = element_, .event_id = event_ }
#define ENDS(name_, end_) { .name = name_, .begin = "", .end = end_ }
#define IS(name_, value_) { .name = name_, .begin = value_, .end = value_, .whole = true }
#define WORKER "\\w3wp.exe"
#define VM_READ 0x10u /* PROCESS_VM_READ: without it nobody reads a password out of a process */

const struct fb_chosen_class fb_chosen_classes[] = {
	ANY("any-process", "ProcessCreate", 1),
	ANY("any-connection", "NetworkConnect", 3),
	ANY("any-driver", "DriverLoad", 6),
	ANY("any-access", "ProcessAccess", 10),
	ANY("any-file", "FileCreate", 11),
	ANY("any-registry", "RegistryEvent", 12),
	ANY("any-wmi", "WmiEvent", 19),
	ANY("any-name", "DnsQuery", 22),
	{ .id = "worker-child", .element = "ProcessCreate", .event_id = 1, .fields = { ENDS("ParentImage", WORKER) },
	  .others = { { "Image" } } },
	{ .id = "worker-connection", .element = "NetworkConnect", .event_id = 3,
	  .fields = { ENDS("Image", WORKER), IS("Initiated", "true") }, .others = { { "DestinationPort" }, { "DestinationIp" } } },
	{ .id = "worker-file", .element = "FileCreate", .event_id = 11, .fields = { ENDS("Image", WORKER) },
	  .others = { { "TargetFilename", FB_CHOSEN_EXTENSION }, { "TargetFilename", FB_CHOSEN_FOLDER } } },
	{ .id = "aspx-file", .element = "FileCreate", .event_id = 11, .fields = { ENDS("TargetFilename", ".aspx") },
	  .others = { { "Image" }, { "TargetFilename", FB_CHOSEN_FOLDER } } },
	/* Where Windows is installed by default, as Sysmon writes it. */
	{ .id = "lsass-access", .element = "ProcessAccess", .event_id = 10,
	  .fields = { IS("TargetImage", "C:\\Windows\\system32\\lsass.exe") }, 
	  .others = { { "SourceImage" }, { "GrantedAccess" } }, .bits = VM_READ, .bits_of = "GrantedAccess" },
};
const unsigned fb_nchosen_classes = sizeof fb_chosen_classes / sizeof fb_chosen_classes[0];
_Static_assert(sizeof fb_chosen_classes / sizeof fb_chosen_classes[0] <= FB_CHOSEN_CLASSES_MAX, "one bit and slot each");

const struct fb_chosen_class *fb_chosen_class(struct fb_slice id)
{
	for (unsigned i = 0; i < fb_nchosen_classes; i++)
		if (fb_slice_eqs(id, fb_chosen_classes[i].id))
			return &fb_chosen_classes[i];
	return NULL;
}

bool fb_chosen_shown(uint32_t event_id)
{
	for (unsigned i = 0; i < fb_nchosen_classes; i++)
		if (fb_chosen_classes[i].event_id == event_id && fb_chosen_classes[i].others[0].name)
			return true;
	return false;
}

static struct fb_slice part_of(const struct fb_chosen_other *o, struct fb_slice path)
{
	size_t name = path.n, dot;

	while (name && path.p[name - 1] != '\\')
		name--;
	dot = path.n;
	while (dot > name && path.p[dot - 1] != '.')
		dot--;
	return o->part == FB_CHOSEN_WHOLE ? path : o->part == FB_CHOSEN_FOLDER ? fb_slice_sub(path, 0, name) :
	       fb_slice_sub(path, dot > name ? dot : path.n, path.n);
}

unsigned fb_chosen_heap(const struct fb_chosen_other *o, struct fb_slice value)
{
	struct fb_slice s = part_of(o, value);
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++) {
		uint8_t b = s.p[i];

		h = (h ^ (b >= 'A' && b <= 'Z' ? b | 0x20u : b)) * 16777619u;
	}
	h = (h ^ h >> 15) * 0x85EBCA6Bu;
	return (h ^ h >> 13) % FB_CHOSEN_HEAPS;
}
