"""Objectives: what a user hands in, as exact formulas."""
