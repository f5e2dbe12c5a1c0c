"""What the harness says on `docs/data_quality.md`: the kinds, and those that no check sees."""

from collections.abc import Sequence

from scout_pipeline_tests.mutations.kinds import Kind
from scout_pipeline_tests.mutations.score import Score

BEGIN = "<!-- made by `python -m scout_pipeline_tests.mutations page` -->"
END = "<!-- end of the kinds -->"


def section(kinds: Sequence[Kind]) -> str:
    """How many kinds are planted, and why some survive."""
    missed = [kind for kind in kinds if kind.missed]
    lines = [
        BEGIN,
        f"{len(kinds)} kinds of defect are planted; these are known to pass unseen:",
        "",
        *(f"- **{kind.name}**: {kind.missed}." for kind in missed),
        END,
    ]
    return "\n".join(lines) + "\n"


def surprises(result: Score, kinds: Sequence[Kind]) -> list[str]:
    """Kinds that are missed and not declared so, or the other way round."""
    declared = {kind.name for kind in kinds if kind.missed}
    found = {verdict.kind for verdict in result.of("missed")}
    return [
        *(f"{name}: no check saw it" for name in sorted(found - declared)),
        *(f"{name}: is declared as missed, and is not" for name in sorted(declared - found)),
    ]
