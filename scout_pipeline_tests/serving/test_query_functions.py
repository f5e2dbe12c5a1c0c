"""What people call: the figures of a range, equal to what silver says, with errors for what cannot be meant."""

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import daily_aggregates, hourly_kpis, region_hours, regional_performance
from scout_pipeline.silver import refresh as silver
from scout_pipeline.sources import vocabulary
from scout_pipeline_tests.conftest import REPOSITORY
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, reference, sale
from scout_pipeline_tests.prepared import Prepared, State


def _carry(database: Database, folder: Path, _: object) -> None:
    made = Floor(database, folder)
    made.take_reference(*SMALL_WORLD)
    basket = [item("KOPI", 2, 9), item("CHIPS", 1, 7)]
    made.take_sales(
        sale("1", at="2026-02-05T09:10:00+08:00", items=basket, customer_id="c1"),
        sale("2", at="2026-02-05T09:50:00+08:00", items=basket, customer_id="c1", suggestion_offered=True),
        sale("3", at="2026-02-06T23:59:00+08:00", items=basket, suggestion_offered=True, suggestion_accepted=True),
        sale("4", store="S2", at="2026-02-28T08:00:00+08:00", customer_id="c2"),
        sale("5", store="S2", at="2026-03-01T08:00:00+08:00", customer_id="c2"),
        sale("void", at="2026-02-05T09:10:00+08:00", status="voided"),
        sale(
            "6",
            at="2026-02-07T10:00:00+08:00",
            substitution_event={"occurred": True, "from_sku": "KOPI", "to_sku": "RICE", "reason": "stockout"},
        ),
    )
    made.carry()


CARRIED = State("query functions", _carry)


@pytest.fixture
def floor(prepared: Prepared, tmp_path: Path) -> Floor:
    return Floor(prepared.copy(CARRIED), tmp_path)


def test_dashboard_metrics_are_those_of_the_half_open_range(floor: Floor) -> None:
    """The first of March would be counted in February and in March."""
    ask = "select * from scout.get_dashboard_metrics('2026-02-01', '2026-03-01')"
    assert floor.rows(ask) == [(95, 5, Decimal("19.0000"), 11, 2, 2, None)]
    region = "select net_revenue, active_stores from scout.get_dashboard_metrics('2026-02-01', '2026-03-01', :filters)"
    assert floor.rows(region, filters='{"region": "Region VII"}') == [(10, 1)]
    assert floor.rows(region, filters='{"store_code": "s1", "region": "Region VII"}') == [(0, 0)]
    assert floor.rows(ask.replace("2026-0", "2027-0")) == [(0, 0, None, 0, 0, 0, None)]


def test_a_sale_shows_before_gold_has_rebuilt(floor: Floor) -> None:
    """A shopkeeper who looks at his day would miss the sale that he just made."""
    floor.take_sales(sale("7", at="2026-02-05T12:00:00+08:00", customer_id="c9"))
    silver.carry_all(floor.database)
    stats = "select transaction_count, unique_customers, active_days from scout.get_store_stats('s1', :first, :end)"
    assert floor.rows(stats, first="2026-02-05", end="2026-02-06") == [(3, 2, 1)]
    hours = "select period_start, transaction_count from scout.get_sales_timeline('2026-02-05', '2026-02-06', 'hour')"
    assert floor.rows(hours) == [(datetime(2026, 2, 5, 9), 2), (datetime(2026, 2, 5, 12), 1)]


@pytest.mark.parametrize(
    ("period", "starts"),
    [
        ("day", ["2026-02-05", "2026-02-06", "2026-02-07", "2026-02-28"]),
        ("week", ["2026-02-02", "2026-02-23"]),
        ("month", ["2026-02-01"]),
    ],
)
def test_the_timeline_adds_up_whatever_the_period(floor: Floor, period: str, starts: list[str]) -> None:
    """The same month would have another revenue by week than by day."""
    ask = "select period_start, net_revenue from scout.get_sales_timeline('2026-02-01', '2026-03-01', :period)"
    found = floor.rows(ask, period=period)
    assert [str(row[0].date()) for row in found] == starts
    assert sum(row[1] for row in found) == 95


