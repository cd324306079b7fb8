// Detections as a list that stays quick at ten thousand: in chunks, each built when it
// comes near the screen.
import { Case, citation, Detection, LEVELS, original, shellWord } from "./data";
import { button, copy, el, evidence, level, visible } from "./dom";

const CHUNK = 40;
const ROW_HEIGHT = 108; // a guess; each chunk takes its true height once built

export interface RowOptions {
	anchor: boolean; // carries the id that addresses point to
	group: boolean; // says level, rule and host too
	pivot: (field: string, value: string) => void;
}

function timeOf(d: Detection): HTMLElement {
	return d.time === null ? el("span", { class: "none" }, "no time")
		: el("time", { datetime: d.time }, d.time.replace("T", " ").replace("Z", ""));
}

function showCommand(c: Case, d: Detection): string {
	return `firebreak show ${shellWord(c.arg) ?? "CASE"} ${d.id.slice(0, 12)}`;
}

// An event's XML comes as one line: it is shown with an element a line, without a
// character more or less in it.
function lines(text: string): Node[] {
	if (!text.startsWith("<Event") || text.includes("\n"))
		return [evidence(text, true)];
	const parts = text.split(/>(?=<[^/])/);

	return parts.map((p, i) => el("span", { class: "ln" },
		evidence(i + 1 < parts.length ? p + ">" : p, true)));
}

function openOriginal(c: Case, d: Detection, row: HTMLElement, b: HTMLButtonElement): void {
	const shown = row.querySelector("pre");

	if (shown) {
		shown.remove();
		b.setAttribute("aria-expanded", "false");
		return;
	}
	b.setAttribute("aria-expanded", "true");
	const pre = el("pre", { class: "original", tabindex: "0" }, "…");

	row.append(pre);
	original(d).then((o) => {
		pre.replaceChildren(...lines(o.text));
		if (o.of)
			pre.append(`\n\nCut here; the whole record: ${showCommand(c, d)}`);
	}, (e: Error) => {
		pre.textContent = `Cannot show it here (${e.message}). ${showCommand(c, d)}`;
	});
}

function flags(d: Detection): HTMLElement[] {
	const out = [];

	if (d.flags & 0x100)
		out.push("local time, zone not recorded");
	if (d.flags & 1)
		out.push("recovered record");
	if (d.flags & 2)
		out.push("damaged record");
	return out.map((t) => el("span", { class: "flag" }, t));
}

function decidedFlags(d: Detection): HTMLElement[] {
	const x = d.decided, out = [];

	if (!x)
		return [];
	if (x.mark)
		out.push(el("span", { class: "dm k-" + x.mark }, x.mark));
	if (x.aside)
		out.push(el("span", { class: "dm k-aside" }, x.aside === 1 ? "set aside" : "set-aside expired"));
	return [...out, ...x.tags.map((t) => el("span", { class: "dm k-tag" }, evidence(t)))];
}

function decidedLines(d: Detection): HTMLElement[] {
	return (d.decided?.lines ?? []).map(([what, text, by, at]) => el("div", { class: "dec" },
		...(text ? `${what}: ${text}` : what).split("\n").flatMap((l, i) => (i ? [el("br", {}), visible(l)] : [visible(l)])),
		" ", el("span", { class: "who" }, visible(by), ", ",
			el("time", { datetime: at }, at.replace("T", " ").replace("Z", "")))));
}

function entities(d: Detection, pivot: RowOptions["pivot"]): HTMLElement | null {
	if (d.entities.length === 0)
		return null;
	const box = el("div", { class: "ents" });

	for (const e of d.entities) {
		if (e.type === "host")
			continue;
		const b = button("", () => pivot(e.type, e.value));

		b.append(el("span", { class: "et" }, e.type), evidence(e.value));
		b.title = `Only detections with this ${e.type}`;
		b.className = "ent";
		box.append(b);
	}
	return box.childElementCount ? box : null;
}

export function row(c: Case, d: Detection, o: RowOptions): HTMLElement {
	const li = el("li", { class: "d" });
	const from = el("div", { class: "from" }, el("code", { class: "cite" }, citation(d)), " ",
		evidence(d.path));
	const tools = el("div", { class: "open" });

	if (o.anchor)
		li.id = "d-" + d.id;
	li.append(timeOf(d), ...flags(d), ...decidedFlags(d));
	if (o.group) {
		li.append(" ", level(LEVELS[d.group.level] ?? ""), " ",
			d.group.host ? evidence(d.group.host) : el("span", { class: "none" }, "unknown host"));
		li.append(el("div", { class: "rt" }, visible(d.group.title)));
	}
	li.append(el("div", { class: "sum" }, evidence(d.summary)), ...decidedLines(d));
	if (d.copies)
		from.append(` and in ${d.copies} more ${d.copies === 1 ? "copy" : "copies"}`);
	if (d.hostWhy)
		from.append(" host: ", evidence(d.hostWhy));
	const ents = entities(d, o.pivot);

	if (ents)
		li.append(ents);
	li.append(from, tools);
	if (d.original !== null && d.group.originals) {
		const b = button("Original record", (me) => openOriginal(c, d, li, me));

		b.setAttribute("aria-expanded", "false");
		tools.append(b, " ");
	}
	tools.append(button("Copy citation", (b) => {
		void copy(citation(d)).then((done) => {
			b.textContent = done ? "Copied" : "Select and copy it above";
			setTimeout(() => { b.textContent = "Copy citation"; }, 1600);
		});
	}));
	if (d.original === null || !d.group.originals)
		tools.append(el("code", { class: "cmd" }, showCommand(c, d)));
	return li;
}

export class LongList {
	private items: Detection[] = [];
	private chunks: HTMLElement[] = [];
	private watch: IntersectionObserver;

	constructor(private box: HTMLElement, private c: Case, private options: RowOptions) {
		this.watch = new IntersectionObserver((entries) => {
			for (const e of entries)
				if (e.isIntersecting)
					this.build(e.target as HTMLElement);
		}, { rootMargin: "1500px 0px" });
	}

	show(items: Detection[]): void {
		this.watch.disconnect();
		this.items = items;
		this.chunks = [];
		for (let at = 0; at < items.length; at += CHUNK) {
			const ol = el("ol", { class: "ds chunk", start: String(at + 1) });
			const n = Math.min(CHUNK, items.length - at);

			ol.style.minHeight = `${n * ROW_HEIGHT}px`;
			ol.style.setProperty("contain-intrinsic-size", `auto ${n * ROW_HEIGHT}px`);
			this.chunks.push(ol);
		}
		this.box.replaceChildren(...this.chunks);
		this.chunks.forEach((ol, i) => {
			if (i === 0)
				this.build(ol);
			else
				this.watch.observe(ol);
		});
	}

	private build(ol: HTMLElement): void {
		const at = this.chunks.indexOf(ol) * CHUNK;

		this.watch.unobserve(ol);
		if (ol.childElementCount || at < 0)
			return;
		ol.append(...this.items.slice(at, at + CHUNK).map((d) => row(this.c, d, this.options)));
		ol.style.minHeight = "";
	}

	// The row of d, built now if it was not; null: not in this list.
	reveal(d: Detection): HTMLElement | null {
		const at = this.items.indexOf(d);
		const ol = this.chunks[Math.floor(at / CHUNK)];

		if (at < 0 || !ol)
			return null;
		this.build(ol);
		return ol.children[at % CHUNK] as HTMLElement;
	}
}
