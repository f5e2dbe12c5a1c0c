"""The words of the contract that sales are drawn in: a drawn code is a position here, -1 is "not seen"."""

from typing import Final

NOT_SEEN: Final = -1

GENDERS: Final = ("male", "female", "unknown")
AGE_BRACKETS: Final = ("18-24", "25-34", "35-44", "45-54", "55+", "unknown")
CUSTOMER_TYPES: Final = ("regular", "occasional", "new", "unknown")
ECONOMIC_CLASSES: Final = ("A", "B", "C", "D", "E", "unknown")
PAYMENT_METHODS: Final = ("cash", "gcash", "maya", "credit", "other")
REQUEST_MODES: Final = ("verbal", "pointing", "indirect")
REQUEST_TYPES: Final = ("branded", "unbranded", "point", "indirect")
SUBSTITUTION_REASONS: Final = ("stockout", "suggestion", "unknown")
DETECTION_METHODS: Final = ("stt", "vision", "ocr", "hybrid")
TIMES_OF_DAY: Final = ("morning", "afternoon", "evening", "night")

# field of the contract -> its words
ENUMERATIONS: Final[dict[str, tuple[str, ...]]] = {
    "gender": GENDERS,
    "age_bracket": AGE_BRACKETS,
    "customer_type": CUSTOMER_TYPES,
    "economic_class": ECONOMIC_CLASSES,
    "payment_method": PAYMENT_METHODS,
    "request_mode": REQUEST_MODES,
    "request_type": REQUEST_TYPES,
}

# hour of the day -> position in TIMES_OF_DAY: night to 6, morning to 12, afternoon to 18, evening to 22, night
TIME_OF_DAY_OF_HOUR: Final = tuple([3] * 6 + [0] * 6 + [1] * 6 + [2] * 4 + [3] * 2)
