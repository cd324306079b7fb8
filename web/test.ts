// Tests of what the report's script computes, run by node; what it shows is looked at.
import { citation, Detection, Group, original, parseTime, shellWord } from "./data";
import { number, visible } from "./dom";
import { compile, withField } from "./filter";

let failed = 0, passed = 0;

function same(what: string, got: unknown, want: unknown): void {
	if (Object.is(got, want)) {
		passed++;
	} else {
		failed++;
		console.log(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
	}
}

function detection(o: Partial<Detection>, g: Partial<Group>): Detection {
	const group: Group = { index: 0, rule: "r-1", title: "Web server process starts a shell", level: 4,
		kind: "sigma", techniques: "T1059.003 T1505.003", host: "SP01.corp.example", count: 1,
		detections: [], ...g };
	const d = { index: 0, id: "abcdef", time: "2025-07-18T09:14:02.1234567Z", group, path: "ev/Sysmon.evtx",
		sha256: "ab".repeat(32), record: 4711, line: 0, offset: 4096, summary: "w3wp.exe started cmd.exe",
		copies: 0, original: null, flags: 0, channel: "Security", eventId: 4688, hostWhy: "",
		entities: [{ type: "account", value: "CORP\\svc" }, { type: "address", value: "203.0.113.77" }],
		decided: null, ms: 0, ...o };

	d.ms = d.time === null ? NaN : parseTime(d.time);
	return d;
}

function filters(): void {
	const d = detection({}, {});
	const cases: [string, boolean][] = [
		["", true], ["w3wp", true], ["W3WP cmd", true], ["w3wp nothing", false], ["-w3wp", false],
		["host=SP01", true], ["host=sp01.corp.*", true], ["host=SP0", false], ["host!=SP01", false],
		["-host=DC01", true], ["level=high", true], ["level=critical", true], ["rule=r-1", true],
		["rule=r-", false], ['rule="*starts a shell"', true], ["source=*sysmon*", true],
		["technique=T1059", true], ["technique=T1505.003", true], ["technique=T105", false],
		["account=corp\\svc", true], ["account=*svc", true], ["address=203.0.113.7?", true],
		["address=203.0.113.7", false], ["from=2025-07-18T09:14:02Z", true],
		["from=2025-07-18T09:14:03Z", false], ["to=2025-07-18T09:14:02Z", false],
		["to=2025-07-19", true], ["event=4688 record=4711", true], ["event=468", false],
		["id=abc", true], ['"started cmd"', true], [".*", false], ["host=[a-z]*", false],
	];

	for (const [q, want] of cases)
		same(`filter ${q}`, compile(q).test(d), want);
	const x = detection({ decided: { mark: "benign", aside: 1, tags: ["scan"], lines: [["benign", "our Scanner", "a", "2026"]] } }, {});

	for (const [q, want] of [["mark=benign", true], ["mark=none", false], ["mark!=malicious", true], ["tag=sc*", true],
		["tag=s", false], ["decided=yes", true], ["decided=no", false], ["decided=set-aside", true],
		["scanner", true]] as [string, boolean][])
		same(`decided ${q}`, compile(q).test(x), want);
	same("undecided mark", compile("mark=none").test(d), true);
	same("undecided aside", compile("decided=set-aside").test(d), false);
	same("decided=what", compile("decided=so").error.startsWith("not decided=so"), true);
	same("lower level", compile("level=high").test(detection({}, { level: 2 })), false);
	same("no time", compile("from=2025-01-01").test(detection({ time: null }, {})), false);
	same("no such field", compile("hots=SP01").error.startsWith("no such field: hots"), true);
	same("no such level", compile("level=severe").error.startsWith("no such level: severe"), true);
	same("no time given", compile("from=yesterday").error.startsWith("not a time"), true);
	same("replaces", withField("x from=2025-07-18 y", "from", "2025-07-19"), "x y from=2025-07-19");
	same("removes", withField('from=2025 "a b"', "from", null), '"a b"');
	same("quotes", withField("", "rule", "a b"), 'rule="a b"');
}

function texts(): void {
	same("time", parseTime("2025-07-18T09:14:02.1234567Z"), Date.UTC(2025, 6, 18, 9, 14, 2, 123));
	same("date", parseTime("2025-07-18"), Date.UTC(2025, 6, 18));
	same("not a time", parseTime("18.07.2025"), NaN);
	same("number", number(1234567), "1,234,567");
	same("controls", visible("a\x1b[31m\0\u202eb\u200b\r\n\t\x9b"), "a\\x1b[31m\\x00\\u{202e}b\\u{200b}\\r\\n\\t\\x9b");
	same("word", shellWord("a-b.c"), "a-b.c");
	same("quoted", shellWord("a b'; rm"), "'a b'\\''; rm'");
	same("option", shellWord("-rf"), "'-rf'");
	same("not pasted", shellWord("a\u202eb"), null);
	same("record", citation(detection({}, {})), `source sha256:${"ab".repeat(32)} record 4711`);
	same("line", citation(detection({ record: 0, line: 12 }, {})), `source sha256:${"ab".repeat(32)} line 12`);
}

async function originals(): Promise<void> {
	// [{"text":"<a>\u001b"}] as report_pack.c packs it.
	const packed = "IoDR9AxwE/dyC+gI0HNvamoUFF4J83qIahPzbExa8lxTtw==";
	const d = detection({ original: 0 }, { originals: packed });
	const o = await original(d).catch((e: Error) => ({ text: "failed: " + e.message }));

	same("original", o.text, "<a>\x1b");
	same("none", await original(detection({ original: 3 }, { originals: packed })).catch((e: Error) => e.message),
		"not in this file");
}

async function all(): Promise<void> {
	filters();
	texts();
	await originals();
	console.log(`${passed} passed, ${failed} failed`);
	if (failed)
		throw new Error("failed");
}

void all();
