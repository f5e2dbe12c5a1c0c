"""Words that devices send instead of those of the contract, and words that mean nothing."""

from typing import Final

# (field, word that is sent, word of the contract); `docs/simulator.md` shows the same table
SYNONYMS: Final = (
    ("payment_method", "GCash", "gcash"),
    ("payment_method", "G-Cash", "gcash"),
    ("payment_method", "e-wallet gcash", "gcash"),
    ("payment_method", "PayMaya", "maya"),
    ("payment_method", "utang", "credit"),
    ("payment_method", "lista", "credit"),
    ("payment_method", "Cash", "cash"),
    ("payment_method", "pera", "cash"),
    ("gender", "M", "male"),
    ("gender", "lalaki", "male"),
    ("gender", "F", "female"),
    ("gender", "babae", "female"),
    ("age_bracket", "55-64", "55+"),
    ("age_bracket", "65+", "55+"),
    ("age_bracket", "senior", "55+"),
    ("request_mode", "pointed", "pointing"),
    ("request_mode", "turo", "pointing"),
    ("request_mode", "spoken", "verbal"),
    ("request_type", "brand", "branded"),
    ("request_type", "generic", "unbranded"),
    ("customer_type", "suki", "regular"),
    ("customer_type", "bago", "new"),
    ("economic_class", "class C", "C"),
    ("economic_class", "Class D", "D"),
)

# (field, word that is sent); no word of the contract is meant, so the field becomes null and is counted
UNMAPPED: Final = (
    ("payment_method", "paypal"),
    ("payment_method", "barter"),
    ("gender", "??"),
    ("age_bracket", "bata"),
    ("request_mode", "drive-through"),
    ("request_type", "mixed"),
    ("customer_type", "supplier"),
    ("economic_class", "Z"),
    ("suggestion_offered", "siguro"),
)

# What a device calls a sale that stands, where no such word is known: the sale counts, and the word is counted.
ODD_STATUSES: Final = ("parked", "on hold", "pending", "offline", "naka-lista")
# What tills call a sale that is taken back.
VOIDING_WORDS: Final = ("voided", "VOID", "cancelled", "Canceled", "refunded")
