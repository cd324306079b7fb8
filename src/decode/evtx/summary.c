/* A record as one line for people: what they would look at first. */
#include "base/text.h"
#include "decode/evtx/evtx.h"
#include "event/value.h"

#define SHOWN_MAX 240u /* bytes of one value: the rest of the line is for others */
#define SHOWN_FIELDS 8u /* of an event that the table does not know */

/* Which fields say most, by event; channel is the end of a channel's or the
 * beginning of a provider's name, "" any. */
static const struct shown {
	uint32_t event_id;
	const char *source;
	const char *fields;
} shown[] = {
	{ 1, "Sysmon", "CommandLine Image User ParentImage" },
	{ 3, "Sysmon", "Image Protocol SourceIp DestinationIp DestinationPort DestinationHostname User" },
	{ 6, "Sysmon", "ImageLoaded Signed Signature" },
	{ 7, "Sysmon", "ImageLoaded Image Signed" },
	{ 8, "Sysmon", "SourceImage TargetImage StartFunction" },
	{ 10, "Sysmon", "SourceImage TargetImage GrantedAccess" },
	{ 11, "Sysmon", "TargetFilename Image" },
	{ 12, "Sysmon", "EventType TargetObject Image" },
	{ 13, "Sysmon", "TargetObject Details Image" },
	{ 15, "Sysmon", "TargetFilename Image Hash" },
	{ 17, "Sysmon", "PipeName Image" },
	{ 18, "Sysmon", "PipeName Image" },
	{ 22, "Sysmon", "QueryName QueryResults Image" },
	{ 23, "Sysmon", "TargetFilename Image" },
	{ 1102, "Eventlog", "SubjectUserName SubjectDomainName" },
	{ 104, "Eventlog", "Channel SubjectUserName" },
	{ 4103, "PowerShell", "Payload ContextInfo" },
	{ 4104, "PowerShell", "ScriptBlockText Path" },
	{ 400, "PowerShell", "Data" },
	{ 4624, "Security", "LogonType TargetUserName TargetDomainName IpAddress WorkstationName LogonProcessName" },
	{ 4625, "Security", "LogonType TargetUserName TargetDomainName IpAddress WorkstationName Status SubStatus" },
	{ 4634, "Security", "LogonType TargetUserName TargetDomainName" },
	{ 4648, "Security", "SubjectUserName TargetUserName TargetServerName IpAddress ProcessName" },
	{ 4656, "Security", "ObjectName ProcessName SubjectUserName AccessMask" },
	{ 4657, "Security", "ObjectName ObjectValueName NewValue ProcessName" },
	{ 4663, "Security", "ObjectName ProcessName SubjectUserName AccessMask" },
	{ 4672, "Security", "SubjectUserName SubjectDomainName PrivilegeList" },
	{ 4673, "Security", "PrivilegeList ProcessName SubjectUserName" },
	{ 4688, "Security", "CommandLine NewProcessName SubjectUserName ParentProcessName" },
	{ 4689, "Security", "ProcessName SubjectUserName Status" },
	{ 4697, "Security", "ServiceName ServiceFileName SubjectUserName" },
	{ 4698, "Security", "TaskName SubjectUserName TaskContent" },
	{ 4702, "Security", "TaskName SubjectUserName TaskContentNew" },
	{ 4720, "Security", "TargetUserName SubjectUserName" },
	{ 4722, "Security", "TargetUserName SubjectUserName" },
	{ 4724, "Security", "TargetUserName SubjectUserName" },
	{ 4726, "Security", "TargetUserName SubjectUserName" },
	{ 4728, "Security", "MemberName TargetUserName SubjectUserName" },
	{ 4732, "Security", "MemberSid MemberName TargetUserName SubjectUserName" },
	{ 4738, "Security", "TargetUserName SubjectUserName" },
	{ 4740, "Security", "TargetUserName TargetDomainName" },
	{ 4756, "Security", "MemberName TargetUserName SubjectUserName" },
	{ 4768, "Security", "TargetUserName TargetDomainName IpAddress TicketEncryptionType Status" },
	{ 4769, "Security", "ServiceName TargetUserName IpAddress TicketEncryptionType Status" },
	{ 4771, "Security", "TargetUserName IpAddress Status" },
	{ 4776, "Security", "TargetUserName Workstation Status" },
	{ 5140, "Security", "ShareName IpAddress SubjectUserName" },
	{ 5145, "Security", "ShareName RelativeTargetName IpAddress SubjectUserName" },
	{ 5156, "Security", "Application SourceAddress DestAddress DestPort" },
	{ 7034, "Service Control Manager", "param1 param2" },
	{ 7036, "Service Control Manager", "param1 param2" },
	{ 7040, "Service Control Manager", "param1 param2 param3" },
	{ 7045, "Service Control Manager", "ServiceName ImagePath ServiceType StartType AccountName" },
	{ 1116, "Windows Defender", "ThreatName Path ProcessName DetectionUser" },
	{ 1117, "Windows Defender", "ThreatName ActionName Path ProcessName" },
	{ 5001, "Windows Defender", "ProductName" },
	{ 5007, "Windows Defender", "NewValue OldValue" },
	{ 106, "TaskScheduler", "TaskName UserContext" },
	{ 140, "TaskScheduler", "TaskName UserName" },
	{ 200, "TaskScheduler", "TaskName ActionName" },
	{ 21, "TerminalServices", "User Address SessionID" },
	{ 25, "TerminalServices", "User Address SessionID" },
	{ 1149, "TerminalServices", "Param1 Param2 Param3" },
	{ 59, "Bits-Client", "url bytesTotal name" },
	{ 5861, "WMI-Activity", "Namespace ESS CONSUMER PossibleCause" },
};

