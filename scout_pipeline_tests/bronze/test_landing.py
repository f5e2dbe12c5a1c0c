"""A file is taken once, a transaction has one current version, and a load that cannot be whole leaves nothing."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline import crash_points, settings
from scout_pipeline.bronze import landing, staging
from scout_pipeline.bronze.landing import FileOutcome
from scout_pipeline.bronze.pseudonyms import PseudonymKeyError
from scout_pipeline.database import Database
from scout_pipeline.sources import records
from scout_pipeline_tests.bronze.conftest import OpenCounter
from scout_pipeline_tests.sales_files import HEADER, Counter, csv_bytes, line

TABLES = (
    "scout.bronze_ingestion_batches",
    "scout.bronze_transactions_raw",
    "scout.bronze_transaction_versions",
    "scout.quarantine",
    "scout.silver_transactions_cleaned",
    "scout.silver_transaction_items",
    "scout.silver_transaction_keys",
    "scout.dim_customer",
    "scout.dim_product",
)
DAY = csv_bytes(line("T1"), line("T1", sku="SOAP"), line("T2"), line("R3", quantity="-1"))


def everything(counter: Counter) -> dict[str, list[dict[str, Any]]]:
    """All rows of bronze, silver and quarantine, technical columns included: what "changes nothing" means."""
    return {
        table: sorted(counter.rows(f"select to_jsonb(t)::text as row from {table} as t"), key=str)  # noqa: S608
        for table in TABLES
    }


def counted(outcome: FileOutcome) -> tuple[str, int, int, int]:
    return outcome.status, outcome.lines_loaded, outcome.lines_duplicate, outcome.lines_quarantined


def test_the_same_file_again_changes_nothing(counter: Counter) -> None:
    """A folder read twice would double the day."""
    content = DAY + b"bad\n"
    assert counter.take("day.csv", content).status == "partial"
    counter.carry()
    before = everything(counter)
    assert counter.take("day.csv", content).status == "known"
    counter.carry()
    assert everything(counter) == before


def test_the_same_bytes_under_another_name_change_nothing(counter: Counter) -> None:
    """`day (1).csv` would double the day."""
    counter.take("day.csv", DAY)
    counter.carry()
    before = everything(counter)
    assert counter.take("day (1).csv", DAY).status == "known"
    assert everything(counter) == before


def test_another_file_with_the_same_transactions_adds_a_ledger_row_only(counter: Counter) -> None:
    """A weekly file after seven daily ones would double the week; and every line must still be accounted for."""
    counter.take("day.csv", DAY)
    counter.carry()
    before = everything(counter)
    assert counted(counter.take("again.csv", DAY + b"bad\n" + b"worse\n")) == ("partial", 0, 4, 2)
    assert counter.carry().lines_read == 0
    after = everything(counter)
    changed = {table for table in TABLES if after[table] != before[table]}
    assert changed == {"scout.bronze_ingestion_batches", "scout.quarantine"}


def test_the_same_name_with_other_content_is_another_file(counter: Counter) -> None:
    """`today.csv` that grows through the day would be read once."""
    counter.take("today.csv", csv_bytes(line("T1")))
    assert counted(counter.take("today.csv", csv_bytes(line("T1"), line("T2")))) == ("loaded", 1, 1, 0)
    counter.carry()
    assert counter.receipts() == ["T1", "T2"]


def test_a_transaction_with_other_content_is_a_new_version(counter: Counter) -> None:
    """A correction would be lost as a duplicate, or counted beside what it corrects."""
    counter.take("first.csv", DAY)
    counter.carry()
    corrected = csv_bytes(line("T1", quantity="5"), line("T2"))
    assert counted(counter.take("second.csv", corrected)) == ("loaded", 1, 1, 0)
    report = counter.carry()
    assert (report.transactions_written, report.transactions_superseded) == (1, 1)
    now = [(row["transaction_id"], int(row["quantity"])) for row in counter.silver()]
    assert now == [("R3", -1), ("T1", 5), ("T2", 2)]
    kept = counter.rows(
        "select count(*) as line_count from scout.bronze_transactions_raw where transaction_id = 'T1' "
        "group by content_hash order by 1"
    )
    assert [row["line_count"] for row in kept] == [1, 2]


def test_an_old_version_that_comes_again_changes_nothing(counter: Counter) -> None:
    """A replay of the archive would undo every correction."""
    counter.take("first.csv", csv_bytes(line("T1")))
    counter.take("second.csv", csv_bytes(line("T1", quantity="5")))
    counter.carry()
    before = counter.silver()
    assert counter.take("first.csv", csv_bytes(line("T1"))).status == "known"
    assert counted(counter.take("archive.csv", csv_bytes(line("T1"), line("T2")))) == ("loaded", 1, 1, 0)
    counter.carry()
    assert [row for row in counter.silver() if row["transaction_id"] == "T1"] == before
    assert counter.receipts() == ["T1", "T2"]


def test_two_versions_in_one_load_leave_the_later_one(counter: Counter) -> None:
    """Files taken together in one transaction would leave either version, by chance."""
    paths = [counter.put(f"{n}.csv", csv_bytes(line("T1", quantity=str(n)))) for n in (3, 1, 2)]
    landing.ingest(counter.database, paths, counter.mapping)
    report = counter.carry()
    assert [int(row["quantity"]) for row in counter.silver()] == [2]
    assert report.transactions_written == 1


def test_a_correction_moves_a_sale_to_another_month(counter: Counter) -> None:
    """The sale would stay in the old month too: no index can hold it unique over partitions."""
    counter.take("march.csv", csv_bytes(line("T1"), line("T2")))
    counter.carry()
    counter.take("april.csv", csv_bytes(line("T1", sold_at="2024-04-01 00:30:00")))
    counter.carry()
    days = [(row["transaction_id"], row["date_key"]) for row in counter.silver()]
    assert days == [("T1", date(2024, 4, 1)), ("T2", date(2024, 3, 5))]
    marked = counter.rows("select distinct date_key from ops.dirty_buckets order by 1")
    assert [row["date_key"] for row in marked] == [date(2024, 3, 5), date(2024, 4, 1)]


def reach_once(monkeypatch: pytest.MonkeyPatch, step: str, act: Callable[[], Any]) -> None:
    """Do something when a load reaches that step for the first time."""
    waiting = [act]

    def reach(name: str) -> None:
        if name == step and waiting:
            waiting.pop()()

    monkeypatch.setattr(crash_points, "reach", reach)


def append(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(DAY.removeprefix(HEADER))


def replace(path: Path) -> None:
    fresh = path.with_suffix(".tmp")
    fresh.write_bytes(csv_bytes(line("T9")))
    fresh.rename(path)


@pytest.mark.parametrize("change", [append, replace, Path.unlink])
def test_a_file_that_changes_before_it_is_copied_leaves_no_row(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    """New bytes would be stored under the fingerprint of the old ones, and the old ones never be taken again."""
    path = counter.put("day.csv", csv_bytes(line("T1")))
    reach_once(monkeypatch, "bronze.claimed", lambda: change(path))
    (outcome,) = landing.ingest(counter.database, [path], counter.mapping)
    assert (outcome.status, outcome.reason) == (
        "unstable",
        "changed while it was read; it will be taken when it is whole",
    )
    assert (counter.ledger(), counter.quarantine()) == ([], [])
    assert counter.rows("select 1 from scout.bronze_transactions_raw") == []
    assert counted(counter.take("day.csv", DAY)) == ("loaded", 4, 0, 0)


@pytest.mark.parametrize("content", [csv_bytes(line("T1")), csv_bytes(line("T1")) + b"bad\n", b"receipt\n"])
def test_a_file_that_changes_while_it_is_copied_leaves_no_row(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """Half of a file that is still being written would count as the file, or be refused for good."""
    path = counter.put("day.csv", content)
    copy_in, open_records = staging.copy_in, records.open_records

    def copy_then_grow(*args: Any, **kwargs: Any) -> staging.Copied:
        copied = copy_in(*args, **kwargs)
        append(path)
        return copied

    def grow_then_open(*args: Any) -> Any:
        append(path)
        return open_records(*args)

    with monkeypatch.context() as patched:
        if content.startswith(HEADER):
            patched.setattr(staging, "copy_in", copy_then_grow)
        else:
            patched.setattr(records, "open_records", grow_then_open)
        good = counter.put("good.csv", csv_bytes(line("G1")))
        outcomes = landing.ingest(counter.database, [path], counter.mapping)
    assert [outcome.status for outcome in outcomes] == ["unstable"]
    assert (counter.ledger(), counter.quarantine()) == ([], [])
    assert counter.rows("select 1 from scout.bronze_transactions_raw") == []
    landing.ingest(counter.database, [good, path], counter.mapping)
    counter.assert_promises(["ledger_balances"])


def at_once(*tasks: Callable[[Database], list[FileOutcome]], url: str) -> list[list[FileOutcome]]:
    """Run loads at the same moment, each on connections of its own."""
    barrier = threading.Barrier(len(tasks))

    def start(task: Callable[[Database], list[FileOutcome]]) -> list[FileOutcome]:
        own = Database(url, pool_size=1)
        try:
            barrier.wait(timeout=10)
            return task(own)
        finally:
            own.dispose()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(start, tasks))


def test_loads_of_the_same_file_at_once_take_it_once(counter: Counter) -> None:
    """A sensor and a person who start together would double the day."""
    counter.take("first.csv", HEADER)
    for number in range(5):
        path = counter.put(f"{number}.csv", csv_bytes(line(f"T{number}"), line(f"S{number}")))
        outcomes = at_once(
            *[lambda own, path=path: landing.ingest(own, [path], counter.mapping)] * 4,
            url=counter.database.url,
        )
        assert sorted(outcome.status for (outcome,) in outcomes) == ["known", "known", "known", "loaded"]
    assert counter.carry().lines_written == 10
    assert len(counter.ledger()) == 6


def test_loads_of_the_same_transactions_at_once_take_each_once(counter: Counter) -> None:
    """Two overlapping exports would wait for each other for ever, or both book what they share."""
    counter.take("first.csv", HEADER)
    receipts = [f"T{number:03d}" for number in range(200)]
    forward = [counter.put(f"f{n}.csv", csv_bytes(*map(line, receipts[n:]))) for n in range(4)]
    backward = [counter.put(f"b{n}.csv", csv_bytes(*map(line, reversed(receipts[n:])))) for n in range(4)]
    outcomes = at_once(
        lambda own: landing.ingest(own, forward, counter.mapping),
        lambda own: landing.ingest(own, backward, counter.mapping),
        url=counter.database.url,
    )
    taken = [outcome for task in outcomes for outcome in task]
    assert {outcome.status for outcome in taken} == {"loaded"}
    assert sum(outcome.lines_loaded for outcome in taken) == len(receipts)
    counter.carry()
    assert counter.receipts() == receipts


def test_a_load_does_not_wait_for_the_load_of_another_source(
    counter_for: OpenCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One large file of one supplier would hold up every shop's till for minutes."""
    large, small = counter_for(name="large", store={"code": "L"}), counter_for(name="small", store={"code": "S"})
    large.take("first.csv", csv_bytes(line("L1")))
    small.take("first.csv", csv_bytes(line("S1")))
    monkeypatch.setenv("SCOUT_LOCK_TIMEOUT_SECONDS", "1")
    settings.current.cache_clear()
    inner: list[FileOutcome] = []
    reach_once(monkeypatch, "bronze.loaded", lambda: inner.append(small.take("second.csv", csv_bytes(line("S2")))))
    assert large.take("second.csv", csv_bytes(line("L2"))).status == "loaded"
    assert [outcome.status for outcome in inner] == ["loaded"]


