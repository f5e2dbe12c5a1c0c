"""What a query really did, read from EXPLAIN (ANALYZE, FORMAT JSON): scans that ran, how often, and of which partition.

Nothing here looks at costs or seconds: they change with the machine, the work that was done does not.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class Scan:
    """One node that reads a table: `loops` is how often it ran, `rows` what it read, thrown-away rows included."""

    relation: str
    index: str | None
    loops: int
    rows: int
    subplan: str | None

    @property
    def is_sequential(self) -> bool:
        return self.index is None


@dataclass(frozen=True)
class Plan:
    """The scans that ran; those that partition pruning left out, before or during the query, are not among them."""

    scans: tuple[Scan, ...]

    def of(self, table: str, *, subplan: str | None = None) -> list[Scan]:
        """Scans of a table or of its partitions; with `subplan`, only those within that CTE."""
        return [
            scan
            for scan in self.scans
            if (scan.relation == table or scan.relation.startswith(f"{table}_y"))
            and (subplan is None or scan.subplan == f"CTE {subplan}")
        ]

    def months(self, table: str) -> set[str]:
        """The partitions that were read, as 2026m03."""
        return {scan.relation.removeprefix(f"{table}_y") for scan in self.of(table)}

    def loops(self, table: str) -> int:
        """How often the table, or one of its partitions, was read."""
        return sum(scan.loops for scan in self.of(table))

    def rows(self, table: str) -> int:
        return sum(scan.rows for scan in self.of(table))


def run(connection: sa.Connection, query: str, **values: Any) -> Plan:
    """Run the query and return what it did. Without parallel workers, whose loops would count as well."""
    connection.execute(sa.text("set local max_parallel_workers_per_gather = 0"))
    answer = connection.execute(sa.text(f"explain (analyze, timing off, format json) {query}"), values).scalar_one()
    return Plan(tuple(_scans(answer[0]["Plan"], None)))


def _scans(node: dict[str, Any], subplan: str | None) -> list[Scan]:
    subplan = node.get("Subplan Name", subplan)
    found: list[Scan] = []
    loops = node["Actual Loops"]
    relation = node.get("Relation Name")
    index = node.get("Index Name")
    if node["Node Type"] == "Bitmap Heap Scan":
        index = _bitmap_index(node)
    if relation and loops:
        rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        found.append(Scan(relation, index, int(loops), round(rows * loops), subplan))
    for child in node.get("Plans", []):
        found += _scans(child, subplan)
    return found


def _bitmap_index(node: dict[str, Any]) -> str | None:
    """The first index beneath a bitmap scan."""
    for child in node.get("Plans", []):
        found: str | None = child.get("Index Name") or _bitmap_index(child)
        if found:
            return found
    return None
