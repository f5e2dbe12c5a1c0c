"""The staging tables of one load: COPY in, and the lines that COPY refuses set aside one by one."""

import pickle
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

import psycopg
import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import database
from scout_pipeline.sources import judged_lines, records
from scout_pipeline.sources.files import FileRefused
from scout_pipeline.sources.judged_lines import JudgedLine
from scout_pipeline.sources.mapping import Mapping
from scout_pipeline.sources.records import RecordFile

SPOOL_BYTES = 4 * 1024 * 1024
DATA_ERRORS = (psycopg.DataError, psycopg.errors.ProgramLimitExceeded)
# a line of only these two: COPY ends there up to PostgreSQL 17, and drops what follows without an error
END_OF_DATA = re.compile(rb"\\\.[\r\n](?<![^\r\n]\\\.[\r\n])")


@dataclass(frozen=True)
class Copied:
    """What became of a file's lines in staging: copied, and set aside in quarantine."""

    copied: int
    set_aside: int


def create(connection: sa.Connection, header: tuple[str, ...]) -> None:
    """Make the staging table for one file shape."""
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(name) for name in _column_names(header))
    database.driver_connection(connection).execute(database.compose("bronze/landing_records", columns=columns))


def create_lines(connection: sa.Connection, header: tuple[str, ...], mapping: Mapping) -> None:
    """Make `landing_lines`, what bronze stores of each staged record: a view on columns, or parsed documents."""
    if header == (records.JSON_COLUMN,) and mapping.format.kind == "jsonl":
        database.run(
            connection,
            "bronze/landing_lines_documents",
            transaction_id_path=mapping.path_of(mapping.fields.transaction_id),
            transaction_id_others=list(mapping.other_names.get(mapping.fields.transaction_id, ())),
            store_code_path=mapping.path_of(mapping.store.field),
            customer_id_path=mapping.path_of(mapping.fields.customer_id),
            customer_id_form=mapping.customer_id_form,
        )
        return
    columns = dict(zip(header, _column_names(header), strict=True))
    customer_id = columns.get(mapping.fields.customer_id or "", sql.SQL("null::text"))
    pseudonym = sql.Identifier("landing_customers", "pseudonym")
    values = [pseudonym if column == customer_id else column for column in columns.values()]
    form = ("scout", "integer_form") if mapping.customer_id_form == "integer" else ("btrim",)
    driver = database.driver_connection(connection)
    driver.execute(database.compose("bronze/landing_customers", customer_id=customer_id, form=sql.Identifier(*form)))
    database.run(connection, "bronze/customer_statistics")
    driver.execute(
        database.compose(
            "bronze/landing_lines_tabular",
            transaction_id=columns[mapping.fields.transaction_id],
            store_code=_store_code(columns, mapping),
            customer_id=customer_id,
            columns=sql.SQL(", ").join(columns.values()),
            values=sql.SQL(", ").join(values),
            names=sql.Literal(list(header)),
        )
    )


def copy_in(
    connection: sa.Connection, record_file: RecordFile, mapping: Mapping, *, source_id: int, batch_id: int
) -> Copied:
    """Load a file into staging by COPY; when COPY refuses it, row by row. Raises FileRefused."""
    database.run(connection, "bronze/current_batch", batch_id=batch_id)
    try:
        with connection.begin_nested():
            copied = _copy_whole(connection, record_file)
    except DATA_ERRORS:
        copied = None
    if copied is None:
        return _copy_judged(connection, record_file, mapping, source_id=source_id, batch_id=batch_id)
    if not record_file.unterminated:
        return Copied(copied, 0)
    with tempfile.SpooledTemporaryFile(SPOOL_BYTES) as spool:
        pickle.dump(judged_lines.truncated_line(copied + 1, record_file), spool)
        return Copied(copied, _quarantine(connection, spool, mapping, source_id=source_id, batch_id=batch_id))


