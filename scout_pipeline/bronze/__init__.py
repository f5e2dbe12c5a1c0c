"""Bronze: every record as it was received, append-only, with the ledger of files and the quarantine.

Reading files lives in `sources/`; typing and judging values lives in `silver/`.
"""
