"""The reference files: which kinds of records come early, which come late, one file a kind."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import orjson

from scout_pipeline.simulate import feeds, members, promotions
from scout_pipeline.simulate.records import Record
from scout_pipeline.simulate.world import World

Records = Callable[[World], Iterator[Record]]

EARLY: dict[str, Records] = {
    "category": members.category_records,
    "brand": members.brand_records,
    "province": members.province_records,
    "city": members.city_records,
    "barangay": members.barangay_records,
    "store": partial(members.store_records, when="early"),
    "device": partial(members.device_records, when="early"),
    "product": partial(members.product_records, when="early"),
    "campaign": members.campaign_records,
    "promotion": promotions.promotion_records,
    "promotion_item": promotions.promotion_item_records,
    "approval": promotions.approval_records,
    "experiment_event": feeds.experiment_event_records,
    "store_metric": feeds.store_metric_records,
}
# Shops, their devices and products that are registered only after their sales were delivered.
LATE: dict[str, Records] = {
    "store": partial(members.store_records, when="late"),
    "device": partial(members.device_records, when="late"),
    "product": partial(members.product_records, when="late"),
}


def write(world: World, kinds: dict[str, Records], folder: Path) -> dict[str, int]:
    """A file for each kind that has records; the lines of each file by its name."""
    counts = {}
    for kind, make in kinds.items():
        path = folder / f"{kind}.jsonl"
        with path.open("wb") as stream:
            count = 0
            for found in make(world):
                stream.write(orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE))
                count += 1
        if count:
            counts[path.name] = count
        else:
            path.unlink()
    return counts
