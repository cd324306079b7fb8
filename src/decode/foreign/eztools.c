/* CSV of Eric Zimmerman's tools: MFTECmd ($MFT, $J), RECmd, SrumECmd, AmcacheParser, PECmd.
 * Their times are UTC and name no zone. A row with several times is an event for each. */
#include "decode/foreign/foreign.h"
#include "decode/formats.h"

struct ez {
	const char *type;  /* the event's data_type */
	const char *const *times; /* columns */
};


/* ".\Users\x" below the volume's root is "\Users\x": which letter it had is not told. */
static void add_path(struct fgn *x, const char *field, struct fb_slice folder, struct fb_slice name)
{
	uint8_t *to = fb_arena_get(&x->scratch, folder.n + name.n + 2);
	size_t n;

	if (fb_slice_starts(folder, FB_LIT(".")))
		folder = fb_slice_sub(folder, 1, folder.n);
	if (!to || name.n == 0)
		return;
	n = folder.n;
	if (n)
		memcpy(to, folder.p, n);
	if (n == 0 || to[n - 1] != '\\')
		to[n++] = '\\';
	memcpy(to + n, name.p, name.n);
	(void)fgn_add_text(x, fb_slice_str(field), fb_slice(to, n + name.n));
}

static bool yes(const struct fgn_pairs *p, const char *key)
{
	return fb_slice_ieq(fgn_text(p, key), FB_LIT("true"));
}

/* A file's entry tells that it was made then; of the folder it lies in all is known. */
static void as_mft(struct fgn *x, const struct fgn_pairs *p, const char *time)
{
	struct fb_slice name = fgn_text(p, "FileName"), folder = fgn_text(p, "ParentPath");

	if (folder.n == 0 || yes(p, "IsDirectory"))
		return;
	add_path(x, "TargetFilename", folder, name);
	if (strcmp(time, "Created0x10") == 0 && !yes(p, "IsAds"))
		(void)fgn_as(x, FB_LIT("file_event"));
}

/* The journal says that it was made or deleted; without the folder, which MFTECmd has only
 * with the $MFT, it says no more than a name. */
static void as_journal(struct fgn *x, const struct fgn_pairs *p, const char *time)
{
	struct fb_slice why = fgn_text(p, "UpdateReasons"), folder = fgn_text(p, "ParentPath");
	bool folders = fb_slice_find(fgn_text(p, "FileAttributes"), FB_LIT("Directory")) <
		       fgn_text(p, "FileAttributes").n;

	(void)time;
	if (folder.n == 0 || folders)
		return;
	add_path(x, "TargetFilename", folder, fgn_text(p, "Name"));
	if (fb_slice_find(why, FB_LIT("FileCreate")) < why.n)
		(void)fgn_as(x, FB_LIT("file_event"));
	else if (fb_slice_find(why, FB_LIT("FileDelete")) < why.n)
		(void)fgn_as(x, FB_LIT("file_delete"));
}

static void emit_one(struct fgn *x, const struct fgn_pairs *p, const char *time, int *code)
{
	const struct ez *ez = x->kind->own;

	fgn_event(x, FB_LANE_OTHER);
	x->channel = fgn_add_text(x, FB_LIT("data_type"), fb_slice_str(ez->type));
	x->provider = fgn_add_text(x, FB_LIT("tool"), fb_slice_str(x->kind->tool));
	if (time) {
		(void)fgn_add_text(x, FB_LIT("timestamp_desc"), fb_slice_str(time));
		fgn_time_text(x, fgn_text(p, time), true);
	}
	if (x->kind->as && time)
		x->kind->as(x, p, time);
	for (size_t i = 0; i < p->n; i++)
		(void)fgn_add_pair(x, &p->v[i]);
	*code = fgn_emit(x);
}

static const char *take(struct fgn *x, const struct fgn_pairs *p, int *code)
{
	const struct ez *ez = x->kind->own;
	bool any = false;

	if (p->n == 0)
		return "no value in it";
	for (size_t i = 0; ez->times[i] && *code == 0; i++) {
		struct fb_slice at = fgn_text(p, ez->times[i]);
		bool again = false;

		/* A time that several columns have is one event. */
		for (size_t k = 0; k < i && at.n && !again; k++)
			again = fb_slice_eq(fgn_text(p, ez->times[k]), at);
		if (at.n == 0 || again)
			continue;
		any = true;
		emit_one(x, p, ez->times[i], code);
	}
	if (!any)
		emit_one(x, p, NULL, code);
	return NULL;
}

