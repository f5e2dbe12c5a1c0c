"""Scout: point-of-sale transactions of many small shops, turned into checked numbers.

Read `definitions.py` for the table of contents; data flows sources -> bronze -> silver -> gold -> serving.
"""
