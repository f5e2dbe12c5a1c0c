"""Days whose sales lie in the archive are not asked about: what was found of them stays until they are back."""

from datetime import date
from pathlib import Path

import click.testing
import pytest
import sqlalchemy as sa

from scout_pipeline import database as db
from scout_pipeline import periods, rule_book, settings
from scout_pipeline.cli.main import scout
from scout_pipeline.database import Database
from scout_pipeline.gold import daily_aggregates, store_performance
from scout_pipeline.quality import checking
from scout_pipeline.silver import transaction_items, transactions_cleaned
from scout_pipeline_tests import months, shop_files

FIRST, LAST = date(2024, 1, 1), date(2024, 5, 1)
AFTER = date(2024, 2, 1)
DAY, KEPT = date(2024, 1, 12), date(2024, 5, 12)
SALES, DAILY, ITEMS, STORES = (
    module.TABLE.relation for module in (transactions_cleaned, daily_aggregates, transaction_items, store_performance)
)
ALL = [SALES, ITEMS, DAILY, STORES]
DAMAGE = "update scout.silver_transactions_cleaned set payment_method = 'barter' where date_key = '2024-01-12'"
KNOWN = """
    select
        (select jsonb_agg(status order by issue_id) from ops.data_quality_issues where metric_date = '2024-01-12'),
        (select count(*) from ops.code_prices where date_key = '2024-01-12'),
        (select count(*) from ops.day_shares where date_key = '2024-01-12')
"""
MARK = "update ops.changed_days set changed_xid = pg_current_xact_id() where date_key = '2024-01-12'"


@pytest.fixture
def shop(database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Five months, of which the first was checked, with a finding, and is archived."""
    monkeypatch.setenv("SCOUT_PSEUDONYM_KEY", "a key of the tests")
    monkeypatch.setenv("SCOUT_ARCHIVE_URL", str(open_folder / "archive"))
    monkeypatch.setenv("SCOUT_BRONZE_MONTHS", "4")
    monkeypatch.setenv("SCOUT_SILVER_MONTHS", "4")
    monkeypatch.setenv("SCOUT_DATABASE_URL", database.url)
    settings.current.cache_clear()
    shop_files.install_mapping(open_folder / "mappings", monkeypatch)
    for month in periods.months(FIRST, LAST):
        months.receive(database, open_folder, month)
    months.carry(database)
    checking.prepare(database, rule_book.TABLES)
    months.execute(database, DAMAGE)
    checking.check(database, [(DAY, ALL)])
    months.maintain(database, LAST)
    assert months.scalar(database, "select ops.silver_kept_from()") > DAY
    return database


def command(*arguments: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(scout, ("quality", "check", *arguments))


def outdated(shop: Database, relation: str, days: list[date]) -> list[date]:
    bounds = {"relation": relation, "first_date": None, "until": None}
    with shop.transaction() as connection:
        return [row["metric_date"] for row in db.rows(connection, "quality/outdated_days", days=days, **bounds)]


def test_an_archived_day_is_refused_and_what_is_known_of_it_stays(shop: Database) -> None:
    """All its sales would be missing: an error that blocks, findings that look mended, and prices that are gone."""
    before = months.execute(shop, KNOWN)
    assert before[0][0]
    assert min(before[0][1:]) > 0
    for arguments in (
        ("--day", str(DAY)),
        ("--from", str(DAY), "--to", str(KEPT)),
        ("store_performance", "--day", str(DAY)),
    ):
        refused = command(*arguments)
        assert isinstance(refused.exception, checking.ArchivedDayError), refused
        assert "scout partitions restore silver 2024-01" in str(refused.exception)
    with pytest.raises(sa.exc.DBAPIError, match="archived"), shop.transaction() as connection:
        checking.check_day(connection, DAY, [DAILY])
    assert months.execute(shop, KNOWN) == before
    assert command("transactions_cleaned", "--day", str(KEPT)).exit_code == 0
    # bronze has days of receipt, and months of its own in the archive
    assert command("transactions_raw", "--day", str(DAY)).exit_code == 0


def test_no_archived_day_is_due_or_outdated(shop: Database) -> None:
    """The job of the rules would fail at the same day for ever, or find it empty."""
    months.execute(shop, "update ops.data_quality_rules set version = version + 1")
    months.execute(shop, MARK)
    for relation in ALL:
        assert outdated(shop, relation, [DAY, KEPT]) == [KEPT], relation
    with shop.transaction() as connection:
        plan = checking.due(connection, rule_book.TABLES)
    assert {day for day, names in plan if day < AFTER and set(names) & set(ALL)} == set()
    assert {day for day, names in plan if day >= AFTER and SALES in names} != set()
