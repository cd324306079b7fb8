#include "intake/known.h"

#include "base/cursor.h"

#define HIVE "programs that start by themselves, accounts, settings, what was run"
#define DISK "everything on it, deleted files among it"
#define RAM "processes, connections and keys at that moment, code that is on no disk"
#define MOUNT "mount it read-only and hand in the folder"

enum {
	HIVE_FILE, ESE, MFT, USN, PREFETCH, LNK, EVT, SQLITE, JOURNAL, EWF, VHDX, VHD, VMDK, QCOW2,
	DISK_IMAGE, LOGFILE, INDX, WIM, MEMORY, MINIDUMP, PCAP, PST, PE, ELF, MACHO, OLE, PDF, PLIST, KINDS
};

static const struct fb_known kinds[KINDS] = {
	[HIVE_FILE] = { "registry-hive", "a registry hive", HIVE, "RegRipper, Registry Explorer" },
	[ESE] = { "ese-database", "an ESE database (SRUM, NTDS.dit, UAL, web cache)",
		  "network use by program, accounts of the domain, who used which server role",
		  "esedbexport, SrumECmd" },
	[MFT] = { "mft", "a master file table ($MFT)", "which files there were, when made and changed",
		  "MFTECmd, analyzeMFT" },
	[USN] = { "usn-journal", "an NTFS change journal ($J)",
		  "which files were made, renamed and deleted, and when", "MFTECmd, usn.py" },
	[PREFETCH] = { "prefetch", "a prefetch file", "that a program was run, how often and when", "PECmd" },
	[LNK] = { "lnk", "a Windows shortcut", "which files were opened", "LECmd" },
	[EVT] = { "evt", "an event log of Windows XP or 2003", "logons, services, processes of that time",
		  "evtexport, or convert it with wevtutil epl /lf:true" },
	[SQLITE] = { "sqlite", "an SQLite database", "of browsers: pages, downloads; of programs: their records",
		     "sqlite3, hindsight" },
	[JOURNAL] = { "systemd-journal", "a systemd journal", "logons, services and commands of a Linux host",
		      "journalctl --file" },
	[EWF] = { "ewf", "a disk image (EWF, E01)", DISK, "ewfmount, then " MOUNT },
	[VHDX] = { "vhdx", "a virtual disk (VHDX)", DISK, MOUNT " (qemu-nbd)" },
	[VHD] = { "vhd", "a virtual disk (VHD)", DISK, MOUNT " (qemu-nbd)" },
	[VMDK] = { "vmdk", "a virtual disk (VMDK)", DISK, MOUNT " (qemu-nbd)" },
	[QCOW2] = { "qcow2", "a virtual disk (QCOW2)", DISK, MOUNT " (qemu-nbd)" },
	[DISK_IMAGE] = { "disk-image", "an image of a disk or volume", DISK, MOUNT },
	[LOGFILE] = { "ntfs-logfile", "an NTFS transaction log ($LogFile)",
		      "the last changes to files, some minutes to hours of them", "NTFS Log Tracker, LogFileParser" },
	[INDX] = { "ntfs-index", "a folder's index of NTFS ($I30)", "names of files that were deleted from it",
		   "INDXRipper, Indx2Csv" },
	[WIM] = { "wim", "a Windows image (WIM)", DISK, "wimlib-imagex apply, and hand in the folder" },
	[MEMORY] = { "memory-image", "an image of memory", RAM, "Volatility 3, MemProcFS" },
	[MINIDUMP] = { "minidump", "a dump of one process", "keys, passwords and code that it held",
		       "Volatility 3, pypykatz" },
	[PCAP] = { "pcap", "captured packets", "who talked to whom, and what was carried", "zeek -r, and its logs" },
	[PST] = { "pst", "an Outlook mailbox", "mail, also that which brought it in", "readpst" },
	[PE] = { "pe", "a Windows program or library", NULL, NULL },
	[ELF] = { "elf", "a Linux program or library", NULL, NULL },
	[MACHO] = { "mach-o", "a macOS program or library", NULL, NULL },
	[OLE] = { "ole", "an OLE file (older Office documents, jump lists, MSI)", NULL, NULL },
	[PDF] = { "pdf", "a PDF document", NULL, NULL },
	[PLIST] = { "plist", "a binary property list", NULL, NULL },
};

