"""The two ways a run may compute silver: what is new, or whole months again. Said by a run's tag, set by the job."""

from collections.abc import Mapping

MODE_TAG = "scout/mode"
INCREMENTAL = "incremental"


def is_incremental(run_tags: Mapping[str, str]) -> bool:
    """True for the incremental job; a person who materializes months by hand wants them computed again."""
    return run_tags.get(MODE_TAG) == INCREMENTAL
