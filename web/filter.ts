// The filter: words, and field=value with the meaning that the options of the same
// name have on the command line.
import { Detection, LEVELS, parseTime } from "./data";

type Test = (d: Detection) => boolean;

export interface Query {
	test: Test;
	rest: Test; // the same without from= and to=
	from: number; // NaN: none
	to: number;
	error: string;
}

const ENTITIES = ["address", "account", "session", "process", "file", "hash", "url", "domain",
	"agent", "service"];
export const FIELDS = ["host", "level", "rule", "source", "from", "to", "technique", "id",
	"channel", "event", "record", "mark", "tag", "decided", ...ENTITIES];

export function tokens(q: string): string[] {
	return q.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
}

export function quote(value: string): string {
	return /[\s"]/.test(value) || value === "" ? '"' + value.replace(/"/g, "?") + '"' : value;
}

// * any run, ? one character, no case.
function glob(pattern: string): (s: string) => boolean {
	const re = new RegExp("^" + pattern.replace(/[\\^$.|+()[\]{}]/g, "\\$&")
		.replace(/\*+/g, "[^]*").replace(/\?/g, "[^]") + "$", "i");

	return (s) => re.test(s);
}

const haystack = new Map<Detection, string>();

function textOf(d: Detection): string {
	let s = haystack.get(d);

	if (s === undefined) {
		s = [d.summary, d.group.title, d.group.rule, d.group.host, d.path, d.channel,
			d.group.techniques, d.id, ...d.entities.map((e) => e.value),
			...(d.decided?.lines ?? []).map((l) => l[1])].join("\n").toLowerCase();
		haystack.set(d, s);
	}
	return s;
}

function levelTest(value: string): Test | string {
	const at = LEVELS.findIndex((l) => l === value.toLowerCase() || (l === "informational" && value === "info"));

	return at < 0 ? `no such level: ${value} (there are ${LEVELS.join(", ")})` : (d) => d.group.level >= at;
}

function decidedTest(value: string): Test | string {
	switch (value.toLowerCase()) {
	case "yes": return (d) => d.decided !== null;
	case "no": return (d) => d.decided === null;
	case "set-aside": return (d) => d.decided?.aside === 1;
	}
	return `not decided=${value}, but yes, no or set-aside`;
}

function fieldTest(field: string, value: string): Test | string {
	const is = glob(value);

	switch (field) {
	case "host": return (d) => is(d.group.host) || is(d.group.host.split(".")[0] ?? "");
	case "level": return levelTest(value);
	case "rule": return (d) => d.group.rule.toLowerCase() === value.toLowerCase() || is(d.group.title);
	case "source": return (d) => is(d.path);
	case "technique": return (d) => d.group.techniques.split(" ").some((t) =>
		is(t) || t.toLowerCase().startsWith(value.toLowerCase() + "."));
	case "id": return (d) => d.id.startsWith(value.toLowerCase());
	case "mark": return (d) => (d.decided?.mark || "none") === value.toLowerCase();
	case "tag": return (d) => d.decided?.tags.some(is) ?? false;
	case "decided": return decidedTest(value);
	case "channel": return (d) => is(d.channel);
	case "event": return (d) => String(d.eventId) === value;
	case "record": return (d) => String(d.record || d.line) === value;
	}
	if (ENTITIES.includes(field))
		return (d) => d.entities.some((e) => e.type === field && is(e.value));
	return `no such field: ${field} (there are ${FIELDS.join(", ")})`;
}

export function compile(q: string): Query {
	const tests: Test[] = [];
	const out: Query = { test: () => true, rest: () => true, from: NaN, to: NaN, error: "" };

	for (const token of tokens(q)) {
		const m = /^(-?)([a-z]+)(!?=)([^]*)$/i.exec(token);
		const value = (m ? m[4]! : token.replace(/^-/, "")).replace(/"/g, "");
		const not = m ? (m[1] === "-") !== (m[3] === "!=") : token.startsWith("-") && token.length > 1;

		if (m && (m[2] === "from" || m[2] === "to")) {
			const at = parseTime(value);

			if (Number.isNaN(at))
				out.error = `not a time: ${value} (2025-07-18 or 2025-07-18T09:14:02Z)`;
			else if (m[2] === "from")
				out.from = at;
			else
				out.to = at;
			continue;
		}
		const t = m ? fieldTest(m[2]!.toLowerCase(), value)
			: ((d: Detection) => textOf(d).includes(value.toLowerCase()));

		if (typeof t === "string")
			out.error = t;
		else
			tests.push(not ? (d) => !t(d) : t);
	}
	out.rest = (d) => tests.every((t) => t(d));
	out.test = (d) => (Number.isNaN(out.from) || d.ms >= out.from) &&
		(Number.isNaN(out.to) || d.ms < out.to) && out.rest(d);
	return out;
}

// q with field=value in place of what it said of that field; null: nothing of it.
export function withField(q: string, field: string, value: string | null): string {
	const kept = tokens(q).filter((t) => !t.toLowerCase().startsWith(field + "="));

	if (value !== null)
		kept.push(`${field}=${quote(value)}`);
	return kept.join(" ");
}
