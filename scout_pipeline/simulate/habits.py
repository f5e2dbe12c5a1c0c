"""What is usual in each shop: its busy hours, what it sells, how people pay, how many come back."""

import numpy as np

from scout_pipeline.simulate.arguments import Arguments
from scout_pipeline.simulate.catalogue import Catalogue
from scout_pipeline.simulate.randomness import Choice, Floats, Integers, Purpose, generator
from scout_pipeline.simulate.shops import PROFILES, Shops
from scout_pipeline.simulate.vocabulary import TIME_OF_DAY_OF_HOUR

# Share of the sales by time of day (morning, afternoon, evening, night) in each profile of shops. Weighted with the
# shares of the profiles they make 22 / 33 / 23 / 22.
TIME_OF_DAY_SHARES = (
    (0.36, 0.50, 0.14, 0.00),
    (0.26, 0.38, 0.28, 0.08),
    (0.00, 0.07, 0.30, 0.63),
    (0.20, 0.30, 0.25, 0.25),
)
PAYMENT_WEIGHTS = (0.76, 0.13, 0.04, 0.06, 0.01)
SMALLEST_ASSORTMENT, LARGEST_ASSORTMENT = 60, 140
POOL_PER_DAILY_SALE = 2.5


class Habits:
    """Choices with one row a shop; `pool` is the number of known customers of a shop."""

    def __init__(self, arguments: Arguments, shops: Shops, catalogue: Catalogue) -> None:
        rng = generator(arguments.seed, Purpose.SHOPS, 1)
        count = len(shops.all)
        self.hours = Choice(_hour_weights(shops))
        self.assortment = Choice(_assortment_weights(rng, count, catalogue))
        self.payments = Choice(rng.dirichlet(np.array(PAYMENT_WEIGHTS) * 40, size=count) + 1e-6)
        sizes = np.array([shop.size for shop in shops.all])
        self.pool: Integers = np.maximum(8, sizes * arguments.rate * POOL_PER_DAILY_SALE).astype(np.int64)


def open_hours(opens_at: str, closes_at: str) -> Floats:
    """The open part of each of the 24 hours; a closing time at or before the opening time is on the next day."""
    start = _minutes(opens_at)
    end = _minutes(closes_at)
    minutes = np.zeros(24 * 60)
    if end > start:
        minutes[start:end] = 1
    else:
        minutes[start:] = 1
        minutes[:end] = 1
    shares: Floats = minutes.reshape(24, 60).mean(axis=1)
    return shares


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _hour_weights(shops: Shops) -> Floats:
    """[shop, hour]: only whole open hours, weighted so that each time of day gets the share of the shop's profile."""
    assert len(PROFILES) == len(TIME_OF_DAY_SHARES)
    time_of_day = np.array(TIME_OF_DAY_OF_HOUR)
    weights = np.zeros((len(shops.all), 24))
    for position, shop in enumerate(shops.all):
        is_open = open_hours(shop.opens_at, shop.closes_at) == 1
        for part, share in enumerate(TIME_OF_DAY_SHARES[shop.profile]):
            hours = is_open & (time_of_day == part)
            if hours.any():
                weights[position, hours] = share / hours.sum()
    return weights


def _assortment_weights(rng: np.random.Generator, count: int, catalogue: Catalogue) -> Floats:
    """[shop, product]: every shop keeps some of the products and sells its own favourites more often."""
    taste = rng.lognormal(0, 0.6, size=(count, len(catalogue.products)))
    sizes = rng.integers(SMALLEST_ASSORTMENT, LARGEST_ASSORTMENT + 1, size=count)
    # popular products are kept by most shops
    liking = rng.random(taste.shape) ** (1 / np.maximum(catalogue.weights, 1e-9))
    ranks = np.argsort(np.argsort(-liking, axis=1), axis=1)
    return np.where(ranks < sizes[:, None], taste * catalogue.weights, 0.0)
