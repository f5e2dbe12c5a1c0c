"""A table as Parquet and back, in bounded memory: COPY as CSV on one side, Arrow batches on the other.

Integers, days, instants and bytes have their own type in the file; numerics, jsonb, uuid and xid8 are PostgreSQL's own
text, which is exact. What is read back is compared in PostgreSQL, by the same checksum.
"""

import io
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, BinaryIO

import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.ops.partitions.files import HashingStream
from scout_pipeline.ops.partitions.layers import identifier

TYPES = {
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp with time zone": pa.timestamp("us", "UTC"),
    "bytea": pa.binary(),
}
Chunk = bytes | bytearray | memoryview
# A record may have 8 MiB, and CSV doubles its quotes.
BLOCK_BYTES = 32 * 1024 * 1024
BATCH_ROWS = 20_000


class _Chunks(io.RawIOBase):
    """An iterator of bytes as a stream that can be read."""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        self._chunks = iter(chunks)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = bytes(chunk)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def write(target: Database, relation: str, columns: dict[str, str], stream: HashingStream) -> None:
    """Write all rows of one table; `columns` are names with their PostgreSQL types."""
    schema = pa.schema([(name, TYPES.get(type_name, pa.string())) for name, type_name in columns.items()])
    statement = database.compose("ops/partition_copy_out", columns=_listed(columns), relation=identifier(relation))
    with (
        pq.ParquetWriter(stream, schema, compression="zstd") as writer,
        target.transaction() as connection,
        database.driver_connection(connection).cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for batch in _batches(copy, schema):
            writer.write_batch(batch)


def load(target: Database, relation: str, columns: Iterable[str], stream: BinaryIO) -> None:
    """Read a file into a table, a transaction a batch: a long one would hold back the window of silver."""
    statement = database.compose("ops/partition_copy_in", columns=_listed(columns), relation=identifier(relation))
    for batch in pq.ParquetFile(stream).iter_batches(BATCH_ROWS):
        target.retrying(partial(_copy_in, statement=statement, rows=_csv(batch)))


def _copy_in(connection: sa.Connection, *, statement: sql.Composed, rows: bytes) -> None:
    with database.driver_connection(connection).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(rows)


def _listed(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _batches(copy: psycopg.Copy, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    chunks = iter(copy)
    first = next(chunks, None)
    if first is None:
        return
    # bytea is hexadecimal text in CSV
    as_text = {field.name: pa.string() if pa.types.is_binary(field.type) else field.type for field in schema}
    reader = pacsv.open_csv(
        io.BufferedReader(_Chunks(_chained(first, chunks)), BATCH_ROWS),
        read_options=pacsv.ReadOptions(column_names=schema.names, block_size=BLOCK_BYTES, use_threads=False),
        parse_options=pacsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pacsv.ConvertOptions(
            column_types=as_text,
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    for batch in reader:
        yield pa.record_batch(
            [
                _binary(column) if pa.types.is_binary(field.type) else column
                for field, column in zip(schema, batch.columns, strict=True)
            ],
            schema=schema,
        )


def _chained(first: Chunk, rest: Iterable[Chunk]) -> Iterator[Chunk]:
    yield first
    yield from rest


def _binary(column: pa.Array) -> pa.Array:
    return pa.array([None if text is None else bytes.fromhex(text[2:]) for text in column.to_pylist()], pa.binary())


def _csv(batch: pa.RecordBatch) -> bytes:
    """The rows as COPY reads them: nothing unquoted is null, nothing quoted is."""
    columns = [
        pa.array([None if value is None else "\\x" + value.hex() for value in column.to_pylist()], pa.string())
        if pa.types.is_binary(column.type)
        else column
        for column in batch.columns
    ]
    written = io.BytesIO()
    pacsv.write_csv(
        pa.record_batch(columns, names=batch.schema.names), written, pacsv.WriteOptions(include_header=False)
    )
    return written.getvalue()


def column_names(stream: BinaryIO) -> list[str]:
    """The columns of a file."""
    names: list[str] = pq.read_schema(stream).names
    stream.seek(0)
    return names
