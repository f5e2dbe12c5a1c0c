"""Store-days are audited, closed and explained: what a person would be told about each."""
