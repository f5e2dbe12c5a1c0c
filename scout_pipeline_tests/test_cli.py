"""The command line, as a person uses it: in a process of its own."""

import io
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from rich.console import Console

from scout_pipeline import settings
from scout_pipeline.cli import progress, server
from scout_pipeline.cli.main import COMMANDS
from scout_pipeline.database import Database
from scout_pipeline_tests import shop_files
from scout_pipeline_tests.shop_files import Line

# has Python tell on stderr each module that it loads
SHOW_IMPORTS = "PYTHONPROFILEIMPORTTIME"


@pytest.fixture
def shop(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one good file and a database that the commands use."""
    shop_files.install_mapping(tmp_path / "mappings", monkeypatch)
    monkeypatch.setenv("SCOUT_DATABASE_URL", database.url)
    shop_files.write(tmp_path / "in" / "a.csv", [Line("1"), Line("2", quantity="x")])
    return tmp_path


def scout(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "scout_pipeline", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=os.environ, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def assert_light(done: "subprocess.CompletedProcess[str]") -> None:
    """A command whose imports were shown loaded none of the libraries that take long to load."""
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "scout_pipeline.cli.main" in loaded
    assert loaded & {"dagster", "alembic", "numpy", "pandas", "pyarrow"} == set()


def test_a_file_goes_in_and_numbers_come_out(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The three commands of the README are the product's first impression, and so is how fast they start."""
    monkeypatch.setenv(SHOW_IMPORTS, "1")
    taken = scout("ingest", shop / "in", "--source", "test_shops", "--json")
    assert [file["status"] for file in json.loads(taken.stdout)] == ["loaded"], taken.stderr
    ran = scout("run", "--json")
    done = json.loads(ran.stdout)
    assert done["silver"]["lines_written"] == 1
    assert done["silver"]["lines_rejected"] == 1
    checked = scout("check", "--json")
    assert checked.returncode == 0, checked.stdout
    assert all(promise["holds"] for promise in json.loads(checked.stdout))
    for one in (taken, ran, checked):
        assert_light(one)


@pytest.mark.parametrize("arguments", [("--help",), ("status",), ("psql", "-c", "select 1")], ids=" ".join)
def test_a_plain_command_starts_without_dagster_and_alembic(
    database: Database, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """They take a second and a half of each start, which people wait for: docs/decisions/0042."""
    monkeypatch.setenv("SCOUT_DATABASE_URL", database.url)
    monkeypatch.setenv(SHOW_IMPORTS, "1")
    done = scout(*arguments)
    assert done.returncode == 0, done.stderr
    assert_light(done)


def test_the_demo_simulates_shops_where_there_are_no_data(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first command of the README would fail on every machine but ours; run again, it must add nothing."""
    monkeypatch.setenv("SCOUT_DATABASE_URL", database.url)
    monkeypatch.setenv("SCOUT_TEST_DATA", str(tmp_path))
    demo = ("demo", "--stores", "3", "--days", "3")
    first, second = scout(*demo), scout(*demo)
    folder = settings.current().home_dir / "simulated-3x3"
    assert (first.returncode, second.returncode) == (0, 0), first.stdout
    assert str(folder) in first.stdout
    assert str(folder) not in second.stdout
    totals = json.loads((folder / "truth.json").read_bytes())["totals"]
    sold = totals["transactions"] - totals["voided_transactions"]
    value = f"{totals['peso_value_centavos'] / 100:,.2f}".rstrip("0").rstrip(".")
    for shown in (first.stdout, second.stdout):
        (gold,) = [line.split("│") for line in shown.splitlines() if "│ gold, 3 days, " in line]
        assert [cell.strip() for cell in gold[3:5]] == [f"{sold:,}", value]
    assert " loaded " in first.stdout
    assert " loaded " not in second.stdout.replace("lines read ┃ loaded ┃", "")


def test_a_refused_file_ends_ingest_with_status_1_each_time(shop: Path) -> None:
    """A script that feeds the same broken file every night would be told that all is well from the second night on."""
    (shop / "in" / "b.csv").write_text("no,header,that,is,known\n1,2,3,4,5\n", encoding="utf-8")
    first = scout("ingest", shop / "in", "--source", "test_shops")
    assert first.returncode == 1
    assert "b.csv: refused, " in first.stdout
    again = scout("ingest", shop / "in", "--source", "test_shops", "--json")
    assert again.returncode == 1
    taken, refused = json.loads(again.stdout)
    assert (taken["status"], taken["reason"]) == ("known", None)
    assert refused["status"] == "known"
    assert refused["reason"].startswith(f"refused before, as batch {refused['batch_id']}: ")
    assert refused["reason"].partition(": ")[2] in first.stdout.replace("\n", "")
    assert scout("ingest", shop / "in" / "a.csv", "--source", "test_shops").returncode == 0


def test_a_broken_promise_ends_check_with_status_1(shop: Path, database: Database) -> None:
    """A check whose status is always 0 cannot stop anything."""
    scout("ingest", shop / "in", "--source", "test_shops")
    scout("run")
    with database.transaction() as connection:
        connection.exec_driver_sql("update scout.gold_daily_aggregates set net_revenue = 1")
    checked = scout("check")
    assert checked.returncode == 1
    assert "daily_equals_silver" in checked.stdout
    assert "scout run --rebuild" in checked.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ingest", "nothing.csv", "--source", "test_shops"), "nothing.csv does not exist"),
        (("ingest", ".", "--source", "no_such_source"), "known sources"),
        (("ingest", "empty", "--source", "test_shops"), "holds no file of source test_shops"),
        (("run", "--rebuild", "2011-13"), "write it as 2011-03"),
        (("run", "--rebuild", "2011-05..2011-03"), "earlier month first"),
        (("run", "--rebuild", "2011-05", "--reconcile"), "exclude each other"),
        (("nonsense",), "No such command"),
        (("ingest", "--source", "test_shops"), "Missing argument"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_mistake_gets_one_clear_line(shop: Path, arguments: tuple[str, ...], told: str) -> None:
    """A traceback for a mistyped path tells a person that the program is broken."""
    (shop / "empty").mkdir()
    given = [str(shop / "empty") if argument == "empty" else argument for argument in arguments]
    done = scout(*given)
    assert done.returncode == 2
    assert told in done.stderr.replace("\n", " ")
    assert done.stdout == ""


def test_an_unmigrated_server_of_ones_own_is_not_touched(
    empty_database: Database, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Migrating somebody's database is their decision."""
    monkeypatch.setenv("SCOUT_DATABASE_URL", empty_database.url)
    done = scout("run")
    assert done.returncode == 2
    assert "scout migrate up" in done.stderr
    with empty_database.transaction() as connection:
        assert connection.exec_driver_sql("select to_regnamespace('scout')").scalar_one() is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            "update ops.migration_history set revision = '9999', slug = 'to_come' where revision = :newest",
            "9999 to_come is applied, and this version does not have it: upgrade",
        ),
        (
            "update ops.migration_history set checksum_up = repeat('0', 64) where revision = :newest",
            "were changed after it was applied: bring back those of its release",
        ),
    ],
    ids=["newer", "changed"],
)
def test_a_server_that_migrating_would_not_mend_is_told_so(
    shop: Path, database: Database, change: str, told: str
) -> None:
    """Whoever starts an old version on the database of a new one would be told to migrate, which is refused."""
    with database.transaction() as connection:
        newest = connection.exec_driver_sql("select max(revision) from ops.migration_history").scalar_one()
        connection.execute(sa.text(change), {"newest": newest})
    done = scout("run")
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
    assert "scout migrate up" not in done.stderr


