"""One simulated shop floor for all tests of the package, which only read it, and its false alarms in the summary."""

from collections.abc import Iterator

import pytest

from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline_tests.conftest import fresh_database
from scout_pipeline_tests.shop_floor.shop import Shop, open_shop


@pytest.fixture(scope="session")
def shop(
    pytestconfig: pytest.Config,
    server: EmbeddedServer,
    template_database: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shop]:
    """Dirty and late sales of some weeks around the end of a month, delivered and carried in two parts."""
    stores, _, days = pytestconfig.getoption("--shop-floor").partition("x")
    with fresh_database(server, template=template_database) as database:
        yield open_shop(database, tmp_path_factory.mktemp("shop_floor"), stores=int(stores), days=int(days))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures that the tests recorded, one line each."""
    recorded = [
        line
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, line in report.user_properties
        if name == "shop_floor"
    ]
    if recorded:
        terminalreporter.section("shop floor")
        for line in recorded:
            terminalreporter.write_line(line)
