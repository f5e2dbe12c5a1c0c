"""What was planted and delivered, collected shard by shard, and written as truth.json."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import orjson

from scout_pipeline.simulate.defects import DEFECTS, Kind
from scout_pipeline.simulate.folder import SIMULATOR, TRUTH
from scout_pipeline.simulate.parts import Part, assemble
from scout_pipeline.simulate.shards import Outcome
from scout_pipeline.simulate.world import World

FORMAT_VERSION = 1
CONTRACTS = {"transaction": "scout:transaction:1", "reference": "scout:reference:1"}


class Ledger:
    """Shards must be added in their order: lines of a file are counted on from shard to shard."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world = world
        self._folder = folder
        self._planted: dict[Kind, list[Any]] = defaultdict(list)
        self._words: dict[Kind, Counter[tuple[str, str]]] = defaultdict(Counter)
        self._refused: dict[str, list[int]] = defaultdict(list)
        self._own: dict[int, list[Part]] = defaultdict(list)
        self._carried: dict[int, list[Part]] = defaultdict(list)
        self._late: dict[int, list[Part]] = defaultdict(list)
        self._files: list[dict[str, Any]] = []
        self._totals: Counter[str] = Counter()

    def add(self, outcome: Outcome) -> None:
        day, delivered = outcome.shard.day, outcome.delivered
        lines_before = sum(part.line_count for part in self._own[day])
        for kind, found in outcome.planted.items():
            for entry in found:
                if "line" in entry:
                    entry = {"file": self._name(day), **entry, "line": entry["line"] + lines_before}
                self._planted[kind].append(entry)
        for kind, name, word in outcome.words:
            self._words[kind][name, word] += 1
        for device, sequence in outcome.refused:
            self._refused[device].append(sequence)
        self._own[day] += [delivered.own] if delivered.own else []
        self._late[day] += [delivered.late] if delivered.late else []
        for part in delivered.carried:
            self._carried[part.day].append(part)
        self._totals.update(
            sales=outcome.sale_count,
            voided_transactions=outcome.voided_count,
            large_baskets=outcome.large_count,
            peso_value_centavos=outcome.value,
        )

    def add_files(self, folder: str, counts: dict[str, int]) -> None:
        """Files that were written whole: their lines by name."""
        self._files += [{"path": f"{folder}/{name}", "lines": count} for name, count in counts.items()]

    def assemble_day_files(self) -> None:
        for day in range(self._world.arguments.days):
            self._assemble([*self._own[day], *self._carried[day]], self._name(day))

    def assemble_late_files(self) -> None:
        for day in range(self._world.arguments.days):
            self._assemble(self._late[day], f"late/{self._name(day)}")

    def write(self, transactions: int, items: int) -> dict[str, Any]:
        """Write truth.json, with the rows of the truth tables among the totals; its content."""
        totals = {
            **self._totals,
            "transactions": transactions,
            "items": items,
            "lines_delivered": sum(file["lines"] for file in self._files if "transactions/" in file["path"]),
            "reference_records": sum(file["lines"] for file in self._files if "reference/" in file["path"]),
        }
        truth = {
            "simulator": SIMULATOR,
            "version": FORMAT_VERSION,
            "arguments": self._world.arguments.as_json(),
            "seed": self._world.arguments.seed,
            "contracts": CONTRACTS,
            "totals": totals,
            "files": self._files,
            "planted": {defect.name: self._planted_of(defect.kind, defect.expected) for defect in DEFECTS},
            "refused_sequences": dict(sorted(self._refused.items())),
        }
        (self._folder / TRUTH).write_bytes(orjson.dumps(truth, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        return truth

    def _planted_of(self, kind: Kind, expected: str) -> dict[str, Any]:
        found = self._planted[kind]
        entry: dict[str, Any] = {"expected": expected, "count": len(found), "ids": found}
        if kind in self._words:
            entry["words"] = [
                {"field": name, "word": word, "count": count}
                for (name, word), count in sorted(self._words[kind].items())
            ]
        return entry

    def _assemble(self, parts: list[Part], name: str) -> None:
        if parts:
            self._files.append({"path": name, "lines": assemble(parts, self._folder / name)})

    def _name(self, day: int) -> str:
        return f"transactions/{self._world.arguments.day(day)}.jsonl.gz"