def _copy_whole(connection: sa.Connection, record_file: RecordFile) -> int:
    """Rows copied; raises psycopg.DataError when COPY refuses or merges lines."""
    expected = 0
    with database.driver_connection(connection).cursor() as cursor:
        with cursor.copy(_copy_statement(record_file, with_line_number=False)) as copy:
            for block in record_file.lines():
                expected += block.count(record_file.terminator)
                if record_file.overlong or (record_file.holds_json and records.JSON_QUOTE in block):
                    raise psycopg.DataError("a record is too long, or holds what COPY would take for a quote")
                if END_OF_DATA.search(block):
                    raise psycopg.DataError("a line is only \\., where COPY may take the data to end")
                copy.write(block)
        if cursor.rowcount != expected and not record_file.multiline:
            # two stray quotes can swallow lines without an error; counting line ends shows it
            raise psycopg.DataError(f"{expected} lines became {cursor.rowcount} rows")
        return cursor.rowcount


def copy_lines(connection: sa.Connection, record_file: RecordFile, lines: Iterable[JudgedLine]) -> int:
    """Lines that were judged to be right into staging, with their numbers; raises one of DATA_ERRORS."""
    expected = 0
    with connection.begin_nested(), database.driver_connection(connection).cursor() as cursor:
        with cursor.copy(_copy_statement(record_file, with_line_number=True)) as copy:
            for line in lines:
                expected += 1
                copy.write(b"%d%b%b\n" % (line.line_number, record_file.delimiter, line.raw))
        if cursor.rowcount != expected:
            raise psycopg.DataError(f"{expected} lines became {cursor.rowcount} rows")
        return cursor.rowcount


def _copy_judged(
    connection: sa.Connection, record_file: RecordFile, mapping: Mapping, *, source_id: int, batch_id: int
) -> Copied:
    with tempfile.SpooledTemporaryFile(SPOOL_BYTES) as spool:
        try:
            copied = copy_lines(connection, record_file, _right_lines(record_file, spool))
        except DATA_ERRORS as error:
            raise FileRefused("copy_refused", str(error).splitlines()[0]) from error
        return Copied(copied, _quarantine(connection, spool, mapping, source_id=source_id, batch_id=batch_id))


def _right_lines(record_file: RecordFile, spool: IO[bytes]) -> Iterator[JudgedLine]:
    """The lines that are right; the others go to the spool."""
    for line in judged_lines.judged_lines(record_file):
        if line.reason_code is None:
            yield line
        else:
            pickle.dump(line, spool)


def _quarantine(connection: sa.Connection, spool: IO[bytes], mapping: Mapping, *, source_id: int, batch_id: int) -> int:
    """Write the spooled lines with their reasons; the number written."""
    count = 0
    rule = (mapping.rule_id, mapping.version)
    spool.seek(0)
    with (
        database.driver_connection(connection).cursor() as cursor,
        cursor.copy(database.compose("bronze/quarantine_copy")) as copy,
    ):
        for line in _spooled(spool):
            count += 1
            copy.write_row(
                ("bronze", source_id, batch_id, line.line_number, line.reason_code, line.detail, line.raw, *rule)
            )
    return count


def _spooled(spool: IO[bytes]) -> Iterator[JudgedLine]:
    while True:
        try:
            yield pickle.load(spool)
        except EOFError:
            return


def _copy_statement(record_file: RecordFile, *, with_line_number: bool) -> sql.Composed:
    numbered = [sql.Identifier("line_number")] if with_line_number else []
    return database.compose(
        "bronze/landing_copy",
        columns=sql.SQL(", ").join([*numbered, *_column_names(record_file.header)]),
        delimiter=sql.Literal(record_file.delimiter.decode()),
        quote=sql.Literal(record_file.quote.decode()),
        encoding=sql.Literal(record_file.copy_encoding),
    )


def _column_names(header: tuple[str, ...]) -> list[sql.Identifier]:
    """Staging columns are numbered: a name from a file never becomes an identifier."""
    if header == (records.JSON_COLUMN,):
        return [sql.Identifier(records.JSON_COLUMN)]
    return [sql.Identifier(f"column_{number}") for number in range(1, len(header) + 1)]


def _store_code(columns: dict[str, sql.Identifier], mapping: Mapping) -> sql.Composable:
    if mapping.store.field is None:
        return sql.SQL("null::text")
    return sql.SQL("upper(nullif(btrim({}), ''))").format(columns[mapping.store.field])
