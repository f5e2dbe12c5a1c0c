"""The job that takes files: from the landing folder to gold in one operation, told to the graph when it is done.

As a chain of assets the same work takes a run many times as long, most of it for the history: docs/decisions/0026.
The promises that guard bronze and silver are asked before gold, as in the graph, and keep gold as it is when broken.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any

import dagster as dg
from dagster._core.storage.tags import MAX_RUNTIME_SECONDS_TAG

from scout_pipeline import assets, flow, rule_book, tables
from scout_pipeline.automation.attempts import ASKED_AGAIN
from scout_pipeline.bronze import quarantine, transactions_raw
from scout_pipeline.database import Database
from scout_pipeline.flow import RunReport
from scout_pipeline.gold import buckets
from scout_pipeline.partitions import RECEIPT_MONTHS
from scout_pipeline.quality import checks, promises
from scout_pipeline.quality.promises import Promise, PromiseResult
from scout_pipeline.silver import transactions_cleaned

TABLES = {table.key: table for table in reversed(rule_book.TABLES)}
BEFORE_GOLD = tuple(
    promise
    for promise in (*promises.PROMISES, *promises.WARNINGS)
    if not promise.asset.startswith(("gold/", "serving/")) and promise not in promises.OF_ALL_THAT_IS_KEPT
)
OF_GOLD = tuple(promise for promise in (*promises.PROMISES, *promises.WARNINGS) if promise.asset.startswith("gold/"))


class BrokenPromise(Exception):
    """A promise of bronze or silver does not hold, so gold is not computed."""


# silver has one writer at a time, whichever job it is
@dg.op(pool="silver", out={}, description="Takes the whole files of the landing folder and carries them to gold.")
def carry_files(
    context: dg.OpExecutionContext, database: dg.ResourceParam[Database]
) -> Iterator[dg.AssetMaterialization | dg.AssetCheckEvaluation]:
    """Land, carry, tell. Raises dg.Failure when a promise or a mapping is broken; what was committed stays."""
    taken = transactions_raw.take(database, context.log.info)
    started = perf_counter()
    asked: list[PromiseResult] = []

    def before_gold(report: RunReport) -> None:
        asked.extend(_ask(database, BEFORE_GOLD))
        if _broken(asked):
            raise BrokenPromise

    try:
        report = flow.carry(database, before_gold=before_gold)
    except BrokenPromise:
        yield from _evaluations(asked)
        raise dg.Failure(_words(asked)) from None
    yield from _told(database, taken.figures, report, perf_counter() - started)
    asked.extend(_ask(database, OF_GOLD))
    yield from _evaluations(asked)
    if problems := [*taken.problems, *filter(None, [_words(asked)])]:
        raise dg.Failure("; ".join(problems))


@dg.job(
    name="take_files",
    description="Takes the whole files of the landing folder into bronze, and carries them to gold in the same run.",
    tags={**ASKED_AGAIN, MAX_RUNTIME_SECONDS_TAG: "7200"},
    executor_def=dg.in_process_executor,
)
def take_files() -> None:
    carry_files()


def _ask(target: Database, wanted: Iterable[Promise]) -> list[PromiseResult]:
    with target.transaction() as connection:
        return [promises.check(connection, promise) for promise in wanted]


def _broken(asked: Iterable[PromiseResult]) -> list[PromiseResult]:
    return [result for result in asked if result.promise.is_blocking and not result.holds]


def _words(asked: Iterable[PromiseResult]) -> str:
    return "; ".join(
        f"{result.promise.name}: {result.violations} broken rows; {result.promise.remedy}" for result in _broken(asked)
    )


def _told(
    target: Database, taken: Mapping[str, object], report: RunReport, seconds: float
) -> Iterator[dg.AssetMaterialization]:
    """A materialization of every table that the run brought up to date, at the months that it touched."""
    known: dict[str, Mapping[str, Any]] = {transactions_raw.TABLE.key: taken}
    facts = transactions_cleaned.figures(report.silver, report.silver_seconds)
    known |= {table.key: facts for table in transactions_cleaned.TABLES}
    known |= {layer.layer: {**buckets.figures(target, layer), "seconds": layer.seconds} for layer in report.layers}
    known[quarantine.TABLE.key] = quarantine.open_entries(target)
    touched = sorted(transactions_cleaned.partitions(report.silver.months))
    for table in rule_book.TABLES:
        if TABLES[table.key] is not table or table.layer == "serving":
            continue
        writer = taken if table.layer == "bronze" else facts
        shown = known.get(table.key) or tables.beside(target, table, writer)
        with target.transaction() as connection:
            described = assets.report(connection, table, **{"seconds": round(seconds, 3), **shown})
        for month in _months(table.key, touched):
            yield dg.AssetMaterialization(table.asset_key, metadata=described.metadata, partition=month)


def _months(key: str, touched: Sequence[str]) -> Sequence[str | None]:
    """The partitions of a table's materialization; None for a table without."""
    if key == transactions_raw.TABLE.key:
        return [RECEIPT_MONTHS.definition.get_last_partition_key()]
    return touched if key in {table.key for table in transactions_cleaned.TABLES} else [None]


def _evaluations(asked: Iterable[PromiseResult]) -> Iterator[dg.AssetCheckEvaluation]:
    for result in asked:
        for asset in (result.promise.asset, *checks.ALSO_GUARDED.get(result.promise.name, ())):
            found = checks.evaluation(result, dg.AssetKey(asset.split("/")))
            yield dg.AssetCheckEvaluation(
                asset_key=dg.AssetKey(asset.split("/")),
                check_name=result.promise.name,
                passed=found.passed,
                metadata=found.metadata,
                severity=found.severity,
                description=found.description,
                blocking=result.promise.is_blocking,
            )
