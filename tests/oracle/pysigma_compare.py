#!/usr/bin/env python3
"""pySigma's reading of the golden cases, as a second opinion.

  pysigma_compare.py FIREBREAK

Each case of tests/golden/sigma that has a detection is read by pySigma; its own condition tree with
its typed values (what base64offset, windash, wide, cidr, … made of them) is evaluated
over the case's events by the few lines below, and has to answer as the case says. Then the
other way: texts are made from pySigma's values, and `firebreak rules test` has to find them.
Cases in which pySigma and we differ stand in EXPLAINED with the reason.
pySigma is installed from PyPI into the user's cache; without it: skipped (status 77).
"""
import fcntl
import hashlib
import ipaddress
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FILES = ("modifiers", "values", "condition")
LEAST = 90 # cases that have to be compared

# What pySigma refuses or reads otherwise, and why ours stands. By title.
EXPLAINED = {
    "exists as text": "it takes a YAML boolean only; we take the word in quotes too",
    "windash from any of them": "it begins from - and / only; the specification names five characters",
    "windash: all permutations": "it does not change a dash inside a word; the specification says all permutations",
    "utf16le is the same as wide": "it does not know utf16le, which the specification lists",
    "gt beyond 63 bits": "its numbers lose digits there",
    "hour compared": "lt behind hour compares the whole text there; the specification lets modifiers be chained",
    "a number is no date": "the same with year",
    "cidr v4": "an IPv4 address written as IPv6 is in no network for it",
    "expand: an escaped percent sign is one": "the specification's own example; it sees a placeholder %plain%",
    "fieldref with contains, startswith, endswith": "contains is refused; startswith and endswith agree",
    "fieldref with cased": "it refuses to combine them",
    "modifiers of keywords": "its keyword begins with the text, which says nothing about where in the record",
    "expressions go beyond the small set of the specification": "it knows the small set; we say that we know more",
    "a number under contains is text": "it refuses numbers there; SigmaHQ's rules have them",
    "a version is text": "1.10 is the number 1.1 for it, and then no version any more",
    "the specification's example of a map: numbers and texts": "EventLog is mapped to the channel with us",
    "keywords of the language in any case": "it takes lower case only",
    "any of, and two of": "extensions of ours",
}


# ---- the environment ----

