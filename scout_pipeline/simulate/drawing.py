"""Draws all sales of a part of a day, clean."""

import numpy as np

from scout_pipeline.simulate.baskets import draw_lines, draw_products, draw_sizes
from scout_pipeline.simulate.manners import draw_manners
from scout_pipeline.simulate.moments import draw_moments, identifiers, utc_milliseconds
from scout_pipeline.simulate.sales import Sales
from scout_pipeline.simulate.speech import compose
from scout_pipeline.simulate.traffic import Shard
from scout_pipeline.simulate.world import World


def draw_sales(rng: np.random.Generator, world: World, shard: Shard) -> Sales:
    """Every sale that happened in the shard, by shop and time."""
    moments = draw_moments(rng, world, shard)
    count = len(moments.shop)
    first_line = np.concatenate([[0], np.cumsum(draw_sizes(rng, moments))])
    product = draw_products(rng, world, moments, first_line)
    manners = draw_manners(rng, world, moments, first_line, product)
    lines = draw_lines(rng, world, moments, first_line, product)
    return Sales(
        ident=identifiers(rng, utc_milliseconds(world, moments)),
        first_line=first_line,
        lines=lines,
        moments=moments,
        manners=manners,
        speech=compose(rng, world, manners, first_line, lines),
        value_error=np.zeros(count, dtype=np.int64),
        size_error=np.zeros(count, dtype=np.int64),
        is_voided=np.zeros(count, dtype=np.bool_),
    )