def test_a_refused_file_is_refused_once_and_taken_when_its_mapping_is_right(counter_for: OpenCounter) -> None:
    """Every tick would add a row to quarantine, or a file that was refused by mistake would stay out for good."""
    content = DAY.replace(b"sku", b"code", 1)
    wrong = counter_for()
    assert wrong.take("day.csv", content).status == "refused"
    assert wrong.take("day.csv", content).status == "known"
    assert len(wrong.ledger()) == len(wrong.quarantine()) == 1
    right = counter_for(fields={"sku": "code"})
    assert counted(right.take("day.csv", content)) == ("loaded", 4, 0, 0)
    assert right.take("day.csv", content).status == "known"
    assert wrong.take("day.csv", content).status == "known"
    right.carry()
    assert right.receipts() == ["R3", "T1", "T2"]
    assert [row["status"] for row in right.ledger()] == ["refused", "loaded"]


def test_the_same_file_of_two_sources_is_two_files(counter_for: OpenCounter) -> None:
    """Two shops that both send an empty day, or the same test file, would be taken for one."""
    first, second = counter_for(), counter_for(name="other", store={"code": "S2"})
    assert counted(first.take("day.csv", DAY)) == counted(second.take("day.csv", DAY)) == ("loaded", 4, 0, 0)
    second.carry()
    assert second.receipts() == ["R3", "R3", "T1", "T1", "T2", "T2"]


