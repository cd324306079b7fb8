#!/usr/bin/env python3
"""Compares what our decoder says of the EVTX corpora with what another program said.

    evtx_compare.py PATH-OF-evtx_dump [corpora] [oracles]

For every file that an oracle names: the records it has, we have too, and the values
of their fields agree. The oracle's JSON is flattened by our rules for names; values
are compared after the differences of notation (digits of a second, braces of GUIDs,
case of hexadecimal digits) are taken away. Exit status 77: nothing to compare with.
"""
import collections
import json
import os
import re
import subprocess
import sys

SHOW = 12

# Differences that were looked at in the bytes, and why we are right.
EXPLAINED = {
    ("Shell-Core%4Operational.evtx", 161):
        "the value holds two template instances, EventData and RenderingInfo; the oracle reads the first",
    ("Shell-Core%4Operational.evtx", 968):
        "the same",
    ("HelloForBusiness%4Operational.evtx", 6):
        "the values were never written: twelve zero bytes are no SID, and are shown as they are",
}


def explained(path, record):
    return any(path.endswith(f) and record == r for f, r in EXPLAINED)


def oracle(path):
    p = subprocess.Popen(["zstd", "-dc", path], stdout=subprocess.PIPE)
    for line in p.stdout:
        yield json.loads(line)
    if p.wait():
        sys.exit("zstd failed on " + path)


def text(v):
    if v is None:
        return ""
    if v is True:
        return "true"
    if v is False:
        return "false"
    if isinstance(v, float):
        return repr(v)
    return str(v)


def norm(s):
    """One spelling for values that programs write differently."""
    t = s.strip()
    m = re.fullmatch(r"(\d{4,}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z| UTC)?", t)
    if m:
        return "%sT%s.%sZ" % (m[1], m[2], ((m[3] or "") + "000000")[:6])
    if re.fullmatch(r"\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?", t):
        return t.strip("{}").lower()
    if re.fullmatch(r"0x[0-9A-Fa-f]+", t):
        return "0x%x" % int(t, 16)
    if re.fullmatch(r"-?\d+\.\d+(e[+-]?\d+)?|-?\d+e[+-]?\d+", t):
        return repr(float(t))
    return "".join(t.split()).lower()


def leaves(node, name, out, inside):
    """Flattens one element of the oracle's JSON into (name, value)."""
    if isinstance(node, list):
        for item in node:
            leaves(item, name, out, inside)
        return
    if not isinstance(node, dict):
        out.append((name, text(node)))
        return
    for key, value in node.items():
        local = key.split(":")[-1] or key
        # Elements of the same name are numbered by the oracle.
        plain = re.sub(r"_\d+$", "", local)
        if plain != local and plain in node:
            local = plain
        if key == "#attributes":
            for a, v in value.items():
                if a == "xmlns" or a.startswith("xmlns:"):
                    continue
                if name in ("Data", "ComplexData") and a == "Name":
                    continue
                out.append((name + "_" + a.split(":")[-1], text(v)))
        elif key.endswith("_attributes"):
            leaves({"#attributes": value}, key[: -len("_attributes")], out, inside)
        elif key == "#text":
            for v in value if isinstance(value, list) else [value]:
                out.append((name, text(v)))
        else:
            leaves(value, local, out, local)


def flatten(event):
    out = []
    for top, node in event["Event"].items():
        if top != "#attributes":
            leaves(node, top, out, top)
    return [(n, norm(v)) for n, v in out if norm(v)]


def names_equal(a):
    return a.replace("RenderingInfo_", "")


def ours(dump, path):
    records, account = collections.defaultdict(list), None
    p = subprocess.run([dump, path], stdout=subprocess.PIPE, check=False)
    for line in p.stdout.decode("utf-8").split("\n"):
        if not line:
            continue
        o = json.loads(line)
        if "file" in o:
            account = o
            continue
        fields = [(names_equal(f[0]), norm(f[2])) for f in o["fields"] if norm(f[2])]
        arrays = {norm(f[2]): [norm(i) for i in f[3]] for f in o["fields"] if f[1] == "array"}
        number = [int(f[2]) for f in o["fields"] if f[0] == "EventRecordID" and f[2].isdigit()]
        records[o["record"]].append((fields, arrays, o["flags"]))
        if number and number[0] != o["record"]:
            records[number[0]].append((fields, arrays, o["flags"]))
    if p.returncode or account is None:
        sys.exit("%s failed on %s" % (dump, path))
    if account["decoded"] + account["rejected"] + account["skipped"] != account["size"]:
        sys.exit("%s: the account does not sum up" % path)
    return records, account


