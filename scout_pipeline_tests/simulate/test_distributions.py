"""The invented sales look like the real ones that the figures of the documents come from."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from scout_pipeline.simulate.arguments import Arguments, default_first_day
from scout_pipeline.simulate.habits import open_hours
from scout_pipeline.simulate.places import cities, regions
from scout_pipeline_tests.simulate.conftest import write
from scout_pipeline_tests.simulate.delivered import Delivered

MONTH = Arguments(stores=40, days=30, first_day=default_first_day(30), rate=14, seed=11, dirty=0, late=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(MONTH, tmp_path_factory.mktemp("simulate") / "month")


@pytest.fixture(scope="module")
def sales(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "truth" / "transactions.parquet")


@pytest.fixture(scope="module")
def items(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "truth" / "items.parquet")


def shares(column: "pd.Series[str]") -> dict[str, float]:
    return {str(name): float(share) for name, share in column.value_counts(normalize=True).items()}


@pytest.mark.parametrize(
    ("column", "expected", "tolerance"),
    [
        ("request_type", {"branded": 0.40, "unbranded": 0.518, "point": 0.082}, 0.015),
        ("time_of_day", {"morning": 0.22, "afternoon": 0.33, "evening": 0.23, "night": 0.22}, 0.05),
        ("payment_method", {"cash": 0.76, "gcash": 0.13, "maya": 0.04, "credit": 0.06, "other": 0.01}, 0.05),
        ("substitution_reason", {"stockout": 0.55, "suggestion": 0.30, "unknown": 0.15}, 0.06),
    ],
)
def test_shares_are_those_of_the_domain(
    sales: pd.DataFrame, column: str, expected: dict[str, float], tolerance: float
) -> None:
    """Aggregates that are empty or one-sided hide defects that real data would show."""
    assert shares(sales[column]) == pytest.approx(expected, abs=tolerance)


def test_interactions_take_as_long_as_real_ones(sales: pd.DataFrame) -> None:
    """Median 5.9 s, mean 6.8 to 8.0 s, ninth decile 13.1 to 13.7 s."""
    seconds = sales["duration_seconds"].dropna()
    assert seconds.median() == pytest.approx(5.9, abs=0.2)
    assert 6.8 <= seconds.mean() <= 8.0
    assert seconds.quantile(0.9) == pytest.approx(13.3, abs=0.5)


def test_people_are_as_observed(sales: pd.DataFrame) -> None:
    """52 % women, four in ten known, one in twenty persuaded; a known customer is always the same person."""
    gender = shares(sales.loc[sales["gender"].isin(["female", "male"]), "gender"])
    assert gender["female"] == pytest.approx(0.52, abs=0.03)
    assert sales["customer_id"].notna().mean() == pytest.approx(0.4, abs=0.02)
    assert (sales["suggestion_accepted"] == True).mean() == pytest.approx(0.05, abs=0.01)  # noqa: E712
    known = sales[sales["gender"].isin(["female", "male"]) & sales["customer_id"].notna()]
    assert known.groupby("customer_id")["gender"].nunique().max() == 1
    assert sales["customer_id"].value_counts().max() > 10
    assert sales.groupby("customer_id")["store_code"].nunique().max() == 2


def test_baskets_are_small_in_the_morning_and_larger_in_the_evening(sales: pd.DataFrame, items: pd.DataFrame) -> None:
    """1 to 4 and 2 to 7 lines; a ticket of 120 to 180 pesos."""
    lines = sales[sales["line_count"] <= 10].groupby("time_of_day")["line_count"]
    assert (lines.min()["morning"], lines.max()["morning"]) == (1, 4)
    assert (lines.min()["evening"], lines.max()["evening"]) == (2, 7)
    assert 120 <= sales["peso_value_centavos"].mean() / 100 <= 180
    assert (items["quantity"] % 1 != 0).any()


def test_few_baskets_are_larger_than_any_pattern_takes(sales: pd.DataFrame) -> None:
    """Figures that leave large baskets out would never be seen to do so, nor to do it with too many."""
    large = sales.loc[sales["line_count"] > 7, "line_count"]
    assert (large.min(), large.max()) == (11, 25)
    assert large.nunique() > 10
    assert len(large) / len(sales) == pytest.approx(0.005, abs=0.0015)


def test_much_of_a_line_is_not_seen(items: pd.DataFrame) -> None:
    """Missing prices, brands and categories are normal; code that needs them would work on invented data only."""
    assert 1 - items["is_brand_stated"].mean() == pytest.approx(0.43, abs=0.02)
    assert 1 - items["is_category_stated"].mean() == pytest.approx(0.48, abs=0.02)
    assert 1 - items["is_price_stated"].mean() == pytest.approx(0.73, abs=0.03)
    assert items["brand_name"].isna().any()


def test_weekends_and_pay_days_sell_more(sales: pd.DataFrame) -> None:
    """A calendar that changes nothing cannot be tested."""
    counts = sales["business_date"].value_counts()
    by_day = {day: int(count) for day, count in counts.items() if isinstance(day, date)}
    pay_days = [count for day, count in by_day.items() if day.day in (15, 30)]
    weekends = [count for day, count in by_day.items() if day.weekday() >= 5]
    others = [count for day, count in by_day.items() if day.weekday() < 5 and day.day not in (15, 30)]
    assert min(map(len, (pay_days, weekends, others))) >= 2
    assert sum(pay_days) / len(pay_days) > 1.1 * sum(others) / len(others)
    assert sum(weekends) / len(weekends) > 1.05 * sum(others) / len(others)


def test_companions_are_bought_together_more_often_than_by_chance(items: pd.DataFrame) -> None:
    """Basket patterns without a pattern would all have a lift of one."""
    noodles, sardines = (
        set(items.loc[items["product_name"] == name, "transaction_id"])
        for name in ("Lucky Me Pancit Canton Original", "Ligo Sardines Green")
    )
    total = items["transaction_id"].nunique()
    lift = len(noodles & sardines) * total / (len(noodles) * len(sardines))
    assert lift > 2


def test_shops_stand_in_every_region_and_sell_only_when_open(folder: Path, sales: pd.DataFrame) -> None:
    """A region without a shop, or a sale at three in the morning in a shop that closes at seven."""
    assert set(sales["region"]) == {region.name for region in regions()}
    delivered = Delivered(folder)
    spellings = {region.name: {region.name, *region.spellings} for region in regions()}
    written = {row["code"]: row["attributes"] for row in delivered.reference if row["kind"] == "store"}
    assert sum(shop["region"] not in spellings for shop in written.values()) > 5, "not all are canonical"
    for row in sales.drop_duplicates(["store_code", "hour"]).itertuples():
        shop = written[str(row.store_code)]
        assert shop["region"] in spellings[str(row.region)]
        assert open_hours(shop["opens_at"], shop["closes_at"])[int(str(row.hour))] > 0


def test_every_canonical_region_has_cities() -> None:
    """A shop would find no place to stand."""
    assert {city.region for city in cities()} == {region.name for region in regions()}
    assert len(regions()) == 17
    spellings = [
        spelling.lower()
        for region in regions()
        for spelling in {region.name.lower(), *map(str.lower, region.spellings)}
    ]
    assert len(spellings) == len(set(spellings)), "one spelling, one region"


def test_devices_count_without_a_gap_when_nothing_is_dirty(folder: Path) -> None:
    """The counter starts anywhere, goes up with time, and two devices of a shop count apart."""
    seen: dict[str, list[tuple[str, int]]] = {}
    for line in Delivered(folder).lines:
        assert line.document is not None
        moment = pd.Timestamp(line.document["timestamp"]).tz_convert("UTC").isoformat()
        seen.setdefault(line.document["device_id"], []).append((moment, line.document["sequence"]))
    assert len(seen) > MONTH.stores
    for sales in seen.values():
        numbers = [number for _, number in sorted(sales)]
        assert sorted(numbers) == list(range(min(numbers), min(numbers) + len(numbers)))
        assert numbers == sorted(numbers)


def test_transcripts_name_brands_as_people_say_them(folder: Path) -> None:
    """Brand recognition would be tested with the catalogue's spelling only."""
    delivered = Delivered(folder)
    variants = {row["code"]: row["attributes"]["variants"] for row in delivered.reference if row["kind"] == "brand"}
    heard = [
        (line.document["transcription_text"], mention)
        for line in delivered.lines
        if line.document
        for mention in line.document.get("nlp_brand_mentions") or ()
    ]
    assert len(heard) > 1000
    for text, mention in heard:
        assert mention["variant"] in text
        assert mention["variant"] in variants[mention["brand_name"]]
    speakers = [
        turn["speaker"] for line in delivered.lines if line.document for turn in line.document.get("transcript") or ()
    ]
    assert {"cust", "owner"} == set(speakers)
