"""Parts of delivery files: gzip members that are put one after the other to make the file of a day.

The members carry no time and no name, so that the same lines give the same bytes.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Level 1: lines shrink seven times; level 6 makes them a third smaller and takes three times as long.
LEVEL = 1
GZIP_BITS = 31


@dataclass(frozen=True)
class Part:
    """`day` is the day of the delivery it belongs to."""

    path: Path
    day: int
    line_count: int


class PartFile:
    """One gzip member that grows block by block; nothing is written for a part without lines."""

    def __init__(self, path: Path, day: int) -> None:
        self._path = path
        self._day = day
        self._compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_BITS)
        self._blocks: list[bytes] = []
        self.line_count = 0

    def add(self, lines: list[bytes]) -> None:
        self.line_count += len(lines)
        self._blocks.append(self._compressor.compress(b"".join(lines)))

    def close(self) -> Part | None:
        if not self.line_count:
            return None
        self._blocks.append(self._compressor.flush())
        with self._path.open("wb") as stream:
            stream.writelines(self._blocks)
        return Part(self._path, self._day, self.line_count)


def assemble(parts: Iterable[Part], path: Path) -> int:
    """Put the parts together in this order and remove them; the lines of the file."""
    line_count = 0
    with path.open("wb") as target:
        for part in parts:
            target.write(part.path.read_bytes())
            part.path.unlink()
            line_count += part.line_count
    return line_count
