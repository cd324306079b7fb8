#!/usr/bin/env python3
"""Each of SigmaHQ's webserver and proxy rules fires on a line that was made from the rule
itself, also with a character of its address percent-encoded and IIS's '+' for blanks, and stays silent on the same
line with one character changed.

  web_rules.py SIGMA_SCAN

From the rule's YAML values are chosen that satisfy its condition; a small evaluator of
its own says that they do, and that the changed ones do not. Both are written as two
lines of a W3C log (of a web server, or of a proxy) whose columns the rule asks for.
Rules are looked for at $FIREBREAK_CORPORA/sigma, or ../shared/corpora/sigma beside the
checkout; without them, or without PyYAML: skipped (status 77).
"""
import ipaddress
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

try:
    import yaml
    try:
        from re import _parser as sre_parse
    except ImportError:
        import sre_parse
except ImportError:
    print("skipped: no PyYAML")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPORA = pathlib.Path(os.environ.get("FIREBREAK_CORPORA", ROOT / "../shared/corpora")) / "sigma"

# The taxonomy's names, and the column that carries each.
COLUMN = {
    "cs-uri-query": "cs-uri-query", "c-uri-query": "cs-uri-query", "cs-uri-stem": "cs-uri-stem",
    "c-uri": "cs-uri", "cs-uri": "cs-uri", "c-useragent": "cs(User-Agent)",
    "cs-user-agent": "cs(User-Agent)", "cs-referer": "cs(Referer)", "cs-method": "cs-method",
    "cs-host": "cs-host", "cs-cookie": "cs(Cookie)", "sc-status": "sc-status",
    "cs-username": "cs-username", "dst_ip": "r-ip", "c-uri-extension": "cs-uri-extension",
    "cs-content-type": "cs(Content-Type)",
}
KEYWORDS = "keyword"


# ---- conditions ----

def parse(text, names):
    tokens = re.findall(r"\(|\)|[^\s()]+", text)

    def peek():
        return tokens[0].lower() if tokens else ""

    def either():
        kids = [both()]
        while peek() == "or":
            tokens.pop(0)
            kids.append(both())
        return ("or", kids) if len(kids) > 1 else kids[0]

    def both():
        kids = [one()]
        while peek() == "and":
            tokens.pop(0)
            kids.append(one())
        return ("and", kids) if len(kids) > 1 else kids[0]

    def one():
        word = tokens.pop(0)
        if word.lower() == "not":
            return ("not", one())
        if word == "(":
            node = either()
            tokens.pop(0)
            return node
        if peek() == "of":
            tokens.pop(0)
            pattern = tokens.pop(0)
            chosen = [n for n in names if pattern == "them" and not n.startswith("_")
                      or re.fullmatch(pattern.replace("*", ".*"), n)]
            kids = [("sel", n) for n in chosen]
            return ("and" if word.lower() == "all" else "or", kids)
        return ("sel", word)

    node = either()
    assert not tokens, tokens
    return node


# ---- what a selection asks ----

def items(selection):
    """A selection as alternatives, each a list of (field, modifiers, values)."""
    if isinstance(selection, dict):
        return [[(k.split("|")[0] or KEYWORDS,
                  k.split("|")[1:] + ([] if k.split("|")[0] else ["contains"]),
                  v if isinstance(v, list) else [v]) for k, v in selection.items()]]
    out = []
    for one in selection:
        out += items(one) if isinstance(one, dict) else [[(KEYWORDS, ["contains"], [one])]]
    return out


def as_regex(value, mods):
    text, i, out = str(value), 0, ""
    if "re" in mods:
        return re.compile(text, re.S)
    while i < len(text):
        c = text[i]
        if c == "\\" and i + 1 < len(text) and text[i + 1] in "*?\\":
            out += re.escape(text[i + 1])
            i += 1
        else:
            out += {"*": ".*", "?": "."}.get(c, re.escape(c))
        i += 1
    front = "" if "startswith" in mods else ".*" if {"contains", "endswith"} & set(mods) else ""
    back = ".*" if {"contains", "startswith"} & set(mods) else ""
    return re.compile(front + out + back + r"\Z", re.S | re.I)


def texts(event, field):
    """What a field is tried on: as logged, and decoded once; a query also as the address."""
    if field == KEYWORDS:
        return [v for v in event.values() if v is not None]
    column = COLUMN[field]
    raw = [event.get(column)]
    if column == "cs-uri-query" and "cs-uri-stem" in event:
        raw.append(event["cs-uri-stem"] + ("?" + raw[0] if raw[0] else ""))
    raw = [v for v in raw if v is not None]
    if column.startswith("cs-uri") or column == "cs(Referer)":
        raw += [urllib.parse.unquote(v) for v in raw if "%" in v]
    if column == "cs(User-Agent)":
        raw += [v.replace("+", " ") for v in raw if "+" in v]
    return raw


