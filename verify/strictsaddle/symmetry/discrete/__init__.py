"""Signed permutations."""
