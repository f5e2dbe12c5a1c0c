"""Nobody's files are lost, and a folder that is there is whole."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import psutil
import pyarrow.parquet as pq
import pytest

from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.simulate import simulate
from scout_pipeline.simulate import simulation
from scout_pipeline.simulate.arguments import Arguments, default_first_day
from scout_pipeline.simulate.errors import SimulationError
from scout_pipeline.simulate.folder import new_folder
from scout_pipeline_tests.simulate.conftest import CLEAN, write

TINY = Arguments(stores=1, days=1, first_day=default_first_day(1), rate=5, seed=1, dirty=0, late=0)


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    """Somebody's photographs would be gone."""
    (tmp_path / "photo.jpg").write_text("x")
    for force in (False, True):
        with pytest.raises(SimulationError, match="is not empty and no earlier simulation"):
            write(TINY, tmp_path, force=force)
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]
    with pytest.raises(SimulationError, match="is a file"):
        write(TINY, tmp_path / "photo.jpg")


def test_an_earlier_simulation_is_replaced_only_by_force(tmp_path: Path) -> None:
    """A second run in the wrong terminal would mix two worlds, or lose the first."""
    out = write(TINY, tmp_path / "out")
    before = (out / "truth.json").read_bytes()
    with pytest.raises(SimulationError, match="replace it with --force"):
        write(CLEAN, out)
    assert (out / "truth.json").read_bytes() == before
    write(CLEAN, out, force=True)
    assert json.loads((out / "truth.json").read_bytes())["arguments"]["seed"] == CLEAN.seed
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    """People make the folder first."""
    (tmp_path / "out").mkdir()
    assert (write(TINY, tmp_path / "out") / "truth.json").is_file()


def test_a_simulation_without_a_sale_is_whole(tmp_path: Path) -> None:
    """The smallest shop on its quietest day: empty tables, no empty files."""
    quiet = Arguments(stores=1, days=2, first_day=default_first_day(2), rate=0.1, seed=1, dirty=0.5, late=0.5)
    out = write(quiet, tmp_path / "out")
    assert json.loads((out / "truth.json").read_bytes())["totals"]["sales"] == 0
    assert pq.read_table(out / "truth" / "items.parquet").num_rows == 0
    assert list((out / "transactions").iterdir()) == []


def test_a_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a simulation looks like a whole one to whoever finds it."""

    def fail(*arguments: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(simulation, "outcomes", fail)
    with pytest.raises(OSError, match="no space left"):
        write(TINY, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_the_name_of_unfinished_work_is_not_cleared(tmp_path: Path) -> None:
    """`out.partial` may be anybody's."""
    (tmp_path / "out.partial").mkdir()
    (tmp_path / "out.partial" / "letter.txt").write_text("x")
    with pytest.raises(SimulationError, match="is in the way"):
        write(TINY, tmp_path / "out")
    assert (tmp_path / "out.partial" / "letter.txt").exists()


def test_two_runs_do_not_write_the_same_folder(tmp_path: Path) -> None:
    """Each would remove the other's parts."""
    with new_folder(tmp_path / "out") as partial:
        (partial / "part").write_text("x")
        with pytest.raises(SimulationError, match="another simulation writes"):
            write(TINY, tmp_path / "out")
    assert (tmp_path / "out" / "part").exists()


def test_killed_in_the_middle_there_is_no_folder_and_no_worker(tmp_path: Path) -> None:
    """A run that was killed would leave a folder without an end, and processes that wait for ever."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "scout_pipeline", "simulate", "--out", str(out), "--stores", "200"]
    running = subprocess.Popen([*command, "--days", "60", "--workers", "2"], stdout=subprocess.DEVNULL)
    try:
        _wait_for(lambda: any((tmp_path / "out.partial" / "parts").glob("*.arrow")))
        workers = psutil.Process(running.pid).children(recursive=True)
    finally:
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    assert len(workers) >= 2
    assert not out.exists()
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert alive == []
    write(TINY, out)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def _wait_for(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 50
    while not is_so():
        assert time.monotonic() < ends, "nothing was written"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name a folder with --out"),
        (("--out", "out", "--days", "0"), "--days is 0"),
        (("--out", "out", "--dirty", "0.7"), "--dirty is 0.7; it must be between 0 and 0.5"),
        (("--out", "out", "--stores", "0"), "--stores is 0"),
        (("--out", "out", "--first-day", "1900-01-01"), "choose another --first-day"),
        (("--out", "out", "--first-day", "tomorrow"), "'tomorrow' does not match the format"),
        (("--post", "http://127.0.0.1:1/"), "cannot be reached"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_mistake_gets_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], told: str
) -> None:
    """A traceback for a wrong number tells a person that the program is broken."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises((UserError, click.UsageError)) as error:
        simulate.main(list(arguments), standalone_mode=False)
    assert told in str(error.value)
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_a_folder_and_says_what_is_in_it(tmp_path: Path) -> None:
    """The command is what people use; all else here calls the code behind it."""
    options = ["--stores", "2", "--days", "2", "--rate", "300", "--progress"]
    command = [sys.executable, "-m", "scout_pipeline", "simulate", "--out", str(tmp_path / "out"), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    truth = json.loads((tmp_path / "out" / "truth.json").read_bytes())
    assert truth["arguments"]["first_day"] == "2026-06-29"
    assert f"{truth['totals']['sales']:,} sales" in done.stdout
    assert "sequence_gap" in done.stdout
    assert "sales" in done.stderr