@pytest.mark.parametrize("period", ["hour", "day", "week", "month"])
def test_the_timeline_of_all_stores_is_right_whichever_table_lags_behind(floor: Floor, period: str) -> None:
    """All stores are added up from the regions, and a region from its stores: a sale would be in one of them."""

    def timelines() -> list[list[Any]]:
        everywhere = "select * from scout.get_sales_timeline('2026-02-01', '2026-03-01', :period)"
        by_region = """
            select line.period_start, sum(line.transaction_count), sum(line.units), sum(line.net_revenue)
            from (select distinct region from scout.dim_store where region is not null) as place
            cross join lateral scout.get_sales_timeline(
                '2026-02-01', '2026-03-01', :period, jsonb_build_object('region', place.region)
            ) as line
            group by 1 order by 1
        """
        return [[tuple(row)[:4] for row in floor.rows(query, period=period)] for query in (everywhere, by_region)]

    floor.take_sales(
        sale("7", at="2026-02-05T12:00:00+08:00"),
        sale("8", store="S2", at="2026-02-20T12:00:00+08:00"),
        sale("4", store="S2", at="2026-02-28T09:00:00+08:00", items=[item("KOPI", 5, 9)]),
    )
    silver.carry_all(floor.database)
    everywhere, by_region = timelines()
    assert everywhere == by_region
    assert sum(row[1] for row in everywhere) == 7
    for layer in (region_hours, daily_aggregates, regional_performance, hourly_kpis):
        layer.refresh(floor.database)
        assert timelines() == [everywhere, everywhere]


@pytest.mark.parametrize("period", ["hour", "day", "week", "month"])
@pytest.mark.parametrize(
    ("filters", "sales", "revenue", "hour"),
    [
        ('{"brand": "Kopiko"}', 3, 54, datetime(2026, 2, 5, 9)),
        ('{"category": "canned_goods"}', 2, 20, datetime(2026, 2, 7, 10)),
    ],
)
def test_a_brand_or_category_has_a_timeline_that_adds_up(
    floor: Floor, period: str, filters: str, sales: int, revenue: int, hour: datetime
) -> None:
    """Whoever asks for a brand by hour would get the whole baskets in which it lay."""
    ask = """
        select sum(transaction_count), sum(net_revenue), min(period_start)
        from scout.get_sales_timeline('2026-02-01', '2026-03-01', :period, :filters)
    """
    ((found, value, first),) = floor.rows(ask, period=period, filters=filters)
    assert (found, value) == (sales, revenue)
    starts = {"hour": hour, "day": hour.replace(hour=0), "week": datetime(2026, 2, 2), "month": datetime(2026, 2, 1)}
    assert first == starts[period]


def test_products_come_with_their_share_of_all(floor: Floor) -> None:
    """The best product of a category would look like the best of all."""
    ask = "select sku, net_revenue, revenue_share_pct from scout.get_top_products('2026-02-01', '2026-03-01', :n, :c)"
    assert floor.rows(ask, n=1, c=None) == [("KOPI", 54, Decimal("56.8421"))]
    assert floor.rows(ask, n=9, c="snacks") == [("CHIPS", 21, Decimal("22.1053"))]


# within a month, around whole ones, up to the end of a month, from its start, two parts of months, one whole month
RANGES = [
    ("2026-02-06", "2026-02-07"),
    ("2026-02-10", "2026-02-20"),
    ("2026-01-15", "2026-04-15"),
    ("2026-02-06", "2026-03-01"),
    ("2026-02-01", "2026-02-28"),
    ("2026-02-28", "2026-03-02"),
    ("2026-02-01", "2026-03-01"),
    ("2026-01-31", "2026-03-02"),
]


