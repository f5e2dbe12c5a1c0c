"""Histories of three sources, drawn: receipts, sales of the contract and reference records, and how they arrive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from scout_pipeline_tests.floor_files import Document, item, reference, sale
from scout_pipeline_tests.shop_files import Line

# files of each source in a history; versions of one record stand in different ones
FILES_OF_A_SOURCE = 3
SOURCES = ("test_shops", "scout_reference", "scout")
# both sides of midnight, of a month and of a year in Manila, some said in other zones, and one that is no time
TIMES = (
    "2023-12-31 23:59:59",
    "2023-12-31T20:00:00-05:00",
    "2024-02-01 00:00:00",
    "2024-02-29 12:00:00",
    "2024-02-29T16:30:00Z",
    "2024-03-31 10:15:00",
    "31/03/2024",
)
Record = Line | Document


@dataclass(frozen=True)
class File:
    """One file: its source, and lines of receipts or documents of a contract."""

    source: str
    content: tuple[Record, ...]

    @property
    def identifiers(self) -> frozenset[str]:
        """What the file holds a version of."""
        return frozenset(
            f"{self.source} {record.receipt if isinstance(record, Line) else record['id']}" for record in self.content
        )


@dataclass(frozen=True)
class Arrival:
    """How files come: in which order, what happens after each, which come twice, and how much one step takes."""

    priority: list[int]
    after: list[str]
    twice: set[int]
    window_row_limit: int
    bucket_limit: int
    recall_limit: int


def one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


lines = st.builds(
    Line,
    receipt=st.just(""),
    sku=one_of("RICE", "milk", "FEE", "SOAP"),
    quantity=one_of("1", "3", "-2", "0", "2.5", "1", "many"),
    unit_price=one_of("10.00", "0.05", "99.9", "1200", "-1"),
    description=one_of("", "Rice", "White rice", "Milk"),
)
# store A and code RICE belong to all three sources
receipts = st.builds(
    lambda head, body: [
        replace(line, store=head[0], sold_at=head[1], customer=head[2], region=head[3], receipt="") for line in body
    ],
    st.tuples(one_of("A", "b", "C", "A"), st.sampled_from(TIMES), one_of("", "c1", "c2", "c3"), one_of("", "N", "S")),
    st.lists(lines, min_size=1, max_size=3),
)
sales = st.fixed_dictionaries(
    {
        "store": one_of("S1", "S2", "A", "S1", "S2", "nobody's"),
        "at": st.sampled_from(TIMES),
        "status": one_of("completed", "completed", "voided"),
        # two products that are often bought together, or something else
        "items": st.one_of(
            st.just([item("KOPI", 2, None), item("CHIPS", 1, 7)]),
            st.lists(
                st.builds(item, one_of("RICE", "KOPI", "SOAP"), one_of(1, 0.5, 200), one_of(None, 9.75)),
                min_size=1,
                max_size=2,
            ),
        ),
    },
    optional={
        "customer_id": one_of("c1", "c2", "c4"),
        "device_id": one_of("PI-1", "PI-2"),
        "sequence": one_of(7, 9),
        "peso_value": one_of(10, 26.5),
        "gender": one_of("f", "male", "someone"),
        "age_bracket": one_of("18-24", "65+"),
        "request_mode": one_of("verbal", "turo"),
        "request_type": one_of("branded", "point"),
        "suggestion_offered": st.booleans(),
        "suggestion_accepted": st.booleans(),
        "duration_seconds": one_of(5.5, 601),
        "campaign_id": one_of("C1", "C2"),
        "transcription_text": one_of("Pabili ng kopi", "0917 123 4567"),
        "nlp_brand_mentions": st.just([{"brand_name": "Kopiko", "variant": "kopi", "confidence": 0.9}]),
        "substitution_event": st.fixed_dictionaries(
            {"occurred": st.just(True), "from_sku": one_of("KOPI", "RICE"), "to_sku": one_of("CHIPS", None)}
        ),
    },
)
REGIONS = one_of("NCR", "metro manila", "Region VII", "Wales")
# kind, code, day from which it holds, and what a version of the record says; the last attribute of some is refused
DESCRIBED: tuple[tuple[str, str, str, Mapping[str, st.SearchStrategy[Any]]], ...] = (
    ("store", "S1", "2023-01-01", {"region": one_of("NCR", "Region VII")}),
    ("store", "S1", "2024-02-10", {"region": REGIONS, "time_zone": one_of("Asia/Manila", "Asia/Tokyo")}),
    ("store", "S2", "2024-01-01", {"region": REGIONS, "economic_class": one_of("C", "D")}),
    ("store", "A", "2024-01-01", {"region": REGIONS}),
    ("brand", "Kopiko", "2023-01-01", {"is_tbwa_client": st.booleans(), "variants": one_of([], ["kopi"])}),
    ("category", "snacks", "2023-01-01", {"display_name": one_of("Snacks", "Chips")}),
    ("product", "RICE", "2023-01-01", {"category": one_of("canned_goods", "snacks"), "unit_price": one_of(12, -1)}),
    ("product", "KOPI", "2023-01-01", {"brand_name": one_of("Kopiko", "Oishi"), "unit_price": one_of(8.5, 9)}),
    ("product", "KOPI", "2024-02-01", {"brand_name": one_of("Kopiko", None), "category": one_of("beverages", "")}),
    ("product", "CHIPS", "2023-01-01", {"brand_name": one_of("Oishi", None)}),
    ("device", "PI-1", "2023-01-01", {"store_id": one_of("S1", "S2", "nobody's")}),
    ("campaign", "C1", "2023-01-01", {"campaign_name": one_of("Fiesta", "Pasko"), "starts_on": st.just("2024-01-01")}),
    ("province", "CEB", "2023-01-01", {"place_name": one_of("Cebu", "Sugbo"), "region": REGIONS}),
    (
        "promotion",
        "P1",
        "2023-01-01",
        {
            "promotion_name": st.just("One and one"),
            "status": one_of("open", "approved", "rejected", "lost"),
            "created_at": one_of("2024-02-05T09:00:00+08:00", "2024-02-06T09:00:00+08:00"),
            "promotion_value": one_of(None, 100),
            "approved_at": one_of(None, "2024-02-07T09:00:00+08:00"),
        },
    ),
    (
        "promotion_item",
        "P1-1",
        "2023-01-01",
        {"promotion": st.just("P1"), "sku": st.just("KOPI"), "quantity": one_of(1, 2)},
    ),
    (
        "approval",
        "P1-a",
        "2023-01-01",
        {
            "promotion": one_of("P1", "P2"),
            "status": one_of("pending", "approved"),
            "started_at": st.just("2024-02-05T10:00:00+08:00"),
            "finished_at": one_of(None, "2024-02-05T12:00:00+08:00"),
        },
    ),
    *(
        (
            "experiment_event",
            f"E{number}",
            "2023-01-01",
            {
                "experiment": one_of("shelf talkers", "price tags"),
                "store_id": one_of("S1", "S2"),
                "occurred_at": st.sampled_from(TIMES),
                "target_value": one_of(10, 0),
                "actual_value": one_of(None, 12),
            },
        )
        for number in range(2)
    ),
    *(
        (
            "store_metric",
            f"M{number}",
            "2023-01-01",
            {
                "store_id": one_of("S1", "A", "C"),
                "metric_name": one_of("footfall", "till_total", "net_revenue"),
                "metric_source": one_of("pos", "manual", "vision"),
                "measured_at": st.sampled_from(TIMES),
                "metric_value": one_of(26, 5.5),
            },
        )
        for number in range(4)
    ),
)


def place(draw: st.DrawFn, files: Sequence[list[Record]], versions: Sequence[Sequence[Record]]) -> None:
    """Put versions of one record into different files, older ones first."""
    count = len(versions)
    places = draw(st.sets(st.integers(0, len(files) - 1), min_size=count, max_size=count))
    for number, version in zip(sorted(places), versions, strict=True):
        files[number] += version


@st.composite
def histories(draw: st.DrawFn) -> list[File]:
    """Files in the order of their making: each source's older versions before its newer ones."""
    made: dict[str, list[list[Record]]] = {source: [[] for _ in range(FILES_OF_A_SOURCE)] for source in SOURCES}
    count_of_versions = st.integers(1, FILES_OF_A_SOURCE)
    for number in range(draw(st.integers(1, 6))):
        receipt = draw(one_of("", "R")) + str(number)
        bodies = [draw(receipts) for _ in range(draw(count_of_versions))]
        place(draw, made["test_shops"], [[replace(line, receipt=receipt) for line in body] for body in bodies])
    for kind, code, valid_from, attributes in DESCRIBED:
        said = [draw(st.fixed_dictionaries(dict(attributes))) for _ in range(draw(one_of(1, 1, 2)))]
        place(draw, made["scout_reference"], [[reference(kind, code, valid_from, **version)] for version in said])
    for number in range(draw(st.integers(3, 8))):
        said = [draw(sales) for _ in range(draw(one_of(1, 1, 2)))]
        place(draw, made["scout"], [[sale(f"T{number}", **version)] for version in said])
    return [File(source, tuple(content)) for source in SOURCES for content in made[source] if content]


NUMBER_OF_FILES = FILES_OF_A_SOURCE * len(SOURCES)
arrivals = st.builds(
    Arrival,
    priority=st.permutations(range(NUMBER_OF_FILES)),
    after=st.lists(one_of("nothing", "batch", "batch", "run"), min_size=NUMBER_OF_FILES, max_size=NUMBER_OF_FILES),
    twice=st.sets(st.integers(0, NUMBER_OF_FILES - 1), max_size=2),
    window_row_limit=one_of(1, 4, 1000),
    bucket_limit=one_of(1, 3, 1000),
    recall_limit=one_of(1, 1000),
)


def arrival_order(files: Sequence[File], priority: Sequence[int]) -> list[int]:
    """The permutation nearest to the priorities in which no record's older version comes after a newer one."""
    waiting = set(range(len(files)))
    order: list[int] = []
    while waiting:
        ready = [
            number
            for number in waiting
            if not any(
                earlier < number and files[earlier].identifiers & files[number].identifiers for earlier in waiting
            )
        ]
        order.append(min(ready, key=lambda number: priority[number]))
        waiting.remove(order[-1])
    return order
