"""Findings on a narrow terminal, and many of them acknowledged at once."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click.testing
import pytest
import sqlalchemy as sa

from scout_pipeline import audit_log, rule_book, settings
from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.main import scout
from scout_pipeline.database import Database
from scout_pipeline.quality import checking
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, sale
from scout_pipeline_tests.prepared import Prepared, State

Run = Callable[..., click.testing.Result]
SALES = transactions_cleaned.TABLE.relation
DAYS = [date(2026, 2, day) for day in (5, 6, 7)]
BY = ("--by", "ana", "--why", "the tills of that week")
# on each day a way to pay that nobody knows (a warning); on the last one an hour that does not exist (an error)
DAMAGE = (
    "update scout.silver_transactions_cleaned set payment_method = 'barter'",
    "update scout.silver_transactions_cleaned set sold_hour = 25 where date_key = '2026-02-07'",
)
STANDING = """
    select regexp_replace(rule_id, '^.*[.]', ''), metric_date::text, status, acknowledged_by, acknowledgement,
        acknowledged_at > now() - interval '1 hour'
    from ops.data_quality_issues
    where severity <> 'info' and rule_id ~ 'payment_method_is_known|sold_hour' order by 1, 2
"""
# one more sale of the first day that is paid in a way that nobody knows
COPIED = """
    insert into scout.silver_transactions_cleaned
    select (jsonb_populate_record(sale, '{"transaction_id": "another"}')).*
    from scout.silver_transactions_cleaned as sale where date_key = '2026-02-05'
"""
TAKEN_AWAY = "delete from scout.silver_transactions_cleaned where transaction_id = 'another'"
SIZED = """
    update ops.data_quality_issues
    set status = 'acknowledged', severity = 'warning', acknowledged_failing = 10, acknowledged_score = -5
    where rule_id ~ 'sold_hour'
"""
WORSENED = """
    select ops.data_quality_worsened(issue, :severity, cast(:failing as bigint), cast(:score as numeric))
    from ops.data_quality_issues as issue where rule_id ~ 'sold_hour'
"""
# of a code and of a store, which are not said in what was observed
OF_ONE = """
    select
        ops.raise_data_quality_issue(
            'ops.code_prices.code_price_is_usual', '2026-02-05', store_id, key, 'warning', '12.0000', 'about 8.5000',
            null, null
        )
    from (values (null, '{"sku": "KOPI"}'), (1, '{"store_id": 1}'), (null, '{"beyond": "limit"}'))
        as found (store_id, key_text)
    cross join lateral (select key_text::jsonb as key) as parsed
