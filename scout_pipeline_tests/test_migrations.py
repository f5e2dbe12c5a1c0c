"""Migrations on a real server: up, down, status, verify, dry runs, interruption, two at once, new."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.migrations import fingerprint, history, loss, new, runner, standing
from scout_pipeline.migrations.errors import MigrationError
from scout_pipeline.migrations.fingerprint import Fingerprint
from scout_pipeline.migrations.plan import Preview

Write = Callable[..., Path]
NOTHING_MISSING = "select 1 where false;"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes one migration into a folder of the test's own; returns that folder."""
    folder = tmp_path / "migrations"
    folder.mkdir()

    def write(name: str, *, up: str, down: str, verify: str = NOTHING_MISSING) -> Path:
        (folder / name).mkdir(exist_ok=True)
        for part, text in {"up": up, "down": down, "verify": verify}.items():
            (folder / name / f"{part}.sql").write_text(text)
        return folder

    return write


@pytest.fixture
def shop(write: Write) -> Path:
    """Two migrations: a table, then a column and an index on it."""
    write("0001_shop", up="create schema scout; create table scout.shop (id int);", down="drop schema scout cascade;")
    return write(
        "0002_shop_name",
        up="alter table scout.shop add name text; create index shop_name_idx on scout.shop (name);",
        down="alter table scout.shop drop name;",
        verify="select 'index' as kind where to_regclass('scout.shop_name_idx') is null;",
    )


def catalogue(db: Database) -> Fingerprint:
    with db.transaction() as connection:
        return fingerprint.read(connection)


def ledger(db: Database) -> list[dict[str, Any]]:
    with db.transaction() as connection:
        if not history.exists(connection):
            return []
        rows = connection.execute(sa.text("select * from ops.migration_history order by history_id")).mappings()
        return [dict(row) for row in rows]


def execute(db: Database, statement: str) -> None:
    with db.transaction() as connection:
        connection.exec_driver_sql(statement)


def states(db: Database, folder: Path) -> list[str]:
    return [each.state for each in standing.status(db, folder=folder)]


def test_up_then_down_then_up_again_leads_to_the_same_catalogue(empty_database: Database, shop: Path) -> None:
    """Without it, a rollback in production would be tried for the first time in production."""
    runner.up(empty_database, folder=shop)
    first = catalogue(empty_database)
    runner.down(empty_database, to="base", folder=shop)
    assert ("table", "scout.shop") not in catalogue(empty_database)
    runner.up(empty_database, folder=shop)
    assert fingerprint.difference(first, catalogue(empty_database)) == []
    assert [(row["direction"], row["revision"]) for row in ledger(empty_database)] == [
        ("up", "0001"), ("up", "0002"), ("down", "0002"), ("down", "0001"), ("up", "0001"), ("up", "0002"),
    ]  # fmt: skip


def test_the_history_says_who_when_how_long_and_from_which_files(empty_database: Database, shop: Path) -> None:
    """Without it, nobody could tell afterwards which version of a file made the table."""
    runner.up(empty_database, to="0001", folder=shop)
    (row,) = ledger(empty_database)
    assert row["applied_at"] >= row["started_at"]
    assert row["duration_ms"] >= 0
    assert "(os: " in row["applied_by"]
    assert [len(row[f"checksum_{part}"]) for part in ("up", "down", "verify")] == [64, 64, 64]
    runner.down(empty_database, to="base", folder=shop)
    assert ledger(empty_database)[0]["rolled_back_at"] is not None


def test_up_a_second_time_does_nothing(empty_database: Database, shop: Path) -> None:
    """Without it, every start of the pipeline would be a deployment."""
    runner.up(empty_database, folder=shop)
    before = ledger(empty_database)
    assert runner.up(empty_database, folder=shop) == []
    assert ledger(empty_database) == before


def test_status_knows_pending_applied_changed_and_unknown(empty_database: Database, shop: Path, tmp_path: Path) -> None:
    """Without it, an operator would compare two lists by eye."""
    assert states(empty_database, shop) == ["pending", "pending"]
    runner.up(empty_database, to="0001", folder=shop)
    assert states(empty_database, shop) == ["applied", "pending"]
    runner.up(empty_database, folder=shop)
    (newest,) = shop.glob("0002_*")
    shutil.move(newest, tmp_path / newest.name)
    assert states(empty_database, shop) == ["applied", "unknown"]
    with pytest.raises(MigrationError, match="which this version does not have: upgrade scout"):
        runner.up(empty_database, folder=shop)
    shutil.move(tmp_path / newest.name, newest)
    runner.down(empty_database, to="0001", folder=shop)
    (shop / "0001_shop" / "up.sql").write_text("select 1;")
    assert states(empty_database, shop) == ["changed", "pending"]
    (shop / "0001_shop" / "up.sql").rename(shop / "gone.sql")
    with pytest.raises(MigrationError, match=r"0001_shop has no up\.sql"):
        states(empty_database, shop)


