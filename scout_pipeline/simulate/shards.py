"""One shard of the work: draws a part of a day, spoils it, and leaves parts of deliveries and of the truth on disk."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from scout_pipeline.simulate.baskets import LARGE_BASKET_LINES
from scout_pipeline.simulate.defects import REFUSED, Kind
from scout_pipeline.simulate.delivery import Delivered, Delivery
from scout_pipeline.simulate.drawing import draw_sales
from scout_pipeline.simulate.planting import Planting, plant, revised, voided
from scout_pipeline.simulate.randomness import Integers, Purpose, generator
from scout_pipeline.simulate.sales import Sales, joined
from scout_pipeline.simulate.traffic import Shard
from scout_pipeline.simulate.truth_tables import items_table, transactions_table, write_part
from scout_pipeline.simulate.world import World

NOT_TRUE_AS_SENT_FIRST = (*REFUSED, Kind.SEQUENCE_GAP, Kind.CHANGED_RESEND, Kind.VOIDED)


@dataclass
class Outcome:
    """What a shard left: parts of deliveries, parts of the two truth tables, and what was planted.

    `planted` has ids, or records where there is no id: device and sequence, and `line` in the shard's own part.
    `words` are (kind, field, word) of synonyms and unmapped values. `refused` are devices and sequences of sales that
    were delivered and are not in the truth. `value` is centavos of the sales that stand, `large_count`
    how many of those have a large basket.
    """

    shard: Shard
    delivered: Delivered
    transactions: Path
    items: Path
    sale_count: int
    voided_count: int
    value: int
    large_count: int
    planted: dict[Kind, list[Any]] = field(default_factory=dict)
    words: list[tuple[Kind, str, str]] = field(default_factory=list)
    refused: list[tuple[str, int]] = field(default_factory=list)


def simulate(world: World, shard: Shard, folder: Path) -> Outcome:
    """Make the shard; its parts are named by day and block, so that no two shards share one."""
    rng = generator(world.arguments.seed, Purpose.SHARD, shard.day, shard.block)
    sales = draw_sales(rng, world, shard)
    planting = plant(rng, world, shard, sales)
    again = [
        revised(rng, world, sales.take(planting.rows(Kind.CHANGED_RESEND))),
        voided(sales.take(planting.rows(Kind.VOIDED))),
    ]
    stem = folder / f"{shard.day:05d}-{shard.block:04d}"
    delivered = Delivery(rng, world, shard, stem).write(sales, planting, again)
    kept = np.flatnonzero(~np.isin(planting.kinds, NOT_TRUE_AS_SENT_FIRST))
    truth = joined([sales.take(kept), *again])
    outcome = Outcome(
        shard=shard,
        delivered=delivered,
        transactions=stem.with_name(f"{stem.name}-transactions.arrow"),
        items=stem.with_name(f"{stem.name}-items.arrow"),
        sale_count=len(sales),
        voided_count=int(truth.is_voided.sum()),
        value=int(truth.values()[~truth.is_voided].sum()),
        large_count=int((truth.sizes()[~truth.is_voided] >= LARGE_BASKET_LINES[0]).sum()),
    )
    write_part(transactions_table(world, truth), outcome.transactions)
    write_part(items_table(world, truth), outcome.items)
    _report(outcome, world, sales, planting)
    return outcome


def _report(outcome: Outcome, world: World, sales: Sales, planting: Planting) -> None:
    """Write down what was planted where."""
    lines = dict(outcome.delivered.without_id)
    for kind in Kind:
        rows = planting.rows(kind)
        if kind is Kind.CLEAN:
            continue
        if kind in (Kind.MALFORMED_JSON, Kind.MISSING_TRANSACTION_ID):
            found: list[Any] = [
                {"line": lines[row], "device_id": device, "sequence": sequence}
                for row, (device, sequence) in zip(rows.tolist(), _counters(world, sales, rows), strict=True)
            ]
        elif kind is Kind.SEQUENCE_GAP:
            found = [{"device_id": device, "sequence": number} for device, number in _counters(world, sales, rows)]
        else:
            found = sales.ident[rows].tolist()
        outcome.planted[kind] = found
    for row, (name, word) in planting.words.items():
        outcome.words.append((Kind(int(planting.kinds[row])), name, word))
    outcome.refused = _counters(world, sales, planting.rows(*REFUSED))


def _counters(world: World, sales: Sales, rows: Integers) -> list[tuple[str, int]]:
    """Device and sequence of these sales."""
    devices = [world.shops.devices[place].code for place in sales.moments.device[rows].tolist()]
    return list(zip(devices, sales.moments.sequence[rows].tolist(), strict=True))
