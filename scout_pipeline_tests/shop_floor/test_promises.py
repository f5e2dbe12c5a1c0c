"""The promises after each delivery, and the same silver and gold from bronze alone."""

from scout_pipeline import flow
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline_tests.conftest import fresh_database
from scout_pipeline_tests.fingerprint import compared_tables, fingerprint
from scout_pipeline_tests.shop_floor.shop import Shop, broken_promises


def test_every_promise_holds_after_each_delivery(shop: Shop) -> None:
    """Dirt and late sales are where the layers begin to disagree."""
    assert shop.broken == [[], []]


# what other sources fill: a catalogue describes its products itself
EMPTY = {"dim_product_descriptions"}


def test_a_full_rebuild_gives_the_same(shop: Shop, server: EmbeddedServer) -> None:
    """What two deliveries made step by step would not be what the same records make at once."""
    incremental = fingerprint(shop.database)
    with shop.database.transaction() as connection:
        filled = {f"scout.{name}" for name in compared_tables(connection) if name not in EMPTY}
    assert incremental.keys() == filled
    ((name,),) = shop.rows("select current_database()")
    # a database is copied only while nobody is connected to it
    shop.database.dispose()
    with fresh_database(server, template=name) as copy:
        flow.run_reconcile(copy)
        assert fingerprint(copy) == incremental
        assert broken_promises(copy) == []
