"""Spreads the shards over processes; what comes back is in the order of the shards, however many there are."""

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from scout_pipeline.simulate.arguments import Arguments
from scout_pipeline.simulate.errors import SimulationError
from scout_pipeline.simulate.shards import Outcome, simulate
from scout_pipeline.simulate.traffic import Shard
from scout_pipeline.simulate.world import World, make_world

# Below this a single process is done before others have started.
SALES_WORTH_A_PROCESS = 40_000
# Documents hold no cycles: looking for some after every 700 objects costs a seventh of the time.
COLLECTION_THRESHOLD = 200_000

# The world of a worker process, made once when it starts.
_worlds: list[World] = []


def useful_count(arguments: Arguments) -> int:
    """How many processes this simulation can use on this machine."""
    # not every system says which processors a process may use
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, int(arguments.expected_sales // SALES_WORTH_A_PROCESS)))


def outcomes(world: World, folder: Path, workers: int) -> Generator[Outcome]:
    """The outcome of every shard, in order; in this process when there is one worker."""
    shards = world.traffic.shards
    if workers == 1:
        for shard in shards:
            yield simulate(world, shard, folder)
        return
    executor = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), initializer=_start, initargs=(world.arguments,)
    )
    try:
        yield from executor.map(_simulate, shards, [folder] * len(shards))
    except BrokenProcessPool:
        raise SimulationError(
            "a worker process was killed, perhaps for want of memory; try again with fewer --workers"
        ) from None
    finally:
        executor.shutdown(cancel_futures=True)


def _start(arguments: Arguments) -> None:
    # the terminal's interrupt reaches every process; the parent is the one that answers it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    gc.set_threshold(COLLECTION_THRESHOLD)
    _worlds.append(make_world(arguments))


def _leave_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _simulate(shard: Shard, folder: Path) -> Outcome:
    return simulate(_worlds[0], shard, folder)
