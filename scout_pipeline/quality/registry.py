"""The declared rules as rows: what `ops.data_quality_tables` and `ops.data_quality_rules` must say."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.quality.rules import ASK_THE_SENDER, REBUILD, Rule
from scout_pipeline.tables import Table


def register(connection: sa.Connection, declared: Iterable[Table]) -> int:
    """Make the registry equal to what is declared beside the tables; returns how many rows changed.

    What is registered already, and was changed by nobody since, is not sent again.
    """
    document = json.dumps(declaration(declared))
    digest = hashlib.sha256(document.encode()).hexdigest()
    if database.scalar(connection, "quality/is_registered", digest=digest):
        return 0
    changed: int = database.scalar(connection, "quality/register_rules", declared=document)
    database.run(connection, "quality/note_registered", digest=digest)
    return changed


def declaration(declared: Iterable[Table]) -> dict[str, list[dict[str, Any]]]:
    """Tables and rules as the database takes them. Raises ValueError for two rules of one name."""
    tables = [table for table in declared if table.quality]
    rules = [as_row(table, rule) for table in tables for rule in (table.quality.rules if table.quality else ())]
    ids = [rule["rule_id"] for rule in rules]
    if twice := sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1}):
        raise ValueError(f"two rules are called {', '.join(twice)}; name one of them with .but(name=...)")
    return {"tables": [_table_row(table) for table in tables], "rules": rules}


def rule_id(table: Table, rule: Rule) -> str:
    return f"{table.relation}.{rule.name}"


def remedy(table: Table, rule: Rule) -> str:
    """The next step: a row that came wrong is the sender's, a figure that was computed wrong is ours."""
    return rule.remedy or (REBUILD if table.layer == "gold" else ASK_THE_SENDER)


def as_row(table: Table, rule: Rule) -> dict[str, Any]:
    """One rule in the columns of `ops.data_quality_rules`."""
    return {
        "rule_id": rule_id(table, rule),
        "table_name": table.relation,
        "dimension": rule.dimension,
        "scope": rule.scope,
        "column_names": list(rule.columns),
        "parameters": dict(rule.parameters),
        "severity": rule.severity,
        "threshold": rule.threshold,
        "owner": rule.owner,
        "question": rule.question,
        "remedy": remedy(table, rule),
        "action": rule.action,
    }


def _table_row(table: Table) -> dict[str, Any]:
    assert table.quality is not None
    return {
        "table_name": table.relation,
        "asset": table.key,
        "key_columns": list(table.quality.key),
        "day_column": table.quality.day,
        "day_grain": table.quality.grain if table.quality.day else "table",
        "store_column": table.quality.store,
        "weight_column": table.quality.weight,
    }
