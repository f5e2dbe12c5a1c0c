"""The rules as a section of `docs/data_quality.md`, made from their declarations."""

from collections.abc import Iterable, Iterator

from scout_pipeline.quality import registry
from scout_pipeline.quality.rules import Parameters, Rule
from scout_pipeline.tables import Table

BEGIN = "<!-- made by `scout quality rules --page`; change the declarations, not this -->"
END = "<!-- end of what is made -->"
SET_ASIDE = "the sale is [set aside](#what-a-rule-sets-aside)"


HOW_TO_READ = (
    "A row is one rule. **Fails when** is what is true of a row, or of the day, that breaks it; **passes up to** is "
    "the share of such rows that is still no failure. Names are columns of the table in the heading. A rule with "
    "*the median* compares with [what is usual](#what-is-usual). Start with the table that you read: a figure of gold "
    "is only as good as the silver that it is computed from."
)


def page(declared: Iterable[Table]) -> str:
    """Every rule of every table by asset, after a list of the assets: question, formula, severity and what to do."""
    by_asset: dict[str, list[Table]] = {}
    for table in declared:
        if table.quality:
            by_asset.setdefault(table.key, []).append(table)
    lines = [BEGIN, "", "### How to read the rules", "", HOW_TO_READ, "", "| layer | assets |", "| --- | --- |"]
    for layer in dict.fromkeys(key.split("/")[0] for key in by_asset):
        links = [f"[{key.split('/')[1]}](#{key.replace('/', '')})" for key in by_asset if key.startswith(f"{layer}/")]
        lines.append(f"| {layer} | {', '.join(links)} |")
    for key, tables in by_asset.items():
        lines += ["", f"### {key}"]
        for table in tables:
            lines += ["", f"`{table.relation}`: {table.description}", "", *_table(table)]
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
            text = _outlier(given, figure)
        case _:
            text = "a column is missing or has another type"
    conditions = [
        f"{column} {'is null' if values is None else 'in (' + ', '.join(values) + ')'}"
        for column, values in given.get("when", {}).items()
    ]
    return text + (f", where {' and '.join(conditions)}" if conditions else "")


def _outlier(given: Parameters, figure: str) -> str:
    usual = "median of the class of day" if given["by_class"] else "median"
    text = f"{figure} is {given['limit']} robust deviations and {given['min_change']:.0%} or more off the {usual}"
    if "unless" in given:
        text += f", where {given['unless']} is null"
    return text


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
        if rule.action == "quarantine":
            step = f"{SET_ASIDE}; {step}"
        yield f"| `{rule.name}` | {rule.question} | {formula(rule)} | {share} | {rule.severity} | {step} |"
