"""A check that cannot be asked is an error of the run, and never says that the data are bad, or good."""

import dagster as dg
import pytest
import sqlalchemy as sa

from scout_pipeline import assets
from scout_pipeline.database import Database
from scout_pipeline.gold import confidence
from scout_pipeline.quality import checking, checks, promises
from scout_pipeline.quality.rule_checks import of_rules

CANNOT = {
    "a column has another name": "alter table scout.gold_confidence rename column confidence to trust",
    "the table is gone": "drop table scout.gold_confidence cascade",
}
OF_TABLE = next(promise for promise in promises.PROMISES if promise.asset == confidence.LAYER)


def asked(database: Database) -> tuple[dg.ExecuteInProcessResult, set[str]]:
    """Every check of the table, asked by a run; the run, and the names of the checks that said something."""
    found = [*of_rules((confidence.TABLE,), checking.check), checks.of_promise(OF_TABLE)]
    job = dg.define_asset_job("ask", selection=dg.AssetSelection.checks(*found), executor_def=dg.in_process_executor)
    defs = dg.Definitions(
        assets=[assets.of(confidence.confidence_asset)],
        asset_checks=found,
        jobs=[job],
        resources={"database": database},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        run = defs.resolve_job_def("ask").execute_in_process(instance=instance, raise_on_error=False)
        return run, {one.check_name for one in run.get_asset_check_evaluations()}


@pytest.mark.parametrize("damage", CANNOT)
def test_a_check_that_cannot_run_raises_and_stores_no_evaluation(database: Database, damage: str) -> None:
    """A migration that failed would look like bad data, and people would mend what is right."""
    run, said = asked(database)
    assert run.success
    assert {"confidence_of_critical_metrics", "schema_is_declared", OF_TABLE.name} <= said
    with database.transaction() as connection:
        connection.execute(sa.text(CANNOT[damage]))
    run, said = asked(database)
    assert not run.success
    assert said == set()
    with database.transaction() as connection:
        assert connection.execute(sa.text("select count(*) from ops.data_quality_issues")).scalar_one() == 0
