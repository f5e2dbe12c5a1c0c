"""A rule for codes: another code must not look the same on paper.

Codes are compared as they were sent. An accent written as a letter with a mark behind it (NFD), a space of no width or
a Cyrillic letter that looks Latin makes another code of it, whose sales nobody finds under the one he reads.
"""

from scout_pipeline.quality.rules import Rule, pattern

# combining marks; spaces that are not one, marks of no width, the byte order mark
UNSEEN = r"\u0300-\u036f\u00a0\u2000-\u200f\u202a-\u202f\u2060-\u2064\ufeff"
# capitals of Greek and Cyrillic that are drawn like Latin ones, and digits and letters of full width
DRAWN_ALIKE = r"\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7" + (
    r"\u0405\u0406\u0408\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\uff10-\uff5e"
)


def cannot_be_mistaken(column: str) -> Rule:
    """No letter of the code is unseen or drawn like another one."""
    return pattern(column, f"^[^{UNSEEN}{DRAWN_ALIKE}]*$").but(
        name=f"{column}_cannot_be_mistaken",
        question=f"Does every {column.replace('_', ' ')} look like no other one?",
        severity="warning",
        remedy="ask the sender for the code as agreed; sales of both are counted apart until then",
    )
