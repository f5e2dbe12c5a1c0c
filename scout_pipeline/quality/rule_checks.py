"""The rules as Dagster asset checks: one a rule, blocking when it is of severity error, with what to see and do next.

All rules of an asset are asked by one operation, in one scan a day. Checked are the days that changed since they were
last checked. Judged are also the days with an open finding, by what their last check said: a good day does not mend a
bad one. When the run computes months, both are those of its months.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timezone
from typing import Any

import dagster as dg

from scout_pipeline import database as db
from scout_pipeline import periods
from scout_pipeline.database import Database
from scout_pipeline.quality import checking, registry
from scout_pipeline.quality.checking import Checked, Plan
from scout_pipeline.quality.rules import Rule
from scout_pipeline.tables import Table

SAMPLE_COLUMNS = ("key", "value")
# asks a plan and does what its rules say about failing rows
Check = Callable[[Database, Plan], list[Checked]]


def of_rules(declared: Sequence[Table], check: Check) -> list[dg.AssetChecksDefinition]:
    """One operation for each asset that has rules; `declared` are all tables, as the registry must know them."""
    keys = dict.fromkeys(table.key for table in declared if table.quality)
    return [_of_asset(key, [table for table in declared if table.key == key], declared, check) for key in keys]


def _of_asset(key: str, tables: Sequence[Table], declared: Sequence[Table], check: Check) -> dg.AssetChecksDefinition:
    rules = {rule.name: (table, rule) for table in tables for rule in (table.quality.rules if table.quality else ())}

    @dg.multi_asset_check(
        name=f"rules_of_{key.replace('/', '_')}",
        specs=[
            dg.AssetCheckSpec(
                rule.name,
                asset=dg.AssetKey(key.split("/")),
                description=rule.question,
                blocking=rule.severity == "error",
                metadata={"dimension": rule.dimension, "severity": rule.severity, "owner": rule.owner},
            )
            for _, rule in rules.values()
        ],
        can_subset=True,
    )
    def _check(
        context: dg.AssetCheckExecutionContext, database: dg.ResourceParam[Database]
    ) -> Iterator[dg.AssetCheckResult]:
        months = _months(context)
        checking.prepare(database, declared)
        found = _ask(database, tables, months, check)
        for check_key in sorted(context.selected_asset_check_keys):
            table, rule = rules[check_key.name]
            yield evaluation(table, rule, found[registry.rule_id(table, rule)], check_key, months)

    return _check


def _months(context: dg.AssetCheckExecutionContext) -> list[date]:
    """First days of the months that the run computes, the earliest first; none when it carries what is new."""
    tags = context.run.tags
    keys = [tags.get(f"dagster/{name}") for name in ("partition", "asset_partition_range_start")]
    start = next((key for key in keys if key), None)
    if start is None:
        return []
    end = tags.get("dagster/asset_partition_range_end", start)
    return periods.months(periods.partition_month(start), periods.partition_month(end))


def _ask(
    target: Database, tables: Sequence[Table], months: Sequence[date], check: Check
) -> Mapping[str, Mapping[str, Any]]:
    """Check what is due of an asset's tables; what each rule says of those days (else of the latest), and of findings.

    A day is checked for all tables at once, so that what the scan of one keeps for the next is not read again.
    """
    judged = {}
    due: dict[date, list[str]] = {}
    for table in tables:
        judged[table.relation], days = _days(target, table, months)
        for day in days:
            due.setdefault(day, []).append(table.relation)
    check(target, sorted(due.items()))
    with target.transaction() as connection:
        return {
            row["rule_id"]: row
            for relation, (days, is_anew) in judged.items()
            for row in db.rows(
                connection, "quality/results_of_days", days=days, is_anew=is_anew, **_bounds(relation, months)
            )
        }


def _days(
    target: Database, table: Table, months: Sequence[date]
) -> tuple[tuple[Sequence[date], bool], Collection[date]]:
    """The days of a table that are judged, whether they are asked about anew, and the days to ask about.

    A day with an open finding is read again only when it changed, or the rule did.
    """
    bounds = _bounds(table.relation, months)
    with target.transaction() as connection:
        due = [day for day, names in checking.due(connection, [table]) if names]
        latest: date | None = db.scalar(connection, "quality/latest_day", **bounds)
        days = [day for day in due if not months or day.replace(day=1) in months]
        is_whole = table.quality is not None and table.quality.day is None
        if is_whole or not (days or latest or months):
            # a table without days, or to which nothing ever came: asked all the same, so that each rule has an answer
            days = [datetime.now(timezone.utc).date()]
        judged = days or ([latest] if latest else [])
        told = [] if days else judged
        unasked = [row["metric_date"] for row in db.rows(connection, "quality/outdated_days", days=told, **bounds)]
    return (judged, bool(days)), {*days, *unasked}


def _bounds(relation: str, months: Sequence[date]) -> Mapping[str, Any]:
    return {
        "relation": relation,
        "first_date": months[0] if months else None,
        "until": periods.next_month(months[-1]) if months else None,
    }


def evaluation(
    table: Table, rule: Rule, row: Mapping[str, Any], key: dg.AssetCheckKey, months: Collection[date]
) -> dg.AssetCheckResult:
    """What people see of a rule: failing rows of how many, some of them, the query to see more, and what to do."""
    metadata: dict[str, dg.MetadataValue] = {
        "failing": dg.MetadataValue.int(row["failing"]),
        "rows": dg.MetadataValue.int(row["total"]),
        "days_checked": dg.MetadataValue.int(row["day_count"]),
        "days_not_judged": dg.MetadataValue.int(row["not_judged_day_count"]),
        "days_failing": dg.MetadataValue.int(row["failing_day_count"]),
        "scope": dg.MetadataValue.text(
            "days that changed since the last check, or have an open finding"
            + (f", of {', '.join(f'{month:%Y-%m}' for month in sorted(months))}" if months else "")
        ),
        "observed": dg.MetadataValue.text(f"{row['metric_date']}: {row['observed']}"),
        "severity": dg.MetadataValue.text(rule.severity),
        "query": query_block(row["query"]),
        "remedy": dg.MetadataValue.text(registry.remedy(table, rule)),
    }
    is_unjudged = row["not_judged_day_count"] > 0 and row["day_count"] == 0
    if row["sample"]:
        metadata["sample"] = sample_table(row["sample"])
    return dg.AssetCheckResult(
        # a rule of severity info counts; it has no alarm to give
        passed=row["passes"] or rule.severity == "info",
        asset_key=key.asset_key,
        check_name=key.name,
        severity=dg.AssetCheckSeverity.ERROR if rule.severity == "error" else dg.AssetCheckSeverity.WARN,
        description=f"Not judged: {row['observed']}. {rule.question}" if is_unjudged else rule.question,
        metadata=metadata,
    )


def query_block(statement: str) -> dg.MarkdownMetadataValue:
    """A statement that runs as it stands, to be copied from Dagster's page."""
    return dg.MetadataValue.md(f"```sql\n{statement.strip()}\n```")


def sample_table(sample: Sequence[Mapping[str, Any]]) -> dg.TableMetadataValue:
    """At most 20 failing keys as a table, its columns those of the key (a finding adds observed and expected)."""
    rows = [{**(row.get("key") or {}), **row} if isinstance(row.get("key"), dict) else row for row in sample]
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if name != "key"]
    return dg.MetadataValue.table(
        records=[dg.TableRecord({name: _plain(row.get(name)) for name in names}) for row in rows],
        schema=dg.TableSchema(columns=[dg.TableColumn(name) for name in names]),
    )


def _plain(value: Any) -> str | int | float | bool | None:
    return value if value is None or isinstance(value, str | int | float | bool) else json.dumps(value)
