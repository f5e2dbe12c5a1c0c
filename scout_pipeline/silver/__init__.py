"""Silver: records typed, judged, de-duplicated and given their business day; the dimensions of what occurs in them.

Which bronze rows are new is `sources/watermarks.py`; sums live in `gold/`.
"""
