"""What a process of its own does, which asks the rules about a day until SCOUT_CRASH says that it dies."""

import os
from collections.abc import Mapping
from datetime import date

from scout_pipeline import cluster, settings
from scout_pipeline.quarantine import by_rules
from scout_pipeline.silver import transaction_items, transactions_cleaned


def main(environment: Mapping[str, str], day: date) -> None:
    os.environ.update(environment)
    settings.current.cache_clear()
    relations = [transactions_cleaned.TABLE.relation, transaction_items.TABLE.relation]
    by_rules.check(cluster.data_database(), [(day, relations)])
