"""What an audit can find about a store-day: the question, how grave it is, and what to do. The one table of them."""

from dataclasses import dataclass

STATES = ("open", "loading", "complete", "balanced", "audited", "closed")


@dataclass(frozen=True)
class Finding:
    """A kind of finding. `severity` names one that depends on how much is concerned; `params` bind its statement."""

    name: str
    severity: str
    question: str
    remedy: str
    params: tuple[tuple[str, float], ...] = ()

    @property
    def statement(self) -> str:
        return f"store_days/{self.name}"


# a gap wider than this is a device that counts anew; share of a day's numbers from which a loss is an error
GAP_LIMIT = 10_000
GAP_ERROR_SHARE = 0.05
# a superseded version is looked for among the sales of so many days around the gap
DAYS_AROUND_GAP = 31
CLOCK_TOLERANCE_SECONDS = 300
LATE_SECONDS = 72 * 3600
REBUILD = "scout run --rebuild MONTH..MONTH computes the month again from bronze"

FINDINGS = (
    Finding("header_differs", "error", "Is every sale the sum of its lines?", REBUILD),
    Finding("gold_differs", "error", "Does gold show the sums of the day's sales?", REBUILD),
    Finding(
        "till_total_differs",
        "error",
        "Are the sales worth what the till says (metric `till_total`)?",
        "ask for the missing sales, or for the till total again; override it when the till was wrong",
    ),
    Finding(
        "sequence_gap",
        "error or warning",
        "Did every number of a device come?",
        "have the device send the missing numbers again; override it when they are lost",
        (("gap_limit", GAP_LIMIT), ("days_around", DAYS_AROUND_GAP), ("error_share", GAP_ERROR_SHARE)),
    ),
    Finding(
        "sequence_repeated",
        "error",
        "Did a device give each number once?",
        "see whether a sale came twice under two ids; void one of them, or override it when the counter was set back",
    ),
    Finding(
        "stated_differs",
        "warning",
        "Are value and number of lines as the device states them?",
        "look at scout.v_sale_warnings: lines may be lost on the way",
    ),
    Finding(
        "volume_unusual",
        "warning",
        "Is the number of sales near what such a day brings at this store?",
        "look whether the store was closed or a file is missing; label the day (scout quality label) if it was special",
    ),
    Finding(
        "clock_ahead",
        "warning",
        "Was every sale received after it was sold?",
        "set the clock of the device; sales near midnight may stand on the wrong day",
        (("tolerance_seconds", CLOCK_TOLERANCE_SECONDS),),
    ),
    Finding(
        "clock_turned_back",
        "warning",
        "Did a device sell later what it counted later?",
        "set the clock of the device; sales near midnight may stand on the wrong day",
        (("tolerance_seconds", CLOCK_TOLERANCE_SECONDS),),
    ),
    Finding(
        "resent_changed",
        "info",
        "Was any sale sent again with other content?",
        "nothing, if the store corrects; scout why STORE DAY shows when",
    ),
    Finding(
        "received_late",
        "info",
        "Did sales come long after the day?",
        "nothing, if it is history; else look how the store delivers",
        (("late_seconds", LATE_SECONDS),),
    ),
)


def of(name: str) -> Finding | None:
    """The finding of that name."""
    return next((finding for finding in FINDINGS if finding.name == name), None)


def table() -> list[list[str]]:
    """The findings as the page shows them: name, severity, question, what to do."""
    return [[f"`{known.name}`", known.severity, known.question, known.remedy] for known in FINDINGS]
