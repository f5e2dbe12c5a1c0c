"""Bad files on the real path to silver: a quarantine row or one clear line, nothing lost, and the good lines arrive."""

# ruff: noqa: RUF001 - digits of other scripts are among the bad inputs
import bz2
import gzip
import hashlib
import io
import lzma
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
import zstandard

from scout_pipeline import settings
from scout_pipeline.bronze import landing, staging
from scout_pipeline.bronze.landing import FileOutcome
from scout_pipeline.database import Database
from scout_pipeline.sources import files, judged_lines, records
from scout_pipeline.sources.files import FileRefused
from scout_pipeline_tests.bronze.conftest import OpenCounter
from scout_pipeline_tests.prepared import Prepared, State
from scout_pipeline_tests.sales_files import HEADER, Counter, csv_bytes, line, mapping_with, open_counter

MEBIBYTE = 1024 * 1024


def row(receipt: str = "T1", **values: str) -> bytes:
    """One good line of a CSV file, with its line end."""
    return csv_bytes(line(receipt, **values)).removeprefix(HEADER)


GOOD = csv_bytes(line("G1"), line("G2", sku="SOAP"))
PIPE = b'2024-03-05 10:00:00,PIPE,1,5.00,5" pipe,,North\n'
COMPRESSED = gzip.compress(GOOD)


def zipped(*contents: bytes, name: str = "sales") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{name}{number}.csv", content)
    return buffer.getvalue()


def tarred(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo("sales.csv")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "truncated gzip": (COMPRESSED[:-5], "truncated_gzip", "ends before its last block and checksum"),
    "gzip cut in its header": (COMPRESSED[:6], "truncated_gzip", "ends before"),
    "corrupt gzip": (COMPRESSED[:20] + b"\xff\xff\xff" + COMPRESSED[23:], "corrupt_gzip", "Error -3"),
    "corrupt zstd": (b"\x28\xb5\x2f\xfd" + b"\xff" * 40, "corrupt_zstd", "zstd"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "wrong_encoding", "the file is UTF-16, its source declares utf-8"),
    "UTF-16 little, unmarked": (GOOD.decode().encode("utf-16-le"), "wrong_encoding", "declares utf-8"),
    "UTF-16 big, unmarked": (GOOD.decode().encode("utf-16-be"), "wrong_encoding", "declares utf-8"),
    "header in cp1252": (GOOD.replace(b"region", b"regi\xf3n", 1), "unreadable_header", "no utf-8 header"),
    "empty": (b"", "empty_file", "the file holds no bytes"),
    "gzip of nothing": (gzip.compress(b""), "empty_file", "the file holds no bytes"),
    "only a line end": (b"\n", "missing_column", "the header lacks customer"),
    "missing columns": (b"receipt,sku\nT1,A\n", "missing_column", "lacks customer, description, quantity, region"),
    "a renamed column": (GOOD.replace(b"sku", b"code", 1), "missing_column", "the header lacks sku; it has receipt"),
    "duplicate columns": (GOOD.replace(b"region", b"sku", 1), "duplicate_column", "the header repeats 'sku'"),
    "header cut": (HEADER[:-3], "missing_column", "the header lacks region"),
    "NUL in the header": (b"rece\0ipt," + GOOD, "nul_character", "the header holds NUL"),
    "open quote in the header": (b'"' + GOOD, "unreadable_header", "the first line is no utf-8 header"),
    "2,000 columns": (HEADER[:-1] + b",x" * 2000 + b"\n", "too_many_columns", "2008 columns, at most 1000"),
    "a header without end": (b"x" * MEBIBYTE, "record_too_long", "the header is longer than"),
    "a photograph": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "unreadable_header", "no utf-8 header"),
    "a workbook for CSV": (b"PK\x03\x04" + b"\0" * 60, "packed_content", "it holds a zip archive or workbook, no csv"),
    "a zip of the file": (zipped(GOOD), "packed_content", "it holds a zip archive"),
    "a zip of nothing": (zipped(), "packed_content", "it holds an empty zip archive"),
    "a zip of a zip": (zipped(zipped(GOOD)), "packed_content", "unpack it and give the files that are in it"),
    "a gzip of a zip": (gzip.compress(zipped(GOOD)), "packed_content", "it holds a zip archive"),
    "a gzip of a gzip": (gzip.compress(COMPRESSED), "packed_content", "it holds a gzip stream"),
    "a gzip of a zstd": (gzip.compress(zstandard.compress(GOOD)), "packed_content", "it holds a zstd stream"),
    "a zstd of a gzip": (zstandard.compress(COMPRESSED), "packed_content", "it holds a gzip stream"),
    "a bzip2 of the file": (bz2.compress(GOOD), "packed_content", "it holds a bzip2 stream"),
    "an xz of the file": (lzma.compress(GOOD), "packed_content", "it holds an xz stream"),
    "a tar.gz of the file": (gzip.compress(tarred(GOOD)), "packed_content", "it holds a tar archive"),
    "a zip with a name that climbs": (zipped(GOOD, name="../../etc/cron.d/a"), "packed_content", "a zip archive"),
    "5 million columns": (HEADER[:-1] + b",x" * 5_000_000 + b"\n", "record_too_long", "the header is longer than"),
}


