"""What the graph promises: names, owners, lineage, checks and statements agree, and imports point one way."""

import ast
import importlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
import yaml
from dagster._core.definitions.freshness import TimeWindowFreshnessPolicy

from scout_pipeline import cluster, flow, rule_book, settings, sql_files
from scout_pipeline import database as db
from scout_pipeline.automation.attempts import ASKED_AGAIN
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.freshness import OF_LAYER
from scout_pipeline.quality import promises
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table
from scout_pipeline_tests.conftest import REPOSITORY

PACKAGE = REPOSITORY / "scout_pipeline"
FLOW = ("sources", "bronze", "silver", "gold", "serving")
GRAPH = defs.resolve_asset_graph()
KEYS = sorted(key.to_user_string() for key in GRAPH.get_all_asset_keys())
FOLDERS = sorted(path.name for path in sql_files.root().iterdir() if path.name != "migrations")
STATEMENTS = [name for folder in FOLDERS for name in sql_files.names(folder)]
# statements that need an identifier from code, and words that a migration's text is searched for
SQL_IN_CODE = {
    ("cluster.py", "create database {}"),
    ("migrations/loss.py", "analyze"),
    ("ops/maintenance.py", "analyze"),
    ("ops/maintenance_plan.py", "analyze"),
    ("migrations/loss.py", "create index"),
    ("migrations/loss.py", "create unique index"),
    ("migrations/loss.py", "drop index"),
    ("migrations/loss.py", "select count(*) from {}"),
    ("migrations/prove.py", "create database {} template template0"),
    ("migrations/prove.py", "drop database if exists {} with (force)"),
}
SQL_TEXT = re.compile(
    r"(select|insert into|update|delete from|with|create|alter|copy|drop|grant|revoke|truncate|analyze|refresh)\s"
)


def asset(key: str) -> Any:
    return GRAPH.get(dg.AssetKey(key.split("/")))


def table(key: str) -> Table:
    """The declaration in the module with the asset's stem."""
    found = importlib.import_module("scout_pipeline." + key.replace("/", ".")).TABLE
    assert isinstance(found, Table)
    return found


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package by its path, parsed."""
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def room(path: str) -> str:
    """The folder of a module, or its own name when it lies at the top."""
    return path.split("/")[0].removesuffix(".py")


def imports(tree: ast.Module) -> Iterator[str]:
    """Dotted names that a module imports, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def rooms_imported(tree: ast.Module) -> set[str]:
    parts = [name.split(".") for name in imports(tree)]
    return {part[1] for part in parts if part[0] == "scout_pipeline" and len(part) > 1}


def texts(tree: ast.Module) -> set[str]:
    """String literals of a module, docstrings left out."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    }


def without_words(text: str) -> str:
    """A statement without its comments and literals."""
    return re.sub(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", "", text, flags=re.S)


def open_names(text: str) -> set[str]:
    """The :names of a statement, without casts, and its {placeholders}."""
    bare = without_words(text)
    return {*re.findall(r"(?<![:\w]):([a-z_]\w*)", bare), *re.findall(r"(?<!{){([a-z_]\w*)}(?!})", bare)}


def test_the_definitions_load_without_a_warning() -> None:
    """A warning of today is the broken deployment of the next release."""
    run = python("-W", "error", "-c", "from scout_pipeline.definitions import defs; defs.resolve_all_job_defs()")
    assert run.returncode == 0, run.stderr


def test_loading_the_definitions_does_no_work(tmp_path: Path) -> None:
    """Dagster imports them in every process: what connects or starts a server at import does so for each of them."""
    script = """
import socket, subprocess
import dagster
def refuse(*arguments, **options):
    raise AssertionError("work at import")