def holds(event, field, mods, values):
    have = texts(event, field)
    results = []
    for v in values:
        if v is None or v == "" and not mods: # "-" is no value, and empty
            results.append(not have)
        elif "cidr" in mods:
            results.append(any(ipaddress.ip_address(t) in ipaddress.ip_network(v) for t in have))
        else:
            exp = as_regex(v, mods)
            found = exp.search if "re" in mods else exp.match
            results.append(any(found(t) for t in have))
    return all(results) if "all" in mods else any(results)


def true(node, rule, event):
    kind = node[0]
    if kind == "not":
        return not true(node[1], rule, event)
    if kind in ("and", "or"):
        return (all if kind == "and" else any)([true(k, rule, event) for k in node[1]])
    return any(all(holds(event, *i) for i in alternative) for alternative in items(rule[node[1]]))


# ---- making values ----

def from_regex(text):
    """A text that the expression matches: the first choice everywhere."""
    def make(tokens):
        out = ""
        for op, arg in tokens:
            op = str(op)
            if op == "LITERAL":
                out += chr(arg)
            elif op == "NOT_LITERAL":
                out += "b" if arg == ord("a") else "a"
            elif op == "ANY":
                out += "a"
            elif op == "IN":
                out += choose(arg)
            elif op in ("MAX_REPEAT", "MIN_REPEAT"):
                out += make(arg[2]) * max(arg[0], 1 if arg[1] else 0)
            elif op == "SUBPATTERN":
                out += make(arg[-1])
            elif op == "BRANCH":
                out += make(arg[1][0])
        return out

    def choose(arg):
        kinds = {"CATEGORY_DIGIT": "7", "CATEGORY_WORD": "w", "CATEGORY_SPACE": "\t",
                 "CATEGORY_NOT_SPACE": "x", "CATEGORY_NOT_DIGIT": "x", "CATEGORY_NOT_WORD": "-"}
        if str(arg[0][0]) == "NEGATE":
            taken = {chr(a) for op, a in arg if str(op) == "LITERAL"}
            return next(c for c in "xyzw012" if c not in taken)
        for op, a in arg:
            if str(op) == "LITERAL":
                return chr(a)
            if str(op) == "RANGE":
                return chr(a[0])
            if str(op) == "CATEGORY":
                return kinds[str(a)]
        return "x"
    return make(sre_parse.parse(text))


def plain(value):
    """The value's text, its wildcards filled."""
    out, i, text = "", 0, str(value)
    while i < len(text):
        if text[i] == "\\" and i + 1 < len(text) and text[i + 1] in "*?\\":
            i += 1
            out += text[i]
        else:
            out += {"*": "", "?": "x"}.get(text[i], text[i])
        i += 1
    return out


def choices(node, rule):
    """Lists of what must hold for the node to be true; what is negated is left to luck."""
    kind = node[0]
    if kind == "not":
        return [[]]
    if kind == "or":
        return [c for k in node[1] for c in choices(k, rule)]
    if kind == "and":
        out = [[]]
        for k in node[1]:
            out = [a + b for a in out for b in choices(k, rule)][:4000]
        return out
    out = []
    for alternative in items(rule[node[1]]):
        picks = [[]]
        for field, mods, values in alternative:
            sets = [values] if "all" in mods else [[v] for v in values]
            picks = [p + [(field, mods, s)] for p in picks for s in sets][:500]
        out += picks
    return out


def build(wanted):
    """Column values that have all of it."""
    parts = {}
    for field, mods, values in wanted:
        column = "cs-uri-query" if field == KEYWORDS else COLUMN[field]
        slot = parts.setdefault(column, {"start": "", "mid": [], "end": "", "whole": None, "null": False})
        for v in values:
            if v is None or v == "" and not mods:
                slot["null"] = True
            elif "cidr" in mods:
                slot["whole"] = str(next(ipaddress.ip_network(v).hosts()))
            elif "re" in mods:
                slot["mid"].append(from_regex(str(v)))
            elif "startswith" in mods:
                slot["start"] = max(slot["start"], plain(v), key=len)
            elif "endswith" in mods:
                slot["end"] = max(slot["end"], plain(v), key=len)
            elif "contains" in mods:
                slot["mid"].append(plain(v))
            else:
                slot["whole"] = plain(v)
    event = {}
    for column, s in parts.items():
        mid = [m for m in s["mid"] if m not in s["start"] and m not in s["end"]]
        joined = s["start"] + "".join(mid) + s["end"]
        event[column] = None if s["null"] else s["whole"] if s["whole"] is not None else joined
    return event


def completed(event, proxy, fields):
    event = dict(event)
    for field in fields: # a filter may ask for what is otherwise not there
        if field in COLUMN and COLUMN[field] != "cs-uri-query":
            event.setdefault(COLUMN[field], "192.0.2.1" if field == "dst_ip" else "other")
    if proxy:
        if "cs-uri-query" in event and "cs-uri" not in event:
            event.setdefault("cs-uri-stem", "/page")
    else:
        event.setdefault("cs-uri-stem", "/page")
        event.setdefault("cs-uri-query", None)
    return event