def environment():
    """(python of a virtual environment with pySigma, None) or (None, why not)"""
    wanted = (HERE / "pysigma.txt").read_bytes()
    key = hashlib.sha256(wanted + sys.version.encode()).hexdigest()[:16]
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    place = cache / "firebreak-tests" / ("pysigma-" + key)
    python = place / "venv/bin/python"
    try:
        place.mkdir(parents=True, exist_ok=True)
        with open(place / "lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (place / "complete").exists():
                for cmd in ([sys.executable, "-m", "venv", "--clear", place / "venv"],
                            [python, "-m", "pip", "--disable-pip-version-check", "-q", "--timeout", "20",
                             "--retries", "1", "install", "--prefer-binary", "-r", HERE / "pysigma.txt"]):
                    subprocess.run(cmd, check=True, capture_output=True, timeout=300,
                                   stdin=subprocess.DEVNULL)
                (place / "complete").touch()
        return str(python), None
    except subprocess.CalledProcessError as e:
        return None, (e.stderr or e.stdout or b"").decode("utf-8", "replace").strip().split("\n")[-1]
    except (OSError, subprocess.TimeoutExpired) as e:
        return None, str(e)


# ---- cases ----

class Case:
    def __init__(self, title):
        self.title, self.rule, self.lists, self.events, self.error = title, [], {}, [], False


def read_cases(path):
    case, out = None, []
    where = None
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("=== "):
            case = Case(line[4:])
            out.append(case)
            where = case.rule
        elif line.startswith("--- "):
            word = line[4:].split(" ")[0]
            case.error |= word == "error"
            where = []
            if word in ("yes", "no"):
                case.events.append((word == "yes", where))
        elif case and where is case.rule and line.startswith("list: "):
            name, values = line[6:].split("=", 1)
            case.lists[name.lower()] = values.split(",")
        elif case and line:
            where.append(line)
    return out


def value_of(text):
    """The field's value, or None for what is not modelled."""
    if text == "<null>":
        return ("null", "")
    m = re.fullmatch(r"<int (\d+)>", text)
    if m:
        return ("text", m[1])
    m = re.fullmatch(r"<negative (\d+)>", text)
    if m:
        return ("text", "-" + m[1])
    m = re.fullmatch(r"<hex (\d+)>", text)
    if m:
        return ("text", "0x%x" % int(m[1]))
    m = re.fullmatch(r"<bytes ([0-9a-f ]+)>", text)
    if m:
        return ("text", bytes.fromhex(m[1]).decode("utf-8", "replace"))
    return None if text.startswith("<") and text.endswith(">") else ("text", text)


def event_of(lines):
    """[(name without case and blanks, kind, text)], or None."""
    out = []
    for line in lines:
        name, _, text = line.partition(":")
        value = value_of(text[1:] if text.startswith(" ") else text)
        if value is None or name == "lane":
            return None
        out.append((name.replace(" ", "").lower(), *value))
    return out


# ---- pySigma's values over an event (inside of the environment) ----

def whole_rule(case):
    text = "\n".join(case.rule)
    head = "" if re.search(r"^title:", text, re.M) else "title: case\n"
    if not re.search(r"^logsource:", text, re.M):
        head += "logsource: {product: windows}\n"
    return head + text + "\n"


def number(text):
    for read in (int, lambda t: int(t, 16), float):
        try:
            if read is int or read is float or text.lower().startswith("0x"):
                return read(text)
        except ValueError:
            pass
    return None


class Reader:
    def __init__(self, types, lists):
        self.t, self.lists = types, lists

    def strings(self, v):
        """A string with its placeholders replaced."""
        if not v.contains_placeholder():
            return [v]
        return v.replace_placeholders(
            lambda p: [self.t.SigmaString(x) for x in self.lists[p.name.lower()]])

    def pattern(self, v):
        """(regular expression, with case?)"""
        out = ""
        for part in v.s:
            if part == self.t.SpecialChars.WILDCARD_MULTI:
                out += ".*"
            elif part == self.t.SpecialChars.WILDCARD_SINGLE:
                out += "."
            else:
                out += re.escape(part)
        return out

    def text_is(self, v, text, anywhere=False):
        cased = isinstance(v, self.t.SigmaCasedString)
        body = self.pattern(v) if cased else self.pattern(v).casefold()
        return re.fullmatch(".*" * anywhere + body + ".*" * anywhere, text if cased else text.casefold(),
                            re.S) is not None

    def part_of_date(self, v, text):
        m = re.match(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d))?", text)
        if not m:
            return False
        import datetime
        day = datetime.date(*(int(g) for g in m.groups()[:3]))
        parts = {"YEAR": day.year, "MONTH": day.month, "DAY": day.day, "WEEK": day.isocalendar()[1],
                 "HOUR": int(m[4] or 0), "MINUTE": int(m[5] or 0)}
        return parts[v.timestamp_part.name] == v.number

    def one(self, v, kind, text, event):
        t = self.t
        if isinstance(v, t.SigmaExpansion):
            return any(self.one(x, kind, text, event) for x in v.values)
        if isinstance(v, t.SigmaNull):
            return kind == "null"
        if isinstance(v, t.SigmaString):
            if kind == "null":
                return not v.s
            return any(self.text_is(x, text) for x in self.strings(v))
        if kind == "null":
            return False
        if isinstance(v, t.SigmaTimestampPart):
            return self.part_of_date(v, text)
        if isinstance(v, t.SigmaNumber):
            return number(text) == v.number
        if isinstance(v, t.SigmaBool):
            return text.lower() == str(v.boolean).lower()
        if isinstance(v, t.SigmaRegularExpression):
            flags = {"IGNORECASE": re.I, "MULTILINE": re.M, "DOTALL": re.S}
            f = 0
            for flag in v.flags:
                f |= flags[flag.name]
            return re.search(str(v.regexp.original), text, f) is not None
        if isinstance(v, t.SigmaCIDRExpression):
            try:
                return ipaddress.ip_address(text.split("%")[0]) in ipaddress.ip_network(v.cidr)
            except ValueError:
                return False
        if isinstance(v, t.SigmaCompareExpression):
            n = number(text)
            ops = {"LT": lambda: n < v.number.number, "LTE": lambda: n <= v.number.number,
                   "GT": lambda: n > v.number.number, "GTE": lambda: n >= v.number.number}
            return n is not None and ops[v.op.name]()
        if isinstance(v, t.SigmaFieldReference):
            name = v.field.lower()
            others = [x for n, k, x in event if n == name and k == "text"]
            return any(o.casefold() == text.casefold() or
                       v.starts_with and v.ends_with and o.casefold() in text.casefold() or
                       v.starts_with and not v.ends_with and text.casefold().startswith(o.casefold()) or
                       v.ends_with and not v.starts_with and text.casefold().endswith(o.casefold())
                       for o in others)
        raise NotImplementedError(type(v).__name__)

    def keyword(self, v, event):
        if isinstance(v, self.t.SigmaString):
            return any(self.text_is(v, x, True) for _, _, x in event)
        if isinstance(v, self.t.SigmaNumber):
            return any(str(v.number) in x for _, _, x in event)
        return any(self.one(v, k, x, event) for _, k, x in event)

    def ask(self, node, event):
        kind = type(node).__name__
        if kind == "ConditionAND":
            return all(self.ask(a, event) for a in node.args)
        if kind == "ConditionOR":
            return any(self.ask(a, event) for a in node.args)
        if kind == "ConditionNOT":
            return not self.ask(node.args[0], event)
        if kind == "ConditionValueExpression":
            return self.keyword(node.value, event)
        name = node.field.replace(" ", "").lower()
        values = [(k, x) for n, k, x in event if n == name]
        if isinstance(node.value, self.t.SigmaExists):
            return bool(values) == node.value.exists
        if isinstance(node.value, self.t.SigmaNull) and not values:
            return True
        return any(self.one(node.value, k, x, event) for k, x in values)


