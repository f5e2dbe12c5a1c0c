"""The rules as a section of `docs/data_quality.md`, made from their declarations."""

from collections.abc import Iterable, Iterator

from scout_pipeline.quality import registry
from scout_pipeline.quality.rules import Rule
from scout_pipeline.tables import Table

BEGIN = "<!-- made by `scout quality rules --page`; change the declarations, not this -->"
END = "<!-- end of what is made -->"


def page(declared: Iterable[Table]) -> str:
    """Every rule of every table: the question, the formula, how grave it is, and what to do."""
    lines = [BEGIN]
    for table in declared:
        if table.quality:
            lines += ["", f"### {table.key}", "", *_table(table)]
    return "\n".join([*lines, "", END]) + "\n"


def formula(rule: Rule) -> str:
    """What is true of a row, or of the day, that breaks the rule."""
    given, figure = rule.parameters, " / ".join([*rule.columns[:1], *filter(None, [rule.parameters.get("per")])])
    match rule.dimension:
        case "completeness":
            text = " or ".join(f"{column} is null" for column in rule.columns)
        case "uniqueness":
            text = f"a row after the first with the same ({', '.join(rule.columns)})"
        case "validity":
            text = f"{figure} not in ({', '.join(given['values'])})"
        case "range":
            text = " or ".join(_bound(figure, name, value) for name, value in given.items() if name not in _OTHERS)
        case "pattern":
            text = f"{figure} does not match `{given['pattern']}`".replace("|", "\\|")
        case "referential":
            text = f"({', '.join(rule.columns)}) not in {given['table']} ({', '.join(given['columns'])})"
        case "reconciliation":
            text = _difference(rule)
        case "freshness":
            text = f"max({figure}) more than {given['max_age_hours']} hours before the end of the day, or now"
        case "volume" if "entity" in given:
            text = f"no row of a {given['entity']} that has one on 80 % of the days of this class"
        case "volume":
            text = f"rows / median of the class of day outside {given['min_share']} .. {given['max_share']}"
        case "distribution":
            text = (
                f"({figure} / median of the class of day - 1) is {given['limit']} robust deviations off, "
                f"and {given['min_change']:.0%} or more"
            )
        case _:
            text = "a column is missing or has another type"
    conditions = [
        f"{column} {'is null' if values is None else 'in (' + ', '.join(values) + ')'}"
        for column, values in given.get("when", {}).items()
    ]
    return text + (f", where {' and '.join(conditions)}" if conditions else "")


_OTHERS = ("per", "when")
_SIGNS = {"min": "<", "above": "<=", "max": ">", "below": ">=", "other_than": "="}


def _bound(figure: str, name: str, value: object) -> str:
    return f"{figure} {_SIGNS[name.removesuffix('_column')]} {value}"


def _difference(rule: Rule) -> str:
    given, column = rule.parameters, rule.columns[0]
    if "equals_sum_of" in given:
        other = " + ".join(given["equals_sum_of"])
    elif "equals_product_of" in given:
        other = " x ".join(given["equals_product_of"])
    else:
        column, other = f"sum({column})", f"sum({given['table']}.{given['column']})"
    return f"{column} differs from {other} by more than {given['tolerance']}"


def _table(table: Table) -> Iterator[str]:
    yield "| rule | question | fails when | passes up to | severity | what to do |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for rule in table.quality.rules if table.quality else ():
        share = f"{rule.threshold:.1%}" if rule.threshold else "0"
        step = registry.remedy(table, rule)
        yield f"| `{rule.name}` | {rule.question} | {formula(rule)} | {share} | {rule.severity} | {step} |"
