"""Exact searches where there is no list."""
