"""Sales as columns: what happened at the counters, before it is written down as a device does, and before any dirt."""

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from scout_pipeline.simulate.randomness import Codes, Flags, Integers, Texts, ranges

Columns = TypeVar("Columns", "Lines", "Moments", "Manners", "Speech")


@dataclass
class Lines:
    """The lines of all baskets, one after the other. `quantity` is in hundredths, `price` in centavos.

    `price` is what holds: the stated one, or the list price of the day. `confidence` is in hundredths, -1 is none.
    """

    product: Integers
    quantity: Integers
    price: Integers
    states_price: Flags
    states_brand: Flags
    states_category: Flags
    states_name: Flags
    states_local_name: Flags
    states_unit: Flags
    detection: Codes
    confidence: Integers

    def subtotals(self) -> Integers:
        """Centavos; exact, because what is sold by the quarter has a price in whole pesos."""
        return self.quantity * self.price // 100


@dataclass
class Moments:
    """Where and when: positions of shop, device and day, the device's counter, milliseconds since local midnight."""

    shop: Integers
    device: Integers
    sequence: Integers
    day: Integers
    millisecond: Integers


@dataclass
class Manners:
    """Who bought and how it went. Words are positions in `vocabulary`, -1 is not seen; so are flags (0, 1, -1).

    `customer` is -1 for a stranger, `duration` in tenths of a second, `handshake` in hundredths, `campaign` a position.
    """

    customer: Integers
    gender: Codes
    age_bracket: Codes
    customer_type: Codes
    economic_class: Codes
    payment_method: Codes
    request_mode: Codes
    request_type: Codes
    suggestion_offered: Codes
    suggestion_accepted: Codes
    substitution_occurred: Codes
    substitution_from: Integers
    substitution_to: Integers
    substitution_reason: Codes
    duration: Integers
    handshake: Integers
    campaign_influenced: Codes
    campaign: Integers
    states_value: Flags
    states_size: Flags


@dataclass
class Speech:
    """What was said: `text` (str or None), `turns` and `mentions` as the contract has them (list or None)."""

    text: Texts
    turns: Texts
    mentions: Texts


@dataclass
class Sales:
    """`value_error` (centavos) and `size_error` (lines) are what a device states too much; 0 unless that is planted."""

    ident: Texts
    first_line: Integers
    lines: Lines
    moments: Moments
    manners: Manners
    speech: Speech
    value_error: Integers
    size_error: Integers
    is_voided: Flags

    def __len__(self) -> int:
        return len(self.ident)

    def sizes(self) -> Integers:
        """Lines of each sale."""
        return np.diff(self.first_line)

    def values(self) -> Integers:
        """Centavos of each sale: the sum of its lines."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat(self.lines.subtotals(), self.first_line[:-1])

    def units(self) -> Integers:
        """Hundredths of a unit of each sale."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat(self.lines.quantity, self.first_line[:-1])

    def take(self, rows: Integers) -> "Sales":
        """A copy of these sales, in this order."""
        sizes = self.sizes()[rows]
        first_line = np.concatenate([[0], np.cumsum(sizes)])
        return Sales(
            ident=self.ident[rows],
            first_line=first_line,
            lines=taken(self.lines, ranges(self.first_line[rows], sizes)),
            moments=taken(self.moments, rows),
            manners=taken(self.manners, rows),
            speech=taken(self.speech, rows),
            value_error=self.value_error[rows],
            size_error=self.size_error[rows],
            is_voided=self.is_voided[rows],
        )

    def without_lines(self, dropped: Integers) -> "Sales":
        """The same sales without these lines; every sale must keep one."""
        keep = np.ones(len(self.lines.product), dtype=np.bool_)
        keep[dropped] = False
        kept_before = np.concatenate([[0], np.cumsum(keep)])
        first_line = kept_before[self.first_line]
        assert (np.diff(first_line) > 0).all()
        return replace(self, first_line=first_line, lines=taken(self.lines, np.flatnonzero(keep)))


def taken(columns: Columns, rows: Integers) -> Columns:
    """The columns with these rows only."""
    picked: dict[str, Any] = {field.name: getattr(columns, field.name)[rows] for field in fields(columns)}
    return replace(columns, **picked)


def joined(parts: list[Sales]) -> Sales:
    """All sales of the parts, one part after the other."""
    ends = np.cumsum([len(part.lines.product) for part in parts])
    starts = [0, *ends[:-1].tolist()]
    offsets = [part.first_line[:-1] + start for part, start in zip(parts, starts, strict=True)]
    return Sales(
        ident=np.concatenate([part.ident for part in parts]),
        first_line=np.concatenate([*offsets, ends[-1:]]),
        lines=_concatenated([part.lines for part in parts]),
        moments=_concatenated([part.moments for part in parts]),
        manners=_concatenated([part.manners for part in parts]),
        speech=_concatenated([part.speech for part in parts]),
        value_error=np.concatenate([part.value_error for part in parts]),
        size_error=np.concatenate([part.size_error for part in parts]),
        is_voided=np.concatenate([part.is_voided for part in parts]),
    )


def _concatenated(parts: list[Columns]) -> Columns:
    names = [field.name for field in fields(parts[0])]
    return replace(parts[0], **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
