"""What the documents say is true: their links, commands, settings, reasons and promises are those of the code."""

import ast
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
import yaml

from scout_pipeline import rule_book
from scout_pipeline.cli.main import scout
from scout_pipeline.definitions import defs
from scout_pipeline.quality import promises, reasons, rules_page
from scout_pipeline.settings import Settings
from scout_pipeline.sources import contract_page
from scout_pipeline.store_days import findings
from scout_pipeline_tests.conftest import REPOSITORY, temporary_server

PAGES = sorted(
    [
        *(REPOSITORY / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG")),
        *(REPOSITORY / "docs").rglob("*.md"),
    ]
)
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<body>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
INLINE_COMMAND = re.compile(r"`(?:\.venv/bin/)?scout ([^`]+)`")
# Read by code that is not a setting of the pipeline: what tests need, and what `scout up` hands to Dagster.
OTHER_VARIABLES = {"SCOUT_TEST_DATA", "SCOUT_REQUIRE_ALL", "SCOUT_DAGSTER_STORAGE_URL"}
# Commands of README that are tested elsewhere, or would start the tests inside the tests.
RUN_ELSEWHERE = {"make up": "test_services.py", "make test": "this is it", "make check": ".ci/run"}
DECEMBER_FILES = 3


def fences(page: Path, *languages: str) -> list[str]:
    """The bodies of a page's fenced blocks in these languages, without the indentation of the fence."""
    return [
        re.sub(f"^{found['indent']}", "", found["body"], flags=re.MULTILINE)
        for found in FENCE.finditer(page.read_text(encoding="utf-8"))
        if found["language"] in languages
    ]


def shell_lines(page: Path) -> list[str]:
    return [line for body in fences(page, "sh") for line in body.splitlines() if line.strip()]


def scout_arguments(line: str) -> list[str] | None:
    """The arguments of a `scout` command line, or None for another program."""
    words = [word for word in shlex.split(line) if not re.fullmatch(r"[A-Z_]+=.*", word)]
    if not words or words[0] not in ("scout", ".venv/bin/scout"):
        return None
    return words[1:]


def resolve(arguments: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the arguments name, and what is left for it; fails for a name that is no command."""
    command: click.Command = scout
    rest = list(arguments)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        found = command.get_command(click.Context(command), rest[0])
        assert found is not None, f"there is no command `scout {' '.join(arguments)}`"
        command, rest = found, rest[1:]
    return command, rest


def check_options(arguments: list[str]) -> None:
    """Every option that is written exists; what is missing or left open is not asked."""
    command, rest = resolve(arguments)
    known = {name for parameter in command.get_params(click.Context(command)) for name in parameter.opts}
    if command.context_settings.get("ignore_unknown_options"):
        return
    written = [word.split("=")[0] for word in rest if word.startswith("-") and word != "--"]
    unknown = set(written) - known
    assert not unknown, f"`scout {' '.join(arguments)}` has no option {', '.join(sorted(unknown))}"


def commands(group: click.Group = scout, prefix: str = "") -> Iterator[str]:
    """The full names of all commands, such as `migrate up`."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name


def headings(page: Path) -> set[str]:
    """The anchors of a page, as code hosts make them from its headings."""
    found = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def table_rows(page: Path, section: str) -> list[list[str]]:
    """The cells of the first table under a heading, its two head lines left out."""
    text = page.read_text(encoding="utf-8").split(f"# {section}\n", 1)[1]
    rows = re.findall(r"^\|(.+)\|$", text.split("\n#", 1)[0], flags=re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in rows[2:]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    """A reader would land on a page that was moved, or on a heading that is called otherwise now."""
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), f"{page.name}: {target} does not exist"
        assert not anchor or anchor in headings(path), f"{page.name}: {target} has no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_make_target_exists(page: Path) -> None:
    """A newcomer's first command would answer "no rule to make target"."""
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    written = {
        word
        for text in [*shell_lines(page), *re.findall(r"`([^`\n]*)`", page.read_text(encoding="utf-8"))]
        for word in re.findall(r"(?:^|\s)make ([a-z-]+)", text)
    }
    assert written <= targets


def test_the_architecture_shows_the_graph_as_it_is() -> None:
    """A page that names the assets of last month sends its reader to tables that nobody computes."""
    rows = table_rows(REPOSITORY / "docs/architecture.md", "The graph")
    graph = defs.resolve_asset_graph()
    assert {key.strip("`"): set(re.findall(r"`([^`]+)`", origins)) for key, _, _, origins in rows} == {
        key.to_user_string(): {parent.to_user_string() for parent in graph.get(key).parent_keys}
        for key in graph.get_all_asset_keys()
    }


def test_every_make_target_is_documented() -> None:
    """A target that no page shows is one that nobody finds."""
    pages = "".join((REPOSITORY / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))
    targets = re.findall(r"^([a-z-]+):.*## ", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name in targets if name != "help" and f"make {name}" not in pages] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_command_line_is_one_that_scout_accepts(page: Path) -> None:
    """A runbook's step would fail at night with a usage error."""
    for line in shell_lines(page):
        arguments = scout_arguments(line)
        if arguments is None:
            continue
        command, rest = resolve(arguments)
        assert not isinstance(command, click.Group), f"{line}: names no command"
        # reads options and arguments, refuses missing and unknown ones, and runs nothing
        command.make_context(line, rest)
    for text in INLINE_COMMAND.findall(page.read_text(encoding="utf-8")):
        check_options(shlex.split(text))


def test_every_command_that_a_message_names_exists() -> None:
    """An error would tell people to run what is not there."""
    for path in (REPOSITORY / "scout_pipeline").rglob("*.py"):
        for text in INLINE_COMMAND.findall(path.read_text(encoding="utf-8")):
            check_options(text.split())
    for promise in promises.PROMISES:
        if promise.remedy.startswith("scout "):
            check_options(re.split(r" (?:computes|carries)\b", promise.remedy)[0].split()[1:])


def test_every_command_is_documented() -> None:
    """A command that no page shows is one that nobody finds."""
    shown = {
        " ".join(arguments)
        for page in PAGES
        for line in [*shell_lines(page), *(f"scout {text}" for text in INLINE_COMMAND.findall(page.read_text("utf-8")))]
        if (arguments := scout_arguments(line)) is not None
    }
    missing = [name for name in commands() if not any(line == name or line.startswith(f"{name} ") for line in shown)]
    assert missing == []


def test_every_setting_is_in_the_table_with_its_default() -> None:
    """An operator would not know of a setting, or trust a default that changed."""
    rows = {row[0].strip("`"): row[1] for row in table_rows(REPOSITORY / "docs/operations.md", "Settings")}
    defaults = {
        f"SCOUT_{name.upper()}": "-" if setting.default is None else f"`{setting.default}`"
        for name, setting in Settings.model_fields.items()
    }
    assert rows == defaults


def test_no_page_names_a_setting_that_is_not_read() -> None:
    """Setting it would have no effect, and nobody would say so."""
    known = {f"SCOUT_{name.upper()}" for name in Settings.model_fields} | OTHER_VARIABLES
    for page in PAGES:
        assert set(re.findall(r"\bSCOUT_[A-Z_]+", page.read_text(encoding="utf-8"))) <= known, page.name


def test_the_reason_codes_are_those_of_the_code() -> None:
    """A line would lie in quarantine for a reason that no page explains."""
    page = REPOSITORY / "docs/data_quality.md"
    explained = {code for row in table_rows(page, "Reason codes") for code in re.findall(r"`([a-z_]+)`", row[0])}
    assert explained == {*python_reasons(), *sql_reasons(), reasons.BROKEN_RULE}
    assert table_rows(page, "Reason codes") == reasons.table()


def test_the_findings_of_a_store_day_are_those_of_the_code() -> None:
    """A day would be held back by something that no page explains."""
    assert table_rows(REPOSITORY / "docs/data_quality.md", "Findings of a store-day") == findings.table()
    assert {row[0].strip("`") for row in table_rows(REPOSITORY / "docs/data_quality.md", "Store-days")} == set(
        findings.STATES
    )


def python_reasons() -> Iterator[str]:
    """The codes given to FileRefused and JudgedLine, and those that the judge of single lines returns."""
    for path in (REPOSITORY / "scout_pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                position = {"FileRefused": 0, "JudgedLine": 2}.get(node.func.id)
                if position is not None and len(node.args) > position:
                    yield from constants(node.args[position])
            if isinstance(node, ast.FunctionDef) and node.name == "judge":
                for pair in ast.walk(node):
                    if isinstance(pair, ast.Tuple) and len(pair.elts) == 2:
                        yield from constants(pair.elts[0])


def constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def sql_reasons() -> Iterator[str]:
    """The codes of every CASE that ends `as reason_code`."""
    for path in (REPOSITORY / "sql").rglob("*.sql"):
        text = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
        for end in re.finditer(r"\bend as reason_code\b", text):
            case = text[text.rindex("case", 0, end.start()) : end.start()]
            yield from re.findall(r"\b(?:then|else)\s+'([a-z_]+)'", case)


def test_the_promises_are_those_of_the_code() -> None:
    """A check would turn red that no page explains."""
    rows = table_rows(REPOSITORY / "docs/data_quality.md", "The promises")
    assert [row[0].strip("`") for row in rows] == [promise.name for promise in promises.PROMISES]


def test_remedies_that_name_a_page_name_a_heading_of_it() -> None:
    """The next step of a broken promise would lead nowhere."""
    named = re.compile(r"(docs/[a-z_/]+\.md), '([^']+)'")
    found = [place for promise in promises.PROMISES for place in named.findall(promise.remedy)]
    assert found
    for page, heading in found:
        assert heading.replace(" ", "-") in headings(REPOSITORY / page)


def test_the_changelog_knows_the_version() -> None:
    """A release would have no entry."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    newest = re.search(r"^## \[([^\]]+)\]", (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == project["version"]


def test_decisions_are_numbered_without_a_gap_and_dated() -> None:
    """Two decisions under one number, or one that nobody can place in time."""
    pages = sorted((REPOSITORY / "docs/decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04d}" for number in range(1, len(pages) + 1)]
    for page in pages:
        title, _, status = page.read_text(encoding="utf-8").splitlines()[:3]
        assert title.startswith(f"# {page.name[:4]}: ")
        assert re.match(r"\d{4}-\d{2}-\d{2}, ", status), page.name


def test_the_hooks_before_a_commit_are_steps_of_the_check() -> None:
    """A hook would ask for something else than `make check` does, or for a tool that is not installed."""
    steps = (REPOSITORY / ".ci/lint").read_text(encoding="utf-8")
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    for hook in hooks:
        assert (REPOSITORY / hook["entry"].split()[0]).is_file()
        command = re.escape(hook["entry"].removeprefix(".venv/bin/"))
        assert re.search(rf"^step {command}( [^-]\S*)?$", steps, re.MULTILINE), hook["entry"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that looks like the checkout, in which commands may leave files."""
    for entry in REPOSITORY.iterdir():
        if entry.name not in (".git", ".scout"):
            (tmp_path / entry.name).symlink_to(entry)
    return tmp_path


Shell = Callable[[list[str]], str]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for all commands of these tests: making a database for each would take longer than the commands."""
    with temporary_server() as made:
        yield made.home


@pytest.fixture
def shell(checkout: Path, home: Path) -> Shell:
    """Runs command lines in one shell that stops at the first failure, and returns what they print."""

    def run(lines: list[str]) -> str:
        # the environment is installed already, whatever the times of its files say
        script = "\n".join(re.sub(r"\bmake ", "make -o .venv/.runtime -o .venv/.dev ", line) for line in lines)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=checkout,
            env={**os.environ, "SCOUT_HOME": str(home), "SCOUT_TEST_DATA": "data"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    return run


def install_example(checkout: Path) -> None:
    """The mapping and the lines that CONTRIBUTING shows, where its commands expect them."""
    (mapping,) = fences(REPOSITORY / "CONTRIBUTING.md", "yaml")
    (lines,) = fences(REPOSITORY / "CONTRIBUTING.md", "csv")
    place = checkout / mapping.splitlines()[0].removeprefix("# ")
    place.parent.mkdir()
    place.write_text(mapping, encoding="utf-8")
    (checkout / "my-shop").mkdir()
    (checkout / "my-shop" / "day1.csv").write_text(lines, encoding="utf-8")


def test_the_commands_of_the_readme_run(checkout: Path, shell: Shell, online_retail_dir: Path) -> None:
    """The first thing that a newcomer types would fail."""
    december = sorted(online_retail_dir.glob("2010-12-*"))[:DECEMBER_FILES]
    assert len(december) == DECEMBER_FILES
    for folder in (checkout / "data/online_retail/by-day", checkout / "my-sales"):
        folder.mkdir(parents=True)
        for file in december:
            shutil.copy(file, folder)
    install_example(checkout)
    # the last block is about a server that is not here
    blocks = [body for body in fences(REPOSITORY / "README.md", "sh") if "SCOUT_DATABASE_URL" not in body]
    lines = [line for body in blocks for line in body.splitlines() if line not in RUN_ELSEWHERE]
    printed = shell(lines)
    assert f"2011: {DECEMBER_FILES} files" in printed
    assert re.search(rf"{DECEMBER_FILES} │ +known", printed)
    assert "The till of the corner shop: 1 files" in printed


def test_adding_a_source_as_contributing_says_works(checkout: Path, shell: Shell) -> None:
    """The page would promise a source in an hour and cost a day."""
    install_example(checkout)
    section = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Add a source")[1].split("\n## ")[0]
    page = checkout / "section.md"
    page.write_text(section, encoding="utf-8")
    printed = shell(shell_lines(page))
    assert "invalid_timestamp" in printed
    assert "NO," not in printed


def test_a_migration_is_made_as_contributing_says(shell: Shell) -> None:
    """The first step of the six would fail; the others are those of test_migrations."""
    lines = [line for line in shell_lines(REPOSITORY / "CONTRIBUTING.md") if "migrate new" in line]
    printed = shell([line for line in lines if "--dry-run" in line])
    assert len(re.findall(r"^would make .*_add_store_area", printed, re.MULTILINE)) == 4


def test_the_rules_on_the_page_are_those_of_the_code() -> None:
    """A page of old thresholds is worse than none; `scout quality rules --page` makes its section."""
    text = (REPOSITORY / "docs/data_quality.md").read_text(encoding="utf-8")
    assert text[text.index(rules_page.BEGIN) :] == rules_page.page(rule_book.TABLES)


def test_the_contract_page_is_made_from_the_contracts() -> None:
    """Whoever programs a point of sale reads the page; it must be what silver reads."""
    assert (REPOSITORY / "docs/contract.md").read_text(encoding="utf-8") == contract_page.page()
