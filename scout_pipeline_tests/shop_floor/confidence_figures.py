"""Confidence of each figure of a store and day, computed from the simulator's truth and its records."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Any

from scout_pipeline_tests.shop_floor.exact import Figures, pesos, to_four
from scout_pipeline_tests.shop_floor.floor_figures import METRIC_SOURCES
from scout_pipeline_tests.shop_floor.truth import MANILA, Truth, business_date, moment

SOURCE_POINTS = {"sales": 40, "pos": 40, "mobile": 30, "vision": 20, "manual": 10}
CRITICAL = {"net_revenue", "transaction_count"}
OF_SALES = {*CRITICAL, "line_count"}
BANDS = ((80, "excellent"), (60, "good"), (40, "fair"), (0, "poor"))
WINDOW = 28
# value, source, newest hour, agreement in per cent
Given = tuple[Any, str, int, Decimal | None]


def confidence(truth: Truth) -> Figures:
    """Four parts a figure; how often it came is counted over the days of the same store and metric."""
    given = {**_of_feed(truth), **_of_sales(truth)}
    days = defaultdict(list)
    for store, day, metric in sorted(given):
        days[store, metric].append(day)
    return {
        (store, day, metric): _row(metric, given[store, day, metric], days[store, metric], day)
        for store, day, metric in given
    }


def _row(metric: str, given: Given, days: list[date], day: date) -> tuple[Any, ...]:
    value, source, hour, agreement = given
    seen = [other for other in days if 0 <= (day - other).days < WINDOW]
    gaps = [(later - earlier).days for earlier, later in pairwise(seen)]
    gap = Fraction(1) if metric in OF_SALES else Fraction(median(map(Fraction, gaps))) if gaps else None
    points = (
        SOURCE_POINTS[source],
        min(20, hour + 1),
        _whole(20 * min(Fraction(1), len(seen) * (gap or Fraction(1)) / WINDOW)),
        _whole(Fraction(agreement or 0) / 5),
    )
    total = sum(points)
    return (
        metric in CRITICAL,
        value,
        source,
        points[0],
        hour,
        points[1],
        len(seen),
        None if gap is None else Decimal(float(gap)),
        points[2],
        agreement,
        points[3],
        total,
        next(band for least, band in BANDS if total >= least),
    )


def _of_sales(truth: Truth) -> dict[tuple[str, date, str], Given]:
    numbers: dict[tuple[str, date], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    columns = ["store_code", "business_date", "device_id", "sequence"]
    for store, day, device, number in truth.all_sales[columns].itertuples(index=False, name=None):
        numbers[store, day][device].append(int(number))
    found: dict[tuple[str, date, str], Given] = {}
    days: Any = truth.sales.groupby(["store_code", "business_date"])
    for (store, day), sales in days:
        value, size = sales.stated_peso_value_centavos, sales.stated_basket_size
        # one centavo of difference is rounding
        held = value.notna() & ((value - sales.peso_value_centavos).abs() <= 1)
        hour, count = int(sales.hour.max()), len(sales)
        revenue = _share(int(held.sum()), count) if value.notna().any() else None
        lines = _share(int((size == sales.line_count).sum()), count) if size.notna().any() else None
        counted = _counted(numbers[store, day].values())
        found[store, day, "net_revenue"] = (pesos(int(sales.peso_value_centavos.sum())), "sales", hour, revenue)
        found[store, day, "transaction_count"] = (Decimal(count), "sales", hour, counted)
        found[store, day, "line_count"] = (Decimal(int(sales.line_count.sum())), "sales", hour, lines)
    return found


def _counted(devices: Iterable[list[int]]) -> Decimal | None:
    """The share of the numbers between the first and the last one of each device that came."""
    spans = [(len(numbers), max(numbers) - min(numbers) + 1) for numbers in devices]
    usable = [(min(count, span), span) for count, span in spans if span <= 2 * count]
    return _share(sum(count for count, _ in usable), sum(span for _, span in usable)) if usable else None


def _of_feed(truth: Truth) -> dict[tuple[str, date, str], Given]:
    measured: dict[tuple[str, date, str], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for code, metric in truth.members("store_metric").items():
        key = (metric["store_id"], business_date(metric["measured_at"]), metric["metric_name"])
        measured[key].append((code, metric))
    found: dict[tuple[str, date, str], Given] = {}
    for key, metrics in measured.items():
        latest: dict[str, tuple[Any, Any]] = {}
        for _, metric in sorted(metrics, reverse=True, key=lambda pair: pair[0]):
            at = moment(metric["measured_at"])
            if metric["metric_source"] not in latest or latest[metric["metric_source"]][0] <= at:
                latest[metric["metric_source"]] = (at, metric["metric_value"])
        trusted = sorted(latest, key=METRIC_SOURCES.index)
        values = [Fraction(latest[source][1]) for source in trusted[:2]]
        hour = max(moment(metric["measured_at"]).astimezone(MANILA).hour for _, metric in metrics)
        agreement = None
        if len(values) == 2:
            least, most = sorted(values)
            agreement = to_four(100 * (1 - (most - least) / most)) if most else Decimal(100)
        found[key] = (Decimal(latest[trusted[0]][1]), trusted[0], hour, agreement)
    return found


def _share(part: int, whole: int) -> Decimal:
    return to_four(100 * part, whole)


def _whole(points: Fraction) -> int:
    return int((Decimal(points.numerator) / Decimal(points.denominator)).quantize(Decimal(1), ROUND_HALF_UP))