def test_files_of_several_shapes_share_a_load(counter: Counter) -> None:
    """A supplier who adds a column in the middle of the week would stop the folder."""
    wide = HEADER[:-1] + b",note\n"
    contents = [
        csv_bytes(line("T1")),
        wide + csv_bytes(line("T2")).removeprefix(HEADER)[:-1] + b",x\n",
        csv_bytes(line("T3")),
        b"receipt\n",
        wide + b"bad\n" + csv_bytes(line("T4")).removeprefix(HEADER)[:-1] + b",y\n",
    ]
    paths = [counter.put(f"{number}.csv", content) for number, content in enumerate(contents)]
    outcomes = {o.path.name: counted(o) for o in landing.ingest(counter.database, paths, counter.mapping)}
    assert outcomes == {
        "0.csv": ("loaded", 1, 0, 0),
        "1.csv": ("loaded", 1, 0, 0),
        "2.csv": ("loaded", 1, 0, 0),
        "3.csv": ("refused", 0, 0, 0),
        "4.csv": ("partial", 1, 0, 1),
    }
    counter.carry()
    assert counter.receipts() == ["T1", "T2", "T3", "T4"]


def test_equal_customers_have_one_pseudonym_and_no_raw_identifier_is_stored(counter_for: OpenCounter) -> None:
    """A spreadsheet writes 17850.0: one person would be two, and a leak of bronze a leak of identifiers."""
    written = ("17850", "17850.0", " 17850 ", "17850.00")
    counter = counter_for()
    counter.take("day.csv", csv_bytes(*[line(f"T{n}", customer=text) for n, text in enumerate(written)]))
    documents = counter_for(name="documents", store={"code": "S2"}, format={"kind": "jsonl"})
    documents.take("day.jsonl", b'{"receipt": "J1", "customer": 17850.0}\n{"receipt": "J2", "customer": "17850"}\n')
    payloads = counter.rows(
        "select payload::text as text, payload ->> 'customer' as c from scout.bronze_transactions_raw"
    )
    assert len(payloads) == 6
    assert len({row["c"] for row in payloads}) == 1
    assert not any("17850" in row["text"] for row in payloads)
    counter.carry()
    assert len(counter.rows("select 1 from scout.dim_customer")) == 1


