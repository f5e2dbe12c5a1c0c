"""Pesos and dollars are not added up: a question over stores of several currencies is refused, and says what to do."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.silver import refresh as silver
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, reference, sale

METRICS = "select net_revenue from scout.get_dashboard_metrics(:first, :end, :filters)"
TIMELINE = "select sum(net_revenue) from scout.get_sales_timeline(:first, :end, :period, :filters)"
FEBRUARY = {"first": "2026-02-01", "end": "2026-03-01"}
SPRING = {"first": "2026-02-01", "end": "2026-04-01"}


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    """The shop that takes dollars sells in March alone, and so does the one next door."""
    made = Floor(database, tmp_path)
    made.take_reference(*SMALL_WORLD, reference("store", "USA", region="CAR", currency_code="USD"))
    made.take_sales(
        sale("1"),
        sale("2", at="2026-03-05T10:00:00+08:00"),
        sale("3", "USA", "2026-03-05T10:00:00+08:00"),
    )
    return made


@pytest.mark.parametrize("is_shown", [True, False])
def test_amounts_of_several_currencies_are_not_added_up(floor: Floor, is_shown: bool) -> None:
    """Ten pesos and ten dollars would be twenty."""
    # gold need not have seen the sales
    _ = floor.carry() if is_shown else silver.carry_all(floor.database)
    for query, more in ((METRICS, {}), (TIMELINE, {"period": "day"}), (TIMELINE, {"period": "hour"})):
        assert floor.rows(query, **FEBRUARY, **more, filters="{}") == [(10,)], "no dollars in February"
        with pytest.raises(sa.exc.DataError, match="the stores sold in PHP and USD") as refused:
            floor.rows(query, **SPRING, **more, filters="{}")
        assert getattr(refused.value.orig, "sqlstate", None) == "22023"
        assert '{"currency_code": "PHP"}' in str(refused.value)
        for filters, revenue in (
            ('{"currency_code": "PHP"}', 20),
            ('{"currency_code": "usd"}', 10),
            ('{"region": "NCR"}', 20),
            ('{"store_code": "USA"}', 10),
        ):
            assert floor.rows(query, **SPRING, **more, filters=filters) == [(revenue,)]
    with pytest.raises(sa.exc.DataError, match=re.escape("currency_code 'EUR' is not known")):
        floor.rows(METRICS, **SPRING, filters='{"currency_code": "EUR"}')