static const struct {
	unsigned at;
	struct fb_slice bytes;
	unsigned kind;
} magics[] = {
#define M(at, text, kind) { at, { (const uint8_t *)(text), sizeof(text) - 1 }, kind }
	M(0, "regf", HIVE_FILE),
	M(4, "\xEF\xCD\xAB\x89", ESE),
	M(0, "FILE0\0", MFT), M(0, "FILE*\0", MFT),
	M(0, "MAM\4", PREFETCH), M(4, "SCCA", PREFETCH),
	M(0, "\x4C\0\0\0\1\x14\2\0", LNK),
	M(4, "LfLe", EVT),
	M(0, "SQLite format 3\0", SQLITE),
	M(0, "LPKSHHRH", JOURNAL),
	M(0, "EVF\t\r\n\xFF\0", EWF), M(0, "EVF2\r\n\x81\0", EWF), M(0, "LVF\t\r\n\xFF\0", EWF),
	M(0, "vhdxfile", VHDX),
	M(0, "conectix", VHD),
	M(0, "KDMV", VMDK), M(0, "# Disk DescriptorFile", VMDK), M(0, "COWD", VMDK),
	M(0, "QFI\xFB", QCOW2),
	M(3, "NTFS    ", DISK_IMAGE), M(3, "-FVE-FS-", DISK_IMAGE), M(512, "EFI PART", DISK_IMAGE),
	M(3, "EXFAT   ", DISK_IMAGE), M(3, "ReFS\0\0\0\0", DISK_IMAGE), M(82, "FAT32   ", DISK_IMAGE),
	M(1080, "\x53\xEF", DISK_IMAGE), M(0, "XFSB", DISK_IMAGE), M(32, "NXSB", DISK_IMAGE),
	M(512, "LABELONE", DISK_IMAGE), M(0, "LUKS\xBA\xBE", DISK_IMAGE), M(32769, "CD001", DISK_IMAGE),
	M(64, "\x7F\x10\xDA\xBE", DISK_IMAGE), M(0, "AFF10\r\n\0", DISK_IMAGE),
	M(0, "RSTR", LOGFILE), M(0, "INDX(\0", INDX), M(0, "MSWIM\0\0\0", WIM), M(0, "HvLE", HIVE_FILE),
	M(0, "\xD0\xBE\xD2\xBE", MEMORY), M(0, "\xD1\xBA\xD1\xBA", MEMORY), M(0, "\xD2\xBE\xD2\xBE", MEMORY),
	M(0, "\xD3\xBE\xD2\xBE", MEMORY),
	M(0, "EMiL", MEMORY), M(0, "AVML", MEMORY), M(0, "PAGEDUMP", MEMORY), M(0, "PAGEDU64", MEMORY),
	M(0, "hibr", MEMORY), M(0, "HIBR", MEMORY),
	M(0, "MDMP", MINIDUMP),
	M(0, "\xD4\xC3\xB2\xA1", PCAP), M(0, "\xA1\xB2\xC3\xD4", PCAP), M(0, "\x4D\x3C\xB2\xA1", PCAP),
	M(0, "\x0A\x0D\x0D\x0A", PCAP),
	M(0, "!BDN", PST),
	M(0, "\x7F" "ELF", ELF),
	M(0, "\xCF\xFA\xED\xFE", MACHO), M(0, "\xCE\xFA\xED\xFE", MACHO),
	M(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", OLE),
	M(0, "%PDF-", PDF),
	M(0, "bplist00", PLIST),
#undef M
};

/* "MZ", and where it points to "PE". */
static bool is_pe(struct fb_slice h)
{
	struct fb_cur c = fb_cur(h);
	struct fb_slice pe;
	uint32_t at;

	return fb_slice_starts(h, FB_LIT("MZ")) && fb_cur_seek(&c, 0x3C) && fb_cur_u32(&c, &at) &&
	       fb_cur_seek(&c, at) && fb_cur_take(&c, 4, &pe) && fb_slice_eq(pe, FB_LIT("PE\0\0"));
}

/* An ELF file of the type "core": a machine's memory as QEMU, VirtualBox and others write it, or
 * one process's. */
static bool is_core(struct fb_slice h)
{
	return h.n >= 18 && fb_slice_starts(h, FB_LIT("\x7F" "ELF")) &&
	       ((h.p[5] == 1 && h.p[16] == 4 && h.p[17] == 0) || (h.p[5] == 2 && h.p[16] == 0 && h.p[17] == 4));
}

/* A boot record with a partition of a known kind. */
static bool is_mbr(struct fb_slice h)
{
	bool part = false;

	if (h.n < 512 || h.p[510] != 0x55 || h.p[511] != 0xAA)
		return false;
	for (size_t i = 446; i < 510; i += 16) {
		if (h.p[i] != 0 && h.p[i] != 0x80)
			return false;
		part = part || h.p[i + 4] == 0x07 || h.p[i + 4] == 0x83 || h.p[i + 4] == 0xEE ||
		       h.p[i + 4] == 0x0C || h.p[i + 4] == 0x8E;
	}
	return part;
}

/* Records without a magic: a length of a multiple of 8, version 2.0 or 3.0, the name behind the
 * fixed part, within the record. */
static bool is_usn(struct fb_slice h)
{
	struct fb_cur c = fb_cur(h);
	uint16_t major, minor, name, at;
	uint32_t n;

	return fb_cur_u32(&c, &n) && n >= 64 && n <= 600 && n % 8 == 0 && fb_cur_u16(&c, &major) &&
	       (major == 2 || major == 3) && fb_cur_u16(&c, &minor) && minor == 0 &&
	       fb_cur_seek(&c, major == 2 ? 56 : 72) && fb_cur_u16(&c, &name) && fb_cur_u16(&c, &at) &&
	       at == (major == 2 ? 60 : 76) && at <= n && name % 2 == 0 &&
	       name <= n - at;
}

const struct fb_known *fb_known_of(struct fb_slice h)
{
	if (is_core(h))
		return &kinds[MEMORY];
	for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
		if (fb_slice_eq(fb_slice_sub(h, magics[i].at, magics[i].bytes.n), magics[i].bytes))
			return &kinds[magics[i].kind];
	if (is_pe(h))
		return &kinds[PE];
	if (is_mbr(h))
		return &kinds[DISK_IMAGE];
	return is_usn(h) ? &kinds[USN] : NULL;
}

const struct fb_known *fb_known_at(unsigned i)
{
	return i < KINDS ? &kinds[i] : NULL;
}

unsigned fb_known_index(const struct fb_known *k)
{
	return (unsigned)(k - kinds);
}
