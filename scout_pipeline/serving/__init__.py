"""Serving: what people read beside the gold tables: materialized views and named queries.

Aggregates that belong to a store are tables in `gold/`.
"""
