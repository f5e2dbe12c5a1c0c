"""The memory of a load does not grow with its file: the benchmark, on files of a size that suits a test."""

import os
import subprocess
import sys
from pathlib import Path

from scout_pipeline.ops import baselines
from scout_pipeline_tests.conftest import REPOSITORY

SIZE_MIB = 20
GOAL_MIB = 400


def test_a_file_passes_through_without_being_held_in_memory(online_retail_dir: Path, tmp_path: Path) -> None:
    """A reader that keeps what it read works on every day's file, and is killed on the first large one.

    The limit is that of a file of 2 GiB (`make bench-memory`); at this size only the growth shows a file that is held.
    """
    report = tmp_path / "memory.json"
    done = subprocess.run(
        [
            *(sys.executable, "benchmarks/memory.py", "--size", str(SIZE_MIB), "--gzip", str(SIZE_MIB)),
            *("--data", str(online_retail_dir), "--json", str(report)),
        ],
        cwd=REPOSITORY,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    result = baselines.read(report)
    peaks = {figure.metric: figure.value for figure in result.figures if figure.goal == GOAL_MIB}
    assert set(peaks) == {f"peak of {SIZE_MIB} MiB{suffix}" for suffix in (".csv", ".csv.gz")}
    plain, packed = result.detail
    assert (plain["file"], packed["file"]) == (f"{SIZE_MIB} MiB.csv", f"{SIZE_MIB} MiB.csv.gz")
    assert packed["bytes"] < plain["bytes"]
    for result in (plain, packed):
        assert result["status"] == "loaded"
        assert result["lines_loaded"] == result["lines"] > 200_000
        assert result["run_seconds"] > 0
        assert result["peak_mib"] < GOAL_MIB
        assert result["peak_mib"] - result["start_mib"] < SIZE_MIB
