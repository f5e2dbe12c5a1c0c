"""ops.ensure_month_partition: the function that makes monthly partitions."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database

ENSURE = "select ops.ensure_month_partition('scout.silver_transactions_cleaned', cast(:month as date))"
BOUNDS = """
select inhrelid::regclass::text, pg_get_expr(child.relpartbound, child.oid)
from pg_inherits join pg_class as child on child.oid = inhrelid
where inhparent = cast(:parent as regclass) order by 1
"""


def _ensure(database: Database, month: str) -> bool:
    with database.transaction() as connection:
        return bool(connection.execute(sa.text(ENSURE), {"month": month}).scalar_one())


def test_two_loads_that_need_the_same_month_make_it_once(database: Database) -> None:
    """The first two files of a new month arrive together; one of them must not fail on the other's partition."""
    months = [f"2012-{month:02d}-15" for month in range(1, 13)]
    with ThreadPoolExecutor(max_workers=4) as pool:
        made = list(pool.map(lambda month: _ensure(database, month), [month for month in months for _ in range(4)]))
    assert sum(made) == len(months)


def test_a_partition_is_named_by_its_month_and_takes_exactly_it(database: Database) -> None:
    """A gap between two months would refuse a day of sales; an overlap would refuse the partition."""
    assert _ensure(database, "2011-12-31")
    assert not _ensure(database, "2011-12-01")
    with database.transaction() as connection:
        found = connection.execute(sa.text(BOUNDS), {"parent": "scout.silver_transactions_cleaned"}).all()
    assert [tuple(row) for row in found] == [
        ("scout.silver_transactions_cleaned_y2011m12", "FOR VALUES FROM ('2011-12-01') TO ('2012-01-01')")
    ]


@pytest.mark.parametrize("zone", ["Asia/Manila", "America/New_York", "UTC"])
def test_bounds_of_receipt_do_not_depend_on_the_session(database: Database, zone: str) -> None:
    """Bounds taken in the session's zone leave a hole of hours between two months made under different zones."""
    with database.transaction() as connection:
        connection.execute(sa.text("select set_config('timezone', :zone, true)"), {"zone": zone})
        connection.execute(sa.text("select ops.ensure_month_partition('scout.bronze_transactions_raw', '2012-03-09')"))
        connection.execute(sa.text("select set_config('timezone', 'UTC', true)"))
        (bounds,) = (
            row[1]
            for row in connection.execute(sa.text(BOUNDS), {"parent": "scout.bronze_transactions_raw"})
            if row[0].endswith("_y2012m03")
        )
    assert bounds == "FOR VALUES FROM ('2012-03-01 00:00:00+00') TO ('2012-04-01 00:00:00+00')"
