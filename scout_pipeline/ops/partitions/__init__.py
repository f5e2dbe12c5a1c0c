"""The life of partitions: made ahead, archived, brought back. What is computed from them lives in its layer; the months
of assets are in `scout_pipeline/partitions.py`."""