@pytest.mark.parametrize("applied", ["base", "0001"])
def test_a_dry_run_of_up_tells_what_it_would_touch_and_changes_nothing(
    empty_database: Database, shop: Path, applied: str
) -> None:
    """Without it, the look before the leap would be the leap."""
    if applied != "base":
        runner.up(empty_database, to=applied, folder=shop)
    before = catalogue(empty_database), ledger(empty_database)
    previews = runner.up(empty_database, dry_run=True, folder=shop)
    last = previews[-1]
    assert isinstance(last, Preview)
    assert "alter table scout.shop add name text" in last.sql
    assert "+ column scout.shop.name" in last.touched
    assert "+ index scout.shop_name_idx" in last.touched
    assert "+ table scout.shop" not in last.touched, "that is the migration before"
    assert (catalogue(empty_database), ledger(empty_database)) == before


def test_a_dry_run_of_down_counts_the_rows_that_would_be_lost(empty_database: Database, shop: Path) -> None:
    """Without it, the size of a loss would be known only after it."""
    runner.up(empty_database, folder=shop)
    execute(empty_database, "insert into scout.shop select n, 'x' from generate_series(1, 7) as n")
    before = catalogue(empty_database), ledger(empty_database)
    previews = runner.down(empty_database, to="base", dry_run=True, folder=shop)
    told = [str(each) for preview in previews if isinstance(preview, Preview) for each in preview.losses]
    assert told == ["scout.shop: column name is dropped, 7 rows", "scout.shop: the table is dropped, 7 rows"]
    assert (catalogue(empty_database), ledger(empty_database)) == before


@pytest.mark.parametrize("part", ["up", "down", "verify"])
def test_a_changed_applied_file_is_refused_with_its_name_and_both_checksums(
    empty_database: Database, shop: Path, part: str
) -> None:
    """Without it, the files in the repository would no longer say what the database is."""
    runner.up(empty_database, to="0001", folder=shop)
    path = shop / "0001_shop" / f"{part}.sql"
    applied = ledger(empty_database)[0][f"checksum_{part}"]
    path.write_text(path.read_text() + "-- later thought\n")
    with pytest.raises(MigrationError) as refused:
        runner.up(empty_database, folder=shop)
    assert f"0001_shop/{part}.sql" in str(refused.value)
    assert applied in str(refused.value)
    assert standing.status(empty_database, folder=shop)[1].state == "pending"
    with pytest.raises(MigrationError, match="was changed after it was applied"):
        runner.down(empty_database, to="base", folder=shop)
    assert any("was changed after" in line for line in runner.verify(empty_database, folder=shop))


def test_a_failing_migration_leaves_nothing_behind_and_names_the_line(empty_database: Database, write: Write) -> None:
    """Without it, a half-applied migration could neither be run again nor undone."""
    folder = write("0001_bad", up="create schema scout;\n\nselect 1 / 0, nonsense;\n", down="drop schema scout;")
    with pytest.raises(MigrationError, match=r"0001_bad/up\.sql line 3: column \"nonsense\" does not exist"):
        runner.up(empty_database, folder=folder)
    assert ("schema", "scout") not in catalogue(empty_database)
    assert ledger(empty_database) == []


def test_a_migration_whose_verification_fails_is_undone(empty_database: Database, write: Write) -> None:
    """Without it, a migration that forgot its index would be recorded as applied."""
    folder = write("0001_a", up="create schema scout;", down="drop schema scout;", verify="select 'no index' as what;")
    with pytest.raises(MigrationError, match="what=no index"):
        runner.up(empty_database, folder=folder)
    assert ("schema", "scout") not in catalogue(empty_database)


def test_a_file_that_commits_by_itself_is_refused(empty_database: Database, write: Write) -> None:
    """Without it, an error after the COMMIT would leave half a migration, unrecorded."""
    folder = write("0001_a", up="create schema scout; commit; begin;", down="drop schema scout;")
    with pytest.raises(MigrationError, match="ends the transaction by itself"):
        runner.up(empty_database, folder=folder)


def test_percent_signs_and_colons_in_a_file_are_plain_text(empty_database: Database, write: Write) -> None:
    """Without it, a LIKE pattern in a migration would be taken for a parameter."""
    up = "create schema scout; comment on schema scout is '100 %s of :names %(x)s %';"
    runner.up(empty_database, folder=write("0001_a", up=up, down="drop schema scout;"))
    assert catalogue(empty_database)["comment", "schema scout"] == "100 %s of :names %(x)s %"


