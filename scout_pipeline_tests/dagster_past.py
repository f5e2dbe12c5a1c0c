"""A long past for a Dagster storage: its finished runs, copied with all they left, as if they had been run before."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import dagster as dg
import sqlalchemy as sa

from scout_pipeline import settings
from scout_pipeline.database import Database
from scout_pipeline.ops import dagster_instance

# what is run from now on has higher numbers than everything that is copied into the past
SEQUENCES = {"event_logs_id_seq": 1_000_000_000, "runs_id_seq": 100_000_000, "job_ticks_id_seq": 100_000_000}
CHECKS_SEQUENCE = {"asset_check_executions_id_seq": 1_000_000_000}
COPY = (
    """
    insert into runs (id, run_id, snapshot_id, pipeline_name, mode, status, run_body, partition, partition_set,
        create_timestamp, update_timestamp, start_time, end_time, backfill_id)
    select :number * 1000 + row_number() over (order by id), left(run_id, 24) || :suffix, snapshot_id, pipeline_name,
        mode, status, replace(run_body, run_id, left(run_id, 24) || :suffix), partition, partition_set,
        create_timestamp - :age, update_timestamp - :age, start_time - extract(epoch from cast(:age as interval)),
        end_time - extract(epoch from cast(:age as interval)), backfill_id
    from runs where id >= :first_run
    """,
    """
    insert into run_tags (run_id, key, value)
    select left(run_id, 24) || :suffix, key, value from run_tags
    where run_id in (select run_id from runs where id >= :first_run)
    """,
    """
    insert into event_logs (id, run_id, event, dagster_event_type, timestamp, step_key, asset_key, partition)
    select :number * 10000 + id - :first_event, left(run_id, 24) || :suffix,
        replace(event, run_id, left(run_id, 24) || :suffix),
        dagster_event_type, timestamp - :age, step_key, asset_key, partition
    from event_logs where id >= :first_event
    """,
    """
    insert into asset_event_tags (event_id, asset_key, key, value, event_timestamp)
    select :number * 10000 + event_id - :first_event, asset_key, key, value, event_timestamp - :age
    from asset_event_tags where event_id >= :first_event
    """,
    """
    insert into asset_check_executions (id, asset_key, check_name, partition, run_id, execution_status,
        evaluation_event, evaluation_event_timestamp, evaluation_event_storage_id, materialization_event_storage_id,
        create_timestamp)
    select :number * 10000 + id - :first_check, asset_key, check_name, partition, left(run_id, 24) || :suffix,
        execution_status, replace(evaluation_event, run_id, left(run_id, 24) || :suffix),
        evaluation_event_timestamp - :age, :number * 10000 + evaluation_event_storage_id - :first_event,
        :number * 10000 + materialization_event_storage_id - :first_event, create_timestamp - :age
    from asset_check_executions where id >= :first_check
    """,
    """
    insert into job_ticks (id, job_origin_id, selector_id, status, type, timestamp, tick_body, create_timestamp,
        update_timestamp)
    select :number * 1000 + id - :first_run, job_origin_id, selector_id, status, type, timestamp - :age, tick_body,
        create_timestamp - :age, update_timestamp - :age
    from job_ticks where id >= :first_run
    """,
)


@contextmanager
def stored_instance(storage: Database) -> Iterator[dg.DagsterInstance]:
    """A Dagster instance with the shipped configuration on an empty database, with room for a past before it."""
    url = sa.make_url(storage.url).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)
    with dagster_instance.of_home(settings.current().home_dir, storage_url=url) as instance:
        with storage.autocommit() as connection:
            for sequence, start in {**SEQUENCES, **CHECKS_SEQUENCE}.items():
                connection.execute(sa.text(f"alter sequence {sequence} restart with {start}"))
        yield instance


def make(storage: Database, *, days: int, times_a_day: int) -> None:
    """Copy what was run so far into each of the last `days` days, the oldest first."""
    total = days * times_a_day
    with storage.autocommit() as connection:
        for number in range(total):
            hours = 24 * (total - number) / times_a_day
            for statement in COPY:
                connection.execute(
                    sa.text(statement).bindparams(
                        *(
                            sa.bindparam(name, value)
                            for name, value in {
                                "number": number,
                                "suffix": f"{number:012d}",
                                "age": timedelta(hours=hours),
                                "first_run": SEQUENCES["runs_id_seq"],
                                "first_event": SEQUENCES["event_logs_id_seq"],
                                "first_check": CHECKS_SEQUENCE["asset_check_executions_id_seq"],
                            }.items()
                            if f":{name}" in statement
                        )
                    )
                )
        connection.execute(sa.text("analyze"))