socket.socket.connect = refuse
subprocess.Popen.__init__ = refuse
import scout_pipeline.definitions
"""
    run = python("-c", script, SCOUT_HOME=str(tmp_path / "home"))
    assert run.returncode == 0, run.stderr
    assert not (tmp_path / "home").exists()


def python(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **variables},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_dependency_is_a_defined_asset() -> None:
    """A typo in a key becomes an external asset that nobody ever materializes."""
    assert [key for key in KEYS if asset(key).is_external or not asset(key).is_materializable] == []


@pytest.mark.parametrize("key", KEYS)
def test_an_asset_is_named_grouped_owned_and_described(key: str) -> None:
    """An analyst who opens the graph would see a box without a meaning, and nobody to ask."""
    node = asset(key)
    assert node.group_name == key.split("/")[0]
    assert node.owners
    assert {"postgres"} <= set(node.kinds)
    assert re.fullmatch(r"[A-Z].{20,}\.", node.description), node.description
    assert ". " not in node.description, "one sentence"
    assert node.metadata["dagster/relation_identifier"] == table(key).relation


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith(("bronze/", "silver/", "gold/"))])
def test_an_asset_has_a_blocking_check(key: str) -> None:
    """A table that nothing guards is where wrong numbers pass."""
    node = asset(key)
    assert [check for check in node.check_keys if GRAPH.get(check).blocking]


def test_every_check_blocks_and_says_what_it_asks() -> None:
    """A check that only warns is read by nobody at night; those that do are listed as warnings."""
    warnings = {promise.name for promise in (*promises.PROMISES, *promises.WARNINGS) if not promise.is_blocking}
    assert warnings == {
        "nothing_is_pending",
        promises.AS_RECEIVED.name,
        promises.AUDITED.name,
        *(warning.name for warning in promises.WARNINGS),
    }
    # the audit holds a day back from being closed, not its figures from being shown
    warnings.add("store_days_are_audited")
    rules = {
        (table.key, rule.name): rule.severity == "error"
        for table in rule_book.TABLES
        for rule in (table.quality.rules if table.quality else ())
    }
    for key in GRAPH.asset_check_keys:
        blocks = rules.get((key.asset_key.to_user_string(), key.name), key.name not in warnings)
        assert GRAPH.get(key).blocking == blocks, key
        assert (GRAPH.get(key).description or "").endswith((".", "?")), key


@pytest.mark.parametrize("layer", ["bronze", "silver", "gold"])
def test_every_table_has_rules(layer: str) -> None:
    """A table that nobody asks anything of is where the next surprise comes from."""
    ruled = {table.key for table in rule_book.TABLES if table.quality}
    assert {key for key in KEYS if key.startswith(f"{layer}/")} <= ruled


def test_a_promise_between_two_tables_guards_both() -> None:
    """Lines that went missing let the sums of the headers pass on to gold, as if those were known to be right."""
    for name in ("headers_equal_lines", "lines_are_conserved"):
        for key in ("silver/transactions_cleaned", "silver/transaction_items"):
            assert name in {check.name for check in asset(key).check_keys}


@pytest.mark.parametrize("key", KEYS)
def test_one_stem_names_asset_module_and_statement(key: str) -> None:
    """Whoever sees an asset must find its code and its SQL without a search."""
    assert table(key).key == key
    assert table(key).description == asset(key).description
    assert sql_files.load(key).name == key
    stem = key.split("/")[1]
    assert table(key).relation.split(".")[1] in (stem, f"{key.split('/')[0]}_{stem}")


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_header_says_what_its_statement_does(name: str) -> None:
    """A header that lies is worse than none: people run statements by it."""
    statement = sql_files.load(name)
    assert statement.title.endswith((".", "?", ";")), statement.title
    assert statement.rerun
    assert set(statement.params) == open_names(statement.text)
    assert set(statement.reads) <= set(KEYS)


@pytest.mark.parametrize("name", [name for name in STATEMENTS if not name.startswith("ops/migration_")])
def test_a_file_holds_one_statement(name: str) -> None:
    """Whoever composes, explains or times a file would meet only the first of two."""
    assert without_words(sql_files.load(name).text).rstrip().removesuffix(";").count(";") == 0


@pytest.mark.parametrize(
    "name", [*KEYS, *(f"quality/{promise.name}" for promise in (*promises.PROMISES, *promises.WARNINGS))]
)
def test_a_statement_of_an_asset_or_a_promise_declares_every_asset_it_names(name: str) -> None:
    """Lineage that leaves out a table hides who must be told before that table changes."""
    bare = re.sub(r"--[^\n]*|'(?:[^']|'')*'", "", sql_files.load(name).text)
    of_relation = {table(key).relation: key for key in KEYS}
    named = {of_relation[relation] for relation in re.findall(r"scout\.\w+", bare) if relation in of_relation}
    # a statement that writes a table may look at what stands in it already
    assert named - set(sql_files.load(name).reads) <= {name}


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith(("gold/", "serving/"))])
def test_gold_and_serving_depend_on_exactly_what_they_read(key: str) -> None:
    """A missing dependency computes before its input; one too many waits for nothing."""
    assert set(sql_files.load(key).reads) == {parent.to_user_string() for parent in asset(key).parent_keys}


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith("gold/")])
def test_gold_counts_what_it_read_and_wrote(key: str) -> None:
    """A statement that does not count makes its run fail after the work, or show a figure that nobody computed."""
    last = sql_files.load(key).text.split("\nselect\n")[-1]
    assert re.findall(r"\bas (\w+)", last.split("\nfrom")[0]) == ["rows_read", "rows_written"]
    assert "written as (\n    insert into" in sql_files.load(key).text


def test_a_layer_that_tells_products_is_marked_when_a_code_becomes_one(database: Database) -> None:
    """A layer that nobody named keeps a fee among its products, or leaves a product out, until its month changes."""
    with database.transaction() as connection:
        marked = connection.execute(sa.text("select layer from ops.bucket_layers where tells_products")).scalars().all()
    telling = [name for name in sql_files.names("gold") if "product.is_product" in sql_files.load(name).text]
    assert sorted(marked) == telling


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith("silver/")])
def test_silver_depends_on_what_it_reads_outside_its_own_transaction(key: str) -> None:
    """The tables of silver are written by one operation: only what it reads of other layers orders it."""
    together = {table.key for table in transactions_cleaned.TABLES}
    parents = {parent.to_user_string() for parent in asset(key).parent_keys}
    assert set(sql_files.load(key).reads) - together <= parents


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith("bronze/")])
def test_bronze_depends_on_nothing_but_landing(key: str) -> None:
    """Its input are files; an invented upstream would show a flow that does not exist."""
    landing = dg.AssetKey(["bronze", "transactions_raw"])
    assert asset(key).parent_keys <= {landing}
    assert not asset("bronze/transactions_raw").parent_keys


def test_column_lineage_names_columns_that_exist(database: Database) -> None:
    """An analyst who follows a figure back would end at a column that nobody can find."""
    with database.transaction() as connection:
        columns = {
            key: {row["name"] for row in db.rows(connection, "ops/table_columns", relation=table(key).relation)}
            for key in KEYS
        }
    missing = [
        (key, column, origin)
        for key in KEYS
        for column, origins in table(key).lineage.items()
        for origin in [(key, column), *origins]
        if origin[1] not in columns[origin[0]]
    ]
    assert missing == []


@pytest.mark.parametrize("key", [key for key in KEYS if not key.startswith("bronze/")])
def test_column_lineage_comes_from_ancestors(key: str) -> None:
    """Lineage over assets that are not upstream contradicts the graph beside it."""
    together = {table.key for table in transactions_cleaned.TABLES} if key.startswith("silver/") else set()
    parents = {parent.to_user_string() for parent in asset(key).parent_keys}
    assert {origin for origins in table(key).lineage.values() for origin, _ in origins} <= parents | together


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith(("gold/", "serving/"))])
def test_every_figure_of_gold_has_a_lineage(database: Database, key: str) -> None:
    """A figure without an origin is the one that people argue about."""
    with database.transaction() as connection:
        columns = {row["name"] for row in db.rows(connection, "ops/table_columns", relation=table(key).relation)}
    assert columns - set(table(key).lineage) <= {"refreshed_at", "updated_at"}


def test_every_statement_is_used() -> None:
    """A statement that nobody runs is changed by nobody and misleads everybody."""
    used = {text for tree in modules().values() for text in texts(tree)}
    used |= {f"{folder}/{name}" for folder in ("quality", "store_days") for name in used}
    support = {
        text
        for path in (REPOSITORY / "scout_pipeline_tests").glob("*.py")
        if not path.name.startswith("test_")
        for text in texts(ast.parse(path.read_text(encoding="utf-8")))
    }
    fingerprints = {name for name in STATEMENTS if name.startswith("ops/fingerprint_") and "ops/fingerprint_" in used}
    assert set(STATEMENTS) - used - support - fingerprints == set()


def test_every_statement_that_code_names_exists() -> None:
    """A misspelt name is found by the one branch that runs it."""
    shaped = re.compile(rf"({'|'.join(FOLDERS)})/[a-z][a-z0-9_]+")
    named = {text for tree in modules().values() for text in texts(tree) if shaped.fullmatch(text)}
    prefixes = {"ops/fingerprint_"}
    assert named - set(STATEMENTS) - set(KEYS) == prefixes


def test_imports_follow_the_flow() -> None:
    """A layer that knows the next one cannot be changed, tested or read alone."""
    wrong = [
        (path, name)
        for path, tree in modules().items()
        if room(path) in FLOW
        for name in rooms_imported(tree)
        if name in FLOW[FLOW.index(room(path)) + 1 :]
    ]
    assert wrong == []


def test_the_process_of_a_run_starts_without_the_libraries_of_the_edges() -> None:
    """Every run imports the definitions anew: a second of pyarrow, numpy and pandas before each file becomes gold."""
    program = "import sys, scout_pipeline.definitions; print({'numpy', 'pandas', 'pyarrow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "set()"


def test_quality_queue_and_catalogue_know_no_layer() -> None:
    """They serve every layer; one that knows a layer makes a circle."""
    wrong = [
        (path, name)
        for path, tree in modules().items()
        if room(path) in ("quality", "queue", "catalogue")
        for name in rooms_imported(tree)
        if name in FLOW
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["automation", "ops", "api", "cli"])
def test_nothing_knows_the_outer_rooms(name: str) -> None:
    """What decides *when*, and what serves people, must be replaceable without touching what is computed."""
    allowed = {
        "automation": {"automation", "definitions"},
        "ops": {"ops", "automation", "cli"},
        "cli": {"cli", "__main__"},
    }
    knowing = {room(path) for path, tree in modules().items() if name in rooms_imported(tree)}
    assert knowing <= allowed.get(name, {name})


def test_python_holds_no_sql() -> None:
    """SQL in a string is linted, found and run by nobody."""
    found = {
        (path, text)
        for path, tree in modules().items()
        for text in texts(tree)
        if SQL_TEXT.match(text.lstrip().lower() + " ") and (text == text.lower() or "\n" in text)
    }
    found = {(path, text) for path, text in found if not re.match(r"[a-z]+ (the|a|an|this|what|which) ", text)}
    assert found - SQL_IN_CODE == set()


def test_only_settings_reads_the_environment() -> None:
    """A variable read elsewhere is documented nowhere."""
    readers = {
        path
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb"))
        or (isinstance(node, ast.alias) and node.name in ("environ", "getenv", "environb"))
    }
    assert readers == {"settings.py"}


def test_only_the_database_module_opens_connections() -> None:
    """A connection from elsewhere has no time limits, no UTC and no transaction that anybody thought about."""
    openers = {
        path
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).split(".")[-1]
            in ("create_engine", "create_async_engine", "engine_from_config", "ConnectionPool", "begin", "commit")
        )
        or (isinstance(node, ast.Call) and re.fullmatch(r"psycopg2?(\.\w+)*\.connect", ast.unparse(node.func)))
    }
    # a migration outside a transaction, and Alembic's own context, live on connections that database.py opened
    assert openers <= {"database.py", "migrations/env.py", "migrations/steps.py"}
    assert not [path for path, tree in modules().items() if any(n.startswith("psycopg2") for n in imports(tree))]


def test_every_job_schedule_and_sensor_has_its_target() -> None:
    """A sensor whose job was renamed fails at its first tick, at night."""
    repository = defs.get_repository_def()
    jobs = {job.name for job in repository.get_all_jobs()}
    assert {"take_files", "carry_new", "rebuild_months", "audit_store_days"} <= jobs
    # the others keep alerts, or forget ticks, and ask for no run
    assert {sensor.name: sensor.job_name for sensor in repository.sensor_defs if sensor.targets} == {
        "landing_sensor": "take_files",
        "watermark_sensor": "carry_new",
        "quality_sensor": "check_quality",
        "quarantine_sensor": "replay_quarantine",
    }
    for sensor in repository.sensor_defs:
        assert not sensor.targets or sensor.job_name in jobs
        # the sensor asks again by what the ledger says; a retry would do the same work beside it
        assert not sensor.targets or defs.resolve_job_def(str(sensor.job_name)).tags.items() >= ASKED_AGAIN.items()
        assert sensor.description
        assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
    for schedule in repository.schedule_defs:
        assert schedule.job_name in jobs
        assert schedule.description
        assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    names = [sensor.name for sensor in repository.sensor_defs]
    names += [schedule.name for schedule in repository.schedule_defs]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["carry_new", "rebuild_months"])
def test_every_table_is_computed_by_the_jobs_of_the_flow(name: str) -> None:
    """A table that no job takes along stands still, and nobody is told. Views wait for their schedules."""
    layer = defs.resolve_job_def(name).asset_layer
    selected = {key.to_user_string() for key in layer.selected_asset_keys}
    left_out = ("bronze/",) if name == "rebuild_months" else ("bronze/", "serving/")
    assert selected == {key for key in KEYS if not key.startswith(left_out)}


def test_every_view_has_one_schedule() -> None:
    """A view that no schedule names is never refreshed; two that name it refresh it twice and argue when."""
    named = [
        key.to_user_string()
        for name in ("refresh_dashboard_views", "refresh_gold_views", "refresh_catalogue_views")
        for key in defs.resolve_job_def(name).asset_layer.selected_asset_keys
    ]
    assert sorted(named) == [key for key in KEYS if key.startswith("serving/")]


@pytest.mark.parametrize("key", KEYS)
def test_every_table_has_a_freshness_policy_or_a_reason_for_none(key: str) -> None:
    """A table without either is late for weeks, and its page says nothing."""
    policy = asset(key).freshness_policy_or_from_metadata
    if table(key).never_late is not None:
        assert policy is None
        assert key == "silver/dim_date"
        return
    streaming = key.startswith(("bronze/", "silver/"))
    assert isinstance(policy, TimeWindowFreshnessPolicy)
    assert policy.warn_window is not None
    windows = (policy.warn_window.to_timedelta().total_seconds(), policy.fail_window.to_timedelta().total_seconds())
    assert windows == ((60, 300) if streaming else (7200, 14400))


def test_the_tiers_of_the_graph_are_those_of_the_database(database: Database) -> None:
    """The page would call a table late that the alerts call fresh."""
    with database.transaction() as connection:
        found = connection.exec_driver_sql(
            "select tier, target_seconds, warn_seconds, fail_seconds from ops.freshness_tiers"
        ).all()
    tiers = {(tier.name, tier.target_seconds, tier.warn_seconds, tier.fail_seconds) for tier in OF_LAYER.values()}
    assert {tuple(row) for row in found} == tiers


def test_monthly_tables_are_backfilled_in_one_run() -> None:
    """A run for each of 300 months would take the lock of silver 300 times and a day."""
    monthly = [key for key in KEYS if asset(key).partitions_def is not None]
    of_sales = {table.key for table in transactions_cleaned.TABLES}
    assert set(monthly) == {"bronze/transactions_raw", *of_sales}
    assert {"silver/transactions_cleaned", "silver/transaction_items", "silver/transcripts"} <= of_sales
    for key in monthly:
        assert isinstance(asset(key).partitions_def, dg.MonthlyPartitionsDefinition)
        assert asset(key).backfill_policy == dg.BackfillPolicy.single_run()


@pytest.mark.parametrize("key", ["bronze/transactions_raw", "silver/transactions_cleaned"])
def test_a_month_can_be_chosen_in_the_ui(key: str) -> None:
    """Dagster refuses the backfill of a month when tables without months are computed by the same, whole operation."""
    together = asset(key).execution_set_asset_keys
    assert len({GRAPH.get(other).partitions_def for other in together}) == 1


def test_the_partitions_are_those_of_the_tables(database: Database) -> None:
    """A table in months without partitions in the graph cannot be rebuilt by month."""
    with database.transaction() as connection:
        partitioned = {
            key
            for key in KEYS
            if connection.exec_driver_sql(
                "select relkind = 'p' from pg_class where oid = %s::regclass", (table(key).relation,)
            ).scalar_one()
        }
    assert partitioned == {key for key in KEYS if asset(key).partitions_def is not None}


def test_workspace_and_package_name_the_same_module() -> None:
    """Dagster would serve another checkout, or ignore the workspace without a word."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    assert not {"dg", "dagster"} & set(project["tool"])
    (package,) = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    (location,) = yaml.safe_load((REPOSITORY / "workspace.yaml").read_text(encoding="utf-8"))["load_from"]
    assert location["python_module"]["module_name"] == f"{package}.definitions"
    assert location["python_module"]["location_name"] == package


