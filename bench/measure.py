#!/usr/bin/env python3
"""Runs `firebreak investigate` and `openssl dgst -sha256` over the same files in
turn, and prints the medians, their ratio, the processor seconds of both, and the largest anonymous and shared memory
that any single process of the investigation had (sampled from /proc every 20 ms).

measure.py --runs N --name NAME --evidence DIR -- FIREBREAK [OPTION…]
"""
import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time


def files_below(root):
    out = []
    for folder, dirs, names in os.walk(root):
        dirs.sort()
        out += [os.path.join(folder, n) for n in sorted(names) if not n.startswith('.')]
    return out


def children(pid):
    out = []
    try:
        for task in os.listdir('/proc/%d/task' % pid):
            with open('/proc/%d/task/%s/children' % (pid, task), encoding='ascii') as f:
                out += [int(x) for x in f.read().split()]
    except OSError:
        pass
    return out


def family(pid):
    seen, todo = [], [pid]
    while todo:
        p = todo.pop()
        seen.append(p)
        todo += children(p)
    return seen


class Memory(threading.Thread):
    """The peak of RssAnon + RssShmem of each process below one, in KiB."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = {}
        self.going = True

    def run(self):
        while self.going:
            for p in family(self.pid):
                try:
                    with open('/proc/%d/status' % p, encoding='ascii', errors='replace') as f:
                        fields = dict(l.split(':', 1) for l in f if ':' in l)
                except OSError:
                    continue
                if 'RssAnon' not in fields:
                    continue
                anon, shared = (int(fields[k].split()[0]) for k in ('RssAnon', 'RssShmem'))
                old = self.peak.get(p, (0, 0, 0))
                self.peak[p] = (max(old[0], anon + shared), max(old[1], anon), max(old[2], shared))
            time.sleep(0.02)


def investigate(command, evidence, case):
    shutil.rmtree(case, ignore_errors=True)
    began = time.monotonic()
    p = subprocess.Popen(command[:1] + ['investigate', evidence, '-o', case, '--json'] + command[1:],
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    watch = Memory(p.pid)
    watch.start()
    out, err = p.communicate()
    seconds = time.monotonic() - began
    watch.going = False
    watch.join()
    if p.returncode not in (0, 1):
        sys.exit('investigate: status %d: %s' % (p.returncode, err.decode('utf-8', 'replace')[-2000:]))
    return seconds, watch.peak, out


def hashing(paths):
    """All in one process, as one would hash a folder; arguments are split where they must be."""
    began = time.monotonic()
    p = subprocess.run(['xargs', '-0', 'openssl', 'dgst', '-sha256'], input=b'\0'.join(map(os.fsencode, paths)),
                       stdout=subprocess.DEVNULL, check=False)
    if p.returncode:
        sys.exit('openssl dgst: status %d' % p.returncode)
    return time.monotonic() - began


def processor():
    """Seconds that all ended children have used, user and system."""
    r = resource.getrusage(resource.RUSAGE_CHILDREN)
    return r.ru_utime + r.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--runs', type=int, default=5)
    parser.add_argument('--name', required=True)
    parser.add_argument('--evidence', required=True)
    parser.add_argument('command', nargs='+')
    args = parser.parse_args()
    paths = files_below(args.evidence)
    size = sum(os.path.getsize(p) for p in paths)
    times, hashes, peaks = [], [], []
    cpu = {'openssl dgst -sha256': [], 'firebreak investigate': []}
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(args.evidence))) as tmp:
        case = os.path.join(tmp, 'case')
        hashing(paths)  # once for the page cache
        # And once for the cache of compiled rules, which users have after their first run.
        investigate(args.command, min(paths, key=os.path.getsize), case)
        for _ in range(args.runs):
            marks = [processor()]
            hashes.append(hashing(paths))
            marks.append(processor())
            seconds, peak, _ = investigate(args.command, args.evidence, case)
            marks.append(processor())
            for name, a, b in zip(cpu, marks, marks[1:]):
                cpu[name].append(b - a)
            times.append(seconds)
            peaks.append(peak)
        r = subprocess.run([args.command[0], 'sources', case, '--jsonl'], capture_output=True, check=True)
        sources = [json.loads(l) for l in r.stdout.split(b'\n') if l]
        events = sum(s['events'] for s in sources)
        r = subprocess.run([args.command[0], 'detections', case, '--jsonl'], capture_output=True, check=True)
        detections = r.stdout.count(b'\n')
    mb = size / 1e6
    took, hashed = statistics.median(times), statistics.median(hashes)
    every = [v for peak in peaks for v in peak.values()]
    largest = max(every) if every else (0, 0, 0)
    print('## %s\n' % args.name)
    print('%s files, %s MB, %s events (%.0f a MB), %s detections; %d cores; median of %d\n' % (
        format(len(paths), ','), format(round(mb), ','), format(events, ','), events / max(mb, 1e-9),
        format(detections, ','), os.cpu_count(), args.runs))
    print('| | seconds | MB/s | spread | processor seconds |')
    print('|---|---|---|---|---|')
    for name, values in (('openssl dgst -sha256', hashes), ('firebreak investigate', times)):
        print('| %s | %.2f | %.0f | %.2f to %.2f | %.2f |' % (
            name, statistics.median(values), mb / statistics.median(values), min(values), max(values),
            statistics.median(cpu[name])))
    print('\nratio: %.2f; largest process: %.0f MB anonymous and shared (%.0f + %.0f), of %d processes\n' % (
        took / hashed, largest[0] / 1024, largest[1] / 1024, largest[2] / 1024,
        max((len(p) for p in peaks), default=0)))


if __name__ == '__main__':
    main()
