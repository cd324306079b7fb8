#!/usr/bin/env python3
"""Web logs against hashing, and against tools that look at each line: processor seconds.

  bench/weblog.py BUILD [--runs N] [--size BYTES] [--line BYTES]

Makes one IIS log of SIZE (4G) from what `firebreak-demo` writes, kept in BENCH_DIR (bench-data
beside bench/), and runs in turn, N (3) times: openssl dgst -sha256, firebreak investigate with
SigmaHQ's webserver and proxy rules alone, grep -c, wc -l, and goaccess where it is
installed. Medians of processor seconds (user and system, of all processes) are printed, and
their ratio to hashing: where others use the machine, clocks say nothing. Then the largest
memory of any process, and the time of lines that grow: twice as long must not take more
than about twice the time.
"""
import argparse
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

import measure

HERE = pathlib.Path(__file__).resolve().parent
CORPORA = pathlib.Path(os.environ.get("FIREBREAK_CORPORA", HERE / "../../shared/corpora"))


def size_of(text):
    units = {"K": 10, "M": 20, "G": 30}
    return int(text[:-1]) << units[text[-1]] if text[-1] in units else int(text)


def make_log(build, folder, size):
    """IIS logs of a month, one after the other, again and again until SIZE is reached."""
    log = folder / ("iis-%d" % size) / "u_ex.log"
    if log.exists() and log.stat().st_size >= size:
        return log
    demo = folder / "generated-4G"
    if not (demo / "answers.json").exists():
        demo = folder / "generated-web"
        if not (demo / "answers.json").exists():
            subprocess.run([str(build / "demo/firebreak-demo"), "--scenario", "sharepoint", "--days", "30",
                            "--size", "1G", "-o", str(demo)], check=True, stdout=subprocess.DEVNULL)
    parts = [p for p in sorted(demo.glob("evidence/**/u_ex*.log")) if p.stat().st_size > 1 << 20]
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb") as out:
        while out.tell() < size:
            for part in parts:
                with open(part, "rb") as f:
                    shutil.copyfileobj(f, out, 1 << 20)
                if out.tell() >= size:
                    break
    return log


def rules(folder):
    """SigmaHQ's rules for web servers and proxies alone."""
    to = folder / "web-rules"
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    n = 0
    for path in sorted((CORPORA / "sigma").glob("rules*/**/*.yml")):
        if re.search(r"^ +category: (webserver|proxy)\b", path.read_text(), re.M):
            shutil.copy(path, to / ("%03d-%s" % (n, path.name)))
            n += 1
    return to, n


def processor(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    p = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if p.returncode not in (0, 1):
        sys.exit("%s: status %d: %s" % (command[0], p.returncode, p.stderr.decode()[-1000:]))
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peers(log):
    out = {"grep -c": ["grep", "-c", "ToolPane", str(log)], "wc -l": ["wc", "-l", str(log)]}
    if shutil.which("goaccess"):
        out["goaccess"] = ["goaccess", str(log), "--log-format=W3C", "--no-progress", "-o", "/dev/null.json"]
    return out


def whole(firebreak, log, packs, runs, tmp):
    case = str(tmp / "case")
    options = ["--no-own-rules", "--rules", str(packs), "--quiet", "--workers", "2"]
    investigate = [firebreak, "investigate", str(log.parent), "-o", case] + options
    commands = {"openssl dgst -sha256": ["openssl", "dgst", "-sha256", str(log)],
                "firebreak investigate": investigate, **peers(log)}
    times = {name: [] for name in commands}
    for name, command in commands.items():
        shutil.rmtree(case, ignore_errors=True)
        processor(command)  # once for the page cache and the cache of compiled rules
    for _ in range(runs):
        for name, command in commands.items():
            shutil.rmtree(case, ignore_errors=True)
            times[name].append(processor(command))
    base = statistics.median(times["openssl dgst -sha256"])
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print("%-24s %8.2f s of processor  %6.2f times hashing" % (name, median, median / base))
    shutil.rmtree(case, ignore_errors=True)
    _, peak, _ = measure.investigate([firebreak] + options, str(log.parent), case)
    print("largest process: %d MB anonymous and shared" % (max(p[0] for p in peak.values()) // 1024))


def lines(build, tmp):
    """Decoding and matching of 64 MB in lines of growing length, of each kind of nasty line."""
    kinds = {"plain": b"a", "percent": b"%41", "plus": b"+", "quotes": b'\\"', "blanks": b"a ", "brackets": b"[",
             "json": b'{"a":', "slashes": b"\\"}
    heads = {"iis": b"#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status\n",
             "access": b'192.0.2.9 - - [18/Jul/2025:09:14:02 +0000] "GET / HTTP/1.1" 200 5\n' * 70,
             "json": b'{"remote_addr":"192.0.2.9","method":"GET","uri":"/","status":200}\n' * 70}
    scan = str(build / "tests/unit/sigma_scan")
    worst = 0
    for head, first in heads.items():
        for kind, piece in kinds.items():
            took = []
            for length in (4 << 10, 32 << 10, 250 << 10):
                fill = piece * ((length - 80) // len(piece))
                line = {"iis": b"2025-07-18 09:14:02 GET /a %s 192.0.2.9 %s 200\n" % (fill[:length // 2], fill[:length // 2]),
                        "access": b'192.0.2.9 - - [18/Jul/2025:09:14:02 +0000] "GET /%s HTTP/1.1" 200 5 "-" "x"\n' % fill,
                        "json": b'{"remote_addr":"192.0.2.9","method":"GET","uri":"/%s","status":200}\n' % fill}[head]
                path = tmp / "lines.log"
                path.write_bytes(first + line * ((64 << 20) // len(line)))
                took.append(processor([scan, "-q", str(tmp / "web-rules"), "--", str(path)]))
            growth = max(took[1:]) / max(took[0], 0.05)
            worst = max(worst, growth)
            print("%-8s %-9s" % (head, kind) + "".join("%8.2f s" % t for t in took))
    print("64 MB in lines of 4, 32 and 250 KB: at most %.1f times the time of the shortest" % worst)
    if worst > 4: # linear, and what a busy machine does to small numbers
        sys.exit("longer lines take more than their share of time")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--size", default="4G")
    parser.add_argument("--only-lines", action="store_true")
    args = parser.parse_args()
    build = pathlib.Path(args.build).resolve()
    folder = pathlib.Path(os.environ.get("BENCH_DIR", HERE.parent / "bench-data"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("FIREBREAK_RULE_CACHE", str(folder / "rule-cache"))
    with tempfile.TemporaryDirectory(dir=folder) as tmp:
        tmp = pathlib.Path(tmp)
        packs, n = rules(tmp)
        print("%d rules of SigmaHQ for web servers and proxies" % n)
        if not args.only_lines:
            log = make_log(build, folder, size_of(args.size))
            print("%.1f GB of IIS log" % (log.stat().st_size / 1e9))
            whole(str(build / "src/cli/firebreak"), log, packs, args.runs, tmp)
        lines(build, tmp)


if __name__ == "__main__":
    main()
