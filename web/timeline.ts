// The timeline again, as svg.c draws it, for any part of its period: brush to zoom,
// hover or focus for what a mark stands for.
import { Case, Detection, Group, LEVELS, Timeline } from "./data";
import { button, count, el, svg, visible } from "./dom";

const COLUMNS = 120;
const AXIS_H = 26;
const LANE_LABEL = 13;
const ROW_H = 14;
const STRIP_H = 26;
const STRIPS_TITLE = 30;
const ROWS = [3, 3, 2, 1, 0]; // the row of each level; low and informational share one
const STEPS = [1, 5, 15, 60, 120, 300, 600, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400,
	2 * 86400, 7 * 86400, 14 * 86400];
const MONTHS = [1, 3, 6, 12, 24, 60, 120, 600]; // where days are too fine
const MONTH = 2629746; // seconds, on average
const LEAST = 1000; // ms; nothing is to be seen below

interface Point {
	lane: number;
	ms: number;
	level: number;
	count: number;
	detection: Detection | null;
	group: Group | null;
}

interface Mark extends Point {
	groups: Set<Group>;
}

export interface Hooks {
	range: (from: number, to: number) => void; // NaN, NaN: all of it
	go: (mark: { detection: Detection | null; group: Group | null; count: number; level: number;
		from: number; to: number; host: string | null }) => void;
}

export class Picture {
	private from: number;
	private to: number;
	private points: Point[];
	private used: boolean[][]; // by lane: rows that have marks
	private tops: number[] = [];
	private lanesEnd = AXIS_H;
	private whole: boolean; // every detection is here: exact times, and the filter counts
	private tip = el("div", { class: "tip", hidden: "" });
	private said = el("span", { class: "range" });

	constructor(private box: HTMLElement, private c: Case, private t: Timeline, private hooks: Hooks) {
		this.from = t.from;
		this.to = t.to;
		this.whole = c.total === c.detections.length;
		this.points = this.whole ? this.exact() : this.binned();
		this.used = t.lanes.map(() => [false, false, false, false]);
		for (const cell of t.cells)
			this.used[cell.lane]![ROWS[cell.level]!] = true;
		for (const rows of this.used) {
			this.tops.push(this.lanesEnd);
			this.lanesEnd += LANE_LABEL + 8 + ROW_H * rows.filter((u) => u).length;
		}
		box.before(this.controls());
		box.tabIndex = 0;
		box.setAttribute("aria-label",
			"Timeline; plus and minus zoom, arrows move, 0 shows all; on a mark, arrows go to the next mark");
		box.setAttribute("role", "group");
		box.addEventListener("keydown", (e) => this.key(e));
		this.brush();
		this.draw(() => true);
	}

	private exact(): Point[] {
		const lane = new Map(this.t.lanes.map((h, i) => [h, i]));

		return this.c.detections.filter((d) => d.ms >= this.t.from && d.ms <= this.t.to).map((d) => ({
			lane: lane.get(d.group.host) ?? this.t.lanes.length - 1, ms: d.ms, level: d.group.level,
			count: 1, detection: d, group: d.group,
		}));
	}

	private binned(): Point[] {
		const width = (this.t.to - this.t.from) / this.t.bins;

		return this.t.cells.map((c) => ({
			...c, ms: c.count === 1 && c.detection ? c.detection.ms : this.t.from + (c.bin + 0.5) * width,
		}));
	}

	private controls(): HTMLElement {
		return el("div", { class: "tltools" },
			button("Zoom in", () => this.zoom(0.5)), button("Zoom out", () => this.zoom(2)),
			button("Earlier", () => this.move(-0.5)), button("Later", () => this.move(0.5)),
			button("Whole period", () => this.hooks.range(NaN, NaN)), this.said);
	}

	private ask(from: number, to: number): void {
		const width = Math.max(to - from, LEAST);
		let a = Math.max(this.t.from, from);
		const b = Math.min(this.t.to, a + width);

		a = Math.max(this.t.from, b - width);
		if (a <= this.t.from && b >= this.t.to)
			this.hooks.range(NaN, NaN);
		else
			this.hooks.range(Math.floor(a), Math.ceil(b));
	}

