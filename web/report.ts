// The report's script. The page stands without it; with it the list filters and
// unpacks original records, and the timeline zooms. All state is in the address.
import { Case, Detection, Group, LEVELS, load } from "./data";
import { button, count, el, evidence, number } from "./dom";
import { compile, FIELDS, Query, withField } from "./filter";
import { LongList, row, RowOptions } from "./list";
import { Picture } from "./timeline";

interface View {
	q: string;
	byTime: boolean;
}

const iso = (ms: number) => new Date(ms).toISOString().replace(".000Z", "Z");

class Report {
	private view: View = { q: "", byTime: false };
	private query: Query = compile("");
	private matching = new Map<Group, Detection[]>();
	private input = el("input", { type: "search", id: "q", spellcheck: "false", autocomplete: "off",
		placeholder: "host=SP01 level=high text", "aria-describedby": "found" });
	private found = el("p", { id: "found", class: "found", "aria-live": "polite" });
	private flat = el("div", { id: "flat", hidden: "" });
	private grouped = document.getElementById("list")!;
	private order: HTMLButtonElement[] = [];
	private lists = new Map<Group, LongList>();
	private filled = new Map<Group, Detection[]>();
	private flatList: LongList;
	private picture: Picture | null = null;
	private options: RowOptions;

	constructor(private c: Case) {
		this.options = { anchor: true, group: false, pivot: (f, v) => this.add(f, v) };
		this.flatList = new LongList(this.flat, c, { ...this.options, group: true });
		this.grouped.after(this.flat);
		this.tools();
		this.groups();
		this.firstPage();
		const box = document.getElementById("tl");

		if (box && c.timeline)
			this.picture = new Picture(box, c, c.timeline, {
				range: (a, b) => this.range(a, b),
				go: (m) => this.goMark(m),
			});
		window.addEventListener("hashchange", () => this.follow());
		this.follow();
	}

	private tools(): void {
		const by = (text: string, byTime: boolean) => {
			const b = button(text, () => this.go({ ...this.view, byTime }));

			this.order.push(b);
			return b;
		};
		let timer = 0;

		this.input.addEventListener("input", () => {
			clearTimeout(timer);
			timer = window.setTimeout(() => this.go({ ...this.view, q: this.input.value }, true), 200);
		});
		document.getElementById("tools")?.append(
			el("label", { for: "q" }, "Filter"), this.input,
			button("Clear", () => this.go({ ...this.view, q: "" })),
			el("span", { class: "seg", role: "group", "aria-label": "Order" },
				by("By rule and host", false), by("In time order", true)),
			this.found,
			el("details", { class: "fold help" }, el("summary", {}, "What the filter understands"),
				el("p", {}, "Words are looked for in summary, rule, host, source and entities. ",
					el("code", {}, "field=value"), " tests a field, * and ? stand for any characters, ",
					el("code", {}, "-word"), " and ", el("code", {}, "field!=value"),
					" exclude, quotes keep blanks together. ", el("code", {}, "level=high"),
					" means high and above. The address of this page carries the filter."),
				el("p", {}, "Fields: ", el("code", {}, FIELDS.join(" ")))));
	}

	private detailsOf(g: Group): HTMLDetailsElement | null {
		return document.getElementById("g-" + g.index) as HTMLDetailsElement | null;
	}

	private groups(): void {
		for (const g of this.c.groups) {
			const e = this.detailsOf(g);

			e?.querySelector("ol.ds")?.replaceWith(el("div", { class: "rows" }));
			if (e && g.count <= g.detections.length)
				e.querySelector(".rest")?.remove();
			e?.addEventListener("toggle", () => {
				if (e.open)
					this.fill(g);
			});
		}
	}

	private firstPage(): void {
		for (const li of document.querySelectorAll<HTMLElement>("#first li.d")) {
			const d = this.c.byId.get(li.dataset["d"] ?? "");

			if (d)
				li.replaceWith(row(this.c, d, { ...this.options, anchor: false }));
		}
	}

	// The list of an open group, as the filter has it.
	private fill(g: Group): void {
		const e = this.detailsOf(g), box = e?.querySelector<HTMLElement>(".rows");

		if (!e || !box)
			return;
		if (!this.lists.has(g))
			this.lists.set(g, new LongList(box, this.c, this.options));
		const items = this.matching.get(g) ?? [];

		// Opening by script tells of itself later: what stands there stays.
		if (this.filled.get(g) === items)
			return;
		this.filled.set(g, items);
		this.lists.get(g)!.show(items);
		const rest = e.querySelector(".rest");

		if (rest && !rest.classList.contains("said")) {
			rest.classList.add("said");
			rest.firstChild?.replaceWith(`${number(g.detections.length)} of ${number(g.count)} are in this page. All: `);
		}
	}

	// ---- state ----

	private go(v: View, typed = false): void {
		const parts = [];

		if (v.q)
			parts.push("q=" + encodeURIComponent(v.q));
		if (v.byTime)
			parts.push("by=time");
		const hash = "#" + (parts.length ? parts.join("&") : "by=rule");

		// Typing does not fill the history, and nothing jumps.
		if (typed)
			history.replaceState(null, "", hash);
		else
			history.pushState(null, "", hash);
		this.apply(v, typed);
	}

	private add(field: string, value: string): void {
		this.go({ ...this.view, q: withField(this.view.q, field, value) });
		document.getElementById("detections")?.scrollIntoView();
	}

