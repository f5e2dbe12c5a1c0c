"""The plan of all sales: how many each shop has on each day, on which device, and where dirt and delay strike.

Drawn whole before anything else, so that every part of a day can be made on its own, in any process and any order.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scout_pipeline.simulate.arguments import Arguments
from scout_pipeline.simulate.defects import OF_SHOPS, Kind, planned_counts
from scout_pipeline.simulate.randomness import Flags, Floats, Integers, Purpose, generator
from scout_pipeline.simulate.shops import Shops

Table = npt.NDArray[np.int64]

SALES_PER_SHARD = 20_000
WEEKEND_FACTOR = 1.15
PAY_DAY_FACTOR = 1.25
PAY_DAY = 15
SATURDAY = 5
# part of the late sales that comes as whole days of one shop
LATE_SHOP_DAY_PART = 0.3


@dataclass(frozen=True)
class Shard:
    """A part of one day: the shops whose position leaves `block` when divided by the number of blocks."""

    day: int
    block: int


class Traffic:
    """`sales` is [shop, day]; `first_device` how many of them are on the shop's first device."""

    def __init__(self, arguments: Arguments, shops: Shops) -> None:
        rng = generator(arguments.seed, Purpose.TRAFFIC)
        self.sales = _sales(rng, arguments, shops)
        self.first_device: Table = np.where(
            shops.device_count[:, None] == 1, self.sales, rng.binomial(self.sales, 0.5)
        ).astype(np.int64)
        self.sequence_start, self.sequence_end = _sequences(self.sales, self.first_device, shops)
        per_day = float(self.sales.sum() / arguments.days)
        self.block_count = max(1, round(per_day / SALES_PER_SHARD))
        self.shards = [Shard(day, block) for day in range(arguments.days) for block in range(self.block_count)]
        dirt = generator(arguments.seed, Purpose.DIRT)
        self.late_shop_days = _late_shop_days(dirt, arguments, self.sales, shops)
        self._kinds = _kinds(dirt, arguments, self, shops)

    def shops_of(self, shard: Shard) -> Integers:
        return np.arange(shard.block, len(self.sales), self.block_count)

    def kinds_of(self, shard: Shard) -> dict[Kind, int]:
        """How many sales of the shard become what."""
        column = shard.day * self.block_count + shard.block
        return {kind: int(counts[column]) for kind, counts in self._kinds.items()}


def day_factors(arguments: Arguments) -> Floats:
    """How busy each day is; 1 on average. Weekends and pay days (the 15th and the last of the month) sell more."""
    factors: Floats = np.ones(arguments.days)
    for index in range(arguments.days):
        day = arguments.day(index)
        if day.weekday() >= SATURDAY:
            factors[index] *= WEEKEND_FACTOR
        if day.day == PAY_DAY or arguments.day(index + 1).day == 1:
            factors[index] *= PAY_DAY_FACTOR
    factors /= factors.mean()
    return factors


def _sales(rng: np.random.Generator, arguments: Arguments, shops: Shops) -> Table:
    sizes = np.array([shop.size for shop in shops.all[: shops.normal_count]])
    expected = np.outer(sizes / sizes.mean(), day_factors(arguments)) * arguments.rate
    sales: Table = np.zeros((len(shops.all), arguments.days), dtype=np.int64)
    sales[: shops.normal_count] = rng.poisson(expected)
    planned = planned_counts(arguments.expected_sales, arguments.dirty)
    for kind, members in ((Kind.LATE_STORE, shops.late), (Kind.UNKNOWN_STORE, shops.unknown)):
        cells = len(members) * arguments.days
        if cells:
            drawn = rng.multinomial(planned[kind], np.full(cells, 1 / cells))
            sales[members] = drawn.reshape(len(members), arguments.days)
    return sales


def _sequences(sales: Table, first_device: Table, shops: Shops) -> tuple[Table, Table]:
    """[device, day]: the number before the device's first one of the day; and each device's last number of all."""
    per_device: Table = np.zeros((len(shops.devices), sales.shape[1]), dtype=np.int64)
    per_device[shops.first_device] = first_device
    has_two = np.flatnonzero(shops.device_count == 2)
    per_device[shops.first_device[has_two] + 1] = (sales - first_device)[has_two]
    base = np.array([device.sequence_base for device in shops.devices], dtype=np.int64)
    upto = base[:, None] + np.cumsum(per_device, axis=1)
    return upto - per_device, upto[:, -1]


def _late_shop_days(rng: np.random.Generator, arguments: Arguments, sales: Table, shops: Shops) -> Flags:
    """[shop, day]: the days of a shop that arrive late as a whole; at least one when anything is late."""
    late = np.zeros(sales.shape, dtype=np.bool_)
    cells = shops.normal_count * arguments.days
    budget = arguments.expected_sales * arguments.late * LATE_SHOP_DAY_PART
    wanted = round(budget / arguments.rate)
    if arguments.expected_sales * arguments.late >= 2 * arguments.rate:
        wanted = max(1, wanted)
    chosen = rng.choice(cells, size=min(wanted, cells), replace=False)
    late[: shops.normal_count].reshape(-1)[chosen] = True
    return late


def _kinds(rng: np.random.Generator, arguments: Arguments, traffic: Traffic, shops: Shops) -> dict[Kind, Integers]:
    """Of each kind, how many there are in each shard, in proportion to the sales that can be spoilt there."""
    can_be = np.where(traffic.late_shop_days, 0, traffic.sales)[: shops.normal_count]
    room = np.array([can_be[block :: traffic.block_count].sum(axis=0) for block in range(traffic.block_count)])
    weights = room.T.ravel().astype(np.float64)
    if not weights.sum():
        return {}
    planned = planned_counts(arguments.expected_sales, arguments.dirty)
    planned = {kind: count for kind, count in planned.items() if kind not in OF_SHOPS}
    already_late = int(traffic.sales[traffic.late_shop_days].sum())
    planned[Kind.LATE_SALE] = max(0, round(arguments.expected_sales * arguments.late) - already_late)
    return {kind: rng.multinomial(count, weights / weights.sum()) for kind, count in planned.items()}