	private zoom(factor: number): void {
		const mid = (this.from + this.to) / 2, half = (this.to - this.from) / 2 * factor;

		this.ask(mid - half, mid + half);
	}

	private move(share: number): void {
		const by = (this.to - this.from) * share;

		this.ask(this.from + by, this.to + by);
	}

	private key(e: KeyboardEvent): void {
		const todo: Record<string, () => void> = {
			"+": () => this.zoom(0.5), "=": () => this.zoom(0.5), "-": () => this.zoom(2),
			ArrowLeft: () => this.move(-0.25), ArrowRight: () => this.move(0.25),
			"0": () => this.hooks.range(NaN, NaN),
		};

		if (e.ctrlKey || e.metaKey || e.altKey || !todo[e.key])
			return;
		if (e.target !== this.box && e.key.startsWith("Arrow")) {
			this.step(e.target as Element, e.key === "ArrowRight" ? 1 : -1);
			e.preventDefault();
			return;
		}
		e.preventDefault();
		todo[e.key]!();
		this.box.focus();
	}

	// One mark is a tab stop; arrows lead from it to the others.
	private step(from: Element, by: number): void {
		const marks = [...this.box.querySelectorAll<SVGElement>(".m")];
		const to = marks[marks.indexOf(from as SVGElement) + by];

		if (!to)
			return;
		from.setAttribute("tabindex", "-1");
		to.setAttribute("tabindex", "0");
		to.focus();
	}

	private at(clientX: number): number {
		const r = this.box.getBoundingClientRect();
		const x = Math.min(Math.max((clientX - r.left) / r.width, 0), 1);

		return this.from + x * (this.to - this.from);
	}

	private brush(): void {
		const band = el("div", { class: "brush", hidden: "" });
		let start: number | null = null, dragged = false;

		this.box.append(band, this.tip);
		this.box.addEventListener("pointerdown", (e) => {
			if (e.button === 0) {
				start = e.clientX;
				dragged = false;
			}
		});
		this.box.addEventListener("pointermove", (e) => {
			if (start === null || Math.abs(e.clientX - start) < 6)
				return;
			if (!dragged)
				this.box.setPointerCapture(e.pointerId);
			dragged = true;
			const left = this.box.getBoundingClientRect().left;

			band.hidden = false;
			band.style.left = `${Math.min(e.clientX, start) - left}px`;
			band.style.width = `${Math.abs(e.clientX - start)}px`;
			this.say(this.at(Math.min(e.clientX, start)), this.at(Math.max(e.clientX, start)));
		});
		const end = (e: PointerEvent, done: boolean) => {
			if (start !== null && dragged && done)
				this.ask(this.at(Math.min(e.clientX, start)), this.at(Math.max(e.clientX, start)));
			start = null;
			band.hidden = true;
		};

		this.box.addEventListener("pointerup", (e) => end(e, true));
		this.box.addEventListener("pointercancel", (e) => end(e, false));
		this.box.addEventListener("dragstart", (e) => e.preventDefault());
		// A drag that ends on a mark is no click on it.
		this.box.addEventListener("click", (e) => {
			if (dragged) {
				e.preventDefault();
				e.stopPropagation();
			}
			dragged = false;
		}, true);
	}

	private say(from: number, to: number): void {
		const all = from === this.t.from && to === this.t.to;

		this.said.textContent = all ? "" : `${stamp(from)} to ${stamp(to)}`;
	}

	// Shows from..to (NaN: all) of the detections that pass.
	show(from: number, to: number, pass: (d: Detection) => boolean): void {
		this.from = Number.isNaN(from) ? this.t.from : Math.max(from, this.t.from);
		this.to = Number.isNaN(to) ? this.t.to : Math.min(to, this.t.to);
		if (this.to - this.from < LEAST) {
			this.from = this.t.from;
			this.to = this.t.to;
		}
		this.draw(pass);
	}

