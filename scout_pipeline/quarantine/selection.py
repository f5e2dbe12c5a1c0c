"""Which entries of quarantine are meant: by reason, source, store, day, layer, status or number."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from scout_pipeline import audit_log, database, periods
from scout_pipeline.quality import reasons

STATUSES = ("open", "replayed", "discarded")
LAYERS = ("bronze", "silver")
TOLD_IDS = 50


class SelectionError(Exception):
    """A selection names what does not exist; the message says what, and where to look."""


@dataclass(frozen=True)
class Selection:
    """Entries by what is given; None leaves a property open. Days are those of arrival in quarantine, in UTC."""

    status: str | None = None
    layer: str | None = None
    reason: str | None = None
    source: str | None = None
    store: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    ids: Sequence[int] = ()

    def told(self) -> dict[str, object]:
        """What is given, for the audit log; of many numbers how many there are."""
        given = audit_log.facts(self)
        return given if len(self.ids) <= TOLD_IDS else {**given, "ids": f"{len(self.ids)} entries"}

    def bound(self, connection: sa.Connection) -> str:
        """The selection as `scout.quarantine_matches` reads it; raises SelectionError for an unknown name."""
        if self.reason is not None and self.reason not in reasons.codes():
            raise SelectionError(f"there is no reason {self.reason!r}; docs/data_quality.md lists the reason codes")
        found = database.run(connection, "quarantine/selected_names", source=self.source, store=self.store).one()
        for what, name, number in (("source", self.source, found.source_id), ("store", self.store, found.store_id)):
            if name is not None and number is None:
                raise SelectionError(f"nothing was ever received of {what} {name!r}; look at `scout quarantine list`")
        chosen = {
            "status": self.status,
            "layer": self.layer,
            "reason": self.reason,
            "source_id": found.source_id,
            "store_id": found.store_id,
            "first_day": self.first_day and self.first_day.isoformat(),
            "end_day": self.last_day and periods.next_day(self.last_day).isoformat(),
            "ids": list(self.ids) or None,
        }
        return json.dumps({name: value for name, value in chosen.items() if value is not None})
