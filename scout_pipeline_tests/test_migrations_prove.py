"""The proof that migrations can be undone, and that it sees what a down forgot."""

from pathlib import Path

import pytest

from scout_pipeline.database import Database
from scout_pipeline.migrations import prove
from scout_pipeline_tests.conftest import REPOSITORY

BASE_UP = "create schema scout; create table scout.t (id int default 7, note text);"


def planted(tmp_path: Path, *, up: str, down: str) -> Path:
    """A sound migration that makes a table, and a second one with the given SQL."""
    for name, texts in {"0001_table": (BASE_UP, "drop schema scout cascade;"), "0002_planted": (up, down)}.items():
        (tmp_path / name).mkdir()
        for part, text in zip(("up", "down", "verify"), (*texts, "select 1 where false;"), strict=True):
            (tmp_path / name / f"{part}.sql").write_text(text)
    return tmp_path


def problems(admin: Database, folder: Path) -> str:
    *_, last = prove.prove(admin, folder=folder)
    return "\n".join(last.problems)


def scratch_databases(admin: Database) -> int:
    with admin.transaction() as connection:
        found = connection.exec_driver_sql("select count(*) from pg_database where datname ~ '^scout_prove_'")
        return int(found.scalar_one())


def test_sound_migrations_are_proved_one_by_one_and_all_together(empty_database: Database, tmp_path: Path) -> None:
    """Without the last round, a chain whose downs agree only with their neighbours would count as proved."""
    folder = planted(tmp_path, up="create index t_idx on scout.t (id);", down="drop index scout.t_idx;")
    proofs = prove.prove(empty_database, folder=folder)
    assert [(proof.name, proof.problems) for proof in proofs] == [("0001_table", []), ("0002_planted", []), ("all", [])]
    assert scratch_databases(empty_database) == 0


def test_every_change_is_accepted_only_when_the_migrations_of_the_project_can_be_undone() -> None:
    """Without it, `down` would be a promise: proving them takes a minute, which `make check` spends and no test."""
    assert "make check" in (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    recipe = (REPOSITORY / "Makefile").read_text(encoding="utf-8").partition("\ncheck: ")[2].partition("\n\n")[0]
    assert "\t@$(BIN)/scout migrate prove" in recipe.splitlines()


@pytest.mark.parametrize(
    ("up", "down", "told"),
    [
        ("grant select on scout.t to pg_monitor;", "", "left over: grant on table scout.t to pg_monitor: SELECT"),
        ("grant select (id) on scout.t to public;", "", "left over: grant on column scout.t.id to public: SELECT"),
        ("create index t_idx on scout.t (id);", "", "left over: index scout.t_idx"),
        (
            "alter table scout.t alter id drop default;",
            "",
            "changed: column scout.t.id: was 'integer default 7', is 'integer'",
        ),
        (
            "alter table scout.t alter note set (n_distinct = 5);",
            "",
            "changed: column scout.t.note: was 'text', is 'text options n_distinct=5'",
        ),
        (
            "alter table scout.t add constraint c check (id > 0);",
            "alter table scout.t drop constraint c; alter table scout.t add constraint c check (id > 0) not valid;",
            "left over: constraint scout.t.c: CHECK ((id > 0)) NOT VALID",
        ),
        ("create policy p on scout.t using (true);", "", "left over: policy scout.t.p"),
        ("comment on column scout.t.id is 'x';", "", "left over: comment table column scout.t.id"),
        ("alter table scout.t enable row level security;", "", "changed: table scout.t"),
        (
            "create function scout.f() returns int language sql return 1;",
            "create or replace function scout.f() returns int language sql return 2;",
            "left over: function scout.f()",
        ),
        (
            "alter default privileges in schema scout grant select on tables to public;",
            "",
            "left over: grant on defaults of",
        ),
        ("create domain scout.d as int check (value > 0);", "", "left over: domain scout.d"),
        ("create extension citext with schema scout;", "", "left over: extension citext"),
    ],
)
def test_what_a_down_forgets_is_named(empty_database: Database, tmp_path: Path, up: str, down: str, told: str) -> None:
    """Without it, the proof could be green because it looks at too little."""
    assert told in problems(empty_database, planted(tmp_path, up=up, down=down))
    assert scratch_databases(empty_database) == 0


def test_a_grant_that_is_revoked_again_leaves_no_trace(empty_database: Database, tmp_path: Path) -> None:
    """Without it, an ACL that was NULL and is now written out would be called a difference."""
    up = "grant select on scout.t to public; revoke all on schema scout from public;"
    folder = planted(tmp_path, up=up, down="revoke select on scout.t from public;")
    assert problems(empty_database, folder) == ""


def test_the_stamp_of_a_column_is_no_part_of_it(empty_database: Database, tmp_path: Path) -> None:
    """PostgreSQL 17.12 numbers columns as they are made: no migration could be undone on it."""
    up = "set local allow_system_table_mods = on; update pg_attribute set attoptions = '{pg_attver=7}'"
    folder = planted(tmp_path, up=f"{up} where attrelid = 'scout.t'::regclass and attname = 'note';", down="")
    assert problems(empty_database, folder) == ""


def test_a_down_that_takes_too_much_is_named(empty_database: Database, tmp_path: Path) -> None:
    """Without it, a rollback could remove what an earlier migration made."""
    folder = planted(tmp_path, up="create view scout.v as select id from scout.t;", down="drop table scout.t cascade;")
    assert "missing: table scout.t" in problems(empty_database, folder)


def test_a_down_that_fails_is_named_and_the_scratch_database_is_dropped(
    empty_database: Database, tmp_path: Path
) -> None:
    """Without it, every failed proof would leave a database behind."""
    folder = planted(tmp_path, up="select 1;", down="drop table scout.never_made;")
    assert "0002_planted/down.sql" in problems(empty_database, folder)
    assert scratch_databases(empty_database) == 0
