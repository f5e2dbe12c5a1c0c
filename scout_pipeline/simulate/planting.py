"""Decides which sales of a shard are spoilt and how, and changes what the truth must know about.

What only the written line shows (a cut line, a wrong clock) is done in `spoiling`.
"""

from dataclasses import dataclass, field

import numpy as np

from scout_pipeline.simulate.baskets import set_prices
from scout_pipeline.simulate.defects import Kind
from scout_pipeline.simulate.manners import neighbours
from scout_pipeline.simulate.randomness import Codes, Integers
from scout_pipeline.simulate.sales import Sales
from scout_pipeline.simulate.synonyms import ODD_STATUSES, SYNONYMS, UNMAPPED
from scout_pipeline.simulate.traffic import Shard
from scout_pipeline.simulate.vocabulary import ENUMERATIONS, NOT_SEEN, PAYMENT_METHODS
from scout_pipeline.simulate.world import World

ONE_UNIT = 100
MONEY_ERRORS = np.array([-500, -100, -25, 100, 250, 1000, 5000])
# centavos that no counter takes for a sale
IMPLAUSIBLE_VALUES = np.array([-1, -2_550, -100_000, 100_000_000, 99_999_999_999])


@dataclass
class Planting:
    """`kinds` has the kind of each sale; `words` what is written for a field of a sale instead of its value."""

    kinds: Integers
    words: dict[int, tuple[str, str]] = field(default_factory=dict)

    def rows(self, *kinds: Kind) -> Integers:
        return np.flatnonzero(np.isin(self.kinds, kinds))


def plant(rng: np.random.Generator, world: World, shard: Shard, sales: Sales) -> Planting:
    """Choose sales for every kind of dirt and change `sales` where the truth changes with it."""
    planting = Planting(_assigned(rng, world, shard, sales))
    _mismatches(rng, planting, sales)
    _incomplete_substitutions(rng, world, planting, sales)
    _foreign_products(rng, world, planting, sales)
    _words(rng, planting, sales)
    return planting


def _assigned(rng: np.random.Generator, world: World, shard: Shard, sales: Sales) -> Integers:
    moments = sales.moments
    is_late = world.traffic.late_shop_days[moments.shop, shard.day]
    is_normal = moments.shop < world.shops.normal_count
    # A device's first and last numbers arrive clean: a gap before or after them could not be seen.
    first, last = world.traffic.sequence_start[moments.device, 0] + 1, world.traffic.sequence_end[moments.device]
    is_edge = (moments.sequence == first) | (moments.sequence == last)
    kinds = np.full(len(sales), Kind.CLEAN, dtype=np.int64)
    kinds[is_late] = Kind.LATE_SALE
    kinds[np.isin(moments.shop, world.shops.late)] = Kind.LATE_STORE
    kinds[np.isin(moments.shop, world.shops.unknown)] = Kind.UNKNOWN_STORE
    free = rng.permutation(np.flatnonzero(is_normal & ~is_late & ~is_edge))
    for kind, count in world.traffic.kinds_of(shard).items():
        kinds[free[:count]] = kind
        free = free[count:]
    return kinds


def _mismatches(rng: np.random.Generator, planting: Planting, sales: Sales) -> None:
    """A device states a wrong sum, an absurd one or a wrong number of lines; the lines are right."""
    rows = planting.rows(Kind.VALUE_MISMATCH)
    values = sales.values()[rows]
    errors = MONEY_ERRORS[rng.integers(0, len(MONEY_ERRORS), len(rows))]
    sales.value_error[rows] = np.where(values + errors < 0, -errors, errors)
    sales.manners.states_value[rows] = True
    rows = planting.rows(Kind.IMPLAUSIBLE_VALUE)
    stated = IMPLAUSIBLE_VALUES[rng.integers(0, len(IMPLAUSIBLE_VALUES), len(rows))]
    sales.value_error[rows] = stated - sales.values()[rows]
    sales.manners.states_value[rows] = True
    rows = planting.rows(Kind.BASKET_SIZE_MISMATCH)
    fewer = (sales.sizes()[rows] > 1) & (rng.random(len(rows)) < 0.4)
    sales.size_error[rows] = np.where(fewer, -1, 1)
    sales.manners.states_size[rows] = True


