"""The harness in a small world: clean data raises no alarm, planted defects do, and a blind checker catches nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.quality import checking
from scout_pipeline_tests.conftest import REPOSITORY
from scout_pipeline_tests.mutations import false_alarms, page, score, world
from scout_pipeline_tests.mutations.kinds import KINDS, Kind
from scout_pipeline_tests.mutations.world import SMALL, Size, World

# one of each sort: values, volume, money, files, the ledger, silver, gold, dimensions, the watermark, the schema
SAMPLE = (
    "one payment method only",
    "file cut in the middle of a line",
    "prices in centavos, everywhere",
    "the same lines again in another file",
    "ledger altered",
    "silver line altered",
    "daily rows missing",
    "dimension row of a product missing",
    "store moved to another region",
    "watermark moved ahead",
    "column of another type",
    "bronze record altered",
)


@pytest.fixture
def clean(server: EmbeddedServer, template_database: str, tmp_path: Path) -> Iterator[World]:
    with world.own_environment(tmp_path):
        yield world.build(server, tmp_path, SMALL, migrated=template_database)


def test_clean_data_raises_no_alarm_and_planted_defects_do(clean: World, tmp_path: Path) -> None:
    """A check that always fails catches everything, and a harness that calls everything caught proves nothing."""
    named = {kind.name: kind for kind in KINDS}
    kinds = [*(named[name] for name in SAMPLE), Kind("nothing", damage="select 1")]
    result = score.measure(clean, kinds, tmp_path / "planted")
    assert result.control == {}
    assert {verdict.kind: verdict.outcome for verdict in result.verdicts} == {
        **dict.fromkeys(SAMPLE, "caught"),
        "the same lines again in another file": "undone",
        "nothing": "missed",
    }
    assert result.share == (len(SAMPLE) - 1) / len(SAMPLE)
    assert page.surprises(result, kinds) == ["nothing: no check saw it"]
    assert page.surprises(result, [*kinds, Kind("ledger altered", missed="nobody looks")])[1:] == [
        "ledger altered: is declared as missed, and is not"
    ]


def test_clean_days_raise_at_most_one_alarm_a_week(server: EmbeddedServer, tmp_path: Path) -> None:
    """A rule that cries every day is switched off, and then sees nothing; a walk that cannot alarm proves nothing."""
    # in a world this small a store that moves would be a third of a class of buyers that vanishes: none does
    size = Size(stores=2, days=15 + 7, rate=12, seed=2)
    with world.own_environment(tmp_path):
        walk = false_alarms.walk(server, tmp_path, size, history=15, step=7)
        assert len(walk.alarms) <= 1, walk.alarms
        database = Database(server.url(false_alarms.DATABASE))
        with database.transaction() as connection:
            connection.execute(sa.text("update scout.silver_transactions_cleaned set payment_method = 'barter'"))
            checking.check_day(connection, world.LAST_DAY, ["scout.silver_transactions_cleaned"])
            rules = [row.rule_id for row in connection.execute(sa.text(false_alarms.ALARMS))]
        database.dispose()
    assert len(rules) > walk.earlier + len(walk.alarms)
    assert "scout.silver_transactions_cleaned.payment_method_is_known" in rules


def test_the_kinds_are_many_and_the_page_says_which_are_missed() -> None:
    """A page that hides a blind spot is worse than none, and kinds that are quietly dropped raise the score."""
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 100
    assert sum(bool(kind.missed) for kind in KINDS) <= 0.05 * len(KINDS)
    text = (REPOSITORY / "docs/data_quality.md").read_text(encoding="utf-8")
    assert text[text.index(page.BEGIN) : text.index(page.END)] + page.END + "\n" == page.section(KINDS)
