#!/usr/bin/env python3
"""Reading feeds against feedparser, on one folder of saved feeds, on one core each, in one run.

    benches/feeds.py FOLDER [--vigie target/release/vigie] [--python python3] [--repeat 20] [--rounds 3]

FOLDER holds saved feeds (any names). --python is an interpreter that has feedparser. vigie reads the whole folder --repeat
times in one process (`extract --format jsonl --jobs 1`, its output thrown away); feedparser reads each file's bytes once in
one process, which is enough to make its start small. Both run in turn, A B A B; printed are megabytes per CPU-second (user +
system, as the kernel accounts it), the ratio round by round, and how many items each found.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

THEIRS = """
import sys, feedparser
found = 0
for path in sys.stdin.read().split("\\n"):
    with open(path, "rb") as file:
        found += len(feedparser.parse(file.read()).entries)
print(found)
"""


def measured(command, given, out):
    """CPU seconds of a command and its children."""
    with open(given, "rb") as source, open(out, "wb") as sink:
        child = subprocess.Popen(command, stdin=source, stdout=sink, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 3):
        sys.exit(f"{command[0]} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--vigie", default="target/release/vigie")
    parser.add_argument("--python", default="python3")
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    files = sorted(str(path) for path in args.folder.rglob("*") if path.is_file())
    size = sum(os.path.getsize(path) for path in files)
    ours = [args.vigie, "extract", "--format", "jsonl", "--jobs", "1"]
    ratios = []
    with tempfile.TemporaryDirectory() as scratch:
        given, out = os.path.join(scratch, "list"), os.path.join(scratch, "out")
        pathlib.Path(given).write_text("\n".join(files), encoding="utf-8")
        measured([*ours, *files], os.devnull, out)
        items = sum(len(json.loads(line)["items"]) for line in open(out, encoding="utf-8"))
        for turn in range(args.rounds):
            a = measured([*ours, *(files * args.repeat)], os.devnull, os.devnull) / args.repeat
            b = measured([args.python, "-c", THEIRS], given, out)
            ratios.append(b / a)
            print(f"round {turn + 1}: {len(files)} feeds, {size / 1e6:.2f} MB; vigie {size / 1e6 / a:.1f} MB/CPU-s, "
                  f"feedparser {size / 1e6 / b:.2f} MB/CPU-s; ratio {b / a:.1f}")
        print(f"items: vigie {items}, feedparser {pathlib.Path(out).read_text().strip()}")
    print(f"ratio: min {min(ratios):.1f} median {statistics.median(ratios):.1f} max {max(ratios):.1f}")


if __name__ == "__main__":
    main()
