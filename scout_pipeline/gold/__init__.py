"""Gold: aggregates kept by dirty buckets, each computed from silver at its own grain, never from another aggregate.

Marking buckets happens in `silver/`, where facts change; materialized views live in `serving/`.
"""