"""


def _damage(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    floor = Floor(database, folder)
    floor.take_reference(*SMALL_WORLD)
    floor.take_sales(*(sale(f"{day.day}", at=f"{day}T10:00:00+08:00") for day in DAYS))
    floor.carry()
    checking.prepare(database, rule_book.TABLES)
    with database.transaction() as connection:
        for statement in DAMAGE:
            connection.execute(sa.text(statement))
    for _ in range(2):
        checking.check(database, [(day, [SALES]) for day in DAYS])


DAMAGED = State("three days with findings", _damage)


@pytest.fixture
def database(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> Database:
    made = prepared.copy(DAMAGED)
    monkeypatch.setenv("SCOUT_DATABASE_URL", made.url)
    settings.current.cache_clear()
    return made


def run(*arguments: str) -> click.testing.Result:
    done = click.testing.CliRunner().invoke(scout, ("quality", *arguments))
    assert done.exception is None or isinstance(done.exception, (SystemExit, UserError)), done.exception
    return done


def standing(database: Database) -> list[tuple[object, ...]]:
    with database.transaction() as connection:
        return [tuple(row) for row in connection.execute(sa.text(STANDING))]


def test_a_finding_says_what_it_is_about(database: Database) -> None:
    """Ten codes with a strange price looked like ten times the same finding, and none could be looked up."""
    with database.transaction() as connection:
        connection.exec_driver_sql(OF_ONE)
    listed = run("issues", "--rule", "code_price_is_usual").stdout.splitlines()
    about = [line.split("warning")[1].split() for line in listed if "warning" in line]
    assert sorted(about) == [["seen", "once"], ["sku", "KOPI,", "seen", "once"], ["store", "S1,", "seen", "once"]]
    wide = run("issues", "--rule", "code_price_is_usual", "--wide").stdout
    assert "sku KOPI" in wide
    assert "store S1" in wide


def test_many_findings_are_acknowledged_by_rule_table_and_days(database: Database) -> None:
    """A hundred old warnings are acknowledged one by one by nobody, and the check stays red for all to ignore."""
    opened = ("open", None, None, None)
    known = ("acknowledged", "ana", "the tills of that week", True)
    methods = ("acknowledge", "--rule", "payment_method_is_known", "--to", "2026-02-06", *BY)
    assert "2 findings would be acknowledged" in run(*methods, "--dry-run").stdout
    assert {row[2] for row in standing(database)} == {"open"}
    assert run(*methods).stdout.splitlines() == [
        "      2  warning  silver_transactions_cleaned.payment_method_is_known, 2026-02-05 to 2026-02-06",
        "2 findings acknowledged",
    ]
    assert standing(database) == [
        ("payment_method_is_known", "2026-02-05", *known),
        ("payment_method_is_known", "2026-02-06", *known),
        ("payment_method_is_known", "2026-02-07", *opened),
        ("sold_hour_is_in_range", "2026-02-07", *opened),
    ]
    assert "no such open finding" in str(run(*methods).exception), (
        "a misspelt rule would look like one that is dealt with"
    )
    checking.check(database, [(day, [SALES]) for day in DAYS])
    assert [row[2] for row in standing(database)] == ["acknowledged", "acknowledged", "open", "open"]

    by_table = ("acknowledge", "--table", "transactions_cleaned", "--from", "2026-02-07")
    assert run(*by_table, *BY).exit_code == 0
    assert standing(database)[2:] == [
        ("payment_method_is_known", "2026-02-07", *known),
        ("sold_hour_is_in_range", "2026-02-07", *opened),
    ], "an error is acknowledged only by who says so"
    assert run(*by_table, "--severity", "error", *BY).exit_code == 0
    assert standing(database)[3][2] == "acknowledged"
    with database.transaction() as connection:
        log = audit_log.entries(connection, since=None, act="quality acknowledge", actor=None, row_limit=10)
    assert [(entry["actor"], entry["outcome"]["findings"]) for entry in log] == [("ana", 1), ("ana", 3), ("ana", 2)]


def test_an_acknowledged_finding_that_grows_is_open_again(database: Database) -> None:
    """Ten odd rows that somebody knows would hide the ten thousand that come the next hour."""
    first, *_ = DAYS
    rule = ("--rule", "payment_method_is_known", "--to", str(first))

    def checked() -> tuple[str, list[tuple[str, object]]]:
        checking.check(database, [(first, [SALES])])
        (finding,) = json.loads(run("issues", *rule, "--json").stdout)
        return finding["status"], [(event["what"], event.get("why")) for event in finding["history"]]

    known = ("acknowledged", "the tills of that week")
    run("acknowledge", *rule, *BY)
    assert checked() == ("acknowledged", [known]), "what is the same is no news"
    with database.transaction() as connection:
        connection.execute(sa.text(COPIED))
    grown = [known, ("opened again", "2 failing, 1 when it was acknowledged")]
    assert checked() == ("open", grown)
    assert checked() == ("open", grown), "it is opened again once"
    listed = " ".join(run("issues", *rule).stdout.split())
    assert re.search(r"by ana: the tills of that week opened again [0-9-]{10}: 2 failing, 1 when", listed)
    run("acknowledge", *rule, *BY)
    assert checked() == ("acknowledged", [*grown, known])
    with database.transaction() as connection:
        connection.execute(sa.text(TAKEN_AWAY))
    assert checked() == ("acknowledged", [*grown, known]), "what shrinks is no news"


@pytest.mark.parametrize(
    ("severity", "failing", "score", "why"),
    [
        ("warning", 10, None, None),
        ("warning", 11, None, "11 failing, 10 when it was acknowledged"),
        ("error", 10, None, "error now, warning when it was acknowledged"),
        ("info", 9, None, None),
        ("warning", None, "-7.4", None),
        ("warning", None, "-7.5", "score -7.5, -5 when it was acknowledged"),
        ("warning", None, "5", "score 5, -5 when it was acknowledged"),
    ],
)
def test_only_what_is_clearly_worse_is_news(
    database: Database, severity: str, failing: int | None, score: str | None, why: str | None
) -> None:
    """A late sale moves a score by a hair: a finding that opens for that is acknowledged for ever, or by nobody."""
    with database.transaction() as connection:
        connection.execute(sa.text(SIZED))
        note = connection.execute(
            sa.text(WORSENED), {"severity": severity, "failing": failing, "score": score}
        ).scalar_one()
    assert (note and note["why"]) == why


def test_acknowledging_nothing_in_particular_is_refused(database: Database) -> None:
    """A forgotten option would silence every check there is."""
    for arguments in ((), ("--severity", "error")):
        refused = run("acknowledge", *arguments, *BY)
        assert (refused.exit_code, "say which findings" in str(refused.exception)) == (1, True)
    assert "earlier day first" in str(run("acknowledge", "--from", "2026-02-07", "--to", "2026-02-05", *BY).exception)
    assert {row[2] for row in standing(database)} == {"open"}


def test_findings_are_read_on_eighty_columns(database: Database) -> None:
    """Eight columns of one word a line each: nobody read what was found."""
    (finding,) = json.loads(run("issues", "--rule", "sold_hour_is_in_range", "--json").stdout)
    number, today = finding["issue_id"], finding["last_seen_at"][:10]
    run("acknowledge", str(number), *BY)
    listed = run("issues").stdout
    assert max(len(line) for line in listed.splitlines()) <= 80
    assert (
        f"{number}  2026-02-07  error  seen 2 times, last {today}\n"
        "    silver_transactions_cleaned.sold_hour_is_in_range\n"
        "    1 of 1 rows; expected: Is every sold hour at least 0 and at most 23?\n"
        f"    acknowledged {today} by ana: the tills of that week\n"
    ) in "\n".join(line.rstrip() for line in listed.splitlines()) + "\n"
    (wide,) = [line for line in run("issues", "--wide").stdout.splitlines() if "sold_hour_is_in_range" in line]
    assert "at most 23?" in wide
    assert "by ana: the tills of that week" in wide
    assert (
        json.loads(run("issues", "--table", "transactions_cleaned", "--severity", "error", "--json").stdout)[0][
            "acknowledged_by"
        ]
        == "ana"
    )
    assert "no such finding" in run("issues", "--to", "2025-01-01").stdout
