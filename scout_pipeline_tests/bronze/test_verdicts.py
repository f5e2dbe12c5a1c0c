"""A line has one verdict: line by line in Python and by the set in PostgreSQL, whatever stands beside it."""

# ruff: noqa: RUF001 - digits of other scripts are among the bad inputs
import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import psycopg
import pytest
import sqlalchemy as sa

from scout_pipeline.bronze import staging
from scout_pipeline.sources import judged_lines, records
from scout_pipeline_tests.bronze.conftest import OpenCounter
from scout_pipeline_tests.bronze.test_bad_files import CODES, OUT_OF_RANGE, SET_ASIDE, VALUES, row
from scout_pipeline_tests.sales_files import HEADER, Counter, csv_bytes, line

SEED = 20110812
MUTATED_LINES, MIXED_LINES = 400, 1500
# what is put into lines: quotes, delimiters, line ends, NUL, bytes of other encodings, COPY's own signs
PIECES = (
    *(b'"', b'""', b",", b"\r", b"\0", b"\\.", b"\\", b" ", b"x", b"\t", b"\x1e", b"\x1f", b"\x7f"),
    *(b"\xe9", b"\x81", b"\xa0", b"\xed\xa0\x80", b"\xff", "é".encode(), "１".encode(), b"\xc2\x85", b"\xef\xbb\xbf"),
)
LIMITS = {"quantity": (-1000, 1000), "unit_price": (-500, 500)}
DECIMAL = re.compile(r"-?[0-9]{1,12}([.][0-9]{1,4})?")
INSTANT = re.compile(
    r"([12][0-9]{3})-([01][0-9])-([0-3][0-9])[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:[.]([0-9]{1,6}))?)?"
    r"(Z|[+-][01][0-9]:?[0-5][0-9])?"
)


def mutated(chance: random.Random) -> bytes:
    """A good line after one to three accidents; none of them ends the line."""
    raw = bytearray(row("T1", description=chance.choice(("Rice", "", "a, b", '5" pipe')))[:-1])
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(raw) + 1)
        match chance.randrange(3):
            case 0:
                raw[place:place] = chance.choice(PIECES)
            case 1:
                raw[place : place + 1] = chance.choice(PIECES)
            case _:
                del raw[place : place + chance.randint(1, 30)]
    return bytes(raw)


def odd_lines() -> Iterator[bytes]:
    chance = random.Random(SEED)
    yield from (raw for bad in SET_ASIDE.values() for _, _, raw in bad.set_aside if b"\n" not in raw)
    yield from (mutated(chance) for _ in range(MUTATED_LINES))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1"])
def test_copy_and_the_row_wise_judge_take_the_same_lines(counter_for: OpenCounter, encoding: str) -> None:
    """A line would be a sale in one file and quarantine in the next one, where a neighbour is broken.

    Each line is alone in its file: COPY takes it whole or refuses it; the judge of lines must say the same, and what
    both take must be the same fields.
    """
    counter = counter_for(format={"encoding": encoding})
    disagreements, taken = [], 0
    with counter.database.transaction() as connection:
        connection.execute(sa.text("select set_config('scout.batch_id', '1', true)"))
        for number, raw in enumerate(odd_lines()):
            path = counter.put(f"{number}.csv", HEADER + raw + b"\n")
            record_file = records.open_records(path, counter.mapping)
            verdicts = list(judged_lines.judged_lines(record_file))
            good = [verdict for verdict in verdicts if verdict.reason_code is None]
            by_copy = fields_of(connection, record_file, None)
            by_line = fields_of(connection, record_file, good) if len(good) == len(verdicts) == 1 else None
            taken += by_copy is not None
            if by_copy != by_line:
                disagreements.append((raw, by_copy, by_line, [verdict.reason_code for verdict in verdicts]))
    assert disagreements == []
    assert MUTATED_LINES * 0.1 < taken < MUTATED_LINES * 0.9


