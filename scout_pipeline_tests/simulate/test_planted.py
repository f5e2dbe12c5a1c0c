"""What truth.json says was planted is what a stranger finds in the files, no more and no less."""

import re
from collections import Counter, defaultdict
from typing import Any

import pytest

from scout_pipeline.simulate.defects import DEFECTS, Kind, planned_counts
from scout_pipeline.simulate.synonyms import ODD_STATUSES, SYNONYMS, UNMAPPED, VOIDING_WORDS
from scout_pipeline_tests.conftest import REPOSITORY
from scout_pipeline_tests.simulate import recount
from scout_pipeline_tests.simulate.conftest import DIRTY
from scout_pipeline_tests.simulate.delivered import Delivered, business_date, contract

KINDS = [defect.name for defect in DEFECTS]
PLACED = ("malformed_json", "missing_transaction_id")
WORDS = {(name, word): "synonym" for name, word, _ in SYNONYMS} | dict.fromkeys(UNMAPPED, "unmapped_value")
WORDS |= {("status", word): "odd_status" for word in ODD_STATUSES}


@pytest.fixture(scope="module")
def found(dirty: Delivered) -> dict[str, set[Any]]:
    """Everything a reader of the files can find, by kind."""
    kinds: dict[str, set[Any]] = defaultdict(set)
    kinds["malformed_json"] = recount.lines_without_id(dirty, is_json=False)
    kinds["missing_transaction_id"] = recount.lines_without_id(dirty, is_json=True)
    kinds["sequence_gap"] = recount.sequence_gaps(dirty)
    kinds |= recount.sent_again(dirty)
    for ident, lines in dirty.sales.items():
        document = lines[-1].document
        assert document is not None
        for fault in recount.faults(dirty, document):
            kinds[fault].add(ident)
        for pair in recount.foreign_words(document) + recount.odd_statuses(document):
            kinds[WORDS[pair]].add(ident)
        if recount.came_late(lines):
            kinds["late_sale"].add(ident)
    return kinds


def planted(delivered: Delivered, kind: str) -> set[Any]:
    """What truth.json lists, in the form in which it is found."""
    listed = delivered.truth["planted"][kind]["ids"]
    if kind in PLACED:
        return {(entry["file"], entry["line"]) for entry in listed}
    if kind == "sequence_gap":
        return {(entry["device_id"], entry["sequence"]) for entry in listed}
    return set(listed)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "sequence_gap"])
def test_every_planted_defect_is_in_the_files_and_nothing_else(
    dirty: Delivered, found: dict[str, set[Any]], kind: str
) -> None:
    """A pipeline would be blamed for missing what was never there, or praised for finding half of it."""
    entry = dirty.truth["planted"][kind]
    assert entry["count"] == len(entry["ids"]) == len(planted(dirty, kind)) > 0
    assert found[kind] == planted(dirty, kind)


def test_every_gap_of_a_device_is_planted_or_an_unreadable_line(dirty: Delivered, found: dict[str, set[Any]]) -> None:
    """Devices would seem to lose sales that nobody withheld."""
    unreadable = {(entry["device_id"], entry["sequence"]) for entry in dirty.truth["planted"]["malformed_json"]["ids"]}
    assert planted(dirty, "sequence_gap")
    assert found["sequence_gap"] == planted(dirty, "sequence_gap") | unreadable


def test_a_sale_has_one_defect_at_most(dirty: Delivered) -> None:
    """Two defects in one sale hide each other: which one a pipeline reports would be its choice."""
    listed = [ident for kind in KINDS for ident in dirty.truth["planted"][kind]["ids"] if isinstance(ident, str)]
    assert len(listed) == len(set(listed))


def test_a_duplicate_adds_exactly_one_line(dirty: Delivered) -> None:
    """The ledger counts lines: lines read = bronze + duplicates + quarantine could not be checked."""
    counts = Counter(line.content for line in dirty.lines)
    extra = {content: count - 1 for content, count in counts.items() if count > 1}
    assert sum(extra.values()) == dirty.truth["planted"]["duplicate"]["count"]
    places = [{line.file for line in dirty.lines if line.content == content} for content in extra]
    assert {len(files) for files in places} == {1, 2}, "some in the same file, some in another"


