#!/usr/bin/env python3
"""The crawl against a server of this machine: many sources, a slow host, memory, and what has not changed.

    benches/crawl.py [--vigie target/release/vigie] [--rounds 3] [many] [slow] [memory] [unchanged]

many       2,000 feeds on 200 ports, 50 ms before each answer: time, requests a second, CPU time, and the time that the
           latency alone would take at 64 requests at once
slow       the same with one more port that takes 5 s for each of its 10 feeds: when the last answer of the others came,
           with it and without it
memory     1,000, 20,000 and 40,000 feeds on 200 ports: peak memory of a first and of a second scan
unchanged  20,000 feeds answered 304: feeds a second of `vigie crawl`, and of `curl --parallel` fetching the same addresses
           with the same validators, in turn; and the CPU time of each

The server is one process of this script and takes a core of its own: rates are bounded by it, ratios are not.
"""
import argparse
import asyncio
import multiprocessing
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

BASE = 21000
FEED = (
    '<rss version="2.0"><channel><title>Source</title><item><title>Atlas, nouvelle {0}</title><guid>g{0}</guid>'
    "<pubDate>Fri, 20 Nov 2026 10:00:00 +0000</pubDate></item></channel></rss>"
)


def serve(ports, latency, slow, log, ready):
    async def handle(reader, writer):
        port = writer.get_extra_info("sockname")[1]
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                await asyncio.sleep(slow if port == BASE + ports else latency)
                if not path.startswith("/f/"):
                    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                elif b"if-none-match" in head.lower():
                    writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n')
                else:
                    body = FEED.format(path[3:]).encode()
                    head = f'HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: "a"\r\nContent-Length: {len(body)}\r\n\r\n'
                    writer.write(head.encode() + body)
                if log is not None and path.startswith("/f/"):
                    log.put((port == BASE + ports, time.monotonic()))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def main():
        servers = [await asyncio.start_server(handle, "127.0.0.1", BASE + n, backlog=1024) for n in range(ports + 1)]
        ready.set()
        await asyncio.gather(*(server.serve_forever() for server in servers))

    asyncio.run(main())


class Server:
    def __init__(self, ports=200, latency=0.0, slow=0.0, log=False):
        self.log = multiprocessing.Queue() if log else None
        ready = multiprocessing.Event()
        self.process = multiprocessing.Process(target=serve, args=(ports, latency, slow, self.log, ready), daemon=True)
        self.process.start()
        ready.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.join()


def configured(folder, feeds, ports=200, slow=0):
    sources = [(n, BASE + n % ports) for n in range(feeds)] + [(feeds + n, BASE + ports) for n in range(slow)]
    opened = ", ".join(f'"127.0.0.1:{BASE + n}"' for n in range(ports + 1))
    with open(folder / "vigie.toml", "w") as out:
        out.write(f'[vigie]\ntimezone = "UTC"\n[crawl]\nallow_address = [{opened}]\n[[brand]]\nname = "Atlas"\n')
        for n, port in sources:
            out.write(f'[[source]]\nname = "s{n}"\nkind = "feed"\nurl = "http://127.0.0.1:{port}/f/{n}"\n')
    return [f"http://127.0.0.1:{port}/f/{n}" for n, port in sources]


def measured(command, folder):
    """Seconds, CPU seconds, peak memory in KiB."""
    start = time.monotonic()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0
    while True:
        # What the kernel accounts to the process has this one's memory in it, from before it became another program.
        try:
            with open(f"/proc/{child.pid}/status") as about:
                peak = max([peak] + [int(line.split()[1]) for line in about if line.startswith("VmHWM:")])
        except OSError:
            pass
        pid, status, used = os.wait4(child.pid, os.WNOHANG)
        if pid:
            break
        time.sleep(0.002)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command[0]} ended with {child.returncode}")
    return time.monotonic() - start, used.ru_utime + used.ru_stime, peak