def test_dagster_stores_its_history_in_postgresql_through_psycopg2(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the driver that the plain URL means, dagster-postgres fails at its first notification."""
    configured = yaml.safe_load((REPOSITORY / "dagster.yaml").read_text(encoding="utf-8"))
    assert configured["storage"]["custom"]["config"]["postgres_url"] == {"env": "SCOUT_DAGSTER_STORAGE_URL"}
    monkeypatch.setenv("SCOUT_DAGSTER_DATABASE_URL", database.url)
    settings.current.cache_clear()
    url = cluster.dagster_storage_url()
    assert url.startswith("postgresql+psycopg2://")


def test_no_table_stands_before_what_it_is_computed_from() -> None:
    """Lists in the order of the flow are read from the top; a reader would look for the input below."""
    for order in (
        [layer.TABLE for layer in (*flow.GOLD, *flow.SERVING)],
        [known for known in rule_book.TABLES if known.key.startswith("gold/")],
    ):
        keys = [known.key for known in order]
        for place, known in enumerate(order):
            later = {upstream.key for upstream in known.deps} & set(keys[place:])
            assert not later, f"{known.key} stands before {', '.join(sorted(later))}"


def test_the_flow_refreshes_what_the_graph_shows() -> None:
    """A table that one list forgets would stand still under `scout run`, or be missing from the catalogue."""
    refreshed = {layer.TABLE.key for layer in (*flow.GOLD, *flow.SERVING)}
    assert refreshed == {key for key in KEYS if key.startswith(("gold/", "serving/"))}