def test_top_products_are_those_of_exactly_the_days_asked_for(floor: Floor) -> None:
    """The best of a week would be the best of its month, and nobody could tell from the answer."""
    floor.take_sales(
        sale("31", at="2026-01-31T10:00:00+08:00", items=[item("CHIPS", 3, 7)]),
        sale("20", at="2026-03-20T10:00:00+08:00"),
        sale("15", at="2026-04-15T00:00:00+08:00", items=[item("KOPI", 9, 9)]),
    )
    floor.carry()
    ask = "select sku, units, net_revenue, revenue_share_pct from scout.get_top_products(:first, :end, null)"
    lines = """
        select sku, sum(quantity), sum(subtotal),
            round(100 * sum(subtotal) / sum(sum(subtotal)) over (), 4)
        from scout.silver_transaction_items where date_key >= :first and date_key < :end
        group by sku order by 3 desc, 1
    """
    found = {bounds: floor.rows(ask, first=bounds[0], end=bounds[1]) for bounds in RANGES}
    assert found == {bounds: floor.rows(lines, first=bounds[0], end=bounds[1]) for bounds in RANGES}
    assert found["2026-02-10", "2026-02-20"] == []
    assert len({str(rows) for rows in found.values()}) == len(RANGES), "ranges that cannot be told apart"


def test_days_of_an_archived_month_are_refused_and_the_whole_month_is_not(floor: Floor) -> None:
    """Its sales are not here: the products of its last week would be none, or those of the other months alone."""
    archived = "insert into ops.archived_months (layer, month, state) values ('silver', '2026-02-01', 'archived')"
    with floor.database.transaction() as connection:
        connection.execute(sa.text(archived))
    ask = "select sku from scout.get_top_products(:first, :end)"
    assert floor.rows(ask, first="2026-02-01", end="2026-03-01") == [("KOPI",), ("CHIPS",), ("RICE",)]
    assert floor.rows(ask, first="2026-01-15", end="2026-03-02")
    for first, end in (("2026-02-06", "2026-03-01"), ("2026-01-01", "2026-02-28"), ("2026-02-06", "2026-02-07")):
        with pytest.raises(sa.exc.DataError, match="the sales of 2026-02 are archived"):
            floor.rows(ask, first=first, end=end)


def test_a_month_that_is_null_is_an_error(seen: Floor, database: Database) -> None:
    """It would look like a month without sales."""
    for floor in (seen, Floor(database, Path())):
        for call in ("get_basket_patterns(null)", "get_product_mix_tree(null)", "get_product_mix_tree(null, null)"):
            with pytest.raises(sa.exc.DataError, match="p_month is null") as refused:
                floor.rows(f"select scout.{call}")
            assert getattr(refused.value.orig, "sqlstate", None) == "22023"


def test_a_code_that_nobody_knows_has_no_patterns_but_an_error(seen: Floor) -> None:
    """Whoever misspells a code would think that nobody buys anything with it."""
    with pytest.raises(sa.exc.DataError, match="sku 'KOPY' is not known"):
        seen.rows("select * from scout.get_basket_patterns('2026-02-01', 'KOPY')")


def test_the_tree_holds_every_product_once_and_adds_up(floor: Floor) -> None:
    """A branch that is missing is not seen in a picture."""
    ((tree,),) = floor.rows("select scout.get_product_mix_tree('2026-02-14')")
    assert [branch["category"] for branch in tree] == ["beverages", "snacks", "canned_goods"]
    skus = [sku for branch in tree for brand in branch["brands"] for sku in brand["skus"]]
    assert {sku["sku"]: sku["net_revenue"] for sku in skus} == {"KOPI": 54, "CHIPS": 21, "RICE": 20}
    assert sum(branch["share_pct"] for branch in tree) == pytest.approx(100, abs=0.001)
    assert tree[2]["brands"][0]["brand_name"] == "Unbranded"
    assert floor.rows("select scout.get_product_mix_tree('2030-01-01')") == [([],)]


