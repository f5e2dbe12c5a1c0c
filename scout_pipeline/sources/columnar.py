"""Parquet and Excel, written out as CSV blocks. pyarrow and pandas stand here, at the edge, and nowhere further in."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from scout_pipeline import settings
from scout_pipeline.sources.files import RATIO_FREE_BYTES, FileRefused

ROWS_PER_BLOCK = 20_000
Opened = tuple[tuple[str, ...], Callable[[], Iterator[bytes]]]


def parquet(path: Path, _sheet: str | None = None) -> Opened:
    """Column names and a function that yields the rows as CSV blocks, every value as text; raises FileRefused."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise FileRefused("unreadable_parquet", _first_line(error)) from error
    nested = [column.name for column in schema if pa.types.is_nested(column.type)]
    if nested:
        raise FileRefused("unsupported_column", f"nested columns are not read: {', '.join(nested)}")
    return tuple(schema.names), lambda: _parquet_blocks(path)


def _parquet_blocks(path: Path) -> Iterator[bytes]:
    import pyarrow as pa
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, pre_buffer=False) as source:
            text = pa.schema([(name, pa.string()) for name in source.schema_arrow.names])
            for batch in source.iter_batches(batch_size=ROWS_PER_BLOCK):
                buffer = io.BytesIO()
                table = pa.Table.from_batches([batch]).cast(text)
                pacsv.write_csv(table, buffer, pacsv.WriteOptions(include_header=False))
                yield buffer.getvalue()
    except (pa.ArrowException, OSError) as error:
        raise FileRefused("unreadable_parquet", _first_line(error)) from error


def excel(path: Path, sheet: str | None) -> Opened:
    """Column names of a sheet and a function that yields its rows as CSV blocks; raises FileRefused.

    A workbook is read whole: Excel's own limit of 1,048,576 rows bounds it, and its unpacked size is checked first.
    """
    import pandas as pd

    _check_workbook(path)
    try:
        frame = pd.read_excel(path, sheet_name=sheet or 0, dtype=object, keep_default_na=False, na_values=[""])
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise FileRefused("unreadable_workbook", _first_line(error)) from error

    def blocks() -> Iterator[bytes]:
        for start in range(0, len(frame), ROWS_PER_BLOCK):
            part = frame.iloc[start : start + ROWS_PER_BLOCK]
            yield part.to_csv(index=False, header=False, lineterminator="\n").encode()

    return tuple(str(name).strip() for name in frame.columns), blocks


def _check_workbook(path: Path) -> None:
    limits = settings.current()
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise FileRefused("unreadable_workbook", _first_line(error)) from error
    packed = max(path.stat().st_size, 1)
    if unpacked > RATIO_FREE_BYTES and unpacked > packed * limits.max_compression_ratio:
        raise FileRefused("compression_bomb", f"the workbook unpacks to {unpacked} bytes from {packed}")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
