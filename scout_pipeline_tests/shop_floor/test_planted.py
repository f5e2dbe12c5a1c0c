"""Every planted defect is found where it belongs, and what is found without having been planted is counted."""

import gzip
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline_tests.shop_floor.planted import KINDS, REFUSED, Found
from scout_pipeline_tests.shop_floor.shop import Shop
from scout_pipeline_tests.shop_floor.truth import Truth

every_kind = pytest.mark.parametrize("kind", KINDS)


def planted(truth: Truth, kind: str) -> Found:
    """What was planted, in the form in which the kind is found."""
    return {
        entry
        if isinstance(entry, str)
        else (entry["file"], entry["line"])
        if "line" in entry
        else (entry["device_id"], entry["sequence"])
        for entry in truth.planted[kind]
    }


def unread_numbers(shop: Shop) -> Found:
    """A line that nobody could read says no number, and looks like a sale that never came.

    The numbers of what was refused for another reason are known from the quarantine.
    """
    return {(entry["device_id"], entry["sequence"]) for entry in shop.truth.planted["malformed_json"]}


def late_versions(shop: Shop) -> Found:
    """Sales of the last days that were sent again or voided after everything else: their second version came late."""
    again = {*shop.truth.planted["changed_resend"], *shop.truth.planted["voided"]}
    return {
        name
        for path in shop.truth.files("late/transactions")
        for line in gzip.decompress(path.read_bytes()).splitlines()
        if (name := json.loads(line)["id"]) in again
    }


# False alarms that must be there, and all of them; of every other kind there is none.
EXPLAINED: dict[str, Callable[[Shop], Found]] = {"sequence_gap": unread_numbers, "late_sale": late_versions}


def test_every_kind_of_the_simulator_is_looked_for(shop: Shop) -> None:
    """A new kind of dirt would be planted and never counted; a kind that was not planted proves nothing."""
    assert shop.truth.planted.keys() == KINDS.keys()
    assert all(shop.truth.planted.values())


@every_kind
def test_every_planted_defect_is_found(shop: Shop, kind: str, record_property: Callable[[str, object], None]) -> None:
    """A defect that nobody finds is in the figures; a false alarm costs somebody a day."""
    sought = planted(shop.truth, kind)
    with shop.database.transaction() as connection:
        found = KINDS[kind].find(connection, shop)
    missed, alarms = sought - found, found - sought
    unexplained = alarms ^ (EXPLAINED[kind](shop) if kind in EXPLAINED else set())
    where = shop.truth.document["planted"][kind]["expected"]
    record_property(
        "shop_floor",
        f"{kind:<24} {where:<18} planted {len(sought):>6,}  found {len(sought & found):>6,}  missed {len(missed):>3,}"
        f"  false alarms {len(alarms):>5,}, unexplained {len(unexplained):>3,}",
    )
    assert len(sought) == shop.truth.document["planted"][kind]["count"]
    assert not missed, f"{len(missed)} missed, such as {sorted(missed)[:3]}"
    assert not unexplained, f"{len(unexplained)} false alarms, such as {sorted(unexplained)[:3]}"


@every_kind
def test_a_hidden_defect_is_missed(shop: Shop, kind: str) -> None:
    """A search that finds whatever was planted would find it in an empty database, too."""
    entry = shop.truth.planted[kind][0]
    values: dict[str, Any] = dict(entry) if isinstance(entry, dict) else {"id": entry}
    if "file" in values:
        (values["batch"],) = (batch for batch, file in shop.files.items() if file == values["file"])
    with shop.database.transaction() as connection, connection.begin_nested() as hidden:
        connection.execute(sa.text(KINDS[kind].hide), values)
        missed = planted(shop.truth, kind) - KINDS[kind].find(connection, shop)
        hidden.rollback()
    assert len(missed) == 1


def test_nothing_else_is_in_quarantine(shop: Shop) -> None:
    """A reason that nobody planted would be a sound sale that was refused."""
    reasons = shop.ids("select distinct reason_code from scout.quarantine")
    assert reasons == {"malformed_json", "missing_transaction_id", *REFUSED}
    assert shop.ids("select distinct status from scout.quarantine") == {"open", "replayed"}


def test_the_ledger_counts_the_duplicates_of_each_file(shop: Shop) -> None:
    """The right sum could be made of a duplicate that was taken and a sound sale that was thrown away."""
    seen: set[bytes] = set()
    expected: Counter[str] = Counter()
    for path in [*shop.truth.files("transactions"), *shop.truth.files("late/transactions")]:
        with gzip.open(path) as stream:
            for line in stream:
                if line in seen:
                    expected[str(path.relative_to(shop.truth.folder))] += 1
                seen.add(line)
    ledger = shop.rows("select batch_id, lines_duplicate from scout.bronze_ingestion_batches where lines_duplicate > 0")
    assert {shop.files[batch]: count for batch, count in ledger} == expected
    assert sum(expected.values()) == len(shop.truth.planted["duplicate"])


def test_a_superseded_version_left_nothing_behind(shop: Shop) -> None:
    """The older version of a sale on another day would count beside the newer one."""
    again = [*shop.truth.planted["changed_resend"], *shop.truth.planted["voided"]]
    places = shop.rows(
        "select transaction_id, count(*) from scout.silver_transactions_cleaned"
        " where transaction_id = any(:ids) group by transaction_id",
        ids=again,
    )
    assert sorted(places) == sorted((name, 1) for name in again)
    voided_lines = shop.rows(
        "select count(*) from scout.silver_transaction_items where transaction_id = any(:ids)",
        ids=shop.truth.planted["voided"],
    )
    assert voided_lines == [(0,)]
