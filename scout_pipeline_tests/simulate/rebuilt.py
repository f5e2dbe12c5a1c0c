"""The truth computed from the delivered files by hand, sale by sale, to compare with the truth tables."""

from typing import Any

from scout_pipeline_tests.simulate import recount
from scout_pipeline_tests.simulate.delivered import (
    MANILA,
    Delivered,
    business_date,
    contract,
    exact,
    sold_at,
)

Row = dict[str, Any]
Words = dict[tuple[str, str], str]


def standing(delivered: Delivered) -> list[Row]:
    """The last version of every sale that is not refused."""
    last = [lines[-1].document for lines in delivered.sales.values()]
    return [
        document
        for document in last
        if document is not None and not recount.faults(delivered, document) & recount.REFUSING
    ]


def transaction_row(delivered: Delivered, document: Row, synonyms: Words, regions: dict[str, str]) -> Row:
    """What the truth table must have for a document, but for what the device stated."""
    day = business_date(document)
    shop = delivered.member("store", document["store_id"], day)
    substitution = document.get("substitution_event") or {}
    local = sold_at(document).astimezone(MANILA)
    value = delivered.value(document) * 100
    return {
        "transaction_id": document["id"],
        "is_voided": recount.is_taken_back(document),
        "store_code": document["store_id"],
        "region": regions[shop["region"]],
        "province": shop["province"],
        "city": delivered.city(shop["province"], shop["city"]),
        "barangay": shop["barangay"],
        "store_type": shop["store_type"],
        "store_economic_class": shop["economic_class"],
        "device_id": document["device_id"],
        "sequence": document["sequence"],
        "sold_at": sold_at(document),
        "business_date": day,
        "hour": local.hour,
        "time_of_day": time_of_day(local.hour),
        **{name: word(name, document.get(name), synonyms) for name in recount.ENUMERATIONS},
        "customer_id": document.get("customer_id"),
        "suggestion_offered": flag(document.get("suggestion_offered")),
        "suggestion_accepted": document.get("suggestion_accepted"),
        "substitution_occurred": substitution.get("occurred"),
        "substitution_from_sku": substitution.get("from_sku"),
        "substitution_to_sku": substitution.get("to_sku"),
        "substitution_reason": substitution.get("reason"),
        "duration_seconds": document.get("duration_seconds"),
        "handshake_score": document.get("handshake_score"),
        "campaign_influenced": document.get("campaign_influenced"),
        "campaign_id": document.get("campaign_id"),
        "peso_value_centavos": int(value),
        "units": float(sum(exact(item["quantity"]) for item in document["items"])),
        "line_count": len(document["items"]),
        "stated_peso_value_centavos": centavos(document.get("peso_value")),
        "stated_basket_size": document.get("basket_size"),
        "transcription_text": document.get("transcription_text"),
        "turn_count": len(document.get("transcript") or ()),
        "brand_mentions": brand_mentions(document),
    }


def item_rows(delivered: Delivered, document: Row) -> list[Row]:
    """What the truth table must have for the lines of a document."""
    day = business_date(document)
    rows = []
    for number, item in enumerate(document["items"], start=1):
        product = delivered.member("product", item["sku"], day)
        price = delivered.price(item, day)
        for name in ("brand_name", "category", "product_name"):
            assert item.get(name) in (None, product[name]), "a device names what the catalogue has"
        rows.append(
            {
                "transaction_id": document["id"],
                "line_number": number,
                "is_voided": recount.is_taken_back(document),
                "store_code": document["store_id"],
                "business_date": day,
                "sku": item["sku"],
                "product_name": product["product_name"],
                "brand_name": product["brand_name"],
                "category": product["category"],
                "quantity": float(item["quantity"]),
                "unit": item.get("unit"),
                "unit_price_centavos": centavos(price),
                "subtotal_centavos": centavos(price * exact(item["quantity"])),
                "is_price_stated": item.get("unit_price") is not None,
                "is_brand_stated": item.get("brand_name") is not None,
                "is_category_stated": item.get("category") is not None,
                "detection_method": item.get("detection_method"),
                "confidence": item.get("confidence"),
            }
        )
    return rows


def word(name: str, said: str | None, synonyms: Words) -> str | None:
    """The contract's word, that of a synonym, or nothing."""
    if said in contract("transaction")["properties"][name]["enum"]:
        return said
    return synonyms.get((name, said or ""))


def flag(said: object) -> bool | None:
    """A truth value, or nothing."""
    return said if isinstance(said, bool) else None


def time_of_day(hour: int) -> str:
    if 6 <= hour < 12:
        return "morning"
    if 12 <= hour < 18:
        return "afternoon"
    return "evening" if 18 <= hour < 22 else "night"


def centavos(amount: object) -> int | None:
    """Exact: an amount that is no whole centavo fails."""
    if amount is None:
        return None
    scaled = exact(amount) * 100
    assert scaled == int(scaled), amount
    return int(scaled)


def brand_mentions(document: Row) -> list[str] | None:
    mentions = document.get("nlp_brand_mentions")
    return None if mentions is None else [mention["brand_name"] for mention in mentions]
