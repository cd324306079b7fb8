// Making elements. Text is only ever set as text; the page's policy (trusted types)
// forbids everything else.

type Child = Node | string | null;

export function el<K extends keyof HTMLElementTagNameMap>(
	name: K, attrs: Record<string, string> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
	const e = document.createElement(name);

	for (const [k, v] of Object.entries(attrs))
		e.setAttribute(k, v);
	for (const c of children)
		if (c !== null)
			e.append(c);
	return e;
}

export function svg(name: string, attrs: Record<string, string | number> = {}, text = ""): SVGElement {
	const e = document.createElementNS("http://www.w3.org/2000/svg", name);

	for (const [k, v] of Object.entries(attrs))
		e.setAttribute(k, String(v));
	if (text)
		e.textContent = text;
	return e;
}

// What steers or hides text, as in show/text.c, which makes it visible the same way.
const unsafe = new RegExp(
	"[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f" +
	"\\ue000-\\uf8ff\\ufeff\\ufff0-\\ufffb\\ufffe\\uffff\\ud800-\\udfff\\u{1bca0}-\\u{1bca3}" +
	"\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{10ffff}]", "gu");

function escape(ch: string): string {
	const named: Record<number, string> = { 9: "\\t", 10: "\\n", 13: "\\r" };
	const cp = ch.codePointAt(0)!;

	return named[cp] ??
		(cp < 0x100 ? "\\x" + cp.toString(16).padStart(2, "0") : "\\u{" + cp.toString(16) + "}");
}

export function visible(s: string): string {
	return s.replace(unsafe, escape);
}

// A value of evidence. lines: line feeds and tabs stay.
export function evidence(s: string, lines = false): HTMLElement {
	const e = el("bdi", { class: "ev" });
	let at = 0;

	for (const m of s.matchAll(unsafe)) {
		if (lines && (m[0] === "\n" || m[0] === "\t" || (m[0] === "\r" && s[m.index! + 1] === "\n")))
			continue;
		e.append(s.slice(at, m.index), el("span", { class: "cc" }, escape(m[0]!)));
		at = m.index! + m[0]!.length;
	}
	e.append(s.slice(at));
	return e;
}

export function number(v: number): string {
	return String(v).replace(/\B(?=(\d{3})+$)/g, ",");
}

export function count(v: number, noun: string): string {
	return `${number(v)} ${noun}${v === 1 ? "" : "s"}`;
}

export function level(name: string): HTMLElement {
	const pic = svg("svg", { class: "mk", width: 14, height: 14, viewBox: "-7 -7 14 14",
		"aria-hidden": "true" });

	pic.append(svg("use", { href: "#s-" + name }));
	return el("span", { class: "lv l-" + name }, pic as unknown as Node, name);
}

export function button(text: string, press: (b: HTMLButtonElement) => void): HTMLButtonElement {
	const b = el("button", { type: "button" }, text);

	b.addEventListener("click", () => press(b));
	return b;
}

export async function copy(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		const area = el("textarea", { class: "off", "aria-hidden": "true" });
		let done = false;

		area.value = text;
		document.body.append(area);
		area.select();
		try {
			done = document.execCommand("copy");
		} catch {
			done = false;
		}
		area.remove();
		return done;
	}
}