def fields_of(
    connection: sa.Connection,
    record_file: records.RecordFile,
    lines: list[judged_lines.JudgedLine] | None,
) -> list[tuple[str | None, ...]] | None:
    """The fields of the file as COPY takes it whole, or these lines of it; None when it is refused."""
    names = [f"column_{number}" for number in range(1, len(record_file.header) + 1)]
    savepoint = connection.begin_nested()
    try:
        staging.create(connection, record_file.header)
        if lines is None:
            staging._copy_whole(connection, record_file)
        else:
            staging.copy_lines(connection, record_file, lines)
        table = sa.table("landing_records", *(sa.column(name) for name in names))
        return [tuple(found) for found in connection.execute(sa.select(table))]
    except psycopg.DataError:
        # a line that was judged to be right, and that COPY refuses, costs the file: no field, which equals no verdict
        return None if lines is None else []
    finally:
        savepoint.rollback()


def test_lines_that_become_other_rows_are_no_success(counter: Counter) -> None:
    """The number of lines was taken for that of rows: what the server dropped or divided would be counted as loaded."""
    record_file = records.open_records(counter.put("sales.csv", csv_bytes(line("T1"))), counter.mapping)
    two = judged_lines.JudgedLine(1, row("T1") + b"2," + row("T2")[:-1])
    with counter.database.transaction() as connection:
        connection.execute(sa.text("select set_config('scout.batch_id', '1', true)"))
        staging.create(connection, record_file.header)
        with pytest.raises(psycopg.DataError, match="1 lines became 2 rows"):
            staging.copy_lines(connection, record_file, [two])


def verdict(values: dict[str, str], received_at: datetime) -> tuple[str | None, tuple[object, ...]]:
    """What `docs/data_quality.md` says of a line, read in Python: the reason, or none and the values that it has."""
    trimmed = {name: value.strip(" ") for name, value in values.items()}
    sold_at = instant(trimmed["sold_at"])
    quantity, unit_price = (
        Decimal(trimmed[name]) if DECIMAL.fullmatch(trimmed[name]) else None for name in ("quantity", "unit_price")
    )
    sku = trimmed["sku"].upper()
    taken = (sold_at, sku, quantity, unit_price)
    if sold_at is None:
        return "invalid_timestamp", ()
    if not datetime(2000, 1, 1, tzinfo=timezone.utc) <= sold_at <= received_at + timedelta(days=1):
        return "timestamp_out_of_range", ()
    if not sku:
        return "missing_sku", ()
    for name, value in (("quantity", quantity), ("unit_price", unit_price)):
        if value is None and (name == "quantity" or trimmed[name]):
            return f"invalid_{name}", ()
        if value is not None and not LIMITS[name][0] <= value <= LIMITS[name][1]:
            return f"{name}_out_of_range", ()
    if len(sku) > 100 or len(trimmed["description"]) > 1000 or len(trimmed["region"]) > 200:
        return "text_too_long", ()
    # an empty price asks for the list price, which only a source with a catalogue has
    return ("invalid_unit_price", ()) if unit_price is None else (None, taken)


