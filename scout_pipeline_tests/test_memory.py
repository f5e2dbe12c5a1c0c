"""The memory of a load does not grow with its file: the benchmark, on files of a size that suits a test."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scout_pipeline.ops import baselines
from scout_pipeline_tests.conftest import REPOSITORY
from scout_pipeline_tests.workbook_files import raw

MEBIBYTE = 1024 * 1024
GOAL_MIB = 400
# blocks and buffers; what a file of any size may add to the process
GROWTH_MIB = 10
# compressing and loading a packed file of more content than this shows nothing new
LARGEST_PACKED_MIB = 300
# a loaded machine takes about a second for each MiB of a file through all layers
SECONDS_A_MIB = 4
# rows of a Parquet file whose one row group is many times what reading it may add
PARQUET_ROWS = 1_000_000
PARQUET_MIB, PARQUET_GROWTH_MIB = 90, 50
# rows of a workbook with a height each and two texts of the shared table: several blocks of them, and many times that
SHEET_ROWS, SHEET_BLOCKS_ROWS, SHEET_GROWTH_MIB = 140_000, 30_000, 9
READER = """
import resource, sys
from pathlib import Path
from scout_pipeline.sources import parquet, workbooks

def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 ** 2 if sys.platform == "darwin" else 1024)

for path in map(Path, sys.argv[1:]):
    typed = parquet if path.suffix == ".parquet" else workbooks
    lines = sum(block.count(b"\\n") for block in typed.opened(path, None)[1]())
    print(lines, peak_mib())
"""


def test_a_file_passes_through_without_being_held_in_memory(
    request: pytest.FixtureRequest, online_retail_dir: Path, tmp_path: Path
) -> None:
    """A reader that keeps what it read works on every day's file, and is killed on the first large one.

    With 12 MiB, as here by default, only the growth shows a file that is held; `make memory` takes 2 GiB.
    """
    size = int(request.config.getoption("--memory-mib"))
    packed_size = min(size, LARGEST_PACKED_MIB)
    report = tmp_path / "memory.json"
    done = subprocess.run(
        [
            *(sys.executable, "benchmarks/memory.py", "--size", str(size), "--gzip", str(packed_size)),
            *("--data", str(online_retail_dir), "--json", str(report)),
        ],
        cwd=REPOSITORY,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=300 + SECONDS_A_MIB * (size + packed_size),
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    result = baselines.read(report)
    peaks = {figure.metric: figure.value for figure in result.figures if figure.goal == GOAL_MIB}
    names = [f"{size} MiB.csv", f"{packed_size} MiB.csv.gz"]
    assert set(peaks) == {f"peak of {name}" for name in names}
    plain, packed = result.detail
    assert [plain["file"], packed["file"]] == names
    assert plain["bytes"] >= size * MEBIBYTE
    assert packed["bytes"] < packed_size * MEBIBYTE / 2
    for loaded, content in ((plain, size), (packed, packed_size)):
        assert loaded["status"] == "loaded"
        assert loaded["lines_loaded"] == loaded["lines"] > 10_000 * content
        assert loaded["run_seconds"] > 0
        assert loaded["peak_mib"] < GOAL_MIB
        assert loaded["peak_mib"] - loaded["start_mib"] < GROWTH_MIB


def test_a_row_group_passes_through_without_being_held_in_memory(tmp_path: Path) -> None:
    """Other tools write one row group a file: its columns, read whole, would need as much memory as the file has bytes.

    A file of few rows is read first, by the same process, so that only what the rows add is counted.
    """
    paths = [tmp_path / "few.parquet", tmp_path / "many.parquet"]
    for path, count in zip(paths, (PARQUET_ROWS // 20, PARQUET_ROWS), strict=True):
        column = pa.array([f"{number:020d}" for number in range(count)])
        table = pa.table({f"column_{number}": column for number in range(4)})
        pq.write_table(table, path, row_group_size=count, use_dictionary=False, compression="none")
    assert pq.read_metadata(paths[1]).num_row_groups == 1
    assert paths[1].stat().st_size > PARQUET_MIB * MEBIBYTE
    few, many = read_by_one_process(paths)
    assert [few[0], many[0]] == [PARQUET_ROWS // 20, PARQUET_ROWS]
    assert many[1] - few[1] < PARQUET_GROWTH_MIB, (few, many)


def test_a_sheet_passes_through_without_being_held_in_memory(tmp_path: Path) -> None:
    """A workbook is read from a tree of elements, a list of texts and a table of heights: each grows if it is kept."""
    paths = [tmp_path / "few.xlsx", tmp_path / "many.xlsx"]
    for path, count in zip(paths, (SHEET_BLOCKS_ROWS, SHEET_ROWS), strict=True):
        rows = (
            f'<row r="{row}" ht="15.75" customHeight="1"><c r="A{row}" t="s"><v>{2 * row - 2}</v></c>'
            f'<c r="B{row}" t="s"><v>{2 * row - 1}</v></c></row>'
            for row in range(1, count + 1)
        )
        texts = (f"<si><t>text {number:09d}</t></si>" for number in range(2 * count))
        path.write_bytes(raw("".join(rows), texts="".join(texts)))
    few, many = read_by_one_process(paths)
    assert [few[0] + 1, many[0] + 1] == [SHEET_BLOCKS_ROWS, SHEET_ROWS]
    assert many[1] - few[1] < SHEET_GROWTH_MIB, (few, many)


def read_by_one_process(paths: list[Path]) -> list[list[float]]:
    """Of each file the lines that were read of it, and the highest memory of the process so far in MiB."""
    # a process starts with the peak of the one that starts it: the shell between the two has a small one
    started = ["sh", "-c", '"$@"; exit $?', "sh", sys.executable, "-c", READER, *map(str, paths)]
    done = subprocess.run(started, capture_output=True, text=True, timeout=300, check=True)
    return [[float(word) for word in line.split()] for line in done.stdout.splitlines()]