def test_the_tree_of_a_store_holds_its_products_alone(floor: Floor) -> None:
    """A shopkeeper would see the shelves of all others."""
    ((tree,),) = floor.rows("select scout.get_product_mix_tree('2026-02-14', 's2')")
    (branch,) = tree
    assert (branch["category"], branch["share_pct"]) == ("canned_goods", 100)
    assert [sku["net_revenue"] for brand in branch["brands"] for sku in brand["skus"]] == [10]
    assert floor.rows("select scout.get_product_mix_tree('2026-02-14', null)") == floor.rows(
        "select scout.get_product_mix_tree('2026-02-14')"
    )
    assert floor.rows("select scout.get_product_mix_tree('2030-02-14', 's2')") == [([],)]


def test_patterns_flows_and_funnel_are_those_of_gold(floor: Floor) -> None:
    """The functions of the documents would exist by name alone."""
    patterns = "select sku_a, sku_b, basket_count, lift from scout.get_basket_patterns('2026-02-01', :sku)"
    assert floor.rows(patterns, sku="kopi") == [("CHIPS", "KOPI", 3, Decimal("1.6667"))]
    assert floor.rows(patterns, sku="RICE") == []
    flows = "select * from scout.get_substitution_flows('2026-02-01', '2026-03-01')"
    assert floor.rows(flows) == [("KOPI", "RICE", "stockout", 1)]
    funnel = "select * from scout.get_suggestion_funnel('2026-02-01', '2026-03-01', :region)"
    assert floor.rows(funnel, region="NCR") == [(4, 2, 1, 1, Decimal("50.0000"))]
    assert floor.rows(funnel, region="CAR") == [(0, 0, 0, 0, None)]


@pytest.mark.parametrize(
    "query",
    [
        """select * from scout.get_dashboard_metrics('2026-02-01', '2026-03-01', '{"regoin": "NCR"}')""",
        "select * from scout.get_sales_timeline('2026-02-01', '2026-03-01', 'fortnight')",
        "select * from scout.get_sales_timeline('2026-02-01', '2026-03-01', null)",
        "select * from scout.get_sales_timeline('2026-02-01', '2026-03-01', 'year', '{\"brand\": \"Kopiko\"}')",
    ],
)
def test_a_misspelt_choice_is_an_error_that_names_the_choices(floor: Floor, query: str) -> None:
    """It would return every store, or nothing, and look like an answer."""
    with pytest.raises(sa.exc.DBAPIError, match="it must be one of"):
        floor.rows(query)


MONTH = "'2026-02-01', '2026-03-01'"
BY_FILTER = "jsonb_build_object(cast(:name as text), cast(:value as text))"
ASKED_WITH: dict[str, str] = {
    name: f"select * from scout.{call}"  # noqa: S608 - calls of this test alone
    for name, call in {
        "metrics": f"get_dashboard_metrics({MONTH}, {BY_FILTER})",
        "timeline": f"get_sales_timeline({MONTH}, 'day', {BY_FILTER})",
        "hours": f"get_sales_timeline({MONTH}, 'hour', {BY_FILTER})",
        "products of a category": f"get_top_products({MONTH}, 5, p_category => :value)",
        "products of a brand": f"get_top_products({MONTH}, 5, p_brand => :value)",
        "store": f"get_store_stats(:value, {MONTH})",
        "latest metrics": "get_latest_store_metrics(:value)",
        "tree": "get_product_mix_tree('2026-02-01', :value)",
        "funnel": f"get_suggestion_funnel({MONTH}, :value)",
    }.items()
}
MISSPELT: list[tuple[str, str, str, str]] = [
    ("metrics", "region", "Regio VII", "Known are: NCR, CAR"),
    ("timeline", "region", "Regio VII", "Known are: NCR, CAR"),
    ("funnel", "region", "Regio VII", "Known are: NCR, CAR"),
    ("metrics", "store_code", "s 1", "Did you mean 'S1'?"),
    ("store", "store_code", "S9", "S1, S2"),
    ("latest metrics", "store_code", "S9", "S1, S2"),
    ("tree", "store_code", "S9", "S1, S2"),
    ("metrics", "store_type", "Rural", "Did you mean 'rural'?"),
    ("metrics", "economic_class", "c", "Did you mean 'C'?"),
    ("timeline", "brand", "kopiko", "Did you mean 'Kopiko'?"),
    ("hours", "brand", "Kopico", "Known are: Kopiko, Oishi"),
    ("products of a brand", "brand", "kopiko", "Did you mean 'Kopiko'?"),
    ("timeline", "category", "Snack", "beverages, canned_goods, snacks"),
    ("products of a category", "category", "SNACKS", "Did you mean 'snacks'?"),
]


