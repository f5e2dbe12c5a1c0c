"""Tables that do not depend on one another are computed side by side, each in transactions of its own."""

from collections.abc import Callable, Container, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from typing import Protocol

from scout_pipeline import settings
from scout_pipeline.database import Database
from scout_pipeline.gold.buckets import GoldReport
from scout_pipeline.tables import Table


class Layer(Protocol):
    """A module of gold or serving: its table, and the call that brings it up to date."""

    TABLE: Table

    def refresh(self, target: Database) -> GoldReport: ...


def refresh(
    target: Database, layers: Sequence[Layer], on_done: Callable[[GoldReport], None] = lambda report: None
) -> list[GoldReport]:
    """Bring the layers up to date, each after those of them that it is computed from; reports in the order given.

    An error is raised when those that had begun have ended; what they committed stays, the rest is left as it was.
    `on_done` is called in this thread.
    """
    by_key = {layer.TABLE.key: layer for layer in layers}
    inputs = {key: _inputs(layer, by_key) for key, layer in by_key.items()}
    waited_for = set().union(*inputs.values())
    order = TopologicalSorter(inputs)
    order.prepare()
    reports: dict[str, GoldReport] = {}
    running: dict[Future[GoldReport], str] = {}
    with ThreadPoolExecutor(settings.current().refresh_workers, thread_name_prefix="layer") as pool:
        try:
            while order.is_active():
                # what others wait for begins first: it would leave a processor idle at the end
                ready = sorted(order.get_ready(), key=lambda key: key not in waited_for)
                running |= {pool.submit(by_key[key].refresh, target): key for key in ready}
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    key = running.pop(done)
                    reports[key] = done.result()
                    on_done(reports[key])
                    order.done(key)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [reports[key] for key in by_key]


def _inputs(layer: Layer, among: Container[str]) -> set[str]:
    return {upstream.key for upstream in layer.TABLE.deps if upstream.key in among}
