"""Reference records of two feeds: events of experiments, and metrics of shops from several sources."""

from collections.abc import Iterator

from scout_pipeline.simulate.randomness import Purpose, generator
from scout_pipeline.simulate.records import Record, moment, record
from scout_pipeline.simulate.world import World

EXPERIMENTS = ("shelf_talker", "counter_display", "bundle_price", "free_taste")
EXPERIMENT_SHARE = 0.25
DAYS_BETWEEN_EVENTS = 7
MISSING_ACTUAL_SHARE = 0.1
# metric -> usual value, and how far it moves
METRICS = {"foot_traffic": (180.0, 0.15), "queue_length": (2.5, 0.3), "shelf_availability_pct": (91.0, 0.04)}
# source -> how often it has a value, and the minute of the day at which it measures; a later one is not a better one
SOURCES = {"pos": (0.6, 21 * 60), "mobile": (0.5, 20 * 60), "vision": (0.7, 22 * 60), "manual": (0.4, 23 * 60)}
DAYS_BETWEEN_METRICS = 5


def experiment_event_records(world: World) -> Iterator[Record]:
    """A shop in four takes part in one experiment; about one event a week, a few without an actual value yet."""
    rng = generator(world.arguments.seed, Purpose.METRICS, 1)
    number = 0
    for shop in world.shops.all[: world.shops.normal_count]:
        if number and rng.random() >= EXPERIMENT_SHARE:
            continue
        experiment = EXPERIMENTS[int(rng.integers(len(EXPERIMENTS)))]
        for day in range(
            int(rng.integers(min(DAYS_BETWEEN_EVENTS, world.arguments.days))), world.arguments.days, DAYS_BETWEEN_EVENTS
        ):
            number += 1
            target = int(rng.integers(8, 60)) * 50
            actual = round(target * float(rng.lognormal(0.03, 0.15)), 2)
            attributes = {
                "experiment": experiment,
                "store_id": shop.code,
                "occurred_at": moment(world.arguments.day(day), 1200 + int(rng.integers(120))),
                "target_value": target,
                "actual_value": None if rng.random() < MISSING_ACTUAL_SHARE else actual,
            }
            yield record("experiment_event", f"EXP-{number:06d}", world.arguments.day(day), attributes)


def store_metric_records(world: World) -> Iterator[Record]:
    """Every fifth day of each shop, every metric: one value from each of some sources, at least one."""
    rng = generator(world.arguments.seed, Purpose.METRICS)
    number = 0
    names = tuple(SOURCES)
    for place, shop in enumerate(world.shops.all[: world.shops.normal_count]):
        first = place % min(DAYS_BETWEEN_METRICS, world.arguments.days)
        for day in range(first, world.arguments.days, DAYS_BETWEEN_METRICS):
            for metric, (usual, spread) in METRICS.items():
                draws = rng.random(len(names))
                chosen = [name for name, draw in zip(names, draws.tolist(), strict=True) if draw < SOURCES[name][0]]
                factors = rng.lognormal(0, spread, len(names)).tolist()
                for source, factor in zip(chosen or names[-1:], factors, strict=False):
                    number += 1
                    value = (
                        min(round(usual * factor, 2), 100.0) if metric.endswith("_pct") else round(usual * factor, 2)
                    )
                    attributes = {
                        "store_id": shop.code,
                        "metric_name": metric,
                        "metric_source": source,
                        "measured_at": moment(world.arguments.day(day), SOURCES[source][1]),
                        "metric_value": value,
                    }
                    yield record("store_metric", f"MET-{number:08d}", world.arguments.day(day), attributes)
