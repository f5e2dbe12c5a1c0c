"""The statements of the benchmark at scale still ask what the tables and functions answer."""

from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row

from scout_pipeline_tests.conftest import REPOSITORY
from scout_pipeline_tests.shop_floor.shop import Shop

STATEMENTS = REPOSITORY / "benchmarks" / "sql" / "scale"
# What makes, refreshes and drops the view that 50 store-days are compared with.
VIEW = "store_days_"


@pytest.mark.parametrize(
    "path",
    sorted(path for path in STATEMENTS.glob("*.sql") if not path.name.startswith(VIEW)),
    ids=lambda path: path.stem,
)
def test_every_query_of_the_benchmark_is_answered(shop: Shop, path: Path) -> None:
    """A renamed column would be noticed hours after the benchmark began."""
    with psycopg.connect(shop.database.url, row_factory=dict_row) as connection:
        choices = connection.execute((STATEMENTS / "choices.sql").read_text(encoding="utf-8")).fetchone()
        assert choices is not None
        values = {
            "from": choices["first_day"],
            "to": choices["last_day"],
            "period": "day",
            "region": choices["regions"][0],
            "store_code": choices["store_codes"][0],
            "store_id": choices["store_ids"][0],
            "brand": choices["brands"][0],
            "sku": choices["skus"][0],
            **{"days": None, "seed": "seed", "count": 3},
        }
        assert connection.execute(path.read_text(encoding="utf-8"), values).fetchall()
