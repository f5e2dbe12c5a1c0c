"""The kinds of dirt: how often each is planted, and where a pipeline is expected to find it."""

from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """What is wrong with a sale; a sale has one kind at most."""

    CLEAN = 0
    MALFORMED_JSON = 1
    MISSING_TRANSACTION_ID = 2
    DUPLICATE = 3
    CHANGED_RESEND = 4
    VOIDED = 5
    MISSING_SKU = 6
    INVALID_TIMESTAMP = 7
    TIMESTAMP_OUT_OF_RANGE = 8
    INVALID_QUANTITY = 9
    QUANTITY_OUT_OF_RANGE = 10
    UNIT_PRICE_OUT_OF_RANGE = 11
    UNKNOWN_STORE = 12
    UNKNOWN_PRODUCT = 13
    LATE_STORE = 14
    LATE_PRODUCT = 15
    LATE_SALE = 16
    SYNONYM = 17
    UNMAPPED_VALUE = 18
    BASKET_SIZE_MISMATCH = 19
    VALUE_MISMATCH = 20
    INCOMPLETE_SUBSTITUTION = 21
    SEQUENCE_GAP = 22
    MISSING_STORE_ID = 23
    IMPLAUSIBLE_VALUE = 24
    ODD_STATUS = 25


@dataclass(frozen=True)
class Defect:
    """`expected` is a word for where it is found; `weight` is its part of the dirt, 0 when another share decides."""

    kind: Kind
    expected: str
    weight: float

    @property
    def name(self) -> str:
        return self.kind.name.lower()


DEFECTS = (
    Defect(Kind.MALFORMED_JSON, "bronze_quarantine", 1),
    Defect(Kind.MISSING_TRANSACTION_ID, "bronze_quarantine", 1),
    Defect(Kind.DUPLICATE, "bronze_duplicate", 3),
    Defect(Kind.CHANGED_RESEND, "silver_superseded", 2),
    Defect(Kind.VOIDED, "silver_superseded", 2),
    Defect(Kind.MISSING_STORE_ID, "silver_quarantine", 1),
    Defect(Kind.MISSING_SKU, "silver_quarantine", 1),
    Defect(Kind.INVALID_TIMESTAMP, "silver_quarantine", 1),
    Defect(Kind.TIMESTAMP_OUT_OF_RANGE, "silver_quarantine", 1),
    Defect(Kind.INVALID_QUANTITY, "silver_quarantine", 1),
    Defect(Kind.QUANTITY_OUT_OF_RANGE, "silver_quarantine", 1),
    Defect(Kind.UNIT_PRICE_OUT_OF_RANGE, "silver_quarantine", 1),
    Defect(Kind.UNKNOWN_STORE, "silver_quarantine", 1),
    Defect(Kind.UNKNOWN_PRODUCT, "silver_quarantine", 1),
    Defect(Kind.LATE_STORE, "waiting", 1),
    Defect(Kind.LATE_PRODUCT, "waiting", 1),
    Defect(Kind.LATE_SALE, "late", 0),
    Defect(Kind.SYNONYM, "mapped", 3),
    Defect(Kind.UNMAPPED_VALUE, "unmapped", 1.5),
    Defect(Kind.ODD_STATUS, "unmapped", 1),
    Defect(Kind.BASKET_SIZE_MISMATCH, "warning", 1),
    Defect(Kind.VALUE_MISMATCH, "warning", 1),
    Defect(Kind.IMPLAUSIBLE_VALUE, "warning", 1),
    Defect(Kind.INCOMPLETE_SUBSTITUTION, "warning", 1),
    Defect(Kind.SEQUENCE_GAP, "device_gap", 1.5),
)

# Made by shops of their own, not by spoiling a sale of another shop.
OF_SHOPS = (Kind.UNKNOWN_STORE, Kind.LATE_STORE)
# Sales of these kinds never become part of the truth.
REFUSED = (
    Kind.MALFORMED_JSON,
    Kind.MISSING_TRANSACTION_ID,
    Kind.MISSING_STORE_ID,
    Kind.MISSING_SKU,
    Kind.INVALID_TIMESTAMP,
    Kind.TIMESTAMP_OUT_OF_RANGE,
    Kind.INVALID_QUANTITY,
    Kind.QUANTITY_OUT_OF_RANGE,
    Kind.UNIT_PRICE_OUT_OF_RANGE,
    Kind.UNKNOWN_STORE,
    Kind.UNKNOWN_PRODUCT,
)
# These are delivered a second time, in a later file.
SENT_AGAIN = (Kind.DUPLICATE, Kind.CHANGED_RESEND, Kind.VOIDED)


def planned_counts(sales: float, dirty: float) -> dict[Kind, int]:
    """How many sales of each weighted kind there should be; at least one of each once there is one for each."""
    weighted = [defect for defect in DEFECTS if defect.weight]
    total_weight = sum(defect.weight for defect in weighted)
    budget = sales * dirty
    exact = {defect.kind: budget * defect.weight / total_weight for defect in weighted}
    floor = 1 if budget >= len(weighted) else 0
    counts = {kind: max(floor, int(share)) for kind, share in exact.items()}
    # what rounding down left over goes to the kinds that lost most by it
    missing = round(budget) - sum(counts.values())
    by_loss = sorted(exact, key=lambda kind: counts[kind] - exact[kind])
    for kind in by_loss[: max(0, missing)]:
        counts[kind] += 1
    return counts