@pytest.fixture
def seen(prepared: Prepared, tmp_path: Path) -> Floor:
    """The same, to look at only."""
    return Floor(prepared.look(CARRIED), tmp_path)


def ask(floor: Floor, asked: str, name: str, value: str) -> list[tuple[Any, ...]]:
    """What a function answers to a value; some take it by its name as a filter."""
    query = ASKED_WITH[asked]
    return floor.rows(query, value=value, **({"name": name} if ":name" in query else {}))


def test_a_misspelt_value_is_an_error_that_says_what_is_known(seen: Floor) -> None:
    """Zeros for a name that nobody has would be believed."""
    for asked, name, value, told in MISSPELT:
        with pytest.raises(sa.exc.DataError, match=re.escape(f"{name} '{value}' is not known")) as refused:
            ask(seen, asked, name, value)
        assert getattr(refused.value.orig, "sqlstate", None) == "22023"
        assert told in str(refused.value), asked


def test_nothing_is_suggested_where_nothing_is_similar(seen: Floor) -> None:
    """An empty suggestion looks like a defect of the program."""
    with pytest.raises(sa.exc.DataError, match="Look for it among those that are known") as refused:
        ask(seen, "metrics", "region", "Atlantis")
    assert "Did you mean" not in str(refused.value)


# the ends of a range, and what the error says
NO_RANGES: list[tuple[str, str]] = [
    ("'2026-03-01', '2026-02-01'", "are they swapped?"),
    ("'2026-02-05', '2026-02-05'", "for that day alone ask up to 2026-02-06"),
    ("'2026-02-01', null", "p_to is null"),
    ("null, '2026-03-01'", "p_from is null"),
]
WITH_RANGE = {
    "get_dashboard_metrics": "",
    "get_sales_timeline": "",
    "get_top_products": "",
    "get_substitution_flows": "",
    "get_suggestion_funnel": "",
    "get_store_stats": "'S1', ",
}


def test_a_range_that_holds_no_day_is_an_error_that_says_what_to_do(seen: Floor) -> None:
    """Whoever swaps two dates would see a month without sales, and believe it."""
    for function, before in WITH_RANGE.items():
        for ends, told in NO_RANGES:
            with pytest.raises(sa.exc.DataError, match=re.escape(told)) as refused:
                seen.rows(f"select * from scout.{function}({before}{ends})")  # noqa: S608 - calls of this test alone
            assert getattr(refused.value.orig, "sqlstate", None) == "22023", function


def test_a_range_is_checked_also_where_there_is_nothing_to_read(database: Database) -> None:
    """The first dashboard of an empty database would hide its mistake until there are sales."""
    for function, before in WITH_RANGE.items():
        with database.transaction() as connection:
            # planned once for all values, as a pool that prepares its statements does
            connection.exec_driver_sql("set local plan_cache_mode = force_generic_plan")
            call = f"scout.{function}({before}$1, $2)"
            connection.exec_driver_sql(f"prepare {function} (date, date) as select * from {call}")  # noqa: S608
            with pytest.raises(sa.exc.DataError, match="are they swapped"):
                connection.exec_driver_sql(f"execute {function} ('2026-03-01', '2026-02-01')")
            connection.rollback()


def test_every_function_with_a_range_checks_it(seen: Floor) -> None:
    """A new function would answer zeros again."""
    found = seen.rows("""
        select proname from pg_proc
        where pronamespace = 'scout'::regnamespace and proname like 'get\\_%'
            and proargnames @> array['p_from', 'p_to']
    """)
    assert {name for (name,) in found} == set(WITH_RANGE)