def test_status_shows_every_path_whole_in_a_pipe(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket path that ends in an ellipsis cannot be copied, and a folded one cannot be searched for."""
    home = open_folder / ("a-folder-with-a-long-name/" * 4 + "home")
    monkeypatch.setenv("SCOUT_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "60")
    lines = scout("status").stdout.splitlines()
    (socket,) = {part for line in lines for part in line.split() if part.startswith("/") and "database" in line}
    assert socket == json.loads(scout("status", "--json").stdout)["database"]["address"]
    assert f"logs: {home / 'logs'}" in lines


def test_status_shows_every_path_whole_on_a_narrow_terminal(open_folder: Path) -> None:
    """Whoever works in half a window would see the beginning of an address."""
    address = str(open_folder / ("a-folder-with-a-long-name/" * 4 + "home/run"))
    database = {"state": "running", "address": address, "version": "18.6"}
    seen = io.StringIO()
    server._print_report(
        {"database": database, "services": [], "daemon": None, "logs": address},
        Console(file=seen, force_terminal=True, width=60),
    )
    cells = [line.split("│")[3].strip() for line in seen.getvalue().splitlines() if line.count("│") == 5]
    assert "".join(cells) == address


# every command's help as a new process prints it: nothing of the pipeline is imported before its module
HELP = """
import contextlib, io, json, sys
from scout_pipeline.cli.main import COMMANDS
shown = {}
for command in ["", *COMMANDS]:
    for name in [name for name in sys.modules if name.partition(".")[0] == "scout_pipeline"]:
        del sys.modules[name]
    from scout_pipeline.cli.main import main
    sys.argv = ["scout", *filter(None, [command]), "--help"]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        try:
            main()
        except SystemExit as ended:
            shown[command] = (ended.code, printed.getvalue())
print(json.dumps(shown))
"""


@cache
def helps() -> dict[str, tuple[int, str]]:
    """Exit status and text of each command's --help; one process for all: most of its time is that of libraries."""
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return {command: (status, text) for command, (status, text) in json.loads(done.stdout).items()}


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_teaches(command: str) -> None:
    """Help is where a newcomer looks first; it needs no database."""
    status, printed = helps()[command]
    assert status == 0
    usage, _, text = printed.partition("\n")
    assert usage.startswith("Usage:")
    # two blanks and more set an example off from a sentence that names the command
    examples = re.findall(rf"^ {{3,}}(?:\w+=\S+ )?(scout {command or 'ingest'}\b.*)", text, flags=re.MULTILINE)
    assert examples, text


def test_the_help_of_a_process_of_its_own_is_the_same() -> None:
    """What one process says of all commands would not be what a person sees."""
    for command in ("", "run"):
        done = scout(*filter(None, [command]), "--help")
        assert (done.returncode, done.stdout.replace("python -m scout_pipeline", "scout", 1)) == helps()[command]


def test_long_work_shows_a_bar_on_a_terminal_and_nothing_in_a_pipe() -> None:
    """A minute without a sign looks like a command that hangs, and a bar in a log file is noise."""
    for is_terminal in (True, False):
        shown = io.StringIO()
        console = Console(file=shown, force_terminal=is_terminal, width=100)
        with progress.steps(console, "silver", 4, "tables") as (goes_on, done):
            goes_on("silver: 7 lines")
            done("gold/daily_aggregates: 3 rows")
        seen = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.getvalue())
        assert ("1/4 tables" in seen) == is_terminal
        assert ("gold/daily_aggregates: 3 rows" in seen) == is_terminal
