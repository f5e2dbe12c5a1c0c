"""Quarantine as people work with it: which entries there are, and the ways out: replay, discard, retention.

What refuses a record, and what takes it again, lives in its layer; the reason codes live in `quality/`.
"""