def instant(text: str) -> datetime | None:
    """ISO 8601, local to Manila unless it carries an offset; PostgreSQL knows offsets of less than 16 hours."""
    found = INSTANT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    zone: timezone | ZoneInfo = ZoneInfo("Asia/Manila")
    if offset := found[8]:
        hours, minutes = (0, 0) if offset == "Z" else (int(offset[1:3]), int(offset[-2:]))
        if hours > 15:
            return None
        zone = timezone((-1 if offset[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes))
    try:
        local = datetime(year, month, day, hour, minute, second, int((found[7] or "0").ljust(6, "0")), tzinfo=zone)
    except ValueError:
        return None
    return local.astimezone(timezone.utc)


GOOD = {
    "quantity": ("1", "-0", " 12 ", "007", "-3.5", "0.0001", "1000", "-1000", "0"),
    "unit_price": ("10.50", "0", "-2", "500", " 1.1 "),
    "sold_at": (
        *("2024-03-05 10:00:00", "2024-03-05T10:00", "2024-02-29 23:59:59.999999", " 2011-08-12 00:00 "),
        *("2024-03-05T10:00:00Z", "2024-03-05 10:00:00+0530", "2024-03-05 10:00:00.5-11:00"),
    ),
    "sku": ("RICE", "rice", " soap ", "ñame", "x" * 100),
    "description": ("Rice", "", "x" * 1000, 'a, "b"'),
    "region": ("North", "", "x" * 200),
}
BAD = {
    **VALUES,
    "quantity": (*VALUES["quantity"], "1000.0001", "-1001", "999999999999"),
    "unit_price": (*VALUES["unit_price"], "", "500.01", "-500.5"),
    "sold_at": (
        *VALUES["sold_at"],
        *OUT_OF_RANGE,
        "2024-03-05 10:00:00+16:00",
        "2024-03-05 10:003:00+0530",
        "2024-03-05 10:00:00+08",
    ),
    "region": ("x" * 201,),
}
NOISE = "0123456789.,-+:TZeE_ xN$₱１٣é"


def mixed() -> Iterator[dict[str, str]]:
    """Every bad value alone, then lines in which each field may be good, bad, or good with an accident."""
    yield from ({name: value} for name, values in BAD.items() for value in values)
    yield from ({name: value} for name, values in GOOD.items() for value in values)
    chance = random.Random(SEED)
    for _ in range(MIXED_LINES):
        values = {}
        for name, good in GOOD.items():
            value = chance.choice(good)
            kind = chance.random()
            if kind < 0.08:
                value = chance.choice(BAD[name])
            elif kind < 0.2:
                place = chance.randrange(len(value) + 1)
                value = value[:place] + chance.choice(NOISE) + value[place + chance.randrange(2) :]
            values[name] = value
        yield values


def mixed_counter(counter_for: OpenCounter) -> Counter:
    limits = {name: {"at_least": least, "at_most": most} for name, (least, most) in LIMITS.items()}
    return counter_for(limits=limits)


def test_silver_judges_each_line_as_the_rules_read_one_by_one(counter_for: OpenCounter) -> None:
    """PostgreSQL and Python read numbers and times differently: 1_000, full-width digits, now, the year 20261."""
    counter = mixed_counter(counter_for)
    lines = {f"T{number}": line(f"T{number}", **values) for number, values in enumerate(mixed())}
    content = csv_bytes(*lines.values())
    assert counter.take("whole.csv", content).lines_loaded == len(lines)
    # beside a broken line the same ones are read row by row: no other content, so each is a duplicate
    beside = counter.take("beside.csv", content + b"broken\n")
    assert (beside.lines_duplicate, beside.lines_quarantined) == (len(lines), 1)
    counter.carry()

    (received,) = counter.rows("select max(received_at) as at from scout.bronze_transactions_raw")
    expected = {receipt: verdict(values, received["at"]) for receipt, values in lines.items()}
    found: dict[str, tuple[str | None, tuple[object, ...]]] = {
        row["payload"]["receipt"]: (row["reason_code"], ()) for row in counter.quarantine() if row["layer"] == "silver"
    }
    for sold in counter.silver():
        taken = (sold["sold_at"], sold["sku"], sold["quantity"], sold["unit_price"])
        assert found.setdefault(sold["transaction_id"], (None, taken)) == (None, taken)
    assert set(found) == set(expected)
    disagreements = [
        (lines[receipt], wanted, found[receipt]) for receipt, wanted in expected.items() if found[receipt] != wanted
    ]
    assert disagreements == []
    reasons = {reason for reason, _ in expected.values()}
    out_of_range = {f"{name}_out_of_range" for name in ("timestamp", "quantity", "unit_price")}
    assert reasons == {None, *CODES.values(), *out_of_range}