def unnamed(dump, path, account):
    """Rejected bytes that no problem names with its place. (4, a wrong checksum, is said of
    bytes that were decoded all the same.)"""
    out = subprocess.run([dump, "--count", path], stdout=subprocess.PIPE, check=True).stdout.decode()
    spans = sorted((int(at), int(at) + int(n)) for at, n, why, text in
                   re.findall(r"problem at (\d+), (\d+) bytes, (\d+): (.*)", out)
                   if why != "4" and text.strip())
    covered, end = 0, 0
    for a, b in spans:
        covered += max(0, b - max(a, end))
        end = max(end, b)
    return max(0, account["rejected"] - covered)


def differ(want, got, arrays):
    """What of the oracle's record ours does not say, and the other way round."""
    have = collections.Counter(v for n, v in got)
    have_named = collections.Counter(got)
    for name, value in got:
        for item in arrays.get(value, []):
            have[item] += 1
            have_named[(name, item)] += 1
    missing = []
    for name, value in want:
        if have_named[(name, value)] == 0:
            missing.append((name, value))
    wanted = collections.Counter(v for n, v in want)
    extra = [(n, v) for n, v in got if wanted[v] == 0 and v not in arrays]
    return missing, extra


def main():
    dump = sys.argv[1]
    here = os.path.dirname(os.path.abspath(__file__))
    top = os.path.join(here, "..", "..", "..", "shared")
    corpora = (sys.argv[2:3] or [os.environ.get("FIREBREAK_CORPORA", os.path.join(top, "corpora"))])[0]
    oracles = (sys.argv[3:4] or [os.environ.get("FIREBREAK_ORACLES", os.path.join(top, "oracles"))])[0]
    if not os.path.isdir(os.path.join(corpora, "evtx")) or not os.path.isdir(oracles):
        print("skipped: no corpora or oracles")
        return 77
    compared = agree = absent = files = known = 0
    shown = collections.Counter()
    records, current, account = {}, None, None
    accounts = {}
    for name in ("evtx-decode.jsonl.zst", "evtx-attack.jsonl.zst"):
        for o in oracle(os.path.join(oracles, name)):
            if o["file"] != current:
                current = o["file"]
                files += 1
                records, account = ours(dump, os.path.join(corpora, current))
                accounts[current] = account
            compared += 1
            number = o["event"]["Event"]["System"].get("EventRecordID", o["record"])
            if isinstance(number, dict):
                number = number.get("#text", o["record"])
            candidates = records.get(int(number)) or records.get(o["record"], [])
            if not candidates:
                absent += 1
                if shown["absent"] < SHOW:
                    shown["absent"] += 1
                    print("absent: %s record %s" % (current, number))
                continue
            want = flatten(o["event"])
            best = min((differ(want, f, a) for f, a, _ in candidates), key=lambda d: (len(d[0]), len(d[1])))
            if not best[0] and not best[1]:
                agree += 1
                continue
            if explained(current, o["record"]):
                agree += 1
                known += 1
                continue
            kind = current + "|" + "|".join(sorted({n for n, v in best[0]}))
            shown[kind] += 1
            if shown[kind] <= 1 and len(shown) < 60:
                print("%s record %s:\n   missing %s\n   extra   %s" %
                      (current, number, [(n, v[:160]) for n, v in best[0]][:4],
                       [(n, v[:160]) for n, v in best[1]][:4]))
    short = silent = 0
    with open(os.path.join(oracles, "evtx-counts.tsv"), encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f]
    for row in rows[1:]:
        if not row[0].startswith(("evtx/decode/", "evtx/attack/")):
            continue
        path = os.path.join(corpora, row[0])
        if not os.path.exists(path):
            continue
        if row[0] not in accounts:
            accounts[row[0]] = ours(dump, path)[1]
        account = accounts[row[0]]
        lost = unnamed(dump, path, account) if account["rejected"] else 0
        if lost:
            silent += 1
            print("unnamed: %s: %d rejected bytes" % (row[0], lost))
        best = max(int(row[2] or 0), int(row[8] or 0))
        if account["events"] < best:
            short += 1
            print("short: %s has %d of %d" % (row[0], account["events"], best))
    print("%d files, %d records compared: %d agree (%d explained), %d differ, %d absent; %d files short, "
          "%d with lost bytes that are not named" %
          (files, compared, agree, known, compared - agree - absent, absent, short, silent))
    return 0 if agree == compared and not short and not silent else 1


if __name__ == "__main__":
    sys.exit(main())
