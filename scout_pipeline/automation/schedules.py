"""Every schedule, one line each, in one time zone. A minute belongs to one of them: they never start together.

A job that another part of the house brings gets its line here. `due` says in a word what there is to do; a schedule
without work skips, so that an idle day leaves next to nothing behind. Schedules run as soon as the daemon does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dagster as dg

from scout_pipeline import settings
from scout_pipeline.automation import attempts, due, jobs, maintenance_jobs, monitoring, sweep_bronze
from scout_pipeline.automation.due import Due
from scout_pipeline.database import Database
from scout_pipeline.serving import (
    mv_brand_performance,
    mv_customer_segments,
    mv_dashboard_kpis,
    mv_global_product_stats,
    mv_store_daily_metrics,
)


@dataclass(frozen=True)
class Plan:
    """When a job is asked for: `cron` in SCOUT_SCHEDULE_TIME_ZONE, `due` as in `due.py`.

    `due_in_dagster` stands in its place where Dagster's own history is asked, and not the data. A skip says `nothing`,
    and what `left` finds that should be done and cannot be.
    """

    job_name: str
    cron: str
    due: Due | None
    nothing: str = "nothing to do"
    due_in_dagster: Callable[[dg.DagsterInstance], str | None] | None = None
    left: Due | None = None

    @property
    def name(self) -> str:
        return f"{self.job_name}_schedule"


UNCHANGED = "no row was written to the inputs of these views since their last refresh"
OTHER_VIEWS = (mv_customer_segments.TABLE, mv_brand_performance.TABLE, mv_store_daily_metrics.TABLE)
PLANS = (
    Plan(jobs.refresh_dashboard_views.name, "1-59/5 * * * *", due.views([mv_dashboard_kpis.TABLE]), UNCHANGED),
    Plan(jobs.refresh_gold_views.name, "7-59/15 * * * *", due.views(OTHER_VIEWS), UNCHANGED),
    Plan(jobs.refresh_catalogue_views.name, "2-59/15 * * * *", due.views([mv_global_product_stats.TABLE]), UNCHANGED),
    Plan(
        monitoring.snapshot_performance.name,
        "3-59/5 * * * *",
        due.snapshot,
        "next to nothing was written since the last, and no open alert waits for it",
    ),
    Plan(monitoring.check_performance.name, "4-59/15 * * * *", due.alerts, "nothing is wrong and no alert is open"),
    Plan(
        maintenance_jobs.prune_dagster_history.name,
        "30 2 * * *",
        None,
        "nothing that Dagster can do without is older than SCOUT_DAGSTER_HISTORY_DAYS",
        due.history,
    ),
    Plan(
        maintenance_jobs.maintain_partitions.name,
        "0 3 * * *",
        due.partitions,
        "every month ahead is there, and none can be archived now",
        left=due.kept_months,
    ),
    Plan(
        maintenance_jobs.maintain_tables.name,
        "30 3 * * 0-5",
        due.maintenance(with_indexes=False),
        "no table asks for vacuum or statistics",
    ),
    Plan(
        maintenance_jobs.maintain_tables_weekend.name,
        "30 3 * * 6",
        due.maintenance(with_indexes=True),
        "no table asks for vacuum or statistics, no index is bloated",
    ),
    Plan(sweep_bronze.sweep_bronze.name, "0 5 * * *", due.sweep, "no file came since the last sweep"),
    Plan(jobs.audit_store_days.name, "15 * * * *", due.store_days, "no store-day is due for an audit"),
    Plan(jobs.check_quality.name, "30 5 * * *", due.quality, "nothing changed since it was last checked"),
    Plan(jobs.summarise_promotions.name, "0 6 * * *", due.promotions, "the flow has taken every mark of a promotion"),
    Plan(monitoring.review_quarantine.name, "0 7 * * 1", due.review, "quarantine is empty"),
    Plan(
        monitoring.clean_up_monitoring.name,
        "0 4 * * 0",
        due.clean_up,
        "nothing is older than SCOUT_MONITORING_DAYS, and nothing closed in quarantine than SCOUT_QUARANTINE_DAYS",
    ),
)


def schedules(plans: Sequence[Plan] = PLANS) -> list[dg.ScheduleDefinition]:
    """The plans as Dagster's schedules."""
    return [_schedule(plan) for plan in plans]


def _schedule(plan: Plan) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=plan.name,
        job_name=plan.job_name,
        cron_schedule=plan.cron,
        execution_timezone=settings.current().schedule_time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Asks for {plan.job_name} when it has work.",
    )
    def _tick(
        context: dg.ScheduleEvaluationContext, database: dg.ResourceParam[Database]
    ) -> dg.RunRequest | dg.SkipReason:
        if attempts.under_way(context.instance, plan.job_name):
            return dg.SkipReason(f"a run of {plan.job_name} is under way already")
        moment = context.scheduled_execution_time.strftime("%Y-%m-%dT%H:%M")
        found = work(plan, context.instance, database)
        if found is None:
            return dg.SkipReason(_nothing(plan, database))
        return dg.RunRequest(run_key=f"{plan.job_name}:{moment}:{found}"[:200], tags={"scout/work": found[:200]})

    return _tick


def _nothing(plan: Plan, target: Database) -> str:
    if plan.left is None:
        return plan.nothing
    with target.transaction() as connection:
        left = plan.left(connection)
    return f"{plan.nothing}; left as it is: {left}" if left else plan.nothing


def work(plan: Plan, instance: dg.DagsterInstance, target: Database) -> str | None:
    """What there is to do for a plan now, as one word; None when it is nothing."""
    if plan.due_in_dagster is not None:
        return plan.due_in_dagster(instance)
    assert plan.due is not None
    with target.transaction() as connection:
        return plan.due(connection)
