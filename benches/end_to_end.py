#!/usr/bin/env python3
"""The main job against what a user would assemble from Python packages, on one folder of files, in one run.

    benches/end_to_end.py FOLDER BRANDS.txt --incumbent 'python incumbent.py' [--vigie target/release/vigie]
                          [--rounds 3] [--jobs 2]
    benches/end_to_end.py --memory FOLDER BRANDS.txt [--files 100 10000]

FOLDER holds saved pages (*.html, *.htm) and feeds (*.xml, *.rss, *.atom); BRANDS.txt one brand a line, aliases after
`|`. The incumbent is any command that takes FOLDER BRANDS.txt OUT.csv --jobs N. Both run in turn, A B A B; printed are
files per CPU-second (user + system of the whole process tree, as the kernel accounts it) and their ratio, round by round.

--memory runs vigie alone on folders of copies of the same files, up to each count, each copy with other hosts and titles,
and prints the peak memory of each.
"""
import argparse
import os
import pathlib
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile

READ = {".html", ".htm", ".xml", ".rss", ".atom"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("brands", type=pathlib.Path)
    parser.add_argument("--incumbent", help="command of the other side")
    parser.add_argument("--vigie", default="target/release/vigie")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--files", type=int, nargs="+", default=[100, 10000])
    return parser.parse_args()


def measured(command, out):
    """CPU seconds of a command and its children, and the peak memory of the largest, in KiB."""
    with open(out, "wb") as sink:
        child = subprocess.Popen(command, stdout=sink, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command[0]} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss


def vigie(args, folder):
    command = [args.vigie, "scan", "--jobs", str(args.jobs), "--quiet"]
    for line in args.brands.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            name, *aliases = [part.strip() for part in line.split("|")]
            command += ["--brand", name] + [word for alias in aliases for word in ("--alias", alias)]
    return command + [str(folder)]


def files_of(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in READ)


def rows(path):
    return max(0, sum(1 for _ in open(path, "rb")) - 1)


def race(args):
    count = len(files_of(args.folder))
    ratios = []
    with tempfile.TemporaryDirectory() as scratch:
        ours, theirs = os.path.join(scratch, "ours.csv"), os.path.join(scratch, "theirs.csv")
        other = shlex.split(args.incumbent) + [str(args.folder), str(args.brands), theirs, "--jobs", str(args.jobs)]
        for turn in range(args.rounds):
            a, a_peak = measured(vigie(args, args.folder), ours)
            b, b_peak = measured(other, os.path.join(scratch, "log"))
            ratios.append(b / a)
            print(f"round {turn + 1}: {count} files; vigie {a:.2f} CPU-s = {count / a:.0f} files/CPU-s, {a_peak // 1024} MiB; "
                  f"incumbent {b:.2f} CPU-s = {count / b:.1f} files/CPU-s, {b_peak // 1024} MiB; ratio {b / a:.1f}")
        print(f"rows: vigie {rows(ours)}, incumbent {rows(theirs)}")
    print(f"ratio: min {min(ratios):.1f} median {statistics.median(ratios):.1f} max {max(ratios):.1f}")


def memory(args):
    originals = files_of(args.folder)
    peaks = []
    for wanted in args.files:
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch) / "copies"
            folder.mkdir()
            for number in range(wanted):
                copy, original = divmod(number, len(originals))
                original = originals[original]
                # Another host and another title: another document, not the same one seen again.
                body = original.read_bytes()
                if copy:
                    body = body.replace(b"://", b"://copy%d." % copy).replace(b"<title>", b"<title>%d " % copy)
                (folder / f"{number:06}{original.suffix.lower()}").write_bytes(body)
            _, peak = measured(vigie(args, folder), os.path.join(scratch, "out.csv"))
            peaks.append(peak)
            print(f"{wanted} files: peak {peak / 1024:.1f} MiB, {rows(os.path.join(scratch, 'out.csv'))} rows")
    print(f"largest / smallest: {max(peaks) / min(peaks):.3f}")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    options = arguments()
    memory(options) if options.memory else race(options)
