"""The kinds of defect: how each is planted, and why the checks may miss the few that they miss."""

from dataclasses import dataclass

from scout_pipeline_tests.mutations import deliveries
from scout_pipeline_tests.mutations.deliveries import (
    Plant,
    at,
    day_and_month_swapped,
    doubled,
    each_line,
    each_sale,
    in_utc,
    moved,
    numbered,
    price_and_quantity_swapped,
    priced,
    raw,
    repriced,
    sent_again,
    with_values,
    without,
)
from scout_pipeline_tests.mutations.world import Document


@dataclass(frozen=True)
class Kind:
    """A defect. `plant` spoils the delivery of the last days, `damage` is SQL behind the back, after the load.

    `earlier` are further days, counted back from the last one, whose rules are asked. `missed` says why no check sees
    it; it is empty for a kind that must be caught.
    """

    name: str
    plant: Plant | None = None
    damage: str = ""
    earlier: tuple[int, ...] = ()
    missed: str = ""


def hour_of(sale: Document) -> int:
    return int(sale["timestamp"][11:13])


DELIVERED: tuple[Kind, ...] = (
    Kind("no sale names its customer", each_sale(with_values(customer_id=None))),
    Kind("one customer for everything", deliveries.one_customer),
    Kind("codes missing on every tenth sale", each_line(with_values(sku=None), every=10)),
    Kind("quantities missing on every tenth sale", each_line(with_values(quantity=None), every=10)),
    Kind("ids missing on every tenth sale", each_sale(with_values(id=None), every=10)),
    Kind("prices of zero", each_line(with_values(unit_price=0))),
    Kind("payment method missing", each_sale(with_values(payment_method=None))),
    Kind("one payment method only", each_sale(with_values(payment_method="cash"))),
    Kind("payment methods that nobody knows", each_sale(with_values(payment_method="barter"))),
    Kind("every buyer is a man", each_sale(with_values(gender="male"))),
    Kind("age brackets missing", each_sale(with_values(age_bracket=None))),
    Kind("one economic class only", each_sale(with_values(economic_class="A"))),
    Kind("detection methods renamed", each_line(with_values(detection_method="lidar"))),
    Kind("confidence in per cent", each_line(with_values(confidence=87))),
    Kind("time zone shifted: local time said to be UTC", each_sale(in_utc)),
    Kind("time zone shifted by three hours", each_sale(moved(hours=-3))),
    Kind(
        "clock of one store three hours ahead",
        each_sale(moved(hours=3), of_store=0),
        missed="one store moves the hours of all stores together too little",
    ),
    Kind("day and month swapped", each_sale(day_and_month_swapped)),
    Kind("year off by one", each_sale(at(year=2024))),
    Kind("dates of the future", each_sale(at(year=2099), every=10)),
    Kind("all sales in one minute", each_sale(at(hour=12, minute=0))),
    Kind("all sales at midnight", each_sale(at(hour=0, minute=0, second=0))),
    Kind("hours missing", without(lambda sale: hour_of(sale) not in (11, 12, 13, 14))),
    Kind("file ends at noon", without(lambda sale: hour_of(sale) < 12)),
    Kind("a store silent for a day", deliveries.without_store),
    Kind("a day missing", deliveries.without_the_day_before),
    Kind("a day doubled under new ids", doubled()),
    Kind("a store's day doubled under new ids", doubled(of_store=0)),
    Kind("a store's sales booked on another", deliveries.booked_on_another),
    Kind("the same lines again in another file", sent_again()),
    Kind("the same bytes again under another name", sent_again("other-name.jsonl")),
    Kind("the same file again with a broken line", sent_again(tail=b'{"id": "x", \n')),
    Kind("a month sent again with edits", deliveries.month_sent_again_cheaper, earlier=tuple(range(3, 31))),
    Kind("half of a day voided later", deliveries.a_day_sent_again_without_half, earlier=(6,)),
    Kind("ids of the day before used again", deliveries.ids_of_the_day_before),
    Kind("all sales of a store voided", each_sale(with_values(status="voided"), of_store=0)),
    Kind("prices in centavos, everywhere", each_sale(lambda sale: repriced(sale, 100))),
    Kind("prices in centavos in one store", each_sale(lambda sale: repriced(sale, 100), of_store=0)),
    Kind("prices in hundreds", each_sale(lambda sale: repriced(sale, 0.01))),
    Kind("prices in dollars", each_sale(lambda sale: repriced(sale, 1 / 56))),
    Kind("prices in dollars in one store", each_sale(lambda sale: repriced(sale, 1 / 56), of_store=0)),
    Kind("prices with tax, the stated value without", each_line(priced(1.12))),
    Kind("drifting prices", deliveries.dearer_every_day),
    Kind("negative prices", each_line(priced(-1), every=10)),
    Kind("negative quantities", each_line(with_values(quantity=-1), every=10)),
    Kind("quantities in thousands", each_line(lambda line: line.update(quantity=line["quantity"] * 1000))),
    Kind("quantities of dozens", each_line(lambda line: line.update(quantity=line["quantity"] * 12))),
    Kind("price and quantity swapped", each_line(price_and_quantity_swapped)),
    Kind("store and device swapped", each_sale(lambda s: s.update(store_id=s["device_id"], device_id=s["store_id"]))),
    Kind("decimal comma", each_line(with_values(unit_price="12,50"), every=10)),
    Kind("thousands separated", each_line(with_values(unit_price="1,234.50"), every=10)),
    Kind("orphan products", each_line(with_values(sku="ZZZ-999"), every=20)),
    Kind("orphan stores", each_sale(with_values(store_id="R99_NOWHERE_0001"), every=20)),
    Kind("orphan campaigns", each_sale(with_values(campaign_id="NOBODYS"), every=20)),
    Kind("orphan devices", each_sale(with_values(device_id="UNKNOWN-1"), every=20)),
    Kind("categories renamed", each_line(with_values(category="Snack Foods"))),
    Kind("a brand vanished", deliveries.without_brand),
    Kind("lines lost, stated size kept", each_sale(lambda sale: sale.update(items=sale["items"][:1]))),
    Kind("lines repeated, stated size kept", each_sale(lambda sale: sale.update(items=sale["items"] * 2))),
    Kind("stated values of other sales", each_sale(with_values(peso_value=1))),
    Kind("numbers of a device missing", deliveries.numbers_missing),
    Kind("a device counts anew", numbered(lambda place: place + 1)),
    Kind("a device repeats its number", numbered(lambda place: 1_000_000)),
    Kind("file cut in the middle of a line", raw(lambda content: content[: len(content) * 6 // 10])),
    Kind("file cut at the end of a line", raw(deliveries.half_of_the_lines)),
    Kind("gzip cut in the middle", raw(deliveries.cut_gzip)),
    Kind("empty file", raw(lambda content: b"")),
    Kind("UTF-16 instead of UTF-8", raw(lambda content: content.decode().encode("utf-16"))),
    Kind("bytes of cp1252 between UTF-8", raw(lambda content: content.replace(b"Coca", b"Co\xe7a"))),
    Kind("single quotes instead of double ones", raw(lambda content: content.replace(b'"', b"'"))),
    Kind("NUL bytes", raw(lambda content: content.replace(b"cash", b"ca\x00h"))),
    Kind("fields renamed", raw(lambda content: content.replace(b'"payment_method"', b'"paymentMethod"'))),
    Kind(
        "a feed frozen",
        deliveries.frozen,
        missed="no rule compares the measurements of a store with earlier ones",
    ),
    Kind(
        "a feed stopped",
        deliveries.stopped,
        missed="each store is measured every few days, and no rule expects a measurement of a day",
    ),
    Kind("a feed in thousands", deliveries.measured_in_thousands),
)
# what the damage below names: one sale of the last day, one store, one code, one brand
PLACES = """
    create temporary table one_sale as
    select transaction_id from scout.silver_transactions_cleaned
    where date_key = '2025-06-11' and deleted_at is null order by transaction_id limit 1;
    create temporary table one_store as select max(store_id) as store_id from scout.gold_daily_aggregates;
    create temporary table one_code as select min(sku) as sku from scout.silver_transaction_items;
    create temporary table one_brand as select min(brand_name) as brand_name from scout.silver_transaction_items
"""
BEHIND_THE_BACK: tuple[Kind, ...] = (
    Kind(
        "silver sale altered",
        damage="update scout.silver_transactions_cleaned set peso_value = peso_value + 1, "
        "gross_sales = gross_sales + 1 where transaction_id in (table one_sale)",
    ),
    Kind(
        "silver line altered",
        damage="update scout.silver_transaction_items set quantity = quantity + 1"
        " where transaction_id in (table one_sale)",
    ),
    Kind(
        "silver lines missing",
        damage="delete from scout.silver_transaction_items"
        " where transaction_id in (table one_sale) and line_number = 1",
    ),
    Kind(
        "silver sale missing",
        damage="""
            delete from scout.silver_transaction_items where transaction_id in (table one_sale);
            delete from scout.silver_transactions_cleaned where transaction_id in (table one_sale)
        """,
    ),
    Kind(
        "silver sale on another day",
        damage="update scout.silver_transactions_cleaned set date_key = date_key - 1"
        " where transaction_id in (table one_sale)",
    ),
    Kind(
        "silver sale in two stores",
        damage="""
            insert into scout.silver_transactions_cleaned
            select (jsonb_populate_record(sale, '{"store_id": 0}')).*
            from scout.silver_transactions_cleaned as sale where sale.transaction_id in (table one_sale)
        """,
    ),
    Kind(
        "silver sale voided",
        damage="update scout.silver_transactions_cleaned set deleted_at = now()"
        " where transaction_id in (table one_sale)",
    ),
    Kind(
        "customers of silver forgotten",
        damage="update scout.silver_transactions_cleaned set customer_id = null where date_key = '2025-06-11'",
    ),
    Kind(
        "brands of silver forgotten",
        damage="update scout.silver_transaction_items set brand_name = null where date_key = '2025-06-11'",
    ),
    Kind(
        "silver key missing",
        damage="delete from scout.silver_transaction_keys where transaction_id in (table one_sale)",
    ),
    Kind(
        "bronze record missing",
        damage="delete from scout.bronze_transactions_raw where transaction_id in (table one_sale)",
    ),
    Kind(
        "bronze record altered",
        damage="""
            update scout.bronze_transactions_raw set payload = payload || '{"payment_method": "maya"}'
            where transaction_id in (table one_sale)
        """,
    ),
    Kind(
        "bronze version forgotten",
        damage="delete from scout.bronze_transaction_versions where transaction_id in (table one_sale)",
    ),
    Kind(
        "ledger row missing",
        damage="""
            delete from scout.bronze_ingestion_batches
            where batch_id = (select max(batch_id) from scout.bronze_transactions_raw)
        """,
    ),
    Kind("ledger altered", damage="update scout.bronze_ingestion_batches set lines_read = lines_read + 1"),
    Kind(
        "daily row altered",
        damage="update scout.gold_daily_aggregates set units = units + 1 where date_key = '2025-06-11'",
    ),
    Kind("daily rows missing", damage="delete from scout.gold_daily_aggregates where date_key = '2025-06-11'"),
    Kind(
        "hourly rows doubled",
        damage="""
            insert into scout.gold_hourly_kpis
            select (jsonb_populate_record(h, '{"store_id": 0}')).* from scout.gold_hourly_kpis as h
            where h.date_key = '2025-06-11' and h.store_id = (select min(store_id) from scout.gold_hourly_kpis)
        """,
    ),
    Kind("brand row missing", damage="delete from scout.gold_brand_performance where date_key = '2025-06-11'"),
    Kind(
        "customers' figures altered",
        damage="update scout.gold_customer_insights set monetary = monetary + 1",
    ),
    Kind(
        "pairs missing",
        damage="delete from scout.gold_basket_patterns"
        " where sku_a = (select min(sku_a) from scout.gold_basket_patterns)",
    ),
    Kind(
        "dimension row of a store missing",
        damage="delete from scout.dim_store where store_id in (table one_store)",
    ),
    Kind(
        "dimension row of a product missing",
        damage="delete from scout.dim_product where sku in (table one_code)",
    ),
    Kind(
        "dimension row of a brand missing",
        damage="delete from scout.dim_brand where brand_name in (table one_brand)",
    ),
    Kind(
        "dimension row of a customer missing",
        damage="delete from scout.dim_customer"
        " where customer_id = (select min(customer_id::text)::uuid from scout.silver_transactions_cleaned)",
    ),
    Kind(
        "registered store missing",
        damage="delete from scout.store_registry where store_id in (table one_store)",
    ),
    Kind("days of the calendar missing", damage="delete from scout.dim_date where date_key = '2025-06-11'"),
    Kind(
        "overlapping versions of a product",
        damage="""
            update scout.dim_product set valid_from = valid_from - 400
            where sku = (select min(sku) from scout.dim_product group by sku having count(*) > 1 order by 1 limit 1)
                and is_current
        """,
    ),
    Kind(
        "store moved to another region",
        damage="update scout.dim_store set region = 'Nowhere' where is_current",
    ),
    Kind("list prices times a hundred", damage="update scout.dim_product set list_price = list_price * 100"),
    Kind("watermark moved ahead", damage="update ops.streaming_watermarks set last_xid = '9000000000000'"),
    Kind(
        "watermark moved back",
        damage="""
            update ops.streaming_watermarks set last_xid = '0', last_id = 0;
            update scout.bronze_ingestion_batches set finished_at = finished_at - interval '6 minutes'
        """,
    ),
    Kind(
        "marks of dirty days left lying",
        damage="""
            insert into ops.dirty_buckets (layer, store_id, date_key, cause, marked_at)
            select 'gold/daily_aggregates', store_id, date_key, 'changed', now() - interval '1 hour'
            from scout.gold_daily_aggregates limit 1
        """,
    ),
    Kind(
        "partition of silver detached",
        damage="alter table scout.silver_transaction_items detach partition scout.silver_transaction_items_y2025m06",
    ),
    Kind("partition of bronze emptied", damage="delete from scout.bronze_transactions_raw"),
    Kind("column dropped", damage="alter table scout.gold_suggestion_funnel drop column suggestions_offered cascade"),
    Kind(
        "column of another type",
        damage="alter table scout.gold_suggestion_funnel alter suggestions_offered type integer",
    ),
    Kind("column renamed", damage="alter table scout.silver_transcripts rename column turn_text to turn_words"),
)
# what is wrong is in the delivery, and the trace of it is wiped out afterwards
WIPED: tuple[Kind, ...] = (
    Kind(
        "entries of the quarantine deleted",
        raw(lambda content: content.replace(b'"timestamp"', b'"timestamp', 20)),
        damage="delete from scout.quarantine",
    ),
)
KINDS: tuple[Kind, ...] = (*DELIVERED, *WIPED, *BEHIND_THE_BACK)