def test_two_migrators_at_once_apply_every_migration_once(empty_database: Database, write: Write) -> None:
    """Without it, two replicas that start together would fail, or apply a migration twice."""
    write("0001_a", up="create schema scout; create table scout.t (id int); select pg_sleep(0.3);", down="")
    folder = write("0002_b", up="-- no-transaction\ncreate index concurrently t_idx on scout.t (id);", down="")
    code = (
        "import sys; from pathlib import Path; from scout_pipeline.database import Database;"
        "from scout_pipeline.migrations import runner;"
        "print(len(runner.up(Database(sys.argv[1]), folder=Path(sys.argv[2]))))"
    )
    command = [sys.executable, "-c", code, empty_database.url, str(folder)]
    migrators = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    counts = [int(migrator.communicate(timeout=60)[0]) for migrator in migrators]
    assert sorted(counts) == [0, 0, 2]
    assert [(row["revision"], row["direction"]) for row in ledger(empty_database)] == [("0001", "up"), ("0002", "up")]


def test_two_threads_of_one_process_apply_every_migration_once(empty_database: Database, shop: Path) -> None:
    """Without it, Alembic's process-wide environment would mix the connections of two threads."""
    errors: list[Exception] = []

    def migrate() -> None:
        own = Database(empty_database.url)
        try:
            runner.up(own, folder=shop)
        except Exception as error:
            errors.append(error)
        finally:
            own.dispose()

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert [row["revision"] for row in ledger(empty_database)] == ["0001", "0002"]


CONCURRENT_UP = """-- no-transaction
drop index concurrently if exists scout.t_idx;
-- statement
create index concurrently t_idx on scout.t (id);
-- statement
create table if not exists scout.{later} (id int);
"""


def concurrent(write: Write, *, later: str) -> Path:
    write("0001_a", up="create schema scout; create table scout.t (id int);", down="drop schema scout cascade;")
    return write(
        "0002_b",
        up=CONCURRENT_UP.format(later=later),
        down="-- no-transaction\ndrop index concurrently if exists scout.t_idx;",
        verify="select 'index' as kind where to_regclass('scout.t_idx') is null;",
    )


def test_an_index_is_built_concurrently_outside_a_transaction(empty_database: Database, write: Write) -> None:
    """Without it, every new index on a large table would stop the intake (errata B3)."""
    folder = concurrent(write, later="u")
    runner.up(empty_database, folder=folder)
    assert ("index", "scout.t_idx") in catalogue(empty_database)
    assert runner.verify(empty_database, folder=folder) == []
    runner.down(empty_database, to="0001", folder=folder)
    assert ("index", "scout.t_idx") not in catalogue(empty_database)


def test_a_dry_run_shows_a_file_outside_a_transaction_and_says_that_it_was_not_tried(
    empty_database: Database, write: Write
) -> None:
    """Without it, a dry run would build the index."""
    folder = concurrent(write, later="u")
    *_, last = runner.up(empty_database, dry_run=True, folder=folder)
    assert isinstance(last, Preview)
    assert "create index concurrently" in last.sql
    assert "outside a transaction" in (last.note or "")
    assert catalogue(empty_database).get(("table", "scout.t")) is None


def test_an_interrupted_file_outside_a_transaction_is_seen_and_can_be_run_again(
    empty_database: Database, write: Write
) -> None:
    """Without it, a kill in the middle would need a person with psql."""
    folder = concurrent(write, later="t.impossible")
    with pytest.raises(MigrationError, match=r"0002_b/up\.sql line 6"):
        runner.up(empty_database, folder=folder)
    assert states(empty_database, folder) == ["applied", "interrupted"]
    assert any("interrupted" in line for line in runner.verify(empty_database, folder=folder))
    concurrent(write, later="u")
    runner.up(empty_database, folder=folder)
    assert states(empty_database, folder) == ["applied", "applied"]
    assert len(ledger(empty_database)) == 2
    assert runner.verify(empty_database, folder=folder) == []