def many(args):
    bound = (2_000 + 200 + 200) * 0.05 / 64
    with Server(latency=0.05) as _:
        for _ in range(args.rounds):
            with tempfile.TemporaryDirectory() as folder:
                folder = pathlib.Path(folder)
                configured(folder, 2_000)
                took, cpu, peak = measured([args.vigie, "crawl", "-q"], folder)
                again, cpu_again, _ = measured([args.vigie, "crawl", "-q"], folder)
                print(
                    f"many: 2,000 feeds in {took:.2f} s ({2_400 / took:.0f} requests/s, {cpu:.2f} CPU-s, {peak >> 10} MiB); "
                    f"latency alone {bound:.2f} s; again, unchanged, {again:.2f} s ({cpu_again:.2f} CPU-s)"
                )


def slow(args):
    ratios = []
    for _ in range(args.rounds):
        last = {}
        for with_slow in (False, True):
            with Server(latency=0.05, slow=5.0, log=True) as server, tempfile.TemporaryDirectory() as folder:
                folder = pathlib.Path(folder)
                configured(folder, 2_000, slow=10 if with_slow else 0)
                start = time.monotonic()
                took, _, _ = measured([args.vigie, "crawl", "-q"], folder)
                answers = []
                while not server.log.empty() or len(answers) < 2_000:
                    answers.append(server.log.get(timeout=5))
                last[with_slow] = max(at for is_slow, at in answers if not is_slow) - start
                print(f"slow: {'with' if with_slow else 'without'} it the others were done after {last[with_slow]:.2f} s, all after {took:.2f} s")
        ratios.append(last[True] / last[False])
    print(f"slow: others with it / without it: {statistics.median(ratios):.3f} (median of {len(ratios)})")


def memory(args):
    sizes = (1_000, 20_000, 40_000)
    with Server() as _:
        peaks = {}
        for feeds in sizes:
            for _ in range(args.rounds):
                with tempfile.TemporaryDirectory() as folder:
                    folder = pathlib.Path(folder)
                    configured(folder, feeds)
                    first = measured([args.vigie, "scan", "-q"], folder)[2]
                    second = measured([args.vigie, "scan", "-q"], folder)[2]
                    peaks.setdefault(feeds, []).append((first, second))
        for at, name in enumerate(("first", "second")):
            few, many, more = (statistics.median(peak[at] for peak in peaks[feeds]) for feeds in sizes)
            print(
                f"memory: {name} scan: {few / 1024:.1f} MiB with 1,000, {many / 1024:.1f} MiB with 20,000 "
                f"({many / few:.2f} times), {more / 1024:.1f} MiB with 40,000: {(more - many) * 1024 / 20_000:.0f} bytes for each more"
            )


def unchanged(args):
    with Server() as _, tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        urls = configured(folder, 20_000)
        with open(folder / "urls", "w") as out:
            out.writelines(f'url = "{url}"\noutput = "/dev/null"\n' for url in urls)
        measured([args.vigie, "crawl", "-q"], folder)
        curl = ["curl", "-s", "--parallel", "--parallel-max", "64", "-H", 'If-None-Match: "a"', "-K", "urls"]
        ratios = []
        for _ in range(args.rounds):
            ours, our_cpu, _ = measured([args.vigie, "crawl", "-q"], folder)
            theirs, their_cpu, _ = measured(curl, folder)
            ratios.append((theirs / ours, their_cpu / our_cpu))
            print(
                f"unchanged: vigie {20_000 / ours:.0f}/s ({our_cpu:.2f} CPU-s), curl {20_000 / theirs:.0f}/s ({their_cpu:.2f} CPU-s); "
                f"vigie is {theirs / ours:.2f} times as fast, for {our_cpu / their_cpu:.2f} times the CPU time"
            )
        print(f"unchanged: median {statistics.median(r for r, _ in ratios):.2f} times as fast as curl")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vigie", default="target/release/vigie")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("what", nargs="*", choices=["many", "slow", "memory", "unchanged", []])
    args = parser.parse_args()
    args.vigie = str(pathlib.Path(args.vigie).resolve())
    for name in args.what or ["many", "slow", "memory", "unchanged"]:
        {"many": many, "slow": slow, "memory": memory, "unchanged": unchanged}[name](args)


if __name__ == "__main__":
    main()
