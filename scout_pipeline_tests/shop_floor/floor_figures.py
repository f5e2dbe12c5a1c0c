"""Figures of what is observed at the counter, and of the feeds, computed from the simulator's truth and its records."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scout_pipeline_tests.shop_floor.exact import Figures, exact, pesos, rows, to_four, total
from scout_pipeline_tests.shop_floor.truth import Truth, business_date, moment

# in the order of trust
METRIC_SOURCES = ("pos", "mobile", "vision", "manual")
DECIDED = ("approved", "rejected", "closed")


def request_behavior(truth: Truth) -> Figures:
    """Requests, suggestions and seconds of each region, day, mode and type; seconds have two decimals at most."""
    sales = truth.sales.assign(
        request_mode=truth.sales.request_mode.fillna("unknown"),
        request_type=truth.sales.request_type.fillna("unknown"),
        is_offered=truth.sales.suggestion_offered.eq(True),
        is_accepted=truth.sales.suggestion_offered.eq(True) & truth.sales.suggestion_accepted.eq(True),
        # whole hundredths, so that the sums are exact
        hundredths=(truth.sales.duration_seconds * 100).round(),
    )
    found = sales.groupby(["region", "business_date", "request_mode", "request_type"]).agg(
        transactions=("transaction_id", "size"),
        offered=("is_offered", "sum"),
        accepted=("is_accepted", "sum"),
        hundredths=("hundredths", "sum"),
        timed=("hundredths", "count"),
    )
    return {
        key: (
            row.transactions,
            row.offered,
            row.accepted,
            pesos(int(row.hundredths)),
            row.timed,
            to_four(int(row.hundredths), 100 * row.timed) if row.timed else None,
        )
        for key, row in rows(found)
    }


def suggestion_funnel(truth: Truth) -> Figures:
    """Every sale is observed; accepted are those that were offered and accepted."""
    offered = truth.sales.suggestion_offered.eq(True)
    steps = truth.sales.assign(is_offered=offered, is_accepted=offered & truth.sales.suggestion_accepted.eq(True))
    found = steps.groupby(["store_code", "business_date"]).agg(
        observed=("transaction_id", "size"), offered=("is_offered", "sum"), accepted=("is_accepted", "sum")
    )
    return {
        key: (
            row.observed,
            row.offered,
            row.accepted,
            row.offered - row.accepted,
            to_four(100 * row.accepted, row.offered) if row.offered else None,
        )
        for key, row in rows(found)
    }


def demographics(truth: Truth) -> Figures:
    """Sales of which gender, age or class was observed, by region and week."""
    groups = ["gender", "age_bracket", "economic_class"]
    observed = truth.sales.dropna(subset=groups, how="all")
    found = (
        observed.assign(**{group: observed[group].fillna("unknown") for group in groups})
        .groupby(["region", "week", *groups])
        .agg(
            transactions=("transaction_id", "size"),
            customers=("customer_id", "nunique"),
            value=("peso_value_centavos", "sum"),
            units=("units", "sum"),
        )
    )
    return {key: (row.transactions, row.customers, pesos(row.value), exact(row.units)) for key, row in rows(found)}


def latest_store_metrics(truth: Truth) -> Figures:
    """Of each metric the latest day, there the most trusted source, there the last measurement, then the first code."""
    best: dict[tuple[str, str], tuple[Any, ...]] = {}
    for code, metric in sorted(truth.members("store_metric").items()):
        key = (metric["store_id"], metric["metric_name"])
        day, measured_at = business_date(metric["measured_at"]), moment(metric["measured_at"])
        rank = (day, -METRIC_SOURCES.index(metric["metric_source"]), measured_at)
        if key not in best or rank > best[key][0]:
            best[key] = (rank, (metric["metric_value"], metric["metric_source"], day, measured_at), code)
    return {key: figures for key, (_, figures, _) in best.items()}


def promotion_summary(truth: Truth) -> Figures:
    """Promotions as their latest records have them, by the day they were made and their status."""
    approvals = defaultdict(list)
    for approval in truth.members("approval").values():
        approvals[approval["promotion"]].append(approval)
    groups: dict[tuple[Any, ...], list[tuple[Any, bool, Fraction | None]]] = defaultdict(list)
    for code, promotion in truth.members("promotion").items():
        closed = promotion["status"] in DECIDED or bool(promotion["approved_at"] or promotion["closed_at"])
        hours = _hours_until_decided(promotion, approvals[code]) if closed else None
        groups[business_date(promotion["created_at"]), promotion["status"]].append(
            (promotion["promotion_value"], closed, hours)
        )
    figures: Figures = {}
    for key, promotions in groups.items():
        values = [value for value, _, _ in promotions if value is not None]
        times = [hours for _, _, hours in promotions if hours is not None]
        closed_count = sum(closed for _, closed, _ in promotions)
        figures[key] = (
            len(promotions),
            len(values),
            sum(values, Decimal(0)),
            to_four(total(values), len(values)) if values else None,
            len(promotions) - closed_count,
            closed_count,
            len(times),
            to_four(total(times)),
            to_four(total(times), len(times)) if times else None,
        )
    return figures


def experiment_results(truth: Truth) -> Figures:
    """Targets and results of the events whose result is known."""
    groups = defaultdict(list)
    for event in truth.members("experiment_event").values():
        groups[event["store_id"], event["experiment"]].append(event)
    figures: Figures = {}
    for key, events in groups.items():
        measured = [event for event in events if event["actual_value"] is not None]
        target = total(event["target_value"] for event in measured)
        actual = total(event["actual_value"] for event in measured)
        figures[key] = (
            len(events),
            len(measured),
            to_four(target, len(measured)) if measured else None,
            to_four(actual, len(measured)) if measured else None,
            to_four((actual / target - 1) * 100) if target else None,
        )
    return figures


def _hours_until_decided(promotion: dict[str, Any], approvals: list[dict[str, Any]]) -> Fraction | None:
    decided = promotion["approved_at"]
    if decided is None and not any(approval["status"] == "pending" for approval in approvals):
        decided = max((approval["finished_at"] for approval in approvals if approval["finished_at"]), default=None)
    decided = decided or promotion["closed_at"]
    if decided is None or moment(decided) < moment(promotion["created_at"]):
        return None
    return _hours(moment(promotion["created_at"]), moment(decided))


def _hours(start: datetime, end: datetime) -> Fraction:
    return Fraction(int((end - start).total_seconds()), 3600)