static const struct ez mftecmd_mft_ez = {
	.type = "fs:mft",
	.times = FGN_LIST_OF("Created0x10", "LastModified0x10",
			     "LastRecordChange0x10", "LastAccess0x10",
			     "Created0x30", "LastModified0x30",
			     "LastRecordChange0x30", "LastAccess0x30"),
};
static const struct fgn_kind mftecmd_mft_kind = {
	.name = "mftecmd-mft",
	.tool = "MFTECmd",
	.columns = FGN_LIST_OF("EntryNumber", "ParentPath", "FileName",
			       "Created0x10", "LastModified0x10",
			       "SI<FN|uSecZeros|SiFlags"),
	.take = take,
	.as = as_mft,
	.own = &mftecmd_mft_ez,
};
FGN_FORMAT(mftecmd_mft, mftecmd_mft_kind, "$MFT of MFTECmd");

static const struct ez mftecmd_j_ez = {
	.type = "fs:usnjrnl",
	.times = FGN_LIST_OF("UpdateTimestamp"),
};
static const struct fgn_kind mftecmd_j_kind = {
	.name = "mftecmd-j",
	.tool = "MFTECmd",
	.columns = FGN_LIST_OF("UpdateSequenceNumber", "UpdateTimestamp",
			       "UpdateReasons", "EntryNumber", "Name"),
	.take = take,
	.as = as_journal,
	.own = &mftecmd_j_ez,
};
FGN_FORMAT(mftecmd_j, mftecmd_j_kind, "$J of MFTECmd");

static const struct ez recmd_ez = {
	.type = "registry",
	.times = FGN_LIST_OF("LastWriteTimestamp"),
};
static const struct fgn_kind recmd_kind = {
	.name = "recmd",
	.tool = "RECmd",
	.columns = FGN_LIST_OF("HivePath", "HiveType", "KeyPath", "ValueName",
			       "LastWriteTimestamp"),
	.take = take,
	.own = &recmd_ez,
};
FGN_FORMAT(recmd, recmd_kind, "registry of RECmd");

static const struct ez srumecmd_ez = {
	.type = "srum",
	.times = FGN_LIST_OF("Timestamp"),
};
static const struct fgn_kind srumecmd_kind = {
	.name = "srumecmd",
	.tool = "SrumECmd",
	.columns = FGN_LIST_OF("ExeInfo", "ExeInfoDescription", "Timestamp",
			       "SidType|Sid", "AppId|UserId"),
	.take = take,
	.own = &srumecmd_ez,
};
FGN_FORMAT(srumecmd, srumecmd_kind, "SRUM of SrumECmd");

static const struct ez amcacheparser_ez = {
	.type = "amcache",
	.times = FGN_LIST_OF("FileKeyLastWriteTimestamp", "KeyLastWriteTimestamp"),
};
static const struct fgn_kind amcacheparser_kind = {
	.name = "amcacheparser",
	.tool = "AmcacheParser",
	.columns = FGN_LIST_OF("FileKeyLastWriteTimestamp|KeyLastWriteTimestamp",
			       "ProgramId|KeyName",
			       "SHA1|DriverName|Name|LnkName|FriendlyName"),
	.take = take,
	.own = &amcacheparser_ez,
};
FGN_FORMAT(amcacheparser, amcacheparser_kind, "Amcache of AmcacheParser");

static const struct ez pecmd_ez = {
	.type = "prefetch",
	.times = FGN_LIST_OF("LastRun", "RunTime", "PreviousRun0", "PreviousRun1",
			     "PreviousRun2", "PreviousRun3", "PreviousRun4",
			     "PreviousRun5", "PreviousRun6"),
};
static const struct fgn_kind pecmd_kind = {
	.name = "pecmd",
	.tool = "PECmd",
	.columns = FGN_LIST_OF("ExecutableName", "LastRun|RunTime",
			       "RunCount|RunTime"),
	.take = take,
	.own = &pecmd_ez,
};
FGN_FORMAT(pecmd, pecmd_kind, "prefetch of PECmd");
