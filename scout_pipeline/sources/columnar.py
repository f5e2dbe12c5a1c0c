"""What files of typed cells have in common: they are unpacked to be read, and written out as CSV in bounded pieces."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from scout_pipeline.sources import files
from scout_pipeline.sources.files import GZIP_MAGIC, ZSTD_MAGIC

ROWS_PER_BLOCK = 20_000
# A few bytes can name one long value a million times: no more of it is written out at once.
PIECE_BYTES = 16 * 1024 * 1024
# column names, and a function that yields the rows as CSV blocks
Opened = tuple[tuple[str, ...], Callable[[], Iterator[bytes]]]


def unpacked(path: Path) -> IO[bytes]:
    """The file itself, or what a gzip or zstd file around it holds, on disk and within the limits of any file."""
    with files.open_regular(path) as stream:
        magic = stream.read(4)
    if not (magic.startswith(GZIP_MAGIC) or magic == ZSTD_MAGIC):
        return files.open_regular(path)
    held = tempfile.TemporaryFile()  # noqa: SIM115 - its reader closes it
    for block in files.blocks(path):
        held.write(block)
    held.seek(0)
    return held


def pieces(row_count: int, byte_count: Callable[[int, int], int], start: int = 0) -> Iterator[tuple[int, int]]:
    """Rows from `start` on as half-open ranges of at most PIECE_BYTES when written out, or of one row.

    `byte_count` says how many bytes the rows of a range take.
    """
    end = start + row_count
    if row_count > 1 and byte_count(start, end) > PIECE_BYTES:
        half = row_count // 2
        yield from pieces(half, byte_count, start)
        yield from pieces(row_count - half, byte_count, start + half)
    elif row_count:
        yield start, end


def first_line(error: Exception) -> str:
    """What went wrong, in one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
