"""Peak memory of the process that loads one very large file.

    .venv/bin/python benchmarks/memory.py [--size MIB] [--gzip MIB] [--ingest-only] [--data DIR] [--json FILE]

Makes a CSV of that size from real lines with fresh invoice numbers, and a gzip file of another size (of its content),
loads each in a process of its own, and reports that process's peak resident memory. `make bench-memory` runs it whole.
"""

import argparse
import gzip
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, BinaryIO

import pipeline_side
import recording
from rich.console import Console
from rich.table import Table
from scratch import ScratchServer, default_data, scratch_server

from scout_pipeline import flow, settings
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.ops.baselines import Figure
from scout_pipeline.sources import mapping as mappings

MEBIBYTE = 1024 * 1024
GOAL_MIB = 400
# staging, bronze with its key, and what silver and gold add, as multiples of the file; on the safe side
DISK_FACTOR = {True: 9, False: 16}
INVOICE_NUMBER = re.compile(rb"^([CA]?)(\d{6})(?=,)", re.MULTILINE)
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> int:
    arguments = _arguments()
    if arguments.child:
        print(json.dumps(_load(*arguments.child, ingest_only=arguments.ingest_only)))
        return 0
    console = Console()
    wanted = _wanted(arguments, console)
    with scratch_server() as server:
        facts = server.facts()
        results = [measure(server, arguments, size, suffix) for size, suffix in wanted]
    console.print(_table(results))
    recording.write(arguments.json, "memory", _figures(results), facts, results, console)
    return 1 if any(result["peak_mib"] >= GOAL_MIB for result in results) else 0


def measure(server: ScratchServer, arguments: argparse.Namespace, size: int, suffix: str) -> dict[str, Any]:
    """Make a file of `size` MiB of content, load it into a fresh database in a new process, remove everything."""
    folder = Path(tempfile.mkdtemp(prefix="scout-b-"))
    try:
        path = folder / f"large{suffix}"
        line_count = write_file(path, size * MEBIBYTE, arguments.data)
        with server.fresh_database() as url:
            measured = _in_child(path, url, ingest_only=arguments.ingest_only)
        return {"file": f"{size} MiB{suffix}", "bytes": path.stat().st_size, "lines": line_count, **measured}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_file(path: Path, size: int, data: Path) -> int:
    """Write at least `size` bytes of real lines, header included; the lines written."""
    line_count = written = 0
    with _open(path) as stream:
        for block in _blocks(data):
            written += stream.write(block)
            line_count += block.count(b"\n")
            if written >= size:
                break
    return line_count - 1


def _blocks(data: Path) -> Iterator[bytes]:
    """The header, then the days again and again; each time round puts its number into the invoice numbers."""
    files = sorted(data.glob("*.csv.gz"))
    with gzip.open(files[0]) as first:
        yield first.readline()
    turn = 0
    while True:
        turn += 1
        for path in files:
            with gzip.open(path) as stream:
                stream.readline()
                yield INVOICE_NUMBER.sub(rb"\g<1>%d\g<2>" % turn, stream.read())


def _open(path: Path) -> BinaryIO | gzip.GzipFile:
    return gzip.open(path, "wb", compresslevel=1) if path.suffix == ".gz" else path.open("wb")


def _in_child(path: Path, url: str, *, ingest_only: bool) -> dict[str, Any]:
    command = [sys.executable, __file__, "--child", str(path), url, *(["--ingest-only"] if ingest_only else [])]
    done = subprocess.run(command, env=settings.environment(), stdout=subprocess.PIPE, check=True, text=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _load(path: str, url: str, *, ingest_only: bool) -> dict[str, Any]:
    """The child: load, and say how much memory that took. The server's memory is not this process's."""
    start_mib = _peak_mib()
    target = Database(url)
    started = perf_counter()
    (outcome,) = landing.ingest(target, [Path(path)], mappings.load(pipeline_side.SOURCE))
    ingested = perf_counter()
    ingest_mib = _peak_mib()
    if not ingest_only:
        flow.run_incremental(target)
    finished = perf_counter()
    target.dispose()
    return {
        "status": outcome.status,
        "lines_loaded": outcome.lines_loaded,
        "start_mib": start_mib,
        "ingest_mib": ingest_mib,
        "peak_mib": _peak_mib(),
        "ingest_seconds": round(ingested - started, 1),
        "run_seconds": None if ingest_only else round(finished - ingested, 1),
    }


def _peak_mib() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT / MEBIBYTE, 1)


def _wanted(arguments: argparse.Namespace, console: Console) -> list[tuple[int, str]]:
    """Sizes (MiB) and suffixes of the files to try; stops when the disk would not hold the largest."""
    wanted = [(arguments.size, ".csv"), (arguments.gzip, ".csv.gz")]
    needed = max(size for size, _ in wanted) * DISK_FACTOR[arguments.ingest_only] * MEBIBYTE
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < needed:
        sys.exit(f"{tempfile.gettempdir()} has {free / 2**30:.0f} GiB free, about {needed / 2**30:.0f} are needed")
    console.print(f"needs about {needed / 2**30:.1f} GiB of disk, {free / 2**30:.0f} GiB are free")
    return [(size, suffix) for size, suffix in wanted if size > 0]


def _table(results: list[dict[str, Any]]) -> Table:
    table = Table(title=f"Peak resident memory of the loading process (goal: below {GOAL_MIB} MiB)")
    for name in ("file", "lines", "loaded", "after imports", "after ingest", "peak", "ingest s", "run s"):
        table.add_column(name, justify="right")
    for result in results:
        table.add_row(
            result["file"],
            f"{result['lines']:,}",
            f"{result['lines_loaded']:,}",
            *(f"{result[name]:.0f} MiB" for name in ("start_mib", "ingest_mib", "peak_mib")),
            str(result["ingest_seconds"]),
            str(result["run_seconds"] or "-"),
        )
    return table


def _figures(results: list[dict[str, Any]]) -> list[Figure]:
    figures = []
    for result in results:
        name = result["file"]
        figures.append(Figure(metric=f"peak of {name}", value=result["peak_mib"], unit="MiB", goal=GOAL_MIB))
        figures.append(Figure(metric=f"ingest of {name}", value=result["ingest_seconds"], unit="s"))
        if result["run_seconds"] is not None:
            figures.append(Figure(metric=f"run of {name}", value=result["run_seconds"], unit="s"))
    return figures


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=2048, metavar="MIB", help="size of the plain CSV (default 2048)")
    parser.add_argument("--gzip", type=int, default=300, metavar="MIB", help="content of the gzip (default 300)")
    parser.add_argument("--ingest-only", action="store_true", help="stop after bronze")
    parser.add_argument("--data", type=Path, default=default_data(), help="folder of daily Online Retail files")
    parser.add_argument("--json", type=Path, help="where the figures go (default benchmarks/results/)")
    parser.add_argument("--child", nargs=2, metavar=("FILE", "URL"), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
