// The data that the page carries (docs/formats/report.md), made into objects.

export const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;

export interface Group {
	index: number;
	rule: string;
	title: string;
	level: number;
	kind: string;
	techniques: string;
	host: string;
	count: number;
	originals?: string;
	detections: Detection[];
}

export interface Detection {
	index: number;
	id: string;
	time: string | null; // RFC 3339, as precise as the source
	ms: number; // the same, NaN without
	group: Group;
	path: string;
	sha256: string;
	record: number;
	line: number;
	offset: number;
	summary: string;
	copies: number;
	original: number | null;
	flags: number;
	channel: string;
	eventId: number;
	hostWhy: string;
	entities: { type: string; value: string }[];
	decided: Decided | null;
}

// What people decided about it.
export interface Decided {
	mark: string; // malicious, benign, unknown, conflict; "" none
	aside: number; // 1 set aside, 2 no longer
	tags: string[];
	lines: [string, string, string, string][]; // what, text, by whom, when
}

export interface Cell {
	lane: number;
	bin: number;
	level: number;
	count: number;
	detection: Detection | null;
	group: Group | null;
}

export interface Timeline {
	from: number;
	to: number;
	bins: number;
	lanes: (string | null)[]; // host; null: all further hosts
	cells: Cell[];
	strips: { host: string | null; runs: [number, number][] }[];
}

export interface Case {
	arg: string;
	total: number;
	groups: Group[];
	detections: Detection[];
	byId: Map<string, Detection>;
	timeline: Timeline | null;
}

type RawDetection = [
	string, string | null, number, number, number, number, number, string, number,
	number | null, number, string, number, string, string[],
	[string, number, string[], [string, string, string, string][]] | null,
];

interface Raw {
	case: string;
	total: number;
	hosts: string[];
	sources: [string, string][];
	groups: {
		rule: string; title: string; level: number; kind: string; techniques: string;
		host: number; count: number; originals?: string;
	}[];
	timeline: null | {
		from: string; to: string; bins: number; lanes: (number | null)[];
		cells: [number, number, number, number, number | null, number | null][];
		strips: (number | null)[][];
	};
	detections: RawDetection[];
}

// Milliseconds since 1970 of an RFC 3339 time in UTC, or of its beginning; NaN: not one.
export function parseTime(s: string): number {
	const m = /^(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?)?)?Z?$/.exec(s);

	if (!m)
		return NaN;
	return Date.UTC(+m[1]!, +m[2]! - 1, +(m[3] ?? 1), +(m[4] ?? 0), +(m[5] ?? 0), +(m[6] ?? 0),
		+((m[7] ?? "0") + "00").slice(0, 3));
}

function pairs(list: string[]): { type: string; value: string }[] {
	const out = [];

	for (let i = 0; i + 1 < list.length; i += 2)
		out.push({ type: list[i]!, value: list[i + 1]! });
	return out;
}

function decidedOf(d: RawDetection[15]): Decided | null {
	return d && { mark: d[0], aside: d[1], tags: d[2], lines: d[3] };
}

function timelineOf(raw: Raw, c: Case): Timeline | null {
	const t = raw.timeline;
	const name = (i: number | null) => (i === null ? null : raw.hosts[i] ?? "");

	if (!t)
		return null;
	return {
		from: parseTime(t.from), to: parseTime(t.to), bins: t.bins, lanes: t.lanes.map(name),
		cells: t.cells.map(([lane, bin, level, count, d, g]) => ({
			lane, bin, level, count,
			detection: d === null ? null : c.detections[d] ?? null,
			group: g === null ? null : c.groups[g] ?? null,
		})),
		strips: t.strips.map((s) => {
			const runs: [number, number][] = [];

			for (let i = 1; i + 1 < s.length; i += 2)
				runs.push([s[i]!, s[i + 1]!]);
			return { host: name(s[0] ?? null), runs };
		}),
	};
}

export function load(): Case | null {
	const text = document.getElementById("data")?.textContent;

	if (!text)
		return null;
	const raw = JSON.parse(text) as Raw;
	const c: Case = { arg: raw.case, total: raw.total, groups: [], detections: [],
		byId: new Map(), timeline: null };

	c.groups = raw.groups.map((g, index) =>
		({ ...g, index, host: raw.hosts[g.host] ?? "", detections: [] }));
	raw.detections.forEach((r, index) => {
		const group = c.groups[r[2]]!;
		const [path, sha256] = raw.sources[r[3]] ?? ["", ""];
		const d: Detection = {
			index, id: r[0], time: r[1], ms: r[1] === null ? NaN : parseTime(r[1]), group,
			path, sha256, record: r[4], line: r[5], offset: r[6], summary: r[7],
			copies: r[8], original: r[9], flags: r[10], channel: r[11], eventId: r[12],
			hostWhy: r[13], entities: pairs(r[14]), decided: decidedOf(r[15]),
		};

		group.detections.push(d);
		c.detections.push(d);
		c.byId.set(d.id, d);
	});
	c.timeline = timelineOf(raw, c);
	return c;
}

export function citation(d: Detection): string {
	const source = /^0*$/.test(d.sha256) ? "source not hashed" : "source sha256:" + d.sha256;

	if (d.record)
		return `${source} record ${d.record}`;
	return d.line ? `${source} line ${d.line}` : `${source} offset ${d.offset}`;
}

// One word for a shell; null when it has characters that are better not pasted.
export function shellWord(s: string): string | null {
	if (/[^\x20-\x7e]/.test(s))
		return null;
	return /^[\w./:@,+][\w./:@,+-]*$/.test(s) ? s : "'" + s.replace(/'/g, "'\\''") + "'";
}

// ---- original records: deflated, masked, base64; see report_pack.c ----

interface Streams {
	DecompressionStream?: new (format: string) => ReadableWritablePair<Uint8Array, Uint8Array>;
}

const unpacked = new Map<Group, Promise<{ text: string; of?: number }[]>>();

async function unpack(packed: string): Promise<{ text: string; of?: number }[]> {
	const make = (globalThis as Streams).DecompressionStream;
	const bytes = Uint8Array.from(atob(packed), (ch) => ch.charCodeAt(0) ^ 0x5a);

	if (!make)
		throw new Error("this browser cannot unpack it");
	const stream = new Blob([bytes]).stream().pipeThrough(new make("deflate"));

	return JSON.parse(await new Response(stream).text());
}

export async function original(d: Detection): Promise<{ text: string; of?: number }> {
	const g = d.group;

	if (d.original === null || !g.originals)
		throw new Error("not in this file");
	if (!unpacked.has(g))
		unpacked.set(g, unpack(g.originals));
	const found = (await unpacked.get(g)!)[d.original];

	if (!found)
		throw new Error("not in this file");
	return found;
}
