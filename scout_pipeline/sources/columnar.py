"""Parquet and Excel, written out as CSV blocks. pyarrow and pandas stand here, at the edge, and nowhere further in."""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from scout_pipeline import settings
from scout_pipeline.sources import files
from scout_pipeline.sources.files import GZIP_MAGIC, RATIO_FREE_BYTES, ZSTD_MAGIC, FileRefused

ROWS_PER_BLOCK = 20_000
Opened = tuple[tuple[str, ...], Callable[[], Iterator[bytes]]]


def parquet(path: Path, _sheet: str | None = None) -> Opened:
    """Column names and a function that yields the rows as CSV blocks, every value as text; raises FileRefused."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with _unpacked(path) as source:
            schema = pq.read_schema(source)
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
        with _unpacked(path) as stream, pq.ParquetFile(stream, pre_buffer=False) as source:
            text = pa.schema([(name, pa.string()) for name in source.schema_arrow.names])
            for batch in source.iter_batches(batch_size=ROWS_PER_BLOCK):
                buffer = io.BytesIO()
                table = pa.Table.from_batches([_in_microseconds(batch)]).cast(text)
                pacsv.write_csv(table, buffer, pacsv.WriteOptions(include_header=False))
                yield buffer.getvalue()
    except (pa.ArrowException, OSError) as error:
        raise FileRefused("unreadable_parquet", _first_line(error)) from error


def _in_microseconds(batch: Any) -> Any:
    """The batch with times of microseconds, the precision of the database: pandas writes nanoseconds by default."""
    import pyarrow as pa

    for number, column in enumerate(batch.schema):
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
            values = batch.column(number).cast(pa.timestamp("us", column.type.tz))
            batch = batch.set_column(number, column.name, values)
    return batch


def _unpacked(path: Path) -> IO[bytes]:
    """The file itself, or what a gzip or zstd file around it holds, on disk and within the limits of any file."""
    with files.open_regular(path) as stream:
        magic = stream.read(4)
    if not (magic.startswith(GZIP_MAGIC) or magic == ZSTD_MAGIC):
        return files.open_regular(path)
    unpacked = tempfile.TemporaryFile()  # noqa: SIM115 - its reader closes it
    for block in files.blocks(path):
        unpacked.write(block)
    unpacked.seek(0)
    return unpacked


def excel(path: Path, sheet: str | None) -> Opened:
    """Column names of a sheet and a function that yields its rows as CSV blocks; raises FileRefused.

    A workbook is read whole: Excel's own limit of 1,048,576 rows bounds it, and its unpacked size is checked first.
    """
    import pandas as pd

    try:
        with _unpacked(path) as workbook:
            _check_workbook(workbook, path.stat().st_size)
            # the header is read as a row: pandas would rename columns that stand there twice
            frame = pd.read_excel(
                workbook, sheet_name=sheet or 0, header=None, dtype=object, keep_default_na=False, na_values=[""]
            )
    except FileRefused:
        raise
    except Exception as error:
        # a damaged workbook fails in zipfile, zlib, the XML parser or openpyxl, each with errors of its own
        raise FileRefused("unreadable_workbook", _first_line(error)) from error
    if frame.empty:
        raise FileRefused("empty_file", "the sheet holds no cell")

    def blocks() -> Iterator[bytes]:
        for start in range(1, len(frame), ROWS_PER_BLOCK):
            part = frame.iloc[start : start + ROWS_PER_BLOCK]
            yield part.to_csv(index=False, header=False, lineterminator="\n").encode()

    return tuple("" if pd.isna(name) else str(name).strip() for name in frame.iloc[0]), blocks


def _check_workbook(workbook: IO[bytes], packed: int) -> None:
    limits = settings.current()
    try:
        with zipfile.ZipFile(workbook) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise FileRefused("unreadable_workbook", _first_line(error)) from error
    workbook.seek(0)
    if unpacked > RATIO_FREE_BYTES and unpacked > packed * limits.max_compression_ratio:
        raise FileRefused("compression_bomb", f"the workbook unpacks to {unpacked} bytes from {packed}")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