/* What System's leaves are called; they stand before the data. */
static const char *const system_names[] = {
	"EventID", "EventID_Qualifiers", "Version", "Level", "Task", "Opcode", "Keywords",
	"EventRecordID", "Channel", "Computer",
};
static const char *const system_starts[] = { "Provider_", "TimeCreated_", "Correlation_",
					     "Execution_", "Security_" };

static bool is_system(struct fb_slice name)
{
	if (!name.n || !strchr("CEKLOPSTV", name.p[0]))
		return false;
	for (size_t i = 0; i < sizeof system_names / sizeof *system_names; i++)
		if (fb_slice_eqs(name, system_names[i]))
			return true;
	for (size_t i = 0; i < sizeof system_starts / sizeof *system_starts; i++)
		if (fb_slice_starts(name, fb_slice_str(system_starts[i])))
			return true;
	return false;
}

/* The first field of the record's data. */
static size_t data_start(const struct fb_event *ev)
{
	size_t i = 0;

	while (i < ev->nfields && is_system(ev->fields[i].name))
		i++;
	return i;
}

/* Equal but for ASCII case and blanks, which Windows puts into some names. */
static bool called(struct fb_slice name, struct fb_slice want)
{
	size_t k = 0;

	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == ' ')
			continue;
		if (k == want.n || (name.p[i] | 0x20) != (want.p[k] | 0x20))
			return false;
		k++;
	}
	return k == want.n;
}

static bool harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || c == 0x200E || c == 0x200F ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

/* How many of the first bytes are ASCII that is shown as it is, and no blanks. */
static size_t graphic_run(struct fb_slice s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] > ' ' && s.p[i] < 0x7F)
		i++;
	return i;
}

/* What fits of a run of such bytes, each with room for an ellipsis behind it. False: not all. */
static bool put_run(struct fb_buf *out, struct fb_slice run, bool gap, size_t end)
{
	size_t used = out->n + gap + 3, fits = used < end ? end - used : 0;

	if (gap && fits)
		(void)fb_buf_putc(out, ' ');
	(void)fb_buf_slice(out, fb_slice_sub(run, 0, fits));
	return fits >= run.n;
}

/* One line of it: blanks run together, no controls, at most max bytes. */
static void put_line(struct fb_buf *out, struct fb_slice s, size_t max)
{
	size_t end = out->n + max;
	bool gap = false;

	for (bool any = false; s.n;) {
		size_t run = graphic_run(s), len;
		uint8_t four[4];
		uint32_t c;
		int n;

		if (run) {
			if (!put_run(out, fb_slice_sub(s, 0, run), gap, end)) {
				(void)fb_buf_puts(out, "\xE2\x80\xA6");
				return;
			}
			s = fb_slice_sub(s, run, s.n);
			gap = false;
			any = true;
			continue;
		}
		n = fb_utf8_next(s, &c);
		s = fb_slice_sub(s, n < 0 ? 1 : (size_t)n, s.n);
		if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029) {
			gap = any;
			continue;
		}
		len = fb_utf8_put(harmful(c) ? FB_REPLACEMENT : c, four);
		if (out->n + gap + len + 3 > end) {
			(void)fb_buf_puts(out, "\xE2\x80\xA6");
			return;
		}
		if (gap)
			(void)fb_buf_putc(out, ' ');
		(void)fb_buf_put(out, four, len);
		gap = false;
		any = true;
	}
}

struct line {
	struct fb_buf *out;
	size_t start;
	struct fb_buf text;
	bool full;
};