	private x(ms: number): number {
		return 100 * (ms - this.from) / (this.to - this.from);
	}

	private draw(pass: (d: Detection) => boolean): void {
		const height = this.lanesEnd + (this.t.strips.length ? STRIPS_TITLE + this.t.strips.length * STRIP_H : 0) + 4;
		const pic = svg("svg", { id: "picture", class: "tlsvg", width: "100%", height, role: "group",
			"aria-label": "Detections by host and time" });

		this.tip.hidden = true;
		this.say(this.from, this.to);
		this.t.lanes.forEach((_, i) => pic.append(svg("rect", { class: i % 2 ? "lane odd" : "lane",
			x: 0, y: this.tops[i]!, width: "100%",
			height: (this.tops[i + 1] ?? this.lanesEnd) - this.tops[i]! })));
		this.axis(pic, height - 4);
		const marks = this.gather(pass);

		this.t.lanes.forEach((host, i) => {
			const top = this.tops[i]!;

			pic.append(label("ll", host, top + LANE_LABEL));
			for (const l of LEVELS.keys()) {
				const above = this.used[i]!.slice(0, ROWS[l]).filter((u) => u).length;

				this.row(pic, marks.filter((m) => m.lane === i && m.level === l),
					top + LANE_LABEL + above * ROW_H + 11, host);
			}
		});
		this.strips(pic, this.lanesEnd);
		this.box.querySelector("svg")?.remove();
		this.box.prepend(pic);
		pic.querySelector(".m")?.setAttribute("tabindex", "0");
	}

	private gather(pass: (d: Detection) => boolean): Mark[] {
		const by = new Map<number, Mark>();

		for (const p of this.points) {
			if (p.ms < this.from || p.ms > this.to || (this.whole && !pass(p.detection!)))
				continue;
			const column = Math.min(COLUMNS - 1, Math.floor(this.x(p.ms) / 100 * COLUMNS));
			const key = (p.lane * 8 + p.level) * 1024 + column;
			const m = by.get(key);

			if (!m) {
				by.set(key, { ...p, groups: new Set(p.group ? [p.group] : []) });
				continue;
			}
			m.count += p.count;
			m.detection ??= p.detection;
			m.group ??= p.group;
			if (p.group)
				m.groups.add(p.group);
		}
		return [...by.values()].sort((a, b) => a.ms - b.ms);
	}

	private row(pic: SVGElement, marks: Mark[], y: number, host: string | null): void {
		let free = 0;

		marks.forEach((m, i) => {
			const x = this.x(m.ms), next = marks[i + 1];
			const tech = m.group?.techniques.split(" ")[0] ?? "";

			pic.append(this.mark(m, x, y, host));
			if (m.level < 3 || !tech || tech.length > 12 || x > 93 || x < free ||
			    (next && this.x(next.ms) - x < 7.5))
				return;
			pic.append(svg("text", { class: "mt", x: `${x.toFixed(3)}%`, y: y + 4, dx: 9 }, tech));
			free = x + 7.5;
		});
	}

	private mark(m: Mark, x: number, y: number, host: string | null): SVGElement {
		const width = (this.to - this.from) / COLUMNS;
		const from = this.from + Math.min(COLUMNS - 1, Math.floor(x / 100 * COLUMNS)) * width;
		const words = describe(m, host);
		const a = svg("a", {
			class: `m l-${LEVELS[m.level]}${m.count > 1 ? " many" : ""}`,
			href: m.detection ? "#d-" + m.detection.id : m.group ? "#g-" + m.group.index : "#detections",
			"aria-label": words.join(", "), tabindex: -1,
		});
		const show = () => {
			this.tip.replaceChildren(...words.map((w, i) => el(i ? "div" : "strong", {}, w)));
			this.tip.hidden = false;
			const wide = this.box.clientWidth, left = x / 100 * wide;

			this.tip.style.left = `${Math.max(0, Math.min(left + 10, wide - this.tip.offsetWidth - 2))}px`;
			this.tip.style.top = `${y + 14}px`;
		};

		a.append(svg("use", { href: "#s-" + LEVELS[m.level], x: `${x.toFixed(3)}%`, y }));
		a.addEventListener("pointerenter", show);
		a.addEventListener("focus", show);
		a.addEventListener("pointerleave", () => { this.tip.hidden = true; });
		a.addEventListener("blur", () => { this.tip.hidden = true; });
		a.addEventListener("click", (e) => {
			e.preventDefault();
			this.hooks.go({ ...m, from, to: from + width, host });
		});
		return a;
	}

