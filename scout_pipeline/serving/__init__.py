"""Serving: what people read beside the gold tables: materialized views, later live views, named queries and the cache.

Aggregates that belong to a store are tables in `gold/`.
"""