def test_a_killed_migrator_leaves_a_file_that_can_be_run_again(empty_database: Database, write: Write) -> None:
    """Without it, the lock or the half-done index of a dead process would block every later migrator."""
    folder = concurrent(write, later="u")
    path = folder / "0002_b" / "up.sql"
    path.write_text(path.read_text() + "-- statement\nselect pg_sleep(2);\n")
    code = (
        "import sys; from pathlib import Path; from scout_pipeline.database import Database;"
        "from scout_pipeline.migrations import runner; runner.up(Database(sys.argv[1]), folder=Path(sys.argv[2]))"
    )
    migrator = subprocess.Popen([sys.executable, "-c", code, empty_database.url, str(folder)])
    for _ in range(200):
        if ("table", "scout.u") in catalogue(empty_database):
            break
        threading.Event().wait(0.05)
    migrator.kill()
    migrator.wait(10)
    assert states(empty_database, folder) == ["applied", "interrupted"]
    runner.up(empty_database, folder=folder)
    assert states(empty_database, folder) == ["applied", "applied"]


def test_down_without_a_target_is_refused(empty_database: Database, shop: Path) -> None:
    """Without it, a forgotten option would take down everything."""
    runner.up(empty_database, folder=shop)
    with pytest.raises(MigrationError, match="down needs a target"):
        runner.down(empty_database, to="", folder=shop)
    with pytest.raises(MigrationError, match="no migration '0009'; known are: base, 0001, 0002"):
        runner.down(empty_database, to="0009", folder=shop)


@pytest.mark.parametrize("confirm", [None, "", "yes", "i_understand_this_is_destructive"])
@pytest.mark.parametrize("to", ["0001", "base"])
def test_data_loss_is_refused_unless_it_is_confirmed_letter_by_letter(
    empty_database: Database, shop: Path, confirm: str | None, to: str
) -> None:
    """Without it, a missing confirmation would count as one (errata J1)."""
    runner.up(empty_database, folder=shop)
    execute(empty_database, "insert into scout.shop values (1, 'x')")
    before = catalogue(empty_database), ledger(empty_database)
    with pytest.raises(MigrationError, match=r"this down destroys data: scout\.shop: column name is dropped, 1 rows"):
        runner.down(empty_database, to=to, confirm=confirm, folder=shop)
    assert (catalogue(empty_database), ledger(empty_database)) == before
    runner.down(empty_database, to=to, confirm=loss.CONFIRMATION, folder=shop)
    assert ("column", "scout.shop.name") not in catalogue(empty_database)


@pytest.mark.parametrize(
    ("down", "told"),
    [
        ("delete from scout.t where id = 1;", "scout.t: rows are deleted, 1 rows"),
        ("truncate scout.t;", "scout.t: the table is emptied, 2 rows"),
        ("drop table scout.p;", "scout.p: the table is dropped, 1 rows"),
        ("-- no-transaction\ndrop table scout.t;", "cannot be tried beforehand (drop table scout.t;), rows"),
    ],
)
def test_deleting_emptying_and_dropping_count_as_data_loss(
    empty_database: Database, write: Write, down: str, told: str
) -> None:
    """Without it, only the loss that was thought of would be asked about."""
    up = (
        "create schema scout; create table scout.t (id int); insert into scout.t values (1), (2);"
        "create table scout.p (id int) partition by list (id);"
        "create table scout.p_1 partition of scout.p for values in (1); insert into scout.p values (1);"
    )
    folder = write("0001_a", up=up, down=down)
    runner.up(empty_database, folder=folder)
    with pytest.raises(MigrationError) as refused:
        runner.down(empty_database, to="base", folder=folder)
    assert told in str(refused.value)
    assert "p_1" not in str(refused.value)


def test_renaming_and_dropping_what_is_empty_needs_no_confirmation(empty_database: Database, write: Write) -> None:
    """Without it, people would learn to type the confirmation without reading."""
    up = (
        "create schema scout; create table scout.a (id int);"
        "create table scout.t (id int); insert into scout.t values (1);"
    )
    down = "drop table scout.a; alter table scout.t rename id to number; alter table scout.t rename to old_t;"
    folder = write("0001_a", up=up, down=down)
    runner.up(empty_database, folder=folder)
    runner.down(empty_database, to="base", folder=folder)
    assert ("column", "scout.old_t.number") in catalogue(empty_database)


def test_verify_finds_what_was_taken_away_by_hand(empty_database: Database, shop: Path) -> None:
    """Without it, a dropped index would be noticed by the slowness."""
    runner.up(empty_database, folder=shop)
    assert runner.verify(empty_database, folder=shop) == []
    execute(empty_database, "drop index scout.shop_name_idx")
    execute(empty_database, "alter table scout.shop add constraint positive check (id > 0) not valid")
    assert runner.verify(empty_database, folder=shop) == [
        "0002_shop_name/verify.sql: kind=index",
        "constraint not validated: scout.shop.positive",
    ]


