"""The invented world: everything that is the same in every process, made from the arguments alone."""

from dataclasses import dataclass
from datetime import date

from scout_pipeline.simulate.arguments import Arguments
from scout_pipeline.simulate.campaigns import Campaign, campaigns
from scout_pipeline.simulate.catalogue import Catalogue
from scout_pipeline.simulate.habits import Habits
from scout_pipeline.simulate.shops import Shops
from scout_pipeline.simulate.traffic import Traffic


@dataclass(frozen=True)
class World:
    arguments: Arguments
    catalogue: Catalogue
    shops: Shops
    habits: Habits
    campaigns: tuple[Campaign, ...]
    traffic: Traffic

    def valid_from(self, day: int) -> date:
        """The day on which a version begins; -1 is well before the first simulated day."""
        return self.arguments.reference_day if day < 0 else self.arguments.day(day)


def make_world(arguments: Arguments) -> World:
    catalogue = Catalogue(arguments)
    shops = Shops(arguments)
    return World(
        arguments=arguments,
        catalogue=catalogue,
        shops=shops,
        habits=Habits(arguments, shops, catalogue),
        campaigns=campaigns(arguments),
        traffic=Traffic(arguments, shops),
    )
