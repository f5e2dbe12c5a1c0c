"""Writes the lines of a shard into the files they come with: of the day, of a later day, or after everything."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from scout_pipeline.simulate import spoiling
from scout_pipeline.simulate.defects import Kind
from scout_pipeline.simulate.documents import Writer
from scout_pipeline.simulate.parts import Part, PartFile
from scout_pipeline.simulate.planting import Planting
from scout_pipeline.simulate.randomness import Integers
from scout_pipeline.simulate.sales import Sales
from scout_pipeline.simulate.traffic import Shard
from scout_pipeline.simulate.world import World

CHUNK = 4_000
# Devices deliver in batches: a sale comes about half an hour before or after its turn.
JITTER_MILLISECONDS = 1_800_000
MOST_DAYS_LATER = 3
# Not delivered with the day's file: these come late, or never.
NOT_OF_THE_DAY = (Kind.LATE_SALE, Kind.SEQUENCE_GAP)
WITHOUT_ID = (Kind.MALFORMED_JSON, Kind.MISSING_TRANSACTION_ID)


@dataclass
class Delivered:
    """`own`, `late` and `carried` are the parts for the day's file, the day's late file, and files of later days.

    `without_id` has the row and the line in `own` of each sale whose id cannot be read from its line.
    """

    own: Part | None = None
    late: Part | None = None
    carried: list[Part] = field(default_factory=list)
    without_id: list[tuple[int, int]] = field(default_factory=list)


class Delivery:
    """The open parts of one shard; their names start with `stem`."""

    def __init__(self, rng: np.random.Generator, world: World, shard: Shard, stem: Path) -> None:
        self._rng = rng
        self._days = world.arguments.days
        self._shard = shard
        self._stem = stem
        self._writer = Writer(world)
        self._own = PartFile(self._path("own"), shard.day)
        self._late = PartFile(self._path("late"), shard.day)
        self._carried: dict[int, PartFile] = {}
        self._without_id: list[tuple[int, int]] = []

    def write(self, sales: Sales, planting: Planting, again: list[Sales]) -> Delivered:
        """All lines of the shard; `again` are second versions, which go into later files."""
        ready = np.flatnonzero(~np.isin(planting.kinds, NOT_OF_THE_DAY))
        turns = sales.moments.millisecond[ready] + self._rng.normal(0, JITTER_MILLISECONDS, len(ready))
        self._write(self._own, sales, planting, ready[np.argsort(turns, kind="stable")])
        self._write(self._late, sales, planting, planting.rows(Kind.LATE_SALE))
        for versions in again:
            self._send_later([spoiling.line(document) for document in self._writer.documents(versions)])
        return Delivered(
            own=self._own.close(),
            late=self._late.close(),
            carried=[part for day in sorted(self._carried) if (part := self._carried[day].close())],
            without_id=self._without_id,
        )

    def _path(self, ending: str) -> Path:
        return self._stem.with_name(f"{self._stem.name}-{ending}")

    def _write(self, part: PartFile, sales: Sales, planting: Planting, rows: Integers) -> None:
        for start in range(0, len(rows), CHUNK):
            part.add(self._lines(sales, planting, rows[start : start + CHUNK], part.line_count))

    def _lines(self, sales: Sales, planting: Planting, rows: Integers, already: int) -> list[bytes]:
        """The lines of these sales, after so many others in the part."""
        kinds = planting.kinds[rows].tolist()
        documents = self._writer.documents(sales.take(rows))
        lines: list[bytes] = []
        for row, document, kind in zip(rows.tolist(), documents, kinds, strict=True):
            if kind == Kind.CLEAN:
                lines.append(spoiling.line(document))
                continue
            if row in planting.words:
                name, word = planting.words[row]
                document[name] = word
            number = int(self._rng.integers(2**31))
            lines.append(spoiling.spoilt_line(document, Kind(kind), number))
            if kind in WITHOUT_ID:
                self._without_id.append((row, already + len(lines)))
            if kind == Kind.DUPLICATE:
                self._repeat(lines, is_near=number % 2 == 0)
        return lines

    def _repeat(self, lines: list[bytes], *, is_near: bool) -> None:
        """The last line once more, byte for byte: right behind itself, or in a later file."""
        if is_near:
            lines.append(lines[-1])
        else:
            self._send_later(lines[-1:])

    def _send_later(self, lines: list[bytes]) -> None:
        """Into the file of one of the next days, or among what comes late when there is no such day."""
        days = self._shard.day + self._rng.integers(1, MOST_DAYS_LATER + 1, len(lines))
        for text, day in zip(lines, days.tolist(), strict=True):
            self._later_part(day).add([text])

    def _later_part(self, day: int) -> PartFile:
        if day >= self._days:
            return self._late
        if day not in self._carried:
            self._carried[day] = PartFile(self._path(f"carried-{day:05d}"), day)
        return self._carried[day]
