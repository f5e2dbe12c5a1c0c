"""The vocabulary of data quality: one word per dimension, each of which makes a rule to be declared beside its table.

A rule is data: names of columns, bounds and sets. The database turns it into a condition (`ops.quality_condition`), and
nothing that is written here is ever run as SQL. Words that compare with history stand in `usual.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Severity = Literal["info", "warning", "error"]
Parameters = Mapping[str, Any]
When = Mapping[str, Sequence[str] | None]

OWNER = "data-platform"
# how a table of silver names the sale of a row: what a rule sets aside is found by it
SALE_KEY = ("store_id", "date_key", "source_id", "transaction_id")
DIMENSIONS = (
    "completeness",
    "uniqueness",
    "validity",
    "range",
    "pattern",
    "referential",
    "freshness",
    "volume",
    "distribution",
    "reconciliation",
    "schema",
)
REBUILD = "compute the month again: scout run --rebuild MONTH..MONTH"
ASK_THE_SENDER = "look at the rows with the query, ask the sender, and have the sales sent again"
CORRECT_OR_DECIDE = (
    "have the sale corrected and sent again; when it was real, scout quarantine replay ID --force counts it"
)
# no shop sells so much at once; a barcode that was read into the wrong field says more
IMPOSSIBLE = 1_000_000_000


@dataclass(frozen=True)
class Rule:
    """What must be true of a table.

    Attributes: name (within its table), dimension, question (as people ask it), columns, parameters (values, bounds,
    the other table ...), severity, threshold (share of failing rows that still passes, 0 to 1), remedy (the next
    step; empty for that of its table's layer),
    owner, action (what becomes of failing rows: `quarantine` sets their sales aside, whole), scope (each row answers,
    or the day as a whole).
    """

    name: str
    dimension: str
    question: str
    columns: tuple[str, ...] = ()
    parameters: Parameters = field(default_factory=dict)
    severity: Severity = "error"
    threshold: float = 0
    remedy: str = ""
    owner: str = OWNER
    action: Literal["report", "quarantine"] = "report"
    scope: Literal["row", "day"] = "row"

    def but(self, **changes: Any) -> "Rule":
        """The same rule with another severity, threshold, remedy, name, question or action."""
        return replace(self, **changes)


@dataclass(frozen=True)
class RuleSet:
    """The rules of one table, and how its days are found.

    Attributes: key (columns that name a row to people), rules, day (column that says which day a row belongs to; None
    for a table that is checked whole), grain (what a value of that column stands for), store (column of the store),
    weight (column that says what a row stands for, such as its lines).

    Raises ValueError for a rule that would set aside what is no sale of silver.
    """

    key: tuple[str, ...]
    rules: tuple[Rule, ...]
    day: str | None = None
    grain: Literal["day", "week", "month"] = "day"
    store: str | None = None
    weight: str | None = None

    def __post_init__(self) -> None:
        for rule in self.rules:
            is_of_sales = rule.scope == "row" and self.day == "date_key" and self.key[:4] == SALE_KEY
            if rule.action == "quarantine" and not is_of_sales:
                raise ValueError(
                    f"the rule {rule.name} cannot set anything aside: only a rule for rows can, of a table whose key "
                    f"begins with {', '.join(SALE_KEY)}"
                )


def completeness(*columns: str, when: When | None = None) -> Rule:
    """Every row has a value in each of the columns."""
    return Rule(
        f"{_names(columns)}_is_given",
        "completeness",
        f"Has every row {words(columns)}?",
        columns,
        parameters_of(when=when),
    )


def uniqueness(*columns: str) -> Rule:
    """No two rows of a day have the same values in the columns; the first of them does not count as failing."""
    return Rule(
        f"{_names(columns)}_is_unique",
        "uniqueness",
        f"Does {words(columns)} occur once?",
        columns,
        scope="day",
    )


def validity(column: str, values: Sequence[str], *, when: When | None = None) -> Rule:
    """A value that is there is one of the set."""
    return Rule(
        f"{column}_is_known",
        "validity",
        f"Is every {words((column,))} one that we know?",
        (column,),
        parameters_of(values=list(values), when=when),
    )


def in_range(column: str, *, per: str | None = None, when: When | None = None, **bounds: str | float) -> Rule:
    """A value that is there lies within `min`, `max` (included), `above`, `below` (not included), or is `other_than`.

    A bound may be another column: `max_column="transaction_count"`. With `per`, the quotient of the columns is asked.
    """
    asked = f"{column}_per_{per}" if per else column
    return Rule(
        f"{asked}_is_in_range",
        "range",
        f"Is every {words((asked,))} {_bounds(bounds)}?",
        (column,),
        parameters_of(per=per, when=when, **bounds),
    )


def pattern(column: str, regular_expression: str) -> Rule:
    """A value that is there matches the regular expression."""
    return Rule(
        f"{column}_is_well_formed",
        "pattern",
        f"Is every {words((column,))} written as agreed?",
        (column,),
        {"pattern": regular_expression},
    )


def referential(*columns: str, table: str, to: tuple[str, ...] = (), when: When | None = None) -> Rule:
    """What the columns name is in the other table (by columns of the same names, or `to`)."""
    return Rule(
        f"{_names(columns)}_is_described",
        "referential",
        f"Is every {words(columns)} in {table}?",
        columns,
        parameters_of(table=table, columns=list(to or columns), when=when),
        remedy="send the reference record that describes it, then " + REBUILD,
    )


def adds_up(column: str, *parts: str, tolerance: float = 0) -> Rule:
    """Reconciliation within a row: a figure is the sum of its parts."""
    return Rule(
        f"{column}_adds_up",
        "reconciliation",
        f"Is {words((column,))} the sum of {words(parts)}?",
        (column,),
        {"equals_sum_of": list(parts), "tolerance": tolerance},
        remedy=REBUILD,
    )


def makes_up(product: str, *factors: str, tolerance: float = 0) -> Rule:
    """Reconciliation within a row: a figure is the product of its factors."""
    return Rule(
        f"{product}_is_product",
        "reconciliation",
        f"Is {words((product,))} the product of {words(factors)}?",
        (product,),
        {"equals_product_of": list(factors), "tolerance": tolerance},
        remedy=REBUILD,
    )


def reconciliation(column: str, *, table: str, to: str | None = None, tolerance: float = 0) -> Rule:
    """Reconciliation of a day: the sum of a column equals the sum of a column of the other table."""
    return Rule(
        f"{column}_equals_{table.split('.')[-1]}",
        "reconciliation",
        f"Is the sum of {words((column,))} that of {table}?",
        (column,),
        {"table": table, "column": to or column, "tolerance": tolerance},
        remedy=REBUILD,
        scope="day",
    )


def freshness(column: str, *, max_age_hours: int) -> Rule:
    """The newest value of the day is near the end of the day, or near now while the day is not over."""
    return Rule(
        f"{column}_is_fresh",
        "freshness",
        f"Is the newest {words((column,))} of the day at most {max_age_hours} hours before its end, or before now?",
        (column,),
        {"max_age_hours": max_age_hours},
        severity="warning",
        remedy="look whether the source still delivers, then scout ingest and scout run",
        scope="day",
    )


def schema(columns: str) -> Rule:
    """The table has these columns with these types, as the catalogue writes them: "store_id integer, date_key date"."""
    declared = dict(column.split(" ", 1) for column in columns.split(", "))
    return Rule(
        "schema_is_declared",
        "schema",
        "Has the table the columns that people read, with their types?",
        (),
        {"columns": declared},
        remedy="compare with sql/migrations: scout migrate verify",
        scope="day",
    )


def parameters_of(**given: Any) -> dict[str, Any]:
    """What was given, without what was not."""
    return {name: value for name, value in given.items() if value is not None}


def _names(columns: Sequence[str]) -> str:
    return "_and_".join(columns)


def words(columns: Sequence[str]) -> str:
    """Columns as people say them: net revenue, store id."""
    return ", ".join(column.replace("_", " ") for column in columns)


def _bounds(bounds: Mapping[str, str | float]) -> str:
    says = {"min": "at least", "max": "at most", "above": "above", "below": "below", "other_than": "other than"}
    return " and ".join(
        f"{says[name.removesuffix('_column')]} {value.replace('_', ' ') if isinstance(value, str) else value}"
        for name, value in bounds.items()
    )