	private axis(pic: SVGElement, bottom: number): void {
		const span = (this.to - this.from) / 1000;
		const step = (STEPS.find((s) => span / s <= 7) ?? 0) * 1000;
		const month = step ? 0 : MONTHS.find((m) => span / MONTH / m <= 7) ?? 600;
		const after = (ms: number) => {
			const d = new Date(ms);

			return step ? (Math.floor(ms / step) + 1) * step : Date.UTC(0,
				Math.floor((d.getUTCFullYear() * 12 + d.getUTCMonth()) / month + 1) * month - 1900 * 12);
		};
		let n = 0;

		for (let ms = after(this.from); ms < this.to; ms = after(ms), n++) {
			const x = this.x(ms), at = `${x.toFixed(3)}%`;
			const iso = new Date(ms).toISOString();

			pic.append(svg("line", { class: "tick", x1: at, x2: at, y1: AXIS_H - 6, y2: bottom }));
			if (x > 96 || x < 2)
				continue;
			pic.append(svg("text", { class: n % 2 ? "tl odd" : "tl", x: at, y: 14 },
				month ? iso.slice(0, month % 12 ? 7 : 4) : step >= 86400000 ? iso.slice(0, 10)
					: n === 0 || ms % 86400000 === 0 ? iso.slice(5, 10) + " " + iso.slice(11, 16)
						: step < 60000 ? iso.slice(11, 19) : iso.slice(11, 16)));
		}
	}

	private strips(pic: SVGElement, top: number): void {
		const width = (this.t.to - this.t.from) / this.t.bins;

		if (!this.t.strips.length)
			return;
		pic.append(svg("text", { class: "st", x: 0, y: top + 20, dx: 6 }, "Recorded events"));
		this.t.strips.forEach((s, i) => {
			const y = top + STRIPS_TITLE + i * STRIP_H;

			pic.append(svg("rect", { class: "sb", x: 0, y: y + 15, width: "100%", height: 7 }));
			for (const [first, last] of s.runs) {
				const a = Math.max(0, this.x(this.t.from + first * width));
				const b = Math.min(100, this.x(this.t.from + (last + 1) * width));

				if (b > a)
					pic.append(svg("rect", { class: "sr", x: `${a.toFixed(3)}%`, y: y + 15,
						width: `${(b - a).toFixed(3)}%`, height: 7 }));
			}
			pic.append(label("sl", s.host, y + 11));
		});
	}
}

function stamp(ms: number): string {
	return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

function label(cls: string, host: string | null, y: number): SVGElement {
	const name = host === null ? "further hosts" : visible(host) || "unknown host";

	return svg("text", { class: cls, x: 0, y, dx: 6 }, name.length > 40 ? name.slice(0, 39) + "…" : name);
}

// What a mark stands for, line by line.
function describe(m: Mark, host: string | null): string[] {
	const first = m.group ? visible(m.group.title) : "";
	const out = [m.count > 1 ? `${count(m.count, "detection")}, ${LEVELS[m.level]}` : LEVELS[m.level]!];

	if (first)
		out.push(m.groups.size > 1 ? `${first} and ${count(m.groups.size - 1, "other rule")}` : first);
	out.push((m.count > 1 ? "from " : "") + (m.detection?.time ?? stamp(m.ms) + "Z") +
		(host ? ", " + visible(host) : ""));
	if (m.group?.techniques)
		out.push(m.group.techniques);
	if (m.count === 1 && m.detection)
		out.push(visible(m.detection.summary).slice(0, 160));
	return out;
}