def test_verify_finds_an_invalid_index(empty_database: Database, shop: Path) -> None:
    """Without it, a failed concurrent build would cost writes and serve no read."""
    runner.up(empty_database, folder=shop)
    execute(empty_database, "insert into scout.shop values (1), (1)")
    with pytest.raises(sa.exc.IntegrityError), empty_database.autocommit() as connection:
        connection.exec_driver_sql("create unique index concurrently shop_key on scout.shop (id)")
    assert "invalid index: scout.shop_key" in runner.verify(empty_database, folder=shop)


def test_a_verification_that_a_later_migration_supersedes_is_no_longer_asked(
    empty_database: Database, write: Write
) -> None:
    """Without it, an index that was replaced would have to be missed for ever, or its applied file changed."""
    missing = "select 'schema' as kind where to_regnamespace('scout') is null;"
    write("0001_a", up="create schema scout;", down="drop schema scout;", verify=missing)
    superseding = "-- supersedes: 0001\nselect 1 where false;"
    folder = write("0002_b", up="drop schema scout;", down="create schema scout;", verify=superseding)
    runner.up(empty_database, to="0001", folder=folder)
    assert runner.verify(empty_database, folder=folder) == []
    runner.up(empty_database, folder=folder)
    assert runner.verify(empty_database, folder=folder) == []


def test_the_projects_own_migrations_verify_and_the_sql_function_tells_the_same_ledger(
    empty_database: Database,
) -> None:
    """Without it, people without the command line could not see which migrations are in force."""
    runner.up(empty_database)
    with empty_database.transaction() as connection:
        told = connection.execute(sa.text("select revision, is_current from ops.verify_migrations()")).all()
    applied = [each.revision for each in standing.status(empty_database) if each.state == "applied"]
    assert [row[0] for row in told] == applied
    assert [row[0] for row in told if row[1]] == applied[-1:]
    assert runner.verify(empty_database) == []


def test_new_makes_the_folder_and_the_thin_revision(empty_database: Database, shop: Path, tmp_path: Path) -> None:
    """Without it, the first migration of a newcomer would start with copying and a wrong down_revision."""
    versions = tmp_path / "versions"
    versions.mkdir()
    new.new("returns", dry_run=True, folder=shop, versions=versions)
    assert not (shop / "0003_returns").exists()
    made = new.new("returns", folder=shop, versions=versions)
    assert [path.name for path in made] == ["up.sql", "down.sql", "verify.sql", "0003_returns.py"]
    assert 'down_revision = "0002"' in made[-1].read_text()
    assert runner.up(empty_database, folder=shop)[-1].slug == "returns"


@pytest.mark.parametrize(
    "slug", ["", "Returns", "add-returns", "add returns", "../x", "_x", "x_", "a__b", "9a", "shop"]
)
def test_new_refuses_a_bad_slug(shop: Path, tmp_path: Path, slug: str) -> None:
    """Without it, a slug could be a path, or two migrations could have one name."""
    with pytest.raises(MigrationError, match=r"slug|already"):
        new.new(slug, folder=shop, versions=tmp_path)
    assert len(list(shop.iterdir())) == 2


def scout(db: Database, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scout_pipeline", "migrate", *arguments]
    environment = {**os.environ, "SCOUT_DATABASE_URL": db.url}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_the_command_line_applies_shows_verifies_and_goes_back(empty_database: Database) -> None:
    """Without it, the commands of the runbook could be broken while the functions beneath are not."""
    planned = scout(empty_database, "up", "--dry-run")
    assert "create extension pg_trgm" in planned.stdout
    assert "+ schema extensions" in planned.stdout
    assert {each["state"] for each in json.loads(scout(empty_database, "status", "--json").stdout)} == {"pending"}
    assert scout(empty_database, "verify").returncode == 1
    assert scout(empty_database, "up").returncode == 0
    assert scout(empty_database, "verify").returncode == 0
    assert "applied" in scout(empty_database, "status", "--dry-run").stdout
    forgotten = scout(empty_database, "down")
    assert forgotten.returncode == 2
    assert "--to" in forgotten.stderr
    refused = scout(empty_database, "down", "--to", "base")
    assert refused.returncode == 2
    assert "scout.dim_store: the table is dropped" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert scout(empty_database, "down", "--to", "base", "--confirm", loss.CONFIRMATION).returncode == 0
    assert ("schema", "scout") not in catalogue(empty_database)


def test_a_gap_in_the_numbers_is_refused(empty_database: Database, write: Write) -> None:
    """Without it, a migration lost in a merge would be skipped in silence."""
    folder = write("0002_b", up="", down="")
    with pytest.raises(MigrationError, match="0001 is missing"):
        runner.up(empty_database, folder=folder)