def _incomplete_substitutions(rng: np.random.Generator, world: World, planting: Planting, sales: Sales) -> None:
    """A substitution that lacks what was asked for, what was taken, or both."""
    rows = planting.rows(Kind.INCOMPLETE_SUBSTITUTION)
    lacks = rng.integers(0, 3, len(rows))
    bought = sales.lines.product[sales.first_line[:-1][rows]]
    asked = neighbours(world, bought, rng.integers(0, 2**31, len(rows)))
    sales.manners.substitution_occurred[rows] = 1
    sales.manners.substitution_from[rows] = np.where(lacks == 1, asked, NOT_SEEN)
    sales.manners.substitution_to[rows] = np.where(lacks == 0, bought, NOT_SEEN)


def _foreign_products(rng: np.random.Generator, world: World, planting: Planting, sales: Sales) -> None:
    """One line of the sale becomes a product whose record comes late, or never."""
    for kind, record in ((Kind.LATE_PRODUCT, "late"), (Kind.UNKNOWN_PRODUCT, "never")):
        rows = planting.rows(kind)
        offers = world.catalogue.recorded(record)
        places = sales.first_line[:-1][rows] + rng.integers(0, sales.sizes()[rows])
        sales.lines.product[places] = offers[rng.integers(0, len(offers), len(rows))]
        # whole units: what was measured before need not be measured now
        sales.lines.quantity[places] = (sales.lines.quantity[places] + 99) // 100 * 100
    owner = np.repeat(np.arange(len(sales)), sales.sizes())
    set_prices(world, sales.lines, sales.moments.shop[owner], sales.moments.day[owner])


def _words(rng: np.random.Generator, planting: Planting, sales: Sales) -> None:
    """Other words than those of the contract; a word that means nothing leaves the field without a value."""
    for row in planting.rows(Kind.SYNONYM).tolist():
        name, word, meaning = SYNONYMS[int(rng.integers(len(SYNONYMS)))]
        _codes(sales, name)[row] = ENUMERATIONS[name].index(meaning)
        planting.words[row] = (name, word)
    for row in planting.rows(Kind.UNMAPPED_VALUE).tolist():
        name, word = UNMAPPED[int(rng.integers(len(UNMAPPED)))]
        _codes(sales, name)[row] = NOT_SEEN
        planting.words[row] = (name, word)
    for row in planting.rows(Kind.ODD_STATUS).tolist():
        planting.words[row] = ("status", ODD_STATUSES[int(rng.integers(len(ODD_STATUSES)))])


def _codes(sales: Sales, name: str) -> Codes:
    found: Codes = getattr(sales.manners, name)
    return found


def revised(rng: np.random.Generator, world: World, sales: Sales) -> Sales:
    """The same sales as they are sent again: another quantity, a line less, another payment, or the day before."""
    changed = sales.take(np.arange(len(sales)))
    what = rng.integers(0, 4, len(sales))
    fewer = (what == 1) & (changed.sizes() > 1)
    earlier = (what == 3) & (changed.moments.day > 0)
    pays_otherwise = what == 2
    more = ~(fewer | earlier | pays_otherwise)
    first = changed.first_line[:-1]
    changed.lines.quantity[first[more]] += ONE_UNIT
    payment = changed.manners.payment_method
    payment[pays_otherwise] = (payment[pays_otherwise] + 1) % len(PAYMENT_METHODS)
    changed.moments.day[earlier] -= 1
    owner = np.repeat(np.arange(len(changed)), changed.sizes())
    listed = world.catalogue.price[changed.lines.product, changed.moments.day[owner]]
    changed.lines.price = np.where(changed.lines.states_price, changed.lines.price, listed)
    return changed.without_lines(changed.first_line[1:][fewer] - 1)


def voided(sales: Sales) -> Sales:
    """The same sales, taken back."""
    taken_back = sales.take(np.arange(len(sales)))
    taken_back.is_voided[:] = True
    return taken_back
