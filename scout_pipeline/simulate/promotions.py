"""Reference records of promotions, their items and their approvals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from scout_pipeline.simulate.catalogue import brands
from scout_pipeline.simulate.randomness import Purpose, generator
from scout_pipeline.simulate.records import Record, moment, record
from scout_pipeline.simulate.world import World

FEWEST = 8
SHOP_DAYS_EACH = 60
MOST = 20_000
# what becomes of it -> the states that it passes through after its making
COURSES: dict[str, tuple[str, ...]] = {
    "draft": (),
    "open": ("open",),
    "approved": ("open", "approved"),
    "closed": ("open", "approved", "closed"),
    "rejected": ("open", "rejected"),
}
COURSE_WEIGHTS = (0.1, 0.25, 0.25, 0.3, 0.1)
OFFICE_OPENS_MINUTES = 8 * 60


@dataclass(frozen=True)
class Step:
    """A state of a promotion and the moment in which it began."""

    status: str
    day: date
    at: str


@dataclass(frozen=True)
class Promotion:
    """The steps are in the order of time and on different days; the first is the draft."""

    code: str
    brand: str
    store: str | None
    value: float
    steps: tuple[Step, ...]
    items: tuple[tuple[str, int], ...]

    def began(self, status: str, upto: int) -> str | None:
        """When the promotion took this status, if that is among its first steps."""
        return next((step.at for step in self.steps[:upto] if step.status == status), None)


def promotions(world: World) -> list[Promotion]:
    rng = generator(world.arguments.seed, Purpose.PROMOTIONS)
    shop_days = world.arguments.stores * world.arguments.days
    return [
        _promotion(rng, world, number) for number in range(1, min(MOST, max(FEWEST, shop_days // SHOP_DAYS_EACH)) + 1)
    ]


def promotion_records(world: World) -> Iterator[Record]:
    """One version a step: a later status is valid from a later day."""
    for promotion in promotions(world):
        for upto, step in enumerate(promotion.steps, start=1):
            attributes = {
                "promotion_name": f"{promotion.brand} promo {promotion.code[-5:]}",
                "status": step.status,
                "store_id": promotion.store,
                "brand_name": promotion.brand,
                "promotion_value": promotion.value,
                "created_at": promotion.steps[0].at,
                "approved_at": promotion.began("approved", upto),
                "closed_at": promotion.began("closed", upto) or promotion.began("rejected", upto),
            }
            yield record("promotion", promotion.code, step.day, attributes)


def promotion_item_records(world: World) -> Iterator[Record]:
    for promotion in promotions(world):
        for number, (sku, quantity) in enumerate(promotion.items, start=1):
            attributes = {"promotion": promotion.code, "sku": sku, "quantity": quantity}
            yield record("promotion_item", f"{promotion.code}-{number}", promotion.steps[0].day, attributes)


def approval_records(world: World) -> Iterator[Record]:
    """One approval of each promotion that was opened; pending until it is approved or rejected."""
    for promotion in promotions(world):
        opened = next((step for step in promotion.steps if step.status == "open"), None)
        if opened is None:
            continue
        ended = next((step for step in promotion.steps if step.status in ("approved", "rejected")), None)
        attributes = {
            "promotion": promotion.code,
            "status": "pending" if ended is None else ended.status,
            "started_at": opened.at,
            "finished_at": None if ended is None else ended.at,
        }
        yield record("approval", f"{promotion.code}-A", opened.day, attributes)


def _promotion(rng: np.random.Generator, world: World, number: int) -> Promotion:
    course = tuple(COURSES)[int(rng.choice(len(COURSES), p=COURSE_WEIGHTS))]
    clients = [brand.name for brand in brands() if brand.is_tbwa_client]
    brand = clients[int(rng.integers(len(clients)))]
    offers = world.catalogue.of_brand(brand).tolist()
    chosen = rng.choice(offers, size=min(len(offers), int(rng.integers(1, 4))), replace=False)
    is_of_store = rng.random() < 0.5
    store = world.shops.all[int(rng.integers(world.shops.normal_count))].code if is_of_store else None
    day = world.arguments.day(int(rng.integers(-10, world.arguments.days)))
    steps = []
    for status in ("draft", *COURSES[course]):
        steps.append(Step(status, day, moment(day, OFFICE_OPENS_MINUTES + int(rng.integers(540)))))
        day += timedelta(days=int(rng.integers(1, 6)))
    return Promotion(
        code=f"PRM-{number:05d}",
        brand=brand,
        store=store,
        value=float(rng.integers(5, 400) * 250),
        steps=tuple(steps),
        items=tuple((world.catalogue.products[place].sku, int(rng.integers(6, 73))) for place in chosen.tolist()),
    )
