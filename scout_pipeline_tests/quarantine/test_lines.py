"""A line that comes back belongs to the lines that came with it, at its place, and never overtakes a correction."""

from pathlib import Path

import pytest

from scout_pipeline import settings
from scout_pipeline.database import Database
from scout_pipeline.quarantine import replay
from scout_pipeline.quarantine.selection import Selection
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.sales_files import HEADER, Counter, csv_bytes, line, mapping_with, open_counter, write_mapping

# three lines of one receipt, the middle one in another encoding
RECEIPT = csv_bytes(line(), line(sku="TEA", description="Cafe"), line(sku="SOAP")).replace(b"Cafe", b"Caf\xe9")


@pytest.fixture
def counter(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter:
    monkeypatch.setenv("SCOUT_PSEUDONYM_KEY", "a key of the tests")
    return open_counter(database, tmp_path, monkeypatch, mapping_with())


def mend(counter: Counter, **changes: object) -> None:
    """The mapping as somebody mended it."""
    write_mapping(counter.folder.parent / "mappings", mapping_with(**changes))
    counter.mapping = mappings.load("sales")


def replayed(counter: Counter, *, step_rows: int = 1000, is_forced: bool = False) -> tuple[int, int]:
    """Entered and refused again."""
    report = replay.replay(counter.database, Selection(), by="anna", step_rows=step_rows, is_forced=is_forced)
    counter.carry()
    return report.entered, report.refused


def codes(counter: Counter) -> list[tuple[int, str]]:
    return [(row["line_number"], row["sku"]) for row in counter.silver()]


def test_a_line_joins_its_receipt_at_its_place(counter: Counter) -> None:
    """A receipt of one line would replace the receipt that it was torn out of."""
    counter.take("a.csv", RECEIPT)
    counter.carry()
    assert codes(counter) == [(1, "RICE"), (2, "SOAP")]
    mend(counter, format={"encoding": "cp1252"})
    assert replayed(counter) == (1, 0)
    assert codes(counter) == [(1, "RICE"), (2, "TEA"), (3, "SOAP")]
    first, second = counter.ledger()
    assert (second["replay_of"], second["lines_read"], second["lines_loaded"]) == (first["batch_id"], 3, 3)
    assert replayed(counter) == (0, 0)


def test_lines_of_a_receipt_may_come_back_one_after_the_other(counter: Counter) -> None:
    """The second one would find the receipt as it came, and drop the first."""
    counter.take("a.csv", RECEIPT.replace(b"SOAP,2,10.50,Rice", b"SOAP,2,10.50,Caf\xe9"))
    mend(counter, format={"encoding": "cp1252"})
    assert replayed(counter, step_rows=1) == (2, 0)
    assert codes(counter) == [(1, "RICE"), (2, "TEA"), (3, "SOAP")]


def test_the_same_lines_in_two_files_make_one_receipt(counter: Counter) -> None:
    """A file that was sent twice under two names would give a receipt its line twice, or leave it with that alone."""
    other = csv_bytes(line("T2")).removeprefix(HEADER)
    counter.take("a.csv", RECEIPT)
    counter.take("b.csv", RECEIPT + other)
    mend(counter, format={"encoding": "cp1252"})
    assert replayed(counter, step_rows=1) == (2, 0)
    assert codes(counter) == [(1, "RICE"), (2, "TEA"), (3, "SOAP"), (1, "RICE")]
    assert sorted(row["lines_duplicate"] for row in counter.ledger()) == [0, 0, 2, 3]


def test_a_line_does_not_overtake_a_correction(counter: Counter) -> None:
    """An old receipt would come back over the one that was sent to replace it."""
    counter.take("a.csv", RECEIPT)
    counter.take("b.csv", csv_bytes(line(sku="MILK")))
    mend(counter, format={"encoding": "cp1252"})
    assert replayed(counter) == (1, 0)
    assert codes(counter) == [(1, "MILK")]
    (row,) = counter.rows("select status, resolution from scout.quarantine")
    assert row == {"status": "replayed", "resolution": "superseded by a later version of its transaction"}


@pytest.mark.parametrize("step_rows", [2, 3, 7, 1000])
def test_a_record_over_several_lines_is_never_cut_by_a_step(counter: Counter, step_rows: int) -> None:
    """The end of a step would tear a quoted field, and both halves would be refused for ever."""
    descriptions = ["plain", "two\nlines", "and\n\nfour\nlines"] * 3
    counter.take("a.csv", csv_bytes(*(line(f"T{n}", description=text) for n, text in enumerate(descriptions))))
    mend(counter, format={"multiline": True})
    replayed(counter, step_rows=step_rows)
    found = {row["transaction_id"]: row["description"] for row in counter.silver()}
    assert found == {f"T{n}": text for n, text in enumerate(descriptions) if step_rows > 3 or text.count("\n") < 3}


def test_what_nobody_mended_is_left_alone(counter: Counter) -> None:
    """Every replay would try everything again, and say that nothing helped."""
    counter.take("a.csv", RECEIPT)
    assert replay.replay(counter.database, Selection(), by="anna").unchanged == 1
    assert counter.rows("select attempts from scout.quarantine") == [{"attempts": 0}]
    assert replayed(counter, is_forced=True) == (0, 1)
    (row,) = counter.rows("select status, attempts, history from scout.quarantine")
    assert (row["status"], row["attempts"]) == ("open", 1)
    assert [event["what"] for event in row["history"]] == ["replayed", "refused"]
    mend(counter, limits={"quantity": {"at_most": "10"}})
    counter.take("b.csv", RECEIPT.replace(b"T1", b"T2"))
    # the first was refused by a mapping that is no more, the second by the one of today
    assert replay.replay(counter.database, Selection(), by="anna").unchanged == 1
    assert counter.rows("select attempts from scout.quarantine order by quarantine_id") == [
        {"attempts": 2},
        {"attempts": 0},
    ]


def test_a_trial_changes_nothing(counter: Counter) -> None:
    """Looking what would happen must not make it happen."""
    counter.take("a.csv", RECEIPT)
    counter.carry()
    mend(counter, format={"encoding": "cp1252"})
    before = counter.quarantine(), counter.ledger(), counter.silver()
    tried = replay.replay(counter.database, Selection(), by="anna", is_dry=True)
    assert (tried.entered, tried.refused) == (1, 0)
    assert (counter.quarantine(), counter.ledger(), counter.silver()) == before


def test_a_refused_file_is_taken_where_it_lies(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file only its beginning is kept: it must be read again, or somebody told where it is missing."""
    counter.take("a.csv", csv_bytes(line()).replace(b"receipt", b"number"))
    counter.take("b.csv", csv_bytes(line("T2")).replace(b"receipt", b"number"))
    counter.folder.joinpath("b.csv").write_bytes(b"something else\n")
    mend(counter, fields={"transaction_id": "number"})
    report = replay.replay(counter.database, Selection(), by="anna")
    assert (report.entered, report.refused, report.missing) == (1, 0, [str(counter.folder / "b.csv")])
    counter.carry()
    assert counter.receipts() == ["T1"]
    assert [(row["status"], row["replay_of"]) for row in counter.ledger()][2] == ("loaded", 1)
    monkeypatch.setenv("SCOUT_MAX_FILE_BYTES", "10")
    settings.current.cache_clear()
    counter.take("c.csv", csv_bytes(line("T3")).replace(b"receipt", b"number"))
    assert replayed(counter, is_forced=True) == (0, 1)
    monkeypatch.delenv("SCOUT_MAX_FILE_BYTES")
    settings.current.cache_clear()
    assert replayed(counter, is_forced=True) == (1, 0)
    assert counter.receipts() == ["T1", "T3"]


def test_a_file_that_is_ingested_again_closes_its_entry(counter: Counter) -> None:
    """A list of open entries that nobody can close is read by nobody."""
    counter.take("a.csv", csv_bytes(line()).replace(b"receipt", b"number"))
    mend(counter, fields={"transaction_id": "number"})
    counter.take("a.csv", csv_bytes(line()).replace(b"receipt", b"number"))
    assert counter.rows("select status, replay_batch_id from scout.quarantine") == [
        {"status": "replayed", "replay_batch_id": 2}
    ]
