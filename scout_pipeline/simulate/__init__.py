"""A deterministic shop simulator: deliveries of invented shops as the contracts have them, and the truth beside.

What lives here: the invented world (places, shops, products, habits), the draws, the dirt that is planted and the
files. What does not: reading deliveries (`sources/`, `bronze/`), judging them (`silver/`), comparing a database with
the truth (tests). Nothing here opens a database, and nothing in the flow imports this.

The order of the work: `arguments` -> `world` (the same in every process) -> `shards` (a part of one day each, in any
process) -> `deliveries` and `truth` (put together in a fixed order) -> `folder` (renamed when it is whole).
"""