def test_as_text_every_spelling_is_a_customer_of_its_own(counter_for: OpenCounter) -> None:
    """Codes such as 1.0 and 1 of a source that means them apart would be one customer."""
    counter = counter_for(customer_id_form="text")
    counter.take("day.csv", csv_bytes(line("T1", customer="1.0"), line("T2", customer="1"), line("T3", customer=" 1")))
    counter.carry()
    assert len({row["customer_id"] for row in counter.silver()}) == 2


def test_another_pseudonym_key_is_refused_in_one_line(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every customer would silently become a new one from that day on."""
    monkeypatch.setenv("SCOUT_PSEUDONYM_KEY", "the first key")
    settings.current.cache_clear()
    counter.take("day.csv", DAY)
    before = everything(counter)
    monkeypatch.setenv("SCOUT_PSEUDONYM_KEY", "another key")
    settings.current.cache_clear()
    with pytest.raises(PseudonymKeyError, match="the pseudonym key is not the one this database was filled") as refusal:
        counter.take("more.csv", csv_bytes(line("T8")))
    message = str(refusal.value)
    assert "set SCOUT_PSEUDONYM_KEY or restore" in message
    assert "\n" not in message
    assert "another key" not in message
    assert everything(counter) == before


def test_the_kept_key_is_made_once_and_readable_by_its_owner_only(counter: Counter) -> None:
    """A key made anew, or read by others, makes pseudonyms worthless."""
    counter.take("day.csv", DAY)
    path = settings.current().home_dir / "pseudonym.key"
    assert path.stat().st_mode & 0o077 == 0
    first = path.read_text()
    counter.take("more.csv", csv_bytes(line("T8")))
    assert path.read_text() == first
