"""What a rule with the action quarantine refuses leaves the figures, once, whoever asks and whenever it is killed."""

import json
import multiprocessing
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click.testing
import dagster as dg
import pytest
import sqlalchemy as sa

from scout_pipeline import crash_points, flow, rule_book, settings
from scout_pipeline.cli.main import scout
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.quality import checking
from scout_pipeline.quality.rules import RuleSet, in_range, uniqueness
from scout_pipeline.quarantine import by_rules, replay, retention
from scout_pipeline.quarantine.selection import Selection
from scout_pipeline.silver import transaction_items, transactions_cleaned
from scout_pipeline.store_days import audit, decisions, views
from scout_pipeline_tests import crashing_check
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.orchestration import orchestration
from scout_pipeline_tests.prepared import Prepared, State
from scout_pipeline_tests.shop_files import Line, install_mapping, take

DAY, MONTH = date(2024, 3, 5), date(2024, 3, 1)
SALES, ITEMS = transactions_cleaned.TABLE.relation, transaction_items.TABLE.relation
AMOUNT, QUANTITY = f"{SALES}.amount_impossible", f"{ITEMS}.quantity_impossible"
# a barcode in the field of the price, also of a return, and one in that of the quantity of something given away
BARCODE = "480001612345"
CLEAN = (Line("1"), Line("2", sku="KOPI", quantity="2"), Line("2"), Line("3", store="B", customer="c2"))
DIRT = (
    *(Line("price", unit_price=BARCODE), Line("price", sku="KOPI")),
    Line("Rback", store="B", quantity="-1", unit_price=BARCODE),
    *(Line("gift", quantity=BARCODE, unit_price="0"), Line("gift", sku="CHIPS")),
)
ASIDE = """
    select transaction_id, status, rule_id, rule_version, attempts, payload ->> 'sku' from scout.quarantine
    order by 1, 6
"""
FINDINGS = """
    select rule_id, status, resolved_by, resolution from ops.data_quality_issues where severity = 'error' order by 1
"""
DECLARED = """
    update ops.data_quality_rules set action = :action, version = :version where rule_id like '%_impossible'
"""
CURRENT = "select transaction_id from scout.silver_transactions_cleaned order by 1"
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([crashing_check.__name__])


