"""The memory of a load does not grow with its file: the benchmark, on files of a size that suits a test."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scout_pipeline.ops import baselines
from scout_pipeline_tests.conftest import REPOSITORY

MEBIBYTE = 1024 * 1024
GOAL_MIB = 400
# blocks and buffers; what a file of any size may add to the process
GROWTH_MIB = 10
# compressing and loading a packed file of more content than this shows nothing new
LARGEST_PACKED_MIB = 300
# a loaded machine takes about a second for each MiB of a file through all layers
SECONDS_A_MIB = 4


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