# what became of each file and of the good one behind it, as this process handed them in
REFUSALS: dict[str, list[FileOutcome]] = {}


def _hand_in_all(database: Database, folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Each file that cannot be taken with a good one behind it, in a call of their own; then all is carried."""
    counter = open_counter(database, folder, patch, mapping_with())
    for number, (case, (content, _, _)) in enumerate(REFUSED.items()):
        good = csv_bytes(line(f"{number}-1"), line(f"{number}-2", sku="SOAP"))
        paths = [counter.put(f"{number}/bad.csv", content), counter.put(f"{number}/good.csv", good)]
        REFUSALS[case] = landing.ingest(database, paths, counter.mapping)
    counter.carry()


HANDED_IN = State("files that cannot be taken, among good ones", _hand_in_all)


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_taken_is_refused_whole_with_a_reason(prepared: Prepared, case: str) -> None:
    """Half of it would pass for a day's sales, or a traceback would stop the files behind it."""
    content, reason, detail = REFUSED[case]
    database = prepared.look(HANDED_IN)
    outcomes = REFUSALS[case]
    assert [outcome.status for outcome in outcomes] == ["refused", "loaded"]
    assert str(outcomes[0].reason).startswith(f"{reason}: ")
    assert "\n" not in str(outcomes[0].reason)
    with database.transaction() as connection:
        aside = sa.text("select * from scout.quarantine where batch_id = any (:batches)")
        (set_aside,) = connection.execute(aside, {"batches": [outcome.batch_id for outcome in outcomes]}).mappings()
        arrived = connection.scalars(sa.text("select transaction_id from scout.silver_transactions_cleaned")).all()
    assert set_aside["batch_id"] == outcomes[0].batch_id
    assert (set_aside["layer"], set_aside["line_number"], set_aside["reason_code"]) == ("bronze", None, reason)
    assert detail in set_aside["detail"]
    assert set_aside["raw_bytes"] == content[: files.PRESERVED_BYTES]
    assert sorted(arrived) == sorted(f"{number}-{place}" for number in range(len(REFUSED)) for place in (1, 2))


@dataclass(frozen=True)
class Bad:
    """A file with bad lines: what is set aside as (line, reason, bytes), and the receipts that arrive."""

    content: bytes
    set_aside: tuple[tuple[int, str, bytes], ...]
    arrived: tuple[str, ...] = ("T1", "T3")


def around(bad: bytes, reason: str, *, end: bytes = b"\n") -> Bad:
    return Bad(HEADER + row("T1") + bad + end + row("T3"), ((2, reason, bad),))


UTF8_CUT = row("T2", description="Café")[:-1].split("é".encode())[0] + b"\xc3"
SET_ASIDE: dict[str, Bad] = {
    "a missing column": around(b"T2,2024-03-05 10:00:00,RICE,1", "wrong_column_count"),
    "an extra column": around(row("T2")[:-1] + b",more", "wrong_column_count"),
    "a total line": around(b"TOTAL,,,,21.00", "wrong_column_count"),
    "cp1252": around(row("T2", description="Caf_").replace(b"_", b"\xe9")[:-1], "undecodable_bytes"),
    "half a character": around(UTF8_CUT, "undecodable_bytes"),
    "a surrogate in UTF-8": around(row("T2", sku="_").replace(b"_", b"\xed\xa0\x80")[:-1], "undecodable_bytes"),
    "NUL": around(row("T2", description="a\0b")[:-1], "nul_character"),
    "an unbalanced quote": around(b"T2," + PIPE[:-1], "unbalanced_quote"),
    "the end of COPY": around(b"\\.", "wrong_column_count"),
    "a blank line": around(b"", "blank_line"),
    "spaces": around(b"   ", "blank_line"),
    "a line end of its own": Bad(
        HEADER + row("T1") + row("T2")[:-1] + b"\r" + row("T3") + row("T4"),
        ((2, "bare_carriage_return", row("T2")[:-1] + b"\r" + row("T3")[:-1]),),
        ("T1", "T4"),
    ),
    "two stray quotes": Bad(
        HEADER + row("T1") + b"T2," + PIPE + row("T3") + b"T4," + PIPE + row("T5"),
        ((2, "unbalanced_quote", b"T2," + PIPE[:-1]), (4, "unbalanced_quote", b"T4," + PIPE[:-1])),
        ("T1", "T3", "T5"),
    ),
    "two stray quotes that make a good row": Bad(
        # the swallowed lines leave eight fields: only the number of lines betrays them
        HEADER + row("T1") + b'T2,2024-03-05 10:00:00,RICE,1,1,"a\n' + row("T3") + b'T4,b",17850,North\n',
        ((2, "unbalanced_quote", b'T2,2024-03-05 10:00:00,RICE,1,1,"a'), (4, "unbalanced_quote", b'T4,b",17850,North')),
    ),
    "a quote open to the end": Bad(
        HEADER + row("T1") + b"T2," + PIPE + row("T3") * 2000,
        ((2, "unbalanced_quote", b"T2," + PIPE[:-1]),),
    ),
    "no receipt": Bad(HEADER + row("T1") + row(" ") + row("T3"), ((2, "missing_transaction_id", b""),)),
    "a long receipt": Bad(HEADER + row("T1") + row("x" * 201) + row("T3"), ((2, "text_too_long", b""),)),
    "a line feed among CR lines": Bad(
        (HEADER + row("T1")).replace(b"\n", b"\r") + b"T2,a\nb\r" + row("T3").replace(b"\n", b"\r"),
        ((2, "bare_line_feed", b"T2,a\nb"),),
    ),
    "CRLF and a short line": Bad(
        (HEADER + row("T1") + b"T2\n" + row("T3")).replace(b"\n", b"\r\n"), ((2, "wrong_column_count", b"T2"),)
    ),
    "cut in a row": Bad(HEADER + row("T1") + row("T3") + row("T4")[:20], ((3, "wrong_column_count", row("T4")[:20]),)),
}


@pytest.mark.parametrize("case", SET_ASIDE)
def test_only_the_bad_line_is_set_aside_and_its_bytes_are_kept(counter: Counter, case: str) -> None:
    """One bad line would cost the day, or go without a trace and take its neighbours with it."""
    bad = SET_ASIDE[case]
    outcome = counter.take("sales.csv", bad.content)
    assert outcome.status == "partial"
    assert outcome.lines_quarantined == len(bad.set_aside)
    assert outcome.lines_read == outcome.lines_loaded + outcome.lines_duplicate + outcome.lines_quarantined
    found = counter.quarantine()
    assert [(r["line_number"], r["reason_code"]) for r in found] == [
        (number, code) for number, code, _ in bad.set_aside
    ]
    for record, (_, _, raw) in zip(found, bad.set_aside, strict=True):
        if record["payload"] is None:
            assert record["raw_bytes"] == raw
        else:
            assert record["payload"]["sku"] == "RICE"
    counter.carry()
    assert counter.receipts() == sorted(set(bad.arrived))


def with_note(note: bytes) -> bytes:
    """Two good lines, the first with a note in a column that the source does not declare."""
    return HEADER[:-1] + b",note\n" + row("T1")[:-1] + b"," + note + b"\n" + row("T3")[:-1] + b",\n"


TAKEN: dict[str, bytes] = {
    "a byte order mark": b"\xef\xbb\xbf" + HEADER + row("T1") + row("T3"),
    "CRLF": (HEADER + row("T1") + row("T3")).replace(b"\n", b"\r\n"),
    "CR only": (HEADER + row("T1") + row("T3")).replace(b"\n", b"\r"),
    "LF, then CRLF": HEADER + row("T1") + row("T3").replace(b"\n", b"\r\n"),
    "CRLF, then LF": (HEADER + row("T1")).replace(b"\n", b"\r\n") + row("T3"),
    "no last line end": HEADER + row("T1") + row("T3")[:-1],
    "reordered columns": csv_bytes(*[{"region": "", **dict(reversed(line(name).items()))} for name in ("T1", "T3")]),
    "an extra column": HEADER[:-1] + b",cashier\n" + row("T1")[:-1] + b",Ana\n" + row("T3")[:-1] + b",Ben\n",
    "quoted fields": HEADER + b",".join(b'"%b"' % part for part in row("T1")[:-1].split(b",")) + b"\n" + row("T3"),
    "a doubled quote": HEADER + row("T1", description='5" pipe') + row("T3"),
    "a field of 200 KB": with_note(b"x" * 200_000),
    "a field over several blocks": with_note(b"x" * (3 * files.BLOCK_BYTES)),
    "900 more columns": HEADER[:-1]
    + b"".join(b",x%d" % n for n in range(900))
    + b"\n"
    + row("T1")[:-1]
    + b",1" * 900
    + b"\n"
    + row("T3")[:-1]
    + b"," * 900
    + b"\n",
}


@pytest.mark.parametrize("case", TAKEN)
def test_an_odd_but_honest_file_is_taken_whole(counter: Counter, case: str) -> None:
    """An export of another program would be refused for its line ends."""
    outcome = counter.take("sales.csv", TAKEN[case])
    assert (outcome.status, outcome.lines_read, outcome.lines_loaded) == ("loaded", 2, 2)
    counter.carry()
    assert counter.receipts() == ["T1", "T3"]
    assert counter.quarantine() == []
    assert {found["peso_value"] for found in counter.silver()} == {21}


def test_a_header_without_lines_is_a_day_without_sales(counter: Counter) -> None:
    """A shop that was closed would be reported as an error every Sunday."""
    outcome = counter.take("sunday.csv", HEADER)
    assert (outcome.status, outcome.lines_read) == ("loaded", 0)
    counter.carry()


VALUES = {
    "quantity": (
        "NaN", "-NaN", "Infinity", "-inf", "1e400", "1e5", "1_000", "0x1F", "0b1",
        "１２", "1,5", "1 000", "₱5", "+5", ".5", "5.",
        "--5", "0.12345678901234567", "9999999999999", "9" * 200, "two", "", "NULL", "1;drop table x", "٣",
    ),
    "unit_price": ("NaN", "Infinity", "1e400", "12.34567", "$1", "1.000,00", "１.５", "-"),
    "sold_at": (
        "now", "today", "tomorrow", "yesterday", "infinity", "-infinity", "epoch", "allballs", "20261-01-01 00:00:00",
        "2024-02-30 10:00:00", "2023-02-29 10:00:00", "2024-01-01 24:00:00", "2024-01-01 23:59:60", "2024-01-01",
        "01/02/2024 10:00", "2024-13-01 10:00:00", "2024-01-01 10:00:00 BC", "1704067200", "9999-12-31 23:59:59",
        "２０２４-01-01 10:00:00",
        "2024-01-01 10:00:00+99:00", "2024-01-01 10:00:00 Asia/Manila", "",
    ),
    "sku": ("", "  ", "x" * 101),
    "description": ("x" * 200_000,),
}  # fmt: skip
OUT_OF_RANGE = ("1999-12-31 23:59:59", "2999-01-01 00:00:00")
CODES = {
    "quantity": "invalid_quantity",
    "unit_price": "invalid_unit_price",
    "sold_at": "invalid_timestamp",
    "sku": "missing_sku",
    "description": "text_too_long",
}


def test_a_value_that_is_none_is_rejected_at_silver_with_its_reason(counter: Counter) -> None:
    """PostgreSQL takes NaN, now and the year 20261: a sum would be NaN for ever, a row unreadable."""
    bad = [(name, value, CODES[name]) for name, values in VALUES.items() for value in values]
    bad += [("sold_at", value, "timestamp_out_of_range") for value in OUT_OF_RANGE]
    bad = [(name, value, "text_too_long" if value == "x" * 101 else code) for name, value, code in bad]
    records = [line(f"T{number}", **{name: value}) for number, (name, value, _) in enumerate(bad)]
    outcome = counter.take("sales.csv", csv_bytes(line("A1"), *records, line("Z1")))
    assert (outcome.status, outcome.lines_loaded) == ("loaded", len(bad) + 2)
    report = counter.carry()
    assert report.lines_rejected == len(bad)
    found = {record["line_number"]: record for record in counter.quarantine()}
    verdicts = [
        (name, value[:30], found[number]["reason_code"]) for number, (name, value, _) in enumerate(bad, start=2)
    ]
    assert verdicts == [(name, value[:30], code) for name, value, code in bad]
    assert {record["layer"] for record in found.values()} == {"silver"}
    assert all(f"record {number} of batch" in record["detail"] for number, record in found.items())
    assert [found[number]["payload"][name] for number, (name, _, _) in enumerate(bad, start=2)] == [
        value or None for _, value, _ in bad
    ]
    assert counter.receipts() == ["A1", "Z1"]


@pytest.mark.parametrize(
    ("value", "quantity"), [("-0", 0), (" 12 ", 12), ("007", 7), ("-3.5", -3.5), ("0.0001", 0.0001)]
)
def test_a_plain_number_is_taken_as_it_is_written(counter: Counter, value: str, quantity: float) -> None:
    """A rule that is too strict would throw honest sales away."""
    counter.take("sales.csv", csv_bytes(line(quantity=value)))
    counter.carry()
    assert [float(found["quantity"]) for found in counter.silver()] == [quantity]


def test_a_pair_of_quotes_within_a_field_is_read_as_copy_reads_it(counter: Counter) -> None:
    """The row-wise reader must not judge a line otherwise than COPY: one bad line elsewhere would change this one."""
    odd = b'T2,2024-03-05 10:00:00,RICE,1,1,5" x 6" pipe,,North\n'
    counter.take("alone.csv", HEADER + odd)
    outcome = counter.take("beside.csv", HEADER + b"bad\n" + odd)
    assert (outcome.lines_duplicate, outcome.lines_quarantined) == (1, 1)


def test_a_quoted_line_break_is_data_where_the_source_says_so(counter_for: OpenCounter) -> None:
    """An address in two lines would be set aside as two broken records."""
    counter = counter_for(format={"multiline": True})
    content = csv_bytes(line("T1", description="Rice\nwhite"), line("T2", description="a\r\nb"), line("T3"))
    assert counter.take("sales.csv", content).lines_loaded == 3
    counter.carry()
    assert [found["description"] for found in counter.silver()] == ["Rice\nwhite", "a\r\nb", "Rice"]


def test_a_line_break_is_the_same_data_beside_a_bad_line(counter_for: OpenCounter) -> None:
    """The row-wise reader would change the break, and every such receipt would look corrected."""
    counter = counter_for(format={"multiline": True})
    records = csv_bytes(line("T1", description="a\r\nb"), line("T2", description="c\n\nd")).removeprefix(HEADER)
    counter.take("first.csv", HEADER + records)
    outcome = counter.take("second.csv", HEADER + records + b"bad\n")
    assert (outcome.lines_duplicate, outcome.lines_quarantined) == (2, 1)
    assert [found["reason_code"] for found in counter.quarantine()] == ["wrong_column_count"]


def test_a_stray_quote_costs_its_own_line_only(counter_for: OpenCounter) -> None:
    """Where records may span lines, one inch sign would swallow the file up to the next, or take minutes to judge."""
    counter = counter_for(format={"multiline": True})
    content = HEADER + row("T1") + b"T2," + PIPE + row("T3") * 20_000 + row("T4", description="a\nb") + row("T5")
    outcome = counter.take("sales.csv", content)
    assert counter.reasons() == [("bronze", 2, "unbalanced_quote")]
    assert (outcome.lines_read, outcome.lines_loaded) == (20_004, 20_003)
    counter.carry()
    assert counter.receipts() == ["T1", "T3", "T4", "T5"]


@pytest.mark.parametrize("multiline", [False, True])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_line_that_ends_the_data_for_copy_ends_no_file(counter_for: OpenCounter, end: bytes, multiline: bool) -> None:
    """Up to PostgreSQL 17 COPY takes `\\.` for the end, and every sale behind it would vanish without a word."""
    counter = counter_for(format={"multiline": multiline})
    content = (HEADER + row("T1") + b"\\.\n" + row("T2") + row("T3")).replace(b"\n", end)
    outcome = counter.take("sales.csv", content)
    assert counter.reasons() == [("bronze", 2, "wrong_column_count")]
    assert (outcome.lines_read, outcome.lines_loaded, outcome.lines_quarantined) == (4, 3, 1)
    counter.carry()
    assert counter.receipts() == ["T1", "T2", "T3"]
    # no server of the tests ends there: the line must be stopped before a server sees it
    record_file = records.open_records(counter.put("again.csv", content), counter.mapping)
    with counter.database.transaction() as connection:
        connection.execute(sa.text("select set_config('scout.batch_id', '1', true)"))
        staging.create(connection, record_file.header)
        with pytest.raises(psycopg.DataError, match="a line is only"):
            staging._copy_whole(connection, record_file)


def test_the_sign_that_ends_the_data_is_text_within_quotes(
    counter_for: OpenCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note over three lines that holds the sign would be cut there, or set aside; it is read row by row instead."""
    judged: list[str] = []
    judge = judged_lines.judged_lines

    def noted(record_file: records.RecordFile) -> Iterator[judged_lines.JudgedLine]:
        judged.append(record_file.path.name)
        return judge(record_file)

    monkeypatch.setattr(judged_lines, "judged_lines", noted)
    counter = counter_for(format={"multiline": True})
    assert counter.take("plain.csv", csv_bytes(line("T1", description="a\n\\. b"))).lines_loaded == 1
    content = csv_bytes(line("T2", description="a\n\\.\nb"), line("T3"))
    assert counter.take("sign.csv", content).lines_loaded == 2
    assert judged == ["sign.csv"]
    counter.carry()
    assert [found["description"] for found in counter.silver()] == ["a\n\\. b", "a\n\\.\nb", "Rice"]


def test_a_line_that_its_source_always_ends_is_truncated_without_end(counter_for: OpenCounter) -> None:
    """A price of 10.5 instead of 10.55 would enter the figures: only the missing line end shows the cut."""
    counter = counter_for(format={"final_newline": "required"})
    for name, content in {"fast": HEADER, "judged": HEADER + b"bad\n"}.items():
        outcome = counter.take(f"{name}.csv", content + row(f"{name}1") + row(f"{name}2")[:-1])
        assert outcome.status == "partial"
        assert outcome.lines_loaded == 1
    found = counter.quarantine()
    assert [(record["line_number"], record["reason_code"]) for record in found] == [
        (2, "truncated_record"),
        (1, "wrong_column_count"),
        (3, "truncated_record"),
    ]
    assert found[0]["raw_bytes"] == row("fast2")[:-1]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_record_without_bounds_is_set_aside_and_the_others_arrive(
    counter_for: OpenCounter, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """One endless line would cost the file, or the memory of the machine."""
    monkeypatch.setenv("SCOUT_MAX_RECORD_BYTES", str(MEBIBYTE))
    counter = counter_for(format={"kind": kind})
    endless = b"T2," + b"x" * (2 * MEBIBYTE)
    content = HEADER + row("T1") + endless + b"\n" + row("T3") + endless
    if kind == "jsonl":
        content = b'{"receipt":"T1"}\n' + endless + b"\n" + b'{"receipt":"T3"}\n' + endless
    outcome = counter.take(f"sales.{kind}", content)
    assert (outcome.lines_read, outcome.lines_loaded, outcome.lines_quarantined) == (4, 2, 2)
    found = counter.quarantine()
    assert [(record["line_number"], record["reason_code"]) for record in found] == [
        (2, "record_too_long"),
        (4, "record_too_long"),
    ]
    assert {record["raw_bytes"] for record in found} == {endless[: files.PRESERVED_BYTES]}
    counter.assert_promises(["ledger_balances"])


READER = """
import resource, sys
from pathlib import Path
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.sources import mapping
database, source = Database(sys.argv[1]), mapping.load("sales")
with database.transaction():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for outcome in landing.ingest(database, [Path(name) for name in sys.argv[2:]], source):
    print(outcome.path.name, outcome.status, outcome.reason or outcome.lines_quarantined)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_endless_lines_and_bombs_do_not_fill_the_memory(counter: Counter) -> None:
    """A file of no structure would end the worker, and all that runs beside it."""
    paths = [
        counter.put("line.csv", HEADER + row("T1") + b"x" * (64 * MEBIBYTE) + b"\n" + row("T3")),
        counter.put("quote.csv", HEADER + b'"' + b"x\n" * 50_000),
        counter.put("header.csv", b"x" * (64 * MEBIBYTE)),
        counter.put("fields.csv", HEADER + row("T4") + b"," * 5_000_000 + b"\n" + row("T5")),
        counter.put("longer.csv", HEADER + row("T6") + b"," * 20_000_000 + b"\n" + row("T7")),
        counter.put("bomb.csv", gzip.compress(HEADER + row("T1") + b"\0" * (128 * MEBIBYTE), 9)),
    ]
    done = subprocess.run(
        [sys.executable, "-c", READER, counter.database.url, *map(str, paths)],
        capture_output=True, text=True, check=True, env=settings.environment(),
    )  # fmt: skip
    *outcomes, grown = done.stdout.splitlines()
    assert sorted(outcome.split(":")[0] for outcome in outcomes) == [
        "bomb.csv refused compression_bomb",
        "fields.csv partial 1",
        "header.csv refused record_too_long",
        "line.csv partial 1",
        "longer.csv partial 1",
        "quote.csv partial 50000",
    ]
    assert int(grown) < 150
    found = {record["reason_code"]: record["raw_bytes"] for record in counter.quarantine()}
    assert found["wrong_column_count"] == b"," * 5_000_000
    assert found["record_too_long"] is not None
    counter.carry()
    assert counter.receipts() == ["T1", "T3", "T4", "T5", "T6", "T7"]


def test_a_path_that_is_not_there_is_one_clear_line_and_stops_nobody(counter: Counter) -> None:
    """A file that was moved away between listing and reading would stop all the others with a traceback."""
    good = counter.put("good.csv", GOOD)
    missing, folder = counter.folder / "missing.csv", counter.folder
    outcomes = landing.ingest(counter.database, [missing, good, folder], counter.mapping)
    assert {outcome.path: outcome.status for outcome in outcomes} == {
        missing: "unreadable",
        good: "loaded",
        folder: "unreadable",
    }
    assert outcomes[0].reason == "No such file or directory; give a file that is there and may be read"
    assert len(counter.ledger()) == 1


def test_a_name_that_is_no_text_is_no_obstacle(counter: Counter) -> None:
    """A file of an old archive would stop every load of its folder."""
    outcome = counter.take(os.fsdecode(b"caf\xe9.csv"), GOOD)
    assert outcome.status == "loaded"
    assert counter.ledger()[0]["file_name"] == "caf\N{REPLACEMENT CHARACTER}.csv"


def test_a_store_code_without_bounds_is_set_aside(counter_for: OpenCounter) -> None:
    """A shifted column in the place of the store would break the index of stores, and the load with it."""
    counter = counter_for(store={"code": None, "field": "region"})
    code = "".join(chr(33 + (number * 7919) % 12_000) for number in range(20_000)).replace('"', "_").replace(",", "_")
    outcome = counter.take("sales.csv", csv_bytes(line("T1"), line("T2", region=code), line("T3")))
    assert (outcome.lines_loaded, counter.reasons()) == (2, [("bronze", 2, "text_too_long")])
    counter.carry()
    assert counter.receipts() == ["T1", "T3"]


SOLD = ("Café con leche, ", 'the "big" one, ', "Açaí at ₱ 5; ")
SHOP = csv_bytes(*[line(f"0000-{n // 3}", sku=f"S{n}", description=SOLD[n % 3] * 17) for n in range(6)])
# what the catalogue of faults asks for (spec 55): a file of 2 KB
CUT_BYTES = 2048


def sales_of(number: int) -> bytes:
    """A small file of a shop, with quotes, accents and receipts of several lines; its own receipts for every number."""
    return SHOP.replace(b"0000-", b"%04d-" % number)


def test_a_file_cut_at_any_byte_is_accounted_for_and_the_whole_one_heals_it(counter_for: OpenCounter) -> None:
    """A copy that broke off would crash the load, lose lines, or leave traces that the whole file cannot mend."""
    size = len(SHOP)
    assert size >= CUT_BYTES
    torn, clean = counter_for(), counter_for(name="clean", store={"code": "S2"})
    cuts = [torn.put(f"{end:04d}.csv", sales_of(end)[:end]) for end in range(size)]
    outcomes = landing.ingest(torn.database, cuts, torn.mapping)
    assert len(outcomes) == size
    for end, outcome in enumerate(outcomes):
        expected = "refused" if end < len(HEADER) - 1 else ("loaded", "partial")
        assert outcome.status in expected, (end, outcome)
        assert outcome.lines_read == outcome.lines_loaded + outcome.lines_quarantined
        if outcome.status != "refused":
            assert outcome.lines_read == max(len(sales_of(end)[:end].splitlines()) - 1, 0), (end, outcome)
    torn.carry()
    whole = HEADER + b"".join(sales_of(end).removeprefix(HEADER) for end in range(size))
    torn.take("whole.csv", whole)
    clean.take("whole.csv", whole)
    torn.carry()
    key = ("transaction_id", "line_number")
    by_store: dict[int, list[dict[str, object]]] = {}
    for found in torn.silver():
        by_store.setdefault(found.pop("store_id"), []).append(found)
    healed, never_torn = by_store.values()
    assert sorted(healed, key=lambda r: [r[k] for k in key]) == sorted(never_torn, key=lambda r: [r[k] for k in key])
    assert len(healed) == size * 6


def test_a_packed_file_cut_at_any_byte_is_refused_and_the_whole_one_loads(counter_for: OpenCounter) -> None:
    """Half of a stream may unpack into lines that look whole: they would be sales of a file that never came whole."""
    counter = counter_for()
    # hexadecimal digits pack badly: the stream is as long as the file of a shop
    digits = hashlib.sha512(b"").hexdigest()
    texts = [hashlib.sha512(f"{digits}{number}".encode()).hexdigest() for number in range(24)]
    packed = gzip.compress(csv_bytes(*[line(f"T{n}", description=text * 2) for n, text in enumerate(texts)]), mtime=0)
    assert len(packed) >= CUT_BYTES
    for end in range(2, len(packed)):
        with pytest.raises(FileRefused, match="truncated_gzip"):
            list(files.blocks(counter.put("cut.csv", packed[:end])))
    # of one byte nobody can tell that it begins a packed file
    expected = {0: "empty_file", 1: "missing_column"} | dict.fromkeys(range(2, len(packed), 50), "truncated_gzip")
    cuts = [counter.put(f"{end:04d}.csv", packed[:end]) for end in expected]
    outcomes = landing.ingest(counter.database, cuts, counter.mapping)
    assert [str(outcome.reason).partition(":")[0] for outcome in outcomes] == list(expected.values())
    assert counter.take("whole.csv", packed).lines_loaded == len(texts)
    counter.carry()
    assert counter.receipts() == sorted(f"T{number}" for number in range(len(texts)))
