"""A process killed at any step leaves nothing half done: the next run ends as if nobody had killed anything."""

import json
import multiprocessing
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from scout_pipeline import crash_points, settings
from scout_pipeline.database import Database
from scout_pipeline.quality import promises
from scout_pipeline_tests import crashing_run
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.floor_files import SMALL_WORLD
from scout_pipeline_tests.prepared import Prepared, State
from scout_pipeline_tests.shop_files import Line, install_mapping, write

EARLIER = [
    Line("1", sold_at="2024-03-05 10:00:00", customer="c1"),
    Line("2", store="B", sold_at="2024-03-06 10:00:00", customer="c2", region="South"),
    Line("R3", sold_at="2024-03-07 10:00:00", quantity="-1", customer="c1"),
]
LATER = [
    # a correction to another day, store, customer and region; a late day; a new day; one line that is refused
    replace(EARLIER[1], store="C", sold_at="2024-02-28 09:00:00", customer="c3", region="East", sku="SOAP"),
    Line("4", sold_at="2024-01-15 12:00:00", customer="c4"),
    Line("5", sold_at="2024-03-08 12:00:00", customer="c4"),
    Line("6", sold_at="2024-03-08 12:00:00", quantity="many"),
]
# processes that begin as copies of one that has imported everything and done nothing
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([crashing_run.__name__])
# the point as such is its first time; later times are the second file and the later gold tables
MOMENTS = [
    *crash_points.POINTS,
    "bronze.copied:2",
    "gold.taken:3",
    "gold.deleted:4",
    "gold.inserted:5",
    "gold.committed:2",
    "gold.committed:5",
]
# while work waits, gold may be behind and bronze ahead; these promises hold in every moment
ALWAYS = {"ledger_balances", "transactions_are_unique", "headers_equal_lines", "dimensions_cover_facts"}


def _take_earlier(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_mapping(folder / "mappings", monkeypatch)
    run_undisturbed(database, [write(folder / "earlier.csv", EARLIER)])


def _take_all(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_mapping(folder / "mappings", monkeypatch)
    run_undisturbed(database, write_later(folder))


EARLIER_CARRIED = State("earlier files", _take_earlier)
UNDISTURBED = State("undisturbed", _take_all, EARLIER_CARRIED)


def write_later(open_folder: Path) -> list[Path]:
    described = open_folder / "described.jsonl"
    described.write_text("".join(json.dumps(record) + "\n" for record in SMALL_WORLD), encoding="utf-8")
    return [write(open_folder / "a.csv", LATER[:2]), write(open_folder / "b.csv", LATER[2:]), described]


@pytest.fixture
def earlier(prepared: Prepared) -> Database:
    """What an undisturbed run over the earlier files left."""
    return prepared.copy(EARLIER_CARRIED)


@pytest.fixture
def later_files(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files to take then."""
    install_mapping(open_folder / "mappings", monkeypatch)
    return write_later(open_folder)


@pytest.fixture
def expected(prepared: Prepared) -> dict[str, str]:
    """What silver and gold say when nothing is killed."""
    return fingerprint(prepared.look(UNDISTURBED))


def run_undisturbed(database: Database, paths: list[Path]) -> None:
    crashing_run.take_and_carry(database, paths)


def run_and_be_killed(database: Database, paths: list[Path], moment: str, *, commit_at: str | None = None) -> int:
    """Run in another process until the moment; its exit status, minus the signal's number."""
    environment = {**settings.environment(), "SCOUT_DATABASE_URL": database.url, "SCOUT_CRASH": moment}
    process = PROCESSES.Process(target=crashing_run.main, args=(environment, paths, commit_at))
    process.start()
    process.join(60)
    if process.exitcode is None:
        process.kill()
        process.join()
    return process.exitcode or 0


def broken_promises(database: Database) -> set[str]:
    with database.transaction() as connection:
        return {result.promise.name for result in promises.check_all(connection) if not result.holds}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_killed_at_any_step_is_completed_by_the_next_one(
    earlier: Database, later_files: list[Path], expected: dict[str, str], moment: str
) -> None:
    """A machine that loses power at the wrong moment would leave figures that no later run repairs."""
    assert fingerprint(earlier) != expected
    status = run_and_be_killed(earlier, later_files, moment)
    assert status == -signal.SIGKILL, f"{moment} was never reached: the run ended with status {status}"
    assert broken_promises(earlier) & ALWAYS == set()
    run_undisturbed(earlier, later_files)
    assert fingerprint(earlier) == expected
    assert broken_promises(earlier) == set()


@pytest.mark.parametrize("point", ["bronze.claimed", "silver.superseded", "gold.taken", "gold.deleted"])
def test_a_step_that_commits_in_its_middle_is_found(
    earlier: Database, later_files: list[Path], expected: dict[str, str], point: str
) -> None:
    """A test of crashes that no half-done work can turn red would prove nothing."""
    assert run_and_be_killed(earlier, later_files, point, commit_at=point) == -signal.SIGKILL
    run_undisturbed(earlier, later_files)
    assert fingerprint(earlier) != expected


def test_a_name_that_no_step_has_kills_nothing(earlier: Database, later_files: list[Path]) -> None:
    """A misspelt step would otherwise look like one that was survived."""
    assert run_and_be_killed(earlier, later_files, "silver.windows") == 0
