#!/usr/bin/env python3
"""Reading saved pages against trafilatura, on one folder, on one core each, in one run.

    benches/pages.py FOLDER [--vigie target/release/vigie] [--python python3] [--repeat 10] [--rounds 3]

FOLDER holds saved pages (any names). --python is an interpreter that has trafilatura. vigie reads the whole folder --repeat
times in one process (`extract --format jsonl --jobs 1`, its output thrown away), and all of that process counts, its start
too. trafilatura reads each page's bytes once in one process, main text with metadata and comments as `bare_extraction` does
them by default, and only the reading counts: neither its start, nor its imports, nor the first page, on which it compiles its
patterns. Both run in turn, A B A B; printed are pages per CPU-second (user + system), the ratio round by round, and how many
characters each found.
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
import json, sys, time
import trafilatura
from trafilatura import bare_extraction
pages = []
for path in sys.stdin.read().split("\\n"):
    with open(path, "rb") as file:
        pages.append(file.read())
def text(of):
    return (of.text or "", of.comments or "") if of is not None else ("", "")
bare_extraction(pages[0], with_metadata=True, include_comments=True)
characters, failed = 0, 0
start = time.process_time()
for page in pages:
    try:
        characters += sum(map(len, text(bare_extraction(page, with_metadata=True, include_comments=True))))
    except Exception:
        failed += 1
used = time.process_time() - start
print(json.dumps({"used": used, "characters": characters, "failed": failed, "version": trafilatura.__version__}))
"""


def ours(command):
    """CPU seconds of a command and its children."""
    with open(os.devnull, "wb") as sink:
        child = subprocess.Popen(command, stdout=sink, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 3):
        sys.exit(f"{command[0]} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime


def theirs(python, given):
    """What the other side says of itself."""
    with open(given, "rb") as source:
        done = subprocess.run([python, "-c", THEIRS], stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"{python} ended with {done.returncode}: has it trafilatura?")
    return json.loads(done.stdout)


def characters(line):
    page = json.loads(line)
    return len(page["text"] or "") + sum(len(item["text"]) for item in page["items"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--vigie", default="target/release/vigie")
    parser.add_argument("--python", default="python3")
    parser.add_argument("--repeat", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    files = sorted(str(path) for path in args.folder.rglob("*") if path.is_file())
    size = sum(os.path.getsize(path) for path in files)
    command = [args.vigie, "extract", "--format", "jsonl", "--jobs", "1"]
    found = subprocess.run([*command, *files], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    read = sum(map(characters, found.decode("utf-8").splitlines()))
    ratios, other = [], {}
    with tempfile.TemporaryDirectory() as scratch:
        given = os.path.join(scratch, "list")
        pathlib.Path(given).write_text("\n".join(files), encoding="utf-8")
        for turn in range(args.rounds):
            a = ours([*command, *(files * args.repeat)]) / args.repeat
            other = theirs(args.python, given)
            b = other["used"]
            ratios.append(b / a)
            print(f"round {turn + 1}: {len(files)} pages, {size / 1e6:.2f} MB; "
                  f"vigie {len(files) / a:.0f} pages/CPU-s ({size / 1e6 / a:.1f} MB), "
                  f"trafilatura {len(files) / b:.1f} ({size / 1e6 / b:.2f} MB); ratio {b / a:.1f}", flush=True)
    print(f"characters: vigie {read}, trafilatura {other['version']} {other['characters']}, on {other['failed']} pages it failed")
    print(f"ratio: min {min(ratios):.1f} median {statistics.median(ratios):.1f} max {max(ratios):.1f}")


if __name__ == "__main__":
    main()