def test_a_region_is_known_in_every_spelling(seen: Floor) -> None:
    """Whoever writes ncr would see a region without sales."""
    for value in ("ncr", "Metro Manila", "NCR", "national capital region"):
        assert ask(seen, "metrics", "region", value)[0][0] == 85
        assert ask(seen, "funnel", "region", value) == [(4, 2, 1, 1, Decimal("50.0000"))]


def test_what_is_known_and_has_no_sales_is_no_error(floor: Floor) -> None:
    """A region in which the first shop opens next week would be taken for a mistake."""
    floor.take_reference(reference("brand", "Tang"), reference("category", "tobacco"))
    floor.carry()
    kinds = vocabulary.contract("reference.v1")["$defs"]["store"]["properties"]
    for name in ("store_type", "economic_class"):
        for word in kinds[name]["enum"]:
            assert ask(floor, "metrics", name, word) == [(0, 0, None, 0, 0, 0, None)], word
    assert ask(floor, "metrics", "region", "caraga") == [(0, 0, None, 0, 0, 0, None)]
    assert ask(floor, "timeline", "region", "caraga") == []
    assert ask(floor, "timeline", "brand", "Tang") == []
    assert ask(floor, "products of a category", "category", "tobacco") == []


def test_what_only_sales_name_is_known_before_gold_has_it(floor: Floor) -> None:
    """The brand that a device heard a minute ago would be called a mistake."""
    floor.take_sales(sale("8", at="2026-02-05T12:00:00+08:00", items=[item("KOPI", brand_name="Nescafe")]))
    silver.carry_all(floor.database)
    ((_, found, *_),) = ask(floor, "timeline", "brand", "Nescafe")
    assert found == 1


def test_transactions_stand_under_the_names_of_the_documents(floor: Floor) -> None:
    """A query of the documents would fail, or count voided sales."""
    floor.take_sales(
        sale("9", transcription_text="Kopi po", nlp_brand_mentions=[{"brand_name": "Kopiko"}], customer_id="c1")
    )
    silver.carry_all(floor.database)
    query = "select total_amount, transcription_text, nlp_brand_mentions from scout.v_transactions where id = :id"
    assert floor.rows(query, id="9") == [(10, "Kopi po", ["Kopiko"])]
    assert floor.rows(query, id="1") == [(25, None, None)]
    assert floor.rows(query, id="void") == []
    both = "select sum(total_amount), count(customer_id), max(created_at) from scout.v_transactions"
    silver_says = (
        "select sum(peso_value), count(customer_id), max(sold_at) from scout.silver_transactions_cleaned"
        " where deleted_at is null"
    )
    assert floor.rows(both) == floor.rows(silver_says)


def test_a_brand_of_one_region_is_refused(floor: Floor) -> None:
    """The brand's figures of all stores would look like those of the region."""
    with pytest.raises(sa.exc.DBAPIError, match="it must be the only one"):
        floor.rows(
            "select * from scout.get_sales_timeline('2026-02-01', '2026-03-01', 'day', :filters)",
            filters='{"brand": "Kopiko", "region": "NCR"}',
        )


def test_every_figure_that_a_function_returns_is_defined(floor: Floor) -> None:
    """Two people would argue about a number that no page defines."""
    page = (REPOSITORY / "docs/kpis.md").read_text(encoding="utf-8")
    defined = set(re.findall(r"`([a-z_0-9]+)`", page.split("## Functions")[0]))
    documented = set(re.findall(r"`(get_\w+)\(", page))
    found = floor.rows("""
        select p.proname, unnest(p.proargnames), unnest(p.proargmodes)::text
        from pg_proc as p
        where p.pronamespace = 'scout'::regnamespace and p.proname like 'get\\_%' and p.proargmodes is not null
    """)
    described = {"sku", "sku_a", "sku_b", "from_sku", "to_sku", "reason", "description", "brand_name", "category"}
    described |= {"store_code", "store_name", "region", "period_start", "confidence_ba_pct"}
    returned = {name for _, name, mode in found if mode == "t"}
    assert returned - described <= defined
    names = floor.rows(
        "select distinct proname from pg_proc where proname like 'get\\_%' and pronamespace = 'scout'::regnamespace"
    )
    assert {name for (name,) in names} == documented
