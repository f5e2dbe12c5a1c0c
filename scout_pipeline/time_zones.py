"""Names of time zones, wherever people write one: in settings and in the mappings of sources."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator


def _known(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no IANA time zone, such as Asia/Manila") from error
    return name


TimeZone = Annotated[str, AfterValidator(_known)]