def samples(reader, v):
    """Texts that pySigma's value stands for."""
    t = reader.t
    if isinstance(v, t.SigmaExpansion):
        return [s for x in v.values for s in samples(reader, x)]
    if not isinstance(v, t.SigmaString):
        return []
    out = []
    for x in reader.strings(v):
        for many in ("", "q w"):
            out.append("".join(many if p == t.SpecialChars.WILDCARD_MULTI else
                               "x" if p == t.SpecialChars.WILDCARD_SINGLE else p for p in x.s))
    return out


def inside(out_path):
    """In the environment: compares, and writes the cases made from pySigma's values."""
    from sigma import types
    from sigma.collection import SigmaCollection
    from sigma.modifiers import SigmaNegateModifier
    compared = refused = wrong = 0
    unlike = set() # explained, and still so
    made = []
    for case in [c for f in FILES for c in read_cases(ROOT / "tests/golden/sigma" / (f + ".case"))]:
        if case.error or "\n---" in "\n".join(case.rule):
            continue
        known = case.title in EXPLAINED
        try:
            rules = SigmaCollection.from_yaml(whole_rule(case)).rules
            trees = [c.parsed for r in rules for c in r.detection.parsed_condition]
        except Exception as e: # whatever it raises is its opinion
            if known:
                unlike.add(case.title)
                continue
            refused += 1
            print("refused by pySigma: %s: %s" % (case.title, e))
            continue
        reader = Reader(types, case.lists)
        compared += 1
        for want, lines in case.events:
            event = event_of(lines)
            if event is None:
                continue
            try:
                got = any(reader.ask(t, event) for t in trees)
            except KeyError as e: # a placeholder where we see none
                got = "a placeholder %s" % e
            if got is not want and known:
                unlike.add(case.title)
            elif got is not want:
                wrong += 1
                print("differs: %s: %s: pySigma says %s" % (case.title, lines, got))
        if len(rules) != 1 or case.lists or known:
            continue
        for detection in rules[0].detection.detections.values():
            for item in detection.detection_items:
                mods = getattr(item, "modifiers", [])
                if not getattr(item, "field", None) or SigmaNegateModifier in mods or not item.original_value:
                    continue
                texts = [s for v in item.value for s in samples(reader, v)]
                texts = [s for s in texts if s == s.strip() and s and "\n" not in s and s[0] != "<"]
                if texts and item.value_linking.__name__ == "ConditionOR":
                    made.append((case.title, item, texts))
    with open(out_path, "w", encoding="utf-8") as f:
        for title, item, texts in made:
            f.write("=== %s\n%s" % (title, rule_of(item)))
            for s in texts:
                f.write("--- yes\n%s: %s\n" % (item.field, s))
    for title in sorted(set(EXPLAINED) - unlike):
        print("explained, and no difference any more: %s" % title)
    wrong += refused + len(set(EXPLAINED) - unlike) + (compared < LEAST)
    print("pysigma: %d cases compared, %d of them explained, %d rules made from its values" %
          (compared, len(unlike), len(made)))
    print("%d passed, %d failed, 0 skipped" % (compared, wrong))


def rule_of(item):
    from sigma.modifiers import reverse_modifier_mapping as names
    import json
    values = [getattr(v, "original", None) if hasattr(v, "original") else v.to_plain()
              for v in (item.original_value if isinstance(item.original_value, list) else [item.original_value])]
    key = "|".join([item.field] + [names[m.__name__] for m in item.modifiers])
    return "detection:\n  sel:\n    %s: %s\n  condition: sel\n" % (
        json.dumps(key), json.dumps(values, ensure_ascii=False))


def main():
    python, why = environment()
    if python is None:
        print("skipped: PyPI could not be used (%s)" % why)
        print("0 passed, 0 failed, 1 skipped")
        return 77
    with tempfile.TemporaryDirectory() as tmp:
        made = os.path.join(tmp, "made.case")
        r = subprocess.run([python, __file__, "--inside", made], capture_output=True, text=True, check=False)
        print(r.stdout, end="")
        if r.returncode:
            print(r.stderr[-3000:])
            return 1
        t = subprocess.run([sys.argv[1], "rules", "test", made], capture_output=True, text=True, check=False,
                           env={**os.environ, "FIREBREAK_RULES": str(ROOT / "rules")})
    wrong = [l for l in t.stdout.split("\n") if l.startswith("WRONG")]
    print("\n".join(wrong[:20]))
    tried = int((re.search(r"(\d+) events", t.stdout) or [0, 0])[1])
    last = re.search(r"(\d+) passed, (\d+) failed, 0 skipped", r.stdout)
    failed = int(last[2]) + len(wrong) + (tried < 100)
    print("%d texts made from pySigma's values %s" % (tried, t.stderr[-300:]))
    print("%d passed, %d failed, 0 skipped" % (int(last[1]) + tried - len(wrong), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--inside":
        inside(sys.argv[2])
    else:
        sys.exit(main())