static size_t room(const struct line *l)
{
	return FB_SUMMARY_MAX - (l->out->n - l->start);
}

static int put_field(struct line *l, const struct fb_field *f, struct fb_slice name)
{
	struct fb_slice text;
	bool bare = !name.n || fb_slice_eqs(name, "Data");
	size_t need;

	fb_buf_clear(&l->text);
	if (fb_value_text(f, &l->text) == FB_ENOMEM)
		return FB_ENOMEM;
	text = fb_slice_trim(fb_buf_view(&l->text));
	if (!text.n || fb_slice_eqs(text, "-"))
		return 0;
	if (name.n > 64)
		name.n = 64;
	need = 1 + (bare ? 0 : name.n * 3 + 1) + 8;
	if (need > room(l)) {
		l->full = true;
		return 0;
	}
	if (l->out->n > l->start)
		(void)fb_buf_putc(l->out, ' ');
	if (!bare) {
		put_line(l->out, name, name.n * 3 + 3);
		(void)fb_buf_putc(l->out, '=');
	}
	put_line(l->out, text, room(l) < SHOWN_MAX ? room(l) : SHOWN_MAX);
	return l->out->code;
}

static bool contains(const struct fb_field *f, const char *part, struct fb_buf *tmp)
{
	fb_buf_clear(tmp);
	if (!f || fb_value_text(f, tmp))
		return false;
	return fb_slice_find(fb_buf_view(tmp), fb_slice_str(part)) < tmp->n;
}

static const char *fields_of(const struct fb_event *ev, struct fb_buf *tmp)
{
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		if (shown[i].event_id == ev->event_id &&
		    (contains(ev->provider, shown[i].source, tmp) ||
		     contains(ev->channel, shown[i].source, tmp)))
			return shown[i].fields;
	return NULL;
}

static int put_named(struct line *l, const struct fb_event *ev, size_t from, const char *names)
{
	while (*names && !l->full) {
		struct fb_slice name = fb_slice(names, strcspn(names, " "));
		int r = 0;

		for (size_t i = from; i < ev->nfields && !r; i++) {
			if (!called(ev->fields[i].name, name))
				continue;
			r = put_field(l, &ev->fields[i], name);
			break;
		}
		if (r)
			return r;
		names += name.n + (names[name.n] == ' ');
	}
	return 0;
}

/* Where the fields of RenderingInfo begin, which forwarded events carry: the message as
 * the machine that wrote the event would have shown it. Or nfields. */
static size_t rendering_start(const struct fb_event *ev, size_t from)
{
	while (from < ev->nfields && !fb_slice_eqs(ev->fields[from].name, "RenderingInfo_Culture"))
		from++;
	return from;
}

static bool is_rendering(const struct fb_field *f, bool behind)
{
	return fb_slice_starts(f->name, FB_LIT("RenderingInfo_")) ||
	       (behind && fb_slice_eqs(f->name, "Message"));
}

/* The first line of the message; the rest repeats the data. */
static int put_message(struct line *l, const struct fb_event *ev, size_t from)
{
	struct fb_slice text;

	for (size_t i = from; i < ev->nfields; i++) {
		size_t n = 0;

		if (!fb_slice_eqs(ev->fields[i].name, "Message"))
			continue;
		fb_buf_clear(&l->text);
		if (fb_value_text(&ev->fields[i], &l->text) == FB_ENOMEM)
			return FB_ENOMEM;
		text = fb_slice_trim(fb_buf_view(&l->text));
		while (n < text.n && text.p[n] != '\r' && text.p[n] != '\n')
			n++;
		put_line(l->out, fb_slice_sub(text, 0, n), SHOWN_MAX);
		return l->out->code;
	}
	return 0;
}

int evtx_summarise(const struct fb_event *ev, struct fb_buf *out)
{
	struct line l = { .out = out, .start = out->n };
	size_t from = data_start(ev), to = rendering_start(ev, from), said;
	const char *names;
	unsigned n = 0;
	int r;

	if (out->code)
		return out->code;
	fb_buf_init(&l.text, FB_VALUE_MAX * 2);
	r = put_message(&l, ev, to);
	said = out->n;
	names = fields_of(ev, &l.text);
	if (!r && names)
		r = put_named(&l, ev, from, names);
	if (!r && out->n == said)
		for (size_t i = from; i < ev->nfields && n < SHOWN_FIELDS && !r && !l.full; i++) {
			size_t before = out->n;

			if (is_rendering(&ev->fields[i], i > to))
				continue;

			r = put_field(&l, &ev->fields[i], ev->fields[i].name);
			n += out->n > before;
		}
	fb_buf_dispose(&l.text);
	return r ? r : out->code;
}
