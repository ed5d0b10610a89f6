"""Gradients that are no polynomials, and become some when the right things are called unknowns."""