	private range(from: number, to: number): void {
		// Whole seconds are fine enough for all but the shortest.
		const unit = to - from > 120_000 ? 1000 : 1;
		const q = withField(this.view.q, "from",
			Number.isNaN(from) ? null : iso(Math.floor(from / unit) * unit));

		this.go({ ...this.view, q: withField(q, "to",
			Number.isNaN(to) ? null : iso(Math.ceil(to / unit) * unit)) });
	}

	private follow(): void {
		const hash = location.hash.slice(1);
		const d = /^d-[0-9a-f]+$/.test(hash) ? this.c.byId.get(hash.slice(2)) : undefined;
		const g = /^g-\d+$/.test(hash) ? this.c.groups[+hash.slice(2)] : undefined;
		const v: View = { q: "", byTime: false };

		if (d || g) {
			this.apply(this.view, false);
			this.reveal(d ? d.group : g!, d ?? null);
			return;
		}
		// A place in the page: the view stays as it is.
		if (hash !== "" && !hash.includes("=")) {
			this.apply(this.view, false);
			return;
		}
		for (const part of location.hash.slice(1).split("&")) {
			if (part === "by=time")
				v.byTime = true;
			else if (part.startsWith("q="))
				v.q = safeDecode(part.slice(2));
		}
		this.apply(v, false);
		if (v.q || v.byTime)
			document.getElementById("detections")?.scrollIntoView();
	}

	private reveal(g: Group, d: Detection | null): void {
		let e: HTMLElement | null;

		if (d && !this.query.test(d))
			this.apply({ ...this.view, q: "" }, false);
		if (this.view.byTime && d) {
			e = this.flatList.reveal(d);
		} else {
			if (this.view.byTime || !this.matching.get(g)?.length)
				this.apply({ q: "", byTime: false }, false);
			const box = this.detailsOf(g);

			if (!box)
				return;
			box.open = true;
			box.closest("details.dull")?.setAttribute("open", "");
			this.fill(g);
			e = d ? this.lists.get(g)?.reveal(d) ?? box : box;
		}
		e?.scrollIntoView({ block: d ? "center" : "start" });
		document.querySelector(".target")?.classList.remove("target");
		e?.classList.add("target");
	}

	private goMark(m: { detection: Detection | null; group: Group | null; count: number; level: number;
		from: number; to: number; host: string | null }): void {
		if (m.count === 1 && m.detection) {
			location.hash = "#d-" + m.detection.id;
			return;
		}
		let q = withField(this.view.q, "from", iso(Math.floor(m.from)));

		q = withField(q, "to", iso(Math.ceil(m.to)));
		if (m.host)
			q = withField(q, "host", m.host);
		if (m.level > 1)
			q = withField(q, "level", LEVELS[m.level]!);
		this.go({ q, byTime: true });
		document.getElementById("detections")?.scrollIntoView();
	}

	private apply(v: View, typed: boolean): void {
		let n = 0;

		this.view = v;
		this.query = compile(v.q);
		if (!typed)
			this.input.value = v.q;
		this.order[0]?.setAttribute("aria-pressed", String(!v.byTime));
		this.order[1]?.setAttribute("aria-pressed", String(v.byTime));
		for (const g of this.c.groups) {
			const hits = g.detections.filter(this.query.test);
			const e = this.detailsOf(g);

			n += hits.length;
			this.matching.set(g, hits);
			if (!e)
				continue;
			e.hidden = hits.length === 0 && v.q !== "";
			const shown = e.querySelector(".n");

			shown?.replaceChildren(v.q ? `${number(hits.length)} of ${number(g.count)}` : number(g.count),
				v.q ? "" : el("span", { class: "x" }, "×"));
			if (e.open && !v.byTime && !e.hidden)
				this.fill(g);
		}
		// What noise lists fold opens for a filter that finds something in it.
		for (const dull of document.querySelectorAll<HTMLDetailsElement>("details.dull")) {
			dull.hidden = v.q !== "" && !dull.querySelector("details.g:not([hidden])");
			if (v.q)
				dull.open = true;
		}
		this.grouped.hidden = v.byTime;
		this.flat.hidden = !v.byTime;
		this.flatList.show(v.byTime ? this.c.detections.filter(this.query.test).sort((a, b) =>
			(Number.isNaN(a.ms) ? Infinity : a.ms) - (Number.isNaN(b.ms) ? Infinity : b.ms) || a.index - b.index) : []);
		this.say(n);
		this.picture?.show(this.query.from, this.query.to, this.query.rest);
	}

	private say(n: number): void {
		this.found.classList.toggle("bad", this.query.error !== "");
		if (this.query.error) {
			this.found.replaceChildren("Not understood: ", evidence(this.query.error));
			return;
		}
		const of = this.c.total > this.c.detections.length
			? `${number(this.c.detections.length)} that this page carries (of ${count(this.c.total, "detection")})`
			: count(this.c.total, "detection");

		this.found.textContent = this.view.q ? `${number(n)} of ${of}` : of;
	}
}

function safeDecode(s: string): string {
	try {
		return decodeURIComponent(s);
	} catch {
		return s;
	}
}

function start(): void {
	const c = load();

	if (!c)
		return;
	document.documentElement.classList.add("js");
	new Report(c);
	// On paper the first page stands open.
	window.addEventListener("beforeprint", () => {
		for (const e of document.querySelectorAll<HTMLDetailsElement>("#first details"))
			e.open = true;
	});
}

start();
