"""The latest measurements of stores are exact at every instant, and read in proportion to one store."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.gold import latest_store_metrics
from scout_pipeline.silver import refresh as silver
from scout_pipeline_tests import query_plans
from scout_pipeline_tests.conftest import fresh_database
from scout_pipeline_tests.floor_files import SMALL_WORLD, Document, Floor, reference
from scout_pipeline_tests.gold.test_latest_store_metrics import TRUST, metric

# computed from silver alone, with an order written here
PLAIN = """
    select distinct on (store_code, metric_name)
        store_code, metric_name, metric_value::text, metric_source, date_key, measured_at
    from scout.silver_store_metrics join scout.store_registry using (store_id)
    order by store_code, metric_name, date_key desc,
        array_position(array['pos', 'mobile', 'vision', 'manual'], metric_source), measured_at desc, measurement_id
"""
LIVE = """
    select store_code, metric_name, metric_value::text, metric_source, date_key, measured_at
    from scout.v_live_latest_store_metrics join scout.store_registry using (store_id) order by 1, 2
"""
GOLD = LIVE.replace("v_live_latest_store_metrics", "gold_latest_store_metrics")
ASKED = """
    select cast(:store as text), metric_name, metric_value::text, metric_source, date_key, measured_at
    from scout.get_latest_store_metrics(:store)
"""
STORES, DAYS, NAMES = 100, 60, 3
# every store measured on each of the days by two sources; all of them are marked, as after a correction of all
HISTORY = (
    """insert into scout.store_registry (store_id, store_code) overriding system value
    select number, 'S' || number from generate_series(1, 100) as number""",
    """insert into scout.dim_store (store_id, store_code, time_zone, currency_code, region)
    select number, 'S' || number, 'Asia/Manila', 'PHP', 'NCR' from generate_series(1, 100) as number""",
    """insert into scout.silver_store_metrics
        (store_id, measurement_id, metric_name, date_key, metric_source, metric_value, measured_at)
    select store, concat_ws('-', store, name, day::date, source), 'metric ' || name, day, source, 1, day
    from generate_series(1, 100) as store, generate_series(1, 3) as name, unnest(array['pos', 'manual']) as source,
        generate_series(date '2026-01-01', date '2026-03-01', interval '1 day') as day""",
    """insert into scout.gold_latest_store_metrics
    select store_id, metric_name, 1, 'pos', '2026-02-01', now()
    from scout.silver_store_metrics group by 1, 2""",
    """insert into ops.dirty_buckets (store_id, date_key, layer, cause)
    select distinct store_id, date_key, 'gold/latest_store_metrics', 'corrected' from scout.silver_store_metrics""",
    "analyze",
)


def draw(dice: random.Random, number: int) -> Document:
    """A measurement of one of a few days; a known number corrects it, or moves it to another shop, metric or day."""
    return metric(
        f"m{dice.randint(1, number)}",
        dice.choice(TRUST),
        dice.randint(1, 99),
        f"2026-02-0{dice.randint(1, 5)}T{dice.choice((1, 9, 17, 23)):02}:00:00+08:00",
        store=dice.choice(("S1", "S2")),
        name=dice.choice(("visitors", "shelf_share")),
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_live_view_equals_silver_after_every_step(database: Database, tmp_path: Path, seed: int) -> None:
    """A reader would see a measurement that nobody stands by any more, or miss the newest, until gold comes to it."""
    dice = random.Random(seed)
    floor = Floor(database, tmp_path)
    floor.take_reference(*SMALL_WORLD)
    silver.carry_all(database)
    tails = lagging = 0
    for step in range(14):
        floor.take_reference(*(draw(dice, 8 + step) for _ in range(dice.randint(1, 4))))
        if dice.random() < 0.3:
            # its measurements fall on other days
            zone = dice.choice(("Asia/Manila", "Pacific/Auckland", "America/Lima"))
            floor.take_reference(reference("store", "S1", time_zone=zone))
        if dice.random() < 0.8:
            silver.carry_all(database)
        if dice.random() < 0.4:
            latest_store_metrics.refresh(database)
        plain = floor.rows(PLAIN)
        assert floor.rows(LIVE) == plain
        for store in ("S1", "S2"):
            assert floor.rows(ASKED, store=store) == [row for row in plain if row[0] == store]
        lagging += floor.rows(GOLD) != plain
        tails += floor.rows("select count(*) from scout.v_live_latest_store_metrics where is_tail")[0][0]
    assert tails, "no step left a tail"
    assert lagging, "gold alone was right at each step: the comparison could not fail"


@pytest.fixture(scope="module")
def history(server: EmbeddedServer, template_database: str) -> Iterator[Database]:
    with fresh_database(server, template=template_database) as made:
        with made.transaction() as connection:
            for statement in HISTORY:
                connection.execute(sa.text(statement))
        yield made


def test_the_latest_metrics_of_a_store_read_their_latest_days_alone(history: Database) -> None:
    """Whoever asks for one shop would wait for the tail of all of them, and for all that it ever measured."""
    with history.transaction() as connection:
        plan = query_plans.run(connection, "select * from scout.get_latest_store_metrics('S7')")
    measured, shown = plan.of("silver_store_metrics"), plan.of("gold_latest_store_metrics")
    assert measured, "the tail is part of the plan"
    assert not any(scan.is_sequential for scan in [*measured, *shown])
    # each name once, and of each metric the two sources of its latest day and the row that ends it
    assert plan.rows("silver_store_metrics") <= NAMES * 4
    assert plan.rows("gold_latest_store_metrics") <= NAMES
    assert plan.rows("dirty_buckets") <= 2 * DAYS
