"""Rules of data quality: each kind is seen to find exactly what was planted."""
