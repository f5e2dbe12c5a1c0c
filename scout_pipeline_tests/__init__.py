"""Tests on real components; the tree mirrors the package."""
