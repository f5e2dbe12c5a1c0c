"""The words of the vocabulary that compare a day with its history: what is usual, of a table, a store or a code."""

from scout_pipeline.quality.rules import Rule, parameters_of, words

LOOK_AT_THE_DAY = "compare with the day before; label it (scout quality label) when it was out of the ordinary"


def volume(*, min_share: float, max_share: float, window_days: int = 84, min_history: int = 4) -> Rule:
    """The number of rows is near the median of the checked days of its class (weekday, pay day or holiday)."""
    return Rule(
        "volume_is_usual",
        "volume",
        f"Has the day between {min_share} and {max_share} times as many rows as the days like it?",
        (),
        {
            "min_share": min_share,
            "max_share": max_share,
            "window_days": window_days,
            "min_history": min_history,
        },
        severity="warning",
        remedy=LOOK_AT_THE_DAY,
        scope="day",
    )


def no_silence(column: str, *, entity: str, window_days: int = 56, min_history: int = 3) -> Rule:
    """Volume by store: none is without a row that had one on four in five of the days of this class."""
    return Rule(
        f"no_{entity.removesuffix('_id')}_is_silent",
        "volume",
        f"Has every {words((entity,))} a row that usually has one on such a day?",
        (column,),
        {"entity": entity, "window_days": window_days, "min_history": min_history},
        severity="warning",
        remedy="look whether the store's device delivers; label the day (scout quality label) when it was closed",
        scope="day",
    )


def distribution(
    column: str,
    *,
    entity: str,
    per: str | None = None,
    limit: float = 4,
    min_change: float = 0.5,
    window_days: int = 56,
    min_history: int = 4,
    by_class: bool = True,
    counted: str | None = None,
    min_count: int | None = None,
    noise: float | None = None,
    unless: str | None = None,
) -> Rule:
    """A figure of each store (or code) is near its own history: robust score at most `limit`, or change small.

    The score is the distance from the median of the days of its class, in robust standard deviations (1.4826 x MAD) of
    the residuals of its history. A change by `min_change` (0.5: half as much again, or two thirds) is the least that
    counts. Without `by_class` all days are of one class. `counted` is what the figure is made of, such as sales: only
    figures of at least `min_count` are judged, and the deviation is at least `noise` / sqrt(counted), 1 for a count.
    Rows with a value in the column `unless` are not judged. Rules of one table share entity and window.
    """
    asked = f"{column}_per_{per}" if per else column
    return Rule(
        f"{asked}_is_usual",
        "distribution",
        f"Is {words((asked,))} of every {words((entity,))} near what such a day usually brings?",
        (column,),
        parameters_of(
            per=per,
            entity=entity,
            limit=limit,
            min_change=min_change,
            window_days=window_days,
            min_history=min_history,
            by_class=by_class,
            counted=counted,
            min_count=min_count,
            noise=noise,
            unless=unless,
        ),
        severity="warning",
        remedy=LOOK_AT_THE_DAY,
        scope="day",
    )