def writable(event):
    return all(v is None or (v not in ("", "-") and "\t" not in v and "\n" not in v)
               for v in event.values())


def near_misses(event):
    """The same with one character changed, or with a value where there was none."""
    for column, value in event.items():
        if value is None:
            yield dict(event, **{column: "something"})
            continue
        for i in reversed(range(len(value))):
            if value[i].isalnum():
                other = "7" if value[i] != "7" else "8"
                if column == "r-ip" and not value[:i].count("."):
                    other = "9"
                changed = value[:i] + other + value[i + 1:]
                yield dict(event, **{column: changed})
    for column in event:
        yield dict(event, **{column: None})


def encoded(event):
    """The same with the last letter of each address percent-encoded, and the user agent as
    IIS writes it; None: there is nothing to be changed."""
    out = dict(event)
    if event.get("cs(User-Agent)"):
        out["cs(User-Agent)"] = event["cs(User-Agent)"].replace(" ", "+")
    for column in ("cs-uri", "cs-uri-query", "cs(Referer)"):
        value = event.get(column)
        if value and "%" not in value and re.search("[A-Za-z]", value):
            at = max(i for i, c in enumerate(value) if c.isalpha() and c.isascii())
            out[column] = "%s%%%02x%s" % (value[:at], ord(value[at]), value[at + 1:])
    return out if out != event else None


def derive(rule, proxy):
    """A positive event, its near miss and the encoded one, or why there is none."""
    detection = {k: v for k, v in rule["detection"].items() if k not in ("condition", "timeframe")}
    node = parse(rule["detection"]["condition"], list(detection))
    fields = [f for sel in detection.values() for alternative in items(sel) for f, _, _ in alternative]
    for wanted in choices(node, detection):
        event = completed(build(wanted), proxy, fields)
        if not writable(event) or not true(node, detection, event):
            continue
        for miss in near_misses(event):
            if not writable(miss):
                continue
            try:
                silent = not true(node, detection, miss)
            except ValueError:
                continue
            if silent:
                other = encoded(event)
                # Where the event holds what is there once only, as in a "not", it may not fire.
                return event, miss, other if other and true(node, detection, other) else None
        return None, "no near miss", None
    return None, "no event satisfies it", None


def log(events, proxy):
    columns = ["date", "time", "c-ip"] + sorted(events[0]) + (["s-hierarchy"] if proxy else ["s-port"])
    lines = ["#Software: test", "#Fields: " + " ".join(columns)]
    for event in events:
        row = {"date": "2025-07-18", "time": "09:14:02", "c-ip": "192.0.2.9", "s-port": "443",
               "s-hierarchy": "DIRECT"}
        row.update({k: "-" if v is None else v for k, v in event.items()})
        lines.append("\t".join(row[c] for c in columns))
    return "\n".join(lines) + "\n"


def main():
    rules = []
    for path in sorted(CORPORA.glob("rules*/**/*.yml")):
        rule = yaml.safe_load(path.read_text())
        category = rule.get("logsource", {}).get("category")
        if category in ("webserver", "proxy"):
            rules.append((path, rule, category == "proxy"))
    if not rules:
        print("skipped: no rules at", CORPORA)
        return 77
    failed, decoded, count = 0, 0, {True: 0, False: 0}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        made = {}
        for i, (path, rule, proxy) in enumerate(rules):
            event, miss, other = derive(rule, proxy)
            if event is None:
                print("%s: %s" % (path.name, miss))
                failed += 1
                continue
            file = folder / ("%03d.log" % i)
            file.write_text(log([event, miss] + ([other] if other else []), proxy))
            made[str(file)] = (path, rule["id"], event, miss, other)
            decoded += other is not None
            count[proxy] += 1
        packs = [str(p) for p in sorted(CORPORA.glob("rules*")) if p.is_dir()]
        out = subprocess.run([sys.argv[1], *packs, "--", *sorted(made)], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, check=True, text=True).stdout
        found = {}
        for line in out.splitlines():
            file, record, rule = line.split("\t")
            found.setdefault((file, rule), set()).add(int(record))
        for file, (path, rule, event, miss, other) in made.items():
            hits = found.get((file, rule), set())
            if hits != ({3, 5} if other else {3}):
                print("%s: fires on %s\n  %s\n  %s\n  %s" % (path.name, sorted(hits), event, miss, other))
                failed += 1
    print("%d rules for web servers and %d for proxies: each with a line and a near miss, "
          "%d also percent-encoded or with pluses; %d failed" % (count[False], count[True], decoded, failed))
    return 1 if failed or count[False] < 85 or count[True] < 56 else 0


if __name__ == "__main__":
    sys.exit(main())
