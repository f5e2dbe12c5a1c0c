"""Quarantine has a way back: nothing is lost or doubled on it."""
