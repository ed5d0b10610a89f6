"""Gradients, Hessians, and their evaluation in floats, intervals, Arb balls and rationals."""