def test_a_sale_is_changed_in_each_way(dirty: Delivered) -> None:
    """A changed day moves money between two buckets; a pipeline that marks only the new one must be found out."""
    ways: Counter[str] = Counter()
    for ident in dirty.truth["planted"]["changed_resend"]["ids"]:
        before, after = (line.document or {} for line in dirty.sales[ident])
        ways["day"] += business_date(before) > business_date(after)
        ways["payment"] += before.get("payment_method") != after.get("payment_method")
        ways["line"] += len(before["items"]) > len(after["items"])
        ways["quantity"] += len(before["items"]) == len(after["items"]) and before["items"] != after["items"]
    assert min(ways[way] for way in ("day", "payment", "line", "quantity")) > 0


def test_whole_days_of_shops_come_late(dirty: Delivered) -> None:
    """A shop that was offline for a day is how late data looks; single late sales are easier."""
    days: dict[tuple[str | None, str], set[bool]] = defaultdict(set)
    for lines in dirty.sales.values():
        document = lines[0].document
        assert document is not None
        if lines[0].file.endswith(f"{str(document.get('timestamp'))[:10]}.jsonl.gz"):
            days[document.get("store_id"), lines[0].file[-19:]].add(recount.came_late(lines))
    assert sum(late == {True} for late in days.values()) >= 2


def test_words_are_counted_by_field(dirty: Delivered) -> None:
    """A mapping that lacks one synonym would be seen only as a total that is somewhat low."""
    counted: Counter[tuple[str, str]] = Counter()
    for lines in dirty.sales.values():
        assert lines[0].document is not None
        counted.update(recount.foreign_words(lines[0].document) + recount.odd_statuses(lines[0].document))
    for kind in ("synonym", "unmapped_value", "odd_status"):
        entries = dirty.truth["planted"][kind]["words"]
        assert {(entry["field"], entry["word"]): entry["count"] for entry in entries} == {
            pair: count for pair, count in counted.items() if WORDS[pair] == kind
        }


def test_dirt_and_delay_come_at_the_stated_rates(dirty: Delivered) -> None:
    """The measured recall of a pipeline would be that of another amount of dirt."""
    sales = dirty.truth["totals"]["sales"]
    counts = {kind: dirty.truth["planted"][kind]["count"] for kind in KINDS}
    late = counts.pop("late_sale")
    assert sum(counts.values()) / sales == pytest.approx(DIRTY.dirty, abs=0.005)
    assert late / sales == pytest.approx(DIRTY.late, abs=0.005)


def test_refused_sequences_are_those_of_the_refused_sales(dirty: Delivered) -> None:
    """Gaps that are looked for in silver are more than those of the deliveries, by exactly these."""
    refused = [kind for kind in KINDS if dirty.truth["planted"][kind]["expected"].endswith("_quarantine")]
    numbers = sum(len(found) for found in dirty.truth["refused_sequences"].values())
    assert numbers == sum(dirty.truth["planted"][kind]["count"] for kind in refused)
    by_ident = {ident: lines[0].document for ident, lines in dirty.sales.items()}
    for ident in dirty.truth["planted"]["unknown_store"]["ids"]:
        document = by_ident[ident]
        assert document is not None
        assert document["sequence"] in dirty.truth["refused_sequences"][document["device_id"]]


def test_no_kind_is_left_out_once_there_is_one_sale_for_each() -> None:
    """A small test run would prove nothing about the kinds that rounding removed."""
    counts = planned_counts(1000, 0.024)
    assert min(counts.values()) >= 1
    assert set(counts) == {kind for kind in Kind if kind not in (Kind.CLEAN, Kind.LATE_SALE)}
    assert sum(planned_counts(12_345, 0.05).values()) == round(12_345 * 0.05)


def test_synonyms_mean_words_of_the_contract_and_are_documented() -> None:
    """Whoever writes the mapping reads the page; a word missing there is one that is never mapped."""
    known = contract("transaction")["properties"]
    for name, word, meaning in SYNONYMS:
        assert meaning in known[name]["enum"]
        assert word not in known[name]["enum"]
    assert not {(name, word) for name, word, _ in SYNONYMS} & set(UNMAPPED)
    page = (REPOSITORY / "docs" / "simulator.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \| `([^`]+)` \| `([^`]+)` \|$", page, re.MULTILINE)) == set(SYNONYMS)
    assert set(re.findall(r"`([^`]+)` \((\w+)\)", page)) >= {(word, name) for name, word in UNMAPPED}
    assert all(f"`{word}`" in page for word in (*ODD_STATUSES, *VOIDING_WORDS))
    for defect in DEFECTS:
        assert f"| `{defect.name}` | `{defect.expected}` |" in page
