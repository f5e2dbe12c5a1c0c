"""Sheets of Excel, written out as CSV blocks. pandas stands here, at the edge, and nowhere further in."""

import zipfile
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import IO, Any

from scout_pipeline.sources import columnar, files
from scout_pipeline.sources.columnar import ROWS_PER_BLOCK, Opened
from scout_pipeline.sources.files import FileRefused


def opened(path: Path, sheet: str | None) -> Opened:
    """Column names of a sheet and a function that yields its rows as CSV blocks; raises FileRefused.

    A workbook is read whole: Excel's own limit of 1,048,576 rows bounds it, and its unpacked size is checked first.
    """
    import pandas as pd

    packed = path.stat().st_size
    try:
        with columnar.unpacked(path) as workbook:
            _check(workbook, packed)
            # the header is read as a row: pandas would rename columns that stand there twice
            frame = pd.read_excel(
                workbook, sheet_name=sheet or 0, header=None, dtype=object, keep_default_na=False, na_values=[""]
            )
    except FileRefused:
        raise
    except Exception as error:
        # a damaged workbook fails in zipfile, zlib, the XML parser or openpyxl, each with errors of its own
        raise FileRefused("unreadable_workbook", columnar.first_line(error)) from error
    if frame.empty:
        raise FileRefused("empty_file", "the sheet holds no cell")
    names = tuple("" if pd.isna(name) else str(name).strip() for name in frame.iloc[0])
    return names, lambda: _blocks(frame, packed)


def _blocks(frame: Any, packed: int) -> Iterator[bytes]:
    produced = 0
    for first in range(1, len(frame), ROWS_PER_BLOCK):
        count = min(ROWS_PER_BLOCK, len(frame) - first)
        # cells share one copy of a text that they repeat, until they are written out
        for start, end in columnar.pieces(count, lambda start, end: _letter_count(frame, start, end), first):
            block: bytes = frame.iloc[start:end].to_csv(index=False, header=False, lineterminator="\n").encode()
            produced += len(block)
            files.check_size(produced, packed)
            yield block


def _letter_count(frame: Any, start: int, end: int) -> int:
    cells = frame.iloc[start:end].to_numpy().flat
    return sum(len(cell) for cell in cells if isinstance(cell, str))


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