def _take_dirt(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_mapping(folder / "mappings", monkeypatch)
    for name, lines in {"clean.csv": CLEAN, "dirt.csv": DIRT}.items():
        take(database, folder, name, *lines)
        flow.run_incremental(database)
    checking.prepare(database, rule_book.TABLES)


DIRTY = State("three sales that can be, and three that cannot", _take_dirt)


@pytest.fixture
def floor(prepared: Prepared, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    install_mapping(open_folder / "mappings", monkeypatch)
    return Floor(prepared.copy(DIRTY), open_folder)


def ask(floor: Floor) -> dict[str, bool]:
    """Both tables of sales for the day; whether each passes."""
    return {checked.table_name: checked.passes for checked in by_rules.check(floor.database, [(DAY, [SALES, ITEMS])])}


def change_rules(floor: Floor, action: str, *, version: int) -> None:
    """As a changed declaration is registered."""
    with floor.database.transaction() as connection:
        connection.execute(sa.text(DECLARED), {"action": action, "version": version})


def test_what_no_shop_can_have_sold_leaves_the_figures_and_is_kept(floor: Floor) -> None:
    """One barcode in the field of the price would be the turnover of a country, in every figure of its store."""
    assert floor.rows("select max(net_revenue) > 400000000000 from scout.gold_daily_aggregates") == [(True,)]
    assert ask(floor) == {SALES: True, ITEMS: True}
    assert floor.rows(ASIDE) == [
        ("Rback", "open", AMOUNT, "1", 0, "RICE"),
        ("gift", "open", QUANTITY, "1", 0, "CHIPS"),
        ("gift", "open", QUANTITY, "1", 0, "RICE"),
        ("price", "open", AMOUNT, "1", 0, "KOPI"),
        ("price", "open", AMOUNT, "1", 0, "RICE"),
    ]
    told = "set aside: scout quarantine list --reason broken_rule"
    assert floor.rows(FINDINGS) == [
        (QUANTITY, "resolved", "rule", told),
        (f"{SALES}.amount_implausible", "resolved", "check", "no longer found"),
        (AMOUNT, "resolved", "rule", told),
    ]
    history = "select failing, passes from ops.data_quality_results where rule_id = :rule order by checked_at"
    assert floor.rows(history, rule=AMOUNT) == [(2, False), (0, True)]
    floor.carry()
    assert floor.rows(CURRENT) == [("1",), ("2",), ("3",)]
    assert floor.broken_promises() == []
    expected = fingerprint(floor.database)
    ask(floor)
    flow.run_rebuild(floor.database, MONTH, MONTH)
    assert fingerprint(floor.database) == expected
    assert floor.broken_promises() == []


def test_a_mended_rule_lets_them_in_again_and_the_entries_close(floor: Floor) -> None:
    """Sales that a wrong rule took out would be lost, or come back without their lines."""
    before = fingerprint(floor.database)
    ask(floor)
    floor.carry()
    assert replay.replay(floor.database, Selection(reason="broken_rule"), by="anna").unchanged == 5
    change_rules(floor, "report", version=2)
    assert replay.replay(floor.database, Selection(reason="broken_rule"), by="anna").entered == 5
    floor.carry()
    assert fingerprint(floor.database) == before
    assert {row[1:5] for row in floor.rows(ASIDE)} == {("replayed", AMOUNT, "1", 1), ("replayed", QUANTITY, "1", 1)}
    assert ask(floor) == {SALES: False, ITEMS: False}, "it reports, and leaves them"
    assert floor.rows(CURRENT) == [("1",), ("2",), ("3",), ("Rback",), ("gift",), ("price",)]
    assert floor.broken_promises() == []
    change_rules(floor, "quarantine", version=3)
    assert ask(floor) == {SALES: True, ITEMS: True}
    assert {row[1:4] for row in floor.rows(ASIDE)} == {("open", AMOUNT, "3"), ("open", QUANTITY, "3")}


def test_what_a_person_lets_in_stays_in_until_the_rule_changes(floor: Floor) -> None:
    """Sale and quarantine would change places at every check, and nobody could say which figures hold."""
    ask(floor)
    chosen = "select quarantine_id from scout.quarantine where transaction_id = 'price' limit 1"
    ((entry,),) = floor.rows(chosen)
    assert replay.replay(floor.database, Selection(ids=[entry]), by="anna", is_forced=True).entered == 2
    assert ask(floor) == {SALES: False, ITEMS: True}, "the rule goes on saying what it thinks of it"
    assert floor.rows(CURRENT) == [("1",), ("2",), ("3",), ("price",)]
    with floor.database.transaction() as connection:
        connection.execute(sa.text("update scout.quarantine set resolved_at = now() - interval '500 days'"))
    assert retention.prune(floor.database, 400) == 0, "the entry is what keeps the sale in"
    # a correction is another sale, of which nobody decided anything
    take(floor.database, floor.folder, "b.csv", Line("price", unit_price="480001612346"))
    floor.carry()
    assert ask(floor) == {SALES: False, ITEMS: True}
    assert floor.rows(CURRENT) == [("1",), ("2",), ("3",), ("price",)]
    assert floor.rows("select status, count(*) from scout.quarantine where transaction_id = 'price' group by 1") == [
        ("open", 1),
        ("replayed", 2),
    ], "the version that was let in counts again"
    change_rules(floor, "quarantine", version=2)
    assert retention.prune(floor.database, 400) == 2


def test_a_corrected_sale_enters_although_an_older_version_is_aside(floor: Floor) -> None:
    """The till that sent a barcode sends the right price an hour later, and its sale would stay out for ever."""
    ask(floor)
    take(floor.database, floor.folder, "b.csv", Line("price", unit_price="12"))
    floor.carry()
    assert ask(floor) == {SALES: True, ITEMS: True}
    assert floor.rows("select peso_value from scout.silver_transactions_cleaned where transaction_id = 'price'") == [
        (12,)
    ]
    assert floor.broken_promises() == []


def test_a_line_that_was_refused_before_comes_back_refused(floor: Floor) -> None:
    """A sale that is set aside takes the refusals of its lines along; a bad line would enter with the good ones."""
    bad = Line("price", unit_price=BARCODE, sku="TEA"), Line("price", quantity="many", sku="SOAP")
    take(floor.database, floor.folder, "b.csv", *bad)
    floor.carry()
    reasons = "select reason_code, payload ->> 'sku' from scout.quarantine where status = 'open' order by 1, 2"
    assert floor.rows(reasons) == [("invalid_quantity", "SOAP")]
    ask(floor)
    assert ("broken_rule", "SOAP") in floor.rows(reasons)
    floor.carry()
    assert floor.broken_promises() == []
    change_rules(floor, "report", version=2)
    replayed = replay.replay(floor.database, Selection(reason="broken_rule"), by="anna")
    assert (replayed.reasons, floor.rows(reasons)) == ({"invalid_quantity": 1}, [("invalid_quantity", "SOAP")])
    assert floor.rows("select sku from scout.silver_transaction_items where transaction_id = 'price'") == [("TEA",)]
    floor.carry()
    assert floor.broken_promises() == []


def test_a_closed_day_tells_what_was_set_aside(floor: Floor) -> None:
    """The figure of a signed day would change, and nobody could say why."""
    audit.audit(floor.database, rule_book.TABLES)
    decisions.close(floor.database, "B", DAY, by="ana", why="signed")
    ask(floor)
    floor.carry()
    restated = "select old_value, new_value, cause, was_closed from ops.restatements where kpi = 'net_revenue'"
    assert floor.rows(restated + " and new_value = 10") == [(10 - int(BARCODE), 10, "set aside", True)]
    assert floor.broken_promises() == []
    with floor.database.transaction() as connection:
        told = [(row["what"], row["detail"]) for row in views.why(connection, "B", DAY)]
        of_another_store = [row["what"] for row in views.why(connection, "A", DAY) if "Rback" in row["detail"]]
    assert ("line set aside", f"of sale Rback: {AMOUNT}") in told
    assert ("changed", "set aside") in told
    assert ("closed figure restated", f"net_revenue: {10 - int(BARCODE)} before, 10 now (set aside)") in told
    assert of_another_store == []


def test_more_than_a_sample_goes_in_steps(floor: Floor) -> None:
    """Only the twenty sales that a finding shows would go, or all of them in one transaction without end."""
    take(floor.database, floor.folder, "b.csv", *(Line(f"x{number:02}", unit_price=BARCODE) for number in range(25)))
    floor.carry()
    checking.check(floor.database, [(DAY, [SALES, ITEMS])])
    assert by_rules.move(floor.database, DAY, [SALES, ITEMS], step_sales=10) == 28
    floor.carry()
    assert floor.rows(CURRENT) == [("1",), ("2",), ("3",)]
    assert floor.broken_promises() == []


def test_a_sample_is_looked_up_and_no_day_read_for_it(floor: Floor) -> None:
    """A rule that fails would cost a second scan of ten million sales to move one."""
    keys = [{"store_id": 1, "date_key": f"{DAY}", "source_id": 1, "transaction_id": "price"}]
    with floor.database.transaction() as connection:
        connection.execute(sa.text("load 'auto_explain'"))
        for setting in ("log_min_duration = 0", "log_nested_statements = on", "log_level = notice"):
            connection.execute(sa.text(f"set local auto_explain.{setting}"))
        connection.execute(sa.text("set local client_min_messages = notice"))
        notices: list[str] = []
        driver: Any = connection.connection.driver_connection
        driver.add_notice_handler(lambda diagnostic: notices.append(diagnostic.message_primary))
        connection.execute(sa.text("set local enable_seqscan = on"))
        connection.execute(
            sa.text("select * from ops.failing_sales(:rule, 1, :day, cast(:keys as jsonb), 10)"),
            {"rule": AMOUNT, "day": DAY, "keys": json.dumps(keys)},
        )
    plan = next(notice for notice in notices if "jsonb_to_recordset" in notice)
    assert "Index Scan" in plan
    assert "Seq Scan on silver_transactions_cleaned" not in plan


def test_two_checks_at_once_set_each_sale_aside_once(floor: Floor) -> None:
    """The sensor and a person ask in the same minute: one of them would fail, or an entry be there twice."""
    checking.check(floor.database, [(DAY, [SALES, ITEMS])])
    start, moved, errors = threading.Barrier(2), [], []

    def one() -> None:
        start.wait(30)
        try:
            moved.append(by_rules.move(floor.database, DAY, [SALES, ITEMS]))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert sum(moved) == 3
    assert [row[0] for row in floor.rows(ASIDE)] == ["Rback", "gift", "gift", "price", "price"]
    histories = floor.rows("select jsonb_array_length(history) from scout.quarantine")
    assert set(histories) == {(1,)}
    floor.carry()
    assert floor.broken_promises() == []


@pytest.mark.parametrize("moment", crash_points.ASIDE_POINTS)
def test_a_check_killed_at_any_step_leaves_nothing_half_done(floor: Floor, moment: str) -> None:
    """A sale would be gone from silver and in no quarantine, or in both."""
    environment = {**settings.environment(), "SCOUT_DATABASE_URL": floor.database.url, "SCOUT_CRASH": moment}
    process = PROCESSES.Process(target=crashing_check.main, args=(environment, DAY))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL, f"{moment} was never reached"
    floor.carry()
    assert floor.broken_promises() == []
    ask(floor)
    floor.carry()
    assert floor.rows(CURRENT) == [("1",), ("2",), ("3",)]
    assert floor.rows("select count(*), count(distinct transaction_id) from scout.quarantine") == [(5, 3)]
    assert floor.broken_promises() == []


def test_dagster_and_the_command_set_aside_alike(floor: Floor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks would decide which figures people see."""
    job = defs.resolve_job_def("check_quality")
    with dg.DagsterInstance.ephemeral() as instance:
        orchestration(instance, floor.database, tmp_path, monkeypatch)
        key = dg.AssetCheckKey(transactions_cleaned.TABLE.asset_key, "amount_impossible")
        run = job.get_subset(asset_check_selection={key}).execute_in_process(instance=instance)
        (said,) = run.get_asset_check_evaluations()
    assert said.passed
    assert floor.rows(CURRENT) == [("1",), ("2",), ("3",), ("gift",)]
    monkeypatch.setenv("SCOUT_DATABASE_URL", floor.database.url)
    settings.current.cache_clear()
    done = click.testing.CliRunner().invoke(scout, ("quality", "check", "transaction_items", "--day", f"{DAY}"))
    assert done.exit_code == 0, done.output
    assert "1 sales were set aside: scout quarantine list --reason broken_rule" in done.output
    assert floor.rows(CURRENT) == [("1",), ("2",), ("3",)]


def test_only_rows_of_sales_can_be_set_aside() -> None:
    """A rule about stores would look for sales in a table that has none, on the day on which it first fails."""
    bound = in_range("peso_value", below=5).but(action="quarantine")
    key = ("store_id", "date_key", "source_id", "transaction_id")
    RuleSet(key=key, day="date_key", rules=(bound,))
    wrong: tuple[Callable[[], RuleSet], ...] = (
        lambda: RuleSet(key=("store_id", "date_key"), day="date_key", rules=(bound,)),
        lambda: RuleSet(key=key, day="received_at", rules=(bound,)),
        lambda: RuleSet(key=key, rules=(bound,)),
        lambda: RuleSet(key=key, day="date_key", rules=(replace(uniqueness("x"), action="quarantine"),)),
    )
    for make in wrong:
        with pytest.raises(ValueError, match="cannot set anything aside"):
            make()
