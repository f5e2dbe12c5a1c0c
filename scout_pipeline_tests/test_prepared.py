"""Prepared databases: what one test does to its copy, no other test sees, and what all look at, none can change."""

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline_tests.prepared import Prepared, State

ADD = sa.text("insert into public.kept values (2)")


def change(database: Database, statement: sa.TextClause) -> None:
    with database.transaction() as connection:
        connection.execute(statement)


def rows(database: Database) -> list[int]:
    with database.transaction() as connection:
        return list(connection.scalars(sa.text("select figure from public.kept order by 1")))


KEPT = State("kept", lambda database, *_: change(database, sa.text("create table public.kept as select 1 as figure")))
MORE = State("more", lambda database, *_: change(database, ADD), KEPT)


def test_a_copy_is_of_one_test_alone_and_a_look_changes_nothing(prepared: Prepared) -> None:
    """A test would begin with what another one left, and be red or green by the order of the two."""
    look, copy = prepared.look(KEPT), prepared.copy(KEPT)
    change(copy, ADD)
    assert (rows(look), rows(copy), rows(prepared.copy(KEPT))) == ([1], [1, 2], [1])
    with pytest.raises(sa.exc.DBAPIError, match="read-only transaction"):
        change(look, ADD)
    assert (rows(prepared.look(MORE)), rows(look)) == ([1, 2], [1]), "a state stands on the one before it"
