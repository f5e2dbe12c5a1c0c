"""A process of its own that maintains partitions, for tests that kill it: SCOUT_CRASH says at which step."""

import sys
from datetime import datetime

from scout_pipeline import cluster, periods
from scout_pipeline.ops.partitions import maintenance
from scout_pipeline.ops.partitions import restore as restoring
from scout_pipeline.ops.partitions.layers import LAYERS
from scout_pipeline.ops.partitions.maintainer import maintaining


def main(arguments: list[str]) -> None:
    target = cluster.data_database()
    if arguments[0] == "restore":
        with maintaining(target) as maintainer:
            restoring.restore_month(target, maintainer, LAYERS[arguments[1]], periods.month(arguments[2]))
    else:
        maintenance.maintain(target, as_of=datetime.fromisoformat(arguments[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
