"""Sheets of Excel, written out as CSV blocks. pandas stands here, at the edge, and nowhere further in."""

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PureWindowsPath
from typing import IO, Any

from scout_pipeline.sources import columnar, files, sheet_rows
from scout_pipeline.sources.columnar import PIECE_BYTES, ROWS_PER_BLOCK, Opened
from scout_pipeline.sources.files import FileRefused
from scout_pipeline.sources.spools import SpooledRows

# what a cell takes in memory, without the letters of a text
CELL_BYTES = 64


def opened(path: Path, sheet: str | None) -> Opened:
    """Column names of a sheet and a function that yields its rows as CSV blocks; raises FileRefused.

    Every row is as wide as the widest one, which may be the last: the rows wait on disk until all are read.
    """
    import pandas as pd

    packed = path.stat().st_size
    try:
        with columnar.unpacked(path) as workbook:
            _check(workbook, packed)
            rows = sheet_rows.rows(workbook, sheet)
            # the header is a row like any other: pandas would rename columns that stand there twice
            header = next(rows, None)
            if header is None:
                raise FileRefused("empty_file", "the sheet holds no cell")
            spooled, width = _spooled(rows, packed)
    except FileRefused:
        raise
    except Exception as error:
        # a damaged workbook fails in zipfile, zlib, the XML parser or openpyxl, each with errors of its own
        raise FileRefused("unreadable_workbook", columnar.first_line(error)) from error
    width = max(width, len(header))
    names = tuple("" if pd.isna(name) else str(name).strip() for name in _padded(header, width))
    return names, lambda: _blocks(spooled, width, packed)


def _spooled(rows: Iterable[list[Any]], packed: int) -> tuple[SpooledRows, int]:
    """The rows, in pieces that fit into memory, and the number of cells of the widest."""
    spooled, width, produced = SpooledRows(), 0, 0
    piece: list[list[Any]] = []
    piece_bytes = 0
    for row in rows:
        letters = sum(len(cell) for cell in row if isinstance(cell, str))
        # cells share one copy of a text that they repeat, until they are written out: each with a comma, at least
        produced += letters + len(row)
        files.check_size(produced, packed)
        width = max(width, len(row))
        piece.append(row)
        piece_bytes += letters + CELL_BYTES * len(row)
        if piece_bytes > PIECE_BYTES or len(piece) == ROWS_PER_BLOCK:
            spooled.add(piece)
            piece, piece_bytes = [], 0
    spooled.add(piece)
    return spooled, width


def _blocks(spooled: SpooledRows, width: int, packed: int) -> Iterator[bytes]:
    import pandas as pd

    produced = 0
    rows_at_once = max(1, PIECE_BYTES // (CELL_BYTES * width))
    for piece in spooled:
        for first in range(0, len(piece), rows_at_once):
            cells = [_padded(row, width) for row in piece[first : first + rows_at_once]]
            frame = pd.DataFrame(cells, dtype=object)
            block = frame.to_csv(index=False, header=False, lineterminator="\n").encode()
            produced += len(block)
            files.check_size(produced, packed)
            yield block


def _padded(row: list[Any], width: int) -> list[Any]:
    return row + [""] * (width - len(row))


def _check(workbook: IO[bytes], packed: int) -> None:
    try:
        with zipfile.ZipFile(workbook) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise FileRefused("unreadable_workbook", columnar.first_line(error)) from error
    workbook.seek(0)
    # nothing is unpacked into files here, but whoever wrote such a name meant harm
    climbing = [member.filename for member in members if _leads_out(member.filename)]
    if climbing:
        raise FileRefused("unreadable_workbook", f"the archive holds a path that leads out of it: {climbing[0]}")
    files.check_size(sum(member.file_size for member in members), packed)


def _leads_out(name: str) -> bool:
    path = PureWindowsPath(name)
    return bool(path.drive or path.root) or ".." in path.parts
